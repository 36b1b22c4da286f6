/* While the arithmetic of a block goes on nothing is read, so nothing tells the hardware to go on reading: memory some
   blocks ahead is prefetched. (An address past the end is no access, and harmless.) */

#define PART 64     /* elements at a time */
#define AHEAD 16384 /* bytes */

static inline void prefetch_part(const void *from, size_t size)
{
    const char *start = (const char *)from + AHEAD;
    for (size_t i = 0; i < PART * size; i += 64)
        __builtin_prefetch(start + i);
}
