"""The exact totals of an evaluation: what a batch leaves, and what all of them add up to."""

from typing import Self

import numpy as np

from .. import _kernels
from .._core.sums import Sums, sums_of
from .groups import Grouping
from .keys import Key, ranked_keys

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
        self.keys: list[Key] = []  # of the groups, in the order of their slots
        self.number_of: dict[Key, int] = {}  # of a merged state: the groups' numbers, which are their slots'
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
        new.keys = [] if groups is None else ranked_keys(map(groups.key, found.groups.keys.tolist()))
        return new

    def merge(self, other: "State", shift: int = 0) -> None:
        """Add another state of as many classes, which stays as it is, its rows numbered `shift` higher."""
        if self.weighted != other.weighted:
            self._widen()
            other = other._widened()
        to_group = None
        if other.keys:
            to_group = np.zeros(other.found.groups.n_keys, np.int64)
            to_group[other.found.groups.keys] = self._numbers(other.keys)
            self.found.groups.more_keys(len(self.keys))
        self.found.merge(other.found, shift, to_group)
        self.n_rows += other.n_rows

    def _numbers(self, keys: list[Key]) -> list[int]:
        """Those of some keys, new ones for those not met before."""
        known = self.number_of
        new = [key for key in keys if key not in known] if known else keys
        first = len(self.keys)
        known.update(zip(new, range(first, first + len(new)), strict=True))
        self.keys += new
        return [*map(known.__getitem__, keys)] if len(new) < len(keys) else [*range(first, len(self.keys))]

    def _widen(self) -> None:
        """Make room for weights, which are 1 so far."""
        if self.weighted:
            return
        old = self.found
        self.found = _kernels.Found(old.classes.widened(), old.bins, old.groups.widened(), self.n_worst)
        self.found.restore(old.losses, old.findings, old.worst)
        self.weighted = True

    def _widened(self) -> "State":
        if self.weighted:
            return self
        new = State(self.n_bins, self.n_worst, self.n_classes, self.grouped)
        new.merge(self)
        new._widen()
        return new


def total_of(classes: _kernels.Tally) -> Sums:
    """Of the rows of all classes."""
    total = _kernels.Tally(classes.n_quads, 1)
    total.merge(classes, np.zeros(classes.n_keys, np.int64))
    return sums_of(total, 0)
