/* float32 as the REAL of a body. What SUBJECT.h has of each element type is in SUBJECT_body.h, plain functions that are
   included after this file for float32 and after real_double.h for float64. NAME(x) is x of that type; TYPE(x) is the
   same of a type's name, which clang-format could not tell from a factor.

   BITS and INTEGER are as large as a REAL; REALS, INTEGERS and WORDS are vectors (vectors.h) of REAL, INTEGER, BITS. */
#undef REAL
#undef BITS
#undef INTEGER
#undef REALS
#undef INTEGERS
#undef WORDS
#undef SMALLEST_NORMAL
#undef NAME
#undef TYPE
#define REAL float
#define BITS uint32_t
#define INTEGER int32_t
#define REALS float_vector
#define INTEGERS float_bits
#define WORDS float_words
#define SMALLEST_NORMAL 0x1p-126f
#define NAME(x) x##_single
#define TYPE(x) NAME(x)
