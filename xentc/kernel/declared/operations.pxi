# Made by tools/make_declarations.py from src/operations.h. Do not edit: change that, and run it.

cdef extern from "src/operations.h" nogil:
    ctypedef void (*xentc_sum_rows)(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_softmax *, Py_ssize_t,
                                    Py_ssize_t, void *, xentc_pending *, double *, double *) noexcept nogil
    ctypedef void (*xentc_sum_piece)(const void *, Py_ssize_t, xentc_softmax *, Py_ssize_t, void *, double *,
                                     double *) noexcept nogil
    ctypedef void (*xentc_sum_classes)(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_softmax *,
                                       Py_ssize_t, void *, Py_ssize_t, double *, double *) noexcept nogil
    ctypedef struct xentc_elements_operations:
        void (*load[2][XENTC_N_DTYPES])(const char *, Py_ssize_t, Py_ssize_t, void *) noexcept nogil
        void (*gather[2][XENTC_N_DTYPES])(const char *, const Py_ssize_t *, Py_ssize_t, void *) noexcept nogil
        void (*pick[2][XENTC_N_DTYPES])(const char *, const uint32_t *, Py_ssize_t, void *) noexcept nogil
        void (*store[2][XENTC_N_DTYPES])(const void *, Py_ssize_t, char *, Py_ssize_t) noexcept nogil
        void (*load_index[XENTC_N_DTYPES])(const char *, Py_ssize_t, Py_ssize_t, int64_t *) noexcept nogil
        void (*transpose[2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, void *, Py_ssize_t) noexcept nogil

    ctypedef struct xentc_scan_operations:
        Py_ssize_t (*nonzero)(const char *, Py_ssize_t, uint64_t, int, Py_ssize_t, uint32_t *,
                              Py_ssize_t) noexcept nogil
        int (*sample_is_dense)(const char *, Py_ssize_t, uint64_t, int) noexcept nogil

    ctypedef struct xentc_terms_operations:
        int (*of_probabilities[XENTC_N_PRECISIONS])(const void *, const void *, Py_ssize_t, Py_ssize_t, double, double,
                                                    Py_ssize_t, double *, double *) noexcept nogil
        int (*of_logits[XENTC_N_PRECISIONS])(const void *, const void *, Py_ssize_t, const double *, const double *,
                                             int, double *, double *) noexcept nogil
        int (*rows_of_probabilities[XENTC_N_PRECISIONS])(const void *, const void *, Py_ssize_t, Py_ssize_t, double,
                                                         double, double *) noexcept nogil
        int (*piece_of_probabilities[XENTC_N_PRECISIONS])(const void *, const void *, Py_ssize_t, Py_ssize_t, double,
                                                          double, double *, double *) noexcept nogil
        int (*classes_of_probabilities[2])(const char *, Py_ssize_t, Py_ssize_t, const char *, Py_ssize_t, Py_ssize_t,
                                           Py_ssize_t, Py_ssize_t, double, double, double *) noexcept nogil
        int (*rows_of_logits[2])(const void *, const void *, Py_ssize_t, Py_ssize_t, const double *, const double *,
                                 double *) noexcept nogil
        int (*piece_of_logits[2])(const void *, const void *, Py_ssize_t, double, double, double *) noexcept nogil
        void (*repeat_rows)(const double *, Py_ssize_t, Py_ssize_t, double *) noexcept nogil
        Py_ssize_t (*count_clipped[2])(const double *, const void *, Py_ssize_t, double) noexcept nogil
        void (*special[2])(const void *, const void *, Py_ssize_t, double, double, uint32_t *) noexcept nogil
        void (*special_logits[2])(const void *, const void *, Py_ssize_t, Py_ssize_t, const double *,
                                  uint32_t *) noexcept nogil
        void (*special_rows)(const uint32_t *, Py_ssize_t, Py_ssize_t, uint8_t *) noexcept nogil
        int (*tell_rows)(double *, const uint8_t *, const uint8_t *, const uint8_t *, Py_ssize_t) noexcept nogil

    ctypedef struct xentc_sums_operations:
        void (*of_rows[XENTC_N_PRECISIONS])(const double *, const double *, Py_ssize_t, Py_ssize_t,
                                            double *) noexcept nogil
        void (*add_piece[XENTC_N_PRECISIONS])(const double *, const double *, Py_ssize_t, double *,
                                              double *) noexcept nogil
        void (*add_class[XENTC_N_PRECISIONS])(const double *, const double *, Py_ssize_t, double *,
                                              double *) noexcept nogil
        void (*add_entries[XENTC_N_PRECISIONS])(const double *, const double *, const uint32_t *, Py_ssize_t, double *,
                                                double *) noexcept nogil
        void (*join_rows[XENTC_N_PRECISIONS])(const double *, const double *, Py_ssize_t, double *) noexcept nogil
        void (*single[XENTC_N_PRECISIONS])(const double *, const double *, Py_ssize_t, double *) noexcept nogil
        void (*negate)(double *, Py_ssize_t) noexcept nogil
        void (*leave_tiny)(double *, Py_ssize_t) noexcept nogil
        int (*all_finite)(const double *, Py_ssize_t) noexcept nogil
        int (*all_ordinary)(const double *, Py_ssize_t) noexcept nogil

    ctypedef struct xentc_products_operations:
        int (*of_rows[2])(const void *, Py_ssize_t, Py_ssize_t, double, double, double *, double *,
                          uint8_t *) noexcept nogil
        int (*add_piece[2])(const void *, Py_ssize_t, double, double, double *, double *, uint8_t *) noexcept nogil
        void (*add_class[2])(const void *, const void *, Py_ssize_t, double, double, double *, double *) noexcept nogil
        void (*renormalise)(double *, double *, Py_ssize_t) noexcept nogil
        void (*log)(const double *, const double *, Py_ssize_t, double *) noexcept nogil
        void (*join)(const double *, const double *, Py_ssize_t, double *) noexcept nogil

    ctypedef struct xentc_binary_operations:
        int (*look)(const double *, const double *, Py_ssize_t, double, int) noexcept nogil
        void (*hard_rows)(const double *, const double *, Py_ssize_t, double, double *) noexcept nogil
        void (*hard_logits_rows)(const double *, const double *, Py_ssize_t, double *) noexcept nogil
        void (*coefficients)(const double *, const double *, Py_ssize_t, double, double, xentc_binary *,
                             double *) noexcept nogil
        int (*hard_rows_single)(const float *, const float *, Py_ssize_t, float, const xentc_ties *,
                                double *) noexcept nogil
        int (*hard_logits_rows_single)(const float *, const float *, Py_ssize_t, double *) noexcept nogil
        void (*rows[2])(const xentc_binary *, const double *, Py_ssize_t, double, double *) noexcept nogil
        void (*logits_rows[2])(const xentc_binary *, const double *, Py_ssize_t, const double *,
                               double *) noexcept nogil
        int (*special_rows)(const xentc_binary *, const double *, Py_ssize_t, double, double *) noexcept nogil
        void (*special_logits)(const xentc_binary *, const double *, Py_ssize_t, double *) noexcept nogil
        void (*special_hard_rows)(const double *, const double *, Py_ssize_t, double *) noexcept nogil
        void (*gradient)(const xentc_binary *, const double *, Py_ssize_t, double, const double *,
                         double *) noexcept nogil
        void (*logits_derivatives)(const xentc_binary *, const double *, Py_ssize_t, const double *, const double *,
                                   double, double *, double *) noexcept nogil
        void (*hard_gradient)(const double *, const double *, Py_ssize_t, double, const double *,
                              double *) noexcept nogil
        void (*hard_logits_derivatives)(const double *, const double *, Py_ssize_t, const double *, double, double *,
                                        double *) noexcept nogil

    ctypedef struct xentc_softmax_operations:
        int (*start_rows[2])(xentc_softmax *, Py_ssize_t, Py_ssize_t) noexcept nogil
        double (*max_piece[2])(const void *, Py_ssize_t, double) noexcept nogil
        int (*any_nan[2])(const void *, Py_ssize_t) noexcept nogil
        void (*max_rows[2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_softmax *,
                            Py_ssize_t) noexcept nogil
        void (*max_classes[2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, int, void *, Py_ssize_t,
                               xentc_softmax *, Py_ssize_t) noexcept nogil
        xentc_sum_rows *sum_all_rows
        xentc_sum_rows *sum_others_rows
        xentc_sum_piece *sum_all_piece
        xentc_sum_piece *sum_others_piece
        xentc_sum_classes *sum_all_classes
        xentc_sum_classes *sum_others_classes
        void (*start_guess)(xentc_softmax *, Py_ssize_t, Py_ssize_t) noexcept nogil
        xentc_sum_classes sum_guessed_classes
        int (*settle_guess)(xentc_softmax *, Py_ssize_t, Py_ssize_t, double *, int *) noexcept nogil
        void (*join_row[2])(double *, double *) noexcept nogil
        void (*join_class[2])(double *, double *, Py_ssize_t) noexcept nogil
        int (*remainder_of_all[2])(xentc_softmax *, Py_ssize_t, Py_ssize_t, const double *, const double *, double *,
                                   double *, uint8_t *) noexcept nogil
        void (*remainder_of_others[2])(Py_ssize_t, const double *, const double *, double *, double *) noexcept nogil
        void (*finish[2])(xentc_softmax *, Py_ssize_t, Py_ssize_t, const double *, const double *) noexcept nogil
        int (*few_classes)(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, int, xentc_softmax *, Py_ssize_t, void *,
                           Py_ssize_t) noexcept nogil

    ctypedef struct xentc_derivatives_operations:
        int (*normalise_rows)(xentc_softmax *, const double *, double, double, int, Py_ssize_t) noexcept nogil
        int (*prepare_rows)(xentc_softmax *, Py_ssize_t) noexcept nogil
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

    ctypedef struct xentc_checks_operations:
        Py_ssize_t (*first_outside)(const double *, const double *, Py_ssize_t, double, double, double *) noexcept nogil
        int (*piece[2])(const void *, Py_ssize_t, double, double, double *) noexcept nogil
        Py_ssize_t (*rows[2])(const void *, Py_ssize_t, Py_ssize_t, double, double, double) noexcept nogil

    ctypedef struct xentc_plain_operations:
        int (*label_rows[2])(const int64_t *, const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, const xentc_ties *,
                             double, double, int, int, void *) noexcept nogil
        int (*one_hot_rows[2])(const char *, const char *, Py_ssize_t, Py_ssize_t, const xentc_ties *, double, double,
                               int, uint32_t *, int, void *) noexcept nogil
        int (*few_label_rows)(const int64_t *, const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_softmax *,
                              float *, int, int, void *) noexcept nogil
        int (*few_dense_rows)(const char *, const char *, Py_ssize_t, Py_ssize_t, xentc_softmax *, float *, float *,
                              int, int, void *) noexcept nogil

    ctypedef struct xentc_cold_operations:
        void (*add)(xentc_cold *, double, double, double) noexcept nogil
        void (*add_logit)(xentc_cold *, double, double, double, double) noexcept nogil
        double (*total)(const xentc_cold *) noexcept nogil
        int (*any_near_tie)(const xentc_ties *, const double *, const double *, Py_ssize_t) noexcept nogil
        double (*settled_tie)(const xentc_ties *, const xentc_cold *) noexcept nogil

    ctypedef struct xentc_survey_operations:
        void (*start)(xentc_survey *, Py_ssize_t, Py_ssize_t) noexcept nogil
        void (*rows[XENTC_N_QUESTIONS][2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_survey *,
                                           Py_ssize_t) noexcept nogil
        void (*piece[2])(const void *, Py_ssize_t, Py_ssize_t, int, xentc_survey *, Py_ssize_t) noexcept nogil
        void (*classes[2])(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, xentc_survey *,
                           Py_ssize_t) noexcept nogil
        void (*join)(xentc_survey *, Py_ssize_t, Py_ssize_t) noexcept nogil

    ctypedef struct xentc_scores_operations:
        int (*of_rows)(xentc_scores *, Py_ssize_t, const xentc_scoring *, double) noexcept nogil
        int (*quads)(const xentc_scores *, Py_ssize_t, int, double *) noexcept nogil
        int (*bins)(const xentc_scores *, Py_ssize_t, int, double *) noexcept nogil
        int (*fixed)(const xentc_scores *, Py_ssize_t, int64_t *) noexcept nogil
        void (*add_to_fixed_bins)(const xentc_scores *, const int64_t *, Py_ssize_t, xentc_fixed_bin *) noexcept nogil
        int (*add_to_tally)(char *, Py_ssize_t, int, const uint32_t *, const uint8_t *, const double *, Py_ssize_t,
                            double *) noexcept nogil

    ctypedef struct xentc_exact_operations:
        void (*add)(xentc_exact *, const double *, Py_ssize_t) noexcept nogil
        void (*carry)(xentc_exact *) noexcept nogil

    ctypedef struct xentc_tier:
        const char *name
        xentc_elements_operations elements
        xentc_scan_operations scan
        xentc_terms_operations terms
        xentc_sums_operations sums
        xentc_products_operations products
        xentc_binary_operations binary
        xentc_softmax_operations softmax
        xentc_derivatives_operations derivatives
        xentc_checks_operations checks
        xentc_plain_operations plain
        xentc_cold_operations cold
        xentc_survey_operations survey
        xentc_scores_operations scores
        xentc_exact_operations exact
