/* What a caller can ask to be looked at: distributions (check=True), clipped terms. */

/* Adds n values to *sum; true if one of them is outside [0, 1] or NaN. The sum has one lane for each of
   LANES neighbours and is only compared with a tolerance, sqrt(eps), far above what it rounds. */
#define DEFINE_CHECK(NAME, TYPE)                                                                                \
    static int NAME(const void *x_, ptrdiff_t n, double *sum)                                                   \
    {                                                                                                           \
        const TYPE *x = x_;                                                                                     \
        double total[LANES] = {0};                                                                              \
        int64_t outside[LANES] = {0};                                                                           \
        ptrdiff_t i = 0;                                                                                        \
        for (; i + LANES <= n; i += LANES)                                                                      \
            for (int l = 0; l < LANES; l++) {                                                                   \
                total[l] += (double)x[i + l];                                                                   \
                outside[l] |= !(x[i + l] >= 0) | !(x[i + l] <= 1);                                              \
            }                                                                                                   \
        for (; i < n; i++) {                                                                                    \
            total[0] += (double)x[i];                                                                           \
            outside[0] |= !(x[i] >= 0) | !(x[i] <= 1);                                                          \
        }                                                                                                       \
        int64_t any = 0;                                                                                        \
        for (int l = 0; l < LANES; l++) {                                                                       \
            any |= outside[l];                                                                                  \
            *sum += total[l];                                                                                   \
        }                                                                                                       \
        return any != 0;                                                                                        \
    }

DEFINE_CHECK(check_piece_single, float)
DEFINE_CHECK(check_piece_double, double)

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
