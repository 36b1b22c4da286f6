/* The exponential, like the logarithm (log.h) a straight line of operations.

   What a row of logits needs is exp(z - m), m its maximum, relative to a reference that all its elements
   share, and with all digits: a rounded difference z - m would be a relative error of |z - m| ulp. Results
   are times 2^EXP_SHIFT, so that they are normal numbers as far down as the true ones are not zero. */
#define EXP_SHIFT_SINGLE 32
#define EXP_SHIFT_DOUBLE 64

/* float32: the reference is no maximum but a power of two near it, 2^n_m with n_m = round(m / ln 2), and nothing
   is subtracted before: z = (n/8) ln 2 + r, and exp(z - n_m ln 2) 2^shift is exp(r) times 2^(j/8), from a table,
   times a power of two, both given by the last bits of t. `magic` is 1.5 2^23 + 8 (shift - n_m), of one row;
   below `limit`, where the result is less than 2^-149 of the largest, it is 0. |z| <= 512 above the limit. NaN
   passes, by r.

   Error below 0.6 ulp, nearly all from the last fma: the table has a second one, of what its values lack. */
#define EXP_BLOCK 16
static const uint32_t exp2_table[16] __attribute__((aligned(64))) = EXP2_TABLE;
static const float exp2_lack[16] __attribute__((aligned(64))) = EXP2_LACK;

/* Eight powers, so that a table is one register of AVX2, and one permutation a look-up. */
ALWAYS_INLINE float exp_of_step(float z, float magic, float limit, float t, uint32_t power, float lack)
{
    float n = t - magic;
    float r = fmaf(n, -STEP_LOW, fmaf(n, -STEP_HIGH, z));
    float scaled = single_of_bits(power
                                  + (bits_of_single(t) << 20)); /* the table lacks what comes beside the exponent */
    float q = fmaf(r, (float)EXP_SINGLE_2, (float)EXP_SINGLE_1);
    float p = fmaf(r, fmaf(r, q, (float)EXP_SINGLE_0), 1.0f); /* exp(r) = 1 + r p */
    float e = fmaf(scaled, fmaf(r, p, lack), scaled);
    return z < limit ? 0.0f : e;
}

ALWAYS_INLINE float exp_single(float z, float magic, float limit)
{
    float t = fmaf(z, (float)INVERSE_STEP, magic);
    return exp_of_step(z, magic, limit, t, exp2_table[bits_of_single(t) & 7], exp2_lack[bits_of_single(t) & 7]);
}

/* 16 elements: of one row, step 0, or one each of 16 rows, step 1. */
ALWAYS_INLINE void exp_steps_single(const float *z, const float *magic, const float *limit, int step, float *e)
{
    float t[EXP_BLOCK], lack[EXP_BLOCK];
    uint32_t power[EXP_BLOCK];
#pragma GCC unroll 1 /* gcc would unroll this one before it looks for vectors */
    for (int l = 0; l < EXP_BLOCK; l++)
        t[l] = fmaf(z[l], (float)INVERSE_STEP, magic[l * step]);
    look_up_eight(exp2_table, t, power);
    look_up_eight(exp2_lack, t, lack);
    for (int l = 0; l < EXP_BLOCK; l++)
        e[l] = exp_of_step(z[l], magic[l * step], limit[l * step], t[l], power[l], lack[l]);
}

/* exp_block: 16 elements of one row; exp_each: one each of 16 rows. m is for float64, magic and limit are for
   float32. */
ALWAYS_INLINE void exp_block_single(const float *z, float m, float magic, float limit, float *e)
{
    (void)m;
    exp_steps_single(z, &magic, &limit, 0, e);
}

ALWAYS_INLINE void exp_each_single(const float *z, const float *m, const float *magic, const float *limit, float *e)
{
    (void)m;
    exp_steps_single(z, magic, limit, 1, e);
}

/* exp(x + x_low) 2^shift, |x_low| at most half a ulp of x, for -744.5 <= x < 600, and 0 below; NaN passes.
   Error below 0.75 ulp: half from the last addition, the rest from the polynomial and the one before. */
#define EXP_LIMIT_DOUBLE (-744.5) /* exp(-745.13) is 2^-1075 */

ALWAYS_INLINE double exp_double(double x, double x_low, int shift)
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
    double e = 1.0 + r;
    e = (e + ((r - (e - 1.0)) + fma(r2, q, low))) * double_of_bits(bits_of_double(t) << 52);
    return x < EXP_LIMIT_DOUBLE ? 0.0 : e;
}

/* exp(z - m) 2^EXP_SHIFT_DOUBLE for z <= m, the difference taken without loss (TwoSum). */
ALWAYS_INLINE double exp_of_difference(double z, double m)
{
    double d = z - m, part = d - z;
    double d_low = (z - (d - part)) - (m + part);
    return exp_double(d, d_low, EXP_SHIFT_DOUBLE);
}

ALWAYS_INLINE void exp_block_double(const double *z, double m, float magic, float limit, double *e)
{
    (void)magic;
    (void)limit;
    for (int l = 0; l < EXP_BLOCK; l++)
        e[l] = exp_of_difference(z[l], m);
}

ALWAYS_INLINE void exp_each_double(const double *z, const double *m, const float *magic, const float *limit, double *e)
{
    (void)magic;
    (void)limit;
    for (int l = 0; l < EXP_BLOCK; l++)
        e[l] = exp_of_difference(z[l], m[l]);
}

/* One element of one row. */
ALWAYS_INLINE float exp_element_single(float z, float m, float magic, float limit)
{
    (void)m;
    return exp_single(z, magic, limit);
}

ALWAYS_INLINE double exp_element_double(double z, double m, float magic, float limit)
{
    (void)magic;
    (void)limit;
    return exp_of_difference(z, m);
}
