/* What a caller can ask to be looked at: distributions (check=True), clipped terms. */

#define VECTOR_OF_float(p) __builtin_convertvector(*(const half_vector *)(p), vector)
#define VECTOR_OF_double(p) (*(const vector *)(p))

/* Adds v to the sum. Of a value in [0, 1] neither the bits nor those of 1 minus them have the sign bit, of any
   other, NaN included, one has; -0 + 0 is +0. */
#define CHECK_VECTOR(v, total, outside)                                                                         \
    do {                                                                                                        \
        vector_bits bits_ = (vector_bits)((v) + 0.0);                                                           \
        (outside) |= bits_ | (INT64_C(0x3ff0000000000000) - bits_);                                             \
        (total) += (v);                                                                                         \
    } while (0)

/* From LANES - n on, a mask of the first n lanes. */
static const int64_t mask_of_first[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};

/* The sum of n values, NaN if one of them is outside [0, 1] or NaN. It is only compared with a tolerance,
   sqrt(eps), far above what it rounds. readable >= n elements may be read; with a vector from the tail on, as
   in all rows of a run but its last, the tail is one masked load. */
#define DEFINE_CHECK(NAME, TYPE)                                                                                \
    static double NAME(const void *x_, ptrdiff_t n, ptrdiff_t readable)                                         \
    {                                                                                                           \
        const TYPE *x = x_;                                                                                     \
        vector total = {0}, other_total = {0};                                                                  \
        vector_bits outside = {0}, other_outside = {0};                                                         \
        ptrdiff_t i = 0;                                                                                        \
        for (; i + 2 * VECTOR_LANES <= n; i += 2 * VECTOR_LANES) {                                              \
            vector v = VECTOR_OF_##TYPE(x + i), u = VECTOR_OF_##TYPE(x + i + VECTOR_LANES);                     \
            CHECK_VECTOR(v, total, outside);                                                                    \
            CHECK_VECTOR(u, other_total, other_outside);                                                        \
        }                                                                                                       \
        for (; i < n; i += VECTOR_LANES) {                                                                      \
            vector v;                                                                                           \
            if (i + VECTOR_LANES <= n) {                                                                        \
                v = VECTOR_OF_##TYPE(x + i);                                                                    \
            } else if (i + VECTOR_LANES <= readable) {                                                          \
                vector_bits mask = *(const vector_bits *)(mask_of_first + LANES - (n - i));                     \
                v = (vector)((vector_bits)VECTOR_OF_##TYPE(x + i) & mask);                                      \
            } else {                                                                                            \
                double tail[VECTOR_LANES] = {0};                                                                \
                for (ptrdiff_t j = i; j < n; j++)                                                               \
                    tail[j - i] = (double)x[j];                                                                 \
                v = *(const vector *)tail;                                                                      \
            }                                                                                                   \
            CHECK_VECTOR(v, total, outside);                                                                    \
        }                                                                                                       \
        total += other_total;                                                                                   \
        outside |= other_outside;                                                                               \
        double sum = 0.0;                                                                                       \
        int64_t any = 0;                                                                                        \
        for (int l = 0; l < VECTOR_LANES; l++) {                                                                \
            sum += total[l];                                                                                    \
            any |= outside[l];                                                                                  \
        }                                                                                                       \
        return any < 0 ? double_of_bits(UINT64_C(0x7ff8000000000000)) : sum;                                    \
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
