#include "scratch.h"
#include "tuning.h"
#include <stdlib.h>

static xentc_scratch *slot[XENTC_SCRATCHES];

#ifdef XENTC_POISON
/* For tests (tools/sanitize.sh): what an earlier call has left is NaN, in both precisions, an offset beyond all memory,
   an index beyond every tile and a flag that is set. A result that depends on it is no result then. */
static void poison(void *start, size_t n_bytes)
{
    uint64_t *word = start;
    for (size_t i = 0; i < n_bytes / 8; i++)
        word[i] = UINT64_C(0x7ff8dead7fc0dead);
}

static xentc_scratch *ready(xentc_scratch *scratch)
{
    xentc_evaluation *evaluation = scratch ? scratch->evaluation : NULL;
    if (evaluation)
        poison(evaluation, sizeof *evaluation);
    if (scratch)
        poison(scratch, sizeof *scratch);
    if (scratch)
        scratch->evaluation = evaluation;
    return scratch;
}
#else
static inline xentc_scratch *ready(xentc_scratch *scratch) { return scratch; }
#endif

xentc_scratch *xentc_scratch_take(void)
{
    for (int i = 0; i < XENTC_SCRATCHES; i++) {
        if (!__atomic_load_n(&slot[i], __ATOMIC_RELAXED))
            continue;
        xentc_scratch *scratch = __atomic_exchange_n(&slot[i], NULL, __ATOMIC_ACQ_REL);
        if (scratch)
            return ready(scratch);
    }
    xentc_scratch *scratch = aligned_alloc(64, sizeof *scratch); /* whose alignment makes it a multiple of 64 */
    if (scratch)
        scratch->evaluation = NULL;
    return ready(scratch);
}

void xentc_scratch_give(xentc_scratch *scratch)
{
    for (int i = 0; i < XENTC_SCRATCHES && scratch; i++)
        scratch = __atomic_exchange_n(&slot[i], scratch, __ATOMIC_ACQ_REL);
    if (scratch)
        free(scratch->evaluation);
    free(scratch);
}
