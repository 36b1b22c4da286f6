/* The terms of float32 y by the type of their coefficients, which is the REAL of this body (real_single.h). */

/* One float64 a term holds all digits that a float32 result needs. Two loops, so that the first has sixteen 32-bit
   lanes and the second reads them back widened by its loads: 0.31 ns a term against 0.38 in one loop (AVX-512). */
ALWAYS_INLINE int BY_COEFFICIENT(terms_single_way)(const REAL *restrict c, const float *restrict y, ptrdiff_t n,
                                                   float eps, float most, int look, int tiny, double *restrict a)
{
    float f[BLOCK + STEP], e[BLOCK + STEP];
    const uint32_t end_of_y = end_of_single(most);
    BITS signs = 0;
    n &= -STEP;
    for (ptrdiff_t i = 0; i < n; i++) {
        uint32_t keep = -(uint32_t)(c[i] != 0);
        signs |= NAME(bits_of)(c[i]);
        if (look)
            split_looking_single(used_single(keep, y[i]), eps, tiny, end_of_y, f + i, e + i);
        else
            split_single(used_single(keep, y[i] < eps ? eps : y[i]), f + i, e + i);
    }
    for (ptrdiff_t part = 0; part < n; part += PART) {
        ptrdiff_t end = part + PART < n ? part + PART : n;
        prefetch_part(c + part, sizeof *c);
        prefetch_part(y + part, sizeof *y);
        for (ptrdiff_t i = part; i < end; i++)
            a[i] = (double)c[i] * join_single((double)f[i], (double)e[i]);
    }
    return signs >> (8 * sizeof signs - 1) != 0;
}

static int BY_COEFFICIENT(terms_single_steps)(const REAL *c, const float *y, ptrdiff_t n, float eps, float most,
                                              double *a)
{
    if (!(most < INFINITY))
        return BY_COEFFICIENT(terms_single_way)(c, y, n, eps, most, 0, 0, a);
    return is_tiny_single(eps) ? BY_COEFFICIENT(terms_single_way)(c, y, n, eps, most, 1, 1, a)
                               : BY_COEFFICIENT(terms_single_way)(c, y, n, eps, most, 1, 0, a);
}

static int BY_COEFFICIENT(terms_single)(const void *c_, const void *y_, ptrdiff_t n, double eps, double most, double *a,
                                        double *b)
{
    const REAL *c = c_;
    const float *y = y_;
    ptrdiff_t whole = n & -STEP;
    (void)b;
    int signs = BY_COEFFICIENT(terms_single_steps)(c, y, whole, (float)eps, (float)most, a);
    if (whole < n) {
        REAL c_tail[STEP] = {0};
        float y_tail[STEP] = {0};
        memcpy(c_tail, c + whole, (size_t)(n - whole) * sizeof *c);
        memcpy(y_tail, y + whole, (size_t)(n - whole) * sizeof *y);
        signs |= BY_COEFFICIENT(terms_single_steps)(c_tail, y_tail, STEP, (float)eps, (float)most, a + whole);
    }
    return signs;
}
