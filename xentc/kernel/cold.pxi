# Rows that came out infinite or NaN, once more, one term at a time (src/cold.h).


cdef inline void add_cold(const Plan *plan, const xentc_scratch *scratch, xentc_cold *sums, double c,
                          Py_ssize_t row) noexcept nogil:
    """The term of sums.y."""
    if plan.logits:
        plan.tier.cold.add_logit(sums, c, sums.y, scratch.softmax.lse[row], scratch.softmax.lse_low[row])
    else:
        plan.tier.cold.add(sums, c, sums.y, plan.eps)


cdef void add_cold_dense(const Plan *plan, xentc_scratch *scratch, xentc_cold *sums, double scale, const Operand *t,
                         const Operand *y, Py_ssize_t row) noexcept nogil:
    """The terms of a row, each times `scale`; without t (NULL) all t_k are 1."""
    cdef const xentc_tier *tier = plan.tier
    cdef Py_ssize_t k
    cdef double c = 1.0, x
    for k in range(plan.n_classes):
        if given_up(scratch, k, XENTC_LOOK_EVERY_COLD):
            break
        if t != NULL:
            tier.elements.load[True][t.dtype](t.data + row * t.row + k * t.k, 0, 1, &c)
        x = c * plan.class_weight[k] if plan.class_weight != NULL else c
        if x != 0.0:
            tier.elements.load[True][y.dtype](y.data + row * y.row + k * y.k, 0, 1, &sums.y)
            add_cold(plan, scratch, sums, scaled(x, scale), row)


cdef inline double scaled(double x, double scale) noexcept nogil:
    """A product that is 0 only where x is."""
    return x * scale if x * scale != 0.0 else x


cdef enum:
    NO_ENTRY = 0xffff       # at the end of a chain


cdef void chain_entries(xentc_scratch *scratch, Tile *tile) noexcept nogil:
    """The listed entries of each row, in their order: a row then need not look for its own in the whole list."""
    cdef Py_ssize_t i
    cdef const uint32_t *row = tile.entries.index
    for i in range(tile.n_rows):
        scratch.first_entry[i] = NO_ENTRY
    for i in range(tile.count - 1, -1, -1):
        scratch.next_entry[i] = scratch.first_entry[row[i]]
        scratch.first_entry[row[i]] = <uint16_t>i
    tile.chained = True


cdef void add_cold_listed(const Plan *plan, xentc_scratch *scratch, xentc_cold *sums, double scale, Tile *tile,
                          Py_ssize_t row) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef const xentc_entries *entries = tile.entries
    cdef Py_ssize_t i
    cdef double c
    if tile.flat:
        add_cold_dense(plan, scratch, sums, scale, &tile.t, &tile.y, row)
        return
    if not (tile.one_each or tile.chained):
        chain_entries(scratch, tile)
    i = row if tile.one_each else scratch.first_entry[row]
    while i != NO_ENTRY:
        c = 1.0
        if plan.source != FROM_LABELS:
            tier.elements.load[True][tile.t.dtype](tile.t.data + entries.t_offset[i], 0, 1, &c)
        if plan.class_weight != NULL:
            c *= plan.class_weight[entries.class_of[i]]
        if c != 0.0:
            tier.elements.load[True][tile.y.dtype](tile.y.data + entries.y_offset[i], 0, 1, &sums.y)
            add_cold(plan, scratch, sums, scaled(c, scale), row)
        i = NO_ENTRY if tile.one_each else scratch.next_entry[i]


cdef TroubleKind add_cold_csr(const Plan *plan, xentc_scratch *scratch, xentc_cold *sums, double scale, Tile *tile,
                              BadRow *bad) noexcept nogil:
    """The one row of a LONG_CSR tile, listed again piece by piece, and looked at again."""
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_entries *entries = tile.entries
    cdef Py_ssize_t start = tile.entries.start[0], stop = tile.entries.start[1], n, i, previous = -1
    cdef TroubleKind trouble
    cdef double c
    while start < stop:
        n = min(stop - start, XENTC_CAPACITY)
        tile.count = 0
        trouble = list_csr_entries(plan, scratch, tile, 0, start, start + n, previous, bad)
        if trouble != NONE:
            return trouble
        previous = entries.class_of[n - 1]
        for i in range(n):
            tier.elements.load[True][tile.t.dtype](tile.t.data + entries.t_offset[i], 0, 1, &c)
            if plan.class_weight != NULL:
                c *= plan.class_weight[entries.class_of[i]]
            if c != 0.0:
                tier.elements.load[True][tile.y.dtype](tile.y.data + entries.y_offset[i], 0, 1, &sums.y)
                add_cold(plan, scratch, sums, scaled(c, scale), 0)
        start += n
    return NONE


cdef TroubleKind add_cold_row(const Plan *plan, xentc_scratch *scratch, xentc_cold *sums, double scale, Tile *tile,
                              Py_ssize_t row, BadRow *bad) noexcept nogil:
    if tile.way == LONG_CSR:
        return add_cold_csr(plan, scratch, sums, scale, tile, bad)
    if tile.way == SPARSE or tile.way == ONE_HOT:
        add_cold_listed(plan, scratch, sums, scale, tile, row)
    else:
        add_cold_dense(plan, scratch, sums, scale, &tile.t, &tile.y, row)
    return NONE


cdef TroubleKind add_whole_row(const Plan *plan, xentc_scratch *scratch, xentc_cold *sums, Tile *tile, Py_ssize_t row,
                               BadRow *bad) noexcept nogil:
    """A row with its uniform part."""
    memset(sums, 0, sizeof(xentc_cold))
    if plan.keep != 0.0 and add_cold_row(plan, scratch, sums, plan.keep, tile, row, bad) != NONE:
        return bad.trouble
    if plan.uniform != 0.0:
        add_cold_dense(plan, scratch, sums, plan.uniform, NULL, &tile.y, row)
    return NONE


cdef double cold_uniform_row(const Plan *plan, xentc_scratch *scratch, const Operand *y, Py_ssize_t row) noexcept nogil:
    """sum_k w_k log max(y_k, eps), or of logits sum_k w_k (z_k - lse)."""
    cdef xentc_cold sums
    memset(&sums, 0, sizeof(xentc_cold))
    add_cold_dense(plan, scratch, &sums, 1.0, NULL, y, row)
    return plan.tier.cold.total(&sums)


cdef TroubleKind cold_rows(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """The rows of a tile that are not finite, and their uniform parts, that what is special in them does not tell."""
    cdef Py_ssize_t i
    cdef xentc_cold sums
    for i in range(tile.n_rows):
        if (plan.uniform != 0.0 and is_cold(tile, scratch.uniform, i)
                and not special_is_told(scratch.found_uniform[i])):
            scratch.uniform[i] = cold_uniform_row(plan, scratch, &tile.y, i)
        if not is_cold(tile, scratch.rows, i) or special_is_told(scratch.found[i]):
            continue
        memset(&sums, 0, sizeof(xentc_cold))
        if add_cold_row(plan, scratch, &sums, 1.0, tile, i, bad) != NONE:
            return bad.trouble
        scratch.rows[i] = plan.tier.cold.total(&sums)
    return NONE


cdef TroubleKind cold_smoothed_rows(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """Smoothed rows that are not finite: each part may have overflowed where what is left of it does not."""
    cdef Py_ssize_t i
    cdef xentc_cold sums
    cdef const uint8_t *of_t = scratch.found if plan.keep != 0.0 else NULL
    if not plan.tier.terms.tell_rows(scratch.rows, scratch.found_uniform, of_t, NULL if tile.all_used
                                     else tile.entries.used, tile.n_rows) & SPECIAL_ODD:
        return NONE
    for i in range(tile.n_rows):
        if (not is_cold(tile, scratch.rows, i)
                or special_is_told(scratch.found_uniform[i] | (scratch.found[i] if of_t != NULL else 0))):
            continue
        if add_whole_row(plan, scratch, &sums, tile, i, bad) != NONE:
            return bad.trouble
        scratch.rows[i] = plan.tier.cold.total(&sums)
    return NONE
