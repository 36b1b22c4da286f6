/* clipped.h of one element type (real_single.h). */

static ptrdiff_t NAME(count_clipped)(const double *c, const void *y_, ptrdiff_t n, double eps)
{
    const REAL *y = y_;
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        count += (c[i] != 0.0) & ((double)y[i] < eps);
    return count;
}
