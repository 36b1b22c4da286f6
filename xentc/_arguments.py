"""What a caller may pass: every error a user can make is raised here, before anything is written."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

FLOATS = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64))


def check_dtype(name: str, dtype: np.dtype[Any], kinds: str = "biuf") -> None:
    """Refuse what the kernels do not read: all but real numbers up to 64 bits, of the kinds given."""
    if dtype.kind in kinds and (dtype.kind != "f" or dtype.itemsize <= 8):
        return
    names = {"b": "bool", "i": "signed integer", "u": "unsigned integer", "f": "float16, float32 or float64"}
    allowed = ", ".join(text for kind, text in names.items() if kind in kinds)
    hint = "; is it a list of unequal rows, or a table with columns of several types?" if dtype.kind == "O" else ""
    raise TypeError(f"{name} must have a dtype that is {allowed}; got {dtype}{hint}")


def as_array(name: str, value: npt.ArrayLike, kinds: str = "biuf", *, scalar: bool = False) -> np.ndarray[Any, Any]:
    """value as an array that the kernels read.

    Whatever offers its memory (pandas, polars, pyarrow, torch on the CPU) is read without a copy. Only
    byte-swapped and misaligned arrays are copied.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array: its mask would be lost; pass plain data, and `where`")
    if hasattr(value, "tocsr"):
        raise TypeError(f"{name} must be a dense array, not the sparse {type(value).__name__}; call its toarray()")
    try:
        array = np.asarray(value)
    except ValueError as error:  # unequal rows
        raise ValueError(f"{name} cannot be read as an array: {error}") from None
    check_dtype(name, array.dtype, kinds)
    if array.ndim == 0 and not scalar:
        raise ValueError(f"{name} must have at least one axis, the classes; got the 0-d value {array[()]!r}")
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if not array.flags.aligned:
        array = array.copy()
    return array


def as_labels(value: npt.ArrayLike) -> np.ndarray[Any, Any]:
    """Class numbers; an empty list, which NumPy reads as float64, is no labels."""
    if not isinstance(value, np.ndarray) and np.size(value) == 0:
        return np.zeros(np.shape(value), np.intp)
    return as_array("labels", value, "iu", scalar=True)


def _to_rows(name: str, array: np.ndarray[Any, Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(
            f"{name} must broadcast to the shape of the result, {shape}; got the shape {array.shape}"
        ) from None


def as_mask(value: npt.ArrayLike | None, shape: tuple[int, ...]) -> np.ndarray[Any, Any] | None:
    return None if value is None else _to_rows("where", as_array("where", value, "b", scalar=True), shape)


def as_sample_weight(
    value: npt.ArrayLike | None, shape: tuple[int, ...], name: str = "sample_weight"
) -> np.ndarray[Any, Any] | None:
    return None if value is None else _to_rows(name, as_array(name, value, scalar=True), shape)


def as_class_weight(value: npt.ArrayLike | None, n_classes: int) -> np.ndarray[Any, Any] | None:
    if value is None:
        return None
    array = as_array("class_weight", value, scalar=True)
    if array.shape != (n_classes,):
        raise ValueError(f"class_weight must have the shape (K,) = ({n_classes},); got {array.shape}")
    return np.ascontiguousarray(array, dtype=np.float64)


def _as_float(name: str, value: Any) -> float:
    """A number as a float; one beyond its range as infinite. float() would also read a string."""
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, not {value!r}") from None


def check_label_smoothing(value: object) -> float:
    a = _as_float("label_smoothing", value)
    if not 0 <= a <= 1:
        raise ValueError(f"label_smoothing must be in [0, 1], got {value!r}")
    return a


def check_ignore_index(value: object, labels: np.dtype[Any]) -> int | None:
    """The label to ignore, as the kernels read labels: int64, larger ones of uint64 less 2^64.

    None if there is none, or if no label of that dtype can be it.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"ignore_index must be None or an integer, not {value!r}")
    number = int(value.__index__())
    info = np.iinfo(labels)
    if not info.min <= number <= info.max:
        return None
    return number if number <= np.iinfo(np.int64).max else number - 2**64


def check_axis(axis: object, ndim: int, whose: str = "t and y together have") -> int:
    """axis as a number from 0 on."""
    if isinstance(axis, bool) or not hasattr(axis, "__index__"):
        raise TypeError(f"axis must be an integer, not {type(axis).__name__}")
    number: int = axis.__index__()
    if not -ndim <= number < ndim:
        raise np.exceptions.AxisError(
            f"axis {number} is out of bounds: {whose} {ndim} axes, so {-ndim} to {ndim - 1} are allowed"
        )
    return number % ndim


def broadcast(
    t: np.ndarray[Any, Any], y: np.ndarray[Any, Any], axis: object
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], int]:
    """t and y as views of one shape, the class axis last, and where it was, counted from the end."""
    try:
        shape = np.broadcast_shapes(t.shape, y.shape)
    except ValueError:
        raise ValueError(
            f"t and y must broadcast against each other; their shapes are {t.shape} and {y.shape}"
        ) from None
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
    return t, y, number - len(shape)


def broadcast_labels(
    labels: np.ndarray[Any, Any], y: np.ndarray[Any, Any], axis: object
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], int]:
    """labels, and y with its class axis, one of its own, last; the others broadcast against the labels.

    And where that axis was, counted from the end: as rows are broadcast, it is there in the broadcast y too.
    """
    number = check_axis(axis, y.ndim, "y has")
    if number != y.ndim - 1:
        y = np.moveaxis(y, number, -1)
    rows = y.shape[:-1]
    if labels.shape == rows:
        return labels, y, number - y.ndim
    try:
        shape = np.broadcast_shapes(labels.shape, rows)
    except ValueError:
        raise ValueError(
            f"labels must broadcast against the rows of y; labels have the shape {labels.shape}, the rows {rows}"
        ) from None
    return np.broadcast_to(labels, shape), np.broadcast_to(y, (*shape, y.shape[-1])), number - y.ndim


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
    value = _as_float("eps", eps)
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


def check_flag(name: str, value: object) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be a bool, not {value!r}")
    return bool(value)


def check_no_eps(eps: object) -> None:
    if eps is not None:
        raise ValueError(f"eps must be None with from_logits=True, where nothing is clipped; got {eps!r}")


def check_out(
    out: object, shape: tuple[int, ...], dtype: np.dtype[Any], name: str = "out", what: str = "result"
) -> np.ndarray[Any, Any] | None:
    """out, if it can take the result."""
    if out is None:
        return None
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{name} must be a NumPy array, not {type(out).__name__}")
    if isinstance(out, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array")
    if out.shape != shape:
        raise ValueError(f"{name} must have the shape of the {what}, {shape}; got {out.shape}")
    if out.dtype.newbyteorder("=") not in FLOATS:
        raise TypeError(f"{name} must have a float16, float32 or float64 dtype for a {dtype} {what}, not {out.dtype}")
    if not out.flags.writeable:
        raise ValueError(f"{name} must be writeable; it is read-only")
    if _overlaps_itself(out):
        raise ValueError(f"{name} must not overlap itself; it has the shape {out.shape} and the strides {out.strides}")
    return out


def _overlaps_itself(array: np.ndarray[Any, Any]) -> bool:
    """Whether some step of the array is shorter than all that lies within it: several elements in one place."""
    if array.flags.contiguous:
        return False
    extent = array.itemsize
    for step, length in sorted((abs(step), n) for step, n in zip(array.strides, array.shape, strict=True) if n != 1):
        if step < extent and array.size:
            return True
        extent += step * (length - 1)
    return False


def overlap(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
    """Whether two arrays have a byte in common; where that is hard to tell, yes."""
    try:
        return np.may_share_memory(a, b) and np.shares_memory(a, b, max_work=10_000)  # type: ignore[arg-type]  # its stub has only 0 and -1
    except np.exceptions.TooHardError:
        return True


def tolerance(dtype: np.dtype[Any]) -> float:
    """How far from 1 a row of a distribution may sum: sqrt(eps) of its dtype."""
    return math.sqrt(np.finfo(as_float(dtype)).eps)
