/* Sums of logarithms with equal weights, as a likelihood: sum_k log x_k = log prod_k x_k.

   One multiplication a factor and one logarithm a row take the place of K logarithms. A row is multiplied in the
   lanes of fold.h. A lane is p 2^e; now and then the exponent of p moves to e, which is exact, so that when it
   is done changes no bit: before p could leave the range of a double. float64 factors go one by one, factor k to
   lane k mod LANES. float32 ones go in pairs, whose products float64 holds exactly: factors 2j and 2j + 1 to
   lane j mod LANES.

   K multiplications (K/2 of pairs) err by K 2^-53 at most, nearly always by far less, as they err to both sides. The
   logarithms of K >= 2 probabilities that sum to at most 1 sum to K log K or more in size, so that 2^-53 /
   log K is left of it. The caller takes a sum below K/4 term by term (uniform_part in kernel/uniform.pxi).
   What is no positive normal number, or above most, makes its row NaN; whether a y has a sign is told. */

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

static inline double join_exponents(word_lanes e)
{
    vector_words sum = e.v[0];
    for (int v = 1; v < N_VECTORS; v++)
        sum += e.v[v];
    for (int half = VECTOR_LANES / 2; half; half /= 2)
        sum += (vector_words)rotated((vector)sum, half);
    return (double)(int64_t)sum[0];
}

/* Whether max(y, eps) may be less than factors.h takes for an ordinary factor. */
static inline int is_small_single(float eps) { return is_tiny_single(eps); }
static inline int is_small_double(double eps) { return eps < 0x1p-120; }

#include "real_single.h"
#include "product_body.h"
#include "real_double.h"
#include "product_body.h"

/* One class of n rows, or, float32, two: each factor or pair goes to the one lane of its own row. If most is finite
   a y outside [0, most] makes its row NaN, and one with a sign may. */
ALWAYS_INLINE void multiply_class_double(const double *restrict y, ptrdiff_t n, double eps, int tiny, double most,
                                         int look, double *restrict p, double *restrict e)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double x = y[i] < eps ? eps : y[i], exponent;
        double mantissa = split_double(x, &exponent);
        int passes = (y[i] >= 0.0) & (x <= most) & (!tiny | (x >= 0x1p-1022));
        p[i] *= (look ? passes : is_normal_bits(bits_of_double(x))) ? mantissa : (double)NAN;
        e[i] += exponent;
    }
}

static void product_class_double(const void *y, const void *next, ptrdiff_t n, double eps, double most, double *p,
                                 double *e)
{
    (void)next;
    if (!(most < (double)INFINITY))
        multiply_class_double(y, n, eps, 0, most, 0, p, e);
    else if (is_tiny_double(eps))
        multiply_class_double(y, n, eps, 1, most, 1, p, e);
    else
        multiply_class_double(y, n, eps, 0, most, 1, p, e);
}

ALWAYS_INLINE double factor_single(float y, float eps, int tiny, uint32_t end, int look)
{
    float x = y < eps ? eps : y;
    uint32_t bits = bits_of_single(look ? y : x), first = look && !tiny ? 0 : MIN_NORMAL_BITS_32;
    return bits - first < end - first ? (double)x : (double)NAN;
}

ALWAYS_INLINE void multiply_class_single(const float *restrict y, const float *restrict next, ptrdiff_t n, float eps,
                                         int tiny, uint32_t end, int look, double *restrict p)
{
    if (next)
        for (ptrdiff_t i = 0; i < n; i++)
            p[i] *= factor_single(y[i], eps, tiny, end, look) * factor_single(next[i], eps, tiny, end, look);
    else
        for (ptrdiff_t i = 0; i < n; i++)
            p[i] *= factor_single(y[i], eps, tiny, end, look);
}

static void product_class_single(const void *y, const void *next, ptrdiff_t n, double eps_, double most, double *p,
                                 double *e)
{
    const float eps = (float)eps_;
    const uint32_t end = end_of_single((float)most);
    if (!(most < (double)INFINITY))
        multiply_class_single(y, next, n, eps, 0, end, 0, p);
    else if (is_tiny_single(eps))
        multiply_class_single(y, next, n, eps, 1, end, 1, p);
    else
        multiply_class_single(y, next, n, eps, 0, end, 1, p);
    product_renormalise(p, e, n);
}

/* rows[i] = log p + e ln 2 */
static void product_log(const double *restrict p, const double *restrict e, ptrdiff_t n, double *restrict rows)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double e_p, high, low, m = split_double(p[i], &e_p);
        join_double(e_p + e[i], m, &high, &low);
        rows[i] = p[i] == p[i] ? high + low : p[i];
    }
}

/* The same of the lanes of n rows that lie lane by lane: lane l of row i at p[l * n + i], joined in the tree. */
static void product_join(const double *p, const double *e, ptrdiff_t n, double *rows)
{
    double product[XENTC_TILE_ROWS], exponent[XENTC_TILE_ROWS];
    for (ptrdiff_t i = 0; i < n; i++) {
        double t[LANES], x = 0.0;
        for (int l = 0; l < LANES; l++) {
            t[l] = p[l * n + i];
            x += e[l * n + i];
        }
        for (int half = LANES / 2; half; half /= 2)
            for (int l = 0; l < half; l++)
                t[l] *= t[l + half];
        product[i] = t[0];
        exponent[i] = x;
    }
    product_log(product, exponent, n, rows);
}
