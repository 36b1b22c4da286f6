/* What every machine of this architecture has. On aarch64 that includes NEON and fma, and is named so. */
#ifdef __aarch64__
#define XENTC_TIER_NAME "neon"
#else
#define XENTC_TIER_NAME "baseline"
#endif
#define XENTC_TIER_TABLE xentc_tier_baseline
#include "tier.h"
