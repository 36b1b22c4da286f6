# check=True: rows that are no distribution, looked for after a tile is computed, while it is in the cache.


cdef Py_ssize_t first_bad_row(const Plan *plan, xentc_scratch *w, const Operand *o, double tolerance, Py_ssize_t first,
                              Py_ssize_t end, Py_ssize_t n_classes) noexcept nogil:
    """The first of rows first .. end - 1 that is no distribution, or end."""
    cdef const xentc_tier *tier = plan.tier
    cdef int double_o = as_double(o)
    cdef Py_ssize_t i = first, k, n, bad
    cdef double total
    while i < end:
        if 0 < n_classes <= XENTC_BLOCK:
            n = min(end - i, XENTC_BLOCK // n_classes)
            bad = tier.check_rows[double_o](block_of(tier, o, double_o, i, n, 0, n_classes, 0, w.t), n, n_classes,
                                            tolerance)
            if bad < n:
                return i + bad
            i += n
            continue
        total = 0.0
        k = 0
        while k < n_classes:
            n = min(n_classes - k, XENTC_BLOCK)
            if tier.check_piece[double_o](block_of(tier, o, double_o, i, 1, k, n, 0, w.t), n, &total):
                return i
            k += n
        if not fabs(total - 1.0) <= tolerance:
            return i
        i += 1
    return end


cdef Py_ssize_t first_refused_row(const Plan *plan, xentc_scratch *w, const Operand *y, Py_ssize_t first,
                                  Py_ssize_t end) noexcept nogil:
    """The same for y; where the plan wants it, rows that are at fault by their sum alone are counted and passed."""
    cdef Py_ssize_t i = first_bad_row(plan, w, y, plan.tolerance_y, first, end, plan.n_classes)
    # Values in [0, 1] have a finite sum, so that with an infinite tolerance only other values are a fault.
    while i < end and plan.count_off_sums and first_bad_row(plan, w, y, INFINITY, i, i + 1, plan.n_classes) > i:
        w.n_off_sums += 1
        i = first_bad_row(plan, w, y, plan.tolerance_y, i + 1, end, plan.n_classes)
    return i


cdef Py_ssize_t first_bad_csr_row(const Plan *plan, xentc_scratch *w, const Tile *tile, Py_ssize_t first,
                                  Py_ssize_t end) noexcept nogil:
    """The same for the values of a CSR matrix: those of a row are a run."""
    cdef Py_ssize_t i, size = size_of(&tile.t), start
    cdef Operand values
    for i in range(first, end):
        start = csr_start(plan, tile, i)
        values = operand(tile.t.dtype, tile.t.data + start * size, 0, size)
        if first_bad_row(plan, w, &values, plan.tolerance_t, 0, 1, csr_start(plan, tile, i + 1) - start) == 0:
            return i
    return end


cdef Trouble check_tile(const Plan *plan, xentc_scratch *w, const Tile *tile, Py_ssize_t *bad) noexcept nogil:
    """The first row that counts and is no distribution."""
    cdef Py_ssize_t j, first, end, y_row, t_row
    for j in range(tile.n_runs):
        first = tile.entries.run_start[j]
        end = min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows)
        if first >= end:
            break
        y_row = t_row = end
        if plan.check_y:
            y_row = first_refused_row(plan, w, &tile.y, first, end)
        if plan.check_t and plan.source == FROM_CSR:
            t_row = first_bad_csr_row(plan, w, tile, first, end)
        elif plan.check_t:
            t_row = first_bad_row(plan, w, &tile.t, plan.tolerance_t, first, end, plan.n_classes)
        bad[0] = min(y_row, t_row)
        if bad[0] < end:
            return NO_DISTRIBUTION_Y if y_row <= t_row else NO_DISTRIBUTION_T
    return NONE
