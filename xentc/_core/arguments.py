"""What a caller may pass: every error a user can make is raised here, before anything is written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _readers
from .arrays import as_array, refuse_masked
from .dtypes import BOOL, FLOATS, FLOATS_IN_WORDS, INTEGERS, as_numbers, eps_of, foreign, is_in

if TYPE_CHECKING:
    from .types import ArrayLike, Check, ClassWeight


Array = np.ndarray[Any, Any]


def _to_rows(name: str, array: Array, shape: tuple[int, ...]) -> Array:
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(
            f"{name} must broadcast to the shape of the result, {shape}; got the shape {array.shape}"
        ) from None


def as_mask(value: ArrayLike | None, shape: tuple[int, ...]) -> Array | None:
    return None if value is None else _to_rows("where", as_array("where", value, BOOL, scalar=True), shape)


def as_sample_weight(value: ArrayLike | None, shape: tuple[int, ...], name: str = "sample_weight") -> Array | None:
    return None if value is None else _to_rows(name, as_array(name, value, scalar=True), shape)


def as_class_weight(value: ClassWeight, n_classes: int | None = None) -> Array | None:
    """The weights of classes 0 to K - 1, given as an array or by class number; without n_classes K is their number."""
    if value is None:
        return None
    value = _readers.by_key("class_weight", value)
    if isinstance(value, Mapping):
        value = _by_class(value, len(value) if n_classes is None else n_classes)
    array = as_array("class_weight", value, scalar=True)
    if array.shape != ((array.size,) if n_classes is None else (n_classes,)):
        wanted = "(K,)" if n_classes is None else f"(K,) = ({n_classes},)"
        raise ValueError(f"class_weight must have the shape {wanted}; got {array.shape}")
    weights = np.ascontiguousarray(as_numbers(array), dtype=np.float64)
    finite = np.isfinite(weights)
    if not finite.all():
        k = int(np.argmin(finite))
        raise ValueError(f"class_weight must be finite; got {weights[k]} for class {k}")
    return weights


def _by_class(weights: Mapping[int, float], n_classes: int) -> list[Any]:
    missing = [k for k in range(n_classes) if k not in weights]
    unknown = [key for key in weights if key not in range(n_classes)]
    if missing or unknown:
        told = [f"lacks {_listed(missing)}"] if missing else []
        told += [f"has {_listed(unknown)}: no such class"] if unknown else []
        raise ValueError(
            f"class_weight must have a weight for every class, 0 to {n_classes - 1}; it {' and '.join(told)}"
            " (or pass an array in the order of y's columns)"
        )
    return [weights[k] for k in range(n_classes)]


def _listed(keys: list[Any]) -> str:
    return ", ".join(map(repr, keys[:3])) + (", ..." if len(keys) > 3 else "")


def _as_float(name: str, value: Any) -> float:
    """A number as a float, infinite if it is too large for one; float() alone would also accept a string."""
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
    if not 0 <= a <= 1 or (isinstance(value, bool | np.bool_) and value):  # True is a flag, not all of it
        raise ValueError(f"label_smoothing must be in [0, 1], got {value!r}")
    return a


def check_ignore_index(value: object, labels: np.dtype[Any]) -> int | None:
    """The label to ignore, as the kernels read labels: as int64, uint64 values above its range less 2^64.

    None if there is none, or if no label of that dtype can be it.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"ignore_index must be None or an integer, not {value!r}")
    number = int(value.__index__())
    if labels.num in INTEGERS:
        low, high = int(np.iinfo(labels).min), int(np.iinfo(labels).max)
    elif labels.num in BOOL:
        low, high = 0, 1
    else:  # the smallest int64 stands for a float that is no label
        low, high = -(2**63) + 1, 2**63 - 1
    if not low <= number <= high:
        return None
    return number if number < 2**63 else number - 2**64


def check_eps(eps: object, y: np.dtype[Any], result: np.dtype[Any]) -> float:
    """eps as the kernels take it: a float, rounded to the precision in which the logarithm is computed."""
    if eps is None:
        return eps_of(y)
    value = _as_float("eps", eps)
    if not 0 <= value < 1:
        raise ValueError(f"eps must be in [0, 1), got {eps!r}; 0 means exact mathematics, None the eps of y's dtype")
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


def as_check(value: object) -> Check:
    """None, a bool, or a tolerance."""
    if value is None or isinstance(value, (bool, np.bool_)):
        return None if value is None else bool(value)
    try:
        tolerance = _as_float("check", value)
    except TypeError:
        raise TypeError(f"check must be None, True, False or a tolerance, not {value!r}") from None
    if not 0 <= tolerance < 1:
        raise ValueError(
            f"check must be None, True, False or a tolerance in [0, 1), such as 1e-4; got {value!r}; True means"
            " sqrt(eps) of the dtype"
        )
    return tolerance


def check_no_eps(eps: object) -> None:
    if eps is not None:
        raise ValueError(f"eps must be None with from_logits=True, where nothing is clipped; got {eps!r}")


def check_out(
    out: object, shape: tuple[int, ...], dtype: np.dtype[Any], name: str = "out", what: str = "result"
) -> Array | None:
    """out as a plain array, if it can receive the result; a subclass may report any shape and strides for itself."""
    if out is None:
        return None
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{name} must be a NumPy array, not {type(out).__name__}")
    refuse_masked(name, out)
    out = np.asarray(out)
    if out.shape != shape:
        raise ValueError(f"{name} must have the shape of the {what}, {shape}; got {out.shape}")
    if not is_in(out.dtype, FLOATS):
        made = f"{'np' if foreign(dtype) is None else 'ml_dtypes'}.{dtype}"
        raise TypeError(
            f"{name} must have a {FLOATS_IN_WORDS} dtype for a {dtype} {what}, not {out.dtype}; make it with"
            f" np.empty({shape}, {made}), or {name}.astype({made})"
        )
    if not out.flags.writeable:
        raise ValueError(f"{name} must be writeable; it is read-only")
    if _overlaps_itself(out):
        raise ValueError(f"{name} must not overlap itself; it has the shape {out.shape} and the strides {out.strides}")
    return out


def _overlaps_itself(array: Array) -> bool:
    """Whether two elements of an array share a byte."""
    if array.flags.contiguous or not array.size:
        return False
    extent = array.itemsize
    for step, length in sorted((abs(step), n) for step, n in zip(array.strides, array.shape, strict=True) if n != 1):
        if step < extent:  # steps that do not nest, as 16 and 24: elements may still lie between each other
            return _meets_itself(array)
        extent += step * (length - 1)
    return False


def _meets_itself(array: Array) -> bool:
    """The same by NumPy's solver: of two elements that first differ in an axis, the first and a later one there."""
    rest: list[Any] = [slice(None)] * array.ndim
    for axis in range(array.ndim):
        first, later = [*rest], [*rest]
        first[axis], later[axis] = slice(0, 1), slice(1, None)
        if overlap(array[tuple(first)], array[tuple(later)]):
            return True
        rest[axis] = slice(0, 1)
    return False


def overlap(a: Array, b: Array) -> bool:
    """Whether two arrays have a byte in common; True if that is too hard to find out."""
    try:
        return np.may_share_memory(a, b) and np.shares_memory(a, b, max_work=10_000)  # type: ignore[arg-type]  # its stub has only 0 and -1
    except np.exceptions.TooHardError:
        return True


def tolerance(dtype: np.dtype[Any]) -> float:
    """How far from 1 the sum of a distribution may be: sqrt(eps) of its dtype."""
    return math.sqrt(eps_of(dtype))
