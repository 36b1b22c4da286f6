"""Evaluation: all that a `Report` says, over any number of batches, in any order, from any number of processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from .._core import byte_form, threads
from .._core.public import public
from .._readers.lazy import Lazy
from .batch import state_of
from .build import build
from .form import from_plain, to_plain
from .held import Held
from .options import checked, described
from .report import Report
from .state import State, total_of

if TYPE_CHECKING:
    from .._core.types import ArrayLike, Check


@public
class Evaluation:
    r"""Evaluate predictions over many batches: update, merge, report.

    Every total is kept exactly, and rounded only when it is reported. So any split of the rows into batches, and any
    order of merging, gives the same bits as one pass. An update that fails leaves the evaluation as it was. It may be
    updated from many threads, it pickles, and it has a byte form of its own. It needs some 150 bytes for each class
    and each group, or three times as many with weights.

    Parameters
    ----------
    classes : sequence of str or int, optional
        Distinct names of the columns of y. Labels are then such names; if all names are text, labels may still be whole
        numbers, of columns.
    axis, eps, from_logits, check
        As in :func:`cross_entropy`.
    ignore_index
        As in :func:`cross_entropy_labels`.
    bins : int
        How many bins the calibration table has.
    worst : int
        How many of the largest losses are kept with their rows.
    by : str, optional
        A name for what rows are grouped by, such as that of the column. Every update must then have a `by`.

    Raises
    ------
    TypeError, ValueError
        For options that are wrong whatever the batch.

    See Also
    --------
    evaluate : In one call.
    CrossEntropy : The loss alone, of any targets.

    Notes
    -----
    A row whose weight is 0 is left out of everything, like a masked one, but its label must be in range. For class
    weights pass sample weights: ``sample_weight=class_weight[labels]``.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> y = np.array([[0.75, 0.25], [0.5, 0.5], [0.125, 0.875]])
    >>> evaluation = xentc.Evaluation(classes=["cat", "dog"], worst=1)
    >>> evaluation.update(["cat", "dog", "cat"], y)
    Evaluation(classes=('cat', 'dog'), worst=1): 3 rows, mean 1.02009
    >>> report = evaluation.report()
    >>> report.worst
    (Row(row=2, loss=2.0794415416798357, label='cat', predicted='dog', probability=0.875),)
    >>> xentc.Evaluation.from_bytes(evaluation.to_bytes()).report() == report
    True
    """

    def __init__(
        self,
        *,
        classes: Sequence[Any] | None = None,
        axis: int = -1,
        eps: float | None = None,
        from_logits: bool = False,
        ignore_index: int | None = None,
        check: Check = None,
        bins: int = 15,
        worst: int = 10,
        by: str | None = None,
    ) -> None:
        self._options = checked(
            classes=classes,
            axis=axis,
            eps=eps,
            from_logits=from_logits,
            ignore_index=ignore_index,
            check=check,
            bins=bins,
            worst=worst,
            by=by,
        )
        self._edges = np.linspace(0.0, 1.0, self._options["bins"] + 1)
        self._held = Held(State(self._options["bins"], self._options["worst"]))

    def update(
        self,
        labels: ArrayLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        where: ArrayLike | None = None,
        by: Any = None,
        row: int | ArrayLike | None = None,
    ) -> Self:
        """Add rows.

        Parameters
        ----------
        labels, y, sample_weight, where
            As in :func:`cross_entropy_labels`; labels may be names if the evaluation has `classes`.
        by : array_like, optional
            What each row is grouped by, in the rows' shape: integers, text, dates, categories. Groups are told apart
            by value, across batches and processes. A single value stands for all rows of the batch. Give it with every
            batch, or with none.
        row : int or array_like, optional
            The number of the first row of this batch, or the number of every row. By default rows are numbered as
            they come; give numbers if parts are evaluated separately and merged.

        Returns
        -------
        Evaluation
            Itself.

        Raises
        ------
        TypeError, ValueError, IndexError
            As :func:`cross_entropy_labels`; if y has another number of classes than before; if `by` has a missing
            value. The evaluation is then as it was.

        Notes
        -----
        The chunks of Dask arrays (see :func:`cross_entropy`) are evaluated at once, where they are, and only their
        total is sent here. :func:`evaluate` is lazy.
        """
        try:
            state = self._state_of(labels, y, sample_weight, where, by, row)
        except Lazy:
            pass
        else:
            return self._add_state(state, moved=row is None)
        from .._dask import evaluation

        more = {"sample_weight": sample_weight, "where": where, "by": by, "row": row}
        return self._add_state(evaluation.state(self, labels=labels, y=y, **more), moved=row is None)

    def _add_state(self, state: State, *, moved: bool) -> Self:
        return self._add(lambda held: held.plus(state, moved))

    def _add(self, more: Callable[[Held], Held]) -> Self:
        """What is held, and more, in one step, which no other thread, signal handler or fork comes between."""
        while True:
            before = self._held
            after = more(before)
            with threads.lock():
                if self._held is before:
                    self._held = after
                    return self

    def _total(self) -> State:
        """All of it in one state, which is not to be changed. It is held from now on, unless there is more by then."""
        held = self._held
        total = held.total()
        with threads.lock():
            if self._held is held:
                self._held = held.summed(total)
        return total

    def _state_of(self, labels: Any, y: Any, sample_weight: Any, where: Any, by: Any, row: Any) -> State:
        """The state of one batch."""
        return state_of(self._options, self._edges, labels, y, sample_weight, where, by, row)

    def merge(self, other: Evaluation) -> Self:
        """Add all the rows of another evaluation.

        Parameters
        ----------
        other : Evaluation
            Made with the same options; it stays as it is, and its rows keep their numbers.

        Returns
        -------
        Evaluation
            Itself.

        Raises
        ------
        TypeError
            If other is no Evaluation.
        ValueError
            If its options, its number of classes, or whether rows are grouped differ.
        """
        if not isinstance(other, Evaluation):
            raise TypeError(f"other must be an Evaluation, not {type(other).__name__}")
        if self._options != other._options:
            mine, its = described(self._options), described(other._options)
            raise ValueError(f"other must have the options of this evaluation, ({mine}); it has ({its})")
        theirs = other._total()
        return self._add(lambda held: held.plus(theirs))

    def __add__(self, other: object) -> Evaluation:
        return self._copy().merge(other) if isinstance(other, Evaluation) else NotImplemented

    def __radd__(self, other: object) -> Evaluation:
        """For ``sum``, which begins with 0."""
        return self._copy() if isinstance(other, int) and other == 0 else NotImplemented

    def __iadd__(self, other: object) -> Self:
        return self.merge(other) if isinstance(other, Evaluation) else NotImplemented

    def reset(self) -> Self:
        """Forget all rows and keep the options. Returns itself."""
        return self._add(lambda held: Held(held.empty))

    def report(self) -> Report:
        """Report everything about the rows so far.

        Returns
        -------
        Report
            A frozen record; later updates do not change it.
        """
        return build(self._total(), self._options, self._edges.tolist())

    def to_bytes(self) -> bytes:
        """Return all of it, options included, in a form that `from_bytes` of this and every later version can read.

        Returns
        -------
        bytes
            With a version and a checksum. The same rows give the same bytes, whatever their order and batches.
        """
        return byte_form.pack("E", self._to_plain())

    def _to_plain(self) -> dict[str, Any]:
        return {"options": self._options, "state": to_plain(self._total())}

    @classmethod
    def from_bytes(cls, data: bytes) -> Evaluation:
        """Return the evaluation that `to_bytes` was called on.

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
        """
        return byte_form.unpack_with("E", data, "an Evaluation", cls._of_plain)

    @classmethod
    def _of_plain(cls, plain: dict[str, Any]) -> Evaluation:
        new = cls(**plain["options"])
        new._held = new._held.plus(from_plain(plain["state"], new._options["bins"], new._options["worst"]))
        return new

    def _copy(self) -> Evaluation:
        new = Evaluation(**self._options)
        new._held = self._held
        return new

    def __repr__(self) -> str:
        total = total_of(self._total().found.classes)
        average = f", mean {total.r / total.s:.6g}" if total.count else ""
        options = described(self._options)
        if len(options) > 200:
            options = f"{options[:200]}..."
        return f"Evaluation({options}): {total.count} row{'s' * (total.count != 1)}{average}"

    def __reduce__(self) -> tuple[Any, ...]:
        return Evaluation.from_bytes, (self.to_bytes(),)
