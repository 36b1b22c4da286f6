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

/* LANES terms of one row, and the signs of their coefficients. */
ALWAYS_INLINE lanes BY_COEFFICIENT(logit_product_lanes)(const REAL *c, const float *z, vector lse, vector lse_low,
                                                        vector_bits *signs)
{
    lanes product;
    for (int v = 0; v < N_VECTORS; v++) {
        vector w = NAME(widened)(c + v * VECTOR_LANES);
        vector q = (widened_single(z + v * VECTOR_LANES) - lse) - lse_low;
        *signs |= (vector_bits)w;
        product.v[v] = w * (vector)((vector_bits)q & (w != 0.0));
    }
    return product;
}

/* Adds the terms of n classes of one row to its lanes; `last` says that nothing may be read past them. */
ALWAYS_INLINE void BY_COEFFICIENT(add_logit_terms)(const REAL *c, const float *z, ptrdiff_t n, double lse,
                                                   double lse_low, int last, lanes *sum, vector_bits *signs)
{
    vector high = all_of(lse), low = all_of(lse_low);
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        __builtin_prefetch((const char *)(c + i) + AHEAD); /* z was read just before */
        add_lanes(sum, BY_COEFFICIENT(logit_product_lanes)(c + i, z + i, high, low, signs));
    }
    if (i < n) {
        REAL c_tail[LANES] = {0};
        float z_tail[LANES] = {0};
        vector_bits of_tail = {0};
        memcpy(c_tail, c + i, (size_t)(n - i) * sizeof *c);
        if (last)
            memcpy(z_tail, z + i, (size_t)(n - i) * sizeof *z);
        add_lanes(sum, BY_COEFFICIENT(logit_product_lanes)(c_tail, last ? z_tail : z + i, high, low, &of_tail));
        *signs |= of_tail;
    }
}

/* Rows sum_k c_k (z_k - lse), one behind the other, and a piece of one, from a multiple of LANES on, to its lanes: as
   of terms and sum_rows, and the terms stay in registers. */
static int BY_COEFFICIENT(logit_rows_single)(const void *c_, const void *z_, ptrdiff_t n_rows, ptrdiff_t n_classes,
                                             const double *lse, const double *lse_low, double *rows)
{
    const REAL *c = c_;
    const float *z = z_;
    vector_bits signs = {0};
    for (ptrdiff_t i = 0; i < n_rows; i++, c += n_classes, z += n_classes) {
        lanes sum = all_lanes(0.0);
        BY_COEFFICIENT(add_logit_terms)(c, z, n_classes, lse[i], lse_low[i], i + 1 == n_rows, &sum, &signs);
        rows[i] = join_single_lanes(sum);
    }
    return any_sign(signs);
}

static int BY_COEFFICIENT(logit_piece_single)(const void *c, const void *z, ptrdiff_t n, double lse, double lse_low,
                                              double *s)
{
    vector_bits signs = {0};
    lanes sum = load_lanes_double(s);
    BY_COEFFICIENT(add_logit_terms)(c, z, n, lse, lse_low, 1, &sum, &signs);
    store_lanes(s, sum);
    return any_sign(signs);
}
