/* The part of vectors.h that depends on the element type: vectors of REALs, and of INTEGERS of the same size. */

enum { NAME(PER_VECTOR) = XENTC_VECTOR_BYTES / sizeof(REAL) };

static const INTEGER NAME(numbers)[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* The elements of x, those `apart` places apart exchanged. clang makes a shuffle of the loop. */
ALWAYS_INLINE REALS NAME(exchanged_reals)(REALS x, int apart)
{
#ifdef __clang__
    REALS r;
    for (int l = 0; l < NAME(PER_VECTOR); l++)
        r[l] = x[l ^ apart];
    return r;
#else
    return __builtin_shuffle(x, *(const INTEGERS *)NAME(numbers) ^ apart);
#endif
}

ALWAYS_INLINE INTEGERS NAME(exchanged_integers)(INTEGERS x, int apart)
{
#ifdef __clang__
    INTEGERS r;
    for (int l = 0; l < NAME(PER_VECTOR); l++)
        r[l] = x[l ^ apart];
    return r;
#else
    return __builtin_shuffle(x, *(const INTEGERS *)NAME(numbers) ^ apart);
#endif
}
