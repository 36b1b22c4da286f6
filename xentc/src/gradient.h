/* Derivatives of the row losses, element by element.

   With respect to logits A (W p_k - c_k), W = sum_k c_k; A is what the row's loss is multiplied by. At a
   maximum with p > 1/2, W p - c is (W - c) - W (1 - p), which keeps its digits for a sure and right
   prediction. An element's value depends on its own c alone and not on how it
   was found: with c == 0 it is the product that gradient_base makes. With respect to probabilities
   -A c_k / y_k, and 0 under the clip. */

/* Rows whose A or W is so large or small that a product on the way to an entry may leave the range of a double where
   the entry does not. A is made anew of s scale / divisor, about 1, and W brought into [1/2, 1). Their powers of two go
   to `shift`, by which entries are multiplied at last, and that of W to `down` too, by which coefficients are divided.
   With `logits` W is used, and the share of the others, which a small W makes subnormal. Whether there are any. */
static inline int is_extreme(double x) { return (x != 0.0) & !((fabs(x) >= 0x1p-300) & (fabs(x) <= 0x1p300)); }

static int normalise_rows(xentc_softmax *rows, const double *s, double scale, double divisor, int logits, ptrdiff_t n)
{
    int any = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double a = rows->factor[i], w = rows->weight[i], others = rows->others[i];
        int lost = (fabs(w * others) < 0x1p-960) & (w != 0.0) & (others != 0.0) & (fabs(a) > 1.0);
        rows->shift[i] = is_extreme(a) | (a == 0.0) | (logits & (is_extreme(w) | lost));
        rows->down[i] = 0;
        any |= rows->shift[i];
    }
    for (ptrdiff_t i = 0; any && i < n; i++) {
        double x = s ? s[i] : 1.0;
        int of_s, of_scale, of_divisor, of_w = 0;
        if (!rows->shift[i])
            continue;
        rows->shift[i] = 0;
        if (!isfinite(x) || !isfinite(divisor) || divisor == 0.0)
            continue;
        (void)frexp(scale, &of_scale);
        rows->factor[i] = 2.0 * frexp(scale, &of_scale) * frexp(x, &of_s) / frexp(divisor, &of_divisor);
        if (logits && isfinite(rows->weight[i]))
            rows->weight[i] = frexp(rows->weight[i], &of_w);
        rows->down[i] = of_w;
        rows->shift[i] = of_s + of_scale - 1 - of_divisor + of_w;
    }
    return any;
}

/* Constants of n rows, from the factor A and the weight W of each. A W / total is rounded once: what the product
   and the division lost is added (unless one of them is no number, or infinite). Whether any is too small to have
   all digits in float32. */
static int gradient_rows(xentc_softmax *rows, ptrdiff_t n)
{
    int any_tiny = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double a = rows->factor[i], w = rows->weight[i], total = rows->total[i];
        double p = a * w, quotient = p / total;
        double lost = (fma(a, w, -p) + fma(-quotient, total, p)) / total;
        rows->inverse[i] = lost - lost == 0.0 ? quotient + lost : quotient;
        rows->inverse_single[i] = (float)rows->inverse[i];
        any_tiny |= (fabs(rows->inverse[i]) < 0x1p-126) & (rows->inverse[i] != 0.0);
    }
    return any_tiny;
}

/* -A c / y where the product is too small for all its digits, or A is normalised. */
static inline int is_odd_product(double p) { return !(fabs(p) >= 0x1p-900); }

static double cold_quotient(const xentc_softmax *rows, ptrdiff_t row, double c, double y)
{
    double a = rows->factor[row], p = a * c;
    int of_a, of_c, of_y = 0;
    if (!(is_odd_product(p) || rows->shift[row]) || !(isfinite(a) && isfinite(c) && isfinite(y)))
        return -p / y;
    p = frexp(a, &of_a) * frexp(c, &of_c);
    p = -p / (y != 0.0 ? frexp(y, &of_y) : y);
    return isfinite(p) ? ldexp(p, of_a + of_c - of_y + rows->shift[row]) : p;
}

#define ONE_ROW_OR_EACH(STEPS, ...)                                                                             \
    do {                                                                                                        \
        if (step)                                                                                               \
            STEPS(__VA_ARGS__, 1);                                                                              \
        else                                                                                                    \
            STEPS(__VA_ARGS__, 0);                                                                              \
    } while (0)

#define DEFINE_GRADIENT(PRECISION, TYPE, INVERSE, EXP)                                                          \
    /* What the sums of softmax.h were made of, once more, where it was not kept. */                            \
    static void exponentials_##PRECISION(const void *z_, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, \
                                         int step, void *e_)                                                    \
    {                                                                                                           \
        const TYPE *z = z_;                                                                                     \
        TYPE *e = e_;                                                                                           \
        ptrdiff_t j = 0;                                                                                        \
        if (step) {                                                                                             \
            exp_rows_##PRECISION(z, n, rows, row, e);                                                           \
            return;                                                                                             \
        }                                                                                                       \
        for (; j + EXP_BLOCK <= n; j += EXP_BLOCK) {                                                            \
            TYPE block[EXP_BLOCK];                                                                              \
            exp_block_##PRECISION(z + j, rows->m_##PRECISION[row], rows->magic[row], rows->limit[row], block);  \
            memcpy(e + j, block, sizeof block);                                                                 \
        }                                                                                                       \
        for (; j < n; j++)                                                                                      \
            e[j] = EXP(z[j], row);                                                                              \
    }                                                                                                           \
                                                                                                                \
    /* A W p where c == 0, in the element type. */                                                              \
    static inline void base_steps_##PRECISION(const TYPE *restrict e, ptrdiff_t n, const xentc_softmax *rows,   \
                                              ptrdiff_t row, TYPE *restrict g, int step)                        \
    {                                                                                                           \
        const TYPE *restrict inverse = rows->INVERSE + row;                                                     \
        for (ptrdiff_t j = 0; j < n; j++)                                                                       \
            g[j] = e[j] * inverse[j * step];                                                                    \
    }                                                                                                           \
    static void gradient_base_##PRECISION(const void *e, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, \
                                          int step, void *g)                                                    \
    {                                                                                                           \
        ONE_ROW_OR_EACH(base_steps_##PRECISION, e, n, rows, row, g);                                            \
    } \
                                                                                                                \
    /* The same of n_classes classes of n rows side by side: e at `step` elements from one class to the next, or \
       (NULL) made of z, g in bytes. */                                                                         \
    static void gradient_classes_##PRECISION(const char *e_, ptrdiff_t step, const char *z, ptrdiff_t stride,   \
                                             ptrdiff_t n_classes, ptrdiff_t n, const xentc_softmax *rows,       \
                                             ptrdiff_t row, char *g, ptrdiff_t g_stride)                        \
    {                                                                                                           \
        for (ptrdiff_t k = 0; k < n_classes; k++) {                                                             \
            TYPE made[XENTC_TILE_ROWS];                                                                         \
            const TYPE *e = (const TYPE *)e_ + k * step;                                                        \
            if (!e_) {                                                                                          \
                exp_rows_##PRECISION((const TYPE *)(z + k * stride), n, rows, row, made);                       \
                e = made;                                                                                       \
            }                                                                                                   \
            base_steps_##PRECISION(e, n, rows, row, (TYPE *)(g + k * g_stride), 1);                             \
        }                                                                                                       \
    }                                                                                                           \
                                                                                                                \
    static inline void gradient_steps_##PRECISION(const double *restrict c, const TYPE *restrict z,             \
                                                  const TYPE *restrict exponential, ptrdiff_t n,                \
                                                  const xentc_softmax *rows, ptrdiff_t row, double *restrict g, \
                                                  int step)                                                     \
    {                                                                                                           \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            ptrdiff_t i = row + j * step;                                                                       \
            double e = exponential[j], factor = rows->factor[i], weight = rows->weight[i];                      \
            double base = (double)((TYPE)e * rows->INVERSE[i]);                                                 \
            double at_maximum = factor * fma(-weight, rows->others[i], weight - c[j]);                          \
            double part = factor * c[j]; /* and what it lost */                                                 \
            double elsewhere = fma(e, rows->inverse[i], -part) - fma(factor, c[j], -part);                      \
            int sure = (z[j] == rows->m_##PRECISION[i]) & (rows->others[i] < 0.5);                              \
            double value = sure ? at_maximum : elsewhere;                                                       \
            g[j] = c[j] != 0.0 ? value : base;                                                                  \
        }                                                                                                       \
    }                                                                                                           \
    static void gradient_logits_##PRECISION(const double *c, const void *z, const void *e, ptrdiff_t n,         \
                                            const xentc_softmax *rows, ptrdiff_t row, int step, double *g)      \
    {                                                                                                           \
        ONE_ROW_OR_EACH(gradient_steps_##PRECISION, c, z, e, n, rows, row, g);                                  \
    }                                                                                                           \
                                                                                                                \
    static inline void clip_steps_##PRECISION(const double *restrict c, const TYPE *restrict y, ptrdiff_t n,    \
                                              double eps, const xentc_softmax *rows, ptrdiff_t row,             \
                                              double *restrict g, int step)                                     \
    {                                                                                                           \
        int odd = 0;                                                                                            \
        for (ptrdiff_t j = 0; j < (step ? n : 1); j++)                                                          \
            odd |= rows->shift[row + j];                                                                        \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            double p = rows->factor[row + j * step] * c[j], value = -p / (double)y[j];                          \
            int used = (c[j] != 0.0) & !(y[j] < (TYPE)eps);                                                     \
            g[j] = used ? value : 0.0;                                                                          \
            odd |= used & is_odd_product(p);                                                                    \
        }                                                                                                       \
        for (ptrdiff_t j = 0; odd && j < n; j++)                                                                \
            if (c[j] != 0.0 && !(y[j] < (TYPE)eps))                                                             \
                g[j] = cold_quotient(rows, row + j * step, c[j], (double)y[j]);                                 \
    }                                                                                                           \
    static void gradient_probabilities_##PRECISION(const double *c, const void *y, ptrdiff_t n, double eps,     \
                                                   const xentc_softmax *rows, ptrdiff_t row, int step,          \
                                                   double *g)                                                   \
    {                                                                                                           \
        ONE_ROW_OR_EACH(clip_steps_##PRECISION, c, y, n, eps, rows, row, g);                                    \
    }                                                                                                           \
                                                                                                                \
    /* The diagonal of the second derivative, A W p (1 - p). */                                                 \
    static inline void hessian_steps_##PRECISION(const TYPE *restrict z, const TYPE *restrict e, ptrdiff_t n,   \
                                                 const xentc_softmax *rows, ptrdiff_t row, double *restrict h,  \
                                                 int step)                                                      \
    {                                                                                                           \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            ptrdiff_t i = row + j * step;                                                                       \
            double p = (double)e[j] / rows->total[i];                                                           \
            double q = z[j] == rows->m_##PRECISION[i] ? rows->others[i] : 1.0 - p;                              \
            h[j] = rows->factor[i] * rows->weight[i] * (p * q);                                                 \
        }                                                                                                       \
    }                                                                                                           \
    static void hessian_##PRECISION(const void *z, const void *e, ptrdiff_t n, const xentc_softmax *rows,       \
                                    ptrdiff_t row, int step, double *h)                                         \
    {                                                                                                           \
        ONE_ROW_OR_EACH(hessian_steps_##PRECISION, z, e, n, rows, row, h);                                      \
    }

DEFINE_GRADIENT(single, float, inverse_single, EXP_OF_ROW_SINGLE)
DEFINE_GRADIENT(double, double, inverse, EXP_OF_ROW_DOUBLE)
