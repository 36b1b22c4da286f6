/* The part of short.h that depends on the element type (real_single.h). */

/* Rows of NaN, and of 0 that is not clipped, over what the loops made of them; whether nothing else is left. */
static int NAME(set_special_rows)(const REAL *restrict x, ptrdiff_t n, REAL eps, REAL most, int negate, int narrow,
                                  void *to)
{
    double infinite = negate ? (double)INFINITY : -(double)INFINITY;
    double *restrict rows = to;
    float *restrict narrow_rows = to;
    int odd = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        REAL clipped = x[i] < eps ? eps : x[i];
        odd |= (clipped > 0) & (clipped < SMALLEST_NORMAL); /* subnormal */
        odd |= (most < (REAL)INFINITY) & (((x[i] < 0) | (x[i] > most)) | ((x[i] == 0) & (1 / x[i] < 0)));
        odd |= clipped == (REAL)INFINITY;
    }
    for (ptrdiff_t i = 0; i < (narrow && !odd ? n : 0); i++)
        narrow_rows[i] = x[i] != x[i] ? NAN : ((x[i] <= 0) & (eps == 0)) ? (float)infinite : narrow_rows[i];
    for (ptrdiff_t i = 0; i < (narrow || odd ? 0 : n); i++)
        rows[i] = x[i] != x[i] ? (double)NAN : ((x[i] <= 0) & (eps == 0)) ? infinite : rows[i];
    return !odd;
}
