/* Row sums of softmax:  lse = m + log(sum_k exp(z_k - m)),  m = max_k z_k.

   The sum is kept as count + rest: the maximum's own 1 (or how often it occurs), and the sum of the other terms,
   which keeps its digits however small it is, so that a tiny loss, log(1 + rest) = rest, has them all. exp_sum.h
   makes it, of rows one after the other or side by side; the bits are the same.

   Each function takes what it knows of its rows (xentc_softmax) from row `row` of the tile on. */

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
    /* Of n_classes classes of n rows side by side, `stride` bytes from one class to the next. On the way the    \
       memory `ahead` bytes further on is asked for, and they are copied, `step` elements apart, unless to NULL. */ \
    static void max_classes_##PRECISION(const char *z_, ptrdiff_t stride, ptrdiff_t n_classes, ptrdiff_t n,     \
                                        ptrdiff_t ahead, void *copy, ptrdiff_t step, xentc_softmax *rows,       \
                                        ptrdiff_t row)                                                          \
    {                                                                                                           \
        TYPE *m = rows->m_##PRECISION + row;                                                                    \
        for (ptrdiff_t first = 0; first < n; first += 64) {                                                     \
            const ptrdiff_t width = n - first < 64 ? n - first : 64;                                            \
            TYPE lane[64];                                                                                      \
            for (int l = 0; l < 64; l++)                                                                        \
                lane[l] = -INFINITY;                                                                            \
            for (ptrdiff_t j = 0; j < n_classes; j++) {                                                         \
                const TYPE *restrict z = (const TYPE *)(z_ + j * stride) + first;                               \
                TYPE *restrict to = (TYPE *)copy + j * step + first;                                            \
                for (size_t i = 0; ahead && i < 64 * sizeof *z; i += 64)                                        \
                    __builtin_prefetch((const char *)z + ahead + i);                                            \
                if (width == 64)                                                                                \
                    for (int l = 0; l < 64; l++)                                                                \
                        lane[l] = z[l] > lane[l] ? z[l] : lane[l];                                              \
                for (ptrdiff_t l = 0; l < (width == 64 ? 0 : width); l++)                                       \
                    lane[l] = z[l] > lane[l] ? z[l] : lane[l];                                                  \
                if (copy)                                                                                       \
                    memcpy(to, z, width == 64 ? 64 * sizeof *z : (size_t)width * sizeof *z);                    \
            }                                                                                                   \
            for (ptrdiff_t l = 0; l < width; l++)                                                               \
                m[first + l] = lane[l] > m[first + l] ? lane[l] : m[first + l];                                 \
        }                                                                                                       \
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
        /* -inf has only NaN beside it, or nothing: the row is NaN here too */
        wide[i] = !((m[i] >= -256.0f) & (m[i] <= 256.0f)) & (m[i] > -INFINITY);
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

/* From the joined sums of n rows the sum of the others, rest + rest_low, in the unit of exp. Of all terms it is
   what is left without the maximum, if that is not small: where it is below 2^-20 of it, and so has lost more
   than the last digits, `again` says that the others must be summed alone; where it is NaN, beside a maximum of inf:
   beside any other the row is NaN. */
#define DEFINE_REST(PRECISION, TERM, LOW)                                                                       \
    static int rest_of_all_##PRECISION(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *s,        \
                                       const double *c, double *rest, double *rest_low, uint8_t *again)         \
    {                                                                                                           \
        int any = 0;                                                                                            \
        double small[XENTC_TILE_ROWS];                                                                          \
        for (ptrdiff_t j = 0; j < n; j++) {                                                                     \
            double e_m = TERM(row + j), left = sum_in_unit_##PRECISION(s[j]) - e_m;                                  \
            rest[j] = left;                                                                                     \
            rest_low[j] = LOW(c[j]);                                                                            \
            double m = (double)rows->m_##PRECISION[row + j];                                                    \
            small[j] = left >= 0x1p-20 * e_m ? 0.0 : (left != left) & !(m == (double)INFINITY) ? 0.0 : 1.0;     \
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
            rest[j] = sum_in_unit_##PRECISION(s[j]);                                                            \
            rest_low[j] = LOW(c[j]);                                                                            \
        }                                                                                                       \
    }

#define LARGEST_SINGLE(i) (double)exp_single(rows->m_single[i], rows->magic[i], rows->limit[i])
#define LARGEST_DOUBLE(i) 0x1p64
#define NO_LOW(c) 0.0
#define THE_LOW(c) (c)
DEFINE_REST(single, LARGEST_SINGLE, NO_LOW)
DEFINE_REST(double, LARGEST_DOUBLE, THE_LOW)

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
            double other = (count - 1.0) + x, part = other / s; /* (other + low) / (s + s_low) */               \
            double low = ((count - 1.0) - (other - x)) + (rest_low[j] - (sum - rest[j])) * unit;                \
            rows->others[row + j] = part + (fma(-part, s, other) + low - part * s_low) / s;                     \
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
