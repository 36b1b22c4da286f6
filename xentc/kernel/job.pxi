# A whole computation: its arrays and options as a plan, what its threads leave.


cdef class Job:
    """One computation over arrays that have been checked; `run` may be called by many threads at once.

    `t` is the array of targets, of y's shape (``source="dense"``), the array of labels, of y's shape but for
    its last axis, the classes ("labels"), or ``(indptr, indices, data)`` ("csr", y has two axes); with "binary"
    the last axis of both has one element. `out`, `where`, `sample_weight` and, with "binary", `pos_weight`, if not
    None, have the shape of the rows too; `class_weight` is float64, (K,).
    `grad` and `hess`, if not None, have y's shape; `grad` may be the very memory of y. `slack` and
    `tolerance` are those of `check_of`.
    """

    cdef Plan plan
    cdef Work work
    cdef object arrays
    cdef Evaluator evaluator
    cdef xentc_found of_rows    # without an evaluator: the sums of squares

    def __init__(self, t, cnp.ndarray y, cnp.ndarray out, *, str source, cnp.ndarray where, cnp.ndarray sample_weight,
                 cnp.ndarray class_weight, cnp.ndarray pos_weight, ignore_index, double label_smoothing, bint summed,
                 bint weighed, bint count_clipped, bint negate, bint in_double, bint from_logits, double eps,
                 double slack_t, double slack_y, double tolerance_t, double tolerance_y, double ceiling,
                 bint count_off_sums, bint in_order, cnp.ndarray grad, cnp.ndarray hess, double grad_divisor,
                 double grad_scale, double hess_factor, double hess_floor, Evaluator evaluator, bint spread):
        cdef Plan *plan = &self.plan
        cdef int ndim = cnp.PyArray_NDIM(y), i
        cdef Py_ssize_t number = 1, axis
        cdef cnp.npy_intp *shape = cnp.PyArray_DIMS(y)
        cdef cnp.ndarray walking
        cdef bint binary = source == "binary"
        walkers = [None, y, out, None, where, sample_weight, pos_weight, grad, hess, None, None]
        if evaluator is not None:
            walkers[<int>GROUP], walkers[<int>NUMBER] = evaluator.groups, evaluator.numbers
        self.arrays = (t, y, out, where, sample_weight, class_weight, pos_weight, grad, hess)
        self.evaluator = evaluator
        self.work.plan = plan
        set_defaults(plan)
        plan.n_classes = shape[ndim - 1]
        plan.y = operand(code_of(y, "y"), NULL, 0, cnp.PyArray_STRIDES(y)[ndim - 1])
        plan.class_weight = weights_of(class_weight, plan.n_classes)
        plan.positive_dtype = code_of(pos_weight, "pos_weight") if pos_weight is not None else -1
        plan.has_ignore = ignore_index is not None
        plan.ignore_index = ignore_index if plan.has_ignore else 0
        plan.has_mask = where is not None
        if where is not None and code_of(where, "where") != XENTC_BOOL:
            raise TypeError("where must be bool in the kernel")
        plan.factor_dtype = code_of(sample_weight, "sample_weight") if sample_weight is not None else -1
        plan.has_sum = summed
        plan.logits = from_logits
        plan.grad = output(grad, "grad")
        plan.hess = output(hess, "hess")
        plan.grad_divisor = grad_divisor
        plan.grad_scale = grad_scale
        plan.hess_factor = hess_factor
        plan.hess_floor = hess_floor
        plan.has_weight = weighed or (from_logits and grad is not None and not binary)
        plan.count_clipped = count_clipped and not from_logits
        walkers[0] = self.plan_targets(t, source, in_double)
        set_smoothing(plan, label_smoothing)
        plan.uniform_weight = uniform_weight(plan) if plan.has_weight else 0.0
        plan.eps = eps
        plan.ceiling = ceiling
        plan.negate = negate
        plan.check_t = check_of(plan.t.dtype, slack_t, tolerance_t)
        plan.check_y = check_of(plan.y.dtype, slack_y, tolerance_y)
        plan.look_always = checks_used(&plan.check_t) and class_weight is not None and (class_weight < 0).any()
        plan.count_off_sums = count_off_sums
        plan.has_out = out is not None
        plan.stored = float_code_of(out, "out") if plan.has_out else XENTC_FLOAT64
        plan.n_axes = ndim - 1
        for i in range(<int>N_WALKERS):
            walking = walkers[i]
            plan.base[i] = cnp.PyArray_BYTES(walking) if walking is not None else NULL
            for axis in range(ndim - 1):
                plan.stride[axis][i] = cnp.PyArray_STRIDES(walking)[axis] if walking is not None else 0
        for axis in range(ndim - 2, -1, -1):
            plan.shape[axis] = shape[axis]
            plan.stride[axis][<int>ROW] = number
            number *= shape[axis]
        plan.n_rows = number
        sort_and_join_axes(plan, not in_order)
        plan.t.row = plan.stride[plan.n_axes - 1][<int>T]
        plan.y.row = plan.stride[plan.n_axes - 1][<int>Y]
        plan.grad.row = plan.stride[plan.n_axes - 1][<int>GRAD]
        plan.hess.row = plan.stride[plan.n_axes - 1][<int>HESS]
        if evaluator is not None:
            evaluator.start(plan)
            self.work.found = &evaluator.whole
        if spread:
            plan.spread = True
            self.work.found = &self.of_rows
            if not start_found(plan, &self.of_rows):
                raise MemoryError
        choose_ways(plan)

    def __dealloc__(self):
        free_found(&self.of_rows)

    cdef cnp.ndarray plan_targets(self, t, str source, bint in_double):
        """Source, precision and operand t; returns the array that walks over the rows."""
        cdef Plan *plan = &self.plan
        cdef cnp.ndarray walking, values
        if source == "csr":
            plan.source = FROM_CSR
            walking, indices, values = t
            plan.index_dtype = csr_code_of(walking, "t.indptr")
            if csr_code_of(indices, "t.indices") != plan.index_dtype:
                raise TypeError("t.indices and t.indptr must have one dtype")
            plan.csr_indices = cnp.PyArray_BYTES(<cnp.ndarray>indices)
            plan.csr_length = min(len(indices), len(values))
        else:
            walking = values = t
            plan.source = {"labels": FROM_LABELS, "dense": FROM_DENSE, "binary": FROM_BINARY}[source]
            plan.index_dtype = code_of(walking, "labels" if source == "labels" else "t")
        cdef int dtype = code_of(values, "t")
        set_precision(plan, dtype, in_double)
        if plan.source == FROM_LABELS:
            plan.t = operand(XENTC_BOOL, <char *>&TRUE, 0, 0)
        elif plan.source == FROM_CSR:
            plan.t = operand(dtype, cnp.PyArray_BYTES(values), 0, 0)
        else:
            plan.t = operand(dtype, NULL, 0, cnp.PyArray_STRIDES(values)[cnp.PyArray_NDIM(values) - 1])
        return walking

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


cdef Operand output(cnp.ndarray array, str name):
    """An array with the class axis last, or nothing."""
    if array is None:
        return operand(XENTC_FLOAT64, NULL, 0, 0)
    return operand(float_code_of(array, name), cnp.PyArray_BYTES(array), 0,
                   cnp.PyArray_STRIDES(array)[cnp.PyArray_NDIM(array) - 1])
