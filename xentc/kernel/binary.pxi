# Elements of two classes: their range, their losses, and what is written of their derivatives.


cdef double cold_binary(const Plan *plan, const xentc_scratch *w, Py_ssize_t i, double p) noexcept nogil:
    """w t log max(p, eps) + u log max(1 - p, eps) where it is not finite."""
    cdef double t = w.binary.t[i], u = w.binary.u[i], weight = w.binary.w[i], s
    cdef xentc_cold sums
    memset(&sums, 0, sizeof(xentc_cold))
    if t != 0.0:
        plan.tier.cold.add(&sums, t, p, plan.eps)
        s = sums.s
        sums.s *= weight
        sums.c = fma(weight, sums.c, fma(weight, s, -sums.s))
        sums.plain *= weight
    if u != 0.0:
        plan.tier.cold.add(&sums, u, 1.0 - p, plan.eps)
        if 1.0 - p == 1.0:      # log(1 - p) is -p to the last bit
            sums.c -= u * p
    return plan.tier.cold.total(&sums)


cdef double cold_binary_logit(const xentc_scratch *w, Py_ssize_t i, double z) noexcept nogil:
    """-(w t softplus(-z) + u softplus(z)) where it is not finite."""
    cdef double t = w.binary.t[i] * w.binary.w[i], u = w.binary.u[i], against = u if z > 0.0 else t
    if t != t or u != u or z != z:
        return NAN if t != 0.0 or u != 0.0 else 0.0
    if against == 0.0:      # the class that an infinite z is sure of
        return 0.0
    return -INFINITY if against > 0.0 else INFINITY


cdef TroubleKind wrong(const Plan *plan, const xentc_scratch *w, Py_ssize_t i, double t, double p,
                       BadRow *bad) noexcept nogil:
    """What is wrong with an element, if anything is. NaN in t or p is not: it gives NaN."""
    if w.binary.w[i] - w.binary.w[i] != 0.0:
        bad.value = w.binary.w[i]
        return report(bad, BAD_POS_WEIGHT, i)
    if t < 0.0 or t > 1.0:
        bad.value = t
        return report(bad, T_OUTSIDE, i)
    if not plan.logits and (p < 0.0 or p > 1.0) and (w.binary.t[i] != 0.0 or w.binary.u[i] != 0.0):
        bad.value = p
        return report(bad, Y_OUTSIDE, i)
    return NONE


cdef void set_coefficients(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    cdef const double *positive = NULL
    if plan.positive_dtype >= 0:
        plan.tier.elements.load[True][plan.positive_dtype](tile.address[<int>POSITIVE],
                                                           plan.stride[plan.n_axes - 1][<int>POSITIVE], tile.n_rows,
                                                           w.positive)
        positive = w.positive
    plan.tier.binary.coefficients(w.binary_t, positive, tile.n_rows, plan.keep, plan.half, &w.binary, w.weight)


cdef TroubleKind look_at_elements(const Plan *plan, xentc_scratch *w, const Tile *tile, BadRow *bad) noexcept nogil:
    """Their range; w.hard, and the coefficients where they are used."""
    cdef Py_ssize_t n_rows = tile.n_rows, i
    cdef int found = plan.tier.binary.look(w.binary_t, w.binary_y, n_rows, plan.eps, plan.logits)
    cdef bint weighed = plan.positive_dtype >= 0
    w.hard = not (found or weighed) and plan.keep == 1.0 and (plan.logits or plan.eps <= 0.25)
    if w.hard and not plan.has_weight:
        return NONE
    set_coefficients(plan, w, tile)
    if found & XENTC_STRANGE or (weighed and not plan.tier.sums.all_finite(w.binary.w, n_rows)):
        for i in range(n_rows):
            if ((tile.all_used or tile.entries.used[i])
                    and wrong(plan, w, i, w.binary_t[i], w.binary_y[i], bad) != NONE):
                return bad.trouble
    return NONE


cdef void cold_elements(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """The rows that are not finite, once more."""
    cdef Py_ssize_t i
    cdef bint prepared = not w.hard
    for i in range(tile.n_rows):
        if w.binary_y[i] != w.binary_y[i] and w.hard:
            w.rows[i] = NAN
            continue
        if w.rows[i] - w.rows[i] == 0.0 or not (tile.all_used or tile.entries.used[i]):
            continue
        if not prepared:
            set_coefficients(plan, w, tile)
            prepared = True
        if plan.logits:
            w.rows[i] = cold_binary_logit(w, i, w.binary_y[i])
        else:
            w.rows[i] = cold_binary(plan, w, i, w.binary_y[i])


cdef TroubleKind binary(const Plan *plan, xentc_scratch *w, const Tile *tile, BadRow *bad) noexcept nogil:
    """Elements of two classes: w t' log max(p, eps) + (1 - t') log max(1 - p, eps), after a look at their range."""
    cdef const xentc_tier *tier = plan.tier
    cdef Operand t = turned(&tile.t), y = turned(&tile.y)
    cdef Py_ssize_t n = tile.n_rows
    w.binary_t = <const double *>block_of(tier, &t, True, 0, 1, 0, n, 0, w.t)
    w.binary_y = <const double *>block_of(tier, &y, True, 0, 1, 0, n, 0, w.y)
    if look_at_elements(plan, w, tile, bad) != NONE:
        return bad.trouble
    if not (plan.has_out or plan.has_sum):
        memset(w.rows, 0, n * sizeof(double))
        return NONE
    if w.hard and plan.logits:
        tier.binary.hard_logits_rows(w.binary_t, w.binary_y, n, w.rows)
    elif w.hard:
        tier.binary.hard_rows(w.binary_t, w.binary_y, n, plan.eps, w.rows)
    elif plan.logits:
        tier.binary.logits_rows(&w.binary, w.binary_y, n, w.weight, w.rows)
    else:
        tier.binary.rows(&w.binary, w.binary_y, n, plan.eps, w.rows)
    if not tier.sums.all_finite(w.rows, n):
        cold_elements(plan, w, tile)
    return NONE


cdef void write_binary(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """The derivatives of a tile whose losses are done, by p or z; a masked element has none."""
    cdef const xentc_tier *tier = plan.tier
    cdef const double *t = w.binary_t
    cdef const double *y = w.binary_y
    cdef const double *factor = w.softmax.factor
    cdef double *hess = w.b if plan.hess.data != NULL else NULL
    cdef Py_ssize_t n = tile.n_rows, i
    if w.hard and plan.logits:
        tier.binary.hard_logits_derivatives(t, y, n, factor, plan.hess_floor, w.a, hess)
    elif w.hard:
        tier.binary.hard_gradient(t, y, n, plan.eps, factor, w.a)
    elif plan.logits:
        tier.binary.logits_derivatives(&w.binary, y, n, w.softmax.weight, factor, plan.hess_floor, w.a, hess)
    else:
        tier.binary.gradient(&w.binary, y, n, plan.eps, factor, w.a)
    for i in range(0 if tile.all_used else n):
        if not tile.entries.used[i]:
            w.a[i] = w.b[i] = 0.0
    tier.elements.store[True][plan.grad.dtype](w.a, n, grad_at(plan, tile, 0, 0), plan.grad.row)
    if hess != NULL:
        tier.elements.store[True][plan.hess.dtype](hess, n, hess_at(plan, tile, 0, 0), plan.hess.row)
