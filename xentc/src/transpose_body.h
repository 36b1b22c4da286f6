/* The part of transpose.h that depends on the element type (real_single.h). */

typedef REAL NAME(square_row) __attribute__((vector_size(SQUARE_BYTES), aligned(sizeof(REAL)), may_alias));
typedef INTEGER NAME(square_index) __attribute__((vector_size(SQUARE_BYTES)));
enum { NAME(SIDE) = SQUARE_BYTES / sizeof(REAL), NAME(HALF) = NAME(SIDE) / 2 };

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

/* Of each half of x and of y the first, or (part 1) the second half of their elements, in turn. */
ALWAYS_INLINE TYPE(square_row) NAME(interleaved)(TYPE(square_row) x, TYPE(square_row) y, const int part)
{
    TYPE(square_index) index = {0};
#pragma GCC unroll 8
    for (int l = 0; l < NAME(SIDE); l++)
        index[l] = (l & NAME(HALF)) + (part * NAME(HALF) + l % NAME(HALF)) / 2 + (l & 1) * NAME(SIDE);
    return NAME(shuffled)(x, y, index);
}

/* SIDE rows, `stride` bytes from one to the next, and HALF classes, of which the first n_classes are stored: halves of
   vectors, those of row i and row i + HALF side by side. */
ALWAYS_INLINE void NAME(transpose_part)(const char *from, ptrdiff_t stride, REAL *to, ptrdiff_t step,
                                        ptrdiff_t n_classes)
{
    TYPE(square_row) row[NAME(HALF)];
#pragma GCC unroll 4
    for (int i = 0; i < NAME(HALF); i++)
        row[i] = (TYPE(square_row))two_halves(from + i * stride, from + (i + NAME(HALF)) * stride);
#pragma GCC unroll 4
    for (int width = 1; width < NAME(HALF); width *= 2) {
        TYPE(square_row) before[NAME(HALF)];
        memcpy(before, row, sizeof row);
#pragma GCC unroll 4
        for (int i = 0; i < NAME(HALF); i++)
            row[i] = NAME(interleaved)(before[i / 2], before[i / 2 + NAME(HALF) / 2], i % 2);
    }
#pragma GCC unroll 4
    for (int k = 0; k < NAME(HALF); k++)
        if (k < n_classes)
            *(TYPE(square_row) *)(to + k * step) = row[k];
}

/* to[k * step + i] = element k of row i. The last rows, past which memory may end, go one by one. */
static void NAME(turn)(const char *from, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n_classes, void *to_,
                       ptrdiff_t step)
{
    REAL *to = to_;
    ptrdiff_t whole = n_classes & -NAME(HALF), i = 0;
    ptrdiff_t n_last = whole < n_classes ? SQUARE_BYTES / 2 / (stride > 0 ? stride : SQUARE_BYTES) + 1 : 0;
    for (; stride > 0 && i + NAME(SIDE) + n_last <= n_rows; i += NAME(SIDE)) {
        const char *row = from + i * stride;
        for (ptrdiff_t k = 0; k < whole; k += NAME(HALF))
            NAME(transpose_part)(row + k * (ptrdiff_t)sizeof(REAL), stride, to + k * step + i, step, NAME(HALF));
        if (whole < n_classes)
            NAME(transpose_part)(row + whole * (ptrdiff_t)sizeof(REAL), stride, to + whole * step + i, step,
                                 n_classes - whole);
    }
    for (; i < n_rows; i++)
        for (ptrdiff_t k = 0; k < n_classes; k++)
            to[k * step + i] = ((const REAL *)(from + i * stride))[k];
}
