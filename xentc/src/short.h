/* Rows of one term each in one go: from labels to what is stored, for plain rows.

   The general way takes such rows through lists of entries and one pass for each step, which for a few classes
   costs more than the logarithms. Here a tile of rows goes from its labels to `to` in a few loops, with the
   operations of terms.h, fold.h and load.h in their order, so that the bits are the same. A tile that holds
   more than plain rows, a label out of range or a value that is no positive normal number, is not done here
   but reported: it goes the general way. */

#define TILE XENTC_TILE_ROWS

/* Memory is asked for this many rows ahead, where the next rows lie behind this one: as terms.h does, and for
   what will be written too (labels, 1e7 x 10 float32: 1.31 x the floor without any, 1.17 without the last, 1.11 with all). */
#define ROWS_AHEAD 512

static inline void ask_for_rows(const char *label, const char *y, ptrdiff_t row, const char *to, ptrdiff_t size)
{
    for (ptrdiff_t i = 0; i < PART * (ptrdiff_t)sizeof(int64_t); i += 64)
        __builtin_prefetch(label + ROWS_AHEAD * sizeof(int64_t) + i);
    for (ptrdiff_t i = 0; i < PART * size; i += 64)
        __builtin_prefetch(to + ROWS_AHEAD * size + i, 1);
    if (row <= 64) /* farther apart, the caller asks for the lines that the labels name */
        for (ptrdiff_t i = 0; i < PART * row; i += 64)
            __builtin_prefetch(y + ROWS_AHEAD * row + i);
}

static inline int labels_in_range(const int64_t *label, ptrdiff_t n, ptrdiff_t n_classes)
{
    uint64_t outside = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        outside |= (uint64_t)label[i] >= (uint64_t)n_classes; /* negative ones too */
    return !outside;
}

/* Rows log(max(x, eps)), n a multiple of STEP, and whether every one is right. (The coefficient 1 of a label
   changes neither the logarithm nor its low part, and is left out.) */
static inline int log_rows_single(const float *restrict x, ptrdiff_t n, float eps, int negate, float *restrict to)
{
    float f[TILE], e[TILE];
    uint32_t unfit = 0;
    n &= -STEP;
    for (ptrdiff_t i = 0; i < n; i++) {
        split_single(x[i] < eps ? eps : x[i], f + i, e + i);
        unfit |= f[i] != f[i];
    }
    for (ptrdiff_t i = 0; i < n; i++) {
        double row = 0.0 + join_single((double)f[i], (double)e[i]);
        to[i] = (float)(negate ? 0.0 - row : row);
    }
    return !unfit;
}

static inline int log_rows_double(const double *restrict x, ptrdiff_t n, double eps, int negate, double *restrict to)
{
    double m[TILE], e[TILE], u[TILE], u_low[TILE];
    uint64_t unfit = 0;
    n &= -STEP;
    for (ptrdiff_t i = 0; i < n; i++) {
        double clipped = x[i] < eps ? eps : x[i];
        m[i] = split_double(clipped, e + i);
        unfit |= !is_normal_bits(bits_of_double(clipped));
    }
    for (ptrdiff_t i = 0; i < n; i++)
        quotient_double(m[i], u + i, u_low + i);
    for (ptrdiff_t i = 0; i < n; i++) {
        double high, low;
        series_double(e[i], u[i], u_low[i], &high, &low);
        double row = (0.0 + high) + low;
        to[i] = negate ? 0.0 - row : row;
    }
    return !unfit;
}

/* At most TILE rows of labels; the classes of y are neighbours, its rows lie `row` bytes apart. Returns 0 where
   the general way must do them: `to` is then as it was, or holds what must be written over. */
#define DEFINE_LABEL_ROWS(PRECISION, TYPE)                                                                      \
    static int label_rows_##PRECISION(const int64_t *label, const char *y, ptrdiff_t row, ptrdiff_t n,          \
                                      ptrdiff_t n_classes, double eps, int negate, void *to_)                   \
    {                                                                                                           \
        TYPE x[TILE], last[TILE], *to = to_;                                                                    \
        ptrdiff_t whole = (n + STEP - 1) & -STEP;                                                               \
        if (!labels_in_range(label, n, n_classes))                                                              \
            return 0;                                                                                           \
        for (ptrdiff_t part = 0; part < n; part += PART) {                                                      \
            ptrdiff_t end = part + PART < n ? part + PART : n;                                                  \
            ask_for_rows((const char *)(label + part), y + part * row, row, (const char *)(to + part),          \
                         sizeof(TYPE));                                                                         \
            for (ptrdiff_t i = part; i < end; i++)                                                              \
                x[i] = *(const TYPE *)(y + i * row + label[i] * (ptrdiff_t)sizeof(TYPE));                       \
        }                                                                                                       \
        if (n == whole)                                                                                         \
            return log_rows_##PRECISION(x, n, (TYPE)eps, negate, to);                                           \
        for (ptrdiff_t i = n; i < whole; i++)                                                                   \
            x[i] = 1;                                                                                           \
        if (!log_rows_##PRECISION(x, whole, (TYPE)eps, negate, last))                                           \
            return 0;                                                                                           \
        memcpy(to, last, (size_t)n * sizeof(TYPE));                                                             \
        return 1;                                                                                               \
    }

DEFINE_LABEL_ROWS(single, float)
DEFINE_LABEL_ROWS(double, double)
