/* The logarithm of float64, in two parts, by a table: that of all terms of probabilities.

   As in log_single.h x = 2^e m, and m is in one of 256 cells, each with a c near its middle. Here 1/c has so few bits
   that r = m/c - 1 is a float64, and log c has two parts:

       log x = (e ln 2 + log c) + r + r^2 P(r),    |r| < 2^-8.5, in the cell around 1 at most 2^-9

   The high parts of e ln 2 and of log c are multiples of 2^-42, so that their sum is exact. It is 0 in the cell around
   1, and elsewhere larger than r: what the addition of r loses is a float64, too. So

       log x = sum + sum_low,    |sum_low| <= 2^-9.9 |log x|,

   and what is lost are the digits of sum_low, the low bits of log c and the error of P: less than 2^-59 of log x. log 1
   is 0 + 0. Rounded it is within 0.52 ulp.

   In two halves, as there; of no x but positive normal ones. */

static const pair double_cells[1 << LOG_DOUBLE_CELL_BITS] __attribute__((aligned(64))) = LOG_DOUBLE_CELLS;

/* Elements that are between the halves at a time: with the table well within the L1 cache. */
#define SPLIT_DOUBLES XENTC_SPLIT_DOUBLES

typedef struct {
    double m[SPLIT_DOUBLES + XENTC_STEP], e[SPLIT_DOUBLES + XENTC_STEP];
    uint64_t at[SPLIT_DOUBLES + XENTC_STEP]; /* byte offset of the cell */
} split_doubles;

/* Of a positive normal float64, by its bits; of others anything, and a cell. The exponent is read as in split_double.
   */
ALWAYS_INLINE void split_in_cell(uint64_t bits, split_doubles *to, ptrdiff_t i)
{
    uint64_t shifted = bits - LOG_DOUBLE_ORIGIN + (UINT64_C(1023) << 52);
    uint64_t last = (UINT64_C(1) << LOG_DOUBLE_CELL_BITS) - 1;
    to->e[i] = double_of_bits((shifted >> 52) | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023.0);
    to->m[i] = double_of_bits((shifted & UINT64_C(0x000fffffffffffff)) + LOG_DOUBLE_ORIGIN);
    to->at[i] = shifted >> (52 - LOG_DOUBLE_CELL_BITS - 4) & (last * sizeof(pair));
}

/* sum + sum_low of VECTOR_LANES split doubles. */
ALWAYS_INLINE void log_parts(const split_doubles *of, ptrdiff_t i, vector *sum, vector *sum_low)
{
    vector first, log_c, e = widened_double(of->e + i);
    look_up_pairs_double(double_cells, of->at + i, &first, &log_c);
    vector inverse = (vector)((vector_words)first & UINT64_C(0xfffffc0000000000));
    vector log_c_low = (vector)((vector_words)first << 22);
    vector r = fma_vector(widened_double(of->m + i), inverse, all_of(-1.0)), r2 = r * r;
    vector p = fma_vector(
        r2, fma_vector(r2, all_of(LOG_DOUBLE_4), fma_vector(r, all_of(LOG_DOUBLE_3), all_of(LOG_DOUBLE_2))),
        fma_vector(r, all_of(LOG_DOUBLE_1), all_of(LOG_DOUBLE_0)));
    vector high = fma_vector(e, all_of(LN2_HIGH), log_c);
    *sum = high + r;
    vector lost = r - (*sum - high);
    *sum_low = lost + fma_vector(r2, p, fma_vector(e, all_of(LN2_LOW), log_c_low));
}
