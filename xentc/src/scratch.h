/* Working memory of one thread: about a quarter of a megabyte, whatever the size of the arrays.

   Kept between calls, so that a small call does not pay for the allocation: a few buffers wait in slots
   that are taken and given back by one atomic exchange, from any thread. */
#ifndef XENTC_SCRATCH_H
#define XENTC_SCRATCH_H

#include "tiers.h"

enum {
    XENTC_TILE_ELEMENTS = 16384,              /* of t in one tile: what is found non-zero is still in L2 */
    XENTC_CAPACITY = XENTC_TILE_ELEMENTS / 4, /* entries of a sparse tile; with more it is a dense one */
};

/* Where a tile's t is not zero. Two of them, so that the next tile is searched, and its lines of y asked
   for, before this one is computed. */
typedef struct {
    uint32_t index[XENTC_CAPACITY + XENTC_SCAN_ROOM];    /* element number in the tile, later the row */
    uint32_t class_of[XENTC_CAPACITY + XENTC_SCAN_ROOM]; /* k, once index is the row */
    ptrdiff_t t_offset[XENTC_TILE_ROWS], y_offset[XENTC_TILE_ROWS]; /* in bytes, of a one-hot tile's entries */
} xentc_entries;

typedef struct {
    xentc_entries entries[2];
    uint32_t place[XENTC_BLOCK]; /* of entries: where their lane is in s and c */
    ptrdiff_t t_offset[XENTC_BLOCK], y_offset[XENTC_BLOCK];
    double t[XENTC_BLOCK + XENTC_STEP], y[XENTC_BLOCK + XENTC_STEP]; /* one block as float32 or float64 */
    double a[XENTC_BLOCK + XENTC_STEP], b[XENTC_BLOCK + XENTC_STEP]; /* its terms */
    double s[XENTC_LANES * XENTC_TILE_ROWS], c[XENTC_LANES * XENTC_TILE_ROWS]; /* lanes of every row */
    double rows[XENTC_TILE_ROWS];                                              /* row sums */
    double packed[XENTC_TILE_ELEMENTS]; /* a tile of t that cannot be scanned where it lies */
    xentc_exact sum;                    /* of the rows this thread did */
} xentc_scratch;

xentc_scratch *xentc_scratch_take(void); /* NULL when out of memory */
void xentc_scratch_give(xentc_scratch *scratch);

#endif
