"""log_loss: scikit-learn's function of that name over the kernels, without scikit-learn."""

from __future__ import annotations

import warnings
from numbers import Number
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .._core import dtypes
from .._core.arrays import refuse_masked
from .._core.labels import NamedLabels
from .._core.options import Options
from .._core.public import public
from .._core.rows import totals
from .._core.small import LABELS, LOG_LOSS, small
from .._core.targets import DenseTargets, Labels
from .._core.totals import Totals
from .._readers.lazy import Lazy
from .classes import Classes, as_labels, blocks, distinct, numbered_from_zero
from .probabilities import (
    BLOCK_ELEMENTS,
    as_floats,
    as_numbers,
    as_probabilities,
    check_probabilities,
    check_range,
    check_weight,
    eps_of,
    has_one_column,
    n_columns,
    refuse_only_zeros,
    sum_tolerance,
    two_columns,
    warn_of_sums,
)

if TYPE_CHECKING:
    from .._core.types import ArrayLike


Array = np.ndarray[Any, Any]
DOUBLE = np.dtype(np.float64)
_NOT_GIVEN = "deprecated"  # what scikit-learn has there


@public
def log_loss(
    y_true: ArrayLike,
    y_proba: ArrayLike | None = None,
    *,
    normalize: bool = True,
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    y_pred: ArrayLike | None = _NOT_GIVEN,
) -> float:
    r"""Mean cross-entropy of predicted probabilities, called as scikit-learn's ``log_loss`` is; in nats.

    .. math:: \frac{\sum_i s_i L_i}{\sum_i s_i}, \qquad
        L_i = -\log \min(\max(y_{i c_i}, \mathrm{eps}), 1 - \mathrm{eps})

    The arguments, defaults, errors and warnings of scikit-learn 1.9, which is not needed, and its values. New
    code is better served by :func:`cross_entropy_labels`, which does not clip from above, tells the losses of
    the rows, and never infers the classes from the labels.

    Parameters
    ----------
    y_true : array_like, (N,)
        The class of each row: integers, whole floats, bool, text or categories, as an array, a list, or a column of
        pandas, polars or pyarrow. Or an indicator matrix, (N, K), with a 1 in the column of each row's class.
    y_proba : array_like, (N, K) or (N,)
        Predicted probabilities, one column for each class in the sorted order of the classes. With one
        axis, or one column, they are those of the second of two classes. bfloat16, float16, float32 or float64;
        whatever else can be read as float64 is.
    normalize : bool
        True for the mean, weighted by ``sample_weight``; False for the sum.
    sample_weight : array_like, (N,), optional
        s, real numbers, not all 0.
    labels : array_like, optional
        All classes, where ``y_true`` may lack one. Without it they are those seen in ``y_true``.
    y_pred : array_like
        Former name of ``y_proba``.

    Returns
    -------
    float
        Computed in float64 from the values of ``y_proba`` as they are, of any dtype, and summed exactly.

    Raises
    ------
    TypeError
        If an argument is no array, or masked, ``normalize`` no bool, or labels are bytes or of types that cannot be
        sorted.
    ValueError
        If the lengths differ; ``y_proba`` is not finite or leaves [0, 1]; there are fewer than two classes,
        or not as many as columns; ``y_true`` has a class that ``labels`` lacks; labels are no classes (fractions,
        several columns that are no indicator); a weight is not finite, or all are 0.
    ZeroDivisionError
        If a weighted mean is asked and the weights cancel to a sum of 0.

    Warns
    -----
    UserWarning
        If a row of ``y_proba`` does not sum to 1 within sqrt(eps) of its dtype (the value is computed all the
        same, nothing is renormalised), or ``labels`` is not sorted, whose order is never followed.
    FutureWarning
        If ``y_pred`` is used.

    See Also
    --------
    cross_entropy_labels : One loss a row; more weights, masks and means; no upper clip.

    Notes
    -----
    eps is ``np.finfo`` of the dtype of ``y_proba`` (of float64 where it is not floating):

    ============================ =======================================
    y == 0                       log(eps)
    y == 1                       log(1 - eps), not 0
    y is NaN or infinite         ValueError
    rows of weight 0             add 0
    ============================ =======================================

    With integer labels from 0 to K - 1 everything is found in one pass over ``y_proba``, in a memory of less
    than 4 MiB whatever its size. Other labels are numbered block by block.

    Of Dask arrays, for which see :func:`cross_entropy`, the result is a lazy one, without axes. Without ``labels`` it
    looks at all of ``y_true`` before the first row of ``y_proba``.

    References
    ----------
    scikit-learn 1.9, ``sklearn.metrics.log_loss``, for arguments and clipping; C. M. Bishop, *Pattern
    Recognition and Machine Learning* (2006), section 4.3.4, for the formula.

    Examples
    --------
    >>> import xentc
    >>> y = [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]]
    >>> round(xentc.log_loss(["spam", "ham", "ham", "spam"], y), 5)
    0.21616
    """
    if sample_weight is None and labels is None and y_pred is _NOT_GIVEN:
        answer = small(LABELS, LOG_LOSS, y_true, y_proba, -1, None, False, 0.0, None, None, None, None,
                       _reduction(normalize), None, None)  # fmt: skip
        if answer is not None:
            return float(answer)
    y_proba = _current_name(y_proba, y_pred)
    for name, value in (("y_true", y_true), ("y_proba", y_proba), ("sample_weight", sample_weight), ("labels", labels)):
        _check_array_like(name, value, optional=name in ("sample_weight", "labels"))
    if not isinstance(normalize, bool | np.bool_):
        raise TypeError(f"normalize must be a bool, not {normalize!r}")
    y: Array | None
    try:
        y = as_probabilities(y_proba)
        weight = None if sample_weight is None else dtypes.as_numbers(as_numbers("sample_weight", sample_weight))
        t = as_labels("y_true", y_true)
    except Lazy:
        y = None  # its way begins where this error is no longer what another happened during
    if y is None:
        from .._dask.log_loss import log_loss

        return cast(float, log_loss(y_true, y_proba, sample_weight, labels, bool(normalize)))
    check_lengths(y, len(t), weight)
    if weight is not None:
        check_weight(weight)
        refuse_only_zeros(bool(weight.any()))
    if t.ndim == 2 and isinstance(t, np.ndarray):
        total = totals_of_matrix(t, y, weight, labels)
    else:
        total = _totals_of_labels(t, y, weight, labels)
    if total.off_sums:
        warn_of_sums()
    return result(total, weight is not None, bool(normalize))


def _reduction(normalize: object) -> str | None:
    return "mean" if normalize is True else "sum" if normalize is False else None


def _current_name(y_proba: Any, y_pred: Any) -> Any:
    if isinstance(y_pred, str) and y_pred == "deprecated":
        return y_proba
    if y_proba is not None:
        raise ValueError(
            "Cannot use both `y_pred` and `y_proba`. `y_pred` is deprecated, it is the former name of `y_proba`."
        )
    warnings.warn(
        "`y_pred` was renamed to `y_proba` in version 1.9 and will be removed with scikit-learn's in its 1.11.",
        FutureWarning,
        stacklevel=3,
    )
    return y_pred


def _check_array_like(name: str, value: Any, *, optional: bool) -> None:
    if value is None and optional:
        return
    refuse_masked(name, value)
    if hasattr(value, "tocsr"):
        raise TypeError(f"{name} must be a dense array, not the sparse {type(value).__name__}; call its toarray()")
    if isinstance(value, str | bytes | Number | np.generic) or not any(
        hasattr(value, name) for name in ("__len__", "shape", "__array__")
    ):
        raise TypeError(f"{name} must be an array or a list, not {value!r}")


def check_lengths(y: Any, n_labels: int, weight: Any) -> None:
    """Refuse arrays of other shapes than each other's; of Dask's only the shapes are looked at."""
    lengths = [y.shape[0], n_labels]
    if weight is not None:
        lengths.append(weight.shape[0] if weight.ndim else 0)
    if len(set(lengths)) > 1:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: {lengths} rows of y_proba, y_true and"
            " sample_weight"
        )
    if weight is not None and weight.ndim != 1:
        raise ValueError(f"sample_weight must have the shape (N,) = ({y.shape[0]},); got {weight.shape}")


def _totals_of_labels(t: Array | NamedLabels, y: Array, weight: Array | None, labels: Any) -> Totals:
    if labels is None and not isinstance(t, NamedLabels) and numbered_from_zero(t, n_columns(y)):
        try:
            return totals_of_classes(Classes(list(range(n_columns(y))), t), y, weight)
        except IndexError:  # a later label is not one of them: what is to be said of it is said below
            pass
    if labels is None:
        classes = distinct(t)
        refuse_one_class(classes)
    else:
        classes = declared_classes(labels, y)
        refuse_undeclared(t, classes, labels)
    check_columns(classes, y, declared=labels is not None)
    return totals_of_classes(Classes(classes, t), y, weight)


def check_columns(classes: list[Any], y: Array, *, declared: bool) -> None:
    """Refuse another number of classes than there are columns."""
    if len(classes) == n_columns(y):
        return
    check_probabilities(y)
    raise ValueError(
        f"{'labels' if declared else 'y_true'} must have as many classes as y_proba has columns, {n_columns(y)}; it has"
        f" {len(classes)}: {_shown(classes)}" + ("" if declared else "; `labels` can name those that are not seen")
    )


def refuse_one_class(classes: list[Any]) -> None:
    """Of seen classes."""
    if len(classes) == 1:
        raise ValueError(
            f"y_true contains only one label ({classes[0]}). Please provide the list of all expected class labels"
            " explicitly through the labels argument."
        )


def declared_classes(labels: Any, y: Array | None) -> list[Any]:
    """Those that `labels` names, sorted."""
    array = as_labels("labels", labels)
    if array.ndim != 1:
        raise ValueError(f"labels must have one axis, got the shape {array.shape}")
    given, classes = array.tolist(), distinct(array)
    if len(classes) == 1:
        raise ValueError(f"labels must name at least two classes; got {_shown(given)}")
    if len(classes) != len(given):
        raise ValueError(f"labels must be distinct; got {_shown(given)}")
    if given != classes:
        if y is not None:
            check_range(y)
        warnings.warn(
            f"Labels passed were {labels}. But this function assumes labels are ordered lexicographically. "
            f"Pass the ordered labels={classes} and ensure that the columns of y_prob correspond to this ordering.",
            UserWarning,
            stacklevel=4,
        )
    return classes


def refuse_undeclared(t: Array | NamedLabels, classes: list[Any], labels: Any) -> None:
    """Of labels whose classes were declared."""
    undeclared = set(distinct(t)) - set(classes)
    if undeclared:
        raise ValueError(f"y_true contains values {undeclared} not belonging to the passed labels {labels}.")


def _shown(values: list[Any]) -> str:
    return str(values) if len(values) <= 20 else f"[{', '.join(map(repr, values[:20]))}, ...]"


def totals_of_classes(classes: Classes, y: Array, weight: Array | None) -> Totals:
    """Of rows whose classes are known."""
    total = Totals()
    one_column = has_one_column(y)
    for rows, numbers in classes.numbers():
        # The two columns are built block by block; else a block is all that the classes' numbers are known for.
        for part in blocks(len(numbers)) if one_column else (slice(0, len(numbers)),):
            here = slice(rows.start + part.start, rows.start + part.stop)
            block = two_columns(y[here]) if one_column else y[here]
            options = Options(
                sample_weight=None if weight is None else weight[here],
                eps=eps_of(y),
                count_off_sums=sum_tolerance(y),
                ceiling=1 - eps_of(y),
            )
            try:
                found = totals(Labels, numbers[part], block, options, DOUBLE, weight is not None, count_clipped=False)
            except ValueError:
                check_range(y)
                raise
            total = total.merge(found)
    return total


def totals_of_matrix(t: Array, y: Array, weight: Array | None, labels: Any) -> Totals:
    """An indicator matrix: rows with one 1, though scikit-learn takes any number of them."""
    if labels is not None:
        raise ValueError("labels must not be given where y_true is an indicator matrix, whose columns are the classes")
    check_probabilities(y)
    if t.shape[1] != n_columns(y):
        raise ValueError(
            f"y_true must have as many columns as y_proba has classes, {n_columns(y)}; got the shape {t.shape}"
        )
    total, eps = Totals(), eps_of(y)
    for rows in blocks(len(y), max(BLOCK_ELEMENTS // t.shape[1], 1)):
        block = two_columns(y[rows]) if has_one_column(y) else as_floats(y[rows])
        options = Options(sample_weight=None if weight is None else weight[rows])
        found = totals(DenseTargets, t[rows], np.clip(block, eps, 1 - eps), options, DOUBLE, False, count_clipped=False)
        if weight is not None:  # s alone, not s times the number of ones, is what the mean divides by
            n = len(block)
            only = totals(Labels, np.zeros(n, np.intp), np.ones((n, 1)), options, DOUBLE, True, count_clipped=False)
            found = found._replace(weight=only.weight)
        total = total.merge(found)
    return total


def result(total: Totals, weighted: bool, normalize: bool) -> float:
    """What of the totals was asked for."""
    if not normalize:
        return float(total.loss)
    if not weighted:
        return float(total.loss) / total.count
    if total.weight.units == 0:
        raise ZeroDivisionError("the weights of sample_weight sum to 0, so that their mean is not defined")
    return total.loss / total.weight
