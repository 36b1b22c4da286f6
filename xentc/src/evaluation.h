/* What an evaluation makes of the rows of a tile, once their losses (kernel/sums.pxi) and surveys (survey.h) are
   known: scores, and from them what is added to the tallies (tally.h). */
#ifndef XENTC_EVALUATION_H
#define XENTC_EVALUATION_H

#include "survey.h"
#include "tally.h"

enum {
    XENTC_FIRST_OCTAVE = -32, /* of the histogram of losses: bin 0 is below 2^-32, then four an octave, */
    XENTC_OCTAVES = 42,       /* the last but one from 2^10 on, and the last one of NaN */
    XENTC_LOSS_BINS = 4 * XENTC_OCTAVES + 3,
    XENTC_MAX_QUADS = 3,
    XENTC_ANY_FAULT = 1,
    XENTC_ANY_WORST = 2,
    XENTC_FIXED_BITS = 62,
    XENTC_MOST_FIXED_BINS = 1024,
    XENTC_MOST_FIXED_ROWS = 1 << 30,
};

/* What may be wrong with a row. */
enum xentc_fault { XENTC_CLIPPED, XENTC_OFF_SUM, XENTC_OUTSIDE, XENTC_NAN, XENTC_LIKE_PROBABILITIES, XENTC_N_FAULTS };

typedef struct {
    int64_t count, first_row, largest_row;
    double largest;
} xentc_finding;

typedef struct {
    double loss;
    int64_t row, label, predicted;
    double probability;
} xentc_worst;

/* How rows are scored. */
typedef struct {
    int logits;
    double eps, tolerance;
    int n_bins;
    const double *edges; /* n_bins + 1 */
    double step;         /* edge i is i step, but for the last, which is 1; else 0 */
} xentc_scoring;

/* Of the rows of a tile that count, one behind the other. What is pointed to is the tile's own where all its
   rows are. */
typedef struct {
    const double *loss, *r;         /* r = s loss */
    double weight[XENTC_TILE_ROWS]; /* s, not touched where all are 1 */
    int64_t label[XENTC_TILE_ROWS];
    double label_y[XENTC_TILE_ROWS]; /* y of the label */
    double *probability;             /* of the first largest y, whose class is place */
    double *place, *sum, *smallest;
    double *brier;                   /* sum of squares, and then the score; of no use where that is not asked for */
    double room[7][XENTC_TILE_ROWS]; /* for what is not the tile's */
    uint8_t hit[XENTC_TILE_ROWS], fault[XENTC_TILE_ROWS];
    uint32_t bin[XENTC_TILE_ROWS], loss_bin[XENTC_TILE_ROWS];
} xentc_scores;

/* A bin of every other row, without weights, whose probabilities p are whole numbers x = p 2^62: the sums of x mod 2^32
   and of x / 2^32, and of 1 + 2^32 hit. So many as XENTC_MOST_FIXED_ROWS leave no word. */
typedef struct {
    int64_t low, high, count;
} xentc_fixed_bin;

/* What is found in any number of rows. */
typedef struct {
    xentc_tally classes, bins, groups;
    int64_t losses[XENTC_LOSS_BINS];
    xentc_finding findings[XENTC_N_FAULTS];
    xentc_worst *worst; /* a heap, the least of them first, with room for as many as are asked for */
    ptrdiff_t n_worst;
} xentc_found;

/* What one thread works with, and what it found. */
typedef struct {
    xentc_survey survey, exponentials;
    xentc_scores rows;
    uint32_t at[XENTC_TILE_ROWS]; /* the row of the tile that each of `rows` is */
    int64_t number[XENTC_TILE_ROWS], key[XENTC_TILE_ROWS];
    uint32_t slot[XENTC_TILE_ROWS];
    double x[XENTC_MAX_QUADS * XENTC_QUAD * XENTC_TILE_ROWS]; /* what is added to a tally */
    double lost[XENTC_MAX_QUADS * XENTC_QUAD * XENTC_TALLY_ROWS];
    xentc_found found;
    int64_t fixed[XENTC_TILE_ROWS];
    xentc_fixed_bin bins[2 * XENTC_MOST_FIXED_BINS]; /* what is not in found.bins yet: two of each, side by side */
    ptrdiff_t n_in_bins;                             /* rows in them */
} xentc_evaluation;

#endif

#ifdef XENTC_TIER_BODY

/* The bin of each probability: (edge, next edge], of the first also what is below. */
static void find_bins(xentc_scores *r, ptrdiff_t n, const xentc_scoring *how)
{
    const double n_bins = how->n_bins, step = how->step, *edges = how->edges;
    if (step) {
        for (ptrdiff_t i = 0; i < n; i++) {
            double p = r->probability[i], at = p * n_bins;
            at = at > 0.0 ? at : 0.0;
            at = at < n_bins ? at : n_bins - 1.0;
            int place = (int)at;
            double first = place, down = p <= first * step ? 1.0 : 0.0;
            down = first > 0.0 ? down : 0.0;
            first -= down;
            double next = first + 1.0, up = p > next * step ? 1.0 : 0.0;
            up = next < n_bins ? up : 0.0;
            first += up;
            first = p != p ? n_bins : first;
            r->bin[i] = (uint32_t)(int)first;
        }
        return;
    }
    for (ptrdiff_t i = 0; i < n; i++) {
        double p = r->probability[i], at = p * n_bins;
        int place = (int)(at > 0.0 ? (at < n_bins ? at : n_bins - 1.0) : 0.0);
        place -= (p <= edges[place]) & (place > 0);
        place += (p > edges[place + 1]) & (place + 1 < how->n_bins);
        r->bin[i] = (uint32_t)(p != p ? how->n_bins : place);
    }
}

/* Fills in the rest of n rows; returns XENTC_ANY_FAULT if any has one, and XENTC_ANY_WORST if the loss of any is not
   below `least`. */
static int score_rows(xentc_scores *r, ptrdiff_t n, const xentc_scoring *how, double least)
{
    const double eps = how->eps, tolerance = how->tolerance;
    int any = 0, worst = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        r->place[i] = r->brier[i] != r->brier[i] ? -1.0 : r->place[i];
        r->probability[i] = r->brier[i] != r->brier[i] ? (double)NAN : r->probability[i];
    }
    for (ptrdiff_t i = 0; i < n; i++) { /* a label is below 2^52, and so the last digits of 2^52 + it */
        double label = double_of_bits((uint64_t)r->label[i] | UINT64_C(0x4330000000000000)) - 0x1p52;
        r->hit[i] = r->place[i] == label;
    }
    if (how->logits)
        for (ptrdiff_t i = 0; i < n; i++)
            r->label_y[i] = r->hit[i] ? r->probability[i] : exp_double(-r->loss[i], 0.0, 0);
    for (ptrdiff_t i = 0; i < n; i++) {
        double p = r->label_y[i], q = 1.0 - p;
        double score = fma(q, q, fma(-p, p, r->brier[i]));
        r->brier[i] = score < 0.0 ? 0.0 : score;
    }
    find_bins(r, n, how);
    for (ptrdiff_t i = 0; i < n; i++) {
        double x = r->loss[i];
        int64_t quarter = (int64_t)(bits_of_double(x) >> 50) - 4 * (1023 + XENTC_FIRST_OCTAVE) + 1;
        quarter = quarter < 4 * XENTC_OCTAVES + 1 ? quarter : 4 * XENTC_OCTAVES + 1;
        quarter = x < 0x1p-32 ? 0 : quarter;
        r->loss_bin[i] = (uint32_t)(x != x ? XENTC_LOSS_BINS - 1 : quarter);
        worst |= !(x < least);
    }
    for (ptrdiff_t i = 0; i < n; i++) {
        double off = fabs(r->sum[i] - 1.0);
        int in_range = (r->smallest[i] >= -tolerance) & (r->probability[i] <= 1.0 + tolerance);
        int is_nan = r->probability[i] != r->probability[i];
        int fault = is_nan << XENTC_NAN;
        if (how->logits)
            fault |= ((r->sum[i] == r->sum[i]) & (off <= tolerance)) << XENTC_LIKE_PROBABILITIES;
        else
            fault |= (!(off <= tolerance) & !is_nan) << XENTC_OFF_SUM | (!in_range & !is_nan) << XENTC_OUTSIDE
                   | (r->label_y[i] < eps) << XENTC_CLIPPED;
        r->fault[i] = (uint8_t)fault;
        any |= fault;
    }
    return (any ? XENTC_ANY_FAULT : 0) | (worst ? XENTC_ANY_WORST : 0);
}

/* What each row adds to the tally of a class or a group, with r = s loss:  r, r^2 in two parts, s brier; with weights
   also  s, s^2 in two parts, s hit,  and  r s in two parts.  Returns whether any value is one that the parts of a tally
   are not for. */
#define PRODUCTS_EXACT_FROM 0x1p-484 /* x y and what its rounding loses are doubles, for x and y in this range or 0 */
#define PRODUCTS_EXACT_TO 0x1p484
#define PARTS_TO 0x1p900

ALWAYS_INLINE int has_odd_products(double x)
{
    double size = fabs(x);
    return !((size == 0.0) | ((size >= PRODUCTS_EXACT_FROM) & (size <= PRODUCTS_EXACT_TO)));
}

static int quads_of_rows(const xentc_scores *rows, ptrdiff_t n, int weighted, double *x)
{
    int odd = 0;
    ptrdiff_t width = weighted ? XENTC_MAX_QUADS * XENTC_QUAD : XENTC_QUAD;
    for (ptrdiff_t i = 0; i < n; i++) {
        double r = rows->r[i], brier = (weighted ? rows->weight[i] : 1.0) * rows->brier[i], *to = x + i * width;
        to[0] = r;
        to[1] = r * r;
        to[2] = fma(r, r, -to[1]);
        to[3] = brier;
        odd |= has_odd_products(r) | !(fabs(brier) <= PARTS_TO);
    }
    for (ptrdiff_t i = 0; weighted && i < n; i++) {
        double r = rows->r[i], s = rows->weight[i], *to = x + i * width;
        to[4] = s;
        to[5] = s * s;
        to[6] = fma(s, s, -to[5]);
        to[7] = rows->hit[i] ? s : 0.0;
        to[8] = r * s;
        to[9] = fma(r, s, -to[8]);
        to[10] = to[11] = 0.0;
        odd |= has_odd_products(s);
    }
    return odd;
}

/* Probabilities as whole numbers times 2^-62, to `fixed`; returns whether all are: those of float32 not below 2^-38 and
   of float64 not below 2^-10. */
static int fixed_rows(const xentc_scores *rows, ptrdiff_t n, int64_t *fixed)
{
    uint64_t wrong = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        uint64_t bits = bits_of_double(rows->probability[i]), down = 1023 - (bits >> 52); /* NaN, signs: above 63 */
        uint64_t x = ((bits & UINT64_C(0xfffffffffffff)) | UINT64_C(1) << 52) << (XENTC_FIXED_BITS - 52);
        uint64_t by = down & 63;
        wrong |= (down > 62) | (x >> by << by ^ x);
        fixed[i] = (int64_t)(x >> by);
    }
    return !wrong;
}

/* Two bins take turns: one addition to a word waits for the one before it. */
static void add_to_fixed_bins(const xentc_scores *rows, const int64_t *fixed, ptrdiff_t n, xentc_fixed_bin *bins)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        xentc_fixed_bin *to = bins + 2 * rows->bin[i] + i % 2;
        to->low += fixed[i] & 0xffffffff;
        to->high += fixed[i] >> 32;
        to->count += 1 + ((int64_t)rows->hit[i] << 32);
    }
}

/* The same for bins:  s probability, s, s hit. */
static int bins_of_rows(const xentc_scores *rows, ptrdiff_t n, int weighted, double *x)
{
    int odd = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double s = weighted ? rows->weight[i] : 1.0, p = s * rows->probability[i], *to = x + i * XENTC_QUAD;
        p = p == p ? p : 0.0; /* NaN is counted in a bin of its own */
        to[0] = p;
        to[1] = s;
        to[2] = rows->hit[i] ? s : 0.0;
        to[3] = 0.0;
        odd |= !((fabs(p) <= PARTS_TO) & (fabs(s) <= PARTS_TO));
    }
    return odd;
}

#endif
