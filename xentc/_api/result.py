"""What a `CrossEntropy` says of its rows."""

from __future__ import annotations

import numpy as np

from .._core.interval import Interval, interval
from .._core.record import Fields, Record
from .._core.sums import NOTHING, Sums, divide, square_root, variance_of, variance_of_rows
from .._core.totals import Totals, mean


class Result(Record):
    r"""What :meth:`CrossEntropy.result` returns; all of it is about the rows so far.

    Attributes
    ----------
    sum : float64
        The correctly rounded sum of the losses.
    mean, weighted_mean : float64
        ``sum / count``, and the correctly rounded quotient of the exact sum and the exact weight.
    weight : float64
        The correctly rounded sum of the rows' weights, :math:`s_i \sum_k w_k t'_{ik}`.
    count : int
        Rows that were not masked.
    clipped : int
        Terms, with a coefficient other than 0, whose probability was below eps; 0 from logits.
    perplexity : float64
        ``exp(mean)``.
    variance : float64
        Of the rows :math:`r_i`, losses times weights: :math:`\sum_i (r_i - \bar r)^2 / (n - 1)`, from exact sums
        and rounded once; NaN for fewer than two rows. Asking for this, or for what follows, is an AttributeError
        without ``CrossEntropy(variance=True)``.
    standard_error : float64
        Of ``mean``: ``sqrt(variance / count)``.
    weighted_standard_error : float64
        Of ``weighted_mean`` m, linearised: :math:`\sqrt{n / (n - 1) \sum_i (r_i - m w_i)^2} / |\sum_i w_i|` with the
        rows' weights w: that of a ratio of two means (Cochran, Sampling Techniques, 1977, chapter 6; n - 1 as R's
        ``survey`` has it).
    """

    sum: np.float64
    mean: np.float64
    weighted_mean: np.float64
    weight: np.float64
    count: int
    clipped: int
    perplexity: np.float64
    _squares: Sums | None = None
    __dataclass_fields__ = Fields()

    @classmethod
    def _of(cls, total: Totals, *, variance: bool) -> Result:
        """What the totals say, each number rounded once; a warning where a mean is undefined."""
        loss, weight = np.float64(float(total.loss)), np.float64(float(total.weight))
        average = mean(total, "mean", 4)
        by_weight = mean(total, "weighted_mean", 4) if total.count else np.float64(np.nan)
        with np.errstate(all="ignore"):
            perplexity = np.exp(average)
        squares = (total.squares or NOTHING)._replace(count=total.count) if variance else None
        return cls(loss, average, by_weight, weight, total.count, total.clipped, perplexity, squares)

    @property
    def variance(self) -> np.float64:
        """The sample variance of the rows; see the class."""
        return np.float64(divide(*variance_of_rows(self._asked_for())))

    @property
    def standard_error(self) -> np.float64:
        """Of the mean; see the class."""
        top, bottom = variance_of_rows(self._asked_for())
        return np.float64(square_root(top, bottom * self.count))

    @property
    def weighted_standard_error(self) -> np.float64:
        """Of the weighted mean; see the class."""
        top, bottom = variance_of(self._asked_for())
        return np.float64(square_root(top, bottom * self.count))

    def interval(self, level: float = 0.95, *, weighted: bool = False) -> Interval:
        """A confidence interval for the mean (or the weighted mean), by the normal approximation.

        Parameters
        ----------
        level : float
            The probability that such an interval contains the true mean, between 0 and 1.
        weighted : bool
            Whether it is for the weighted mean.

        Returns
        -------
        Interval
            ``(low, high)``.

        Raises
        ------
        ValueError
            If level is not between 0 and 1.
        AttributeError
            Without ``CrossEntropy(variance=True)``.
        """
        if weighted:
            return interval(float(self.weighted_mean), float(self.weighted_standard_error), level)
        return interval(float(self.mean), float(self.standard_error), level)

    def _asked_for(self) -> Sums:
        if self._squares is None:
            raise AttributeError("this total has no variance; ask for it with CrossEntropy(variance=True)")
        return self._squares
