# Made by tools/make_declarations.py from src/exact.h. Do not edit: change that, and run it.

cdef extern from "src/exact.h" nogil:
    enum:
        XENTC_DIGITS

    ctypedef struct xentc_exact:
        int64_t *digit
        int64_t n_since_carry
        int64_t n_positive_infinity
        int64_t n_negative_infinity
        int64_t n_nan

    double xentc_exact_round(const xentc_exact *)
