"""The exact totals of an evaluation: what a batch leaves, and what all of them add up to."""

from typing import Any, Self

import numpy as np

from .. import _kernels
from .exact import NOTHING, UNIT, Sums
from .groups import Grouping, ranked

FAULTS = ("clipped", "sums", "outside", "nan", "probabilities")  # in the kernel's order


class State:
    """Totals that add up in any order. They are built up by `merge`, and not changed once an evaluation holds them."""

    def __init__(self, n_bins: int, n_worst: int, n_classes: int | None = None, grouped: bool | None = None) -> None:
        self.n_bins = n_bins
        self.n_worst = n_worst
        self.n_classes = n_classes  # None before the first batch
        self.grouped = grouped
        self.weighted = False
        self.n_rows = 0  # masked ones too
        self.keys: dict[int, tuple[int, Any]] = {}  # of the groups, by number
        self.number_of: dict[tuple[int, Any], int] = {}
        self.found = _kernels.Found(
            _kernels.Tally(1, n_classes or 0), _kernels.Tally(1, n_bins + 1), _kernels.Tally(1, 0), n_worst
        )

    @classmethod
    def of_batch(cls, found: _kernels.Found, n_rows: int, n_bins: int, n_worst: int, groups: Grouping | None) -> Self:
        """What the kernel found in a batch."""
        new = cls.__new__(cls)
        new.n_bins, new.n_worst, new.n_rows, new.found = n_bins, n_worst, n_rows, found
        new.n_classes = found.classes.n_keys
        new.weighted = found.classes.n_quads > 1
        new.grouped = groups is not None
        new.keys = {} if groups is None else {code: ranked(groups.key(code)) for code in found.groups.keys}
        return new

    def merge(self, other: "State", shift: int = 0) -> None:
        """Add another state of as many classes, which stays as it is, its rows numbered `shift` higher."""
        if self.weighted != other.weighted:
            self._widen()
            other = other._widened()
        to_group = None
        if other.keys:
            to_group = np.zeros(other.found.groups.n_keys, np.int64)
            for number, key in other.keys.items():
                to_group[number] = self._number(key)
            self.found.groups.more_keys(len(self.keys))
        self.found.merge(other.found, shift, to_group)
        self.n_rows += other.n_rows

    def _number(self, key: tuple[int, Any]) -> int:
        number = self.number_of.get(key)
        if number is None:
            number = self.number_of[key] = len(self.keys)
            self.keys[number] = key
        return number

    def _widen(self) -> None:
        """Make room for weights, which are 1 so far."""
        if self.weighted:
            return
        old = self.found
        self.found = _kernels.Found(_widened(old.classes), old.bins, _widened(old.groups), self.n_worst)
        self.found.restore(old.losses, old.findings, old.worst)
        self.weighted = True

    def _widened(self) -> "State":
        if self.weighted:
            return self
        new = State(self.n_bins, self.n_worst, self.n_classes, self.grouped)
        new.merge(self)
        new._widen()
        return new

    def sorted_groups(self) -> list[tuple[Any, int]]:
        """The values of groups and their numbers, sorted."""
        return [(key[1], number) for number, key in sorted(self.keys.items(), key=lambda item: item[1])]


def total_of(by_class: list[Sums]) -> Sums:
    """Of the rows of all classes."""
    total = NOTHING
    for sums in by_class:
        if sums.count:
            total = total.merge(sums)
    return total


_ZERO = (0, 0, 0, 0)


def _widened(tally: _kernels.Tally) -> _kernels.Tally:
    """The same with sums of weights, which are all 1."""
    wide = _kernels.Tally(3, tally.n_keys)
    for key in tally.keys:
        count, hits = tally.counts(key)
        quad = tally.sums(key, 0)
        r = quad[0][0]
        n, r_s = (count * UNIT, 0, 0, 0), (r[0], 0, 0, sum(r[1:]))  # what is not finite is NaN in a product
        weights = (n, n, _ZERO, (hits * UNIT, 0, 0, 0))
        wide.add(key, count, hits, [quad, (weights, 0), ((r_s, _ZERO, _ZERO, _ZERO), 0)])
    return wide
