/* While the arithmetic of a block goes on nothing is read, so nothing tells the hardware to go on reading: memory some
   blocks ahead is prefetched. (An address past the end is no access, and harmless.) */

#include "tuning.h"

#define PART XENTC_TERMS_PART   /* elements at a time */
#define AHEAD XENTC_TERMS_AHEAD /* bytes */

static inline void prefetch_part(const void *from, size_t size)
{
    const char *start = (const char *)from + AHEAD;
    for (size_t i = 0; i < PART * size; i += 64)
        __builtin_prefetch(start + i);
}
