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

/* From logits, softplus(z) = log(1 + exp(z)), a = |z|: the term with t or 1 - t that goes against the sign of z
   is a + log1p(exp(-a)), the other log1p(exp(-a)). Their coefficients sum to 1. */
static void binary_logits_steps(const double *restrict t, const double *restrict z, ptrdiff_t n,
                                double *restrict rows)
{
    for (ptrdiff_t i = 0; i < (n & -STEP); i++) {
        double u = 1.0 - t[i], u_low = (1.0 - u) - t[i];
        double a = fabs(z[i]), e = 0x1p-64 * exp_double(-a, 0.0, 64), one = 1.0, one_low = 0.0, high, low, s, c = 0.0;
        TWO_SUM_INTO(one, one_low, e, 0.0);
        log_pair(one, one_low, &high, &low);
        double against = z[i] < 0.0 ? t[i] : u, against_low = z[i] < 0.0 ? 0.0 : u_low;
        s = against != 0.0 ? against * a : 0.0;
        c = against != 0.0 ? fma(against, a, -s) + against_low * a : 0.0;
        TWO_SUM_INTO(s, c, high, low);
        rows[i] = -(s + c);
    }
}

static void binary_logits_rows(const double *t, const double *z, ptrdiff_t n, double *rows)
{
    ptrdiff_t whole = n & -STEP;
    binary_logits_steps(t, z, whole, rows);
    if (whole < n) {
        double t_tail[STEP] = {0}, z_tail[STEP] = {0}, rows_tail[STEP];
        memcpy(t_tail, t + whole, (size_t)(n - whole) * sizeof *t);
        memcpy(z_tail, z + whole, (size_t)(n - whole) * sizeof *z);
        binary_logits_steps(t_tail, z_tail, STEP, rows_tail);
        memcpy(rows + whole, rows_tail, (size_t)(n - whole) * sizeof *rows);
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
