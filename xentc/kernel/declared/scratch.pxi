# Made by tools/make_declarations.py from src/scratch.h. Do not edit: change that, and run it.

cdef extern from "src/scratch.h" nogil:
    ctypedef struct xentc_entries:
        uint32_t *index
        Py_ssize_t *class_of
        Py_ssize_t *t_offset
        Py_ssize_t *y_offset
        double *factor
        uint8_t *unmasked
        uint8_t *used
        int32_t *run_start
        int32_t *run_stop
        int64_t *start

    ctypedef struct xentc_scratch:
        xentc_entries *entries
        uint8_t *seen
        uint32_t *lane_of
        int64_t *label
        int64_t *column
        double *t
        double *y
        double *term
        double *exp_sum
        double *gradient
        double *term_low
        double *exp_sum_low
        double *hessian
        double *lane
        double *lane_low
        double *weight_lane
        double *rows
        double *uniform
        double *weight
        double *weight_lane_low
        double *exp_lane
        double *exp_lane_low
        double *remainder
        double *remainder_low
        uint8_t *again
        xentc_softmax softmax
        int any_normalised
        xentc_binary binary
        const double *binary_t
        const double *binary_y
        int hard
        double *lse
        double *exponentials
        double *positive
        double *lse_low
        double *patch
        char **patch_at
        Py_ssize_t n_patches
        double (*kept)[XENTC_KEPT_BYTES / 8 + XENTC_STEP]
        int parity
        xentc_pending pending
        double *scanned
        double *transposed
        double most
        int alarm
        xentc_exact sum
        xentc_exact sum_of_weights
        int64_t n_counted
        int64_t n_clipped
        int64_t n_off_sums
        int *stop
        int64_t next_look
        int raised
        xentc_evaluation *evaluation

    char *xentc_kept_exponentials(xentc_scratch *)
    char *xentc_copied_columns(xentc_scratch *)
    xentc_scratch *xentc_scratch_take()
    void xentc_scratch_give(xentc_scratch *)
