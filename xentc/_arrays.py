"""The one gate: whatever a caller passes becomes an array that the kernels can read, or an error in words."""

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _dtypes as dtypes
from ._dtypes import REAL, Numbers

Array = np.ndarray[Any, Any]


def as_array(name: str, value: npt.ArrayLike, allowed: Numbers = REAL, *, scalar: bool = False) -> Array:
    """value as an array of one of the dtypes allowed, native and aligned; a copy only where it was neither."""
    array = value if type(value) is np.ndarray else _read(name, value)
    dtype = array.dtype
    if dtype.num not in allowed:
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


def _read(name: str, value: Any) -> Array:
    """value as an array of any dtype; without a copy if it is one, or offers its memory as one."""
    refuse_masked(name, value)
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if hasattr(value, "tocsr"):
        raise TypeError(f"{name} must be a dense array, not the sparse {type(value).__name__}; call its toarray()")
    try:
        return np.asarray(value)
    except ValueError as error:  # unequal rows
        raise ValueError(f"{name} cannot be read as an array: {error}") from None


def _converted(name: str, array: Array, allowed: Numbers) -> Array:
    """A copy in a dtype that the kernels read, if one holds the values exactly."""
    wider = dtypes.widened(array.dtype)
    if wider is not None and wider.num in allowed:
        return array.astype(wider)
    hint = None
    if dtypes.is_object(array.dtype):
        hint = "is it a table with columns of several types? " + _conversion(name)
    raise dtypes.refusal(name, array.dtype, allowed, hint)


def _conversion(name: str) -> str:
    return f"numbers can be read by {name}.astype(np.float64)"
