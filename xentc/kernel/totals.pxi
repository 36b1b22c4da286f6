# Tallies as Python has them: merged, and read as integers, arrays or bytes.


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
        """Those with a slot, in the order in which they were met: int64."""
        cdef cnp.npy_intp n = self.tally.n_slots
        cdef Py_ssize_t i
        made = cnp.PyArray_EMPTY(1, &n, cnp.NPY_INT64, 0)
        for i in range(n):
            (<int64_t *>cnp.PyArray_DATA(made))[i] = xentc_slot_at(&self.tally, i).key
        return made

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
        cdef xentc_excess *excess
        cdef double *x
        cdef int which, part
        if slot < 0:
            return (ZERO, ZERO, ZERO, ZERO), 0
        excess = self.tally.excess[slot * self.tally.n_quads + quad]
        x = xentc_parts_at(&self.tally, slot, quad)
        answer = []
        for which in range(XENTC_QUAD):
            memset(&sum, 0, sizeof(xentc_exact))
            for part in range(XENTC_PARTS):
                tier.exact.add(&sum, x + part * XENTC_QUAD + which, 1)
            if excess != NULL:
                tier.exact.carry(&excess.sum[which])
                merge(&sum, &excess.sum[which])
            answer.append(as_integers(&sum))
        if excess != NULL:
            xentc_product_sum_carry(&excess.product)
            return tuple(answer), integer_of_digits(excess.product.digit, XENTC_PRODUCT_DIGITS)
        return tuple(answer), 0

    def arrays(self):
        """Of all slots: keys, counts, hits, the parts of their sums (slot, quad, part, sum), and whether any sum of a
        slot has more than its parts."""
        cdef const xentc_tally *tally = &self.tally
        cdef cnp.npy_intp[2] shape
        cdef Py_ssize_t i, size = tally.n_quads * QUAD_BYTES
        cdef int quad
        shape[0], shape[1] = tally.n_slots, tally.n_quads * XENTC_PARTS * XENTC_QUAD
        keys = cnp.PyArray_EMPTY(1, shape, cnp.NPY_INT64, 0)
        counts = cnp.PyArray_EMPTY(1, shape, cnp.NPY_INT64, 0)
        hits = cnp.PyArray_EMPTY(1, shape, cnp.NPY_INT64, 0)
        more = cnp.PyArray_ZEROS(1, shape, cnp.NPY_BOOL, 0)
        parts = cnp.PyArray_EMPTY(2, shape, cnp.NPY_DOUBLE, 0)
        for i in range(tally.n_slots):
            (<int64_t *>cnp.PyArray_DATA(keys))[i] = xentc_slot_at(tally, i).key
            (<int64_t *>cnp.PyArray_DATA(counts))[i] = xentc_slot_at(tally, i).count
            (<int64_t *>cnp.PyArray_DATA(hits))[i] = xentc_slot_at(tally, i).hits
            memcpy(<char *>cnp.PyArray_DATA(parts) + i * size, xentc_parts_at(tally, i, 0), size)
            for quad in range(tally.n_quads):
                (<uint8_t *>cnp.PyArray_DATA(more))[i] |= tally.excess[i * tally.n_quads + quad] != NULL
        return keys, counts, hits, parts.reshape(tally.n_slots, tally.n_quads, XENTC_PARTS, XENTC_QUAD), more

    def to_bytes(self, cnp.ndarray slots not None, bint products):
        """The sums of some slots, in this order, as exact numbers (src/numbers.h): those of `places_of`."""
        cdef const xentc_tier *tier = xentc_tiers[tier_number]
        cdef const xentc_place *places = places_of(products)
        cdef int n = n_places(products, self.tally.n_quads), j
        cdef xentc_number number
        cdef const int64_t *slot = int64s(slots)
        cdef Py_ssize_t n_slots = cnp.PyArray_SIZE(slots), i, at = 0, room = 64 + 16 * n * n_slots
        cdef uint8_t *made = <uint8_t *>malloc(room)
        cdef uint8_t *larger
        for i in range(n_slots):
            if not 0 <= slot[i] < self.tally.n_slots:
                free(made)
                raise IndexError("there is no such slot")
        memset(&number, 0, sizeof(xentc_number))
        try:
            for i in range(n_slots):
                if made != NULL and room - at < n * XENTC_NUMBER_BYTES:
                    room = 2 * room + n * XENTC_NUMBER_BYTES
                    larger = <uint8_t *>realloc(made, room)
                    if larger == NULL:
                        free(made)
                    made = larger
                if made == NULL:
                    raise MemoryError
                for j in range(n):
                    number_of(tier, &self.tally, slot[i], &places[j], &number)
                    at += xentc_number_write(&number, made + at)
            return made[:at]
        finally:
            free(made)

    def restore(self, cnp.ndarray keys not None, cnp.ndarray counts not None, cnp.ndarray hits not None,
                bytes data not None, bint products):
        """Of a tally without slots: what `to_bytes` gave of some."""
        cdef const xentc_tier *tier = xentc_tiers[tier_number]
        cdef const xentc_place *places = places_of(products)
        cdef int n = n_places(products, self.tally.n_quads), j
        cdef xentc_number number
        cdef const int64_t *key = int64s(keys)
        cdef const int64_t *count = int64s(counts)
        cdef const int64_t *hit = int64s(hits)
        cdef const uint8_t *octets = data
        cdef Py_ssize_t n_keys = cnp.PyArray_SIZE(keys), n_octets = len(data), i, at = 0, step
        if not n_keys == cnp.PyArray_SIZE(counts) == cnp.PyArray_SIZE(hits):
            raise ValueError("data is damaged: its columns differ in length")
        memset(&number, 0, sizeof(xentc_number))
        for i in range(n_keys):
            if not 0 <= key[i] < self.tally.n_keys or self.tally.slot_of[key[i]] >= 0:
                raise ValueError(f"data is damaged: it has a number {key[i]} twice, or of only {self.tally.n_keys}")
            if not 0 <= hit[i] <= count[i] or count[i] == 0:
                raise ValueError(f"data is damaged: it has {hit[i]} hits of {count[i]} rows")
            if not xentc_tally_new_slot(&self.tally, key[i]):
                raise MemoryError
            xentc_slot_at(&self.tally, i).count = count[i]
            xentc_slot_at(&self.tally, i).hits = hit[i]
            for j in range(n):
                xentc_number_clear(&number)
                step = xentc_number_read(&number, octets + at, n_octets - at)
                if step == 0 or not is_in_range(&number, &places[j]):
                    raise ValueError("data is damaged: it has an exact sum of a wrong form")
                at += step
                if not add_number(tier, &self.tally, i, &places[j], &number):
                    raise MemoryError
        if at != n_octets:
            raise ValueError("data is damaged: it has more exact sums than it names")

    def widened(self):
        """The same of rows whose weights, which were none, are 1: r, r^2, s brier;  s, s^2, s hit;  r s."""
        cdef Tally wide = Tally(XENTC_MAX_QUADS, self.tally.n_keys)
        cdef const xentc_tally *tally = &self.tally
        cdef const xentc_slot *head
        cdef const xentc_excess *more
        cdef xentc_slot *to
        cdef xentc_excess *excess
        cdef double *parts
        cdef Py_ssize_t i
        cdef int part
        for i in range(tally.n_slots):
            head = xentc_slot_at(tally, i)
            if not xentc_tally_new_slot(&wide.tally, head.key):
                raise MemoryError
            to = xentc_slot_at(&wide.tally, i)
            to.count, to.hits = head.count, head.hits
            memcpy(xentc_parts_at(&wide.tally, i, 0), xentc_parts_at(tally, i, 0), QUAD_BYTES)
            parts = xentc_parts_at(&wide.tally, i, 1)
            parts[0] = parts[1] = <double>head.count
            parts[3] = <double>head.hits
            for part in range(XENTC_PARTS):
                xentc_parts_at(&wide.tally, i, 2)[part * XENTC_QUAD] = xentc_parts_at(tally, i, 0)[part * XENTC_QUAD]
            more = tally.excess[i]
            if more == NULL:
                continue
            excess = xentc_tally_excess(&wide.tally, i, 0)
            if excess == NULL:
                raise MemoryError
            excess[0] = more[0]
            excess = xentc_tally_excess(&wide.tally, i, 2)
            if excess == NULL:
                raise MemoryError
            excess.sum[0] = more.sum[0]
            excess.sum[0].n_nan += more.sum[0].n_positive_infinity + more.sum[0].n_negative_infinity
            excess.sum[0].n_positive_infinity = excess.sum[0].n_negative_infinity = 0   # as of a product
        return wide


ZERO = (0, 0, 0, 0)
