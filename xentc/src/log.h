/* The logarithm, as a straight line of operations that a compiler can put in any SIMD width.

   No branch, no table, no library call but fma; every selection is a ?: on values already computed.
   The operations are the same in every tier and so are the bits.

   Of numbers with a low part (two classes), and of few numbers at a time: sums of exponentials, products, and the cold
   path. Terms of probabilities have a table (log_double.h, log_single.h).

   x is split as 2^e m with m in [sqrt(1/2), sqrt(2)), so that f = m - 1 is exact (Sterbenz) and e ln 2 never cancels
   log m by more than a factor of two. Right for normal positive finite x only; log_double returns NaN for every other
   x. */
#ifndef XENTC_LOG_H
#define XENTC_LOG_H

#include "bits.h"
#include "constants.h"
#include <float.h>
#include <math.h>
#include <stdint.h>

#endif

#ifdef XENTC_TIER_BODY

/* A positive normal double as 2^e m. The exponent is read as a double without an integer conversion, which
   AVX2 lacks: its 11 bits under the exponent field of 2^52 are 2^52 + (e + 1023). */
static inline double split_double(double x, double *e)
{
    uint64_t shifted = bits_of_double(x) - SQRT_HALF_BITS_64 + (UINT64_C(1023) << 52);
    *e = double_of_bits((shifted >> 52) | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023.0);
    return double_of_bits((shifted & UINT64_C(0x000fffffffffffff)) + SQRT_HALF_BITS_64);
}

/* e ln 2 + log m = high + low, |low| <= ulp(high) / 2, relative error of the sum below 2^-58.

   log m = 2 atanh(u/2), u = 2 (m - 1)/(m + 1). First the quotient, u + u_low: a product with 1/d, d = m + 1,
   whose remainder, which one fma gives exactly, goes to u_low. m + 1 may round; d_low is what it lost. */
static inline void quotient_of(double f2, double d, double d_low, double *u, double *u_low)
{
    double r = 1.0 / d;
    *u = f2 * r;
    *u_low = fma(-*u, d_low, fma(-*u, d, f2)) * r;
}

static inline void quotient_double(double m, double *u, double *u_low)
{
    double d = m + 1.0;
    quotient_of(fma(2.0, m, -2.0), d, m - (d - 1.0), u, u_low);
}

/* The same of m + m_low, of which 2 (m + m_low) - 2 is a double: that of 1 - p and of 1 + e with what the addition
   lost, in whichever binade they are. */
static inline void quotient_of_sum(double m, double m_low, double *u, double *u_low)
{
    double d = m + 1.0;
    quotient_of(fma(2.0, m_low, fma(2.0, m, -2.0)), d, (m - (d - 1.0)) + m_low, u, u_low);
}

/* Then the series of atanh in z = u^2, in pairs (Estrin): fewer steps wait for one another. */
static inline void series_double(double e, double u, double u_low, double *high, double *low)
{
    double z = u * u, z2 = z * z;
    double q = fma(z2, fma(z2, fma(z2, ATANH_6, fma(z, ATANH_5, ATANH_4)), fma(z, ATANH_3, ATANH_2)),
                   fma(z, ATANH_1, ATANH_0));
    double e_ln2 = e * LN2_HIGH; /* exact; zero or larger than u, so the next two lines are an exact sum */
    double sum = e_ln2 + u;
    double lost = u - (sum - e_ln2);
    double sum_low = lost + fma(e, LN2_LOW, fma(u * z, q, u_low));
    /* sum_low is up to a hundredth of sum. Left there, it would fill the compensation of a long row of equal
       signs, whose own rounding then shows: 100 ulp at 10^6 classes. */
    *high = sum + sum_low;
    *low = sum_low - (*high - sum);
}

static inline void join_double(double e, double m, double *high, double *low)
{
    double u, u_low;
    quotient_double(m, &u, &u_low);
    series_double(e, u, u_low, high, low);
}

static inline int is_normal_bits(uint64_t bits)
{
    return bits - MIN_NORMAL_BITS_64 < INFINITY_BITS_64 - MIN_NORMAL_BITS_64;
}

/* What lies above every x that a logarithm is taken of, normal numbers up to `most`: its bits. */
static inline uint64_t end_of_double(double most) { return bits_of_double(most) + (most < (double)INFINITY); }

/* log x = high + low; rounded, within 0.53 ulp. */
static inline void log_double(double x, double *high, double *low)
{
    double e, m = split_double(x, &e);
    join_double(e, m, high, low);
    *high = is_normal_bits(bits_of_double(x)) ? *high : (double)NAN;
}

/* 2^-e of a split x: its bits and those of m differ by the exponent alone. */
static inline double power_of_split(double m, double x)
{
    return double_of_bits(bits_of_double(1.0) + bits_of_double(m) - bits_of_double(x));
}

/* log(x + x_low) = high + low, as exact, for the sums that quotient_of_sum names. */
static inline void log_of_sum(double x, double x_low, double *high, double *low)
{
    double e, m = split_double(x, &e), u, u_low;
    quotient_of_sum(m, x_low * power_of_split(m, x), &u, &u_low);
    series_double(e, u, u_low, high, low);
    *high = is_normal_bits(bits_of_double(x)) ? *high : (double)NAN;
}

#endif
