# What is special in the terms of rows that came out infinite or NaN (src/cold.h): it tells what nearly all of them are.
# Looked for by blocks, as the sums are made, and not row by row: a model that diverged has nothing but such rows.


cdef inline bint is_cold(const Tile *tile, const double *rows, Py_ssize_t row) noexcept nogil:
    return rows[row] - rows[row] != 0.0 and (tile.all_used or tile.entries.used[row])


cdef inline bint look_as_double(const Plan *plan, const Operand *t) noexcept nogil:
    """Whether terms must be looked at in float64; without t (NULL) all t_k are 1."""
    return (as_double(&plan.y) or plan.class_weight != NULL or (t != NULL and plan.precision != XENTC_SINGLE)
            or not plan.logits and <double><float>plan.eps != plan.eps)


cdef inline void look_at_terms(const Plan *plan, xentc_scratch *scratch, const void *c, const void *y,
                               Py_ssize_t n_rows, Py_ssize_t n_classes, const double *lse,
                               int double_terms) noexcept nogil:
    """Of so many terms of some rows, each with its lse, to scratch.special."""
    if plan.logits:
        plan.tier.terms.special_logits[double_terms](c, y, n_rows, n_classes, lse, scratch.special)
    else:
        plan.tier.terms.special[double_terms](c, y, n_rows * n_classes, plan.eps, plan.check_y.most, scratch.special)


cdef void look_at_block(const Plan *plan, xentc_scratch *scratch, const Operand *t, const Operand *y,
                        Py_ssize_t first_row, Py_ssize_t n_rows, Py_ssize_t k, Py_ssize_t n,
                        uint8_t *found) noexcept nogil:
    """Classes k, ... of some rows; of several rows all classes. Without t (NULL) all t_k are 1."""
    cdef int double_terms = look_as_double(plan, t)
    cdef const void *c = scratch.t
    cdef const void *x
    cdef Py_ssize_t i, j
    if t != NULL:
        c = block_of(plan.tier, t, double_terms, first_row, n_rows, k, n, 0, scratch.t)
    if plan.class_weight != NULL:
        for i in range(n_rows):     # in place where the block is in scratch.t already
            for j in range(n):
                scratch.t[i * n + j] = (1.0 if t == NULL else (<const double *>c)[i * n + j]) * plan.class_weight[k + j]
        c = scratch.t
    elif t == NULL and double_terms:
        for i in range(n_rows * n):
            scratch.t[i] = 1.0
    elif t == NULL:
        for i in range(n_rows * n):
            (<float *>scratch.t)[i] = 1.0
    x = block_of(plan.tier, y, double_terms, first_row, n_rows, k, n, 0, scratch.y)
    look_at_terms(plan, scratch, c, x, n_rows, n, scratch.softmax.lse + first_row, double_terms)
    plan.tier.terms.special_rows(scratch.special, n_rows, n, found + first_row)


cdef void look_at_rows(const Plan *plan, xentc_scratch *scratch, const Tile *tile, const Operand *t,
                       const double *values, uint8_t *found) noexcept nogil:
    """All terms of the rows whose value is not finite, and of rows in a block with them."""
    cdef Py_ssize_t i = 0, j, k, n, group = max(XENTC_BLOCK // max(plan.n_classes, 1), 1)
    cdef bint any_cold
    while i < tile.n_rows:
        n = min(tile.n_rows - i, group)
        any_cold = False
        for j in range(i, i + n):
            any_cold |= is_cold(tile, values, j)
        k = 0
        while any_cold and k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
            look_at_block(plan, scratch, t, &tile.y, i, n, k, min(plan.n_classes - k, XENTC_BLOCK), found)
            k += XENTC_BLOCK
        i += n


cdef void look_at_list(const Plan *plan, xentc_scratch *scratch, const Tile *tile, uint8_t *found) noexcept nogil:
    """The same of listed entries, all of them."""
    cdef Py_ssize_t i = 0, j, n
    cdef int double_terms = look_as_double(plan, &tile.t)
    cdef const uint32_t *row = tile.entries.index
    while i < tile.count:
        n = min(tile.count - i, XENTC_BLOCK)
        gather_entries(plan, scratch, tile, i, n, double_terms, double_terms)
        look_at_terms(plan, scratch, scratch.t, scratch.y, n, 1, lse_of_entries(plan, scratch, tile, i, n).high,
                      double_terms)
        for j in range(n):
            found[i + j if tile.one_each else row[i + j]] |= <uint8_t>scratch.special[j]
        i += n


cdef TroubleKind look_at_special(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """What is special in a tile of which some rows are not finite, to scratch.found; in uniform parts of logits to
    scratch.found_uniform, where uniform_part has put that of probabilities."""
    cdef Py_ssize_t start, stop, n, previous = -1
    cdef TroubleKind trouble
    memset(scratch.found, 0, tile.n_rows)
    if plan.uniform != 0.0 and plan.logits:
        look_at_rows(plan, scratch, tile, NULL, scratch.uniform, scratch.found_uniform)
    if tile.way == DENSE or tile.way == LONG_DENSE:
        look_at_rows(plan, scratch, tile, &tile.t, scratch.rows, scratch.found)
    elif tile.way != LONG_CSR:
        look_at_list(plan, scratch, tile, scratch.found)
    elif is_cold(tile, scratch.rows, 0):    # the one row, listed again piece by piece, and looked at again
        start = tile.entries.start[0]
        stop = tile.entries.start[1]
        while start < stop:
            n = min(stop - start, XENTC_CAPACITY)
            tile.count = 0
            trouble = list_csr_entries(plan, scratch, tile, 0, start, start + n, previous, bad)
            if trouble != NONE:
                return trouble
            previous = tile.entries.class_of[n - 1]
            look_at_list(plan, scratch, tile, scratch.found)
            start += n
    return NONE


cdef int tell(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """The rows of a tile that are not finite and known by what was found in them, and uniform parts, get their value.
    Returns SPECIAL_ODD if one is not known, SPECIAL_OUTSIDE if one has a y that cannot be."""
    cdef const uint8_t *used = NULL if tile.all_used else tile.entries.used
    cdef int found = plan.tier.terms.tell_rows(scratch.rows, scratch.found, NULL, used, tile.n_rows)
    if plan.uniform != 0.0:
        found |= plan.tier.terms.tell_rows(scratch.uniform, scratch.found_uniform, NULL, used, tile.n_rows)
    return found
