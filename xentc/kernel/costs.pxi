# What rows cost: how they are cut into units of work, and on how many threads that is worth while.


# Nanoseconds on one thread, computed in float32 and in float64: rounded means of the tiers avx2 and avx512, of arrays
# of a million elements, by `python -m bench.costs` on an Intel Xeon (family 6, model 207, 2 cores), gcc 12.2, November
# 2026. A figure that is wrong by half costs some speed, and no bit: results do not depend on units nor threads.
cdef double[2] ENTRY = [8, 8]           # of a sparse row, or the one of a label: a line of y, a logarithm, an exact sum
cdef double[2] TERM = [1.1, 2.2]        # an element of a dense row
cdef double[2] TERM_WEIGHED = [1.6, 2.6]    # and with its coefficient in float64
cdef double[2] LOGITS_ROW = [20, 45]
cdef double[2] EXPONENTIAL = [0.5, 1.5]
cdef double[2] LOGIT_TERM = [0.6, 1.2]  # an element of a dense row, besides
cdef double[2] FACTOR_OF_PRODUCT = [0.2, 0.3]   # smoothing with equal weights
cdef double[2] CHECKED = [0.2, 0.4]
cdef double[2] DERIVATIVE = [0.4, 0.8]
cdef double[2] DENSE_DERIVATIVE = [1.3, 2.0]    # besides
cdef double[2] SECOND_DERIVATIVE = [2.0, 3.0]
cdef double[2] BINARY_ELEMENT = [8, 9]
cdef double SCANNED_BYTE = 0.05         # of t, where few elements are not zero

cdef enum:
    UNIT = 250_000          # nanoseconds: short, so that threads end together
    SHORTEST_UNIT = 15_000  # far more than to take one costs
    UNITS = 16              # of a computation that has less for each: two threads then end within an eighth


cdef double cost_of_row(const Plan *plan, bint few) noexcept nogil:
    """Nanoseconds; few: whether most of a dense t is zero."""
    cdef int d = plan.precision == XENTC_DOUBLE
    cdef double n = <double>plan.n_classes, each = 0.0, row = ENTRY[d]
    cdef bint dense = plan.source == FROM_DENSE and not few
    if plan.source == FROM_BINARY:
        return BINARY_ELEMENT[d]
    if plan.source == FROM_DENSE and few:
        each += SCANNED_BYTE * size_of(&plan.t)
    elif dense and plan.logits:
        each += LOGIT_TERM[d]
    elif dense:
        each += TERM_WEIGHED[d] if plan.precision == XENTC_SINGLE_WIDE else TERM[d]
    elif plan.source == FROM_CSR:
        row += ENTRY[d] * <double>plan.csr_length / <double>max(plan.n_rows, 1)
    if plan.logits:
        row += LOGITS_ROW[d]
        each += EXPONENTIAL[d]
    if plan.uniform != 0.0:
        each += (
            LOGIT_TERM[d] if plan.logits
            else FACTOR_OF_PRODUCT[d] if plan.class_weight == NULL and not plan.count_clipped
            else TERM[1]
        )
    if plan.check_y:
        each += CHECKED[d]
    if plan.check_t and dense:
        each += CHECKED[d]
    if plan.grad.data != NULL:
        each += DERIVATIVE[d] + (DENSE_DERIVATIVE[d] if dense or plan.uniform != 0.0 else 0.0)
    if plan.hess.data != NULL:
        each += SECOND_DERIVATIVE[d]
    return row + each * n


cdef bint few_are_not_zero(const Plan *plan) noexcept nogil:
    """Whether the first rows of a dense t look so."""
    cdef Py_ssize_t size = size_of(&plan.t), n = plan.n_classes
    if plan.source != FROM_DENSE or plan.t.k != size or not plan.n_rows:
        return False
    if plan.t.row == n * size:
        n *= min(plan.shape[plan.n_axes - 1], XENTC_TILE_ROWS)
    return not plan.tier.sample_is_dense(plan.base[<int>T], n * size, plan.t.nonzero_bits, plan.t.log2_size)


cdef double cost(const Plan *plan) noexcept nogil:
    """Nanoseconds of all rows on one thread, as if none were masked."""
    return plan.n_rows * cost_of_row(plan, few_are_not_zero(plan))


cdef Py_ssize_t rows_of_unit(const Plan *plan) noexcept nogil:
    """A number of whole tiles, by shape, layout and options alone."""
    cdef double row = cost_of_row(plan, False)
    cdef double unit = min(max(plan.n_rows * row / UNITS, SHORTEST_UNIT), UNIT)
    return plan.tile_rows * max(<Py_ssize_t>(unit / (plan.tile_rows * row)), 1)
