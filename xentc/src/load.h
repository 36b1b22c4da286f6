/* Elements of every dtype in, as float64 or float32; float64 out, as every result dtype.

   One X-macro row a dtype; the order is that of the codes in tiers.h. A contiguous run has a loop of its
   own, which the compiler vectorises; any other stride goes element by element. */

/* float16 to float32, exact. A subnormal k 2^-24 becomes (1 + k/1024) 2^-14 less 2^-14. */
static inline float float_of_half(uint16_t h)
{
    uint32_t size = (uint32_t)(h & 0x7fff) << 13;
    uint32_t sign = (uint32_t)(h & 0x8000) << 16;
    uint32_t normal = size + (UINT32_C(112) << 23);
    uint32_t subnormal = bits_of_float(float_of_bits(size + (UINT32_C(113) << 23)) - 0x1p-14f);
    uint32_t bits = size < MIN_NORMAL_BITS_32 ? subnormal : normal;
    bits = size < (UINT32_C(0x7c00) << 13) ? bits : size | INFINITY_BITS_32;
    return float_of_bits(bits | sign);
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

#define VALUE_OF_BOOL(x) ((x) != 0)

/* X(name, C type, value) in the order of enum xentc_dtype. */
#define XENTC_DTYPES(X)                                                                                         \
    X(bool, uint8_t, VALUE_OF_BOOL)                                                                             \
    X(int8, int8_t, VALUE_AS_IS)                                                                                \
    X(uint8, uint8_t, VALUE_AS_IS)                                                                              \
    X(int16, int16_t, VALUE_AS_IS)                                                                              \
    X(uint16, uint16_t, VALUE_AS_IS)                                                                            \
    X(float16, uint16_t, float_of_half)                                                                         \
    X(float32, float, VALUE_AS_IS)                                                                              \
    X(int32, int32_t, VALUE_AS_IS)                                                                              \
    X(uint32, uint32_t, VALUE_AS_IS)                                                                            \
    X(int64, int64_t, VALUE_AS_IS)                                                                              \
    X(uint64, uint64_t, VALUE_AS_IS)                                                                            \
    X(float64, double, VALUE_AS_IS)

#define DEFINE_LOADS(NAME, TYPE, VALUE)                                                                         \
    DEFINE_LOAD(load_double_##NAME, double, gather_double_##NAME, pick_double_##NAME, TYPE, VALUE)              \
    DEFINE_LOAD(load_single_##NAME, float, gather_single_##NAME, pick_single_##NAME, TYPE, VALUE)

/* load: n elements from a strided run; gather: n elements at byte offsets from a base, or (pick) of given
   numbers in a contiguous run. */
#define DEFINE_LOAD(LOAD, TARGET, GATHER, PICK, TYPE, VALUE)                                                          \
    static void LOAD(const char *restrict from, ptrdiff_t stride, ptrdiff_t n, void *restrict to_)              \
    {                                                                                                           \
        TARGET *restrict to = to_;                                                                              \
        if (stride == (ptrdiff_t)sizeof(TYPE)) {                                                                \
            const TYPE *restrict run = (const TYPE *)from;                                                      \
            for (ptrdiff_t i = 0; i < n; i++)                                                                   \
                to[i] = (TARGET)VALUE(run[i]);                                                                  \
        } else {                                                                                                \
            for (ptrdiff_t i = 0; i < n; i++)                                                                   \
                to[i] = (TARGET)VALUE(*(const TYPE *)(from + i * stride));                                      \
        }                                                                                                       \
    }                                                                                                           \
    static void GATHER(const char *base, const ptrdiff_t *offset, ptrdiff_t n, void *restrict to_)              \
    {                                                                                                           \
        TARGET *restrict to = to_;                                                                              \
        for (ptrdiff_t i = 0; i < n; i++)                                                                       \
            to[i] = (TARGET)VALUE(*(const TYPE *)(base + offset[i]));                                           \
    }                                                                                                           \
    static void PICK(const char *base, const uint32_t *index, ptrdiff_t n, void *restrict to_)                  \
    {                                                                                                           \
        const TYPE *run = (const TYPE *)base;                                                                   \
        TARGET *restrict to = to_;                                                                              \
        for (ptrdiff_t i = 0; i < n; i++)                                                                       \
            to[i] = (TARGET)VALUE(run[index[i]]);                                                               \
    }

XENTC_DTYPES(DEFINE_LOADS)

/* A label kept as a float; what is no whole number that int64 holds becomes the smallest one, which is no class. */
static inline int64_t whole_of_double(double x)
{
    if (!(x >= -0x1p63 && x < 0x1p63))
        return INT64_MIN;
    int64_t whole = (int64_t)x;
    return (double)whole == x ? whole : INT64_MIN;
}

#define WHOLE_AS_IS(x) ((int64_t)(x))
#define WHOLE_OF_BOOL(x) ((x) != 0)
#define WHOLE_OF_HALF(x) whole_of_double(float_of_half(x))

/* Labels and CSR indices. A uint64 that int64 cannot hold becomes negative, which no range contains. */
#define DEFINE_LOAD_INDEX(NAME, TYPE, WHOLE)                                                                           \
    static void load_index_##NAME(const char *from, ptrdiff_t stride, ptrdiff_t n, int64_t *to)                 \
    {                                                                                                           \
        if (stride == (ptrdiff_t)sizeof(TYPE)) {                                                                \
            const TYPE *run = (const TYPE *)from;                                                               \
            for (ptrdiff_t i = 0; i < n; i++)                                                                   \
                to[i] = WHOLE(run[i]);                                                                          \
        } else {                                                                                                \
            for (ptrdiff_t i = 0; i < n; i++)                                                                   \
                to[i] = WHOLE(*(const TYPE *)(from + i * stride));                                              \
        }                                                                                                       \
    }

DEFINE_LOAD_INDEX(int8, int8_t, WHOLE_AS_IS)
DEFINE_LOAD_INDEX(uint8, uint8_t, WHOLE_AS_IS)
DEFINE_LOAD_INDEX(int16, int16_t, WHOLE_AS_IS)
DEFINE_LOAD_INDEX(uint16, uint16_t, WHOLE_AS_IS)
DEFINE_LOAD_INDEX(int32, int32_t, WHOLE_AS_IS)
DEFINE_LOAD_INDEX(uint32, uint32_t, WHOLE_AS_IS)
DEFINE_LOAD_INDEX(int64, int64_t, WHOLE_AS_IS)
DEFINE_LOAD_INDEX(uint64, uint64_t, WHOLE_AS_IS)
DEFINE_LOAD_INDEX(bool, uint8_t, WHOLE_OF_BOOL)
DEFINE_LOAD_INDEX(float16, uint16_t, WHOLE_OF_HALF)
DEFINE_LOAD_INDEX(float32, float, whole_of_double)
DEFINE_LOAD_INDEX(float64, double, whole_of_double)

#define LOAD_DOUBLE(NAME, TYPE, VALUE) load_double_##NAME,
#define LOAD_SINGLE(NAME, TYPE, VALUE) load_single_##NAME,
#define GATHER_DOUBLE(NAME, TYPE, VALUE) gather_double_##NAME,
#define GATHER_SINGLE(NAME, TYPE, VALUE) gather_single_##NAME,
#define PICK_DOUBLE(NAME, TYPE, VALUE) pick_double_##NAME,
#define PICK_SINGLE(NAME, TYPE, VALUE) pick_single_##NAME,

/* Rounds n float32 or float64 values to a result dtype and stores them. */
#define DEFINE_STORE(NAME, FROM, TYPE, VALUE)                                                                   \
    static void NAME(const void *from, ptrdiff_t n, char *to, ptrdiff_t stride)                                 \
    {                                                                                                           \
        const FROM *x = from;                                                                                   \
        if (stride == (ptrdiff_t)sizeof(TYPE)) {                                                                \
            TYPE *restrict run = (TYPE *)to;                                                                    \
            for (ptrdiff_t i = 0; i < n; i++)                                                                   \
                run[i] = VALUE(x[i]);                                                                           \
        } else {                                                                                                \
            for (ptrdiff_t i = 0; i < n; i++)                                                                   \
                *(TYPE *)(to + i * stride) = VALUE(x[i]);                                                       \
        }                                                                                                       \
    }

#define ROUND_TO_FLOAT(x) ((float)(x))
DEFINE_STORE(store_half_single, float, uint16_t, half_of_double)
DEFINE_STORE(store_half_double, double, uint16_t, half_of_double)
DEFINE_STORE(store_single_single, float, float, VALUE_AS_IS)
DEFINE_STORE(store_single_double, double, float, ROUND_TO_FLOAT)
DEFINE_STORE(store_double_single, float, double, VALUE_AS_IS)
DEFINE_STORE(store_double_double, double, double, VALUE_AS_IS)
