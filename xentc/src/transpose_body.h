/* The part of transpose.h that depends on the element type (real_single.h). */

typedef REAL NAME(square_row) __attribute__((vector_size(SQUARE_BYTES), aligned(sizeof(REAL)), may_alias));
typedef INTEGER NAME(square_index) __attribute__((vector_size(SQUARE_BYTES)));
enum { NAME(SIDE) = SQUARE_BYTES / sizeof(REAL) };

/* Element l is element index[l] of x and y, one behind the other. clang makes a shuffle of the loop. */
ALWAYS_INLINE TYPE(square_row) NAME(shuffled)(TYPE(square_row) x, TYPE(square_row) y, TYPE(square_index) index)
{
#ifdef __clang__
    TYPE(square_row) r;
    for (int l = 0; l < NAME(SIDE); l++)
        r[l] = index[l] < NAME(SIDE) ? x[index[l]] : y[index[l] - NAME(SIDE)];
    return r;
#else
    return __builtin_shuffle(x, y, index);
#endif
}

/* Parts of rows i and j change places: of each 2 `width` elements of row i the second `width`, of row j the first. */
ALWAYS_INLINE void NAME(exchange_parts)(TYPE(square_row) row[], int i, int j, const int width)
{
    TYPE(square_row) x = row[i], y = row[j];
    TYPE(square_index) first = {0}, second = {0};
#pragma GCC unroll 8
    for (int l = 0; l < NAME(SIDE); l++) {
        first[l] = l & width ? (l ^ width) + NAME(SIDE) : l;
        second[l] = l & width ? l + NAME(SIDE) : l ^ width;
    }
    row[i] = NAME(shuffled)(x, y, first);
    row[j] = NAME(shuffled)(x, y, second);
}

/* SIDE rows, `stride` bytes from one to the next, and SIDE classes. */
ALWAYS_INLINE void NAME(transpose_square)(const char *from, ptrdiff_t stride, REAL *to, ptrdiff_t step,
                                          ptrdiff_t n_classes)
{
    TYPE(square_row) row[NAME(SIDE)];
#pragma GCC unroll 8
    for (int i = 0; i < NAME(SIDE); i++)
        row[i] = *(const TYPE(square_row) *)(from + i * stride);
#pragma GCC unroll 8
    for (int width = NAME(SIDE) / 2; width; width /= 2)
#pragma GCC unroll 8
        for (int i = 0; i < NAME(SIDE); i++)
            if (!(i & width))
                NAME(exchange_parts)(row, i, i | width, width);
#pragma GCC unroll 8
    for (int k = 0; k < NAME(SIDE); k++)
        if (k < n_classes)
            *(TYPE(square_row) *)(to + k * step) = row[k];
}

/* to[k * step + i] = element k of row i. The last rows, past which memory may end, go one by one. */
static void NAME(turn)(const char *from, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n_classes, void *to_,
                       ptrdiff_t step)
{
    REAL *to = to_;
    ptrdiff_t n_last = SQUARE_BYTES / (stride > 0 ? stride : SQUARE_BYTES) + 1, i = 0;
    for (; stride > 0 && i + NAME(SIDE) + n_last <= n_rows; i += NAME(SIDE))
        for (ptrdiff_t k = 0; k < n_classes; k += NAME(SIDE))
            NAME(transpose_square)(from + i * stride + k * (ptrdiff_t)sizeof(REAL), stride, to + k * step + i, step,
                                   n_classes - k);
    for (; i < n_rows; i++)
        for (ptrdiff_t k = 0; k < n_classes; k++)
            to[k * step + i] = ((const REAL *)(from + i * stride))[k];
}
