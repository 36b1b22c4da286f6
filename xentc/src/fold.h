/* Sums over a row, in LANES virtual lanes: term k always goes to lane k mod LANES, in the order of k, and
   the lanes join in one fixed tree. A zero term leaves its lane as it was, so a row has the same bits
   whether all its terms are added or only those with t != 0.

   float64 rows are summed without loss: each lane keeps the sum s and, by Knuth's TwoSum, all that the
   additions lost in c, so that s + c is rounded once. float32 rows need no c: float64 lanes hold 29 bits
   more than the result. Only additions, so the vector type gives the same bits on any hardware. */

#define LANES 8
typedef double lanes __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef int64_t lane_bits __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

/* (s, c) += (h, l): h by TwoSum (Knuth, TAOCP 2, 4.2.2), l as it is. For scalars and lanes alike. */
#define TWO_SUM_INTO(s, c, h, l)                                                                                \
    do {                                                                                                        \
        __typeof__(s) sum_ = (s) + (h);                                                                         \
        __typeof__(s) part_ = sum_ - (s);                                                                       \
        (c) += (((s) - (sum_ - part_)) + ((h) - part_)) + (l);                                                  \
        (s) = sum_;                                                                                             \
    } while (0)

#define LOAD_LANES(p) (*(const lanes *)(p))
#define STORE_LANES(p, v) (*(lanes *)(p) = (v))

/* The first `count` lanes of p, the others 0. Reads LANES elements. */
static inline lanes load_first_lanes(const double *p, ptrdiff_t count)
{
    const lane_bits index = {0, 1, 2, 3, 4, 5, 6, 7};
    lane_bits mask = index < (lane_bits){0} + (int64_t)count;
    return (lanes)(*(const lane_bits *)p & mask);
}

/* Adds n terms to the lanes (s, c). b may be read, as a, up to LANES - 1 elements past n. */
static inline void add_terms_double(const double *a, const double *b, ptrdiff_t n, lanes *s, lanes *c)
{
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES)
        TWO_SUM_INTO(*s, *c, LOAD_LANES(a + i), LOAD_LANES(b + i));
    if (i < n)
        TWO_SUM_INTO(*s, *c, load_first_lanes(a + i, n - i), load_first_lanes(b + i, n - i));
}

static inline void add_terms_single(const double *a, ptrdiff_t n, lanes *s)
{
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES)
        *s += LOAD_LANES(a + i);
    if (i < n)
        *s += load_first_lanes(a + i, n - i);
}

/* The tree: lane l joins lane l + 4, then l + 2, then l + 1. Lane l is at s[l * stride]. */
static inline double join_lanes_double(const double *s, const double *c, ptrdiff_t stride)
{
    double t[LANES], d[LANES];
    for (int l = 0; l < LANES; l++) {
        t[l] = s[l * stride];
        d[l] = c[l * stride];
    }
    for (int half = LANES / 2; half; half /= 2)
        for (int l = 0; l < half; l++)
            TWO_SUM_INTO(t[l], d[l], t[l + half], d[l + half]);
    return t[0] + d[0];
}

static inline double join_lanes_single(const double *s, ptrdiff_t stride)
{
    double t[LANES];
    for (int l = 0; l < LANES; l++)
        t[l] = s[l * stride];
    for (int half = LANES / 2; half; half /= 2)
        for (int l = 0; l < half; l++)
            t[l] += t[l + half];
    return t[0];
}

/* rows[i] = the sum of terms i K .. i K + K - 1: whole rows that lie one behind the other. */
static void sum_rows_double(const double *a, const double *b, ptrdiff_t n_rows, ptrdiff_t n_classes, double *rows)
{
    for (ptrdiff_t i = 0; i < n_rows; i++, a += n_classes, b += n_classes) {
        lanes s = {0}, c = {0};
        double s_array[LANES], c_array[LANES];
        add_terms_double(a, b, n_classes, &s, &c);
        STORE_LANES(s_array, s);
        STORE_LANES(c_array, c);
        rows[i] = join_lanes_double(s_array, c_array, 1);
    }
}

static void sum_rows_single(const double *a, const double *b, ptrdiff_t n_rows, ptrdiff_t n_classes, double *rows)
{
    (void)b;
    for (ptrdiff_t i = 0; i < n_rows; i++, a += n_classes) {
        lanes s = {0};
        double s_array[LANES];
        add_terms_single(a, n_classes, &s);
        STORE_LANES(s_array, s);
        rows[i] = join_lanes_single(s_array, 1);
    }
}

/* A piece of one row, from a multiple of LANES on: its terms go to the row's lanes s[8], c[8]. */
static void add_piece_double(const double *a, const double *b, ptrdiff_t n, double *s, double *c)
{
    lanes s_lanes = LOAD_LANES(s), c_lanes = LOAD_LANES(c);
    add_terms_double(a, b, n, &s_lanes, &c_lanes);
    STORE_LANES(s, s_lanes);
    STORE_LANES(c, c_lanes);
}

static void add_piece_single(const double *a, const double *b, ptrdiff_t n, double *s, double *c)
{
    (void)b;
    (void)c;
    lanes s_lanes = LOAD_LANES(s);
    add_terms_single(a, n, &s_lanes);
    STORE_LANES(s, s_lanes);
}

/* The terms of one class for n rows: each goes to the one lane of its own row. */
static void add_class_double(const double *a, const double *b, ptrdiff_t n, double *s, double *c)
{
    for (ptrdiff_t i = 0; i < n; i++)
        TWO_SUM_INTO(s[i], c[i], a[i], b[i]);
}

static void add_class_single(const double *a, const double *b, ptrdiff_t n, double *s, double *c)
{
    (void)b;
    (void)c;
    for (ptrdiff_t i = 0; i < n; i++)
        s[i] += a[i];
}

/* rows[i] from lanes that lie lane by lane: lane l of row i at s[l * n_rows + i]. */
static void join_rows_double(const double *s, const double *c, ptrdiff_t n_rows, double *rows)
{
    for (ptrdiff_t i = 0; i < n_rows; i++)
        rows[i] = join_lanes_double(s + i, c + i, n_rows);
}

static void join_rows_single(const double *s, const double *c, ptrdiff_t n_rows, double *rows)
{
    (void)c;
    for (ptrdiff_t i = 0; i < n_rows; i++)
        rows[i] = join_lanes_single(s + i, n_rows);
}

/* Scattered terms: each goes to the lane whose place in s and c is given. */
static void add_entries_double(const double *a, const double *b, const uint32_t *lane, ptrdiff_t n, double *s,
                               double *c)
{
    for (ptrdiff_t i = 0; i < n; i++)
        TWO_SUM_INTO(s[lane[i]], c[lane[i]], a[i], b[i]);
}

static void add_entries_single(const double *a, const double *b, const uint32_t *lane, ptrdiff_t n, double *s,
                               double *c)
{
    (void)b;
    (void)c;
    for (ptrdiff_t i = 0; i < n; i++)
        s[lane[i]] += a[i];
}
