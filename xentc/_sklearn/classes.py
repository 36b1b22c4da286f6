"""Labels of any type, as scikit-learn takes them: which classes there are, and the number of each row's class."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._core import dtypes
from .._core.arrays import as_array
from .._core.labels import TABLE_LENGTH, Lookup, NamedLabels, minus, read_labels, zero_or_one
from .._readers import one_column
from .._readers.missing import Missing, is_missing, is_nan
from .._readers.names import Names

Array = np.ndarray[Any, Any]

# Rows looked at together: their numbers, or their Python objects, stay below a megabyte.
BLOCK_ROWS = 1 << 14
# Classes that are compared one by one before a small call.
MOST_COLUMNS = 1000


def blocks(n_rows: int, length: int = BLOCK_ROWS) -> Iterator[slice]:
    """Slices that together are all rows."""
    for start in range(0, n_rows, length):
        yield slice(start, min(start + length, n_rows))


def are_the_columns(labels: Any, y: Any) -> bool:
    """Whether the classes given are the numbers of y's columns in their order, in a form that is looked at quickly."""
    if type(y) is not np.ndarray or y.ndim != 2 or y.shape[1] > MOST_COLUMNS:
        return False
    if type(labels) is np.ndarray and labels.dtype.kind in "iu" and labels.shape == y.shape[1:]:
        labels = labels.tolist()
    if type(labels) is list:
        return all(type(label) is int for label in labels) and labels == list(range(y.shape[1]))
    return type(labels) is range and labels == range(y.shape[1])


def as_labels(name: str, value: Any) -> Array | NamedLabels:
    """One label a row; two axes only for an indicator matrix, 0 or 1 for each class of each row.

    Refuses what cannot be classes, by the rules (not the words) of scikit-learn's ``type_of_target``.
    """
    given = read_labels(name, one_column(value))
    if given.ndim == 2 and given.shape[1] == 1:
        given = replace(given, shape=given.shape[:1]) if isinstance(given, NamedLabels) else given[:, 0]
    if given.ndim not in (1, 2) or 0 in given.shape:
        raise ValueError(f"{name} must hold at least one label, in one axis; got the shape {given.shape}")
    if isinstance(given, np.ndarray):
        if given.dtype.kind == "c":
            raise ValueError(f"{name} must be labels, not complex numbers of the dtype {given.dtype}")
        given = dtypes.as_numbers(as_array(name, given))
    if isinstance(given, NamedLabels):
        check_names(given, isinstance(value, list | tuple))
    elif given.dtype.kind == "f":
        check_integral(name, given)
    if given.ndim == 2 and (isinstance(given, NamedLabels) or np.unique(given).size > 2):
        raise ValueError(f"{name} must have one label per row, or be an indicator matrix; got the shape {given.shape}")
    return given


def check_names(labels: NamedLabels, is_list: bool) -> None:
    """Names are text, categories are whatever they are; a list that has numbers too is neither."""
    if labels.library is not None and not isinstance(labels.column, np.ndarray):
        return
    first = labels.column[0]
    if is_missing(first):
        raise Missing((0,)).in_shape(labels.shape).error(labels.name)
    if isinstance(first, bytes):
        raise TypeError(f"{labels.name} must be text or integers, not bytes; decode it first")
    if not isinstance(first, str):
        raise ValueError(f"{labels.name} must be text or numbers; got objects, the first of which is {first!r}")
    if is_list and not all(issubclass(kind, str) for kind in set(map(type, labels.column))):
        other = next(label for label in labels.column if not isinstance(label, str))
        if not (is_missing(other) or is_nan(other)):
            raise ValueError(f"{labels.name} must be all text or all numbers; got {other!r} among text")


def check_integral(name: str, array: Array) -> None:
    """Floats can number classes if they are whole numbers."""
    for rows in blocks(len(array)):
        block = array[rows]
        wrong = block[~((block == np.trunc(block)) & (np.abs(block) < np.float64(2**63)))]
        if wrong.size:
            raise ValueError(f"{name} must be classes, so text or whole numbers within 64 bits; got {wrong[0]!s}")


def whole(labels: Array) -> Array:
    """Labels that are integers, bool, or floats without fractions, as integers: a copy, which nobody else writes to."""
    if labels.dtype.kind == "b":
        return zero_or_one(labels)
    return labels.astype(np.int64) if labels.dtype.kind == "f" else labels.copy()


def distinct(labels: Array | NamedLabels) -> list[Any]:
    """The different labels of one axis, sorted, as Python objects."""
    found: set[Any] = set()
    if isinstance(labels, NamedLabels):
        names = Names()
        for _ in labels.numbers(names, BLOCK_ROWS):
            pass
        found.update(names)
    else:
        for rows in blocks(len(labels)):
            seen = _distinct_integers(whole(labels[rows]))
            found.update(map(float, seen) if labels.dtype.kind == "f" else seen)
    try:
        return sorted(found)
    except TypeError:
        raise TypeError("labels of different types cannot be sorted: give all as text, or all as numbers") from None


def _distinct_integers(block: Array) -> list[int]:
    low, high = int(block.min()), int(block.max())
    if high - low >= TABLE_LENGTH:
        return [int(label) for label in np.unique(block)]
    seen = np.zeros(high - low + 1, dtype=bool)
    seen[minus(block, low)] = True
    return [low + int(offset) for offset in np.flatnonzero(seen)]


def numbered_from_zero(labels: Array, n_classes: int) -> bool:
    """Whether whole labels are sure to be 0 ... n_classes - 1 with each seen, which the first rows mostly tell.

    True promises that each is seen, not yet that no later label is another: the kernels refuse such a one.
    """
    seen = np.zeros(n_classes, dtype=bool)
    for rows in blocks(len(labels)):
        block = whole(labels[rows])
        if block.min() < 0 or block.max() >= n_classes:
            return False
        seen[block] = True
        if seen.all():
            return True
    return False


@dataclass(frozen=True)
class Classes:
    """Sorted classes, and how the number of a row's class is found."""

    sorted: list[Any]
    labels: Array | NamedLabels

    def numbers(self) -> Iterator[tuple[slice, Array]]:
        """The numbers of the rows' classes, block by block. Only plain labels may hold one that is no class."""
        if isinstance(self.labels, NamedLabels):
            yield from self.labels.numbers(Names(zip(self.sorted, range(len(self.sorted)), strict=True)), BLOCK_ROWS)
        elif self.sorted == list(range(len(self.sorted))):
            yield slice(0, len(self.labels)), self.labels  # the labels are their own numbers
        else:
            lookup = Lookup(self.sorted, whole(self.labels[:0]).dtype)
            for rows in blocks(len(self.labels)):
                yield rows, lookup.of(whole(self.labels[rows]))
