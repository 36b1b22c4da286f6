"""Arrays, columns and tables of other libraries as NumPy arrays, without a copy where their memory allows.

None of the libraries is imported here: an object of theirs can only come from one that is loaded.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import arrow, lazy, objects, pandas, polars, torch
from .missing import Missing

Array = np.ndarray[Any, Any]

READERS: dict[str, Callable[[str, Any], Array | None]] = {
    "pandas": pandas.read,
    "polars": polars.read,
    "pyarrow": arrow.read,
    "torch": torch.read,
    "dask": lazy.read,
}
PLAIN = (list, tuple, int, float, bool, str, np.ndarray, np.generic)


def read(name: str, value: Any) -> Array:
    """value as an array; of objects only if it is one of numbers that no dtype fits, or of what are no numbers."""
    try:
        array = None if isinstance(value, PLAIN) else _of_library(name, value)
        if array is None:
            array = objects.of_sequence(name, value)
        return objects.rows_of(name, array) if array.dtype == object else array
    except Missing as missing:
        raise missing.error(name) from None


def library_of(value: object) -> str | None:
    """The one of our libraries that a class of the object, or one that it inherits from, belongs to."""
    for base in type(value).__mro__[:-1]:
        library = base.__module__.partition(".")[0]
        if library in READERS:
            return library
    return None


def _of_library(name: str, value: object) -> Array | None:
    library = library_of(value)
    return None if library is None else READERS[library](name, value)


def one_column(value: Any) -> Any:
    """The column of a table that has only one; anything else as it is."""
    library = None if isinstance(value, PLAIN) else library_of(value)
    if library == "pandas" and getattr(value, "ndim", 1) == 2 and value.shape[1] == 1:
        return value.iloc[:, 0]
    if library == "polars" and hasattr(value, "get_columns") and value.width == 1:
        return value.to_series()
    if library == "pyarrow" and hasattr(value, "columns") and value.num_columns == 1:
        return value.column(0)
    return value


def by_key(name: str, value: Any) -> Any:
    """A Series whose index is another than 0, 1, 2, ... as a dict, since it says what each value is of; else value."""
    if isinstance(value, PLAIN) or library_of(value) != "pandas" or not hasattr(value, "items"):
        return value
    if value.ndim != 1 or [*value.index] == [*range(len(value))]:
        return value
    if not value.index.is_unique:
        key = value.index[value.index.duplicated()].tolist()[0]
        raise ValueError(f"{name} must have one value for each key of its index; {key!r} is there more than once")
    return dict(value.items())
