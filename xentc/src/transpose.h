

/* Short rows transposed: class k of n rows contiguous, as the code for rows side by side wants them.

   As many rows as a vector has elements, and half as many classes, are transposed in registers: each half of a vector
   holds those classes of one row, and pairs of vectors are interleaved until each holds one class: the compiler makes
   shuffles of it.
   A row's part may end in the next row, or past the last. */
#define SQUARE_BYTES (XENTC_VECTOR_BYTES < 32 ? XENTC_VECTOR_BYTES : 32) /* of a row of a square */
typedef uint64_t square_bits __attribute__((vector_size(SQUARE_BYTES)));

/* Halves of a vector from two places in memory. */

static inline square_bits two_halves(const void *first, const void *second)
{
#if defined(__x86_64__) && XENTC_VECTOR_BYTES >= 32
    return (square_bits)_mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(first)), _mm_loadu_ps(second), 1);
#else
    uint64_t half[2];
    memcpy(&half[0], first, sizeof half[0]);
    memcpy(&half[1], second, sizeof half[1]);
    return (square_bits){half[0], half[1]};
#endif
}

#include "real_single.h"
#include "transpose_body.h"
#include "real_double.h"
#include "transpose_body.h"
