# A small call, once its plan is made: computed on this thread, and reduced.


cdef bint all_seen(const Plan *plan, xentc_scratch *w) noexcept nogil:
    """Whether the labels are the classes 0 to K - 1, each of them."""
    cdef uint8_t seen[XENTC_MOST_SEEN_CLASSES]
    cdef Py_ssize_t start, n, i, n_seen = 0, step = plan.stride[0][<int>T]
    if plan.n_classes > XENTC_MOST_SEEN_CLASSES:
        return False
    memset(seen, 0, plan.n_classes)
    for start from 0 <= start < plan.n_rows by XENTC_TILE_ROWS:
        n = min(plan.n_rows - start, XENTC_TILE_ROWS)
        plan.tier.elements.load_index[plan.index_dtype](plan.base[<int>T] + start * step, step, n, w.label)
        for i in range(n):
            if not 0 <= w.label[i] < plan.n_classes:
                return False
            n_seen += not seen[w.label[i]]
            seen[w.label[i]] = True
    return n_seen == plan.n_classes


cdef Py_ssize_t count_rows(const Plan *plan, xentc_scratch *w) noexcept nogil:
    """Those that are not masked."""
    cdef Py_ssize_t start, n, i, count = 0
    cdef const uint8_t *mask = <const uint8_t *>plan.base[<int>MASK]
    cdef Py_ssize_t step = plan.stride[0][<int>T]
    for start from 0 <= start < plan.n_rows by XENTC_TILE_ROWS:
        n = min(plan.n_rows - start, XENTC_TILE_ROWS)
        if plan.has_ignore:
            plan.tier.elements.load_index[plan.index_dtype](plan.base[<int>T] + start * step, step, n, w.label)
        for i in range(n):
            count += (not plan.has_mask or mask[start + i] != 0) and not (plan.has_ignore
                                                                          and w.label[i] == plan.ignore_index)
    return count


cdef TroubleKind run_small(const Plan *plan, xentc_scratch *w) noexcept nogil:
    cdef TroubleKind trouble = NONE
    cdef BadRow bad
    cdef Py_ssize_t unit
    memset(&w.sum, 0, sizeof(xentc_exact))
    memset(&w.sum_of_weights, 0, sizeof(xentc_exact))
    w.n_counted = w.n_clipped = w.n_off_sums = 0
    w.stop = &never_stop
    w.next_look = NEVER
    for unit in range(plan.n_units):
        trouble = run_unit(plan, w, unit, &bad)
        if trouble != NONE:
            return trouble
    plan.tier.exact.carry(&w.sum)
    plan.tier.exact.carry(&w.sum_of_weights)
    return NONE


cdef object reduced(const xentc_scratch *w, Reduction reduction):
    """The reduction of what is summed up in w; None where the general route has to say more."""
    cdef double sum = xentc_exact_round(&w.sum)
    if reduction == SUM:
        return float64_type(sum)
    if w.n_counted == 0:
        return None
    if reduction == MEAN:
        return float64_type(sum / <double>w.n_counted)
    if w.sum_of_weights.n_nan or w.sum_of_weights.n_positive_infinity or w.sum_of_weights.n_negative_infinity:
        return None
    if w.sum.n_nan or w.sum.n_positive_infinity or w.sum.n_negative_infinity:
        return None
    units = as_integers(&w.sum_of_weights)[0]
    if not units:
        return None
    try:
        return float64_type(as_integers(&w.sum)[0] / units)     # Python rounds this once
    except OverflowError:
        return None


cdef object computed(Plan *plan, const SmallCall *call, xentc_scratch *w):
    """The totals or the reduction, or True where there is none, once all is done; None where the general route must do
    it: it is too much, or has more to say."""
    cdef double nanoseconds = cost(plan)
    cdef TroubleKind trouble
    if nanoseconds > XENTC_NANOSECONDS_PER_THREAD:
        return None
    if plan.grad.data != NULL and call.reduction == MEAN:
        plan.grad_divisor = <double>(count_rows(plan, w) if plan.has_mask or plan.has_ignore else plan.n_rows)
    if plan.grad_divisor == 0.0 or (call.wanted == LOG_LOSS and not all_seen(plan, w)):
        return None
    choose_ways(plan)
    if nanoseconds < XENTC_QUICK:
        trouble = run_small(plan, w)
    else:
        with nogil:
            trouble = run_small(plan, w)
    if trouble != NONE or (plan.count_off_sums and w.n_off_sums):
        return None
    if call.wanted == TOTALS:
        return (as_integers(&w.sum), as_integers(&w.sum_of_weights), w.n_counted, w.n_clipped, w.n_off_sums,
                plan.n_classes)
    return reduced(w, call.reduction) if plan.has_sum else True
