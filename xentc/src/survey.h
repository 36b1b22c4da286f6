/* What an evaluation asks of all values of a row: the largest and its first place, whether one is negative and which,
   the sum, the sum of squares. One pass over y, after which a row is a few numbers.

   Both sums are float64. In a row of less than XENTC_SHORT_ROW classes terms are added one after the other. In a longer
   one they go to LANES lanes, class k to lane k mod LANES, but for the last K mod LANES of them, which go to the last
   lanes; the lanes join in one tree. So it is whether rows lie along the classes or side by side.

   NaN is left out of the largest and the smallest; a row has one where its sum of squares is NaN: squares do not
   cancel. */
#ifndef XENTC_SURVEY_H
#define XENTC_SURVEY_H

#include "sizes.h"
#include <stddef.h>
#include <stdint.h>

enum { XENTC_SURVEY_LANES = 16, XENTC_SHORT_ROW = 64 };

/* What is asked: all, or the largest and its place, or the sum of squares. */
enum xentc_question { XENTC_ASK_ALL, XENTC_ASK_PLACE, XENTC_ASK_SQUARES, XENTC_N_QUESTIONS };

typedef struct {
    double largest[XENTC_TILE_ROWS], place[XENTC_TILE_ROWS]; /* -inf and 0 of a row without numbers */
    double smallest[XENTC_TILE_ROWS];                        /* or 0, if that is smaller */
    double sum[XENTC_TILE_ROWS], squares[XENTC_TILE_ROWS];
    /* of rows that are not done yet: side by side, or (one row, piece by piece) in the first of each */
    double sum_lane[XENTC_SURVEY_LANES * XENTC_TILE_ROWS], square_lane[XENTC_SURVEY_LANES * XENTC_TILE_ROWS];
} xentc_survey;

#endif

#ifdef XENTC_TIER_BODY

#define SURVEY_LANES XENTC_SURVEY_LANES
enum { N_SURVEY_VECTORS = SURVEY_LANES / VECTOR_LANES };

/* Bytes by which y is asked for before it is read: without it rows of 1000 float32 take 2.4 times as long as reading
   them, with 1024 1.7, with 2048 1.5. */
#define SURVEY_AHEAD XENTC_SURVEY_AHEAD

typedef struct {
    vector sum[N_SURVEY_VECTORS], square[N_SURVEY_VECTORS];
} survey_lanes;

static void survey_start(xentc_survey *s, ptrdiff_t row, ptrdiff_t n)
{
    for (ptrdiff_t i = row; i < row + n; i++) {
        s->largest[i] = -INFINITY;
        s->smallest[i] = s->place[i] = s->sum[i] = s->squares[i] = 0.0;
    }
}

ALWAYS_INLINE void clear_survey_lanes(survey_lanes *lane)
{
    for (int v = 0; v < N_SURVEY_VECTORS; v++)
        lane->sum[v] = lane->square[v] = (vector){0};
}

/* The tree: lane l joins l + 8, then l + 4, l + 2, l + 1. */
ALWAYS_INLINE double join_survey_vectors(vector *x)
{
    for (int half = N_SURVEY_VECTORS / 2; half; half /= 2)
        for (int v = 0; v < half; v++)
            x[v] += x[v + half];
    for (int half = VECTOR_LANES / 2; half; half /= 2)
        x[0] += rotated(x[0], half);
    return x[0][0];
}

/* The same of n rows side by side, all whose lanes are set. */
static void survey_join(xentc_survey *s, ptrdiff_t row, ptrdiff_t n)
{
    double *lane[2] = {s->sum_lane + row, s->square_lane + row};
    double *to[2] = {s->sum + row, s->squares + row};
    for (int which = 0; which < 2; which++) {
        for (ptrdiff_t half = SURVEY_LANES / 2; half; half /= 2)
            for (ptrdiff_t l = 0; l < half; l++) {
                double *restrict x = lane[which] + l * XENTC_TILE_ROWS;
                const double *restrict other = x + half * XENTC_TILE_ROWS;
                for (ptrdiff_t i = 0; i < n; i++)
                    x[i] += other[i];
            }
        memcpy(to[which], lane[which], (size_t)n * sizeof(double));
    }
}

/* LANES zeros, and as many ones: from the n-th on, n zeros fewer. */
static const int32_t survey_masks_single[2 * SURVEY_LANES] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};
static const int64_t survey_masks_double[2 * SURVEY_LANES] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};

#include "real_single.h"
#include "survey_body.h"
#include "real_double.h"
#include "survey_body.h"

#endif
