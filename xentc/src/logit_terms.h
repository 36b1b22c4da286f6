/* Terms a + b = c (z - lse): log y_k is z_k - lse. A term with c == 0 is exactly 0 whatever z is. One lse for
   all (step 0), or one each. */
static inline void terms_logits_double_steps(const double *restrict c, const double *restrict z, ptrdiff_t n,
                                             const double *restrict lse, const double *restrict lse_low, int step,
                                             double *restrict a, double *restrict b)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double q = z[i], q_low = -lse_low[i * step];
        TWO_SUM_INTO(q, q_low, -lse[i * step], 0.0);
        uint64_t keep = -(uint64_t)(c[i] != 0.0);
        q = double_of_bits(bits_of_double(q) & keep);
        q_low = double_of_bits(bits_of_double(q_low) & keep);
        double p = c[i] * q;
        a[i] = p;
        b[i] = fma(c[i], q_low, fma(c[i], q, -p));
    }
}

static void terms_logits_double(const void *c, const void *z, ptrdiff_t n, const double *lse, const double *lse_low,
                                int step, double *a, double *b)
{
    if (step)
        terms_logits_double_steps(c, z, n, lse, lse_low, 1, a, b);
    else
        terms_logits_double_steps(c, z, n, lse, lse_low, 0, a, b);
}

#define DEFINE_TERMS_LOGITS(NAME, TYPE)                                                                         \
    static inline void NAME##_steps(const TYPE *restrict c, const float *restrict z, ptrdiff_t n,               \
                                    const double *restrict lse, const double *restrict lse_low, int step,       \
                                    double *restrict a)                                                         \
    {                                                                                                           \
        for (ptrdiff_t i = 0; i < n; i++) {                                                                     \
            double q = ((double)z[i] - lse[i * step]) - lse_low[i * step];                                      \
            uint64_t keep = -(uint64_t)((double)c[i] != 0.0);                                                   \
            a[i] = (double)c[i] * double_of_bits(bits_of_double(q) & keep);                                     \
        }                                                                                                       \
    }                                                                                                           \
    static void NAME(const void *c, const void *z, ptrdiff_t n, const double *lse, const double *lse_low,       \
                     int step, double *a, double *b)                                                            \
    {                                                                                                           \
        (void)b;                                                                                                \
        if (step)                                                                                               \
            NAME##_steps(c, z, n, lse, lse_low, 1, a);                                                          \
        else                                                                                                    \
            NAME##_steps(c, z, n, lse, lse_low, 0, a);                                                          \
    }

DEFINE_TERMS_LOGITS(terms_logits_single, float)
DEFINE_TERMS_LOGITS(terms_logits_single_wide, double)
