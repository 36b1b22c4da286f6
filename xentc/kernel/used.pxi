# What is used and cannot be: a y outside [0, 1], a t that is negative. The loops that make the sums give an alarm (a
# sign, or a row that is not finite); here a second look at each value says whether it is one, and names the first.


cdef inline bint is_used(const Tile *tile, Py_ssize_t row) noexcept nogil:
    return tile.all_used or tile.entries.used[row]


cdef Py_ssize_t first_dense_outside(const Plan *plan, xentc_scratch *scratch, const Operand *o, const Operand *t,
                                    Py_ssize_t first_row, Py_ssize_t n_rows, double least, double most,
                                    double *value) noexcept nogil:
    """The first element row K + k whose o is outside where w_k t_k != 0, and that o; -1 if there is none. Without t
    (NULL) all t_k are 1. Several rows must fit a block."""
    cdef Py_ssize_t k = 0, n, i, j, at
    cdef const double *c = scratch.t
    cdef const double *x
    while k < plan.n_classes and not given_up(scratch, k, XENTC_LOOK_EVERY):
        n = min(plan.n_classes - k, XENTC_BLOCK)
        if t != NULL:
            c = <const double *>block_of(plan.tier, t, True, first_row, n_rows, k, n, 0, scratch.t)
        if t == NULL or plan.class_weight != NULL:
            for i in range(n_rows):     # in place where the block is in scratch.t already
                for j in range(n):
                    scratch.t[i * n + j] = weight_of(plan, k + j) if t == NULL or c[i * n + j] != 0.0 else 0.0
            c = scratch.t
        x = <const double *>block_of(plan.tier, o, True, first_row, n_rows, k, n, 0, scratch.y)
        at = plan.tier.checks.first_outside(c, x, n * n_rows, least, most, value)
        if at < n * n_rows:
            return at // n * plan.n_classes + k + at % n
        k += n
    return -1


cdef TroubleKind look_at_dense(const Plan *plan, xentc_scratch *scratch, const Tile *tile, const Operand *t,
                               BadRow *bad) noexcept nogil:
    """The rows of a tile, as many at once as fit a block; without t (NULL) its y alone, all of them used."""
    cdef Py_ssize_t i = 0, n, y_at, t_at, at
    cdef double y_value, t_value
    while i < tile.n_rows:
        if not is_used(tile, i):
            i += 1
            continue
        n = 1
        while i + n < tile.n_rows and (n + 1) * plan.n_classes <= XENTC_BLOCK and is_used(tile, i + n):
            n += 1
        y_at = t_at = -1
        if checks_used(&plan.check_y):
            y_at = first_dense_outside(plan, scratch, &tile.y, NULL if plan.uniform != 0.0 else t, i, n,
                                       plan.check_y.least, plan.check_y.most, &y_value)
        if checks_used(&plan.check_t) and t != NULL:
            t_at = first_dense_outside(plan, scratch, t, t, i, n, plan.check_t.least, INFINITY, &t_value)
        if y_at >= 0 and (t_at < 0 or y_at // plan.n_classes <= t_at // plan.n_classes):
            bad.column = y_at % plan.n_classes
            bad.value = y_value
            return report(bad, Y_OUTSIDE, i + y_at // plan.n_classes)
        if t_at >= 0:
            bad.column = t_at % plan.n_classes
            bad.value = t_value
            return report(bad, T_NEGATIVE, i + t_at // plan.n_classes)
        i += n
    return NONE


cdef inline Py_ssize_t column_of_entry(const Plan *plan, const Tile *tile, Py_ssize_t j, Py_ssize_t row) noexcept nogil:
    if not tile.one_each:
        return tile.entries.class_of[j]
    if plan.source != FROM_LABELS:
        return <Py_ssize_t>tile.entries.index[j] - row * plan.n_classes
    return (tile.entries.y_offset[j] - row * tile.y.row) // tile.y.k if tile.y.k else 0


cdef TroubleKind look_at_entries(const Plan *plan, const xentc_scratch *scratch, const Tile *tile,
                                 BadRow *bad) noexcept nogil:
    """Listed entries, in whatever order: of the first row one that is outside, of y if there is one."""
    cdef const xentc_tier *tier = plan.tier
    cdef const xentc_entries *entries = tile.entries
    cdef bint flat = tile.flat, y_outside
    cdef Py_ssize_t j, row, column
    cdef double t = 1.0, y = 0.0
    bad.trouble = NONE
    for j in range(tile.count):
        row = j if tile.one_each else entries.index[j]
        if not is_used(tile, row):
            continue
        if plan.source != FROM_LABELS:
            tier.elements.load[True][tile.t.dtype](
                tile.t.data + (entries.index[j] << tile.t.log2_size if flat else entries.t_offset[j]), 0, 1, &t
            )
        if t == 0.0 or (plan.class_weight != NULL and plan.class_weight[entries.class_of[j]] == 0.0):
            continue
        if checks_used(&plan.check_y):
            tier.elements.load[True][tile.y.dtype](
                tile.y.data + (entries.index[j] << tile.y.log2_size if flat else entries.y_offset[j]), 0, 1, &y
            )
        y_outside = checks_used(&plan.check_y) and (y < plan.check_y.least or y > plan.check_y.most)
        if not y_outside and not (checks_used(&plan.check_t) and t < plan.check_t.least):
            continue
        column = column_of_entry(plan, tile, j, row)
        if bad.trouble != NONE and (row > bad.row or row == bad.row and (
                not y_outside and bad.trouble == Y_OUTSIDE
                or y_outside == (bad.trouble == Y_OUTSIDE) and column > bad.column)):
            continue
        bad.column = column
        bad.value = y if y_outside else t
        report(bad, Y_OUTSIDE if y_outside else T_NEGATIVE, row)
    return bad.trouble


cdef TroubleKind look_at_long_csr(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """The one row of the tile, listed again piece by piece, and looked at again."""
    cdef Py_ssize_t start = tile.entries.start[0], stop = tile.entries.start[1], n, previous = -1
    cdef BadRow negative
    negative.trouble = NONE
    while start < stop:
        n = min(stop - start, XENTC_CAPACITY)
        tile.count = 0
        if list_csr_entries(plan, scratch, tile, 0, start, start + n, previous, bad) != NONE:
            return bad.trouble
        previous = tile.entries.class_of[n - 1]
        if look_at_entries(plan, scratch, tile, bad) == Y_OUTSIDE:
            return Y_OUTSIDE
        if bad.trouble != NONE and negative.trouble == NONE:
            negative = bad[0]
        start += n
    bad[0] = negative
    return negative.trouble


cdef TroubleKind look_at_used(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """The first row of a tile that uses what cannot be."""
    cdef BadRow smoothed
    if tile.way == BINARY or not (checks_used(&plan.check_y) or checks_used(&plan.check_t)):
        return NONE
    if tile.way == DENSE or tile.way == LONG_DENSE:
        return look_at_dense(plan, scratch, tile, &tile.t, bad)
    smoothed.trouble = NONE
    if plan.uniform != 0.0 and look_at_dense(plan, scratch, tile, NULL, &smoothed) != NONE and smoothed.row == 0:
        bad[0] = smoothed
        return smoothed.trouble
    bad.trouble = NONE
    if plan.keep != 0.0 and tile.way != LONG_CSR:
        look_at_entries(plan, scratch, tile, bad)
    elif plan.keep != 0.0 and is_used(tile, 0):
        look_at_long_csr(plan, scratch, tile, bad)
    if smoothed.trouble != NONE and (bad.trouble == NONE or smoothed.row <= bad.row):
        bad[0] = smoothed
    return bad.trouble
