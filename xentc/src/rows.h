/* What is known of the rows of a tile, between the operations on them. */
#ifndef XENTC_ROWS_H
#define XENTC_ROWS_H

#include "sizes.h"
#include <stddef.h>
#include <stdint.h>

/* How terms are computed: float32 y with float32 or float64 coefficients, or all in float64. */
enum xentc_precision { XENTC_SINGLE, XENTC_SINGLE_WIDE, XENTC_DOUBLE, XENTC_N_PRECISIONS };

/* A row summed one term at a time: without loss in s + s_low, plainly, and the y of its current term. */
typedef struct {
    double s, s_low, plain, y;
} xentc_cold;

/* Which rows are near the middle of two numbers of the dtype that they are rounded to (ties.h). */
typedef struct {
    int n_bits;
    int64_t window;
    double least;
} xentc_ties;

/* What softmax needs of each row of a tile (softmax.h), and the gradient (gradient.h). */
typedef struct {
    float m_single[XENTC_ROWS_ROOM];
    float magic[XENTC_ROWS_ROOM], limit[XENTC_ROWS_ROOM];
    float largest[XENTC_ROWS_ROOM]; /* found on the way, and the least term */
    uint32_t least[XENTC_ROWS_ROOM];
    double m_double[XENTC_ROWS_ROOM];                        /* the maximum */
    uint32_t count[XENTC_ROWS_ROOM];                         /* how often it occurs */
    uint8_t wide[XENTC_TILE_ROWS];                           /* float32 that must be done as float64 */
    double lse[XENTC_ROWS_ROOM], lse_low[XENTC_ROWS_ROOM];   /* m + log sum_k exp(z_k - m) */
    double others[XENTC_ROWS_ROOM];                          /* 1 - p of the maximum */
    double total[XENTC_ROWS_ROOM];                           /* the sum that exp's results are divided by */
    double factor[XENTC_TILE_ROWS], weight[XENTC_TILE_ROWS]; /* A, W */
    int32_t shift[XENTC_TILE_ROWS], down[XENTC_TILE_ROWS];   /* powers of two taken out of A and W */
    double inverse[XENTC_TILE_ROWS];                         /* A W / total */
    float inverse_single[XENTC_TILE_ROWS];
} xentc_softmax;

/* Of the elements of a tile of two classes (binary.h): w t is the coefficient of log p, u + u_low that of
   log(1 - p). */
typedef struct {
    double w[XENTC_TILE_ROWS], t[XENTC_TILE_ROWS];
    double u[XENTC_TILE_ROWS], u_low[XENTC_TILE_ROWS];
} xentc_binary;

enum { XENTC_SOFT = 1, XENTC_STRANGE = 2, XENTC_ZERO = 4 }; /* what a tile of two classes holds */

/* What is among the terms of a row (cold.h, factors.h): NaN, both infinities, and what only adding can tell; a y that
   cannot be, of terms that are used; and what makes no product, or not by the loop that is for nearly all. */
enum {
    SPECIAL_NAN = 1,
    SPECIAL_ABOVE = 2,
    SPECIAL_BELOW = 4,
    SPECIAL_ODD = 8,
    SPECIAL_OUTSIDE = 16,
    SPECIAL_UNFIT = 32,
    SPECIAL_AGAIN = 64
};

/* Whether what was found is enough to know the sum. */
static inline int special_is_told(int found)
{
    return (found & SPECIAL_NAN) | ((found & (SPECIAL_ABOVE | SPECIAL_BELOW)) & -!(found & SPECIAL_ODD));
}

/* Rows of a gradient still to be written: e times inverse to g, n elements each; up to which row and element
   they are. */
typedef struct {
    ptrdiff_t n, n_rows, row, at;
    int cached; /* g is to stay in the cache, or in it already: it is small, or the logits */
    const void *e[XENTC_TILE_ROWS];
    void *g[XENTC_TILE_ROWS];
    double inverse[XENTC_TILE_ROWS];
} xentc_pending;

#endif
