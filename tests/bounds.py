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
