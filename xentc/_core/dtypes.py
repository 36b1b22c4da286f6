"""The dtypes that the kernels read (src/dtypes.h): a list of exact ones, never a kind, which other dtypes share.

NumPy's own go by their type numbers, others by the name that a package gives them: it may not be there.
"""

import sys
from typing import Any

import numpy as np

from .. import _kernels

Dtype = np.dtype[Any]
Array = np.ndarray[Any, Any]
Numbers = frozenset[int | str]

_EPS = {name: eps for name, _, eps in _kernels.dtypes}
_OWN = [np.dtype(character) for character in np.typecodes["All"]]


def _of_kind(kind: str) -> Numbers:
    names = {name for name, kind_of_row, _ in _kernels.dtypes if kind_of_row == kind}
    return frozenset(dtype.num for dtype in _OWN if dtype.name in names) | (names - {dtype.name for dtype in _OWN})


BOOL = _of_kind("b")
SIGNED = _of_kind("i")  # what SciPy keeps indices in
INTEGERS = SIGNED | _of_kind("u")
FLOATS = _of_kind("f")
REAL = BOOL | INTEGERS | FLOATS
ROUNDED = frozenset(np.dtype(character).num for character in "gO")  # what log_loss rounds to float64, as scikit-learn

# The bits of bfloat16 numbers, where no dtype of that name is loaded.
BITS = np.dtype([("bfloat16", np.uint16)])

NAMES_HINT = "encode_labels(labels, classes) turns names into the numbers of their classes"

_FLOATS = [name for name, kind, _ in _kernels.dtypes if kind == "f"]
FLOATS_IN_WORDS = f"{', '.join(_FLOATS[:-1])} or {_FLOATS[-1]}"

_OBJECT = np.dtype(object).num
_TEXT = (np.dtype(str).num, np.dtypes.StringDType().num)
_WORDS = ((BOOL, "bool"), (INTEGERS, "an integer of up to 64 bits"), (FLOATS, FLOATS_IN_WORDS))
_SAMPLES = {BOOL: "bool", INTEGERS: "np.int64", SIGNED: "np.int64"}


def foreign(dtype: Dtype) -> str | None:
    """The name of a dtype that the kernels read but NumPy does not have; None for any other."""
    if dtype.names is not None:
        return dtype.names[0] if dtype == BITS else None
    return "bfloat16" if dtype.itemsize == 2 and dtype.name == "bfloat16" else None


def is_in(dtype: Dtype, allowed: Numbers) -> bool:
    return dtype.num in allowed or foreign(dtype) in allowed


def is_float(dtype: Dtype) -> bool:
    return is_in(dtype, FLOATS)


def is_text(dtype: Dtype) -> bool:
    return dtype.num in _TEXT


def is_object(dtype: Dtype) -> bool:
    return dtype.num == _OBJECT


def bfloat16_of(bits: Array) -> Array:
    """The bfloat16 numbers that an array of 16-bit patterns stands for, in the same memory."""
    ml_dtypes: Any = sys.modules.get("ml_dtypes")
    return bits.view(BITS if ml_dtypes is None else np.dtype(ml_dtypes.bfloat16))


def as_numbers(array: Array) -> Array:
    """An array that NumPy can compute with: float32, which holds the values, if the dtype is not one of NumPy's."""
    if array.dtype == BITS:
        return np.asarray(np.left_shift(array.view(np.uint16), 16, dtype=np.uint32).view(np.float32))
    if foreign(array.dtype) is None:
        return array
    with np.errstate(invalid="ignore"):  # of signalling NaN
        return array.astype(np.float32)


def scalar(dtype: Dtype, value: float) -> Any:
    """A value as an array of this dtype would show it."""
    return as_float(dtype).type(value) if is_float(dtype) else int(value)


def refusal(name: str, dtype: object, allowed: Numbers = REAL, hint: str | None = None) -> TypeError:
    """An error that says which dtypes an argument may have, which one it has, and how to convert it."""
    words = [text for numbers, text in _WORDS if numbers & allowed]
    wanted = f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
    if hint is None:
        hint = f"convert it, as by {name}.astype({_SAMPLES.get(allowed, 'np.float64')})"
        if name == "labels" and not (isinstance(dtype, np.dtype) and not is_text(dtype)):
            hint = f"{NAMES_HINT}, or {hint}"
    return TypeError(f"{name} must have a dtype that is {wanted}; got {dtype}; {hint}")


def as_float(dtype: Dtype) -> Dtype:
    """The dtype of what is computed from probabilities: integers and bool are read as float64."""
    if dtype == BITS:
        return np.dtype(np.float32)  # the narrowest of NumPy's that holds it
    return dtype if is_float(dtype) else np.dtype(np.float64)


def eps_of(dtype: Dtype) -> float:
    """The eps of ``np.finfo``, which knows only NumPy's own dtypes."""
    return _EPS[foreign(dtype) or as_float(dtype).name]


def result_dtype(t: Dtype, y: Dtype) -> Dtype:
    """y's dtype if t is bool or integer, else the common one (float32 for bfloat16 with float16)."""
    if not is_float(t):
        return as_float(y)
    if foreign(t) is None and foreign(y) is None:
        return np.result_type(t, as_float(y))
    if foreign(t) == foreign(y):
        return as_float(y)
    return np.result_type(np.float32, *(as_float(dtype) for dtype in (t, y) if foreign(dtype) is None))
