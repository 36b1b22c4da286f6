/* Sums of logarithms with equal weights, as a likelihood: sum_k log x_k = log prod_k x_k.

   Of every x = 2^e m the exponents are added and the mantissas, in [sqrt(1/2), sqrt(2)), multiplied: one
   multiplication and one logarithm a row take the place of K logarithms. 1024 mantissas stay within 2^+-512;
   renormalising between such pieces is exact. The lanes are those of fold.h.

   K multiplications err by K 2^-53 at most, nearly always by far less, as they err to both sides. The
   logarithms of K >= 2 probabilities that sum to at most 1 sum to K log K or more in size, so that 2^-53 /
   log K is left of it. The caller takes a sum below K/4 term by term (uniform_part in kernel/uniform.pxi). */

/* Mantissas and exponents of max(y, eps), NaN for what is not a normal number. */
static void split_block_double(const void *y_, ptrdiff_t n, double eps, void *m_, void *e_)
{
    const double *restrict y = y_;
    double *restrict m = m_, *restrict e = e_;
    for (ptrdiff_t i = 0; i < n; i++) {
        double x = y[i] < eps ? eps : y[i];
        double mantissa = split_double(x, e + i);
        m[i] = is_normal_bits(bits_of_double(x)) ? mantissa : (double)NAN;
    }
}

static void split_block_single(const void *y_, ptrdiff_t n, double eps, void *m_, void *e_)
{
    const float *restrict y = y_;
    float *restrict m = m_, *restrict e = e_, floor = (float)eps;
    for (ptrdiff_t i = 0; i < n; i++) {
        float f;
        split_single(y[i] < floor ? floor : y[i], &f, e + i);
        m[i] = f + 1.0f; /* exact: f is a mantissa less 1 */
    }
}

#define DEFINE_PRODUCT(PRECISION, TYPE, LOAD, SUM, SUM_LANES)                                                   \
    /* n factors and their exponents to the lanes (p, e); up to LANES - 1 elements past n are read. */          \
    static inline void multiply_##PRECISION(const TYPE *m, const TYPE *x, ptrdiff_t n, lanes *p, lanes *e)      \
    {                                                                                                           \
        ptrdiff_t i = 0;                                                                                        \
        SUM_LANES sum = {0};                                                                                    \
        for (; i + LANES <= n; i += LANES) {                                                                    \
            multiply_lanes(p, LOAD(m + i));                                                                     \
            SUM(&sum, x + i);                                                                                   \
        }                                                                                                       \
        add_lanes(e, LOAD((const TYPE *)&sum));                                                                 \
        if (i < n) {                                                                                            \
            multiply_lanes(p, first_lanes(LOAD(m + i), n - i, 1.0));                                            \
            add_lanes(e, first_lanes(LOAD(x + i), n - i, 0.0));                                                 \
        }                                                                                                       \
    }                                                                                                           \
                                                                                                                \
    /* rows[i] = sum_k log(max(y_ik, eps)) of whole rows, at most BLOCK elements in all. */                     \
    static void product_rows_##PRECISION(const void *y, ptrdiff_t n_rows, ptrdiff_t n_classes, double eps,      \
                                         double *rows)                                                          \
    {                                                                                                           \
        TYPE m[BLOCK + STEP], x[BLOCK + STEP];                                                                  \
        double p[BLOCK], e[BLOCK];                                                                              \
        split_block_##PRECISION(y, n_rows * n_classes, eps, m, x);                                              \
        for (ptrdiff_t i = 0; i < n_rows; i++) {                                                                \
            lanes p_lanes = all_lanes(1.0), e_lanes = all_lanes(0.0);                                           \
            multiply_##PRECISION(m + i * n_classes, x + i * n_classes, n_classes, &p_lanes, &e_lanes);          \
            p[i] = join_product_lanes(p_lanes);                                                                 \
            e[i] = join_single_lanes(e_lanes);                                                                  \
        }                                                                                                       \
        log_of_products(p, e, n_rows, rows);                                                                    \
    }                                                                                                           \
                                                                                                                \
    /* A piece of one row, from a multiple of LANES on, at most BLOCK elements, to its lanes p[8], e[8]. */     \
    static void product_piece_##PRECISION(const void *y, ptrdiff_t n, double eps, double *p, double *e)         \
    {                                                                                                           \
        TYPE m[BLOCK + STEP], x[BLOCK + STEP];                                                                  \
        lanes p_lanes = load_lanes(p), e_lanes = load_lanes(e);                                                 \
        split_block_##PRECISION(y, n, eps, m, x);                                                               \
        multiply_##PRECISION(m, x, n, &p_lanes, &e_lanes);                                                      \
        store_lanes(p, p_lanes);                                                                                \
        store_lanes(e, e_lanes);                                                                                \
        product_renormalise(p, e, LANES);                                                                       \
    }                                                                                                           \
                                                                                                                \
    /* One class of n rows, at most BLOCK: each factor goes to the one lane of its own row. */                  \
    static void product_class_##PRECISION(const void *y, ptrdiff_t n, double eps, double *p, double *e)         \
    {                                                                                                           \
        TYPE m[BLOCK + STEP], x[BLOCK + STEP];                                                                  \
        split_block_##PRECISION(y, n, eps, m, x);                                                               \
        for (ptrdiff_t i = 0; i < n; i++) {                                                                     \
            p[i] *= (double)m[i];                                                                               \
            e[i] += (double)x[i];                                                                               \
        }                                                                                                       \
    }

/* Exponents are integers, whose sum over a block float32 holds exactly: no need to widen each. */
typedef struct { half_vector v[N_VECTORS]; } half_lanes;

static inline void sum_single(half_lanes *sum, const float *x)
{
    for (int v = 0; v < N_VECTORS; v++)
        sum->v[v] += *(const half_vector *)(x + v * VECTOR_LANES);
}

static inline void sum_double(lanes *sum, const double *x)
{
    for (int v = 0; v < N_VECTORS; v++)
        sum->v[v] += *(const vector *)(x + v * VECTOR_LANES);
}

static inline void multiply_lanes(lanes *p, lanes m)
{
    for (int v = 0; v < N_VECTORS; v++)
        p->v[v] *= m.v[v];
}

/* The tree of fold.h over lanes in registers. */
static inline double join_product_lanes(lanes p)
{
    for (int half = LANES / 2; half >= VECTOR_LANES; half /= 2)
        for (int v = 0; v < half / VECTOR_LANES; v++)
            p.v[v] *= p.v[v + half / VECTOR_LANES];
    for (int half = VECTOR_LANES / 2; half; half /= 2)
        p.v[0] *= rotated(p.v[0], half);
    return p.v[0][0];
}

static void product_renormalise(double *p, double *e, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double e_p, m = split_double(p[i], &e_p);
        p[i] = p[i] == p[i] ? m : p[i];
        e[i] += e_p;
    }
}

/* The same over the lanes of one row in memory, lane l at p[l * stride]. */
static inline void join_product(const double *p, const double *e, ptrdiff_t stride, double *product, double *exponent)
{
    double t[LANES], x[LANES];
    for (int l = 0; l < LANES; l++) {
        t[l] = p[l * stride];
        x[l] = e[l * stride];
    }
    for (int half = LANES / 2; half; half /= 2)
        for (int l = 0; l < half; l++) {
            t[l] *= t[l + half];
            x[l] += x[l + half];
        }
    *product = t[0];
    *exponent = x[0];
}

/* rows[i] = log p + e ln 2 */
static void log_of_products(const double *restrict p, const double *restrict e, ptrdiff_t n, double *restrict rows)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double e_p, high, low, m = split_double(p[i], &e_p);
        join_double(e_p + e[i], m, &high, &low);
        rows[i] = p[i] == p[i] ? high + low : p[i];
    }
}

DEFINE_PRODUCT(single, float, load_lanes_float, sum_single, half_lanes)
DEFINE_PRODUCT(double, double, load_lanes, sum_double, lanes)

/* The same from lanes that lie lane by lane: lane l of row i at p[l * n_rows + i]. */
static void product_join(const double *p, const double *e, ptrdiff_t n_rows, double *rows)
{
    double product[XENTC_TILE_ROWS], exponent[XENTC_TILE_ROWS];
    for (ptrdiff_t i = 0; i < n_rows; i++)
        join_product(p + i, e + i, n_rows, product + i, exponent + i);
    log_of_products(product, exponent, n_rows, rows);
}
