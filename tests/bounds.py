"""The one table of error bounds, in ulp of the result dtype; the docstrings and the docs promise these.

The error of a row is counted in ulp of ``sum |t log y|``, which is the loss itself when all terms have one sign.
"""

import math

ONE_TERM = "one term"  # a one-hot row
WEIGHTED_TERM = "one term with t other than 1"
SEVERAL_TERMS = "several terms"

CORRECTLY_ROUNDED = 0.5
# Of float32 and narrower results where that is not promised: of terms of two signs, in ulp of their sizes, and where
# weights or smoothing make coefficients that are rounded themselves.
ROUNDED = 0.501

BOUNDS = {
    ("bfloat16", ONE_TERM): CORRECTLY_ROUNDED,
    ("bfloat16", WEIGHTED_TERM): CORRECTLY_ROUNDED,
    ("bfloat16", SEVERAL_TERMS): ROUNDED,
    ("float16", ONE_TERM): CORRECTLY_ROUNDED,
    ("float16", WEIGHTED_TERM): CORRECTLY_ROUNDED,
    ("float16", SEVERAL_TERMS): ROUNDED,
    ("float32", ONE_TERM): CORRECTLY_ROUNDED,
    ("float32", WEIGHTED_TERM): CORRECTLY_ROUNDED,
    ("float32", SEVERAL_TERMS): ROUNDED,
    ("float64", ONE_TERM): 0.55,
    ("float64", WEIGHTED_TERM): 0.6,
    ("float64", SEVERAL_TERMS): 1.0,
}

# What options add to a float64 row. A relative error of 2^-53 is half an ulp to one ulp, by where in its binade the
# result is: so a class weight, whose product with t is rounded, is worth one, and a sample weight, a last
# multiplication, up to twice what the row had, and half for itself. Narrower rows are rounded once, from
# float64, whatever the options.
CLASS_WEIGHT = 1.0
SMOOTHING = 3.0
SAMPLE_WEIGHT_FACTOR, SAMPLE_WEIGHT = 2.0, 0.5

# Of the float64 rows that float32 and float16 arguments have before they are rounded, in sums and in a float64 out:
# relative to sum |t log y|.
UNROUNDED, UNROUNDED_FROM_LOGITS = 2.0**-34, 2.0**-22


def kind_of(n_terms: int, *, t_is_one: bool) -> str:
    if n_terms > 1:
        return SEVERAL_TERMS
    return ONE_TERM if t_is_one or n_terms == 0 else WEIGHTED_TERM


def bound(
    dtype: str,
    n_terms: int,
    *,
    t_is_one: bool = False,
    smoothed: bool = False,
    classes: bool = False,
    samples: bool = False,
) -> float:
    """Of a row with these options."""
    value = BOUNDS[dtype, kind_of(n_terms, t_is_one=t_is_one)]
    if dtype != "float64":
        return ROUNDED if smoothed or classes or samples else value
    value += SMOOTHING * smoothed + CLASS_WEIGHT * classes
    return SAMPLE_WEIGHT_FACTOR * value + SAMPLE_WEIGHT if samples else value


# From logits: of the loss however small it is, and of each entry of a gradient. In a row with several coefficients
# c = w t' other than 0 an entry of the gradient is a difference, W p - c, and its error is counted in ulp of the larger
# part; in a row with one it is counted in ulp of the entry itself.
LOGITS = 2.0
GRADIENT = 4.0
# Of a float64 gradient, or Hessian, with smoothing, class or sample weights or a mean: what they are made of is rounded
# (4.8 found).
SCALED_GRADIENT = 5.0


def logits_bound(
    dtype: str, *, smoothed: bool = False, classes: bool = False, samples: bool = False, **others: bool
) -> float:
    """Of the loss of a row from logits, with these options."""
    if dtype != "float64":
        return LOGITS
    value = LOGITS + SMOOTHING * smoothed + CLASS_WEIGHT * classes
    return SAMPLE_WEIGHT_FACTOR * value + SAMPLE_WEIGHT if samples else value


# Of two classes, from probabilities; from logits it is that of any number of classes.
BINARY = {"bfloat16": ROUNDED, "float16": ROUNDED, "float32": ROUNDED, "float64": 1.0}


def binary_bound(
    dtype: str,
    *,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    pos_weight: object = None,
    samples: bool = False,
) -> float:
    """Of an element with these options: pos_weight is the weight of a class."""
    value = LOGITS if from_logits else BINARY[dtype]
    if dtype != "float64":
        return value
    value += SMOOTHING * (label_smoothing != 0) + CLASS_WEIGHT * (pos_weight is not None)
    return SAMPLE_WEIGHT_FACTOR * value + SAMPLE_WEIGHT if samples else value


# The same in words, which must stand in the docstring of each function, and in the README.
IN_WORDS = {
    "cross_entropy": (
        "float32, float16 and bfloat16 results of rows whose terms have one sign are correctly rounded",
        f"with weights or label smoothing they are within {ROUNDED:g} ulp",
        f"A float64 row whose terms have one sign is within {BOUNDS['float64', SEVERAL_TERMS]:g} ulp, a one-hot row"
        f" within {BOUNDS['float64', ONE_TERM]:g} ({BOUNDS['float64', WEIGHTED_TERM]:g} if its one t is not 1)",
        f"Label smoothing adds {SMOOTHING:g} ulp to the bound of a float64 row and class weights add {CLASS_WEIGHT:g};"
        f" a sample weight then multiplies it by {SAMPLE_WEIGHT_FACTOR:g} and adds {SAMPLE_WEIGHT:g}",
        f"From logits a loss is within {LOGITS:g} ulp",
        f"their relative error is below 2^{math.log2(UNROUNDED):g}, from logits below"
        f" 2^{math.log2(UNROUNDED_FROM_LOGITS):g}",
    ),
    "cross_entropy_and_grad": (
        f"Entries are within {GRADIENT:g} ulp ({SCALED_GRADIENT:g} for float64 ones with smoothing, weights or a mean)",
    ),
    "softmax_objective": (
        f"Entries of g and h are within {GRADIENT:g} ulp ({SCALED_GRADIENT:g} for float64 ones with weights)",
    ),
    "sigmoid_objective": (f"are within {GRADIENT:g} ulp ({SCALED_GRADIENT:g} for float64 ones with weights)",),
    "binary_cross_entropy": (
        f"float64 results are within {BINARY['float64']:g} ulp, others within {BINARY['float32']:g}",
        f"from logits all are within {LOGITS:g} ulp",
        f"``pos_weight`` adds {CLASS_WEIGHT:g} ulp and ``label_smoothing`` {SMOOTHING:g}",
    ),
    "binary_cross_entropy_and_grad": (
        f"Entries are within {GRADIENT:g} ulp ({SCALED_GRADIENT:g} for float64 ones with weights, smoothing or a mean)",
    ),
    "README": (
        f"From probabilities float32 results are correctly rounded and float64 rows are within"
        f" {BOUNDS['float64', SEVERAL_TERMS]:g} ulp ({bound('float64', 2, smoothed=True):g} with label smoothing)",
        f"from logits both are within {LOGITS:g} ({logits_bound('float64', smoothed=True):g})",
    ),
}

# Of an evaluation, absolute: a confidence from logits (from probabilities it is one of them).
CONFIDENCE_OF_LOGITS = {"float16": 2.0**-24, "float32": 2.0**-24, "float64": 2.0**-50}


def brier_bound(dtype: str, n_classes: int, *, from_logits: bool) -> float:
    """Of a row's Brier score, absolute, or relative to a score above 1: the sum of squares has 16 lanes."""
    own = {"float16": 2.0**-22, "float32": 2.0**-22, "float64": 2.0**-49}[dtype] if from_logits else 0.0
    return own + (8 + n_classes / 16) * 2.0**-53
