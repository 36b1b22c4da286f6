/* Working memory of one thread: 1.2 MB, most of it touched for gradients alone, whatever the size of the arrays.

   Kept between calls, so that a small call does not pay for the allocation: a few buffers wait in slots
   that are taken and given back by one atomic exchange, from any thread. */
#ifndef XENTC_SCRATCH_H
#define XENTC_SCRATCH_H

#include "evaluation.h"
#include "rows.h"

/* Where a tile's t is not zero, and which of its rows count. Two of them, so that the next tile is searched,
   and its lines of y asked for, before this one is computed. */
typedef struct {
    uint32_t index[XENTC_CAPACITY + XENTC_SCAN_ROOM];     /* element number in the tile, later the row */
    ptrdiff_t class_of[XENTC_CAPACITY + XENTC_SCAN_ROOM]; /* k, once index is the row */
    ptrdiff_t t_offset[XENTC_CAPACITY], y_offset[XENTC_CAPACITY]; /* in bytes, from the tile's first row */
    double factor[XENTC_TILE_ROWS];                       /* sample weights, where there are any */
    uint8_t unmasked[XENTC_TILE_ROWS];                    /* rows that count */
    uint8_t used[XENTC_TILE_ROWS];                        /* rows that are looked at: of weight 0 they are not */
    int32_t run_start[XENTC_TILE_ROWS + 1], run_stop[XENTC_TILE_ROWS + 1]; /* runs of such rows */
    int64_t start[XENTC_TILE_ROWS + 1];                   /* CSR: a row's first entry, after a look at its range */
} xentc_entries;

typedef struct {
    xentc_entries entries[2];
    uint32_t place[XENTC_BLOCK]; /* of entries: where their lane is in s and c */
    int64_t label[XENTC_BLOCK];
    /* From here on at the start of a cache line: a vector store across two lines costs two. */
    _Alignas(64) double t[XENTC_BLOCK + XENTC_STEP];
    double y[XENTC_BLOCK + XENTC_STEP]; /* one block as float32 or float64 */
    double a[XENTC_BLOCK + XENTC_STEP], b[XENTC_BLOCK + XENTC_STEP]; /* its terms */
    double s[XENTC_LANES * XENTC_TILE_ROWS], c[XENTC_LANES * XENTC_TILE_ROWS]; /* lanes of every row */
    double v[XENTC_LANES * XENTC_TILE_ROWS];                                   /* those of sum_k w_k t_k */
    double rows[XENTC_TILE_ROWS];    /* sum_k w_k t_k log max(y_k, eps) */
    double uniform[XENTC_TILE_ROWS]; /* sum_k w_k log max(y_k, eps) */
    double weight[XENTC_TILE_ROWS];  /* sum_k w_k t'_k */
    double v_low[XENTC_LANES * XENTC_TILE_ROWS];
    double exp_s[XENTC_EXP_LANES * XENTC_TILE_ROWS], exp_c[XENTC_EXP_LANES * XENTC_TILE_ROWS];
    double rest[XENTC_TILE_ROWS], rest_low[XENTC_TILE_ROWS];
    uint8_t again[XENTC_TILE_ROWS];
    xentc_softmax softmax;
    int any_normalised; /* of its rows, for the gradient */
    xentc_binary binary;
    const double *binary_t, *binary_y; /* the elements of the tile, where they lie or in t and y */
    int hard;                          /* whether they have one logarithm each, and no coefficients in binary */
    double lse[XENTC_BLOCK], lse_low[XENTC_BLOCK]; /* of each term of a block */
    double patch[XENTC_CAPACITY];                  /* gradient at the entries, and where it is written */
    char *patch_at[XENTC_CAPACITY];
    ptrdiff_t n_patches;
    double kept[2][XENTC_KEPT_BYTES / 8 + XENTC_STEP]; /* exponentials of a tile, for its gradient, taking turns */
    int turn;
    xentc_pending pending;
    double packed[XENTC_TILE_ELEMENTS]; /* a tile of t that cannot be scanned where it lies */
    double most;                        /* the largest y that passes in the tile that is computed */
    int alarm;                          /* a sign, or a row that is not finite, was in it */
    xentc_exact sum, sum_of_weights;    /* of the rows this thread did */
    int64_t n_counted, n_clipped, n_off_sums;
    int *stop;          /* flags of the computation that it is at */
    int64_t next_look;  /* at signals, in nanoseconds; only its caller looks */
    int raised;         /* and has an exception set */
    xentc_evaluation *evaluation; /* room for one, NULL until it is wanted */
} xentc_scratch;

static inline char *xentc_kept(xentc_scratch *scratch, int turn) { return (char *)scratch->kept[turn]; }

xentc_scratch *xentc_scratch_take(void); /* NULL when out of memory */
void xentc_scratch_give(xentc_scratch *scratch);

#endif
