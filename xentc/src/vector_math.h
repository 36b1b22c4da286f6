/* The few operations on whole vectors (fold.h) that compilers do not make of plain C: of a loop over the lanes of a
   vector variable gcc makes scalar code in about every third place, and no option of theirs contracts a product and a
   sum here, as the source asks for every fma itself. What an operation computes is the same on every tier. */

static inline vector fma_vector(vector x, vector y, vector z)
{
#if defined(__x86_64__) && XENTC_VECTOR_BYTES == 64
    return (vector)_mm512_fmadd_pd((__m512d)x, (__m512d)y, (__m512d)z);
#elif defined(__x86_64__) && XENTC_VECTOR_BYTES == 32
    return (vector)_mm256_fmadd_pd((__m256d)x, (__m256d)y, (__m256d)z);
#else
    vector sum = {0};
    for (int l = 0; l < VECTOR_LANES; l++)
        sum[l] = fma(x[l], y[l], z[l]);
    return sum;
#endif
}

static inline float_vector fma_floats(float_vector x, float_vector y, float_vector z)
{
#if defined(__x86_64__) && XENTC_VECTOR_BYTES == 64
    return (float_vector)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)z);
#elif defined(__x86_64__) && XENTC_VECTOR_BYTES == 32
    return (float_vector)_mm256_fmadd_ps((__m256)x, (__m256)y, (__m256)z);
#else
    float_vector sum = {0};
    for (int l = 0; l < PER_VECTOR_single; l++)
        sum[l] = fmaf(x[l], y[l], z[l]);
    return sum;
#endif
}

/* x > y ? x : y, so y where x is NaN. */
static inline float_vector larger_floats(float_vector x, float_vector y)
{
#if defined(__x86_64__) && XENTC_VECTOR_BYTES == 64
    return (float_vector)_mm512_max_ps((__m512)x, (__m512)y);
#elif defined(__x86_64__) && XENTC_VECTOR_BYTES == 32
    return (float_vector)_mm256_max_ps((__m256)x, (__m256)y);
#else
    float_bits is_larger = x > y;
    return (float_vector)(((float_bits)x & is_larger) | ((float_bits)y & ~is_larger));
#endif
}

static inline float_vector all_floats(float x) { return (float_vector){0} + x; }

/* VECTOR_LANES floats as doubles. */
static inline vector widened_single(const float *x)
{
#if defined(__x86_64__) && XENTC_VECTOR_BYTES == 64
    return (vector)_mm512_cvtps_pd(_mm256_loadu_ps(x));
#elif defined(__x86_64__) && XENTC_VECTOR_BYTES == 32
    return (vector)_mm256_cvtps_pd(_mm_loadu_ps(x));
#else
    return __builtin_convertvector(*(const half_vector *)x, vector);
#endif
}

static inline vector widened_double(const double *x) { return *(const vector *)x; }

/* And back, each rounded once. */
static inline void store_narrowed(float *to, vector x)
{
#if defined(__x86_64__) && XENTC_VECTOR_BYTES == 64
    _mm256_storeu_ps(to, _mm512_cvtpd_ps((__m512d)x));
#elif defined(__x86_64__) && XENTC_VECTOR_BYTES == 32
    _mm_storeu_ps(to, _mm256_cvtpd_ps((__m256d)x));
#else
    *(half_vector *)to = __builtin_convertvector(x, half_vector);
#endif
}

static inline vector all_of(double x) { return (vector){0} + x; }

/* Pairs of doubles at byte offsets at[0], at[1], ... of a table: their first and their second numbers. A pair is one
   load, half of which go straight to the upper part of a register; a gather takes several times as long. */
typedef struct {
    double first, second;
} pair;

/* The offsets are as large as float32, or as float64. */
#include "real_single.h"
#include "pairs_body.h"
#include "real_double.h"
#include "pairs_body.h"

/* A table of eight numbers of 32 bits, twice, at the last 3 bits of floats. */
static inline float_vector look_up_floats(const void *table, float_vector at)
{
#if defined(__x86_64__) && XENTC_VECTOR_BYTES == 64
    return (float_vector)_mm512_permutexvar_ps(_mm512_castps_si512((__m512)at), _mm512_load_ps(table));
#elif defined(__x86_64__) && XENTC_VECTOR_BYTES == 32
    return (float_vector)_mm256_permutevar8x32_ps(_mm256_load_ps(table), _mm256_castps_si256((__m256)at));
#else
    float_vector r = {0};
    for (int l = 0; l < PER_VECTOR_single; l++)
        r[l] = ((const float *)table)[((float_bits)at)[l] & 7];
    return r;
#endif
}
