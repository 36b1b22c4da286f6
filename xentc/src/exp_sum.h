/* Sums of exponentials over rows of logits, for softmax.h: of one row after the other, or of rows side by side.

   Term k goes to lane k mod 16, in the order of k, and the lanes join in one tree, whichever the way. */
#define EXP_LANES XENTC_EXP_LANES

/* float32 terms are summed in float64 lanes, which hold 29 bits more than the result. The bits of a positive
   float, 29 places to the left, are a double: the float times 2^-896 (and zero stays zero). That costs half of
   a conversion, which must move halves of a vector: lanes of even k take the lower half of every 64 bits. A NaN
   becomes a number that no sum of others reaches. */
static inline double sum_in_unit_single(double s)
{
    double sum = 0x1p896 * s;
    return sum < 0x1p127 ? sum : (double)NAN;
}

enum { N_EXP_VECTORS = EXP_LANES / VECTOR_LANES };
typedef struct { vector s[N_EXP_VECTORS]; } exp_lanes_single;
typedef struct { vector s[N_EXP_VECTORS], c[N_EXP_VECTORS]; } exp_lanes_double;

ALWAYS_INLINE void add_exp_lanes_single(exp_lanes_single *lane, const float *e)
{
    for (int v = 0; v < N_EXP_VECTORS; v += 2) {
        vector_words x = *(const vector_words *)(e + v * VECTOR_LANES);
        lane->s[v] += (vector)((x << 32) >> 3);
        lane->s[v + 1] += (vector)((x & UINT64_C(0xffffffff00000000)) >> 3);
    }
}

/* How many of EXP_LANES values are m, lane by lane. */
typedef struct { float_bits v[N_EXP_VECTORS / 2]; } count_single;
typedef struct { vector_bits v[N_EXP_VECTORS]; } count_double;

ALWAYS_INLINE void count_equal_single(count_single *count, const float *z, float m)
{
    for (int v = 0; v < N_EXP_VECTORS / 2; v++)
        count->v[v] -= *(const float_vector *)(z + 2 * v * VECTOR_LANES) == (float_vector){0} + m;
}

ALWAYS_INLINE void count_equal_double(count_double *count, const double *z, double m)
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
            s[i] = double_of_bits((uint64_t)bits_of_single(e[i]) << 29);
    else
        for (ptrdiff_t i = 0; i < n; i++)
            s[i] += double_of_bits((uint64_t)bits_of_single(e[i]) << 29);
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
static inline double sum_in_unit_double(double s) { return s; }

ALWAYS_INLINE void add_exp_lanes_double(exp_lanes_double *lane, const double *e)
{
    for (int v = 0; v < N_EXP_VECTORS; v++) {
        vector x = *(const vector *)(e + v * VECTOR_LANES);
        two_sum_vector(&lane->s[v], &lane->c[v], x, (vector){0});
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
        two_sum(&s[i], &c[i], e[i], 0.0);
}

static void join_exp_class_double(double *s, double *c, ptrdiff_t n)
{
    for (int half = EXP_LANES / 2; half; half /= 2)
        for (int l = 0; l < half; l++)
            for (ptrdiff_t i = 0; i < n; i++)
                two_sum(&s[l * n + i], &c[l * n + i], s[(l + half) * n + i], c[(l + half) * n + i]);
}

static inline void join_exp_lanes_double(exp_lanes_double lane, double *s, double *c)
{
    for (int half = N_EXP_VECTORS / 2; half; half /= 2)
        for (int v = 0; v < half; v++)
            two_sum_vector(&lane.s[v], &lane.c[v], lane.s[v + half], lane.c[v + half]);
    for (int half = VECTOR_LANES / 2; half; half /= 2) {
        vector h = rotated(lane.s[0], half), rest = rotated(lane.c[0], half);
        two_sum_vector(&lane.s[0], &lane.c[0], h, rest);
    }
    *s = lane.s[0][0];
    *c = lane.c[0][0];
}

ALWAYS_INLINE float exp_element_single(float z, float m, float magic, float limit)
{
    (void)m;
    return exp_single(z, magic, limit);
}

ALWAYS_INLINE double exp_element_double(double z, double m, float magic, float limit)
{
    (void)magic;
    (void)limit;
    return exp_of_difference(z, m);
}

/* exp of one element each of n rows; those that do not fill a block are done one by one. */
#define DEFINE_EXP_ROWS(PRECISION, TYPE)                                                                        \
    ALWAYS_INLINE void exp_rows_##PRECISION(const TYPE *z, ptrdiff_t n, const xentc_softmax *rows,              \
                                            ptrdiff_t row, TYPE *e)                                             \
    {                                                                                                           \
        ptrdiff_t j = 0;                                                                                        \
        for (; j + EXP_BLOCK <= n; j += EXP_BLOCK) {                                                            \
            TYPE block[EXP_BLOCK]; /* which cannot be one of the inputs */                                      \
            exp_each_##PRECISION(z + j, rows->m_##PRECISION + row + j, rows->magic + row + j,                   \
                                 rows->limit + row + j, block);                                                 \
            memcpy(e + j, block, sizeof block);                                                                 \
        }                                                                                                       \
        for (; j < n; j++)                                                                                      \
            e[j] = exp_element_##PRECISION(z[j], rows->m_##PRECISION[row + j], rows->magic[row + j], rows->limit[row + j]);                                                    \
    }

DEFINE_EXP_ROWS(single, float)
DEFINE_EXP_ROWS(double, double)

/* sum_rows: the sums of whole rows, `stride` bytes from one to the next. sum_piece: a piece of one row, from a
   multiple of EXP_LANES on, to its lanes in s and c, which join_exp_row takes. While they compute nothing is
   read, so the memory `ahead` bytes further on is asked for. sum_classes: classes k, k + 1, ... of n rows side by
   side, `stride` bytes from one to the next, each term to the lane of its own row, for join_exp_class; the lanes
   of the first classes begin there. Of all terms, or of the others while the maxima are counted. The terms are
   left in `kept`, unless NULL; with each block of them a block of what is pending is written. */
#define DEFINE_EXP_SUM(PRECISION, TYPE, WHICH, OTHERS)                                                          \
    ALWAYS_INLINE void sum_##WHICH##_steps_##PRECISION(const TYPE *z, ptrdiff_t n, xentc_softmax *rows,         \
                                                       ptrdiff_t row, ptrdiff_t ahead, TYPE *kept,              \
                                                       xentc_pending *pending, exp_lanes_##PRECISION *lane)     \
    {                                                                                                           \
        const TYPE m = rows->m_##PRECISION[row];                                                                \
        const float magic = rows->magic[row], limit = rows->limit[row];                                         \
        count_##PRECISION count = {{{0}}};                                                                      \
        uint32_t total = 0;                                                                                     \
        ptrdiff_t i = 0, ready = 0;                                                                             \
        const TYPE *from = NULL;                                                                                \
        TYPE *to = NULL, *start = NULL, inverse = 0;                                                            \
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
            if (!ready) { /* in between pending is left alone: the streamed stores might be to it */            \
                pending->at += to - start;                                                                      \
                start = to;                                                                                     \
                if (!(ready = ready_blocks_##PRECISION(pending)))                                               \
                    continue;                                                                                   \
                start = to = (TYPE *)pending->g[pending->row] + pending->at;                                    \
                from = (const TYPE *)pending->e[pending->row] + pending->at;                                    \
                inverse = (TYPE)pending->inverse[pending->row];                                                 \
            }                                                                                                   \
            stream_block_##PRECISION(from, inverse, to);                                                        \
            from += STREAM_BLOCK;                                                                               \
            to += STREAM_BLOCK;                                                                                 \
            ready--;                                                                                            \
        }                                                                                                       \
        if (pending)                                                                                            \
            pending->at += to - start;                                                                          \
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
    static void sum_##WHICH##_classes_##PRECISION(const char *z_, ptrdiff_t stride, ptrdiff_t k,                \
                                                  ptrdiff_t n_classes, ptrdiff_t n, xentc_softmax *rows,        \
                                                  ptrdiff_t row, void *kept, ptrdiff_t step, double *s,         \
                                                  double *c)                                                    \
    {                                                                                                           \
        const TYPE *m = rows->m_##PRECISION + row;                                                              \
        uint32_t *count = rows->count + row;                                                                    \
        for (ptrdiff_t j = 0; j < n_classes; j++) {                                                             \
            const TYPE *z = (const TYPE *)(z_ + j * stride);                                                    \
            TYPE passing[XENTC_TILE_ROWS], *e = kept ? (TYPE *)kept + j * step : passing;                       \
            ptrdiff_t lane = (k + j) % EXP_LANES * n;                                                           \
            exp_rows_##PRECISION(z, n, rows, row, e);                                                           \
            for (ptrdiff_t i = 0; i < (OTHERS ? n : 0); i++) {                                                  \
                count[i] += z[i] == m[i];                                                                       \
                e[i] = z[i] == m[i] ? 0 : e[i];                                                                 \
            }                                                                                                   \
            add_exp_class_##PRECISION(e, n, k + j < EXP_LANES, s + lane, c + lane);                             \
        }                                                                                                       \
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
