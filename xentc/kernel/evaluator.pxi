# An evaluation as Python has it: what a Job is asked, and what it found.

from cpython.object cimport Py_TYPE, descrsetfunc


cdef inline bint any_not_int64(cnp.ndarray array) except -1:
    return array is not None and known_code(array) != XENTC_INT64


def tally_of_rows(cnp.ndarray r not None, cnp.ndarray weight not None):
    """A tally whose one key has the sums of rows r, weights times values, and of weights, as those of a class.

    Both are contiguous float64.
    """
    cdef xentc_scratch *scratch
    cdef Plan plan
    cdef Py_ssize_t n = cnp.PyArray_SIZE(r), i = 0, m
    cdef bint enough
    cdef const double *rows = <const double *>cnp.PyArray_DATA(r)
    cdef const double *weights = <const double *>cnp.PyArray_DATA(weight)
    if cnp.PyArray_TYPE(r) != cnp.NPY_DOUBLE or cnp.PyArray_TYPE(weight) != cnp.NPY_DOUBLE:
        raise TypeError("rows and weights must be float64 in the kernel")
    if cnp.PyArray_SIZE(weight) != n or not (cnp.PyArray_IS_C_CONTIGUOUS(r) and cnp.PyArray_IS_C_CONTIGUOUS(weight)):
        raise ValueError("rows and weights must be contiguous and of one size in the kernel")
    set_defaults(&plan)
    plan.spread = True
    scratch = xentc_scratch_take()
    enough = scratch != NULL and start_evaluation(&plan, scratch)
    with nogil:
        while enough and i < n:
            m = min(n - i, <Py_ssize_t>XENTC_TILE_ROWS)
            enough = tally_spread(plan.tier, scratch.evaluation, rows + i, weights + i, m)
            i += m
    to = moved(&scratch.evaluation.found.classes) if enough else None
    if enough:
        free_found(&scratch.evaluation.found)
    xentc_scratch_give(scratch)
    if not enough:
        raise MemoryError
    return to


cdef Tally moved(xentc_tally *tally):
    """A tally of Python's, with all that this one has, which is then empty."""
    cdef Tally to = Tally(tally.n_quads, 0)
    xentc_tally_free(&to.tally)
    to.tally = tally[0]
    memset(tally, 0, sizeof(xentc_tally))
    return to


cdef class Evaluator:
    """What an evaluation asks of a Job over labels, and what the job leaves of it.

    `edges` are those of the calibration bins, float64; `groups` and `numbers`, if not None, int64 and of the shape of
    the rows, the former in [0, n_groups).
    """

    cdef EvaluationPlan plan
    cdef cnp.ndarray edges, groups, numbers
    cdef xentc_found whole

    def __init__(self, *, cnp.ndarray edges, double tolerance, Py_ssize_t n_worst, int64_t first_row,
                 cnp.ndarray numbers, cnp.ndarray groups, Py_ssize_t n_groups):
        if cnp.PyArray_TYPE(edges) != cnp.NPY_DOUBLE or any_not_int64(groups) or any_not_int64(numbers):
            raise TypeError("edges must be float64, groups and numbers int64 in the kernel")
        self.edges, self.groups, self.numbers = edges, groups, numbers
        self.plan.scoring.edges = <const double *>cnp.PyArray_DATA(edges)
        self.plan.scoring.n_bins = <int>(len(edges) - 1)
        self.plan.scoring.step = step_of_edges(self.plan.scoring.edges, self.plan.scoring.n_bins)
        self.plan.scoring.tolerance = tolerance
        self.plan.has_groups = groups is not None
        self.plan.has_numbers = numbers is not None
        self.plan.first_row = first_row
        self.plan.n_worst = n_worst
        self.plan.n_groups = n_groups

    def __dealloc__(self):
        free_found(&self.whole)

    cdef start(self, Plan *plan):
        """When all else of the plan is set."""
        self.plan.scoring.logits = plan.logits
        self.plan.scoring.eps = plan.eps
        plan.evaluation = &self.plan
        free_found(&self.whole)
        if not start_found(plan, &self.whole):
            raise MemoryError

    def found(self):
        """All of it; it is the caller's then."""
        return found_of(&self.whole, self.plan.n_worst)


cdef double step_of_edges(const double *edges, int n_bins) noexcept:
    """What the edges but for the last, which is 1, are multiples of, rounded; 0 if it is nothing."""
    cdef double step = 1.0 / n_bins
    cdef int i
    for i in range(n_bins):
        if edges[i] != i * step:
            return 0.0
    return step if edges[n_bins] == 1.0 else 0.0


cdef Found found_of(xentc_found *found, Py_ssize_t n_worst):
    """Python's, of all that is found, which is then empty."""
    cdef Found to = Found.__new__(Found)
    to.classes, to.bins, to.groups = moved(&found.classes), moved(&found.bins), moved(&found.groups)
    to.room = n_worst
    to.found = found[0]
    memset(found, 0, sizeof(xentc_found))
    return to


cdef class Found:
    """What is found in any number of rows: tallies of classes, bins and groups, a histogram, faults, the worst rows."""

    cdef readonly Tally classes, bins, groups
    cdef Py_ssize_t room        # how many of the worst rows are kept
    cdef xentc_found found      # without its tallies

    def __init__(self, Tally classes not None, Tally bins not None, Tally groups not None, Py_ssize_t n_worst):
        self.classes, self.bins, self.groups = classes, bins, groups
        self.room = n_worst
        self.found.worst = <xentc_worst *>malloc(max(n_worst, <Py_ssize_t>1) * sizeof(xentc_worst))
        if self.found.worst == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self.found.worst)

    def merge(self, Found other not None, int64_t shift, to_group):
        """Adds all of another, whose rows are numbered `shift` higher here, and whose group k is to_group[k]."""
        cdef Py_ssize_t i
        cdef xentc_finding fault
        cdef xentc_worst one
        self.classes.merge(other.classes)
        self.bins.merge(other.bins)
        self.groups.merge(other.groups, to_group)
        for i in range(XENTC_LOSS_BINS):
            self.found.losses[i] += other.found.losses[i]
        for i in range(XENTC_N_FAULTS):
            fault = other.found.findings[i]
            fault.first_row += shift
            fault.largest_row += shift
            merge_finding(&self.found.findings[i], &fault)
        for i in range(other.found.n_worst if self.room else 0):
            one = other.found.worst[i]
            one.row += shift
            keep_if_worst(self.room, &self.found, &one)

    @property
    def losses(self):
        """How many rows are in each bin of the histogram: (bin, rows) of those with any."""
        return [(i, self.found.losses[i]) for i in range(XENTC_LOSS_BINS) if self.found.losses[i]]

    @property
    def findings(self):
        """(count, first row, size of the largest, its row) of each kind of fault."""
        cdef xentc_finding *found = self.found.findings
        return [(found[i].count, found[i].first_row, found[i].largest, found[i].largest_row)
                for i in range(XENTC_N_FAULTS)]

    @property
    def worst(self):
        """(loss, row, label, predicted or -1, its probability) of the worst rows, the worst first."""
        cdef xentc_worst *worst = self.found.worst
        rows = [(worst[i].loss, worst[i].row, worst[i].label, worst[i].predicted, worst[i].probability)
                for i in range(self.found.n_worst)]
        return sorted(rows, key=rank)

    def restore(self, losses, findings, worst):
        """Sets what these properties gave."""
        cdef xentc_worst one
        for i, count in losses:
            if not 0 <= i < XENTC_LOSS_BINS:
                raise ValueError(f"there is no bin {i} of losses")
            self.found.losses[<int>i] = count
        for i, (count, first, largest, at) in enumerate(findings[:XENTC_N_FAULTS]):
            self.found.findings[<int>i].count = count
            self.found.findings[<int>i].first_row = first
            self.found.findings[<int>i].largest = largest
            self.found.findings[<int>i].largest_row = at
        for one.loss, one.row, one.label, one.predicted, one.probability in worst[:self.room]:
            keep_if_worst(self.room, &self.found, &one)


def rank(worst):
    """Larger losses first, NaN before all, equal ones by row number, as ranks_before has it."""
    loss = worst[0]
    return (loss == loss, -loss if loss == loss else 0.0, worst[1])


def set_fields(field, list records, list values):
    """Sets the field of a class with slots in each of some of its objects, at a tenth of the cost of calling it."""
    cdef descrsetfunc set_field = Py_TYPE(field).tp_descr_set
    cdef Py_ssize_t i
    if set_field == NULL or len(records) != len(values):
        raise ValueError("a field of a class with slots needs a value for each object")
    for i in range(len(records)):
        set_field(field, records[i], values[i])
