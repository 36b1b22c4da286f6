"""Errors in extended precision, good to a hundredth of a ulp: which of many rows are worth mpmath's time.

Nothing is judged here: where ``np.longdouble`` is no wider than float64, the rows chosen are other ones, that is all.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def smallest_normal(result: str) -> float:
    """Of the dtype that logits are computed in."""
    return float(np.finfo("float64" if result == "float64" else "float32").smallest_normal)


class Softmax:
    def __init__(self, z: Array) -> None:
        z = z.astype(np.longdouble)
        top = np.arange(len(z)), z.argmax(axis=1)
        self.below = z[top][:, np.newaxis] - z
        with np.errstate(under="ignore"):
            self.e = np.exp(-self.below)
            others = self.e.copy()
            others[top] = 0
            self.others = others.sum(axis=1, keepdims=True)
            self.sum = 1 + self.others
            # The sum of all but each class: for the likeliest one it is no difference.
            self.without = self.sum - self.e
            self.without[top] = self.others[:, 0]


def coefficients(t: Array, options: dict[str, Any]) -> Array:
    """w_k t'_k of all rows."""
    a = np.longdouble(options.get("label_smoothing", 0.0))
    c: Array = ((1 - a) * t.astype(np.longdouble) + a / t.shape[1]) * options.get("class_weight", 1.0)
    return c


def error(got: Array, want: Array, size: Array) -> Array:
    """In ulp of size; the worst of each row."""
    info = np.finfo(got.dtype)
    exponent = np.maximum(np.frexp(size)[1] - 1, info.minexp)
    ulps: Array = abs(got - want) / np.ldexp(np.longdouble(1), exponent - info.nmant)
    return ulps.reshape(len(got), -1).max(axis=1)


def of_losses(got: Array, c: Array, z: Array) -> Array:
    softmax = Softmax(z)
    terms = np.where(c != 0, c * (np.log1p(softmax.others) + softmax.below), 0)
    return error(got, terms.sum(axis=1), abs(terms).sum(axis=1))


def of_gradients(got: Array, c: Array, factors: Array, z: Array) -> Array:
    softmax = Softmax(z)
    product = c.sum(axis=1, keepdims=True) * softmax.e / softmax.sum
    alone = np.count_nonzero(c, axis=1, keepdims=True) == 1
    want = np.where(alone & (c != 0), -c * softmax.without / softmax.sum, product - c)
    size = np.where(alone, abs(want), np.maximum(abs(product), abs(c)))
    return error(got, factors * want, factors * size)


def of_hessians(got: Array, c: Array, factors: Array, z: Array) -> Array:
    softmax = Softmax(z)
    want = factors * c.sum(axis=1, keepdims=True) * softmax.e * softmax.without / softmax.sum**2
    judged = softmax.e >= smallest_normal(got.dtype.name) * softmax.sum
    return error(got, np.where(judged, want, got), want)


def of_probabilities(got: Array, c: Array, factors: Array, y: Array) -> Array:
    want = -factors * c / y
    return error(got, want, abs(want))
