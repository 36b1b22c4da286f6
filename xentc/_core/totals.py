"""What is left of rows that are added up, exactly; and what a reduction makes of it, rounded once."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

from .byte_form import whole
from .exact import ExactSum, divided
from .sums import NOTHING, Sums


class Totals(NamedTuple):
    """What is left of any number of rows: all exact, so that parts add up to the whole in any order."""

    loss: ExactSum = ExactSum()
    weight: ExactSum = ExactSum()
    count: int = 0  # type: ignore[assignment]  # of rows; what tuple.count does is not missed
    clipped: int = 0
    off_sums: int = 0
    n_classes: int | None = None  # None as long as there was no batch
    squares: Sums | None = None  # where they were asked for; its count is of all rows

    def merge(self, other: Totals) -> Totals:
        if None not in (self.n_classes, other.n_classes) and self.n_classes != other.n_classes:
            raise ValueError(
                f"y must have the same number of classes in every batch; it had {self.n_classes}, and now"
                f" {other.n_classes}"
            )
        return Totals(
            self.loss.merge(other.loss),
            self.weight.merge(other.weight),
            self.count + other.count,
            self.clipped + other.clipped,
            self.off_sums + other.off_sums,
            other.n_classes if self.n_classes is None else self.n_classes,
            self.squares
            if other.squares is None
            else other.squares
            if self.squares is None
            else self.squares.merge(other.squares),
        )

    def to_plain(self) -> dict[str, Any]:
        """All of it as plain values (`byte_form`)."""
        plain = self._asdict()
        if self.squares is not None:  # its other sums are those of losses and weights
            plain["squares"] = (self.squares.r_r, self.squares.s_s, self.squares.r_s)
        return plain

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Totals:
        """What `to_plain` was called on; a ValueError if these are no such values."""
        loss, weight = (ExactSum(*map(whole, plain[name])) for name in ("loss", "weight"))
        squares, counts = plain["squares"], {name: whole(plain[name], 0) for name in ("count", "clipped", "off_sums")}
        if squares is not None:
            r_r, s_s, r_s = (None if units is None else whole(units) for units in squares)
            squares = NOTHING._replace(count=counts["count"], r=loss, r_r=r_r, s=weight, s_s=s_s, r_s=r_s)
        n_classes = None if plain["n_classes"] is None else whole(plain["n_classes"], 0)
        return cls(loss=loss, weight=weight, n_classes=n_classes, squares=squares, **counts)


def reduced(total: Totals, reduction: str) -> np.float64:
    """The totals of rows as "sum" and the means have them."""
    if reduction == "sum":
        return np.float64(float(total.loss))
    return mean(total, reduction, 6)


def mean(total: Totals, reduction: str, stacklevel: int) -> np.float64:
    """The rounded sum over the count, or the quotient of the exact sums; a warning where there is none.

    In Python numbers, which know nothing of np.errstate.
    """
    weighted = reduction == "weighted_mean"
    if total.count == 0 or (weighted and total.weight == ExactSum()):
        what = "no rows" if total.count == 0 else "rows whose weights sum to 0"
        warnings.warn(
            f"the {reduction.replace('_', ' ')} of {what} is not defined", RuntimeWarning, stacklevel=stacklevel
        )
    return np.float64(total.loss / total.weight if weighted else divided(float(total.loss), total.count))
