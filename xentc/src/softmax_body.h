/* The part of softmax.h that depends on the element type (real_single.h). */

/* From the joined sums of n rows the sum of the others, remainder + remainder_low, in the unit of exp. Of all terms it is
   what is left without the maximum, if that is not small: where it is below 2^-20 of it, and so has lost more
   than the last digits, `again` says that the others must be summed alone; where it is NaN, beside a maximum of inf:
   beside any other the row is NaN. */
static int NAME(remainder_of_all)(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *s, const double *s_low,
                                  double *remainder, double *remainder_low, uint8_t *again)
{
    int any = 0;
    double small[XENTC_TILE_ROWS];
    for (ptrdiff_t j = 0; j < n; j++) {
        double e_m = NAME(largest_term)(rows->NAME(m)[row + j], rows->magic[row + j], rows->limit[row + j]);
        double left = NAME(sum_in_unit)(s[j]) - e_m;
        remainder[j] = left;
        remainder_low[j] = NAME(low_part)(s_low[j]);
        double m = (double)rows->NAME(m)[row + j];
        small[j] = left >= 0x1p-20 * e_m ? 0.0 : ((left != left) & !(m == (double)INFINITY)) ? 0.0 : 1.0;
    }
    for (ptrdiff_t j = 0; j < n; j++) {
        rows->count[row + j] = 1;
        again[j] = small[j] != 0.0;
        any |= again[j];
    }
    return any;
}

static void NAME(remainder_of_others)(ptrdiff_t n, const double *s, const double *s_low, double *remainder,
                                      double *remainder_low)
{
    for (ptrdiff_t j = 0; j < n; j++) {
        remainder[j] = NAME(sum_in_unit)(s[j]);
        remainder_low[j] = NAME(low_part)(s_low[j]);
    }
}

/* lse, 1 - max p, and sum_k exp(z_k - m) as the gradient wants it, of n rows. In short loops, as in terms.h. */
static void NAME(finish_softmax)(xentc_softmax *rows, ptrdiff_t row, ptrdiff_t n, const double *remainder,
                                 const double *remainder_low)
{
    double e_m[XENTC_TILE_ROWS], u[XENTC_TILE_ROWS], u_low[XENTC_TILE_ROWS], log_u[XENTC_TILE_ROWS];
    for (ptrdiff_t j = 0; j < n; j++)
        e_m[j] = NAME(term_of_maximum)(rows->NAME(m)[row + j]);
    for (ptrdiff_t j = 0; j < n; j++) {
        double count = (double)rows->count[row + j], sum = remainder[j] + remainder_low[j], unit = 1.0 / e_m[j];
        double x = sum * unit, s = count, s_low = (remainder_low[j] - (sum - remainder[j])) * unit;
        two_sum(&s, &s_low, x, 0.0);
        u[j] = s;
        u_low[j] = s_low / s;                               /* log(u + u_low) is log u + u_low / u up to 2^-107 */
        double other = (count - 1.0) + x, part = other / s; /* (other + low) / (s + s_low) */
        double low = ((count - 1.0) - (other - x)) + (remainder_low[j] - (sum - remainder[j])) * unit;
        rows->others[row + j] = part + (fma(-part, s, other) + low - part * s_low) / s;
        rows->total[row + j] = e_m[j] * s;
    }
    for (ptrdiff_t j = 0; j < n; j++) {
        double low;
        log_double(u[j], log_u + j, &low);
        u_low[j] += low;
    }
    for (ptrdiff_t j = 0; j < n; j++) {
        double lse = (double)rows->NAME(m)[row + j], lse_low = u_low[j];
        two_sum(&lse, &lse_low, log_u[j], 0.0);
        double nothing = lse - lse; /* 0, or NaN: then all of the row's gradient is */
        rows->lse[row + j] = lse;
        rows->lse_low[row + j] = nothing == 0.0 ? lse_low : 0.0;
        rows->others[row + j] += nothing;
        rows->total[row + j] += nothing;
    }
}
