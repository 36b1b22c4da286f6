/* Gradients that do not fit the cache are written around it: other stores make the cache read the memory that they
   are about to write over. And they are written a block at a time while the sums of the next rows are made
   (softmax.h): memory, which such stores wait for, and arithmetic are then busy at the same time.

   STREAM_VECTOR is of whole vectors, at addresses that are a multiple of their size. */
#if defined(__clang__)
#define STREAM_VECTOR(to, x) __builtin_nontemporal_store(x, to)
#elif defined(__x86_64__) && XENTC_VECTOR_BYTES == 64
#define STREAM_VECTOR(to, x) __builtin_ia32_movntpd512((double *)(to), x)
#elif defined(__x86_64__) && XENTC_VECTOR_BYTES == 32
#define STREAM_VECTOR(to, x) __builtin_ia32_movntpd256((double *)(to), x)
#elif defined(__x86_64__)
#define STREAM_VECTOR(to, x) __builtin_ia32_movntpd((double *)(to), x)
#else
#define STREAM_VECTOR(to, x) (*(to) = (x))
#endif

typedef double aligned_vector __attribute__((vector_size(XENTC_VECTOR_BYTES), may_alias));

/* Other threads see them in the order of their other stores after this (on x86 an SFENCE is in it). */
static void stream_end(void)
{
#if defined(__x86_64__)
    __builtin_ia32_sfence();
#endif
}

#define STREAM_BLOCK 16     /* elements */
#define STREAM_ALIGNMENT 64 /* bytes: a line of the cache */

#define DEFINE_STREAM(PRECISION, TYPE)                                                                          \
    ALWAYS_INLINE void stream_block_##PRECISION(const TYPE *e, TYPE inverse, TYPE *g)                           \
    {                                                                                                           \
        TYPE x[STREAM_BLOCK];                                                                                   \
        for (int l = 0; l < STREAM_BLOCK; l++)                                                                  \
            x[l] = e[l] * inverse;                                                                              \
        for (int l = 0; l < STREAM_BLOCK; l += XENTC_VECTOR_BYTES / (int)sizeof(TYPE))                          \
            STREAM_VECTOR((aligned_vector *)(g + l), *(const vector *)(x + l));                                 \
    }                                                                                                           \
                                                                                                                \
    static inline void scale_##PRECISION(const TYPE *restrict e, TYPE inverse, ptrdiff_t n, TYPE *restrict g)   \
    {                                                                                                           \
        for (ptrdiff_t j = 0; j < n; j++)                                                                       \
            g[j] = e[j] * inverse;                                                                              \
    }                                                                                                           \
                                                                                                                \
    /* How many whole blocks of the row that is on can be streamed; what lies before and after whole lines is   \
       written on the way. 0: nothing is left. */                                                               \
    static ptrdiff_t ready_blocks_##PRECISION(xentc_pending *pending)                                           \
    {                                                                                                           \
        const ptrdiff_t n = pending->n;                                                                         \
        for (; pending->row < pending->n_rows; pending->row++, pending->at = 0) {                               \
            const TYPE *e = pending->e[pending->row], inverse = (TYPE)pending->inverse[pending->row];           \
            TYPE *g = pending->g[pending->row];                                                                 \
            ptrdiff_t at = pending->at;                                                                         \
            if (at == 0 && !pending->cached) {                                                                  \
                at = (ptrdiff_t)(-(uintptr_t)g % STREAM_ALIGNMENT / sizeof(TYPE));                              \
                at = at < n ? at : n;                                                                           \
                scale_##PRECISION(e, inverse, at, g);                                                           \
            }                                                                                                   \
            pending->at = at;                                                                                   \
            if (n - at >= STREAM_BLOCK)                                                                         \
                return (n - at) / STREAM_BLOCK;                                                                 \
            scale_##PRECISION(e + at, inverse, n - at, g + at);                                                 \
        }                                                                                                       \
        return 0;                                                                                               \
    }                                                                                                           \
                                                                                                                \
    static void write_pending_##PRECISION(xentc_pending *pending)                                               \
    {                                                                                                           \
        for (ptrdiff_t blocks; (blocks = ready_blocks_##PRECISION(pending)); pending->at += blocks * STREAM_BLOCK) { \
            const TYPE *e = (const TYPE *)pending->e[pending->row] + pending->at;                               \
            const TYPE inverse = (TYPE)pending->inverse[pending->row];                                          \
            TYPE *g = (TYPE *)pending->g[pending->row] + pending->at;                                           \
            if (pending->cached)                                                                                \
                scale_##PRECISION(e, inverse, blocks * STREAM_BLOCK, g);                                        \
            for (ptrdiff_t b = 0; b < (pending->cached ? 0 : blocks); b++)                                      \
                stream_block_##PRECISION(e + b * STREAM_BLOCK, inverse, g + b * STREAM_BLOCK);                  \
        }                                                                                                       \
    }

DEFINE_STREAM(single, float)
DEFINE_STREAM(double, double)
