# Rows that are rounded to a dtype narrower than float64, near a middle of two of its numbers (src/ties.h).


cdef void set_ties(Plan *plan) noexcept:
    """What is near: nearer than twice the error that a row of terms of one sign can have. From logits there are other
    errors, and float64 results are not rounded again."""
    cdef int dtype = plan.y.dtype
    memset(&plan.ties, 0, sizeof(xentc_ties))
    if plan.precision == XENTC_DOUBLE or plan.logits:
        return
    if dtype != XENTC_FLOAT32 and is_float(plan.t.dtype) and plan.t.dtype != dtype:
        dtype = XENTC_FLOAT32       # of two narrow dtypes
    plan.ties.n_bits = 52 - <int>(-log2(xentc_dtypes[dtype].eps))
    plan.ties.least = xentc_dtypes[dtype].least_normal
    # In last places of a float64: a logarithm's 2^-46, and half of one each time that a term is added to its lane.
    plan.ties.window = 256 + plan.n_classes // 4
    if plan.ties.window > <int64_t>1 << (plan.ties.n_bits - 2):
        plan.ties.window = <int64_t>1 << (plan.ties.n_bits - 2)


cdef inline const double *factors_of(const Plan *plan, const Tile *tile, Py_ssize_t first_row) noexcept nogil:
    """Sample weights, if there are some."""
    return tile.entries.factor + first_row if plan.factor_dtype >= 0 else NULL


cdef TroubleKind settle_ties(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """Such rows once more, one term at a time, in twice the digits of a float64."""
    cdef xentc_cold sums
    cdef Py_ssize_t i
    if plan.ties.n_bits == 0 or not plan.tier.cold.any_near_tie(&plan.ties, scratch.rows, factors_of(plan, tile, 0),
                                                                tile.n_rows):
        return NONE
    for i in range(tile.n_rows):
        if not (tile.all_used or tile.entries.used[i]):
            continue
        if not plan.tier.cold.any_near_tie(&plan.ties, &scratch.rows[i], factors_of(plan, tile, i), 1):
            continue
        if add_whole_row(plan, scratch, &sums, tile, i, bad) != NONE:
            return bad.trouble
        scratch.rows[i] = plan.tier.cold.settled_tie(&plan.ties, &sums)
    return NONE
