# A whole computation: the plan of its rows, the threads that run it, what they leave.


cdef void plan_units(Plan *plan) noexcept:
    """How rows are cut: by the number of classes and the layout alone, never by the number of threads."""
    cdef Py_ssize_t n_classes = max(plan.n_classes, 1), n_inner = plan.shape[plan.n_axes - 1]
    plan.tile_rows = XENTC_TILE_ROWS
    if along_classes(&plan.t):
        plan.tile_rows = min(max(XENTC_TILE_ELEMENTS // n_classes, 1), XENTC_TILE_ROWS)
    # About 2^18 elements a unit: below a millisecond, so that threads end together.
    plan.unit_rows = plan.tile_rows * max((1 << 18) // (plan.tile_rows * n_classes), 1)
    plan.units_per_run = (n_inner + plan.unit_rows - 1) // plan.unit_rows
    plan.n_units = plan.n_rows // n_inner * plan.units_per_run if n_inner else 0


cdef void finish_rows(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """Sign, rounding to the result dtype; then into `out` and the exact sum."""
    cdef Py_ssize_t i, n_rows = tile.n_rows
    if plan.negate:
        for i in range(n_rows):
            w.rows[i] = 0.0 - w.rows[i]   # 0 - 0 is +0
    if plan.has_sum or plan.stored != plan.result:
        plan.tier.round[plan.result](w.rows, n_rows)
    if plan.has_out:
        plan.tier.store[plan.stored](w.rows, n_rows, tile.out, plan.stride[plan.n_axes - 1][<int>OUT])
    if plan.has_sum:
        plan.tier.exact_add(&w.sum, w.rows, n_rows)


cdef struct BadRow:
    int walker          # T or Y; N_WALKERS: none
    Py_ssize_t row      # its number in C order


cdef bint run_unit(const Plan *plan, xentc_scratch *w, Py_ssize_t unit, BadRow *bad) noexcept nogil:
    """The rows of one unit. False when check=True met a row that is no distribution."""
    cdef Py_ssize_t run = unit // plan.units_per_run, first = unit % plan.units_per_run * plan.unit_rows
    cdef int inner = plan.n_axes - 1, axis, i
    cdef Py_ssize_t n_left = min(plan.unit_rows, plan.shape[inner] - first), n, at
    cdef char *address[N_WALKERS]
    cdef Tile[2] tiles
    cdef Tile *tile = &tiles[0]
    cdef Tile *last = NULL
    for i in range(2):
        tiles[i].entries = &w.entries[i]
        tiles[i].t = plan.t
        tiles[i].y = plan.y
    for i in range(N_WALKERS):
        address[i] = plan.base[i] + first * plan.stride[inner][i]
    for axis in range(inner - 1, -1, -1):
        at = run % plan.shape[axis]
        run //= plan.shape[axis]
        for i in range(N_WALKERS):
            address[i] += at * plan.stride[axis][i]
    while n_left:
        n = min(n_left, plan.tile_rows)
        tile.t.data = address[<int>T]
        tile.y.data = address[<int>Y]
        tile.out = address[<int>OUT]
        tile.n_rows = n
        if (plan.check_y or plan.check_t) and not check_tile(plan, w, tile, <Py_ssize_t>address[<int>ROW], bad):
            return False
        search(plan, w, tile)
        if last != NULL:
            compute(plan, w, last)
            finish_rows(plan, w, last)
        last = tile
        tile = &tiles[1] if tile == &tiles[0] else &tiles[0]
        for i in range(N_WALKERS):
            address[i] += n * plan.stride[inner][i]
        n_left -= n
    compute(plan, w, last)
    finish_rows(plan, w, last)
    return True


cdef bint check_tile(const Plan *plan, xentc_scratch *w, const Tile *tile, Py_ssize_t number, BadRow *bad) noexcept nogil:
    """False, and which row it is, when one of the tile is no distribution."""
    cdef Py_ssize_t step = plan.stride[plan.n_axes - 1][<int>ROW], y_row = tile.n_rows, t_row = tile.n_rows
    if plan.check_y:
        y_row = first_bad_row(plan, w, &tile.y, plan.tolerance_y, tile.n_rows)
    if plan.check_t:
        t_row = first_bad_row(plan, w, &tile.t, plan.tolerance_t, tile.n_rows)
    bad.walker = Y if y_row <= t_row else T
    bad.row = number + min(y_row, t_row) * step
    return min(y_row, t_row) == tile.n_rows


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


def small(t, y):
    """Losses of two plain arrays without any option, or None for what the general route must look at.

    Taken as they are: exact ndarrays, C-contiguous, aligned, native, of one shape with one or two axes and
    at most 2^12 elements: for these nothing needs to be checked or planned.
    """
    cdef Plan plan
    cdef BadRow bad
    cdef cnp.ndarray t_array, y_array, out
    cdef int t_dtype, y_dtype, ndim, type_number
    cdef xentc_scratch *w
    if type(t) is not cnp.ndarray or type(y) is not cnp.ndarray:
        return None
    t_array = t
    y_array = y
    ndim = cnp.PyArray_NDIM(y_array)
    type_number = cnp.PyArray_TYPE(y_array)
    if (
        ndim != cnp.PyArray_NDIM(t_array) or ndim < 1 or ndim > 2
        or not cnp.PyArray_ISCARRAY_RO(t_array) or not cnp.PyArray_ISCARRAY_RO(y_array)
        or cnp.PyArray_TYPE(t_array) >= 32 or type_number >= 32
    ):
        return None
    t_dtype = dtype_of[cnp.PyArray_TYPE(t_array)]
    y_dtype = dtype_of[type_number]
    if not (
        t_dtype >= 0 and (y_dtype == t_dtype or t_dtype not in (XENTC_FLOAT16, XENTC_FLOAT32, XENTC_FLOAT64))
        and y_dtype in (XENTC_FLOAT16, XENTC_FLOAT32, XENTC_FLOAT64)
    ):
        return None
    cdef cnp.npy_intp *shape = cnp.PyArray_DIMS(y_array)
    cdef Py_ssize_t n_classes = shape[ndim - 1], n_rows = shape[0] if ndim == 2 else 1
    if (
        n_classes != cnp.PyArray_DIMS(t_array)[ndim - 1]
        or (ndim == 2 and cnp.PyArray_DIMS(t_array)[0] != n_rows)
        or n_classes < 1 or n_classes > 4096 or n_rows < 1 or n_rows * n_classes > 4096
    ):
        return None
    out = cnp.PyArray_EMPTY(ndim - 1, shape, type_number, 0)
    plan.tier = xentc_tiers[tier_number]
    plan.n_classes = n_classes
    plan.n_rows = n_rows
    plan.n_axes = 1
    plan.shape[0] = n_rows
    plan.t = operand(t_dtype, NULL, n_classes << log2_size_of[t_dtype], <Py_ssize_t>1 << log2_size_of[t_dtype])
    plan.y = operand(y_dtype, NULL, n_classes << log2_size_of[y_dtype], <Py_ssize_t>1 << log2_size_of[y_dtype])
    plan.stride[0][<int>T] = plan.t.row
    plan.stride[0][<int>Y] = plan.y.row
    plan.stride[0][<int>OUT] = <Py_ssize_t>1 << log2_size_of[y_dtype]
    plan.stride[0][<int>ROW] = 1
    plan.base[<int>T] = cnp.PyArray_BYTES(t_array)
    plan.base[<int>Y] = cnp.PyArray_BYTES(y_array)
    plan.base[<int>OUT] = cnp.PyArray_BYTES(out)
    plan.base[<int>ROW] = NULL
    plan.negate = True
    plan.check_t = plan.check_y = plan.has_sum = False
    plan.has_out = True
    if y_dtype == XENTC_FLOAT64:
        plan.precision = XENTC_DOUBLE
        plan.result = XENTC_TO_DOUBLE
        plan.eps = EPS_DOUBLE
    else:
        plan.precision = XENTC_SINGLE if t_dtype <= XENTC_FLOAT32 else XENTC_SINGLE_WIDE
        plan.result = XENTC_TO_SINGLE if y_dtype == XENTC_FLOAT32 else XENTC_TO_HALF
        plan.eps = EPS_SINGLE if y_dtype == XENTC_FLOAT32 else EPS_HALF
    plan.stored = plan.result
    plan_units(&plan)
    w = xentc_scratch_take()
    if w == NULL:
        raise MemoryError
    for unit in range(plan.n_units):
        run_unit(&plan, w, unit, &bad)
    xentc_scratch_give(w)
    if ndim == 2:
        return out
    Py_INCREF(out)   # PyArray_Return takes a reference over, which its declaration does not say
    return cnp.PyArray_Return(out)


cdef double EPS_HALF = 2.0 ** -10, EPS_SINGLE = 2.0 ** -23, EPS_DOUBLE = 2.0 ** -52


cdef class Job:
    """One computation over arrays that have been checked; `run` may be called by many threads at once.

    t and y have one shape, its last axis the classes; out, if any, has the shape of the others.
    """

    cdef Plan plan
    cdef Py_ssize_t next_unit
    cdef int stop
    cdef xentc_exact sum
    cdef BadRow bad
    cdef object arrays, lock

    def __init__(self, cnp.ndarray t, cnp.ndarray y, cnp.ndarray out, *, bint summed, bint negate, bint double,
                 double eps, int result, int stored, double tolerance_t, double tolerance_y,
                 bint in_order, lock):
        cdef Plan *plan = &self.plan
        cdef int ndim = cnp.PyArray_NDIM(y), t_dtype = dtype_of[cnp.PyArray_TYPE(t)]
        cdef Py_ssize_t number = 1, axis
        cdef cnp.npy_intp *shape = cnp.PyArray_DIMS(y)
        self.arrays = (t, y, out)
        self.lock = lock
        self.bad.walker = N_WALKERS
        plan.tier = xentc_tiers[tier_number]
        plan.n_classes = shape[ndim - 1]
        plan.t = operand(t_dtype, NULL, 0, cnp.PyArray_STRIDES(t)[ndim - 1])
        plan.y = operand(dtype_of[cnp.PyArray_TYPE(y)], NULL, 0, cnp.PyArray_STRIDES(y)[ndim - 1])
        plan.base[<int>T] = cnp.PyArray_BYTES(t)
        plan.base[<int>Y] = cnp.PyArray_BYTES(y)
        plan.base[<int>OUT] = cnp.PyArray_BYTES(out) if out is not None else NULL
        plan.base[<int>ROW] = NULL
        plan.precision = XENTC_DOUBLE if double else XENTC_SINGLE if t_dtype <= XENTC_FLOAT32 else XENTC_SINGLE_WIDE
        plan.eps = eps
        plan.negate = negate
        plan.check_t = tolerance_t >= 0
        plan.check_y = tolerance_y >= 0
        plan.tolerance_t = tolerance_t
        plan.tolerance_y = tolerance_y
        plan.result = result
        plan.stored = stored
        plan.has_out = out is not None
        plan.has_sum = summed
        plan.n_axes = ndim - 1
        for axis in range(ndim - 2, -1, -1):
            plan.shape[axis] = shape[axis]
            plan.stride[axis][<int>T] = cnp.PyArray_STRIDES(t)[axis]
            plan.stride[axis][<int>Y] = cnp.PyArray_STRIDES(y)[axis]
            plan.stride[axis][<int>OUT] = cnp.PyArray_STRIDES(out)[axis] if out is not None else 0
            plan.stride[axis][<int>ROW] = number
            number *= shape[axis]
        plan.n_rows = number
        sort_and_join_axes(plan, not in_order)
        plan.t.row = plan.stride[plan.n_axes - 1][<int>T]
        plan.y.row = plan.stride[plan.n_axes - 1][<int>Y]
        plan_units(plan)

    def run(self):
        """Takes units until none is left."""
        cdef xentc_scratch *w = xentc_scratch_take()
        cdef Py_ssize_t unit
        cdef BadRow bad
        cdef bint found = False
        cdef int i
        if w == NULL:
            xentc_store_flag(&self.stop, 1)
            raise MemoryError("no memory for a quarter of a megabyte of working space")
        with nogil:
            memset(&w.sum, 0, sizeof(xentc_exact))
            while not xentc_load_flag(&self.stop):
                unit = xentc_fetch_add(&self.next_unit)
                if unit >= self.plan.n_units:
                    break
                if not run_unit(&self.plan, w, unit, &bad):
                    found = True
                    xentc_store_flag(&self.stop, 1)
                    break
            self.plan.tier.exact_carry(&w.sum)
        with self.lock:
            for i in range(XENTC_DIGITS):
                self.sum.digit[i] += w.sum.digit[i]
            self.sum.n_positive_infinity += w.sum.n_positive_infinity
            self.sum.n_negative_infinity += w.sum.n_negative_infinity
            self.sum.n_nan += w.sum.n_nan
            # Units are taken in order and every one taken is finished up to its own first bad row, so the
            # smallest number of all threads is the smallest of all.
            if found and (self.bad.walker == N_WALKERS or bad.row < self.bad.row):
                self.bad = bad
        xentc_scratch_give(w)

    @property
    def n_elements(self):
        return self.plan.n_rows * self.plan.n_classes

    @property
    def n_rows(self):
        return self.plan.n_rows

    @property
    def n_units(self):
        return self.plan.n_units

    @property
    def bad_row(self):
        """("t" or "y", row number in C order) of the first row that is no distribution, or None."""
        if self.bad.walker == N_WALKERS:
            return None
        return "ty"[self.bad.walker], self.bad.row

    @property
    def exact_sum(self):
        """(integer, n +inf, n -inf, n NaN): the finite rows sum to exactly the integer times 2^-1074."""
        total = 0
        for i in range(XENTC_DIGITS - 1, -1, -1):
            total = (total << 32) + self.sum.digit[i]
        return total, self.sum.n_positive_infinity, self.sum.n_negative_infinity, self.sum.n_nan


cdef void sort_and_join_axes(Plan *plan, bint sort) noexcept:
    """Outer axes from the largest to the smallest step in memory, or as they are; neighbours of one run joined."""
    cdef int i, j, w, n = 0
    cdef Py_ssize_t length, step
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
        for w in range(N_WALKERS):
            joined = joined and plan.stride[i][w] == plan.stride[j][w] * plan.shape[j]
        if joined:
            plan.shape[i] *= plan.shape[j]
            for w in range(N_WALKERS):
                plan.stride[i][w] = plan.stride[j][w]
        else:
            i += 1
            move_axis(plan, j, i)
    plan.n_axes = i + 1
    if n == 0:
        plan.shape[0] = 1
        for w in range(N_WALKERS):
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
