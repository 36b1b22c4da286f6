/* The sizes of what the kernel works on at a time; the head of _kernels.pyx says what each is for. Those of lanes,
   the longest short row and few classes are part of a result's bits, the others are not. */
#ifndef XENTC_SIZES_H
#define XENTC_SIZES_H

enum {
    XENTC_LANES = 8,                 /* of a row's sum: its term k goes to lane k mod 8 */
    XENTC_EXP_LANES = 16,            /* of a sum of exponentials */
    XENTC_MOST_SHORT_CLASSES = 4096, /* of a float64 row: above, the parts of a term are of other sizes (terms.h) */
    XENTC_FEW_CLASSES = 64,          /* float32 logits of fewer classes have sums of their own (few.h) */
    XENTC_BLOCK = 1024,              /* terms: two arrays of them and their inputs fit the L1 cache */
    XENTC_TILE_ROWS = 256,           /* rows: their 8 lanes and a line of y each fit the L2 cache */
    XENTC_TILE_ELEMENTS = 16384,     /* of t in one tile: what is found non-zero is still in L2 */
    XENTC_CAPACITY = XENTC_TILE_ELEMENTS / 4, /* entries of a sparse tile; with more it is a dense one */
    XENTC_KEPT_BYTES = 1 << 18,               /* of exponentials: with the logits themselves well within L2 */
    XENTC_COLUMNS = 16,                       /* rows side by side that are done together, some past the last one */
    XENTC_ROWS_ROOM = XENTC_TILE_ROWS + XENTC_COLUMNS,
    XENTC_STEP = 16,      /* room past the end of an array of terms */
    XENTC_SCAN_ROOM = 24, /* room past the capacity of an index list */
};

#endif
