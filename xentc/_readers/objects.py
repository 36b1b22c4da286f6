"""Lists, and arrays of Python objects: rows of unequal length, rows that are arrays, missing values among them."""

import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np

from .lengths import unequal
from .missing import Array, Missing, Position, is_missing, is_nan


def of_sequence(name: str, value: Any) -> Array:
    """What NumPy makes of a value, unless its rows are of unequal length."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        found = first_unequal(value)
        if found is None:
            raise ValueError(f"{name} cannot be read as an array: {error}") from None
        raise unequal(name, *found) from None
    if array.dtype.kind == "U" and array.ndim and not hasattr(value, "dtype"):
        among = _first_missing(np.asarray(value, dtype=object))  # which NumPy has made text
        if among is not None:
            raise Missing(among)
    return array


def of_objects(name: str, value: Any) -> Array:
    """A sequence with its elements as they are."""
    array = np.asarray(value, dtype=object)
    if array.size and _length(array.flat[0]) is not None:
        found = first_unequal(value)
        if found is not None:
            raise unequal(name, *found)
    return array


def rows_of(name: str, array: Array) -> Array:
    """An array of objects: the rows that they are, if they are arrays or lists; else as it is, with none missing."""
    if array.ndim == 0:
        return array
    found = _first_missing(array)
    if found is not None:
        raise Missing(found)
    if array.ndim == 1 and array.size and _length(array[0]) is not None:
        rows = of_sequence(name, array.tolist())
        return rows_of(name, rows) if rows.dtype == object and rows.ndim > 1 else rows
    return array


def first_odd(array: Array) -> tuple[Position, object] | None:
    """Of an array of objects, the first that is no number."""
    return next(((at, value) for at, value in np.ndenumerate(array) if not isinstance(value, numbers.Number)), None)


def first_unequal(rows: Any) -> tuple[Position, int | None, int | None] | None:
    """Where the first row is that has another length than the first one has, at any depth, and both lengths."""
    if not isinstance(rows, Sequence | np.ndarray) or isinstance(rows, str | bytes) or len(rows) == 0:
        return None
    lengths = [_length(row) for row in rows]
    if lengths.count(None) < len(rows):
        for i, row in enumerate(rows):
            if is_missing(row) or is_nan(row):
                raise Missing((i,))
    for i, length in enumerate(lengths):
        if length != lengths[0]:
            return (i,), length, lengths[0]
    for i, row in enumerate(rows if lengths[0] is not None else ()):
        try:
            inner = first_unequal(row)
        except Missing as missing:
            raise Missing((i, *missing.position)) from None
        if inner is not None:
            return (i, *inner[0]), *inner[1:]
    return None


def _length(row: Any) -> int | None:
    """None for what is no row."""
    if isinstance(row, str | bytes) or not hasattr(row, "__len__"):
        return None
    try:
        return len(row)
    except TypeError:  # of a 0-d array
        return None


def _first_missing(array: Array) -> Position | None:
    """NA, None, null, and NaN if there is text or a row, which has no other way to be missing."""
    nan, among_names = None, False
    for at, value in np.ndenumerate(array):
        if is_missing(value):
            return at
        if is_nan(value):
            nan = nan or at
        elif isinstance(value, str) or _length(value) is not None:
            among_names = True
    return nan if among_names else None
