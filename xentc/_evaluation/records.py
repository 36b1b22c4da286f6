"""The records that a `Report` is made of. Every number is a plain Python one."""

import math
from dataclasses import dataclass
from typing import Any, Literal

from .._core.interval import Interval, interval
from . import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    r"""Totals of some rows: all of them, those of a class, or those of a group.

    With :math:`L_i` the loss of row i, :math:`s_i` its sample weight (1 where there are none), :math:`S = \sum_i s_i`
    and :math:`m` the mean. What is not defined, such as the mean of no rows, is NaN.

    Attributes
    ----------
    count : int
        Rows n: those that are not masked, not ignored, and whose weight is not 0.
    weight : float
        S, the sum of the sample weights; the count where there are none.
    sum, mean : float
        :math:`\sum_i s_i L_i` in nats, correctly rounded, and that sum over S, as scikit-learn's metrics average: with
        weights the quotient of the exact sums rounded once, without them the rounded sum over the count.
    perplexity, bits : float
        ``exp(mean)`` (Jelinek, Mercer, Bahl, Baker 1977) and ``mean / log(2)``.
    variance : float
        Without weights the sample variance :math:`\sum_i (L_i - m)^2 / (n - 1)`; with them that of the linearised
        mean, :math:`n^2 / (n - 1) \sum_i s_i^2 (L_i - m)^2 / S^2` (of a ratio of two means: Cochran, Sampling
        Techniques, 1977, chapter 6), which is the same where all weights are equal. From exact sums, rounded once.
        NaN for fewer than two rows.
    standard_error : float
        Of the mean: ``sqrt(variance / count)``.
    hits : int
        Rows whose label is the first largest y.
    accuracy : float
        :math:`\sum_i s_i [\text{hit}_i] / S`.
    brier : float
        :math:`\sum_i s_i \sum_k (y_{ik} - t_{ik})^2 / S`, from 0 to 2 (Brier 1950): scikit-learn's
        ``brier_score_loss`` of several classes, of which its ``scale_by_half`` makes half. Each row's score is
        computed in float64, their sum is exact.
    """

    count: int
    weight: float
    sum: float
    mean: float
    perplexity: float
    bits: float
    variance: float
    standard_error: float
    hits: int
    accuracy: float
    brier: float

    def interval(self, level: float = 0.95) -> Interval:
        """A confidence interval for the mean loss, by the normal approximation.

        Parameters
        ----------
        level : float
            The probability that such an interval contains the true mean, between 0 and 1.

        Returns
        -------
        Interval
            ``(low, high)``.

        Raises
        ------
        ValueError
            If level is not between 0 and 1.
        """
        return interval(self.mean, self.standard_error, level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Statistics):
    """`Statistics` of the rows of one class, or of one value of ``by``.

    Attributes
    ----------
    name : object
        The class (its name, or its number where there are no names), or the value of ``by``: a bool, int, float, str,
        bytes, ``date``, ``datetime`` or ``timedelta``.
    """

    name: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bin of the calibration table: rows whose largest y is in ``(low, high]`` (the first bin takes all below).

    Attributes
    ----------
    low, high : float
        Edges of the bin; the bins are equally wide.
    count : int
        Rows in it.
    weight : float
        The sum of their weights.
    confidence : float
        The mean of their largest y, by weight; NaN for an empty bin.
    accuracy : float
        The share of hits, by weight; NaN for an empty bin.
    """

    low: float
    high: float
    count: int
    weight: float
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LossBin:
    """One bin of the histogram of losses: ``low <= loss < high``; counts are not weighted.

    Edges are the same in every report: four bins between any two powers of 2 from 2^-32 to 2^10 nats. The first bin
    takes all losses below it (its low is -inf), the last all above (its high is inf).
    """

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One of the rows with the largest losses.

    Attributes
    ----------
    row : int
        Its number, from 0.
    loss : float
        Not multiplied by its weight.
    label, predicted : object
        Classes: names, or numbers where there are no names. The predicted one is the first with the largest y.
    probability : float
        y of the predicted class.
    """

    row: int
    loss: float
    label: Any
    predicted: Any
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that looks wrong with the data.

    Attributes
    ----------
    kind : str
        "clipped": rows whose y of the label was below eps. "sums": rows that do not sum to 1. "outside": rows with a
        value outside [0, 1]. "nan": rows with a NaN. "probabilities": rows of logits that look like probabilities,
        in [0, 1] and summing to 1. "unseen": classes without a row.
    count : int
        How many rows (of "unseen": classes).
    first_row : int or None
        The smallest number of such a row; None of "unseen".
    largest : float or None
        The largest fault: of "sums" how far from 1, of "outside" how far outside.
    largest_row : int or None
        The row that has it, the first one of several.
    names : tuple
        Of "unseen": the classes, at most 20 of them.
    """

    kind: Literal["clipped", "sums", "outside", "nan", "probabilities", "unseen"]
    count: int
    first_row: int | None = None
    largest: float | None = None
    largest_row: int | None = None
    names: tuple[Any, ...] = ()

    @property
    def message(self) -> str:
        """All of it in one plain line."""
        return words.message(self)


def loss_edges() -> list[float]:
    """Edges of the histogram of losses: -inf, 2^-32, 1.25 * 2^-32, ..., 2^10, inf."""
    inner = [math.ldexp(4 + quarter, exponent - 2) for exponent in range(-32, 10) for quarter in range(4)]
    return [-math.inf, *inner, 2.0**10, math.inf]
