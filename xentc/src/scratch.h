/* Working memory of one thread: 1.2 MB, most of it touched for gradients alone, whatever the size of the arrays.

   Kept between calls, so that a small call does not pay for the allocation: a few buffers wait in slots
   that are taken and given back by one atomic exchange, from any thread. */
#ifndef XENTC_SCRATCH_H
#define XENTC_SCRATCH_H

#include "evaluation.h"
#include "rows.h"
#include "tuning.h"

/* Where a tile's t is not zero, and which of its rows count. Two of them, so that the next tile is searched,
   and its lines of y asked for, before this one is computed. */
typedef struct {
    uint32_t index[XENTC_CAPACITY + XENTC_SCAN_ROOM];             /* element number in the tile, later the row */
    ptrdiff_t class_of[XENTC_CAPACITY + XENTC_SCAN_ROOM];         /* k, once index is the row */
    ptrdiff_t t_offset[XENTC_CAPACITY], y_offset[XENTC_CAPACITY]; /* in bytes, from the tile's first row */
    double factor[XENTC_TILE_ROWS];                               /* sample weights, where there are any */
    uint8_t unmasked[XENTC_TILE_ROWS];                            /* rows that count */
    uint8_t used[XENTC_TILE_ROWS]; /* rows that are looked at: of weight 0 they are not */
    int32_t run_start[XENTC_TILE_ROWS + 1], run_stop[XENTC_TILE_ROWS + 1]; /* runs of such rows */
    int64_t start[XENTC_TILE_ROWS + 1]; /* CSR: a row's first entry, after a look at its range */
} xentc_entries;

/* Two uses of one memory are a union; beside it stands what keeps them apart. */
typedef struct {
    xentc_entries entries[2];
    union {                            /* a search is over before sums begin */
        uint8_t seen[XENTC_TILE_ROWS]; /* which rows have an entry */
        uint32_t lane_of[XENTC_BLOCK]; /* of entries: where their lane is in lane and lane_low */
    };
    union { /* targets are of one kind */
        int64_t label[XENTC_BLOCK];
        int64_t column[XENTC_BLOCK]; /* of CSR entries */
    };
    /* From here on at the start of a cache line: a vector store across two lines costs two. */
    _Alignas(64) double t[XENTC_BLOCK + XENTC_STEP];
    double y[XENTC_BLOCK + XENTC_STEP]; /* one block as float32 or float64 */
    union { /* a row's exponentials are summed before it has terms, and derivatives come when its sum is out */
        double term[XENTC_BLOCK + XENTC_STEP]; /* of the block */
        double exp_sum[XENTC_TILE_ROWS];       /* of some rows of logits */
        double gradient[XENTC_BLOCK];          /* of some elements */
    };
    union {
        double term_low[XENTC_BLOCK + XENTC_STEP], exp_sum_low[XENTC_TILE_ROWS];
        double hessian[XENTC_BLOCK];
    };
    double lane[XENTC_LANES * XENTC_TILE_ROWS], lane_low[XENTC_LANES * XENTC_TILE_ROWS]; /* of every row */
    double weight_lane[XENTC_LANES * XENTC_TILE_ROWS];                                   /* those of sum_k w_k t_k */
    double rows[XENTC_TILE_ROWS];    /* sum_k w_k t_k log max(y_k, eps) */
    double uniform[XENTC_TILE_ROWS]; /* sum_k w_k log max(y_k, eps) */
    double weight[XENTC_TILE_ROWS];  /* sum_k w_k t'_k */
    double weight_lane_low[XENTC_LANES * XENTC_TILE_ROWS];
    double exp_lane[XENTC_EXP_LANES * XENTC_TILE_ROWS], exp_lane_low[XENTC_EXP_LANES * XENTC_TILE_ROWS];
    double remainder[XENTC_TILE_ROWS], remainder_low[XENTC_TILE_ROWS]; /* a row's sum without its largest term */
    uint8_t again[XENTC_TILE_ROWS];
    xentc_softmax softmax;
    int any_normalised; /* of its rows, for the gradient */
    xentc_binary binary;
    const double *binary_t, *binary_y; /* the elements of the tile, where they lie or in t and y */
    int hard;                          /* whether they have one logarithm each, and no coefficients in binary */
    union {                      /* terms are done before exponentials are wanted once more; two classes have neither */
        double lse[XENTC_BLOCK]; /* of each term of a block, and in lse_low */
        double exponentials[XENTC_BLOCK]; /* of a block of logits, float32 or float64 */
        double positive[XENTC_TILE_ROWS]; /* pos_weight */
    };
    double lse_low[XENTC_BLOCK];
    double patch[XENTC_CAPACITY]; /* gradient at the entries, and where it is written */
    char *patch_at[XENTC_CAPACITY];
    ptrdiff_t n_patches;
    /* Exponentials of a tile, for its gradient: in the one of this parity, while those of the tile before, in the other,
       are written. Or columns of logits in the second: then nothing is left to write later, and the parity stays 0
       (plan.copy_columns excludes plan.direct). */
    double kept[2][XENTC_KEPT_BYTES / 8 + XENTC_STEP];
    int parity;
    xentc_pending pending;
    union {                                     /* the next tile is searched before this one is transposed */
        double scanned[XENTC_TILE_ELEMENTS];    /* a tile of t that cannot be scanned where it lies */
        double transposed[XENTC_TILE_ELEMENTS]; /* short rows of logits, by class */
    };
    double most;                     /* the largest y that passes in the tile that is computed */
    int alarm;                       /* a sign, or a row that is not finite, was in it */
    xentc_exact sum, sum_of_weights; /* of the rows this thread did */
    int64_t n_counted, n_clipped, n_off_sums;
    int *stop;                    /* flags of the computation that it is at */
    int64_t next_look;            /* at signals, in nanoseconds; only its caller looks */
    int raised;                   /* and has an exception set */
    xentc_evaluation *evaluation; /* room for one, NULL until it is wanted */
} xentc_scratch;

_Static_assert(2 * XENTC_TILE_ROWS <= XENTC_BLOCK, "labels of two tiles fit `label`");
_Static_assert(XENTC_SIDE_BY_SIDE_BELOW *XENTC_TILE_ROWS <= XENTC_TILE_ELEMENTS, "short rows fit `transposed`");

/* Where the exponentials of the tile are kept, and where its columns are copied to. */
static inline char *xentc_kept_exponentials(xentc_scratch *scratch) { return (char *)scratch->kept[scratch->parity]; }
static inline char *xentc_copied_columns(xentc_scratch *scratch)
{
#ifdef XENTC_POISON
    if (scratch->parity)
        __builtin_trap(); /* not assert, which NDEBUG of Python's own flags takes out */
#endif
    return (char *)scratch->kept[1];
}

xentc_scratch *xentc_scratch_take(void); /* NULL when out of memory */
void xentc_scratch_give(xentc_scratch *scratch);

#endif
