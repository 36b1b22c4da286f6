/* The part of maxima.h that depends on the element type (real_single.h). */

/* Lanes meet those in the second half of them, until one is left; in vectors from there on, as 64-bit pieces, whose
   shuffles are cheap. */
static inline REAL NAME(largest_of_64)(REAL *lane)
{
    for (int apart = 32; apart >= NAME(PER_VECTOR); apart /= 2)
        for (int l = 0; l < apart; l++)
            lane[l] = lane[l + apart] > lane[l] ? lane[l + apart] : lane[l];
    for (int apart = VECTOR_LANES / 2; apart; apart /= 2) {
        REAL other[NAME(PER_VECTOR)];
        *(vector *)other = rotated(*(const vector *)lane, apart);
        for (int l = 0; l < NAME(PER_VECTOR); l++)
            lane[l] = other[l] > lane[l] ? other[l] : lane[l];
    }
    return lane[0] > lane[8 / sizeof(REAL) - 1] ? lane[0] : lane[8 / sizeof(REAL) - 1];
}

/* The largest of n values and m; NaN is passed over: exp meets it. 64 lanes, since each waits for itself. */
static double NAME(max_piece)(const void *z_, ptrdiff_t n, double m)
{
    const REAL *z = z_;
    REAL lane[64], largest = (REAL)m;
    if (n < 64) {
        for (ptrdiff_t i = 0; i < n; i++)
            largest = z[i] > largest ? z[i] : largest;
        return (double)largest;
    }
    for (int l = 0; l < 64; l++)
        lane[l] = largest;
    for (ptrdiff_t i = 0; i + 64 <= n; i += 64)
        for (int l = 0; l < 64; l++)
            lane[l] = z[i + l] > lane[l] ? z[i + l] : lane[l];
    for (int l = 0; l < 64; l++) /* the last 64, some of them once more */
        lane[l] = z[n - 64 + l] > lane[l] ? z[n - 64 + l] : lane[l];
    return (double)NAME(largest_of_64)(lane);
}

/* The maxima of n_rows rows of n elements, `stride` bytes from one to the next. */
static void NAME(max_rows)(const char *z, ptrdiff_t stride, ptrdiff_t n_rows, ptrdiff_t n, xentc_softmax *rows,
                           ptrdiff_t row)
{
    for (ptrdiff_t j = 0; j < n_rows; j++)
        rows->NAME(m)[row + j] = (REAL)NAME(max_piece)(z + j * stride, n, -INFINITY);
}

/* Of n_classes classes of n rows side by side, `stride` bytes from one class to the next. On the way the
   memory that is read next is prefetched if `ahead`, and they are copied, `step` elements apart, unless to NULL. */
static void NAME(max_classes)(const char *z_, ptrdiff_t stride, ptrdiff_t n_classes, ptrdiff_t n, int ahead, void *copy,
                              ptrdiff_t step, xentc_softmax *rows, ptrdiff_t row)
{
    REAL *m = rows->NAME(m) + row;
    for (ptrdiff_t first = 0; first < n; first += 64) {
        const ptrdiff_t width = n - first < 64 ? n - first : 64;
        REAL lane[64];
        for (int l = 0; l < 64; l++)
            lane[l] = -INFINITY;
        for (ptrdiff_t j = 0; j < n_classes; j++) {
            const REAL *restrict z = (const REAL *)(z_ + j * stride) + first;
            REAL *restrict to = (REAL *)copy + j * step + first;
            ptrdiff_t from = ahead ? bytes_ahead(n * (ptrdiff_t)sizeof *z, stride, j, n_classes) : 0;
            for (size_t i = 0; ahead && i < 64 * sizeof *z; i += 64)
                __builtin_prefetch((const char *)z + from + i);
            if (width == 64)
                for (int l = 0; l < 64; l++)
                    lane[l] = z[l] > lane[l] ? z[l] : lane[l];
            for (ptrdiff_t l = 0; l < (width == 64 ? 0 : width); l++)
                lane[l] = z[l] > lane[l] ? z[l] : lane[l];
            if (copy)
                memcpy(to, z, width == 64 ? 64 * sizeof *z : (size_t)width * sizeof *z);
        }
        for (ptrdiff_t l = 0; l < width; l++)
            m[first + l] = lane[l] > m[first + l] ? lane[l] : m[first + l];
    }
}

/* Whether one of a run is NaN, which a maximum passes over. */
static int NAME(any_nan)(const void *z_, ptrdiff_t n)
{
    const REAL *z = z_;
    BITS any = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        any |= -(BITS)(z[i] != z[i]);
    return any != 0;
}
