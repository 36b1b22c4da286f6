"""Labels of any kind: numbers as an array, names as whatever holds them; and the numbers of either's classes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _readers
from .._readers import objects
from .._readers.missing import Missing, is_missing
from .._readers.names import NAMED, Names, numbered
from .arrays import read, refuse_masked

Array = np.ndarray[Any, Any]

# Integer labels within so wide a range are looked up in a table of it, others by bisection.
TABLE_LENGTH = 1 << 16


@dataclass(frozen=True)
class NamedLabels:
    """Labels that are names: a column of another library, or a flat array of text or objects."""

    name: str  # of the argument
    column: Any
    shape: tuple[int, ...]
    library: str | None = None

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def numbers(self, names: Names, length: int) -> Iterator[tuple[slice, Array]]:
        """The numbers of at most so many rows at a time; a new name gets a new number."""
        try:
            yield from numbered(self.name, self.column, self.library, names, length)
        except Missing as missing:
            raise missing.in_shape(self.shape).error(self.name) from None

    def tolist(self) -> list[Any]:
        for method in ("tolist", "to_pylist", "to_list"):
            if hasattr(self.column, method):
                return [*getattr(self.column, method)()]
        return [*self.column]


def read_labels(name: str, value: Any, *, as_they_are: bool = False) -> Array | NamedLabels:
    """Labels as an array without text or objects, or as names; with `as_they_are` everything in a list is a name."""
    refuse_masked(name, value)
    library = None if isinstance(value, _readers.PLAIN) else _readers.library_of(value)
    if library in NAMED and NAMED[library](value):
        return NamedLabels(name, value, (len(value),), library)
    is_sequence = isinstance(value, Sequence) and not isinstance(value, str | bytes)
    if is_sequence and len(value) and (as_they_are or isinstance(value[0], str) or is_missing(value[0])):
        array = objects.of_objects(name, value)
    else:
        array = value if type(value) is np.ndarray else read(name, value)
        if array.dtype.kind not in "OSUT":
            return array
        if is_sequence:  # NumPy has made text of numbers among text
            array = objects.of_objects(name, value)
    return NamedLabels(name, array.ravel(), array.shape)


class Lookup:
    """Finds the number of a class that is itself a number, by a table or by bisection; -1 if it is not a class."""

    def __init__(self, classes: Sequence[Any], labels: "np.dtype[Any]") -> None:
        exact = float if labels.kind == "f" else int
        dtype = np.dtype({"f": np.float64, "b": np.uint8}.get(labels.kind, labels))
        number: dict[Any, int] = {exact(c): k for k, c in enumerate(classes) if _is_exact(c, exact)}
        if exact is int:
            number = {c: k for c, k in number.items() if np.iinfo(dtype).min <= c <= np.iinfo(dtype).max}
        self.keys = np.array(sorted(number), dtype)
        self.numbers = np.array([number[c] for c in sorted(number)], np.intp)
        self.table: Array | None = None
        if exact is int and number and max(number) - min(number) < TABLE_LENGTH:
            self.low = min(number)
            self.table = np.full(max(number) - self.low + 1, -1, np.intp)
            self.table[minus(self.keys, self.low)] = self.numbers

    def of(self, labels: Array) -> Array:
        if not self.keys.size:
            return np.full(labels.shape, -1, np.intp)
        labels = zero_or_one(labels) if labels.dtype.kind == "b" else labels
        if self.table is not None:
            offset = minus(labels, self.low)
            found = self.table.take(offset, mode="clip")
            outside = offset.view(np.uint64) >= np.uint64(len(self.table))
            if outside.any():
                found[outside] = -1
            return found
        place = np.searchsorted(self.keys, labels)
        found = self.numbers.take(place, mode="clip")
        found[self.keys.take(place, mode="clip") != labels] = -1
        return found


def zero_or_one(labels: Array) -> Array:
    """Bool labels as 0 and 1, whatever byte stands for True."""
    numbers: Array = (labels.view(np.uint8) != 0).view(np.uint8)
    return numbers


def minus(labels: Array, low: int) -> Array:
    """labels - low for any integer dtype, modulo 2^64 if it does not fit an int64."""
    offset = np.uint64(low % (1 << 64))
    return (labels.astype(np.int64).view(np.uint64) - offset).view(np.int64)


def _is_exact(value: Any, exact: type) -> bool:
    """Whether a class is a number that int, or float, holds exactly; infinity and NaN are not ints."""
    try:
        return bool(exact(value) == value) and not isinstance(value, str | bytes)
    except (TypeError, ValueError, OverflowError):
        return False
