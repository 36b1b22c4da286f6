# Sums of listed entries: y gathered, all logarithms at once.


cdef void gather_entries(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first, Py_ssize_t n,
                         int double_c, int double_y) noexcept nogil:
    """The coefficients w_k t_k of n listed entries into scratch.t, their y into scratch.y."""
    cdef const xentc_tier *tier = plan.tier
    cdef const xentc_entries *entries = tile.entries
    cdef Py_ssize_t j
    if tile.flat:
        tier.elements.pick[double_c][tile.t.dtype](tile.t.data, entries.index, n, scratch.t)
        tier.elements.pick[double_y][tile.y.dtype](tile.y.data, entries.index, n, scratch.y)
        return
    if plan.source != FROM_LABELS:
        tier.elements.gather[double_c][tile.t.dtype](tile.t.data, entries.t_offset + first, n, scratch.t)
    elif double_c:
        for j in range(n):
            scratch.t[j] = 1.0
    else:
        for j in range(n):
            (<float *>scratch.t)[j] = 1.0
    tier.elements.gather[double_y][tile.y.dtype](tile.y.data, entries.y_offset + first, n, scratch.y)
    if plan.class_weight != NULL:
        for j in range(n):
            scratch.t[j] *= plan.class_weight[entries.class_of[first + j]]


cdef void terms_of_entries(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                           Py_ssize_t n) noexcept nogil:
    """Terms of n listed entries to scratch.term + scratch.term_low, their coefficients w_k t_k left in scratch.t."""
    gather_entries(plan, scratch, tile, first, n, plan.precision != XENTC_SINGLE, plan.precision == XENTC_DOUBLE)
    if plan.ceiling != INFINITY:
        clip_from_above(plan, scratch.y, n)
    make_terms(plan, scratch, scratch.t, scratch.y, n, lse_of_entries(plan, scratch, tile, first, n), 0)


cdef void clip_from_above(const Plan *plan, double *y, Py_ssize_t n) noexcept nogil:
    """Gathered y, in the precision of the terms, to at most the ceiling; NaN stays NaN."""
    cdef float *single = <float *>y
    cdef float single_ceiling = <float>plan.ceiling
    cdef Py_ssize_t j
    if plan.precision == XENTC_DOUBLE:
        for j in range(n):
            y[j] = plan.ceiling if y[j] > plan.ceiling else y[j]
    else:
        for j in range(n):
            single[j] = single_ceiling if single[j] > single_ceiling else single[j]


cdef void one_hot(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """At most one entry a row: its one term is the row sum, since all other terms are zero."""
    cdef Py_ssize_t i
    cdef const uint32_t *row = tile.entries.index
    if tile.count < tile.n_rows:
        memset(scratch.rows, 0, tile.n_rows * sizeof(double))
        memset(scratch.weight, 0, tile.n_rows * sizeof(double))
    terms_of_entries(plan, scratch, tile, 0, tile.count)
    if tile.one_each:
        plan.tier.sums.single[plan.precision](scratch.term, scratch.term_low, tile.count, scratch.rows)
        if plan.has_weight:
            plan.tier.sums.single[XENTC_SINGLE](scratch.t, scratch.term_low, tile.count, scratch.weight)
        return
    plan.tier.sums.single[plan.precision](scratch.term, scratch.term_low, tile.count, scratch.lane_low)
    for i in range(tile.count):
        scratch.rows[row[i]] = scratch.lane_low[i]
    if plan.has_weight:
        for i in range(tile.count):
            scratch.weight[row[i]] = 0.0 + scratch.t[i]


cdef void add_entries(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t n_rows) noexcept nogil:
    """The listed entries, those of each row in the order of k, to the lanes of their rows."""
    cdef const xentc_tier *tier = plan.tier
    cdef const xentc_entries *entries = tile.entries
    cdef Py_ssize_t i = 0, j, n
    while i < tile.count:
        n = min(tile.count - i, XENTC_BLOCK)
        terms_of_entries(plan, scratch, tile, i, n)
        for j in range(n):
            scratch.lane_of[j] = <uint32_t>((entries.class_of[i + j] % XENTC_LANES) * n_rows + entries.index[i + j])
        tier.sums.add_entries[plan.precision](scratch.term, scratch.term_low, scratch.lane_of, n, scratch.lane,
                                              scratch.lane_low)
        if plan.has_weight:
            weights_as_terms(plan, scratch, scratch.t, n)
            tier.sums.add_entries[weight_precision(plan)](scratch.term, scratch.term_low, scratch.lane_of, n,
                                                          scratch.weight_lane, scratch.weight_lane_low)
        i += n


cdef TroubleKind long_csr(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """A row of more than XENTC_CAPACITY entries, piece by piece to the same lanes."""
    cdef Py_ssize_t start = tile.entries.start[0], stop = tile.entries.start[1], n, previous = -1
    cdef TroubleKind trouble
    clear_lanes(plan, scratch, 1)
    while start < stop:
        n = min(stop - start, XENTC_CAPACITY)
        tile.count = 0
        trouble = list_csr_entries(plan, scratch, tile, 0, start, start + n, previous, bad)
        if trouble != NONE:
            return trouble
        previous = tile.entries.class_of[n - 1]
        add_entries(plan, scratch, tile, 1)
        start += n
    join_lanes(plan, scratch, 0, 1, 0)
    return NONE
