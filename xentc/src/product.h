/* Sums of logarithms with equal weights, as a likelihood: sum_k log x_k = log prod_k x_k.

   One multiplication a factor and one logarithm a row take the place of K logarithms. A row is multiplied in the
   lanes of fold.h. A lane is p 2^e; now and then the exponent of p moves to e, which is exact, so that when it
   is done changes no bit: before p could leave the range of a double. float64 factors go one by one, factor k to
   lane k mod LANES. float32 ones go in pairs, whose products float64 holds exactly: factors 2j and 2j + 1 to
   lane j mod LANES.

   K multiplications err by K 2^-53 at most, nearly always by far less, as they err to both sides. The
   logarithms of K >= 2 probabilities that sum to at most 1 sum to K log K or more in size, so that 2^-53 /
   log K is left of it. The caller takes a sum below K/4 term by term (uniform_part in kernel/uniform.pxi).
   What is no positive normal number makes its row NaN. */

typedef uint64_t vector_words __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(4), may_alias));
typedef int32_t vector_halves __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(4), may_alias));
typedef struct { vector_words v[N_VECTORS]; } word_lanes;
typedef struct { vector_halves v[N_VECTORS]; } half_lanes;

#define MANTISSA_64 UINT64_C(0x000fffffffffffff)
#define HALF_BITS_64 UINT64_C(0x3fe0000000000000)
#define ONE_BITS_64 INT64_C(0x3ff0000000000000)
#define ONE_BITS_32 INT32_C(0x3f800000)

/* p 2^e with p in [1/2, 1); p is positive and normal. */
static inline void renormalise_lanes(lanes *p, word_lanes *e)
{
    for (int v = 0; v < N_VECTORS; v++) {
        vector_words bits = (vector_words)p->v[v];
        e->v[v] += (bits >> 52) - 1022;
        p->v[v] = (vector)((bits & MANTISSA_64) | HALF_BITS_64);
    }
}

static void product_renormalise(double *p, double *e, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        uint64_t bits = bits_of_double(p[i]);
        e[i] += double_of_bits((bits >> 52) | UINT64_C(0x4330000000000000)) - (0x1p52 + 1022.0);
        p[i] = p[i] == p[i] ? double_of_bits((bits & MANTISSA_64) | HALF_BITS_64) : p[i];
    }
}

/* float32, 2 LANES of them: max(y, eps) as integers, which order positive numbers as they do. A sign in `odd`
   tells that there is something else: y < 0, an infinity or NaN, or (if eps is `tiny`, not normal itself) an x
   that is not normal. The next lines are asked for. */
static inline half_lanes clip_halves(const float *y, float eps, int tiny, vector_halves *odd)
{
    half_lanes x;
    const int32_t least = (int32_t)bits_of_float(eps);
    for (int v = 0; v < N_VECTORS; v++) {
        vector_halves bits = *(const vector_halves *)(y + 2 * v * VECTOR_LANES), clipped = bits;
        for (int j = 0; j < 2 * VECTOR_LANES; j++) /* gcc makes one instruction of the loop */
            clipped[j] = bits[j] > least ? bits[j] : least;
        *odd |= bits | (bits + (int32_t)MIN_NORMAL_BITS_32);
        if (tiny)
            *odd |= clipped - (int32_t)MIN_NORMAL_BITS_32;
        x.v[v] = clipped;
    }
    __builtin_prefetch((const char *)y + AHEAD);
    return x;
}

/* The first `count` of 2 LANES float32, the others 1. */
static inline half_lanes first_halves(half_lanes x, ptrdiff_t count)
{
    static const int32_t index[2 * LANES] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (int v = 0; v < N_VECTORS; v++) {
        vector_halves i = *(const vector_halves *)(index + 2 * v * VECTOR_LANES);
        vector_halves mask = i < (vector_halves){0} + (int32_t)count;
        x.v[v] = (x.v[v] & mask) | (ONE_BITS_32 & ~mask);
    }
    return x;
}

/* The exact products of two neighbours each. A float32 in the low or the high half of a word is put in the
   place of a float64, where its exponent wants 896 more: an addition. 1024 in the one and 768 in the other,
   which are bits it does not have, make 2^128 x and 2^-128 x of them, and the product is right. */
#define WIDENED UINT64_C(0x0fffffffe0000000)

static inline void multiply_pairs(lanes *p, half_lanes x)
{
    for (int v = 0; v < N_VECTORS; v++) {
        vector_words two = (vector_words)x.v[v];
        vector_words low = ((two << 29) & WIDENED) | (UINT64_C(768) << 52);
        vector_words high = ((two >> 3) & WIDENED) | (UINT64_C(1024) << 52);
        p->v[v] *= (vector)low * (vector)high;
    }
}

/* n factors to renormalised lanes. Between, four pairs stay above 2^-1009 and, since eight float32 do not reach
   2^1024, finite. The last n % (2 LANES) are at `tail`, which is read to the end of its lanes. */
static inline void multiply_single(const float *y, ptrdiff_t n, const float *tail, float eps, int tiny,
                                   lanes *p, word_lanes *e, vector_halves *odd)
{
    ptrdiff_t i = 0;
    for (; i + 8 * LANES <= n; i += 8 * LANES) {
        for (int j = 0; j < 8 * LANES; j += 2 * LANES)
            multiply_pairs(p, clip_halves(y + i + j, eps, tiny, odd));
        renormalise_lanes(p, e);
    }
    if (i == n)
        return;
    for (; i + 2 * LANES <= n; i += 2 * LANES)
        multiply_pairs(p, clip_halves(y + i, eps, tiny, odd));
    if (i < n)
        multiply_pairs(p, first_halves(clip_halves(tail, eps, tiny, odd), n - i));
    renormalise_lanes(p, e);
}

static inline int is_odd_single(vector_halves odd)
{
    int32_t any = 0;
    for (int j = 0; j < 2 * VECTOR_LANES; j++)
        any |= odd[j];
    return any < 0;
}

/* The same for a run of at most BLOCK that holds something odd. Returns whether all of it is normal. */
static int multiply_odd_single(const float *y, ptrdiff_t n, float eps, lanes *p, word_lanes *e)
{
    float x[BLOCK + 2 * LANES];
    uint32_t unfit = 0;
    vector_halves odd = {0};
    for (ptrdiff_t i = 0; i < n; i++) {
        float clipped = y[i] < eps ? eps : y[i];
        int normal = bits_of_float(clipped) - MIN_NORMAL_BITS_32 < INFINITY_BITS_32 - MIN_NORMAL_BITS_32;
        x[i] = normal ? clipped : 1.0f;
        unfit |= !normal;
    }
    for (ptrdiff_t i = 0; i < 2 * LANES; i++)
        x[n + i] = 1.0f;
    multiply_single(x, n, x + (n & -2 * LANES), eps, 0, p, e, &odd);
    return !unfit;
}

/* float64, LANES of them: max(y, eps), a sign in `odd` where there is y < 0 or an x outside 2^-120 .. 2^120
   (if eps is `tiny`, below the one). */
#define LARGE_BITS_64 (INT64_C(1023 + 120) << 52)
#define SMALL_BITS_64 (INT64_C(1023 - 120) << 52)

static inline lanes clip_doubles(const double *y, double eps, int tiny, vector_bits *odd)
{
    lanes x;
    const int64_t least = (int64_t)bits_of_double(eps);
    for (int v = 0; v < N_VECTORS; v++) {
        vector_bits bits = *(const vector_bits *)(y + v * VECTOR_LANES), clipped = bits;
        for (int j = 0; j < VECTOR_LANES; j++)
            clipped[j] = bits[j] > least ? bits[j] : least;
        *odd |= bits | (LARGE_BITS_64 - clipped);
        if (tiny)
            *odd |= clipped - SMALL_BITS_64;
        x.v[v] = (vector)clipped;
    }
    __builtin_prefetch((const char *)y + AHEAD);
    return x;
}

static inline void multiply_lanes(lanes *p, lanes m)
{
    for (int v = 0; v < N_VECTORS; v++)
        p->v[v] *= m.v[v];
}

static inline void multiply_double(const double *y, ptrdiff_t n, const double *tail, double eps, int tiny,
                                   lanes *p, word_lanes *e, vector_bits *odd)
{
    ptrdiff_t i = 0;
    for (; i + 8 * LANES <= n; i += 8 * LANES) {
        for (int j = 0; j < 8 * LANES; j += LANES)
            multiply_lanes(p, clip_doubles(y + i + j, eps, tiny, odd));
        renormalise_lanes(p, e);
    }
    if (i == n)
        return;
    for (; i + LANES <= n; i += LANES)
        multiply_lanes(p, clip_doubles(y + i, eps, tiny, odd));
    if (i < n)
        multiply_lanes(p, first_lanes(clip_doubles(tail, eps, tiny, odd), n - i, 1.0));
    renormalise_lanes(p, e);
}

static inline int is_odd_double(vector_bits odd)
{
    int64_t any = 0;
    for (int j = 0; j < VECTOR_LANES; j++)
        any |= odd[j];
    return any < 0;
}

/* Here every factor is a mantissa, in [sqrt(1/2), sqrt(2)): BLOCK / LANES of them stay within 2^+-64. */
static int multiply_odd_double(const double *y, ptrdiff_t n, double eps, lanes *p, word_lanes *e)
{
    double m[BLOCK + LANES];
    int64_t exponent[BLOCK + LANES];
    uint64_t unfit = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double clipped = y[i] < eps ? eps : y[i];
        uint64_t bits = bits_of_double(clipped), shifted = bits - SQRT_HALF_BITS_64 + (UINT64_C(1023) << 52);
        unfit |= !is_normal_bits(bits);
        m[i] = double_of_bits((shifted & MANTISSA_64) + SQRT_HALF_BITS_64);
        exponent[i] = (int64_t)(shifted >> 52) - 1023;
    }
    for (ptrdiff_t i = n; i < n + LANES; i++) {
        m[i] = 1.0;
        exponent[i] = 0;
    }
    for (ptrdiff_t i = 0; i < n; i += LANES) {
        multiply_lanes(p, load_lanes(m + i));
        for (int v = 0; v < N_VECTORS; v++)
            e->v[v] += *(const vector_words *)(exponent + i + v * VECTOR_LANES);
    }
    renormalise_lanes(p, e);
    return !unfit;
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

static inline double join_exponents(word_lanes e)
{
    vector_words sum = e.v[0];
    for (int v = 1; v < N_VECTORS; v++)
        sum += e.v[v];
    for (int half = VECTOR_LANES / 2; half; half /= 2)
        sum += (vector_words)rotated((vector)sum, half);
    return (double)(int64_t)sum[0];
}

static inline int is_tiny_single(float eps) { return bits_of_float(eps) < MIN_NORMAL_BITS_32; }
static inline int is_tiny_double(double eps) { return bits_of_double(eps) < SMALL_BITS_64; }

#define DEFINE_PRODUCT(PRECISION, TYPE, PER_STEP, ODD)                                                          \
    static inline ODD multiply_rows_##PRECISION(const TYPE *row, ptrdiff_t n_rows, ptrdiff_t n_classes, TYPE eps,\
                                                int tiny, double *p, double *e)                                 \
    {                                                                                                           \
        const TYPE *end = row + n_rows * n_classes;                                                             \
        TYPE last[PER_STEP];                                                                                    \
        ODD odd = {0};                                                                                          \
        for (ptrdiff_t i = 0; i < n_rows; i++, row += n_classes) {                                              \
            lanes p_lanes = all_lanes(1.0);                                                                     \
            word_lanes e_lanes = {{{0}}};                                                                       \
            const TYPE *tail = row + (n_classes & -(PER_STEP));                                                 \
            if (end - tail < PER_STEP) { /* nothing is read past the end */                                     \
                for (ptrdiff_t j = 0; j < PER_STEP; j++)                                                        \
                    last[j] = j < row + n_classes - tail ? tail[j] : 1;                                         \
                tail = last;                                                                                    \
            }                                                                                                   \
            multiply_##PRECISION(row, n_classes, tail, eps, tiny, &p_lanes, &e_lanes, &odd);                    \
            p[i] = join_product_lanes(p_lanes);                                                                 \
            e[i] = join_exponents(e_lanes);                                                                     \
        }                                                                                                       \
        return odd;                                                                                             \
    }                                                                                                           \
                                                                                                                \
    /* Products p 2^e of the rows of a block, at most BLOCK elements in all. */                                 \
    static void product_rows_##PRECISION(const void *y, ptrdiff_t n_rows, ptrdiff_t n_classes, double eps,      \
                                         double *p, double *e)                                                  \
    {                                                                                                           \
        const TYPE *row = y;                                                                                    \
        int tiny = is_tiny_##PRECISION((TYPE)eps);                                                              \
        ODD odd = tiny ? multiply_rows_##PRECISION(row, n_rows, n_classes, (TYPE)eps, 1, p, e)                  \
                       : multiply_rows_##PRECISION(row, n_rows, n_classes, (TYPE)eps, 0, p, e);                 \
        for (ptrdiff_t i = 0; is_odd_##PRECISION(odd) && i < n_rows; i++, row += n_classes) {                   \
            lanes p_lanes = all_lanes(1.0);                                                                     \
            word_lanes e_lanes = {{{0}}};                                                                       \
            int fit = multiply_odd_##PRECISION(row, n_classes, (TYPE)eps, &p_lanes, &e_lanes);                  \
            p[i] = fit ? join_product_lanes(p_lanes) : (double)NAN;                                             \
            e[i] = join_exponents(e_lanes);                                                                     \
        }                                                                                                       \
    }                                                                                                           \
                                                                                                                \
    /* A piece of one row, from a multiple of BLOCK on, at most BLOCK elements, to its lanes p[8], e[8]. */     \
    static void product_piece_##PRECISION(const void *y, ptrdiff_t n, double eps, double *p, double *e)         \
    {                                                                                                           \
        lanes p_lanes = load_lanes(p);                                                                          \
        word_lanes e_lanes = {{{0}}};                                                                           \
        TYPE last[PER_STEP];                                                                                    \
        ODD odd = {0};                                                                                          \
        ptrdiff_t whole = n & -(PER_STEP);                                                                      \
        int fit = p[0] == p[0];                                                                                 \
        for (ptrdiff_t j = 0; j < PER_STEP; j++)                                                                \
            last[j] = whole + j < n ? ((const TYPE *)y)[whole + j] : 1;                                         \
        multiply_##PRECISION(y, n, last, (TYPE)eps, is_tiny_##PRECISION((TYPE)eps), &p_lanes, &e_lanes, &odd);  \
        if (is_odd_##PRECISION(odd)) {                                                                          \
            p_lanes = load_lanes(p);                                                                            \
            e_lanes = (word_lanes){{{0}}};                                                                      \
            fit &= multiply_odd_##PRECISION(y, n, (TYPE)eps, &p_lanes, &e_lanes);                               \
        }                                                                                                       \
        store_lanes(p, fit ? p_lanes : all_lanes((double)NAN));                                                 \
        for (int l = 0; l < LANES; l++)                                                                         \
            e[l] += (double)(int64_t)e_lanes.v[l / VECTOR_LANES][l % VECTOR_LANES];                             \
    }

DEFINE_PRODUCT(single, float, 2 * LANES, vector_halves)
DEFINE_PRODUCT(double, double, LANES, vector_bits)

/* One class of n rows, or, float32, two: each factor or pair goes to the one lane of its own row. */
static void product_class_double(const void *y_, const void *next, ptrdiff_t n, double eps, double *restrict p,
                                 double *restrict e)
{
    const double *restrict y = y_;
    (void)next;
    for (ptrdiff_t i = 0; i < n; i++) {
        double x = y[i] < eps ? eps : y[i], exponent;
        double mantissa = split_double(x, &exponent);
        p[i] *= is_normal_bits(bits_of_double(x)) ? mantissa : (double)NAN;
        e[i] += exponent;
    }
}

static inline double factor_single(float y, float eps)
{
    float x = y < eps ? eps : y;
    int normal = bits_of_float(x) - MIN_NORMAL_BITS_32 < INFINITY_BITS_32 - MIN_NORMAL_BITS_32;
    return normal ? (double)x : (double)NAN;
}

static void product_class_single(const void *y_, const void *next_, ptrdiff_t n, double eps, double *restrict p,
                                 double *restrict e)
{
    const float *restrict y = y_, *restrict next = next_;
    if (next)
        for (ptrdiff_t i = 0; i < n; i++)
            p[i] *= factor_single(y[i], (float)eps) * factor_single(next[i], (float)eps);
    else
        for (ptrdiff_t i = 0; i < n; i++)
            p[i] *= factor_single(y[i], (float)eps);
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
