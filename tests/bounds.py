"""The one table of error bounds, in ulp of the result dtype; the docstrings and the docs promise these.

The error of a row is counted in ulp of ``sum |t log y|``, which is the loss itself when all terms have one sign.
"""

ONE_TERM = "one term"  # a one-hot row, whatever its one t is
SEVERAL_TERMS = "several terms"

BOUNDS = {
    ("float16", ONE_TERM): 0.501,
    ("float16", SEVERAL_TERMS): 0.501,
    ("float32", ONE_TERM): 0.501,
    ("float32", SEVERAL_TERMS): 0.501,
    ("float64", ONE_TERM): 0.55,
    ("float64", SEVERAL_TERMS): 1.0,
}

# Options of a float64 row, each counted in full: a rounding is worth up to one ulp of a result that is larger in
# its binade than what was rounded. float16 and float32 rows are rounded once, from float64, whatever the options.
CLASS_WEIGHT = 0.5
SAMPLE_WEIGHT = 0.5
SMOOTHING = 1.0


def bound(dtype: str, n_terms: int, *, smoothed: bool = False, classes: bool = False, samples: bool = False) -> float:
    """Of a row with these options."""
    value = BOUNDS[dtype, ONE_TERM if n_terms <= 1 else SEVERAL_TERMS]
    if dtype == "float64":
        value += SMOOTHING * smoothed + CLASS_WEIGHT * classes + SAMPLE_WEIGHT * samples
    return value
