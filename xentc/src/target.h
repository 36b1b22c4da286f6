/* Opens a SIMD target for the rest of the file, in gcc's words or in clang's. The system headers come
   first, so that the target covers this project's functions alone. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#define XENTC_PRAGMA(text) _Pragma(#text)
#ifdef __clang__
#define XENTC_TARGET(features) \
    XENTC_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define XENTC_TARGET_END XENTC_PRAGMA(clang attribute pop)
#else
#define XENTC_TARGET(features) XENTC_PRAGMA(GCC target(features))
#define XENTC_TARGET_END
#endif
