"""Numbers as a person reads them: a mean to the digits that its standard error leaves, counts with separators."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TypeGuard

# Significant digits: of a standard error, of a number that has none, and the most that a float64 has.
OF_ERROR, OF_VALUE, AT_MOST = 2, 4, 17
# The powers of ten of a first digit that are written as plain digits; beyond them a factor of ten stands behind.
PLAIN = range(-4, 8)
MISSING = "-"
# Digits are taken from the exact decimal value of a float64, which has up to 767 of them.
EXACT = Context(prec=800, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Precision:
    """How a quantity is written: rounded at the digit ``10**place``, with ``10**exponent`` taken out.

    Numbers that belong together, a mean, its error and its interval, are written with one of these, so that their
    digits line up.
    """

    place: int
    exponent: int = 0

    def __call__(self, value: float | None) -> str:
        """The value; "-" for one that does not exist."""
        digits = self._digits(value)
        return f"{digits}e{self.exponent:+03d}" if self.exponent and digits[-1].isdigit() else digits

    def pair(self, value: float, error: float | None) -> str:
        """``value ± error``, the factor of ten once; without an error the value alone."""
        if error is None or math.isnan(error):
            return self(value)
        if self.exponent:
            return f"({self._digits(value)} ± {self._digits(error)})e{self.exponent:+03d}"
        return f"{self(value)} ± {self(error)}"

    def _digits(self, value: float | None) -> str:
        if value is None or math.isnan(value):
            return MISSING
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        if not self.exponent and self.place <= 0:
            return f"{value:z,.{-self.place}f}"
        rounded = EXACT.quantize(Decimal(value), EXACT.scaleb(Decimal(1), self.place))
        scaled = EXACT.scaleb(rounded, -self.exponent) or Decimal(0)  # no sign of a zero
        return f"{scaled:,.{max(self.exponent - self.place, 0)}f}"


def _first(value: float, digits: int) -> int:
    """The power of ten of the first digit of a value that is rounded to so many digits; 0 of 0."""
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def _is_error(error: float | None) -> TypeGuard[float]:
    return error is not None and 0 < error < math.inf


def precision(value: float | None, error: float | None = None, digits: int = OF_VALUE) -> Precision:
    """For a value with a standard error, two digits of which are shown; without one, ``digits`` of the value."""
    known = [abs(number) for number in (value, error) if number is not None and math.isfinite(number)]
    if not known or not any(known):
        return Precision(1 - digits)
    return _precision(_first(max(known), digits), error, digits, lone=False)


def rounded(value: float | None, error: float | None, digits: int = OF_ERROR) -> str:
    """A value alone, to the digits that its standard error leaves, and ``digits`` at least."""
    if value is None or not math.isfinite(value) or not _is_error(error):
        return number(value)
    return _precision(_first(value, digits), error, digits, lone=True)(value)


def _precision(first: int, error: float | None, digits: int, *, lone: bool) -> Precision:
    """From the power of ten of the first digit. A lone value keeps its first digits where its error is larger."""
    place = first - digits + 1
    if first in PLAIN:  # no digit before the point is dropped without a reason
        place = min(place, 0)
    if _is_error(error):
        of_error = max(_first(error, OF_ERROR) - OF_ERROR + 1, first - AT_MOST + 1)
        place = min(place, of_error) if lone else of_error
    return Precision(place, 0 if first in PLAIN else first)


def number(value: float | None, digits: int = OF_VALUE) -> str:
    """A value that has no standard error, to so many significant digits."""
    return precision(value, digits=digits)(value)


def plural(n: int, noun: str) -> str:
    """``1 row``, ``2 rows``, ``3 classes``."""
    return f"{n:,} {noun}{'' if n == 1 else 'es' if noun.endswith('s') else 's'}"
