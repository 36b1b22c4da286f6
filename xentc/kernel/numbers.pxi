# The sums of a tally as exact numbers of a byte form (src/numbers.h), and back.


cdef enum:
    LOWEST_BIT = 1074     # 2^-1074 is the smallest double
    PARTS_TO_BIT = 900  # the bit of PARTS_TO
    QUAD_BYTES = XENTC_PARTS * XENTC_QUAD * sizeof(double)


cdef const xentc_place *places_of(bint products) noexcept:
    return xentc_places_of_products if products else xentc_places_of_bins


cdef const int64_t *int64s(cnp.ndarray array) except NULL:
    """The elements of a contiguous int64 array."""
    if cnp.PyArray_TYPE(array) != cnp.NPY_INT64 or not cnp.PyArray_IS_C_CONTIGUOUS(array):
        raise TypeError("keys and counts must be contiguous int64 in the kernel")
    return <const int64_t *>cnp.PyArray_DATA(array)


cdef int n_places(bint products, int n_quads) noexcept:
    return 7 if products and n_quads > 1 else 3


cdef void number_of(const xentc_tier *tier, const xentc_tally *tally, Py_ssize_t slot, const xentc_place *place,
                    xentc_number *number) noexcept nogil:
    cdef const double *x = xentc_parts_at(tally, slot, place.quad)
    cdef xentc_excess *excess = tally.excess[slot * tally.n_quads + place.quad]
    cdef xentc_exact *sum
    cdef int i, part, which
    xentc_number_clear(number)
    for i in range(1 if place.second < 0 else 2):
        which = place.second if i else place.first
        for part in range(XENTC_PARTS):
            xentc_number_add(number, x[part * XENTC_QUAD + which])
        if excess != NULL:
            sum = &excess.sum[which]
            tier.exact.carry(sum)
            xentc_number_add_digits(number, sum.digit, XENTC_DIGITS, LOWEST_BIT)
            number.n_not_finite[0] += sum.n_positive_infinity
            number.n_not_finite[1] += sum.n_negative_infinity
            number.n_not_finite[2] += sum.n_nan
    if excess != NULL and place.second >= 0:
        xentc_product_sum_carry(&excess.product)
        xentc_number_add_digits(number, excess.product.digit, XENTC_PRODUCT_DIGITS, 0)


cdef bint is_in_range(const xentc_number *number, const xentc_place *place) noexcept nogil:
    """Whether it is a number that such a sum can be: of doubles, not of products, if it is none of products."""
    cdef int i
    for i in range(number.low, min(number.high + 1, <int>XENTC_NUMBER_DIGITS)):
        if place.second < 0 and number.digit[i] and (
            i < LOWEST_BIT // 32 or i >= LOWEST_BIT // 32 + XENTC_DIGITS - 1
            or (i == LOWEST_BIT // 32 and number.digit[i] & ((1 << LOWEST_BIT % 32) - 1))
        ):
            return False
    return True


cdef bint add_number(const xentc_tier *tier, xentc_tally *tally, Py_ssize_t slot, const xentc_place *place,
                     xentc_number *number) noexcept nogil:
    """A number that was read to the sum of a slot that has none yet; False when out of memory."""
    cdef double[XENTC_NUMBER_DOUBLES] x
    cdef int n = xentc_number_split(number, PARTS_TO_BIT, x), i, which
    cdef xentc_excess *excess
    for i in range(n):  # three parts hold the first three, and where there are six the next
        which = place.second if i >= XENTC_PARTS and place.second >= 0 else place.first
        if not add_part(tier, tally, slot, place.quad, which, x[i]):
            return False
    if number.low > number.high and not (number.n_not_finite[0] or number.n_not_finite[1] or number.n_not_finite[2]):
        return True
    excess = xentc_tally_excess(tally, slot, place.quad)
    if excess == NULL:
        return False
    excess.sum[place.first].n_positive_infinity = number.n_not_finite[0]
    excess.sum[place.first].n_negative_infinity = number.n_not_finite[1]
    excess.sum[place.first].n_nan = number.n_not_finite[2]
    if place.second < 0:
        xentc_number_to_digits(number, excess.sum[place.first].digit, LOWEST_BIT)
    else:
        xentc_number_to_digits(number, excess.product.digit, 0)
    tier.exact.carry(&excess.sum[place.first])
    xentc_product_sum_carry(&excess.product)
    return True
