/* What must be compiled once for each SIMD tier, as a table of functions; _kernels.pyx is the caller.

   Every tier is the same C source (tier.h) under another target, with the same operations in the same
   order: a tier changes the speed and never a bit. */
#ifndef XENTC_TIERS_H
#define XENTC_TIERS_H

#include "exact.h"
#include <stddef.h>
#include <stdint.h>

enum {
    XENTC_BLOCK = 1024,       /* terms at a time: two arrays of them and their inputs fit the L1 cache */
    XENTC_TILE_ROWS = 256,    /* rows at a time: their 8 lanes and a line of y each fit the L2 cache */
    XENTC_STEP = 16,          /* room past the end of an array of terms */
    XENTC_LANES = 8,
    XENTC_SCAN_ROOM = 24,     /* room past the capacity of an index list */
};

/* Element types, in the order of XENTC_DTYPES (load.h). Those up to float32 are exact in float32. */
enum xentc_dtype {
    XENTC_BOOL, XENTC_INT8, XENTC_UINT8, XENTC_INT16, XENTC_UINT16, XENTC_FLOAT16, XENTC_FLOAT32,
    XENTC_INT32, XENTC_UINT32, XENTC_INT64, XENTC_UINT64, XENTC_FLOAT64, XENTC_N_DTYPES
};

/* How terms are computed: float32 y with float32 or float64 coefficients, or all in float64. */
enum xentc_precision { XENTC_SINGLE, XENTC_SINGLE_WIDE, XENTC_DOUBLE, XENTC_N_PRECISIONS };

/* Result dtypes. */
enum xentc_result { XENTC_TO_HALF, XENTC_TO_SINGLE, XENTC_TO_DOUBLE, XENTC_N_RESULTS };

/* A row summed one term at a time: without loss in s + c, plainly, and the y of its current term. */
typedef struct { double s, c, plain, y; } xentc_cold;

typedef struct {
    const char *name;
    /* strided elements, those at byte offsets, or numbered ones of a run, to float32 or float64, by dtype */
    void (*load[2][XENTC_N_DTYPES])(const char *from, ptrdiff_t stride, ptrdiff_t n, void *to);
    void (*gather[2][XENTC_N_DTYPES])(const char *base, const ptrdiff_t *offset, ptrdiff_t n, void *to);
    void (*pick[2][XENTC_N_DTYPES])(const char *base, const uint32_t *index, ptrdiff_t n, void *to);
    /* float64 rows to the result dtype: stored, or rounded in place */
    void (*store[XENTC_N_RESULTS])(const double *rows, ptrdiff_t n, char *to, ptrdiff_t stride);
    void (*round[XENTC_N_RESULTS])(double *rows, ptrdiff_t n);
    /* strided integers to int64, by dtype (NULL for the others) */
    void (*load_index[XENTC_N_DTYPES])(const char *from, ptrdiff_t stride, ptrdiff_t n, int64_t *to);
    /* where t is not zero */
    ptrdiff_t (*scan_nonzero)(const char *t, ptrdiff_t n_bytes, uint64_t mask, int log2_size, ptrdiff_t ahead,
                              uint32_t *index, ptrdiff_t capacity);
    int (*sample_is_dense)(const char *t, ptrdiff_t n_bytes, uint64_t mask, int log2_size);
    /* terms a + b = c log(max(y, eps)), and their sums, by precision */
    void (*terms[XENTC_N_PRECISIONS])(const void *c, const void *y, ptrdiff_t n, double eps, double *a, double *b);
    void (*sum_rows[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n_rows, ptrdiff_t n_classes,
                                         double *rows);
    void (*add_piece[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n, double *s, double *c);
    void (*add_class[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n, double *s, double *c);
    void (*add_entries[XENTC_N_PRECISIONS])(const double *a, const double *b, const uint32_t *lane, ptrdiff_t n,
                                            double *s, double *c);
    void (*join_rows[XENTC_N_PRECISIONS])(const double *s, const double *c, ptrdiff_t n_rows, double *rows);
    /* sums of log(max(y, eps)) with equal weights, as products (product.h); by float32 or float64 */
    void (*product_rows[2])(const void *y, ptrdiff_t n_rows, ptrdiff_t n_classes, double eps, double *p, double *e);
    void (*product_piece[2])(const void *y, ptrdiff_t n, double eps, double *p, double *e);
    void (*product_class[2])(const void *y, const void *next, ptrdiff_t n, double eps, double *p, double *e);
    void (*product_renormalise)(double *p, double *e, ptrdiff_t n);
    void (*product_log)(const double *p, const double *e, ptrdiff_t n, double *rows);
    void (*product_join)(const double *p, const double *e, ptrdiff_t n_rows, double *rows);
    /* rows[i] = t log(max(p, eps)) + (1 - t) log(max(1 - p, eps)) */
    void (*binary_rows)(const double *t, const double *p, ptrdiff_t n, double eps, double *rows);
    /* how many of n terms with c != 0 have y < eps; by float32 or float64 */
    ptrdiff_t (*count_clipped[2])(const double *c, const void *y, ptrdiff_t n, double eps);
    /* whether values can be probabilities, and their sum; by float32 or float64 */
    int (*check_piece[2])(const void *x, ptrdiff_t n, double *sum);
    ptrdiff_t (*check_rows[2])(const void *x, ptrdiff_t n_rows, ptrdiff_t n_classes, double tolerance);
    /* sums of rows that have one term each; signs; a look for rows that the vector code left */
    void (*single_terms[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n, double *rows);
    void (*negate_rows)(double *rows, ptrdiff_t n);
    int (*all_finite)(const double *rows, ptrdiff_t n);
    /* plain rows of labels in one go; by float32 or float64 */
    int (*label_rows[2])(const int64_t *label, const char *y, ptrdiff_t row, ptrdiff_t n, ptrdiff_t n_classes,
                         double eps, int negate, void *to);
    int (*one_hot_rows[2])(const char *t, const char *y, ptrdiff_t n, ptrdiff_t n_classes, double eps, int negate,
                           uint32_t *index, void *to);
    /* rows that are not finite */
    void (*cold_add)(xentc_cold *row, double c, double y, double eps);
    double (*cold_total)(const xentc_cold *row);
    /* exact sums */
    void (*exact_add)(xentc_exact *sum, const double *x, ptrdiff_t n);
    void (*exact_carry)(xentc_exact *sum);
} xentc_tier;

/* The tiers of this build, from the slowest to the fastest, and how many of them this machine can run. */
extern const xentc_tier *const xentc_tiers[];
extern const int xentc_n_tiers;
int xentc_n_supported_tiers(void);
const char *xentc_compiler(void);

#endif
