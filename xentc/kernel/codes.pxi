# The kernel's own gate: which arrays it can read at all. What Python has checked before is not relied upon.


cdef int known_code(cnp.ndarray array) except -2:
    """The code of an array's dtype, -1 for what the kernel does not read."""
    cdef int number = cnp.PyArray_TYPE(array)
    cdef int code = dtype_of[number] if 0 <= number < N_TYPE_NUMBERS else -1
    return foreign_code(array) if code < 0 else code


cdef int foreign_code(cnp.ndarray array) except -2:
    cdef int number = cnp.PyArray_TYPE(array)
    cdef object known = foreign_dtypes.get(number)
    if known is not None:
        return known
    dtype = array.dtype
    cdef int code = foreign_dtypes.get(dtype, -1) if dtype.names else foreign_dtypes.get(dtype.name, -1)
    if code >= 0 and dtype.itemsize != bytes_of(code):
        return -1
    if code >= 0 and number >= FIRST_FOREIGN_NUMBER:
        foreign_dtypes[number] = code
    return code


cdef int code_of(cnp.ndarray array, str name) except -1:
    """The code of an array's dtype."""
    cdef int code = known_code(array)
    if code < 0:
        raise TypeError(f"the kernel does not read {name} of the dtype {array.dtype}")
    if not (cnp.PyArray_ISALIGNED(array) and cnp.PyArray_ISNOTSWAPPED(array)):
        raise ValueError(f"the kernel reads only aligned arrays in native byte order; {name} is not one")
    return code


cdef int of_kind(int code, char kind, cnp.ndarray array, str name) except -1:
    if xentc_dtypes[code].kind != kind:
        raise TypeError(f"{name} must not have the dtype {array.dtype} in the kernel")
    return code


cdef int float_code_of(cnp.ndarray array, str name) except -1:
    return of_kind(code_of(array, name), b"f", array, name)


cdef int csr_code_of(cnp.ndarray array, str name) except -1:
    """Of indptr or indices."""
    return of_kind(code_of(array, name), b"i", array, name)


cdef const double *weights_of(cnp.ndarray array, Py_ssize_t n_classes) except? NULL:
    """Of the classes: contiguous float64, or none at all."""
    if array is None:
        return NULL
    if code_of(array, "class_weight") != XENTC_FLOAT64 or not cnp.PyArray_IS_C_CONTIGUOUS(array):
        raise TypeError("class_weight must be contiguous float64 in the kernel")
    if cnp.PyArray_SIZE(array) != n_classes:
        raise ValueError("class_weight must have one weight a class in the kernel")
    return <const double *>cnp.PyArray_DATA(array)
