"""Losses with their gradients, and what boosters take: two arrays that are made in one pass over each chunk."""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .._core.derivatives import divisor_of, gradients_of_rows, sigmoid_inputs, softmax_inputs, without_y
from .._core.derivatives import losses_and_gradients as in_memory
from .._core.derivatives import sigmoid_derivatives as sigmoid_in_memory
from .._core.derivatives import softmax_derivatives as softmax_in_memory
from .._core.dtypes import as_float
from .._core.options import Options
from .._core.rows import Inputs, Kind, prepare
from .._core.targets import BinaryTargets, Labels
from .._core.totals import Totals, reduced
from .chunks import added_up, over_chunks, states_of
from .operands import CLASSES, Operand, Operands, Plan, plan
from .rows import FLOAT64, given, refuse_out

Array = Any  # of Dask
OBJECT = np.dtype(object)


def losses_and_gradients(
    kind: Kind, t: Any, y: Any, options: Options, reduction: str, out: Any, grad_out: Any
) -> tuple[Array, Array]:
    """As `_core.derivatives.losses_and_gradients`, for arguments of which at least one is Dask's."""
    refuse_out("out", out)
    refuse_out("grad_out", grad_out)
    planned = plan(kind, t, y, options)
    ours, dtype = planned.operands, as_float(planned.inputs.targets.y.dtype)
    if reduction == "none":
        both = over_chunks(ours, functools.partial(_both, kind, planned.options), ours.axes, OBJECT)
        return _part(both, ours.axes, 0, ours.rows, planned.inputs.result), _part(both, ours.axes, 1, ours.axes, dtype)
    do = functools.partial(_totals_and_gradient, kind, planned.options, reduction == "weighted_mean")
    known = _known_divisor(planned, reduction)
    if known is None:
        finish = functools.partial(_divisor, reduction=reduction)
        divisor = added_up(_without_y(planned), Totals.merge, finish, OBJECT)
        both = over_chunks(ours.plus(Operand("divisor", divisor, ())), do, ours.axes, OBJECT)
    else:
        both = over_chunks(ours, functools.partial(do, known), ours.axes, OBJECT)
    states = states_of(_pairs(both, ours.axes), _totals_of)
    loss = added_up(states, Totals.merge, functools.partial(reduced, reduction=reduction), FLOAT64)
    return loss, _part(both, ours.axes, 1, ours.axes, dtype)


def _both(kind: Kind, options: Options, **blocks: Any) -> tuple[Any, Any]:
    t, y, options = given(options, blocks)
    loss, grad = in_memory(kind, t, y, options, "none", None, None)
    return np.asarray(loss), np.asarray(grad)


def _totals_and_gradient(
    kind: Kind, options: Options, weighed: bool, known: tuple[float, float] | None = None, **blocks: Any
) -> tuple[Totals, Any]:
    divisor = known or np.asarray(blocks.pop("divisor"), object).item().pair
    t, y, options = given(options, blocks)
    return gradients_of_rows(prepare(kind, t, y, options), weighed, divisor)


def _pairs(both: Array, axes: tuple[int, ...]) -> Operands:
    """What both were made of in one pass, as an argument."""
    return Operands((Operand("both", both, axes),), axes)


def _part(both: Array, axes: tuple[int, ...], which: int, wanted: tuple[int, ...], dtype: "np.dtype[Any]") -> Array:
    return over_chunks(_pairs(both, axes), functools.partial(_one_of, which), wanted, dtype)


def _one_of(which: int, both: tuple[Any, Any]) -> Any:
    return both[which]


def _totals_of(both: tuple[Totals, Any]) -> Totals:
    return both[0]


def _known_divisor(planned: Plan, reduction: str) -> tuple[float, float] | None:
    """What the reduction divides the derivatives by, where it takes no look at the chunks."""
    masked = planned.operands.has("where") or planned.options.ignore_index is not None
    if reduction == "sum" or (reduction == "mean" and not masked and not planned.operands.unknown):
        return divisor_of(Totals(count=math.prod(planned.inputs.targets.shape)), reduction)
    return None


class Divisor:
    """A pair that Dask does not take apart."""

    def __init__(self, pair: tuple[float, float]) -> None:
        self.pair = pair


def _divisor(total: Totals, reduction: str) -> Divisor:
    return Divisor(divisor_of(total, reduction))


def _without_y(planned: Plan) -> Array:
    """Counts and weights of each chunk. y is not waited for, if others tell how many rows there are."""
    y, like = planned.operands.all[1], planned.inputs.targets.y
    others = planned.operands.without(y.name)
    lengths: list[int | tuple[str, int]] = []
    for axis in planned.operands.axes:
        told = [one for one in others.all if axis != CLASSES and one.chunks(axis) is not None]
        if told:
            lengths.append((told[0].name, told[0].axes.index(axis)))
        elif axis == CLASSES or y.chunks(axis) is None:
            lengths.append(like.shape[-1] if axis == CLASSES else 1)
        else:
            return states_of(planned.operands, functools.partial(_weights, planned.kind, planned.options))
    blank = functools.partial(_blank, tuple(lengths), like.dtype)
    return states_of(others, functools.partial(_weights_without_y, planned.kind, planned.options, y.name, blank))


def _blank(lengths: tuple[int | tuple[str, int], ...], dtype: Any, blocks: dict[str, Any]) -> Any:
    """A y of the shape that one chunk of it has, which needs no memory."""
    shape = [one if isinstance(one, int) else blocks[one[0]].shape[one[1]] for one in lengths]
    return np.broadcast_to(np.ones((), dtype), shape)


def _weights_without_y(
    kind: Kind, options: Options, name: str, blank: Callable[[dict[str, Any]], Any], **blocks: Any
) -> Totals:
    (first, t), *rest = blocks.items()
    return _weights(kind, options, **{first: t, name: blank(blocks)}, **dict(rest))


def _weights(kind: Kind, options: Options, **blocks: Any) -> Totals:
    t, y, options = given(options, blocks)
    return without_y(prepare(kind, t, y, options))[1]


def softmax_derivatives(labels: Any, z: Any, options: Options, layout: str, hessian: str) -> tuple[Array, Array]:
    """As `_core.derivatives.softmax_derivatives`, for arguments of which at least one is Dask's."""
    if layout == "classes" and getattr(z, "ndim", 2) == 1:
        raise ValueError("z must have the shape (classes, rows) where it is a Dask array, or labels are; it is flat")
    axis = 0 if layout == "classes" else -1
    look = functools.partial(_look_at_softmax, layout, hessian)
    planned = plan(Labels, labels, z, options.replace(axis=axis), look=look, names=("labels", "z"))
    return _derivatives(planned, functools.partial(_softmax, layout, hessian, planned.options))


def sigmoid_derivatives(t: Any, z: Any, options: Options, hessian: str) -> tuple[Array, Array]:
    """As `_core.derivatives.sigmoid_derivatives`, for arguments of which at least one is Dask's."""
    look = functools.partial(_look_at_sigmoid, hessian)
    planned = plan(BinaryTargets, t, z, options, look=look, names=("t", "z"))
    return _derivatives(planned, functools.partial(_sigmoid, hessian, planned.options))


def _look_at_softmax(layout: str, hessian: str, kind: Kind, labels: Any, z: Any, options: Options) -> Inputs:
    return softmax_inputs(labels, z, options, layout, hessian)[0]


def _look_at_sigmoid(hessian: str, kind: Kind, t: Any, z: Any, options: Options) -> Inputs:
    return sigmoid_inputs(t, z, options, hessian)


def _derivatives(planned: Plan, do: Callable[..., Any]) -> tuple[Array, Array]:
    axes, dtype = planned.operands.axes, as_float(planned.inputs.targets.y.dtype)
    both = over_chunks(planned.operands, do, axes, OBJECT)
    return _part(both, axes, 0, axes, dtype), _part(both, axes, 1, axes, dtype)


def _softmax(layout: str, hessian: str, options: Options, **blocks: Any) -> Any:
    labels, z, options = given(options, blocks)
    return softmax_in_memory(labels, z, options, layout, hessian)


def _sigmoid(hessian: str, options: Options, **blocks: Any) -> Any:
    t, z, options = given(options, blocks)
    return tuple(map(np.asarray, sigmoid_in_memory(t, z, options, hessian)))
