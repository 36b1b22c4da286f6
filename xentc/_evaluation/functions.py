"""evaluate: `Evaluation` in one call, from arrays or from files."""

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from .accumulator import Evaluation
from .reading import evaluate_read, is_read
from .report import Report


def evaluate(
    labels: Any = None,
    y: Any = None,
    *,
    label: str | Sequence[str] | None = None,
    probs: str | Sequence[str] | None = None,
    id: str | None = None,
    header: bool | None = None,
    classes: Sequence[Any] | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    ignore_index: int | None = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    by: Any = None,
    bins: int = 15,
    worst: int = 10,
    check: bool | float | None = None,
) -> Report:
    r"""Evaluate predictions: all that a person asks of them, in one pass, exactly.

    Loss with its standard error, perplexity, accuracy, Brier score and calibration, by class and by group, the worst
    rows and what looks wrong: see :class:`Report`.

    Parameters
    ----------
    labels : array_like
        The class of each row, a number or a name; see :class:`Evaluation`.
    y : array_like
        Probabilities, or logits, (..., K). Every value is read, also those of other classes than the label's.
    classes, axis, eps, from_logits, ignore_index, bins, worst, check
        As in :class:`Evaluation`.
    sample_weight, where, by
        As in :meth:`Evaluation.update`.

    Returns
    -------
    Report

    Raises
    ------
    TypeError, ValueError, IndexError
        As :class:`Evaluation` and its ``update``.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> y = np.array([[0.75, 0.25], [0.5, 0.5], [0.125, 0.875]])
    >>> report = xentc.evaluate([0, 1, 1], y, by=["monday", "monday", "tuesday"])
    >>> report.hits, round(report.mean, 4), round(report.standard_error, 4)
    (2, 0.3715, 0.1669)
    >>> [(group.name, group.count) for group in report.by]
    [('monday', 2), ('tuesday', 1)]
    """
    if y is None:  # one argument that holds both
        labels, y = None, labels
    if y is None:
        raise TypeError("y must be predictions: an array, a table, or a path; got None")
    if is_read(labels, y):
        return evaluate_read(
            labels,
            y,
            label=label,
            probs=probs,
            id=id,
            header=header,
            classes=classes,
            axis=axis,
            eps=eps,
            from_logits=from_logits,
            ignore_index=ignore_index,
            sample_weight=sample_weight,
            where=where,
            by=by,
            bins=bins,
            worst=worst,
            check=check,
        )
    for name, value in (("label", label), ("probs", probs), ("id", id), ("header", header)):
        if value is not None:
            raise ValueError(f"{name} must be None for arrays, which have no columns; got {value!r}")
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
    return evaluation.update(labels, y, sample_weight=sample_weight, where=where, by=by).report()
