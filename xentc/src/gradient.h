/* Derivatives of the row losses, element by element.

   With respect to logits A (W p_k - c_k), W = sum_k c_k; A is what the row's loss is multiplied by. At a
   maximum with p > 1/2, W p - c is (W - c) - W (1 - p), which keeps its digits for a sure and right
   prediction. An element's value depends on its own c alone and not on how it
   was found: with c == 0 it is the product that gradient_base makes. With respect to probabilities
   -A c_k / y_k, and 0 under the clip. */

/* Rows whose A or W is so large or small that a product on the way to an entry may leave the range of a double where
   the entry does not. A is made anew of s scale / divisor, about 1, and W brought into [1/2, 1). Their powers of two go
   to `shift`, by which entries are multiplied at last, and that of W to `down` too, by which coefficients are divided.
   With `logits` W is used, and the share of the others, which a small W makes subnormal. Whether there are any. */
static inline int is_extreme(double x) { return (x != 0.0) & !((fabs(x) >= 0x1p-300) & (fabs(x) <= 0x1p300)); }

static int normalise_rows(xentc_softmax *rows, const double *s, double scale, double divisor, int logits, ptrdiff_t n)
{
    int any = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double a = rows->factor[i], w = rows->weight[i], others = rows->others[i];
        int lost = (fabs(w * others) < 0x1p-960) & (w != 0.0) & (others != 0.0) & (fabs(a) > 1.0);
        rows->shift[i] = is_extreme(a) | (logits & (is_extreme(w) | lost));
        rows->down[i] = 0;
        any |= rows->shift[i];
    }
    for (ptrdiff_t i = 0; any && i < n; i++) {
        double x = s ? s[i] : 1.0;
        int of_s, of_scale, of_divisor, of_w = 0;
        if (!rows->shift[i])
            continue;
        rows->shift[i] = 0;
        if (!isfinite(x) || !isfinite(divisor) || divisor == 0.0)
            continue;
        (void)frexp(scale, &of_scale);
        rows->factor[i] = 2.0 * frexp(scale, &of_scale) * frexp(x, &of_s) / frexp(divisor, &of_divisor);
        if (logits && isfinite(rows->weight[i]))
            rows->weight[i] = frexp(rows->weight[i], &of_w);
        rows->down[i] = of_w;
        rows->shift[i] = of_s + of_scale - 1 - of_divisor + of_w;
    }
    return any;
}

/* Constants of n rows, from the factor A and the weight W of each. A W / total is rounded once: what the product
   and the division lost is added (unless one of them is no number, or infinite). Whether any is too small to have
   all digits in float32. */
static int gradient_rows(xentc_softmax *rows, ptrdiff_t n)
{
    int any_tiny = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double a = rows->factor[i], w = rows->weight[i], total = rows->total[i];
        double p = a * w, quotient = p / total;
        double lost = (fma(a, w, -p) + fma(-quotient, total, p)) / total;
        rows->inverse[i] = lost - lost == 0.0 ? quotient + lost : quotient;
        rows->inverse_single[i] = (float)rows->inverse[i];
        any_tiny |= (fabs(rows->inverse[i]) < 0x1p-126) & (rows->inverse[i] != 0.0);
    }
    return any_tiny;
}

/* -A c / y where the product is too small for all its digits, or A is normalised. */
static inline int is_odd_product(double p) { return !(fabs(p) >= 0x1p-900); }

static double cold_quotient(const xentc_softmax *rows, ptrdiff_t row, double c, double y)
{
    double a = rows->factor[row], p = a * c;
    int of_a, of_c, of_y = 0;
    if (!(is_odd_product(p) || rows->shift[row]) || !(isfinite(a) && isfinite(c) && isfinite(y)))
        return -p / y;
    p = frexp(a, &of_a) * frexp(c, &of_c);
    p = -p / (y != 0.0 ? frexp(y, &of_y) : y);
    return isfinite(p) ? ldexp(p, of_a + of_c - of_y + rows->shift[row]) : p;
}

#include "real_single.h"
#define INVERSE inverse_single
#include "gradient_body.h"
#undef INVERSE
#include "real_double.h"
#define INVERSE inverse
#include "gradient_body.h"
#undef INVERSE
