# check=True: rows that are no distribution, looked for after a tile is computed, while it is in the cache.


cdef Py_ssize_t first_bad_row(const Plan *plan, xentc_scratch *scratch, const Operand *o, const Check *check,
                              Py_ssize_t first, Py_ssize_t end, Py_ssize_t n_classes) noexcept nogil:
    """The first of rows first .. end - 1 that is no distribution, or end."""
    cdef const xentc_tier *tier = plan.tier
    cdef int double_o = as_double(o)
    cdef Py_ssize_t i = first, k, n, bad
    cdef double total
    while i < end:
        if 0 < n_classes <= XENTC_BLOCK:
            n = min(end - i, XENTC_BLOCK // n_classes)
            bad = tier.checks.rows[double_o](block_of(tier, o, double_o, i, n, 0, n_classes, 0, scratch.t), n,
                                             n_classes, check.least, check.most, check.tolerance)
            if bad < n:
                return i + bad
            i += n
            continue
        total = 0.0
        k = 0
        while k < n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
            n = min(n_classes - k, XENTC_BLOCK)
            if tier.checks.piece[double_o](block_of(tier, o, double_o, i, 1, k, n, 0, scratch.t), n, check.least,
                                           check.most, &total):
                return i
            k += n
        if not fabs(total - 1.0) <= check.tolerance:
            return i
        i += 1
    return end


cdef Py_ssize_t first_refused_row(const Plan *plan, xentc_scratch *scratch, const Operand *y, Py_ssize_t first,
                                  Py_ssize_t end) noexcept nogil:
    """The same for y; where the plan wants it, rows that are at fault by their sum alone are counted and passed."""
    cdef Py_ssize_t i = first_bad_row(plan, scratch, y, &plan.check_y, first, end, plan.n_classes)
    cdef Check of_values = plan.check_y
    of_values.tolerance = INFINITY  # which the finite sum of values in range keeps
    while i < end and plan.count_off_sums and first_bad_row(plan, scratch, y, &of_values, i, i + 1, plan.n_classes) > i:
        scratch.n_off_sums += 1
        i = first_bad_row(plan, scratch, y, &plan.check_y, i + 1, end, plan.n_classes)
    return i


cdef Operand csr_row(const Tile *tile, Py_ssize_t row) noexcept nogil:
    """The entries of a row of a CSR matrix, which are a run of values."""
    cdef Py_ssize_t size = size_of(&tile.t)
    return operand(tile.t.dtype, tile.t.data + tile.entries.start[row] * size, 0, size)


cdef Py_ssize_t first_bad_csr_row(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                                  Py_ssize_t end) noexcept nogil:
    """The same for the values of a CSR matrix."""
    cdef Py_ssize_t i
    cdef Operand values
    for i in range(first, end):
        values = csr_row(tile, i)
        if first_bad_row(plan, scratch, &values, &plan.check_t, 0, 1,
                         tile.entries.start[i + 1] - tile.entries.start[i]) == 0:
            return i
    return end


cdef TroubleKind describe(const Plan *plan, xentc_scratch *scratch, const Operand *o, Py_ssize_t row, Py_ssize_t n,
                          const Check *check, TroubleKind outside, TroubleKind no_sum, BadRow *bad) noexcept nogil:
    """What is wrong with the n values of a row, by one look at each: NONE, if they have changed since the last one."""
    cdef Py_ssize_t k
    cdef double x, total = 0.0, lost = 0.0, sum
    bad.column = -1
    bad.value = -INFINITY
    for k in range(n):
        if given_up(scratch, k, XENTC_LOOK_EVERY):
            return report(bad, GIVEN_UP, row)
        plan.tier.elements.load[True][o.dtype](o.data + row * o.row + k * o.k, 0, 1, &x)
        if not check.least <= x <= check.most:
            bad.column = k
            bad.value = x
            return report(bad, outside, row)
        if x > bad.value:
            bad.column = k
            bad.value = x
        sum = total + x     # without loss
        lost += (total - sum) + x if fabs(total) >= fabs(x) else (x - sum) + total
        total = sum
    bad.total = total + lost
    return NONE if fabs(bad.total - 1.0) <= check.tolerance or plan.count_off_sums else report(bad, no_sum, row)


cdef TroubleKind describe_csr(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t row,
                              BadRow *bad) noexcept nogil:
    """The same for the entries of a CSR row, whose columns its indices tell."""
    cdef Operand values = csr_row(tile, row)
    cdef Py_ssize_t size = bytes_of(plan.index_dtype), start = tile.entries.start[row]
    cdef int64_t column
    cdef TroubleKind trouble = describe(plan, scratch, &values, 0, tile.entries.start[row + 1] - start, &plan.check_t,
                                        T_OUTSIDE, T_SUM, bad)
    bad.row = row
    if bad.column >= 0:
        plan.tier.elements.load_index[plan.index_dtype](plan.csr_indices + (start + bad.column) * size, size, 1,
                                                        &column)
        bad.column = column
    return trouble


cdef TroubleKind look_at_distributions(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t n_rows,
                                       BadRow *bad) noexcept nogil:
    """The first of n_rows rows that is looked at and is no distribution; scikit-learn looks at rows of weight 0 too."""
    cdef bint all_rows = plan.count_off_sums
    cdef Py_ssize_t j, first, end, y_row, t_row
    cdef TroubleKind trouble
    for j in range(1 if all_rows else tile.n_runs):
        first = 0 if all_rows else tile.entries.run_start[j]
        end = n_rows if all_rows else min(<Py_ssize_t>tile.entries.run_stop[j], n_rows)
        while first < end:
            y_row = t_row = end
            if checks_rows(&plan.check_y):
                y_row = first_refused_row(plan, scratch, &tile.y, first, end)
            if checks_rows(&plan.check_t) and plan.source == FROM_CSR:
                t_row = first_bad_csr_row(plan, scratch, tile, first, end)
            elif checks_rows(&plan.check_t):
                t_row = first_bad_row(plan, scratch, &tile.t, &plan.check_t, first, end, plan.n_classes)
            first = min(y_row, t_row)
            if first == end:
                break
            if y_row <= t_row:
                trouble = describe(plan, scratch, &tile.y, y_row, plan.n_classes, &plan.check_y, Y_OUTSIDE, Y_SUM, bad)
            elif plan.source == FROM_CSR:
                trouble = describe_csr(plan, scratch, tile, t_row, bad)
            else:
                trouble = describe(plan, scratch, &tile.t, t_row, plan.n_classes, &plan.check_t, T_OUTSIDE, T_SUM, bad)
            if trouble != NONE:
                return trouble
            first += 1      # another thread has written to it
    return NONE


cdef TroubleKind check_tile(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """The first row that the plan does not let pass."""
    cdef TroubleKind trouble = NONE
    cdef BadRow other
    if scratch.alarm or plan.look_always:
        trouble = look_at_used(plan, scratch, tile, bad)
    if not (checks_rows(&plan.check_y) or checks_rows(&plan.check_t)):
        return trouble
    if look_at_distributions(plan, scratch, tile, tile.n_rows if trouble == NONE else bad.row + 1, &other) != NONE:
        bad[0] = other
        return other.trouble
    return trouble
