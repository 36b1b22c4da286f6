# Which of the ways through the kernel a computation may take, and how its rows are cut: decided once, when all that
# is asked is known, by the shape, layout and options alone, never by the number of threads. It changes no bit.


cdef void choose_ways(Plan *plan) noexcept:
    """The last step of making a plan."""
    cdef Py_ssize_t size = 8 if plan.precision == XENTC_DOUBLE else 4
    # Exponentials are wanted once more.
    cdef bint again = plan.grad.data != NULL or plan.evaluation != NULL
    cdef bint tile_fits
    plan.plain = asks_for_plain_rows(plan) and lies_plainly(plan)
    plan.terms_alone = plan.class_weight == NULL and plan.grad.data == NULL and plan.evaluation == NULL
    plan.tile_rows = rows_of_tile(plan, size, again)
    tile_fits = plan.tile_rows * max(plan.n_classes, 1) * size <= XENTC_KEPT_BYTES
    plan.keep_exponentials = plan.logits and again and tile_fits
    # Columns of many rows lie a large step apart, often a power of two, for which a cache has few places.
    plan.copy_columns = (
        plan.logits and plan.shape[plan.n_axes - 1] > 1 and not along_classes(&plan.y) and tile_fits
        and not guesses(plan, plan.precision == XENTC_DOUBLE)
        and lies_as(&plan.y, plan.precision == XENTC_DOUBLE, plan.y.row)
    )
    plan.direct = (
        plan.keep_exponentials and not plan.copy_columns and plan.grad.data != NULL and plan.hess.data == NULL
        and plan.uniform == 0.0
        and lies_as(&plan.grad, plan.precision == XENTC_DOUBLE, plan.grad.k)
    )
    plan.stream = (
        plan.direct and plan.grad.data != plan.base[<int>Y]
        and plan.n_rows * plan.n_classes * size >= XENTC_STREAMED
    )
    set_ties(plan)
    cut_into_units(plan)


cdef bint asks_for_plain_rows(const Plan *plan) noexcept:
    """Whether rows are all alike, and nothing is wanted but them or their sum."""
    cdef bint alike = not plan.has_mask and not plan.has_ignore and plan.factor_dtype < 0
    cdef bint of_y_alone = (plan.class_weight == NULL and plan.uniform == 0.0 and plan.ceiling == INFINITY
                            and (are_few(plan) or not plan.logits))
    cdef bint unchecked = not checks_rows(&plan.check_t) and not checks_rows(&plan.check_y)
    cdef bint no_more = (not plan.has_weight and not plan.count_clipped and plan.grad.data == NULL
                         and plan.evaluation == NULL)
    return alike and of_y_alone and unchecked and no_more


cdef bint lies_plainly(const Plan *plan) noexcept:
    """Whether t, y and `out` are of the dtypes and lie as src/short.h, or src/few_rows.h, reads and writes them."""
    cdef Py_ssize_t size = size_of(&plan.y), row = plan.n_classes * size
    if plan.y.dtype != (XENTC_FLOAT64 if plan.precision == XENTC_DOUBLE else XENTC_FLOAT32):
        return False
    if plan.has_out and not is_stored_plainly(plan):
        return False
    if plan.source == FROM_LABELS:
        return plan.y.k == size
    return (
        plan.source == FROM_DENSE and plan.t.dtype == plan.y.dtype and 0 < row
        and (plan.logits or row <= XENTC_CACHE_LINE)
        and plan.t.k == size and plan.t.row == row and plan.y.k == size and plan.y.row == row
    )


cdef bint is_stored_plainly(const Plan *plan) noexcept:
    """Whether rows can go straight to where they are stored."""
    cdef Py_ssize_t step = plan.stride[plan.n_axes - 1][<int>OUT]
    if plan.stored == XENTC_FLOAT64:
        return step == 8
    return plan.stored == XENTC_FLOAT32 and step == 4 and plan.y.dtype == XENTC_FLOAT32 and not plan.has_sum


cdef Py_ssize_t rows_of_tile(const Plan *plan, Py_ssize_t size, bint again) noexcept:
    cdef Py_ssize_t n_classes = max(plan.n_classes, 1), rows = XENTC_TILE_ROWS
    if plan.source == FROM_DENSE and along_classes(&plan.t):
        rows = XENTC_TILE_ELEMENTS // n_classes
    elif plan.logits and along_classes(&plan.y):
        # A row is read twice, or three times: what was read first is still in the L2 cache.
        rows = (XENTC_LOGITS_WITH_GRADIENT if again else XENTC_LOGITS_IN_CACHE) // n_classes
    elif plan.logits:
        # As many as can be kept in the L2 cache; if that is few, or they are read once, all.
        rows = XENTC_KEPT_BYTES // (size * n_classes) & -32
        if rows == 0 or not again and plan.precision != XENTC_DOUBLE:
            rows = XENTC_TILE_ROWS
    return min(max(rows, 1), XENTC_TILE_ROWS)


cdef void cut_into_units(Plan *plan) noexcept:
    cdef Py_ssize_t n_inner = plan.shape[plan.n_axes - 1]
    plan.unit_rows = rows_of_unit(plan)
    plan.units_per_run = (n_inner + plan.unit_rows - 1) // plan.unit_rows
    plan.n_units = plan.n_rows // n_inner * plan.units_per_run if n_inner else 0
