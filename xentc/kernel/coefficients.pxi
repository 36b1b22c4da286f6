# The coefficients c_k = w_k t'_k as the gradient wants them: in float64, smoothed, for runs of elements.


cdef const double *gradient_coefficients(const Plan *plan, xentc_scratch *w, const Operand *t, Py_ssize_t row,
                                         Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """w_k t'_k of classes first, ... of a row into w.t; without t (NULL) t_k = 0. NULL where all are 0."""
    cdef Py_ssize_t j
    cdef const double *c
    if t == NULL and plan.uniform == 0.0:
        return NULL
    if t == NULL or plan.keep == 0.0:
        for j in range(n):
            w.t[j] = plan.uniform * weight_of(plan, first + j)
    else:
        c = <const double *>block_of(plan.tier, t, True, row, 1, first, n, 0, w.t)
        for j in range(n):
            w.t[j] = coefficient(plan, weight_of(plan, first + j), c[j])
    return w.t


cdef inline double weight_of(const Plan *plan, Py_ssize_t k) noexcept nogil:
    return plan.class_weight[k] if plan.class_weight != NULL else 1.0


cdef inline double coefficient(const Plan *plan, double weight, double t) noexcept nogil:
    """w_k t'_k, rounded as their sum W is in finish_rows: of one term W - c is exactly 0."""
    cdef double c = weight * t
    return c if plan.uniform == 0.0 else (plan.keep * c if plan.keep else 0.0) + plan.uniform * weight


cdef const double *gradient_coefficients_of_class(const Plan *plan, xentc_scratch *w, const Operand *t_turned,
                                                  Py_ssize_t k, Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """The same of class k of rows first, ...; t_turned is t with its axes exchanged."""
    cdef Py_ssize_t j
    cdef double weight = weight_of(plan, k)
    cdef const double *c
    if t_turned == NULL and plan.uniform == 0.0:
        return NULL
    if t_turned == NULL or plan.keep == 0.0:
        for j in range(n):
            w.t[j] = plan.uniform * weight
        return w.t
    c = <const double *>block_of(plan.tier, t_turned, True, k, 1, first, n, 0, w.t)
    for j in range(n):
        w.t[j] = coefficient(plan, weight, c[j])
    return w.t


cdef const double *csr_coefficients(const Plan *plan, xentc_scratch *w, const Tile *tile, Py_ssize_t first,
                                    Py_ssize_t n, Py_ssize_t *cursor) noexcept nogil:
    """Those of a row of many entries; `cursor` is at its first entry that was not met yet."""
    cdef Py_ssize_t stop = tile.entries.start[1], size = bytes_of(plan.index_dtype), j
    cdef int64_t k
    cdef double value
    for j in range(n):
        w.t[j] = plan.uniform * weight_of(plan, first + j)
    while cursor[0] < stop:
        plan.tier.elements.load_index[plan.index_dtype](plan.csr_indices + cursor[0] * size, size, 1, &k)
        if k >= first + n:
            break
        if k < first:       # the caller's memory has changed since it was looked at: any value, but no step outside
            cursor[0] += 1
            continue
        plan.tier.elements.load[True][tile.t.dtype](tile.t.data + (cursor[0] << tile.t.log2_size), 0, 1, &value)
        w.t[k - first] = coefficient(plan, weight_of(plan, k), value)
        cursor[0] += 1
    return w.t
