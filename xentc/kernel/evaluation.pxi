# What an evaluation asks of a tile (src/survey.h, src/evaluation.h): all of y is looked at once while it is in the
# cache, rows are scored, and what they add goes to the tallies of their class, bin and group.

cdef bint start_found(const Plan *plan, xentc_found *found) noexcept nogil:
    """Nothing found yet; False when out of memory."""
    cdef const EvaluationPlan *asked = plan.evaluation
    cdef int n_quads = XENTC_MAX_QUADS if plan.factor_dtype >= 0 or plan.spread else 1
    memset(found, 0, sizeof(xentc_found))
    if plan.spread:
        return xentc_tally_start(&found.classes, n_quads, 1) and xentc_tally_new_slot(&found.classes, 0)
    found.worst = <xentc_worst *>malloc(max(asked.n_worst, <Py_ssize_t>1) * sizeof(xentc_worst))
    return (
        found.worst != NULL and xentc_tally_start(&found.classes, n_quads, plan.n_classes)
        and xentc_tally_start(&found.bins, 1, asked.scoring.n_bins + 1)
        and xentc_tally_start(&found.groups, n_quads, asked.n_groups)
    )


cdef void free_found(xentc_found *found) noexcept nogil:
    xentc_tally_free(&found.classes)
    xentc_tally_free(&found.bins)
    xentc_tally_free(&found.groups)
    free(found.worst)
    memset(found, 0, sizeof(xentc_found))


cdef bint merge_found(const Plan *plan, xentc_found *into, const xentc_found *other) noexcept nogil:
    cdef Py_ssize_t i
    cdef const xentc_tier *tier = plan.tier
    if not merge_tally(tier, &into.classes, &other.classes, NULL):
        return False
    if plan.spread:
        return True
    if not (merge_tally(tier, &into.bins, &other.bins, NULL)
            and merge_tally(tier, &into.groups, &other.groups, NULL)):
        return False
    for i in range(XENTC_LOSS_BINS):
        into.losses[i] += other.losses[i]
    for i in range(XENTC_N_FAULTS):
        merge_finding(&into.findings[i], &other.findings[i])
    for i in range(other.n_worst):
        keep_if_worst(plan.evaluation.n_worst, into, &other.worst[i])
    return True


cdef bint start_evaluation(const Plan *plan, xentc_scratch *w) noexcept nogil:
    """Room for what a thread will find; False when out of memory."""
    if w.evaluation == NULL:
        w.evaluation = <xentc_evaluation *>malloc(sizeof(xentc_evaluation))
    if w.evaluation == NULL:
        return False
    if start_found(plan, &w.evaluation.found):
        return True
    free_found(&w.evaluation.found)
    return False


cdef void survey_tile(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """All of the tile's y, which are probabilities or (once their softmax is done) logits."""
    cdef xentc_survey *s = &w.evaluation.survey
    cdef int double_y = plan.precision == XENTC_DOUBLE, ask = XENTC_ASK_PLACE if plan.logits else XENTC_ASK_ALL
    cdef Py_ssize_t i, n, end
    if plan.n_classes == 0:
        return
    if side_by_side(plan, tile):
        i = 0
        while i < tile.n_rows:
            n = min(tile.n_rows - i, <Py_ssize_t>STRIP)
            if not plan.logits:
                turn_logits(plan, w, tile, i, n, double_y)
            survey_side_by_side(plan, w, tile, i, n, double_y)
            i += n
        return
    for j in range(tile.n_runs):
        i = tile.entries.run_start[j]
        end = min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows)
        if lies_as(&tile.y, double_y, tile.y.k) and plan.n_classes <= MANY:
            plan.tier.survey_rows[ask][double_y](tile.y.data + i * tile.y.row, tile.y.row, end - i, plan.n_classes, s,
                                                 i)
        else:
            for i in range(i, end):
                survey_pieces(plan, w, tile, i, double_y, False, s)


cdef void survey_side_by_side(const Plan *plan, xentc_scratch *w, const Tile *tile, Py_ssize_t first, Py_ssize_t n,
                              int double_y) noexcept nogil:
    cdef xentc_survey *s = &w.evaluation.survey
    cdef char *start
    cdef Py_ssize_t step = columns(plan, w, tile, double_y, &start), k = 0, n_classes, i
    plan.tier.survey_start(s, first, n)
    while k < plan.n_classes and not given_up(w, k, MANY):
        n_classes = min(plan.n_classes - k, MANY) if step else 1
        for i in range(n_classes if start == tile.y.data else 0):   # columns in memory: those of the next rows
            ask_for(start + (k + i) * step + ((first + n) << tile.y.log2_size), n << tile.y.log2_size)
        plan.tier.survey_classes[double_y](<const char *>logits_of_class(plan, w, tile, k, first, n, double_y), step, k,
                                           n_classes, plan.n_classes, n, s, first)
        k += n_classes
    if plan.n_classes >= XENTC_SHORT_ROW:
        plan.tier.survey_join(s, first, n)


cdef void survey_pieces(const Plan *plan, xentc_scratch *w, const Tile *tile, Py_ssize_t row, int double_y,
                        bint exponentials, xentc_survey *s) noexcept nogil:
    """One row block by block, or its exponentials once more."""
    cdef Py_ssize_t k = 0, n
    cdef Py_ssize_t piece = MANY if lies_as(&tile.y, double_y, tile.y.k) and not exponentials else XENTC_BLOCK
    cdef const void *y
    while k < plan.n_classes and not given_up(w, k, MANY):
        n = min(plan.n_classes - k, piece)
        y = block_of(plan.tier, &tile.y, double_y, row, 1, k, n, 0, w.y)
        if exponentials:
            plan.tier.exponentials[double_y](y, n, &w.softmax, row, 0, w.lse)
            y = w.lse
        plan.tier.survey_piece[double_y](y, n, k, k + n == plan.n_classes, s, row)
        k += n


cdef void survey_exponentials(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """The exponentials that the tile's softmax was made of: as they were kept, or once more."""
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_survey *e = &w.evaluation.exponentials
    cdef int double_y = plan.precision == XENTC_DOUBLE
    cdef bint beside = side_by_side(plan, tile)
    cdef Py_ssize_t i, j, k, end, step = plan.tile_rows << (3 if double_y else 2)
    if plan.n_classes == 0:
        return
    if beside:
        tier.survey_start(e, 0, tile.n_rows)
        if plan.keep_exponentials:
            tier.survey_classes[double_y](kept_at(w, 0, double_y), step, 0, plan.n_classes, plan.n_classes, tile.n_rows,
                                          e, 0)
        for k in range(0 if plan.keep_exponentials else plan.n_classes):
            if given_up(w, k, MANY):
                break
            tier.exponentials[double_y](logits_of_class(plan, w, tile, k, 0, tile.n_rows, double_y), tile.n_rows,
                                        &w.softmax, 0, 1, w.lse)
            tier.survey_classes[double_y](<const char *>w.lse, 0, k, 1, plan.n_classes, tile.n_rows, e, 0)
        if plan.n_classes >= XENTC_SHORT_ROW:
            tier.survey_join(e, 0, tile.n_rows)
    for j in range(tile.n_runs):
        i = tile.entries.run_start[j]
        end = min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows)
        if plan.keep_exponentials and not beside:
            tier.survey_rows[<int>XENTC_ASK_SQUARES][double_y](
                kept_at(w, i * plan.n_classes, double_y), plan.n_classes << (3 if double_y else 2), end - i,
                plan.n_classes, e, i
            )
        for i in range(i, end):
            if w.softmax.wide[i] and not double_y:
                survey_pieces(plan, w, tile, i, True, True, e)
            elif not plan.keep_exponentials and not beside:
                survey_pieces(plan, w, tile, i, double_y, True, e)


cdef Py_ssize_t take_rows(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """The rows that count, and whose weight is not 0, one behind the other; returns how many."""
    cdef xentc_evaluation *e = w.evaluation
    cdef xentc_scores *r = &e.rows
    cdef const xentc_survey *s = &e.survey
    cdef const xentc_entries *list = tile.entries
    cdef bint weighted = plan.factor_dtype >= 0
    cdef Py_ssize_t i, j, n = tile.count
    cdef double like_probabilities = 1.0 + plan.evaluation.scoring.tolerance, total
    for j in range(n):
        e.at[j] = list.index[j]
        e.offset[j] = list.y_offset[j]
        r.label[j] = list.class_of[j]
    for j in range(n):
        i = e.at[j]
        r.loss[j] = w.rows[i]
        if weighted:
            r.weight[j] = list.factor[i]
        r.r[j] = w.rows[i] * list.factor[i] if weighted else w.rows[i]
        r.place[j] = s.place[i]
        r.sum[j] = s.sum[i]
        r.smallest[j] = s.smallest[i]
        r.probability[j] = s.largest[i]
        r.brier[j] = s.squares[i]
    if not plan.logits:
        plan.tier.gather[True][tile.y.dtype](tile.y.data, e.offset, n, r.label_y)
        return n
    for j in range(n):
        i = e.at[j]
        r.sum[j] = NAN
        if 0.0 <= r.probability[j] <= like_probabilities and plan.n_classes > 1:
            look_for_probabilities(plan, w, tile, i, &r.sum[j])
        total = w.softmax.total[i]
        r.brier[j] = e.exponentials.squares[i] / (total * total)
        r.probability[j] = 1.0 - w.softmax.others[i]
    return n


cdef void look_for_probabilities(const Plan *plan, xentc_scratch *w, const Tile *tile, Py_ssize_t row,
                                 double *sum) noexcept nogil:
    """The sum of a row of logits, if none of them is negative; else it is left as it is."""
    cdef xentc_survey *s = &w.evaluation.survey
    survey_pieces(plan, w, tile, row, plan.precision == XENTC_DOUBLE, False, s)
    if s.smallest[row] >= 0.0:
        sum[0] = s.sum[row]


cdef bint evaluate_tile(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """All that is made of a tile's rows, whose losses are in w.rows; False when out of memory."""
    cdef const xentc_tier *tier = plan.tier
    cdef const EvaluationPlan *asked = plan.evaluation
    cdef xentc_evaluation *e = w.evaluation
    cdef xentc_scores *rows = &e.rows
    cdef Py_ssize_t n, j
    cdef bint weighted = plan.factor_dtype >= 0, odd
    if plan.logits:
        survey_tile(plan, w, tile)
        survey_exponentials(plan, w, tile)
    n = take_rows(plan, w, tile)
    number_rows(plan, e, tile, n)
    if tier.score_rows(rows, n, &asked.scoring):
        note_faults(rows, e.number, n, e.found.findings)
    keep_worst(asked, e, n)
    for j in range(n):
        e.found.losses[rows.loss_bin[j]] += 1
        e.key[j] = rows.bin[j]
    odd = tier.bins_of_rows(rows, n, weighted, e.x)
    if not tally(plan, e, &e.found.bins, e.key, n, odd):
        return False
    odd = tier.quads_of_rows(rows, n, weighted, e.x)
    if not tally(plan, e, &e.found.classes, rows.label, n, odd):
        return False
    if not asked.has_groups:
        return True
    group_keys(plan, e, tile, n)
    if odd:     # what the tally before was spared
        tier.quads_of_rows(rows, n, weighted, e.x)
    return tally(plan, e, &e.found.groups, e.key, n, odd)


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
    memcpy(e.rows.r, r, n * sizeof(double))
    memcpy(e.rows.weight, weight, n * sizeof(double))
    memset(e.slot, 0, n * sizeof(uint32_t))
    if tier.quads_of_rows(&e.rows, n, True, e.x) and not set_aside(tier, &e.found.classes, e.slot, n, True, e.x):
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


cdef void merge_finding(xentc_finding *into, const xentc_finding *other) noexcept nogil:
    if other.count == 0:
        return
    if into.count == 0:
        into[0] = other[0]
        return
    into.count += other.count
    into.first_row = min(into.first_row, other.first_row)
    # The largest; NaN (of infinite values) above all; of equal ones the first row.
    if (other.largest > into.largest or (other.largest != other.largest and into.largest == into.largest)
            or (same(other.largest, into.largest) and other.largest_row < into.largest_row)):
        into.largest = other.largest
        into.largest_row = other.largest_row


cdef inline bint same(double x, double y) noexcept nogil:
    return x == y or (x != x and y != y)


cdef inline bint ranks_before(const xentc_worst *a, const xentc_worst *b) noexcept nogil:
    """Larger losses first, NaN before all, equal ones by row number."""
    if same(a.loss, b.loss):
        return a.row < b.row
    return a.loss != a.loss or a.loss > b.loss


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


cdef void keep_if_worst(Py_ssize_t room, xentc_found *found, const xentc_worst *one) noexcept nogil:
    """One of the worst rows so far, if it is; there is room for at least one."""
    if found.n_worst < room:
        rise(found.worst, found.n_worst, one)
        found.n_worst += 1
    elif ranks_before(one, &found.worst[0]):
        sink(found.worst, found.n_worst, one)


cdef void rise(xentc_worst *heap, Py_ssize_t at, const xentc_worst *one) noexcept nogil:
    """Puts a row at the end of a heap, whose first is the one that ranks last."""
    while at and ranks_before(&heap[(at - 1) // 2], one):
        heap[at] = heap[(at - 1) // 2]
        at = (at - 1) // 2
    heap[at] = one[0]


cdef void sink(xentc_worst *heap, Py_ssize_t n, const xentc_worst *one) noexcept nogil:
    """In the place of the first."""
    cdef Py_ssize_t at = 0, child = 1
    while child < n:
        if child + 1 < n and ranks_before(&heap[child], &heap[child + 1]):
            child += 1
        if not ranks_before(one, &heap[child]):
            break
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = one[0]


cdef inline bint is_odd(double x) noexcept nogil:
    """Whether a product with x is none that the parts of a tally are for (src/evaluation.h)."""
    return x != 0.0 and not 2.0 ** -484 <= fabs(x) <= 2.0 ** 484


cdef bint set_aside(const xentc_tier *tier, xentc_tally *to, const uint32_t *slot, Py_ssize_t n, bint products,
                    double *x) noexcept nogil:
    """Values that the parts of a tally are not for go to its rest, and become 0."""
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
                    if not add_to_rest(tier, to, slot[i], quad, which, x[which]):
                        return False
                    x[which] = 0.0
            x += XENTC_QUAD
    return True


cdef bint set_product_aside(const xentc_tier *tier, xentc_tally *to, uint32_t slot, int quad, double x, double y,
                            double *parts) noexcept nogil:
    cdef xentc_rest *rest
    parts[0] = parts[1] = 0.0
    if x - x != 0.0 or y - y != 0.0:
        return add_to_rest(tier, to, slot, quad, 1 if quad < 2 else 0, NAN)
    rest = xentc_tally_rest(to, slot, quad)
    if rest == NULL:
        return False
    xentc_wide_add(&rest.product, x, y)
    return True


cdef inline bint any_not_int64(cnp.ndarray array):
    return array is not None and dtype_of[cnp.PyArray_TYPE(array)] != XENTC_INT64


def tally_of_rows(cnp.ndarray r not None, cnp.ndarray weight not None):
    """A tally whose one key has the sums of rows r, weights times values, and of weights, as those of a class.

    Both are contiguous float64.
    """
    cdef xentc_scratch *w
    cdef Plan plan
    cdef Py_ssize_t n = cnp.PyArray_SIZE(r), i = 0, m
    cdef bint enough
    cdef const double *rows = <const double *>cnp.PyArray_DATA(r)
    cdef const double *weights = <const double *>cnp.PyArray_DATA(weight)
    if cnp.PyArray_TYPE(r) != cnp.NPY_DOUBLE or cnp.PyArray_TYPE(weight) != cnp.NPY_DOUBLE:
        raise TypeError("rows and weights must be float64 in the kernel")
    if cnp.PyArray_SIZE(weight) != n or not (cnp.PyArray_IS_C_CONTIGUOUS(r) and cnp.PyArray_IS_C_CONTIGUOUS(weight)):
        raise ValueError("rows and weights must be contiguous and of one size in the kernel")
    plan.tier = xentc_tiers[tier_number]
    plan.spread = True
    plan.evaluation = NULL
    plan.factor_dtype = -1
    w = xentc_scratch_take()
    enough = w != NULL and start_evaluation(&plan, w)
    with nogil:
        while enough and i < n:
            m = min(n - i, <Py_ssize_t>XENTC_TILE_ROWS)
            enough = tally_spread(plan.tier, w.evaluation, rows + i, weights + i, m)
            i += m
    to = moved(&w.evaluation.found.classes) if enough else None
    if enough:
        free_found(&w.evaluation.found)
    xentc_scratch_give(w)
    if not enough:
        raise MemoryError
    return to


cdef Tally moved(xentc_tally *tally):
    """A tally of Python's, with all that this one has, which is then empty."""
    cdef Tally to = Tally(tally.n_quads, 0)
    xentc_tally_free(&to.tally)
    to.tally = tally[0]
    memset(tally, 0, sizeof(xentc_tally))
    return to


cdef class Evaluator:
    """What an evaluation asks of a Job over labels, and what the job leaves of it.

    `edges` are those of the calibration bins, float64; `groups` and `numbers`, if not None, int64 and of the shape of
    the rows, the former in [0, n_groups).
    """

    cdef EvaluationPlan plan
    cdef cnp.ndarray edges, groups, numbers
    cdef xentc_found whole

    def __init__(self, *, cnp.ndarray edges, double tolerance, Py_ssize_t n_worst, int64_t first_row,
                 cnp.ndarray numbers, cnp.ndarray groups, Py_ssize_t n_groups):
        if cnp.PyArray_TYPE(edges) != cnp.NPY_DOUBLE or any_not_int64(groups) or any_not_int64(numbers):
            raise TypeError("edges must be float64, groups and numbers int64 in the kernel")
        self.edges, self.groups, self.numbers = edges, groups, numbers
        self.plan.scoring.edges = <const double *>cnp.PyArray_DATA(edges)
        self.plan.scoring.n_bins = <int>(len(edges) - 1)
        self.plan.scoring.tolerance = tolerance
        self.plan.has_groups = groups is not None
        self.plan.has_numbers = numbers is not None
        self.plan.first_row = first_row
        self.plan.n_worst = n_worst
        self.plan.n_groups = n_groups

    def __dealloc__(self):
        free_found(&self.whole)

    cdef start(self, Plan *plan):
        """When all else of the plan is set."""
        self.plan.scoring.logits = plan.logits
        self.plan.scoring.eps = plan.eps
        plan.evaluation = &self.plan
        free_found(&self.whole)
        if not start_found(plan, &self.whole):
            raise MemoryError

    def found(self):
        """All of it; it is the caller's then."""
        return found_of(&self.whole, self.plan.n_worst)


cdef Found found_of(xentc_found *found, Py_ssize_t n_worst):
    """Python's, of all that is found, which is then empty."""
    cdef Found to = Found.__new__(Found)
    to.classes, to.bins, to.groups = moved(&found.classes), moved(&found.bins), moved(&found.groups)
    to.room = n_worst
    to.rest = found[0]
    memset(found, 0, sizeof(xentc_found))
    return to


cdef class Found:
    """What is found in any number of rows: tallies of classes, bins and groups, a histogram, faults, the worst rows."""

    cdef readonly Tally classes, bins, groups
    cdef Py_ssize_t room        # how many of the worst rows are kept
    cdef xentc_found rest       # without its tallies

    def __init__(self, Tally classes not None, Tally bins not None, Tally groups not None, Py_ssize_t n_worst):
        self.classes, self.bins, self.groups = classes, bins, groups
        self.room = n_worst
        self.rest.worst = <xentc_worst *>malloc(max(n_worst, <Py_ssize_t>1) * sizeof(xentc_worst))
        if self.rest.worst == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self.rest.worst)

    def merge(self, Found other not None, int64_t shift, to_group):
        """Adds all of another, whose rows are numbered `shift` higher here, and whose group k is to_group[k]."""
        cdef Py_ssize_t i
        cdef xentc_finding fault
        cdef xentc_worst one
        self.classes.merge(other.classes)
        self.bins.merge(other.bins)
        self.groups.merge(other.groups, to_group)
        for i in range(XENTC_LOSS_BINS):
            self.rest.losses[i] += other.rest.losses[i]
        for i in range(XENTC_N_FAULTS):
            fault = other.rest.findings[i]
            fault.first_row += shift
            fault.largest_row += shift
            merge_finding(&self.rest.findings[i], &fault)
        for i in range(other.rest.n_worst if self.room else 0):
            one = other.rest.worst[i]
            one.row += shift
            keep_if_worst(self.room, &self.rest, &one)

    @property
    def losses(self):
        """How many rows are in each bin of the histogram: (bin, rows) of those with any."""
        return [(i, self.rest.losses[i]) for i in range(XENTC_LOSS_BINS) if self.rest.losses[i]]

    @property
    def findings(self):
        """(count, first row, size of the largest, its row) of each kind of fault."""
        cdef xentc_finding *found = self.rest.findings
        return [(found[i].count, found[i].first_row, found[i].largest, found[i].largest_row)
                for i in range(XENTC_N_FAULTS)]

    @property
    def worst(self):
        """(loss, row, label, predicted or -1, its probability) of the worst rows, the worst first."""
        cdef xentc_worst *worst = self.rest.worst
        rows = [(worst[i].loss, worst[i].row, worst[i].label, worst[i].predicted, worst[i].probability)
                for i in range(self.rest.n_worst)]
        return sorted(rows, key=rank)

    def restore(self, losses, findings, worst):
        """Sets what these properties gave."""
        cdef xentc_worst one
        for i, count in losses:
            if not 0 <= i < XENTC_LOSS_BINS:
                raise ValueError(f"there is no bin {i} of losses")
            self.rest.losses[<int>i] = count
        for i, (count, first, largest, at) in enumerate(findings[:XENTC_N_FAULTS]):
            self.rest.findings[<int>i].count = count
            self.rest.findings[<int>i].first_row = first
            self.rest.findings[<int>i].largest = largest
            self.rest.findings[<int>i].largest_row = at
        for one.loss, one.row, one.label, one.predicted, one.probability in worst[:self.room]:
            keep_if_worst(self.room, &self.rest, &one)


def rank(worst):
    """Larger losses first, NaN before all, equal ones by row number, as ranks_before has it."""
    loss = worst[0]
    return (loss == loss, -loss if loss == loss else 0.0, worst[1])
