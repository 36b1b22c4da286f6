/* The exponential, like the logarithm (log.h) a straight line of operations.

   What a row of logits needs is exp(z - m), m its maximum, relative to a reference that all its elements
   share, and with all digits: a rounded difference z - m would be a relative error of |z - m| ulp. Results
   are times 2^EXP_SHIFT, so that they are normal numbers as far down as the true ones are not zero. */
#define EXP_SHIFT_SINGLE 24
#define EXP_SHIFT_DOUBLE 64

/* float32: the reference is no maximum but a power of two near it, 2^n_m with n_m = round(m / ln 2). Then z
   is reduced as it is, z = n ln 2 + r, nothing is subtracted before, and 2^(n + shift - n_m) is made of the last
   bits of t. `magic` is 1.5 2^23 + 127 + shift - n_m, of one row (127 is the bias of an exponent); below `limit`,
   where the result is less than 2^-149 of the largest, it is 0. |z| <= 512 above the limit. NaN passes.

   Error below 1.2 ulp (1.15 found): half from the last fma, the rest from r and the polynomial. */
static inline float exp_single(float z, float magic, float limit)
{
    float t = fmaf(z, (float)INVERSE_LN2, magic);
    float n = t - magic;
    float r = fmaf(n, -LN2_LOW_SINGLE, fmaf(n, -LN2_HIGH_SINGLE, z));
    float r2 = r * r; /* in pairs (Estrin): fewer steps wait for one another */
    float p = fmaf(r, (float)EXP_SINGLE_5, (float)EXP_SINGLE_4);
    p = fmaf(r2, p, fmaf(r, (float)EXP_SINGLE_3, (float)EXP_SINGLE_2));
    p = fmaf(r2, p, fmaf(r, (float)EXP_SINGLE_1, (float)EXP_SINGLE_0));
    float e = fmaf(r, p, 1.0f) * float_of_bits(bits_of_float(t) << 23);
    return z < limit ? 0.0f : e;
}

/* exp(x + x_low) 2^shift, |x_low| at most half a ulp of x, for -744.5 <= x < 709, and 0 below; NaN passes.
   Error below 0.9 ulp: half from the last addition, a quarter from the one before, the rest of the polynomial. */
#define EXP_LIMIT_DOUBLE (-744.5) /* exp(-745.13) is 2^-1075 */

static inline double exp_double(double x, double x_low, int shift)
{
    double magic = 0x1.8p52 + 1023.0 + (double)shift;
    double t = fma(x, INVERSE_LN2, magic); /* the last bits of t are n + shift and the bias, n = round(x / ln 2) */
    double n = t - magic;
    double high = fma(n, -LN2_HIGH, x), low = fma(n, -LN2_LOW, x_low);
    double r = high + low, r2 = r * r;
    low -= r - high;
    double r4 = r2 * r2; /* in pairs (Estrin): fewer steps wait for one another */
    double q = fma(r4, fma(r, EXP_9, EXP_8), fma(r2, fma(r, EXP_7, EXP_6), fma(r, EXP_5, EXP_4)));
    q = fma(r4, q, fma(r2, fma(r, EXP_3, EXP_2), fma(r, EXP_1, EXP_0)));
    double e = (1.0 + (r + fma(r2, q, low))) * double_of_bits(bits_of_double(t) << 52);
    return x < EXP_LIMIT_DOUBLE ? 0.0 : e;
}

/* exp(z - m) 2^EXP_SHIFT_DOUBLE for z <= m, the difference taken without loss (TwoSum). */
static inline double exp_of_difference(double z, double m)
{
    double d = z - m, part = d - z;
    double d_low = (z - (d - part)) - (m + part);
    return exp_double(d, d_low, EXP_SHIFT_DOUBLE);
}
