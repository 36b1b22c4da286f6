# Made by tools/make_declarations.py from src/rows.h. Do not edit: change that, and run it.

cdef extern from "src/rows.h" nogil:
    enum:
        XENTC_SINGLE, XENTC_SINGLE_WIDE, XENTC_DOUBLE, XENTC_N_PRECISIONS

    ctypedef struct xentc_cold:
        double s
        double s_low
        double plain
        double y

    ctypedef struct xentc_ties:
        int n_bits
        int64_t window
        double least

    ctypedef struct xentc_softmax:
        float *m_single
        float *magic
        float *limit
        float *largest
        uint32_t *least
        double *m_double
        uint32_t *count
        uint8_t *wide
        double *lse
        double *lse_low
        double *others
        double *total
        double *factor
        double *weight
        int32_t *shift
        int32_t *down
        double *inverse
        float *inverse_single

    ctypedef struct xentc_binary:
        double *w
        double *t
        double *u
        double *u_low

    enum:
        XENTC_SOFT, XENTC_STRANGE, XENTC_ZERO

    enum:
        SPECIAL_NAN, SPECIAL_ABOVE, SPECIAL_BELOW, SPECIAL_ODD, SPECIAL_OUTSIDE, SPECIAL_UNFIT, SPECIAL_AGAIN

    int special_is_told(int)
    ctypedef struct xentc_pending:
        Py_ssize_t n
        Py_ssize_t n_rows
        Py_ssize_t row
        Py_ssize_t at
        int cached
        const void **e
        void **g
        double *inverse
