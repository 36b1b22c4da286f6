/* Short rows transposed: class k of n rows contiguous, as the code for rows side by side wants them.

   Squares of as many rows as a vector has elements are transposed in registers, by exchanging halves, then quarters,
   ... of pairs of rows: the compiler makes shuffles of it. A row's vector may begin in one row and end in the next, or
   past the last. */
#define SQUARE_BYTES (XENTC_VECTOR_BYTES < 32 ? XENTC_VECTOR_BYTES : 32) /* of a row of a square */

#include "real_single.h"
#include "transpose_body.h"
#include "real_double.h"
#include "transpose_body.h"
