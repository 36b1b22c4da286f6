"""Intervals by the normal approximation."""

from __future__ import annotations

from typing import NamedTuple

try:
    # What `statistics` has, which takes 2 ms to import.
    from _statistics import _normal_dist_inv_cdf as _quantile  # type: ignore[import-not-found]
except ImportError:
    from statistics import NormalDist

    def _quantile(p: float, mean: float, deviation: float) -> float:
        return NormalDist(mean, deviation).inv_cdf(p)


class Interval(NamedTuple):
    """The ends of an interval."""

    low: float
    high: float


def interval(mean: float, standard_error: float, level: float) -> Interval:
    r"""``mean`` plus and minus :math:`z` standard errors, :math:`z = \Phi^{-1}((1 + level) / 2)`."""
    if not 0 < level < 1:
        raise ValueError(f"level must be a number between 0 and 1, such as 0.95; got {level!r}")
    half = -_quantile((1 - level) / 2, 0.0, 1.0) * standard_error  # 1 + level would lose digits of a level near 1
    return Interval(mean - half, mean + half)
