# Made by tools/make_declarations.py from src/evaluation.h. Do not edit: change that, and run it.

cdef extern from "src/evaluation.h" nogil:
    enum:
        XENTC_FIRST_OCTAVE, XENTC_OCTAVES, XENTC_LOSS_BINS, XENTC_MAX_QUADS, XENTC_ANY_FAULT, XENTC_ANY_WORST
        XENTC_FIXED_BITS, XENTC_MOST_FIXED_BINS, XENTC_MOST_FIXED_ROWS

    enum:
        XENTC_CLIPPED, XENTC_OFF_SUM, XENTC_OUTSIDE, XENTC_NAN, XENTC_LIKE_PROBABILITIES, XENTC_N_FAULTS

    ctypedef struct xentc_finding:
        int64_t count
        int64_t first_row
        int64_t largest_row
        double largest

    ctypedef struct xentc_worst:
        double loss
        int64_t row
        int64_t label
        int64_t predicted
        double probability

    ctypedef struct xentc_scoring:
        int logits
        double eps
        double tolerance
        int n_bins
        const double *edges
        double step

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
        double (*room)[XENTC_TILE_ROWS]
        uint8_t *hit
        uint8_t *fault
        uint32_t *bin
        uint32_t *loss_bin

    ctypedef struct xentc_fixed_bin:
        int64_t low
        int64_t high
        int64_t count

    ctypedef struct xentc_found:
        xentc_tally classes
        xentc_tally bins
        xentc_tally groups
        int64_t *losses
        xentc_finding *findings
        xentc_worst *worst
        Py_ssize_t n_worst

    ctypedef struct xentc_evaluation:
        xentc_survey survey
        xentc_survey exponentials
        xentc_scores rows
        uint32_t *at
        int64_t *number
        int64_t *key
        uint32_t *slot
        double *x
        double *lost
        xentc_found found
        int64_t *fixed
        xentc_fixed_bin *bins
        Py_ssize_t n_in_bins
