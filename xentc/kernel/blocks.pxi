# Blocks of one operand as the vector code wants them, and what a tile is.


cdef enum Way:
    DENSE       # terms of all elements
    SPARSE      # of the elements listed
    ONE_HOT     # of one element in each row listed
    LONG_DENSE  # one row of many classes, piece by piece
    LONG_CSR    # one row of many entries, piece by piece
    BINARY      # one element a row


cdef struct Tile:
    Operand t, y        # data: at the tile's first row
    char *address[N_WALKERS]
    Py_ssize_t n_rows
    bint all_used       # no row is masked, or has the weight 0; else entries.unmasked and entries.used tell
    Py_ssize_t n_runs   # of used rows, in entries.run_start and run_stop
    Way way
    Py_ssize_t count    # of entries
    bint one_each       # of ONE_HOT alone: entry i is that of row i, and entries.index is not its row
    bint flat           # and entries.index is its element in both t and y, no offset is filled
    bint chained        # scratch.first_entry and next_entry are of its entries
    xentc_entries *entries


cdef inline void ask_for(const char *start, Py_ssize_t n_bytes) noexcept nogil:
    cdef Py_ssize_t i
    for i from 0 <= i < n_bytes by XENTC_CACHE_LINE:
        xentc_prefetch(start + i)


cdef inline bint along_classes(const Operand *o) noexcept nogil:
    """Whether neighbours in memory are neighbours in k (else the class axis comes first: Fortran order)."""
    return (o.k if o.k >= 0 else -o.k) <= (o.row if o.row >= 0 else -o.row) or o.row == 0


cdef inline bint as_double(const Operand *y) noexcept nogil:
    """Whether values need float64: those that float32 does not hold, and integers, which are read as it."""
    return not (xentc_dtypes[y.dtype].exact_in_single and is_float(y.dtype))


cdef inline bint is_float(int dtype) noexcept nogil:
    return xentc_dtypes[dtype].kind == b"f"


cdef inline Py_ssize_t bytes_ahead(const Plan *plan, const Operand *transposed, Py_ssize_t k,
                                   Py_ssize_t n_rows) noexcept nogil:
    """From class k of rows side by side to what is read some classes later: of the same rows, or of the next ones."""
    cdef Py_ssize_t n = max(XENTC_CLASSES_AHEAD // (n_rows << transposed.log2_size), 1)
    if k + n < plan.n_classes:
        return n * transposed.row
    return n_rows * transposed.k + (n - plan.n_classes) * transposed.row


cdef const void *block_of(const xentc_tier *tier, const Operand *o, int to_double, Py_ssize_t first_row,
                          Py_ssize_t n_rows, Py_ssize_t first_class, Py_ssize_t n_classes, Py_ssize_t ahead,
                          void *room) noexcept nogil:
    """Rows x classes of o as contiguous float32 or float64: where they lie if they are that, else in room.

    Unless 0, the memory `ahead` bytes further on, which a later call will want, is asked for: hardware follows a run
    along the classes by itself, and asking costs a quarter there; it does not see from one class to the next with the
    class axis first.
    """
    cdef const char *start = o.data + first_row * o.row + first_class * o.k
    cdef Py_ssize_t size = size_of(o), target = 8 if to_double else 4, i
    cdef bint contiguous = o.k == size and (n_rows == 1 or o.row == n_classes * size)
    if contiguous and ahead:
        ask_for(start + ahead, n_rows * n_classes * size)
    if contiguous and o.dtype == (XENTC_FLOAT64 if to_double else XENTC_FLOAT32):
        return start
    if contiguous:
        tier.elements.load[to_double][o.dtype](start, size, n_rows * n_classes, room)
    else:
        for i in range(n_rows):
            tier.elements.load[to_double][o.dtype](start + i * o.row, o.k, n_classes,
                                                   <char *>room + i * n_classes * target)
    return room


cdef const void *coefficients_of(const Plan *plan, xentc_scratch *scratch, const Operand *t, Py_ssize_t first_row,
                                 Py_ssize_t n_rows, Py_ssize_t first_class, Py_ssize_t n_classes) noexcept nogil:
    """w_k t_k of a block along the classes."""
    cdef const void *block = block_of(plan.tier, t, plan.precision != XENTC_SINGLE, first_row, n_rows, first_class,
                                      n_classes, 0, scratch.t)
    cdef const double *c = <const double *>block
    cdef const double *weight = plan.class_weight + first_class
    cdef Py_ssize_t i, k
    if plan.class_weight == NULL:
        return block
    for i in range(n_rows):     # in place where the block is in scratch.t already
        for k in range(n_classes):
            scratch.t[i * n_classes + k] = c[i * n_classes + k] * weight[k]
    return scratch.t


cdef const char *classes_of(const Plan *plan, const Operand *o, int to_double, Py_ssize_t k, Py_ssize_t n_classes,
                            Py_ssize_t n_rows, void *room, Py_ssize_t *step, Py_ssize_t *ahead) noexcept nogil:
    """Some classes of rows side by side, o with its axes exchanged: each contiguous, `step` bytes from one to the next,
    where they lie or in room. What is read next is asked for."""
    cdef Py_ssize_t size = size_of(o), j
    ahead[0] = bytes_ahead(plan, o, k, n_rows)
    if lies_as(o, to_double, o.k):
        step[0] = o.row
        return o.data + k * o.row
    for j in range(n_classes if o.k == size else 0):
        ask_for(o.data + (k + j) * o.row + ahead[0], n_rows * size)
    ahead[0] = 0
    step[0] = n_rows << (3 if to_double else 2)
    return <const char *>block_of(plan.tier, o, to_double, k, n_classes, 0, n_rows, 0, room)


cdef const char *coefficients_of_classes(const Plan *plan, xentc_scratch *scratch, const Operand *t_transposed,
                                         Py_ssize_t k, Py_ssize_t n_classes, Py_ssize_t n_rows,
                                         Py_ssize_t *step, Py_ssize_t *ahead) noexcept nogil:
    """w_k t_k of some classes, as classes_of has them."""
    cdef const char *block = classes_of(plan, t_transposed, plan.precision != XENTC_SINGLE, k, n_classes, n_rows,
                                        scratch.t, step, ahead)
    cdef const double *c
    cdef Py_ssize_t i, j
    if plan.class_weight == NULL:
        return block
    for j in range(n_classes):
        c = <const double *>(block + j * step[0])
        for i in range(n_rows):
            scratch.t[j * n_rows + i] = c[i] * plan.class_weight[k + j]
    step[0] = n_rows * sizeof(double)
    return <const char *>scratch.t


cdef inline Operand transposed(const Operand *o) noexcept nogil:
    """The same view with the two axes exchanged: a class is then a row of n_rows neighbours."""
    return operand(o.dtype, o.data, o.k, o.row)
