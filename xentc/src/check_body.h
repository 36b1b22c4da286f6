/* The part of check.h that depends on the element type (real_single.h). */

/* Adds n values to *sum; true if one of them is outside [least, most]. NaN is not: it makes the sum NaN. The sum is
   only compared with a tolerance, sqrt(eps), so it may be taken in the values' own type, over 32 lanes. */
static int NAME(check_piece)(const void *x_, ptrdiff_t n, double least, double most, double *sum)
{
    const REAL *x = x_;
    REAL total = 0, low = 0, high = 0;
    ptrdiff_t i = 0;
    if (n >= CHECK_LANES) {
        REAL totals[CHECK_LANES] = {0}, lows[CHECK_LANES] = {0}, highs[CHECK_LANES] = {0};
        for (; i + CHECK_LANES <= n; i += CHECK_LANES)
            for (int l = 0; l < CHECK_LANES; l++) {
                totals[l] += x[i + l];
                lows[l] = x[i + l] < lows[l] ? x[i + l] : lows[l];
                highs[l] = x[i + l] > highs[l] ? x[i + l] : highs[l];
            }
        for (int apart = CHECK_LANES / 2; apart; apart /= 2)
            for (int l = 0; l < apart; l++) {
                totals[l] += totals[l + apart];
                lows[l] = lows[l + apart] < lows[l] ? lows[l + apart] : lows[l];
                highs[l] = highs[l + apart] > highs[l] ? highs[l + apart] : highs[l];
            }
        total = totals[0];
        low = lows[0];
        high = highs[0];
    }
    for (; i < n; i++) {
        total += x[i];
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    *sum += (double)total;
    return (double)low < least || (double)high > most;
}

/* The sum of a row of a block; lanes may read on into the next rows, as far as `room` elements. */
static inline double NAME(row_sum)(const REAL *x, ptrdiff_t n, ptrdiff_t room)
{
    double sum = 0.0;
    ptrdiff_t i = 0;
    lanes total = all_lanes(0.0);
    for (; i + LANES <= n; i += LANES)
        add_lanes(&total, NAME(load_lanes)(x + i));
    if (i < n && i + LANES <= room) {
        add_lanes(&total, first_lanes(NAME(load_lanes)(x + i), n - i, 0.0));
        i = n;
    }
    for (; i < n; i++)
        sum += (double)x[i];
    return sum + join_single_lanes(total);
}

/* The first of n_rows whole rows, one behind the other, that is no distribution; n_rows if all are. The
   range is looked at for all rows at once, and row by row only where one of them leaves it. */
static ptrdiff_t NAME(check_rows)(const void *x_, ptrdiff_t n_rows, ptrdiff_t n_classes, double least, double most,
                                  double tolerance)
{
    const REAL *x = x_;
    double sum = 0.0;
    int outside = NAME(check_piece)(x, n_rows * n_classes, least, most, &sum);
    for (ptrdiff_t i = 0; i < n_rows; i++, x += n_classes) {
        if (outside && NAME(check_piece)(x, n_classes, least, most, &sum))
            return i;
        if (!(fabs(NAME(row_sum)(x, n_classes, (n_rows - i) * n_classes) - 1.0) <= tolerance))
            return i;
    }
    return n_rows;
}
