/* The terms of float32 logits by the type of their coefficients, which is the REAL of this body (real_single.h). */

static inline int BY_COEFFICIENT(terms_logits_single_steps)(const REAL *restrict c, const float *restrict z,
                                                            ptrdiff_t n, const double *restrict lse,
                                                            const double *restrict lse_low, int step,
                                                            double *restrict a)
{
    uint64_t signs = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double q = ((double)z[i] - lse[i * step]) - lse_low[i * step];
        uint64_t keep = -(uint64_t)((double)c[i] != 0.0);
        signs |= bits_of_double((double)c[i]);
        a[i] = (double)c[i] * double_of_bits(bits_of_double(q) & keep);
    }
    return signs >> 63 != 0;
}

static int BY_COEFFICIENT(terms_logits_single)(const void *c, const void *z, ptrdiff_t n, const double *lse,
                                               const double *lse_low, int step, double *a, double *b)
{
    (void)b;
    return step ? BY_COEFFICIENT(terms_logits_single_steps)(c, z, n, lse, lse_low, 1, a)
                : BY_COEFFICIENT(terms_logits_single_steps)(c, z, n, lse, lse_low, 0, a);
}
