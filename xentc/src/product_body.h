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

/* The same of a block in which something is odd: rows without factors that are no positive normal numbers have their
   product, with the same bits, others NaN; what is special is added to found[i]. Returns whether a y is outside. */
static int NAME(multiply_odd_rows)(const REAL *y, ptrdiff_t n_rows, ptrdiff_t n_classes, REAL eps, REAL most, double *p,
                                   double *e, uint8_t *found)
{
    REAL x[BLOCK];
    uint32_t of_each[BLOCK], all = SPECIAL_UNFIT, any = 0;
    NAME(clean)(y, n_rows * n_classes, eps, most, x, of_each);
    for (ptrdiff_t i = 0; i < n_rows; i++) {
        uint32_t of_row = 0;
        for (ptrdiff_t k = 0; k < n_classes; k++)
            of_row |= of_each[i * n_classes + k];
        found[i] |= (uint8_t)of_row;
        of_each[i] = of_row; /* whose own place is behind it */
        all &= of_row;
        any |= of_row;
    }
    if (!all) {
        WORDS odd = NAME(multiply_rows)(x, n_rows, n_classes, 0, (REAL)INFINITY, 1, p, e);
        for (ptrdiff_t i = 0; NAME(is_odd)(odd) && i < n_rows; i++) {
            REAL of_row[BLOCK + NAME(PER_STEP)];
            lanes p_lanes = all_lanes(1.0);
            word_lanes e_lanes = {{{0}}};
            memcpy(of_row, x + i * n_classes, (size_t)n_classes * sizeof *x);
            NAME(multiply_clean)(of_row, n_classes, &p_lanes, &e_lanes);
            p[i] = join_product_lanes(p_lanes);
            e[i] = join_exponents(e_lanes);
        }
    }
    for (ptrdiff_t i = 0; i < n_rows; i++)
        p[i] = of_each[i] & SPECIAL_UNFIT ? (double)NAN : p[i];
    return (any & SPECIAL_OUTSIDE) != 0;
}

/* Products p 2^e of the rows of a block, at most BLOCK elements in all. */
static int NAME(product_rows)(const void *y, ptrdiff_t n_rows, ptrdiff_t n_classes, double eps_, double most_,
                              double *p, double *e, uint8_t *found)
{
    const REAL eps = (REAL)eps_, most = (REAL)most_;
    WORDS odd = NAME(is_small)(eps) ? NAME(multiply_rows)(y, n_rows, n_classes, eps, most, 1, p, e)
                                    : NAME(multiply_rows)(y, n_rows, n_classes, eps, most, 0, p, e);
    return NAME(is_odd)(odd) && NAME(multiply_odd_rows)(y, n_rows, n_classes, eps, most, p, e, found);
}

/* A piece of one row, from a multiple of BLOCK on, at most BLOCK elements, to its lanes p[8], e[8]. */
static int NAME(product_piece)(const void *y, ptrdiff_t n, double eps_, double most_, double *p, double *e,
                               uint8_t *found)
{
    const REAL eps = (REAL)eps_, most = (REAL)most_;
    lanes p_lanes = load_lanes_double(p);
    word_lanes e_lanes = {{{0}}};
    REAL last[NAME(PER_STEP)];
    WORDS odd = {0};
    ptrdiff_t whole = n & -NAME(PER_STEP);
    int fit = p[0] == p[0], outside = 0;
    for (ptrdiff_t j = 0; j < NAME(PER_STEP); j++)
        last[j] = whole + j < n ? ((const REAL *)y)[whole + j] : 1;
    NAME(multiply)(y, n, last, eps, most, NAME(is_small)(eps), &p_lanes, &e_lanes, &odd);
    if (NAME(is_odd)(odd)) { /* seldom */
        REAL x[BLOCK + NAME(PER_STEP)];
        uint32_t of_each[BLOCK], any = 0;
        NAME(clean)(y, n, eps, most, x, of_each);
        for (ptrdiff_t k = 0; k < n; k++)
            any |= of_each[k];
        p_lanes = load_lanes_double(p);
        e_lanes = (word_lanes){{{0}}};
        NAME(multiply_clean)(x, n, &p_lanes, &e_lanes);
        *found |= (uint8_t)any;
        fit &= !(any & SPECIAL_UNFIT);
        outside = (any & SPECIAL_OUTSIDE) != 0;
    }
    store_lanes(p, fit ? p_lanes : all_lanes((double)NAN));
    for (int l = 0; l < LANES; l++)
        e[l] += (double)(int64_t)e_lanes.v[l / VECTOR_LANES][l % VECTOR_LANES];
    return outside;
}
