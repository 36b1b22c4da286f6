/* Sums over a row, in LANES virtual lanes: term k always goes to lane k mod LANES, in the order of k, and
   the lanes join in one fixed tree. A zero term leaves its lane as it was, so a row has the same bits
   whether all its terms are added or only those with t != 0.

   float64 rows are summed without loss: each lane keeps the sum s and, by Knuth's TwoSum, all that the
   additions lost in s_low, so that s + s_low is rounded once. float32 rows need no s_low: float64 lanes hold 29 bits
   more than the result. Only additions, so the vector type gives the same bits on any hardware. */

/* (s, s_low) += (h, l): h by TwoSum (Knuth, TAOCP 2, 4.2.2), l as it is. For numbers and, element by element, vectors. */
ALWAYS_INLINE void two_sum(double *s, double *s_low, double h, double l)
{
    double sum = *s + h, part = sum - *s;
    *s_low += ((*s - (sum - part)) + (h - part)) + l;
    *s = sum;
}

ALWAYS_INLINE void two_sum_vector(vector *s, vector *s_low, vector h, vector l)
{
    vector sum = *s + h, part = sum - *s;
    *s_low += ((*s - (sum - part)) + (h - part)) + l;
    *s = sum;
}

static inline void two_sum_lanes(lanes *s, lanes *s_low, lanes h, lanes l)
{
    for (int v = 0; v < N_VECTORS; v++)
        two_sum_vector(&s->v[v], &s_low->v[v], h.v[v], l.v[v]);
}

/* Adds n terms to the lanes (s, s_low). a and b may be read up to LANES - 1 elements past n. */
static inline void add_terms_double(const double *a, const double *b, ptrdiff_t n, lanes *s, lanes *s_low)
{
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES)
        two_sum_lanes(s, s_low, load_lanes_double(a + i), load_lanes_double(b + i));
    if (i < n)
        two_sum_lanes(s, s_low, first_lanes(load_lanes_double(a + i), n - i, 0.0),
                      first_lanes(load_lanes_double(b + i), n - i, 0.0));
}

static inline void add_lanes(lanes *s, lanes h)
{
    for (int v = 0; v < N_VECTORS; v++)
        s->v[v] += h.v[v];
}

static inline void add_terms_single(const double *a, ptrdiff_t n, lanes *s)
{
    ptrdiff_t i = 0;
    for (; i + LANES <= n; i += LANES)
        add_lanes(s, load_lanes_double(a + i));
    if (i < n)
        add_lanes(s, first_lanes(load_lanes_double(a + i), n - i, 0.0));
}

/* The tree: lane l joins lane l + 4, then l + 2, then l + 1. Lane l is at s[l * stride]. */
static inline double join_lanes_double(const double *s, const double *s_low, ptrdiff_t stride)
{
    double t[LANES], d[LANES];
    for (int l = 0; l < LANES; l++) {
        t[l] = s[l * stride];
        d[l] = s_low[l * stride];
    }
    for (int half = LANES / 2; half; half /= 2)
        for (int l = 0; l < half; l++)
            two_sum(&t[l], &d[l], t[l + half], d[l + half]);
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

/* The same tree over lanes in registers. */
static inline double join_double_lanes(lanes s, lanes s_low)
{
    for (int half = LANES / 2; half >= VECTOR_LANES; half /= 2)
        for (int v = 0; v < half / VECTOR_LANES; v++)
            two_sum_vector(&s.v[v], &s_low.v[v], s.v[v + half / VECTOR_LANES], s_low.v[v + half / VECTOR_LANES]);
    for (int half = VECTOR_LANES / 2; half; half /= 2) {
        vector h = rotated(s.v[0], half), h_low = rotated(s_low.v[0], half);
        two_sum_vector(&s.v[0], &s_low.v[0], h, h_low);
    }
    return s.v[0][0] + s_low.v[0][0];
}

static inline double join_single_lanes(lanes s)
{
    for (int half = LANES / 2; half >= VECTOR_LANES; half /= 2)
        for (int v = 0; v < half / VECTOR_LANES; v++)
            s.v[v] += s.v[v + half / VECTOR_LANES];
    for (int half = VECTOR_LANES / 2; half; half /= 2)
        s.v[0] += rotated(s.v[0], half);
    return s.v[0][0];
}

/* rows[i] = the sum of terms i K .. i K + K - 1: whole rows that lie one behind the other. */
static void sum_rows_double(const double *a, const double *b, ptrdiff_t n_rows, ptrdiff_t n_classes, double *rows)
{
    for (ptrdiff_t i = 0; i < n_rows; i++, a += n_classes, b += n_classes) {
        lanes s = all_lanes(0.0), s_low = all_lanes(0.0);
        add_terms_double(a, b, n_classes, &s, &s_low);
        rows[i] = join_double_lanes(s, s_low);
    }
}

static void sum_rows_single(const double *a, const double *b, ptrdiff_t n_rows, ptrdiff_t n_classes, double *rows)
{
    (void)b;
    for (ptrdiff_t i = 0; i < n_rows; i++, a += n_classes) {
        lanes s = all_lanes(0.0);
        add_terms_single(a, n_classes, &s);
        rows[i] = join_single_lanes(s);
    }
}

/* A piece of one row, from a multiple of LANES on: its terms go to the row's lanes s[8], s_low[8]. */
static void add_piece_double(const double *a, const double *b, ptrdiff_t n, double *s, double *s_low)
{
    lanes s_lanes = load_lanes_double(s), s_low_lanes = load_lanes_double(s_low);
    add_terms_double(a, b, n, &s_lanes, &s_low_lanes);
    store_lanes(s, s_lanes);
    store_lanes(s_low, s_low_lanes);
}

static void add_piece_single(const double *a, const double *b, ptrdiff_t n, double *s, double *s_low)
{
    (void)b;
    (void)s_low;
    lanes s_lanes = load_lanes_double(s);
    add_terms_single(a, n, &s_lanes);
    store_lanes(s, s_lanes);
}

/* The terms of one class for n rows: each goes to the one lane of its own row. */
static void add_class_double(const double *a, const double *b, ptrdiff_t n, double *s, double *s_low)
{
    for (ptrdiff_t i = 0; i < n; i++)
        two_sum(&s[i], &s_low[i], a[i], b[i]);
}

static void add_class_single(const double *a, const double *b, ptrdiff_t n, double *s, double *s_low)
{
    (void)b;
    (void)s_low;
    for (ptrdiff_t i = 0; i < n; i++)
        s[i] += a[i];
}

/* rows[i] from lanes that lie lane by lane: lane l of row i at s[l * n_rows + i]. */
static void join_rows_double(const double *s, const double *s_low, ptrdiff_t n_rows, double *rows)
{
    for (ptrdiff_t i = 0; i < n_rows; i++)
        rows[i] = join_lanes_double(s + i, s_low + i, n_rows);
}

static void join_rows_single(const double *s, const double *s_low, ptrdiff_t n_rows, double *rows)
{
    (void)s_low;
    for (ptrdiff_t i = 0; i < n_rows; i++)
        rows[i] = join_lanes_single(s + i, n_rows);
}

/* Scattered terms: each goes to the lane whose place in s and s_low is given. */
static void add_entries_double(const double *a, const double *b, const uint32_t *lane, ptrdiff_t n, double *s,
                               double *s_low)
{
    for (ptrdiff_t i = 0; i < n; i++)
        two_sum(&s[lane[i]], &s_low[lane[i]], a[i], b[i]);
}

static void add_entries_single(const double *a, const double *b, const uint32_t *lane, ptrdiff_t n, double *s,
                               double *s_low)
{
    (void)b;
    (void)s_low;
    for (ptrdiff_t i = 0; i < n; i++)
        s[lane[i]] += a[i];
}

/* Rows of one term each: what the lanes would make of it. */
static void single_terms_double(const double *restrict a, const double *restrict b, ptrdiff_t n, double *restrict rows)
{
    for (ptrdiff_t i = 0; i < n; i++)
        rows[i] = (0.0 + a[i]) + b[i];
}

static void single_terms_single(const double *restrict a, const double *restrict b, ptrdiff_t n, double *restrict rows)
{
    (void)b;
    for (ptrdiff_t i = 0; i < n; i++)
        rows[i] = 0.0 + a[i];
}

static void negate_rows(double *rows, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++)
        rows[i] = 0.0 - rows[i]; /* 0 - 0 is +0 */
}

/* Whether all are finite and none is 0. */
static int all_ordinary(const double *x, ptrdiff_t n)
{
    uint64_t odd = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        odd |= -(uint64_t)!((fabs(x[i]) > 0.0) & (fabs(x[i]) < (double)INFINITY));
    return !odd;
}

static int all_finite(const double *rows, ptrdiff_t n)
{
    double any = 0.0; /* x - x is 0, or NaN, which no addition removes; four sums, one would wait for itself */
    double part[4 * LANES] = {0};
    ptrdiff_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES)
        for (int l = 0; l < 4 * LANES; l++)
            part[l] += rows[i + l] - rows[i + l];
    for (; i < n; i++)
        any += rows[i] - rows[i];
    for (int l = 0; l < 4 * LANES; l++)
        any += part[l];
    return any == 0.0;
}
