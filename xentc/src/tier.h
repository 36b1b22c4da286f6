/* The body of one tier. tier_*.c name it (XENTC_TIER_NAME, XENTC_TIER_TABLE), set the target and include
   this file; every function is static, so each has a set of its own. */
#include "operations.h"

#define BLOCK XENTC_BLOCK
#define SCAN_ROOM XENTC_SCAN_ROOM
#define XENTC_TIER_BODY
#include "bits.h"
#include "compiler.h"
#include "log.h"
#include "vectors.h"
#include "vector_math.h"
#include "exp.h"
#include "fold.h"
#include "prefetch.h"
#include "log_single.h"
#include "log_double.h"
#include "terms.h"
#include "terms_single.h"
#include "factors.h"
#include "product.h"
#include "ties.h"
#include "binary.h"
#include "binary_single.h"
#include "transpose.h"
#include "stream.h"
#include "exp_lanes.h"
#include "exp_sum.h"
#include "maxima.h"
#include "softmax.h"
#include "few.h"
#include "exp_columns.h"
#include "logit_terms.h"
#include "gradient.h"
#include "load.h"
#include "scan.h"
#include "short.h"
#include "few_rows.h"
#include "check.h"
#include "clipped.h"
#include "cold.h"
#include "exact.h"
#include "survey.h"
#include "tally.h"
#include "evaluation.h"

_Static_assert(EXP_LANES == EXP_BLOCK && EXP_LANES == STREAM_BLOCK, "a block of exp fills the lanes of its sum");
_Static_assert(LANES == XENTC_LANES && STEP == XENTC_STEP, "sizes.h and the vector code disagree");

#define ONE_OF_EACH_PRECISION(NAME) {NAME##_single, NAME##_single, NAME##_double}

/* What rounds to an integer dtype: nothing may ask for it. */
static void no_store(const void *from, ptrdiff_t n, char *to, ptrdiff_t stride)
{
    (void)from, (void)n, (void)to, (void)stride;
    __builtin_trap();
}
#define NO_STORE(CODE, ...) [XENTC_##CODE] = no_store,

const xentc_tier XENTC_TIER_TABLE = {
    .name = XENTC_TIER_NAME,
    .elements =
        {
            .load = {{XENTC_DTYPES(LOAD_SINGLE)}, {XENTC_DTYPES(LOAD_DOUBLE)}},
            .gather = {{XENTC_DTYPES(GATHER_SINGLE)}, {XENTC_DTYPES(GATHER_DOUBLE)}},
            .pick = {{XENTC_DTYPES(PICK_SINGLE)}, {XENTC_DTYPES(PICK_DOUBLE)}},
            .store = {{XENTC_INTEGERS(NO_STORE) XENTC_FLOATS(STORE_SINGLE)},
                      {XENTC_INTEGERS(NO_STORE) XENTC_FLOATS(STORE_DOUBLE)}},
            .load_index = {XENTC_DTYPES(LOAD_INDEX)},
            .transpose = {turn_single, turn_double},
        },
    .scan =
        {
            .nonzero = scan_nonzero,
            .sample_is_dense = sample_is_dense,
        },
    .terms =
        {
            .of_probabilities = {terms_single, terms_single_wide, terms_double},
            .of_logits = {terms_logits_single, terms_logits_single_wide, terms_logits_double},
            .rows_of_probabilities = {term_rows_single, term_rows_single_wide, term_rows_double},
            .piece_of_probabilities = {term_piece_single, term_piece_single_wide, term_piece_double},
            .rows_of_logits = {logit_rows_single, logit_rows_single_wide},
            .piece_of_logits = {logit_piece_single, logit_piece_single_wide},
            .repeat_rows = repeat_rows,
            .classes_of_probabilities = {term_classes_single, term_classes_single_wide},
            .count_clipped = {count_clipped_single, count_clipped_double},
            .special = {special_terms_single, special_terms_double},
            .special_logits = {special_logits_single, special_logits_double},
            .special_rows = special_rows,
            .tell_rows = tell_rows,
        },
    .sums =
        {
            .of_rows = ONE_OF_EACH_PRECISION(sum_rows),
            .add_piece = ONE_OF_EACH_PRECISION(add_piece),
            .add_class = ONE_OF_EACH_PRECISION(add_class),
            .add_entries = ONE_OF_EACH_PRECISION(add_entries),
            .join_rows = ONE_OF_EACH_PRECISION(join_rows),
            .single = ONE_OF_EACH_PRECISION(single_terms),
            .negate = negate_rows,
            .leave_tiny = leave_tiny,
            .all_finite = all_finite,
            .all_ordinary = all_ordinary,
        },
    .products =
        {
            .of_rows = {product_rows_single, product_rows_double},
            .add_piece = {product_piece_single, product_piece_double},
            .add_class = {product_class_single, product_class_double},
            .renormalise = product_renormalise,
            .log = product_log,
            .join = product_join,
        },
    .binary =
        {
            .look = binary_look,
            .hard_rows = binary_hard_rows,
            .hard_logits_rows = binary_hard_logits_rows,
            .coefficients = binary_coefficients,
            .hard_rows_single = binary_hard_rows_single,
            .hard_logits_rows_single = binary_hard_logits_rows_single,
            .rows = {binary_rows_single, binary_rows_double},
            .logits_rows = {binary_logits_rows_single, binary_logits_rows_double},
            .special_rows = binary_special_rows,
            .special_logits = binary_special_logits,
            .special_hard_rows = binary_special_hard_rows,
            .gradient = binary_gradient,
            .logits_derivatives = binary_logits_derivatives,
            .hard_gradient = binary_hard_gradient,
            .hard_logits_derivatives = binary_hard_logits_derivatives,
        },
    .softmax =
        {
            .start_rows = {start_rows_single, start_rows_double},
            .max_piece = {max_piece_single, max_piece_double},
            .any_nan = {any_nan_single, any_nan_double},
            .max_rows = {max_rows_single, max_rows_double},
            .max_classes = {max_classes_single, max_classes_double},
            .sum_all_rows = {sum_all_rows_single, sum_all_rows_double},
            .sum_others_rows = {sum_others_rows_single, sum_others_rows_double},
            .sum_all_piece = {sum_all_piece_single, sum_all_piece_double},
            .sum_others_piece = {sum_others_piece_single, sum_others_piece_double},
            .sum_all_classes = {sum_all_columns_single, sum_all_columns_double},
            .sum_others_classes = {sum_other_columns_single, sum_other_columns_double},
            .start_guess = start_guess_single,
            .sum_guessed_classes = sum_guessed_columns,
            .settle_guess = settle_guess_single,
            .join_row = {join_exp_row_single, join_exp_row_double},
            .join_class = {join_exp_class_single, join_exp_class_double},
            .remainder_of_all = {remainder_of_all_single, remainder_of_all_double},
            .remainder_of_others = {remainder_of_others_single, remainder_of_others_double},
            .finish = {finish_softmax_single, finish_softmax_double},
            .few_classes = few_classes,
        },
    .derivatives =
        {
            .normalise_rows = normalise_rows,
            .prepare_rows = gradient_rows,
            .exponentials = {exponentials_single, exponentials_double},
            .gradient_base = {gradient_base_single, gradient_base_double},
            .write_pending = {write_pending_single, write_pending_double},
            .gradient_classes = {gradient_classes_single, gradient_classes_double},
            .gradient_logits = {gradient_logits_single, gradient_logits_double},
            .gradient_probabilities = {gradient_probabilities_single, gradient_probabilities_double},
            .hessian = {hessian_single, hessian_double},
            .stream_end = stream_end,
        },
    .checks =
        {
            .first_outside = first_outside,
            .piece = {check_piece_single, check_piece_double},
            .rows = {check_rows_single, check_rows_double},
        },
    .plain =
        {
            .label_rows = {label_rows_single, label_rows_double},
            .one_hot_rows = {one_hot_rows_single, one_hot_rows_double},
            .few_label_rows = few_label_rows,
            .few_dense_rows = few_dense_rows,
        },
    .cold =
        {
            .add = cold_add,
            .add_logit = cold_add_logit,
            .total = cold_total,
            .any_near_tie = any_near_tie,
            .settled_tie = settled_tie,
        },
    .survey =
        {
            .start = survey_start,
            .rows = {{survey_all_rows_single, survey_all_rows_double},
                     {survey_place_rows_single, survey_place_rows_double},
                     {survey_square_rows_single, survey_square_rows_double}},
            .piece = {survey_piece_single, survey_piece_double},
            .classes = {survey_classes_single, survey_classes_double},
            .join = survey_join,
        },
    .scores =
        {
            .of_rows = score_rows,
            .quads = quads_of_rows,
            .bins = bins_of_rows,
            .fixed = fixed_rows,
            .add_to_fixed_bins = add_to_fixed_bins,
            .add_to_tally = tally_rows,
        },
    .exact =
        {
            .add = exact_add,
            .carry = exact_carry,
        },
};
