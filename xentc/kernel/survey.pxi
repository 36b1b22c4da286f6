# All of y, looked at once while it is in the cache (src/survey.h): rows as they lie, side by side, or piece by piece.

cdef void survey_tile(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """All of the tile's y, which are probabilities or (once their softmax is done) logits."""
    cdef xentc_survey *s = &scratch.evaluation.survey
    cdef int double_y = plan.precision == XENTC_DOUBLE, ask = XENTC_ASK_PLACE if plan.logits else XENTC_ASK_ALL
    cdef Py_ssize_t i, n, end
    if plan.n_classes == 0:
        return
    if side_by_side(plan, tile):
        i = 0
        while i < tile.n_rows:
            n = min(tile.n_rows - i, <Py_ssize_t>XENTC_STRIP)
            if not plan.logits:
                transpose_logits(plan, scratch, tile, i, n, double_y)
            survey_side_by_side(plan, scratch, tile, i, n, double_y)
            i += n
        return
    for j in range(tile.n_runs):
        i = tile.entries.run_start[j]
        end = min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows)
        if lies_as(&tile.y, double_y, tile.y.k) and plan.n_classes <= XENTC_LOOK_EVERY:
            plan.tier.survey.rows[ask][double_y](tile.y.data + i * tile.y.row, tile.y.row, end - i, plan.n_classes, s,
                                                 i)
        else:
            for i in range(i, end):
                survey_pieces(plan, scratch, tile, i, double_y, False, s)


cdef void survey_side_by_side(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                              Py_ssize_t n, int double_y) noexcept nogil:
    cdef xentc_survey *s = &scratch.evaluation.survey
    cdef char *start
    cdef Py_ssize_t step = columns(plan, scratch, tile, double_y, &start), k = 0, n_classes, i
    plan.tier.survey.start(s, first, n)
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        n_classes = min(plan.n_classes - k, XENTC_LOOK_EVERY) if step else 1
        for i in range(n_classes if start == tile.y.data else 0):   # columns in memory: those of the next rows
            ask_for(start + (k + i) * step + ((first + n) << tile.y.log2_size), n << tile.y.log2_size)
        plan.tier.survey.classes[double_y](<const char *>logits_of_class(plan, scratch, tile, k, first, n, double_y),
                                           step, k, n_classes, plan.n_classes, n, s, first)
        k += n_classes
    if plan.n_classes >= XENTC_SHORT_ROW:
        plan.tier.survey.join(s, first, n)


cdef void survey_pieces(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t row, int double_y,
                        bint exponentials, xentc_survey *s) noexcept nogil:
    """One row block by block, or its exponentials once more."""
    cdef Py_ssize_t k = 0, n
    cdef bint in_place = lies_as(&tile.y, double_y, tile.y.k) and not exponentials
    cdef Py_ssize_t piece = XENTC_LOOK_EVERY if in_place else XENTC_BLOCK
    cdef const void *y
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        n = min(plan.n_classes - k, piece)
        y = block_of(plan.tier, &tile.y, double_y, row, 1, k, n, 0, scratch.y)
        if exponentials:
            plan.tier.derivatives.exponentials[double_y](y, n, &scratch.softmax, row, 0, scratch.exponentials)
            y = scratch.exponentials
        plan.tier.survey.piece[double_y](y, n, k, k + n == plan.n_classes, s, row)
        k += n


cdef void survey_exponentials(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """The exponentials that the tile's softmax was made of: as they were kept, or once more."""
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_survey *e = &scratch.evaluation.exponentials
    cdef int double_y = plan.precision == XENTC_DOUBLE
    cdef bint beside = side_by_side(plan, tile)
    cdef Py_ssize_t i, j, k, end, step = plan.tile_rows << (3 if double_y else 2)
    if plan.n_classes == 0:
        return
    if beside:
        tier.survey.start(e, 0, tile.n_rows)
        if plan.keep_exponentials:
            tier.survey.classes[double_y](kept_at(scratch, 0, double_y), step, 0, plan.n_classes, plan.n_classes,
                                          tile.n_rows, e, 0)
        for k in range(0 if plan.keep_exponentials else plan.n_classes):
            if given_up(scratch, k, XENTC_LOOK_EVERY):
                break
            tier.derivatives.exponentials[double_y](logits_of_class(plan, scratch, tile, k, 0, tile.n_rows, double_y),
                                                    tile.n_rows, &scratch.softmax, 0, 1, scratch.exponentials)
            tier.survey.classes[double_y](<const char *>scratch.exponentials, 0, k, 1, plan.n_classes, tile.n_rows, e,
                                          0)
        if plan.n_classes >= XENTC_SHORT_ROW:
            tier.survey.join(e, 0, tile.n_rows)
    for j in range(tile.n_runs):
        i = tile.entries.run_start[j]
        end = min(<Py_ssize_t>tile.entries.run_stop[j], tile.n_rows)
        if plan.keep_exponentials and not beside:
            tier.survey.rows[<int>XENTC_ASK_SQUARES][double_y](
                kept_at(scratch, i * plan.n_classes, double_y), plan.n_classes << (3 if double_y else 2), end - i,
                plan.n_classes, e, i
            )
        for i in range(i, end):
            if scratch.softmax.wide[i] and not double_y:
                survey_pieces(plan, scratch, tile, i, True, True, e)
            elif not plan.keep_exponentials and not beside:
                survey_pieces(plan, scratch, tile, i, double_y, True, e)
