/* Row sums of softmax:  lse = m + log(sum_k exp(z_k - m)),  m = max_k z_k.

   The sum is kept as count + remainder: the maximum's own 1 (or how often it occurs), and the sum of the other terms,
   which keeps its digits however small it is, so that a tiny loss, log(1 + remainder) = remainder, has them all. exp_sum.h
   makes it, of rows one after the other or side by side; the bits are the same.

   Each function takes what it knows of its rows (xentc_softmax) from row `row` of the tile on. */

/* From the maxima what exp needs, and room for the sums. float32 rows whose maximum is no number up to 256 in
   size are `wide`: exp_single is not for them, and the caller, told of any, has them done as float64. */
static int start_rows_single(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n)
{
    float *restrict m = rows->m_single + row, *restrict magic = rows->magic + row, *restrict limit = rows->limit + row;
    uint32_t *restrict count = rows->count + row;
    uint8_t *restrict wide = rows->wide + row;
    for (ptrdiff_t i = 0; i < n; i++) {
        float n_m = fmaf(m[i], (float)INVERSE_LN2, 0x1.8p23f) - 0x1.8p23f;
        magic[i] = 0x1.8p23f + 8.0f * (EXP_SHIFT_SINGLE - n_m);
        limit[i] = fmaf(n_m, (float)LN2, -103.9f); /* 2^-150 is exp(-103.97) */
        count[i] = 0;
    }
    int any = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        /* -inf has only NaN beside it, or nothing: the row is NaN here too */
        wide[i] = !((m[i] >= -256.0f) & (m[i] <= 256.0f)) & (m[i] > -INFINITY);
        any |= wide[i];
    }
    return any;
}

static int start_rows_double(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n)
{
    for (ptrdiff_t i = row; i < row + n; i++) {
        rows->count[i] = 0;
        rows->wide[i] = 0;
    }
    return 0;
}

/* exp(m - n_m ln 2) in the unit of exp_single, with the digits of a float64. */
static inline double term_of_maximum_single(float m)
{
    double n_m = (double)(fmaf(m, (float)INVERSE_LN2, 0x1.8p23f) - 0x1.8p23f);
    return exp_double(fma(n_m, -LN2_HIGH, (double)m), n_m * -LN2_LOW, EXP_SHIFT_SINGLE);
}

/* exp of a double is relative to the maximum itself, in a unit of 2^-64. */
static inline double term_of_maximum_double(double m)
{
    (void)m;
    return 0x1p64;
}

/* The same term as exp made it, which is in the sum of all. */
static inline double largest_term_single(float m, float magic, float limit)
{
    return (double)exp_single(m, magic, limit);
}

static inline double largest_term_double(double m, float magic, float limit)
{
    (void)m;
    (void)magic;
    (void)limit;
    return 0x1p64;
}

/* What a sum lost: of float32 terms it is not kept. */
static inline double low_part_single(double s_low)
{
    (void)s_low;
    return 0.0;
}

static inline double low_part_double(double s_low) { return s_low; }

#include "real_single.h"
#include "softmax_body.h"
#include "real_double.h"
#include "softmax_body.h"
