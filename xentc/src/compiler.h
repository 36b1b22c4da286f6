/* For what is in the innermost loops: where a loop has several forms gcc would make calls of some. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))
