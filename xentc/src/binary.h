/* Binary cross-entropy, w t' log(max(p, eps)) + (1 - t') log(max(1 - p, eps)), and its derivatives, for every dtype in
   float64; t' = keep t + half is the smoothed target.

   1 - p and u = 1 - t' are kept without loss, as a rounded value and what it lost, so that log(1 - p) is log1p(-p) for
   small p too (log_of_sum).

   Results of float32 and narrower dtypes have logarithms of their own (binary_single.h).

   An element whose t is 0 or 1 has one term, the other is 0 times a logarithm. A tile of such elements, without weights
   or smoothing, takes one logarithm an element, by the same operations: its rows have the same bits either way. */

/* t', w and 1 - t' of n elements, and w t' + 1 - t', which is 1 without w. A t' of weight 0 is 0: its term is not
   looked at. (w is a factor of the term, not of t': a product that is subnormal has few digits.) */
static void binary_coefficients(const double *restrict t, const double *restrict w, ptrdiff_t n, double keep,
                                double half, xentc_binary *restrict to, double *restrict weight)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double u = 1.0 - t[i], u_low = (1.0 - u) - t[i];
        /* keep == 0: t is not looked at, not even multiplied by 0 */
        to->t[i] = keep != 0.0 ? fma(keep, t[i], half) : half;
        to->u[i] = keep != 0.0 ? fma(keep, u, half) : half;
        to->u_low[i] = keep != 0.0 ? keep * u_low : 0.0;
        to->w[i] = weight[i] = 1.0;
    }
    for (ptrdiff_t i = 0; i < (w ? n : 0); i++) {
        to->w[i] = w[i];
        to->t[i] = w[i] != 0.0 ? to->t[i] : 0.0;
        weight[i] = fma(w[i], to->t[i], to->u[i]);
    }
}

/* 1 - p = q + q_low */
static inline double rest_of(double p, double *low)
{
    double q = 1.0 - p;
    *low = (1.0 - q) - p;
    return q;
}

/* Whether q + q_low is under the clip; q alone may have been rounded to it. */
static inline int is_below(double q, double q_low, double eps) { return (q < eps) | ((q == eps) & (q_low < 0.0)); }

/* (s, s_low) += w (a + a_low)(high + low), of which high + low is a logarithm. */
ALWAYS_INLINE void add_product(double *s, double *s_low, double w, double a, double a_low, double high, double low)
{
    double product = a * high, lost = fma(a, low, fma(a_low, high, fma(a, high, -product)));
    two_sum(s, s_low, w * product, fma(w, lost, fma(w, product, -(w * product))));
}

/* What a tile of n elements holds: XENTC_SOFT, a t that is neither 0 nor 1; XENTC_STRANGE, a t, or unless they are
   logits a p, outside [0, 1], which NaN is not; and XENTC_ZERO, unless they are logits, a p or 1 - p of which the clip
   leaves a number that is not normal. (t t - t is 0 for 0 and 1 alone.) */
static int binary_look(const double *restrict t, const double *restrict p, ptrdiff_t n, double eps, int logits)
{
    uint64_t soft = 0, outside = 0, zero = 0, strange = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        soft |= bits_of_double(fma(t[i], t[i], -t[i]));
        outside |= ((p[i] < 0.0) | (p[i] > 1.0)) ? UINT64_MAX : 0;
    }
    outside = logits ? 0 : outside;
    for (ptrdiff_t i = 0; i < (!logits && eps < 0x1p-1022 ? n : 0); i++)
        zero |= ((p[i] < 0x1p-1022) | (p[i] == 1.0)) ? UINT64_MAX : 0;
    for (ptrdiff_t i = 0; i < (soft || outside ? n : 0); i++)
        strange |= ((t[i] < 0.0) | (t[i] > 1.0) | ((logits == 0) & ((p[i] < 0.0) | (p[i] > 1.0)))) ? UINT64_MAX : 0;
    return (soft ? XENTC_SOFT : 0) | (strange ? XENTC_STRANGE : 0) | (zero ? XENTC_ZERO : 0);
}

static void binary_rows_double(const xentc_binary *restrict of, const double *restrict p, ptrdiff_t n, double eps,
                               double *restrict rows)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double q_low, q = rest_of(p[i], &q_low), x = clipped_double(of->t[i], p[i], eps);
        q_low = is_below(q, q_low, eps) ? 0.0 : q_low; /* a clip at eps has no low part */
        q_low = of->u[i] != 0.0 ? q_low : 0.0;
        q = clipped_double(of->u[i], q, eps);
        double high, low, s = 0.0, s_low = 0.0;
        log_of_sum(x, 0.0, &high, &low);
        add_product(&s, &s_low, of->w[i], of->t[i], 0.0, high, low);
        log_of_sum(q, q_low, &high, &low);
        add_product(&s, &s_low, 1.0, of->u[i], of->u_low[i], high, low);
        rows[i] = s + s_low;
    }
}

/* Of the loss by p: factor (u / (1 - p) - w t' / p), where a term under the clip is constant. */
static void binary_gradient(const xentc_binary *restrict of, const double *restrict p, ptrdiff_t n, double eps,
                            const double *restrict factor, double *restrict g)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double q_low, q = rest_of(p[i], &q_low);
        double up = of->u[i] / q, down = of->w[i] * (of->t[i] / p[i]);
        up = ((of->u[i] == 0.0) | is_below(q, q_low, eps)) ? 0.0 : up;
        down = ((of->t[i] == 0.0) | (p[i] < eps)) ? 0.0 : down;
        double nothing = of->u[i] - of->u[i]; /* NaN of a t that is: under the clip, and where w is 0, too */
        g[i] = (up - down != 0.0 ? factor[i] * (up - down) : 0.0) + nothing;
    }
}

/* The same where the loss is binary_hard_rows's: one division, with the same result. */
static void binary_hard_gradient(const double *restrict t, const double *restrict p, ptrdiff_t n, double eps,
                                 const double *restrict factor, double *restrict g)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double x = t[i] != 0.0 ? p[i] : 1.0 - p[i], slope = (t[i] != 0.0 ? -1.0 : 1.0) / x;
        g[i] = x < eps ? 0.0 : factor[i] * slope;
    }
}

/* log1p(exp(-a)) = high + low. */
static inline void softplus_of_minus(double a, double *high, double *low)
{
    double e = 0x1p-64 * exp_double(-a, 0.0, 64), sum = 1.0 + e;
    log_of_sum(sum, e - (sum - 1.0), high, low);
}

/* From logits, softplus(z) = log(1 + exp(z)), a = |z|: the term that goes against the sign of z has a + log1p(exp(-a)),
   the other log1p(exp(-a)); `weight` is the sum of both coefficients. */
ALWAYS_INLINE double binary_logit_row(const xentc_binary *of, ptrdiff_t i, double z, double weight)
{
    double a = fabs(z), high, low;
    softplus_of_minus(a, &high, &low);
    double t = z < 0.0 ? of->t[i] : of->u[i], t_low = z < 0.0 ? 0.0 : of->u_low[i];
    double w = z < 0.0 ? of->w[i] : 1.0, s = 0.0, s_low = 0.0;
    add_product(&s, &s_low, w, t, t_low, t != 0.0 ? a : 0.0, 0.0);
    add_product(&s, &s_low, 1.0, weight, 0.0, high, low);
    return -(s + s_low);
}

static void binary_logits_rows_double(const xentc_binary *restrict of, const double *restrict z, ptrdiff_t n,
                                      const double *restrict weight, double *restrict rows)
{
    for (ptrdiff_t i = 0; i < n; i++)
        rows[i] = binary_logit_row(of, i, z[i], weight[i]);
}

/* x 2^-64 k; where x 2^-64 is subnormal, rounded once all the same. */
static inline double unscaled(double x, double k)
{
    double plain = (x * 0x1p-64) * k, late = (x * k) * 0x1p-64;
    return x < 0x1p-958 ? late : plain;
}

/* NaN with one sign: that of a product of two is the compiler's choice. */
static inline double one_nan(double x) { return x == x ? x : (double)NAN; }

/* Of the loss by z: g = factor (u p - w t' (1 - p)) and, unless NULL, h = factor weight max(p (1 - p), floor). With
   e = exp(-|z|) and r = 1 / (1 + e), p and 1 - p are r and e r, or e r and r, by the sign of z. */
ALWAYS_INLINE void derivative_steps(const xentc_binary *restrict of, const double *restrict hard_t,
                                    const double *restrict z, ptrdiff_t n, const double *restrict weight,
                                    const double *restrict factor, double floor, double *restrict g, double *restrict h,
                                    int hard, int with_hessian)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double e = exp_double(-fabs(z[i]), 0.0, 64), r = 1.0 / fma(e, 0x1p-64, 1.0);
        double t = hard ? -hard_t[i] : -of->w[i] * of->t[i], u = hard ? 1.0 - hard_t[i] : of->u[i];
        double large = z[i] < 0.0 ? t : u, small = z[i] < 0.0 ? u : t;
        double both = factor[i] * (r * fma(small, e * 0x1p-64, large)), one = unscaled(e * r, factor[i] * small);
        int none = (t == 0.0) & (u == 0.0);
        double slope = (large != 0.0 ? both : one) + 0.0; /* what vanishes is +0 */
        g[i] = none ? 0.0 : one_nan(slope);
        if (with_hessian) {
            double pq = e * r * r;
            pq = pq < floor * 0x1p64 ? floor * 0x1p64 : pq;
            h[i] = none ? 0.0 : one_nan(unscaled(pq, hard ? factor[i] : factor[i] * weight[i]));
        }
    }
}

static void binary_logits_derivatives(const xentc_binary *of, const double *z, ptrdiff_t n, const double *weight,
                                      const double *factor, double floor, double *g, double *h)
{
    if (h)
        derivative_steps(of, of->t, z, n, weight, factor, floor, g, h, 0, 1);
    else
        derivative_steps(of, of->t, z, n, weight, factor, floor, g, h, 0, 0);
}

/* Where every t is 0 or 1: the same operations, without coefficients. */
static void binary_hard_logits_derivatives(const double *t, const double *z, ptrdiff_t n, const double *factor,
                                           double floor, double *g, double *h)
{
    if (h)
        derivative_steps(NULL, t, z, n, NULL, factor, floor, g, h, 1, 1);
    else
        derivative_steps(NULL, t, z, n, NULL, factor, floor, g, h, 1, 0);
}

/* Where every t is 0 or 1, every p in [0, 1] or NaN, what the clip leaves of them normal, and eps at most 1/4: the loss
   has one logarithm, of p or 1 - p, and only a 1 - p of at least 1/2 has lost something, so that the clip need not look
   at it. From logits any z. NaN stays NaN, by what it makes of x_low.

   Three loops over some elements, as in terms.h: what waits for a division and a polynomial is more than the
   schedulers of a core hold. */
ALWAYS_INLINE void binary_hard_steps(const double *restrict t, const double *restrict p, ptrdiff_t n, double eps,
                                     int logits, double *restrict rows)
{
    double x[PHASE], x_low[PHASE], e[PHASE], u[PHASE], u_low[PHASE];
    for (; n > 0; n -= PHASE, t += PHASE, p += PHASE, rows += PHASE) {
        ptrdiff_t count = n < PHASE ? n : PHASE;
        for (ptrdiff_t i = 0; i < count; i++) {
            if (logits) {
                double power = 0x1p-64 * exp_double(-fabs(p[i]), 0.0, 64);
                x[i] = 1.0 + power;
                x_low[i] = power - (x[i] - 1.0);
            } else {
                double lost, q = rest_of(p[i], &lost), y = t[i] != 0.0 ? p[i] : q;
                x[i] = y < eps ? eps : y;
                x_low[i] = t[i] != 0.0 ? p[i] - p[i] : lost;
            }
        }
        for (ptrdiff_t i = 0; i < count; i++) {
            double m = split_double(x[i], e + i);
            quotient_of_sum(m, x_low[i] * power_of_split(m, x[i]), u + i, u_low + i);
        }
        for (ptrdiff_t i = 0; i < count; i++) {
            double high, low;
            series_double(e[i], u[i], u_low[i], &high, &low);
            if (logits) {
                double a = fabs(p[i]), s = (p[i] < 0.0) == (t[i] != 0.0) ? a : 0.0, s_low = 0.0;
                two_sum(&s, &s_low, high, low);
                rows[i] = -(s + s_low);
            } else {
                rows[i] = high;
            }
        }
    }
}

static void binary_hard_rows(const double *t, const double *p, ptrdiff_t n, double eps, double *rows)
{
    binary_hard_steps(t, p, n, eps, 0, rows);
}

static void binary_hard_logits_rows(const double *t, const double *z, ptrdiff_t n, double *rows)
{
    binary_hard_steps(t, z, n, 0.0, 1, rows);
}
