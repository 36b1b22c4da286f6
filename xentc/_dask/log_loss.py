"""log_loss: the classes that all chunks have seen, then the totals of each chunk."""

import functools
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._core.totals import Totals
from .._sklearn.classes import Classes, as_labels, distinct
from .._sklearn.probabilities import as_numbers, as_probabilities, check_weight, refuse_only_zeros, warn_of_sums
from .._sklearn.totals import (
    check_columns,
    check_lengths,
    declared_classes,
    refuse_one_class,
    refuse_undeclared,
    result,
    totals_of_classes,
    totals_of_matrix,
)
from . import frames
from .chunks import added_up, states_of
from .operands import CLASSES, Operand, Operands, aligned, as_given, refuse_parts_of_rows
from .rows import FLOAT64

Array = Any  # of Dask
OBJECT = np.dtype(object)


def log_loss(y_true: Any, y_proba: Any, sample_weight: Any, labels: Any, normalize: bool) -> Array:
    """As `log_loss`, for arguments of which at least one is Dask's."""
    values = frames.as_arrays({"y_true": y_true, "y_proba": y_proba, "sample_weight": sample_weight}, ["y_true"])
    t, y = as_given("y_true", values["y_true"], as_it_is=True), as_given("y_proba", values["y_proba"])
    weight = None if sample_weight is None else as_given("sample_weight", values["sample_weight"])
    if y.ndim not in (1, 2):
        raise ValueError(f"y_proba must have the shape (N, K) or (N,), N and K at least 1; got {y.shape}")
    if t.ndim not in (1, 2):
        raise ValueError(f"y_true must hold at least one label, in one axis; got the shape {t.shape}")
    if not any(np.isnan(one.shape[0]) for one in (t, y, weight) if one is not None and one.ndim):
        check_lengths(y, t.shape[0], weight)
    for name, array in (("y_true", t), ("y_proba", y)):
        if array.ndim == 2:
            refuse_parts_of_rows(name, array, 1)
    axes = (0, CLASSES)
    given = [Operand("t", t, axes[: t.ndim]), Operand("y", y, axes[: y.ndim])]
    if weight is not None:
        given.append(Operand("weight", weight, axes[: weight.ndim]))
    operands = Operands(aligned(given), axes)
    classes = None
    if labels is not None:
        if frames.is_lazy(labels):
            raise TypeError(f"labels must be in memory, not a Dask {type(labels).__name__}; call its compute()")
        if t.ndim == 2 and t.shape[1] != 1:
            raise ValueError(
                "labels must not be given where y_true is an indicator matrix, whose columns are the classes"
            )
        classes = declared_classes(labels, None)
    else:
        seen = states_of(Operands(operands.all[:1], axes), Seen.of)
        operands = operands.plus(Operand("seen", added_up(seen, Seen.plus, Seen.checked, OBJECT), ()))
    do = functools.partial(_total, labels, classes)
    finish = functools.partial(_loss, weight is not None, normalize)
    return added_up(states_of(operands, do), Total.plus, finish, FLOAT64)


@dataclass(frozen=True)
class Seen:
    """The classes of some rows; of an indicator matrix the values that it has."""

    classes: frozenset[Any] = frozenset()
    is_matrix: bool = False

    @classmethod
    def of(cls, t: Any) -> "Seen":
        if not len(t):
            return cls()
        given = as_labels("y_true", t)
        if given.ndim == 2:
            return cls(frozenset(np.unique(np.asarray(given)).tolist()), True)
        return cls(frozenset(distinct(given)))

    def plus(self, other: "Seen") -> "Seen":
        return Seen(self.classes | other.classes, self.is_matrix or other.is_matrix)

    def checked(self) -> "Seen":
        """Of all rows."""
        if self.is_matrix and len(self.classes) > 2:
            raise ValueError("y_true must have one label per row, or be an indicator matrix of no more than two values")
        if not self.is_matrix:
            refuse_one_class(self.sorted())
        return self

    def sorted(self) -> list[Any]:
        try:
            return sorted(self.classes)
        except TypeError:
            raise TypeError("labels of different types cannot be sorted: give all as text, or all as numbers") from None


@dataclass(frozen=True)
class Total:
    """What is left of some rows."""

    totals: Totals = field(default_factory=Totals)
    has_weight: bool = False  # that is not 0

    def plus(self, other: "Total") -> "Total":
        return Total(self.totals.merge(other.totals), self.has_weight or other.has_weight)


def _total(labels: Any, classes: list[Any] | None, t: Any, y: Any, weight: Any = None, seen: Any = None) -> Total:
    """Of one chunk."""
    if not len(y):
        return Total()
    y, given = as_probabilities(y), as_labels("y_true", t)
    if weight is not None:
        weight = as_numbers("sample_weight", weight)
        check_weight(weight)
    has_weight = weight is None or bool(weight.any())
    if given.ndim == 2 and isinstance(given, np.ndarray):
        return Total(totals_of_matrix(given, y, weight, None), has_weight)
    if classes is None:
        classes = np.asarray(seen, object).item().sorted()
    else:
        refuse_undeclared(given, classes, labels)
    check_columns(classes, y, declared=labels is not None)
    return Total(totals_of_classes(Classes(classes, given), y, weight), has_weight)


def _loss(weighted: bool, normalize: bool, total: Total) -> Any:
    if not total.totals.count:
        raise ValueError("y_proba must have the shape (N, K) or (N,), N and K at least 1; there are no rows")
    refuse_only_zeros(total.has_weight)
    if total.totals.off_sums:
        warn_of_sums()
    return np.float64(result(total.totals, weighted, normalize))
