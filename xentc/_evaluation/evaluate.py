"""evaluate: `Evaluation` in one call, from arrays or from files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from .._core.public import public
from .._readers.lazy import Lazy
from .accumulator import Evaluation
from .reading import evaluate_read, is_read, refuse_columns
from .report import Report

if TYPE_CHECKING:
    from .._core.types import ArrayLike, Check, DataLike


@public
def evaluate(
    labels: DataLike | None = None,
    y: DataLike | None = None,
    *,
    label: str | Sequence[str] | None = None,
    probs: str | Sequence[str] | None = None,
    id: str | Literal[False] | None = None,
    header: bool | None = None,
    classes: Sequence[Any] | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    ignore_index: int | None = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    by: Any = None,
    bins: int = 15,
    worst: int = 10,
    check: Check = None,
) -> Report:
    r"""Evaluate predictions: everything one asks of them, in one pass, exactly.

    The loss with its standard error, perplexity, accuracy, Brier score and calibration; the loss by class and by group;
    the worst rows, and what looks wrong: see :class:`Report`.

    Parameters
    ----------
    labels : array_like, path, or table
        The class of each row, a number or a name; see :class:`Evaluation`. Leave it out, or give the name of a column,
        if y is a table or file that has the labels: ``evaluate("predictions.csv")``.
    y : array_like, path, or table
        Probabilities, or logits, (..., K). Every value is read, not only that of the label's class. A path names a file
        (``.npy``, ``.npz``, Parquet, Arrow IPC, CSV, also ``.gz`` and ``.zst``), or a folder or pattern of such files;
        open streams and lists of paths will do, too. Files are read in blocks, whatever their size. A table is a frame
        of pandas or polars, an Arrow table, a dict of columns, or an array with fields.
    label : str or sequence of str, optional
        In files and tables the column of labels; or 0/1 columns, by a pattern like ``"t_*"`` or by their names. By
        default the one called label, target, y, y_true or class.
    probs : str or sequence of str, optional
        The columns of y: a column of lists, a pattern like ``"p_*"``, or names. By default the floating ones, if there
        is no doubt that those are meant. Their names, without the prefix that all share, are the classes.
    id : str or False, optional
        The column by which files or tables of predictions and of labels are joined; by default one called id in both.
        Without one they are joined by position, and any other column of whole numbers or text that both have must be
        the same in every row; with False it need not be.
    header : bool, optional
        Whether CSV files begin with a line of names. By default the first line decides; if it cannot, that is an error.
    classes, axis, eps, from_logits, ignore_index, bins, worst, check
        As in :class:`Evaluation`.
    sample_weight, where, by
        As in :meth:`Evaluation.update`; for files and tables weights and groups may be given by the names of columns.

    Returns
    -------
    Report
        For Dask arrays (see :func:`cross_entropy`) and for frames of Dask, which are tables, a lazy Dask array without
        axes, whose ``compute()`` returns the report.

    Raises
    ------
    TypeError, ValueError, IndexError
        As :class:`Evaluation` and its ``update``. What is wrong with a file is told by a ValueError, in one line that
        names the file and the row, counted from 0; if the file is missing, it is also a FileNotFoundError.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> y = np.array([[0.75, 0.25], [0.5, 0.5], [0.125, 0.875]])
    >>> report = xentc.evaluate([0, 1, 1], y, by=["monday", "monday", "tuesday"])
    >>> report.hits, round(report.mean, 4), round(report.standard_error, 4)
    (2, 0.3715, 0.1669)
    >>> [(group.name, group.count) for group in report.by]
    [('monday', 2), ('tuesday', 1)]

    The columns of a table by their names:

    >>> table = {"p_cat": y[:, 0], "p_dog": y[:, 1], "label": ["cat", "dog", "dog"], "day": [1, 1, 2]}
    >>> xentc.evaluate(table, by="day").by_class[1].name
    'dog'
    """
    if y is None:  # one argument that holds both
        labels, y = None, labels
    if y is None:
        raise TypeError("y must be predictions: an array, a table, or a path; got None")
    rows: dict[str, Any] = {"sample_weight": sample_weight, "where": where, "by": by}
    if is_read(labels, y):
        asked: dict[str, Any] = {
            "label": label,
            "probs": probs,
            "id": id,
            "header": header,
            "classes": classes,
            "axis": axis,
            "eps": eps,
            "from_logits": from_logits,
            "ignore_index": ignore_index,
            "bins": bins,
            "worst": worst,
            "check": check,
        }
        try:
            return evaluate_read(labels, y, **rows, **asked).report()
        except Lazy:
            pass
        from .._dask import tables

        return cast(Report, tables.report(labels, y, rows, asked))
    refuse_columns({"label": label, "probs": probs, "id": id, "header": header})
    evaluation = Evaluation(
        classes=classes,
        axis=axis,
        eps=eps,
        from_logits=from_logits,
        ignore_index=ignore_index,
        check=check,
        bins=bins,
        worst=worst,
    )
    try:
        state = evaluation._state_of(labels, y, sample_weight, where, by, None)
    except Lazy:
        pass
    else:
        return evaluation._add_state(state, moved=True).report()
    from .._dask.evaluation import report

    return cast(Report, report(evaluation, labels=labels, y=y, row=None, **rows))
