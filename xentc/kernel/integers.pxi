# Exact sums (src/exact.h, src/tally.h) as integers of Python.

cdef object from_bytes = int.from_bytes


cdef object integer_of_digits(const int64_t *digit, int n):
    """sum_i digit[i] 2^(32 i) of up to XENTC_PRODUCT_DIGITS digits, carried or not."""
    cdef uint32_t word[XENTC_PRODUCT_DIGITS + 1]
    cdef int64_t carry = 0
    cdef int i
    for i in range(n):
        carry += digit[i]
        word[i] = <uint32_t>carry
        carry >>= 32
    word[n] = <uint32_t>carry
    return from_bytes((<char *>word)[:4 * (n + 1)], "little", signed=True)


cdef tuple as_integers(const xentc_exact *sum):
    """Of a sum: its units, and how many values were inf, -inf and NaN."""
    return (integer_of_digits(sum.digit, XENTC_DIGITS), sum.n_positive_infinity, sum.n_negative_infinity,
            sum.n_nan)
