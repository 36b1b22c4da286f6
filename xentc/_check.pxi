# check=True: rows that are no distribution, looked for before a tile is computed, while it is in the cache.


cdef bint is_distribution(const Plan *plan, xentc_scratch *w, const Operand *o, double tolerance, Py_ssize_t row,
                          Py_ssize_t n_rows, Py_ssize_t n_classes, bint count_off_sums) noexcept nogil:
    """Whether all is in [0, 1] and the sum is 1; with count_off_sums another sum is no fault, but counted.

    n_rows: how many rows there are from this one on.
    """
    cdef const xentc_tier *tier = plan.tier
    cdef int to_double = o.dtype != XENTC_FLOAT32 and o.dtype != XENTC_FLOAT16
    cdef bint joined = n_classes <= XENTC_BLOCK and o.k == size_of(o) and o.row == n_classes * o.k
    cdef Py_ssize_t k = 0, n
    cdef double total = 0.0
    cdef const void *block
    while k < n_classes:
        n = min(n_classes - k, XENTC_BLOCK)
        block = block_of(tier, o, to_double, row, 1, k, n, 0, w.t)
        total += tier.check_piece[to_double](block, n, n_rows * n_classes if joined and block != w.t else n)
        k += n
    if -tolerance <= total - 1.0 <= tolerance:
        return True
    if total != total or not count_off_sums:
        return False
    w.n_off_sums += 1
    return True


cdef Trouble check_tile(const Plan *plan, xentc_scratch *w, const Tile *tile, Py_ssize_t *bad) noexcept nogil:
    """The first row that counts and is no distribution."""
    cdef Py_ssize_t i
    cdef Operand values
    for i in range(tile.n_rows):
        if not (tile.all_counted or tile.entries.counted[i]):
            continue
        bad[0] = i
        if plan.check_y and not is_distribution(plan, w, &tile.y, plan.tolerance_y, i, tile.n_rows - i, plan.n_classes, plan.count_off_sums):
            return NO_DISTRIBUTION_Y
        if not plan.check_t:
            continue
        if plan.source == FROM_DENSE:
            if not is_distribution(plan, w, &tile.t, plan.tolerance_t, i, tile.n_rows - i, plan.n_classes, False):
                return NO_DISTRIBUTION_T
            continue
        # CSR: the entries of a row are a run of values.
        values = operand(tile.t.dtype, tile.t.data + csr_start(plan, tile, i) * size_of(&tile.t), 0, size_of(&tile.t))
        if not is_distribution(plan, w, &values, plan.tolerance_t, 0, 1,
                               csr_start(plan, tile, i + 1) - csr_start(plan, tile, i), False):
            return NO_DISTRIBUTION_T
    return NONE
