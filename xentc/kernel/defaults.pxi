# What a plan is before anything is asked of it, and what follows from what is asked, for a Job and for `small` alike.


cdef void set_defaults(Plan *plan) noexcept:
    """A plan of plain losses along one axis, without arrays: what is more sets what it changes."""
    cdef int i
    plan.tier = xentc_tiers[tier_number]
    plan.source = FROM_DENSE
    plan.n_axes = 1
    for i in range(<int>N_WALKERS):
        plan.base[i] = NULL
        plan.stride[0][i] = 0
    plan.stride[0][<int>ROW] = 1
    plan.has_ignore = plan.has_mask = plan.logits = False
    plan.grad = plan.hess = operand(XENTC_FLOAT64, NULL, 0, 0)
    plan.grad_divisor = plan.grad_scale = plan.hess_factor = 1.0
    plan.hess_floor = 0.0
    plan.ceiling = INFINITY
    plan.class_weight = NULL
    plan.keep = 1.0
    plan.uniform = plan.uniform_weight = plan.uniform_of_two = 0.0
    plan.positive_dtype = plan.factor_dtype = -1
    plan.negate = True
    plan.check_t = plan.check_y = check_of(XENTC_FLOAT64, INFINITY, -1.0)
    plan.look_always = plan.count_off_sums = False
    plan.evaluation = NULL
    plan.spread = plan.has_out = plan.has_sum = plan.has_weight = plan.count_clipped = False
    plan.stored = XENTC_FLOAT64


cdef void set_smoothing(Plan *plan, double a) noexcept:
    """Once source and number of classes are there."""
    cdef bint binary = plan.source == FROM_BINARY
    plan.keep = 1.0 - a
    plan.uniform = a / plan.n_classes if plan.n_classes and not binary else 0.0
    plan.uniform_of_two = a / 2 if binary else 0.0


cdef void set_look_always(Plan *plan) noexcept:
    """Once the checks and the weights of the classes are there."""
    cdef Py_ssize_t k
    for k in range(plan.n_classes if checks_used(&plan.check_t) and plan.class_weight != NULL else 0):
        plan.look_always |= plan.class_weight[k] < 0.0


cdef void set_precision(Plan *plan, bint in_double) noexcept:
    """Once it is known what is wanted: where coefficients are more than t itself they are float64."""
    if in_double:
        plan.precision = XENTC_DOUBLE
    elif not xentc_dtypes[plan.t.dtype].exact_in_single:
        plan.precision = XENTC_SINGLE_WIDE
    elif plan.class_weight != NULL or plan.has_weight or plan.count_clipped:
        plan.precision = XENTC_SINGLE_WIDE
    else:
        plan.precision = XENTC_SINGLE


cdef double uniform_weight(const Plan *plan):
    """sum_k uniform w_k, rounded once: the sum of the weights may be beyond the doubles."""
    cdef xentc_exact total
    if plan.class_weight == NULL or plan.uniform == 0.0:
        return plan.uniform * plan.n_classes
    memset(&total, 0, sizeof(xentc_exact))
    plan.tier.exact.add(&total, plan.class_weight, plan.n_classes)
    plan.tier.exact.carry(&total)
    units = as_integers(&total)[0]
    numerator, denominator = (<object>plan.uniform).as_integer_ratio()
    try:
        return units * numerator / (denominator << 1074)
    except OverflowError:
        return INFINITY if units > 0 else -INFINITY
