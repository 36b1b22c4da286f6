# The uniform part of smoothed labels,  sum_k w_k log max(y_k, eps)  of each row that is looked at, and what it is
# added to.


cdef TroubleKind smooth(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """Sums of t_k to sums of t'_k. Where keep is 0, t is not looked at, not even multiplied by 0."""
    cdef Py_ssize_t i
    for i in range(tile.n_rows):
        scratch.rows[i] = (plan.keep * scratch.rows[i] if plan.keep else 0.0) + plan.uniform * scratch.uniform[i]
    if plan.has_weight:
        for i in range(tile.n_rows):
            scratch.weight[i] = (plan.keep * scratch.weight[i] if plan.keep else 0.0) + plan.uniform_weight
    if plan.tier.sums.all_finite(scratch.rows, tile.n_rows):
        return NONE
    return cold_smoothed_rows(plan, scratch, tile, bad)


cdef void uniform_part(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """sum_k w_k log max(y_k, eps): with equal weights the logarithm of a product (src/product.h)."""
    cdef Py_ssize_t i, j, first, end
    cdef Operand y = tile.y
    cdef bint looked = False, told = False
    if plan.class_weight != NULL:
        for i in range(tile.n_rows):
            if tile.all_used or tile.entries.used[i]:
                scratch.uniform[i] = uniform_row(plan, scratch, &y, i)
    elif along_classes(&y) or tile.n_rows == 1:
        looked = True
        for j in range(tile.n_runs):
            first = tile.entries.run_start[j]
            end = min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows)
            product_along_classes(plan, scratch, &y, first, end)
    else:
        product_along_rows(plan, scratch, &y, tile.n_rows)
    for i in range(tile.n_rows):
        if not (tile.all_used or tile.entries.used[i]) or fabs(scratch.uniform[i]) > 0.25 * plan.n_classes:
            continue
        if scratch.uniform[i] != scratch.uniform[i]:
            if not told:
                if not looked:
                    look_at_rows(plan, scratch, tile, NULL, scratch.uniform, scratch.found_uniform)
                plan.tier.terms.tell_rows(scratch.uniform, scratch.found_uniform, NULL, NULL, tile.n_rows)
                told = True
            if special_is_told(scratch.found_uniform[i]):
                continue
        # A row whose product has lost too much: which one, its own content decides.
        if plan.class_weight == NULL:
            scratch.uniform[i] = uniform_row(plan, scratch, &y, i)


cdef void uniform_part_of_logits(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """sum_k w_k (z_k - lse): the dense way, all t being 1."""
    cdef Operand ones = operand(XENTC_BOOL, <char *>&TRUE, 0, 0)
    cdef Py_ssize_t i
    dense(plan, scratch, tile, &ones)
    for i in range(tile.n_rows):
        if tile.all_used or tile.entries.used[i]:
            scratch.uniform[i] = scratch.rows[i]


cdef inline bint factors_as_double(const Plan *plan, const Operand *y) noexcept nogil:
    """Whether the factors must be float64: of float32 ones, where the clip of a float64 result is none."""
    return as_double(y) or <double><float>plan.eps != plan.eps


cdef void product_along_classes(const Plan *plan, xentc_scratch *scratch, const Operand *y, Py_ssize_t first,
                                Py_ssize_t end) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef Py_ssize_t n_classes = plan.n_classes, i = first, k, n
    cdef int double_y = factors_as_double(plan, y)
    while i < end:
        if n_classes <= XENTC_BLOCK:
            n = min(end - i, XENTC_BLOCK // n_classes)
            scratch.alarm |= tier.products.of_rows[double_y](block_of(tier, y, double_y, i, n, 0, n_classes, 0,
                                                                      scratch.y), n,
                                                             n_classes, plan.eps, scratch.most, scratch.lane + i,
                                                             scratch.lane_low + i, scratch.found_uniform + i)
            i += n
            continue
        for k in range(XENTC_LANES):
            scratch.lane[k] = 1.0
            scratch.lane_low[k] = 0.0
        k = 0
        while k < n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
            n = min(n_classes - k, XENTC_BLOCK)
            scratch.alarm |= tier.products.add_piece[double_y](block_of(tier, y, double_y, i, 1, k, n, 0, scratch.y), n,
                                                               plan.eps, scratch.most, scratch.lane, scratch.lane_low,
                                                               scratch.found_uniform + i)
            k += n
        tier.products.join(scratch.lane, scratch.lane_low, 1, scratch.uniform + i)
        i += 1
    if n_classes <= XENTC_BLOCK:
        tier.products.log(scratch.lane + first, scratch.lane_low + first, end - first, scratch.uniform + first)


cdef void product_along_rows(const Plan *plan, xentc_scratch *scratch, const Operand *y,
                             Py_ssize_t n_rows) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef Operand y_transposed = transposed(y)
    cdef Py_ssize_t k = 0, i, lane, ahead
    cdef int double_y = factors_as_double(plan, y)
    cdef const void *block
    cdef const void *next_block = NULL
    for i in range(XENTC_LANES * n_rows):
        scratch.lane[i] = 1.0
        scratch.lane_low[i] = 0.0
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        ahead = bytes_ahead(plan, &y_transposed, k, n_rows)
        block = block_of(tier, &y_transposed, double_y, k, 1, 0, n_rows, ahead, scratch.y)
        if double_y:
            lane = (k % XENTC_LANES) * n_rows
            tier.products.add_class[True](block, NULL, n_rows, plan.eps, scratch.most, scratch.lane + lane,
                                          scratch.lane_low + lane)
            k += 1
            if k % XENTC_BLOCK == 0:
                tier.products.renormalise(scratch.lane, scratch.lane_low, XENTC_LANES * n_rows)
        else:   # in pairs
            next_block = NULL
            if k + 1 < plan.n_classes:
                next_block = block_of(tier, &y_transposed, False, k + 1, 1, 0, n_rows, ahead,
                                      scratch.y + XENTC_TILE_ROWS)
            lane = (k // 2 % XENTC_LANES) * n_rows
            tier.products.add_class[False](block, next_block, n_rows, plan.eps, scratch.most, scratch.lane + lane,
                                           scratch.lane_low + lane)
            k += 2
    tier.products.join(scratch.lane, scratch.lane_low, n_rows, scratch.uniform)


cdef double uniform_row(const Plan *plan, xentc_scratch *scratch, const Operand *y, Py_ssize_t row) noexcept nogil:
    """One row term by term, in float64, the class weights (or ones) as coefficients."""
    cdef const xentc_tier *tier = plan.tier
    cdef Py_ssize_t k = 0, n, i
    cdef double total
    cdef const double *c = scratch.t
    memset(scratch.lane, 0, XENTC_LANES * sizeof(double))
    memset(scratch.lane_low, 0, XENTC_LANES * sizeof(double))
    for i in range(min(plan.n_classes, XENTC_BLOCK) if plan.class_weight == NULL else 0):
        scratch.t[i] = 1.0
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        n = min(plan.n_classes - k, XENTC_BLOCK)
        if plan.class_weight != NULL:
            c = plan.class_weight + k
        scratch.alarm |= tier.terms.of_probabilities[XENTC_DOUBLE](c, block_of(tier, y, True, row, 1, k, n, 0,
                                                                               scratch.y), n,
                                                                   plan.n_classes, plan.eps, scratch.most,
                                                                   XENTC_TERMS_AHEAD, scratch.term,
                                                                   scratch.term_low)
        tier.sums.add_piece[XENTC_DOUBLE](scratch.term, scratch.term_low, n, scratch.lane, scratch.lane_low)
        k += n
    tier.sums.join_rows[XENTC_DOUBLE](scratch.lane, scratch.lane_low, 1, &total)
    return total


cdef void count_clipped_uniform(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """Under smoothing every class with a weight is a term."""
    cdef Py_ssize_t row, k, n, i
    cdef const double *x
    for row in range(tile.n_rows):
        k = 0
        while k < plan.n_classes and (tile.all_used or tile.entries.used[row]) and not given_up(scratch, k,
                                                                                                XENTC_LOOK_EVERY):
            n = min(plan.n_classes - k, XENTC_BLOCK)
            x = <const double *>block_of(plan.tier, &tile.y, True, row, 1, k, n, 0, scratch.y)
            for i in range(n):
                scratch.n_clipped += x[i] < plan.eps and (plan.class_weight == NULL or plan.class_weight[k + i] != 0.0)
            k += n
