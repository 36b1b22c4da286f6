"""Exact sums, as the kernels return them: an integer multiple of 2^-1074, and how many values were not finite."""

import math
from typing import NamedTuple

UNIT = 1 << 1074  # units in 1


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
            return math.nan
        if self.n_positive_infinity:
            return math.inf
        if self.n_negative_infinity:
            return -math.inf
        return _rounded(self.units, UNIT)

    def scaled(self) -> tuple[float, float]:
        """(a, b), where a / b is the sum rounded once, a is in the range of a double, and b is a power of two."""
        if self.is_finite and abs(self.units) >= UNIT << 1023:
            return _rounded(self.units, UNIT << 64), 2.0**-64  # 2^64 doubles are in range again
        return float(self), 1.0

    @property
    def is_finite(self) -> bool:
        """Whether all values were; their sum may be beyond the range of a double."""
        return not (self.n_nan or self.n_positive_infinity or self.n_negative_infinity)

    def __truediv__(self, other: "ExactSum") -> float:
        """The quotient of the two exact sums rounded once; infinities, NaN and a sum of 0 as in IEEE division."""
        if self.is_finite and other.is_finite and other.units:
            return _rounded(self.units, other.units)
        # Of what is finite here the sign alone matters, and not whether its sum is in range.
        return divided(*(float((s.units > 0) - (s.units < 0)) if s.is_finite else float(s) for s in (self, other)))


def _rounded(units: int, unit: int) -> float:
    """The quotient of two integers, rounded to nearest even."""
    try:
        return units / unit  # Python rounds this once
    except OverflowError:
        return math.inf if (units > 0) == (unit > 0) else -math.inf


def divided(a: float, b: float) -> float:
    """a / b as in IEEE arithmetic, also where Python raises an error."""
    if b:
        return a / b
    return math.nan if math.isnan(a) or a == 0 else math.copysign(math.inf, a) * math.copysign(1.0, b)
