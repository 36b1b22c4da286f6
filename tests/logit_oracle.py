"""What is right from logits, and for gradients, by mpmath: as oracle.py, whose precision and ulp it has.

Exponentials of differences to the row's maximum, their sum without the maximum's own 1, and log1p: so 200 bits are
enough for a loss of any size.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from bounds import GRADIENT, logits_bound
from ml_dtypes import finfo
from oracle import Exact, clip, coefficients, mp, result_dtype, ulp_error


class Entry(NamedTuple):
    """Of a gradient or a Hessian. A product with a p below the smallest positive number that there is may be 0."""

    value: Any
    size: Any  # what its error is counted in ulp of
    p: Any = None  # of such a product


def _numbers(z: Any) -> list[float]:
    return [float(v) for v in np.asarray(z).tolist()]


def _without_softmax(z: list[float]) -> bool:
    """A row that IEEE arithmetic makes NaN of, or in part."""
    return any(math.isnan(v) for v in z) or max(z) in (math.inf, -math.inf)


class Softmax:
    """exp(z_k - max z) of a row of finite numbers and -inf, and their sum; exactly, as far as mp.prec goes."""

    def __init__(self, z: tuple[float, ...]) -> None:
        self.top = z.index(max(z))
        top = mp.mpf(z[self.top])
        self.below = [top - mp.mpf(v) for v in z]
        self.e = [mp.exp(-d) for d in self.below]
        self.others = mp.fsum(e for k, e in enumerate(self.e) if k != self.top)
        self.sum = 1 + self.others

    def without(self, k: int) -> Any:
        """The sum of all but exp(z_k - max z); what is subtracted is at most what is left, so nothing is lost."""
        return self.others if k == self.top else self.sum - self.e[k]


@lru_cache(maxsize=3000)
def _softmax(z: tuple[float, ...]) -> Softmax:
    return Softmax(z)


def loss_from_logits(c: Sequence[Any], z: Any, sample_weight: float = 1.0) -> Exact:
    """s sum_k c_k (lse - z_k) of one row with the coefficients c."""
    z, s = _numbers(z), mp.mpf(float(sample_weight))
    n_terms = sum(c_k != 0 for c_k in c)
    if not n_terms:
        return Exact(mp.mpf(0), mp.mpf(0), 0)
    if any(math.isnan(v) for v in z) or max(z) == -math.inf or any(mp.isnan(c_k) for c_k in c):
        return Exact(mp.nan, mp.nan, n_terms)
    if max(z) == math.inf:
        terms = [c_k * (mp.nan if v == math.inf else mp.inf) for c_k, v in zip(c, z, strict=True) if c_k != 0]
    else:
        softmax = _softmax(tuple(z))
        log_sum = mp.log1p(softmax.others)
        terms = [c_k * (log_sum + d) for c_k, d in zip(c, softmax.below, strict=True) if c_k != 0]
    return Exact(s * sum(terms, mp.mpf(0)), abs(s) * sum((abs(term) for term in terms), mp.mpf(0)), n_terms)


def gradient_from_logits(c: Sequence[Any], z: Any, factor: Any = 1) -> list[Entry]:
    """A (W p_k - c_k) of one row, W the sum of the c_k; the size of a row with one c is that of the entry itself."""
    z, nonzero = _numbers(z), [k for k, c_k in enumerate(c) if c_k != 0]
    if not nonzero:
        return [Entry(mp.mpf(0), mp.mpf(0))] * len(z)
    if _without_softmax(z):
        return [Entry(mp.nan, mp.nan)] * len(z)
    softmax, total, entries = _softmax(tuple(z)), sum(c, mp.mpf(0)), []
    for k, c_k in enumerate(c):
        p = softmax.e[k] / softmax.sum
        if len(nonzero) == 1:
            value = -c_k * softmax.without(k) / softmax.sum if c_k != 0 else total * p
            size = abs(value)
        else:
            value, size = total * p - c_k, max(abs(total * p), abs(c_k))
        entries.append(Entry(factor * value, abs(factor) * size, p if c_k == 0 else None))
    return entries


def gradient_of_probabilities(c: Sequence[Any], y: Any, eps: float, factor: Any = 1) -> list[Entry]:
    """-A c_k / y_k where y_k >= eps, else 0."""
    entries = []
    for c_k, y_k in zip(c, _numbers(y), strict=True):
        if c_k == 0 or y_k < eps:
            value = mp.mpf(0)
        elif math.isnan(y_k):
            value = mp.nan
        elif y_k == 0:
            value = -factor * c_k * mp.inf
        else:
            value = -factor * c_k / mp.mpf(y_k)
        entries.append(Entry(value, abs(value)))
    return entries


def hessian(weight: Any, z: Any) -> list[Entry]:
    """weight p_k (1 - p_k), of which neither factor is a difference here."""
    z, weight = _numbers(z), mp.mpf(weight)
    if weight == 0:
        return [Entry(mp.mpf(0), mp.mpf(0))] * len(z)
    if _without_softmax(z):
        return [Entry(mp.nan, mp.nan)] * len(z)
    softmax = _softmax(tuple(z))
    values = [weight * e * softmax.without(k) / softmax.sum**2 for k, e in enumerate(softmax.e)]
    return [Entry(value, abs(value), e / softmax.sum) for value, e in zip(values, softmax.e, strict=True)]


def assert_losses(
    got: Any, t: Any, z: Any, *, label_smoothing: float = 0.0, class_weight: Any = None, sample_weight: Any = None
) -> None:
    """Every row within the bound of its dtype and options; a row without coefficients exactly +0."""
    got, dtype = np.asarray(got), result_dtype(t.dtype, z.dtype)
    assert got.dtype == dtype
    assert got.shape == t.shape[:-1]
    given = {
        "smoothed": label_smoothing != 0,
        "classes": class_weight is not None,
        "samples": sample_weight is not None,
    }
    most = logits_bound(dtype.name, **given)
    s = np.broadcast_to(1.0 if sample_weight is None else np.asarray(sample_weight, float), len(t))
    for i, value in enumerate(got.tolist()):
        exact = loss_from_logits(coefficients(t[i], label_smoothing, class_weight), z[i], s[i])
        error = ulp_error(value, exact.loss, dtype, exact.size)
        assert error <= most, (
            f"row {i}: {error:.4g} ulp, more than {most} ({given}); got {value.hex()}, exact"
            f" {mp.nstr(exact.loss, 20)}; t={t[i].tolist()[:20]}, z={[v.hex() for v in _numbers(z[i][:20])]}"
        )
        assert exact.n_terms or not np.signbit(value)


def exact_gradients(
    t: Any, y: Any, *, from_logits: bool, eps: float | None = None, factors: Any = 1, **options: Any
) -> list[list[Entry]]:
    """One list for each row of (rows, classes); options are label_smoothing and class_weight."""
    floor = clip(eps, t.dtype, y.dtype)
    factors = np.broadcast_to(factors, len(t)).tolist()
    rows = []
    for t_row, y_row, factor in zip(t, y, factors, strict=True):
        c = coefficients(t_row, **options)
        rows.append(
            gradient_from_logits(c, y_row, factor)
            if from_logits
            else gradient_of_probabilities(c, y_row, floor, factor)
        )
    return rows


def vanishes(entry: Entry, dtype: np.dtype[Any]) -> bool:
    """Whether 0 is right as well: the product of a p that is no number where it is computed."""
    computed = finfo(dtype if dtype == np.float64 else np.float32)
    return entry.p is not None and not mp.isnan(entry.p) and entry.p < mp.mpf(float(computed.smallest_subnormal))


def assert_gradients(got: Any, exact: list[list[Entry]], dtype: Any, most: float = GRADIENT) -> None:
    """Every entry within the bound, in ulp of the dtype; the message names the first that is not."""
    got, dtype = np.asarray(got), np.dtype(dtype)
    assert got.shape[0] == len(exact)
    for i, (row, wanted) in enumerate(zip(got.tolist(), exact, strict=True)):
        for k, (value, entry) in enumerate(zip(row, wanted, strict=True)):
            if value == 0 and vanishes(entry, dtype):
                continue
            error = ulp_error(value, entry.value, dtype, entry.size)
            assert error <= most, (
                f"row {i}, class {k}: {error:.4g} ulp, more than {most}; got {value.hex()}, exact"
                f" {mp.nstr(entry.value, 20)}"
            )
