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
    static inline void stream_block_##PRECISION(const TYPE *e, TYPE inverse, TYPE *g)                           \
    {                                                                                                           \
        TYPE x[STREAM_BLOCK];                                                                                   \
        for (int l = 0; l < STREAM_BLOCK; l++)                                                                  \
            x[l] = e[l] * inverse;                                                                              \
        for (int l = 0; l < STREAM_BLOCK; l += XENTC_VECTOR_BYTES / (int)sizeof(TYPE))                          \
            STREAM_VECTOR((aligned_vector *)(g + l), *(const vector *)(x + l));                                 \
    }                                                                                                           \
                                                                                                                \
    /* How many whole blocks of the row that is on can be streamed; what lies before and after whole lines is   \
       written on the way. 0: nothing is left. */                                                               \
    static ptrdiff_t ready_blocks_##PRECISION(xentc_pending *pending)                                           \
    {                                                                                                           \
        for (; pending->row < pending->n_rows; pending->row++, pending->at = 0) {                               \
            const TYPE *e = pending->e[pending->row], inverse = (TYPE)pending->inverse[pending->row];           \
            TYPE *g = pending->g[pending->row];                                                                 \
            ptrdiff_t to_line = (ptrdiff_t)(-(uintptr_t)g % STREAM_ALIGNMENT / sizeof(TYPE));                   \
            for (; pending->at < (to_line < pending->n ? to_line : pending->n); pending->at++)                  \
                g[pending->at] = e[pending->at] * inverse;                                                      \
            if (pending->n - pending->at >= STREAM_BLOCK)                                                       \
                return (pending->n - pending->at) / STREAM_BLOCK;                                               \
            for (; pending->at < pending->n; pending->at++)                                                     \
                g[pending->at] = e[pending->at] * inverse;                                                      \
        }                                                                                                       \
        return 0;                                                                                               \
    }                                                                                                           \
                                                                                                                \
    static void write_pending_##PRECISION(xentc_pending *pending)                                               \
    {                                                                                                           \
        for (ptrdiff_t blocks; (blocks = ready_blocks_##PRECISION(pending)); pending->at += blocks * STREAM_BLOCK) \
            for (ptrdiff_t b = 0; b < blocks; b++)                                                              \
                stream_block_##PRECISION((const TYPE *)pending->e[pending->row] + pending->at + b * STREAM_BLOCK, \
                                         (TYPE)pending->inverse[pending->row],                                  \
                                         (TYPE *)pending->g[pending->row] + pending->at + b * STREAM_BLOCK);    \
    }

DEFINE_STREAM(single, float)
DEFINE_STREAM(double, double)
