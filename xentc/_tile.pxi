# One tile: the row sums  sum_k t_k log max(y_k, eps)  of up to XENTC_TILE_ROWS rows, into scratch.rows.


cdef enum Way:
    DENSE       # terms of all elements
    SPARSE      # of the elements listed
    ONE_HOT     # of the one element of each row
    LONG_ROW    # one row of many classes, piece by piece


cdef struct Tile:
    Operand t, y        # data: at the tile's first row
    char *out
    Py_ssize_t n_rows
    bint along_classes
    Way way
    Py_ssize_t count    # of entries
    xentc_entries *entries


cdef enum:
    AHEAD = 8192        # bytes by which memory is asked for before it is read: 2 to 16 KiB measured, 8 best


cdef inline void ask_for(const char *start, Py_ssize_t n_bytes) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(0, n_bytes, 64):
        xentc_prefetch(start + i)


cdef const void *block_of(const xentc_tier *tier, const Operand *o, int to_double, Py_ssize_t first_row,
                          Py_ssize_t n_rows, Py_ssize_t first_class, Py_ssize_t n_classes, Py_ssize_t ahead,
                          void *room) noexcept nogil:
    """Rows x classes of o as contiguous float32 or float64: where they lie if they are that, else in room.

    Unless 0, the memory `ahead` bytes further on, which a later call will want, is asked for: hardware
    follows a run along the classes by itself, and asking costs a quarter there; it does not see from one
    tile to the next with the class axis first, where asking saves a third.
    """
    cdef const char *start = o.data + first_row * o.row + first_class * o.k
    cdef Py_ssize_t size = size_of(o), target = 8 if to_double else 4, i
    cdef bint contiguous = o.k == size and (n_rows == 1 or o.row == n_classes * size)
    if contiguous and ahead:
        ask_for(start + ahead, n_rows * n_classes * size)
    if contiguous and o.dtype == (XENTC_FLOAT64 if to_double else XENTC_FLOAT32):
        return start
    if contiguous:
        tier.load[to_double][o.dtype](start, size, n_rows * n_classes, room)
    else:
        for i in range(n_rows):
            tier.load[to_double][o.dtype](start + i * o.row, o.k, n_classes,
                                          <char *>room + i * n_classes * target)
    return room


cdef inline bint along_classes(const Operand *o) noexcept nogil:
    """Whether neighbours in memory are neighbours in k (else the class axis comes first: Fortran order)."""
    return (o.k if o.k >= 0 else -o.k) <= (o.row if o.row >= 0 else -o.row) or o.row == 0


cdef inline void clear_lanes(xentc_scratch *w, Py_ssize_t n_rows) noexcept nogil:
    memset(w.s, 0, XENTC_LANES * n_rows * sizeof(double))
    memset(w.c, 0, XENTC_LANES * n_rows * sizeof(double))


cdef void add_dense_piece(const Plan *plan, xentc_scratch *w, const Operand *t, const Operand *y, Py_ssize_t row,
                          Py_ssize_t first_class, Py_ssize_t n_classes) noexcept nogil:
    """Classes of one row, from a multiple of XENTC_LANES on, to its lanes."""
    cdef const xentc_tier *tier = plan.tier
    cdef int precision = plan.precision
    cdef Py_ssize_t k = first_class, end = first_class + n_classes, n
    cdef const void *c
    cdef const void *x
    while k < end:
        n = min(end - k, XENTC_BLOCK)
        c = block_of(tier, t, precision != XENTC_SINGLE, row, 1, k, n, 0, w.t)
        x = block_of(tier, y, precision == XENTC_DOUBLE, row, 1, k, n, 0, w.y)
        tier.terms[precision](c, x, n, plan.eps, w.a, w.b)
        tier.add_piece[precision](w.a, w.b, n, w.s, w.c)
        k += n


cdef void dense_along_classes(const Plan *plan, xentc_scratch *w, const Operand *t, const Operand *y,
                              Py_ssize_t n_rows) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef int precision = plan.precision
    cdef Py_ssize_t n_classes = plan.n_classes, i = 0, n
    cdef const void *c
    cdef const void *x
    while i < n_rows:
        if n_classes > XENTC_BLOCK:
            clear_lanes(w, 1)
            add_dense_piece(plan, w, t, y, i, 0, n_classes)
            tier.join_rows[precision](w.s, w.c, 1, w.rows + i)
            i += 1
            continue
        n = min(n_rows - i, XENTC_BLOCK // n_classes)
        c = block_of(tier, t, precision != XENTC_SINGLE, i, n, 0, n_classes, 0, w.t)
        x = block_of(tier, y, precision == XENTC_DOUBLE, i, n, 0, n_classes, 0, w.y)
        tier.terms[precision](c, x, n * n_classes, plan.eps, w.a, w.b)
        tier.sum_rows[precision](w.a, w.b, n, n_classes, w.rows + i)
        i += n


cdef void dense_along_rows(const Plan *plan, xentc_scratch *w, const Operand *t, const Operand *y,
                           Py_ssize_t n_rows) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef int precision = plan.precision, y_double = precision == XENTC_DOUBLE, t_double = precision != XENTC_SINGLE
    cdef Py_ssize_t k, lane
    # The same views with the two axes exchanged: a class is then a row of n_rows neighbours.
    cdef Operand t_turned = operand(t.dtype, t.data, t.k, t.row), y_turned = operand(y.dtype, y.data, y.k, y.row)
    cdef const void *c
    cdef const void *x
    clear_lanes(w, n_rows)
    for k in range(plan.n_classes):
        c = block_of(tier, &t_turned, t_double, k, 1, 0, n_rows, n_rows * size_of(t), w.t)
        x = block_of(tier, &y_turned, y_double, k, 1, 0, n_rows, n_rows * size_of(y), w.y)
        tier.terms[precision](c, x, n_rows, plan.eps, w.a, w.b)
        lane = (k % XENTC_LANES) * n_rows
        tier.add_class[precision](w.a, w.b, n_rows, w.s + lane, w.c + lane)
    tier.join_rows[precision](w.s, w.c, n_rows, w.rows)


cdef Py_ssize_t find_along_classes(const xentc_tier *tier, xentc_scratch *w, const Operand *t, Py_ssize_t n_rows,
                                   Py_ssize_t n_classes, uint32_t *index) noexcept nogil:
    """Lists the elements row K + k with t != 0; -1 for a tile that is dense."""
    cdef Py_ssize_t size = size_of(t), n_bytes = n_rows * n_classes * size
    cdef const char *start = t.data
    cdef int log2_size = t.log2_size
    cdef uint64_t nonzero_bits = t.nonzero_bits
    if t.k != size or (n_rows > 1 and t.row != n_classes * size):
        log2_size = 3
        nonzero_bits = nonzero_bits_of[XENTC_FLOAT64]
        n_bytes = n_rows * n_classes * 8
        start = <const char *>block_of(tier, t, True, 0, n_rows, 0, n_classes, 0, w.packed)
    if tier.sample_is_dense(start, n_bytes, nonzero_bits, log2_size):
        return -1
    return tier.scan_nonzero(start, n_bytes, nonzero_bits, log2_size, AHEAD, index, XENTC_CAPACITY)


cdef void search_along_classes(const Plan *plan, xentc_scratch *w, Tile *tile) noexcept nogil:
    """Decides the way of a tile and lists its entries, those of a one-hot tile row by row."""
    cdef Py_ssize_t n_classes = plan.n_classes, n_rows = tile.n_rows, i, k, row = 0, end = n_classes
    cdef Py_ssize_t y_row = tile.y.row, y_k = tile.y.k, t_row = tile.t.row, t_k = tile.t.k
    cdef xentc_entries *list = tile.entries
    cdef Py_ssize_t count = find_along_classes(plan.tier, w, &tile.t, n_rows, n_classes, list.index)
    tile.count = count
    if count < 0:
        tile.way = DENSE
    elif is_one_hot(list.index, count, n_rows, n_classes):
        tile.way = ONE_HOT
        for i in range(n_rows):
            k = <Py_ssize_t>list.index[i] - i * n_classes
            list.y_offset[i] = i * y_row + k * y_k
            list.t_offset[i] = i * t_row + k * t_k
            list.index[i] = <uint32_t>i
            xentc_prefetch(tile.y.data + list.y_offset[i])
    else:
        tile.way = SPARSE
        for i in range(count):
            while list.index[i] >= end:
                row += 1
                end += n_classes
            list.class_of[i] = <uint32_t>(list.index[i] - row * n_classes)
            list.index[i] = <uint32_t>row


cdef void search_along_rows(const Plan *plan, xentc_scratch *w, Tile *tile) noexcept nogil:
    """The same with the class axis first: one class of all rows after the other is scanned."""
    cdef const xentc_tier *tier = plan.tier
    cdef const Operand *t = &tile.t
    cdef xentc_entries *list = tile.entries
    cdef Py_ssize_t n_rows = tile.n_rows, k, i, found, count = 0, dense = 0, size = size_of(t), n_bytes = n_rows * size
    cdef const char *start
    tile.way = DENSE
    if t.row != size:
        return
    for k in range(plan.n_classes):
        start = t.data + k * t.k
        if k < 4:   # a sample of four classes; rows sorted by label may fill one or two of them
            dense += tier.sample_is_dense(start, n_bytes, t.nonzero_bits, t.log2_size)
            if 2 * dense > min(4, plan.n_classes):
                return
        # The same class of the next tile lies n_bytes further on.
        found = tier.scan_nonzero(start, n_bytes, t.nonzero_bits, t.log2_size, n_bytes, list.index + count,
                                  XENTC_CAPACITY - count)
        if found < 0:
            return
        for i in range(count, count + found):
            list.class_of[i] = <uint32_t>k
        count += found
    tile.count = count
    tile.way = ONE_HOT if once_each(w, list.index, count, n_rows) else SPARSE
    for i in range(count if tile.way == ONE_HOT else 0):
        list.y_offset[i] = list.index[i] * tile.y.row + list.class_of[i] * tile.y.k
        list.t_offset[i] = list.index[i] * t.row + list.class_of[i] * t.k
        xentc_prefetch(tile.y.data + list.y_offset[i])


cdef bint is_one_hot(const uint32_t *index, Py_ssize_t count, Py_ssize_t n_rows, Py_ssize_t n_classes) noexcept nogil:
    """Whether the i-th entry is in row i, for all rows."""
    cdef Py_ssize_t i
    cdef uint32_t outside = 0, first = 0, n = <uint32_t>n_classes
    if count != n_rows:
        return False
    for i in range(count):
        outside |= index[i] - first >= n
        first += n
    return not outside


cdef bint once_each(xentc_scratch *w, const uint32_t *row, Py_ssize_t count, Py_ssize_t n_rows) noexcept nogil:
    """Whether the entries have each row once."""
    cdef uint8_t *seen = <uint8_t *>w.place
    cdef uint8_t twice = 0
    cdef Py_ssize_t i
    if count != n_rows:
        return False
    memset(seen, 0, n_rows)
    for i in range(count):
        twice |= seen[row[i]]
        seen[row[i]] = 1
    return not twice


cdef void one_hot(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """One entry a row: its one term is the row sum, since all other terms are zero."""
    cdef const xentc_tier *tier = plan.tier
    cdef int precision = plan.precision
    cdef Py_ssize_t i, n = tile.count
    cdef const uint32_t *row = tile.entries.index
    tier.gather[precision != XENTC_SINGLE][tile.t.dtype](tile.t.data, tile.entries.t_offset, n, w.t)
    tier.gather[precision == XENTC_DOUBLE][tile.y.dtype](tile.y.data, tile.entries.y_offset, n, w.y)
    tier.terms[precision](w.t, w.y, n, plan.eps, w.a, w.b)
    if precision == XENTC_DOUBLE:
        for i in range(n):
            w.rows[row[i]] = 0.0 + w.a[i] + w.b[i]
    else:
        for i in range(n):
            w.rows[row[i]] = 0.0 + w.a[i]


cdef void add_entries(const Plan *plan, xentc_scratch *w, const Operand *t, const Operand *y, Py_ssize_t n_rows,
                      const uint32_t *row_of, const uint32_t *class_of, Py_ssize_t count) noexcept nogil:
    """Entries, those of each row in the order of k, to the lanes of their rows."""
    cdef const xentc_tier *tier = plan.tier
    cdef int precision = plan.precision
    cdef Py_ssize_t i = 0, j, n, row, k
    while i < count:
        n = min(count - i, XENTC_BLOCK)
        for j in range(n):
            row = row_of[i + j]
            k = class_of[i + j]
            w.y_offset[j] = row * y.row + k * y.k
            xentc_prefetch(y.data + w.y_offset[j])
            w.t_offset[j] = row * t.row + k * t.k
            w.place[j] = <uint32_t>((k % XENTC_LANES) * n_rows + row)
        tier.gather[precision != XENTC_SINGLE][t.dtype](t.data, w.t_offset, n, w.t)
        tier.gather[precision == XENTC_DOUBLE][y.dtype](y.data, w.y_offset, n, w.y)
        tier.terms[precision](w.t, w.y, n, plan.eps, w.a, w.b)
        tier.add_entries[precision](w.a, w.b, w.place, n, w.s, w.c)
        i += n


cdef void long_row(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """A row of more than XENTC_TILE_ELEMENTS classes: pieces, each sparse or dense, add to the same lanes."""
    cdef Operand t = tile.t, y = tile.y
    cdef uint32_t *index = tile.entries.index
    cdef uint32_t *class_of = tile.entries.class_of
    cdef Py_ssize_t first = 0, n = 0, count, i
    clear_lanes(w, 1)
    while first + n < plan.n_classes:
        first += n
        n = min(plan.n_classes - first, XENTC_TILE_ELEMENTS)
        t.data = tile.t.data + first * t.k
        y.data = tile.y.data + first * y.k
        count = find_along_classes(plan.tier, w, &t, 1, n, index)
        if count < 0:
            add_dense_piece(plan, w, &t, &y, 0, 0, n)
            continue
        for i in range(count):
            class_of[i] = index[i]
            index[i] = 0
        add_entries(plan, w, &t, &y, 1, index, class_of, count)
    plan.tier.join_rows[plan.precision](w.s, w.c, 1, w.rows)


cdef void redo_cold_rows(const Plan *plan, xentc_scratch *w, const Operand *t, const Operand *y,
                         Py_ssize_t n_rows) noexcept nogil:
    cdef const xentc_tier *tier = plan.tier
    cdef xentc_cold row
    cdef Py_ssize_t i, k
    cdef double c, x
    for i in range(n_rows):
        if w.rows[i] - w.rows[i] == 0.0:
            continue
        memset(&row, 0, sizeof(xentc_cold))
        for k in range(plan.n_classes):
            tier.load[True][t.dtype](t.data + i * t.row + k * t.k, 0, 1, &c)
            if c != 0.0:
                tier.load[True][y.dtype](y.data + i * y.row + k * y.k, 0, 1, &x)
                tier.cold_add(&row, c, x, plan.eps)
        w.rows[i] = tier.cold_total(&row)


cdef void search(const Plan *plan, xentc_scratch *w, Tile *tile) noexcept nogil:
    """The first half of a tile: what is there to compute? Asks memory for what the second half will read."""
    tile.along_classes = along_classes(&tile.t)
    if plan.n_classes == 0:
        tile.way = SPARSE
        tile.count = 0
    elif not tile.along_classes:
        search_along_rows(plan, w, tile)
    elif plan.n_classes > XENTC_TILE_ELEMENTS:
        tile.way = LONG_ROW
    else:
        search_along_classes(plan, w, tile)


cdef void compute(const Plan *plan, xentc_scratch *w, const Tile *tile) noexcept nogil:
    """The second half: the sums of the tile's rows, into w.rows."""
    cdef xentc_entries *list = tile.entries
    if tile.way == ONE_HOT:
        one_hot(plan, w, tile)
    elif tile.way == SPARSE:
        clear_lanes(w, tile.n_rows)
        add_entries(plan, w, &tile.t, &tile.y, tile.n_rows, list.index, list.class_of, tile.count)
        plan.tier.join_rows[plan.precision](w.s, w.c, tile.n_rows, w.rows)
    elif tile.way == LONG_ROW:
        long_row(plan, w, tile)
    elif tile.along_classes and along_classes(&tile.y) or tile.n_rows == 1:
        dense_along_classes(plan, w, &tile.t, &tile.y, tile.n_rows)
    else:
        dense_along_rows(plan, w, &tile.t, &tile.y, tile.n_rows)
    redo_cold_rows(plan, w, &tile.t, &tile.y, tile.n_rows)


cdef Py_ssize_t first_bad_row(const Plan *plan, xentc_scratch *w, const Operand *o, double tolerance,
                              Py_ssize_t n_rows) noexcept nogil:
    """The first of n_rows that is no distribution, or n_rows."""
    cdef const xentc_tier *tier = plan.tier
    cdef int to_double = o.dtype != XENTC_FLOAT32 and o.dtype != XENTC_FLOAT16
    cdef Py_ssize_t i, k, n
    cdef double total
    for i in range(n_rows):
        total = 0.0
        k = 0
        while k < plan.n_classes:
            n = min(plan.n_classes - k, XENTC_BLOCK)
            if tier.check_piece[to_double](block_of(tier, o, to_double, i, 1, k, n, 0, w.t), n, &total):
                return i
            k += n
        if not -tolerance <= total - 1.0 <= tolerance:
            return i
    return n_rows
