"""The options of every function over rows, and those that a `CrossEntropy` keeps for all its batches."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from . import arguments
from .record import Record
from .shapes import MAX_AXES, check_axis

if TYPE_CHECKING:
    from .types import ArrayLike, Check, ClassWeight

REDUCTIONS = ("none", "sum", "mean", "weighted_mean")
KEPT = ("axis", "eps", "from_logits", "label_smoothing", "class_weight", "ignore_index", "check", "variance")


class Options(Record):
    """What a caller may ask for besides the two arrays; the names and meanings of `cross_entropy`'s keywords."""

    axis: int = -1
    eps: float | None = None
    from_logits: bool = False
    label_smoothing: float = 0.0
    class_weight: ClassWeight = None
    sample_weight: ArrayLike | None = None
    where: ArrayLike | None = None
    ignore_index: int | None = None
    check: Check = None
    # Not offered by those functions: y clipped from above too (labels only), and all of y looked at for values outside
    # [0, 1], while sums that are further from 1 than this are counted instead of refused. scikit-learn does both.
    ceiling: float = math.inf
    count_off_sums: float | None = None
    pos_weight: ArrayLike | None = None  # of two classes only
    variance: bool = False  # of CrossEntropy: its totals have what a variance is made of


def kept(
    *,
    axis: int,
    eps: float | None,
    from_logits: bool,
    label_smoothing: float,
    class_weight: ClassWeight,
    ignore_index: int | None,
    check: Check,
    variance: bool,
) -> Options:
    """Options that are kept, checked; an error for those that are wrong whatever the batch.

    Plain Python numbers: options are compared, and shown, as they would be written.
    """
    check_axis(axis, MAX_AXES)
    from_logits = arguments.check_flag("from_logits", from_logits)
    if from_logits:
        arguments.check_no_eps(eps)
    if eps is not None:
        eps = arguments.check_eps(eps, np.dtype(np.float64), np.dtype(np.float64))
    if class_weight is not None:
        # A copy, so that what the caller does to his array later does not change the meaning of the total.
        class_weight = np.array(arguments.as_class_weight(class_weight))
        class_weight.flags.writeable = False
    arguments.check_ignore_index(ignore_index, np.dtype(np.int64))
    return Options(
        axis=axis.__index__(),
        eps=eps,
        from_logits=from_logits,
        label_smoothing=arguments.check_label_smoothing(label_smoothing),
        class_weight=class_weight,
        ignore_index=None if ignore_index is None else ignore_index.__index__(),
        check=arguments.as_check(check),
        variance=arguments.check_flag("variance", variance),
    )


def described(options: Options) -> str:
    """Kept options that are not the defaults, as they would be written."""
    shown = []
    for name in KEPT:
        value, default = getattr(options, name), getattr(Options, name)
        if isinstance(value, np.ndarray):
            shown.append(f"{name}={value.tolist()}")
        elif value != default:
            shown.append(f"{name}={value!r}")
    return ", ".join(shown)


def to_plain(options: Options) -> dict[str, Any]:
    """Kept options as plain values (`byte_form`), which `kept` takes."""
    plain = {name: getattr(options, name) for name in KEPT}
    if plain["class_weight"] is not None:
        plain["class_weight"] = tuple(np.asarray(plain["class_weight"]).tolist())
    return plain
