/* The part of stream.h that depends on the element type (real_single.h). */

ALWAYS_INLINE void NAME(stream_block)(const REAL *e, REAL inverse, REAL *g)
{
    REAL x[STREAM_BLOCK];
    for (int l = 0; l < STREAM_BLOCK; l++)
        x[l] = e[l] * inverse;
    for (int l = 0; l < STREAM_BLOCK; l += NAME(PER_VECTOR))
        STREAM_VECTOR((aligned_vector *)(g + l), *(const vector *)(x + l));
}

static inline void NAME(scale)(const REAL *restrict e, REAL inverse, ptrdiff_t n, REAL *restrict g)
{
    for (ptrdiff_t j = 0; j < n; j++)
        g[j] = e[j] * inverse;
}

/* How many whole blocks of the current row can be streamed; what lies before and after whole lines is
   written on the way. 0: nothing is left. */
static ptrdiff_t NAME(ready_blocks)(xentc_pending *pending)
{
    const ptrdiff_t n = pending->n;
    for (; pending->row < pending->n_rows; pending->row++, pending->at = 0) {
        const REAL *e = pending->e[pending->row], inverse = (REAL)pending->inverse[pending->row];
        REAL *g = pending->g[pending->row];
        ptrdiff_t at = pending->at;
        if (at == 0 && !pending->cached) {
            at = (ptrdiff_t)(-(uintptr_t)g % STREAM_ALIGNMENT / sizeof(REAL));
            at = at < n ? at : n;
            NAME(scale)(e, inverse, at, g);
        }
        pending->at = at;
        if (n - at >= STREAM_BLOCK)
            return (n - at) / STREAM_BLOCK;
        NAME(scale)(e + at, inverse, n - at, g + at);
    }
    return 0;
}

static void NAME(write_pending)(xentc_pending *pending)
{
    for (ptrdiff_t blocks; (blocks = NAME(ready_blocks)(pending)); pending->at += blocks * STREAM_BLOCK) {
        const REAL *e = (const REAL *)pending->e[pending->row] + pending->at;
        const REAL inverse = (REAL)pending->inverse[pending->row];
        REAL *g = (REAL *)pending->g[pending->row] + pending->at;
        if (pending->cached)
            NAME(scale)(e, inverse, blocks * STREAM_BLOCK, g);
        for (ptrdiff_t b = 0; b < (pending->cached ? 0 : blocks); b++)
            NAME(stream_block)(e + b * STREAM_BLOCK, inverse, g + b * STREAM_BLOCK);
    }
}

/* What is pending, written a block at a time in between other work: `done` of the `ready` elements of its current row.
   Until all are done `pending` itself is not touched: the compiler takes the streamed stores for ones that might be
   to it. */
typedef struct {
    const REAL *from;
    REAL *to, inverse;
    ptrdiff_t done, ready;
} NAME(writer);

ALWAYS_INLINE void NAME(write_block)(xentc_pending *pending, TYPE(writer) *writer)
{
    if (writer->done == writer->ready) {
        pending->at += writer->done;
        writer->done = 0;
        writer->ready = NAME(ready_blocks)(pending) * STREAM_BLOCK;
        if (!writer->ready)
            return;
        writer->from = (const REAL *)pending->e[pending->row] + pending->at;
        writer->to = (REAL *)pending->g[pending->row] + pending->at;
        writer->inverse = (REAL)pending->inverse[pending->row];
    }
    NAME(stream_block)(writer->from + writer->done, writer->inverse, writer->to + writer->done);
    writer->done += STREAM_BLOCK;
}
