/* AVX-512 F, DQ, BW, VL, CD: Intel from Skylake-SP (2017), AMD from Zen 4 (2022) on. */
#if defined(__x86_64__) || defined(__i386__)
#include "target.h"
#ifdef __clang__
XENTC_TARGET("avx512f,avx512dq,avx512bw,avx512vl,avx512cd,avx2,fma,bmi,bmi2,lzcnt,popcnt")
#else /* gcc would otherwise keep to 256-bit registers */
XENTC_TARGET("avx512f,avx512dq,avx512bw,avx512vl,avx512cd,avx2,fma,bmi,bmi2,lzcnt,popcnt,prefer-vector-width=512")
#endif
#define XENTC_TIER_NAME "avx512"
#define XENTC_TIER_TABLE xentc_tier_avx512
#define XENTC_VECTOR_BYTES 64
#include "tier.h"
XENTC_TARGET_END
#endif
