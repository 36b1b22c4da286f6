/* float64 as the REAL of a body (real_single.h). */
#undef REAL
#undef BITS
#undef INTEGER
#undef REALS
#undef INTEGERS
#undef WORDS
#undef SMALLEST_NORMAL
#undef NAME
#undef TYPE
#define REAL double
#define BITS uint64_t
#define INTEGER int64_t
#define REALS vector
#define INTEGERS vector_bits
#define WORDS vector_words
#define SMALLEST_NORMAL 0x1p-1022
#define NAME(x) x##_double
#define TYPE(x) NAME(x)
