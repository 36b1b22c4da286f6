# Plain rows of labels, and short one-hot rows, in one go (src/short.h): no mask, no weight, nothing wanted but the
# rows or their sum.


cdef bint is_short(const Plan *plan) noexcept nogil:
    """Whether the rows of this computation are plain, but for what single tiles hold."""
    cdef Py_ssize_t size = size_of(&plan.y), row = plan.n_classes * size
    if plan.y.dtype != (XENTC_FLOAT64 if plan.precision == XENTC_DOUBLE else XENTC_FLOAT32):
        return False
    if plan.has_out and not stored_in_short(plan):
        return False
    if (plan.has_mask or plan.has_ignore or plan.class_weight != NULL or plan.uniform != 0.0 or plan.factor_dtype >= 0
            or plan.has_weight or plan.count_clipped or plan.logits or plan.grad.data != NULL
            or plan.evaluation != NULL or checks_rows(&plan.check_t) or checks_rows(&plan.check_y)
            or plan.ceiling != INFINITY):
        return False
    if plan.source == FROM_LABELS:
        return plan.y.k == size
    return (
        plan.source == FROM_DENSE and plan.t.dtype == plan.y.dtype and 0 < row <= XENTC_CACHE_LINE
        and plan.t.k == size and plan.t.row == row and plan.y.k == size and plan.y.row == row
    )


cdef bint stored_in_short(const Plan *plan) noexcept nogil:
    """Whether rows can go straight to where they are stored."""
    cdef Py_ssize_t step = plan.stride[plan.n_axes - 1][<int>OUT]
    if plan.stored == XENTC_FLOAT64:
        return step == 8
    return plan.stored == XENTC_FLOAT32 and step == 4 and plan.y.dtype == XENTC_FLOAT32 and not plan.has_sum


cdef Py_ssize_t short_rows(const Plan *plan, xentc_scratch *w, char **address, Py_ssize_t n_left) noexcept nogil:
    """Does rows, tile by tile, up to a tile that must go the general way; returns how many."""
    cdef int double = plan.precision == XENTC_DOUBLE, fits, narrow = plan.has_out and plan.stored == XENTC_FLOAT32
    cdef Py_ssize_t row = plan.y.row, done = 0, n = 0, n_next = min(n_left, XENTC_TILE_ROWS)
    cdef const char *y
    cdef const int64_t *label
    cdef const int64_t *next_label = NULL
    cdef char *to = <char *>w.rows
    if plan.source == FROM_LABELS:
        next_label = short_labels(plan, w, address[<int>T], address[<int>Y], 0, n_next)
    while n_next:
        n = n_next
        n_next = min(n_left - done - n, XENTC_TILE_ROWS)
        y = address[<int>Y] + done * row
        if plan.has_out:
            to = address[<int>OUT] + (done << (2 if narrow else 3))
        if plan.source == FROM_LABELS:
            label = next_label
            if n_next:
                next_label = short_labels(plan, w, address[<int>T], address[<int>Y], done + n, n_next)
            fits = plan.tier.plain.label_rows[double](label, y, row, n, plan.n_classes, plan.eps, plan.check_y.most,
                                                      plan.negate, narrow, to)
        else:
            fits = plan.tier.plain.one_hot_rows[double](address[<int>T] + done * row, y, n, plan.n_classes, plan.eps,
                                                        plan.check_y.most, plan.negate, w.entries[0].index, narrow, to)
        if not fits:
            break
        if plan.has_sum:
            plan.tier.exact.add(&w.sum, <const double *>to, n)
        done += n
    w.n_counted += done
    return done


cdef const int64_t *short_labels(const Plan *plan, xentc_scratch *w, const char *labels, const char *y,
                                 Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """The labels of a tile as int64, in one of two rooms: what is looked at there is what is used, though the caller
    may write to his own. Asks for the lines of y they name."""
    cdef Py_ssize_t step = plan.stride[plan.n_axes - 1][<int>T], row = plan.y.row, i
    cdef int64_t *label = w.label + first % (2 * XENTC_TILE_ROWS)
    labels += first * step
    ask_for(labels + XENTC_SEARCH_AHEAD, n * bytes_of(plan.index_dtype))
    plan.tier.elements.load_index[plan.index_dtype](labels, step, n, label)
    if not 0 <= row <= XENTC_CACHE_LINE:      # else src/short.h asks
        for i in range(n):      # unsigned: a label that is no class may overflow, and asking is harmless
            xentc_prefetch(<const char *>(<size_t>y + <size_t>((first + i) * row)
                                          + (<size_t>label[i] << plan.y.log2_size)))
    return label
