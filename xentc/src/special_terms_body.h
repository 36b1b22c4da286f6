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

/* Of c log(max(y, eps)), and whether y is outside [0, most]. */
static void NAME(special_terms)(const void *c_, const void *y_, ptrdiff_t n, double eps_, double most_,
                                uint32_t *restrict found)
{
    const REAL *restrict c = c_, *restrict y = y_;
    const REAL eps = (REAL)eps_, most = (REAL)most_, infinity = (REAL)INFINITY;
    for (ptrdiff_t i = 0; i < n; i++) {
        REAL x = y[i] < eps ? eps : y[i], sign = x > 1 ? 1 : x < 1 ? -1 : x - x;
        sign = x == 0 ? -infinity : x == infinity ? infinity : sign;
        BITS bits = NAME(special)(c[i], sign) | FLAG((y[i] < 0) | (y[i] > most), (BITS)SPECIAL_OUTSIDE);
        found[i] = (uint32_t)FLAG(c[i] != 0, bits);
    }
}
