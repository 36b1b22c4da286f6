/* Short rows turned into columns: class k of n rows contiguous, as the code for rows side by side wants them.

   Squares of TURN elements are turned in registers, by exchanging halves, then quarters, ... of pairs of rows:
   the compiler makes shuffles of it. A row's vector may begin in one row and end in the next, or past the last. */
#ifdef __clang__ /* which makes shuffles of loops too */
#define SHUFFLE_INTO(r, x, y, index, n)                                                                         \
    for (int l_ = 0; l_ < (n); l_++)                                                                            \
        (r)[l_] = index[l_] < (n) ? (x)[index[l_]] : (y)[index[l_] - (n)]
#else
#define SHUFFLE_INTO(r, x, y, index, n) ((r) = __builtin_shuffle(x, y, index))
#endif
#define TURN_BYTES (XENTC_VECTOR_BYTES < 32 ? XENTC_VECTOR_BYTES : 32)


#define DEFINE_TURN(PRECISION, TYPE, INDEX)                                                                     \
    typedef TYPE square_row_##PRECISION __attribute__((vector_size(TURN_BYTES), aligned(sizeof(TYPE)), may_alias)); \
    typedef INDEX square_index_##PRECISION __attribute__((vector_size(TURN_BYTES)));                            \
    enum { TURN_##PRECISION = TURN_BYTES / sizeof(TYPE) };                                                      \
                                                                                                                \
    /* Halves of two rows change places: of each 2 half elements of a the second, of b the first. */            \
    ALWAYS_INLINE void exchange_##PRECISION(square_row_##PRECISION *a, square_row_##PRECISION *b, const int half) \
    {                                                                                                           \
        square_row_##PRECISION x = *a, y = *b;                                                                  \
        square_index_##PRECISION first = {0}, second = {0};                                                     \
        _Pragma("GCC unroll 8")                                                                                 \
        for (int l = 0; l < TURN_##PRECISION; l++) {                                                            \
            first[l] = l & half ? (l ^ half) + TURN_##PRECISION : l;                                            \
            second[l] = l & half ? l + TURN_##PRECISION : l ^ half;                                             \
        }                                                                                                       \
        SHUFFLE_INTO(*a, x, y, first, TURN_##PRECISION);                                                        \
        SHUFFLE_INTO(*b, x, y, second, TURN_##PRECISION);                                                       \
    }                                                                                                           \
                                                                                                                \
    /* TURN rows, `stride` bytes from one to the next, and TURN classes. */                                     \
    ALWAYS_INLINE void turn_square_##PRECISION(const char *from, ptrdiff_t stride, TYPE *to, ptrdiff_t step,    \
                                               ptrdiff_t n_classes)                                             \
    {                                                                                                           \
        square_row_##PRECISION row[TURN_##PRECISION];                                                           \
        _Pragma("GCC unroll 8")                                                                                 \
        for (int i = 0; i < TURN_##PRECISION; i++)                                                              \
            row[i] = *(const square_row_##PRECISION *)(from + i * stride);                                      \
        _Pragma("GCC unroll 8")                                                                                 \
        for (int half = TURN_##PRECISION / 2; half; half /= 2)                                                  \
            _Pragma("GCC unroll 8")                                                                             \
            for (int i = 0; i < TURN_##PRECISION; i++)                                                          \
                if (!(i & half))                                                                                \
                    exchange_##PRECISION(row + i, row + (i | half), half);                                      \
        _Pragma("GCC unroll 8")                                                                                 \
        for (int k = 0; k < TURN_##PRECISION; k++)                                                              \
            if (k < n_classes)                                                                                  \
                *(square_row_##PRECISION *)(to + k * step) = row[k];                                            \
    }                                                                                                           \
                                                                                                                \
    /* to[k * step + i] = element k of row i. The last rows, past which memory may end, go one by one. */       \
    static void turn_##PRECISION(const char *from, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n_classes,     \
                                 void *to_, ptrdiff_t step)                                                     \
    {                                                                                                           \
        TYPE *to = to_;                                                                                         \
        ptrdiff_t n_last = TURN_BYTES / (stride > 0 ? stride : TURN_BYTES) + 1, i = 0;                          \
        for (; stride > 0 && i + TURN_##PRECISION + n_last <= n_rows; i += TURN_##PRECISION)                    \
            for (ptrdiff_t k = 0; k < n_classes; k += TURN_##PRECISION)                                         \
                turn_square_##PRECISION(from + i * stride + k * (ptrdiff_t)sizeof(TYPE), stride,                \
                                        to + k * step + i, step, n_classes - k);                                \
        for (; i < n_rows; i++)                                                                                 \
            for (ptrdiff_t k = 0; k < n_classes; k++)                                                           \
                to[k * step + i] = ((const TYPE *)(from + i * stride))[k];                                      \
    }

DEFINE_TURN(single, float, int32_t)
DEFINE_TURN(double, double, int64_t)
