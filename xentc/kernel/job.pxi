# A whole computation: its arrays and options as a plan, what its threads leave.


cdef class Job:
    """One computation: what `wanted` asks for (a Wanted of ``_core/rows.py``) about `inputs` (an Inputs), which have
    been checked; `run` may be called by many threads at once.

    What the records hold is read from them here, and named nowhere in between. With the source "binary" the last axis
    of t and y has one element. `where`, the sample weights and `pos_weight` have the shape of the rows, class weights
    are float64, (K,), `grad` and `hess` have y's shape; `grad` may be the very memory of y.
    """

    cdef Plan plan
    cdef Work work
    cdef object inputs          # kept, since the plan points into their arrays
    cdef list walkers           # by Walker: the array that walks over the rows, or None
    cdef Evaluator evaluator
    cdef xentc_found of_rows    # without an evaluator: the sums of squares

    def __init__(self, inputs, wanted):
        cdef Plan *plan = &self.plan
        cdef cnp.dtype result = inputs.result
        self.inputs = inputs
        self.walkers = [None] * <int>N_WALKERS
        self.work.plan = plan
        set_defaults(plan)
        self.take_operands(inputs.targets)
        self.take_options(inputs)
        self.take_options_of_rows(inputs)
        self.take_checks(inputs.checks)
        self.take_wanted(wanted)
        set_precision(plan, result.type_num == cnp.NPY_DOUBLE)
        plan.uniform_weight = uniform_weight(plan) if plan.has_weight else 0.0
        self.take_rows(wanted)
        self.take_evaluator(wanted)
        choose_ways(plan)

    def __dealloc__(self):
        free_found(&self.of_rows)

    cdef int take_operands(self, targets) except -1:
        """t and y, and where the classes of t come from."""
        cdef Plan *plan = &self.plan
        cdef cnp.ndarray y = targets.y, t, indptr, indices
        plan.source = sources[targets.source]
        plan.n_classes = cnp.PyArray_DIMS(y)[cnp.PyArray_NDIM(y) - 1]
        plan.y = of_classes(y, code_of(y, "y"), NULL)
        self.walkers[<int>Y] = y
        if plan.source == FROM_CSR:
            indptr, indices, t = targets.arrays
            plan.index_dtype = csr_code_of(indptr, "t.indptr")
            if csr_code_of(indices, "t.indices") != plan.index_dtype:
                raise TypeError("t.indices and t.indptr must have one dtype")
            plan.csr_indices = cnp.PyArray_BYTES(indices)
            plan.csr_length = min(len(indices), len(t))
            plan.t = operand(code_of(t, "t"), cnp.PyArray_BYTES(t), 0, 0)
            self.walkers[<int>T] = indptr
            return 0
        t, = targets.arrays
        self.walkers[<int>T] = t
        if plan.source == FROM_LABELS:
            plan.index_dtype = code_of(t, "labels")
            plan.t = operand(XENTC_BOOL, <char *>&TRUE, 0, 0)
        else:
            plan.t = of_classes(t, code_of(t, "t"), NULL)
        return 0

    cdef int take_options(self, inputs) except -1:
        """What is one for all rows."""
        cdef Plan *plan = &self.plan
        ignore_index = inputs.ignore_index
        plan.logits = inputs.from_logits
        plan.eps = inputs.eps
        plan.ceiling = inputs.ceiling
        plan.class_weight = weights_of(inputs.class_weight, plan.n_classes)
        plan.has_ignore = ignore_index is not None
        plan.ignore_index = ignore_index if plan.has_ignore else 0
        plan.count_off_sums = inputs.count_off_sums
        set_smoothing(plan, inputs.label_smoothing)
        return 0

    cdef int take_options_of_rows(self, inputs) except -1:
        """What each row has of its own."""
        cdef Plan *plan = &self.plan
        cdef cnp.ndarray where = inputs.where, factor = inputs.sample_weight, positive = inputs.pos_weight
        if where is not None:
            plan.has_mask = True
            if code_of(where, "where") != XENTC_BOOL:
                raise TypeError("where must be bool in the kernel")
        if factor is not None:
            plan.factor_dtype = code_of(factor, "sample_weight")
        if positive is not None:
            plan.positive_dtype = code_of(positive, "pos_weight")
        self.walkers[<int>MASK], self.walkers[<int>FACTOR], self.walkers[<int>POSITIVE] = where, factor, positive
        return 0

    cdef int take_checks(self, checks) except -1:
        """What values and rows may be."""
        cdef Plan *plan = &self.plan
        plan.check_t = check_of(plan.t.dtype, checks.slack_t, checks.tolerance_t)
        plan.check_y = check_of(plan.y.dtype, checks.slack_y, checks.tolerance_y)
        set_look_always(plan)
        return 0

    cdef int take_wanted(self, wanted) except -1:
        """What is to be made of the rows."""
        cdef Plan *plan = &self.plan
        cdef cnp.ndarray out = wanted.rows, grad = wanted.grad, hess = wanted.hess
        plan.negate = wanted.negate
        if out is not None:
            plan.has_out = True
            plan.stored = float_code_of(out, "out")
        if grad is not None:
            plan.grad = of_classes(grad, float_code_of(grad, "grad"), cnp.PyArray_BYTES(grad))
        if hess is not None:
            plan.hess = of_classes(hess, float_code_of(hess, "hess"), cnp.PyArray_BYTES(hess))
        plan.grad_divisor, plan.grad_scale = wanted.grad_divisor, wanted.grad_scale
        plan.hess_factor, plan.hess_floor = wanted.hess_factor, wanted.hess_floor
        plan.has_sum = wanted.summed
        plan.has_weight = wanted.weighed or (plan.logits and grad is not None and plan.source != FROM_BINARY)
        plan.count_clipped = wanted.count_clipped and not plan.logits
        self.walkers[<int>OUT], self.walkers[<int>GRAD], self.walkers[<int>HESS] = out, grad, hess
        self.evaluator = wanted.evaluated
        if self.evaluator is not None:
            self.walkers[<int>GROUP], self.walkers[<int>NUMBER] = self.evaluator.groups, self.evaluator.numbers
        return 0

    cdef int take_rows(self, wanted) except -1:
        """The axes of the rows, and the steps of all that walks over them: the last of what arrays say."""
        cdef Plan *plan = &self.plan
        cdef cnp.ndarray y = self.walkers[<int>Y], walking
        cdef Py_ssize_t number = 1, axis
        cdef int i
        plan.n_axes = cnp.PyArray_NDIM(y) - 1
        for i in range(<int>N_WALKERS):
            walking = self.walkers[i]
            plan.base[i] = cnp.PyArray_BYTES(walking) if walking is not None else NULL
            for axis in range(plan.n_axes):
                plan.stride[axis][i] = cnp.PyArray_STRIDES(walking)[axis] if walking is not None else 0
        for axis in range(plan.n_axes - 1, -1, -1):
            plan.shape[axis] = cnp.PyArray_DIMS(y)[axis]
            plan.stride[axis][<int>ROW] = number
            number *= plan.shape[axis]
        plan.n_rows = number
        sort_and_join_axes(plan, not wanted.in_order)
        plan.t.row = plan.stride[plan.n_axes - 1][<int>T]
        plan.y.row = plan.stride[plan.n_axes - 1][<int>Y]
        plan.grad.row = plan.stride[plan.n_axes - 1][<int>GRAD]
        plan.hess.row = plan.stride[plan.n_axes - 1][<int>HESS]
        return 0

    cdef int take_evaluator(self, wanted) except -1:
        """What asks more of every row, once all else is set, and where it is found."""
        cdef Plan *plan = &self.plan
        if self.evaluator is not None:
            self.evaluator.start(plan)
            self.work.found = &self.evaluator.whole
        if wanted.spread:
            plan.spread = True
            self.work.found = &self.of_rows
            if not start_found(plan, &self.of_rows):
                raise MemoryError
        return 0

    def run(self, int n_threads=1):
        """Takes units until none is left, with up to n_threads - 1 helpers. Threads may call it at once.

        Nothing of it is left running when it returns or raises, which it does with what a signal handler raises.
        """
        cdef xentc_scratch *scratch = xentc_scratch_take()
        cdef bint raised
        cdef int helpers
        if scratch == NULL:
            xentc_raise_flags(&self.work.stop, TAKE_NO_MORE)
            raise MemoryError("no memory for 1.2 MB of working space")
        with nogil:
            helpers = do_work(&self.work, scratch, n_threads)
        raised = scratch.raised
        xentc_scratch_give(scratch)
        if raised:
            raise_what_is_set()
        if self.work.bad.trouble == NO_MEMORY:
            raise MemoryError("no memory for the totals of so many classes and groups")
        if helpers == XENTC_HELPERS_LOST:
            raise RuntimeError("the process was forked by a signal handler during a computation, which the child has"
                               " no threads to go on with")

    def spread(self):
        """A tally of the rows and their weights (src/evaluation.h), where that was asked for; the caller's then."""
        return moved(&self.of_rows.classes)

    @property
    def nanoseconds(self):
        """About how long one thread would take."""
        return cost(&self.plan)

    @property
    def n_units(self):
        return self.plan.n_units

    @property
    def n_threads(self):
        """How many threads did a part of it."""
        return self.work.n_threads

    @property
    def n_counted(self):
        """How many rows are not masked."""
        return self.work.counted

    @property
    def n_clipped(self):
        """How many terms had y < eps, where that was asked for."""
        return self.work.clipped

    @property
    def n_off_sums(self):
        """How many rows of y do not sum to 1, where they are counted."""
        return self.work.off_sums

    @property
    def bad_row(self):
        """Of the first row the caller must hear of: what is wrong with it, its number in C order, and what was read:
        a column, the value there, the sum of the row, and two integers, as the trouble has them. Or None."""
        cdef BadRow *bad = &self.work.bad
        if bad.trouble == NONE:
            return None
        return Trouble(<int>bad.trouble), bad.row, bad.column, bad.value, bad.total, (bad.number[0], bad.number[1])

    @property
    def exact_sum(self):
        """Of the float64 rows: (integer, n +inf, n -inf, n NaN), the finite ones summing to exactly the integer
        times 2^-1074."""
        return as_integers(&self.work.sum)

    @property
    def exact_weight(self):
        """The same of the rows' weights."""
        return as_integers(&self.work.sum_of_weights)


cdef inline Operand of_classes(cnp.ndarray array, int dtype, char *data) noexcept:
    """An array with the class axis last."""
    return operand(dtype, data, 0, cnp.PyArray_STRIDES(array)[cnp.PyArray_NDIM(array) - 1])
