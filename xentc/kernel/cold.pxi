# Rows that came out infinite or NaN, once more, one term at a time (src/cold.h).


cdef inline void add_cold(const Plan *plan, const xentc_scratch *w, xentc_cold *sums, double c,
                          Py_ssize_t row) noexcept nogil:
    """The term of sums.y."""
    if plan.logits:
        plan.tier.cold_add_logit(sums, c, sums.y, w.softmax.lse[row], w.softmax.lse_low[row])
    else:
        plan.tier.cold_add(sums, c, sums.y, plan.eps)


cdef double cold_dense_row(const Plan *plan, const xentc_scratch *w, const Operand *t, const Operand *y,
                           Py_ssize_t row) noexcept nogil:
    """A row sum once more, one term at a time; without t (NULL) all t_k are 1."""
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_cold sums
    cdef Py_ssize_t k
    cdef double c = 1.0, x
    memset(&sums, 0, sizeof(xentc_cold))
    for k in range(plan.n_classes):
        if t != NULL:
            tier.load[True][t.dtype](t.data + row * t.row + k * t.k, 0, 1, &c)
        x = c * plan.class_weight[k] if plan.class_weight != NULL else c
        if x != 0.0:
            tier.load[True][y.dtype](y.data + row * y.row + k * y.k, 0, 1, &sums.y)
            add_cold(plan, w, &sums, x, row)
    return tier.cold_total(&sums)


cdef double cold_listed_row(const Plan *plan, const xentc_scratch *w, const Tile *tile, Py_ssize_t row) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef const xentc_entries *list = tile.entries
    cdef xentc_cold sums
    cdef Py_ssize_t i
    cdef double c
    memset(&sums, 0, sizeof(xentc_cold))
    for i in range(tile.count):
        if (i if tile.in_rows and tile.way == ONE_HOT else list.index[i]) != row:
            continue
        if tile.flat and tile.way == ONE_HOT:
            return cold_dense_row(plan, w, &tile.t, &tile.y, row)
        c = 1.0
        if plan.source != FROM_LABELS:
            tier.load[True][tile.t.dtype](tile.t.data + list.t_offset[i], 0, 1, &c)
        if plan.class_weight != NULL:
            c *= plan.class_weight[list.class_of[i]]
        if c != 0.0:
            tier.load[True][tile.y.dtype](tile.y.data + list.y_offset[i], 0, 1, &sums.y)
            add_cold(plan, w, &sums, c, row)
    return tier.cold_total(&sums)


cdef TroubleKind cold_csr_row(const Plan *plan, xentc_scratch *w, Tile *tile, double *row,
                              BadRow *bad) noexcept nogil:
    """The one row of a LONG_CSR tile, listed again piece by piece, and looked at again."""
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_entries *list = tile.entries
    cdef xentc_cold sums
    cdef Py_ssize_t start = tile.entries.start[0], stop = tile.entries.start[1], n, i, previous = -1
    cdef TroubleKind trouble
    cdef double c
    memset(&sums, 0, sizeof(xentc_cold))
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
                add_cold(plan, w, &sums, c, 0)
        start += n
    row[0] = tier.cold_total(&sums)
    return NONE


cdef TroubleKind cold_rows(const Plan *plan, xentc_scratch *w, Tile *tile, BadRow *bad) noexcept nogil:
    """All rows of a tile that are not finite, and their uniform parts."""
    cdef Py_ssize_t i
    cdef TroubleKind trouble
    for i in range(tile.n_rows):
        if not (tile.all_counted or tile.entries.counted[i]):
            continue
        if plan.uniform != 0.0 and w.uniform[i] - w.uniform[i] != 0.0:
            w.uniform[i] = cold_dense_row(plan, w, NULL, &tile.y, i)
        if w.rows[i] - w.rows[i] == 0.0:
            continue
        if tile.way == LONG_CSR:
            trouble = cold_csr_row(plan, w, tile, w.rows, bad)
            if trouble != NONE:
                return trouble
        elif tile.way == SPARSE or tile.way == ONE_HOT:
            w.rows[i] = cold_listed_row(plan, w, tile, i)
        else:
            w.rows[i] = cold_dense_row(plan, w, &tile.t, &tile.y, i)
    return NONE
