# Plain rows of labels in one go (src/short.h): no mask, no weight, nothing wanted but the rows or their sum.


cdef bint is_short(const Plan *plan) noexcept nogil:
    """Whether the rows of this computation are plain, but for what single tiles hold."""
    return (
        plan.source == FROM_LABELS and not plan.has_mask and not plan.has_ignore and plan.class_weight == NULL
        and plan.uniform == 0.0 and plan.factor_dtype < 0 and not plan.has_weight and not plan.count_clipped
        and not plan.check_y and plan.ceiling == INFINITY and plan.stored == plan.result
        and (plan.y.dtype == XENTC_FLOAT32 and plan.result == XENTC_TO_SINGLE
             or plan.y.dtype == XENTC_FLOAT64 and plan.result == XENTC_TO_DOUBLE)
        and plan.y.k == size_of(&plan.y)
        and (not plan.has_out or plan.stride[plan.n_axes - 1][<int>OUT] == size_of(&plan.y))
    )


cdef Py_ssize_t short_rows(const Plan *plan, xentc_scratch *w, char **address, Py_ssize_t n_left) noexcept nogil:
    """Does rows, tile by tile, up to a tile that must go the general way; returns how many."""
    cdef int double = plan.result == XENTC_TO_DOUBLE
    cdef Py_ssize_t row = plan.y.row, done = 0, n = 0, n_next = min(n_left, XENTC_TILE_ROWS)
    cdef const char *y = address[<int>Y]
    cdef const int64_t *label
    cdef const int64_t *next_label = short_labels(plan, w, address[<int>T], y, 0, n_next)
    cdef char *to = <char *>w.a
    while n_next:
        label = next_label
        n = n_next
        n_next = min(n_left - done - n, XENTC_TILE_ROWS)
        if n_next:
            next_label = short_labels(plan, w, address[<int>T], y, done + n, n_next)
        if plan.has_out:
            to = address[<int>OUT] + (done << plan.y.log2_size)
        if not plan.tier.label_rows[double](label, y + done * row, row, n, plan.n_classes, plan.eps, plan.negate, to):
            break
        if plan.has_sum:
            short_sum(plan, w, to, n)
        done += n
    w.n_counted += done
    return done


cdef const int64_t *short_labels(const Plan *plan, xentc_scratch *w, const char *labels, const char *y,
                                 Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """The labels of a tile as int64, where they lie or in one of two rooms. Asks for the lines of y they name."""
    cdef Py_ssize_t step = plan.stride[plan.n_axes - 1][<int>T], row = plan.y.row, i
    cdef int64_t *room = w.label + first % (2 * XENTC_TILE_ROWS)
    cdef const int64_t *label = room
    labels += first * step
    if plan.index_dtype == XENTC_INT64 and step == 8:
        label = <const int64_t *>labels
    else:
        plan.tier.load_index[plan.index_dtype](labels, step, n, room)
    if not 0 <= row <= 64:      # else src/short.h asks
        for i in range(n):      # unsigned: a label that is no class may overflow, and asking is harmless
            xentc_prefetch(<const char *>(<size_t>y + <size_t>((first + i) * row)
                                          + (<size_t>label[i] << plan.y.log2_size)))
    return label


cdef void short_sum(const Plan *plan, xentc_scratch *w, const char *rows, Py_ssize_t n) noexcept nogil:
    """Rows, as they are stored, to the exact sum."""
    if plan.result == XENTC_TO_DOUBLE:
        plan.tier.exact_add(&w.sum, <const double *>rows, n)
    else:
        plan.tier.load[True][XENTC_FLOAT32](rows, 4, n, w.rows)
        plan.tier.exact_add(&w.sum, w.rows, n)
