"""The options of every function over rows, and what they may be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .record import Record

if TYPE_CHECKING:
    from .types import ArrayLike, Check, ClassWeight

REDUCTIONS = ("none", "sum", "mean", "weighted_mean")


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
