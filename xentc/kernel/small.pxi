# The short way for small plain arrays: no argument to check, nothing to plan, no other thread.

cdef double NO_SUMS = -1.0


cdef enum:
    SMALL = 4096    # elements; a microsecond or two, in which the lock of the interpreter is kept


cdef bint is_plain(object array) noexcept:
    """Whether it is an exact ndarray, C-contiguous, aligned and native, with one or two axes."""
    cdef cnp.ndarray a
    if type(array) is not cnp.ndarray:
        return False
    a = array
    return cnp.PyArray_ISCARRAY_RO(a) and 1 <= cnp.PyArray_NDIM(a) <= 2


cdef Operand in_rows(int dtype, Py_ssize_t n_classes) noexcept:
    cdef Operand o = operand(dtype, NULL, 0, 0)
    o.k = size_of(&o)
    o.row = n_classes * o.k
    return o


def small(object t_object, object y_object, bint check):
    """Losses of two small plain arrays without any option, or None for what the general route must look at; with
    `check` that is what cannot be, too."""
    cdef Plan plan
    cdef BadRow bad
    cdef TroubleKind trouble = NONE
    cdef cnp.ndarray t, y, out
    cdef xentc_scratch *w
    if not is_plain(t_object) or not is_plain(y_object):
        return None
    t = t_object
    y = y_object
    cdef int t_dtype = known_code(t), y_dtype = known_code(y)
    cdef int ndim = cnp.PyArray_NDIM(y)
    if cnp.PyArray_NDIM(t) != ndim or t_dtype < 0 or y_dtype < 0 or not is_float(y_dtype):
        return None
    if is_float(t_dtype) and t_dtype != y_dtype:
        return None
    if cnp.PyArray_TYPE(y) < 0 or cnp.PyArray_TYPE(y) == cnp.NPY_VOID:     # no number makes an array of that dtype
        return None
    cdef cnp.npy_intp *shape = cnp.PyArray_DIMS(y)
    cdef Py_ssize_t n_classes = shape[ndim - 1], n_rows = shape[0] if ndim == 2 else 1
    if n_classes != cnp.PyArray_DIMS(t)[ndim - 1] or (ndim == 2 and cnp.PyArray_DIMS(t)[0] != n_rows):
        return None
    if not (1 <= n_classes <= SMALL and 1 <= n_rows <= SMALL // n_classes):
        return None
    out = cnp.PyArray_EMPTY(ndim - 1, shape, cnp.PyArray_TYPE(y), 0)
    w = xentc_scratch_take()
    if w == NULL:
        raise MemoryError("no memory for 1.2 MB of working space")
    plan.tier = xentc_tiers[tier_number]
    plan.source = FROM_DENSE
    plan.n_classes = n_classes
    plan.n_rows = n_rows
    plan.n_axes = 1
    plan.shape[0] = n_rows
    plan.t = in_rows(t_dtype, n_classes)
    plan.y = in_rows(y_dtype, n_classes)
    plan.base[<int>T] = cnp.PyArray_BYTES(t)
    plan.base[<int>Y] = cnp.PyArray_BYTES(y)
    plan.base[<int>OUT] = cnp.PyArray_BYTES(out)
    plan.base[<int>ROW] = plan.base[<int>MASK] = plan.base[<int>FACTOR] = NULL
    plan.base[<int>POSITIVE] = plan.base[<int>GRAD] = plan.base[<int>HESS] = NULL
    plan.base[<int>GROUP] = plan.base[<int>NUMBER] = NULL
    plan.stride[0][<int>T] = plan.t.row
    plan.stride[0][<int>Y] = plan.y.row
    plan.stride[0][<int>OUT] = plan.y.k
    plan.stride[0][<int>ROW] = 1
    plan.stride[0][<int>MASK] = plan.stride[0][<int>FACTOR] = 0
    plan.stride[0][<int>POSITIVE] = plan.stride[0][<int>GRAD] = plan.stride[0][<int>HESS] = 0
    plan.stride[0][<int>GROUP] = plan.stride[0][<int>NUMBER] = 0
    plan.has_ignore = plan.has_mask = plan.count_off_sums = plan.look_always = False
    plan.has_sum = plan.has_weight = plan.count_clipped = False
    plan.logits = False
    plan.grad.data = plan.hess.data = NULL
    plan.evaluation = NULL
    plan.spread = False
    plan.class_weight = NULL
    plan.keep = 1.0
    plan.uniform = plan.half = 0.0
    plan.ceiling = INFINITY
    plan.factor_dtype = plan.positive_dtype = -1
    plan.negate = plan.has_out = True
    plan.eps = xentc_dtypes[y_dtype].eps
    if y_dtype == XENTC_FLOAT64:
        plan.precision = XENTC_DOUBLE
    else:
        plan.precision = XENTC_SINGLE if xentc_dtypes[t_dtype].exact_in_single else XENTC_SINGLE_WIDE
    plan.check_y = check_of(y_dtype, sqrt(plan.eps) if check else INFINITY, NO_SUMS)
    plan.check_t = check_of(t_dtype, INFINITY if not check else sqrt(plan.eps) if is_float(t_dtype) else 0.0, NO_SUMS)
    plan.stored = y_dtype
    plan_units(&plan)
    w.n_counted = 0
    w.stop = &never_stop
    w.next_look = NEVER
    for unit in range(plan.n_units):
        trouble = run_unit(&plan, w, unit, &bad)
        if trouble != NONE:
            break
    xentc_scratch_give(w)
    if trouble != NONE:     # which the general route finds again, and names
        return None
    if ndim == 2:
        return out
    Py_INCREF(out)   # PyArray_Return takes a reference over, which its declaration does not say
    return cnp.PyArray_Return(out)
