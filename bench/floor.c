/* The floor of every benchmark: the time to read the bytes that an answer depends on, and to write those that it
   consists of, and nothing else. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

typedef uint64_t words __attribute__((vector_size(64), aligned(8), may_alias));

#ifdef __x86_64__
#define FASTEST_TIER __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define FASTEST_TIER
#endif

/* Sums n bytes (a multiple of 8 counts) as 64-bit words, 256 bytes a step. */
FASTEST_TIER
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

/* Copies n bytes from p to q and returns what floor_read(p, n) does. */
FASTEST_TIER
uint64_t floor_copy(const char *p, char *q, ptrdiff_t n)
{
    words a = {0}, b = {0};
    ptrdiff_t i = 0;
    for (; i + 128 <= n; i += 128) {
        words first = *(const words *)(p + i), second = *(const words *)(p + i + 64);
        a += first;
        b += second;
        *(words *)(q + i) = first;
        *(words *)(q + i + 64) = second;
    }
    a += b;
    uint64_t total = 0;
    for (int j = 0; j < 8; j++)
        total += a[j];
    memcpy(q + i, p + i, n - i);
    return total + floor_read(p + i, n - i);
}

#ifdef __x86_64__
/* The whole lines of floor_stream, by the widest store there is: on Zen 5 narrower ones take 7 % more time. */
__attribute__((target("avx512f"))) static uint64_t stream_512(const char *p, char *q, ptrdiff_t n)
{
    __m512i a = _mm512_setzero_si512();
    for (ptrdiff_t i = 0; i < n; i += 64) {
        __m512i line = _mm512_loadu_si512(p + i);
        a = _mm512_add_epi64(a, line);
        _mm512_stream_si512((void *)(q + i), line);
    }
    _mm_sfence();
    return _mm512_reduce_add_epi64(a);
}

static uint64_t stream_128(const char *p, char *q, ptrdiff_t n)
{
    __m128i a = _mm_setzero_si128();
    for (ptrdiff_t i = 0; i < n; i += 16) {
        __m128i word = _mm_loadu_si128((const __m128i *)(p + i));
        a = _mm_add_epi64(a, word);
        _mm_stream_si128((__m128i *)(q + i), word);
    }
    _mm_sfence();
    uint64_t half[2];
    _mm_storeu_si128((__m128i *)half, a);
    return half[0] + half[1];
}
#endif

/* Whether floor_stream is more than floor_copy. */
int floor_streams(void)
{
#ifdef __x86_64__
    return 1;
#else
    return 0;
#endif
}

/* floor_copy by stores that go past the caches, so that no line of q is read before it is written. */
uint64_t floor_stream(const char *p, char *q, ptrdiff_t n)
{
#ifdef __x86_64__
    ptrdiff_t head = -(uintptr_t)q % 64, lines = (n - head) / 64 * 64;
    if (head % 8 == 0 && head < n) {
        uint64_t total = floor_copy(p, q, head);
        total += (__builtin_cpu_supports("avx512f") ? stream_512 : stream_128)(p + head, q + head, lines);
        return total + floor_copy(p + head + lines, q + head + lines, n - head - lines);
    }
#endif
    return floor_copy(p, q, n);
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
