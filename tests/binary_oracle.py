"""What is right for two classes, by mpmath: as oracle.py, whose precision and ulp it has.

An element is c log(max(p, eps)) + d log(max(1 - p, eps)) with c = w t' and d = 1 - t'; ``options`` are pos_weight, w,
and label_smoothing, a.
"""

import math
from typing import Any

from logit_oracle import Entry
from oracle import Exact, mp


def two_coefficients(t: float, pos_weight: float = 1.0, label_smoothing: float = 0.0) -> tuple[Any, Any]:
    """c and d; with a = 1 nothing is asked of t."""
    a = mp.mpf(float(label_smoothing))
    t = mp.mpf(float(t))
    smoothed = [(0 if a == 1 else (1 - a) * x) + a / 2 for x in (t, 1 - t)]
    return mp.mpf(float(pos_weight)) * smoothed[0], smoothed[1]


def _exact(terms: list[Any], factor: float) -> Exact:
    s = mp.mpf(float(factor))
    return Exact(s * sum(terms, mp.mpf(0)), abs(s) * sum((abs(x) for x in terms), mp.mpf(0)), len(terms))


def binary_loss(t: float, p: float, eps: float, sample_weight: float = 1.0, **options: float) -> Exact:
    """-s [c log(max(p, eps)) + d log(max(1 - p, eps))], a term with the coefficient 0 being 0."""
    c, d = two_coefficients(t, **options)
    exact, floor, terms = mp.mpf(float(p)), mp.mpf(eps), []
    for coefficient, x, log in ((c, exact, lambda: mp.log(exact)), (d, 1 - exact, lambda: mp.log1p(-exact))):
        if coefficient == 0:
            continue
        if mp.isnan(x):
            terms.append(mp.nan)
        elif x < floor or x == 0:
            terms.append(-coefficient * (mp.log(floor) if floor else -mp.inf))
        else:
            terms.append(-coefficient * log())  # log1p: 1 - p may have more digits than mp.prec
    return _exact(terms, sample_weight)


def softplus(x: float) -> Any:
    """log(1 + exp(x))"""
    return mp.inf if x == math.inf else max(mp.mpf(x), 0) + mp.log1p(mp.exp(-abs(mp.mpf(x))))


def binary_loss_from_logits(t: float, z: float, sample_weight: float = 1.0, **options: float) -> Exact:
    """s [c softplus(-z) + d softplus(z)]"""
    c, d = two_coefficients(t, **options)
    z = float(z)
    terms = [k * (mp.nan if math.isnan(x) else softplus(x)) for k, x in ((c, -z), (d, z)) if k != 0]
    return _exact(terms, sample_weight)


def _difference(up: Any, down: Any, factor: Any, p: Any = None) -> Entry:
    """The size of a difference is that of its larger part: of the only one, where the other is 0."""
    return Entry(factor * (up - down), abs(factor) * max(abs(up), abs(down)), p)


def binary_gradient(t: float, p: float, eps: float, factor: Any = 1, **options: float) -> Entry:
    """factor (d / (1 - p) - c / p), a term under the clip being 0."""
    c, d = two_coefficients(t, **options)
    p, parts = mp.mpf(float(p)), []
    for coefficient, x in ((d, 1 - p), (c, p)):
        if coefficient == 0 or x < eps:
            parts.append(mp.mpf(0))
        else:
            parts.append(coefficient / x if x else coefficient * mp.inf)
    return _difference(*parts, factor)


def sigmoid(z: float) -> tuple[Any, Any]:
    """p and 1 - p"""
    z = mp.mpf(float(z))
    e = mp.exp(-abs(z))
    return (1 / (1 + e), e / (1 + e)) if z >= 0 else (e / (1 + e), 1 / (1 + e))


def binary_gradient_from_logits(t: float, z: float, factor: Any = 1, **options: float) -> Entry:
    """factor (d p - c (1 - p))"""
    c, d = two_coefficients(t, **options)
    if c == 0 and d == 0:
        return Entry(mp.mpf(0), mp.mpf(0))
    p, q = (mp.nan, mp.nan) if math.isnan(z) else sigmoid(z)
    only = q if d == 0 else p if c == 0 else None
    return _difference(d * p, c * q, factor, only)


def binary_hessian(t: float, z: float, factor: Any = 1, floor: float = 0.0, **options: float) -> Entry:
    """factor (c + d) max(p (1 - p), floor)"""
    c, d = two_coefficients(t, **options)
    if c == 0 and d == 0:
        return Entry(mp.mpf(0), mp.mpf(0))
    if math.isnan(z):
        return Entry(mp.nan, mp.nan)
    p, q = sigmoid(z)
    value = factor * (c + d) * max(p * q, mp.mpf(floor))
    return Entry(value, abs(value), min(p, q))
