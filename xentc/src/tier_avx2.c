/* AVX2 and FMA: Intel from Haswell (2013), AMD from Excavator (2015) on. */
#if defined(__x86_64__) || defined(__i386__)
#include "target.h"
XENTC_TARGET("avx2,fma,bmi,bmi2,lzcnt,popcnt")
#define XENTC_TIER_NAME "avx2"
#define XENTC_TIER_TABLE xentc_tier_avx2
#define XENTC_VECTOR_BYTES 32
#include "tier.h"
XENTC_TARGET_END
#endif
