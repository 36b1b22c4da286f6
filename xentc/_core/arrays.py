"""The one gate: whatever a caller passes becomes an array that the kernels can read, or an error in words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _readers
from .._readers.missing import in_words
from .._readers.objects import first_odd
from . import dtypes
from .dtypes import REAL, Numbers

if TYPE_CHECKING:
    from .types import ArrayLike


Array = np.ndarray[Any, Any]


def as_array(name: str, value: ArrayLike, allowed: Numbers = REAL, *, scalar: bool = False) -> Array:
    """value as an array of one of the allowed dtypes, native and aligned; copied only if it is not so already."""
    array = value if type(value) is np.ndarray else read(name, value)
    dtype = array.dtype
    if dtype.num not in allowed and dtypes.foreign(dtype) not in allowed:
        array = _converted(name, array, allowed)
        dtype = array.dtype
    if array.ndim == 0 and not scalar:
        raise ValueError(f"{name} must have at least one axis, the classes; got the 0-d value {array[()]!r}")
    if not dtype.isnative:
        array = array.astype(dtype.newbyteorder("="))
    if not array.flags.aligned:
        array = array.copy()
    return array


def refuse_masked(name: str, value: object) -> None:
    ma = sys.modules.get("numpy.ma")  # NumPy loads it when it is first asked for: without it there are none
    if ma is not None and isinstance(value, ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array: its mask would be lost; pass plain data, and `where`")


def read(name: str, value: Any) -> Array:
    """value as an array of any dtype; without a copy if it is an array, or offers its memory as one."""
    refuse_masked(name, value)
    if isinstance(value, np.ndarray):
        plain = np.asarray(value)
        if not dtypes.is_object(plain.dtype):
            return plain
    if hasattr(value, "tocsr") and _readers.library_of(value) != "dask":  # whose Delayed has every attribute
        raise TypeError(f"{name} must be a dense array, not the sparse {type(value).__name__}; call its toarray()")
    return _readers.read(name, value)


def _converted(name: str, array: Array, allowed: Numbers) -> Array:
    """An array of another dtype, converted to one that the kernels read if that holds its values exactly."""
    if dtypes.is_object(array.dtype):
        array = read(name, array)
        if dtypes.is_in(array.dtype, allowed):
            return array
    hint = None
    if dtypes.is_object(array.dtype):
        odd = first_odd(array)
        if odd is not None and name == "labels" and isinstance(odd[1], str):
            hint = dtypes.NAMES_HINT
        elif odd is not None:
            hint = f"the first that is no number is {odd[1]!r}{' ' * bool(odd[0])}{in_words(odd[0])}"
    raise dtypes.refusal(name, array.dtype, allowed, hint)
