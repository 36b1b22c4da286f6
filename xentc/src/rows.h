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
    float m_single[XENTC_TILE_ROWS + XENTC_COLUMNS];
    float magic[XENTC_TILE_ROWS + XENTC_COLUMNS], limit[XENTC_TILE_ROWS + XENTC_COLUMNS];
    float largest[XENTC_TILE_ROWS + XENTC_COLUMNS]; /* found on the way, and the least term */
    uint32_t least[XENTC_TILE_ROWS + XENTC_COLUMNS];
    double m_double[XENTC_TILE_ROWS + XENTC_COLUMNS];        /* the maximum */
    uint32_t count[XENTC_TILE_ROWS + XENTC_COLUMNS];         /* how often it occurs */
    uint8_t wide[XENTC_TILE_ROWS];                           /* float32 that must be done as float64 */
    double lse[XENTC_TILE_ROWS], lse_low[XENTC_TILE_ROWS];   /* m + log sum_k exp(z_k - m) */
    double others[XENTC_TILE_ROWS];                          /* 1 - p of the maximum */
    double total[XENTC_TILE_ROWS];                           /* the sum that exp's results are divided by */
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

/* What is among the terms of a row (cold.h): NaN, both infinities, and what only adding can tell. */
enum { SPECIAL_NAN = 1, SPECIAL_ABOVE = 2, SPECIAL_BELOW = 4, SPECIAL_ODD = 8 };

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
