"""Two models on the same rows: the paired difference of their losses."""

from dataclasses import dataclass

from .report import Interval, interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    r"""What :func:`compare` returns. Differences are those of a's losses less b's: negative where a is better.

    Attributes
    ----------
    count : int
        Rows n.
    weight : float
        The sum of their weights.
    mean_a, mean_b : float
        Mean losses.
    difference : float
        ``mean_a - mean_b``, from the exact sum of the rows' differences.
    variance, standard_error : float
        Of the paired differences, as `Statistics` has them of losses.
    wins, losses, ties : int
        Rows where a's loss is smaller, larger, the same.
    """

    count: int
    weight: float
    mean_a: float
    mean_b: float
    difference: float
    variance: float
    standard_error: float
    wins: int
    losses: int
    ties: int

    def interval(self, level: float = 0.95) -> Interval:
        """Where the mean difference of all such rows is, by the normal approximation."""
        return interval(self.difference, self.standard_error, level)
