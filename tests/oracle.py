"""What is right, by mpmath with 200 bits: nothing here is shared with xentc or with its NumPy twin."""

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import mpmath
import numpy as np
from bounds import bound
from cases import kind_of
from ml_dtypes import finfo

mp = mpmath.mp.clone() if hasattr(mpmath.mp, "clone") else mpmath.MPContext()
mp.prec = 200


class Exact(NamedTuple):
    loss: Any  # mpf, infinite or NaN where IEEE arithmetic would be
    size: Any  # sum |t log y|
    n_terms: int  # with t != 0


def result_dtype(t: np.dtype[Any], y: np.dtype[Any]) -> np.dtype[Any]:
    """float64 if y is no float; y's dtype if t is none; else the wider of the two."""
    if kind_of(y) != "f":
        return np.dtype(np.float64)
    if {t.name, y.name} == {"bfloat16", "float16"}:
        return np.dtype(np.float32)
    return max(t, y, key=lambda dtype: dtype.itemsize) if kind_of(t) == "f" else y


def clip(eps: float | None, t: np.dtype[Any], y: np.dtype[Any]) -> float:
    """eps as it applies: None is that of y's dtype; any other is rounded to float32 unless the result is float64."""
    if eps is None:
        return float(finfo(y if kind_of(y) == "f" else np.dtype(np.float64)).eps)
    return eps if result_dtype(t, y) == np.float64 else float(np.float32(eps))


@lru_cache(maxsize=200_000)
def _log(y: float) -> Any:
    return mp.log(mp.mpf(y)) if y > 0 else -mp.inf


def exact_loss(t: Any, y: Any, eps: float) -> Exact:
    """-sum t log(max(y, eps)) of one row, a term with t == 0 being 0 whatever y is."""
    loss, size, n_terms = mp.mpf(0), mp.mpf(0), 0
    for t_k, y_k in zip(np.asarray(t).tolist(), np.asarray(y).tolist(), strict=True):
        if t_k == 0:
            continue
        n_terms += 1
        y_k = float(y_k)
        x = y_k if math.isnan(y_k) else max(y_k, eps)
        term = mp.mpf(t_k) * (mp.nan if math.isnan(x) else _log(x))
        loss -= term
        size += abs(term)
    return Exact(loss, size, n_terms)


def exact_losses(t: np.ndarray[Any, Any], y: np.ndarray[Any, Any], eps: float | None = None) -> list[Exact]:
    """One for each row of (rows, classes)."""
    value = clip(eps, t.dtype, y.dtype)
    return [exact_loss(t_row, y_row, value) for t_row, y_row in zip(t, y, strict=True)]


def ulp(x: Any, dtype: np.dtype[Any]) -> Any:
    """Distance of neighbouring numbers of the dtype at |x|; below the normal numbers, that of subnormals."""
    info = finfo(dtype)
    smallest = mp.mpf(float(info.smallest_subnormal))
    if x == 0:
        return smallest
    exponent = mp.frexp(abs(x))[1]  # |x| in [2^(exponent - 1), 2^exponent)
    exponent = min(exponent, int(info.maxexp))
    return max(smallest, mp.ldexp(mp.mpf(1), exponent - 1 - int(info.nmant)))


def ulp_error(got: Any, exact: Any, dtype: np.dtype[Any], size: Any = None) -> float:
    """Error of got in ulp of size (of exact if None).

    NaN is right for NaN alone. An infinity stands for the first power of two that the dtype has not, so that it
    is half an ulp off where rounding changes from the largest number to infinity, and right for all beyond.
    """
    got = float(got)
    if mp.isnan(exact) or math.isnan(got):
        return 0.0 if mp.isnan(exact) and math.isnan(got) else np.inf
    beyond = mp.ldexp(mp.mpf(1), int(finfo(dtype).maxexp))
    if mp.isinf(exact):
        return 0.0 if got == float(exact) else np.inf
    value = mp.mpf(got)
    if np.isinf(got):
        value = beyond if got > 0 else -beyond
        exact = max(min(exact, beyond), -beyond)
    return float(abs(value - exact) / ulp(exact if size is None else size, dtype))


def assert_accurate(got: Any, t: np.ndarray[Any, Any], y: np.ndarray[Any, Any], eps: float | None = None) -> None:
    """Every row within the bound of its dtype and kind; the message has the worst row as a witness, in hex."""
    got = np.asarray(got)
    dtype = result_dtype(t.dtype, y.dtype)
    assert got.dtype == dtype
    assert got.shape == t.shape[:-1]
    for i, (value, exact) in enumerate(zip(got.tolist(), exact_losses(t, y, eps), strict=True)):
        most = bound(dtype.name, exact.n_terms, t_is_one=bool((t[i][t[i] != 0] == 1).all()))
        error = ulp_error(value, exact.loss, dtype, exact.size)
        assert error <= most, (
            f"row {i}: {error:.4g} ulp, more than {most}; got {value.hex()}, exact {mp.nstr(exact.loss, 20)};"
            f" t={t[i][t[i] != 0].tolist()[:20]}, y={[float(v).hex() for v in y[i][t[i] != 0][:20]]}"
        )
        # A sum of nothing is +0: its sign would show in a sum or a print.
        assert exact.n_terms or not np.signbit(value)


def coefficients(t: Any, label_smoothing: float = 0.0, class_weight: Any = None) -> list[Any]:
    """w_k t'_k of one row, exactly; without smoothing or with it, a t_k that is not read counts as nothing."""
    t = np.asarray(t).tolist()
    a = mp.mpf(label_smoothing)
    weights = [1.0] * len(t) if class_weight is None else np.asarray(class_weight).tolist()
    smoothed = [(0 if a == 1 else (1 - a) * mp.mpf(t_k)) + a / len(t) for t_k in t]
    return [mp.mpf(w) * t_k for w, t_k in zip(weights, smoothed, strict=True)]


def exact_row(
    t: Any, y: Any, eps: float, label_smoothing: float = 0.0, class_weight: Any = None, sample_weight: float = 1.0
) -> Exact:
    """-s sum_k w_k t'_k log(max(y_k, eps)) of one row."""
    loss, size, n_terms = mp.mpf(0), mp.mpf(0), 0
    for c_k, y_k in zip(coefficients(t, label_smoothing, class_weight), np.asarray(y).tolist(), strict=True):
        if c_k == 0:
            continue
        n_terms += 1
        x = float(y_k) if math.isnan(y_k) else max(float(y_k), eps)
        term = c_k * (mp.nan if math.isnan(x) else _log(x))
        loss -= term
        size += abs(term)
    s = mp.mpf(float(sample_weight))
    return Exact(s * loss, abs(s) * size, n_terms)


def quotient(values: Any, weights: Any) -> np.float64:
    """The exact sum of finite doubles over that of others, rounded once; rationals of Python alone."""
    total, divisor = (sum(map(Fraction, np.ravel(x).tolist())) for x in (values, weights))
    exact = Fraction(total) / divisor
    try:
        return np.float64(float(exact))
    except OverflowError:
        return np.float64(math.inf if exact > 0 else -math.inf)


def assert_row(got: Any, exact: Exact, dtype: np.dtype[Any], **options: bool) -> None:
    """One row with options within its bound: (smoothed, classes, samples) as in bounds.bound."""
    error, most = ulp_error(got, exact.loss, dtype, exact.size), bound(dtype.name, exact.n_terms, **options)
    assert error <= most, (
        f"{error:.4g} ulp, more than {most} ({options}); got {float(got).hex()}, exact {mp.nstr(exact.loss, 20)}"
    )
