"""Two models on the same rows: the paired difference of their losses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _kernels
from .._core.dtypes import as_numbers
from .._core.interval import Interval, interval
from .._core.options import Options
from .._core.public import public
from .._core.rows import Inputs, Wanted, prepare, run
from .._core.sums import statistics, sums_of
from .._core.targets import Labels
from .._readers.missing import in_words
from .form import tally_from_plain, tally_to_plain
from .names import numbers_of

Array = np.ndarray[Any, Any]


@public
@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    r"""What :func:`compare` returns. Differences are a's loss minus b's: negative where a is better.

    Attributes
    ----------
    count : int
        Rows n.
    weight : float
        The sum of their weights.
    mean_a, mean_b : float
        Mean losses.
    difference : float
        The mean of the rows' differences :math:`d_i`, from their exact sum.
    variance, standard_error : float
        Of the differences and of their mean, as `Statistics` has them of losses.
    wins, losses, ties : int
        Rows where a's loss is smaller, larger, the same.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> a, b = np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([[0.25, 0.75], [0.25, 0.75]])
    >>> xentc.compare([0, 1], a, b).interval(0.95).high > 0
    True
    """

    count: int
    weight: float
    mean_a: float
    mean_b: float
    difference: float
    variance: float
    standard_error: float
    wins: int
    losses: int
    ties: int

    def interval(self, level: float = 0.95) -> Interval:
        """A confidence interval for the mean difference, by the normal approximation; see `Report.interval`."""
        return interval(self.difference, self.standard_error, level)

    def __str__(self) -> str:
        from . import layout, text

        return "\n".join(layout.grid(text.comparison(self)))

    def to_dict(self) -> dict[str, Any]:
        """All of it, and the 95 % interval, as numbers that JSON has; see `Report.to_dict`."""
        from . import record

        return record.of(self)

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as JSON of the standard; see `Report.to_json`."""
        from . import record

        return record.to_json(self.to_dict(), indent)


_BLOCK_ROWS = 1 << 16  # whose losses are in memory at a time


def pairs_of(labels: Any, y_a: Any, y_b: Any, names: tuple[Any, ...] | None, options: Options) -> Pairs:
    """The losses of two models, added up."""
    numbers = numbers_of(labels, names, options.ignore_index)
    options = options.replace(ignore_index=numbers.ignore_index)
    both = []
    for name, y in (("y_a", y_a), ("y_b", y_b)):
        with named(name):
            both.append(prepare(Labels, numbers.labels, y, options))
    a, b = both
    refuse_other_rows(a, b)
    kept_rows(a)  # all weights are looked at before the first row is
    pairs = Pairs()
    for block_a, block_b in zip(_blocks(a), _blocks(b), strict=True):
        keep = kept_rows(block_a)
        s = None if block_a.sample_weight is None else as_numbers(block_a.sample_weight[keep]).astype(np.float64)
        pairs.add(losses_of("y_a", block_a, a, keep), losses_of("y_b", block_b, b, keep), s)
    return pairs


def refuse_other_rows(a: Inputs, b: Inputs) -> None:
    """Of the two models."""
    if a.targets.shape != b.targets.shape:
        raise ValueError(
            f"y_a and y_b must be of the same rows; their shapes are {a.targets.shape} and {b.targets.shape}"
        )


class Pairs:
    """Losses of two models on the same rows, added up exactly."""

    def __init__(self) -> None:
        self._tallies = [_kernels.Tally(3, 1) for _ in range(3)]  # of a, of b, of their differences
        self._weighted = False
        self._wins = self._losses = self._ties = 0

    def add(self, loss_a: Array, loss_b: Array, s: Array | None = None) -> None:
        """Float64 losses of the same rows, (n,) each, and the weights of these; rows of weight 0 are left out."""
        if s is not None:
            self._weighted, keep = True, s != 0
            loss_a, loss_b, s = loss_a[keep], loss_b[keep], s[keep]
        s = np.ones(len(loss_a)) if s is None else s
        with np.errstate(invalid="ignore", over="ignore"):
            difference = np.where(loss_a == loss_b, 0.0, loss_a - loss_b)
            for tally, x in zip(self._tallies, (loss_a, loss_b, difference), strict=True):
                tally.merge(_kernels.tally_of_rows(s * x, s))
        self._wins += int((loss_a < loss_b).sum())
        self._losses += int((loss_a > loss_b).sum())
        self._ties += int((loss_a == loss_b).sum())

    def plus(self, other: Pairs) -> Pairs:
        """Both, as a new one."""
        total = Pairs()
        for pairs in (self, other):
            for tally, more in zip(total._tallies, pairs._tallies, strict=True):
                tally.merge(more)
            total._weighted |= pairs._weighted
            total._wins += pairs._wins
            total._losses += pairs._losses
            total._ties += pairs._ties
        return total

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tallies": [tally_to_plain(tally, True) for tally in self._tallies]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._tallies = [_kernels.Tally(3, 1) for _ in state["_tallies"]]
        for tally, plain in zip(self._tallies, state["_tallies"], strict=True):
            tally_from_plain(tally, plain, True)

    def result(self) -> Comparison:
        """Of all rows so far."""
        of_a, of_b, of_both = (statistics(sums_of(tally, 0), self._weighted) for tally in self._tallies)
        return Comparison(
            count=of_both["count"],
            weight=of_both["weight"],
            mean_a=of_a["mean"],
            mean_b=of_b["mean"],
            difference=of_both["mean"],
            variance=of_both["variance"],
            standard_error=of_both["standard_error"],
            wins=self._wins,
            losses=self._losses,
            ties=self._ties,
        )


@contextmanager
def named(name: str) -> Iterator[None]:
    """Errors inside say of which argument they speak."""
    try:
        yield
    except (TypeError, ValueError, IndexError) as error:
        error.add_note(f"This is about y = {name}.")
        raise


def _blocks(inputs: Inputs) -> Iterator[Inputs]:
    """The same rows, some at a time."""
    targets = inputs.targets
    assert isinstance(targets, Labels)
    if not targets.shape:
        yield inputs
        return
    size = max(_BLOCK_ROWS // max(math.prod(targets.shape[1:]), 1), 1)
    for start in range(0, targets.shape[0], size):
        part = slice(start, start + size)
        yield inputs._replace(
            targets=targets.replace(y=targets.y[part], labels=targets.labels[part]),
            where=None if inputs.where is None else inputs.where[part],
            sample_weight=None if inputs.sample_weight is None else inputs.sample_weight[part],
        )


def kept_rows(inputs: Inputs) -> Array:
    """Which rows count."""
    assert isinstance(inputs.targets, Labels)
    keep = np.ones(inputs.targets.shape, bool) if inputs.where is None else inputs.where.copy()
    if inputs.ignore_index is not None:
        keep &= inputs.targets.labels != inputs.ignore_index
    if inputs.sample_weight is not None:
        weight = as_numbers(inputs.sample_weight)
        wrong = keep & ~np.isfinite(weight)
        if wrong.any():
            at = np.unravel_index(int(wrong.argmax()), wrong.shape)
            shown = f" {in_words(tuple(int(i) for i in at))}" if wrong.ndim else ""
            raise ValueError(f"sample_weight must be finite; got {weight[at]}{shown}")
        keep &= weight != 0
    return keep


def losses_of(name: str, block: Inputs, whole: Inputs, keep: Array) -> Array:
    """Those of the kept rows, not weighted."""
    rows = np.empty(block.targets.shape, np.float64)
    where = block.where if block.sample_weight is None else keep
    with named(name):
        try:
            run(block._replace(sample_weight=None, where=where), Wanted(rows))
        except (ValueError, IndexError):
            run(whole, Wanted(summed=True))  # which counts rows from the first one on
            raise
    return rows[keep]
