# Elements of two classes: their range, their losses, and what is written of their derivatives.


cdef void add_cold_element(const Plan *plan, const xentc_scratch *scratch, xentc_cold *sums, Py_ssize_t i,
                           double p) noexcept nogil:
    """w t log max(p, eps) + u log max(1 - p, eps)"""
    cdef double t = scratch.binary.t[i], u = scratch.binary.u[i], weight = scratch.binary.w[i], s
    cdef double q = 1.0 - p, lost = (1.0 - q) - p
    memset(sums, 0, sizeof(xentc_cold))
    if t != 0.0:
        plan.tier.cold.add(sums, t, p, plan.eps)
        s = sums.s
        sums.s *= weight
        sums.c = fma(weight, sums.c, fma(weight, s, -sums.s))
        sums.plain *= weight
    if u != 0.0:
        plan.tier.cold.add(sums, u, q, plan.eps)
        if lost != 0.0 and q > plan.eps:    # then q is near 1, and the square of what it lost is nothing
            sums.c += u * (lost / q)


cdef double cold_binary(const Plan *plan, const xentc_scratch *scratch, Py_ssize_t i, double p) noexcept nogil:
    """Where it is not finite."""
    cdef xentc_cold sums
    add_cold_element(plan, scratch, &sums, i, p)
    return plan.tier.cold.total(&sums)


cdef double cold_binary_logit(const xentc_scratch *scratch, Py_ssize_t i, double z) noexcept nogil:
    """-(w t softplus(-z) + u softplus(z)) where it is not finite."""
    cdef double t = scratch.binary.t[i] * scratch.binary.w[i], u = scratch.binary.u[i], against = u if z > 0.0 else t
    if t != t or u != u or z != z:
        return NAN if t != 0.0 or u != 0.0 else 0.0
    if against == 0.0:      # the class that an infinite z is sure of
        return 0.0
    return -INFINITY if against > 0.0 else INFINITY


cdef TroubleKind wrong(const Plan *plan, const xentc_scratch *scratch, Py_ssize_t i, double t, double p,
                       BadRow *bad) noexcept nogil:
    """What is wrong with an element, if anything is. NaN in t or p is not: it gives NaN."""
    if scratch.binary.w[i] - scratch.binary.w[i] != 0.0:
        bad.value = scratch.binary.w[i]
        return report(bad, BAD_POS_WEIGHT, i)
    if t < 0.0 or t > 1.0:
        bad.value = t
        return report(bad, T_OUTSIDE, i)
    if not plan.logits and (p < 0.0 or p > 1.0) and (scratch.binary.t[i] != 0.0 or scratch.binary.u[i] != 0.0):
        bad.value = p
        return report(bad, Y_OUTSIDE, i)
    return NONE


cdef void set_coefficients(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    cdef const double *positive = NULL
    if plan.positive_dtype >= 0:
        plan.tier.elements.load[True][plan.positive_dtype](tile.address[<int>POSITIVE],
                                                           plan.stride[plan.n_axes - 1][<int>POSITIVE], tile.n_rows,
                                                           scratch.positive)
        positive = scratch.positive
    plan.tier.binary.coefficients(scratch.binary_t, positive, tile.n_rows, plan.keep, plan.uniform_of_two,
                                  &scratch.binary, scratch.weight)


cdef inline bint is_narrow(const Plan *plan) noexcept nogil:
    """Whether rows are made of float32's logarithms: p is float32 or less, and eps is one."""
    return plan.precision != XENTC_DOUBLE and (plan.logits or <double><float>plan.eps == plan.eps)


cdef TroubleKind look_at_elements(const Plan *plan, xentc_scratch *scratch, const Tile *tile,
                                  BadRow *bad) noexcept nogil:
    """Their range; scratch.hard, and the coefficients where they are used."""
    cdef Py_ssize_t n_rows = tile.n_rows, i
    cdef int found = plan.tier.binary.look(scratch.binary_t, scratch.binary_y, n_rows, plan.eps, plan.logits)
    cdef bint weighed = plan.positive_dtype >= 0
    scratch.hard = not (found or weighed) and plan.keep == 1.0 and (plan.logits or plan.eps <= 0.25)
    if scratch.hard and not plan.has_weight:
        return NONE
    set_coefficients(plan, scratch, tile)
    if found & XENTC_STRANGE or (weighed and not plan.tier.sums.all_finite(scratch.binary.w, n_rows)):
        for i in range(n_rows):
            if ((tile.all_used or tile.entries.used[i])
                    and wrong(plan, scratch, i, scratch.binary_t[i], scratch.binary_y[i], bad) != NONE):
                return bad.trouble
    return NONE


cdef void cold_elements(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """The rows that are not finite, once more."""
    cdef Py_ssize_t i
    cdef bint prepared = not scratch.hard
    for i in range(tile.n_rows):
        if scratch.binary_y[i] != scratch.binary_y[i] and scratch.hard:
            scratch.rows[i] = NAN
            continue
        if scratch.rows[i] - scratch.rows[i] == 0.0 or not (tile.all_used or tile.entries.used[i]):
            continue
        if not prepared:
            set_coefficients(plan, scratch, tile)
            prepared = True
        if plan.logits:
            scratch.rows[i] = cold_binary_logit(scratch, i, scratch.binary_y[i])
        else:
            scratch.rows[i] = cold_binary(plan, scratch, i, scratch.binary_y[i])


cdef void settle_elements(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """Those near a tie (src/ties.h), in twice the digits."""
    cdef Py_ssize_t i
    cdef xentc_cold sums
    if scratch.hard:
        set_coefficients(plan, scratch, tile)
    for i in range(tile.n_rows):
        if ((tile.all_used or tile.entries.used[i])
                and plan.tier.cold.any_near_tie(&plan.ties, &scratch.rows[i], factors_of(plan, tile, i), 1)):
            add_cold_element(plan, scratch, &sums, i, scratch.binary_y[i])
            scratch.rows[i] = plan.tier.cold.settled_tie(&plan.ties, &sums)


cdef bint sum_hard_singles(const Plan *plan, xentc_scratch *scratch, const Operand *t, const Operand *y,
                           Py_ssize_t n) noexcept nogil:
    """The losses of float32 p, or less, and t of 0 and 1 in one go; or the general way must do this tile."""
    cdef const xentc_tier *tier = plan.tier
    cdef const void *single_t
    cdef const void *single_y
    if (not is_narrow(plan) or plan.keep != 1.0 or plan.positive_dtype >= 0 or plan.has_weight
            or not (plan.has_out or plan.has_sum)):
        return False
    if not plan.logits and not xentc_dtypes[XENTC_FLOAT32].least_normal <= plan.eps <= 0.25:
        return False
    single_t = block_of(tier, t, False, 0, 1, 0, n, n * size_of(t), scratch.t)
    single_y = block_of(tier, y, False, 0, 1, 0, n, n * size_of(y), scratch.y)
    if plan.logits:
        return tier.binary.hard_logits_rows_single(<const float *>single_t, <const float *>single_y, n, scratch.rows)
    return tier.binary.hard_rows_single(<const float *>single_t, <const float *>single_y, n, <float>plan.eps,
                                        &plan.ties, scratch.rows)


cdef TroubleKind binary(const Plan *plan, xentc_scratch *scratch, const Tile *tile, BadRow *bad) noexcept nogil:
    """Elements of two classes: w t' log max(p, eps) + (1 - t') log max(1 - p, eps), after a look at their range."""
    cdef const xentc_tier *tier = plan.tier
    cdef Operand t = transposed(&tile.t), y = transposed(&tile.y)
    cdef Py_ssize_t n = tile.n_rows
    cdef bint narrow = is_narrow(plan), done = sum_hard_singles(plan, scratch, &t, &y, n)
    if done and plan.grad.data == NULL and tier.sums.all_finite(scratch.rows, n):
        return NONE
    scratch.binary_t = <const double *>block_of(tier, &t, True, 0, 1, 0, n, 0, scratch.t)
    scratch.binary_y = <const double *>block_of(tier, &y, True, 0, 1, 0, n, 0, scratch.y)
    scratch.hard = done
    if done:
        if not tier.sums.all_finite(scratch.rows, n):      # of logits
            cold_elements(plan, scratch, tile)
        return NONE
    if look_at_elements(plan, scratch, tile, bad) != NONE:
        return bad.trouble
    if not (plan.has_out or plan.has_sum):
        memset(scratch.rows, 0, n * sizeof(double))
        return NONE
    if scratch.hard and narrow:
        set_coefficients(plan, scratch, tile)
    if scratch.hard and not narrow and plan.logits:
        tier.binary.hard_logits_rows(scratch.binary_t, scratch.binary_y, n, scratch.rows)
    elif scratch.hard and not narrow:
        tier.binary.hard_rows(scratch.binary_t, scratch.binary_y, n, plan.eps, scratch.rows)
    elif plan.logits:
        tier.binary.logits_rows[not narrow](&scratch.binary, scratch.binary_y, n, scratch.weight, scratch.rows)
    else:
        tier.binary.rows[not narrow](&scratch.binary, scratch.binary_y, n, plan.eps, scratch.rows)
    if not tier.sums.all_finite(scratch.rows, n):
        cold_elements(plan, scratch, tile)
    if plan.ties.n_bits and tier.cold.any_near_tie(&plan.ties, scratch.rows, factors_of(plan, tile, 0), n):
        settle_elements(plan, scratch, tile)
    return NONE


cdef void write_binary(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """The derivatives of a tile whose losses are done, by p or z; a masked element has none."""
    cdef const xentc_tier *tier = plan.tier
    cdef const double *t = scratch.binary_t
    cdef const double *y = scratch.binary_y
    cdef const double *factor = scratch.softmax.factor
    cdef double *hess = scratch.hessian if plan.hess.data != NULL else NULL
    cdef Py_ssize_t n = tile.n_rows, i
    if scratch.hard and plan.logits:
        tier.binary.hard_logits_derivatives(t, y, n, factor, plan.hess_floor, scratch.gradient, hess)
    elif scratch.hard:
        tier.binary.hard_gradient(t, y, n, plan.eps, factor, scratch.gradient)
    elif plan.logits:
        tier.binary.logits_derivatives(&scratch.binary, y, n, scratch.softmax.weight, factor, plan.hess_floor,
                                       scratch.gradient, hess)
    else:
        tier.binary.gradient(&scratch.binary, y, n, plan.eps, factor, scratch.gradient)
    for i in range(0 if tile.all_used else n):
        if not tile.entries.used[i]:
            scratch.gradient[i] = scratch.hessian[i] = 0.0
    tier.elements.store[True][plan.grad.dtype](scratch.gradient, n, grad_at(plan, tile, 0, 0), plan.grad.row)
    if hess != NULL:
        tier.elements.store[True][plan.hess.dtype](hess, n, hess_at(plan, tile, 0, 0), plan.hess.row)
