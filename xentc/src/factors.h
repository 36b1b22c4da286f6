/* The factors of a product (product.h): many float32 or float64 max(y, eps) to the lanes of a row.

   Both precisions first take every value for an ordinary one and note in `odd` where one is not; then, seldom,
   the run is done once more with a look at each. Lanes and bits are the same both ways. */

typedef struct {
    float_words v[N_VECTORS];
} float_word_lanes; /* 2 LANES float32, as integers */

#define MANTISSA_64 UINT64_C(0x000fffffffffffff)
#define HALF_BITS_64 UINT64_C(0x3fe0000000000000)
#define ONE_BITS_32 UINT32_C(0x3f800000)

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
   tells that there is something else: y < 0 or above most, an infinity or NaN, or (if eps is `tiny`, not normal
   itself) an x that is not normal. */
static inline float_word_lanes clip_halves(const float *y, float eps, float most, int tiny, float_words *odd)
{
    float_word_lanes x;
    const int32_t least = (int32_t)bits_of_single(eps);
    const uint32_t to_sign = UINT32_C(0x80000000) - end_of_single(most);
    for (int v = 0; v < N_VECTORS; v++) {
        float_bits bits = *(const float_bits *)(y + 2 * v * VECTOR_LANES), clipped = bits;
        for (int j = 0; j < 2 * VECTOR_LANES; j++) /* gcc makes one instruction of the loop */
            clipped[j] = bits[j] > least ? bits[j] : least;
        x.v[v] = (float_words)clipped;
        *odd |= (float_words)bits | ((float_words)bits + to_sign);
        if (tiny)
            *odd |= x.v[v] - MIN_NORMAL_BITS_32;
    }
    return x;
}

/* The first `count` of 2 LANES float32, the others 1. */
static inline float_word_lanes first_halves(float_word_lanes x, ptrdiff_t count)
{
    static const uint32_t index[2 * LANES] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (int v = 0; v < N_VECTORS; v++) {
        float_words i = *(const float_words *)(index + 2 * v * VECTOR_LANES);
        float_words mask = (float_words)(i < (float_words){0} + (uint32_t)count);
        x.v[v] = (x.v[v] & mask) | (ONE_BITS_32 & ~mask);
    }
    return x;
}

/* The exact products of two neighbours each. A float32 in the low or the high half of a word is put in the
   place of a float64, where its exponent wants 896 more: an addition. 1024 in the one and 768 in the other,
   which are bits it does not have, make 2^128 x and 2^-128 x of them, and the product is right. */
#define WIDENED UINT64_C(0x0fffffffe0000000)

static inline void multiply_pairs(lanes *p, float_word_lanes x)
{
    for (int v = 0; v < N_VECTORS; v++) {
        vector_words two = (vector_words)x.v[v];
        vector_words low = ((two << 29) & WIDENED) | (UINT64_C(768) << 52);
        vector_words high = ((two >> 3) & WIDENED) | (UINT64_C(1024) << 52);
        p->v[v] *= (vector)low * (vector)high;
    }
}

/* n factors to renormalised lanes, memory asked for ahead as in terms.h. Between, four pairs stay above 2^-1009
   and, since eight float32 do not reach 2^1024, finite. The last n % (2 LANES) are at `tail`, which is read to the
   end of its lanes. */
static inline void multiply_single(const float *y, ptrdiff_t n, const float *tail, float eps, float most, int tiny,
                                   lanes *p, word_lanes *e, float_words *odd)
{
    ptrdiff_t i = 0;
    for (; i + 8 * LANES <= n; i += 8 * LANES) {
        for (int j = 0; j < 8 * LANES; j += 2 * LANES) {
            __builtin_prefetch((const char *)(y + i + j) + AHEAD);
            multiply_pairs(p, clip_halves(y + i + j, eps, most, tiny, odd));
        }
        renormalise_lanes(p, e);
    }
    if (i == n)
        return;
    __builtin_prefetch((const char *)(y + i) + AHEAD);
    for (; i + 2 * LANES <= n; i += 2 * LANES) {
        __builtin_prefetch((const char *)(y + i + 2 * LANES) + AHEAD);
        multiply_pairs(p, clip_halves(y + i, eps, most, tiny, odd));
    }
    if (i < n)
        multiply_pairs(p, first_halves(clip_halves(tail, eps, most, tiny, odd), n - i));
    renormalise_lanes(p, e);
}

static inline int is_odd_single(float_words odd)
{
    uint32_t any = 0;
    for (int j = 0; j < 2 * VECTOR_LANES; j++)
        any |= odd[j];
    return any >> 31 != 0;
}

/* Beyond them multiply takes a factor for odd: none, and those of float64 that clip_doubles looks for. */
#define ORDINARY_LOW_single 0.0f
#define ORDINARY_HIGH_single INFINITY
#define ORDINARY_LOW_double 0x1p-120
#define ORDINARY_HIGH_double 0x1p120

/* Factors that are positive and normal, and room for 1 in 2 LANES behind them. */
static void multiply_clean_single(float *x, ptrdiff_t n, lanes *p, word_lanes *e)
{
    float_words odd = {0};
    for (ptrdiff_t i = 0; i < 2 * LANES; i++)
        x[n + i] = 1.0f;
    multiply_single(x, n, x + (n & -2 * LANES), 0.0f, INFINITY, 0, p, e, &odd);
}

/* float64, LANES of them: max(y, eps), a sign in `odd` where there is y < 0 or an x above most or outside
   2^-120 .. 2^120 (if eps is `tiny`, below the one). */
#define LARGE_BITS_64 ((UINT64_C(1023) + 120) << 52)
#define SMALL_BITS_64 ((UINT64_C(1023) - 120) << 52)

static inline lanes clip_doubles(const double *y, double eps, double most, int tiny, vector_words *odd)
{
    lanes x;
    const int64_t least = (int64_t)bits_of_double(eps);
    const uint64_t large = most < 0x1p120 ? bits_of_double(most) : LARGE_BITS_64;
    for (int v = 0; v < N_VECTORS; v++) {
        vector_bits bits = *(const vector_bits *)(y + v * VECTOR_LANES), clipped = bits;
        for (int j = 0; j < VECTOR_LANES; j++)
            clipped[j] = bits[j] > least ? bits[j] : least;
        x.v[v] = (vector)clipped;
        *odd |= (vector_words)bits | (large - (vector_words)clipped);
        if (tiny)
            *odd |= (vector_words)clipped - SMALL_BITS_64;
    }
    return x;
}

static inline void multiply_lanes(lanes *p, lanes m)
{
    for (int v = 0; v < N_VECTORS; v++)
        p->v[v] *= m.v[v];
}

static inline void multiply_double(const double *y, ptrdiff_t n, const double *tail, double eps, double most, int tiny,
                                   lanes *p, word_lanes *e, vector_words *odd)
{
    ptrdiff_t i = 0;
    for (; i + 8 * LANES <= n; i += 8 * LANES) {
        for (int j = 0; j < 8 * LANES; j += LANES) {
            __builtin_prefetch((const char *)(y + i + j) + AHEAD);
            multiply_lanes(p, clip_doubles(y + i + j, eps, most, tiny, odd));
        }
        renormalise_lanes(p, e);
    }
    if (i == n)
        return;
    __builtin_prefetch((const char *)(y + i) + AHEAD);
    for (; i + LANES <= n; i += LANES) {
        __builtin_prefetch((const char *)(y + i + LANES) + AHEAD);
        multiply_lanes(p, clip_doubles(y + i, eps, most, tiny, odd));
    }
    if (i < n)
        multiply_lanes(p, first_lanes(clip_doubles(tail, eps, most, tiny, odd), n - i, 1.0));
    renormalise_lanes(p, e);
}

static inline int is_odd_double(vector_words odd)
{
    uint64_t any = 0;
    for (int j = 0; j < VECTOR_LANES; j++)
        any |= odd[j];
    return any >> 63 != 0;
}

/* Here every factor is a mantissa, in [sqrt(1/2), sqrt(2)): BLOCK / LANES of them stay within 2^+-64. */
static void multiply_clean_double(const double *x, ptrdiff_t n, lanes *p, word_lanes *e)
{
    double m[BLOCK + LANES];
    int64_t exponent[BLOCK + LANES];
    for (ptrdiff_t i = 0; i < n; i++) {
        uint64_t shifted = bits_of_double(x[i]) - SQRT_HALF_BITS_64 + (UINT64_C(1023) << 52);
        m[i] = double_of_bits((shifted & MANTISSA_64) + SQRT_HALF_BITS_64);
        exponent[i] = (int64_t)(shifted >> 52) - 1023;
    }
    for (ptrdiff_t i = n; i < n + LANES; i++) {
        m[i] = 1.0;
        exponent[i] = 0;
    }
    for (ptrdiff_t i = 0; i < n; i += LANES) {
        multiply_lanes(p, load_lanes_double(m + i));
        for (int v = 0; v < N_VECTORS; v++)
            e->v[v] += *(const vector_words *)(exponent + i + v * VECTOR_LANES);
    }
    renormalise_lanes(p, e);
}
