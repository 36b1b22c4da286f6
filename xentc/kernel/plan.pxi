# Declarations: what src/ offers, and how a computation is described to it.

cimport numpy as cnp
from cpython.ref cimport Py_INCREF
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.math cimport INFINITY, NAN, copysign, fabs, fma, ldexp, nextafterf, sqrt
from libc.string cimport memcpy, memset

cnp.import_array()


cdef extern from "src/tiers.h" nogil:
    enum:
        XENTC_BLOCK
        XENTC_TILE_ROWS
        XENTC_LANES
        XENTC_EXP_LANES
        XENTC_DIGITS
        XENTC_N_DTYPES
        XENTC_BOOL, XENTC_INT64, XENTC_FLOAT32, XENTC_FLOAT64   # those of a part of their own; all: src/dtypes.h
        XENTC_SINGLE, XENTC_SINGLE_WIDE, XENTC_DOUBLE
        XENTC_SOFT, XENTC_STRANGE, XENTC_ZERO
        SPECIAL_NAN, SPECIAL_ABOVE, SPECIAL_BELOW, SPECIAL_ODD

    ctypedef struct xentc_dtype:
        const char *name
        char kind
        int log2_size, exact_in_single
        double eps
        uint64_t nonzero_bits

    const xentc_dtype *xentc_dtypes

    ctypedef struct xentc_exact:
        int64_t *digit
        int64_t n_since_carry, n_positive_infinity, n_negative_infinity, n_nan

    double xentc_exact_round(const xentc_exact *)

    ctypedef struct xentc_cold:
        double s, c, plain, y

    ctypedef struct xentc_softmax:
        uint32_t *count
        float *m_single
        double *m_double
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
        XENTC_QUAD
        XENTC_PARTS
        XENTC_TALLY_ROWS
        XENTC_WIDE_DIGITS
        XENTC_LOSS_BINS
        XENTC_CLIPPED, XENTC_OFF_SUM, XENTC_OUTSIDE, XENTC_NAN, XENTC_LIKE_PROBABILITIES, XENTC_N_FAULTS
        XENTC_MAX_QUADS
        XENTC_ANY_FAULT, XENTC_ANY_WORST
        XENTC_FIXED_BITS, XENTC_MOST_FIXED_BINS, XENTC_MOST_FIXED_ROWS
        XENTC_SHORT_ROW
        XENTC_ASK_ALL, XENTC_ASK_PLACE, XENTC_ASK_SQUARES

    ctypedef struct xentc_slot:
        int64_t count, hits, key

    ctypedef struct xentc_wide:
        int64_t *digit
        int64_t n_since_carry

    ctypedef struct xentc_rest:
        xentc_exact *sum
        xentc_wide product

    ctypedef struct xentc_tally:
        int n_quads
        Py_ssize_t stride, n_slots, n_keys
        char *slots
        xentc_rest **rest
        int32_t *slot_of

    int xentc_tally_start(xentc_tally *, int, Py_ssize_t)
    int xentc_tally_more_keys(xentc_tally *, Py_ssize_t)
    int xentc_tally_new_slot(xentc_tally *, Py_ssize_t)
    xentc_rest *xentc_tally_rest(xentc_tally *, Py_ssize_t, int)
    void xentc_tally_free(xentc_tally *)
    void xentc_wide_add(xentc_wide *, double, double)
    void xentc_wide_carry(xentc_wide *)
    xentc_slot *xentc_slot_at(const xentc_tally *, Py_ssize_t)
    double *xentc_parts_at(const xentc_tally *, Py_ssize_t, int)

    ctypedef struct xentc_survey:
        double *largest
        double *place
        double *smallest
        double *sum
        double *squares

    ctypedef struct xentc_finding:
        int64_t count, first_row, largest_row
        double largest

    ctypedef struct xentc_worst:
        double loss, probability
        int64_t row, label, predicted

    ctypedef struct xentc_scoring:
        int logits, n_bins
        double eps, tolerance, step
        const double *edges

    ctypedef struct xentc_scores:
        const double *loss
        const double *r
        double *weight
        int64_t *label
        double *label_y
        double *probability
        double *place
        double *sum
        double *smallest
        double *brier
        double (*room)[256]
        uint8_t *hit
        uint8_t *fault
        uint32_t *bin
        uint32_t *loss_bin

    ctypedef struct xentc_fixed_bin:
        int64_t low, high, count

    ctypedef struct xentc_found:
        xentc_tally classes, bins, groups
        int64_t *losses
        xentc_finding *findings
        xentc_worst *worst
        Py_ssize_t n_worst

    ctypedef struct xentc_evaluation:
        xentc_survey survey, exponentials
        xentc_scores rows
        uint32_t *at
        int64_t *number
        int64_t *key
        uint32_t *slot
        double *x
        double *lost
        int64_t *fixed
        xentc_fixed_bin *bins
        Py_ssize_t n_in_bins
        xentc_found found

    ctypedef struct xentc_pending:
        Py_ssize_t n, n_rows, row, at
        int cached
        const void **e
        void **g
        double *inverse

    ctypedef void (*xentc_sum_rows)(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_softmax *, Py_ssize_t,
                                    Py_ssize_t, void *, xentc_pending *, double *, double *) noexcept nogil
    ctypedef void (*xentc_sum_piece)(const void *, Py_ssize_t, xentc_softmax *, Py_ssize_t, void *, double *,
                                     double *) noexcept nogil
    ctypedef void (*xentc_sum_classes)(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_softmax *,
                                       Py_ssize_t, void *, Py_ssize_t, double *, double *) noexcept nogil
    ctypedef void (*load_function)(const char *, Py_ssize_t, Py_ssize_t, void *) noexcept nogil
    ctypedef void (*gather_function)(const char *, const Py_ssize_t *, Py_ssize_t, void *) noexcept nogil
    ctypedef void (*pick_function)(const char *, const uint32_t *, Py_ssize_t, void *) noexcept nogil
    ctypedef void (*store_function)(const void *, Py_ssize_t, char *, Py_ssize_t) noexcept nogil
    ctypedef int (*terms_function)(const void *, const void *, Py_ssize_t, double, double, double *,
                                   double *) noexcept nogil
    ctypedef void (*sum_rows_function)(const double *, const double *, Py_ssize_t, Py_ssize_t, double *) noexcept nogil
    ctypedef void (*add_function)(const double *, const double *, Py_ssize_t, double *, double *) noexcept nogil
    ctypedef void (*add_entries_function)(const double *, const double *, const uint32_t *, Py_ssize_t, double *,
                                          double *) noexcept nogil
    ctypedef void (*join_rows_function)(const double *, const double *, Py_ssize_t, double *) noexcept nogil

    ctypedef struct xentc_tier:
        const char *name
        load_function load[2][XENTC_N_DTYPES]
        gather_function gather[2][XENTC_N_DTYPES]
        pick_function pick[2][XENTC_N_DTYPES]
        store_function store[2][XENTC_N_DTYPES]
        void (*load_index[XENTC_N_DTYPES])(const char *, Py_ssize_t, Py_ssize_t, int64_t *) noexcept nogil
        Py_ssize_t (*scan_nonzero)(const char *, Py_ssize_t, uint64_t, int, Py_ssize_t, uint32_t *,
                                   Py_ssize_t) noexcept nogil
        int (*sample_is_dense)(const char *, Py_ssize_t, uint64_t, int) noexcept nogil
        terms_function terms[3]
        sum_rows_function sum_rows[3]
        add_function add_piece[3]
        add_function add_class[3]
        add_entries_function add_entries[3]
        join_rows_function join_rows[3]
        int (*product_rows[2])(const void *, Py_ssize_t, Py_ssize_t, double, double, double *, double *) noexcept nogil
        int (*product_piece[2])(const void *, Py_ssize_t, double, double, double *, double *) noexcept nogil
        void (*product_class[2])(const void *, const void *, Py_ssize_t, double, double, double *,
                                 double *) noexcept nogil
        void (*product_renormalise)(double *, double *, Py_ssize_t) noexcept nogil
        void (*product_log)(const double *, const double *, Py_ssize_t, double *) noexcept nogil
        void (*product_join)(const double *, const double *, Py_ssize_t, double *) noexcept nogil
        int (*binary_look)(const double *, const double *, Py_ssize_t, double, int) noexcept nogil
        void (*binary_hard_rows)(const double *, const double *, Py_ssize_t, double, double *) noexcept nogil
        void (*binary_hard_logits_rows)(const double *, const double *, Py_ssize_t, double *) noexcept nogil
        void (*binary_coefficients)(const double *, const double *, Py_ssize_t, double, double, xentc_binary *,
                                    double *) noexcept nogil
        void (*binary_rows)(const xentc_binary *, const double *, Py_ssize_t, double, double *) noexcept nogil
        void (*binary_logits_rows)(const xentc_binary *, const double *, Py_ssize_t, const double *,
                                   double *) noexcept nogil
        void (*binary_gradient)(const xentc_binary *, const double *, Py_ssize_t, double, const double *,
                                double *) noexcept nogil
        void (*binary_logits_derivatives)(const xentc_binary *, const double *, Py_ssize_t, const double *,
                                          const double *, double, double *, double *) noexcept nogil
        void (*binary_hard_gradient)(const double *, const double *, Py_ssize_t, double, const double *,
                                     double *) noexcept nogil
        void (*binary_hard_logits_derivatives)(const double *, const double *, Py_ssize_t, const double *, double,
                                               double *, double *) noexcept nogil
        void (*turn[2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, void *, Py_ssize_t) noexcept nogil
        double (*max_piece[2])(const void *, Py_ssize_t, double) noexcept nogil
        void (*max_classes[2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, void *, Py_ssize_t,
                               xentc_softmax *, Py_ssize_t) noexcept nogil
        int (*start_rows[2])(xentc_softmax *, Py_ssize_t, Py_ssize_t) noexcept nogil
        void (*max_rows[2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_softmax *,
                            Py_ssize_t) noexcept nogil
        xentc_sum_rows sum_all_rows[2]
        xentc_sum_rows sum_others_rows[2]
        xentc_sum_piece sum_all_piece[2]
        xentc_sum_piece sum_others_piece[2]
        xentc_sum_classes sum_all_classes[2]
        xentc_sum_classes sum_others_classes[2]
        int (*rest_of_all[2])(xentc_softmax *, Py_ssize_t, Py_ssize_t, const double *, const double *, double *,
                              double *, uint8_t *) noexcept nogil
        void (*rest_of_others[2])(Py_ssize_t, const double *, const double *, double *, double *) noexcept nogil
        void (*join_exp_row[2])(double *, double *) noexcept nogil
        void (*join_exp_class[2])(double *, double *, Py_ssize_t) noexcept nogil
        void (*finish_softmax[2])(xentc_softmax *, Py_ssize_t, Py_ssize_t, const double *,
                                  const double *) noexcept nogil
        int (*terms_logits[3])(const void *, const void *, Py_ssize_t, const double *, const double *, int, double *,
                               double *) noexcept nogil
        int (*normalise_rows)(xentc_softmax *, const double *, double, double, int, Py_ssize_t) noexcept nogil
        int (*gradient_rows)(xentc_softmax *, Py_ssize_t) noexcept nogil
        void (*exponentials[2])(const void *, Py_ssize_t, const xentc_softmax *, Py_ssize_t, int, void *) noexcept nogil
        void (*gradient_base[2])(const void *, Py_ssize_t, const xentc_softmax *, Py_ssize_t, int,
                                 void *) noexcept nogil
        void (*write_pending[2])(xentc_pending *) noexcept nogil
        void (*gradient_classes[2])(const char *, Py_ssize_t, const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t,
                                    const xentc_softmax *, Py_ssize_t, char *, Py_ssize_t) noexcept nogil
        void (*gradient_logits[2])(const double *, const void *, const void *, Py_ssize_t, const xentc_softmax *,
                                   Py_ssize_t, int, double *) noexcept nogil
        void (*gradient_probabilities[2])(const double *, const void *, Py_ssize_t, double, const xentc_softmax *,
                                          Py_ssize_t, int, double *) noexcept nogil
        void (*hessian[2])(const void *, const void *, Py_ssize_t, const xentc_softmax *, Py_ssize_t, int,
                           double *) noexcept nogil
        void (*stream_end)() noexcept nogil
        Py_ssize_t (*count_clipped[2])(const double *, const void *, Py_ssize_t, double) noexcept nogil
        Py_ssize_t (*first_outside)(const double *, const double *, Py_ssize_t, double, double,
                                    double *) noexcept nogil
        int (*check_piece[2])(const void *, Py_ssize_t, double, double, double *) noexcept nogil
        Py_ssize_t (*check_rows[2])(const void *, Py_ssize_t, Py_ssize_t, double, double, double) noexcept nogil
        join_rows_function single_terms[3]
        void (*negate_rows)(double *, Py_ssize_t) noexcept nogil
        int (*label_rows[2])(const int64_t *, const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, double, double, int,
                             int, void *) noexcept nogil
        int (*one_hot_rows[2])(const char *, const char *, Py_ssize_t, Py_ssize_t, double, double, int, uint32_t *,
                               int, void *) noexcept nogil
        int (*all_finite)(const double *, Py_ssize_t) noexcept nogil
        int (*all_ordinary)(const double *, Py_ssize_t) noexcept nogil
        int (*special_terms)(const double *, const double *, Py_ssize_t, double, int, double) noexcept nogil
        void (*cold_add)(xentc_cold *, double, double, double) noexcept nogil
        void (*cold_add_logit)(xentc_cold *, double, double, double, double) noexcept nogil
        double (*cold_total)(const xentc_cold *) noexcept nogil
        void (*survey_rows[3][2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_survey *,
                                  Py_ssize_t) noexcept nogil
        void (*survey_piece[2])(const void *, Py_ssize_t, Py_ssize_t, int, xentc_survey *, Py_ssize_t) noexcept nogil
        void (*survey_classes[2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t,
                                  xentc_survey *, Py_ssize_t) noexcept nogil
        void (*survey_start)(xentc_survey *, Py_ssize_t, Py_ssize_t) noexcept nogil
        void (*survey_join)(xentc_survey *, Py_ssize_t, Py_ssize_t) noexcept nogil
        int (*score_rows)(xentc_scores *, Py_ssize_t, const xentc_scoring *, double) noexcept nogil
        int (*quads_of_rows)(const xentc_scores *, Py_ssize_t, int, double *) noexcept nogil
        int (*bins_of_rows)(const xentc_scores *, Py_ssize_t, int, double *) noexcept nogil
        int (*fixed_rows)(const xentc_scores *, Py_ssize_t, int64_t *) noexcept nogil
        void (*add_to_fixed_bins)(const xentc_scores *, const int64_t *, Py_ssize_t, xentc_fixed_bin *) noexcept nogil
        int (*tally_rows)(char *, Py_ssize_t, int, const uint32_t *, const uint8_t *, const double *, Py_ssize_t,
                          double *) noexcept nogil
        void (*exact_add)(xentc_exact *, const double *, Py_ssize_t) noexcept nogil
        void (*exact_carry)(xentc_exact *) noexcept nogil

    const xentc_tier *xentc_tiers[3]
    const int xentc_n_tiers
    int xentc_n_supported_tiers()
    const char *xentc_compiler()


cdef extern from "src/scratch.h" nogil:
    enum:
        XENTC_KEPT_BYTES
        XENTC_TILE_ELEMENTS
        XENTC_CAPACITY

    ctypedef struct xentc_entries:
        uint32_t *index
        Py_ssize_t *class_of
        Py_ssize_t *t_offset
        Py_ssize_t *y_offset
        double *factor
        uint8_t *unmasked
        uint8_t *used
        int64_t *start
        int32_t *run_start
        int32_t *run_stop

    ctypedef struct xentc_scratch:
        xentc_entries entries[2]
        uint32_t *place
        int64_t *label
        double *t
        double *y
        double *a
        double *b
        double *s
        double *c
        double *v
        double *rows
        double *uniform
        double *weight
        double *v_low
        double *exp_s
        double *exp_c
        double *rest
        double *rest_low
        uint8_t *again
        xentc_softmax softmax
        int any_normalised
        xentc_binary binary
        const double *binary_t
        const double *binary_y
        int hard
        double *lse
        double *lse_low
        double *patch
        char **patch_at
        Py_ssize_t n_patches
        xentc_pending pending
        int turn
        double *packed
        xentc_exact sum
        xentc_exact sum_of_weights
        bint alarm
        double most
        int64_t n_counted
        int64_t n_clipped
        int64_t n_off_sums
        int *stop
        int64_t next_look
        int raised
        xentc_evaluation *evaluation

    char *xentc_kept(xentc_scratch *, int)
    xentc_scratch *xentc_scratch_take()
    void xentc_scratch_give(xentc_scratch *)


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


cdef struct Operand:
    # A two-dimensional view (row, class) of one dtype; strides in bytes.
    char *data
    int dtype
    int log2_size
    uint64_t nonzero_bits   # of a 64-bit word of elements, those that make an element non-zero (scan.h)
    Py_ssize_t row
    Py_ssize_t k


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
    bint keep_exponentials      # for the gradient: those of a tile fit w.kept
    bint copy_columns           # logits with the class axis first: a tile of them is copied, and read from there
    bint direct                 # it is of the kept dtype, its rows contiguous
    bint stream                 # and written around the cache
    int precision               # XENTC_SINGLE, ...
    double eps
    double ceiling              # with labels y is clipped from above at it too; infinity: it is not
    const double *class_weight  # (K,), or NULL
    # Label smoothing a:  t' = keep t + uniform, keep = 1 - a, uniform = a / K
    double keep, uniform
    double uniform_weight       # sum_k uniform w_k, where the weight of a row is wanted
    double half                 # of two classes it is  keep t + half, half = a / 2, and uniform is 0
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
