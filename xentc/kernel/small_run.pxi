# A small call, once its plan is made: computed on this thread, and reduced.


cdef bint all_seen(const Plan *plan, xentc_scratch *scratch) noexcept nogil:
    """Whether the labels are the classes 0 to K - 1, each of them."""
    cdef uint8_t seen[XENTC_MOST_SEEN_CLASSES]
    cdef Py_ssize_t start, n, i, n_seen = 0, step = plan.stride[0][<int>T]
    if plan.n_classes > XENTC_MOST_SEEN_CLASSES:
        return False
    memset(seen, 0, plan.n_classes)
    for start from 0 <= start < plan.n_rows by XENTC_TILE_ROWS:
        n = min(plan.n_rows - start, XENTC_TILE_ROWS)
        plan.tier.elements.load_index[plan.index_dtype](plan.base[<int>T] + start * step, step, n, scratch.label)
        for i in range(n):
            if not 0 <= scratch.label[i] < plan.n_classes:
                return False
            n_seen += not seen[scratch.label[i]]
            seen[scratch.label[i]] = True
    return n_seen == plan.n_classes


cdef Py_ssize_t count_rows(const Plan *plan, xentc_scratch *scratch) noexcept nogil:
    """Those that are not masked."""
    cdef Py_ssize_t start, n, i, count = 0
    cdef const uint8_t *mask = <const uint8_t *>plan.base[<int>MASK]
    cdef Py_ssize_t step = plan.stride[0][<int>T]
    for start from 0 <= start < plan.n_rows by XENTC_TILE_ROWS:
        n = min(plan.n_rows - start, XENTC_TILE_ROWS)
        if plan.has_ignore:
            plan.tier.elements.load_index[plan.index_dtype](plan.base[<int>T] + start * step, step, n, scratch.label)
        for i in range(n):
            count += (not plan.has_mask or mask[start + i] != 0) and not (plan.has_ignore
                                                                          and scratch.label[i] == plan.ignore_index)
    return count


cdef TroubleKind run_small(const Plan *plan, xentc_scratch *scratch) noexcept nogil:
    cdef TroubleKind trouble = NONE
    cdef BadRow bad
    cdef Py_ssize_t unit
    memset(&scratch.sum, 0, sizeof(xentc_exact))
    memset(&scratch.sum_of_weights, 0, sizeof(xentc_exact))
    scratch.n_counted = scratch.n_clipped = scratch.n_off_sums = 0
    scratch.stop = &never_stop
    scratch.next_look = NEVER
    for unit in range(plan.n_units):
        trouble = run_unit(plan, scratch, unit, &bad)
        if trouble != NONE:
            return trouble
    plan.tier.exact.carry(&scratch.sum)
    plan.tier.exact.carry(&scratch.sum_of_weights)
    return NONE


cdef object reduced(const xentc_scratch *scratch, Reduction reduction):
    """The reduction of what is summed up in scratch; None where the general route has to say more."""
    cdef double sum = xentc_exact_round(&scratch.sum)
    if reduction == SUM:
        return float64_type(sum)
    if scratch.n_counted == 0:
        return None
    if reduction == MEAN:
        return float64_type(sum / <double>scratch.n_counted)
    if (scratch.sum_of_weights.n_nan or scratch.sum_of_weights.n_positive_infinity
            or scratch.sum_of_weights.n_negative_infinity):
        return None
    if scratch.sum.n_nan or scratch.sum.n_positive_infinity or scratch.sum.n_negative_infinity:
        return None
    units = as_integers(&scratch.sum_of_weights)[0]
    if not units:
        return None
    try:
        return float64_type(as_integers(&scratch.sum)[0] / units)     # Python rounds this once
    except OverflowError:
        return None


cdef object computed(Plan *plan, const SmallCall *call, xentc_scratch *scratch):
    """The totals or the reduction, or True where there is none, once all is done; None where the general route must do
    it: it is too much, or has more to say."""
    cdef double nanoseconds = cost(plan)
    cdef TroubleKind trouble
    if nanoseconds > XENTC_NANOSECONDS_PER_THREAD:
        return None
    if plan.grad.data != NULL and call.reduction == MEAN:
        plan.grad_divisor = <double>(count_rows(plan, scratch) if plan.has_mask or plan.has_ignore else plan.n_rows)
    if plan.grad_divisor == 0.0 or (call.wanted == LOG_LOSS and not all_seen(plan, scratch)):
        return None
    choose_ways(plan)
    if nanoseconds < XENTC_QUICK:
        trouble = run_small(plan, scratch)
    else:
        with nogil:
            trouble = run_small(plan, scratch)
    if trouble != NONE or (plan.count_off_sums and scratch.n_off_sums):
        return None
    if call.wanted == TOTALS:
        return (as_integers(&scratch.sum), as_integers(&scratch.sum_of_weights), scratch.n_counted, scratch.n_clipped,
                scratch.n_off_sums, plan.n_classes)
    return reduced(scratch, call.reduction) if plan.has_sum else True
