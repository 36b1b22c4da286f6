/* The body of one tier. tier_*.c name it (XENTC_TIER_NAME, XENTC_TIER_TABLE), set the target and include
   this file; every function is static, so each has a set of its own. */
#include "tiers.h"

#define BLOCK XENTC_BLOCK
#define SCAN_ROOM XENTC_SCAN_ROOM
#define XENTC_TIER_BODY
#include "log.h"
#include "fold.h"
#include "terms.h"
#include "factors.h"
#include "product.h"
#include "binary.h"
#include "load.h"
#include "scan.h"
#include "short.h"
#include "check.h"
#include "cold.h"
#include "exact.h"

_Static_assert(LANES == XENTC_LANES && STEP == XENTC_STEP, "tiers.h and the kernels disagree");

#define ONE_OF_EACH_PRECISION(NAME) {NAME##_single, NAME##_single, NAME##_double}

const xentc_tier XENTC_TIER_TABLE = {
    .name = XENTC_TIER_NAME,
    .load = {{XENTC_DTYPES(LOAD_SINGLE)}, {XENTC_DTYPES(LOAD_DOUBLE)}},
    .gather = {{XENTC_DTYPES(GATHER_SINGLE)}, {XENTC_DTYPES(GATHER_DOUBLE)}},
    .pick = {{XENTC_DTYPES(PICK_SINGLE)}, {XENTC_DTYPES(PICK_DOUBLE)}},
    .store = {store_half, store_single, store_double},
    .round = {round_half, round_single, round_double},
    .load_index = {[XENTC_INT8] = load_index_int8, [XENTC_UINT8] = load_index_uint8,
                   [XENTC_INT16] = load_index_int16, [XENTC_UINT16] = load_index_uint16,
                   [XENTC_INT32] = load_index_int32, [XENTC_UINT32] = load_index_uint32,
                   [XENTC_INT64] = load_index_int64, [XENTC_UINT64] = load_index_uint64},
    .scan_nonzero = scan_nonzero,
    .sample_is_dense = sample_is_dense,
    .terms = {terms_single, terms_single_wide, terms_double},
    .sum_rows = ONE_OF_EACH_PRECISION(sum_rows),
    .add_piece = ONE_OF_EACH_PRECISION(add_piece),
    .add_class = ONE_OF_EACH_PRECISION(add_class),
    .add_entries = ONE_OF_EACH_PRECISION(add_entries),
    .join_rows = ONE_OF_EACH_PRECISION(join_rows),
    .product_rows = {product_rows_single, product_rows_double},
    .product_piece = {product_piece_single, product_piece_double},
    .product_class = {product_class_single, product_class_double},
    .product_renormalise = product_renormalise,
    .product_log = product_log,
    .product_join = product_join,
    .binary_rows = binary_rows,
    .count_clipped = {count_clipped_single, count_clipped_double},
    .check_piece = {check_piece_single, check_piece_double},
    .check_rows = {check_rows_single, check_rows_double},
    .single_terms = ONE_OF_EACH_PRECISION(single_terms),
    .negate_rows = negate_rows,
    .all_finite = all_finite,
    .label_rows = {label_rows_single, label_rows_double},
    .one_hot_rows = {one_hot_rows_single, one_hot_rows_double},
    .cold_add = cold_add,
    .cold_total = cold_total,
    .exact_add = exact_add,
    .exact_carry = exact_carry,
};
