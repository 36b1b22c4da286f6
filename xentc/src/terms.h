/* Terms c_k log(max(y_k, eps)) of a run of elements: the vector loops around log.h.

   A term with c == 0 is exactly 0 whatever y is: y is replaced by 1 (log 1 is exactly 0) by a bit mask,
   since as a selection gcc carries the two cases through the whole logarithm (0.69 against 0.73 ns a term).
   Loops run over a multiple of STEP elements; a tail is done on a padded copy, so that every element goes
   through the vector code and no input is read past its end. Outputs have room for STEP more.

   Unless `most` is infinite they look for what cannot be, a c < 0 and a y outside [0, most] where c is not 0: it
   leaves NaN, and with it in its row, or an answer that is not 0. What of it is refused, a second look decides
   (kernel/used.pxi), as a sign may be that of a zero, or of a y that is not used. */

#define STEP 16

/* Whether eps is no normal number itself: then an x = max(y, eps) may not be. */
static inline int is_tiny_single(float eps) { return eps < 0x1p-126f; }
static inline int is_tiny_double(double eps) { return eps < 0x1p-1022; }

static inline double clipped_double(double c, double y, double eps)
{
    double x = y < eps ? eps : y; /* NaN stays NaN */
    uint64_t keep = -(uint64_t)(c != 0.0);
    return double_of_bits((bits_of_double(x) & keep) | (bits_of_double(1.0) & ~keep));
}

/* a + b = c log(max(y, eps)): a the rounded product, b its remainder and the logarithm's low part.

   Three loops over a few hundred elements instead of one: what waits for a division and a polynomial is more
   than the schedulers of a core hold, and shorter chains keep its units busy (0.55 against 0.67 ns a term,
   AVX-512, Zen 5). */
#define PHASE XENTC_TERMS_PHASE

ALWAYS_INLINE uint64_t terms_double_way(const double *restrict c, const double *restrict y, ptrdiff_t n, double eps,
                                        double most, ptrdiff_t ahead, int tiny, double *restrict a, double *restrict b)
{
    double m[PHASE], e[PHASE], u[PHASE], u_low[PHASE];
    uint64_t signs = 0;
    for (ptrdiff_t start = 0; start < (n & -STEP); start += PHASE) {
        ptrdiff_t left = (n & -STEP) - start, count = left < PHASE ? left : PHASE;
        for (ptrdiff_t i = 0; i < count; i++) {
            double x = clipped_double(c[start + i], y[start + i], eps);
            double mantissa = split_double(x, e + i);
            m[i] = (x <= most) & (!tiny | (x >= 0x1p-1022)) ? mantissa : (double)NAN;
        }
        for (ptrdiff_t i = 0; i < count; i++) { /* beside a division looking at signs costs nothing */
            signs |= bits_of_double(c[start + i]) | bits_of_double(y[start + i]);
            quotient_double(m[i], u + i, u_low + i);
        }
        for (ptrdiff_t part = 0; part < count; part += PART) {
            ptrdiff_t end = part + PART < count ? part + PART : count;
            prefetch_part(c + start + part, sizeof *c, ahead);
            prefetch_part(y + start + part, sizeof *y, ahead);
            for (ptrdiff_t i = part; i < end; i++) {
                double high, low, x = c[start + i];
                series_double(e[i], u[i], u_low[i], &high, &low);
                double p = x * high;
                a[start + i] = p;
                b[start + i] = fma(x, low, fma(x, high, -p));
            }
        }
    }
    return signs;
}

static uint64_t terms_double_steps(const double *c, const double *y, ptrdiff_t n, double eps, double most,
                                   ptrdiff_t ahead, double *a, double *b)
{
    most = most < DBL_MAX ? most : DBL_MAX;
    return is_tiny_double(eps) ? terms_double_way(c, y, n, eps, most, ahead, 1, a, b)
                               : terms_double_way(c, y, n, eps, most, ahead, 0, a, b);
}

static int terms_double(const void *c_, const void *y_, ptrdiff_t n, double eps, double most, ptrdiff_t ahead,
                        double *a, double *b)
{
    const double *c = c_, *y = y_;
    ptrdiff_t whole = n & -STEP;
    uint64_t signs = terms_double_steps(c, y, whole, eps, most, ahead, a, b);
    if (whole < n) {
        double c_tail[STEP] = {0}, y_tail[STEP] = {0};
        memcpy(c_tail, c + whole, (size_t)(n - whole) * sizeof *c);
        memcpy(y_tail, y + whole, (size_t)(n - whole) * sizeof *y);
        signs |= terms_double_steps(c_tail, y_tail, STEP, eps, most, ahead, a + whole, b + whole);
    }
    return signs >> 63 != 0;
}
