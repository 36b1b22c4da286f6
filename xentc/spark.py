"""Frames of Spark: evaluated where they are. Needs pyspark and pyarrow, ``pip install 'xentc[spark]'``.

What moves is one state of each partition, of some kilobytes; the result has the bits of the one call in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ._api.accumulator import CrossEntropy
from ._core import arguments
from ._core.options import REDUCTIONS
from ._evaluation.accumulator import Evaluation
from ._evaluation.parts import renumbered
from ._evaluation.report import Report
from ._spark import driver
from ._spark.executors import Add, Evaluate, state_of

if TYPE_CHECKING:
    from ._core.types import Check, ClassWeight, Reduction

__all__ = ["cross_entropy", "evaluate"]


def __dir__() -> list[str]:
    return __all__


def evaluate(
    df: Any,
    *,
    label: str | Sequence[str],
    probs: str | Sequence[str],
    by: str | None = None,
    sample_weight: str | None = None,
    classes: Sequence[Any] | None = None,
    eps: float | None = None,
    from_logits: bool = False,
    ignore_index: int | None = None,
    bins: int = 15,
    worst: int = 10,
    check: Check = None,
) -> Report:
    r"""Evaluate the predictions in a frame of Spark, as :func:`xentc.evaluate` does those in a table.

    Each partition is reduced to one exact total; the executors, and then this process, add those up. So skewed or
    empty partitions change nothing, and no group is gathered on one executor.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
        It is computed once. To leave out rows, use ``df.where(...)``.
    label : str or sequence of str
        The column of labels, numbers or names; or 0/1 columns by a pattern like ``"t_*"`` or their names.
    probs : str or sequence of str
        The columns of y: a column of arrays or of vectors (``pyspark.ml.linalg``), a pattern like ``"p_*"``, or names.
        The names of several columns, without the prefix that all share, are the classes.
    by, sample_weight : str, optional
        Columns of groups and weights.
    classes, eps, from_logits, ignore_index, bins, worst, check
        As in :class:`xentc.Evaluation`.

    Returns
    -------
    Report
        The worst rows are numbered as if the partitions followed each other, which is the order of ``df.collect()``.

    Raises
    ------
    TypeError, ValueError, IndexError
        As :func:`xentc.evaluate`, with the number of the partition, from whose start rows are counted; if df has no
        rows.

    Examples
    --------
    >>> import xentc.spark
    >>> report = xentc.spark.evaluate(df, label="label", probs="p_*", by="day")  # doctest: +SKIP
    """
    columns = driver.chosen(df, label, probs, sample_weight, by)
    options: dict[str, Any] = {
        "classes": None if classes is None else list(classes),
        "eps": eps,
        "from_logits": from_logits,
        "ignore_index": ignore_index,
        "bins": bins,
        "worst": worst,
        "check": check,
    }
    Evaluation(**options)  # what cannot be is said here
    total = driver.added_up(df, columns, Evaluate(columns, options))
    assert total.state is not None
    evaluation = state_of(total.state)
    assert isinstance(evaluation, Evaluation)
    return renumbered(evaluation, driver.in_order(total)).report()


def cross_entropy(
    df: Any,
    *,
    label: str | Sequence[str],
    probs: str | Sequence[str],
    sample_weight: str | None = None,
    classes: Sequence[Any] | None = None,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    ignore_index: int | None = None,
    reduction: Reduction = "none",
    column: str = "cross_entropy",
    check: Check = None,
) -> Any:
    r"""Cross-entropy of the rows of a frame of Spark, as :func:`xentc.cross_entropy_labels` has it; in nats.

    .. math:: L_i = -s_i w_{c_i} \log \max(y_{i c_i}, \mathrm{eps})

    Parameters
    ----------
    df, label, probs, sample_weight
        As in :func:`evaluate`.
    classes : sequence of str or int, optional
        Names of the columns of y, if labels are names and are not those of the columns.
    eps, from_logits, label_smoothing, class_weight, ignore_index, reduction, check
        As in :func:`xentc.cross_entropy_labels`.
    column : str
        The name of the losses' column, with ``reduction="none"``.

    Returns
    -------
    pyspark.sql.DataFrame or float64
        With "none" the frame with one more column, the losses: float if all of y is float, else double; lazy, as frames
        are. A reduced result is computed at once, from one exact total of each partition.

    Raises
    ------
    TypeError, ValueError, IndexError
        As :func:`evaluate`. With "none" what is wrong with a value is an error of Spark's, when it computes the frame.

    Examples
    --------
    >>> import xentc.spark
    >>> mean = xentc.spark.cross_entropy(df, label="label", probs="p_*", reduction="mean")  # doctest: +SKIP
    """
    arguments.check_choice("reduction", reduction, REDUCTIONS)
    columns = driver.chosen(df, label, probs, sample_weight, None)
    options: dict[str, Any] = {
        "eps": eps,
        "from_logits": from_logits,
        "label_smoothing": label_smoothing,
        "class_weight": class_weight if class_weight is None else arguments.as_class_weight(class_weight),
        "ignore_index": ignore_index,
        "check": check,
    }
    CrossEntropy(**options)  # what cannot be is said here
    classes = None if classes is None else list(classes)
    if reduction == "none":
        return driver.with_losses(df, columns, options, classes, column)
    total = driver.added_up(df, columns, Add(columns, options, classes))
    assert total.state is not None
    result = getattr(state_of(total.state), "result")()  # noqa: B009 - either state is possible to a checker
    return np.float64(getattr(result, reduction))
