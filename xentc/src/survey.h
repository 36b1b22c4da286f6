/* What an evaluation asks of all values of a row: the largest and its first place, the smallest (or 0, if that is
   smaller), the sum, the sum of squares. One pass over y, after which a row is a few numbers.

   Both sums are float64, in LANES lanes: class k goes to lane k mod LANES, in the order of k, and the lanes join in one
   tree, whether the rows lie along the classes or side by side. NaN is left out of the largest and the smallest; a row
   has one where its sum of squares is NaN (squares do not cancel). */
#ifndef XENTC_SURVEY_H
#define XENTC_SURVEY_H

#include <stddef.h>
#include <stdint.h>

enum { XENTC_SURVEY_LANES = 16 };

typedef struct {
    double largest[XENTC_TILE_ROWS], place[XENTC_TILE_ROWS]; /* -inf and 0 of a row without numbers */
    double smallest[XENTC_TILE_ROWS];
    double sum[XENTC_TILE_ROWS], squares[XENTC_TILE_ROWS];
    /* of rows that are not done yet: side by side, or (one row, piece by piece) in the first of each */
    double sum_lane[XENTC_SURVEY_LANES * XENTC_TILE_ROWS], square_lane[XENTC_SURVEY_LANES * XENTC_TILE_ROWS];
} xentc_survey;

#endif

#ifdef XENTC_TIER_BODY

#define SURVEY_LANES XENTC_SURVEY_LANES
enum { N_SURVEY_VECTORS = SURVEY_LANES / VECTOR_LANES };

static void survey_start(xentc_survey *s, ptrdiff_t row, ptrdiff_t n)
{
    for (ptrdiff_t i = row; i < row + n; i++) {
        s->largest[i] = -INFINITY;
        s->smallest[i] = 0.0;
        s->place[i] = 0.0;
    }
}

typedef struct {
    vector sum[N_SURVEY_VECTORS], square[N_SURVEY_VECTORS];
    vector_bits sign; /* negative where any element was */
} survey_lanes;

static inline int any_negative(const survey_lanes *lane)
{
    int64_t sign = 0;
    for (int l = 0; l < VECTOR_LANES; l++)
        sign |= lane->sign[l];
    return sign < 0;
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

ALWAYS_INLINE void join_survey_lanes(survey_lanes *lane, xentc_survey *s, ptrdiff_t row)
{
    s->sum[row] = join_survey_vectors(lane->sum);
    s->squares[row] = join_survey_vectors(lane->square);
}

/* The same of n rows side by side; there is at least one class. */
static void survey_join(xentc_survey *s, ptrdiff_t row, ptrdiff_t n, ptrdiff_t n_classes)
{
    double *lane[2] = {s->sum_lane + row, s->square_lane + row};
    double *to[2] = {s->sum + row, s->squares + row};
    for (int which = 0; which < 2; which++) {
        for (ptrdiff_t half = SURVEY_LANES / 2; half; half /= 2)
            for (ptrdiff_t l = 0; l < half && l + half < n_classes; l++) {
                double *restrict x = lane[which] + l * XENTC_TILE_ROWS;
                const double *restrict other = x + half * XENTC_TILE_ROWS;
                for (ptrdiff_t i = 0; i < n; i++)
                    x[i] += other[i];
            }
        memcpy(to[which], lane[which], (size_t)n * sizeof(double));
    }
}

#define TYPE float
#define HALF_LANES half_vector
#define NAME(x) x##_single
#include "survey_body.h"
#define TYPE double
#define HALF_LANES vector
#define NAME(x) x##_double
#include "survey_body.h"

#endif
