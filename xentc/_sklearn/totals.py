"""From labels of any kind and checked probabilities to exact totals, and what log_loss makes of them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .._core.labels import NamedLabels
from .._core.options import Options
from .._core.rows import totals
from .._core.targets import DenseTargets, Labels
from .._core.totals import Totals
from .classes import Classes, as_labels, blocks, distinct, numbered_from_zero
from .probabilities import (
    BLOCK_ELEMENTS,
    as_floats,
    check_probabilities,
    check_range,
    eps_of,
    has_one_column,
    n_columns,
    sum_tolerance,
    two_columns,
)

Array = np.ndarray[Any, Any]
DOUBLE = np.dtype(np.float64)


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


def totals_of_labels(t: Array | NamedLabels, y: Array, weight: Array | None, labels: Any) -> Totals:
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
