/* What a caller can ask to be looked at: distributions (check=True), clipped terms. */

/* Adds n values to *sum; true if one of them is outside [0, 1]. NaN is not: it makes the sum NaN. The sum is
   only compared with a tolerance, sqrt(eps), so it may be taken in the values' own type, over 32 lanes. */
#define CHECK_LANES 32
#define DEFINE_CHECK(PRECISION, TYPE)                                                                           \
    static int check_piece_##PRECISION(const void *x_, ptrdiff_t n, double *sum)                                \
    {                                                                                                           \
        const TYPE *x = x_;                                                                                     \
        TYPE total = 0, low = 0, high = 0;                                                                      \
        ptrdiff_t i = 0;                                                                                        \
        if (n >= CHECK_LANES) {                                                                                 \
            TYPE totals[CHECK_LANES] = {0}, lows[CHECK_LANES] = {0}, highs[CHECK_LANES] = {0};                  \
            for (; i + CHECK_LANES <= n; i += CHECK_LANES)                                                      \
                for (int l = 0; l < CHECK_LANES; l++) {                                                         \
                    totals[l] += x[i + l];                                                                      \
                    lows[l] = x[i + l] < lows[l] ? x[i + l] : lows[l];                                          \
                    highs[l] = x[i + l] > highs[l] ? x[i + l] : highs[l];                                       \
                }                                                                                               \
            for (int half = CHECK_LANES / 2; half; half /= 2)                                                   \
                for (int l = 0; l < half; l++) {                                                                \
                    totals[l] += totals[l + half];                                                              \
                    lows[l] = lows[l + half] < lows[l] ? lows[l + half] : lows[l];                              \
                    highs[l] = highs[l + half] > highs[l] ? highs[l + half] : highs[l];                         \
                }                                                                                               \
            total = totals[0];                                                                                  \
            low = lows[0];                                                                                      \
            high = highs[0];                                                                                    \
        }                                                                                                       \
        for (; i < n; i++) {                                                                                    \
            total += x[i];                                                                                      \
            low = x[i] < low ? x[i] : low;                                                                      \
            high = x[i] > high ? x[i] : high;                                                                   \
        }                                                                                                       \
        *sum += (double)total;                                                                                  \
        return low < 0 || high > 1;                                                                             \
    }                                                                                                           \
                                                                                                                \
    /* The first of n_rows whole rows, one behind the other, that is no distribution; n_rows if all are. */     \
    static ptrdiff_t check_rows_##PRECISION(const void *x, ptrdiff_t n_rows, ptrdiff_t n_classes,               \
                                            double tolerance)                                                   \
    {                                                                                                           \
        for (ptrdiff_t i = 0; i < n_rows; i++) {                                                                \
            double sum = -1.0;                                                                                  \
            if (check_piece_##PRECISION((const TYPE *)x + i * n_classes, n_classes, &sum)                       \
                || !(fabs(sum) <= tolerance))                                                                   \
                return i;                                                                                       \
        }                                                                                                       \
        return n_rows;                                                                                          \
    }

DEFINE_CHECK(single, float)
DEFINE_CHECK(double, double)

/* How many of n terms with c != 0 are clipped. */
#define DEFINE_COUNT_CLIPPED(NAME, TYPE)                                                                        \
    static ptrdiff_t NAME(const double *c, const void *y_, ptrdiff_t n, double eps)                             \
    {                                                                                                           \
        const TYPE *y = y_;                                                                                     \
        ptrdiff_t count = 0;                                                                                    \
        for (ptrdiff_t i = 0; i < n; i++)                                                                       \
            count += (c[i] != 0.0) & ((double)y[i] < eps);                                                      \
        return count;                                                                                           \
    }

DEFINE_COUNT_CLIPPED(count_clipped_single, float)
DEFINE_COUNT_CLIPPED(count_clipped_double, double)
