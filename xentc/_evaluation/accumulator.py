"""Evaluation: all that a `Report` says, over any number of batches, in any order, from any number of processes."""

from collections.abc import Sequence
from typing import Any, Self

import numpy.typing as npt

from .report import Report


class Evaluation:
    r"""Evaluate predictions over many batches: update, merge, report.

    Every total is kept exactly, and rounded when it is reported. So any split of the rows into batches, and any order
    of merging, gives the bits of one pass. An update that fails leaves it as it was. It may be updated from many
    threads, pickles, and has a byte form of its own.

    Parameters
    ----------
    classes : sequence of str or int, optional
        Names of the columns of y. With them labels are such names.
    axis, eps, from_logits, check
        As in :func:`cross_entropy`.
    ignore_index
        As in :func:`cross_entropy_labels`.
    bins : int
        Of the calibration table.
    worst : int
        How many of the largest losses are kept with their rows.
    by : str, optional
        A name for what rows are grouped by, such as that of the column. Every update then has to have a `by`.

    Raises
    ------
    TypeError, ValueError
        For options that no batch could be evaluated with.
    """

    def __init__(
        self,
        *,
        classes: Sequence[Any] | None = None,
        axis: int = -1,
        eps: float | None = None,
        from_logits: bool = False,
        ignore_index: int | None = None,
        check: bool | float | None = None,
        bins: int = 15,
        worst: int = 10,
        by: str | None = None,
    ) -> None:
        from .provisional import Rows

        self._options: dict[str, Any] = {
            "classes": None if classes is None else tuple(classes),
            "axis": axis,
            "eps": eps,
            "from_logits": from_logits,
            "ignore_index": ignore_index,
            "check": check,
            "bins": bins,
            "worst": worst,
            "by": by,
        }
        self._rows = Rows(**self._options)

    def update(
        self,
        labels: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        sample_weight: npt.ArrayLike | None = None,
        where: npt.ArrayLike | None = None,
        by: npt.ArrayLike | None = None,
        row: int | npt.ArrayLike | None = None,
    ) -> Self:
        """Add rows.

        Parameters
        ----------
        labels, y, sample_weight, where
            As in :func:`cross_entropy_labels`; labels are names if the evaluation has `classes`.
        by : array_like, optional
            What each row is grouped by: integers, text, dates, categories. Groups are told apart by value, so those
            of other batches and processes meet. Given in every update, or in none.
        row : int or array_like, optional
            The number of the first row of this batch, or the number of every row. By default rows are numbered as
            they come.

        Returns
        -------
        Evaluation
            Itself.
        """
        self._rows.add(labels, y, sample_weight, where, by, row)
        return self

    def merge(self, other: "Evaluation") -> Self:
        """Add all the rows of another evaluation, which was made with the same options and stays as it is."""
        if self._options != other._options:
            raise ValueError("other must have the options of this evaluation")
        self._rows.batches += other._rows.batches
        return self

    def __add__(self, other: object) -> "Evaluation":
        if not isinstance(other, Evaluation):
            return NotImplemented
        return self._empty().merge(self).merge(other)

    def __radd__(self, other: object) -> "Evaluation":
        """For ``sum``, which begins with 0."""
        return self._empty().merge(self) if isinstance(other, int) and other == 0 else NotImplemented

    def _empty(self) -> "Evaluation":
        return Evaluation(**self._options)

    def reset(self) -> Self:
        """Forget all rows, keep the options."""
        self._rows.batches = []
        return self

    def report(self) -> Report:
        """Everything about the rows so far."""
        return self._rows.report()

    def to_bytes(self) -> bytes:
        """Everything, options included, in a form that `from_bytes` of this and every later version reads."""
        import pickle

        return pickle.dumps((self._options, self._rows.batches))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Evaluation":
        """What `to_bytes` gave."""
        import pickle

        options, batches = pickle.loads(bytes(data))
        new = cls(**options)
        new._rows.batches = batches
        return new
