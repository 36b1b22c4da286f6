/* Terms a + b = c (z - lse): log y_k is z_k - lse. A term with c == 0 is exactly 0 whatever z is. One lse for
   all (step 0), or one each. They return whether a c has a sign (terms.h). */
static inline int terms_logits_double_steps(const double *restrict c, const double *restrict z, ptrdiff_t n,
                                            const double *restrict lse, const double *restrict lse_low, int step,
                                            double *restrict a, double *restrict b)
{
    uint64_t signs = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double q = z[i], q_low = -lse_low[i * step];
        two_sum(&q, &q_low, -lse[i * step], 0.0);
        uint64_t keep = -(uint64_t)(c[i] != 0.0);
        signs |= bits_of_double(c[i]);
        q = double_of_bits(bits_of_double(q) & keep);
        q_low = double_of_bits(bits_of_double(q_low) & keep);
        double p = c[i] * q;
        a[i] = p;
        b[i] = fma(c[i], q_low, fma(c[i], q, -p));
    }
    return signs >> 63 != 0;
}

static int terms_logits_double(const void *c, const void *z, ptrdiff_t n, const double *lse, const double *lse_low,
                               int step, double *a, double *b)
{
    return step ? terms_logits_double_steps(c, z, n, lse, lse_low, 1, a, b)
                : terms_logits_double_steps(c, z, n, lse, lse_low, 0, a, b);
}

static inline int any_sign(vector_bits signs)
{
    int64_t any = 0;
    for (int l = 0; l < VECTOR_LANES; l++)
        any |= signs[l];
    return any < 0;
}

/* The same for float32 z, with float32 or float64 c. */
#include "real_single.h"
#define BY_COEFFICIENT(x) x
#include "logit_terms_single_body.h"
#undef BY_COEFFICIENT
#include "real_double.h"
#define BY_COEFFICIENT(x) x##_wide
#include "logit_terms_single_body.h"
#undef BY_COEFFICIENT

/* Each of n_rows numbers n times; up to a vector past the end may be written. */
static void repeat_rows(const double *rows, ptrdiff_t n_rows, ptrdiff_t n, double *to)
{
    for (ptrdiff_t i = 0; i < n_rows; i++, to += n) {
        vector x = all_of(rows[i]);
        for (ptrdiff_t k = 0; k < n; k += VECTOR_LANES)
            *(vector *)(to + k) = x;
    }
}
