/* Which tiers there are, and which of them this machine can run. */
#include "tiers.h"
#include <string.h>

extern const xentc_tier xentc_tier_baseline;

#if defined(__x86_64__) || defined(__i386__)
extern const xentc_tier xentc_tier_avx2, xentc_tier_avx512;
const xentc_tier *const xentc_tiers[] = {&xentc_tier_baseline, &xentc_tier_avx2, &xentc_tier_avx512};
const int xentc_n_tiers = 3;

/* __builtin_cpu_supports also asks the operating system (XGETBV) whether it saves the wide registers. */
int xentc_n_supported_tiers(void)
{
    __builtin_cpu_init();
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi")
          && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt")))
        return 1;
    if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
          && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd")))
        return 2;
    return 3;
}
#else
const xentc_tier *const xentc_tiers[] = {&xentc_tier_baseline};
const int xentc_n_tiers = 1;
int xentc_n_supported_tiers(void) { return 1; }
#endif

/* A tier is its name and, behind it, pointers to functions alone. */
typedef void (*operation)(void);
enum {
    FIRST_OPERATION = offsetof(xentc_tier, elements),
    N_OPERATIONS = (sizeof(xentc_tier) - FIRST_OPERATION) / sizeof(operation),
};
_Static_assert(FIRST_OPERATION + N_OPERATIONS * sizeof(operation) == sizeof(xentc_tier),
               "a tier holds more than operations");

ptrdiff_t xentc_n_operations(void) { return N_OPERATIONS; }

ptrdiff_t xentc_missing_operation(const xentc_tier *tier)
{
    for (ptrdiff_t i = 0; i < N_OPERATIONS; i++) {
        operation one;
        memcpy(&one, (const char *)tier + FIRST_OPERATION + i * sizeof(operation), sizeof(operation));
        if (!one)
            return i;
    }
    return -1;
}

const char *xentc_compiler(void)
{
#ifdef __clang__
    return "clang " __clang_version__;
#elif defined(__GNUC__)
    return "gcc " __VERSION__;
#else
    return "unknown";
#endif
}
