"""Labels of any type, as scikit-learn takes them: which classes there are, and the number of each row's class."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import _dtypes as dtypes
from ._arrays import as_array

Array = np.ndarray[Any, Any]

# Rows looked at together: their numbers, or their Python objects, stay below a megabyte.
BLOCK_ROWS = 1 << 14
# Integer labels within so wide a range are looked up in a table of it, others in a dictionary.
TABLE_LENGTH = 1 << 16


def blocks(n_rows: int, length: int = BLOCK_ROWS) -> Iterator[slice]:
    """Slices that together are all rows."""
    for start in range(0, n_rows, length):
        yield slice(start, min(start + length, n_rows))


def as_labels(name: str, value: Any) -> Array:
    """One label a row; two axes only for an indicator matrix, 0 or 1 for each class of each row.

    Refuses what cannot be classes, by the rules (not the words) of scikit-learn's ``type_of_target``.
    """
    array = np.asarray(value)
    if array.ndim == 1 and array.dtype.kind == "U" and array is not value and not hasattr(value, "__array__"):
        other = next((label for label in value if not isinstance(label, str)), None)
        if other is not None:  # NumPy would turn it into text
            raise ValueError(f"{name} must be all text or all numbers; got {other!r} among text")
    if array.dtype.kind == "O" and isinstance(getattr(getattr(value, "dtype", None), "numpy_dtype", None), np.dtype):
        array = np.asarray(value, dtype=value.dtype.numpy_dtype)  # pandas' nullable integers; missing ones raise
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{name} must hold at least one label, in one axis; got the shape {array.shape}")
    kind = array.dtype.kind
    if kind == "c":
        raise ValueError(f"{name} must be labels, not complex numbers of the dtype {array.dtype}")
    first = array.flat[0]
    if kind == "S" or isinstance(first, bytes):
        raise TypeError(f"{name} must be text or integers, not bytes; decode it first")
    if kind == "O" and not isinstance(first, str):
        raise ValueError(f"{name} must be text or numbers; got objects, the first of which is {first!r}")
    if not (kind == "O" or dtypes.is_text(array.dtype)):
        array = as_array(name, array)
    if array.dtype.kind == "f":
        check_integral(name, array)
    if array.ndim == 2 and not (array.dtype.num in dtypes.REAL and np.unique(array).size < 3):
        raise ValueError(f"{name} must have one label a row, or be an indicator matrix; got the shape {array.shape}")
    return array


def check_integral(name: str, array: Array) -> None:
    """Floats can number classes if they are whole numbers."""
    for rows in blocks(len(array)):
        block = array[rows]
        wrong = block[~((block == np.trunc(block)) & (np.abs(block) < np.float64(2**63)))]
        if wrong.size:
            raise ValueError(f"{name} must be classes, so text or whole numbers within 64 bits; got {wrong[0]!s}")


def distinct(array: Array) -> list[Any]:
    """The different labels of one axis, sorted, as Python objects."""
    found: set[Any] = set()
    for rows in blocks(len(array)):
        block = array[rows]
        found.update(_distinct_integers(block) if block.dtype.kind in "iu" else block.tolist())
    try:
        return sorted(found)
    except TypeError:
        raise TypeError("labels of different types cannot be sorted: give all as text, or all as numbers") from None


def _distinct_integers(block: Array) -> list[int]:
    low, high = int(block.min()), int(block.max())
    if high - low >= TABLE_LENGTH:
        return [int(label) for label in np.unique(block)]
    seen = np.zeros(high - low + 1, dtype=bool)
    seen[_minus(block, low)] = True
    return [low + int(offset) for offset in np.flatnonzero(seen)]


def _minus(block: Array, low: int) -> Array:
    """block - low, which fits an int64, for any integer dtype: modulo 2^64, where it wraps."""
    offset = np.uint64(low % (1 << 64))
    return (block.astype(np.int64).view(np.uint64) - offset).view(np.int64)


def numbered_from_zero(labels: Array, n_classes: int) -> bool:
    """Whether integer labels are sure to be 0 ... n_classes - 1 with each seen, which the first rows mostly tell.

    True promises that each is seen, not yet that no later label is another: the kernels refuse such a one.
    """
    seen = np.zeros(n_classes, dtype=bool)
    for rows in blocks(len(labels)):
        block = labels[rows]
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
    labels: Array

    @property
    def is_plain(self) -> bool:
        """Whether the labels are their own numbers."""
        return self.labels.dtype.kind in "iu" and self.sorted == list(range(len(self.sorted)))

    def numbers(self) -> Iterator[tuple[slice, Array]]:
        """The numbers of the rows' classes, block by block. Only plain labels may hold one that is no class."""
        if self.is_plain:
            yield slice(0, len(self.labels)), self.labels
            return
        low, high = self.sorted[0], self.sorted[-1]
        whole = self.labels.dtype.kind in "iu" and all(isinstance(label, int) for label in self.sorted)
        if whole and high - low < TABLE_LENGTH:
            yield from self._from_table(low, high)
            return
        number = {label: k for k, label in enumerate(self.sorted)}
        for rows in blocks(len(self.labels)):
            yield rows, np.array([number[label] for label in self.labels[rows].tolist()], dtype=np.intp)

    def _from_table(self, low: int, high: int) -> Iterator[tuple[slice, Array]]:
        table = np.zeros(high - low + 1, dtype=np.intp)
        table[[label - low for label in self.sorted]] = range(len(self.sorted))
        for rows in blocks(len(self.labels)):
            yield rows, table[_minus(self.labels[rows], low)]
