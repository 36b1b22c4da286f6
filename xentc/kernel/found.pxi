# What is found in any number of rows (src/evaluation.h): tallies, a histogram, faults, the worst rows; and how what two
# threads or batches found adds up.

cdef bint start_found(const Plan *plan, xentc_found *found) noexcept nogil:
    """Nothing found yet; False when out of memory."""
    cdef const EvaluationPlan *asked = plan.evaluation
    cdef int n_quads = XENTC_MAX_QUADS if plan.factor_dtype >= 0 or plan.spread else 1
    memset(found, 0, sizeof(xentc_found))
    if plan.spread:
        return xentc_tally_start(&found.classes, n_quads, 1) and xentc_tally_new_slot(&found.classes, 0)
    found.worst = <xentc_worst *>malloc(max(asked.n_worst, <Py_ssize_t>1) * sizeof(xentc_worst))
    return (
        found.worst != NULL and xentc_tally_start(&found.classes, n_quads, plan.n_classes)
        and xentc_tally_start(&found.bins, 1, asked.scoring.n_bins + 1)
        and xentc_tally_start(&found.groups, n_quads, asked.n_groups)
    )


cdef void free_found(xentc_found *found) noexcept nogil:
    xentc_tally_free(&found.classes)
    xentc_tally_free(&found.bins)
    xentc_tally_free(&found.groups)
    free(found.worst)
    memset(found, 0, sizeof(xentc_found))


cdef bint merge_found(const Plan *plan, xentc_found *into, const xentc_found *other) noexcept nogil:
    cdef Py_ssize_t i
    cdef const xentc_tier *tier = plan.tier
    if not merge_tally(tier, &into.classes, &other.classes, NULL):
        return False
    if plan.spread:
        return True
    if not (merge_tally(tier, &into.bins, &other.bins, NULL)
            and merge_tally(tier, &into.groups, &other.groups, NULL)):
        return False
    for i in range(XENTC_LOSS_BINS):
        into.losses[i] += other.losses[i]
    for i in range(XENTC_N_FAULTS):
        merge_finding(&into.findings[i], &other.findings[i])
    for i in range(other.n_worst):
        keep_if_worst(plan.evaluation.n_worst, into, &other.worst[i])
    return True


cdef bint start_evaluation(const Plan *plan, xentc_scratch *scratch) noexcept nogil:
    """Room for what a thread will find; False when out of memory."""
    if scratch.evaluation == NULL:
        scratch.evaluation = <xentc_evaluation *>malloc(sizeof(xentc_evaluation))
    if scratch.evaluation == NULL:
        return False
    scratch.evaluation.n_in_bins = 0
    if plan.evaluation != NULL:
        memset(scratch.evaluation.bins, 0, 2 * sizeof(xentc_fixed_bin) * min(plan.evaluation.scoring.n_bins,
                                                                             <int>XENTC_MOST_FIXED_BINS))
    if start_found(plan, &scratch.evaluation.found):
        return True
    free_found(&scratch.evaluation.found)
    return False


cdef void merge_finding(xentc_finding *into, const xentc_finding *other) noexcept nogil:
    if other.count == 0:
        return
    if into.count == 0:
        into[0] = other[0]
        return
    into.count += other.count
    into.first_row = min(into.first_row, other.first_row)
    # The largest; NaN (of infinite values) above all; of equal ones the first row.
    if (other.largest > into.largest or (other.largest != other.largest and into.largest == into.largest)
            or (same(other.largest, into.largest) and other.largest_row < into.largest_row)):
        into.largest = other.largest
        into.largest_row = other.largest_row


cdef inline bint same(double x, double y) noexcept nogil:
    return x == y or (x != x and y != y)


cdef inline bint ranks_before(const xentc_worst *a, const xentc_worst *b) noexcept nogil:
    """Larger losses first, NaN before all, equal ones by row number."""
    if same(a.loss, b.loss):
        return a.row < b.row
    return a.loss != a.loss or a.loss > b.loss


cdef void keep_if_worst(Py_ssize_t room, xentc_found *found, const xentc_worst *one) noexcept nogil:
    """One of the worst rows so far, if it is; there is room for at least one."""
    if found.n_worst < room:
        rise(found.worst, found.n_worst, one)
        found.n_worst += 1
    elif ranks_before(one, &found.worst[0]):
        sink(found.worst, found.n_worst, one)


cdef void rise(xentc_worst *heap, Py_ssize_t at, const xentc_worst *one) noexcept nogil:
    """Puts a row at the end of a heap, whose first is the one that ranks last."""
    while at and ranks_before(&heap[(at - 1) // 2], one):
        heap[at] = heap[(at - 1) // 2]
        at = (at - 1) // 2
    heap[at] = one[0]


cdef void sink(xentc_worst *heap, Py_ssize_t n, const xentc_worst *one) noexcept nogil:
    """In the place of the first."""
    cdef Py_ssize_t at = 0, child = 1
    while child < n:
        if child + 1 < n and ranks_before(&heap[child], &heap[child + 1]):
            child += 1
        if not ranks_before(one, &heap[child]):
            break
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = one[0]
