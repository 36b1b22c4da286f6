# Rows that came out infinite or NaN, once more, one term at a time (src/cold.h).


cdef inline void add_cold(const Plan *plan, const xentc_scratch *w, xentc_cold *sums, double c,
                          Py_ssize_t row) noexcept nogil:
    """The term of sums.y."""
    if plan.logits:
        plan.tier.cold_add_logit(sums, c, sums.y, w.softmax.lse[row], w.softmax.lse_low[row])
    else:
        plan.tier.cold_add(sums, c, sums.y, plan.eps)


cdef void add_cold_dense(const Plan *plan, xentc_scratch *w, xentc_cold *sums, double scale, const Operand *t,
                         const Operand *y, Py_ssize_t row) noexcept nogil:
    """The terms of a row, each times `scale`; without t (NULL) all t_k are 1."""
    cdef const xentc_tier *tier = plan.tier
    cdef Py_ssize_t k
    cdef double c = 1.0, x
    for k in range(plan.n_classes):
        if given_up(w, k, MANY_COLD):
            break
        if t != NULL:
            tier.load[True][t.dtype](t.data + row * t.row + k * t.k, 0, 1, &c)
        x = c * plan.class_weight[k] if plan.class_weight != NULL else c
        if x != 0.0:
            tier.load[True][y.dtype](y.data + row * y.row + k * y.k, 0, 1, &sums.y)
            add_cold(plan, w, sums, scaled(x, scale), row)


cdef inline double scaled(double x, double scale) noexcept nogil:
    """A product that is 0 only where x is."""
    return x * scale if x * scale != 0.0 else x


cdef void add_cold_listed(const Plan *plan, xentc_scratch *w, xentc_cold *sums, double scale, const Tile *tile,
                          Py_ssize_t row) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef const xentc_entries *list = tile.entries
    cdef Py_ssize_t i
    cdef double c
    for i in range(tile.count):
        if (i if tile.in_rows and tile.way == ONE_HOT else list.index[i]) != row:
            continue
        if tile.flat and tile.way == ONE_HOT:
            add_cold_dense(plan, w, sums, scale, &tile.t, &tile.y, row)
            return
        c = 1.0
        if plan.source != FROM_LABELS:
            tier.load[True][tile.t.dtype](tile.t.data + list.t_offset[i], 0, 1, &c)
        if plan.class_weight != NULL:
            c *= plan.class_weight[list.class_of[i]]
        if c != 0.0:
            tier.load[True][tile.y.dtype](tile.y.data + list.y_offset[i], 0, 1, &sums.y)
            add_cold(plan, w, sums, scaled(c, scale), row)


cdef TroubleKind add_cold_csr(const Plan *plan, xentc_scratch *w, xentc_cold *sums, double scale, Tile *tile,
                              BadRow *bad) noexcept nogil:
    """The one row of a LONG_CSR tile, listed again piece by piece, and looked at again."""
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_entries *list = tile.entries
    cdef Py_ssize_t start = tile.entries.start[0], stop = tile.entries.start[1], n, i, previous = -1
    cdef TroubleKind trouble
    cdef double c
    while start < stop:
        n = min(stop - start, XENTC_CAPACITY)
        tile.count = 0
        trouble = list_csr_entries(plan, w, tile, 0, start, start + n, previous, bad)
        if trouble != NONE:
            return trouble
        previous = list.class_of[n - 1]
        for i in range(n):
            tier.load[True][tile.t.dtype](tile.t.data + list.t_offset[i], 0, 1, &c)
            if plan.class_weight != NULL:
                c *= plan.class_weight[list.class_of[i]]
            if c != 0.0:
                tier.load[True][tile.y.dtype](tile.y.data + list.y_offset[i], 0, 1, &sums.y)
                add_cold(plan, w, sums, scaled(c, scale), 0)
        start += n
    return NONE


cdef TroubleKind add_cold_row(const Plan *plan, xentc_scratch *w, xentc_cold *sums, double scale, Tile *tile,
                              Py_ssize_t row, BadRow *bad) noexcept nogil:
    if tile.way == LONG_CSR:
        return add_cold_csr(plan, w, sums, scale, tile, bad)
    if tile.way == SPARSE or tile.way == ONE_HOT:
        add_cold_listed(plan, w, sums, scale, tile, row)
    else:
        add_cold_dense(plan, w, sums, scale, &tile.t, &tile.y, row)
    return NONE


cdef inline bint is_cold(const Tile *tile, const double *rows, Py_ssize_t row) noexcept nogil:
    return rows[row] - rows[row] != 0.0 and (tile.all_used or tile.entries.used[row])


cdef double cold_uniform_row(const Plan *plan, xentc_scratch *w, const Operand *y, Py_ssize_t row) noexcept nogil:
    """sum_k w_k log max(y_k, eps), or of logits sum_k w_k (z_k - lse)."""
    cdef xentc_cold sums
    memset(&sums, 0, sizeof(xentc_cold))
    add_cold_dense(plan, w, &sums, 1.0, NULL, y, row)
    return plan.tier.cold_total(&sums)


cdef TroubleKind cold_rows(const Plan *plan, xentc_scratch *w, Tile *tile, BadRow *bad) noexcept nogil:
    """All rows of a tile that are not finite, and their uniform parts."""
    cdef Py_ssize_t i
    cdef xentc_cold sums
    for i in range(tile.n_rows):
        if plan.uniform != 0.0 and is_cold(tile, w.uniform, i):
            w.uniform[i] = cold_uniform_row(plan, w, &tile.y, i)
        if not is_cold(tile, w.rows, i):
            continue
        memset(&sums, 0, sizeof(xentc_cold))
        if add_cold_row(plan, w, &sums, 1.0, tile, i, bad) != NONE:
            return bad.trouble
        w.rows[i] = plan.tier.cold_total(&sums)
    return NONE


cdef TroubleKind cold_smoothed_rows(const Plan *plan, xentc_scratch *w, Tile *tile, BadRow *bad) noexcept nogil:
    """Smoothed rows that are not finite: each part may have overflowed where what is left of it does not."""
    cdef Py_ssize_t i
    cdef xentc_cold sums
    for i in range(tile.n_rows):
        if not is_cold(tile, w.rows, i):
            continue
        memset(&sums, 0, sizeof(xentc_cold))
        if plan.keep != 0.0 and add_cold_row(plan, w, &sums, plan.keep, tile, i, bad) != NONE:
            return bad.trouble
        add_cold_dense(plan, w, &sums, plan.uniform, NULL, &tile.y, i)
        w.rows[i] = plan.tier.cold_total(&sums)
    return NONE
