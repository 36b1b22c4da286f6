# What an evaluation makes of a tile (src/evaluation.h): rows are scored, and what they add goes to the tallies of their
# class, bin and group.

cdef Py_ssize_t take_rows(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """The rows that count, and whose weight is not 0, one behind the other; returns how many."""
    cdef xentc_evaluation *e = scratch.evaluation
    cdef xentc_scores *r = &e.rows
    cdef xentc_survey *s = &e.survey
    cdef const xentc_entries *entries = tile.entries
    cdef bint weighted = plan.factor_dtype >= 0
    cdef Py_ssize_t i, j, n = tile.count
    cdef double like_probabilities = 1.0 + plan.evaluation.scoring.tolerance, total
    memcpy(e.at, entries.index, n * sizeof(uint32_t))
    memcpy(r.label, entries.class_of, n * sizeof(int64_t))
    r.loss, r.place, r.sum, r.smallest, r.probability, r.brier = (
        scratch.rows, s.place, s.sum, s.smallest, s.largest, s.squares
    )
    if n < tile.n_rows or plan.logits:  # else they are all rows, in order
        r.loss, r.place = taken(r.loss, e.at, n, r.room[0]), taken(r.place, e.at, n, r.room[1])
        r.sum, r.smallest = taken(r.sum, e.at, n, r.room[2]), taken(r.smallest, e.at, n, r.room[3])
        r.probability, r.brier = taken(r.probability, e.at, n, r.room[4]), taken(r.brier, e.at, n, r.room[5])
    r.r = r.loss
    if weighted:
        r.r = r.room[6]
        for j in range(n):
            r.weight[j] = entries.factor[e.at[j]]
            r.room[6][j] = r.loss[j] * r.weight[j]
    if not plan.logits:
        plan.tier.elements.gather[True][tile.y.dtype](tile.y.data, entries.y_offset, n, r.label_y)
        return n
    for j in range(n):
        i = e.at[j]
        r.sum[j] = NAN
        if 0.0 <= r.probability[j] <= like_probabilities and plan.n_classes > 1:
            look_for_probabilities(plan, scratch, tile, i, &r.sum[j])
        total = scratch.softmax.total[i]
        r.brier[j] = e.exponentials.squares[i] / (total * total)
        r.probability[j] = 1.0 - scratch.softmax.others[i]
    return n


cdef double *taken(const double *of, const uint32_t *at, Py_ssize_t n, double *to) noexcept nogil:
    cdef Py_ssize_t j
    for j in range(n):
        to[j] = of[at[j]]
    return to


cdef void look_for_probabilities(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t row,
                                 double *sum) noexcept nogil:
    """The sum of a row of logits, if none of them is negative; else it is left as it is."""
    cdef xentc_survey *s = &scratch.evaluation.survey
    survey_pieces(plan, scratch, tile, row, plan.precision == XENTC_DOUBLE, False, s)
    if s.smallest[row] >= 0.0:
        sum[0] = s.sum[row]


cdef bint evaluate_tile(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """All that is made of a tile's rows, whose losses are in scratch.rows; False when out of memory."""
    cdef const xentc_tier *tier = plan.tier
    cdef const EvaluationPlan *asked = plan.evaluation
    cdef xentc_evaluation *e = scratch.evaluation
    cdef xentc_scores *rows = &e.rows
    cdef Py_ssize_t n, j
    cdef bint weighted = plan.factor_dtype >= 0, odd
    cdef int found
    if plan.logits:
        survey_tile(plan, scratch, tile)
        survey_exponentials(plan, scratch, tile)
    n = take_rows(plan, scratch, tile)
    found = tier.scores.of_rows(rows, n, &asked.scoring, least_worst(asked, &e.found))
    if found:
        number_rows(plan, e, tile, n)
    if found & XENTC_ANY_FAULT:
        note_faults(rows, e.number, n, e.found.findings)
    if found & XENTC_ANY_WORST:
        keep_worst(asked, e, n)
    for j in range(n):
        e.found.losses[rows.loss_bin[j]] += 1
    if not fill_bins(plan, e, n, weighted):
        return False
    odd = tier.scores.quads(rows, n, weighted, e.x)
    if not tally(plan, e, &e.found.classes, rows.label, n, odd):
        return False
    if not asked.has_groups:
        return True
    group_keys(plan, e, tile, n)
    if odd:     # what the tally before was spared
        tier.scores.quads(rows, n, weighted, e.x)
    return tally(plan, e, &e.found.groups, e.key, n, odd)


cdef bint fill_bins(const Plan *plan, xentc_evaluation *e, Py_ssize_t n, bint weighted) noexcept nogil:
    """The rows' probabilities to the tally of bins, or for now to e.bins; False when out of memory."""
    cdef const xentc_tier *tier = plan.tier
    cdef Py_ssize_t j
    cdef bint odd
    if (not weighted and plan.evaluation.scoring.n_bins <= XENTC_MOST_FIXED_BINS
            and tier.scores.fixed(&e.rows, n, e.fixed)):
        if e.n_in_bins > XENTC_MOST_FIXED_ROWS - n and not empty_bins(plan, e):
            return False
        tier.scores.add_to_fixed_bins(&e.rows, e.fixed, n, e.bins)
        e.n_in_bins += n
        return True
    for j in range(n):
        e.key[j] = e.rows.bin[j]
    odd = tier.scores.bins(&e.rows, n, weighted, e.x)
    return tally(plan, e, &e.found.bins, e.key, n, odd)


cdef bint empty_bins(const Plan *plan, xentc_evaluation *e) noexcept nogil:
    """What is in e.bins to the tally of bins; False when out of memory."""
    cdef xentc_tally *to = &e.found.bins
    cdef int64_t key, rows, hits, word = <int64_t>1 << 32
    cdef xentc_fixed_bin *of
    cdef Py_ssize_t i
    for i in range(2 * plan.evaluation.scoring.n_bins if e.n_in_bins else 0):
        of, key = &e.bins[i], i // 2
        if of.count == 0:
            continue
        rows, hits = of.count % word, of.count // word
        if to.slot_of[key] < 0 and not xentc_tally_new_slot(to, key):
            return False
        xentc_slot_at(to, to.slot_of[key]).count += rows
        xentc_slot_at(to, to.slot_of[key]).hits += hits
        # Halves of 64 bits, which are doubles.
        if not (add_part(plan.tier, to, to.slot_of[key], 0, 0, ldexp(of.high // word, 64 - XENTC_FIXED_BITS))
                and add_part(plan.tier, to, to.slot_of[key], 0, 0, ldexp(of.high % word, 32 - XENTC_FIXED_BITS))
                and add_part(plan.tier, to, to.slot_of[key], 0, 0, ldexp(of.low // word, 32 - XENTC_FIXED_BITS))
                and add_part(plan.tier, to, to.slot_of[key], 0, 0, ldexp(of.low % word, -XENTC_FIXED_BITS))
                and add_part(plan.tier, to, to.slot_of[key], 0, 1, <double>rows)
                and add_part(plan.tier, to, to.slot_of[key], 0, 2, <double>hits)):
            return False
        memset(of, 0, sizeof(xentc_fixed_bin))
    e.n_in_bins = 0
    return True


cdef bint tally(const Plan *plan, xentc_evaluation *e, xentc_tally *to, const int64_t *key, Py_ssize_t n,
                bint odd) noexcept nogil:
    """Adds e.x, whose odd values become 0."""
    if not find_slots(to, key, n, e.slot):
        return False
    if odd and not set_aside(plan.tier, to, e.slot, n, to != &e.found.bins, e.x):
        return False
    return add_rows(plan.tier, to, e.slot, e.rows.hit, e.x, n, e.lost)


cdef bint tally_spread(const xentc_tier *tier, xentc_evaluation *e, const double *r, const double *weight,
                       Py_ssize_t n) noexcept nogil:
    """Squares and products of up to a tile of rows, to the one slot of e.found.classes."""
    e.rows.r, e.rows.brier = r, e.rows.room[0]
    memcpy(e.rows.weight, weight, n * sizeof(double))
    memset(e.slot, 0, n * sizeof(uint32_t))
    memset(e.rows.hit, 0, n)
    memset(e.rows.brier, 0, n * sizeof(double))
    if tier.scores.quads(&e.rows, n, True, e.x) and not set_aside(tier, &e.found.classes, e.slot, n, True, e.x):
        return False
    return add_rows(tier, &e.found.classes, e.slot, e.rows.hit, e.x, n, e.lost)


cdef void group_keys(const Plan *plan, xentc_evaluation *e, const Tile *tile, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t step = plan.stride[plan.n_axes - 1][<int>GROUP], j
    for j in range(n):
        e.key[j] = (<const int64_t *>(tile.address[<int>GROUP] + e.at[j] * step))[0]


cdef void number_rows(const Plan *plan, xentc_evaluation *e, const Tile *tile, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t j, inner = plan.n_axes - 1
    cdef Py_ssize_t step = plan.stride[inner][<int>NUMBER]
    if plan.evaluation.has_numbers:
        for j in range(n):
            e.number[j] = (<const int64_t *>(tile.address[<int>NUMBER] + e.at[j] * step))[0]
        return
    step = plan.stride[inner][<int>ROW]
    for j in range(n):
        e.number[j] = plan.evaluation.first_row + <Py_ssize_t>tile.address[<int>ROW] + e.at[j] * step


cdef double size_of_fault(const xentc_scores *r, Py_ssize_t i, int fault) noexcept nogil:
    if fault == XENTC_OFF_SUM:
        return fabs(r.sum[i] - 1.0)
    if fault == XENTC_OUTSIDE:
        return max(-r.smallest[i], r.probability[i] - 1.0)
    return 0.0


cdef void note_faults(const xentc_scores *r, const int64_t *number, Py_ssize_t n,
                      xentc_finding *findings) noexcept nogil:
    cdef xentc_finding one
    cdef Py_ssize_t i
    cdef int fault
    one.count = 1
    for i in range(n):
        for fault in range(XENTC_N_FAULTS if r.fault[i] else 0):
            if r.fault[i] >> fault & 1:
                one.first_row = one.largest_row = number[i]
                one.largest = size_of_fault(r, i, fault)
                merge_finding(&findings[fault], &one)


cdef double least_worst(const EvaluationPlan *asked, const xentc_found *found) noexcept nogil:
    """The loss below which no row is one of the worst."""
    if asked.n_worst == 0:
        return INFINITY
    return found.worst[0].loss if found.n_worst == asked.n_worst else -INFINITY


cdef void keep_worst(const EvaluationPlan *asked, xentc_evaluation *e, Py_ssize_t n) noexcept nogil:
    cdef const xentc_scores *r = &e.rows
    cdef xentc_found *found = &e.found
    cdef xentc_worst one
    cdef Py_ssize_t i
    for i in range(n if asked.n_worst else 0):
        if found.n_worst == asked.n_worst and r.loss[i] < found.worst[0].loss:
            continue
        one.loss = r.loss[i]
        one.row = e.number[i]
        one.label = r.label[i]
        one.predicted = <int64_t>r.place[i] if r.probability[i] == r.probability[i] else -1
        one.probability = r.probability[i]
        keep_if_worst(asked.n_worst, found, &one)


cdef inline bint is_odd(double x) noexcept nogil:
    """Whether a product with x is none that the parts of a tally are for (src/evaluation.h)."""
    return x != 0.0 and not 2.0 ** -484 <= fabs(x) <= 2.0 ** 484


cdef bint set_aside(const xentc_tier *tier, xentc_tally *to, const uint32_t *slot, Py_ssize_t n, bint products,
                    double *x) noexcept nogil:
    """Values that the parts of a tally are not for go to its excess, and become 0."""
    cdef Py_ssize_t i
    cdef int quad, which, width = to.n_quads * XENTC_QUAD
    cdef double r, s
    for i in range(n):
        r = x[0]
        s = x[4] if to.n_quads > 1 else 1.0
        if products and is_odd(r) and not set_product_aside(tier, to, slot[i], 0, r, r, x + 1):
            return False
        if to.n_quads > 1:
            if is_odd(s) and not set_product_aside(tier, to, slot[i], 1, s, s, x + 5):
                return False
            if (is_odd(r) or is_odd(s)) and not set_product_aside(tier, to, slot[i], 2, r, s, x + 8):
                return False
        for quad in range(to.n_quads):
            for which in range(XENTC_QUAD):
                if not fabs(x[which]) <= PARTS_TO:
                    if not add_to_excess(tier, to, slot[i], quad, which, x[which]):
                        return False
                    x[which] = 0.0
            x += XENTC_QUAD
    return True


cdef bint set_product_aside(const xentc_tier *tier, xentc_tally *to, uint32_t slot, int quad, double x, double y,
                            double *parts) noexcept nogil:
    cdef xentc_excess *excess
    parts[0] = parts[1] = 0.0
    if x - x != 0.0 or y - y != 0.0:
        return add_to_excess(tier, to, slot, quad, 1 if quad < 2 else 0, NAN)
    excess = xentc_tally_excess(to, slot, quad)
    if excess == NULL:
        return False
    xentc_product_sum_add(&excess.product, x, y)
    return True
