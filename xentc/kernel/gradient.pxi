# The gradient of a tile, and the booster's diagonal of the Hessian, after its losses are done:
#     with respect to logits         A (W p_k - c_k)
#     with respect to probabilities  -A c_k / y_k, and 0 under the clip
# with c_k = w_k t'_k, W = sum_k c_k, and A the row's factor: its sample weight over the reduction's divisor.
# The output may be y itself: what is needed of y is read before it is written over.


cdef struct Run:
    # Up to a block of elements, of one row or (step 1) one each of the next rows.
    Py_ssize_t n, row
    int step
    int double_y
    const double *c     # w_k t'_k, or NULL: all are 0
    const void *y       # probabilities or logits
    const void *e       # exponentials of the logits
    char *grad
    char *hess
    Py_ssize_t grad_step, hess_step


cdef inline void make_gradient(const Plan *plan, xentc_scratch *scratch, const Run *run, double *g) noexcept nogil:
    if plan.logits:
        plan.tier.derivatives.gradient_logits[run.double_y](run.c, run.y, run.e, run.n, &scratch.softmax, run.row,
                                                            run.step, g)
    else:
        plan.tier.derivatives.gradient_probabilities[run.double_y](run.c, run.y, run.n, plan.eps, &scratch.softmax,
                                                                   run.row, run.step, g)


cdef inline void as_booster(const Plan *plan, double *hess, Py_ssize_t n) noexcept nogil:
    """What a booster makes of the diagonal of the Hessian; NaN stays NaN."""
    cdef Py_ssize_t j
    for j in range(n if plan.hess_factor != 1.0 or plan.hess_floor != 0.0 else 0):
        hess[j] *= plan.hess_factor
        hess[j] = plan.hess_floor if hess[j] < plan.hess_floor else hess[j]


cdef void write_run(const Plan *plan, xentc_scratch *scratch, const Run *run) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef int is_double = True
    cdef bint normalised = plan.logits and run.step == 0 and is_normalised(scratch, run.row)  # else none of its rows is
    if plan.hess.data != NULL:
        tier.derivatives.hessian[run.double_y](run.y, run.e, run.n, &scratch.softmax, run.row, run.step, scratch.hessian)
        if normalised:
            multiply_by_power(scratch.hessian, run.n, scratch.softmax.shift[run.row])
        as_booster(plan, scratch.hessian, run.n)
        tier.elements.store[True][plan.hess.dtype](scratch.hessian, run.n, run.hess, run.hess_step)
    if run.c != NULL:
        make_gradient(plan, scratch, run, scratch.gradient)
    elif plan.logits:
        is_double = run.double_y
        tier.derivatives.gradient_base[is_double](run.e, run.n, &scratch.softmax, run.row, run.step, scratch.gradient)
    else:
        memset(scratch.gradient, 0, run.n * sizeof(double))
    if normalised:
        multiply_by_power(scratch.gradient, run.n, scratch.softmax.shift[run.row])
    tier.elements.store[is_double][plan.grad.dtype](scratch.gradient, run.n, run.grad, run.grad_step)


cdef inline const void *exponentials(const Plan *plan, xentc_scratch *scratch, const Run *run,
                                     bint kept, Py_ssize_t kept_element) noexcept nogil:
    """Those of a run, as they were kept or once more."""
    if not plan.logits:
        return NULL
    if kept and run.double_y == (plan.precision == XENTC_DOUBLE):
        return kept_at(scratch, kept_element, run.double_y)
    plan.tier.derivatives.exponentials[run.double_y](run.y, run.n, &scratch.softmax, run.row, run.step,
                                                     scratch.exponentials)
    return scratch.exponentials


cdef void write_row(const Plan *plan, xentc_scratch *scratch, const Tile *tile, const Operand *t,
                    Py_ssize_t row) noexcept nogil:
    cdef Run run
    cdef Py_ssize_t k = 0, piece = XENTC_BLOCK
    cdef bint is_csr = tile.way == LONG_CSR
    cdef bint kept = plan.keep_exponentials and not side_by_side(plan, tile)
    cdef Py_ssize_t cursor = tile.entries.start[0] if is_csr else 0
    run.row = row
    run.step = 0
    run.double_y = is_wide(plan, scratch, row)
    run.grad_step = plan.grad.k
    run.hess_step = plan.hess.k
    if (plan.direct and kept and not is_csr and t == NULL and not is_normalised(scratch, row)
            and run.double_y == (plan.precision == XENTC_DOUBLE)):
        write_later(plan, scratch, kept_at(scratch, row * plan.n_classes, run.double_y), row, grad_at(plan, tile, row,
                                                                                                      0))
        if not plan.stream:
            write_pending(plan, scratch)
        return
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        run.n = min(plan.n_classes - k, piece)
        if is_csr:
            run.c = csr_coefficients(plan, scratch, tile, k, run.n, &cursor)
        else:
            run.c = gradient_coefficients(plan, scratch, t, row, k, run.n)
        if run.c != NULL and plan.logits and is_normalised(scratch, row):
            multiply_by_power(scratch.t, run.n, -scratch.softmax.down[row])     # which is where they are
        run.y = block_of(plan.tier, &tile.y, run.double_y, row, 1, k, run.n, 0, scratch.y)
        run.e = exponentials(plan, scratch, &run, kept, row * plan.n_classes + k)
        run.grad = grad_at(plan, tile, row, k)
        run.hess = hess_at(plan, tile, row, k)
        write_run(plan, scratch, &run)
        k += run.n


cdef inline void write_later(const Plan *plan, xentc_scratch *scratch, const char *e, Py_ssize_t row,
                             char *grad) noexcept nogil:
    """A row whose c are 0 but for the patches, while the next rows are summed."""
    cdef Py_ssize_t i = scratch.pending.n_rows
    scratch.pending.e[i] = e
    scratch.pending.g[i] = grad
    scratch.pending.inverse[i] = (
        scratch.softmax.inverse[row] if plan.precision == XENTC_DOUBLE else scratch.softmax.inverse_single[row]
    )
    scratch.pending.n_rows = i + 1


cdef inline void start_gradient(const Plan *plan, xentc_scratch *scratch) noexcept nogil:
    scratch.n_patches = scratch.pending.n_rows = scratch.pending.row = scratch.pending.at = 0
    scratch.pending.n = plan.n_classes
    scratch.pending.cached = not plan.stream
    scratch.parity = 0


cdef inline void write_pending(const Plan *plan, xentc_scratch *scratch) noexcept nogil:
    plan.tier.derivatives.write_pending[plan.precision == XENTC_DOUBLE](&scratch.pending)
    scratch.pending.n_rows = scratch.pending.row = scratch.pending.at = 0


cdef void finish_gradient(const Plan *plan, xentc_scratch *scratch) noexcept nogil:
    """What is pending; then the elements with t != 0 over it."""
    cdef Py_ssize_t j
    write_pending(plan, scratch)
    for j in range(scratch.n_patches):
        plan.tier.elements.store[True][plan.grad.dtype](scratch.patch + j, 1, scratch.patch_at[j], 0)
    scratch.n_patches = 0


cdef inline char *grad_at(const Plan *plan, const Tile *tile, Py_ssize_t row, Py_ssize_t k) noexcept nogil:
    return tile.address[<int>GRAD] + row * plan.grad.row + k * plan.grad.k


cdef inline char *hess_at(const Plan *plan, const Tile *tile, Py_ssize_t row, Py_ssize_t k) noexcept nogil:
    return tile.address[<int>HESS] + row * plan.hess.row + k * plan.hess.k


cdef void write_constant(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t row,
                         double value) noexcept nogil:
    cdef Py_ssize_t k = 0, n, j
    for j in range(XENTC_BLOCK):
        scratch.gradient[j] = scratch.hessian[j] = value
    as_booster(plan, scratch.hessian, XENTC_BLOCK)
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        n = min(plan.n_classes - k, XENTC_BLOCK)
        plan.tier.elements.store[True][plan.grad.dtype](scratch.gradient, n, grad_at(plan, tile, row, k), plan.grad.k)
        if plan.hess.data != NULL:
            plan.tier.elements.store[True][plan.hess.dtype](scratch.hessian, n, hess_at(plan, tile, row, k), plan.hess.k)
        k += n


cdef void write_side_by_side(const Plan *plan, xentc_scratch *scratch, const Tile *tile, const Operand *t,
                             Py_ssize_t first, Py_ssize_t end) noexcept nogil:
    cdef Operand t_transposed, y = transposed(&tile.y)
    cdef Py_ssize_t k = 0, step
    cdef char *start
    cdef Run run
    run.n = end - first
    run.row = first
    run.step = 1
    run.double_y = plan.precision == XENTC_DOUBLE
    run.grad_step = plan.grad.row
    run.hess_step = plan.hess.row
    if t != NULL:
        t_transposed = transposed(t)
    if (t == NULL and plan.uniform == 0.0 and plan.logits and plan.hess.data == NULL
            and lies_as(&plan.grad, run.double_y, plan.grad.row)):
        step = columns(plan, scratch, tile, run.double_y, &start)
        if step:
            start += first << (3 if run.double_y else 2)
            while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
                plan.tier.derivatives.gradient_classes[run.double_y](
                    kept_at(scratch, k * plan.tile_rows + first, run.double_y) if plan.keep_exponentials else NULL,
                    plan.tile_rows, start + k * step, step, min(plan.n_classes - k, XENTC_LOOK_EVERY), run.n,
                    &scratch.softmax, first, grad_at(plan, tile, first, k), plan.grad.k)
                k += XENTC_LOOK_EVERY
            return
    for k in range(plan.n_classes):
        if given_up(scratch, k, XENTC_LOOK_EVERY):
            break
        run.c = gradient_coefficients_of_class(plan, scratch, &t_transposed if t != NULL else NULL, k, first, run.n)
        if plan.logits:
            run.y = logits_of_class(plan, scratch, tile, k, first, run.n, run.double_y)
        else:
            run.y = block_of(plan.tier, &y, run.double_y, k, 1, first, run.n, 0, scratch.y)
        run.e = exponentials(plan, scratch, &run, plan.keep_exponentials, k * plan.tile_rows + first)
        run.grad = grad_at(plan, tile, first, k)
        run.hess = hess_at(plan, tile, first, k)
        write_run(plan, scratch, &run)


cdef bint can_go_side_by_side(const Plan *plan, const xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                              Py_ssize_t end) noexcept nogil:
    cdef Py_ssize_t i
    if not side_by_side(plan, tile):
        return False
    for i in range(first, end if plan.logits else first):
        if is_normalised(scratch, i) or plan.precision != XENTC_DOUBLE and scratch.softmax.wide[i]:
            return False
    return True


cdef void gradient_of_entries(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """Elements with t != 0 into scratch.patch, entries of one row, or one each of rows that follow, at a time."""
    cdef const xentc_tier *tier = plan.tier
    cdef const xentc_entries *entries = tile.entries
    cdef Py_ssize_t i = 0, j
    cdef Run run
    run.c = scratch.t
    run.y = scratch.y
    run.e = scratch.exponentials
    while i < tile.count:
        run.row = entries.index[i]
        run.step = i + 1 < tile.count and entries.index[i + 1] == run.row + 1
        run.double_y = is_wide(plan, scratch, run.row)
        run.n = 1
        while (i + run.n < tile.count and run.n < XENTC_BLOCK
               and entries.index[i + run.n] == run.row + run.n * run.step
               and is_wide(plan, scratch, run.row + run.n * run.step) == run.double_y):
            run.n += 1
        if plan.source == FROM_LABELS:
            for j in range(run.n):
                scratch.t[j] = 1.0
        else:
            tier.elements.gather[True][tile.t.dtype](tile.t.data, entries.t_offset + i, run.n, scratch.t)
        for j in range(run.n):
            scratch.t[j] = coefficient(plan, weight_of(plan, entries.class_of[i + j]), scratch.t[j])
            if plan.logits and is_normalised(scratch, entries.index[i + j]):
                scratch.t[j] = ldexp(scratch.t[j], -scratch.softmax.down[entries.index[i + j]])
        tier.elements.gather[run.double_y][tile.y.dtype](tile.y.data, entries.y_offset + i, run.n, scratch.y)
        if plan.logits:
            tier.derivatives.exponentials[run.double_y](scratch.y, run.n, &scratch.softmax, run.row, run.step,
                                                        scratch.exponentials)
        make_gradient(plan, scratch, &run, scratch.patch + i)
        for j in range(i, i + run.n):
            if plan.logits and is_normalised(scratch, entries.index[j]):
                scratch.patch[j] = ldexp(scratch.patch[j], scratch.softmax.shift[entries.index[j]])
            scratch.patch_at[j] = grad_at(plan, tile, entries.index[j], entries.class_of[j])
        i += run.n
    scratch.n_patches = tile.count


cdef void write_gradient(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    cdef const xentc_entries *entries = tile.entries
    cdef bint listed = tile.way == ONE_HOT or tile.way == SPARSE
    cdef const Operand *t = NULL if listed or tile.way == LONG_CSR else &tile.t
    cdef Py_ssize_t i, j, first, end
    cdef RowKind kind
    cdef double value
    if tile.way == BINARY:
        write_binary(plan, scratch, tile)
        return
    finish_gradient(plan, scratch)     # of the tile before
    if listed:
        gradient_of_entries(plan, scratch, tile)
    for j in range(tile.n_runs):
        first = entries.run_start[j]
        end = min(<Py_ssize_t>entries.run_stop[j], tile.n_rows)
        if first >= end:    # runs are those of the rows asked for; entries may have filled the tile before
            break
        if can_go_side_by_side(plan, scratch, tile, first, end):
            write_side_by_side(plan, scratch, tile, t, first, end)
        else:
            for i in range(first, end):
                if kind_of_row(plan, scratch, tile, t, i) == ORDINARY_ROW:
                    write_row(plan, scratch, tile, t, i)
    for i in range(tile.n_rows):
        kind = kind_of_row(plan, scratch, tile, t, i)
        if kind == ORDINARY_ROW:
            continue
        value = 0.0 if kind == ZERO_ROW else NAN
        write_constant(plan, scratch, tile, i, value)
        for j in range(scratch.n_patches if tile.all_used or entries.used[i] else 0):  # a masked row has none
            if entries.index[j] == i:
                scratch.patch[j] = value
    if scratch.pending.n_rows == 0:
        finish_gradient(plan, scratch)
    else:
        scratch.parity ^= 1
