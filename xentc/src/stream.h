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

#include "real_single.h"
#include "stream_body.h"
#include "real_double.h"
#include "stream_body.h"
