# How a computation is described to the kernel.


cdef enum:
    MAX_AXES = 64   # NPY_MAXDIMS

# What walks over the rows: arrays, and ROW, whose "address" is the row's number in C order.
cdef enum Walker:
    T, Y, OUT, ROW, MASK, FACTOR, POSITIVE, GRAD, HESS, GROUP, NUMBER, N_WALKERS

# Where the targets come from. The first three end as a list of entries or as dense blocks of coefficients.
cdef enum Source:
    FROM_DENSE      # an array t
    FROM_LABELS     # an array of class numbers; T walks over it
    FROM_CSR        # indptr, indices, data; T walks over indptr
    FROM_BINARY     # t and p of two classes, one element a row: the second is 1 - t and 1 - p

sources = {"dense": FROM_DENSE, "labels": FROM_LABELS, "csr": FROM_CSR, "binary": FROM_BINARY}


cdef struct Check:
    # What t or y may be. A value that is used and not in [least, most] is refused; unless the tolerance is negative
    # so is any value, used or not, NaN too, and a row whose sum is further from 1.
    double least, most, tolerance


cdef inline Check check_of(int dtype, double slack, double tolerance) noexcept nogil:
    """That of an operand whose values may be so far outside of [0, 1]; infinity: anywhere."""
    cdef Check check
    cdef float most = <float>(1.0 + slack)
    check.least = -slack
    check.most = 1.0 + slack
    check.tolerance = tolerance
    if is_float(dtype) and xentc_dtypes[dtype].exact_in_single:     # compared as float32: the last not above
        check.most = most if most <= check.most else nextafterf(most, 0.0)
    return check


cdef inline bint checks_used(const Check *check) noexcept nogil:
    return check.least > -INFINITY


cdef inline bint checks_rows(const Check *check) noexcept nogil:
    return check.tolerance >= 0.0


cdef struct EvaluationPlan:
    xentc_scoring scoring
    bint has_groups
    bint has_numbers            # rows have numbers of their own; else they count from first_row
    int64_t first_row
    Py_ssize_t n_worst          # how many of the worst rows are kept
    Py_ssize_t n_groups


cdef struct Plan:
    const xentc_tier *tier
    Source source
    Py_ssize_t n_classes
    Py_ssize_t n_rows
    # Outer axes, the last one innermost: the rows of one run of it are done together.
    int n_axes
    Py_ssize_t shape[MAX_AXES]
    Py_ssize_t stride[MAX_AXES][N_WALKERS]
    char *base[N_WALKERS]
    Operand t, y                # data: set for each tile. FROM_LABELS: t is a constant 1; FROM_CSR: the values
    int index_dtype             # of labels, or of CSR's indices and indptr
    const char *csr_indices
    Py_ssize_t csr_length       # number of entries
    bint has_ignore
    int64_t ignore_index
    bint logits                 # y are logits
    Operand grad, hess          # as t and y; data: NULL where they are not wanted
    double grad_divisor, grad_scale     # of the reduction: a factor is s grad_scale / grad_divisor
    double hess_factor, hess_floor      # hess is what a booster makes of it, max(factor h, floor)
    bint keep_exponentials      # for the gradient: those of a tile fit scratch.kept
    bint copy_columns           # logits with the class axis first: a tile of them is copied, and read from there
    bint direct                 # the gradient is its exponentials, scaled, but at entries, and lies as they are kept
    bint stream                 # and is written around the cache
    bint plain                  # rows all alike, nothing but them or their sum is wanted, and src/short.h does them
    bint terms_alone            # of an entry its term is wanted, and not which class it is of
    int precision               # XENTC_SINGLE, ...
    xentc_ties ties             # rows that are summed once more before they are rounded
    double eps
    double ceiling              # with labels y is clipped from above at it too; infinity: it is not
    const double *class_weight  # (K,), or NULL
    # Label smoothing a:  t' = keep t + uniform, keep = 1 - a, uniform = a / K
    double keep, uniform
    double uniform_weight       # sum_k uniform w_k, where the weight of a row is wanted
    double uniform_of_two       # of two classes it is  keep t + a / 2, and uniform is 0
    int positive_dtype          # of the weights of their first class, or -1
    int factor_dtype            # of the sample weights, or -1
    bint has_mask
    bint negate                 # the loss, not the log-likelihood
    Check check_t, check_y
    bint look_always            # at what is used: class weights of both signs hide that of t
    bint count_off_sums         # a row of y whose sum is not 1 is no error of check_y, but counted
    const EvaluationPlan *evaluation    # of labels alone; NULL where none is wanted
    bint spread                 # squares of the rows are summed
    bint has_out
    int stored                  # dtype of `out`: rows are rounded when they are stored in `out`, and only then
    bint has_sum                # the exact sum of the rows is wanted
    bint has_weight             # and that of their weights
    bint count_clipped
    Py_ssize_t tile_rows
    Py_ssize_t unit_rows
    Py_ssize_t units_per_run
    Py_ssize_t n_units
