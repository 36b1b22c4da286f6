# What is taken from C, NumPy and the compiler; of src/ itself see declared/.

cimport numpy as cnp
from cpython.ref cimport Py_INCREF
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.math cimport INFINITY, NAN, copysign, fabs, fma, ldexp, log2, nextafterf, sqrt
from libc.string cimport memcpy, memset

cnp.import_array()


cdef extern from *:
    """
    #ifndef XENTC_COMPILE_FLAGS
    #define XENTC_COMPILE_FLAGS "unknown"
    #endif
    #define xentc_prefetch(address) __builtin_prefetch(address)
    #define xentc_fetch_add(counter) __atomic_fetch_add((counter), 1, __ATOMIC_RELAXED)
    #define xentc_load_flags(flags) __atomic_load_n((flags), __ATOMIC_RELAXED)
    #define xentc_raise_flags(flags, some) __atomic_fetch_or((flags), (some), __ATOMIC_RELAXED)
    """
    const char *XENTC_FLAGS "XENTC_COMPILE_FLAGS"
    void xentc_prefetch(const char *) noexcept nogil
    Py_ssize_t xentc_fetch_add(Py_ssize_t *) noexcept nogil
    int xentc_load_flags(int *) noexcept nogil
    void xentc_raise_flags(int *, int) noexcept nogil
