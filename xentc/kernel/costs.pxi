# What rows cost: how they are cut into units of work, and on how many threads that is worth while.


# Nanoseconds on one thread, where float32 and where float64 is computed in: rounded means of the tiers avx2 and avx512,
# of arrays of a million elements, by `python -m bench.costs` on two cores of an Intel Xeon (family 6, model 207), gcc
# 12, 2026-11-26. A figure that is wrong by half costs some speed and no bit: no result depends on units or threads.
cdef double[2] ENTRY = [5, 6]           # of a sparse row, or the one of a label: a line of y, a logarithm
cdef double FAR = 15                    # and if no two rows share a page
cdef double[2] TERM = [1.1, 2.3]        # an element of a dense row
cdef double[2] TERM_WEIGHED = [1.5, 2.6]    # and with its coefficient in float64
cdef double[2] LOGITS_ROW = [22, 40]
cdef double[2] EXPONENTIAL = [0.55, 1.6]
cdef double[2] LOGIT_TERM = [0.6, 1.1]  # an element of a dense row, besides
cdef double SMOOTHED_ROW = 12
cdef double[2] FACTOR_OF_PRODUCT = [0.25, 0.35]     # smoothing with equal weights
cdef double CHECKED_ROW = 4
cdef double[2] CHECKED = [0.35, 0.45]
cdef double DERIVATIVES_ROW = 20
cdef double[2] DERIVATIVE = [0.4, 0.8]
cdef double[2] DENSE_DERIVATIVE = [1.0, 1.5]    # besides
cdef double[2] SECOND_DERIVATIVE = [1.8, 2.8]
cdef double EVALUATED_ROW = 15
cdef double[2] EVALUATED = [0.3, 0.6]
cdef double[2] BINARY_ELEMENT = [8, 8]
cdef double SCANNED_BYTE = 0.05         # of t, where few elements are not zero


cdef inline double cost_of_row(const Plan *plan, bint few) noexcept nogil:
    """Nanoseconds; few: whether most of a dense t is zero."""
    cdef int d = plan.precision == XENTC_DOUBLE
    cdef double row = ENTRY[d], each = 0.0
    cdef bint dense = plan.source == FROM_DENSE and not few
    if plan.source == FROM_BINARY:
        return BINARY_ELEMENT[d]
    if plan.source == FROM_CSR:
        row *= 1.0 + <double>plan.csr_length / <double>max(plan.n_rows, 1)
    if not dense and plan.n_classes << plan.y.log2_size >= XENTC_PAGE:
        row += FAR
    if plan.source == FROM_DENSE and few:
        each += SCANNED_BYTE * size_of(&plan.t)
    elif dense:
        each += (
            LOGIT_TERM[d] if plan.logits
            else TERM_WEIGHED[d] if plan.precision == XENTC_SINGLE_WIDE
            else TERM[d]
        )
    if plan.logits:
        row += LOGITS_ROW[d]
        each += EXPONENTIAL[d]
    if plan.uniform != 0.0:
        row += SMOOTHED_ROW
        each += (
            LOGIT_TERM[d] if plan.logits
            else FACTOR_OF_PRODUCT[d] if plan.class_weight == NULL and not plan.count_clipped
            else TERM[1]
        )
    if checks_rows(&plan.check_y) or checks_rows(&plan.check_t):
        row += CHECKED_ROW
        each += CHECKED[d] * (checks_rows(&plan.check_y) + (checks_rows(&plan.check_t) and dense))
    if plan.grad.data != NULL:
        row += DERIVATIVES_ROW
        each += DERIVATIVE[d] + (DENSE_DERIVATIVE[d] if dense or plan.uniform != 0.0 else 0.0)
    if plan.hess.data != NULL:
        each += SECOND_DERIVATIVE[d]
    if plan.evaluation != NULL:
        row += EVALUATED_ROW
        each += EVALUATED[d]
    return row + each * <double>plan.n_classes


cdef bint few_are_not_zero(const Plan *plan) noexcept nogil:
    """Whether the first rows of a dense t look so."""
    cdef Py_ssize_t size = size_of(&plan.t), n = plan.n_classes
    if plan.source != FROM_DENSE or plan.t.k != size or not plan.n_rows:
        return False
    if plan.t.row == n * size:
        n *= min(plan.shape[plan.n_axes - 1], XENTC_TILE_ROWS)
    return not plan.tier.scan.sample_is_dense(plan.base[<int>T], n * size, plan.t.nonzero_bits, plan.t.log2_size)


cdef double cost(const Plan *plan) noexcept nogil:
    """Nanoseconds of all rows on one thread, as if none were masked."""
    return plan.n_rows * cost_of_row(plan, few_are_not_zero(plan))


cdef Py_ssize_t rows_of_unit(const Plan *plan) noexcept nogil:
    """A number of whole tiles, by shape, layout and options alone."""
    cdef double row = cost_of_row(plan, False)
    cdef double unit = min(max(plan.n_rows * row / XENTC_UNITS, XENTC_SHORTEST_UNIT), XENTC_LONGEST_UNIT)
    return plan.tile_rows * max(<Py_ssize_t>(unit / (plan.tile_rows * row)), 1)
