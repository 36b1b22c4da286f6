# Tallies (src/tally.h): rows added, and tallies merged.

from libc.stdlib cimport free, malloc, realloc


cdef bint find_slots(xentc_tally *tally, const int64_t *key, Py_ssize_t n, uint32_t *slot) noexcept nogil:
    """The slots of some keys, new ones for those not met before; False when out of memory."""
    cdef Py_ssize_t i
    for i in range(n):
        if tally.slot_of[key[i]] < 0 and not xentc_tally_new_slot(tally, key[i]):
            return False
        slot[i] = <uint32_t>tally.slot_of[key[i]]
    return True


cdef bint add_to_excess(const xentc_tier *tier, xentc_tally *tally, Py_ssize_t slot, int quad, int which,
                        double x) noexcept nogil:
    cdef xentc_excess *excess = xentc_tally_excess(tally, slot, quad)
    if excess == NULL:
        return False
    tier.exact.add(&excess.sum[which], &x, 1)
    return True


cdef bint add_rows(const xentc_tier *tier, xentc_tally *tally, const uint32_t *slot, const uint8_t *hit,
                   const double *x, Py_ssize_t n, double *lost) noexcept nogil:
    """The sums of n rows, their hits, and 1 each, to slots; False when out of memory."""
    cdef Py_ssize_t i = 0, j, m, width = tally.n_quads * XENTC_QUAD
    while i < n:
        m = min(n - i, <Py_ssize_t>XENTC_TALLY_ROWS)
        if tier.scores.add_to_tally(tally.slots, tally.stride, tally.n_quads, slot + i, hit + i, x + i * width, m,
                                    lost):
            for j in range(m * width):
                if lost[j] != 0.0 and not add_to_excess(tier, tally, slot[i + j // width],
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
        return add_to_excess(tier, tally, slot, quad, which, x)
    for i in range(XENTC_PARTS):    # TwoSum: part[i] + x = total + error
        total = part[i * XENTC_QUAD] + x
        virtual_part = total - part[i * XENTC_QUAD]
        error = (part[i * XENTC_QUAD] - (total - virtual_part)) + (x - virtual_part)
        part[i * XENTC_QUAD] = total
        x = error
    return x == 0.0 or add_to_excess(tier, tally, slot, quad, which, x)


cdef double PARTS_TO = 2.0 ** 900


cdef bint merge_excess(const xentc_tier *tier, xentc_tally *into, Py_ssize_t slot, int quad,
                       xentc_excess *other) noexcept nogil:
    cdef xentc_excess *excess = xentc_tally_excess(into, slot, quad)
    cdef int i, j
    if excess == NULL:
        return False
    for i in range(XENTC_QUAD):
        tier.exact.carry(&other.sum[i])
        merge(&excess.sum[i], &other.sum[i])
        tier.exact.carry(&excess.sum[i])
    xentc_product_sum_carry(&other.product)
    for j in range(XENTC_PRODUCT_DIGITS):
        excess.product.digit[j] += other.product.digit[j]
    xentc_product_sum_carry(&excess.product)
    return True


cdef bint merge_tally(const xentc_tier *tier, xentc_tally *into, const xentc_tally *other,
                      const int64_t *to_key) noexcept nogil:
    """All of another tally with as many quads; its key k is here to_key[k], or k (NULL). False when out of memory."""
    cdef Py_ssize_t i, slot, key
    cdef int quad, part, which
    cdef xentc_slot *head
    cdef xentc_slot *to
    cdef const double *x
    cdef xentc_excess *excess
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
            excess = other.excess[i * other.n_quads + quad]
            if excess != NULL and not merge_excess(tier, into, slot, quad, excess):
                return False
    return True
