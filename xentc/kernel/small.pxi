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


returned = {"loss": LOSS, "likelihood": LIKELIHOOD, "gradient": GRADIENT, "derivatives": DERIVATIVES, "totals": TOTALS,
            "log_loss": LOG_LOSS, "log_loss_of_classes": LOG_LOSS_OF_CLASSES}


def small(int source, int wanted, t_object, y_object, axis, eps, from_logits, label_smoothing, class_weight,
          sample_weight, where, ignore_index, reduction_name, out_object, check, pos_weight=None,
          double hess_floor=0.0, double hess_factor=1.0):
    """What a public function returns for small plain arrays, or None: then the general route must look at them.

    Of `source` t is an array of y's shape (FROM_DENSE), labels (FROM_LABELS), or t of two classes (FROM_BINARY);
    the other arguments are those of the public functions, as a caller wrote them.
    """
    cdef Plan plan
    cdef SmallCall call
    cdef cnp.ndarray out = None, grad = None, hess = None
    cdef xentc_scratch *scratch
    if not small_is_on or not is_plain(t_object) or not is_plain(y_object):
        return None
    call.wanted = <WantedOfSmall>wanted
    call.reduction = reduction_of(reduction_name)
    if call.reduction == UNKNOWN or type(axis) is not int or axis != -1:
        return None
    if not set_operands(&plan, &call, <Source>source, t_object, y_object, from_logits, label_smoothing):
        return None
    if not set_terms(&plan, &call, eps, check, class_weight, label_smoothing):
        return None
    if not set_options_of_rows(&plan, &call, sample_weight, where, ignore_index, pos_weight):
        return None
    set_wanted(&plan, &call)
    if out_object is not None:
        if not takes_rows(&plan, &call, out_object):
            return None
        out = out_object
        for array in (t_object, y_object, class_weight, sample_weight, where, pos_weight):
            if overlap(out, array):
                return None
    elif plan.has_out:
        out = cnp.PyArray_EMPTY(call.row_ndim, call.shape, call.y_type, 0)
    if plan.has_out:
        walk(&plan, OUT, out, bytes_of(plan.stored))
    if call.wanted == GRADIENT or call.wanted == DERIVATIVES:
        if call.reduction == WEIGHTED_MEAN:     # what it divides by takes a pass
            return None
        grad = new_derivatives(&plan, &call, GRAD, &plan.grad)
    if call.wanted == DERIVATIVES:
        hess = new_derivatives(&plan, &call, HESS, &plan.hess)
        plan.hess_floor = hess_floor
        plan.hess_factor = hess_factor
    scratch = xentc_scratch_take()
    if scratch == NULL:
        raise MemoryError("no memory for 1.2 MB of working space")
    try:
        found = computed(&plan, &call, scratch)
    finally:
        xentc_scratch_give(scratch)
    if found is None or (grad is not None and call.ndim == 0):
        return None
    if plan.has_out:
        found = out
        if out_object is None and call.row_ndim == 0:
            Py_INCREF(out)   # PyArray_Return takes a reference over, which its declaration does not say
            found = cnp.PyArray_Return(out)
    if call.wanted == GRADIENT:
        return found, grad
    return (grad, hess) if call.wanted == DERIVATIVES else found
