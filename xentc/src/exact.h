/* Exact sums of doubles: a superaccumulator (R. Neal, arXiv:1505.05571, the small one).

   A finite double is an integer times 2^-1074. The sum is kept as base-2^32 digits of that integer, each
   in a signed 64-bit word whose upper half takes up carries: one addition touches three digits, and 2^30
   additions fit before the carries must move. Order, grouping and merging cannot change an exact sum. */
#ifndef XENTC_EXACT_H
#define XENTC_EXACT_H

#include <stddef.h>
#include <stdint.h>

enum { XENTC_DIGITS = 68 }; /* (2045 + 53 + 32) / 32, and two words for the carries of 2^64 additions */

typedef struct {
    int64_t digit[XENTC_DIGITS];
    int64_t n_since_carry;
    int64_t n_positive_infinity, n_negative_infinity, n_nan;
} xentc_exact;

double xentc_exact_round(const xentc_exact *sum);

#endif

#ifdef XENTC_TIER_BODY

/* Leaves every digit but the last in 0 .. 2^32 - 1. */
static void exact_carry(xentc_exact *sum)
{
    int64_t carry = 0;
    for (int i = 0; i < XENTC_DIGITS - 1; i++) {
        int64_t digit = sum->digit[i] + carry;
        sum->digit[i] = digit & 0xffffffff;
        carry = digit >> 32;
    }
    sum->digit[XENTC_DIGITS - 1] += carry;
    sum->n_since_carry = 0;
}

static void exact_add_one(xentc_exact *sum, double x)
{
    uint64_t bits = bits_of_double(x);
    int64_t field = (int64_t)(bits >> 52) & 0x7ff;
    uint64_t mantissa = bits & UINT64_C(0x000fffffffffffff);
    int negative = (int)(bits >> 63);
    if (field == 0x7ff) {
        if (mantissa)
            sum->n_nan++;
        else if (negative)
            sum->n_negative_infinity++;
        else
            sum->n_positive_infinity++;
        return;
    }
    if (field)
        mantissa |= UINT64_C(1) << 52;
    else
        field = 1;
    int64_t *digit = sum->digit + (field - 1) / 32;
    int shift = (int)((field - 1) % 32);
    int64_t low = (int64_t)((mantissa << shift) & 0xffffffff);
    int64_t middle = (int64_t)(((mantissa >> (32 - shift))) & 0xffffffff);
    int64_t high = (int64_t)(mantissa >> 32 >> (32 - shift));
    digit[0] += negative ? -low : low;
    digit[1] += negative ? -middle : middle;
    digit[2] += negative ? -high : high;
    if (++sum->n_since_carry >= (INT64_C(1) << 30))
        exact_carry(sum);
}

/* Adds n doubles. A block of at least 64 first goes through two cascaded TwoSums a lane. What the second
   one loses is zero nearly always (it holds 106 bits); then the block is exactly the 16 lane values, and
   only these go to the digits: 0.3 ns a value in place of 4. Else every value goes there on its own. */
static void exact_add(xentc_exact *sum, const double *x, ptrdiff_t n)
{
    ptrdiff_t whole = n < 64 ? 0 : n & -LANES;
    if (whole) {
        lanes s = all_lanes(0.0), s_low = all_lanes(0.0), zero = all_lanes(0.0);
        vector_bits lost[N_VECTORS] = {{0}};
        for (ptrdiff_t i = 0; i < whole; i += LANES) {
            lanes error = zero, error_of_s_low = zero;
            two_sum_lanes(&s, &error, load_lanes_double(x + i), zero);
            two_sum_lanes(&s_low, &error_of_s_low, error, zero);
            for (int v = 0; v < N_VECTORS; v++)
                lost[v] |= error_of_s_low.v[v] != zero.v[v]; /* NaN too: infinities and overflow go the other way */
        }
        double part[2 * LANES];
        store_lanes(part, s);
        store_lanes(part + LANES, s_low);
        int64_t any = 0;
        for (int l = 0; l < LANES; l++)
            any |= lost[l / VECTOR_LANES][l % VECTOR_LANES];
        if (any)
            whole = 0;
        for (int l = 0; l < 2 * LANES && !any; l++)
            exact_add_one(sum, part[l]);
    }
    for (ptrdiff_t i = whole; i < n; i++)
        exact_add_one(sum, x[i]);
}

#endif
