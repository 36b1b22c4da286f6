"""log_loss: scikit-learn's function of that name over the kernels, without scikit-learn."""

from __future__ import annotations

import warnings
from numbers import Number
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .._core import dtypes
from .._core.arrays import refuse_masked
from .._core.public import public
from .._core.small import LABELS, LOG_LOSS, LOG_LOSS_OF_CLASSES, small
from .._readers.lazy import Lazy
from .classes import are_the_columns, as_labels
from .probabilities import (
    as_numbers,
    as_probabilities,
    check_weight,
    refuse_only_zeros,
    warn_of_sums,
)
from .totals import check_lengths, result, totals_of_labels, totals_of_matrix

if TYPE_CHECKING:
    from .._core.types import ArrayLike


Array = np.ndarray[Any, Any]
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

    It has the arguments, defaults, errors, warnings and values of scikit-learn 1.9, without needing it. New code is
    better served by :func:`cross_entropy_labels`, which does not clip from above, returns the loss of each row, and
    never infers the classes from the labels.

    Parameters
    ----------
    y_true : array_like, (N,)
        The class of each row: integers, whole floats, bool, text or categories, as an array, a list, or a column of
        pandas, polars or pyarrow. Or an indicator matrix, (N, K), with a 1 in the column of each row's class.
    y_proba : array_like, (N, K) or (N,)
        Predicted probabilities, one column for each class in the sorted order of the classes. With one
        axis, or one column, they are those of the second of two classes. bfloat16, float16, float32 or float64;
        anything else is converted to float64 if it can be.
    normalize : bool
        True for the mean, weighted by ``sample_weight``; False for the sum.
    sample_weight : array_like, (N,), optional
        s, real numbers, not all 0.
    labels : array_like, optional
        All classes, in case ``y_true`` lacks one. By default they are those that occur in ``y_true``.
    y_pred : array_like
        The former name of ``y_proba``.

    Returns
    -------
    float
        Computed in float64 from the values of ``y_proba`` as they are, of any dtype, and summed exactly.

    Raises
    ------
    TypeError
        If an argument is not an array or is masked, ``normalize`` is not a bool, or labels are bytes or cannot be
        sorted.
    ValueError
        If the lengths differ; if ``y_proba`` is not finite or not in [0, 1]; if there are fewer than two classes,
        or not as many as columns; if ``y_true`` has a class that ``labels`` lacks; if labels cannot be classes
        (fractions, several columns that are no indicator matrix); if a weight is not finite, or all are 0.
    ZeroDivisionError
        If a weighted mean is asked for and the weights sum to 0.

    Warns
    -----
    UserWarning
        If a row of ``y_proba`` does not sum to 1 within sqrt(eps) of its dtype (the value is still computed, and
        nothing is renormalised), or if ``labels`` is not sorted (its order is never followed).
    FutureWarning
        If ``y_pred`` is used.

    See Also
    --------
    cross_entropy_labels : One loss per row; more weights, masks and means; no upper clip.

    Notes
    -----
    eps is that of ``np.finfo`` for the dtype of ``y_proba`` (for float64 if that is not floating):

    ============================ =======================================
    y == 0                       log(eps)
    y == 1                       log(1 - eps), not 0
    y is NaN or infinite         ValueError
    rows of weight 0             add 0
    ============================ =======================================

    With integer labels from 0 to K - 1 everything is found in one pass over ``y_proba``, in less than 4 MiB of memory
    whatever its size. Other labels are numbered block by block.

    With Dask arrays (see :func:`cross_entropy`) the result is a lazy one, without axes. Without ``labels`` it looks at
    all of ``y_true`` before the first row of ``y_proba``.

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
    if sample_weight is None and y_pred is _NOT_GIVEN and (labels is None or are_the_columns(labels, y_proba)):
        wanted = LOG_LOSS if labels is None else LOG_LOSS_OF_CLASSES
        answer = small(LABELS, wanted, y_true, y_proba, -1, None, False, 0.0, None, None, None, None,
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
        total = totals_of_labels(t, y, weight, labels)
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
