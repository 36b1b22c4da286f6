# Tallies (src/tally.h): rows added, merged, and read as integers.

from libc.stdlib cimport free, malloc


cdef bint find_slots(xentc_tally *tally, const int64_t *key, Py_ssize_t n, uint32_t *slot) noexcept nogil:
    """The slots of some keys, new ones for those not met before; False when out of memory."""
    cdef Py_ssize_t i
    for i in range(n):
        if tally.slot_of[key[i]] < 0 and not xentc_tally_new_slot(tally, key[i]):
            return False
        slot[i] = <uint32_t>tally.slot_of[key[i]]
    return True


cdef bint add_to_rest(const xentc_tier *tier, xentc_tally *tally, Py_ssize_t slot, int quad, int which,
                      double x) noexcept nogil:
    cdef xentc_rest *rest = xentc_tally_rest(tally, slot, quad)
    if rest == NULL:
        return False
    tier.exact_add(&rest.sum[which], &x, 1)
    return True


cdef bint add_rows(const xentc_tier *tier, xentc_tally *tally, const uint32_t *slot, const uint8_t *hit,
                   const double *x, Py_ssize_t n, double *lost) noexcept nogil:
    """The sums of n rows, their hits, and 1 each, to slots; False when out of memory."""
    cdef Py_ssize_t i = 0, j, m, width = tally.n_quads * XENTC_QUAD
    while i < n:
        m = min(n - i, <Py_ssize_t>XENTC_TALLY_ROWS)
        if tier.tally_rows(tally.slots, tally.stride, tally.n_quads, slot + i, hit + i, x + i * width, m, lost):
            for j in range(m * width):
                if lost[j] != 0.0 and not add_to_rest(tier, tally, slot[i + j // width],
                                                      <int>(j % width // XENTC_QUAD), j % XENTC_QUAD, lost[j]):
                    return False
        i += m
    return True


cdef bint add_part(const xentc_tier *tier, xentc_tally *tally, Py_ssize_t slot, int quad, int which,
                   double x) noexcept nogil:
    """One double to one sum."""
    cdef double *part = xentc_parts_at(tally, slot, quad) + which
    cdef double total, virtual_part, error
    cdef int i
    if fabs(x) > PARTS_TO:
        return add_to_rest(tier, tally, slot, quad, which, x)
    for i in range(XENTC_PARTS):    # TwoSum: part[i] + x = total + error
        total = part[i * XENTC_QUAD] + x
        virtual_part = total - part[i * XENTC_QUAD]
        error = (part[i * XENTC_QUAD] - (total - virtual_part)) + (x - virtual_part)
        part[i * XENTC_QUAD] = total
        x = error
    return x == 0.0 or add_to_rest(tier, tally, slot, quad, which, x)


cdef double PARTS_TO = 2.0 ** 900


cdef bint merge_rest(const xentc_tier *tier, xentc_tally *into, Py_ssize_t slot, int quad,
                     xentc_rest *other) noexcept nogil:
    cdef xentc_rest *rest = xentc_tally_rest(into, slot, quad)
    cdef int i, j
    if rest == NULL:
        return False
    for i in range(XENTC_QUAD):
        tier.exact_carry(&other.sum[i])
        merge(&rest.sum[i], &other.sum[i])
        tier.exact_carry(&rest.sum[i])
    xentc_wide_carry(&other.product)
    for j in range(XENTC_WIDE_DIGITS):
        rest.product.digit[j] += other.product.digit[j]
    xentc_wide_carry(&rest.product)
    return True


cdef bint merge_tally(const xentc_tier *tier, xentc_tally *into, const xentc_tally *other,
                      const int64_t *to_key) noexcept nogil:
    """All of another tally with as many quads; its key k is here to_key[k], or k (NULL). False when out of memory."""
    cdef Py_ssize_t i, slot, key
    cdef int quad, part, which
    cdef xentc_slot *head
    cdef xentc_slot *to
    cdef const double *x
    cdef xentc_rest *rest
    for i in range(other.n_slots):
        head = xentc_slot_at(other, i)
        key = head.key if to_key == NULL else to_key[head.key]
        if into.slot_of[key] < 0 and not xentc_tally_new_slot(into, key):
            return False
        slot = into.slot_of[key]
        to = xentc_slot_at(into, slot)
        to.count += head.count
        to.hits += head.hits
        for quad in range(other.n_quads):
            x = xentc_parts_at(other, i, quad)
            for part in range(XENTC_PARTS):
                for which in range(XENTC_QUAD):
                    if x[part * XENTC_QUAD + which] != 0.0 and not add_part(tier, into, slot, quad, which,
                                                                            x[part * XENTC_QUAD + which]):
                        return False
            rest = other.rest[i * other.n_quads + quad]
            if rest != NULL and not merge_rest(tier, into, slot, quad, rest):
                return False
    return True


cdef object integer_of_digits(int64_t *digit, int n):
    """sum_i digit[i] 2^(32 i); the digits are carried."""
    cdef uint32_t[XENTC_WIDE_DIGITS + 1] words
    cdef int i
    for i in range(n):
        words[i] = <uint32_t>(digit[i] & 0xffffffff)
    words[n] = <uint32_t>((digit[n - 1] >> 32) & 0xffffffff)
    return int.from_bytes((<char *>words)[:4 * (n + 1)], "little", signed=True)


cdef class Tally:
    """Exact sums for each of the keys 0, 1, ...: a count, hits, and `n_quads` times four sums.

    Sums are integers in units of 2^-1074, products in units of 2^-2148.
    """

    cdef xentc_tally tally

    def __cinit__(self, int n_quads, Py_ssize_t n_keys):
        if not xentc_tally_start(&self.tally, n_quads, n_keys):
            raise MemoryError

    def __dealloc__(self):
        xentc_tally_free(&self.tally)

    @property
    def n_quads(self):
        return self.tally.n_quads

    @property
    def n_keys(self):
        return self.tally.n_keys

    @property
    def keys(self):
        """Those with a slot, in the order in which they were met."""
        return [xentc_slot_at(&self.tally, i).key for i in range(self.tally.n_slots)]

    def more_keys(self, Py_ssize_t n_keys):
        if not xentc_tally_more_keys(&self.tally, n_keys):
            raise MemoryError

    def merge(self, Tally other, to_key=None):
        """Adds all of another tally with as many quads, whose key k is to_key[k] here, an int64 array (or k)."""
        cdef const xentc_tier *tier = xentc_tiers[tier_number]
        cdef cnp.ndarray keys = to_key
        if other.tally.n_quads != self.tally.n_quads:
            raise ValueError("tallies of unlike width do not add up")
        if not merge_tally(tier, &self.tally, &other.tally,
                           <const int64_t *>cnp.PyArray_DATA(keys) if keys is not None else NULL):
            raise MemoryError

    def counts(self, Py_ssize_t key):
        """(count, hits)"""
        cdef Py_ssize_t slot = self.tally.slot_of[key]
        if slot < 0:
            return 0, 0
        return xentc_slot_at(&self.tally, slot).count, xentc_slot_at(&self.tally, slot).hits

    def sums(self, Py_ssize_t key, int quad):
        """Four exact sums, each as Job.exact_sum, and the products that are in none of them."""
        cdef Py_ssize_t slot = self.tally.slot_of[key]
        cdef const xentc_tier *tier = xentc_tiers[tier_number]
        cdef xentc_exact sum
        cdef xentc_rest *rest
        cdef double *x
        cdef int which, part
        if slot < 0:
            return (ZERO, ZERO, ZERO, ZERO), 0
        rest = self.tally.rest[slot * self.tally.n_quads + quad]
        x = xentc_parts_at(&self.tally, slot, quad)
        answer = []
        for which in range(XENTC_QUAD):
            memset(&sum, 0, sizeof(xentc_exact))
            for part in range(XENTC_PARTS):
                tier.exact_add(&sum, x + part * XENTC_QUAD + which, 1)
            if rest != NULL:
                tier.exact_carry(&rest.sum[which])
                merge(&sum, &rest.sum[which])
            tier.exact_carry(&sum)
            answer.append((integer_of_digits(sum.digit, XENTC_DIGITS), sum.n_positive_infinity,
                           sum.n_negative_infinity, sum.n_nan))
        if rest != NULL:
            xentc_wide_carry(&rest.product)
            return tuple(answer), integer_of_digits(rest.product.digit, XENTC_WIDE_DIGITS)
        return tuple(answer), 0

    def add(self, Py_ssize_t key, int64_t count, int64_t hits, quads):
        """What `counts` and `sums` of all quads gave."""
        cdef const xentc_tier *tier = xentc_tiers[tier_number]
        cdef Py_ssize_t slot
        cdef int quad, which
        if self.tally.slot_of[key] < 0 and not xentc_tally_new_slot(&self.tally, key):
            raise MemoryError
        slot = self.tally.slot_of[key]
        xentc_slot_at(&self.tally, slot).count += count
        xentc_slot_at(&self.tally, slot).hits += hits
        for quad, (sums, product) in enumerate(quads):
            for which, (units, *rest) in enumerate(sums):
                self.add_units(slot, quad, which, units)
                for x, n in zip((INFINITY, -INFINITY, NAN), rest):
                    self.add_special(slot, quad, which, x, n)
            if product:
                self.add_product(slot, quad, product)

    cdef add_units(self, Py_ssize_t slot, int quad, int which, units):
        """An integer of 2^-1074, as doubles: the largest first."""
        cdef const xentc_tier *tier = xentc_tiers[tier_number]
        cdef xentc_rest *rest
        if units.bit_length() > LARGEST_BITS:
            rest = xentc_tally_rest(&self.tally, slot, quad)
            if rest == NULL:
                raise MemoryError
            add_integer(rest.sum[which].digit, XENTC_DIGITS, units)
            tier.exact_carry(&rest.sum[which])
            return
        while units:
            shift = max(units.bit_length() - 53, 0)
            top = abs(units) >> shift << shift if units > 0 else -(abs(units) >> shift << shift)
            if not add_part(tier, &self.tally, slot, quad, which, top / UNIT):
                raise MemoryError
            units -= top

    cdef add_special(self, Py_ssize_t slot, int quad, int which, double x, int64_t n):
        cdef xentc_rest *rest
        if n == 0:
            return
        rest = xentc_tally_rest(&self.tally, slot, quad)
        if rest == NULL:
            raise MemoryError
        if x != x:
            rest.sum[which].n_nan += n
        elif x > 0.0:
            rest.sum[which].n_positive_infinity += n
        else:
            rest.sum[which].n_negative_infinity += n

    cdef add_product(self, Py_ssize_t slot, int quad, product):
        cdef xentc_rest *rest = xentc_tally_rest(&self.tally, slot, quad)
        if rest == NULL:
            raise MemoryError
        add_integer(rest.product.digit, XENTC_WIDE_DIGITS, product)
        xentc_wide_carry(&rest.product)


ZERO = (0, 0, 0, 0)
UNIT = 1 << 1074
LARGEST_BITS = 1074 + 900    # of what parts may hold


cdef add_integer(int64_t *digit, int n, number):
    cdef int i
    for i in range(n - 1):
        digit[i] += number & 0xffffffff
        number >>= 32
    digit[n - 1] += number
