/* The rows that the vector loops leave: those whose sum came out infinite or NaN.

   Terms are NaN where the logarithm is of what the vector code cannot take (0, subnormals, infinity, NaN), an
   infinite or overflowing t makes a NaN of its remainder, and float64 rows below 2^-960 are made NaN (leave_tiny), so
   the test is one comparison a row. Which rows
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
    double p = c * high, p_low = unit * fma(c, low, fma(c, high, -p));
    p *= unit;
    two_sum(&row->s, &row->s_low, p, p_low);
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
   infinite ones, which nearly always it has, and then the sum is what they make of each other, in any order. Only a row
   in which there is nothing of that, or what this is not sure of (SPECIAL_ODD), must be added up once more.

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

/* Rows that are infinite or NaN and told by what was found in them, in `beside` too unless NULL: one NaN, or the
   infinity. What was found in all that are not finite; SPECIAL_ODD, if one is not told. Those of `used` count, unless
   NULL. */
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
        rows[i] = cold && told ? sum : rows[i];
    }
    return (int)any;
}

/* Elements of two classes that are not finite and told by what they are made of: t log(max(p, eps)), w times it, and
   u log(max(1 - p, eps)). Whether one is left. */
static int binary_special_rows(const xentc_binary *restrict of, const double *restrict p, ptrdiff_t n, double eps,
                               double *restrict rows)
{
    static const double sums[] = {0.0, NAN, INFINITY, NAN, -(double)INFINITY, NAN, NAN, NAN};
    double term[2][XENTC_TILE_ROWS], sign[2][XENTC_TILE_ROWS];
    int left = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double q = 1.0 - p[i];
        term[0][i] = of->w[i] * of->t[i];
        term[1][i] = of->u[i];
        sign[0][i] = sign_of_log_double(p[i] < eps ? eps : p[i]);
        sign[1][i] = sign_of_log_double(q < eps ? eps : q);
    }
    for (ptrdiff_t i = 0; i < n; i++) {
        int lost = (term[0][i] == 0.0) & (of->t[i] != 0.0), cold = !(rows[i] - rows[i] == 0.0);
        uint64_t found = FLAG(term[0][i] != 0.0, special_double(term[0][i], sign[0][i]))
                       | FLAG(term[1][i] != 0.0, special_double(term[1][i], sign[1][i]));
        int told = special_is_told((int)(found | FLAG(lost, SPECIAL_ODD))) != 0;
        double sum = sums[found & 7];
        left |= cold & !told;
        rows[i] = cold && told ? sum : rows[i];
    }
    return left;
}

/* From logits, -(w t softplus(-z) + u softplus(z)): an infinite z is sure of one class, and against the other. Where
   every t is 0 or 1 there are no coefficients. */
ALWAYS_INLINE double special_logit_row(double t, double u, double z)
{
    double against = z > 0.0 ? u : t, sum = against == 0.0 ? 0.0 : against > 0.0 ? -(double)INFINITY : (double)INFINITY;
    int no_term = (t == 0.0) & (u == 0.0), any_nan = (t != t) | (u != u) | (z != z);
    return !any_nan ? sum : no_term ? 0.0 : (double)NAN;
}

static void binary_special_logits(const xentc_binary *restrict of, const double *restrict z, ptrdiff_t n,
                                  double *restrict rows)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double special = special_logit_row(of->t[i] * of->w[i], of->u[i], z[i]);
        rows[i] = rows[i] - rows[i] == 0.0 ? rows[i] : special;
    }
}

static void binary_special_hard_rows(const double *restrict t, const double *restrict p, ptrdiff_t n,
                                     double *restrict rows)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double special = special_logit_row(t[i], 1.0 - t[i], p[i]);
        rows[i] = rows[i] - rows[i] == 0.0 && p[i] == p[i] ? rows[i] : special;
    }
}

/* The plain sum says what IEEE arithmetic makes of infinities and NaN; a finite one is given exactly. */
static double cold_total(const xentc_cold *row)
{
    double total = row->s + row->s_low;
    if (isfinite(total))
        return total;
    return isnan(row->plain) ? (double)NAN : row->plain; /* one NaN, whichever way a row goes */
}
