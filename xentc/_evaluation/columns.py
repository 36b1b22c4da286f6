"""The figures of many keys at once, to the same bits as one by one (`sums.statistics`).

Exact sums are three doubles each, nearly always. They are read as the unevaluated sum of two, all arithmetic is in such
pairs, and beside each result goes a bound of its error. Where the bound leaves no doubt how the result rounds, it is
rounded; the few other keys are computed in integers.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from .. import _kernels
from .._core import sums
from .._core.exact import UNIT, ExactSum
from .._core.sums import statistics, sums_of

Array = np.ndarray[Any, Any]

FEW = 24  # keys: so many are done sooner one by one
_SPLITTER = 2.0**27 + 1
_SMALLEST, _LARGEST = 2.0**-200, 2.0**200  # sums beyond them are computed in integers: no product here leaves the range
_MOST_ROWS = 1 << 25  # of a key: n^2 is a double
_ERROR = 2.0**-94  # of a few operations on pairs, each below 2^-101, relative to the largest term
NAMES = (
    "count", "weight", "sum", "mean", "perplexity", "bits", "variance", "standard_error", "hits", "accuracy", "brier"
)  # fmt: skip


class Pair(NamedTuple):
    """The sum of two doubles, the second at most half a unit in the last place of the first."""

    high: Array
    low: Array


def two_sum(a: Array, b: Array) -> Pair:
    """a + b exactly (Knuth)."""
    total = a + b
    virtual = total - a
    return Pair(total, (a - (total - virtual)) + (b - virtual))


def two_product(a: Array, b: Array) -> Pair:
    """a b exactly (Dekker)."""
    product = a * b
    scaled_a, scaled_b = _SPLITTER * a, _SPLITTER * b
    high_a, high_b = scaled_a - (scaled_a - a), scaled_b - (scaled_b - b)
    low_a, low_b = a - high_a, b - high_b
    return Pair(product, ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b)


def add(a: Pair, b: Pair) -> Pair:
    high, error = two_sum(a.high, b.high)
    low, error_of_low = two_sum(a.low, b.low)
    high, error = two_sum(high, error + low)
    return two_sum(high, error + error_of_low)


def multiply(a: Pair, b: Pair) -> Pair:
    high, low = two_product(a.high, b.high)
    return two_sum(high, low + (a.high * b.low + a.low * b.high))


def divide(a: Pair, b: Pair) -> Pair:
    first = a.high / b.high
    rest = add(a, negative(multiply(Pair(first, np.zeros_like(first)), b)))
    second = rest.high / b.high
    rest = add(rest, negative(multiply(Pair(second, np.zeros_like(first)), b)))
    return add(two_sum(first, second), Pair(rest.high / b.high, np.zeros_like(first)))


def square_root(a: Pair) -> Pair:
    """Two steps of Newton, of which the second is in pairs."""
    root = np.sqrt(a.high)
    rest = add(a, negative(two_product(root, root)))
    return two_sum(root, rest.high / (2 * root))


def negative(a: Pair) -> Pair:
    return Pair(-a.high, -a.low)


def _times(a: Pair, b: Array) -> Pair:
    return multiply(a, Pair(b, np.zeros_like(b)))


def _whole(x: Array) -> Pair:
    x = x.astype(np.float64)
    return Pair(x, np.zeros_like(x))


class Sums(NamedTuple):
    """Those of many keys as pairs, each within 2^-104 of the exact sum."""

    value: Pair
    rounded: Array  # correctly
    sure: Array  # where all of this is so


def _sums(parts: Array) -> Sums:
    """Three doubles a key, (n, 3), as the pair next to their exact sum."""
    a, b, c = parts[:, 0], parts[:, 1], parts[:, 2]
    for _ in range(2):
        b, c = two_sum(b, c)
        a, b = two_sum(a, b)
        b, c = two_sum(b, c)
    size = np.abs(a)
    in_range = (size == 0) | ((size > _SMALLEST) & (size < _LARGEST))
    # a is the sum rounded, if b is no half unit that c might break the tie of.
    sure = (c == 0) | (a + b * (1 + 2.0**-50) == a)
    return Sums(Pair(a, b), a + 0.0, in_range & sure & (a + b == a))


def _rounded(value: Pair, error: Array) -> tuple[Array, Array]:
    """A value known within an error, rounded to a double, and where that is sure."""
    up, down = value.high + (value.low + error), value.high + (value.low - error)
    return up + 0.0, (up == down) & np.isfinite(up)


def statistics_of(tally: _kernels.Tally, slots: Array, weighted: bool) -> dict[str, list[Any]]:
    """The fields of `Statistics` of some slots of a tally, (n,), each as a list."""
    keys, counts, hits, parts, more = (column[slots] for column in tally.arrays())
    if len(keys) < FEW:
        return _one_by_one(tally, keys.tolist(), weighted)
    with np.errstate(all="ignore"):
        columns, sure, sure_score = _figures(counts, hits, parts, weighted)
    sure &= ~more & (counts < _MOST_ROWS)
    made = {name: columns[name].tolist() for name in NAMES if name in columns and name != "brier"}
    scores: list[float] = columns["brier"].tolist()
    for at in np.flatnonzero(sure & ~sure_score).tolist():  # quotients that are ties, one of 20
        scores[at] = sums.brier(tally, int(keys[at]))
    unsure = np.flatnonzero(~sure).tolist()
    rest = _one_by_one(tally, keys[unsure].tolist(), weighted)
    made["brier"] = scores
    log_2 = math.log(2)
    made["perplexity"] = [*map(_exp, made["mean"])]
    made["bits"] = [mean / log_2 for mean in made["mean"]]
    for name, values in made.items():
        for at, value in zip(unsure, rest[name], strict=True):
            values[at] = value
    return made


def shares_of(tally: _kernels.Tally, total: sums.Sums) -> list[float]:
    """The quotients of the keys' weights and that of all."""
    keys, counts, _, parts, more = tally.arrays()
    if tally.n_quads == 1:
        return (counts / float(total.count)).tolist() if len(keys) else []
    with np.errstate(all="ignore"):
        whole, s = float(total.s), _sums(parts[:, 1, :, 0])
        rest = float(ExactSum(total.s.units - int(Fraction(whole) * UNIT))) if math.isfinite(whole) else whole
        shares, sure = _quotient(s.value, Pair(np.full(len(keys), whole), np.full(len(keys), rest)))
    sure &= s.sure & ~more & (_SMALLEST < whole < _LARGEST)
    made: list[float] = shares.tolist()
    for at in np.flatnonzero(~sure).tolist():
        made[at] = sums_of(tally, int(keys[at])).s / total.s
    return made


def _one_by_one(tally: _kernels.Tally, keys: list[int], weighted: bool) -> dict[str, list[Any]]:
    rows = [statistics(sums_of(tally, key), weighted) for key in keys]
    return {name: [row[name] for row in rows] for name in NAMES}


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _figures(counts: Array, hits: Array, parts: Array, weighted: bool) -> tuple[dict[str, Array], Array, Array]:
    """Those that are rounded from exact sums; where all but the Brier score are sure to be right; and where that is."""
    n = counts.astype(np.float64)
    r, brier = _sums(parts[:, 0, :, 0]), _sums(parts[:, 0, :, 3])
    r_r, sure = _products(parts[:, 0, :, 1], parts[:, 0, :, 2])
    sure &= r.sure & brier.sure
    if weighted:
        s, s_hit = _sums(parts[:, 1, :, 0]), _sums(parts[:, 1, :, 3])
        s_s, sure_s = _products(parts[:, 1, :, 1], parts[:, 1, :, 2])
        r_s, sure_r = _products(parts[:, 2, :, 0], parts[:, 2, :, 1])
        sure &= s.sure & s_hit.sure & sure_s & sure_r & (s.rounded != 0)
        mean, sure_mean = _quotient(r.value, s.value)
        accuracy, sure_accuracy = _quotient(s_hit.value, s.value)
        sure &= sure_mean & sure_accuracy
        variance, error = _variance_of_weighted(n, r.value, r_r, s.value, s_s, r_s)
        weight, whole = s.rounded, s.value
    else:
        mean, accuracy, weight, whole = r.rounded / n, hits / n, n, _whole(counts)
        variance, error = _variance_of(n, r.value, r_r)
    score, sure_score = _quotient(brier.value, whole)
    spread, sure_spread = _rounded(variance, error)
    of_mean = divide(variance, _whole(counts))
    root = square_root(of_mean)
    # The root of x + e is that of x, and e / (2 sqrt(x)) more.
    standard_error, sure_root = _rounded(root, error / n / root.high + _ERROR * root.high)
    zero = (r_r.high == 0) & (r.rounded == 0)  # all losses are 0
    spread, standard_error = (np.where(zero, 0.0, x) for x in (spread, standard_error))
    alone = counts < 2
    spread, standard_error = (np.where(alone, np.nan, x) for x in (spread, standard_error))
    sure &= (sure_spread & sure_root) | zero | alone
    figures = {
        "count": counts,
        "weight": weight,
        "sum": r.rounded,
        "mean": mean,
        "variance": spread,
        "standard_error": standard_error,
        "hits": hits,
        "accuracy": accuracy,
        "brier": score,
    }
    return figures, sure, sure_score


def _products(high: Array, low: Array) -> tuple[Pair, Array]:
    """A sum of products, each of which is two doubles, and where it is within `_ERROR`."""
    a, b = _sums(high), _sums(low)
    return add(a.value, b.value), a.sure & b.sure


def _quotient(a: Pair, b: Pair) -> tuple[Array, Array]:
    value = divide(a, b)
    rounded, sure = _rounded(value, np.abs(value.high) * _ERROR)
    zero = a.high == 0
    return np.where(zero, 0.0, rounded), sure | zero


def _variance_of(n: Array, r: Pair, r_r: Pair) -> tuple[Pair, Array]:
    """(n [r r] - R^2) / (n (n - 1)), and a bound of its error."""
    top = add(_times(r_r, n), negative(multiply(r, r)))
    bottom = n * (n - 1)  # a double, and so is n
    return divide(top, Pair(bottom, np.zeros_like(n))), r_r.high / (n - 1) * _ERROR


def _variance_of_weighted(n: Array, r: Pair, r_r: Pair, s: Pair, s_s: Pair, r_s: Pair) -> tuple[Pair, Array]:
    """n^2 / (n - 1) (S^2 [r r] - 2 R S [r s] + R^2 [s s]) / S^4, and a bound of its error."""
    square = multiply(s, s)
    terms = [multiply(square, r_r), _times(multiply(multiply(r, s), r_s), n * 0 - 2), multiply(multiply(r, r), s_s)]
    top = add(add(terms[0], terms[1]), terms[2])
    bottom = multiply(square, square)
    factor = divide(_times(Pair(n, np.zeros_like(n)), n), Pair(n - 1, np.zeros_like(n)))
    largest = sum((np.abs(term.high) for term in terms), np.zeros_like(n))
    return divide(multiply(top, factor), bottom), largest / bottom.high * factor.high * _ERROR


def records(kind: type, n: int, columns: dict[str, list[Any]]) -> tuple[Any, ...]:
    """n records of a frozen dataclass with slots, made from columns of its fields: their `__init__` takes 3 us each."""
    new: Callable[..., Any] = object.__new__
    made = [*map(new, repeat(kind, n))]
    for name, values in columns.items():
        _kernels.set_fields(getattr(kind, name), made, values)
    return tuple(made)
