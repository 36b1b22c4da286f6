# Elements of two classes.


cdef double cold_binary_logit(double t, double z) noexcept nogil:
    """-(t softplus(-z) + (1 - t) softplus(z)) where it is not finite."""
    if t != t or z != z:
        return t + z
    if (1.0 - t if z > 0.0 else t) == 0.0:      # the class that an infinite z is sure of
        return 0.0
    return -INFINITY


cdef TroubleKind binary(const Plan *plan, xentc_scratch *w, const Tile *tile, BadRow *bad) noexcept nogil:
    """Elements of two classes: t log max(p, eps) + (1 - t) log max(1 - p, eps), after a look at their range."""
    cdef const xentc_tier *tier = plan.tier
    cdef Operand t_turned = turned(&tile.t), p_turned = turned(&tile.y)
    cdef Py_ssize_t n_rows = tile.n_rows, i
    cdef const double *t = <const double *>block_of(tier, &t_turned, True, 0, 1, 0, n_rows, 0, w.t)
    cdef const double *p = <const double *>block_of(tier, &p_turned, True, 0, 1, 0, n_rows, 0, w.y)
    cdef xentc_cold sums
    cdef bint outside = False
    for i in range(n_rows):     # NaN is not outside: it gives NaN
        outside |= (t[i] < 0.0) | (t[i] > 1.0) | (not plan.logits and (p[i] < 0.0) | (p[i] > 1.0))
    for i in range(n_rows if outside else 0):
        if tile.all_used or tile.entries.used[i]:
            if t[i] < 0.0 or t[i] > 1.0:
                bad.value = t[i]
                return report(bad, T_OUTSIDE, i)
            if not plan.logits and (p[i] < 0.0 or p[i] > 1.0):
                bad.value = p[i]
                return report(bad, Y_OUTSIDE, i)
    if plan.logits:
        tier.binary_logits_rows(t, p, n_rows, w.rows)
    else:
        tier.binary_rows(t, p, n_rows, plan.eps, w.rows)
    for i in range(n_rows):
        w.weight[i] = 1.0
        if w.rows[i] - w.rows[i] == 0.0 or not (tile.all_used or tile.entries.used[i]):
            continue
        if plan.logits:
            w.rows[i] = cold_binary_logit(t[i], p[i])
            continue
        memset(&sums, 0, sizeof(xentc_cold))
        if t[i] != 0.0:
            tier.cold_add(&sums, t[i], p[i], plan.eps)
        if t[i] != 1.0:
            tier.cold_add(&sums, 1.0 - t[i], 1.0 - p[i], plan.eps)
            if 1.0 - p[i] == 1.0:   # log(1 - p) is -p to the last bit
                sums.c -= (1.0 - t[i]) * p[i]
        w.rows[i] = tier.cold_total(&sums)
    return NONE
