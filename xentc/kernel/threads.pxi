# The threads of a computation: each takes units until none is left, and adds what it found to the whole.

cdef extern from "Python.h":
    int PyErr_CheckSignals() noexcept


cdef enum Stop:
    TAKE_NO_MORE = 1    # units; those taken are done to their end, or to a first bad row
    DROP_ALL = 2        # and these need not be

cdef int64_t NEVER = <int64_t>0x7fffffffffffffff
cdef int never_stop = 0     # flags for what is too short to be stopped


nanoseconds_per_thread = XENTC_NANOSECONDS_PER_THREAD


cdef struct Work:
    # What threads share of a computation.
    const Plan *plan
    Py_ssize_t next_unit
    int stop
    # The rest under the pool's lock.
    int n_threads           # that did a unit
    xentc_exact sum, sum_of_weights
    int64_t clipped, counted, off_sums
    BadRow bad
    xentc_found *found      # what an evaluation finds, or NULL


cdef void merge(xentc_exact *total, const xentc_exact *part) noexcept nogil:
    cdef int i
    for i in range(XENTC_DIGITS):
        total.digit[i] += part.digit[i]
    total.n_positive_infinity += part.n_positive_infinity
    total.n_negative_infinity += part.n_negative_infinity
    total.n_nan += part.n_nan


cdef bint signal_raised() noexcept with gil:
    """Runs the handlers of signals that have arrived. An exception of one stays set in this thread: no more of Python
    must run here before it is raised."""
    return PyErr_CheckSignals() != 0


cdef bint must_drop(xentc_scratch *scratch) noexcept nogil:
    """Whether what is computed is not wanted any more. The caller's thread looks after signals here."""
    if xentc_load_flags(scratch.stop) & DROP_ALL:
        return True
    if scratch.next_look == NEVER or xentc_nanoseconds() < scratch.next_look:
        return False
    if not signal_raised():
        scratch.next_look = xentc_nanoseconds() + XENTC_SIGNALS
        return False
    scratch.next_look = NEVER
    scratch.raised = True
    xentc_raise_flags(scratch.stop, DROP_ALL)
    return True


cdef inline bint given_up(xentc_scratch *scratch, Py_ssize_t k, Py_ssize_t every) noexcept nogil:
    """In a loop over classes that may be long, at class k: whether to leave it. What it makes is not used then."""
    return k and k % every == 0 and must_drop(scratch)


cdef void take_units(Work *work, xentc_scratch *scratch, bint helps) noexcept nogil:
    cdef const Plan *plan = work.plan
    cdef Py_ssize_t unit
    cdef bint any_done = False, holds = False   # what it found
    cdef BadRow bad
    bad.trouble = NONE
    scratch.stop = &work.stop
    memset(&scratch.sum, 0, sizeof(xentc_exact))
    memset(&scratch.sum_of_weights, 0, sizeof(xentc_exact))
    scratch.n_counted = scratch.n_clipped = scratch.n_off_sums = 0
    if work.found != NULL:
        holds = start_evaluation(plan, scratch)
        if not holds and helps:
            return
        if not holds:
            report(&bad, NO_MEMORY, 0)
            xentc_raise_flags(&work.stop, TAKE_NO_MORE)
    while not xentc_load_flags(&work.stop):
        unit = xentc_fetch_add(&work.next_unit)
        if unit >= plan.n_units:
            break
        any_done = True
        bad.trouble = run_unit(plan, scratch, unit, &bad)
        if bad.trouble != NONE:
            xentc_raise_flags(&work.stop, TAKE_NO_MORE)
            break
        must_drop(scratch)
    if not any_done and bad.trouble == NONE:
        if holds:
            free_found(&scratch.evaluation.found)
        return
    if plan.stream:
        plan.tier.derivatives.stream_end()
    plan.tier.exact.carry(&scratch.sum)
    plan.tier.exact.carry(&scratch.sum_of_weights)
    if work.found != NULL and bad.trouble == NONE and not empty_bins(plan, scratch.evaluation):
        report(&bad, NO_MEMORY, 0)
    xentc_pool_lock()
    if work.found != NULL and bad.trouble == NONE and not merge_found(plan, work.found, &scratch.evaluation.found):
        report(&bad, NO_MEMORY, 0)
    work.n_threads += 1
    merge(&work.sum, &scratch.sum)
    merge(&work.sum_of_weights, &scratch.sum_of_weights)
    work.counted += scratch.n_counted
    work.clipped += scratch.n_clipped
    work.off_sums += scratch.n_off_sums
    # Units are taken in order and every one taken is done up to its own first bad row, so the
    # smallest number of all threads is the smallest of all.
    if bad.trouble != NONE and (work.bad.trouble == NONE or bad.row < work.bad.row):
        work.bad = bad
    xentc_pool_unlock()
    if holds:
        free_found(&scratch.evaluation.found)


cdef void help_with(void *work) noexcept nogil:
    """What a helper does. Without memory it does nothing, and others do its part."""
    cdef xentc_scratch *scratch = xentc_scratch_take()
    if scratch == NULL:
        return
    scratch.next_look = NEVER
    take_units(<Work *>work, scratch, True)
    xentc_scratch_give(scratch)


cdef int do_work(Work *work, xentc_scratch *scratch, int n_threads) noexcept nogil:
    """All of it, on this thread and up to n_threads - 1 helpers. When it returns none of them is at it."""
    cdef xentc_offer offer
    cdef int helpers = XENTC_HELPERS_ENDED
    offer.work = help_with
    offer.argument = work
    scratch.next_look = xentc_nanoseconds() + XENTC_SIGNALS
    scratch.raised = False
    if n_threads > 1:
        xentc_pool_offer(&offer, n_threads - 1)
    take_units(work, scratch, False)
    if n_threads > 1:
        xentc_pool_withdraw(&offer)
        helpers = xentc_pool_wait(&offer, 0.05)
        while helpers == XENTC_HELPERS_RUN:
            must_drop(scratch)
            helpers = xentc_pool_wait(&offer, 0.05)
    return helpers


cdef int raise_what_is_set() except -1:
    return -1


def n_helpers():
    """How many threads there are beside those of callers."""
    return xentc_pool_size()
