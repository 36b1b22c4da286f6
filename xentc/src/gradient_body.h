/* The part of gradient.h that depends on the element type (real_single.h); INVERSE is the A W / total of a row in
   it. */

/* What the sums of softmax.h were made of, once more, where it was not kept. */
static void NAME(exponentials)(const void *z_, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, int step,
                               void *e_)
{
    const REAL *z = z_;
    REAL *e = e_;
    ptrdiff_t j = 0;
    if (step) {
        NAME(exp_rows)(z, n, rows, row, e);
        return;
    }
    for (; j + EXP_BLOCK <= n; j += EXP_BLOCK) {
        REAL block[EXP_BLOCK];
        NAME(exp_block)(z + j, rows->NAME(m)[row], rows->magic[row], rows->limit[row], block);
        memcpy(e + j, block, sizeof block);
    }
    for (; j < n; j++)
        e[j] = NAME(exp_element)(z[j], rows->NAME(m)[row], rows->magic[row], rows->limit[row]);
}

/* A W p where c == 0, in the element type. */
static inline void NAME(base_steps)(const REAL *restrict e, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row,
                                    REAL *restrict g, int step)
{
    const REAL *restrict inverse = rows->INVERSE + row;
    for (ptrdiff_t j = 0; j < n; j++)
        g[j] = e[j] * inverse[j * step];
}

static void NAME(gradient_base)(const void *e, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, int step, void *g)
{
    if (step)
        NAME(base_steps)(e, n, rows, row, g, 1);
    else
        NAME(base_steps)(e, n, rows, row, g, 0);
}

/* The same of n_classes classes of n rows side by side: e at `step` elements from one class to the next, or
   (NULL) made of z, g in bytes. */
static void NAME(gradient_classes)(const char *e_, ptrdiff_t step, const char *z, ptrdiff_t stride, ptrdiff_t n_classes,
                                   ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, char *g, ptrdiff_t g_stride)
{
    for (ptrdiff_t k = 0; k < n_classes; k++) {
        REAL made[XENTC_TILE_ROWS];
        const REAL *e = (const REAL *)e_ + k * step;
        if (!e_) {
            NAME(exp_rows)((const REAL *)(z + k * stride), n, rows, row, made);
            e = made;
        }
        NAME(base_steps)(e, n, rows, row, (REAL *)(g + k * g_stride), 1);
    }
}

static inline void NAME(gradient_steps)(const double *restrict c, const REAL *restrict z,
                                        const REAL *restrict exponential, ptrdiff_t n, const xentc_softmax *rows,
                                        ptrdiff_t row, double *restrict g, int step)
{
    for (ptrdiff_t j = 0; j < n; j++) {
        ptrdiff_t i = row + j * step;
        double e = exponential[j], factor = rows->factor[i], weight = rows->weight[i];
        double base = (double)((REAL)e * rows->INVERSE[i]);
        double at_maximum = factor * fma(-weight, rows->others[i], weight - c[j]);
        double part = factor * c[j]; /* and what it lost */
        double elsewhere = fma(e, rows->inverse[i], -part) - fma(factor, c[j], -part);
        int sure = (z[j] == rows->NAME(m)[i]) & (rows->others[i] < 0.5);
        double value = sure ? at_maximum : elsewhere;
        g[j] = c[j] != 0.0 ? value : base;
    }
}

static void NAME(gradient_logits)(const double *c, const void *z, const void *e, ptrdiff_t n, const xentc_softmax *rows,
                                  ptrdiff_t row, int step, double *g)
{
    if (step)
        NAME(gradient_steps)(c, z, e, n, rows, row, g, 1);
    else
        NAME(gradient_steps)(c, z, e, n, rows, row, g, 0);
}

static inline void NAME(clip_steps)(const double *restrict c, const REAL *restrict y, ptrdiff_t n, double eps,
                                    const xentc_softmax *rows, ptrdiff_t row, double *restrict g, int step)
{
    int odd = 0;
    for (ptrdiff_t j = 0; j < (step ? n : 1); j++)
        odd |= rows->shift[row + j];
    for (ptrdiff_t j = 0; j < n; j++) {
        double p = rows->factor[row + j * step] * c[j], value = -p / (double)y[j];
        int used = (c[j] != 0.0) & !(y[j] < (REAL)eps);
        g[j] = used ? value : 0.0;
        odd |= used & is_odd_product(p);
    }
    for (ptrdiff_t j = 0; odd && j < n; j++)
        if (c[j] != 0.0 && !(y[j] < (REAL)eps))
            g[j] = cold_quotient(rows, row + j * step, c[j], (double)y[j]);
}

static void NAME(gradient_probabilities)(const double *c, const void *y, ptrdiff_t n, double eps,
                                         const xentc_softmax *rows, ptrdiff_t row, int step, double *g)
{
    if (step)
        NAME(clip_steps)(c, y, n, eps, rows, row, g, 1);
    else
        NAME(clip_steps)(c, y, n, eps, rows, row, g, 0);
}

/* The diagonal of the second derivative, A W p (1 - p). */
static inline void NAME(hessian_steps)(const REAL *restrict z, const REAL *restrict e, ptrdiff_t n,
                                       const xentc_softmax *rows, ptrdiff_t row, double *restrict h, int step)
{
    for (ptrdiff_t j = 0; j < n; j++) {
        ptrdiff_t i = row + j * step;
        double p = (double)e[j] / rows->total[i];
        double q = z[j] == rows->NAME(m)[i] ? rows->others[i] : 1.0 - p;
        h[j] = rows->factor[i] * rows->weight[i] * (p * q);
    }
}

static void NAME(hessian)(const void *z, const void *e, ptrdiff_t n, const xentc_softmax *rows, ptrdiff_t row, int step,
                          double *h)
{
    if (step)
        NAME(hessian_steps)(z, e, n, rows, row, h, 1);
    else
        NAME(hessian_steps)(z, e, n, rows, row, h, 0);
}
