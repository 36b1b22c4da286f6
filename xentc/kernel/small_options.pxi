# The options of a small call, as a caller wrote them, into its plan. Each says whether it is plain and right; if not,
# the general route looks at it once more, and says what is wrong.


cdef enum Reduction:
    ROWS, SUM, MEAN, WEIGHTED_MEAN, UNKNOWN


cdef inline bint is_plain(object array) noexcept:
    """Whether it is an exact ndarray, C-contiguous, aligned and native."""
    return type(array) is cnp.ndarray and cnp.PyArray_ISCARRAY_RO(<cnp.ndarray>array)


cdef inline bint has_shape(cnp.ndarray array, int ndim, const cnp.npy_intp *shape) noexcept:
    cdef int i
    if cnp.PyArray_NDIM(array) != ndim:
        return False
    for i in range(ndim):
        if cnp.PyArray_DIMS(array)[i] != shape[i]:
            return False
    return True


cdef Reduction reduction_of(object name) noexcept:
    if type(name) is not str:
        return UNKNOWN
    if name == "none":
        return ROWS
    if name == "mean":
        return MEAN
    if name == "sum":
        return SUM
    return WEIGHTED_MEAN if name == "weighted_mean" else UNKNOWN


cdef int flag_of(object value) noexcept:
    return 1 if value is True else 0 if value is False else -1


cdef void walk(Plan *plan, Walker i, cnp.ndarray array, Py_ssize_t step) noexcept:
    plan.base[<int>i] = cnp.PyArray_BYTES(array)
    plan.stride[0][<int>i] = step


cdef bint set_rows(Plan *plan, Walker i, int *dtype, object array, int ndim, const cnp.npy_intp *shape) except -1:
    """An array with a number for each row; whether it is plain."""
    if not is_plain(array) or not has_shape(array, ndim, shape):
        return False
    dtype[0] = known_code(array)
    if dtype[0] < 0:
        return False
    walk(plan, i, array, bytes_of(dtype[0]))
    return True


cdef bint set_class_weight(Plan *plan, object array) noexcept:
    if not is_plain(array) or cnp.PyArray_NDIM(<cnp.ndarray>array) != 1:
        return False
    if (cnp.PyArray_TYPE(<cnp.ndarray>array) != cnp.NPY_DOUBLE
            or cnp.PyArray_DIMS(<cnp.ndarray>array)[0] != plan.n_classes):
        return False
    plan.class_weight = <const double *>cnp.PyArray_DATA(<cnp.ndarray>array)
    return plan.tier.sums.all_finite(plan.class_weight, plan.n_classes)


cdef bint set_eps(Plan *plan, object eps, bint in_double) noexcept:
    """The clip in the precision of the logarithm."""
    cdef double value
    if plan.logits:
        return eps is None
    if eps is None:
        return True
    if type(eps) is not float:
        return False
    value = <double>eps
    plan.eps = value if in_double else <double><float>value
    return 0.0 <= value < 1.0 and (plan.eps > 0.0 or value == 0.0) and plan.eps < 1.0


cdef bint set_checks(Plan *plan, object check, int t_dtype, int y_dtype) noexcept:
    """As checks_of (_core/checks.py): of a tolerance, or sqrt(eps) of each dtype."""
    cdef double of_t = sqrt(xentc_dtypes[t_dtype].eps), of_y = sqrt(xentc_dtypes[y_dtype].eps)
    cdef bint rows = check is not None
    if check is False:
        return True
    if type(check) is float:
        of_t = of_y = <double>check
        if not 0.0 <= of_t < 1.0:
            return False
    elif check is not None and check is not True:
        return False
    plan.check_t = check_of(t_dtype, of_t if is_float(t_dtype) else 0.0 if xentc_dtypes[t_dtype].kind == b"i"
                            else INFINITY, of_t if rows and is_float(t_dtype) else -1.0)
    plan.check_y = check_of(y_dtype, INFINITY if plan.logits else of_y, of_y if rows and not plan.logits else -1.0)
    return True


cdef bint set_ignored(Plan *plan, object ignore_index) noexcept:
    """A label to ignore, if int64 holds it; what a dtype cannot hold: check_ignore_index (_core/arguments.py)."""
    cdef int64_t number
    if type(ignore_index) is not int or not -(1 << 62) < ignore_index < 1 << 62:
        return False
    number = ignore_index
    if number < 0 and xentc_dtypes[plan.index_dtype].kind == b"u":
        return False
    plan.has_ignore = True
    plan.ignore_index = number
    return True


cdef enum WantedOfSmall:
    LOSS            # rows or their reduction
    LIKELIHOOD      # with the other sign
    GRADIENT        # loss and gradient
    DERIVATIVES     # gradient and diagonal of the Hessian
    TOTALS          # exact totals
    LOG_LOSS        # the loss as scikit-learn clips and checks it, of labels which are all classes
    LOG_LOSS_OF_CLASSES     # the same where the classes are given, and some may have no row
