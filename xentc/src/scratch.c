#include "scratch.h"
#include <stdlib.h>

#define N_SLOTS 16

static xentc_scratch *slot[N_SLOTS];

xentc_scratch *xentc_scratch_take(void)
{
    for (int i = 0; i < N_SLOTS; i++) {
        if (!__atomic_load_n(&slot[i], __ATOMIC_RELAXED))
            continue;
        xentc_scratch *scratch = __atomic_exchange_n(&slot[i], NULL, __ATOMIC_ACQ_REL);
        if (scratch)
            return scratch;
    }
    xentc_scratch *scratch = aligned_alloc(64, sizeof *scratch); /* whose alignment makes it a multiple of 64 */
    if (scratch)
        scratch->evaluation = NULL;
    return scratch;
}

void xentc_scratch_give(xentc_scratch *scratch)
{
    for (int i = 0; i < N_SLOTS && scratch; i++)
        scratch = __atomic_exchange_n(&slot[i], scratch, __ATOMIC_ACQ_REL);
    if (scratch)
        free(scratch->evaluation);
    free(scratch);
}
