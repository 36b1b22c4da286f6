"""CrossEntropy: exact totals over any number of batches, in any order, from any number of processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from .._core import byte_form, threads
from .._core.exact import ExactSum
from .._core.options import described, kept, to_plain
from .._core.public import public
from .._core.rows import Kind, totals_of_batch
from .._core.small import DENSE, LABELS, TOTALS, small
from .._core.targets import DenseTargets, Labels
from .._core.totals import Totals
from .result import Result

if TYPE_CHECKING:
    from .._core.types import ArrayLike, Check, ClassWeight, TargetsLike


@public
class CrossEntropy:
    r"""Cross-entropy over many batches: update, merge, result.

    The sums of the losses and of the weights are kept exactly, as integers, and rounded only when you ask for them.
    So any split of the rows into batches, and any order of merging, gives the same bits as one pass. An update that
    fails leaves the total as it was. It pickles to less than a kilobyte (plus the class weights), and may be updated
    from many threads.

    Parameters
    ----------
    axis, eps, from_logits, label_smoothing, class_weight, check
        As in :func:`cross_entropy`.
    ignore_index
        As in :func:`cross_entropy_labels`.
    variance : bool
        Whether results have a variance, standard errors and intervals.

    Raises
    ------
    TypeError, ValueError
        For options that are wrong whatever the batch.

    See Also
    --------
    cross_entropy, cross_entropy_labels : The losses themselves, and what their options mean.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> total = xentc.CrossEntropy(ignore_index=-1)
    >>> y = np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    >>> total.update_labels([0, -1], y).update([[0, 0, 1]], y[:1])
    CrossEntropy(ignore_index=-1): 2 rows, mean 1.03972
    >>> total.result().count
    2
    >>> float(total.result().perplexity)
    2.82842712474619
    """

    def __init__(
        self,
        *,
        axis: int = -1,
        eps: float | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        class_weight: ClassWeight = None,
        ignore_index: int | None = None,
        check: Check = None,
        variance: bool = False,
    ) -> None:
        self._options = kept(
            axis=axis,
            eps=eps,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            class_weight=class_weight,
            ignore_index=ignore_index,
            check=check,
            variance=variance,
        )
        self._totals = Totals()

    def update(
        self,
        t: TargetsLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        where: ArrayLike | None = None,
    ) -> Self:
        """Add the rows of t and y, as :func:`cross_entropy` takes them.

        Parameters
        ----------
        t, y, sample_weight, where
            As in :func:`cross_entropy`.

        Returns
        -------
        CrossEntropy
            Itself.

        Raises
        ------
        TypeError, ValueError, IndexError
            As :func:`cross_entropy`, or if y has another number of classes than before; the total is then as it was.

        Notes
        -----
        Dask arrays (see :func:`cross_entropy`) are computed at once, where they are; only their total is sent here.
        """
        return self._add(DenseTargets, t, y, sample_weight, where)

    def update_labels(
        self,
        labels: ArrayLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        where: ArrayLike | None = None,
    ) -> Self:
        """Add the rows of labels and y, as :func:`cross_entropy_labels` takes them.

        Parameters
        ----------
        labels, y, sample_weight, where
            As in :func:`cross_entropy_labels`.

        Returns
        -------
        CrossEntropy
            Itself.

        Raises
        ------
        TypeError, ValueError, IndexError
            As :func:`cross_entropy_labels`, or if y has another number of classes than before; the total is then as it
            was.
        """
        return self._add(Labels, labels, y, sample_weight, where)

    def _add(self, kind: Kind, t: Any, y: ArrayLike, sample_weight: Any, where: Any) -> Self:
        ours = self._options
        ignore_index = ours.ignore_index if kind is Labels else None
        if not ours.variance:
            left = small(LABELS if kind is Labels else DENSE, TOTALS, t, y, ours.axis, ours.eps, ours.from_logits,
                         ours.label_smoothing, ours.class_weight, sample_weight, where, ignore_index, "sum", None,
                         ours.check)  # fmt: skip
            if left is not None:
                loss, weight, *rest = left
                return self._merge_totals(Totals(ExactSum(*loss), ExactSum(*weight), *rest))
        options = ours.replace(sample_weight=sample_weight, where=where, ignore_index=ignore_index)
        return self._merge_totals(totals_of_batch(kind, t, y, options))

    def _merge_totals(self, more: Totals) -> Self:
        """Add them in one step, which no other thread, signal handler or fork comes between."""
        while True:
            before = self._totals
            after = before.merge(more)
            with threads.lock():
                if self._totals is before:
                    self._totals = after
                    return self

    def merge(self, other: CrossEntropy) -> Self:
        """Add all the rows of another accumulator.

        Parameters
        ----------
        other : CrossEntropy
            Made with the same options; it stays as it is.

        Returns
        -------
        CrossEntropy
            Itself.

        Raises
        ------
        TypeError
            If other is no CrossEntropy.
        ValueError
            If its options differ, or its number of classes: their losses do not mean the same.
        """
        if not isinstance(other, CrossEntropy):
            raise TypeError(f"other must be a CrossEntropy, not {type(other).__name__}")
        mine, its = described(self._options), described(other._options)
        if mine != its:
            raise ValueError(f"other must have the options of this accumulator, ({mine}); it has ({its})")
        return self._merge_totals(other._totals)

    def __add__(self, other: CrossEntropy) -> CrossEntropy:
        if not isinstance(other, CrossEntropy):
            return NotImplemented
        return self._copy().merge(other)

    def __radd__(self, other: object) -> CrossEntropy:
        """For ``sum``, which begins with 0."""
        return self._copy() if isinstance(other, int) and other == 0 else NotImplemented

    def __iadd__(self, other: CrossEntropy) -> Self:
        if not isinstance(other, CrossEntropy):
            return NotImplemented
        return self.merge(other)

    def reset(self) -> Self:
        """Forget all rows and keep the options. Returns itself."""
        with threads.lock():
            self._totals = Totals()
        return self

    def result(self) -> Result:
        """The totals of all rows so far, rounded once.

        Returns
        -------
        Result
            With the attributes ``sum``, ``mean``, ``weighted_mean``, ``weight``, ``count``, ``clipped`` and
            ``perplexity``.

        Warns
        -----
        RuntimeWarning
            If there are no rows (the means are NaN), or if their weights sum to 0.

        Examples
        --------
        >>> import numpy as np, xentc
        >>> total = xentc.CrossEntropy(variance=True)
        >>> result = total.update_labels([0, 0], np.array([[0.5, 0.5], [0.25, 0.75]])).result()
        >>> round(float(result.mean), 4), round(float(result.standard_error), 4)
        (1.0397, 0.3466)
        """
        return Result._of(self._totals, variance=self._options.variance)

    def to_bytes(self) -> bytes:
        """Return all of it, options included, in a form that `from_bytes` of this and every later version can read.

        Returns
        -------
        bytes
            Less than a kilobyte (plus the class weights), with a version and a checksum. The same rows give the same
            bytes, whatever their order and batches.
        """
        return byte_form.pack("C", {"options": to_plain(self._options), "totals": self._totals.to_plain()})

    @classmethod
    def from_bytes(cls, data: bytes) -> CrossEntropy:
        """Return the total that `to_bytes` was called on.

        Parameters
        ----------
        data : bytes_like
            What `to_bytes` of this or an earlier version returned.

        Raises
        ------
        TypeError
            If data is not bytes.
        ValueError
            If they are damaged, truncated, those of something else, or written by a newer version.

        Examples
        --------
        >>> import numpy as np, xentc
        >>> total = xentc.CrossEntropy(eps=0).update_labels([0], np.array([[0.5, 0.5]]))
        >>> xentc.CrossEntropy.from_bytes(total.to_bytes())
        CrossEntropy(eps=0.0): 1 row, mean 0.693147
        """
        return byte_form.unpack_with("C", data, "a CrossEntropy", cls._of_plain)

    @classmethod
    def _of_plain(cls, plain: dict[str, Any]) -> CrossEntropy:
        new = cls(**plain["options"])
        new._totals = Totals.from_plain(plain["totals"])
        return new

    def __repr__(self) -> str:
        total = self._totals
        average = f", mean {float(total.loss) / total.count:.6g}" if total.count else ""
        options = described(self._options)
        if len(options) > 200:
            options = f"{options[:200]}..."
        return f"CrossEntropy({options}): {total.count} row{'s' * (total.count != 1)}{average}"

    def _copy(self) -> CrossEntropy:
        new = CrossEntropy()
        new._options, new._totals = self._options, self._totals
        return new

    def __reduce__(self) -> tuple[Any, ...]:
        return CrossEntropy.from_bytes, (self.to_bytes(),)
