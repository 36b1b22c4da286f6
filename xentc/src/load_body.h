/* The part of load.h that depends on the element type (real_single.h), for elements of any dtype: `value` is the one at
   an address, and `size` its bytes. Both are constants of the function that this is compiled into. */

/* n elements, `stride` bytes from one to the next. */
ALWAYS_INLINE void NAME(load)(const char *restrict from, ptrdiff_t stride, ptrdiff_t n, void *restrict to_, size_t size,
                              REAL (*value)(const char *))
{
    REAL *restrict to = to_;
    if (stride == (ptrdiff_t)size) {
        for (ptrdiff_t i = 0; i < n; i++)
            to[i] = value(from + i * (ptrdiff_t)size);
    } else {
        for (ptrdiff_t i = 0; i < n; i++)
            to[i] = value(from + i * stride);
    }
}

/* n elements at byte offsets from a base. */
ALWAYS_INLINE void NAME(gather)(const char *restrict base, const ptrdiff_t *offset, ptrdiff_t n, void *restrict to_,
                                REAL (*value)(const char *))
{
    REAL *restrict to = to_;
    for (ptrdiff_t i = 0; i < n; i++)
        to[i] = value(base + offset[i]);
}

/* n elements of given numbers in a contiguous run. */
ALWAYS_INLINE void NAME(pick)(const char *restrict base, const uint32_t *index, ptrdiff_t n, void *restrict to_,
                              size_t size, REAL (*value)(const char *))
{
    REAL *restrict to = to_;
    for (ptrdiff_t i = 0; i < n; i++)
        to[i] = value(base + index[i] * size);
}

/* n values to elements `stride` bytes apart: `put` writes one. */
ALWAYS_INLINE void NAME(store)(const void *from, ptrdiff_t n, char *to, ptrdiff_t stride, size_t size,
                               void (*put)(char *, REAL))
{
    const REAL *x = from;
    if (stride == (ptrdiff_t)size) {
        char *restrict run = to;
        for (ptrdiff_t i = 0; i < n; i++)
            put(run + i * (ptrdiff_t)size, x[i]);
    } else {
        for (ptrdiff_t i = 0; i < n; i++)
            put(to + i * stride, x[i]);
    }
}
