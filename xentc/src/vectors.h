/* Vectors of the tier's own width, and LANES numbers as so many of them as it takes. */
#include "tiers.h"

#define LANES XENTC_LANES

/* Bytes of a vector. gcc turns arithmetic on wider ones than the tier has into scalar code. */
#ifndef XENTC_VECTOR_BYTES
#define XENTC_VECTOR_BYTES 16
#endif
#define VECTOR_LANES (XENTC_VECTOR_BYTES / 8)
#define N_VECTORS (LANES / VECTOR_LANES)

/* float64, and integers of its size; float32, and integers of its. Half a vector of float32 fills one of float64. */
typedef double vector __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(8), may_alias));
typedef int64_t vector_bits __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(8), may_alias));
typedef uint64_t vector_words __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(4), may_alias));
typedef float float_vector __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(4), may_alias));
typedef int32_t float_bits __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(4), may_alias));
typedef uint32_t float_words __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(4), may_alias));
typedef float half_vector __attribute__((vector_size(XENTC_VECTOR_BYTES / 2), aligned(4), may_alias));

/* LANES values: of a sum (fold.h) or a product (product.h), and the integers beside them. */
typedef struct {
    vector v[N_VECTORS];
} lanes;
typedef struct {
    vector_words v[N_VECTORS];
} word_lanes;

static inline lanes all_lanes(double x)
{
    lanes r;
    for (int v = 0; v < N_VECTORS; v++)
        r.v[v] = (vector){0} + x;
    return r;
}

static inline lanes load_lanes_double(const double *p)
{
    lanes r;
    for (int v = 0; v < N_VECTORS; v++)
        r.v[v] = *(const vector *)(p + v * VECTOR_LANES);
    return r;
}

static inline lanes load_lanes_single(const float *p)
{
    lanes r;
    for (int v = 0; v < N_VECTORS; v++)
        r.v[v] = __builtin_convertvector(*(const half_vector *)(p + v * VECTOR_LANES), vector);
    return r;
}

static inline void store_lanes(double *p, lanes x)
{
    for (int v = 0; v < N_VECTORS; v++)
        *(vector *)(p + v * VECTOR_LANES) = x.v[v];
}

/* The first `count` lanes of x, the others `others`. */
static inline lanes first_lanes(lanes x, ptrdiff_t count, double others)
{
    static const int64_t number[LANES] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int v = 0; v < N_VECTORS; v++) {
        vector_bits mask = *(const vector_bits *)(number + v * VECTOR_LANES) < (vector_bits){0} + (int64_t)count;
        x.v[v] = (vector)(((vector_bits)x.v[v] & mask) | ((vector_bits)((vector){0} + others) & ~mask));
    }
    return x;
}

/* Element i of the result is element i + by of x, past the end from the beginning. */
static inline vector rotated(vector x, int by)
{
    vector r = x;
    for (int j = 0; j < VECTOR_LANES; j++)
        r[j] = x[(j + by) % VECTOR_LANES];
    return r;
}

#include "real_single.h"
#include "vectors_body.h"
#include "real_double.h"
#include "vectors_body.h"

/* The elements of a where the mask is set, those of b elsewhere; INTEGERS are those of a body. (gcc makes more
   instructions of a function.) */
#define SELECT(TYPE, mask, a, b) ((TYPE)(((INTEGERS)(a) & (mask)) | ((INTEGERS)(b) & ~(mask))))
