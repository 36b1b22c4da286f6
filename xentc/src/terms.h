/* Terms c_k log(max(y_k, eps)) of a run of elements, float64: the loops around log_double.h.

   A term with c == 0 is exactly 0 whatever y is. Loops run over a multiple of STEP elements; a tail is done on a padded
   copy, so that every element goes through the vector code and no input is read past its end. Outputs have room for
   STEP more.

   Unless `most` is infinite they look for what cannot be, a c < 0 and a y outside [0, most] where c is not 0: it
   leaves NaN, and with it in its row, or an answer that is not 0. What of it is refused, a second look decides
   (kernel/used.pxi), as a sign may be that of a zero, or of a y that is not used. */

#define STEP 16

/* Whether eps is no normal number itself: then an x = max(y, eps) may not be. */
static inline int is_tiny_single(float eps) { return eps < 0x1p-126f; }
static inline int is_tiny_double(double eps) { return eps < 0x1p-1022; }

static inline double clipped_double(double c, double y, double eps)
{
    double x = y < eps ? eps : y; /* NaN stays NaN */
    uint64_t keep = -(uint64_t)(c != 0.0);
    return double_of_bits((bits_of_double(x) & keep) | (bits_of_double(1.0) & ~keep));
}

/* The first half of n logarithms (log_double.h), n a multiple of STEP; whether a c or a y has a sign.

   Nearly always no selection is needed: the logarithm of any x up to `most` is finite, and a c of 0 makes a 0 of it. A
   sign in `odd` tells that there is something else, a sign among c and y or bits of x above those of `most`, as those
   of NaN are, or, if eps is `tiny`, an x that is not normal. Then the loop is done over, with 1 in place of a y that is
   not used, and NaN for one that cannot be. */
ALWAYS_INLINE int split_terms_double_way(const double *restrict c, const double *restrict y, ptrdiff_t n, double eps,
                                         double most, int tiny, split_doubles *restrict to, ptrdiff_t at)
{
    uint64_t odd = 0, end = bits_of_double(most);
    for (ptrdiff_t i = 0; i < n; i++) {
        uint64_t bits = bits_of_double(y[i] < eps ? eps : y[i]);
        odd |= bits_of_double(c[i]) | bits_of_double(y[i]) | (end - bits);
        if (tiny)
            odd |= bits - MIN_NORMAL_BITS_64;
        split_in_cell(bits, to, at + i);
    }
    if (odd >> 63 == 0)
        return 0;
    uint64_t signs = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double x = clipped_double(c[i], y[i], eps);
        signs |= bits_of_double(c[i]) | bits_of_double(y[i]);
        split_in_cell(bits_of_double(x), to, at + i);
        to->m[at + i] = ((x <= most) & (x >= 0x1p-1022)) ? to->m[at + i] : (double)NAN;
    }
    return signs >> 63 != 0;
}

static int split_terms_double(const double *c, const double *y, ptrdiff_t n, double eps, double most, split_doubles *to,
                              ptrdiff_t at)
{
    return is_tiny_double(eps) ? split_terms_double_way(c, y, n, eps, most, 1, to, at)
                               : split_terms_double_way(c, y, n, eps, most, 0, to, at);
}

/* The same of any n up to SPLIT_DOUBLES, the last STEP of them from a padded copy; what may be read past them is a
   cell. */
static int split_all_terms_double(const double *c, const double *y, ptrdiff_t n, double eps, double most,
                                  split_doubles *to)
{
    ptrdiff_t whole = n & -STEP;
    most = most < DBL_MAX ? most : DBL_MAX;
    int signs = split_terms_double(c, y, whole, eps, most, to, 0);
    if (whole < n) {
        double c_tail[STEP] = {0}, y_tail[STEP] = {0};
        memcpy(c_tail, c + whole, (size_t)(n - whole) * sizeof *c);
        memcpy(y_tail, y + whole, (size_t)(n - whole) * sizeof *y);
        signs |= split_terms_double(c_tail, y_tail, STEP, eps, most, to, whole);
        whole += STEP;
    }
    memset(to->at + whole, 0, LANES * sizeof *to->at);
    return signs;
}

/* A term c (sum + sum_low): the rounded product, and its remainder with the product of sum_low. That is up to 2^-9.9 of
   the term, and of a row's sum so is the compensation that it goes to: with n terms to a lane the roundings there are
   n^2/2 2^-53 2^-9.9 of a mean term, n 2^-63.9 of the sum, a quarter of an ulp for 4096 classes. In longer rows sum_low
   is made half an ulp of the logarithm first. (For a c of 1 the row is the same either way: sum + sum_low rounded.) */
ALWAYS_INLINE void product_parts(vector c, vector sum, vector sum_low, int is_long, vector *a, vector *b)
{
    if (is_long) {
        vector high = sum + sum_low;
        sum_low -= high - sum;
        sum = high;
    }
    *a = c * sum;
    *b = fma_vector(c, sum_low, fma_vector(c, sum, -*a));
}

static inline int is_long_row(ptrdiff_t n_classes) { return n_classes > XENTC_MOST_SHORT_CLASSES; }

/* VECTOR_LANES terms. */
ALWAYS_INLINE void join_terms(const double *c, const split_doubles *of, ptrdiff_t i, int is_long, vector *a, vector *b)
{
    vector sum, sum_low;
    log_parts(of, i, &sum, &sum_low);
    product_parts(widened_double(c), sum, sum_low, is_long, a, b);
}

ALWAYS_INLINE void terms_double_way(const double *restrict c, const double *restrict y, const split_doubles *of,
                                    ptrdiff_t n, int is_long, ptrdiff_t ahead, double *restrict a, double *restrict b)
{
    ptrdiff_t whole = n & -LANES;
    double c_tail[LANES] = {0};
    for (ptrdiff_t i = 0; i < whole; i += LANES) {
        __builtin_prefetch((const char *)(c + i) + ahead);
        __builtin_prefetch((const char *)(y + i) + ahead);
        for (ptrdiff_t l = i; l < i + LANES; l += VECTOR_LANES)
            join_terms(c + l, of, l, is_long, (vector *)(a + l), (vector *)(b + l));
    }
    memcpy(c_tail, c + whole, (size_t)(n - whole) * sizeof *c);
    for (ptrdiff_t i = whole; i < n; i += VECTOR_LANES)
        join_terms(c_tail + i - whole, of, i, is_long, (vector *)(a + i), (vector *)(b + i));
}

/* a + b = c log(max(y, eps)), of rows of n_classes */
static int terms_double(const void *c_, const void *y_, ptrdiff_t n, ptrdiff_t n_classes, double eps, double most,
                        ptrdiff_t ahead, double *a, double *b)
{
    const double *c = c_, *y = y_;
    split_doubles split;
    int signs = 0;
    for (; n > 0; n -= SPLIT_DOUBLES, c += SPLIT_DOUBLES, y += SPLIT_DOUBLES, a += SPLIT_DOUBLES, b += SPLIT_DOUBLES) {
        ptrdiff_t count = n < SPLIT_DOUBLES ? n : SPLIT_DOUBLES;
        signs |= split_all_terms_double(c, y, count, eps, most, &split);
        if (is_long_row(n_classes))
            terms_double_way(c, y, &split, count, 1, ahead, a, b);
        else
            terms_double_way(c, y, &split, count, 0, ahead, a, b);
    }
    return signs;
}

typedef struct {
    lanes s, c;
} double_lanes;

/* LANES terms to the lanes of their row; of the last `count` of a row the others are left out. */
ALWAYS_INLINE void add_terms(const double *c, const split_doubles *of, ptrdiff_t i, ptrdiff_t count, int is_long,
                             double_lanes *sum)
{
    lanes a, b;
    for (int v = 0; v < N_VECTORS; v++)
        join_terms(c + v * VECTOR_LANES, of, i + v * VECTOR_LANES, is_long, &a.v[v], &b.v[v]);
    if (count < LANES) {
        a = first_lanes(a, count, 0.0);
        b = first_lanes(b, count, 0.0);
    }
    two_sum_lanes(&sum->s, &sum->c, a, b);
}

/* The terms of n classes of one row; `last` says that nothing may be read past them. */
ALWAYS_INLINE void add_terms_of_row_double(const double *c, const double *y, const split_doubles *of, ptrdiff_t first,
                                           ptrdiff_t n, int last, int is_long, double_lanes *sum)
{
    double tail[LANES] = {0};
    if (last)
        memcpy(tail, c + (n & -LANES), (size_t)(n % LANES) * sizeof *c);
    for (ptrdiff_t i = 0; i < n; i += LANES) {
        __builtin_prefetch((const char *)(c + i) + AHEAD);
        __builtin_prefetch((const char *)(y + i) + AHEAD);
        add_terms(last && n - i < LANES ? tail : c + i, of, first + i, n - i, is_long, sum);
    }
}

/* A piece of one row, from a multiple of LANES on, to its lanes. */
ALWAYS_INLINE int add_piece_of_terms(const double *c, const double *y, ptrdiff_t n, double eps, double most,
                                     int is_long, double_lanes *sum)
{
    split_doubles split;
    int signs = 0;
    for (ptrdiff_t i = 0; i < n; i += SPLIT_DOUBLES) {
        ptrdiff_t count = n - i < SPLIT_DOUBLES ? n - i : SPLIT_DOUBLES;
        signs |= split_all_terms_double(c + i, y + i, count, eps, most, &split);
        add_terms_of_row_double(c + i, y + i, &split, 0, count, i + count == n, is_long, sum);
    }
    return signs;
}

static int term_piece_double(const void *c, const void *y, ptrdiff_t n, ptrdiff_t n_classes, double eps, double most,
                             double *s, double *low)
{
    double_lanes sum = {load_lanes_double(s), load_lanes_double(low)};
    int signs = is_long_row(n_classes) ? add_piece_of_terms(c, y, n, eps, most, 1, &sum)
                                       : add_piece_of_terms(c, y, n, eps, most, 0, &sum);
    store_lanes(s, sum.s);
    store_lanes(low, sum.c);
    return signs;
}

/* Rows sum_k c_k log(max(y_k, eps)), n_rows * n_classes <= BLOCK: as of terms and sum_rows, and the terms stay in
   registers. Stored, they and what is prefetched drive the table from the L1 cache: of data in memory, 100 classes take
   82 ms of two threads instead of 73 (AMD EPYC, Zen 4, AVX2, 2026-12-01). */
static int term_rows_double(const void *c_, const void *y_, ptrdiff_t n_rows, ptrdiff_t n_classes, double eps,
                            double most, double *rows)
{
    const double *c = c_, *y = y_;
    const double_lanes none = {all_lanes(0.0), all_lanes(0.0)};
    ptrdiff_t at_a_time = SPLIT_DOUBLES / n_classes;
    split_doubles split;
    int signs = 0;
    if (at_a_time == 0) {
        for (ptrdiff_t i = 0; i < n_rows; i++) {
            double_lanes sum = none;
            signs |= add_piece_of_terms(c + i * n_classes, y + i * n_classes, n_classes, eps, most, 0, &sum);
            rows[i] = join_double_lanes(sum.s, sum.c);
        }
        return signs;
    }
    for (ptrdiff_t first = 0; first < n_rows; first += at_a_time) {
        ptrdiff_t end = first + at_a_time < n_rows ? first + at_a_time : n_rows, start = first * n_classes;
        ptrdiff_t count = end * n_classes - start, steps = (count + STEP - 1) & -STEP;
        count = start + steps <= n_rows * n_classes ? steps : count; /* what follows may be read, too */
        signs |= split_all_terms_double(c + start, y + start, count, eps, most, &split);
        for (ptrdiff_t i = first; i < end; i++) {
            double_lanes sum = none;
            add_terms_of_row_double(c + i * n_classes, y + i * n_classes, &split, i * n_classes - start, n_classes,
                                    i + 1 == n_rows, 0, &sum);
            rows[i] = join_double_lanes(sum.s, sum.c);
        }
    }
    return signs;
}
