/* What must be compiled once for each SIMD tier, as a table of functions; _kernels.pyx is the caller.

   Every tier is the same C source (tier.h) under another target, with the same operations in the same
   order: a tier changes the speed and never a bit. */
#ifndef XENTC_TIERS_H
#define XENTC_TIERS_H

#include "dtypes.h"
#include "exact.h"
#include <stddef.h>
#include <stdint.h>

enum {
    XENTC_BLOCK = 1024,       /* terms at a time: two arrays of them and their inputs fit the L1 cache */
    XENTC_TILE_ROWS = 256,    /* rows at a time: their 8 lanes and a line of y each fit the L2 cache */
    XENTC_STEP = 16,          /* room past the end of an array of terms */
    XENTC_LANES = 8,
    XENTC_EXP_LANES = 16,     /* of a sum of exponentials */
    XENTC_SCAN_ROOM = 24,     /* room past the capacity of an index list */
};

/* XENTC_TILE_ROWS and more of the above are what this is made of. */
#include "evaluation.h"

/* How terms are computed: float32 y with float32 or float64 coefficients, or all in float64. */
enum xentc_precision { XENTC_SINGLE, XENTC_SINGLE_WIDE, XENTC_DOUBLE, XENTC_N_PRECISIONS };

/* A row summed one term at a time: without loss in s + c, plainly, and the y of its current term. */
typedef struct { double s, c, plain, y; } xentc_cold;

/* What softmax needs of each row of a tile (softmax.h), and the gradient (gradient.h). */
typedef struct {
    float m_single[XENTC_TILE_ROWS], magic[XENTC_TILE_ROWS], limit[XENTC_TILE_ROWS];
    double m_double[XENTC_TILE_ROWS];                       /* the maximum */
    uint32_t count[XENTC_TILE_ROWS];                        /* how often it occurs */
    uint8_t wide[XENTC_TILE_ROWS];                          /* float32 that must be done as float64 */
    double lse[XENTC_TILE_ROWS], lse_low[XENTC_TILE_ROWS];  /* m + log sum_k exp(z_k - m) */
    double others[XENTC_TILE_ROWS];                         /* 1 - p of the maximum */
    double total[XENTC_TILE_ROWS];                          /* the sum that exp's results are divided by */
    double factor[XENTC_TILE_ROWS], weight[XENTC_TILE_ROWS]; /* A, W */
    int32_t shift[XENTC_TILE_ROWS], down[XENTC_TILE_ROWS];  /* powers of two taken out of A and W */
    double inverse[XENTC_TILE_ROWS];                        /* A W / total */
    float inverse_single[XENTC_TILE_ROWS];
} xentc_softmax;

/* Of the elements of a tile of two classes (binary.h): w t is the coefficient of log p, u + u_low that of log(1 - p). */
typedef struct { double w[XENTC_TILE_ROWS], t[XENTC_TILE_ROWS], u[XENTC_TILE_ROWS], u_low[XENTC_TILE_ROWS]; } xentc_binary;

enum { XENTC_SOFT = 1, XENTC_STRANGE = 2, XENTC_ZERO = 4 }; /* what a tile of two classes holds */

/* What is among the terms of a row (cold.h): NaN, both infinities, and what only adding can tell. */
enum { SPECIAL_NAN = 1, SPECIAL_ABOVE = 2, SPECIAL_BELOW = 4, SPECIAL_ODD = 8 };

/* Rows of a gradient still to be written: e times inverse to g, n elements each; up to which row and element
   they are. */
typedef struct {
    ptrdiff_t n, n_rows, row, at;
    int cached;                     /* g is to stay in the cache, or in it already: it is small, or the logits */
    const void *e[XENTC_TILE_ROWS];
    void *g[XENTC_TILE_ROWS];
    double inverse[XENTC_TILE_ROWS];
} xentc_pending;

typedef void (*xentc_sum_rows)(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_softmax *rows,
                               ptrdiff_t row, ptrdiff_t ahead, void *kept, xentc_pending *pending, double *s,
                               double *c);
typedef void (*xentc_sum_piece)(const void *z, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row, void *kept, double *s,
                                double *c);
typedef void (*xentc_sum_classes)(const char *z, ptrdiff_t stride, ptrdiff_t k, ptrdiff_t n_classes, ptrdiff_t n,
                                  xentc_softmax *rows, ptrdiff_t row, void *kept, ptrdiff_t step, double *s, double *c);

typedef struct {
    const char *name;
    /* strided elements, those at byte offsets, or numbered ones of a run, to float32 or float64, by dtype */
    void (*load[2][XENTC_N_DTYPES])(const char *from, ptrdiff_t stride, ptrdiff_t n, void *to);
    void (*gather[2][XENTC_N_DTYPES])(const char *base, const ptrdiff_t *offset, ptrdiff_t n, void *to);
    void (*pick[2][XENTC_N_DTYPES])(const char *base, const uint32_t *index, ptrdiff_t n, void *to);
    /* float32 or float64 to a floating dtype; NULL for others */
    void (*store[2][XENTC_N_DTYPES])(const void *from, ptrdiff_t n, char *to, ptrdiff_t stride);
    /* strided integers, or whole numbers of any dtype, to int64 */
    void (*load_index[XENTC_N_DTYPES])(const char *from, ptrdiff_t stride, ptrdiff_t n, int64_t *to);
    /* where t is not zero */
    ptrdiff_t (*scan_nonzero)(const char *t, ptrdiff_t n_bytes, uint64_t mask, int log2_size, ptrdiff_t ahead,
                              uint32_t *index, ptrdiff_t capacity);
    int (*sample_is_dense)(const char *t, ptrdiff_t n_bytes, uint64_t mask, int log2_size);
    /* terms a + b = c log(max(y, eps)), and whether there is a sign; if most is finite a y outside [0, most] makes NaN or
       is such a sign; their sums; by precision */
    int (*terms[XENTC_N_PRECISIONS])(const void *c, const void *y, ptrdiff_t n, double eps, double most, double *a,
                                     double *b);
    void (*sum_rows[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n_rows, ptrdiff_t n_classes,
                                         double *rows);
    void (*add_piece[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n, double *s, double *c);
    void (*add_class[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n, double *s, double *c);
    void (*add_entries[XENTC_N_PRECISIONS])(const double *a, const double *b, const uint32_t *lane, ptrdiff_t n,
                                            double *s, double *c);
    void (*join_rows[XENTC_N_PRECISIONS])(const double *s, const double *c, ptrdiff_t n_rows, double *rows);
    /* sums of log(max(y, eps)) with equal weights, as products (product.h); y outside [0, most] as with terms; by float32
       or float64 */
    int (*product_rows[2])(const void *y, ptrdiff_t n_rows, ptrdiff_t n_classes, double eps, double most, double *p,
                           double *e);
    int (*product_piece[2])(const void *y, ptrdiff_t n, double eps, double most, double *p, double *e);
    void (*product_class[2])(const void *y, const void *next, ptrdiff_t n, double eps, double most, double *p,
                             double *e);
    void (*product_renormalise)(double *p, double *e, ptrdiff_t n);
    void (*product_log)(const double *p, const double *e, ptrdiff_t n, double *rows);
    void (*product_join)(const double *p, const double *e, ptrdiff_t n_rows, double *rows);
    /* two classes: what a tile holds; its rows where every t is 0 or 1; coefficients; rows[i] = w t log(max(p, eps)) + u log(max(1 - p, eps)), or from logits;
       derivatives */
    int (*binary_look)(const double *t, const double *p, ptrdiff_t n, double eps, int logits);
    void (*binary_hard_rows)(const double *t, const double *p, ptrdiff_t n, double eps, double *rows);
    void (*binary_hard_logits_rows)(const double *t, const double *z, ptrdiff_t n, double *rows);
    void (*binary_coefficients)(const double *t, const double *w, ptrdiff_t n, double keep, double half,
                                xentc_binary *to, double *weight);
    void (*binary_rows)(const xentc_binary *of, const double *p, ptrdiff_t n, double eps, double *rows);
    void (*binary_logits_rows)(const xentc_binary *of, const double *z, ptrdiff_t n, const double *weight,
                               double *rows);
    void (*binary_gradient)(const xentc_binary *of, const double *p, ptrdiff_t n, double eps, const double *factor,
                            double *g);
    void (*binary_logits_derivatives)(const xentc_binary *of, const double *z, ptrdiff_t n, const double *weight,
                                      const double *factor, double floor, double *g, double *h);
    void (*binary_hard_gradient)(const double *t, const double *p, ptrdiff_t n, double eps, const double *factor,
                                 double *g);
    void (*binary_hard_logits_derivatives)(const double *t, const double *z, ptrdiff_t n, const double *factor,
                                           double floor, double *g, double *h);
    /* contiguous rows of float32 or float64 into columns */
    void (*turn[2])(const char *from, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n_classes, void *to,
                    ptrdiff_t step);
    /* log-softmax: maxima, sums of exponentials, lse; by float32 or float64 */
    double (*max_piece[2])(const void *z, ptrdiff_t n, double m);
    void (*max_classes[2])(const char *z, ptrdiff_t stride, ptrdiff_t n_classes, ptrdiff_t n, ptrdiff_t ahead,
                           void *copy, ptrdiff_t step, xentc_softmax *rows, ptrdiff_t row);
    int (*start_rows[2])(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n);
    void (*max_rows[2])(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_softmax *rows,
                        ptrdiff_t row);
    xentc_sum_rows sum_all_rows[2], sum_others_rows[2];
    xentc_sum_piece sum_all_piece[2], sum_others_piece[2];
    xentc_sum_classes sum_all_classes[2], sum_others_classes[2];
    void (*join_exp_row[2])(double *s, double *c);
    void (*join_exp_class[2])(double *s, double *c, ptrdiff_t n);
    int (*rest_of_all[2])(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *s, const double *c,
                          double *rest, double *rest_low, uint8_t *again);
    void (*rest_of_others[2])(ptrdiff_t n, const double *s, const double *c, double *rest, double *rest_low);
    void (*finish_softmax[2])(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *rest,
                              const double *rest_low);
    /* terms a + b = c (z - lse), whether a c has a sign; by precision */
    int (*terms_logits[XENTC_N_PRECISIONS])(const void *c, const void *z, ptrdiff_t n, const double *lse,
                                            const double *lse_low, int step, double *a, double *b);
    /* derivatives, by float32 or float64 */
    int (*normalise_rows)(xentc_softmax *rows, const double *s, double scale, double divisor, int logits,
                          ptrdiff_t n);
    int (*gradient_rows)(xentc_softmax *rows, ptrdiff_t n);
    void (*exponentials[2])(const void *z, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, int step, void *e);
    void (*gradient_base[2])(const void *e, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, int step, void *g);
    void (*write_pending[2])(xentc_pending *pending);
    void (*gradient_classes[2])(const char *e, ptrdiff_t step, const char *z, ptrdiff_t stride, ptrdiff_t n_classes,
                                ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, char *g, ptrdiff_t g_stride);
    void (*gradient_logits[2])(const double *c, const void *z, const void *e, ptrdiff_t n, const xentc_softmax *rows,
                               ptrdiff_t row, int step, double *g);
    void (*gradient_probabilities[2])(const double *c, const void *y, ptrdiff_t n, double eps,
                                      const xentc_softmax *rows, ptrdiff_t row, int step, double *g);
    void (*hessian[2])(const void *z, const void *e, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, int step,
                       double *h);
    void (*stream_end)(void);
    /* how many of n terms with c != 0 have y < eps; by float32 or float64 */
    ptrdiff_t (*count_clipped[2])(const double *c, const void *y, ptrdiff_t n, double eps);
    /* the first x outside [least, most] where c != 0; whether any is, and the sum; the first row with one, or whose sum
       is not 1; by float32 or float64 */
    ptrdiff_t (*first_outside)(const double *c, const double *x, ptrdiff_t n, double least, double most, double *value);
    int (*check_piece[2])(const void *x, ptrdiff_t n, double least, double most, double *sum);
    ptrdiff_t (*check_rows[2])(const void *x, ptrdiff_t n_rows, ptrdiff_t n_classes, double least, double most,
                               double tolerance);
    /* sums of rows that have one term each; signs; a look for rows that the vector code left */
    void (*single_terms[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n, double *rows);
    void (*negate_rows)(double *rows, ptrdiff_t n);
    int (*all_finite)(const double *rows, ptrdiff_t n);
    int (*all_ordinary)(const double *x, ptrdiff_t n);
    /* plain rows of labels in one go, to float64 or (`narrow`, of float32) to float32; by float32 or float64 */
    int (*label_rows[2])(const int64_t *label, const char *y, ptrdiff_t row, ptrdiff_t n, ptrdiff_t n_classes,
                         double eps, double most, int negate, int narrow, void *to);
    int (*one_hot_rows[2])(const char *t, const char *y, ptrdiff_t n, ptrdiff_t n_classes, double eps, double most,
                           int negate, uint32_t *index, int narrow, void *to);
    /* rows that are not finite */
    int (*special_terms)(const double *c, const double *y, ptrdiff_t n, double eps, int logits, double lse);
    void (*cold_add)(xentc_cold *row, double c, double y, double eps);
    void (*cold_add_logit)(xentc_cold *row, double c, double z, double lse, double lse_low);
    double (*cold_total)(const xentc_cold *row);
    /* an evaluation: what it asks of all values of a row, by float32 or float64; scores; tallies */
    void (*survey_rows[XENTC_N_QUESTIONS][2])(const char *y, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n,
                                              xentc_survey *s, ptrdiff_t row);
    void (*survey_piece[2])(const void *y, ptrdiff_t n, ptrdiff_t first, int is_last, xentc_survey *s, ptrdiff_t row);
    void (*survey_classes[2])(const char *y, ptrdiff_t stride, ptrdiff_t first, ptrdiff_t n_classes, ptrdiff_t K,
                              ptrdiff_t n, xentc_survey *s, ptrdiff_t row);
    void (*survey_start)(xentc_survey *s, ptrdiff_t row, ptrdiff_t n);
    void (*survey_join)(xentc_survey *s, ptrdiff_t row, ptrdiff_t n);
    int (*score_rows)(xentc_scores *rows, ptrdiff_t n, const xentc_scoring *how, double least);
    int (*quads_of_rows)(const xentc_scores *rows, ptrdiff_t n, int weighted, double *x);
    int (*bins_of_rows)(const xentc_scores *rows, ptrdiff_t n, int weighted, double *x);
    int (*fixed_rows)(const xentc_scores *rows, ptrdiff_t n, int64_t *fixed);
    void (*add_to_fixed_bins)(const xentc_scores *rows, const int64_t *fixed, ptrdiff_t n, xentc_fixed_bin *bins);
    int (*tally_rows)(char *slots, ptrdiff_t stride, int n_quads, const uint32_t *slot, const uint8_t *hit,
                      const double *x, ptrdiff_t n, double *lost);
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
