/* The part of cold.h's search for special terms that depends on the element type (real_single.h). */

/* Of c times a logarithm of which x has the sign, or which it is: 0, 1, -1, infinite or NaN; c is not 0. */
ALWAYS_INLINE BITS NAME(special)(REAL c, REAL x)
{
    const REAL infinity = (REAL)INFINITY, huge = sizeof(REAL) == 8 ? (REAL)0x1p900 : infinity;
    REAL p = c * x, size = c < 0 ? -c : c;
    BITS bits = FLAG(p != p, (BITS)SPECIAL_NAN) | FLAG(p == infinity, (BITS)SPECIAL_ABOVE);
    bits |= FLAG(p == -infinity, (BITS)SPECIAL_BELOW);
    return bits | FLAG((size >= huge) & (size < infinity), (BITS)SPECIAL_ODD);
}

/* The sign of log x, which is an infinity where that is one. */
ALWAYS_INLINE REAL NAME(sign_of_log)(REAL x)
{
    const REAL infinity = (REAL)INFINITY;
    REAL sign = x > 1 ? 1 : x < 1 ? -1 : x - x;
    return x == 0 ? -infinity : x == infinity ? infinity : sign;
}

/* Of c log(max(y, eps)), and whether y is outside [0, most]. */
static void NAME(special_terms)(const void *c_, const void *y_, ptrdiff_t n, double eps_, double most_,
                                uint32_t *restrict found)
{
    const REAL *restrict c = c_, *restrict y = y_;
    const REAL eps = (REAL)eps_, most = (REAL)most_;
    for (ptrdiff_t i = 0; i < n; i++) {
        BITS bits = NAME(special)(c[i], NAME(sign_of_log)(y[i] < eps ? eps : y[i]))
                  | FLAG((y[i] < 0) | (y[i] > most), (BITS)SPECIAL_OUTSIDE);
        found[i] = (uint32_t)FLAG(c[i] != 0, bits);
    }
}

ALWAYS_INLINE void NAME(special_logits_steps)(const REAL *restrict c, const REAL *restrict z, ptrdiff_t n,
                                              const REAL *restrict lse, int step, uint32_t *restrict found)
{
    const REAL infinity = (REAL)INFINITY;
    for (ptrdiff_t i = 0; i < n; i++) {
        REAL low = lse[i * step], size = c[i] < 0 ? -c[i] : c[i];
        int finite = (z[i] > -infinity) & (z[i] < infinity) & (low > -infinity) & (low < infinity);
        BITS bits = finite ? FLAG(c[i] != c[i], (BITS)SPECIAL_NAN) | FLAG(size == infinity, (BITS)SPECIAL_ODD)
                           : NAME(special)(c[i], z[i] - low);
        found[i] = (uint32_t)FLAG(c[i] != 0, bits);
    }
}

/* Of c (z - lse) of whole rows, an lse for each. What is finite may overflow here, and is not looked at. */
static void NAME(special_logits)(const void *c_, const void *z_, ptrdiff_t n_rows, ptrdiff_t n_classes,
                                 const double *lse, uint32_t *found)
{
    const REAL *c = c_, *z = z_;
    REAL of_row, of_each[BLOCK];
    if (n_classes >= STEP) {
        for (ptrdiff_t i = 0; i < n_rows * n_classes; i += n_classes, lse++) {
            of_row = (REAL)*lse;
            NAME(special_logits_steps)(c + i, z + i, n_classes, &of_row, 0, found + i);
        }
        return;
    }
    for (ptrdiff_t i = 0; i < n_rows; i++)
        for (ptrdiff_t k = 0; k < n_classes; k++)
            of_each[i * n_classes + k] = (REAL)lse[i];
    NAME(special_logits_steps)(c, z, n_rows * n_classes, of_each, 1, found);
}
