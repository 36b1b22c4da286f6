/* What a caller can ask to be looked at: numbers out of range, distributions (check=True), clipped terms. */

/* The second look after a sign or a NaN (terms.h): the first of n x that is outside [least, most] where c is not 0,
   and its value; n if there is none. NaN is not outside. */
static ptrdiff_t first_outside(const double *c, const double *x, ptrdiff_t n, double least, double most, double *value)
{
    int any = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        any |= (c[i] != 0.0) & ((x[i] < least) | (x[i] > most));
    for (ptrdiff_t i = 0; any && i < n; i++) {
        *value = x[i];
        if (c[i] != 0.0 && (*value < least || *value > most))
            return i;
    }
    return n;
}

/* Adds n values to *sum; true if one of them is outside [least, most]. NaN is not: it makes the sum NaN. The sum is
   only compared with a tolerance, sqrt(eps), so it may be taken in the values' own type, over 32 lanes. */
#define CHECK_LANES 32
#define DEFINE_CHECK(PRECISION, TYPE, LOAD)                                                                     \
    static int check_piece_##PRECISION(const void *x_, ptrdiff_t n, double least, double most, double *sum)     \
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
        return (double)low < least || (double)high > most;                                                      \
    }                                                                                                           \
                                                                                                                \
    /* The sum of a row of a block; lanes may read on into the next rows, as far as `room` elements. */         \
    static inline double row_sum_##PRECISION(const TYPE *x, ptrdiff_t n, ptrdiff_t room)                        \
    {                                                                                                           \
        double sum = 0.0;                                                                                       \
        ptrdiff_t i = 0;                                                                                        \
        lanes total = all_lanes(0.0);                                                                           \
        for (; i + LANES <= n; i += LANES)                                                                      \
            add_lanes(&total, LOAD(x + i));                                                                     \
        if (i < n && i + LANES <= room) {                                                                       \
            add_lanes(&total, first_lanes(LOAD(x + i), n - i, 0.0));                                            \
            i = n;                                                                                              \
        }                                                                                                       \
        for (; i < n; i++)                                                                                      \
            sum += (double)x[i];                                                                                \
        return sum + join_single_lanes(total);                                                                  \
    }                                                                                                           \
                                                                                                                \
    /* The first of n_rows whole rows, one behind the other, that is no distribution; n_rows if all are. The    \
       range is looked at for all rows at once, and row by row only where one of them leaves it. */             \
    static ptrdiff_t check_rows_##PRECISION(const void *x_, ptrdiff_t n_rows, ptrdiff_t n_classes,              \
                                            double least, double most, double tolerance)                        \
    {                                                                                                           \
        const TYPE *x = x_;                                                                                     \
        double sum = 0.0;                                                                                       \
        int outside = check_piece_##PRECISION(x, n_rows * n_classes, least, most, &sum);                        \
        for (ptrdiff_t i = 0; i < n_rows; i++, x += n_classes) {                                                \
            if (outside && check_piece_##PRECISION(x, n_classes, least, most, &sum))                            \
                return i;                                                                                       \
            if (!(fabs(row_sum_##PRECISION(x, n_classes, (n_rows - i) * n_classes) - 1.0) <= tolerance))        \
                return i;                                                                                       \
        }                                                                                                       \
        return n_rows;                                                                                          \
    }

DEFINE_CHECK(single, float, load_lanes_single)
DEFINE_CHECK(double, double, load_lanes_double)

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
