/* Sums of logarithms with equal weights, as a likelihood: sum_k log x_k = log prod_k x_k.

   Of every x = 2^e m the exponents are added and the mantissas multiplied, without loss: p + p_low is the
   product of m, p_low by fma (TwoProd). One logarithm serves a whole row. The lanes are those of fold.h. A
   mantissa lies in [sqrt(1/2), sqrt(2)), so 1024 of them stay within 2^+-512; renormalising is exact. */

typedef xentc_product product_lanes;

static inline void product_step(double y, double eps, double *p, double *p_low, double *e)
{
    double x = y < eps ? eps : y, e_x;
    double m = split_double(x, &e_x);
    m = is_normal_bits(bits_of_double(x)) ? m : (double)NAN;
    double q = *p * m;
    *p_low = fma(*p_low, m, fma(*p, m, -q));
    *p = q;
    *e += e_x;
}

static inline void product_start(product_lanes *lanes)
{
    for (int l = 0; l < LANES; l++) {
        lanes->p[l] = 1.0;
        lanes->p_low[l] = lanes->e[l] = 0.0;
    }
}

static inline void product_renormalise(double *p, double *p_low, double *e, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double e_p, m = split_double(p[i], &e_p);
        /* p_low / 2^e_p: the quotient of p and its own mantissa is the power of two. */
        p_low[i] *= m / p[i];
        p[i] = p[i] == p[i] ? m : p[i];
        e[i] += e_p;
    }
}

/* n factors, from a multiple of LANES on, at most BLOCK of them. */
static void product_piece(const double *y, ptrdiff_t n, double eps, product_lanes *lanes)
{
    double p[LANES], p_low[LANES], e[LANES];
    memcpy(p, lanes->p, sizeof p);
    memcpy(p_low, lanes->p_low, sizeof p_low);
    memcpy(e, lanes->e, sizeof e);
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++)
            product_step(y[i + l], eps, p + l, p_low + l, e + l);
    if (i < n) {
        double rest[LANES];
        for (int l = 0; l < LANES; l++)
            rest[l] = 1.0;
        memcpy(rest, y + i, (size_t)(n - i) * sizeof *y);
        for (int l = 0; l < LANES; l++)
            product_step(rest[l], eps, p + l, p_low + l, e + l);
    }
    memcpy(lanes->p, p, sizeof p);
    memcpy(lanes->p_low, p_low, sizeof p_low);
    memcpy(lanes->e, e, sizeof e);
}

/* The same for one class of n rows: each factor goes to the one lane of its own row. */
static void product_class(const double *restrict y, ptrdiff_t n, double eps, double *restrict p,
                          double *restrict p_low, double *restrict e)
{
    for (ptrdiff_t i = 0; i < n; i++)
        product_step(y[i], eps, p + i, p_low + i, e + i);
}

/* The tree of fold.h over the lanes of one row, lane l at p[l * stride]. */
static inline void join_product(const double *p, const double *p_low, const double *e, ptrdiff_t stride,
                                double *product, double *product_low, double *exponent)
{
    double t[LANES], d[LANES], x[LANES];
    for (int l = 0; l < LANES; l++) {
        t[l] = p[l * stride];
        d[l] = p_low[l * stride];
        x[l] = e[l * stride];
    }
    for (int half = LANES / 2; half; half /= 2)
        for (int l = 0; l < half; l++) {
            double q = t[l] * t[l + half];
            d[l] = fma(t[l], d[l + half], fma(t[l + half], d[l], fma(t[l], t[l + half], -q)));
            t[l] = q;
            x[l] += x[l + half];
        }
    *product = t[0];
    *product_low = d[0];
    *exponent = x[0];
}

/* rows[i] = log(p + p_low) + e ln 2; the parts lie in arrays, so that this vectorises. */
static void log_of_products(const double *p, const double *p_low, const double *e, ptrdiff_t n, double *rows)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double e_p, high, low, m = split_double(p[i], &e_p);
        join_double(e_p + e[i], m, &high, &low);
        double row = high + (low + p_low[i] / p[i]);
        rows[i] = p[i] == p[i] ? row : p[i];
    }
}

#define PRODUCT_ROWS 128

/* rows[i] = sum_k log(max(y_ik, eps)) from lanes that lie lane by lane: lane l of row i at p[l * n_rows + i]. */
static void product_join(const double *p, const double *p_low, const double *e, ptrdiff_t n_rows, double *rows)
{
    double q[PRODUCT_ROWS], q_low[PRODUCT_ROWS], x[PRODUCT_ROWS];
    for (ptrdiff_t start = 0; start < n_rows; start += PRODUCT_ROWS) {
        ptrdiff_t n = n_rows - start < PRODUCT_ROWS ? n_rows - start : PRODUCT_ROWS;
        for (ptrdiff_t i = 0; i < n; i++)
            join_product(p + start + i, p_low + start + i, e + start + i, n_rows, q + i, q_low + i, x + i);
        log_of_products(q, q_low, x, n, rows + start);
    }
}

/* The same for whole rows of at most BLOCK classes that lie one behind the other. */
static void product_rows(const double *y, ptrdiff_t n_rows, ptrdiff_t n_classes, double eps, double *rows)
{
    double q[PRODUCT_ROWS], q_low[PRODUCT_ROWS], x[PRODUCT_ROWS];
    for (ptrdiff_t start = 0; start < n_rows; start += PRODUCT_ROWS) {
        ptrdiff_t n = n_rows - start < PRODUCT_ROWS ? n_rows - start : PRODUCT_ROWS;
        for (ptrdiff_t i = 0; i < n; i++) {
            product_lanes lanes;
            product_start(&lanes);
            product_piece(y + (start + i) * n_classes, n_classes, eps, &lanes);
            join_product(lanes.p, lanes.p_low, lanes.e, 1, q + i, q_low + i, x + i);
        }
        log_of_products(q, q_low, x, n, rows + start);
    }
}
