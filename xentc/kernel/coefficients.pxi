# The coefficients c_k = w_k t'_k as the gradient wants them: in float64, smoothed, for runs of elements.


cdef const double *gradient_coefficients(const Plan *plan, xentc_scratch *scratch, const Operand *t, Py_ssize_t row,
                                         Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """w_k t'_k of classes first, ... of a row into scratch.t; without t (NULL) t_k = 0. NULL where all are 0."""
    cdef Py_ssize_t j
    cdef const double *c
    if t == NULL and plan.uniform == 0.0:
        return NULL
    if t == NULL or plan.keep == 0.0:
        for j in range(n):
            scratch.t[j] = plan.uniform * weight_of(plan, first + j)
    else:
        c = <const double *>block_of(plan.tier, t, True, row, 1, first, n, 0, scratch.t)
        for j in range(n):
            scratch.t[j] = coefficient(plan, weight_of(plan, first + j), c[j])
    return scratch.t


cdef inline double weight_of(const Plan *plan, Py_ssize_t k) noexcept nogil:
    return plan.class_weight[k] if plan.class_weight != NULL else 1.0


cdef inline double coefficient(const Plan *plan, double weight, double t) noexcept nogil:
    """w_k t'_k, rounded as their sum W is in finish_rows: of one term W - c is exactly 0."""
    cdef double c = weight * t
    return c if plan.uniform == 0.0 else (plan.keep * c if plan.keep else 0.0) + plan.uniform * weight


cdef const double *gradient_coefficients_of_class(const Plan *plan, xentc_scratch *scratch, const Operand *t_transposed,
                                                  Py_ssize_t k, Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """The same of class k of rows first, ...; t_transposed is t with its axes exchanged."""
    cdef Py_ssize_t j
    cdef double weight = weight_of(plan, k)
    cdef const double *c
    if t_transposed == NULL and plan.uniform == 0.0:
        return NULL
    if t_transposed == NULL or plan.keep == 0.0:
        for j in range(n):
            scratch.t[j] = plan.uniform * weight
        return scratch.t
    c = <const double *>block_of(plan.tier, t_transposed, True, k, 1, first, n, 0, scratch.t)
    for j in range(n):
        scratch.t[j] = coefficient(plan, weight, c[j])
    return scratch.t


cdef const double *csr_coefficients(const Plan *plan, xentc_scratch *scratch, const Tile *tile, Py_ssize_t first,
                                    Py_ssize_t n, Py_ssize_t *cursor) noexcept nogil:
    """Those of a row of many entries; `cursor` is at its first entry that was not met yet."""
    cdef Py_ssize_t stop = tile.entries.start[1], size = bytes_of(plan.index_dtype), j
    cdef int64_t k
    cdef double value
    for j in range(n):
        scratch.t[j] = plan.uniform * weight_of(plan, first + j)
    while cursor[0] < stop:
        plan.tier.elements.load_index[plan.index_dtype](plan.csr_indices + cursor[0] * size, size, 1, &k)
        if k >= first + n:
            break
        if k < first:       # the caller's memory has changed since it was looked at: any value, but no step outside
            cursor[0] += 1
            continue
        plan.tier.elements.load[True][tile.t.dtype](tile.t.data + (cursor[0] << tile.t.log2_size), 0, 1, &value)
        scratch.t[k - first] = coefficient(plan, weight_of(plan, k), value)
        cursor[0] += 1
    return scratch.t
