/* What is compiled once for each SIMD tier, as tables of functions by subject; kernel/ is the caller. An operation is
   signed here and has a row in the table of tier.h; one without a row fails when the module is imported. After a
   change here run tools/make_declarations.py, which tells Cython. */
#ifndef XENTC_OPERATIONS_H
#define XENTC_OPERATIONS_H

#include "dtypes.h"
#include "evaluation.h"
#include "rows.h"

typedef void (*xentc_sum_rows)(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_softmax *rows,
                               ptrdiff_t row, ptrdiff_t ahead, void *kept, xentc_pending *pending, double *lane,
                               double *lane_low);
typedef void (*xentc_sum_piece)(const void *z, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row, void *kept,
                                double *lane, double *lane_low);
typedef void (*xentc_sum_classes)(const char *z, ptrdiff_t stride, ptrdiff_t k, ptrdiff_t n_classes, ptrdiff_t n,
                                  xentc_softmax *rows, ptrdiff_t row, void *kept, ptrdiff_t step, double *lane,
                                  double *lane_low);

/* Strided elements, those at byte offsets, or numbered ones of a run, to float32 or float64, by dtype; float32 or
   float64 to a floating dtype; strided integers, or whole numbers of any dtype, to int64; contiguous rows of float32 or
   float64 into columns. */
typedef struct {
    void (*load[2][XENTC_N_DTYPES])(const char *from, ptrdiff_t stride, ptrdiff_t n, void *to);
    void (*gather[2][XENTC_N_DTYPES])(const char *base, const ptrdiff_t *offset, ptrdiff_t n, void *to);
    void (*pick[2][XENTC_N_DTYPES])(const char *base, const uint32_t *index, ptrdiff_t n, void *to);
    void (*store[2][XENTC_N_DTYPES])(const void *from, ptrdiff_t n, char *to, ptrdiff_t stride);
    void (*load_index[XENTC_N_DTYPES])(const char *from, ptrdiff_t stride, ptrdiff_t n, int64_t *to);
    void (*transpose[2])(const char *from, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n_classes, void *to,
                         ptrdiff_t step);
} xentc_elements_operations;

/* Where t is not zero. */
typedef struct {
    ptrdiff_t (*nonzero)(const char *t, ptrdiff_t n_bytes, uint64_t mask, int log2_size, ptrdiff_t ahead,
                         uint32_t *index, ptrdiff_t capacity);
    int (*sample_is_dense)(const char *t, ptrdiff_t n_bytes, uint64_t mask, int log2_size);
} xentc_scan_operations;

/* Terms a + b = c log(max(y, eps)), or of logits c (z - lse), and whether there is a sign; if most is finite a y
   outside [0, most] makes NaN or is such a sign; by precision. Each row's lse once for each of its
   terms. How many of n terms with c != 0 have y < eps. What is among terms that are not finite. */
typedef struct {
    int (*of_probabilities[XENTC_N_PRECISIONS])(const void *c, const void *y, ptrdiff_t n, ptrdiff_t n_classes,
                                                double eps, double most, ptrdiff_t ahead, double *a, double *b);
    int (*of_logits[XENTC_N_PRECISIONS])(const void *c, const void *z, ptrdiff_t n, const double *lse,
                                         const double *lse_low, int step, double *a, double *b);
    /* terms and their sums at once: of whole rows of a block, of a piece of a row to its lanes, or, of float32 y, of
       classes of rows side by side, each to its lane of its row */
    int (*rows_of_probabilities[XENTC_N_PRECISIONS])(const void *c, const void *y, ptrdiff_t n_rows,
                                                     ptrdiff_t n_classes, double eps, double most, double *rows);
    int (*piece_of_probabilities[XENTC_N_PRECISIONS])(const void *c, const void *y, ptrdiff_t n, ptrdiff_t n_classes,
                                                      double eps, double most, double *lane, double *lane_low);
    int (*classes_of_probabilities[2])(const char *c, ptrdiff_t c_step, ptrdiff_t c_ahead, const char *y,
                                       ptrdiff_t y_step, ptrdiff_t y_ahead, ptrdiff_t n_classes, ptrdiff_t n,
                                       double eps, double most, double *lane);
    /* the same of float32 logits */
    int (*rows_of_logits[2])(const void *c, const void *z, ptrdiff_t n_rows, ptrdiff_t n_classes, const double *lse,
                             const double *lse_low, double *rows);
    int (*piece_of_logits[2])(const void *c, const void *z, ptrdiff_t n, double lse, double lse_low, double *lane);
    void (*repeat_rows)(const double *rows, ptrdiff_t n_rows, ptrdiff_t n, double *to);
    ptrdiff_t (*count_clipped[2])(const double *c, const void *y, ptrdiff_t n, double eps);
    void (*special[2])(const void *c, const void *y, ptrdiff_t n, double eps, double most, uint32_t *found);
    void (*special_logits[2])(const void *c, const void *z, ptrdiff_t n_rows, ptrdiff_t n_classes, const double *lse,
                              uint32_t *found);
    void (*special_rows)(const uint32_t *found, ptrdiff_t n_rows, ptrdiff_t n_classes, uint8_t *rows);
    int (*tell_rows)(double *rows, const uint8_t *found, const uint8_t *beside, const uint8_t *used, ptrdiff_t n);
} xentc_terms_operations;

/* Sums of terms, by precision; `single` of rows that have one term each. Signs; a look for rows that the vector code
   left. */
typedef struct {
    void (*of_rows[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n_rows, ptrdiff_t n_classes,
                                        double *rows);
    void (*add_piece[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n, double *lane,
                                          double *lane_low);
    void (*add_class[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n, double *lane,
                                          double *lane_low);
    void (*add_entries[XENTC_N_PRECISIONS])(const double *a, const double *b, const uint32_t *lane_of, ptrdiff_t n,
                                            double *lane, double *lane_low);
    void (*join_rows[XENTC_N_PRECISIONS])(const double *lane, const double *lane_low, ptrdiff_t n_rows, double *rows);
    void (*single[XENTC_N_PRECISIONS])(const double *a, const double *b, ptrdiff_t n, double *rows);
    void (*negate)(double *rows, ptrdiff_t n);
    void (*leave_tiny)(double *rows, ptrdiff_t n);
    int (*all_finite)(const double *rows, ptrdiff_t n);
    int (*all_ordinary)(const double *x, ptrdiff_t n);
} xentc_sums_operations;

/* Sums of log(max(y, eps)) with equal weights, as products (product.h); y outside [0, most] as with terms; what is
   special is added to `found` (rows.h); by float32 or float64. */
typedef struct {
    int (*of_rows[2])(const void *y, ptrdiff_t n_rows, ptrdiff_t n_classes, double eps, double most, double *p,
                      double *e, uint8_t *found);
    int (*add_piece[2])(const void *y, ptrdiff_t n, double eps, double most, double *p, double *e, uint8_t *found);
    void (*add_class[2])(const void *y, const void *next, ptrdiff_t n, double eps, double most, double *p, double *e);
    void (*renormalise)(double *p, double *e, ptrdiff_t n);
    void (*log)(const double *p, const double *e, ptrdiff_t n, double *rows);
    void (*join)(const double *p, const double *e, ptrdiff_t n_rows, double *rows);
} xentc_products_operations;

/* Two classes: what a tile holds; its rows where every t is 0 or 1 (hard), those of float32 in one go or not at all;
   coefficients; rows[i] = w t log(max(p, eps)) + u log(max(1 - p, eps)), or from logits, with the logarithms of float32
   or of float64; derivatives. */
typedef struct {
    int (*look)(const double *t, const double *p, ptrdiff_t n, double eps, int logits);
    void (*hard_rows)(const double *t, const double *p, ptrdiff_t n, double eps, double *rows);
    void (*hard_logits_rows)(const double *t, const double *z, ptrdiff_t n, double *rows);
    void (*coefficients)(const double *t, const double *w, ptrdiff_t n, double keep, double half, xentc_binary *to,
                         double *weight);
    int (*hard_rows_single)(const float *t, const float *p, ptrdiff_t n, float eps, const xentc_ties *ties,
                            double *rows);
    int (*hard_logits_rows_single)(const float *t, const float *z, ptrdiff_t n, double *rows);
    void (*rows[2])(const xentc_binary *of, const double *p, ptrdiff_t n, double eps, double *rows);
    void (*logits_rows[2])(const xentc_binary *of, const double *z, ptrdiff_t n, const double *weight, double *rows);
    int (*special_rows)(const xentc_binary *of, const double *p, ptrdiff_t n, double eps, double *rows);
    void (*special_logits)(const xentc_binary *of, const double *z, ptrdiff_t n, double *rows);
    void (*special_hard_rows)(const double *t, const double *p, ptrdiff_t n, double *rows);
    void (*gradient)(const xentc_binary *of, const double *p, ptrdiff_t n, double eps, const double *factor, double *g);
    void (*logits_derivatives)(const xentc_binary *of, const double *z, ptrdiff_t n, const double *weight,
                               const double *factor, double floor, double *g, double *h);
    void (*hard_gradient)(const double *t, const double *p, ptrdiff_t n, double eps, const double *factor, double *g);
    void (*hard_logits_derivatives)(const double *t, const double *z, ptrdiff_t n, const double *factor, double floor,
                                    double *g, double *h);
} xentc_binary_operations;

/* log-softmax: maxima, sums of exponentials, lse; by float32 or float64. All of it for few classes of float32. */
typedef struct {
    int (*start_rows[2])(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n);
    double (*max_piece[2])(const void *z, ptrdiff_t n, double m);
    int (*any_nan[2])(const void *z, ptrdiff_t n);
    void (*max_rows[2])(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_softmax *rows,
                        ptrdiff_t row);
    void (*max_classes[2])(const char *z, ptrdiff_t stride, ptrdiff_t n_classes, ptrdiff_t n, int ahead, void *copy,
                           ptrdiff_t step, xentc_softmax *rows, ptrdiff_t row);
    xentc_sum_rows sum_all_rows[2];
    xentc_sum_rows sum_others_rows[2];
    xentc_sum_piece sum_all_piece[2];
    xentc_sum_piece sum_others_piece[2];
    xentc_sum_classes sum_all_classes[2];
    xentc_sum_classes sum_others_classes[2];
    void (*start_guess)(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n);
    xentc_sum_classes sum_guessed_classes;
    int (*settle_guess)(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, double *lane, int *any_wide);
    void (*join_row[2])(double *lane, double *lane_low);
    void (*join_class[2])(double *lane, double *lane_low, ptrdiff_t n);
    int (*remainder_of_all[2])(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *lane,
                               const double *lane_low, double *remainder, double *remainder_low, uint8_t *again);
    void (*remainder_of_others[2])(ptrdiff_t n, const double *lane, const double *lane_low, double *remainder,
                                   double *remainder_low);
    void (*finish[2])(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *remainder,
                      const double *remainder_low);
    int (*few_classes)(const char *z, ptrdiff_t stride, ptrdiff_t n_classes, ptrdiff_t n, int whole,
                       xentc_softmax *rows, ptrdiff_t row, void *kept, ptrdiff_t step);
} xentc_softmax_operations;

/* Derivatives, by float32 or float64. */
typedef struct {
    int (*normalise_rows)(xentc_softmax *rows, const double *s, double scale, double divisor, int logits, ptrdiff_t n);
    int (*prepare_rows)(xentc_softmax *rows, ptrdiff_t n);
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
} xentc_derivatives_operations;

/* The first x outside [least, most] where c != 0; whether any is, and the sum; the first row with one, or whose sum is
   not 1; by float32 or float64. */
typedef struct {
    ptrdiff_t (*first_outside)(const double *c, const double *x, ptrdiff_t n, double least, double most, double *value);
    int (*piece[2])(const void *x, ptrdiff_t n, double least, double most, double *sum);
    ptrdiff_t (*rows[2])(const void *x, ptrdiff_t n_rows, ptrdiff_t n_classes, double least, double most,
                         double tolerance);
} xentc_checks_operations;

/* Plain rows in one go, to float64 or (`narrow`, of float32) to float32; by float32 or float64. Of logits those of few
   classes of float32. */
typedef struct {
    int (*label_rows[2])(const int64_t *label, const char *y, ptrdiff_t row, ptrdiff_t n, ptrdiff_t n_classes,
                         const xentc_ties *ties, double eps, double most, int negate, int narrow, void *to);
    int (*one_hot_rows[2])(const char *t, const char *y, ptrdiff_t n, ptrdiff_t n_classes, const xentc_ties *ties,
                           double eps, double most, int negate, uint32_t *index, int narrow, void *to);
    int (*few_label_rows)(const int64_t *label, const char *z, ptrdiff_t row, ptrdiff_t n, ptrdiff_t n_classes,
                          xentc_softmax *rows, float *columns, int negate, int narrow, void *to);
    int (*few_dense_rows)(const char *t, const char *z, ptrdiff_t n, ptrdiff_t n_classes, xentc_softmax *rows,
                          float *columns_t, float *columns, int negate, int narrow, void *to);
} xentc_plain_operations;

/* A row that is not finite, or that must be known in more digits (ties.h), one term at a time. */
typedef struct {
    void (*add)(xentc_cold *row, double c, double y, double eps);
    void (*add_logit)(xentc_cold *row, double c, double z, double lse, double lse_low);
    double (*total)(const xentc_cold *row);
    int (*any_near_tie)(const xentc_ties *ties, const double *rows, const double *factor, ptrdiff_t n);
    double (*settled_tie)(const xentc_ties *ties, const xentc_cold *row);
} xentc_cold_operations;

/* What an evaluation asks of all values of a row, by float32 or float64. */
typedef struct {
    void (*start)(xentc_survey *s, ptrdiff_t row, ptrdiff_t n);
    void (*rows[XENTC_N_QUESTIONS][2])(const char *y, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_survey *s,
                                       ptrdiff_t row);
    void (*piece[2])(const void *y, ptrdiff_t n, ptrdiff_t first, int is_last, xentc_survey *s, ptrdiff_t row);
    void (*classes[2])(const char *y, ptrdiff_t stride, ptrdiff_t first, ptrdiff_t n_classes, ptrdiff_t K, ptrdiff_t n,
                       xentc_survey *s, ptrdiff_t row);
    void (*join)(xentc_survey *s, ptrdiff_t row, ptrdiff_t n);
} xentc_survey_operations;

/* Scores of rows, and what they add to tallies. */
typedef struct {
    int (*of_rows)(xentc_scores *rows, ptrdiff_t n, const xentc_scoring *how, double least);
    int (*quads)(const xentc_scores *rows, ptrdiff_t n, int weighted, double *x);
    int (*bins)(const xentc_scores *rows, ptrdiff_t n, int weighted, double *x);
    int (*fixed)(const xentc_scores *rows, ptrdiff_t n, int64_t *fixed);
    void (*add_to_fixed_bins)(const xentc_scores *rows, const int64_t *fixed, ptrdiff_t n, xentc_fixed_bin *bins);
    int (*add_to_tally)(char *slots, ptrdiff_t stride, int n_quads, const uint32_t *slot, const uint8_t *hit,
                        const double *x, ptrdiff_t n, double *lost);
} xentc_scores_operations;

/* Exact sums. */
typedef struct {
    void (*add)(xentc_exact *sum, const double *x, ptrdiff_t n);
    void (*carry)(xentc_exact *sum);
} xentc_exact_operations;

/* Every tier has the same C source (tier.h) under another target, with the same operations in the same order: a tier
   changes the speed and never a bit. */
typedef struct {
    const char *name;
    xentc_elements_operations elements;
    xentc_scan_operations scan;
    xentc_terms_operations terms;
    xentc_sums_operations sums;
    xentc_products_operations products;
    xentc_binary_operations binary;
    xentc_softmax_operations softmax;
    xentc_derivatives_operations derivatives;
    xentc_checks_operations checks;
    xentc_plain_operations plain;
    xentc_cold_operations cold;
    xentc_survey_operations survey;
    xentc_scores_operations scores;
    xentc_exact_operations exact;
} xentc_tier;

#endif
