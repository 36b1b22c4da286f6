/* How many of n terms with c != 0 are clipped (a count that a caller can ask for). */
#include "real_single.h"
#include "clipped_body.h"
#include "real_double.h"
#include "clipped_body.h"
