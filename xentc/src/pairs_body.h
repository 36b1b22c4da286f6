/* The part of vector_math.h that looks up pairs, by the size of their offsets (real_single.h). */

#if defined(__x86_64__) && XENTC_VECTOR_BYTES >= 32
/* Pairs 0 and 2 after at. */
static inline __m256d NAME(every_other_pair)(const pair *table, const BITS *at)
{
    const char *start = (const char *)table;
    __m256d low = _mm256_castpd128_pd256(_mm_load_pd((const double *)(start + at[0])));
    return _mm256_insertf128_pd(low, _mm_load_pd((const double *)(start + at[2])), 1);
}
#endif

static inline void NAME(look_up_pairs)(const pair *table, const BITS *at, vector *first, vector *second)
{
#if defined(__x86_64__) && XENTC_VECTOR_BYTES == 64
    __m512d even = _mm512_insertf64x4(_mm512_castpd256_pd512(NAME(every_other_pair)(table, at)),
                                      NAME(every_other_pair)(table, at + 4), 1);
    __m512d odd = _mm512_insertf64x4(_mm512_castpd256_pd512(NAME(every_other_pair)(table, at + 1)),
                                     NAME(every_other_pair)(table, at + 5), 1);
    *first = (vector)_mm512_unpacklo_pd(even, odd);
    *second = (vector)_mm512_unpackhi_pd(even, odd);
#elif defined(__x86_64__) && XENTC_VECTOR_BYTES == 32
    __m256d even = NAME(every_other_pair)(table, at), odd = NAME(every_other_pair)(table, at + 1);
    *first = (vector)_mm256_unpacklo_pd(even, odd);
    *second = (vector)_mm256_unpackhi_pd(even, odd);
#else
    *first = *second = (vector){0};
    for (int l = 0; l < VECTOR_LANES; l++) {
        const pair *p = (const pair *)((const char *)table + at[l]);
        (*first)[l] = p->first;
        (*second)[l] = p->second;
    }
#endif
}
