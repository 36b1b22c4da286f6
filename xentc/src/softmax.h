/* Row sums of softmax:  lse = m + log(sum_k exp(z_k - m)),  m = max_k z_k.

   The sum is kept as count + rest: the maximum's own 1 (or how often it occurs), and the sum of the other terms,
   which keeps its digits however small it is, so that a tiny loss, log(1 + rest) = rest, has them all. Term k goes to lane k mod 16, in the order of k, and the lanes join in one tree, whether a row
   lies along its classes or its neighbours in memory are other rows.

   Each function takes the numbers of its rows (xentc_softmax) at row i of the tile; with step 0 all elements
   are of that row, with step 1 element j is of row i + j. */
#define EXP_LANES XENTC_EXP_LANES

/* Halves of the lanes meet until one is left; from 64-bit halves on in vectors, whose shuffles are cheap. */
#define DEFINE_LARGEST(PRECISION, TYPE)                                                                         \
    static inline TYPE largest_of_64_##PRECISION(TYPE *lane)                                                    \
    {                                                                                                           \
        enum { WIDTH = XENTC_VECTOR_BYTES / sizeof(TYPE) };                                                     \
        for (int half = 32; half >= WIDTH; half /= 2)                                                           \
            for (int l = 0; l < half; l++)                                                                      \
                lane[l] = lane[l + half] > lane[l] ? lane[l + half] : lane[l];                                  \
        for (int half = VECTOR_LANES / 2; half; half /= 2) {                                                    \
            TYPE other[WIDTH];                                                                                  \
            *(vector *)other = rotated(*(const vector *)lane, half);                                            \
            for (int l = 0; l < WIDTH; l++)                                                                     \
                lane[l] = other[l] > lane[l] ? other[l] : lane[l];                                              \
        }                                                                                                       \
        return lane[0] > lane[8 / sizeof(TYPE) - 1] ? lane[0] : lane[8 / sizeof(TYPE) - 1];                     \
    }

DEFINE_LARGEST(single, float)
DEFINE_LARGEST(double, double)

/* The largest of n values and m; NaN is passed over: exp meets it. 64 lanes, since each waits for itself. */
#define DEFINE_MAX(PRECISION, TYPE)                                                                             \
    static double max_piece_##PRECISION(const void *z_, ptrdiff_t n, double m)                                  \
    {                                                                                                           \
        const TYPE *z = z_;                                                                                     \
        TYPE lane[64], largest = (TYPE)m;                                                                       \
        if (n < 64) {                                                                                           \
            for (ptrdiff_t i = 0; i < n; i++)                                                                   \
                largest = z[i] > largest ? z[i] : largest;                                                      \
            return (double)largest;                                                                             \
        }                                                                                                       \
        for (int l = 0; l < 64; l++)                                                                            \
            lane[l] = largest;                                                                                  \
        for (ptrdiff_t i = 0; i + 64 <= n; i += 64)                                                             \
            for (int l = 0; l < 64; l++)                                                                        \
                lane[l] = z[i + l] > lane[l] ? z[i + l] : lane[l];                                              \
        for (int l = 0; l < 64; l++) /* the last 64, some of them once more */                                  \
            lane[l] = z[n - 64 + l] > lane[l] ? z[n - 64 + l] : lane[l];                                        \
        return (double)largest_of_64_##PRECISION(lane);                                                         \
    }                                                                                                           \
                                                                                                                \
    /* The maxima of n_rows rows of n elements, `stride` bytes from one to the next. */                         \
    static void max_rows_##PRECISION(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n,            \
                                     xentc_softmax *rows, ptrdiff_t row)                                        \
    {                                                                                                           \
        for (ptrdiff_t j = 0; j < n_rows; j++)                                                                  \
            rows->m_##PRECISION[row + j] = (TYPE)max_piece_##PRECISION(z + j * stride, n, -INFINITY);           \
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
   size are `wide`: exp_single is not for them, and the caller, told of any, has them done as float64. */
static int start_rows_single(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n)
{
    float *restrict m = rows->m_single + row, *restrict magic = rows->magic + row, *restrict limit = rows->limit + row;
    uint32_t *restrict count = rows->count + row;
    uint8_t *restrict wide = rows->wide + row;
    for (ptrdiff_t i = 0; i < n; i++) {
        float n_m = fmaf(m[i], (float)INVERSE_LN2, 0x1.8p23f) - 0x1.8p23f;
        magic[i] = 0x1.8p23f + 16.0f * (EXP_SHIFT_SINGLE - n_m);
        limit[i] = fmaf(n_m, (float)LN2, -103.9f); /* 2^-150 is exp(-103.97) */
        count[i] = 0;
    }
    int any = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        wide[i] = !((m[i] >= -256.0f) & (m[i] <= 256.0f));
        any |= wide[i];
    }
    return any;
}

static int start_rows_double(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n)
{
    for (ptrdiff_t i = row; i < row + n; i++) {
        rows->count[i] = 0;
        rows->wide[i] = 0;
    }
    return 0;
}

/* float32 terms are summed in float64 lanes, which hold 29 bits more than the result. The bits of a positive
   float, 29 places to the left, are a double: the float times 2^-896 (and zero stays zero). That costs half of
   a conversion, which must move halves of a vector: lanes of even k take the lower half of every 64 bits. */
#define UNIT_SINGLE 0x1p896

typedef uint64_t vector_words __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(4), may_alias));
enum { N_EXP_VECTORS = EXP_LANES / VECTOR_LANES };
typedef struct { vector s[N_EXP_VECTORS]; } exp_lanes_single;
typedef struct { vector s[N_EXP_VECTORS], c[N_EXP_VECTORS]; } exp_lanes_double;

static inline void add_exp_lanes_single(exp_lanes_single *lane, const float *e)
{
    for (int v = 0; v < N_EXP_VECTORS; v += 2) {
        vector_words x = *(const vector_words *)(e + v * VECTOR_LANES);
        lane->s[v] += (vector)((x << 32) >> 3);
        lane->s[v + 1] += (vector)((x & UINT64_C(0xffffffff00000000)) >> 3);
    }
}

/* How many of EXP_LANES values are m, lane by lane. */
typedef float float_vector __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(4), may_alias));
typedef int32_t float_count __attribute__((vector_size(XENTC_VECTOR_BYTES), aligned(4), may_alias));
typedef struct { float_count v[N_EXP_VECTORS / 2]; } count_single;
typedef struct { vector_bits v[N_EXP_VECTORS]; } count_double;

static inline void count_equal_single(count_single *count, const float *z, float m)
{
    for (int v = 0; v < N_EXP_VECTORS / 2; v++)
        count->v[v] -= *(const float_vector *)(z + 2 * v * VECTOR_LANES) == (float_vector){0} + m;
}

static inline void count_equal_double(count_double *count, const double *z, double m)
{
    for (int v = 0; v < N_EXP_VECTORS; v++)
        count->v[v] -= *(const vector *)(z + v * VECTOR_LANES) == (vector){0} + m;
}

static inline void add_exp_class_single(const float *restrict e, ptrdiff_t n, int first, double *restrict s,
                                        double *restrict c)
{
    (void)c;
    if (first)
        for (ptrdiff_t i = 0; i < n; i++)
            s[i] = double_of_bits((uint64_t)bits_of_float(e[i]) << 29);
    else
        for (ptrdiff_t i = 0; i < n; i++)
            s[i] += double_of_bits((uint64_t)bits_of_float(e[i]) << 29);
}

/* The tree: lane l joins l + 1, these pairs of lanes the ones 8, 4, and 2 lanes on. */
static inline void join_exp_lanes_single(exp_lanes_single lane, double *s, double *c)
{
    vector *x = lane.s;
    (void)c;
    for (int v = 0; v < N_EXP_VECTORS / 2; v++)
        x[v] = x[2 * v] + x[2 * v + 1];
    for (int half = N_EXP_VECTORS / 4; half; half /= 2)
        for (int v = 0; v < half; v++)
            x[v] += x[v + half];
    for (int half = VECTOR_LANES / 2; half; half /= 2)
        x[0] += rotated(x[0], half);
    *s = x[0][0];
}

static void join_exp_class_single(double *s, double *c, ptrdiff_t n)
{
    (void)c;
    for (int l = 0; l < EXP_LANES; l += 2)
        for (ptrdiff_t i = 0; i < n; i++)
            s[l * n + i] += s[(l + 1) * n + i];
    for (int half = EXP_LANES / 2; half >= 2; half /= 2)
        for (int l = 0; l < half; l += 2)
            for (ptrdiff_t i = 0; i < n; i++)
                s[l * n + i] += s[(l + half) * n + i];
}

/* float64 terms are summed without loss, as in fold.h. */
#define UNIT_DOUBLE 1.0

static inline void add_exp_lanes_double(exp_lanes_double *lane, const double *e)
{
    for (int v = 0; v < N_EXP_VECTORS; v++) {
        vector x = *(const vector *)(e + v * VECTOR_LANES);
        TWO_SUM_INTO(lane->s[v], lane->c[v], x, (vector){0});
    }
}

static inline void add_exp_class_double(const double *restrict e, ptrdiff_t n, int first, double *restrict s,
                                        double *restrict c)
{
    if (first) {
        memcpy(s, e, (size_t)n * sizeof *s);
        memset(c, 0, (size_t)n * sizeof *c);
        return;
    }
    for (ptrdiff_t i = 0; i < n; i++)
        TWO_SUM_INTO(s[i], c[i], e[i], 0.0);
}

static void join_exp_class_double(double *s, double *c, ptrdiff_t n)
{
    for (int half = EXP_LANES / 2; half; half /= 2)
        for (int l = 0; l < half; l++)
            for (ptrdiff_t i = 0; i < n; i++)
                TWO_SUM_INTO(s[l * n + i], c[l * n + i], s[(l + half) * n + i], c[(l + half) * n + i]);
}

static inline void join_exp_lanes_double(exp_lanes_double lane, double *s, double *c)
{
    for (int half = N_EXP_VECTORS / 2; half; half /= 2)
        for (int v = 0; v < half; v++)
            TWO_SUM_INTO(lane.s[v], lane.c[v], lane.s[v + half], lane.c[v + half]);
    for (int half = VECTOR_LANES / 2; half; half /= 2) {
        vector h = rotated(lane.s[0], half), rest = rotated(lane.c[0], half);
        TWO_SUM_INTO(lane.s[0], lane.c[0], h, rest);
    }
    *s = lane.s[0][0];
    *c = lane.c[0][0];
}

/* exp of one element each of n rows; those that do not fill a block are done one by one. */
#define DEFINE_EXP_ROWS(PRECISION, TYPE, EXP)                                                                   \
    static inline void exp_rows_##PRECISION(const TYPE *z, ptrdiff_t n, const xentc_softmax *rows,              \
                                            ptrdiff_t row, TYPE *e)                                             \
    {                                                                                                           \
        ptrdiff_t j = 0;                                                                                        \
        for (; j + EXP_BLOCK <= n; j += EXP_BLOCK)                                                              \
            exp_each_##PRECISION(z + j, rows->m_##PRECISION + row + j, rows->magic + row + j,                   \
                                 rows->limit + row + j, e + j);                                                 \
        for (; j < n; j++)                                                                                      \
            e[j] = EXP(z[j], row + j);                                                                          \
    }

#define EXP_OF_ROW_SINGLE(z, i) exp_single(z, rows->magic[i], rows->limit[i])
#define EXP_OF_ROW_DOUBLE(z, i) exp_of_difference(z, rows->m_double[i])
DEFINE_EXP_ROWS(single, float, EXP_OF_ROW_SINGLE)
DEFINE_EXP_ROWS(double, double, EXP_OF_ROW_DOUBLE)

/* sum_rows: the sums of whole rows, `stride` bytes from one to the next. sum_piece: a piece of one row, from a
   multiple of EXP_LANES on, to its lanes in s and c, which join_exp_row takes. While they compute nothing is
   read, so the memory `ahead` bytes further on is asked for. sum_class: one class of n rows, each term to the one
   lane of its own row (or the first of it), for join_exp_class. Of all terms, or of the others while the maxima
   are counted. The terms are left in `kept`, unless NULL; with each block a block of what is pending is written. */
#define DEFINE_EXP_SUM(PRECISION, TYPE, WHICH, OTHERS)                                                          \
    static inline void sum_##WHICH##_steps_##PRECISION(const TYPE *z, ptrdiff_t n, xentc_softmax *rows,         \
                                                       ptrdiff_t row, ptrdiff_t ahead, TYPE *kept,              \
                                                       xentc_pending *pending, exp_lanes_##PRECISION *lane)     \
    {                                                                                                           \
        const TYPE m = rows->m_##PRECISION[row];                                                                \
        const float magic = rows->magic[row], limit = rows->limit[row];                                         \
        count_##PRECISION count = {{{0}}};                                                                      \
        uint32_t total = 0;                                                                                     \
        ptrdiff_t i = 0, ready = 0;                                                                             \
        const TYPE *from = NULL;                                                                                \
        TYPE *to = NULL, inverse = 0;                                                                           \
        for (; i + EXP_LANES <= n; i += EXP_LANES) {                                                            \
            TYPE e[EXP_LANES];                                                                                  \
            for (size_t j = 0; j < EXP_LANES * sizeof *z; j += 64)                                              \
                __builtin_prefetch((const char *)(z + i) + ahead + j);                                          \
            exp_block_##PRECISION(z + i, m, magic, limit, e);                                                   \
            if (OTHERS) {                                                                                       \
                for (int l = 0; l < EXP_LANES; l++)                                                             \
                    e[l] = z[i + l] == m ? 0 : e[l];                                                            \
                count_equal_##PRECISION(&count, z + i, m);                                                      \
            }                                                                                                   \
            if (kept)                                                                                           \
                memcpy(kept + i, e, sizeof e);                                                                  \
            add_exp_lanes_##PRECISION(lane, e);                                                                 \
            if (!pending)                                                                                       \
                continue;                                                                                       \
            if (!ready) {                                                                                       \
                if (!(ready = ready_blocks_##PRECISION(pending)))                                               \
                    continue;                                                                                   \
                from = (const TYPE *)pending->e[pending->row] + pending->at;                                    \
                to = (TYPE *)pending->g[pending->row] + pending->at;                                            \
                inverse = (TYPE)pending->inverse[pending->row];                                                 \
            }                                                                                                   \
            stream_block_##PRECISION(from, inverse, to);                                                        \
            from += STREAM_BLOCK;                                                                               \
            to += STREAM_BLOCK;                                                                                 \
            pending->at += STREAM_BLOCK;                                                                        \
            ready--;                                                                                            \
        }                                                                                                       \
        if (i < n) {                                                                                            \
            TYPE e[EXP_LANES], last[EXP_LANES] = {0};                                                           \
            memcpy(last, z + i, (size_t)(n - i) * sizeof *z);                                                   \
            exp_block_##PRECISION(last, m, magic, limit, e);                                                    \
            for (int l = 0; l < EXP_LANES; l++) {                                                               \
                e[l] = l < n - i && !(OTHERS && last[l] == m) ? e[l] : 0;                                       \
                total += OTHERS & (l < n - i) & (last[l] == m);                                                 \
            }                                                                                                   \
            add_exp_lanes_##PRECISION(lane, e);                                                                 \
            if (kept)                                                                                           \
                memcpy(kept + i, e, (size_t)(n - i) * sizeof *e);                                               \
        }                                                                                                       \
        for (size_t v = 0; v < (OTHERS ? sizeof count.v / sizeof count.v[0] : 0); v++)                          \
            for (size_t l = 0; l < sizeof count.v[0] / sizeof m; l++)                                           \
                total += (uint32_t)count.v[v][l];                                                               \
        if (OTHERS)                                                                                             \
            rows->count[row] += total;                                                                          \
    }                                                                                                           \
                                                                                                                \
    static void sum_##WHICH##_rows_##PRECISION(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n,  \
                                               xentc_softmax *rows, ptrdiff_t row, ptrdiff_t ahead, void *kept, \
                                               xentc_pending *pending, double *s, double *c)                    \
    {                                                                                                           \
        for (ptrdiff_t j = 0; j < n_rows; j++) {                                                                \
            exp_lanes_##PRECISION lane = {{{0}}};                                                               \
            const TYPE *row_z = (const TYPE *)(z + j * stride);                                                 \
            if (kept && pending)                                                                                \
                sum_##WHICH##_steps_##PRECISION(row_z, n, rows, row + j, ahead, (TYPE *)kept + j * n, pending,  \
                                                &lane);                                                         \
            else if (kept)                                                                                      \
                sum_##WHICH##_steps_##PRECISION(row_z, n, rows, row + j, ahead, (TYPE *)kept + j * n, NULL,     \
                                                &lane);                                                         \
            else                                                                                                \
                sum_##WHICH##_steps_##PRECISION(row_z, n, rows, row + j, ahead, NULL, NULL, &lane);             \
            join_exp_lanes_##PRECISION(lane, s + j, c + j);                                                     \
        }                                                                                                       \
    }                                                                                                           \
                                                                                                                \
    static void sum_##WHICH##_piece_##PRECISION(const void *z, ptrdiff_t n, xentc_softmax *rows, ptrdiff_t row, \
                                                void *kept, double *s, double *c)                               \
    {                                                                                                           \
        exp_lanes_##PRECISION lane;                                                                             \
        memcpy(lane.s, s, sizeof lane.s);                                                                       \
        memcpy((char *)&lane + sizeof lane.s, c, sizeof lane - sizeof lane.s);                                  \
        sum_##WHICH##_steps_##PRECISION(z, n, rows, row, 0, kept, NULL, &lane);                                 \
        memcpy(s, lane.s, sizeof lane.s);                                                                       \
        memcpy(c, (char *)&lane + sizeof lane.s, sizeof lane - sizeof lane.s);                                  \
    }                                                                                                           \
                                                                                                                \
    static void sum_##WHICH##_class_##PRECISION(const void *z_, ptrdiff_t n, xentc_softmax *rows,               \
                                                ptrdiff_t row, int first, void *kept, double *s, double *c)     \
    {                                                                                                           \
        const TYPE *restrict z = z_;                                                                            \
        TYPE passing[XENTC_TILE_ROWS], *restrict e = kept ? kept : passing;                                     \
        const TYPE *restrict m = rows->m_##PRECISION + row;                                                     \
        uint32_t *restrict count = rows->count + row;                                                           \
        exp_rows_##PRECISION(z, n, rows, row, e);                                                               \
        for (ptrdiff_t i = 0; i < (OTHERS ? n : 0); i++) {                                                      \
            count[i] += z[i] == m[i];                                                                           \
            e[i] = z[i] == m[i] ? 0 : e[i];                                                                     \
        }                                                                                                       \
        add_exp_class_##PRECISION(e, n, first, s, c);                                                           \
    }

static void join_exp_row_single(double *s, double *c)
{
    exp_lanes_single lane;
    memcpy(lane.s, s, sizeof lane.s);
    join_exp_lanes_single(lane, s, c);
}

static void join_exp_row_double(double *s, double *c)
{
    exp_lanes_double lane;
    memcpy(lane.s, s, sizeof lane.s);
    memcpy(lane.c, c, sizeof lane.c);
    join_exp_lanes_double(lane, s, c);
}

DEFINE_EXP_SUM(single, float, all, 0)
DEFINE_EXP_SUM(single, float, others, 1)
DEFINE_EXP_SUM(double, double, all, 0)
DEFINE_EXP_SUM(double, double, others, 1)

/* From the joined sums of n rows the sum of the others, rest + rest_low, in the unit of exp. Of all terms it is
   what is left without the maximum, if that is not small: where it is below 2^-20 of it, and so has lost more
   than the last digits (or is NaN), `again` says that the others must be summed alone. */
#define DEFINE_REST(PRECISION, UNIT, TERM, LOW)                                                                 \
    static int rest_of_all_##PRECISION(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *s,        \
                                       const double *c, double *rest, double *rest_low, uint8_t *again)         \
    {                                                                                                           \
        int any = 0;                                                                                            \
        double small[XENTC_TILE_ROWS];                                                                          \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            double e_m = TERM(row + j), left = UNIT * s[j] - e_m;                                                    \
            rest[j] = left;                                                                                     \
            rest_low[j] = LOW(c[j]);                                                                            \
            small[j] = left >= 0x1p-20 * e_m ? 0.0 : 1.0;                                                       \
        }                                                                                                       \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            rows->count[row + j] = 1;                                                                           \
            again[j] = small[j] != 0.0;                                                                         \
            any |= again[j];                                                                                    \
        }                                                                                                       \
        return any;                                                                                             \
    }                                                                                                           \
                                                                                                                \
    static void rest_of_others_##PRECISION(ptrdiff_t n, const double *s, const double *c, double *rest,         \
                                           double *rest_low)                                                    \
    {                                                                                                           \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            rest[j] = UNIT * s[j];                                                                              \
            rest_low[j] = LOW(c[j]);                                                                            \
        }                                                                                                       \
    }

#define LARGEST_SINGLE(i) (double)exp_single(rows->m_single[i], rows->magic[i], rows->limit[i])
#define LARGEST_DOUBLE(i) 0x1p64
#define NO_LOW(c) 0.0
DEFINE_REST(single, UNIT_SINGLE, LARGEST_SINGLE, NO_LOW)
DEFINE_REST(double, UNIT_DOUBLE, LARGEST_DOUBLE, VALUE_AS_IS)

/* lse, 1 - max p, and sum_k exp(z_k - m) as the gradient wants it, of n rows. In short loops, as in terms.h. */
#define DEFINE_FINISH(PRECISION, TERM_OF_MAXIMUM)                                                               \
    static void finish_softmax_##PRECISION(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *rest, \
                                           const double *rest_low)                                              \
    {                                                                                                           \
        double e_m[XENTC_TILE_ROWS], u[XENTC_TILE_ROWS], u_low[XENTC_TILE_ROWS], log_u[XENTC_TILE_ROWS];        \
        for (ptrdiff_t j = 0; j < n; j++)                                                                       \
            e_m[j] = TERM_OF_MAXIMUM(rows->m_##PRECISION[row + j]);                                             \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            double count = (double)rows->count[row + j], sum = rest[j] + rest_low[j], unit = 1.0 / e_m[j];      \
            double x = sum * unit, s = count, s_low = (rest_low[j] - (sum - rest[j])) * unit;                   \
            TWO_SUM_INTO(s, s_low, x, 0.0);                                                                     \
            u[j] = s;                                                                                           \
            u_low[j] = s_low / s; /* log(u + u_low) is log u + u_low / u up to 2^-107 */                        \
            rows->others[row + j] = ((count - 1.0) + x) / s;                                                    \
            rows->total[row + j] = e_m[j] * s;                                                                  \
        }                                                                                                       \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            double low;                                                                                         \
            log_double(u[j], log_u + j, &low);                                                                  \
            u_low[j] += low;                                                                                    \
        }                                                                                                       \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            double lse = (double)rows->m_##PRECISION[row + j], lse_low = u_low[j];                              \
            TWO_SUM_INTO(lse, lse_low, log_u[j], 0.0);                                                          \
            double nothing = lse - lse; /* 0, or NaN: then all of the row's gradient is */                      \
            rows->lse[row + j] = lse;                                                                           \
            rows->lse_low[row + j] = nothing == 0.0 ? lse_low : 0.0;                                            \
            rows->others[row + j] += nothing;                                                                   \
            rows->total[row + j] += nothing;                                                                    \
        }                                                                                                       \
    }

/* exp(m - n_m ln 2) in the unit of exp_single, with the digits of a float64. */
static inline double term_of_maximum_single(float m)
{
    double n_m = (double)(fmaf(m, (float)INVERSE_LN2, 0x1.8p23f) - 0x1.8p23f);
    return exp_double(fma(n_m, -LN2_HIGH, (double)m), n_m * -LN2_LOW, EXP_SHIFT_SINGLE);
}

#define TERM_OF_MAXIMUM_DOUBLE(m) 0x1p64
DEFINE_FINISH(single, term_of_maximum_single)
DEFINE_FINISH(double, TERM_OF_MAXIMUM_DOUBLE)

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
