# Made by tools/make_declarations.py from src/dtypes.h. Do not edit: change that, and run it.

cdef extern from "src/dtypes.h" nogil:
    enum:
        XENTC_BOOL, XENTC_INT8, XENTC_UINT8, XENTC_INT16, XENTC_UINT16, XENTC_INT32, XENTC_UINT32, XENTC_INT64
        XENTC_UINT64, XENTC_BFLOAT16, XENTC_FLOAT16, XENTC_FLOAT32, XENTC_FLOAT64, XENTC_N_DTYPES

    ctypedef struct xentc_dtype:
        const char *name
        char kind
        int log2_size
        int exact_in_single
        double eps
        double least_normal
        uint64_t nonzero_bits

    const xentc_dtype *xentc_dtypes
