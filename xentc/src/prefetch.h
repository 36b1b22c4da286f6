/* While the arithmetic of a block goes on nothing is read, so nothing tells the hardware to go on reading: memory some
   blocks ahead is prefetched. (An address past the end is no access, and harmless.) */

#include "tuning.h"

#define PART XENTC_TERMS_PART   /* elements at a time */
#define AHEAD XENTC_TERMS_AHEAD /* bytes */

/* Of rows side by side, n_bytes in each class and `stride` from one class to the next: from class k of n_classes to
   what is read some classes later, of the same rows or of the next ones. */
ALWAYS_INLINE ptrdiff_t bytes_ahead(ptrdiff_t n_bytes, ptrdiff_t stride, ptrdiff_t k, ptrdiff_t n_classes)
{
    ptrdiff_t n = n_bytes < XENTC_CLASSES_AHEAD ? XENTC_CLASSES_AHEAD / (n_bytes ? n_bytes : 1) : 1;
    return k + n < n_classes ? n * stride : n_bytes + (n - n_classes) * stride;
}

static inline void prefetch_part(const void *from, size_t size, ptrdiff_t ahead)
{
    const char *start = (const char *)from + ahead;
    for (size_t i = 0; i < PART * size; i += 64)
        __builtin_prefetch(start + i);
}
