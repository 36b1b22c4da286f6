/* Rows of one term each in one go, from t or labels to what is stored: plain rows only.

   The general way takes such rows through lists of entries and one pass for each step, which for a few classes
   costs more than the logarithms. Here a tile goes through a few loops, with the operations of terms.h, fold.h
   and load.h in their order, so that the bits are the same: float64 rows, rounded where they are stored. A tile
   that holds more than plain rows, a label out of range, a t other than one 1 a row or a y that is no probability
   or whose logarithm is not for the vector code, is not done here but reported: it goes the general way. */

#define TILE XENTC_TILE_ROWS

/* Memory is prefetched this many rows ahead, as in terms.h, and so is what will be written: where y is read, and again
   while logarithms are computed. One-hot float64 of six classes, which reads two arrays at once, takes 5.3 ns a row
   with fewer requests, 3.4 with these. */
#define ROWS_AHEAD XENTC_ROWS_AHEAD

/* The lines of 16 rows of y, if the rows fill them; otherwise the lines are those that the labels name, which are not
   known yet. */
static inline void prefetch_rows(const char *y, ptrdiff_t row)
{
    if (row <= 64)
        for (ptrdiff_t i = 0; i < 16 * row; i += 64)
            __builtin_prefetch(y + ROWS_AHEAD * row + i);
}

static inline void prefetch_rows_of_part(const char *y, ptrdiff_t row)
{
    for (ptrdiff_t i = 0; i < PART; i += 16)
        prefetch_rows(y + i * row, row);
}

#include "real_single.h"
#include "special_rows_body.h"
#include "real_double.h"
#include "special_rows_body.h"

/* Rows log(max(x, eps)), n a multiple of STEP, and whether every one is right: unless `most` is infinite, no x may
   be above it or have a sign. NaN and 0 are looked after here too, as a model that diverged has them in every row.
   `narrow`: stored as float32. A coefficient of 1 changes neither the logarithm nor its low part, and is left out.
   `y` and `row` tell which rows are prefetched. */
static inline int log_rows_single(const float *restrict x, ptrdiff_t n, const xentc_ties *ties, float eps, float most,
                                  int negate, const char *y, ptrdiff_t row, int narrow, void *to)
{
    split_singles split;
    uint32_t unfit = 0, signs = 0, end = end_of_single(most);
    float *narrow_rows = to;
    double *rows = to;
    (void)y; /* here, in half the time of a float64, more requests do not pay */
    (void)row;
    n &= -STEP;
    for (ptrdiff_t i = 0; i < n; i++) {
        uint32_t bits = bits_of_single(x[i] < eps ? eps : x[i]);
        split_single(bits, &split, i);
        signs |= bits_of_single(x[i]);
        unfit |= bits - MIN_NORMAL_BITS_32 >= end - MIN_NORMAL_BITS_32;
    }
    if (narrow)
        for (ptrdiff_t i = 0; i < n; i += 16)
            __builtin_prefetch(narrow_rows + ROWS_AHEAD + i, 1);
    near_ties near = no_near_ties(ties);
    for (ptrdiff_t i = 0; i < n; i += VECTOR_LANES) {
        vector sum = all_of(0.0) + join_single(&split, i);
        look_for_ties(&near, sum);
        if (negate)
            sum = all_of(0.0) - sum;
        if (narrow)
            store_narrowed(narrow_rows + i, sum);
        else
            *(vector *)(rows + i) = sum;
    }
    if (any_tie(near))
        return 0;
    return !unfit ? !(signs >> 31 && most < INFINITY) : set_special_rows_single(x, n, eps, most, negate, narrow, to);
}

static inline int log_rows_double(const double *restrict x, ptrdiff_t n, const xentc_ties *ties, double eps,
                                  double most, int negate, const char *y, ptrdiff_t row, int narrow, void *to_)
{
    double *restrict to = to_;
    split_doubles split;
    uint64_t unfit = 0, signs = 0, end_of_x = end_of_double(most);
    (void)narrow;
    (void)ties;
    n &= -STEP;
    for (ptrdiff_t part = 0; part < n; part += 32) {
        ptrdiff_t end = part + 32 < n ? part + 32 : n;
        prefetch_rows(y + part * row, row);
        for (ptrdiff_t i = part; i < end; i++) {
            uint64_t bits = bits_of_double(x[i] < eps ? eps : x[i]);
            split_in_cell(bits, &split, i);
            signs |= bits_of_double(x[i]);
            unfit |= bits - MIN_NORMAL_BITS_64 >= end_of_x - MIN_NORMAL_BITS_64;
        }
    }
    for (ptrdiff_t part = 0; part < n; part += 32) {
        ptrdiff_t end = part + 32 < n ? part + 32 : n;
        prefetch_rows(y + (part + 16) * row, row);
        for (ptrdiff_t i = 0; i < 32; i += 8)
            __builtin_prefetch(to + part + ROWS_AHEAD + i, 1);
        for (ptrdiff_t i = part; i < end; i += VECTOR_LANES) {
            vector sum, sum_low;
            log_parts(&split, i, &sum, &sum_low);
            sum = (all_of(0.0) + sum) + sum_low;
            if (negate)
                sum = all_of(0.0) - sum;
            *(vector *)(to + i) = sum;
        }
    }
    return !unfit ? !(signs >> 63 && most < (double)INFINITY)
                  : set_special_rows_double(x, n, eps, most, negate, narrow, to);
}

static inline int labels_in_range(const int64_t *label, ptrdiff_t n, ptrdiff_t n_classes)
{
    uint64_t outside = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        outside |= (uint64_t)label[i] >= (uint64_t)n_classes; /* negative ones too */
    return !outside;
}

/* Whether the i-th number is in row i, for all rows. */
static inline int one_in_each_row(const uint32_t *index, ptrdiff_t n_rows, ptrdiff_t n_classes)
{
    uint32_t outside = 0, k = (uint32_t)n_classes;
    for (ptrdiff_t i = 0; i < n_rows; i++)
        outside |= index[i] - (uint32_t)i * k >= k;
    return !outside;
}

#include "real_single.h"
#include "short_body.h"
#include "real_double.h"
#include "short_body.h"
