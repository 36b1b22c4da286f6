"""Exact sums, as the kernels leave them: an integer multiple of 2^-1074, and how many values were not finite."""

from typing import NamedTuple

import numpy as np


class ExactSum(NamedTuple):
    """The exact sum of any doubles. Adding two is exact, so no order or grouping can change a sum."""

    units: int = 0  # of 2^-1074, the smallest positive double
    n_positive_infinity: int = 0
    n_negative_infinity: int = 0
    n_nan: int = 0

    def merge(self, other: "ExactSum") -> "ExactSum":
        """The sum of both."""
        return ExactSum(*(a + b for a, b in zip(self, other, strict=True)))

    def __float__(self) -> float:
        """The sum rounded once, to nearest even; infinities and NaN as in IEEE addition."""
        if self.n_nan or (self.n_positive_infinity and self.n_negative_infinity):
            return float(np.nan)
        if self.n_positive_infinity:
            return float(np.inf)
        if self.n_negative_infinity:
            return -float(np.inf)
        try:
            return self.units / (1 << 1074)  # Python divides integers with correct rounding
        except OverflowError:
            return float(np.inf) if self.units > 0 else -float(np.inf)
