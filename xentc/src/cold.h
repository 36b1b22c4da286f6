/* The rows that the vector loops leave: those whose sum came out infinite or NaN.

   log_double and log_single return NaN for what they cannot take (0, subnormals, infinity, NaN), and an
   infinite or overflowing t makes a NaN of its remainder, so the test is one comparison a row. Which rows
   come here depends on their own content alone, and so the bits do. Rare, and written for the reader. */

/* log x = high + low for every x >= 0, infinity and NaN. */
static void log_any(double x, double *high, double *low)
{
    *low = 0.0;
    if (isnan(x) || isinf(x))
        *high = x;
    else if (x == 0.0)
        *high = -INFINITY;
    else if (bits_of_double(x) >= MIN_NORMAL_BITS_64)
        log_double(x, high, low);
    else {
        double sum, lost = 0.0;
        log_double(x * 0x1p54, &sum, low);
        *high = -54.0 * LN2_HIGH;
        two_sum(high, &lost, sum, -54.0 * LN2_LOW);
        *low += lost;
    }
}

/* Adds c (high + low) `unit`, c != 0, to a row: its compensated sum and its plain one. */
static void cold_add_product(xentc_cold *row, double c, double high, double low, double unit)
{
    double p = c * high, rest = unit * fma(c, low, fma(c, high, -p));
    p *= unit;
    two_sum(&row->s, &row->c, p, rest);
    row->plain += p;
}

/* c log(max(y, eps)) */
static void cold_add(xentc_cold *row, double c, double y, double eps)
{
    double high, low;
    log_any(y < eps ? eps : y, &high, &low);
    cold_add_product(row, c, high, low, 1.0);
}

/* c (z - lse), by quarters: the difference may be beyond the doubles where the term is not. */
static void cold_add_logit(xentc_cold *row, double c, double z, double lse, double lse_low)
{
    double high = 0.25 * z, low = -0.25 * lse_low;
    two_sum(&high, &low, -0.25 * lse, 0.0);
    cold_add_product(row, c, high, low, 4.0);
}

/* What is special in the terms of a row that is infinite or NaN, c log(max(y, eps)) or c (y - lse) of logits: NaN and
   infinite ones, which nearly always it has, and then the sum is what they make of each other, in any order. Only a row in
   which there is nothing of that, or what this is not sure of (SPECIAL_ODD), must be added up once more.

   Found term by term, to be gathered by rows: an infinity has the sign of its logarithm. */
#define FLAG(condition, bit) ((condition) ? (bit) : 0)

#include "real_single.h"
#include "special_terms_body.h"
#include "real_double.h"
#include "special_terms_body.h"

/* What is found in the terms of whole rows, one behind the other, and in rows[i] already. */
static void special_rows(const uint32_t *restrict found, ptrdiff_t n_rows, ptrdiff_t n_classes, uint8_t *restrict rows)
{
    for (ptrdiff_t i = 0; i < n_rows; i++, found += n_classes) {
        uint32_t any = 0;
        for (ptrdiff_t k = 0; k < n_classes; k++)
            any |= found[k];
        rows[i] |= (uint8_t)any;
    }
}

/* Rows that are infinite or NaN and told by what was found in them, in `beside` too unless NULL: one NaN, or the infinity.
   What was found in all that are not finite; SPECIAL_ODD, if one is not told. Those of `used` count, unless NULL. */
static int tell_rows(double *restrict rows, const uint8_t *restrict found, const uint8_t *restrict beside,
                     const uint8_t *restrict used, ptrdiff_t n)
{
    static const double sums[] = {0.0, NAN, INFINITY, NAN, -(double)INFINITY, NAN, NAN, NAN};
    unsigned any = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        unsigned of_row = found[i] | (beside ? beside[i] : 0u), cold = !(rows[i] - rows[i] == 0.0);
        unsigned told = special_is_told((int)of_row) != 0, counts = cold & (used ? used[i] : 1u);
        double sum = sums[of_row & 7];
        any |= -counts & ((of_row & SPECIAL_OUTSIDE) | (told ? 0 : SPECIAL_ODD));
        rows[i] = cold & told ? sum : rows[i];
    }
    return (int)any;
}

/* The plain sum says what IEEE arithmetic makes of infinities and NaN; a finite one is given exactly. */
static double cold_total(const xentc_cold *row)
{
    double total = row->s + row->c;
    if (isfinite(total))
        return total;
    return isnan(row->plain) ? (double)NAN : row->plain; /* one NaN, whichever way a row goes */
}
