/* Sums of exponentials over rows side by side: EXP_LANES classes of EXP_BLOCK rows at a time, so that what is known of
   the rows is read once for all of them. Each term goes to the lane of exp_lanes.h.

   The reference of float32's exponentials is a power of two (exp.h). With another one each term is the same times a
   power of two, but for those that are 0 under one of them alone. So they need no maximum beforehand: the reference is
   guessed from the first classes, the maxima are found on the way, and what a row is not the same with is seen
   afterwards, by its least term that is not 0. A row is then read once. */
/* On the way: the largest element of each of EXP_BLOCK rows, and the bits of its least term less 1, of which those of 0
   are the largest. */
ALWAYS_INLINE void take_extremes(const float *z, const float *e, float *largest, uint32_t *least)
{
    uint32_t size[EXP_BLOCK];
    memcpy(size, e, sizeof size);
#pragma GCC unroll 1 /* gcc would unroll these before it looks for vectors */
    for (int l = 0; l < EXP_BLOCK; l++)
        largest[l] = z[l] > largest[l] ? z[l] : largest[l];
#pragma GCC unroll 1
    for (int l = 0; l < EXP_BLOCK; l++)
        least[l] = size[l] - 1 < least[l] ? size[l] - 1 : least[l];
}

#include "real_single.h"
#include "exp_columns_body.h"
#include "real_double.h"
#include "exp_columns_body.h"

/* Once the sums are made that were begun with start_rows of a guess: from the maxima what belongs to them, and the sums
   in the unit that goes with it. Whether there is a row that the guess does not serve; `wide` ones are done as float64
   anyway. */
static int settle_guess_single(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, double *s, int *any_wide)
{
    float guess[XENTC_TILE_ROWS];
    int lost = 0;
    memcpy(guess, rows->magic + row, (size_t)n * sizeof *guess);
    memcpy(rows->m_single + row, rows->largest + row, (size_t)n * sizeof *guess);
    *any_wide = start_rows_single(rows, row, n);
    for (ptrdiff_t i = 0; i < n; i++) {
        float higher = (guess[i] - rows->magic[row + i]) / 8.0f; /* powers of two */
        /* the least term, in the unit of the guess, against one above that at the limit: 2^-150 in its own */
        uint32_t least = (uint32_t)(127 + EXP_SHIFT_SINGLE - 148 + (int)(higher > 0.0f ? higher : 0.0f)) << 23;
        int same = (higher == 0.0f) | ((higher > 0.0f) & (higher <= 60.0f) & (rows->least[row + i] >= least));
        lost |= !(same | rows->wide[row + i]);
        /* of NaN there stays what sum_in_unit knows */
        double unit = 0x1p896 * s[i] < 0x1p127
                        ? double_of_bits((uint64_t)(1023 - (int64_t)(same ? higher : 0.0f)) << 52)
                        : 1.0;
        s[i] *= unit;
    }
    return lost;
}

/* The maxima of some classes as a guess, and nothing found yet. */
static void start_guess_single(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n)
{
    for (ptrdiff_t i = row; i < row + n; i++) {
        rows->largest[i] = -INFINITY;
        rows->least[i] = UINT32_MAX;
        rows->m_single[i] = fabsf(rows->m_single[i]) <= 256.0f ? rows->m_single[i] : 0.0f;
    }
    start_rows_single(rows, row, n);
}

static void sum_guessed_columns(const char *z, ptrdiff_t stride, ptrdiff_t k, ptrdiff_t n_classes, ptrdiff_t n,
                                xentc_softmax *rows, ptrdiff_t row, void *kept, ptrdiff_t step, double *s, double *c)
{
    (void)kept;
    exp_sum_columns_single(z, stride, k, n_classes, n, rows, row, NULL, step, 0, 1, s, c);
}
