"""Shapes: how operands broadcast against each other, and where the class axis is. Every error names both shapes."""

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
MAX_AXES = 64  # of a NumPy array


def check_axis(axis: object, ndim: int, whose: str = "t and y together have") -> int:
    """axis as a number from 0 to ndim - 1."""
    if isinstance(axis, bool) or not hasattr(axis, "__index__"):
        raise TypeError(f"axis must be an integer, not {type(axis).__name__}")
    number: int = axis.__index__()
    if not -ndim <= number < ndim:
        raise np.exceptions.AxisError(
            f"axis {number} is out of bounds: {whose} {ndim} axes, so {-ndim} to {ndim - 1} are allowed"
        )
    return number % ndim


def broadcast(t: Array, y: Array, axis: object) -> tuple[Array, Array, int]:
    """t and y as views of one shape, the class axis last, and where it was, counted from the end."""
    shape = broadcast_shapes(t.shape, y.shape)
    if shape is None:
        hint = "; for the number of each row's class there is cross_entropy_labels" if t.shape == y.shape[:-1] else ""
        raise ValueError(f"t and y must broadcast against each other; their shapes are {t.shape} and {y.shape}{hint}")
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
    if t.shape != y.shape:
        _refuse_outer_product("t", t.shape, "y", y.shape, shape, 2 if number == len(shape) - 1 else 0)
        t, y = np.broadcast_to(t, shape), np.broadcast_to(y, shape)
    if number != len(shape) - 1:
        t, y = np.moveaxis(t, number, -1), np.moveaxis(y, number, -1)
    return t, y, number - len(shape)


def broadcast_labels(labels: Array, y: Array, axis: object) -> tuple[Array, Array, int]:
    """labels and y, broadcast against each other, with y's class axis (which must be one of its own) last.

    And where that axis was, counted from the end: as rows are broadcast, it is there in the broadcast y too.
    """
    number = check_axis(axis, y.ndim, "y has")
    from_end = number - y.ndim
    if number != y.ndim - 1:
        y = np.moveaxis(y, number, -1)
    rows = y.shape[:-1]
    if labels.shape == rows:
        return labels, y, from_end
    shape = broadcast_shapes(labels.shape, rows)
    if shape is None:
        raise ValueError(
            f"labels must broadcast against the rows of y; labels have the shape {labels.shape}, the rows {rows}"
        )
    _refuse_outer_product("labels", labels.shape, "the rows of y", rows, shape)
    return np.broadcast_to(labels, shape), np.broadcast_to(y, (*shape, y.shape[-1])), from_end


def broadcast_elements(t: Array, p: Array, name: str = "p") -> tuple[Array, Array]:
    """t and p as views of one shape."""
    if t.shape == p.shape:
        return t, p
    shape = broadcast_shapes(t.shape, p.shape)
    if shape is None:
        raise ValueError(f"t and {name} must broadcast against each other; their shapes are {t.shape} and {p.shape}")
    _refuse_outer_product("t", t.shape, name, p.shape, shape)
    return np.broadcast_to(t, shape), np.broadcast_to(p, shape)


def broadcast_shapes(a: Shape, b: Shape) -> Shape | None:
    """The common shape, or None if there is none; NumPy's own function stops at 32 axes."""
    if a == b:
        return a
    n = max(len(a), len(b))
    shape = []
    for i, j in zip((1,) * (n - len(a)) + a, (1,) * (n - len(b)) + b, strict=True):
        if i != j and i != 1 and j != 1:
            return None
        shape.append(j if i == 1 else i)
    return tuple(shape)


def _refuse_outer_product(a: str, a_shape: Shape, b: str, b_shape: Shape, shape: Shape, last: int = 1) -> None:
    """Refuse a result that is larger than both operands if these differ in their number of axes.

    The usual cause is one axis of length 1 too many: that of the rows, the `last` one counted from the end.
    """
    n_more = abs(len(a_shape) - len(b_shape))
    if n_more == 0 or math.prod(shape) <= max(math.prod(a_shape), math.prod(b_shape)):
        return
    (longer, length), (shorter, _) = sorted(((a, a_shape), (b, b_shape)), key=lambda x: len(x[1]), reverse=True)
    longer, shorter = (name.rpartition(" ")[2] for name in (longer, shorter))
    drop = ""
    if n_more == 1 and last and length[-last] == 1:
        drop = f"{longer}[{':, ' * (len(length) - last)}0] if their rows correspond, or "
    raise ValueError(
        f"{a} of shape {a_shape} and {b} of shape {b_shape} would broadcast to {shape}, more elements than either has:"
        f" write {drop}{shorter}[{', '.join(['None'] * n_more)}] for all pairs"
    )
