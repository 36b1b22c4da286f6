/* What a caller can ask to be looked at: numbers out of range, distributions (check=True). */

/* The second look after a sign or a NaN (terms.h): the first of n x that is outside [least, most] where c is not 0,
   and its value; n if there is none. NaN is not outside. */
static ptrdiff_t first_outside(const double *c, const double *x, ptrdiff_t n, double least, double most, double *value)
{
    int any = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        any |= (c[i] != 0.0) & ((x[i] < least) | (x[i] > most));
    for (ptrdiff_t i = 0; any && i < n; i++) {
        *value = x[i];
        if (c[i] != 0.0 && (*value < least || *value > most))
            return i;
    }
    return n;
}

#define CHECK_LANES 32

#include "real_single.h"
#include "check_body.h"
#include "real_double.h"
#include "check_body.h"
