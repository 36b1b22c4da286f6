"""The dtypes that the kernels read: a list of exact ones, by NumPy's type numbers. Never a kind, which others share."""

import sys
from typing import Any

import numpy as np

Dtype = np.dtype[Any]
Numbers = frozenset[int]


def _numbers(characters: str) -> Numbers:
    return frozenset(np.dtype(character).num for character in characters)


BOOL = _numbers("?")
INTEGERS = _numbers("bBhHiIlLqQ")
FLOATS = _numbers("efd")
REAL = BOOL | INTEGERS | FLOATS
SIGNED = _numbers("bhilq")  # what SciPy keeps indices in
ROUNDED = _numbers("gO")  # what log_loss rounds to float64, as scikit-learn does

# What the kernels do not read but another dtype holds exactly, by name: it belongs to a package that may not be there.
WIDENED = {"bfloat16": np.dtype(np.float32)}

NAMES_HINT = "encode_labels(labels, classes) turns names into the numbers of their classes"

_OBJECT = np.dtype(object).num
_TEXT = (np.dtype(str).num, np.dtypes.StringDType().num)
_WORDS = ((BOOL, "bool"), (INTEGERS, "an integer of up to 64 bits"), (FLOATS, "float16, float32 or float64"))
_SAMPLES = {BOOL: "bool", INTEGERS: "np.int64", SIGNED: "np.int64"}


def is_float(dtype: Dtype) -> bool:
    return dtype.num in FLOATS


def is_text(dtype: Dtype) -> bool:
    return dtype.num in _TEXT


def is_object(dtype: Dtype) -> bool:
    return dtype.num == _OBJECT


def widened(dtype: Dtype) -> Dtype | None:
    """The dtype that values of one which the kernels do not read are copied to, None where they are refused."""
    return WIDENED.get(dtype.name) if dtype.itemsize == 2 else None


def bfloat16_of(bits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The numbers that 16 bits each stand for; in float32 where no dtype of NumPy's is loaded that they are."""
    ml_dtypes: Any = sys.modules.get("ml_dtypes")
    if ml_dtypes is not None:
        return bits.view(np.dtype(ml_dtypes.bfloat16))
    return np.asarray(np.left_shift(bits, 16, dtype=np.uint32).view(np.float32))


def refusal(name: str, dtype: object, allowed: Numbers = REAL, hint: str | None = None) -> TypeError:
    """An error that says which dtypes an argument may have, which it has, and how it gets another."""
    words = [text for numbers, text in _WORDS if numbers & allowed]
    wanted = f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
    if hint is None:
        hint = f"convert it, as by {name}.astype({_SAMPLES.get(allowed, 'np.float64')})"
        if name == "labels" and not (isinstance(dtype, np.dtype) and not is_text(dtype)):
            hint = f"{NAMES_HINT}, or {hint}"
    return TypeError(f"{name} must have a dtype that is {wanted}; got {dtype}; {hint}")


def as_float(dtype: Dtype) -> Dtype:
    """The dtype that probabilities are read as: integers and bool as float64."""
    return dtype if dtype.num in FLOATS else np.dtype(np.float64)


def result_dtype(t: Dtype, y: Dtype) -> Dtype:
    """y's dtype where t is bool or integer, else the common one."""
    return np.result_type(t, as_float(y)) if t.num in FLOATS else as_float(y)
