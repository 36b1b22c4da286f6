/* The part of product.h that depends on the element type (real_single.h). */

/* Factors of a step: those that fill the words of LANES. */
enum { NAME(PER_STEP) = 8 * LANES / sizeof(REAL) };

static inline WORDS NAME(multiply_rows)(const REAL *row, ptrdiff_t n_rows, ptrdiff_t n_classes, REAL eps, REAL most,
                                        int tiny, double *p, double *e)
{
    const REAL *end = row + n_rows * n_classes;
    REAL last[NAME(PER_STEP)];
    WORDS odd = {0};
    for (ptrdiff_t i = 0; i < n_rows; i++, row += n_classes) {
        lanes p_lanes = all_lanes(1.0);
        word_lanes e_lanes = {{{0}}};
        const REAL *tail = row + (n_classes & -NAME(PER_STEP));
        if (end - tail < NAME(PER_STEP)) { /* nothing is read past the end */
            for (ptrdiff_t j = 0; j < NAME(PER_STEP); j++)
                last[j] = j < row + n_classes - tail ? tail[j] : 1;
            tail = last;
        }
        NAME(multiply)(row, n_classes, tail, eps, most, tiny, &p_lanes, &e_lanes, &odd);
        p[i] = join_product_lanes(p_lanes);
        e[i] = join_exponents(e_lanes);
    }
    return odd;
}

/* Products p 2^e of the rows of a block, at most BLOCK elements in all. */
static int NAME(product_rows)(const void *y, ptrdiff_t n_rows, ptrdiff_t n_classes, double eps_, double most_,
                              double *p, double *e)
{
    const REAL *row = y;
    const REAL eps = (REAL)eps_, most = (REAL)most_;
    int tiny = NAME(is_small)(eps), signs = 0;
    WORDS odd = tiny ? NAME(multiply_rows)(row, n_rows, n_classes, eps, most, 1, p, e)
                     : NAME(multiply_rows)(row, n_rows, n_classes, eps, most, 0, p, e);
    for (ptrdiff_t i = 0; NAME(is_odd)(odd) && i < n_rows; i++, row += n_classes) {
        lanes p_lanes = all_lanes(1.0);
        word_lanes e_lanes = {{{0}}};
        int fit = NAME(multiply_odd)(row, n_classes, eps, most, &p_lanes, &e_lanes, &signs);
        p[i] = fit ? join_product_lanes(p_lanes) : (double)NAN;
        e[i] = join_exponents(e_lanes);
    }
    return signs;
}

/* A piece of one row, from a multiple of BLOCK on, at most BLOCK elements, to its lanes p[8], e[8]. */
static int NAME(product_piece)(const void *y, ptrdiff_t n, double eps_, double most_, double *p, double *e)
{
    const REAL eps = (REAL)eps_, most = (REAL)most_;
    lanes p_lanes = load_lanes_double(p);
    word_lanes e_lanes = {{{0}}};
    REAL last[NAME(PER_STEP)];
    WORDS odd = {0};
    ptrdiff_t whole = n & -NAME(PER_STEP);
    int fit = p[0] == p[0], signs = 0;
    for (ptrdiff_t j = 0; j < NAME(PER_STEP); j++)
        last[j] = whole + j < n ? ((const REAL *)y)[whole + j] : 1;
    NAME(multiply)(y, n, last, eps, most, NAME(is_small)(eps), &p_lanes, &e_lanes, &odd);
    if (NAME(is_odd)(odd)) {
        p_lanes = load_lanes_double(p);
        e_lanes = (word_lanes){{{0}}};
        fit &= NAME(multiply_odd)(y, n, eps, most, &p_lanes, &e_lanes, &signs);
    }
    store_lanes(p, fit ? p_lanes : all_lanes((double)NAN));
    for (int l = 0; l < LANES; l++)
        e[l] += (double)(int64_t)e_lanes.v[l / VECTOR_LANES][l % VECTOR_LANES];
    return signs;
}
