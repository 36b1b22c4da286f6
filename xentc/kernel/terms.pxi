# Terms of a run of elements, and the lanes of rows that they are added to: those of src/terms.h and src/fold.h.


cdef inline void clear_lanes(const Plan *plan, xentc_scratch *scratch, Py_ssize_t n_rows) noexcept nogil:
    memset(scratch.lane, 0, XENTC_LANES * n_rows * sizeof(double))
    memset(scratch.lane_low, 0, XENTC_LANES * n_rows * sizeof(double))
    if plan.has_weight:
        memset(scratch.weight_lane, 0, XENTC_LANES * n_rows * sizeof(double))
        memset(scratch.weight_lane_low, 0, XENTC_LANES * n_rows * sizeof(double))


cdef inline void join_lanes(const Plan *plan, xentc_scratch *scratch, Py_ssize_t lane, Py_ssize_t n_rows,
                            Py_ssize_t first) noexcept nogil:
    """The lanes that begin there to the sums of rows first, first + 1, ..."""
    plan.tier.sums.join_rows[plan.precision](scratch.lane + lane, scratch.lane_low + lane, n_rows, scratch.rows + first)
    if plan.has_weight:
        plan.tier.sums.join_rows[weight_precision(plan)](scratch.weight_lane + lane, scratch.weight_lane_low + lane,
                                                         n_rows, scratch.weight + first)


cdef inline int weight_precision(const Plan *plan) noexcept nogil:
    """That of sums of weights: scratch.term_low must be 0 where they have two parts."""
    return XENTC_DOUBLE if plan.precision == XENTC_DOUBLE else XENTC_SINGLE


cdef inline void weights_as_terms(const Plan *plan, xentc_scratch *scratch, const void *c, Py_ssize_t n) noexcept nogil:
    """w_k t_k to scratch.term + scratch.term_low. A sum may read up to LANES - 1 elements past its end, which
    scratch.term allows and t does not."""
    memcpy(scratch.term, c, n * sizeof(double))
    if plan.precision == XENTC_DOUBLE:
        memset(scratch.term_low, 0, n * sizeof(double))


cdef struct Lse:
    # Of each term of a run: one after the other, or (step 0) one for all. Unused for probabilities.
    const double *high
    const double *low
    int step


cdef inline Lse lse_of_rows(const xentc_scratch *scratch, Py_ssize_t first_row, int step) noexcept nogil:
    cdef Lse lse
    lse.high = scratch.softmax.lse + first_row
    lse.low = scratch.softmax.lse_low + first_row
    lse.step = step
    return lse


cdef Lse lse_of_elements(const Plan *plan, xentc_scratch *scratch, Py_ssize_t first_row,
                         Py_ssize_t n_rows) noexcept nogil:
    """For the block of some whole rows."""
    cdef Lse lse
    if n_rows == 1 or not plan.logits:
        return lse_of_rows(scratch, first_row, 0)
    plan.tier.terms.repeat_rows(scratch.softmax.lse + first_row, n_rows, plan.n_classes, scratch.lse)
    plan.tier.terms.repeat_rows(scratch.softmax.lse_low + first_row, n_rows, plan.n_classes, scratch.lse_low)
    lse.high = scratch.lse
    lse.low = scratch.lse_low
    lse.step = 1
    return lse


cdef Lse lse_of_entries(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                        Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t j
    cdef Lse lse
    if not plan.logits or tile.one_each:
        return lse_of_rows(scratch, first, 1)
    for j in range(n):
        scratch.lse[j] = scratch.softmax.lse[tile.entries.index[first + j]]
        scratch.lse_low[j] = scratch.softmax.lse_low[tile.entries.index[first + j]]
    lse.high = scratch.lse
    lse.low = scratch.lse_low
    lse.step = 1
    return lse


cdef inline void make_terms(const Plan *plan, xentc_scratch *scratch, const void *c, const void *y, Py_ssize_t n,
                            Lse lse, Py_ssize_t ahead) noexcept nogil:
    if plan.logits:
        scratch.alarm |= plan.tier.terms.of_logits[plan.precision](c, y, n, lse.high, lse.low, lse.step, scratch.term,
                                                                   scratch.term_low)
        return
    scratch.alarm |= plan.tier.terms.of_probabilities[plan.precision](c, y, n, plan.n_classes, plan.eps,
                                                                      scratch.most, ahead, scratch.term,
                                                                      scratch.term_low)
    count_clipped_terms(plan, scratch, c, y, n)


cdef inline void count_clipped_terms(const Plan *plan, xentc_scratch *scratch, const void *c, const void *y,
                                     Py_ssize_t n) noexcept nogil:
    if plan.count_clipped and plan.uniform == 0.0:
        scratch.n_clipped += plan.tier.terms.count_clipped[plan.precision == XENTC_DOUBLE](<const double *>c, y, n,
                                                                                           plan.eps)
