# log-softmax of a tile of logits: for each row that counts  lse = log sum_k exp(z_k),  and what the gradient
# wants of it (xentc_softmax). Along the classes a row is read twice while it is in the cache, for its maximum
# and for its sum; rows that are short, or lie across (class axis first), are done side by side.


cdef inline bint are_few(const Plan *plan) noexcept nogil:
    """Whether src/few.h does the rows: all of them, or one batch would not have the bits of another."""
    return plan.n_classes < XENTC_FEW_CLASSES and plan.precision != XENTC_DOUBLE


cdef inline bint side_by_side(const Plan *plan, const Tile *tile) noexcept nogil:
    return are_few(plan) or (
        tile.n_rows > 1 and (plan.n_classes < XENTC_SIDE_BY_SIDE_BELOW or not along_classes(&tile.y))
    )


cdef inline bint lies_as(const Operand *z, int to_double, Py_ssize_t step) noexcept nogil:
    """Whether a run of this step is contiguous and of the dtype that it is computed in."""
    return step == size_of(z) and z.dtype == (XENTC_FLOAT64 if to_double else XENTC_FLOAT32)


cdef void softmax(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    cdef int double_z = plan.precision == XENTC_DOUBLE
    cdef Py_ssize_t i, j, first, end
    cdef bint any_wide
    for j in range(tile.n_runs):
        first = tile.entries.run_start[j]
        end = min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows)
        any_wide = False
        if side_by_side(plan, tile):
            while first < end:
                any_wide |= softmax_side_by_side(plan, scratch, tile, first, min(end - first, XENTC_STRIP), double_z)
                first += XENTC_STRIP
        elif first < end:
            any_wide = softmax_along_classes(plan, scratch, &tile.y, first, end - first, double_z)
        for i in range(tile.entries.run_start[j], end if any_wide else 0):
            if scratch.softmax.wide[i]:
                softmax_along_classes(plan, scratch, &tile.y, i, 1, True)
                scratch.softmax.wide[i] = True


cdef double SMALLEST_NORMAL_SINGLE = 2.0 ** -126


cdef void do_tiny_as_double(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """Once more those rows of which A W / total (gradient.h) has not all its digits in float32, or is normalised."""
    cdef Py_ssize_t i, j
    cdef double size
    for j in range(tile.n_runs):
        for i in range(tile.entries.run_start[j], min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows)):
            size = fabs(scratch.softmax.inverse[i])
            if (0.0 < size < SMALLEST_NORMAL_SINGLE or is_normalised(scratch, i)) and not scratch.softmax.wide[i]:
                softmax_along_classes(plan, scratch, &tile.y, i, 1, True)
                scratch.softmax.wide[i] = True


cdef bint softmax_along_classes(const Plan *plan, xentc_scratch *scratch, const Operand *z, Py_ssize_t first,
                                Py_ssize_t n_rows, int double_z) noexcept nogil:
    """A few rows at a time: what each row costs beyond its elements is then done for all of them at once.
    Returns whether any of them is wide."""
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_softmax *rows = &scratch.softmax
    cdef Py_ssize_t group = min(max(XENTC_GROUP_LOGITS // max(plan.n_classes, 1), 1), n_rows), j, n, i = first
    cdef bint any_wide = False
    while i < first + n_rows:
        n = min(first + n_rows - i, group)
        max_along_classes(plan, scratch, z, i, n, double_z)
        any_wide |= tier.softmax.start_rows[double_z](rows, i, n)
        sum_along_classes(plan, scratch, z, i, n, True, double_z)
        if tier.softmax.remainder_of_all[double_z](rows, i, n, scratch.exp_sum, scratch.exp_sum_low,
                                                   scratch.remainder + i, scratch.remainder_low + i, scratch.again):
            for j in range(n):
                if scratch.again[j] and maximum(rows, i + j, double_z) == INFINITY:
                    scratch.remainder[i + j] = NAN if has_nan(plan, scratch, z, i + j, double_z) else 0.0
                    scratch.remainder_low[i + j] = 0.0
                elif scratch.again[j]:
                    rows.count[i + j] = 0
                    sum_along_classes(plan, scratch, z, i + j, 1, False, double_z)
                    tier.softmax.remainder_of_others[double_z](1, scratch.exp_sum, scratch.exp_sum_low,
                                                               scratch.remainder + i + j,
                                                               scratch.remainder_low + i + j)
        i += n
    tier.softmax.finish[double_z](rows, first, n_rows, scratch.remainder + first, scratch.remainder_low + first)
    return any_wide and settle_infinite(rows, first, n_rows, scratch.remainder + first)


cdef inline double maximum(const xentc_softmax *rows, Py_ssize_t row, int double_z) noexcept nogil:
    return rows.m_double[row] if double_z else rows.m_single[row]


cdef bint has_nan(const Plan *plan, xentc_scratch *scratch, const Operand *z, Py_ssize_t row,
                  int double_z) noexcept nogil:
    """Whether a logit of a row is NaN: beside an infinite one all that must be known of the others."""
    cdef Py_ssize_t k = 0, n
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        n = min(plan.n_classes - k, XENTC_BLOCK)
        if plan.tier.softmax.any_nan[double_z](block_of(plan.tier, z, double_z, row, 1, k, n, 0, scratch.y), n):
            return True
        k += n
    return False


cdef bint settle_infinite(xentc_softmax *rows, Py_ssize_t first, Py_ssize_t n_rows,
                          const double *remainder) noexcept nogil:
    """Rows with an infinite logit, which float64 would not help: beside it all exponentials are 0, or NaN where one of
    the logits is. Whether other rows are wide."""
    cdef Py_ssize_t i
    cdef bint any_wide = False
    for i in range(first, first + n_rows):
        if rows.wide[i] and rows.m_single[i] == INFINITY:
            rows.wide[i] = False
            rows.lse[i] = INFINITY if remainder[i - first] == 0.0 else NAN
            rows.lse_low[i] = 0.0
            rows.others[i] = rows.total[i] = NAN
        any_wide |= rows.wide[i]
    return any_wide


cdef inline char *kept_at(xentc_scratch *scratch, Py_ssize_t element, int double_z) noexcept nogil:
    """Where an exponential of the tile is kept: element row K + k, or side by side k tile_rows + row."""
    return xentc_kept_exponentials(scratch) + (element << (3 if double_z else 2))


cdef void max_along_classes(const Plan *plan, xentc_scratch *scratch, const Operand *z, Py_ssize_t first,
                            Py_ssize_t n_rows, int double_z) noexcept nogil:
    cdef Py_ssize_t i, k, n, piece = XENTC_LOOK_EVERY if lies_as(z, double_z, z.k) else XENTC_BLOCK
    cdef double m
    if piece == XENTC_LOOK_EVERY and plan.n_classes <= XENTC_LOOK_EVERY:
        plan.tier.softmax.max_rows[double_z](z.data + first * z.row, z.row, n_rows, plan.n_classes, &scratch.softmax,
                                             first)
        return
    for i in range(first, first + n_rows):
        m = -INFINITY
        k = 0
        while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
            n = min(plan.n_classes - k, piece)
            m = plan.tier.softmax.max_piece[double_z](block_of(plan.tier, z, double_z, i, 1, k, n, 0, scratch.y), n, m)
            k += n
        if double_z:
            scratch.softmax.m_double[i] = m
        else:
            scratch.softmax.m_single[i] = <float>m


cdef void sum_along_classes(const Plan *plan, xentc_scratch *scratch, const Operand *z, Py_ssize_t first,
                            Py_ssize_t n_rows, bint of_all, int double_z) noexcept nogil:
    """The sums of some rows, of all exponentials or of the others, to scratch.exp_sum + scratch.exp_sum_low."""
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_sum_piece sum_piece = (
        tier.softmax.sum_all_piece[double_z] if of_all else tier.softmax.sum_others_piece[double_z]
    )
    cdef xentc_sum_rows sum_rows = (
        tier.softmax.sum_all_rows[double_z] if of_all else tier.softmax.sum_others_rows[double_z]
    )
    cdef Py_ssize_t j, k, n, piece = XENTC_LOOK_EVERY if lies_as(z, double_z, z.k) else XENTC_BLOCK
    cdef bint keep = of_all and plan.keep_exponentials and double_z == (plan.precision == XENTC_DOUBLE)
    if piece == XENTC_LOOK_EVERY and plan.n_classes <= XENTC_LOOK_EVERY:
        # What is asked for on the way are the rows that the next call begins with.
        sum_rows(z.data + first * z.row, z.row, n_rows, plan.n_classes, &scratch.softmax, first, n_rows * z.row,
                 kept_at(scratch, first * plan.n_classes, double_z) if keep else NULL, &scratch.pending if keep
                 else NULL, scratch.exp_sum, scratch.exp_sum_low)
        return
    for j in range(n_rows):
        memset(scratch.exp_lane, 0, XENTC_EXP_LANES * sizeof(double))
        memset(scratch.exp_lane_low, 0, XENTC_EXP_LANES * sizeof(double))
        k = 0
        while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
            n = min(plan.n_classes - k, piece)
            sum_piece(block_of(tier, z, double_z, first + j, 1, k, n, 0, scratch.y), n, &scratch.softmax, first + j,
                      kept_at(scratch, (first + j) * plan.n_classes + k, double_z) if keep else NULL, scratch.exp_lane,
                      scratch.exp_lane_low)
            k += n
        tier.softmax.join_row[double_z](scratch.exp_lane, scratch.exp_lane_low)
        scratch.exp_sum[j] = scratch.exp_lane[0]
        scratch.exp_sum_low[j] = scratch.exp_lane_low[0]


cdef Py_ssize_t columns(const Plan *plan, xentc_scratch *scratch, const Tile *tile, int double_z,
                        char **start) noexcept nogil:
    """Where class 0 of a tile's row 0 is, and the bytes to the next class, where classes of rows side by side are
    columns of the dtype that is computed in: copied, in memory, or (short rows) transposed. Else 0."""
    cdef Operand z = transposed(&tile.y)
    start[0] = NULL
    if plan.copy_columns:
        start[0] = xentc_copied_columns(scratch)
        return plan.tile_rows << (3 if double_z else 2)
    if lies_as(&z, double_z, z.k):
        start[0] = z.data
        return z.row
    if plan.n_classes < XENTC_SIDE_BY_SIDE_BELOW:
        start[0] = <char *>scratch.transposed
        return XENTC_TILE_ROWS << (3 if double_z else 2)
    return 0


cdef inline const void *logits_of_class(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t k,
                                        Py_ssize_t first, Py_ssize_t n_rows, int double_z) noexcept nogil:
    """Class k of some rows, side by side."""
    cdef Operand z = transposed(&tile.y)
    cdef char *start
    cdef Py_ssize_t step = columns(plan, scratch, tile, double_z, &start)
    if step:
        return start + k * step + (first << (3 if double_z else 2))
    z.data += first * z.k
    return block_of(plan.tier, &z, double_z, k, 1, 0, n_rows, bytes_ahead(plan, &z, k, n_rows), scratch.y)


cdef void transpose_logits(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                           Py_ssize_t n_rows, int double_z) noexcept nogil:
    """Short rows into scratch.transposed, class by class, unless they lie as columns in memory."""
    cdef Operand z = transposed(&tile.y)
    cdef Py_ssize_t k, log2_size = 3 if double_z else 2
    cdef char *to = <char *>scratch.transposed + (first << log2_size)
    if plan.n_classes >= XENTC_SIDE_BY_SIDE_BELOW or lies_as(&z, double_z, z.k):
        return
    ask_for(tile.y.data + (first + n_rows) * tile.y.row, n_rows * plan.n_classes << z.log2_size)
    if lies_as(&tile.y, double_z, tile.y.k):
        plan.tier.elements.transpose[double_z](tile.y.data + first * tile.y.row, tile.y.row, n_rows, plan.n_classes, to,
                                               XENTC_TILE_ROWS)
        return
    for k in range(plan.n_classes):
        plan.tier.elements.load[double_z][z.dtype](z.data + k * z.row + first * z.k, z.k, n_rows,
                                                   to + (k * XENTC_TILE_ROWS << log2_size))


cdef const char *next_columns(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t k,
                              Py_ssize_t first, Py_ssize_t n_rows, int double_z, Py_ssize_t *n,
                              Py_ssize_t *step) noexcept nogil:
    """Classes k .. k + n - 1 of some rows, side by side, `step` bytes from one class to the next."""
    cdef Operand z = transposed(&tile.y)
    cdef Py_ssize_t j, log2_size = 3 if double_z else 2
    cdef char *start
    step[0] = columns(plan, scratch, tile, double_z, &start)
    n[0] = min(plan.n_classes - k, XENTC_LOOK_EVERY)
    if step[0]:
        return start + k * step[0] + (first << log2_size)
    z.data += first * z.k
    n[0] = min(plan.n_classes - k, XENTC_EXP_LANES >> (log2_size - 2))      # what scratch.y holds of a strip
    step[0] = n_rows << log2_size
    for j in range(n[0] if z.k == size_of(&z) else 0):
        ask_for(z.data + (k + j) * z.row + bytes_ahead(plan, &z, k + j, n_rows), n_rows << z.log2_size)
    return <const char *>block_of(plan.tier, &z, double_z, k, n[0], 0, n_rows, 0, scratch.y)


cdef bint softmax_side_by_side(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                               Py_ssize_t n_rows, int double_z) noexcept nogil:
    """The same for rows one beside the other."""
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_softmax *rows = &scratch.softmax
    cdef Py_ssize_t i
    cdef int any_wide = False
    cdef bint done = False
    transpose_logits(plan, scratch, tile, first, n_rows, double_z)
    if are_few(plan):
        return softmax_of_few(plan, scratch, tile, first, n_rows)
    if guesses(plan, double_z):
        max_side_by_side(plan, scratch, tile, first, n_rows, double_z, min(plan.n_classes, XENTC_GUESSED_FROM))
        tier.softmax.start_guess(rows, first, n_rows)
        sum_side_by_side(plan, scratch, tile, first, n_rows, tier.softmax.sum_guessed_classes, double_z)
        done = not tier.softmax.settle_guess(rows, first, n_rows, scratch.exp_lane, &any_wide)
    if not done:
        max_side_by_side(plan, scratch, tile, first, n_rows, double_z, plan.n_classes)
        any_wide = tier.softmax.start_rows[double_z](rows, first, n_rows)
        sum_side_by_side(plan, scratch, tile, first, n_rows, tier.softmax.sum_all_classes[double_z], double_z)
    if tier.softmax.remainder_of_all[double_z](rows, first, n_rows, scratch.exp_lane, scratch.exp_lane_low,
                                               scratch.remainder, scratch.remainder_low, scratch.again):
        for i in range(n_rows):
            if scratch.again[i]:
                rows.count[first + i] = 0
        sum_side_by_side(plan, scratch, tile, first, n_rows, tier.softmax.sum_others_classes[double_z], double_z)
        tier.softmax.remainder_of_others[double_z](n_rows, scratch.exp_lane, scratch.exp_lane_low,
                                                   scratch.exp_sum, scratch.exp_sum_low)
        for i in range(n_rows):
            if scratch.again[i]:
                scratch.remainder[i] = scratch.exp_sum[i]
                scratch.remainder_low[i] = scratch.exp_sum_low[i]
            else:
                rows.count[first + i] = 1
    tier.softmax.finish[double_z](rows, first, n_rows, scratch.remainder, scratch.remainder_low)
    return any_wide and settle_infinite(rows, first, n_rows, scratch.remainder)


cdef bint softmax_of_few(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                         Py_ssize_t n_rows) noexcept nogil:
    """All of it at once, where the logits are columns. Returns whether any row is wide."""
    cdef char *start = NULL
    cdef bint again = plan.grad.data != NULL or plan.evaluation != NULL
    cdef Py_ssize_t step = columns(plan, scratch, tile, False, &start), k
    cdef Operand z = transposed(&tile.y)
    cdef const char *column
    for k in range(plan.n_classes if lies_as(&z, False, z.k) else 0):   # columns in memory
        column = z.data + k * z.row + (first << 2)
        ask_for(column + (n_rows << 2), n_rows << 2)
        if plan.copy_columns:
            memcpy(start + k * step + (first << 2), column, n_rows << 2)
    return plan.tier.softmax.few_classes(
        start + (first << 2), step, plan.n_classes, n_rows, again, &scratch.softmax, first,
        kept_at(scratch, first, False) if plan.keep_exponentials else NULL, plan.tile_rows << 2
    )


cdef inline bint guesses(const Plan *plan, int double_z) noexcept nogil:
    """Whether rows side by side are read once, from a guess of their maxima (src/exp_columns.h)."""
    return not double_z and not plan.keep_exponentials and plan.n_classes > XENTC_GUESSED_FROM


cdef void max_side_by_side(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                           Py_ssize_t n_rows, int double_z, Py_ssize_t n_classes) noexcept nogil:
    """The maxima of the first classes of some rows."""
    cdef Py_ssize_t i, k = 0, n, step, log2_size = 3 if double_z else 2
    cdef const char *block
    cdef char *start
    cdef Operand z = transposed(&tile.y)
    for i in range(first, first + n_rows):
        if double_z:
            scratch.softmax.m_double[i] = -INFINITY
        else:
            scratch.softmax.m_single[i] = -INFINITY
    while k < n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        if lies_as(&z, double_z, z.k):      # columns in memory
            n = min(n_classes - k, XENTC_LOOK_EVERY)
            columns(plan, scratch, tile, double_z, &start)
            plan.tier.softmax.max_classes[double_z](
                z.data + first * z.k + k * z.row, z.row, n, n_rows, True,
                start + (first << log2_size) if plan.copy_columns else NULL, plan.tile_rows, &scratch.softmax, first
            )
        else:
            block = next_columns(plan, scratch, tile, k, first, n_rows, double_z, &n, &step)
            n = min(n, n_classes - k)
            plan.tier.softmax.max_classes[double_z](block, step, n, n_rows, False, NULL, 0, &scratch.softmax, first)
        k += n


cdef void sum_side_by_side(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                           Py_ssize_t n_rows, xentc_sum_classes sum_classes, int double_z) noexcept nogil:
    """The sums of some rows to scratch.exp_lane[i] + scratch.exp_lane_low[i]; others' exponentials are not kept."""
    cdef const xentc_tier *tier = plan.tier
    cdef Py_ssize_t k = 0, n, step, used = min(plan.n_classes, XENTC_EXP_LANES)
    cdef Py_ssize_t width = (n_rows + XENTC_COLUMNS - 1) & -XENTC_COLUMNS
    cdef const char *block
    memset(scratch.exp_lane + used * width, 0, (XENTC_EXP_LANES - used) * width * sizeof(double))
    if double_z:
        memset(scratch.exp_lane_low + used * width, 0, (XENTC_EXP_LANES - used) * width * sizeof(double))
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        block = next_columns(plan, scratch, tile, k, first, n_rows, double_z, &n, &step)
        sum_classes(block, step, k, n, n_rows, &scratch.softmax, first,
                    kept_at(scratch, k * plan.tile_rows + first, double_z) if plan.keep_exponentials else NULL,
                    plan.tile_rows, scratch.exp_lane, scratch.exp_lane_low)
        k += n
    tier.softmax.join_class[double_z](scratch.exp_lane, scratch.exp_lane_low, width)
