# Plain rows (plan.plain) of labels, short one-hot rows (src/short.h), and rows of few logits (src/few_rows.h), in
# one go, tile by tile, as long as the tiles hold nothing that must go the general way.


cdef Py_ssize_t plain_rows(const Plan *plan, xentc_scratch *scratch, char **address, Py_ssize_t n_left) noexcept nogil:
    """Does rows, tile by tile, up to a tile that must go the general way; returns how many."""
    cdef int narrow = plan.has_out and plan.stored == XENTC_FLOAT32
    cdef Py_ssize_t row = plan.y.row, done = 0, n = 0, n_next = min(n_left, XENTC_TILE_ROWS)
    cdef const char *y
    cdef const char *t
    cdef const int64_t *label = NULL
    cdef const int64_t *next_label = NULL
    cdef char *to = <char *>scratch.rows
    if plan.source == FROM_LABELS:
        next_label = plain_labels(plan, scratch, address[<int>T], address[<int>Y], 0, n_next)
    while n_next:
        n = n_next
        n_next = min(n_left - done - n, XENTC_TILE_ROWS)
        y = address[<int>Y] + done * row
        t = address[<int>T] + done * row
        if plan.has_out:
            to = address[<int>OUT] + (done << (2 if narrow else 3))
        if plan.source == FROM_LABELS:
            label = next_label
            if n_next:
                next_label = plain_labels(plan, scratch, address[<int>T], address[<int>Y], done + n, n_next)
        if not plain_tile(plan, scratch, label, t, y, n, narrow, to):
            break
        if plan.has_sum:
            plan.tier.exact.add(&scratch.sum, <const double *>to, n)
        done += n
    scratch.n_counted += done
    return done


cdef inline bint plain_tile(const Plan *plan, xentc_scratch *scratch, const int64_t *label, const char *t,
                            const char *y, Py_ssize_t n, int narrow, char *to) noexcept nogil:
    """A tile of labels, or of rows of t, or False."""
    cdef const xentc_tier *tier = plan.tier
    cdef int double_y = plan.precision == XENTC_DOUBLE
    cdef Py_ssize_t row = plan.y.row
    cdef float *columns = <float *>scratch.transposed
    if plan.logits:
        ask_for(y + n * row, n * row)
        if plan.source == FROM_LABELS:
            return tier.plain.few_label_rows(label, y, row, n, plan.n_classes, &scratch.softmax, columns, plan.negate,
                                             narrow, to)
        ask_for(t + n * row, n * row)
        return tier.plain.few_dense_rows(t, y, n, plan.n_classes, &scratch.softmax, <float *>scratch.kept[0], columns,
                                         plan.negate, narrow, to)
    if plan.source == FROM_LABELS:
        return tier.plain.label_rows[double_y](label, y, row, n, plan.n_classes, &plan.ties, plan.eps,
                                               plan.check_y.most, plan.negate, narrow, to)
    return tier.plain.one_hot_rows[double_y](t, y, n, plan.n_classes, &plan.ties, plan.eps, plan.check_y.most,
                                             plan.negate, scratch.entries[0].index, narrow, to)


cdef const int64_t *plain_labels(const Plan *plan, xentc_scratch *scratch, const char *labels, const char *y,
                                 Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """The labels of a tile as int64, in one of two rooms: what is looked at there is what is used, though the caller
    may write to his own. Asks for the lines of y they name."""
    cdef Py_ssize_t step = plan.stride[plan.n_axes - 1][<int>T], row = plan.y.row, i
    cdef int64_t *label = scratch.label + first % (2 * XENTC_TILE_ROWS)
    labels += first * step
    ask_for(labels + XENTC_SEARCH_AHEAD, n * bytes_of(plan.index_dtype))
    plan.tier.elements.load_index[plan.index_dtype](labels, step, n, label)
    if not plan.logits and not 0 <= row <= XENTC_CACHE_LINE:      # else all of y is asked for
        for i in range(n):      # unsigned: a label that is no class may overflow, and asking is harmless
            xentc_prefetch(<const char *>(<size_t>y + <size_t>((first + i) * row)
                                          + (<size_t>label[i] << plan.y.log2_size)))
    return label
