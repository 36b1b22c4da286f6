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
        TWO_SUM_INTO(*high, lost, sum, -54.0 * LN2_LOW);
        *low += lost;
    }
}

/* Adds c (high + low) `unit`, c != 0, to a row: its compensated sum and its plain one. */
static void cold_add_product(xentc_cold *row, double c, double high, double low, double unit)
{
    double p = c * high, rest = unit * fma(c, low, fma(c, high, -p));
    p *= unit;
    TWO_SUM_INTO(row->s, row->c, p, rest);
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
    TWO_SUM_INTO(high, low, -0.25 * lse, 0.0);
    cold_add_product(row, c, high, low, 4.0);
}

/* The plain sum says what IEEE arithmetic makes of infinities and NaN; a finite one is given exactly. */
static double cold_total(const xentc_cold *row)
{
    double total = row->s + row->c;
    return isfinite(total) ? total : row->plain;
}
