/* The floor of every benchmark: the time to read the bytes that an answer depends on, and nothing else. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t words __attribute__((vector_size(64), aligned(8), may_alias));

/* Sums n bytes (a multiple of 8 counts) as 64-bit words, 256 bytes a step. */
#ifdef __x86_64__
__attribute__((target_clones("default", "avx2", "avx512f")))
#endif
uint64_t floor_read(const char *p, ptrdiff_t n)
{
    words a = {0}, b = {0}, c = {0}, d = {0};
    ptrdiff_t i = 0;
    for (; i + 256 <= n; i += 256) {
        a += *(const words *)(p + i);
        b += *(const words *)(p + i + 64);
        c += *(const words *)(p + i + 128);
        d += *(const words *)(p + i + 192);
    }
    a += b + c + d;
    uint64_t total = 0, word;
    for (int j = 0; j < 8; j++)
        total += a[j];
    for (; i + 8 <= n; i += 8) {
        memcpy(&word, p + i, 8);
        total += word;
    }
    return total;
}

/* One byte of each of n rows, in the column that k names: one cache line a row of y. Two bytes a row tell
   where; 64-bit offsets would add a tenth to what some workloads read. */
uint64_t floor_gather(const char *p, ptrdiff_t row, ptrdiff_t column, const uint16_t *k, ptrdiff_t n)
{
    uint64_t total = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        total += (uint8_t)p[i * row + k[i] * column];
    return total;
}
