# Views of one dtype, and the table of dtypes (src/dtypes.h) as NumPy numbers and names them.


cdef struct Operand:
    # A two-dimensional view (row, class) of one dtype; strides in bytes.
    char *data
    int dtype
    int log2_size
    uint64_t nonzero_bits   # of a 64-bit word of elements, those that make an element non-zero (scan.h)
    Py_ssize_t row
    Py_ssize_t k


cdef enum:
    N_TYPE_NUMBERS = 32             # of NumPy's own dtypes
    FIRST_FOREIGN_NUMBER = 256      # of a dtype that a package has registered: NPY_USERDEF

# NumPy's type number to dtype, -1 for what the kernel does not take. Several may stand for one (long and long long).
cdef int dtype_of[N_TYPE_NUMBERS]
# Of dtypes that NumPy has not: by the name that a package gives them, and as a structure of that name around the bits;
# by their type numbers, once seen.
cdef dict foreign_dtypes = {}

dtypes = tuple((row.name.decode(), chr(row.kind), row.eps) for row in xentc_dtypes[:XENTC_N_DTYPES])


cdef void fill_dtype_tables() except *:
    from numpy import dtype as np_dtype, typecodes
    own = {np_dtype(character).num: np_dtype(character).name for character in typecodes["All"]}
    codes = {name: code for code, (name, _, _) in enumerate(dtypes)}
    for number in range(N_TYPE_NUMBERS):
        dtype_of[number] = codes.get(own.get(number), -1)
    for name in codes.keys() - own.values():
        foreign_dtypes[name] = codes[name]
        foreign_dtypes[np_dtype([(name, f"u{bytes_of(codes[name])}")])] = codes[name]


fill_dtype_tables()


cdef inline Operand operand(int dtype, char *data, Py_ssize_t row, Py_ssize_t k) noexcept nogil:
    cdef Operand o
    o.data = data
    o.dtype = dtype
    o.log2_size = xentc_dtypes[dtype].log2_size
    o.nonzero_bits = xentc_dtypes[dtype].nonzero_bits
    o.row = row
    o.k = k
    return o


cdef inline Py_ssize_t bytes_of(int dtype) noexcept nogil:
    return <Py_ssize_t>1 << xentc_dtypes[dtype].log2_size


cdef inline Py_ssize_t size_of(const Operand *o) noexcept nogil:
    return <Py_ssize_t>1 << o.log2_size


cdef uint8_t TRUE = 1
