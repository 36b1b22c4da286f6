"""What a report must say, from the definitions alone: fractions, math.fsum and mpmath over float64 rows.

The rows of losses are those of `cross_entropy_labels`, whose own oracle is in oracle.py; everything that is made of
them is made anew here.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

import xentc

Array = np.ndarray[Any, Any]


@dataclass
class Rows:
    """Rows that count, one behind the other; `number` is theirs, `square` the exact Brier scores."""

    number: list[int]
    label: list[int]
    predicted: list[int | None]
    loss: list[float]
    weight: list[float]
    probability: list[Any]  # of the first largest y: a float, or an mpf from logits
    brier: list[Any]
    y: Array

    def of(self, keep: list[bool]) -> "Rows":
        fields = {
            name: [x for x, k in zip(value, keep, strict=True) if k]
            for name, value in vars(self).items()
            if name != "y"
        }
        return Rows(**fields, y=self.y[np.array(keep, bool)])

    @property
    def hits(self) -> list[bool]:
        return [k == p for k, p in zip(self.label, self.predicted, strict=True)]


def rows(
    labels: Array,
    y: Array,
    *,
    weight: Array | None = None,
    where: Array | None = None,
    number: Array | None = None,
    ignore_index: int | None = None,
    **options: Any,
) -> Rows:
    keep = np.ones(len(labels), bool) if where is None else where.copy()
    if ignore_index is not None:
        keep &= labels != ignore_index
    if weight is not None:
        keep &= weight != 0
    number = np.arange(len(labels)) if number is None else number
    labels, y, number = labels[keep], np.asarray(y)[keep], number[keep]
    losses = np.empty(len(labels))
    xentc.cross_entropy_labels(labels, y, out=losses, **options)
    weights = np.ones(len(labels)) if weight is None else weight[keep].astype(np.float64)
    predicted, probability, brier = [], [], []
    for k, row in zip(labels.tolist(), y.astype(np.float64), strict=True):
        p = _softmax(row) if options.get("from_logits") else [float(x) for x in row]
        bad = any(x != x for x in p)
        top = math.nan if bad else max(p)
        predicted.append(None if bad else int(np.argmax(row)))
        probability.append(top)
        brier.append(math.nan if bad else _brier(p, k))
    return Rows(number.tolist(), labels.tolist(), predicted, losses.tolist(), weights.tolist(), probability, brier, y)


def _softmax(row: Array) -> list[Any]:
    with mpmath.workprec(200):
        z = [mpmath.mpf(x) for x in row.tolist()]
        if any(x != x for x in z):
            return [mpmath.nan] * len(z)
        largest = max(z)
        e = [mpmath.exp(x - largest) for x in z]
        total = mpmath.fsum(e)
        return [x / total for x in e]


def _brier(p: list[Any], label: int) -> Any:
    if isinstance(p[0], float):
        return sum((Fraction(x) - (k == label)) ** 2 for k, x in enumerate(p))
    with mpmath.workprec(200):
        return mpmath.fsum((x - (k == label)) ** 2 for k, x in enumerate(p))


def root(x: Fraction) -> float:
    with mpmath.workprec(400):
        return float(mpmath.sqrt(mpmath.mpf(x.numerator) / x.denominator))


def as_float(x: Fraction) -> float:
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def statistics(of: Rows, weighted: bool) -> dict[str, Any]:
    """Of finite rows, all that is exact: what Statistics has but for brier, whose terms are rounded."""
    n = len(of.loss)
    r = [Fraction(w * x) for w, x in zip(of.weight, of.loss, strict=True)]
    s = [Fraction(w) for w in of.weight]
    total, whole = sum(r, Fraction(0)), sum(s, Fraction(0))
    want: dict[str, Any] = {"count": n, "weight": as_float(whole), "sum": as_float(total), "hits": sum(of.hits)}
    if n == 0:
        return want | dict.fromkeys(("mean", "perplexity", "bits", "variance", "standard_error", "accuracy"), math.nan)
    mean = as_float(total / whole) if weighted else as_float(total) / n
    want["mean"], want["bits"] = mean, mean / math.log(2)
    want["perplexity"] = math.exp(mean) if mean < 709 else math.inf
    want["accuracy"] = as_float(sum((w for w, hit in zip(s, of.hits, strict=True) if hit), Fraction(0)) / whole)
    want["variance"] = want["standard_error"] = math.nan
    if n > 1:
        m = total / whole
        spread = sum(((x - m * w) ** 2 for x, w in zip(r, s, strict=True)), Fraction(0)) / (n - 1) / whole**2
        want["variance"], want["standard_error"] = as_float(spread * n * n), root(spread * n)
    return want


def calibration(of: Rows, n_bins: int) -> tuple[list[tuple[int, Fraction, Fraction, Fraction]], list[int]]:
    """(count, weight, sum of s confidence, sum of s hit) of each bin, of probabilities; and each row's bin."""
    edges = np.linspace(0, 1, n_bins + 1)
    places = [int(np.searchsorted(edges[1:-1], float(p))) for p in of.probability]
    bins = [(0, Fraction(0), Fraction(0), Fraction(0))] * n_bins
    for place, p, w, hit in zip(places, of.probability, of.weight, of.hits, strict=True):
        count, weight, sure, right = bins[place]
        bins[place] = (count + 1, weight + Fraction(w), sure + Fraction(w * float(p)), right + Fraction(w) * hit)
    return bins, places


def worst(of: Rows, n: int) -> list[tuple[int, float, int, int | None]]:
    """(row, loss, label, predicted)."""
    every = zip(of.number, of.loss, of.label, of.predicted, strict=True)
    return sorted(every, key=lambda row: (row[1] == row[1], -row[1] if row[1] == row[1] else 0.0, row[0]))[:n]
