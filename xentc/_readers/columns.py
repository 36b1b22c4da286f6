"""Columns of a table, put together to a matrix."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .missing import Array, Missing


def matrix(name: str, n_rows: int, columns: Iterable[tuple[Any, Any]], read: Callable[[str, Any], Array]) -> Array:
    """The columns, given with their labels, side by side in the dtype that holds them all; each in one piece.

    The one copy of a table whose columns lie apart.
    """
    read_columns, first = [], None
    for k, (label, column) in enumerate(columns):
        whose = f"{name}[{label!r}]"
        try:
            array = read(whose, column)
        except Missing as missing:
            if len(missing.position) == 1 and (first is None or missing.position[0] < first[0]):
                first = (missing.position[0], k)
            continue
        if array.ndim != 1:
            raise TypeError(f"{whose} is a column of lists among columns; pass it alone, as {whose}")
        read_columns.append(array)
    if first is not None:
        raise Missing(first)
    if len(read_columns) == 1:
        return read_columns[0][:, np.newaxis]
    dtype = np.result_type(*read_columns) if read_columns else np.dtype(np.float64)
    whole = np.empty((n_rows, len(read_columns)), dtype, order="F")
    for k, array in enumerate(read_columns):
        whole[:, k] = array
    return whole
