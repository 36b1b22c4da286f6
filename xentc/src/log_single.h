/* The logarithm of float32, as one float64 with more digits than a float32 result shows.

   x = 2^e m, and m in one of 128 cells, each with an m_0 near its middle and the pair {1/m_0, log m_0} in a table:

       log x = e ln 2 + log m_0 + log(1 + r),    r = m/m_0 - 1 exactly, |r| <= 2^-8

   log(1 + r) = r + r^2 P(r), four coefficients. In the cell around 1, e ln 2 + log m_0 is 0, so a result near 0 has all its
   digits, too; elsewhere it is at least 2^-9. Relative error below 2^-46: of all float32 x in [2^-126, 1] the results
   rounded to float32 are the correctly rounded ones (tests/test_exhaustive.py looks at each).

   In two halves, with what lies between them in memory: the first has 32-bit lanes, and the second loads its pairs from
   addresses that would wait for a store in one loop, which takes twice as long. */
#define SPLIT_ROOM (BLOCK + XENTC_STEP)
#define SUMS_ROOM (XENTC_TERMS_PHASE + LANES) /* a phase of binary_single.h, and lanes past it */

static const pair log_cells[1 << LOG_CELL_BITS] __attribute__((aligned(64))) = LOG_CELLS;

typedef struct {
    float m[SPLIT_ROOM], e[SPLIT_ROOM];
    uint32_t at[SPLIT_ROOM]; /* byte offset of the cell */
} split_singles;

/* Of a positive float32, by its bits; of others anything, and a cell. */
ALWAYS_INLINE void split_single(uint32_t bits, split_singles *to, ptrdiff_t i)
{
    uint32_t shifted = bits - LOG_CELL_ORIGIN, last = (UINT32_C(1) << LOG_CELL_BITS) - 1;
    to->m[i] = single_of_bits(bits - (shifted & UINT32_C(0xff800000)));
    to->e[i] = (float)((int32_t)shifted >> 23);
    to->at[i] = (shifted >> (23 - LOG_CELL_BITS) & last) * (uint32_t)sizeof(pair);
}

/* e ln 2 + log m_0 + log(1 + r) */
ALWAYS_INLINE vector log_in_cell(vector e, vector log_c, vector r)
{
    vector r2 = r * r, p = fma_vector(r2, fma_vector(r, all_of(LOG_SINGLE_3), all_of(LOG_SINGLE_2)),
                                      fma_vector(r, all_of(LOG_SINGLE_1), all_of(LOG_SINGLE_0)));
    return fma_vector(r2, p, fma_vector(e, all_of(LN2), log_c) + r);
}

/* Of VECTOR_LANES split singles. */
ALWAYS_INLINE vector join_single(const split_singles *of, ptrdiff_t i)
{
    vector inverse, log_c;
    look_up_pairs(log_cells, of->at + i, &inverse, &log_c);
    return log_in_cell(widened_single(of->e + i), log_c, fma_vector(widened_single(of->m + i), inverse, all_of(-1.0)));
}

/* log(x + x_low) of two float32 of which x_low is what x lost by rounding: m + m_low, e and the cell. */
typedef struct {
    float m[SUMS_ROOM], e[SUMS_ROOM], m_low[SUMS_ROOM];
    uint32_t at[SUMS_ROOM];
} split_sums;

ALWAYS_INLINE void split_sum(float x, float x_low, split_sums *to, ptrdiff_t i)
{
    uint32_t bits = bits_of_single(x), shifted = bits - LOG_CELL_ORIGIN, last = (UINT32_C(1) << LOG_CELL_BITS) - 1;
    uint32_t power = shifted & UINT32_C(0xff800000); /* m has the bits of x less these, so 2^-e those of 1 less these */
    to->m[i] = single_of_bits(bits - power);
    to->m_low[i] = x_low * single_of_bits(bits_of_single(1.0f) - power);
    to->e[i] = (float)((int32_t)shifted >> 23);
    to->at[i] = (shifted >> (23 - LOG_CELL_BITS) & last) * (uint32_t)sizeof(pair);
}

/* `unit` is that of the low parts. */
ALWAYS_INLINE vector join_sum(const split_sums *of, ptrdiff_t i, double unit)
{
    vector inverse, log_c;
    look_up_pairs(log_cells, of->at + i, &inverse, &log_c);
    vector r = fma_vector(widened_single(of->m + i), inverse, all_of(-1.0));
    return log_in_cell(widened_single(of->e + i), log_c, fma_vector(widened_single(of->m_low + i), inverse * unit, r));
}

/* What lies above every x that a logarithm is taken of, normal numbers up to `most`: its bits. */
static inline uint32_t end_of_single(float most) { return bits_of_single(most) + (most < INFINITY); }
