# The first half of a tile: where t is not zero in the rows that are looked at, and which way the sums will be made.
# What the second half will read of y is asked for here, so that it arrives while the next tile is searched.


cdef inline const char *lines_to_ask(const Tile *tile) noexcept nogil:
    """Base of the addresses of y to ask for: rows within a cache line are all read, so those of some tiles on."""
    return tile.y.data + (XENTC_SEARCH_AHEAD if 0 < tile.y.row <= XENTC_CACHE_LINE else 0)


cdef Py_ssize_t find_along_classes(const xentc_tier *tier, xentc_scratch *scratch, const Operand *t, Py_ssize_t n_rows,
                                   Py_ssize_t n_classes, uint32_t *index, Py_ssize_t capacity) noexcept nogil:
    """Lists the elements row K + k with t != 0; -1 for dense rows."""
    cdef Py_ssize_t size = size_of(t), n_bytes = n_rows * n_classes * size
    cdef const char *start = t.data
    cdef int log2_size = t.log2_size
    cdef uint64_t nonzero_bits = t.nonzero_bits
    if t.k != size or (n_rows > 1 and t.row != n_classes * size):
        log2_size = 3
        nonzero_bits = xentc_dtypes[XENTC_FLOAT64].nonzero_bits
        n_bytes = n_rows * n_classes * 8
        start = <const char *>block_of(tier, t, True, 0, n_rows, 0, n_classes, 0, scratch.scanned)
    if tier.scan.sample_is_dense(start, n_bytes, nonzero_bits, log2_size):
        return -1
    return tier.scan.nonzero(start, n_bytes, nonzero_bits, log2_size, XENTC_SEARCH_AHEAD, index, capacity)


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


cdef void search_along_classes(const Plan *plan, xentc_scratch *scratch, Tile *tile) noexcept nogil:
    """A dense t whose classes are neighbours. One-hot rows are listed one by one."""
    cdef Py_ssize_t n_classes = plan.n_classes, i, j, k, row, end, found, count = 0, first, n = 0
    cdef Py_ssize_t y_row = tile.y.row, y_k = tile.y.k, t_row = tile.t.row, t_k = tile.t.k
    cdef xentc_entries *entries = tile.entries
    cdef const char *lines = lines_to_ask(tile)
    cdef Operand t = tile.t
    tile.way = ONE_HOT
    tile.one_each = True
    tile.flat = (
        tile.all_used and plan.terms_alone
        and t_k == size_of(&t) and t_row == n_classes * t_k and y_k == size_of(&tile.y) and y_row == n_classes * y_k
    )
    for j in range(tile.n_runs):
        first = entries.run_start[j]
        n = entries.run_stop[j] - first
        t.data = tile.t.data + first * t_row
        found = find_along_classes(plan.tier, scratch, &t, n, n_classes, entries.index + count, XENTC_CAPACITY - count)
        if found < 0:
            tile.way = DENSE
            tile.one_each = tile.flat = False
            return
        if is_one_hot(entries.index + count, found, n, n_classes):
            if tile.flat:
                for i in range(n):
                    xentc_prefetch(lines + entries.index[i] * y_k)
                break
            for i in range(n):
                k = <Py_ssize_t>entries.index[count + i] - i * n_classes
                row = first + i
                entries.y_offset[count + i] = row * y_row + k * y_k
                xentc_prefetch(lines + entries.y_offset[count + i])
                entries.t_offset[count + i] = row * t_row + k * t_k
            if not (tile.all_used and plan.terms_alone):
                for i in range(n):
                    entries.class_of[count + i] = <Py_ssize_t>entries.index[count + i] - i * n_classes
                    entries.index[count + i] = <uint32_t>(first + i)
                tile.one_each = False
        else:
            tile.way = SPARSE   # all_used: then this is the only run, and no entry lacks its row
            tile.one_each = tile.flat = False
            row = first
            end = n_classes
            for i in range(count, count + found):
                while entries.index[i] >= end:
                    row += 1
                    end += n_classes
                k = <Py_ssize_t>entries.index[i] - (row - first) * n_classes
                entries.class_of[i] = k
                entries.index[i] = <uint32_t>row
                entries.y_offset[i] = row * y_row + k * y_k
                xentc_prefetch(tile.y.data + entries.y_offset[i])
                entries.t_offset[i] = row * t_row + k * t_k
        count += found
    tile.count = n if tile.flat else count


cdef bint once_each(xentc_scratch *scratch, const uint32_t *row, Py_ssize_t count, Py_ssize_t n_rows) noexcept nogil:
    """Whether no row has two entries."""
    cdef uint8_t *seen = scratch.seen
    cdef uint8_t twice = 0
    cdef Py_ssize_t i
    if count > n_rows:
        return False
    memset(seen, 0, n_rows)
    for i in range(count):
        twice |= seen[row[i]]
        seen[row[i]] = 1
    return not twice


cdef void search_along_rows(const Plan *plan, xentc_scratch *scratch, Tile *tile) noexcept nogil:
    """The same with the class axis first: one class of all rows after the other is scanned."""
    cdef const xentc_tier *tier = plan.tier
    cdef const Operand *t = &tile.t
    cdef xentc_entries *entries = tile.entries
    cdef Py_ssize_t n_rows = tile.n_rows, k, i, found, kept, count = 0, dense = 0, size = size_of(t)
    cdef Py_ssize_t n_bytes = n_rows * size
    cdef const char *start
    cdef Operand across = transposed(t)
    tile.way = DENSE
    if t.row != size:
        return
    for k in range(plan.n_classes):
        if given_up(scratch, k, XENTC_LOOK_EVERY):
            return
        start = t.data + k * t.k
        if k < 4:   # a sample of four classes; rows sorted by label may fill one or two of them
            dense += tier.scan.sample_is_dense(start, n_bytes, t.nonzero_bits, t.log2_size)
            if 2 * dense > min(4, plan.n_classes):
                return
        found = tier.scan.nonzero(start, n_bytes, t.nonzero_bits, t.log2_size, bytes_ahead(plan, &across, k, n_rows),
                                  entries.index + count, XENTC_CAPACITY - count)
        if found < 0:
            return
        kept = count
        for i in range(count, count + found):
            if tile.all_used or entries.used[entries.index[i]]:
                entries.index[kept] = entries.index[i]
                entries.class_of[kept] = k
                kept += 1
        count = kept
    tile.count = count
    tile.way = ONE_HOT if once_each(scratch, entries.index, count, n_rows) else SPARSE
    for i in range(count):
        entries.y_offset[i] = entries.index[i] * tile.y.row + entries.class_of[i] * tile.y.k
        entries.t_offset[i] = entries.index[i] * t.row + entries.class_of[i] * t.k
        xentc_prefetch(tile.y.data + entries.y_offset[i])


cdef TroubleKind search_labels(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """One entry for each label that counts, after a look at its range."""
    cdef xentc_entries *entries = tile.entries
    cdef Py_ssize_t i, count = 0, y_row = tile.y.row, y_k = tile.y.k
    cdef uint64_t label, offset, n_classes = <uint64_t>plan.n_classes, outside = 0
    cdef const int64_t *labels = scratch.label
    cdef const char *lines = lines_to_ask(tile)
    tile.way = ONE_HOT
    tile.one_each = tile.all_used
    if tile.all_used and plan.terms_alone:
        for i in range(tile.n_rows):
            label = <uint64_t>labels[i]
            outside |= label >= n_classes
            # Unsigned, since a label that is no class may overflow; then nothing is read, and asking is harmless.
            offset = <uint64_t>(i * y_row) + label * <uint64_t>y_k
            entries.y_offset[i] = <Py_ssize_t>offset
            xentc_prefetch(<const char *>(<size_t>lines + <size_t>offset))
        tile.count = tile.n_rows
        if not outside:
            return NONE
    for i in range(tile.n_rows):
        if not tile.all_used and not entries.unmasked[i]:
            continue
        label = <uint64_t>scratch.label[i]
        if label >= n_classes:      # negative ones too
            tile.count = count
            bad.number[0] = scratch.label[i]
            # As a float it may be no whole number, which int64 does not tell.
            plan.tier.elements.load[True][plan.index_dtype](
                tile.address[<int>T] + i * plan.stride[plan.n_axes - 1][<int>T], 0, 1, &bad.value
            )
            return report(bad, OUT_OF_RANGE, i)
        if not tile.all_used and not entries.used[i]:
            continue
        entries.index[count] = <uint32_t>i
        entries.class_of[count] = <Py_ssize_t>label
        entries.y_offset[count] = i * y_row + <Py_ssize_t>label * y_k
        xentc_prefetch(lines + entries.y_offset[count])
        count += 1
    tile.count = count
    return NONE


cdef TroubleKind list_csr_entries(const Plan *plan, xentc_scratch *scratch, Tile *tile, Py_ssize_t row,
                                  Py_ssize_t start, Py_ssize_t stop, Py_ssize_t previous, BadRow *bad) noexcept nogil:
    """Entries start .. stop - 1 of the matrix, all of one row, after a look at their columns.

    `previous` is the column before them: columns must increase, so that terms come in the order of k.
    """
    cdef xentc_entries *entries = tile.entries
    cdef Py_ssize_t size = bytes_of(plan.index_dtype), n, j, count = tile.count
    cdef Py_ssize_t y_row = tile.y.row, y_k = tile.y.k, t_size = size_of(&tile.t), k
    while start < stop:
        n = min(stop - start, XENTC_BLOCK)
        plan.tier.elements.load_index[plan.index_dtype](plan.csr_indices + start * size, size, n, scratch.column)
        for j in range(n):
            k = scratch.column[j]
            if <uint64_t>k >= <uint64_t>plan.n_classes:
                bad.number[0] = k
                return report(bad, OUT_OF_RANGE, row)
            if k <= previous:
                return report(bad, NOT_CANONICAL, row)
            previous = k
            entries.index[count] = <uint32_t>row
            entries.class_of[count] = k
            entries.y_offset[count] = row * y_row + k * y_k
            entries.t_offset[count] = (start + j) * t_size
            xentc_prefetch(tile.y.data + entries.y_offset[count])
            count += 1
        start += n
    tile.count = count
    return NONE


cdef TroubleKind search_csr(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """The entries of as many rows as fit; n_rows becomes their number. A row of too many is done alone."""
    cdef Py_ssize_t i, start, stop
    cdef TroubleKind trouble
    tile.count = 0
    tile.way = ONE_HOT
    plan.tier.elements.load_index[plan.index_dtype](tile.address[<int>T], bytes_of(plan.index_dtype), tile.n_rows + 1,
                                                    tile.entries.start)
    for i in range(tile.n_rows):
        start = tile.entries.start[i]
        stop = tile.entries.start[i + 1]
        if not 0 <= start <= stop <= plan.csr_length:
            bad.number[0] = start
            bad.number[1] = stop
            return report(bad, BAD_INDPTR, i)
        if i == 0 and stop - start > XENTC_CAPACITY:
            tile.way = LONG_CSR
            tile.n_rows = 1
            return NONE
        if tile.count + stop - start > XENTC_CAPACITY:
            tile.n_rows = i
            return NONE
        if not tile.all_used and not tile.entries.used[i]:
            continue
        if stop - start > 1:
            tile.way = SPARSE
        trouble = list_csr_entries(plan, scratch, tile, i, start, stop, -1, bad)
        if trouble != NONE:
            return trouble
    return NONE


cdef TroubleKind search(const Plan *plan, xentc_scratch *scratch, Tile *tile, BadRow *bad) noexcept nogil:
    """Lists what there is to compute, or says which row (of the tile) the caller must hear of, and why: then the rows
    before it are listed."""
    tile.one_each = tile.flat = False
    if choose_rows(plan, scratch, tile, bad) != NONE:
        return bad.trouble
    if plan.source == FROM_LABELS:
        return search_labels(plan, scratch, tile, bad)
    if plan.source == FROM_CSR:
        return search_csr(plan, scratch, tile, bad)
    if plan.source == FROM_BINARY:
        tile.way = BINARY
        return NONE
    if plan.n_classes == 0 or plan.keep == 0.0:
        tile.way = ONE_HOT
        tile.count = 0
    elif not along_classes(&tile.t):
        search_along_rows(plan, scratch, tile)
    elif plan.n_classes > XENTC_TILE_ELEMENTS:
        tile.way = LONG_DENSE
    else:
        search_along_classes(plan, scratch, tile)
    return NONE
