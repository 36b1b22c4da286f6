"""Losses with their gradients, and what boosters take: where derivatives go in memory, and what they are divided by."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .._kernels import Trouble
from .._readers.lazy import Lazy
from . import arguments
from .arrays import as_array
from .checks import Checks
from .dtypes import as_float
from .options import Options
from .rows import (
    Array,
    Inputs,
    Kind,
    Wanted,
    attempt,
    can_be_written,
    copy_into,
    evaluate,
    prepare,
    prepare_with_out,
    run,
)
from .small import BINARY, DERIVATIVES, LABELS, small
from .targets import BinaryTargets, CsrTargets, Labels
from .totals import Totals

if TYPE_CHECKING:
    from .types import ArrayLike


LAYOUTS = ("rows", "classes")
HESSIANS = ("exact", "xgboost", "lightgbm")
XGBOOST_FLOOR = 1e-16  # below it XGBoost lets no second derivative be
FLOORS = {"exact": 0.0, "xgboost": XGBOOST_FLOOR, "lightgbm": 0.0}


def losses_and_gradients(
    kind: Kind, t: Any, y: ArrayLike, options: Options, reduction: str, out: Array | None, grad_out: Array | None
) -> tuple[Any, Array]:
    """The losses of `losses` and their derivatives with respect to y, in `grad_out` if there is one."""
    inputs: Inputs | None
    try:
        inputs, target = prepare_with_out(kind, t, y, options, reduction, out)
    except Lazy:
        inputs = None  # its way begins where this error is no longer what another happened during
    if inputs is None:
        from .._dask import derivatives

        return derivatives.losses_and_gradients(kind, t, y, options, reduction, out, grad_out)
    targets = inputs.targets
    dtype = as_float(targets.y.dtype)
    given = arguments.check_out(grad_out, targets.as_given(targets.y).shape, dtype, "grad_out", "gradient")
    if given is not None and target is not None and arguments.overlap(given, target):
        raise ValueError("grad_out must not overlap out: each receives a result of its own")
    grad, in_place = _place(inputs, given)
    inputs, (divisor, scale) = _divided(inputs, reduction, in_place)
    # Where rows of y are overwritten there is no second look: the first bad row must be found in the first pass.
    in_order = in_place and (inputs.checks.look_at_y or targets.source == "binary")
    wanted = Wanted(grad=grad, grad_divisor=divisor, grad_scale=scale, in_order=in_order)
    loss = evaluate(inputs, reduction, target, wanted)
    if out is not None:
        loss = out
    grad = targets.as_given(grad)
    if given is None or grad_out is None:
        return loss, grad[()]
    if not _is_same_memory(grad, given):
        copy_into(given, grad)
    return loss, grad_out


def softmax_derivatives(
    labels: ArrayLike, z: ArrayLike, options: Options, layout: str, hessian: str
) -> tuple[Array, Array]:
    """First and second derivatives of the losses of labels with respect to the logits, in arrays like z."""
    if layout == "rows" and hessian in ("exact", "xgboost"):
        answer: tuple[Array, Array] | None
        answer = small(LABELS, DERIVATIVES, labels, z, -1, None, True, options.label_smoothing, options.class_weight,
                       options.sample_weight, None, None, "none", None, None, None, FLOORS[hessian],
                       2.0 if hessian == "xgboost" else 1.0)  # fmt: skip
        if answer is not None:
            return answer
    try:
        inputs, shape = softmax_inputs(labels, z, options, layout, hessian)
    except Lazy:
        pass
    else:
        n_classes = inputs.targets.y.shape[-1]
        factors = {"xgboost": 2.0, "lightgbm": n_classes / max(n_classes - 1, 1)}
        grad, hess = _derivatives(inputs, hessian, factors.get(hessian, 1.0))
        return grad.reshape(shape), hess.reshape(shape)
    from .._dask import derivatives

    return derivatives.softmax_derivatives(labels, z, options, layout, hessian)


def softmax_inputs(
    labels: ArrayLike, z: ArrayLike, options: Options, layout: str, hessian: str
) -> tuple[Inputs, tuple[int, ...]]:
    """The arguments of `softmax_derivatives`, checked, and the shape of z."""
    arguments.check_choice("layout", layout, LAYOUTS)
    arguments.check_choice("hessian", hessian, HESSIANS)
    labels, z = as_array("labels", labels, scalar=True), as_array("z", z)
    shape = z.shape
    if labels.ndim != 1:
        raise ValueError(f"labels must have the shape (rows,); got {labels.shape}")
    n_rows = len(labels)
    if layout == "rows":
        if z.ndim != 2 or len(z) != n_rows:
            raise ValueError(f"z must have the shape (rows, classes) with {n_rows} rows, as labels; got {shape}")
    else:
        if z.ndim == 1 and z.size == z.size // max(n_rows, 1) * n_rows:
            weights = arguments.as_class_weight(options.class_weight)
            n_classes = z.size // n_rows if n_rows else 0 if weights is None else len(weights)
            z = z.reshape(n_classes, n_rows)
        if z.ndim != 2 or z.shape[1] != n_rows:
            raise ValueError(
                f"z must have the shape (classes * rows,) or (classes, rows) with {n_rows} rows, as labels; got {shape}"
            )
    return prepare(Labels, labels, z, options.replace(axis=-1 if layout == "rows" else 0)), shape


def sigmoid_derivatives(t: ArrayLike, z: ArrayLike, options: Options, hessian: str) -> tuple[Array, Array]:
    """The same for two classes, where neither booster has a factor."""
    if hessian in ("exact", "xgboost", "lightgbm"):
        answer: tuple[Array, Array] | None
        answer = small(BINARY, DERIVATIVES, t, z, -1, None, True, options.label_smoothing, None,
                       options.sample_weight, None, None, "none", None, None, options.pos_weight,
                       FLOORS[hessian])  # fmt: skip
        if answer is not None:
            return answer
    try:
        inputs = sigmoid_inputs(t, z, options, hessian)
    except Lazy:
        pass
    else:
        return _derivatives(inputs, hessian, 1.0)
    from .._dask import derivatives

    return derivatives.sigmoid_derivatives(t, z, options, hessian)


def sigmoid_inputs(t: ArrayLike, z: ArrayLike, options: Options, hessian: str) -> Inputs:
    """The arguments of `sigmoid_derivatives`, checked."""
    arguments.check_choice("hessian", hessian, HESSIANS)
    t, z = as_array("t", t, scalar=True), as_array("z", z, scalar=True)
    try:
        t = np.broadcast_to(t, z.shape)
    except ValueError:
        raise ValueError(f"t must have the shape of z, {z.shape}, or broadcast to it; got {t.shape}") from None
    return prepare(BinaryTargets, t, z, options)


def _derivatives(inputs: Inputs, hessian: str, factor: float) -> tuple[Array, Array]:
    y = inputs.targets.y
    grad, hess = (empty_in_order_of(y, as_float(y.dtype)) for _ in range(2))
    run(inputs, Wanted(grad=grad, hess=hess, hess_factor=factor, hess_floor=FLOORS[hessian]))
    return inputs.targets.as_given(grad)[()], inputs.targets.as_given(hess)[()]


def empty_in_order_of(y: Array, dtype: np.dtype[Any]) -> Array:
    """A new array of y's shape, its axes in memory in the order of y's; those that y is broadcast along outermost."""
    order = sorted(range(y.ndim), key=lambda axis: -abs(y.strides[axis]) or -math.inf)
    return np.empty([y.shape[axis] for axis in order], dtype).transpose(np.argsort(order))


def _place(inputs: Inputs, given: Array | None) -> tuple[Array, bool]:
    """What the kernel may write the gradient into, the class axis last; and whether it is y itself."""
    y = inputs.targets.y
    if given is None:
        return empty_in_order_of(y, as_float(y.dtype)), False
    grad = inputs.targets.as_rows(given)
    in_place = _is_same_memory(grad, y)
    if can_be_written(grad, inputs.arrays if in_place else [*inputs.arrays, y]):
        return grad, in_place
    # Of the dtype of the caller's, so that an element is rounded once whichever way it takes.
    return empty_in_order_of(y, given.dtype.newbyteorder("=")), False


def _is_same_memory(a: Array, b: Array) -> bool:
    """Whether two arrays of the same shape are the same elements in memory."""
    start_a, start_b = (array.__array_interface__["data"][0] for array in (a, b))
    return bool(start_a == start_b and a.dtype == b.dtype and a.strides == b.strides)


def _divided(inputs: Inputs, reduction: str, in_place: bool) -> tuple[Inputs, tuple[float, float]]:
    """What the reduction divides the derivatives of the rows by, as `Wanted` has it.

    Where that needs a pass, a pass without y. And the inputs, which are canonical where y is overwritten, as no pass
    could begin anew.
    """
    masked = inputs.where is not None or inputs.ignore_index is not None
    must_be_canonical = in_place and isinstance(inputs.targets, CsrTargets)
    if not (reduction == "weighted_mean" or (reduction == "mean" and masked) or must_be_canonical):
        n_rows = math.prod(inputs.targets.shape)
        return inputs, (float(n_rows) if reduction == "mean" and n_rows else 1.0, 1.0)
    inputs, total = without_y(inputs)
    return inputs, divisor_of(total, reduction)


def divisor_of(total: Totals, reduction: str) -> tuple[float, float]:
    """What the reduction of all these rows divides their derivatives by."""
    if total.count == 0 or reduction not in ("mean", "weighted_mean"):
        return 1.0, 1.0
    return (float(total.count), 1.0) if reduction == "mean" else total.weight.scaled()


def gradients_of_rows(inputs: Inputs, weighed: bool, divisor: tuple[float, float]) -> tuple[Totals, Array]:
    """The totals of some of the rows, and their derivatives, divided as the reduction of all rows says."""
    y = inputs.targets.y
    grad = empty_in_order_of(y, as_float(y.dtype))
    wanted = Wanted(summed=True, weighed=weighed, grad=grad, grad_divisor=divisor[0], grad_scale=divisor[1])
    return run(inputs, wanted), inputs.targets.as_given(grad)


def without_y(inputs: Inputs) -> tuple[Inputs, Totals]:
    """Weights and counts of the rows, and the inputs with canonical targets; no y is read, all targets are checked."""
    y = inputs.targets.y
    ones = np.broadcast_to(as_float(y.dtype).type(1), y.shape)
    targets = inputs.targets.replace(y=ones)
    blank = inputs._replace(targets=targets, from_logits=False, checks=Checks())
    wanted = Wanted(weighed=True)
    total, bad = attempt(blank, wanted)
    if bad is not None and bad.trouble == Trouble.NOT_CANONICAL:
        return without_y(inputs.canonical())
    if bad is None:
        return inputs, total
    run(inputs, Wanted(summed=True))  # the first bad row may be an earlier one, for its y: no derivative is written yet
    return inputs, run(blank, wanted)
