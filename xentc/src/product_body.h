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

/* A run that has its product in another way, if all of it is fit for that. */
static void NAME(multiply_fit)(const REAL *y, ptrdiff_t n, REAL eps, lanes *p, word_lanes *e)
{
    REAL x[BLOCK + NAME(PER_STEP)];
    for (ptrdiff_t i = 0; i < n; i++)
        x[i] = y[i] < eps ? eps : y[i];
    NAME(multiply_clean)(x, n, p, e);
}

/* What is odd (rows.h) in factors of which the y are from low to high, NaN left out. */
ALWAYS_INLINE BITS NAME(oddity)(REAL low, REAL high, int any_nan, int any_sign, REAL eps, REAL most)
{
    const REAL infinity = (REAL)INFINITY, x = low < eps ? eps : low;
    int unfit = any_nan | (x < SMALLEST_NORMAL) | (high > most) | (high == infinity);
    int again = any_sign | (x < NAME(ORDINARY_LOW)) | (high > NAME(ORDINARY_HIGH));
    BITS bits = (any_nan ? (BITS)SPECIAL_NAN : 0) | (high == infinity ? (BITS)SPECIAL_ABOVE : 0);
    bits |= (x == 0 ? (BITS)SPECIAL_BELOW : 0) | (((low < 0) | (high > most)) ? (BITS)SPECIAL_OUTSIDE : 0);
    return bits | (unfit ? (BITS)SPECIAL_UNFIT : 0) | (again ? (BITS)SPECIAL_AGAIN : 0);
}

enum { NAME(ODD_LANES) = 2 * NAME(PER_STEP) };

/* The same of a run that is no shorter than that. */
static BITS NAME(oddity_of_run)(const REAL *y, ptrdiff_t n, REAL eps, REAL most)
{
    REAL low[NAME(ODD_LANES)], high[NAME(ODD_LANES)], least = (REAL)INFINITY, largest = -(REAL)INFINITY;
    BITS nan[NAME(ODD_LANES)] = {0}, sign[NAME(ODD_LANES)] = {0}, any_nan = 0, any_sign = 0;
    for (int l = 0; l < NAME(ODD_LANES); l++) {
        low[l] = (REAL)INFINITY;
        high[l] = -(REAL)INFINITY;
    }
    for (ptrdiff_t i = 0; i < n; i += NAME(ODD_LANES)) {
        const REAL *from = y + (i + NAME(ODD_LANES) <= n ? i : n - NAME(ODD_LANES)); /* some twice, at the end */
        for (int l = 0; l < NAME(ODD_LANES); l++) {
            low[l] = from[l] < low[l] ? from[l] : low[l];
            high[l] = from[l] > high[l] ? from[l] : high[l];
            nan[l] |= from[l] != from[l] ? (BITS)-1 : 0;
            sign[l] |= NAME(bits_of)(from[l]);
        }
    }
    for (int l = 0; l < NAME(ODD_LANES); l++) {
        least = low[l] < least ? low[l] : least;
        largest = high[l] > largest ? high[l] : largest;
        any_nan |= nan[l];
        any_sign |= sign[l];
    }
    return NAME(oddity)(least, largest, any_nan != 0, any_sign >> (8 * sizeof any_sign - 1) != 0, eps, most);
}

/* The same of each of some rows; together, too. */
static BITS NAME(oddities)(const REAL *restrict y, ptrdiff_t n_rows, ptrdiff_t n_classes, REAL eps, REAL most,
                           uint8_t *restrict of_row)
{
    BITS of_each[BLOCK], all = 0;
    int is_long = n_classes >= NAME(ODD_LANES);
    for (ptrdiff_t i = 0; i < (is_long ? 0 : n_rows * n_classes); i++)
        of_each[i] = NAME(oddity)(y[i], y[i], y[i] != y[i], (INTEGER)NAME(bits_of)(y[i]) < 0, eps, most);
    for (ptrdiff_t i = 0; i < n_rows; i++) {
        BITS any = is_long ? NAME(oddity_of_run)(y + i * n_classes, n_classes, eps, most) : 0;
        for (ptrdiff_t k = 0; k < (is_long ? 0 : n_classes); k++)
            any |= of_each[i * n_classes + k];
        of_row[i] = (uint8_t)any;
        all |= any;
    }
    return all;
}

/* After that, where something was odd: rows whose factors are all positive normal numbers have their product, with the
   same bits, others NaN; what is special is added to found[i]. Returns whether a y is outside. */
static int NAME(multiply_odd_rows)(const REAL *y, ptrdiff_t n_rows, ptrdiff_t n_classes, REAL eps, REAL most, double *p,
                                   double *e, uint8_t *found)
{
    uint8_t of_row[BLOCK];
    BITS all = NAME(oddities)(y, n_rows, n_classes, eps, most, of_row);
    for (ptrdiff_t i = 0; i < n_rows; i++) {
        found[i] |= of_row[i];
        p[i] = of_row[i] & SPECIAL_UNFIT ? (double)NAN : p[i];
        if (of_row[i] & SPECIAL_AGAIN && !(of_row[i] & SPECIAL_UNFIT)) {
            lanes p_lanes = all_lanes(1.0);
            word_lanes e_lanes = {{{0}}};
            NAME(multiply_fit)(y + i * n_classes, n_classes, eps, &p_lanes, &e_lanes);
            p[i] = join_product_lanes(p_lanes);
            e[i] = join_exponents(e_lanes);
        }
    }
    return (all & SPECIAL_OUTSIDE) != 0;
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
        uint8_t any;
        outside = (NAME(oddities)(y, 1, n, eps, most, &any) & SPECIAL_OUTSIDE) != 0;
        *found |= any;
        fit &= !(any & SPECIAL_UNFIT);
        p_lanes = load_lanes_double(p);
        e_lanes = (word_lanes){{{0}}};
        if (fit)
            NAME(multiply_fit)(y, n, eps, &p_lanes, &e_lanes);
    }
    store_lanes(p, fit ? p_lanes : all_lanes((double)NAN));
    for (int l = 0; l < LANES; l++)
        e[l] += (double)(int64_t)e_lanes.v[l / VECTOR_LANES][l % VECTOR_LANES];
    return outside;
}
