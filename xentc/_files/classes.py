"""Names of classes, from those of the columns; and the number of each row's class, from its label."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.labels import zero_or_one
from .errors import FileError, at_row, listed
from .table import Array, Values, kind_of
from .values import Where, as_matrix, as_numbers, as_text, is_text, one_hot_labels

WHOLE = re.compile(r"[+-]?\d+")
WHOLE_FLOAT = re.compile(r"([+-]?\d+)\.0*")


def common_prefix(names: Sequence[str]) -> str:
    """What all names begin with, up to a place where a word or a number ends: ``p_`` of p_cat and p_cow."""
    if len(names) < 2:
        return ""
    low, high = min(names), max(names)
    n = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    while n and not (all(_ends_word(name, n) for name in names) and min(map(len, names)) > n):
        n -= 1
    return low[:n]


def _ends_word(name: str, n: int) -> bool:
    """Whether a word ends before the n-th character: at a separator, or at a letter before a digit."""
    before, last, following = name[n - 2 : n - 1] if n > 1 else "", name[n - 1], name[n : n + 1]
    if last.isalnum():
        return last.isalpha() and following.isdigit()
    if following.isdigit():  # a sign and a decimal point belong to the number
        return not ((last == "-" and not before.isalnum()) or (last in ".," and before.isdigit()))
    return True


def class_names(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns' names without what they all begin with."""
    n = len(common_prefix(columns))
    return tuple(name[n:] for name in columns)


def whole_number(text: str) -> int | None:
    """The number that a text is, ``3`` and ``3.0``; ``-0`` and ``007`` too."""
    found = WHOLE_FLOAT.fullmatch(text)
    digits = found.group(1) if found else text
    return int(digits) if WHOLE.fullmatch(digits) and len(digits) < 20 else None


class LabelReader:
    """Labels as the numbers of columns: names, numbers or a 1 among zeros, and what is to be ignored.

    Numbers are names if any class is named by a number (p_1, p_2, p_3); else they are positions from 0.
    """

    def __init__(
        self,
        names: Sequence[str] | None,
        full_names: Sequence[str] | None,
        n_classes: int | None,
        ignore_index: int | None,
    ) -> None:
        self._n_classes, self._ignored = n_classes, ignore_index
        self._names = tuple(names) if names is not None else None
        self._number: dict[str, int] = {}
        # A label may be the whole name of its column, too, where that is no other's short name.
        for k, name in enumerate(full_names or ()):
            self._number[name] = k
        for k, name in enumerate(names or ()):
            self._number[name] = k
        for k, name in enumerate(names or ()):  # bool as text, however it is written
            if name.lower() in ("false", "true"):
                self._number.setdefault(name.capitalize(), k)
                self._number.setdefault(name.lower(), k)
        numbers = [(whole_number(name), k) for k, name in enumerate(names or ())]
        self._by_number = {number: k for number, k in numbers if number is not None}
        self._positions = not self._by_number or all(number == k for number, k in self._by_number.items())
        self._known: dict[Any, int] = {}
        self.by_place = False  # whether a label was the number of a column that has another name
        #: What stands for an ignored row: the same number, unless as a position it is another class.
        self.ignored_as = ignore_index
        if ignore_index is not None and not self._positions and ignore_index >= 0:
            self.ignored_as = -1

    @property
    def n_classes(self) -> int:
        """K, which the first rows of y may have to tell."""
        assert self._n_classes is not None
        return self._n_classes

    def tell(self, n_classes: int | None) -> None:
        """How many classes there are."""
        self._n_classes = n_classes

    def __call__(self, values: Values, where: Where) -> Array:
        """(n,) integers in [0, K), or `ignore_index`."""
        if is_text(values):
            return self._of_text(values, where)
        if kind_of(getattr(values, "dtype", np.dtype(object))) == "other" and not isinstance(values, np.ndarray):
            given = str(values.type)
            if "list" in given or "tensor" in given:
                self.by_place |= self._names is not None
                return self.of_matrix(as_matrix(values, where), where)
        if isinstance(values, np.ndarray) and values.ndim == 2:
            self.by_place |= self._names is not None
            return self.of_matrix(values, where)
        return self._of_numbers(as_numbers(values, where), where)

    def of_matrix(self, matrix: Array, where: Where) -> Array:
        """Of rows with a 1 at their class."""
        if matrix.shape[1] != self.n_classes:
            raise FileError(
                f"{where[0]}: the labels have {matrix.shape[1]} columns of 0 and 1, where there are {self.n_classes}"
                f" classes"
            )
        return one_hot_labels(matrix, where)

    def _of_numbers(self, labels: Array, where: Where) -> Array:
        if kind_of(labels.dtype) == "float":
            whole = labels.astype(np.float64)
            good = (whole == np.trunc(whole)) & (np.abs(whole) < 2**53)
            if not good.all():
                row = int(np.argmin(good))
                raise at_row(where[0], where[1] + row, f"the label {labels[row]} is not a whole number")
            labels = whole.astype(np.int64)
        if labels.dtype == np.bool_:
            return self._looked_up(["False", "True"], zero_or_one(labels), where)
        if self._positions and (not self._by_number or len(self._by_number) == self.n_classes):
            return self._checked(labels, where)
        found, codes = np.unique(labels, return_inverse=True)
        return self._looked_up(found.tolist(), codes, where)

    def _checked(self, labels: Array, where: Where) -> Array:
        """Positions, which are used as they are."""
        if not labels.size:
            return labels
        self.by_place |= self._names is not None and not self._by_number
        if int(labels.min()) >= 0 and int(labels.max()) < self.n_classes:
            return labels
        wrong = (labels < 0) | (labels >= self.n_classes)
        if self._ignored is not None:
            wrong &= labels != self._ignored
        if wrong.any():
            row = int(np.argmax(wrong))
            raise self._unknown(labels[row].item(), row, where)
        return labels

    def _of_text(self, values: Values, where: Where) -> Array:
        codes, distinct = as_text(values, where)
        return self._looked_up(distinct, codes, where)

    def _looked_up(self, distinct: list[Any], codes: Array, where: Where) -> Array:
        numbers = np.empty(len(distinct), np.int64)
        unknown: dict[int, Any] = {}
        for i, value in enumerate(distinct):
            number = self._known.get(value)
            if number is None:
                number = self._number_of(value)
                if number is None:
                    unknown[i] = value
                    number = -1
                else:
                    self._known[value] = number
            numbers[i] = number
        if unknown:
            bad = np.isin(codes, list(unknown))
            if bad.any():  # a dictionary may hold what no row has
                row = int(np.argmax(bad))
                raise self._unknown(unknown[int(codes[row])], row, where)
        labels: Array = numbers[codes]
        return labels

    def _number_of(self, value: Any) -> int | None:
        number = whole_number(value) if isinstance(value, str) else int(value)
        if number is not None and number == self._ignored:
            return self.ignored_as
        if value in self._number:
            return self._number[value]
        if isinstance(value, str) and value.lower() in ("true", "false") and (self._names is None or self._by_number):
            number = int(value.lower() == "true")
        if number is None:
            return None
        if self._by_number:
            return self._by_number.get(number)
        self.by_place |= self._names is not None
        return number if 0 <= number < self.n_classes else None

    def _unknown(self, value: Any, row: int, where: Where) -> FileError:
        if value == "":
            return at_row(where[0], where[1] + row, "the label is missing")
        classes = listed(self._names) if self._names is not None else f"0 ... {self.n_classes - 1}"
        shown = repr(value) if isinstance(value, str) else str(value)
        trouble = f"the label {shown} is no class; they are {classes}"
        if isinstance(value, str) and self._names is None and whole_number(value) is None:
            trouble += "; to use names, say which they are with classes= (--classes)"
        elif whole_number(str(value)) is not None and self._by_number and not self._positions:
            trouble += "; if labels are positions from 0, say so with classes= (--classes 0,1,...)"
        return at_row(where[0], where[1] + row, trouble)
