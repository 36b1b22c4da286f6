# What the gradient takes of each row of a tile: A, W and what they make together; which rows are nothing but zeros, or
# NaN; which are computed in float64, and which have powers of two taken out of A and W.


cdef void set_gradient_rows(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """A and W of each row, while scratch.weight is W."""
    if gradient_rows(plan, scratch, tile) and plan.logits and plan.precision != XENTC_DOUBLE:
        do_tiny_as_double(plan, scratch, tile)
        gradient_rows(plan, scratch, tile)


cdef double SMALLEST = 2.0 ** -1074


cdef bint gradient_rows(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """What the entries of each row are made of; whether float32 is not enough for any row."""
    cdef const double *s = tile.entries.factor if plan.factor_dtype >= 0 else NULL
    cdef double scale = plan.grad_scale / plan.grad_divisor
    cdef Py_ssize_t i
    for i in range(tile.n_rows if s == NULL else 0):
        scratch.softmax.factor[i] = scale
    for i in range(tile.n_rows if s != NULL else 0):
        scratch.softmax.factor[i] = s[i] * plan.grad_scale / plan.grad_divisor
        if scratch.softmax.factor[i] == 0.0 and s[i] != 0.0:
            scratch.softmax.factor[i] = copysign(SMALLEST, s[i])  # for a product with infinity
    if tile.way == BINARY and scratch.hard:
        return False
    memcpy(scratch.softmax.weight, scratch.weight, tile.n_rows * sizeof(double))
    if tile.way == BINARY:
        return False
    scratch.any_normalised = plan.tier.derivatives.normalise_rows(&scratch.softmax, s, plan.grad_scale,
                                                                  plan.grad_divisor, plan.logits, tile.n_rows)
    return plan.tier.derivatives.prepare_rows(&scratch.softmax, tile.n_rows) or scratch.any_normalised


cdef inline bint is_wide(const Plan *plan, const xentc_scratch *scratch, Py_ssize_t row) noexcept nogil:
    """Whether a row is computed in float64."""
    return plan.precision == XENTC_DOUBLE or (plan.logits and scratch.softmax.wide[row])


cdef inline bint is_normalised(const xentc_scratch *scratch, Py_ssize_t row) noexcept nogil:
    """Whether powers of two were taken out of A or W (gradient.h)."""
    return scratch.any_normalised and (scratch.softmax.shift[row] != 0 or scratch.softmax.down[row] != 0)


cdef inline void multiply_by_power(double *x, Py_ssize_t n, int exponent) noexcept nogil:
    cdef Py_ssize_t j
    for j in range(n):
        x[j] = ldexp(x[j], exponent)


cdef enum RowKind:
    ORDINARY_ROW
    ZERO_ROW    # masked, or all of its w_k t'_k are 0, which no NaN or infinity of its logits changes
    NAN_ROW     # of logits that have no softmax: one NaN for all, whose sign would depend on the order of operands


cdef bint set_kinds(const Plan *plan, xentc_scratch *scratch, const Tile *tile, const Operand *t,
                    bint listed) noexcept nogil:
    """The kind of each row to scratch.kind; whether any is not ordinary. Without t (NULL) the tile is listed, or one
    row of many entries."""
    cdef Py_ssize_t i
    cdef bint any_nan = False, any_zero = False
    for i in range(tile.n_rows):
        if not (tile.all_used or tile.entries.used[i]):
            scratch.kind[i] = ZERO_ROW
            any_zero = True
        elif plan.logits and scratch.softmax.inverse[i] != scratch.softmax.inverse[i]:
            scratch.kind[i] = NAN_ROW
            any_nan = True
        else:
            scratch.kind[i] = ORDINARY_ROW
    if any_nan and listed and (plan.uniform == 0.0 or not has_terms(plan, scratch, tile, NULL, 0)):
        leave_out_listed(plan, scratch, tile)
    elif any_nan and not listed:
        for i in range(tile.n_rows):
            if scratch.kind[i] == NAN_ROW and not has_terms(plan, scratch, tile, t, i):
                scratch.kind[i] = ZERO_ROW
    return any_nan or any_zero


cdef bint has_terms(const Plan *plan, xentc_scratch *scratch, const Tile *tile, const Operand *t,
                    Py_ssize_t row) noexcept nogil:
    """Whether any w_k t'_k of a row is not 0; of listed rows, any that is not listed."""
    cdef Py_ssize_t k = 0, n, j
    cdef const double *c
    cdef bint is_csr = tile.way == LONG_CSR
    cdef Py_ssize_t cursor = tile.entries.start[0] if is_csr else 0
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        n = min(plan.n_classes - k, XENTC_BLOCK if k else XENTC_FIRST_TERMS)
        if is_csr:
            c = csr_coefficients(plan, scratch, tile, k, n, &cursor)
        else:
            c = gradient_coefficients(plan, scratch, t, row, k, n)
        for j in range(n):
            if c[j] != 0.0:
                return True
        k += n
    return False


cdef void leave_out_listed(const Plan *plan, xentc_scratch *scratch, const Tile *tile) noexcept nogil:
    """Rows of NaN become such of zeros, unless an entry of theirs is a term."""
    cdef Py_ssize_t j
    memset(scratch.seen, 0, tile.n_rows)
    for j in range(tile.count):
        scratch.seen[tile.entries.index[j]] |= is_term(plan, tile, j)
    for j in range(tile.n_rows):
        if scratch.kind[j] == NAN_ROW and not scratch.seen[j]:
            scratch.kind[j] = ZERO_ROW


cdef inline bint is_term(const Plan *plan, const Tile *tile, Py_ssize_t j) noexcept nogil:
    """Whether entry j is not 0."""
    cdef double t = 1.0
    if plan.source != FROM_LABELS:
        plan.tier.elements.load[True][tile.t.dtype](tile.t.data + tile.entries.t_offset[j], 0, 1, &t)
    return coefficient(plan, weight_of(plan, tile.entries.class_of[j]), t) != 0.0
