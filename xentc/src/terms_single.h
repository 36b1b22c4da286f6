/* The terms of float32 y: one float64 a term holds all digits that a float32 result needs. The coefficients c are
   float32, or float64 where weights were multiplied in: one body (terms_single_body.h), two element types.

   Two loops (log_single.h), the first with twice the lanes of the second. Nearly always the first needs no selection:
   with eps > 0 the logarithm is finite for every y in [0, most], and a c of 0 makes a 0 of it. One maximum tells: the
   bits of what is larger, of numbers with a sign and of NaN, as integers, are above those of `most`. Then the block is
   done over, with 1 in place of a y that is not used, and NaN for one that cannot be. */

static inline float used_single(uint32_t keep, float y)
{
    return single_of_bits((bits_of_single(y) & keep) | (bits_of_single(1.0f) & ~keep));
}

/* What prefetch_part asks for, a line at a time: of c and y in turn, if both are float32. */
ALWAYS_INLINE void prefetch_lanes(const void *c, const float *y, size_t size_of_c, ptrdiff_t i)
{
    if (size_of_c > sizeof *y || i % (2 * LANES) == 0)
        __builtin_prefetch((const char *)c + AHEAD);
    if (size_of_c > sizeof *y || i % (2 * LANES) != 0)
        __builtin_prefetch((const char *)y + AHEAD);
}

#include "real_single.h"
#define BY_COEFFICIENT(x) x
#include "terms_single_body.h"
#undef BY_COEFFICIENT
#include "real_double.h"
#define BY_COEFFICIENT(x) x##_wide
#include "terms_single_body.h"
#undef BY_COEFFICIENT
