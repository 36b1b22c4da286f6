/* The list of dtypes.h as a table. */
#include "dtypes.h"

#define LOG2_SIZE(TYPE) (sizeof(TYPE) == 8 ? 3 : sizeof(TYPE) == 4 ? 2 : sizeof(TYPE) == 2 ? 1 : 0)
#define ALL_BITS(TYPE) (UINT64_MAX >> (64 - 8 * sizeof(TYPE)))
#define ONE_IN_EACH(TYPE) (UINT64_MAX / ALL_BITS(TYPE))

#define ROW_OF_DTYPE(CODE, NAME, KIND, TYPE, EXACT, EPS, LEAST, VALUE, OF_SINGLE, OF_DOUBLE) \
    [XENTC_##CODE] = {                                                                       \
        #NAME, KIND, LOG2_SIZE(TYPE), EXACT, EPS, LEAST, ONE_IN_EACH(TYPE) * (ALL_BITS(TYPE) >> (KIND == 'f'))},

const xentc_dtype xentc_dtypes[XENTC_N_DTYPES] = {XENTC_DTYPES(ROW_OF_DTYPE)};
