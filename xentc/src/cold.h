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

/* What the terms of a row that is infinite or NaN are: c log(max(y, eps)), or c (y - lse) of logits. Nearly always some
   of them are so themselves, and the sum is what they make of each other, in any order: then there is no need to add.
   SPECIAL_ODD: terms that this is not sure of, a logarithm that is not for the vector code, a product that may overflow. */
#define MASK(condition) ((condition) ? UINT64_MAX : 0)

ALWAYS_INLINE int special_steps(const double *restrict c, const double *restrict y, ptrdiff_t n, double eps, int logits,
                                double lse)
{
    uint64_t nan = 0, above = 0, below = 0, odd = 0, finite_lse = MASK(fabs(lse) < (double)INFINITY);
    for (ptrdiff_t i = 0; i < n; i++) {
        double x = logits ? y[i] - lse : y[i] < eps ? eps : y[i];
        if (!logits)
            x = x == 0.0 ? -(double)INFINITY : x;
        double p = c[i] * x;
        uint64_t used = MASK(c[i] != 0.0), special = used & ~MASK(fabs(x) < (double)INFINITY);
        nan |= special & ~MASK(p == p);
        above |= special & MASK(p > 0.0);
        below |= special & MASK(p < 0.0);
        odd |= used & ~MASK(fabs(c[i]) < 0x1p900);
        odd |= logits ? special & finite_lse & MASK(fabs(y[i]) < (double)INFINITY)
                      : used & ~special & MASK(x < 0x1p-1022);
    }
    return (nan ? SPECIAL_NAN : 0) | (above ? SPECIAL_ABOVE : 0) | (below ? SPECIAL_BELOW : 0)
         | (odd ? SPECIAL_ODD : 0);
}

static int special_terms(const double *c, const double *y, ptrdiff_t n, double eps, int logits, double lse)
{
    return logits ? special_steps(c, y, n, eps, 1, lse) : special_steps(c, y, n, eps, 0, lse);
}

/* The plain sum says what IEEE arithmetic makes of infinities and NaN; a finite one is given exactly. */
static double cold_total(const xentc_cold *row)
{
    double total = row->s + row->s_low;
    if (isfinite(total))
        return total;
    return isnan(row->plain) ? (double)NAN : row->plain; /* one NaN, whichever way a row goes */
}
