/* Sums of exponentials over rows of logits, for softmax.h: of one row after the other; of rows side by side they are in
   exp_columns.h. The lanes are the same (exp_lanes.h), whichever the way.

   sum_..._rows: the sums of whole rows, `stride` bytes from one to the next. sum_..._piece: a piece of one row, from a
   multiple of EXP_LANES on, to its lanes in s and s_low, which join_exp_row takes. While they compute nothing is read,
   so the memory `ahead` bytes further on is prefetched. sum_..._classes (exp_columns.h): classes k, k + 1, ... of n
   rows side by side, `stride` bytes from one to the next, each term to the lane of its own row, for join_exp_class; the
   lanes of the first classes begin there. Of all terms, or of the others, without the maxima, which are counted. The
   terms are left in `kept`, unless NULL; with each block of them a block of what is pending is written (stream.h). */
#include "real_single.h"
#include "exp_sum_body.h"
#include "real_double.h"
#include "exp_sum_body.h"
