# The rows of one unit of work: tile by tile, and what becomes of their sums.


cdef TroubleKind finish_rows(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """Sign, weight; then into `out`, which rounds them to its dtype, and into the exact sums."""
    cdef Py_ssize_t i, n_rows = tile.n_rows
    cdef int inner = plan.n_axes - 1
    if plan.negate:
        plan.tier.sums.negate(scratch.rows, n_rows)
    if plan.evaluation != NULL and not evaluate_tile(plan, scratch, tile):
        return NO_MEMORY
    if plan.grad.data != NULL:
        set_gradient_rows(plan, scratch, tile)
    if plan.factor_dtype >= 0:
        for i in range(n_rows):
            scratch.rows[i] *= tile.entries.factor[i]
            scratch.weight[i] *= tile.entries.factor[i]
    if tile.all_used:
        scratch.n_counted += n_rows
    for i in range(0 if tile.all_used else n_rows):
        scratch.n_counted += tile.entries.unmasked[i]
        if not tile.entries.used[i]:
            scratch.rows[i] = scratch.weight[i] = 0.0
    if plan.has_out:
        plan.tier.elements.store[True][plan.stored](scratch.rows, n_rows, tile.address[<int>OUT],
                                                    plan.stride[inner][<int>OUT])
    if plan.has_sum:
        plan.tier.exact.add(&scratch.sum, scratch.rows, n_rows)
    if plan.has_weight:
        plan.tier.exact.add(&scratch.sum_of_weights, scratch.weight, n_rows)
    if plan.spread and not tally_spread(plan.tier, scratch.evaluation, scratch.rows, scratch.weight, n_rows):
        return NO_MEMORY
    return NONE


cdef TroubleKind finish_tile(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    cdef TroubleKind trouble
    if plan.evaluation != NULL and not plan.logits:     # all of y is read, before some of it is
        survey_tile(plan, scratch, tile)
    trouble = compute(plan, scratch, tile, bad)
    if trouble == NONE:     # the tile is in the cache now, and no row is out yet
        trouble = check_tile(plan, scratch, tile, bad)
    if xentc_load_flags(scratch.stop) & DROP_ALL:
        return report(bad, GIVEN_UP, 0)
    if trouble == NONE:
        trouble = finish_rows(plan, scratch, tile)
    if trouble == NO_MEMORY:
        report(bad, trouble, 0)
    if trouble != NONE:
        number_in_c_order(plan, tile, bad)
        return trouble
    if plan.grad.data != NULL:
        write_gradient(plan, scratch, tile)
    return NONE


cdef inline void number_in_c_order(const Plan *plan, const Tile *tile, BadRow *bad) noexcept nogil:
    bad.row = <Py_ssize_t>tile.address[<int>ROW] + bad.row * plan.stride[plan.n_axes - 1][<int>ROW]


cdef TroubleKind finish_rows_before(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """Where the search stopped at a row, a row before it may be the first that the caller must hear of."""
    cdef BadRow found = bad[0]
    tile.n_rows = found.row
    if tile.n_rows and finish_tile(plan, scratch, tile, bad) != NONE:
        return bad.trouble
    bad[0] = found
    number_in_c_order(plan, tile, bad)
    return bad.trouble


cdef TroubleKind run_unit(const Plan *plan, xentc_scratch *scratch, Py_ssize_t unit, BadRow *bad) noexcept nogil:
    """The rows of one unit, up to the first one that the caller must hear of."""
    cdef Py_ssize_t run = unit // plan.units_per_run, first = unit % plan.units_per_run * plan.unit_rows
    cdef int inner = plan.n_axes - 1, axis, i
    cdef Py_ssize_t n_left = min(plan.unit_rows, plan.shape[inner] - first), at, done
    cdef bint plain = plan.plain
    cdef char *address[N_WALKERS]
    cdef Tile[2] tiles
    cdef Tile *tile = &tiles[0]
    cdef Tile *last = NULL
    cdef BadRow found
    cdef TroubleKind trouble
    for i in range(2):
        tiles[i].entries = &scratch.entries[i]
        tiles[i].t = plan.t
        tiles[i].y = plan.y
    for i in range(<int>N_WALKERS):
        address[i] = plan.base[i] + first * plan.stride[inner][i]
    for axis in range(inner - 1, -1, -1):
        at = run % plan.shape[axis]
        run //= plan.shape[axis]
        for i in range(<int>N_WALKERS):
            address[i] += at * plan.stride[axis][i]
    start_gradient(plan, scratch)
    while n_left:
        if plain:
            done = plain_rows(plan, scratch, address, n_left)
            n_left -= done
            if n_left == 0:
                return NONE
            # What is not one-hot here will hardly be so in the next tile.
            plain = plan.source == FROM_LABELS or plan.logits
            for i in range(<int>N_WALKERS):
                address[i] += done * plan.stride[inner][i]
        tile.n_rows = min(n_left, plan.tile_rows)
        for i in range(<int>N_WALKERS):
            tile.address[i] = address[i]
        if plan.source == FROM_DENSE or plan.source == FROM_BINARY:
            tile.t.data = address[<int>T]
        tile.y.data = address[<int>Y]
        trouble = search(plan, scratch, tile, &found)
        if last != NULL and finish_tile(plan, scratch, last, bad) != NONE:
            return bad.trouble
        if trouble != NONE:
            bad[0] = found
            return finish_rows_before(plan, scratch, tile, bad)
        for i in range(<int>N_WALKERS):
            address[i] += tile.n_rows * plan.stride[inner][i]
        n_left -= tile.n_rows
        last = tile
        if plain:   # this tile was left to the general way; the next one may be plain again
            trouble = finish_tile(plan, scratch, last, bad)
            if trouble != NONE or n_left == 0:
                return trouble
            last = NULL
        tile = &tiles[1] if tile == &tiles[0] else &tiles[0]
    trouble = finish_tile(plan, scratch, last, bad)
    if trouble == NONE and plan.grad.data != NULL:
        finish_gradient(plan, scratch)
    return trouble
