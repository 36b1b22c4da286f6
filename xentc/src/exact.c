/* An exact sum as a double. */
#include "exact.h"
#include <math.h>

/* Rounded once, to nearest even, of a sum whose digits are carried; infinities and NaN as in IEEE addition. The integer
   is a multiple of the smallest double: one of up to 53 bits is exact, and of a longer one the first 53 bits are kept,
   whether it is a subnormal number or not. */
double xentc_exact_round(const xentc_exact *sum)
{
    int negative = sum->digit[XENTC_DIGITS - 1] < 0, i = XENTC_DIGITS - 1;
    uint32_t digit[XENTC_DIGITS];
    int64_t carry = 0;
    if (sum->n_nan || (sum->n_positive_infinity && sum->n_negative_infinity))
        return NAN;
    if (sum->n_positive_infinity || sum->n_negative_infinity)
        return sum->n_positive_infinity ? INFINITY : -INFINITY;
    for (int j = 0; j < XENTC_DIGITS; j++) {
        int64_t x = (negative ? -sum->digit[j] : sum->digit[j]) + carry;
        digit[j] = (uint32_t)x;
        carry = x >> 32;
    }
    if (carry)
        return negative ? -INFINITY : INFINITY;
    while (i >= 0 && digit[i] == 0)
        i--;
    if (i < 0)
        return 0.0;
    int zeros = __builtin_clz(digit[i]), n_bits = 32 * i + 32 - zeros;
    uint64_t middle = i > 0 ? digit[i - 1] : 0, last = i > 1 ? digit[i - 2] : 0;
    uint64_t first = ((((uint64_t)digit[i] << 32) | middle) << zeros) | (last << zeros >> 32); /* 64 bits */
    double rounded;
    if (n_bits <= 53) {
        rounded = ldexp((double)(first >> (64 - n_bits)), -1074);
    } else {
        uint64_t below = (uint32_t)(last << zeros), half = first & 0x7ff, kept = first >> 11;
        for (int j = 0; j < i - 2; j++)
            below |= digit[j];
        kept += half > 0x400 || (half == 0x400 && (below || (kept & 1)));
        rounded = ldexp((double)kept, n_bits - 53 - 1074);
    }
    return negative ? -rounded : rounded;
}
