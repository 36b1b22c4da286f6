/* float32 as the REAL of a body: NAME_body.h is what NAME.h has of each element type, included after this file for
   float32 and after real_double.h for float64. NAME(x) is x of that type. */
#undef REAL
#undef BITS
#undef INTEGER
#undef REALS
#undef INTEGERS
#undef WORDS
#undef SMALLEST_NORMAL
#undef NAME
#define REAL float
#define BITS uint32_t
#define INTEGER int32_t
#define REALS float_vector
#define INTEGERS float_bits
#define WORDS float_words
#define SMALLEST_NORMAL 0x1p-126f
#define NAME(x) x##_single
