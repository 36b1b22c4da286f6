"""Sums of float64 values that are exact, and quotients of them that are rounded once."""

import math
from typing import Any

import numpy as np


def exact_total(values: Any) -> Any:
    """The exact sum of float64 values, as an integer times 2^-1074; a float where some are infinite or NaN."""
    values = np.ravel(values)
    if not np.isfinite(values).all():
        return float(values[~np.isfinite(values)].sum())
    return sum(n * (2**1074 // d) for n, d in map(float.as_integer_ratio, values.tolist()))


def divided(a: Any, b: Any) -> float:
    """a / b of two such sums, which Python rounds once where they are integers."""
    if isinstance(a, int) and isinstance(b, int) and b:
        try:
            return a / b
        except OverflowError:
            return math.inf if (a > 0) == (b > 0) else -math.inf
    return float(np.float64(_as_float(a)) / np.float64(_as_float(b)))


def _as_float(a: Any) -> float:
    return divided(a, 2**1074) if isinstance(a, int) else a


def into(out: Any, result: Any) -> Any:
    if out is None:
        return result
    out[...] = result
    return out
