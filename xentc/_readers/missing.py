"""Missing values: NA, None, null. A NaN among numbers is a number; among names or rows it is one of them."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Position = tuple[int, ...]


class Missing(Exception):  # never seen by a caller
    """Found on the way through a value, whose name is not known there: where the first one is."""

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.position = position

    def in_shape(self, shape: tuple[int, ...]) -> "Missing":
        """The same in an array of the shape, of which it was found as the flat one."""
        if len(self.position) != 1 or len(shape) == 1:
            return self
        return Missing(tuple(int(i) for i in np.unravel_index(self.position[0], shape)))

    def error(self, name: str) -> ValueError:
        return ValueError(f"{name} has a missing value {in_words(self.position)}; fill it or drop it first")


def in_words(position: Position) -> str:
    """As in row 3, or in row 3, column 1, or at position (0, 3, 1)."""
    if len(position) == 2:
        return f"in row {position[0]}, column {position[1]}"
    if len(position) == 1:
        return f"in row {position[0]}"
    return f"at position {position}" if position else ""


def raise_first(is_missing: Array, shape: tuple[int, ...] | None = None) -> None:
    """Raise Missing for the first True, counted along the shape that the flat flags are of."""
    flags = is_missing.ravel()
    first = int(flags.argmax()) if flags.size else 0
    if flags.size and flags[first]:
        raise Missing(tuple(int(i) for i in np.unravel_index(first, shape or is_missing.shape)))


def is_missing(value: object) -> bool:
    """Whether an object stands for no value, whatever it lies among."""
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def is_nan(value: object) -> bool:
    return isinstance(value, (float, np.floating)) and value != value  # how NaN is known
