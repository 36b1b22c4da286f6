/* Elements of every dtype in, as float64 or float32; float64 out, as every result dtype.

   Each is made from its row in dtypes.h. A contiguous run has a loop of its own, which the compiler vectorises;
   any other stride goes element by element. */

/* float16 to float32, exact. A subnormal k 2^-24 becomes (1 + k/1024) 2^-14 less 2^-14. */
static inline float float_of_half(uint16_t h)
{
    uint32_t size = (uint32_t)(h & 0x7fff) << 13;
    uint32_t sign = (uint32_t)(h & 0x8000) << 16;
    uint32_t normal = size + (UINT32_C(112) << 23);
    uint32_t subnormal = bits_of_single(single_of_bits(size + (UINT32_C(113) << 23)) - 0x1p-14f);
    uint32_t bits = size < MIN_NORMAL_BITS_32 ? subnormal : normal;
    bits = size < (UINT32_C(0x7c00) << 13) ? bits : size | INFINITY_BITS_32;
    return single_of_bits(bits | sign);
}

/* float64 to float16, rounded once, to nearest even. */
static inline uint16_t half_of_double(double x)
{
    uint64_t bits = bits_of_double(x);
    uint16_t sign = (uint16_t)((bits >> 48) & 0x8000);
    double size = double_of_bits(bits & ~(UINT64_C(1) << 63));
    if (!(size < 65520.0)) /* 65520 is halfway between the largest half and the next power of two */
        return sign | (size >= 65520.0 ? 0x7c00 : 0x7e00);
    if (size < 0x1p-14) /* steps of 2^-24: adding 2^28 leaves them as the last bits of the sum */
        return sign | (uint16_t)bits_of_double(size + 0x1p28);
    uint64_t b = bits_of_double(size);
    b += UINT64_C(0x1ffffffffff) + ((b >> 42) & 1);
    return sign | (uint16_t)((b >> 42) - ((uint64_t)(1023 - 15) << 10));
}

static inline float float_of_bfloat(uint16_t b) { return single_of_bits((uint32_t)b << 16); }

/* float32 to bfloat16, its upper half: adding up to half of the last bit left carries as rounding does, up to
   infinity. A NaN stays one, quiet. */
static inline uint16_t bfloat_of_single(float x)
{
    uint32_t bits = bits_of_single(x);
    uint32_t rounded = bits + 0x7fff + ((bits >> 16) & 1);
    return (uint16_t)((x == x ? rounded : bits | UINT32_C(0x400000)) >> 16);
}

/* float64 to bfloat16, rounded once. What float32 has to drop is kept as its last bit ("to odd"), which is far
   enough from those of bfloat16 to decide no more than whether a value is halfway between two of them. */
static inline uint16_t bfloat_of_double(double x)
{
    float y = (float)x;
    uint32_t bits = bits_of_single(y), larger = (double)fabsf(y) > fabs(x), exact = (double)y == x;
    uint32_t odd = exact | (bits & 1) ? bits : larger ? bits - 1 : bits + 1;
    return bfloat_of_single(fabsf(y) < INFINITY ? single_of_bits(odd) : y);
}

#define VALUE_AS_IS(x) (x)
#define VALUE_OF_BOOL(x) ((x) != 0)

/* An element of each dtype at any address, as float32 and float64: NAME is the dtype's. */
#define DEFINE_ELEMENT(CODE, NAME, KIND, TYPE, EXACT, EPS, LEAST, VALUE, OF_SINGLE, OF_DOUBLE)       \
    ALWAYS_INLINE float single_of_##NAME(const char *at) { return (float)VALUE(*(const TYPE *)at); } \
    ALWAYS_INLINE double double_of_##NAME(const char *at) { return (double)VALUE(*(const TYPE *)at); }

XENTC_DTYPES(DEFINE_ELEMENT)

#include "real_single.h"
#include "load_body.h"
#include "real_double.h"
#include "load_body.h"

/* The functions of each dtype: the loops of load_body.h with its size and its elements. */
#define LOAD_ARGUMENTS const char *restrict from, ptrdiff_t stride, ptrdiff_t n, void *restrict to
#define GATHER_ARGUMENTS const char *restrict base, const ptrdiff_t *offset, ptrdiff_t n, void *restrict to
#define PICK_ARGUMENTS const char *restrict base, const uint32_t *index, ptrdiff_t n, void *restrict to
#define DEFINE_LOADS(TO, NAME, TYPE)                                                                                 \
    static void load_##TO##_##NAME(LOAD_ARGUMENTS) { load_##TO(from, stride, n, to, sizeof(TYPE), TO##_of_##NAME); } \
    static void gather_##TO##_##NAME(GATHER_ARGUMENTS) { gather_##TO(base, offset, n, to, TO##_of_##NAME); }         \
    static void pick_##TO##_##NAME(PICK_ARGUMENTS) { pick_##TO(base, index, n, to, sizeof(TYPE), TO##_of_##NAME); }
#define DEFINE_LOADS_OF_DTYPE(CODE, NAME, KIND, TYPE, ...) \
    DEFINE_LOADS(single, NAME, TYPE)                       \
    DEFINE_LOADS(double, NAME, TYPE)

XENTC_DTYPES(DEFINE_LOADS_OF_DTYPE)

/* A label kept as a float; what is no whole number that int64 holds becomes the smallest one, which is no class. */
static inline int64_t whole_number(double x)
{
    if (!(x >= -0x1p63 && x < 0x1p63))
        return INT64_MIN;
    int64_t whole = (int64_t)x;
    return (double)whole == x ? whole : INT64_MIN;
}

/* Labels and CSR indices: `whole` is the element at an address as an int64. */
ALWAYS_INLINE void load_whole(const char *from, ptrdiff_t stride, ptrdiff_t n, int64_t *to, size_t size,
                              int64_t (*whole)(const char *))
{
    if (stride == (ptrdiff_t)size) {
        for (ptrdiff_t i = 0; i < n; i++)
            to[i] = whole(from + i * (ptrdiff_t)size);
    } else {
        for (ptrdiff_t i = 0; i < n; i++)
            to[i] = whole(from + i * stride);
    }
}

/* A uint64 that int64 cannot hold becomes negative, which no range contains. */
#define DEFINE_WHOLE_OF_INTEGER(CODE, NAME, KIND, TYPE, EXACT, EPS, LEAST, VALUE, ...) \
    ALWAYS_INLINE int64_t whole_of_##NAME(const char *at) { return (int64_t)VALUE(*(const TYPE *)at); }
#define DEFINE_WHOLE_OF_FLOAT(CODE, NAME, KIND, TYPE, EXACT, EPS, LEAST, VALUE, ...) \
    ALWAYS_INLINE int64_t whole_of_##NAME(const char *at) { return whole_number(VALUE(*(const TYPE *)at)); }

XENTC_INTEGERS(DEFINE_WHOLE_OF_INTEGER)
XENTC_FLOATS(DEFINE_WHOLE_OF_FLOAT)

#define INDEX_ARGUMENTS const char *from, ptrdiff_t stride, ptrdiff_t n, int64_t *to
#define DEFINE_LOAD_INDEX(CODE, NAME, KIND, TYPE, ...) \
    static void load_index_##NAME(INDEX_ARGUMENTS) { load_whole(from, stride, n, to, sizeof(TYPE), whole_of_##NAME); }

XENTC_DTYPES(DEFINE_LOAD_INDEX)

/* Results: a value rounded to a dtype at any address, and the functions of each. */
#define ROUND_TO_FLOAT(x) ((float)(x))
#define DEFINE_PUTS(CODE, NAME, KIND, TYPE, EXACT, EPS, LEAST, VALUE, OF_SINGLE, OF_DOUBLE) \
    ALWAYS_INLINE void put_single_##NAME(char *to, float x) { *(TYPE *)to = OF_SINGLE(x); } \
    ALWAYS_INLINE void put_double_##NAME(char *to, double x) { *(TYPE *)to = OF_DOUBLE(x); }
#define STORE_ARGUMENTS const void *from, ptrdiff_t n, char *to, ptrdiff_t stride
#define DEFINE_STORE(OF, NAME, TYPE)                                      \
    static void store_##OF##_##NAME(STORE_ARGUMENTS)                      \
    {                                                                     \
        store_##OF(from, n, to, stride, sizeof(TYPE), put_##OF##_##NAME); \
    }
#define DEFINE_STORES(CODE, NAME, KIND, TYPE, ...) \
    DEFINE_STORE(single, NAME, TYPE)               \
    DEFINE_STORE(double, NAME, TYPE)

XENTC_FLOATS(DEFINE_PUTS)
XENTC_FLOATS(DEFINE_STORES)

/* What the table of a tier has of each dtype. */
#define BY_CODE(FUNCTION, CODE, NAME) [XENTC_##CODE] = FUNCTION##_##NAME,
#define LOAD_SINGLE(CODE, NAME, ...) BY_CODE(load_single, CODE, NAME)
#define LOAD_DOUBLE(CODE, NAME, ...) BY_CODE(load_double, CODE, NAME)
#define GATHER_SINGLE(CODE, NAME, ...) BY_CODE(gather_single, CODE, NAME)
#define GATHER_DOUBLE(CODE, NAME, ...) BY_CODE(gather_double, CODE, NAME)
#define PICK_SINGLE(CODE, NAME, ...) BY_CODE(pick_single, CODE, NAME)
#define PICK_DOUBLE(CODE, NAME, ...) BY_CODE(pick_double, CODE, NAME)
#define LOAD_INDEX(CODE, NAME, ...) BY_CODE(load_index, CODE, NAME)
#define STORE_SINGLE(CODE, NAME, ...) BY_CODE(store_single, CODE, NAME)
#define STORE_DOUBLE(CODE, NAME, ...) BY_CODE(store_double, CODE, NAME)
