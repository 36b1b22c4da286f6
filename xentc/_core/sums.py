"""From exact totals to the numbers of a report, each rounded once."""

import math
from typing import Any, NamedTuple

from .. import _kernels
from .exact import UNIT, ExactSum

NAN = math.nan


class Sums(NamedTuple):
    """Exact sums over rows, r being the weight s times the loss; those of products are integers, None if not finite."""

    count: int  # type: ignore[assignment]  # what tuple.count does is not missed
    hits: int
    r: ExactSum  # sums are integers times 2^-1074, and those of products integers times 2^-2148
    r_r: int | None
    s_brier: ExactSum
    s: ExactSum
    s_s: int | None
    s_hit: ExactSum
    r_s: int | None

    @classmethod
    def of(cls, count: int, hits: int, quads: list[Any]) -> "Sums":
        """From the quads of a tally (`Evaluator`): three, or one where all weights are 1."""
        (r, high, low, s_brier), rest = quads[0]
        first = (ExactSum(*r), _product(high, low, rest), ExactSum(*s_brier))
        if len(quads) == 1:
            n, one_each = ExactSum(count * UNIT), count * UNIT * UNIT
            finite = not any(r[1:])
            return cls(count, hits, *first, n, one_each, ExactSum(hits * UNIT), r[0] * UNIT if finite else None)
        (s, s_high, s_low, s_hit), s_rest = quads[1]
        (rs_high, rs_low, _, _), rs_rest = quads[2]
        weights = (ExactSum(*s), _product(s_high, s_low, s_rest), ExactSum(*s_hit))
        return cls(count, hits, *first, *weights, _product(rs_high, rs_low, rs_rest))

    def merge(self, other: "Sums") -> "Sums":
        """The sums over the rows of both."""
        return Sums(*(_add(a, b) for a, b in zip(self, other, strict=True)))


def _add(a: Any, b: Any) -> Any:
    if isinstance(a, ExactSum):
        return a.merge(b)
    return None if a is None or b is None else a + b


def sums_of(tally: _kernels.Tally, key: int) -> Sums:
    """The sums of one key."""
    count, hits = tally.counts(key)
    return Sums.of(count, hits, [tally.sums(key, quad) for quad in range(tally.n_quads)]) if count else NOTHING


def brier(tally: _kernels.Tally, key: int) -> float:
    """The Brier score of one key's rows."""
    weight = ExactSum(*tally.sums(key, 1)[0][0]) if tally.n_quads > 1 else ExactSum(tally.counts(key)[0] * UNIT)
    return ExactSum(*tally.sums(key, 0)[0][3]) / weight


NOTHING = Sums(0, 0, ExactSum(), 0, ExactSum(), ExactSum(), 0, ExactSum(), 0)


def _product(high: Any, low: Any, rest: int) -> int | None:
    if any(high[1:]) or any(low[1:]):
        return None
    units: int = (high[0] + low[0]) * UNIT + rest
    return units


def divide(a: int, b: int) -> float:
    """a / b correctly rounded; NaN where b is 0."""
    if b == 0:
        return NAN
    try:
        return a / b
    except OverflowError:
        return math.inf if (a > 0) == (b > 0) else -math.inf


def square_root(a: int, b: int) -> float:
    """The square root of a / b, correctly rounded where it is a normal number."""
    if b == 0 or a < 0:
        return NAN
    if a == 0:
        return 0.0
    # a / b times 4^shift has at least 128 bits, its root 64; what is lost sets the last of them.
    shift = 64 + max(b.bit_length() - a.bit_length(), -(1 << 20)) // 2
    scaled, lost = divmod(a << 2 * shift, b) if shift >= 0 else divmod(a, b << -2 * shift)
    root = math.isqrt(scaled)
    root |= bool(lost or root * root != scaled)
    try:
        return math.ldexp(float(root), -shift)
    except OverflowError:
        return math.inf


def variance_of(total: Sums) -> tuple[int, int]:
    """The variance of `Statistics` as a fraction; (0, 0) where there is none.

    n^2 / (n - 1) sum (r - m s)^2 / S^2 with m = R / S, in integers: sum (r - m s)^2 S^2 is
    S^2 [r r] - 2 R S [r s] + R^2 [s s].
    """
    n, whole = total.count, total.s.units
    r_r, r_s, s_s = total.r_r, total.r_s, total.s_s
    if n < 2 or whole == 0 or r_r is None or r_s is None or s_s is None or not total.r.is_finite:
        return 0, 0
    r = total.r.units
    spread = whole * whole * r_r - 2 * r * whole * r_s + r * r * s_s
    return n * n * spread, (n - 1) * whole**4


def variance_of_rows(total: Sums) -> tuple[int, int]:
    """The sample variance of the rows r, whatever their weights, as a fraction; (0, 0) where there is none."""
    n, r_r = total.count, total.r_r
    if n < 2 or r_r is None or not total.r.is_finite:
        return 0, 0
    return n * r_r - total.r.units**2, n * (n - 1) * UNIT**2


def statistics(total: Sums, weighted: bool) -> dict[str, Any]:
    """The fields of `Statistics`."""
    n = total.count
    mean = total.r / total.s if weighted else (float(total.r) / n if n else NAN)
    try:
        perplexity = math.exp(mean)
    except OverflowError:
        perplexity = math.inf
    top, bottom = variance_of(total)
    return {
        "count": n,
        "weight": float(total.s),
        "sum": float(total.r),
        "mean": mean,
        "perplexity": perplexity,
        "bits": mean / math.log(2),
        "variance": divide(top, bottom),
        "standard_error": square_root(top, bottom * n),
        "hits": total.hits,
        "accuracy": total.s_hit / total.s,
        "brier": total.s_brier / total.s,
    }
