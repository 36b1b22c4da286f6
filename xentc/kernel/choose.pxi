# Which rows of a tile are looked at: not those that are masked, or of weight 0. And what can be wrong with a row.


cdef bint load_factors(const Plan *plan, const Tile *tile) noexcept nogil:
    """The sample weights of a tile; whether all of them are finite and not 0."""
    plan.tier.elements.load[True][plan.factor_dtype](tile.address[<int>FACTOR],
                                                     plan.stride[plan.n_axes - 1][<int>FACTOR],
                                                     tile.n_rows, tile.entries.factor)
    return plan.tier.sums.all_ordinary(tile.entries.factor, tile.n_rows)


cdef TroubleKind choose_rows(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """Which rows of the tile are looked at, and the runs they form. Fills scratch.label of a labels' tile.

    n_rows becomes the number of rows before the first bad weight, so that these are done before it is reported.
    """
    cdef xentc_entries *entries = tile.entries
    cdef Py_ssize_t i, n_rows = tile.n_rows
    cdef const char *mask = tile.address[<int>MASK]
    cdef Py_ssize_t step = plan.stride[plan.n_axes - 1][<int>MASK]
    cdef bint weighed = plan.factor_dtype >= 0
    if plan.source == FROM_LABELS:
        ask_for(tile.address[<int>T] + XENTC_SEARCH_AHEAD, n_rows * bytes_of(plan.index_dtype))
        plan.tier.elements.load_index[plan.index_dtype](tile.address[<int>T], plan.stride[plan.n_axes - 1][<int>T],
                                                        n_rows, scratch.label)
    tile.all_used = not plan.has_mask and not plan.has_ignore
    if weighed and not load_factors(plan, tile):
        tile.all_used = False
    tile.n_runs = 1
    entries.run_start[0] = 0
    entries.run_stop[0] = <int32_t>n_rows
    if tile.all_used:
        return NONE
    for i in range(n_rows):
        entries.unmasked[i] = (
            not (plan.has_mask and mask[i * step] == 0) and not (plan.has_ignore
                                                                 and scratch.label[i] == plan.ignore_index)
        )
        entries.used[i] = entries.unmasked[i] and not (weighed and entries.factor[i] == 0.0)
        if weighed and entries.unmasked[i] and entries.factor[i] - entries.factor[i] != 0.0:
            if i == 0:
                bad.value = entries.factor[i]
                return report(bad, BAD_WEIGHT, i)
            n_rows = tile.n_rows = i
            break
    tile.n_runs = 0
    i = 0
    while i < n_rows:
        if not entries.used[i]:
            i += 1
            continue
        entries.run_start[tile.n_runs] = <int32_t>i
        while i < n_rows and entries.used[i]:
            i += 1
        entries.run_stop[tile.n_runs] = <int32_t>i
        tile.n_runs += 1
    return NONE
