# Terms of a run of elements, and the lanes of rows that they are added to: those of src/terms.h and src/fold.h.


cdef inline void clear_lanes(const Plan *plan, xentc_scratch *w, Py_ssize_t n_rows) noexcept nogil:
    memset(w.lane, 0, XENTC_LANES * n_rows * sizeof(double))
    memset(w.lane_low, 0, XENTC_LANES * n_rows * sizeof(double))
    if plan.has_weight:
        memset(w.weight_lane, 0, XENTC_LANES * n_rows * sizeof(double))
        memset(w.weight_lane_low, 0, XENTC_LANES * n_rows * sizeof(double))


cdef inline void join_lanes(const Plan *plan, xentc_scratch *w, Py_ssize_t n_rows, Py_ssize_t first) noexcept nogil:
    """Lanes to the sums of rows first, first + 1, ..."""
    plan.tier.sums.join_rows[plan.precision](w.lane, w.lane_low, n_rows, w.rows + first)
    if plan.has_weight:
        plan.tier.sums.join_rows[weight_precision(plan)](w.weight_lane, w.weight_lane_low, n_rows, w.weight + first)


cdef inline int weight_precision(const Plan *plan) noexcept nogil:
    """That of sums of weights: w.b must be 0 where they have two parts."""
    return XENTC_DOUBLE if plan.precision == XENTC_DOUBLE else XENTC_SINGLE


cdef inline void weights_as_terms(const Plan *plan, xentc_scratch *w, const void *c, Py_ssize_t n) noexcept nogil:
    """w_k t_k to w.a + w.b. A sum may read up to LANES - 1 elements past its end, which w.a allows and t does not."""
    memcpy(w.a, c, n * sizeof(double))
    if plan.precision == XENTC_DOUBLE:
        memset(w.b, 0, n * sizeof(double))


cdef struct Lse:
    # Of each term of a run: one after the other, or (step 0) one for all. Unused for probabilities.
    const double *high
    const double *low
    int step


cdef inline Lse lse_of_rows(const xentc_scratch *w, Py_ssize_t first_row, int step) noexcept nogil:
    cdef Lse lse
    lse.high = w.softmax.lse + first_row
    lse.low = w.softmax.lse_low + first_row
    lse.step = step
    return lse


cdef Lse lse_of_elements(const Plan *plan, xentc_scratch *w, Py_ssize_t first_row, Py_ssize_t n_rows) noexcept nogil:
    """For the block of some whole rows."""
    cdef Py_ssize_t i, k, n_classes = plan.n_classes
    cdef Lse lse
    if n_rows == 1 or not plan.logits:
        return lse_of_rows(w, first_row, 0)
    for i in range(n_rows):
        for k in range(n_classes):
            w.lse[i * n_classes + k] = w.softmax.lse[first_row + i]
            w.lse_low[i * n_classes + k] = w.softmax.lse_low[first_row + i]
    lse.high = w.lse
    lse.low = w.lse_low
    lse.step = 1
    return lse


cdef Lse lse_of_entries(const Plan *plan, xentc_scratch *w, const Tile *tile, Py_ssize_t first,
                        Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t j
    cdef Lse lse
    if not plan.logits or tile.one_each:
        return lse_of_rows(w, first, 1)
    for j in range(n):
        w.lse[j] = w.softmax.lse[tile.entries.index[first + j]]
        w.lse_low[j] = w.softmax.lse_low[tile.entries.index[first + j]]
    lse.high = w.lse
    lse.low = w.lse_low
    lse.step = 1
    return lse


cdef inline void make_terms(const Plan *plan, xentc_scratch *w, const void *c, const void *y, Py_ssize_t n,
                            Lse lse) noexcept nogil:
    if plan.logits:
        w.alarm |= plan.tier.terms.of_logits[plan.precision](c, y, n, lse.high, lse.low, lse.step, w.a, w.b)
        return
    w.alarm |= plan.tier.terms.of_probabilities[plan.precision](c, y, n, plan.eps, w.most, w.a, w.b)
    if plan.count_clipped and plan.uniform == 0.0:
        w.n_clipped += plan.tier.terms.count_clipped[plan.precision == XENTC_DOUBLE](<const double *>c, y, n, plan.eps)
