# A whole computation: the plan of its rows, the threads that run it, what they leave.


cdef void plan_units(Plan *plan) noexcept:
    """How rows are cut: by the number of classes and the layout alone, never by the number of threads."""
    cdef Py_ssize_t n_classes = max(plan.n_classes, 1), n_inner = plan.shape[plan.n_axes - 1]
    plan.tile_rows = XENTC_TILE_ROWS
    if plan.source == FROM_DENSE and along_classes(&plan.t):
        plan.tile_rows = min(max(XENTC_TILE_ELEMENTS // n_classes, 1), XENTC_TILE_ROWS)
    # About 2^18 elements a unit: below a millisecond, so that threads end together.
    plan.unit_rows = plan.tile_rows * max((1 << 18) // (plan.tile_rows * n_classes), 1)
    plan.units_per_run = (n_inner + plan.unit_rows - 1) // plan.unit_rows
    plan.n_units = plan.n_rows // n_inner * plan.units_per_run if n_inner else 0


cdef void finish_rows(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """Smoothing, sign, weight, rounding to the result dtype; then into `out` and the exact sums."""
    cdef Py_ssize_t i, n_rows = tile.n_rows
    cdef int inner = plan.n_axes - 1
    if plan.uniform != 0.0:
        for i in range(n_rows):     # keep == 0: t is not looked at, not even multiplied by 0
            w.rows[i] = (plan.keep * w.rows[i] if plan.keep else 0.0) + plan.uniform * w.uniform[i]
    if plan.has_weight and plan.uniform != 0.0:
        for i in range(n_rows):
            w.weight[i] = (plan.keep * w.weight[i] if plan.keep else 0.0) + plan.uniform * plan.class_weight_total
    if plan.negate:
        plan.tier.negate_rows(w.rows, n_rows)
    if plan.factor_dtype >= 0:
        plan.tier.load[True][plan.factor_dtype](tile.address[<int>FACTOR], plan.stride[inner][<int>FACTOR], n_rows,
                                                w.factor)
        for i in range(n_rows):
            w.rows[i] *= w.factor[i]
            w.weight[i] *= w.factor[i]
    if tile.all_counted:
        w.n_counted += n_rows
    else:
        for i in range(n_rows):
            if tile.entries.counted[i]:
                w.n_counted += 1
            else:
                w.rows[i] = w.weight[i] = 0.0
    if plan.has_sum or plan.stored != plan.result:
        plan.tier.round[plan.result](w.rows, n_rows)
    if plan.has_out:
        plan.tier.store[plan.stored](w.rows, n_rows, tile.address[<int>OUT], plan.stride[inner][<int>OUT])
    if plan.has_sum:
        plan.tier.exact_add(&w.sum, w.rows, n_rows)
    if plan.has_weight:
        plan.tier.exact_add(&w.sum_of_weights, w.weight, n_rows)


cdef Trouble finish_tile(const Plan *plan, xentc_scratch *w, Tile *tile, BadRow *bad) noexcept nogil:
    cdef Py_ssize_t at = 0
    cdef Trouble trouble = compute(plan, w, tile, &at)
    if trouble == NONE:
        finish_rows(plan, w, tile)
    else:
        bad.row = <Py_ssize_t>tile.address[<int>ROW] + at * plan.stride[plan.n_axes - 1][<int>ROW]
    return trouble


cdef Trouble run_unit(const Plan *plan, xentc_scratch *w, Py_ssize_t unit, BadRow *bad) noexcept nogil:
    """The rows of one unit, up to the first one that the caller must hear of."""
    cdef Py_ssize_t run = unit // plan.units_per_run, first = unit % plan.units_per_run * plan.unit_rows
    cdef int inner = plan.n_axes - 1, axis, i
    cdef Py_ssize_t n_left = min(plan.unit_rows, plan.shape[inner] - first), at
    cdef char *address[N_WALKERS]
    cdef Tile[2] tiles
    cdef Tile *tile = &tiles[0]
    cdef Tile *last = NULL
    cdef Trouble trouble, later
    for i in range(2):
        tiles[i].entries = &w.entries[i]
        tiles[i].t = plan.t
        tiles[i].y = plan.y
    for i in range(<int>N_WALKERS):
        address[i] = plan.base[i] + first * plan.stride[inner][i]
    for axis in range(inner - 1, -1, -1):
        at = run % plan.shape[axis]
        run //= plan.shape[axis]
        for i in range(<int>N_WALKERS):
            address[i] += at * plan.stride[axis][i]
    while n_left:
        tile.n_rows = min(n_left, plan.tile_rows)
        for i in range(<int>N_WALKERS):
            tile.address[i] = address[i]
        if plan.source == FROM_DENSE or plan.source == FROM_BINARY:
            tile.t.data = address[<int>T]
        tile.y.data = address[<int>Y]
        trouble = search(plan, w, tile, &at)
        if trouble == NONE and (plan.check_y or plan.check_t):
            trouble = check_tile(plan, w, tile, &at)
        if last != NULL:
            later = finish_tile(plan, w, last, bad)
            if later != NONE:
                return later
        if trouble != NONE:
            bad.row = <Py_ssize_t>address[<int>ROW] + at * plan.stride[inner][<int>ROW]
            return trouble
        for i in range(<int>N_WALKERS):
            address[i] += tile.n_rows * plan.stride[inner][i]
        n_left -= tile.n_rows
        last = tile
        tile = &tiles[1] if tile == &tiles[0] else &tiles[0]
    return finish_tile(plan, w, last, bad)


cdef int tier_number = 0


def use_tier(int number):
    """Chooses the tier that all later calls run, by its place in `tier_names`."""
    global tier_number
    if not 0 <= number < xentc_n_supported_tiers():
        raise ValueError(f"this machine has no tier number {number}")
    tier_number = number


def tier_in_use():
    return tier_number


tier_names = tuple(xentc_tiers[i].name.decode() for i in range(xentc_n_tiers))
n_supported_tiers = xentc_n_supported_tiers()
compiler = xentc_compiler().decode()
compile_flags = XENTC_FLAGS.decode()


cdef class Job:
    """One computation over arrays that have been checked; `run` may be called by many threads at once.

    `t` is the array of targets, of y's shape (``source="dense"``), the array of labels, of y's shape but for
    its last axis, the classes ("labels"), or ``(indptr, indices, data)`` ("csr", y has two axes); with "binary"
    the last axis of both has one element. `out`,
    `where` and `sample_weight`, if not None, have the shape of the rows too; `class_weight` is float64, (K,).
    """

    cdef Plan plan
    cdef Py_ssize_t next_unit
    cdef int stop
    cdef xentc_exact sum, sum_of_weights
    cdef int64_t clipped, counted, off_sums
    cdef BadRow bad
    cdef object arrays, lock

    def __init__(self, t, cnp.ndarray y, cnp.ndarray out, *, str source, cnp.ndarray where, cnp.ndarray sample_weight,
                 cnp.ndarray class_weight, ignore_index, double label_smoothing, bint summed, bint weighed,
                 bint count_clipped, bint negate, bint double, double eps, int result, int stored, double tolerance_t,
                 double tolerance_y, double ceiling, bint count_off_sums, bint in_order, lock):
        cdef Plan *plan = &self.plan
        cdef int ndim = cnp.PyArray_NDIM(y), i
        cdef Py_ssize_t number = 1, axis
        cdef cnp.npy_intp *shape = cnp.PyArray_DIMS(y)
        cdef cnp.ndarray walking
        walkers = [None, y, out, None, where, sample_weight]
        self.arrays = (t, y, out, where, sample_weight, class_weight)
        self.lock = lock
        plan.tier = xentc_tiers[tier_number]
        plan.n_classes = shape[ndim - 1]
        plan.y = operand(dtype_of[cnp.PyArray_TYPE(y)], NULL, 0, cnp.PyArray_STRIDES(y)[ndim - 1])
        plan.class_weight = <const double *>cnp.PyArray_DATA(class_weight) if class_weight is not None else NULL
        plan.class_weight_total = class_weight.sum() if class_weight is not None else plan.n_classes
        plan.keep = 1.0 - label_smoothing
        plan.uniform = label_smoothing / plan.n_classes if plan.n_classes else 0.0
        plan.has_ignore = ignore_index is not None
        plan.ignore_index = ignore_index if plan.has_ignore else 0
        plan.has_mask = where is not None
        plan.factor_dtype = dtype_of[cnp.PyArray_TYPE(sample_weight)] if sample_weight is not None else -1
        plan.has_sum = summed
        plan.has_weight = weighed
        plan.count_clipped = count_clipped
        walkers[0] = self.plan_targets(t, source, double)
        plan.eps = eps
        plan.ceiling = ceiling
        plan.negate = negate
        plan.check_t = tolerance_t >= 0
        plan.check_y = tolerance_y >= 0
        plan.tolerance_t = tolerance_t
        plan.tolerance_y = tolerance_y
        plan.count_off_sums = count_off_sums
        plan.result = result
        plan.stored = stored
        plan.has_out = out is not None
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
        plan_units(plan)

    cdef cnp.ndarray plan_targets(self, t, str source, bint double):
        """Source, precision and operand t; returns the array that walks over the rows."""
        cdef Plan *plan = &self.plan
        cdef cnp.ndarray walking, values
        if source == "csr":
            plan.source = FROM_CSR
            walking, indices, values = t
            plan.index_dtype = dtype_of[cnp.PyArray_TYPE(walking)]
            plan.csr_indices = cnp.PyArray_BYTES(<cnp.ndarray>indices)
            plan.csr_length = min(len(indices), len(values))
        else:
            walking = values = t
            plan.source = {"labels": FROM_LABELS, "dense": FROM_DENSE, "binary": FROM_BINARY}[source]
            plan.index_dtype = dtype_of[cnp.PyArray_TYPE(walking)]
        cdef int dtype = dtype_of[cnp.PyArray_TYPE(values)]
        if double:
            plan.precision = XENTC_DOUBLE
        elif plan.source == FROM_LABELS or dtype <= XENTC_FLOAT32:
            plan.precision = XENTC_SINGLE
        else:
            plan.precision = XENTC_SINGLE_WIDE
        # Where coefficients are more than t itself they are float64.
        if plan.precision == XENTC_SINGLE and (plan.class_weight != NULL or plan.has_weight or plan.count_clipped):
            plan.precision = XENTC_SINGLE_WIDE
        if plan.source == FROM_LABELS:
            plan.t = operand(XENTC_BOOL, <char *>&TRUE, 0, 0)
        elif plan.source == FROM_CSR:
            plan.t = operand(dtype, cnp.PyArray_BYTES(values), 0, 0)
        else:
            plan.t = operand(dtype, NULL, 0, cnp.PyArray_STRIDES(values)[cnp.PyArray_NDIM(values) - 1])
        return walking

    def run(self):
        """Takes units until none is left."""
        cdef xentc_scratch *w = xentc_scratch_take()
        cdef Py_ssize_t unit
        cdef BadRow bad
        if w == NULL:
            xentc_store_flag(&self.stop, 1)
            raise MemoryError("no memory for half a megabyte of working space")
        bad.trouble = NONE
        with nogil:
            memset(&w.sum, 0, sizeof(xentc_exact))
            memset(&w.sum_of_weights, 0, sizeof(xentc_exact))
            w.n_counted = w.n_clipped = w.n_off_sums = 0
            while not xentc_load_flag(&self.stop):
                unit = xentc_fetch_add(&self.next_unit)
                if unit >= self.plan.n_units:
                    break
                bad.trouble = run_unit(&self.plan, w, unit, &bad)
                if bad.trouble != NONE:
                    xentc_store_flag(&self.stop, 1)
                    break
            self.plan.tier.exact_carry(&w.sum)
            self.plan.tier.exact_carry(&w.sum_of_weights)
        with self.lock:
            merge(&self.sum, &w.sum)
            merge(&self.sum_of_weights, &w.sum_of_weights)
            self.counted += w.n_counted
            self.clipped += w.n_clipped
            self.off_sums += w.n_off_sums
            # Units are taken in order and every one taken is done up to its own first bad row, so the
            # smallest number of all threads is the smallest of all.
            if bad.trouble != NONE and (self.bad.trouble == NONE or bad.row < self.bad.row):
                self.bad = bad
        xentc_scratch_give(w)

    @property
    def n_elements(self):
        return self.plan.n_rows * self.plan.n_classes

    @property
    def n_units(self):
        return self.plan.n_units

    @property
    def n_counted(self):
        """How many rows are not masked."""
        return self.counted

    @property
    def n_clipped(self):
        """How many terms had y < eps, where that was asked for."""
        return self.clipped

    @property
    def n_off_sums(self):
        """How many rows of y do not sum to 1, where they are counted."""
        return self.off_sums

    @property
    def bad_row(self):
        """(what is wrong with it, its number in C order) of the first row the caller must hear of, or None."""
        if self.bad.trouble == NONE:
            return None
        return TROUBLES[<int>self.bad.trouble], self.bad.row

    @property
    def exact_sum(self):
        """Of the rows as they were rounded: (integer, n +inf, n -inf, n NaN), the finite ones summing to
        exactly the integer times 2^-1074."""
        return as_integers(&self.sum)

    @property
    def exact_weight(self):
        """The same of the rows' weights."""
        return as_integers(&self.sum_of_weights)


TROUBLES = (None, "t is no distribution", "y is no distribution", "out of range", "not canonical", "t is outside",
            "y is outside", "bad indptr")
cdef uint8_t TRUE = 1


cdef void merge(xentc_exact *total, const xentc_exact *part) noexcept:
    cdef int i
    for i in range(XENTC_DIGITS):
        total.digit[i] += part.digit[i]
    total.n_positive_infinity += part.n_positive_infinity
    total.n_negative_infinity += part.n_negative_infinity
    total.n_nan += part.n_nan


cdef tuple as_integers(const xentc_exact *sum):
    cdef int i
    total = 0
    for i in range(XENTC_DIGITS - 1, -1, -1):
        total = (total << 32) + sum.digit[i]
    return total, sum.n_positive_infinity, sum.n_negative_infinity, sum.n_nan


cdef void sort_and_join_axes(Plan *plan, bint sort) noexcept:
    """Outer axes from the largest to the smallest step in memory, or as they are; those of one run joined."""
    cdef int i, j, w, n = 0
    cdef bint joined
    for i in range(plan.n_axes):    # axes of length 1 have no step
        if plan.shape[i] != 1:
            move_axis(plan, i, n)
            n += 1
    for i in range(1, n if sort else 0):    # insertion sort: stable, at most 63 axes
        for j in range(i, 0, -1):
            if step_of(plan, j - 1) >= step_of(plan, j):
                break
            swap_axes(plan, j - 1, j)
    i = 0
    for j in range(1, n):
        joined = True
        for w in range(<int>N_WALKERS):
            joined = joined and plan.stride[i][w] == plan.stride[j][w] * plan.shape[j]
        if joined:
            plan.shape[i] *= plan.shape[j]
            for w in range(<int>N_WALKERS):
                plan.stride[i][w] = plan.stride[j][w]
        else:
            i += 1
            move_axis(plan, j, i)
    plan.n_axes = i + 1
    if n == 0:
        plan.shape[0] = 1
        for w in range(<int>N_WALKERS):
            plan.stride[0][w] = 0


cdef inline Py_ssize_t step_of(const Plan *plan, int axis) noexcept:
    """Size of a step of the operand that is read most: y, or t where y is broadcast."""
    cdef Py_ssize_t y = plan.stride[axis][<int>Y], t = plan.stride[axis][<int>T]
    return abs(y) if y else abs(t)


cdef inline void move_axis(Plan *plan, int source, int target) noexcept:
    plan.shape[target] = plan.shape[source]
    plan.stride[target] = plan.stride[source]


cdef inline void swap_axes(Plan *plan, int i, int j) noexcept:
    cdef Py_ssize_t length = plan.shape[i]
    cdef Py_ssize_t[N_WALKERS] stride = plan.stride[i]
    move_axis(plan, j, i)
    plan.shape[j] = length
    plan.stride[j] = stride
