/* Row sums of softmax:  lse = m + log(sum_k exp(z_k - m)),  m = max_k z_k.

   The sum is kept as count + rest: how often the maximum occurs (these terms are 1), and the sum of the other
   terms, which has digits of its own however small it is, so that a tiny loss log(1 + rest) = rest keeps all
   of its own. Term k goes to lane k mod 16, in the order of k, and the lanes join in one tree, whether a row
   lies along its classes or its neighbours in memory are other rows.

   Each function takes the numbers of its rows (xentc_softmax) at row i of the tile; with step 0 all elements
   are of that row, with step 1 element j is of row i + j. */
#define EXP_LANES XENTC_EXP_LANES
#define CHUNK 128 /* elements from exp to sum: while one chunk is summed, the next is on its way */

/* The largest of n values and m; NaN is passed over: exp meets it. 64 lanes, since each waits for itself. */
#define DEFINE_MAX(PRECISION, TYPE)                                                                             \
    static double max_piece_##PRECISION(const void *z_, ptrdiff_t n, double m)                                  \
    {                                                                                                           \
        const TYPE *z = z_;                                                                                     \
        TYPE lane[64], largest = (TYPE)m;                                                                       \
        ptrdiff_t i = 0;                                                                                        \
        if (n >= 64) {                                                                                          \
            for (int l = 0; l < 64; l++)                                                                        \
                lane[l] = largest;                                                                              \
            for (; i + 64 <= n; i += 64)                                                                        \
                for (int l = 0; l < 64; l++)                                                                    \
                    lane[l] = z[i + l] > lane[l] ? z[i + l] : lane[l];                                          \
            for (int half = 32; half; half /= 2)                                                                \
                for (int l = 0; l < half; l++)                                                                  \
                    lane[l] = lane[l + half] > lane[l] ? lane[l + half] : lane[l];                              \
            largest = lane[0];                                                                                  \
        }                                                                                                       \
        for (; i < n; i++)                                                                                      \
            largest = z[i] > largest ? z[i] : largest;                                                          \
        return (double)largest;                                                                                 \
    }                                                                                                           \
                                                                                                                \
    static void max_class_##PRECISION(const void *z_, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row)          \
    {                                                                                                           \
        const TYPE *restrict z = z_;                                                                            \
        TYPE *restrict m = rows->m_##PRECISION + row;                                                           \
        for (ptrdiff_t i = 0; i < n; i++)                                                                       \
            m[i] = z[i] > m[i] ? z[i] : m[i];                                                                   \
    }

DEFINE_MAX(single, float)
DEFINE_MAX(double, double)

/* From the maxima what exp needs, and room for the sums. float32 rows whose maximum is no number up to 256 in
   size are `wide`: exp_single is not for them, and the caller has them done as float64. */
static void start_rows_single(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n)
{
    float *restrict m = rows->m_single + row, *restrict magic = rows->magic + row, *restrict limit = rows->limit + row;
    uint32_t *restrict count = rows->count + row;
    uint8_t *restrict wide = rows->wide + row;
    for (ptrdiff_t i = 0; i < n; i++) {
        float n_m = fmaf(m[i], (float)INVERSE_LN2, 0x1.8p23f) - 0x1.8p23f;
        magic[i] = 0x1.8p23f + (EXP_SHIFT_SINGLE - n_m);
        limit[i] = fmaf(n_m, (float)LN2, -103.9f); /* 2^-150 is exp(-103.97) */
        count[i] = 0;
    }
    for (ptrdiff_t i = 0; i < n; i++)
        wide[i] = !(m[i] >= -256.0f && m[i] <= 256.0f);
}

static void start_rows_double(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n)
{
    for (ptrdiff_t i = row; i < row + n; i++) {
        rows->count[i] = 0;
        rows->wide[i] = 0;
    }
}

/* The terms of the others: 0 where z is the maximum. */
static inline float other_single(float z, const xentc_softmax *rows, ptrdiff_t i)
{
    float e = exp_single(z, rows->magic[i], rows->limit[i]);
    return z == rows->m_single[i] ? 0.0f : e;
}

static inline double other_double(double z, const xentc_softmax *rows, ptrdiff_t i)
{
    double e = exp_of_difference(z, rows->m_double[i]);
    return z == rows->m_double[i] ? 0.0 : e;
}

/* A piece of one row, from a multiple of EXP_LANES on, to its lanes. While it is computed nothing is read, so
   the memory `ahead` bytes further on is asked for. */
#define DEFINE_EXP_SUM(PRECISION, TYPE)                                                                         \
    static void exp_sum_piece_##PRECISION(const void *z_, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row,      \
                                          ptrdiff_t ahead, double *s, double *c)                                \
    {                                                                                                           \
        const TYPE *z = z_;                                                                                     \
        exp_lanes_##PRECISION lane = load_exp_lanes_##PRECISION(s, c);                                          \
        uint32_t count = 0;                                                                                     \
        for (ptrdiff_t start = 0; start < n; start += CHUNK) {                                                  \
            ptrdiff_t end = start + CHUNK < n ? start + CHUNK : n;                                              \
            TYPE e[CHUNK + EXP_LANES];                                                                          \
            for (ptrdiff_t i = 0; i < (ptrdiff_t)(CHUNK * sizeof *z); i += 64)                                  \
                __builtin_prefetch((const char *)(z + start) + ahead + i);                                      \
            for (ptrdiff_t i = start; i < end; i++)                                                             \
                e[i - start] = other_##PRECISION(z[i], rows, row);                                              \
            for (ptrdiff_t i = start; i < end; i++)                                                             \
                count += z[i] == rows->m_##PRECISION[row];                                                      \
            for (ptrdiff_t i = end - start; i < ((end - start + EXP_LANES - 1) & -EXP_LANES); i++)              \
                e[i] = 0;                                                                                       \
            for (ptrdiff_t i = 0; i < end - start; i += EXP_LANES)                                              \
                add_exp_lanes_##PRECISION(&lane, e + i);                                                        \
        }                                                                                                       \
        rows->count[row] += count;                                                                              \
        store_exp_lanes_##PRECISION(s, c, lane);                                                                \
    }                                                                                                           \
                                                                                                                \
    /* One class of n rows: each term to the one lane of its own row. */                                        \
    static void exp_sum_class_##PRECISION(const void *z_, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row,      \
                                          double *s, double *c)                                                 \
    {                                                                                                           \
        const TYPE *restrict z = z_;                                                                            \
        TYPE e[XENTC_TILE_ROWS];                                                                                \
        const TYPE *restrict m = rows->m_##PRECISION + row;                                                     \
        uint32_t *restrict count = rows->count + row;                                                           \
        for (ptrdiff_t i = 0; i < n; i++)                                                                       \
            e[i] = other_##PRECISION(z[i], rows, row + i);                                                      \
        for (ptrdiff_t i = 0; i < n; i++)                                                                       \
            count[i] += z[i] == m[i];                                                                           \
        add_exp_class_##PRECISION(e, n, s, c);                                                                  \
    }

/* float32 terms: float64 lanes hold 29 bits more than the result. */
typedef struct { lanes s[EXP_LANES / LANES]; } exp_lanes_single;
typedef struct { lanes s[EXP_LANES / LANES], c[EXP_LANES / LANES]; } exp_lanes_double;

static inline exp_lanes_single load_exp_lanes_single(const double *s, const double *c)
{
    exp_lanes_single r;
    (void)c;
    for (int j = 0; j < EXP_LANES / LANES; j++)
        r.s[j] = load_lanes(s + j * LANES);
    return r;
}

static inline void store_exp_lanes_single(double *s, double *c, exp_lanes_single lane)
{
    (void)c;
    for (int j = 0; j < EXP_LANES / LANES; j++)
        store_lanes(s + j * LANES, lane.s[j]);
}

static inline void add_exp_lanes_single(exp_lanes_single *lane, const float *e)
{
    for (int j = 0; j < EXP_LANES / LANES; j++)
        add_lanes(&lane->s[j], load_lanes_float(e + j * LANES));
}

static inline void add_exp_class_single(const float *restrict e, ptrdiff_t n, double *restrict s, double *restrict c)
{
    (void)c;
    for (ptrdiff_t i = 0; i < n; i++)
        s[i] += (double)e[i];
}

/* float64 terms are summed without loss, as in fold.h. */
static inline exp_lanes_double load_exp_lanes_double(const double *s, const double *c)
{
    exp_lanes_double r;
    for (int j = 0; j < EXP_LANES / LANES; j++) {
        r.s[j] = load_lanes(s + j * LANES);
        r.c[j] = load_lanes(c + j * LANES);
    }
    return r;
}

static inline void store_exp_lanes_double(double *s, double *c, exp_lanes_double lane)
{
    for (int j = 0; j < EXP_LANES / LANES; j++) {
        store_lanes(s + j * LANES, lane.s[j]);
        store_lanes(c + j * LANES, lane.c[j]);
    }
}

static inline void add_exp_lanes_double(exp_lanes_double *lane, const double *e)
{
    for (int j = 0; j < EXP_LANES / LANES; j++)
        two_sum_lanes(&lane->s[j], &lane->c[j], load_lanes(e + j * LANES), all_lanes(0.0));
}

static inline void add_exp_class_double(const double *restrict e, ptrdiff_t n, double *restrict s, double *restrict c)
{
    for (ptrdiff_t i = 0; i < n; i++)
        TWO_SUM_INTO(s[i], c[i], e[i], 0.0);
}

DEFINE_EXP_SUM(single, float)
DEFINE_EXP_SUM(double, double)

/* The lanes of n rows, lane l of row i at s[l * n + i], join in lane 0: the row's sum is s[i] + c[i]. */
static void join_exp(double *s, double *c, ptrdiff_t n)
{
    for (int half = EXP_LANES / 2; half; half /= 2)
        for (int l = 0; l < half; l++)
            for (ptrdiff_t i = 0; i < n; i++)
                TWO_SUM_INTO(s[l * n + i], c[l * n + i], s[(l + half) * n + i], c[(l + half) * n + i]);
}

/* lse, 1 - max p, and sum_k exp(z_k - m) as the gradient wants it, from the joined sums of n rows. */
#define DEFINE_FINISH(PRECISION, SHIFT, TERM_OF_MAXIMUM)                                                        \
    static void finish_softmax_##PRECISION(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *s,    \
                                           const double *c)                                                     \
    {                                                                                                           \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            ptrdiff_t i = row + j;                                                                              \
            double m = (double)rows->m_##PRECISION[i], count = (double)rows->count[i], e_m = TERM_OF_MAXIMUM;   \
            double sum = s[j] + c[j], x = sum / e_m, u = count, u_low = (c[j] - (sum - s[j])) / e_m, high, low; \
            TWO_SUM_INTO(u, u_low, x, 0.0);                                                                     \
            log_pair(u, u_low, &high, &low);                                                                    \
            double lse = m, lse_low = low;                                                                      \
            TWO_SUM_INTO(lse, lse_low, high, 0.0);                                                              \
            int finite = lse - lse == 0.0;                                                                      \
            rows->lse[i] = lse;                                                                                 \
            rows->lse_low[i] = finite ? lse_low : 0.0;                                                          \
            rows->others[i] = ((count - 1.0) + x) / u;                                                          \
            rows->total[i] = finite ? e_m * u : (double)NAN;                                                    \
        }                                                                                                       \
    }

static inline double term_of_maximum_single(double m)
{
    double n_m = (double)(fmaf((float)m, (float)INVERSE_LN2, 0x1.8p23f) - 0x1.8p23f);
    return exp_double(fma(n_m, -LN2_HIGH, m), n_m * -LN2_LOW, EXP_SHIFT_SINGLE);
}

DEFINE_FINISH(single, EXP_SHIFT_SINGLE, term_of_maximum_single(m))
DEFINE_FINISH(double, EXP_SHIFT_DOUBLE, 0x1p64)

/* Terms a + b = c (z - lse): log y_k is z_k - lse. A term with c == 0 is exactly 0 whatever z is. One lse for
   all (step 0), or one each. */
static inline void terms_logits_double_steps(const double *restrict c, const double *restrict z, ptrdiff_t n,
                                             const double *restrict lse, const double *restrict lse_low, int step,
                                             double *restrict a, double *restrict b)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double q = z[i], q_low = -lse_low[i * step];
        TWO_SUM_INTO(q, q_low, -lse[i * step], 0.0);
        uint64_t keep = -(uint64_t)(c[i] != 0.0);
        q = double_of_bits(bits_of_double(q) & keep);
        q_low = double_of_bits(bits_of_double(q_low) & keep);
        double p = c[i] * q;
        a[i] = p;
        b[i] = fma(c[i], q_low, fma(c[i], q, -p));
    }
}

static void terms_logits_double(const void *c, const void *z, ptrdiff_t n, const double *lse, const double *lse_low,
                                int step, double *a, double *b)
{
    if (step)
        terms_logits_double_steps(c, z, n, lse, lse_low, 1, a, b);
    else
        terms_logits_double_steps(c, z, n, lse, lse_low, 0, a, b);
}

#define DEFINE_TERMS_LOGITS(NAME, TYPE)                                                                         \
    static inline void NAME##_steps(const TYPE *restrict c, const float *restrict z, ptrdiff_t n,               \
                                    const double *restrict lse, const double *restrict lse_low, int step,       \
                                    double *restrict a)                                                         \
    {                                                                                                           \
        for (ptrdiff_t i = 0; i < n; i++) {                                                                     \
            double q = ((double)z[i] - lse[i * step]) - lse_low[i * step];                                      \
            uint64_t keep = -(uint64_t)((double)c[i] != 0.0);                                                   \
            a[i] = (double)c[i] * double_of_bits(bits_of_double(q) & keep);                                     \
        }                                                                                                       \
    }                                                                                                           \
    static void NAME(const void *c, const void *z, ptrdiff_t n, const double *lse, const double *lse_low,       \
                     int step, double *a, double *b)                                                            \
    {                                                                                                           \
        (void)b;                                                                                                \
        if (step)                                                                                               \
            NAME##_steps(c, z, n, lse, lse_low, 1, a);                                                          \
        else                                                                                                    \
            NAME##_steps(c, z, n, lse, lse_low, 0, a);                                                          \
    }

DEFINE_TERMS_LOGITS(terms_logits_single, float)
DEFINE_TERMS_LOGITS(terms_logits_single_wide, double)
