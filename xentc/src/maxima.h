/* The maxima of rows, the first step of a softmax: NaN is passed over, exp meets it. */
#include "real_single.h"
#include "maxima_body.h"
#include "real_double.h"
#include "maxima_body.h"
