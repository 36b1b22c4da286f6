# The plan of a small call, step by step. A step that finds what is not plain, or not right, leaves it to the general
# route.


cdef struct SmallCall:
    # What is known of a small call beside its plan.
    WantedOfSmall wanted
    Reduction reduction
    int ndim, row_ndim
    cnp.npy_intp *shape     # of y
    int t_dtype, y_dtype, y_type
    bint double_terms       # terms are computed in float64 whatever the dtypes
    double positive         # pos_weight, where it is one number


cdef bint set_operands(Plan *plan, SmallCall *call, Source source, cnp.ndarray t, cnp.ndarray y, from_logits,
                       label_smoothing) except -1:
    """Defaults, then t and y; whether their dtypes and shapes are what this way takes, and so few."""
    cdef int logits = flag_of(from_logits)
    cdef bint binary = source == FROM_BINARY
    cdef Py_ssize_t n_classes, n_rows
    call.t_dtype = known_code(t)
    call.y_dtype = known_code(y)
    call.y_type = cnp.PyArray_TYPE(y)
    call.ndim = cnp.PyArray_NDIM(y)
    call.shape = cnp.PyArray_DIMS(y)
    call.row_ndim = call.ndim if binary else call.ndim - 1
    if call.t_dtype < 0 or call.y_dtype < 0 or not is_float(call.y_dtype) or logits < 0 or call.row_ndim < 0:
        return False
    if type(label_smoothing) is not float:
        return False
    if call.y_type < 0 or call.y_type == cnp.NPY_VOID:      # no number makes an array of that dtype
        return False
    if not has_shape(t, call.row_ndim if source == FROM_LABELS else call.ndim, call.shape):
        return False
    if source != FROM_LABELS and is_float(call.t_dtype) and call.t_dtype != call.y_dtype:
        return False
    n_classes = 1 if binary else call.shape[call.ndim - 1]
    if n_classes == 0:
        return False
    n_rows = cnp.PyArray_SIZE(y) // n_classes
    # No element takes less than a quarter of a nanosecond.
    if n_rows == 0 or n_rows * n_classes > XENTC_NANOSECONDS_PER_THREAD * 4:
        return False
    set_defaults(plan)
    plan.source = source
    plan.n_classes = n_classes
    plan.n_rows = plan.shape[0] = n_rows
    plan.logits = logits
    plan.y = contiguous_rows(call.y_dtype, n_classes)
    walk(plan, Y, y, plan.y.row)
    if source == FROM_LABELS:
        plan.index_dtype = call.t_dtype
        plan.t = operand(XENTC_BOOL, <char *>&TRUE, 0, 0)
        walk(plan, T, t, bytes_of(call.t_dtype))
    else:
        plan.t = contiguous_rows(call.t_dtype, n_classes)
        walk(plan, T, t, plan.t.row)
    return True


cdef bint set_terms(Plan *plan, SmallCall *call, eps, check, class_weight, double smoothing) except -1:
    """What changes terms, and what is checked of them; whether it is plain and right."""
    cdef bint binary = plan.source == FROM_BINARY
    if not 0.0 <= smoothing <= 1.0:
        return False
    call.double_terms = call.y_dtype == XENTC_FLOAT64
    plan.negate = call.wanted != LIKELIHOOD
    plan.eps = xentc_dtypes[call.y_dtype].eps if not plan.logits else 0.0
    if not set_eps(plan, eps, call.double_terms or binary):
        return False
    if call.wanted == LOG_LOSS or call.wanted == LOG_LOSS_OF_CLASSES:
        if is_float(call.t_dtype) or call.row_ndim != 1 or plan.n_classes < 2:
            return False
        call.double_terms = plan.count_off_sums = True
        plan.ceiling = 1.0 - plan.eps
        # The two tolerances of np.isclose, by which scikit-learn compares sums.
        plan.check_y = check_of(call.y_dtype, 0.0, sqrt(plan.eps) + 1e-8)
    elif not binary and not set_checks(plan, check, XENTC_BOOL if plan.source == FROM_LABELS else call.t_dtype,
                                       call.y_dtype):
        return False
    if class_weight is not None and not set_class_weight(plan, class_weight):
        return False
    set_look_always(plan)
    set_smoothing(plan, smoothing)
    return True


cdef bint set_options_of_rows(Plan *plan, SmallCall *call, sample_weight, where, ignore_index,
                              pos_weight) except -1:
    """What each row has of its own; whether it is plain and right."""
    cdef int where_dtype
    if sample_weight is not None and not set_rows(plan, FACTOR, &plan.factor_dtype, sample_weight, call.row_ndim,
                                                  call.shape):
        return False
    if where is not None:
        plan.has_mask = True
        if not set_rows(plan, MASK, &where_dtype, where, call.row_ndim, call.shape) or where_dtype != XENTC_BOOL:
            return False
    if ignore_index is not None and not set_ignored(plan, ignore_index):
        return False
    if type(pos_weight) is float:
        call.positive = pos_weight
        plan.positive_dtype = XENTC_FLOAT64
        plan.base[<int>POSITIVE] = <char *>&call.positive
        return True
    return pos_weight is None or set_rows(plan, POSITIVE, &plan.positive_dtype, pos_weight, call.row_ndim, call.shape)


cdef int set_wanted(Plan *plan, SmallCall *call) except -1:
    """What is to be made of the rows, and the precision that follows from all that is set."""
    cdef bint derivatives = call.wanted == GRADIENT or call.wanted == DERIVATIVES
    cdef bint totals = call.wanted == TOTALS
    plan.has_sum = totals or (call.reduction != ROWS and call.wanted != DERIVATIVES)
    plan.has_weight = (totals or (plan.has_sum and call.reduction == WEIGHTED_MEAN)
                       or (derivatives and plan.logits and plan.source != FROM_BINARY))
    plan.count_clipped = totals and not plan.logits
    plan.has_out = call.reduction == ROWS and call.wanted != DERIVATIVES and not totals
    plan.stored = call.y_dtype
    set_precision(plan, call.double_terms)
    plan.uniform_weight = uniform_weight(plan) if plan.has_weight else 0.0
    return 0


cdef bint takes_rows(Plan *plan, const SmallCall *call, object array) except -1:
    """Whether it is an array that the rows can be stored in."""
    if not plan.has_out or not is_plain(array) or not has_shape(array, call.row_ndim, call.shape):
        return False
    plan.stored = known_code(array)
    return cnp.PyArray_ISWRITEABLE(array) and plan.stored >= 0 and is_float(plan.stored)


cdef bint overlap(cnp.ndarray a, object b) noexcept:
    """Whether two contiguous arrays share a byte."""
    if b is None or type(b) is not cnp.ndarray:
        return False
    cdef char *start = cnp.PyArray_BYTES(a)
    cdef char *other = cnp.PyArray_BYTES(<cnp.ndarray>b)
    return start < other + cnp.PyArray_NBYTES(<cnp.ndarray>b) and other < start + cnp.PyArray_NBYTES(a)


cdef cnp.ndarray new_derivatives(Plan *plan, const SmallCall *call, Walker walker, Operand *to):
    """A new array of y's shape and dtype, which the plan writes to."""
    cdef cnp.ndarray made = cnp.PyArray_EMPTY(call.ndim, call.shape, call.y_type, 0)
    to[0] = contiguous_rows(call.y_dtype, plan.n_classes)
    to.data = cnp.PyArray_BYTES(made)
    walk(plan, walker, made, to.row)
    return made


cdef Operand contiguous_rows(int dtype, Py_ssize_t n_classes) noexcept:
    cdef Operand o = operand(dtype, NULL, 0, 0)
    o.k = size_of(&o)
    o.row = n_classes * o.k
    return o
