# The second half of a tile: for each row that counts, by the way the first half chose,
#     rows     sum_k w_k t_k log max(y_k, eps), or of logits sum_k w_k t_k (z_k - lse)
#     weight   sum_k w_k t_k                      where the weighted mean is wanted
#     uniform  sum_k w_k log max(y_k, eps)        where labels are smoothed
# Terms and their lanes are those of src/terms.h and src/fold.h, whichever the way.


cdef inline bint terms_stay_in_registers(const Plan *plan) noexcept nogil:
    """Whether one loop makes terms and adds them, of probabilities; of logits where they are float32."""
    return not plan.logits


cdef inline bint fill_lanes(Py_ssize_t n_classes) noexcept nogil:
    """Whether rows of so many classes are whole lanes, or nearly: the last ones of a row are computed for nothing."""
    return 8 * (n_classes & -XENTC_LANES) >= 7 * n_classes


cdef void add_dense_piece(const Plan *plan, xentc_scratch *scratch, const Operand *t, const Operand *y, Py_ssize_t row,
                          Py_ssize_t first_class, Py_ssize_t n_classes) noexcept nogil:
    """Classes of one row, from a multiple of XENTC_LANES on, to its lanes."""
    cdef const xentc_tier *tier = plan.tier
    cdef int precision = plan.precision
    cdef Py_ssize_t k = first_class, end = first_class + n_classes, n
    cdef const void *c
    cdef const void *block
    while k < end and not given_up(scratch, k, XENTC_LOOK_EVERY):
        n = min(end - k, XENTC_BLOCK)
        c = coefficients_of(plan, scratch, t, row, 1, k, n)
        block = block_of(tier, y, precision == XENTC_DOUBLE, row, 1, k, n, 0, scratch.y)
        if terms_stay_in_registers(plan):
            scratch.alarm |= tier.terms.piece_of_probabilities[precision](c, block, n, plan.n_classes, plan.eps,
                                                                          scratch.most, scratch.lane, scratch.lane_low)
            count_clipped_terms(plan, scratch, c, block, n)
        elif precision != XENTC_DOUBLE:
            scratch.alarm |= tier.terms.piece_of_logits[precision](c, block, n, scratch.softmax.lse[row],
                                                                   scratch.softmax.lse_low[row], scratch.lane)
        else:
            make_terms(plan, scratch, c, block, n, lse_of_rows(scratch, row, 0), XENTC_TERMS_AHEAD)
            tier.sums.add_piece[precision](scratch.term, scratch.term_low, n, scratch.lane, scratch.lane_low)
        if plan.has_weight:
            weights_as_terms(plan, scratch, c, n)
            tier.sums.add_piece[weight_precision(plan)](scratch.term, scratch.term_low, n, scratch.weight_lane,
                                                        scratch.weight_lane_low)
        k += n


cdef void dense_along_classes(const Plan *plan, xentc_scratch *scratch, const Operand *t, const Operand *y,
                              Py_ssize_t first_row, Py_ssize_t end_row) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef int precision = plan.precision
    cdef Py_ssize_t n_classes = plan.n_classes, i = first_row, n
    cdef const void *c
    cdef const void *block
    while i < end_row:
        if n_classes > XENTC_BLOCK:
            clear_lanes(plan, scratch, 1)
            add_dense_piece(plan, scratch, t, y, i, 0, n_classes)
            join_lanes(plan, scratch, 0, 1, i)
            i += 1
            continue
        n = min(end_row - i, XENTC_BLOCK // n_classes)
        c = coefficients_of(plan, scratch, t, i, n, 0, n_classes)
        block = block_of(tier, y, precision == XENTC_DOUBLE, i, n, 0, n_classes, 0, scratch.y)
        if terms_stay_in_registers(plan) and fill_lanes(n_classes):
            scratch.alarm |= tier.terms.rows_of_probabilities[precision](c, block, n, n_classes, plan.eps, scratch.most,
                                                                         scratch.rows + i)
            count_clipped_terms(plan, scratch, c, block, n * n_classes)
        elif plan.logits and precision != XENTC_DOUBLE:
            scratch.alarm |= tier.terms.rows_of_logits[precision](c, block, n, n_classes, scratch.softmax.lse + i,
                                                                  scratch.softmax.lse_low + i, scratch.rows + i)
        else:
            make_terms(plan, scratch, c, block, n * n_classes, lse_of_elements(plan, scratch, i, n),
                       XENTC_TERMS_AHEAD)
            tier.sums.of_rows[precision](scratch.term, scratch.term_low, n, n_classes, scratch.rows + i)
        if plan.has_weight:
            weights_as_terms(plan, scratch, c, n * n_classes)
            tier.sums.of_rows[weight_precision(plan)](scratch.term, scratch.term_low, n, n_classes, scratch.weight + i)
        i += n


cdef void dense_along_rows(const Plan *plan, xentc_scratch *scratch, const Tile *tile, const Operand *t) noexcept nogil:
    """Rows one beside the other: all lanes of one strip after the other, so that what is read lies close together."""
    cdef Py_ssize_t k = 0, first, n_rows = tile.n_rows
    clear_lanes(plan, scratch, n_rows)
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        for first from 0 <= first < n_rows by XENTC_STRIP:
            add_classes(plan, scratch, tile, t, k, min(plan.n_classes - k, XENTC_LANES), first,
                        min(n_rows - first, XENTC_STRIP))
        k += XENTC_LANES
    for first from 0 <= first < n_rows by XENTC_STRIP:
        join_lanes(plan, scratch, XENTC_LANES * first, min(n_rows - first, XENTC_STRIP), first)


cdef void add_classes(const Plan *plan, xentc_scratch *scratch, const Tile *tile, const Operand *t_operand,
                      Py_ssize_t k, Py_ssize_t n_classes, Py_ssize_t first, Py_ssize_t n_rows) noexcept nogil:
    """The terms of up to XENTC_LANES classes of a strip, each to the lane of its row."""
    cdef const xentc_tier *tier = plan.tier
    cdef int precision = plan.precision
    cdef Operand t = transposed(t_operand), y = transposed(&tile.y)
    cdef Py_ssize_t c_step, y_step, c_ahead, y_ahead, i, j, lane = XENTC_LANES * first
    cdef bint used, at_once = not plan.logits and precision != XENTC_DOUBLE
    cdef const char *c
    cdef const char *block
    t.data += first * t.k
    y.data += first * y.k
    c = coefficients_of_classes(plan, scratch, &t, k, n_classes, n_rows, &c_step, &c_ahead)
    block = classes_of(plan, &y, precision == XENTC_DOUBLE, k, n_classes, n_rows, scratch.y, &y_step, &y_ahead)
    if plan.count_clipped and not tile.all_used:     # masked rows have no terms to count
        for j in range(n_classes):
            for i in range(n_rows):
                used = tile.entries.used[first + i]
                scratch.t[j * n_rows + i] = (<const double *>(c + j * c_step))[i] if used else 0.0
        c, c_step = <const char *>scratch.t, n_rows * sizeof(double)
    if at_once:
        scratch.alarm |= tier.terms.classes_of_probabilities[precision](c, c_step, c_ahead, block, y_step, y_ahead,
                                                                        n_classes, n_rows, plan.eps, scratch.most,
                                                                        scratch.lane + lane)
    for j in range(n_classes):
        if at_once:
            count_clipped_terms(plan, scratch, c, block, n_rows)
        else:
            make_terms(plan, scratch, c, block, n_rows, lse_of_rows(scratch, first, 1), 0)
            tier.sums.add_class[precision](scratch.term, scratch.term_low, n_rows, scratch.lane + lane,
                                           scratch.lane_low + lane)
        if plan.has_weight:
            weights_as_terms(plan, scratch, c, n_rows)
            tier.sums.add_class[weight_precision(plan)](scratch.term, scratch.term_low, n_rows,
                                                        scratch.weight_lane + lane, scratch.weight_lane_low + lane)
        c += c_step
        block += y_step
        lane += n_rows


cdef void dense(const Plan *plan, xentc_scratch *scratch, const Tile *tile, const Operand *t) noexcept nogil:
    cdef Py_ssize_t j
    if not (along_classes(t) and along_classes(&tile.y) or tile.n_rows == 1):
        dense_along_rows(plan, scratch, tile, t)
        return
    for j in range(tile.n_runs):
        dense_along_classes(plan, scratch, t, &tile.y, tile.entries.run_start[j],
                            min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows))


cdef void long_dense(const Plan *plan, xentc_scratch *scratch, Tile *tile) noexcept nogil:
    """A row of more than XENTC_TILE_ELEMENTS classes: pieces, each sparse or dense, add to the same lanes."""
    cdef Operand t = tile.t
    cdef xentc_entries *entries = tile.entries
    cdef Py_ssize_t first = 0, n = 0, i
    clear_lanes(plan, scratch, 1)
    while first + n < plan.n_classes and not given_up(scratch, first, XENTC_LOOK_EVERY):
        first += n
        n = min(plan.n_classes - first, XENTC_TILE_ELEMENTS)
        t.data = tile.t.data + first * t.k
        tile.count = find_along_classes(plan.tier, scratch, &t, 1, n, entries.index, XENTC_CAPACITY)
        if tile.count < 0:
            add_dense_piece(plan, scratch, &tile.t, &tile.y, 0, first, n)
            continue
        for i in range(tile.count):
            entries.class_of[i] = first + entries.index[i]
            entries.y_offset[i] = entries.class_of[i] * tile.y.k
            entries.t_offset[i] = entries.class_of[i] * t.k
            entries.index[i] = 0
            xentc_prefetch(tile.y.data + entries.y_offset[i])
        add_entries(plan, scratch, tile, 1)
    join_lanes(plan, scratch, 0, 1, 0)


cdef TroubleKind sum_tile(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """The sums of a tile's rows, by its way; a y that scratch.most does not let pass leaves NaN."""
    cdef bint counted = tile.all_used or tile.entries.used[0]
    cdef TroubleKind trouble = NONE
    if tile.way == ONE_HOT:
        one_hot(plan, scratch, tile)
    elif tile.way == SPARSE:
        clear_lanes(plan, scratch, tile.n_rows)
        add_entries(plan, scratch, tile, tile.n_rows)
        join_lanes(plan, scratch, 0, tile.n_rows, 0)
    elif tile.way == DENSE:
        dense(plan, scratch, tile, &tile.t)
    elif tile.way == LONG_DENSE and counted:
        long_dense(plan, scratch, tile)
    elif tile.way == LONG_CSR and counted:
        trouble = long_csr(plan, scratch, tile, bad)
    if plan.precision == XENTC_DOUBLE and not plan.logits:
        plan.tier.sums.leave_tiny(scratch.rows, tile.n_rows)
    if trouble == NONE and plan.uniform != 0.0 and not plan.logits:
        uniform_part(plan, scratch, tile)
    return trouble


cdef bint are_finite(const Plan *plan, const xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """Whether all rows that are looked at are, and their uniform parts."""
    cdef Py_ssize_t j, first, n
    for j in range(tile.n_runs):
        first = tile.entries.run_start[j]
        n = min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows) - first
        if n > 0 and not (plan.tier.sums.all_finite(scratch.rows + first, n)
                          and (plan.uniform == 0.0 or plan.tier.sums.all_finite(scratch.uniform + first, n))):
            return False
    return True


cdef TroubleKind compute(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """The sums of a tile's rows. After a trouble there are none, and no step may follow that reads them."""
    cdef int64_t n_clipped = scratch.n_clipped
    cdef TroubleKind trouble
    cdef int found
    scratch.alarm = False
    if tile.way == BINARY:
        return binary(plan, scratch, tile, bad)
    tile.chained = False
    if plan.uniform != 0.0:
        memset(scratch.found, 0, tile.n_rows)
        memset(scratch.found_uniform, 0, tile.n_rows)
    if plan.logits:
        softmax(plan, scratch, tile)
        if plan.uniform != 0.0:
            uniform_part_of_logits(plan, scratch, tile)
    scratch.most = plan.check_y.most
    trouble = sum_tile(plan, scratch, tile, bad)
    if trouble == NONE and not are_finite(plan, scratch, tile):
        trouble = look_at_special(plan, scratch, tile, bad)
        found = 0 if trouble != NONE else tell(plan, scratch, tile)
        if found:
            scratch.alarm = True
        if found & SPECIAL_ODD and scratch.most != INFINITY:
            scratch.most = INFINITY     # NaN may stand for a sign that is none; check_tile looks at it once more
            scratch.n_clipped = n_clipped
            trouble = sum_tile(plan, scratch, tile, bad)
            found = 0 if trouble != NONE else tell(plan, scratch, tile)
        if found & SPECIAL_ODD:
            trouble = cold_rows(plan, scratch, tile, bad)
    if trouble == NONE and plan.uniform != 0.0:
        if plan.count_clipped:
            count_clipped_uniform(plan, scratch, tile)
        trouble = smooth(plan, scratch, tile, bad)
    if trouble == NONE:
        trouble = settle_ties(plan, scratch, tile, bad)
    return trouble
