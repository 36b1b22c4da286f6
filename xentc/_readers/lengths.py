"""Rows that are lists: all must be of one length."""

import numpy as np

from .missing import Array, Position


def equal_length(name: str, lengths: Array, shape: tuple[int, ...]) -> int:
    """The length that all lists of a column have; they are the elements of an array of the shape."""
    if lengths.size == 0:
        return 0
    other = np.flatnonzero(lengths != lengths[0])
    if other.size:
        at = tuple(int(i) for i in np.unravel_index(other[0], shape))
        raise unequal(name, at, int(lengths[other[0]]), int(lengths[0]))
    return int(lengths[0])


def unequal(name: str, at: Position, length: int | None, wanted: int | None) -> ValueError:
    """What is said of the first row that has another length than the first one; None is that of a number."""
    row = f"row {at[0] if len(at) == 1 else at}"
    return ValueError(
        f"{name} cannot be read as an array, its rows are inhomogeneous: {row} {_in_words(length)}, the first one"
        f" {_in_words(wanted)}"
    )


def _in_words(length: int | None) -> str:
    return "is no row" if length is None else f"has the length {length}"
