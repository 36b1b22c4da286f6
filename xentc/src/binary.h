/* Binary cross-entropy: t log(max(p, eps)) + (1 - t) log(max(1 - p, eps)), for every dtype in float64.

   1 - p and 1 - t are kept without loss, as a rounded value and what it lost, so that log(1 - p) is log1p(-p)
   for small p too:  log(q + q_low) = log q + q_low / q  up to 2^-107. */

/* log(x + x_low) = high + low for a normal x; x_low is at most half a ulp of x. */
static inline void log_pair(double x, double x_low, double *high, double *low)
{
    double l;
    log_double(x, high, &l);
    *low = l + x_low / x;
}

/* (s, c) += (a + a_low)(high + low), a product of which the factor (high, low) is a logarithm. */
#define ADD_PRODUCT(s, c, a, a_low, high, low)                                                                  \
    do {                                                                                                        \
        double product_ = (a) * (high);                                                                         \
        double rest_ = fma((a), (low), fma((a_low), (high), fma((a), (high), -product_)));                      \
        TWO_SUM_INTO(s, c, product_, rest_);                                                                    \
    } while (0)

static void binary_steps(const double *restrict t, const double *restrict p, ptrdiff_t n, double eps,
                         double *restrict rows)
{
    for (ptrdiff_t i = 0; i < (n & -STEP); i++) {
        double u = 1.0 - t[i], u_low = (1.0 - u) - t[i];
        double q = 1.0 - p[i], q_low = (1.0 - q) - p[i];
        double x = clipped_double(t[i], p[i], eps);
        /* The sum q + q_low is clipped, not q alone: a clip at eps has no low part. */
        q_low = (q < eps) | ((q == eps) & (q_low < 0.0)) ? 0.0 : q_low;
        q_low = u != 0.0 ? q_low : 0.0;
        q = clipped_double(u, q, eps);
        double high, low, s = 0.0, c = 0.0;
        log_double(x, &high, &low);
        ADD_PRODUCT(s, c, t[i], 0.0, high, low);
        log_pair(q, q_low, &high, &low);
        ADD_PRODUCT(s, c, u, u_low, high, low);
        rows[i] = s + c;
    }
}

static void binary_rows(const double *t, const double *p, ptrdiff_t n, double eps, double *rows)
{
    ptrdiff_t whole = n & -STEP;
    binary_steps(t, p, whole, eps, rows);
    if (whole < n) {
        double t_tail[STEP] = {0}, p_tail[STEP] = {0}, rows_tail[STEP];
        memcpy(t_tail, t + whole, (size_t)(n - whole) * sizeof *t);
        memcpy(p_tail, p + whole, (size_t)(n - whole) * sizeof *p);
        binary_steps(t_tail, p_tail, STEP, eps, rows_tail);
        memcpy(rows + whole, rows_tail, (size_t)(n - whole) * sizeof *rows);
    }
}
