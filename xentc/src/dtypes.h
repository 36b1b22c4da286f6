/* Every element type, one row each. From this list come the codes, the sizes, what reads and stores elements in every
   tier (load.h), the choice of precision, and Python's gate (_core/dtypes.py): a new type is a new row. No meaning is
   in the order of the rows. */
#ifndef XENTC_DTYPES_H
#define XENTC_DTYPES_H

#include <stdint.h>

/* X(CODE, name of NumPy's dtype, its kind, C type, whether float32 holds all its values, eps (0: none), smallest normal
     number,
     value of an element; float32 to an element, float64 to an element, each rounded once, to nearest even) */
#define XENTC_INTEGERS(X)                                                  \
    X(BOOL, bool, 'b', uint8_t, 1, 0.0, 0.0, VALUE_OF_BOOL, NONE, NONE)    \
    X(INT8, int8, 'i', int8_t, 1, 0.0, 0.0, VALUE_AS_IS, NONE, NONE)       \
    X(UINT8, uint8, 'u', uint8_t, 1, 0.0, 0.0, VALUE_AS_IS, NONE, NONE)    \
    X(INT16, int16, 'i', int16_t, 1, 0.0, 0.0, VALUE_AS_IS, NONE, NONE)    \
    X(UINT16, uint16, 'u', uint16_t, 1, 0.0, 0.0, VALUE_AS_IS, NONE, NONE) \
    X(INT32, int32, 'i', int32_t, 0, 0.0, 0.0, VALUE_AS_IS, NONE, NONE)    \
    X(UINT32, uint32, 'u', uint32_t, 0, 0.0, 0.0, VALUE_AS_IS, NONE, NONE) \
    X(INT64, int64, 'i', int64_t, 0, 0.0, 0.0, VALUE_AS_IS, NONE, NONE)    \
    X(UINT64, uint64, 'u', uint64_t, 0, 0.0, 0.0, VALUE_AS_IS, NONE, NONE)

#define XENTC_FLOATS(X)                                                                                            \
    X(BFLOAT16, bfloat16, 'f', uint16_t, 1, 0x1p-7, 0x1p-126, float_of_bfloat, bfloat_of_single, bfloat_of_double) \
    X(FLOAT16, float16, 'f', uint16_t, 1, 0x1p-10, 0x1p-14, float_of_half, half_of_double, half_of_double)         \
    X(FLOAT32, float32, 'f', float, 1, 0x1p-23, 0x1p-126, VALUE_AS_IS, VALUE_AS_IS, ROUND_TO_FLOAT)                \
    X(FLOAT64, float64, 'f', double, 0, 0x1p-52, 0x1p-1022, VALUE_AS_IS, VALUE_AS_IS, VALUE_AS_IS)

#define XENTC_DTYPES(X) XENTC_INTEGERS(X) XENTC_FLOATS(X)

#define CODE_OF_DTYPE(CODE, NAME, KIND, TYPE, EXACT, EPS, LEAST, VALUE, OF_SINGLE, OF_DOUBLE) XENTC_##CODE,
enum { XENTC_DTYPES(CODE_OF_DTYPE) XENTC_N_DTYPES };

typedef struct {
    const char *name;
    char kind;
    int log2_size;
    int exact_in_single; /* float32 holds all its values */
    double eps, least_normal;
    uint64_t nonzero_bits; /* of a 64-bit word of elements, those that make an element non-zero: not a float's sign */
} xentc_dtype;

extern const xentc_dtype xentc_dtypes[XENTC_N_DTYPES]; /* by code */

#endif
