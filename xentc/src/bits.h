/* A number as its bits and back, and where the bits of normal numbers begin and end. */
#ifndef XENTC_BITS_H
#define XENTC_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint64_t bits_of_double(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double double_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint32_t bits_of_single(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float single_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#define MIN_NORMAL_BITS_64 (UINT64_C(0x0010000000000000))
#define INFINITY_BITS_64 (UINT64_C(0x7ff0000000000000))
#define MIN_NORMAL_BITS_32 (UINT32_C(0x00800000))
#define INFINITY_BITS_32 (UINT32_C(0x7f800000))

#endif
