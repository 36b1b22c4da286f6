# The short way for small plain arrays: the arguments of a public function as they come, on one thread. What is not
# plain, or wrong, it leaves to the general route, which finds it again.

cdef object float64_type


cdef void fill_types() except *:
    global float64_type
    from numpy import float64
    float64_type = float64


fill_types()

cdef bint small_is_on = True


def use_small(bint on):
    """Whether the short way is taken at all: tests look at the general one. Returns what was set before."""
    global small_is_on
    before = small_is_on
    small_is_on = on
    return before


cdef enum WantedOfSmall:
    LOSS            # rows or their reduction
    LIKELIHOOD      # with the other sign
    GRADIENT        # loss and gradient
    DERIVATIVES     # gradient and diagonal of the Hessian
    TOTALS          # exact totals
    LOG_LOSS        # the loss as scikit-learn clips and checks it, of labels which are all classes


sources = {"dense": FROM_DENSE, "labels": FROM_LABELS, "binary": FROM_BINARY}
returned = {"loss": LOSS, "likelihood": LIKELIHOOD, "gradient": GRADIENT, "derivatives": DERIVATIVES, "totals": TOTALS,
            "log_loss": LOG_LOSS}


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


cdef bint overlap(cnp.ndarray a, object b) noexcept:
    """Whether two contiguous arrays share a byte."""
    if b is None or type(b) is not cnp.ndarray:
        return False
    cdef char *start = cnp.PyArray_BYTES(a)
    cdef char *other = cnp.PyArray_BYTES(<cnp.ndarray>b)
    return start < other + cnp.PyArray_NBYTES(<cnp.ndarray>b) and other < start + cnp.PyArray_NBYTES(a)


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


def small(int source, int wanted, t_object, y_object, axis, eps, from_logits, label_smoothing, class_weight,
          sample_weight, where, ignore_index, reduction_name, out_object, check, pos_weight=None,
          double hess_floor=0.0, double hess_factor=1.0):
    """What a public function returns for small plain arrays, or None: then the general route must look at them.

    Of `source` t is an array of y's shape (FROM_DENSE), labels (FROM_LABELS), or t of two classes (FROM_BINARY);
    the other arguments are those of the public functions, as a caller wrote them.
    """
    cdef Plan plan
    cdef cnp.ndarray t, y, out = None, grad = None, hess = None
    cdef xentc_scratch *w
    cdef int where_dtype, t_dtype, y_dtype, ndim, row_ndim, logits = flag_of(from_logits)
    cdef cnp.npy_intp *shape
    cdef Py_ssize_t n_classes, n_rows, i
    cdef double a, nanoseconds, positive
    cdef bint binary = source == FROM_BINARY, double_precision
    cdef Reduction reduction = reduction_of(reduction_name)
    cdef TroubleKind trouble
    if not small_is_on or not is_plain(t_object) or not is_plain(y_object):
        return None
    t = t_object
    y = y_object
    t_dtype = known_code(t)
    y_dtype = known_code(y)
    ndim = cnp.PyArray_NDIM(y)
    shape = cnp.PyArray_DIMS(y)
    row_ndim = ndim if binary else ndim - 1
    if (t_dtype < 0 or y_dtype < 0 or logits < 0 or reduction == UNKNOWN or row_ndim < 0
            or not is_float(y_dtype) or type(axis) is not int or axis != -1 or type(label_smoothing) is not float):
        return None
    if cnp.PyArray_TYPE(y) < 0 or cnp.PyArray_TYPE(y) == cnp.NPY_VOID:     # no number makes an array of that dtype
        return None
    if not has_shape(t, row_ndim if source == FROM_LABELS else ndim, shape):
        return None
    if source != FROM_LABELS and is_float(t_dtype) and t_dtype != y_dtype:
        return None
    n_classes = 1 if binary else shape[ndim - 1]
    if n_classes == 0:
        return None
    n_rows = cnp.PyArray_SIZE(y) // n_classes
    a = label_smoothing
    if n_rows == 0 or n_rows * n_classes > XENTC_NANOSECONDS_PER_THREAD * 4 or not 0.0 <= a <= 1.0:
        return None

    set_defaults(&plan)
    plan.source = <Source>source
    plan.n_classes = n_classes
    plan.n_rows = plan.shape[0] = n_rows
    plan.logits = logits
    plan.y = in_rows(y_dtype, n_classes)
    plan.eps = xentc_dtypes[y_dtype].eps if not logits else 0.0
    plan.negate = wanted != LIKELIHOOD
    double_precision = y_dtype == XENTC_FLOAT64
    walk(&plan, Y, y, plan.y.row)
    if source == FROM_LABELS:
        plan.index_dtype = t_dtype
        plan.t = operand(XENTC_BOOL, <char *>&TRUE, 0, 0)
        walk(&plan, T, t, bytes_of(t_dtype))
    else:
        plan.t = in_rows(t_dtype, n_classes)
        walk(&plan, T, t, plan.t.row)
    if not set_eps(&plan, eps, double_precision or binary):
        return None
    if wanted == LOG_LOSS:
        if is_float(t_dtype) or row_ndim != 1 or n_classes < 2:
            return None
        double_precision = plan.count_off_sums = True
        plan.ceiling = 1.0 - plan.eps
        # The two tolerances of np.isclose, by which scikit-learn compares sums.
        plan.check_y = check_of(y_dtype, 0.0, sqrt(plan.eps) + 1e-8)
    elif not binary and not set_checks(&plan, check, XENTC_BOOL if source == FROM_LABELS else t_dtype, y_dtype):
        return None
    if class_weight is not None:
        if not set_class_weight(&plan, class_weight):
            return None
        for i in range(n_classes if checks_used(&plan.check_t) else 0):
            plan.look_always |= plan.class_weight[i] < 0.0
    set_smoothing(&plan, a)
    if sample_weight is not None and not set_rows(&plan, FACTOR, &plan.factor_dtype, sample_weight, row_ndim, shape):
        return None
    if where is not None:
        plan.has_mask = True
        if not set_rows(&plan, MASK, &where_dtype, where, row_ndim, shape) or where_dtype != XENTC_BOOL:
            return None
    if ignore_index is not None and not set_ignored(&plan, ignore_index):
        return None
    if type(pos_weight) is float:
        positive = pos_weight
        plan.positive_dtype = XENTC_FLOAT64
        plan.base[<int>POSITIVE] = <char *>&positive
    elif pos_weight is not None and not set_rows(&plan, POSITIVE, &plan.positive_dtype, pos_weight, row_ndim, shape):
        return None

    plan.has_sum = wanted == TOTALS or (reduction != ROWS and wanted != DERIVATIVES)
    plan.has_weight = ((plan.has_sum and reduction == WEIGHTED_MEAN) or wanted == TOTALS
                       or (logits and not binary and (wanted == GRADIENT or wanted == DERIVATIVES)))
    plan.count_clipped = wanted == TOTALS and not logits
    plan.has_out = reduction == ROWS and wanted != DERIVATIVES and wanted != TOTALS
    plan.stored = y_dtype
    set_precision(&plan, t_dtype, double_precision)
    plan.uniform_weight = uniform_weight(&plan) if plan.has_weight else 0.0
    if out_object is not None:
        if not plan.has_out or not is_plain(out_object) or not has_shape(out_object, row_ndim, shape):
            return None
        out = out_object
        plan.stored = known_code(out)
        if not cnp.PyArray_ISWRITEABLE(out) or plan.stored < 0 or not is_float(plan.stored):
            return None
        for array in (t, y, class_weight, sample_weight, where, pos_weight):
            if overlap(out, array):
                return None
    elif plan.has_out:
        out = cnp.PyArray_EMPTY(row_ndim, shape, cnp.PyArray_TYPE(y), 0)
    if plan.has_out:
        walk(&plan, OUT, out, bytes_of(plan.stored))
    if wanted == GRADIENT or wanted == DERIVATIVES:
        if reduction == WEIGHTED_MEAN:      # what it divides by takes a pass
            return None
        grad = cnp.PyArray_EMPTY(ndim, shape, cnp.PyArray_TYPE(y), 0)
        plan.grad = in_rows(y_dtype, n_classes)
        plan.grad.data = cnp.PyArray_BYTES(grad)
        walk(&plan, GRAD, grad, plan.grad.row)
    if wanted == DERIVATIVES:
        hess = cnp.PyArray_EMPTY(ndim, shape, cnp.PyArray_TYPE(y), 0)
        plan.hess = in_rows(y_dtype, n_classes)
        plan.hess.data = cnp.PyArray_BYTES(hess)
        plan.hess_floor = hess_floor
        plan.hess_factor = hess_factor
        walk(&plan, HESS, hess, plan.hess.row)
    nanoseconds = cost(&plan)
    if nanoseconds > XENTC_NANOSECONDS_PER_THREAD:
        return None
    w = xentc_scratch_take()
    if w == NULL:
        raise MemoryError("no memory for 1.2 MB of working space")
    if grad is not None and reduction == MEAN:
        plan.grad_divisor = <double>(count_rows(&plan, w) if plan.has_mask or plan.has_ignore else n_rows)
    if plan.grad_divisor == 0.0 or (wanted == LOG_LOSS and not all_seen(&plan, w)):
        xentc_scratch_give(w)
        return None
    choose_ways(&plan)
    if nanoseconds < XENTC_QUICK:
        trouble = run_small(&plan, w)
    else:
        with nogil:
            trouble = run_small(&plan, w)
    if trouble != NONE or (plan.count_off_sums and w.n_off_sums):
        xentc_scratch_give(w)
        return None
    if wanted == TOTALS:
        totals = as_integers(&w.sum), as_integers(&w.sum_of_weights), w.n_counted, w.n_clipped, w.n_off_sums, n_classes
        xentc_scratch_give(w)
        return totals
    loss = None
    if plan.has_sum:
        loss = reduced(w, reduction)
        xentc_scratch_give(w)
        if loss is None:
            return None
    else:
        xentc_scratch_give(w)
        if out_object is not None or (plan.has_out and row_ndim):
            loss = out
        elif plan.has_out:
            Py_INCREF(out)   # PyArray_Return takes a reference over, which its declaration does not say
            loss = cnp.PyArray_Return(out)
    if grad is None:
        return loss
    if ndim == 0:
        return None
    return (loss, grad) if wanted == GRADIENT else (grad, hess)


cdef Operand in_rows(int dtype, Py_ssize_t n_classes) noexcept:
    cdef Operand o = operand(dtype, NULL, 0, 0)
    o.k = size_of(&o)
    o.row = n_classes * o.k
    return o
