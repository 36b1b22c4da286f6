/* The part of short.h that depends on the element type (real_single.h). */

/* At most TILE rows to `to`; the classes of y are neighbours, its rows lie `row` bytes apart. They return 0
   where the general way must do them: `to` is then as it was, or holds what must be written over. */
static inline int NAME(finish_short)(REAL *x, ptrdiff_t n, const xentc_ties *ties, double eps, double most, int negate,
                                     const char *y, ptrdiff_t row, int narrow, void *to)
{
    double last[TILE];
    ptrdiff_t whole = (n + STEP - 1) & -STEP;
    if (n == whole)
        return NAME(log_rows)(x, n, ties, (REAL)eps, (REAL)most, negate, y, row, narrow, to);
    for (ptrdiff_t i = n; i < whole; i++)
        x[i] = 1;
    if (!NAME(log_rows)(x, whole, ties, (REAL)eps, (REAL)most, negate, y, row, narrow, last))
        return 0;
    memcpy(to, last, (size_t)n * (narrow ? sizeof(float) : sizeof(double)));
    return 1;
}

static int NAME(label_rows)(const int64_t *label, const char *y, ptrdiff_t row, ptrdiff_t n, ptrdiff_t n_classes,
                            const xentc_ties *ties, double eps, double most, int negate, int narrow, void *to)
{
    REAL x[TILE];
    if (!labels_in_range(label, n, n_classes))
        return 0;
    for (ptrdiff_t part = 0; part < n; part += PART) {
        ptrdiff_t end = part + PART < n ? part + PART : n;
        prefetch_rows_of_part(y + part * row, row);
        for (ptrdiff_t i = part; i < end; i++)
            x[i] = *(const REAL *)(y + i * row + label[i] * (ptrdiff_t)sizeof(REAL));
    }
    return NAME(finish_short)(x, n, ties, eps, most, negate, y, row, narrow, to);
}

/* Of t and y whose rows lie one behind the other; `index` has room for TILE + SCAN_ROOM numbers. */
static int NAME(one_hot_rows)(const char *t_, const char *y_, ptrdiff_t n, ptrdiff_t n_classes, const xentc_ties *ties,
                              double eps, double most, int negate, uint32_t *index, int narrow, void *to)
{
    const REAL *t = (const REAL *)t_, *y = (const REAL *)y_;
    REAL x[TILE], one[TILE];
    ptrdiff_t row = n_classes * (ptrdiff_t)sizeof(REAL);
    const uint64_t nonzero_bits = sizeof(REAL) == 8 ? UINT64_C(0x7fffffffffffffff) : UINT64_C(0x7fffffff7fffffff);
    int ones = 1;
    if (scan_beside(t_, n * row, nonzero_bits, sizeof(REAL) == 8 ? 3 : 2, XENTC_SEARCH_AHEAD, y_ + XENTC_BESIDE_AHEAD,
                    index, TILE)
        != n)
        return 0;
    if (!one_in_each_row(index, n, n_classes))
        return 0;
    for (ptrdiff_t part = 0; part < n; part += PART) {
        ptrdiff_t end = part + PART < n ? part + PART : n;
        prefetch_rows_of_part(y_ + part * row, row);
        for (ptrdiff_t i = part; i < end; i++) {
            x[i] = y[index[i]];
            one[i] = t[index[i]];
        }
    }
    for (ptrdiff_t i = 0; i < n; i++)
        ones &= one[i] == 1;
    return ones && NAME(finish_short)(x, n, ties, eps, most, negate, y_, row, narrow, to);
}
