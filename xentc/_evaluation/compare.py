"""compare: two models on the same rows in one call, from arrays or from files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from .._core.options import Options
from .._core.public import public
from .._readers.lazy import Lazy
from .comparison import Comparison, pairs_of
from .names import as_names
from .reading import is_read, refuse_columns

if TYPE_CHECKING:
    from .._core.types import ArrayLike, Check, DataLike


@public
def compare(
    labels: DataLike | None = None,
    y_a: DataLike | None = None,
    y_b: DataLike | None = None,
    *,
    label: str | Sequence[str] | None = None,
    probs: str | Sequence[str] | None = None,
    id: str | Literal[False] | None = None,
    header: bool | None = None,
    classes: Sequence[Any] | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    ignore_index: int | None = None,
    check: Check = None,
) -> Comparison:
    r"""Compare two models on the same rows, by the differences of their losses.

    .. math:: d_i = L_i^a - L_i^b, \qquad \bar d = \frac{\sum_i s_i d_i}{\sum_i s_i}

    Models that find the same rows hard have losses that vary together; the standard error of the mean of the paired
    differences is then much smaller than that of either mean.

    Parameters
    ----------
    labels : array_like, path, or table
        As in :func:`cross_entropy_labels`, or names if there are `classes`. Leave it out, or give the name of a column,
        if y_a is a table or file that has the labels: ``compare("a.csv", "b.csv")``.
    y_a, y_b : array_like, path, or table
        The predictions of each model; paths and tables as in :func:`evaluate`. Files are read in blocks.
    label, probs, header
        Columns of files and tables, as in :func:`evaluate`.
    id : str or False, optional
        The column by which both are joined with the labels, in whatever order each has them; by default one called id.
        Without one they are joined by position, and any other column of whole numbers or text that two of them have
        must be the same in every row; with False it need not be.
    classes, axis, eps, from_logits, ignore_index, check
        As in :class:`Evaluation`, for both.
    sample_weight, where
        As in :meth:`Evaluation.update`. For files and tables they are in the order of y_a; weights may be the name of a
        column.

    Returns
    -------
    Comparison
        Means, their difference with its standard error and interval, wins, losses and ties. For Dask arrays (see
        :func:`cross_entropy`) a lazy Dask array without axes, whose ``compute()`` returns the comparison.

    Raises
    ------
    TypeError, ValueError, IndexError
        As :func:`cross_entropy_labels`, with a note that says which model it is about; if weights are not finite; if
        the rows of both models differ in shape; if files or tables do not have the same rows or classes. What is wrong
        with a file is told as :func:`evaluate` does.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> a, b = np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([[0.25, 0.75], [0.25, 0.75]])
    >>> result = xentc.compare([0, 1], a, b)
    >>> round(result.difference, 4), result.wins, result.losses, result.ties
    (-0.3466, 1, 0, 1)

    Tables are joined by their column ``id``:

    >>> table_a = {"id": [7, 8], "p_cat": a[:, 0], "p_dog": a[:, 1], "label": ["cat", "dog"]}
    >>> table_b = {"id": [8, 7], "p_cat": b[::-1, 0], "p_dog": b[::-1, 1]}
    >>> xentc.compare(table_a, table_b) == result
    True
    """
    if y_b is None:  # the labels are those of y_a
        labels, y_a, y_b = None, labels, y_a
    if y_a is None or y_b is None:
        raise TypeError("y_a and y_b must be predictions: arrays, tables, or paths; got None")
    columns: dict[str, Any] = {"label": label, "probs": probs, "id": id, "header": header}
    if is_read(labels, y_a) or is_read(labels, y_b):
        from .pairing import compare_read

        return compare_read(
            labels,
            y_a,
            y_b,
            **columns,
            classes=classes,
            axis=axis,
            eps=eps,
            from_logits=from_logits,
            sample_weight=sample_weight,
            where=where,
            ignore_index=ignore_index,
            check=check,
        )
    refuse_columns(columns)
    names = None if classes is None else as_names(classes)
    options = Options(
        axis=axis,
        eps=eps,
        from_logits=from_logits,
        sample_weight=sample_weight,
        where=where,
        ignore_index=ignore_index,
        check=check,
    )
    try:
        return pairs_of(labels, y_a, y_b, names, options).result()
    except Lazy:
        pass
    from .._dask.comparison import compare

    return cast(Comparison, compare(labels, y_a, y_b, names, options))
