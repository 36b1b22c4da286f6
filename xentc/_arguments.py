"""What a caller may pass: every error a user can make is raised here, before anything is written."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

FLOATS = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64))
REDUCTIONS = ("none", "sum", "mean")


def as_array(name: str, value: npt.ArrayLike) -> np.ndarray[Any, Any]:
    """value as an array of a dtype that the kernels read: real numbers up to 64 bits.

    Whatever offers its memory (pandas, polars, pyarrow, torch on the CPU) is read without a copy. Only
    byte-swapped and misaligned arrays are copied.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array: its mask would be lost; pass plain data")
    if hasattr(value, "tocsr") and hasattr(value, "format"):
        raise TypeError(f"{name} must be a dense array, got a sparse one ({type(value).__name__}); call its toarray()")
    try:
        array = np.asarray(value)
    except ValueError as error:  # unequal rows
        raise ValueError(f"{name} cannot be read as an array: {error}") from None
    kind, size = array.dtype.kind, array.dtype.itemsize
    if not (kind in "biu" or (kind == "f" and size <= 8)):
        raise TypeError(
            f"{name} must have a bool, integer, float16, float32 or float64 dtype, not {array.dtype}"
            + (" (a list of unequal rows or of objects?)" if kind == "O" else "")
        )
    if array.ndim == 0:
        raise ValueError(f"{name} must have at least one axis, the classes; got the 0-d value {array[()]!r}")
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if not array.flags.aligned:
        array = array.copy()
    return array


def check_axis(axis: object, ndim: int) -> int:
    """axis as a number from 0 on."""
    if isinstance(axis, bool) or not hasattr(axis, "__index__"):
        raise TypeError(f"axis must be an integer, not {type(axis).__name__}")
    number = axis.__index__()
    if not -ndim <= number < ndim:
        raise np.exceptions.AxisError(
            f"axis {number} is out of bounds: t and y together have {ndim} axes, so {-ndim} to {ndim - 1} are allowed"
        )
    return number % ndim


def broadcast(
    t: np.ndarray[Any, Any], y: np.ndarray[Any, Any], axis: object
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """t and y as views of one shape, the class axis last."""
    try:
        shape = np.broadcast_shapes(t.shape, y.shape)
    except ValueError:
        raise ValueError(f"t and y must broadcast against each other; their shapes are {t.shape} and {y.shape}") from None
    number = check_axis(axis, len(shape))
    lengths = []
    for name, array in (("t", t), ("y", y)):
        own = number - (len(shape) - array.ndim)
        if own < 0:
            raise ValueError(
                f"{name} has no class axis: axis {axis} of the broadcast shape {shape} is not one of its own,"
                f" {array.shape}; the class axis is never broadcast"
            )
        lengths.append(array.shape[own])
    if lengths[0] != lengths[1]:
        raise ValueError(
            f"t and y must have the same number of classes along axis {axis}; they have {lengths[0]} and"
            f" {lengths[1]}, of the shapes {t.shape} and {y.shape}"
        )
    if t.shape != shape:
        t = np.broadcast_to(t, shape)
    if y.shape != shape:
        y = np.broadcast_to(y, shape)
    if number != len(shape) - 1:
        t, y = np.moveaxis(t, number, -1), np.moveaxis(y, number, -1)
    return t, y


def as_float(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype that probabilities are read as: integers and bool as float64."""
    return dtype if dtype.kind == "f" else np.dtype(np.float64)


def result_dtype(t: np.dtype[Any], y: np.dtype[Any]) -> np.dtype[Any]:
    """y's dtype where t is bool or integer, else the common one."""
    return np.result_type(t, as_float(y)) if t.kind == "f" else as_float(y)


def check_eps(eps: object, y: np.dtype[Any], result: np.dtype[Any]) -> float:
    """The clip as the kernels take it: a float, in the precision that the logarithm is computed in."""
    if eps is None:
        return float(np.finfo(as_float(y)).eps)
    try:
        if isinstance(eps, (str, bytes)):  # float() would read them
            raise TypeError
        value = float(eps)  # type: ignore[arg-type]
    except OverflowError:
        value = math.inf
    except (TypeError, ValueError):
        raise TypeError(f"eps must be None or a number, not {eps!r}") from None
    if not 0 <= value < 1:
        raise ValueError(f"eps must be in [0, 1), got {eps!r}; 0 is exact mathematics, None the eps of y's dtype")
    if value and result != np.float64:
        rounded = float(np.float32(value))
        if rounded == 0.0:
            raise ValueError(
                f"eps must be 0 or at least {float(np.finfo(np.float32).smallest_subnormal):.2g} for a {result} result,"
                f" got {eps!r}, which is 0 in float32"
            )
        value = rounded
    return value


def check_choice(name: str, value: object, allowed: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}; got {value!r}")
    return value


def check_out(out: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray[Any, Any] | None:
    """out, if it can take the result."""
    if out is None:
        return None
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be a NumPy array, not {type(out).__name__}")
    if isinstance(out, np.ma.MaskedArray):
        raise TypeError("out must not be a masked array")
    if out.shape != shape:
        raise ValueError(f"out must have the shape of the result, {shape}; got {out.shape}")
    if out.dtype.newbyteorder("=") not in FLOATS:
        raise TypeError(f"out must have a float16, float32 or float64 dtype for a {dtype} result, not {out.dtype}")
    if not out.flags.writeable:
        raise ValueError("out must be writeable; it is read-only")
    return out


def tolerance(dtype: np.dtype[Any]) -> float:
    """How far from 1 a row of a distribution may sum: sqrt(eps) of its dtype."""
    return math.sqrt(np.finfo(as_float(dtype)).eps)
