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


cdef void add_cold_listed(const Plan *plan, xentc_scratch *scratch, xentc_cold *sums, double scale, const Tile *tile,
                          Py_ssize_t row) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef const xentc_entries *entries = tile.entries
    cdef Py_ssize_t i
    cdef double c
    for i in range(tile.count):
        if (i if tile.one_each else entries.index[i]) != row:
            continue
        if tile.flat:
            add_cold_dense(plan, scratch, sums, scale, &tile.t, &tile.y, row)
            return
        c = 1.0
        if plan.source != FROM_LABELS:
            tier.elements.load[True][tile.t.dtype](tile.t.data + entries.t_offset[i], 0, 1, &c)
        if plan.class_weight != NULL:
            c *= plan.class_weight[entries.class_of[i]]
        if c != 0.0:
            tier.elements.load[True][tile.y.dtype](tile.y.data + entries.y_offset[i], 0, 1, &sums.y)
            add_cold(plan, scratch, sums, scaled(c, scale), row)


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


cdef inline bint is_cold(const Tile *tile, const double *rows, Py_ssize_t row) noexcept nogil:
    return rows[row] - rows[row] != 0.0 and (tile.all_used or tile.entries.used[row])


cdef int special_in_dense(const Plan *plan, xentc_scratch *scratch, const Operand *t, const Operand *y,
                          Py_ssize_t row) noexcept nogil:
    """What is among the terms of a row; without t (NULL) all t_k are 1."""
    cdef const xentc_tier *tier = plan.tier
    cdef const double *c
    cdef Py_ssize_t k = 0, n, i
    cdef int found = 0
    while k < plan.n_classes and not found & SPECIAL_NAN and not given_up(scratch, k, XENTC_LOOK_EVERY):
        n = XENTC_FIRST_TERMS if k == 0 else XENTC_BLOCK - k % XENTC_BLOCK      # then by whole blocks
        n = min(plan.n_classes - k, n)
        if t != NULL:
            c = <const double *>block_of(tier, t, True, row, 1, k, n, 0, scratch.t)
        else:
            for i in range(n):
                scratch.t[i] = 1.0
            c = scratch.t
        if plan.class_weight != NULL:
            for i in range(n):
                scratch.t[i] = c[i] * plan.class_weight[k + i]
            c = scratch.t
        found |= tier.terms.special(c, <const double *>block_of(tier, y, True, row, 1, k, n, 0, scratch.y), n, plan.eps,
                                    plan.logits, scratch.softmax.lse[row])
        k += n
    return found


cdef int special_in_list(const Plan *plan, const xentc_scratch *scratch, const Tile *tile, Py_ssize_t row,
                         Py_ssize_t *next_entry) noexcept nogil:
    """The same of listed entries in the order of their rows; those before next_entry[0] are of earlier ones."""
    cdef const xentc_tier *tier = plan.tier
    cdef const xentc_entries *entries = tile.entries
    cdef bint one_each = tile.one_each, flat = tile.flat
    cdef Py_ssize_t i = row if one_each else next_entry[0]
    cdef double c = 1.0, y
    cdef int found = 0
    while not one_each and i < tile.count and <Py_ssize_t>entries.index[i] < row:
        i += 1
    while i < tile.count and (one_each or <Py_ssize_t>entries.index[i] == row):
        if flat:
            tier.elements.load[True][tile.t.dtype](tile.t.data + entries.index[i] * size_of(&tile.t), 0, 1, &c)
            tier.elements.load[True][tile.y.dtype](tile.y.data + entries.index[i] * size_of(&tile.y), 0, 1, &y)
            if plan.class_weight != NULL:
                c *= plan.class_weight[entries.index[i] % plan.n_classes]
        else:
            if plan.source != FROM_LABELS:
                tier.elements.load[True][tile.t.dtype](tile.t.data + entries.t_offset[i], 0, 1, &c)
            tier.elements.load[True][tile.y.dtype](tile.y.data + entries.y_offset[i], 0, 1, &y)
            if plan.class_weight != NULL:
                c = (c if plan.source != FROM_LABELS else 1.0) * plan.class_weight[entries.class_of[i]]
        found |= tier.terms.special(&c, &y, 1, plan.eps, plan.logits, scratch.softmax.lse[row])
        i += 1
        if one_each:
            break
    if not one_each:
        next_entry[0] = i
    return found


cdef bint are_in_order(const Tile *tile) noexcept nogil:
    """Whether the listed entries are in the order of their rows."""
    cdef Py_ssize_t i
    cdef bint in_order = True
    if not (tile.way == SPARSE or tile.way == ONE_HOT) or tile.one_each:
        return True
    for i in range(1, tile.count):
        in_order &= tile.entries.index[i - 1] <= tile.entries.index[i]
    return in_order


cdef int special_in_row(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t row,
                        Py_ssize_t *next_entry) noexcept nogil:
    """What is among the terms of t; next_entry[0] is negative where entries are in no order."""
    if tile.way == LONG_CSR:
        return SPECIAL_ODD
    if tile.way == SPARSE or tile.way == ONE_HOT:
        return special_in_list(plan, scratch, tile, row, next_entry) if next_entry[0] >= 0 else SPECIAL_ODD
    return special_in_dense(plan, scratch, &tile.t, &tile.y, row)


cdef inline bint tells(int found, double *sum) noexcept nogil:
    """The sum of terms of which some are not finite, if that is enough to know of them."""
    if not found & SPECIAL_NAN and (found == 0 or found & SPECIAL_ODD):
        return False
    if found & SPECIAL_NAN or found == SPECIAL_ABOVE | SPECIAL_BELOW:
        sum[0] = NAN
    else:
        sum[0] = INFINITY if found == SPECIAL_ABOVE else -INFINITY
    return True


cdef double cold_uniform_row(const Plan *plan, xentc_scratch *scratch, const Operand *y, Py_ssize_t row) noexcept nogil:
    """sum_k w_k log max(y_k, eps), or of logits sum_k w_k (z_k - lse)."""
    cdef xentc_cold sums
    cdef double total
    if tells(special_in_dense(plan, scratch, NULL, y, row), &total):
        return total
    memset(&sums, 0, sizeof(xentc_cold))
    add_cold_dense(plan, scratch, &sums, 1.0, NULL, y, row)
    return plan.tier.cold.total(&sums)


cdef TroubleKind cold_rows(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """All rows of a tile that are not finite, and their uniform parts."""
    cdef Py_ssize_t i, next_entry = 0 if are_in_order(tile) else -1
    cdef xentc_cold sums
    for i in range(tile.n_rows):
        if plan.uniform != 0.0 and is_cold(tile, scratch.uniform, i):
            scratch.uniform[i] = cold_uniform_row(plan, scratch, &tile.y, i)
        if not is_cold(tile, scratch.rows, i) or tells(special_in_row(plan, scratch, tile, i, &next_entry),
                                                       &scratch.rows[i]):
            continue
        memset(&sums, 0, sizeof(xentc_cold))
        if add_cold_row(plan, scratch, &sums, 1.0, tile, i, bad) != NONE:
            return bad.trouble
        scratch.rows[i] = plan.tier.cold.total(&sums)
    return NONE


cdef TroubleKind cold_smoothed_rows(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """Smoothed rows that are not finite: each part may have overflowed where what is left of it does not."""
    cdef Py_ssize_t i, next_entry = 0 if are_in_order(tile) else -1
    cdef xentc_cold sums
    cdef int found
    for i in range(tile.n_rows):
        if not is_cold(tile, scratch.rows, i):
            continue
        found = special_in_dense(plan, scratch, NULL, &tile.y, i)
        if plan.keep != 0.0:
            found |= special_in_row(plan, scratch, tile, i, &next_entry)
        if tells(found, &scratch.rows[i]):
            continue
        if add_whole_row(plan, scratch, &sums, tile, i, bad) != NONE:
            return bad.trouble
        scratch.rows[i] = plan.tier.cold.total(&sums)
    return NONE
