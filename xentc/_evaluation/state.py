"""The exact totals of an evaluation: what a batch leaves, and what all of them add up to."""

import heapq
from typing import Any

import numpy as np

from .. import _kernels
from .exact import NOTHING, Sums
from .groups import Grouping, ranked

FAULTS = ("clipped", "sums", "outside", "nan", "probabilities")  # in the kernel's order
Worst = tuple[float, int, int, int, float]  # loss, row, label, predicted or -1, probability
NO_FINDING = (0, 0, 0.0, 0)


class State:
    """Totals that add up in any order. What is not known before the first batch is None.

    It is built up by `merge`, and not changed once it is held by an evaluation.
    """

    def __init__(self, n_bins: int, n_worst: int) -> None:
        self.n_classes: int | None = None
        self.grouped: bool | None = None
        self.weighted = False
        self.n_bins = n_bins
        self.n_worst = n_worst
        self.n_rows = 0  # masked ones too: where the next batch's numbers begin
        self.classes = _kernels.Tally(1, 0)
        self.bins = _kernels.Tally(1, n_bins + 1)
        self.groups = _kernels.Tally(1, 0)
        self.keys: list[tuple[int, Any]] = []
        self.number_of: dict[tuple[int, Any], int] = {}
        self.losses: dict[int, int] = {}
        self.findings = [NO_FINDING] * len(FAULTS)
        self.worst: list[Worst] = []

    @classmethod
    def of_batch(cls, found: _kernels.Evaluator, n_bins: int, n_worst: int, groups: Grouping | None) -> "State":
        """What the kernel found in a batch."""
        new = cls(n_bins, n_worst)
        new.classes, new.bins, by_code = found.tallies()
        new.n_classes = new.classes.n_keys
        new.weighted = new.classes.n_quads > 1
        new.grouped = groups is not None
        if groups is not None:
            new.groups = _kernels.Tally(new.classes.n_quads, 0)
            numbers = np.zeros(groups.n, np.int64)
            for code in by_code.keys:
                numbers[code] = new._number(groups.key(code))
            new.groups.more_keys(len(new.keys))
            new.groups.merge(by_code, numbers)
        new.losses = {i: count for i, count in enumerate(found.losses) if count}
        new.findings = found.findings
        new.worst = sorted(found.worst, key=rank)
        return new

    def _number(self, key: Any) -> int:
        key = ranked(key)
        number = self.number_of.get(key)
        if number is None:
            number = self.number_of[key] = len(self.keys)
            self.keys.append(key)
        return number

    def merge(self, other: "State", shift: int = 0) -> None:
        """Add another state of as many classes, which stays as it is, its rows numbered `shift` higher."""
        if other.n_classes is None:
            return
        self.n_classes, self.grouped = other.n_classes, other.grouped
        theirs = other
        if self.weighted != other.weighted:
            self.widen()
            theirs = other.widened()
        self.classes.more_keys(self.n_classes)
        self.classes.merge(theirs.classes)
        self.bins.merge(other.bins)
        numbers = np.array([self._number(key) for _, key in other.keys], np.int64)
        self.groups.more_keys(len(self.keys))
        if len(numbers):
            self.groups.merge(theirs.groups, numbers)
        for i, count in other.losses.items():
            self.losses[i] = self.losses.get(i, 0) + count
        self.findings = [_both(a, _moved(b, shift)) for a, b in zip(self.findings, other.findings, strict=True)]
        more = [(loss, row + shift, *rest) for loss, row, *rest in other.worst]
        self.worst = heapq.nsmallest(self.n_worst, [*self.worst, *more], key=rank)  # type: ignore[list-item]
        self.n_rows += other.n_rows

    def widen(self) -> None:
        """Make room for weights, which are 1 so far."""
        if not self.weighted:
            self.classes, self.groups = _widened(self.classes), _widened(self.groups)
            self.weighted = True

    def widened(self) -> "State":
        if self.weighted:
            return self
        new = State(self.n_bins, self.n_worst)
        new.merge(self)
        new.widen()
        return new

    def total(self, by_class: list[Sums]) -> Sums:
        total = NOTHING
        for sums in by_class:
            if sums.count:
                total = total.merge(sums)
        return total


def rank(worst: Worst) -> tuple[bool, float, int]:
    """Larger losses first, NaN before all, equal ones by row."""
    loss, row = worst[0], worst[1]
    return (loss == loss, 0.0 if loss != loss else -loss, row)


def _moved(finding: Any, shift: int) -> Any:
    count, first, largest, at = finding
    return (count, first + shift, largest, at + shift) if count else finding


def _both(a: Any, b: Any) -> Any:
    if a[0] == 0 or b[0] == 0:
        return b if a[0] == 0 else a
    first = min(a, b, key=lambda one: (one[2] == one[2], -one[2] if one[2] == one[2] else 0.0, one[3]))
    return a[0] + b[0], min(a[1], b[1]), *first[2:]


UNIT = 1 << 1074


def _widened(tally: _kernels.Tally) -> _kernels.Tally:
    """The same with sums of weights, which are all 1."""
    wide = _kernels.Tally(3, tally.n_keys)
    zero = (0, 0, 0, 0)
    for key in tally.keys:
        count, hits = tally.counts(key)
        sums, rest = tally.sums(key, 0)
        n = (count * UNIT, 0, 0, 0)
        wide.add(
            key,
            count,
            hits,
            [(sums, rest), ((n, n, zero, (hits * UNIT, 0, 0, 0)), 0), ((_finite(sums[0]), zero, zero, zero), 0)],
        )
    return wide


def _finite(r: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """A sum as one of products r s: these are not finite as NaN, whatever r is."""
    return (r[0], 0, 0, sum(r[1:]))
