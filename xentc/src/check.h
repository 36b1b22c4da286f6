/* What a caller can ask to be looked at: distributions (check=True), clipped terms. */

/* Four lanes: gcc 12 keeps a vector that is wider than the hardware's in memory, and reading y is what counts
   here, on which 256 bits are no slower than 512. */
typedef double quad __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t quad_bits __attribute__((vector_size(32), aligned(8), may_alias));
typedef float quad_single __attribute__((vector_size(16), aligned(4), may_alias));
#define QUAD_OF_float(p) __builtin_convertvector(*(const quad_single *)(p), quad)
#define QUAD_OF_double(p) (*(const quad *)(p))

/* Adds v to the sum. Of a value in [0, 1] neither the bits nor those of 1 minus them have the sign bit, of any
   other, NaN included, one has; -0 + 0 is +0. */
#define CHECK_QUAD(v, total, outside)                                                                           \
    do {                                                                                                        \
        quad_bits bits_ = (quad_bits)((v) + 0.0);                                                               \
        (outside) |= bits_ | (INT64_C(0x3ff0000000000000) - bits_);                                             \
        (total) += (v);                                                                                         \
    } while (0)

/* From 4 - n on, a mask of the first n lanes. */
static const int64_t first_of_four[8] = {-1, -1, -1, -1, 0, 0, 0, 0};

/* The sum of n values, NaN if one of them is outside [0, 1] or NaN. It is only compared with a tolerance,
   sqrt(eps), far above what it rounds. readable >= n elements may be read; with four from the tail on, as in
   all rows of a run but its last, the tail is one masked load. */
#define DEFINE_CHECK(NAME, TYPE)                                                                                \
    static double NAME(const void *x_, ptrdiff_t n, ptrdiff_t readable)                                         \
    {                                                                                                           \
        const TYPE *x = x_;                                                                                     \
        quad total = {0}, other_total = {0};                                                                    \
        quad_bits outside = {0}, other_outside = {0};                                                           \
        ptrdiff_t i = 0;                                                                                        \
        for (; i + 8 <= n; i += 8) {                                                                            \
            quad v = QUAD_OF_##TYPE(x + i), u = QUAD_OF_##TYPE(x + i + 4);                                      \
            CHECK_QUAD(v, total, outside);                                                                      \
            CHECK_QUAD(u, other_total, other_outside);                                                          \
        }                                                                                                       \
        for (; i < n; i += 4) {                                                                                 \
            quad v;                                                                                             \
            if (i + 4 <= readable) {                                                                            \
                quad_bits mask = *(const quad_bits *)(first_of_four + 4 - (n - i < 4 ? n - i : 4));             \
                v = (quad)((quad_bits)QUAD_OF_##TYPE(x + i) & mask);                                            \
            } else {                                                                                            \
                double tail[4] = {0};                                                                           \
                for (ptrdiff_t j = i; j < n; j++)                                                               \
                    tail[j - i] = (double)x[j];                                                                 \
                v = *(const quad *)tail;                                                                        \
            }                                                                                                   \
            CHECK_QUAD(v, total, outside);                                                                      \
        }                                                                                                       \
        total += other_total;                                                                                   \
        outside |= other_outside;                                                                               \
        if ((outside[0] | outside[1] | outside[2] | outside[3]) < 0)                                            \
            return double_of_bits(UINT64_C(0x7ff8000000000000));                                                \
        return (total[0] + total[2]) + (total[1] + total[3]);                                                   \
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
