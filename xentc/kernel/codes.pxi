# The kernel's own gate: which arrays it can read at all. What Python has checked before is not relied upon.


cdef int code_of(cnp.ndarray array, str name) except -1:
    """The code of an array's dtype. Type numbers of other packages' dtypes are negative or any larger than NumPy's."""
    cdef int number = cnp.PyArray_TYPE(array)
    cdef int code = dtype_of[number] if 0 <= number < N_TYPE_NUMBERS else -1
    if code < 0:
        raise TypeError(f"the kernel does not read {name} of the dtype {array.dtype}")
    if not (cnp.PyArray_ISALIGNED(array) and cnp.PyArray_ISNOTSWAPPED(array)):
        raise ValueError(f"the kernel reads only aligned arrays in native byte order; {name} is not one")
    return code


cdef int one_of(int code, const int *allowed, int n, cnp.ndarray array, str name) except -1:
    for i in range(n):
        if code == allowed[i]:
            return code
    raise TypeError(f"{name} must not have the dtype {array.dtype} in the kernel")


cdef int float_code_of(cnp.ndarray array, str name) except -1:
    cdef int[3] allowed = [XENTC_FLOAT16, XENTC_FLOAT32, XENTC_FLOAT64]
    return one_of(code_of(array, name), allowed, 3, array, name)


cdef int csr_code_of(cnp.ndarray array, str name) except -1:
    """Of indptr or indices."""
    cdef int[4] allowed = [XENTC_INT8, XENTC_INT16, XENTC_INT32, XENTC_INT64]
    return one_of(code_of(array, name), allowed, 4, array, name)


cdef const double *weights_of(cnp.ndarray array, Py_ssize_t n_classes) except? NULL:
    """Of the classes: contiguous float64, or none at all."""
    if array is None:
        return NULL
    if code_of(array, "class_weight") != XENTC_FLOAT64 or not cnp.PyArray_IS_C_CONTIGUOUS(array):
        raise TypeError("class_weight must be contiguous float64 in the kernel")
    if cnp.PyArray_SIZE(array) != n_classes:
        raise ValueError("class_weight must have one weight a class in the kernel")
    return <const double *>cnp.PyArray_DATA(array)
