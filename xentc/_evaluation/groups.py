"""What rows are grouped by: any column, as numbers of its distinct values."""

import datetime
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .._arrays import refuse_masked

Array = np.ndarray[Any, Any]
# Of each type the rank; a datetime is a date too, and a bool an int, so these come first. Aware datetimes are 4.
_RANKS: tuple[tuple[type, int], ...] = (
    (bool, 0),
    (int, 1),
    (float, 1),
    (datetime.datetime, 3),
    (datetime.date, 2),
    (datetime.timedelta, 5),
    (str, 6),
    (bytes, 7),
)
_DENSE = 4  # codes may be so many times as many as rows before distinct values are looked for


class Grouping(NamedTuple):
    """A number in [0, n) for each row, and the value that a number stands for; not every number need occur."""

    codes: Array  # int64
    n: int
    key: Callable[[int], Any]


def ranked(key: Any) -> tuple[int, Any]:
    """A key as it is told apart and sorted: a rank for its type, for types do not compare; numbers share theirs."""
    if isinstance(key, np.generic):
        key = key.item()
    if isinstance(key, float) and key.is_integer() and abs(key) < 2.0**64:
        key = int(key)  # the same column may be float in another batch
    if hasattr(key, "to_pydatetime"):  # pandas
        if key.nanosecond:
            return 6, key.isoformat()
        key = key.to_pydatetime()
    elif hasattr(key, "to_pytimedelta"):
        key = key.to_pytimedelta()
    if isinstance(key, datetime.datetime) and key.tzinfo is not None:
        return 4, key.astimezone(datetime.UTC)
    for kind, rank in _RANKS:
        if isinstance(key, kind):
            return rank, key
    if type(key).__module__.startswith("pandas.") and type(key).__name__ in ("Period", "Interval"):
        return 6, str(key)
    raise TypeError(f"by must hold numbers, text, bytes, dates or times; got {key!r}, a {type(key).__name__}")


def grouping(by: Any, shape: tuple[int, ...]) -> Grouping:
    """The groups of rows of this shape."""
    found = _of_column(by)
    try:
        return found._replace(codes=np.broadcast_to(found.codes, shape))
    except ValueError:
        raise ValueError(
            f"by must broadcast to the shape of the rows, {shape}; got the shape {found.codes.shape}"
        ) from None


def _missing(row: Any, value: Any) -> ValueError:
    return ValueError(
        f"by has a missing value, {value!r}, in row {int(row)}; give such rows a value of their own, or mask them"
        " and give any value"
    )


def _of_column(by: Any) -> Grouping:
    refuse_masked("by", by)
    pandas, arrow, polars = (sys.modules.get(name) for name in ("pandas", "pyarrow", "polars"))
    if pandas is not None and isinstance(by, (pandas.Series, pandas.Index, pandas.api.extensions.ExtensionArray)):
        codes, values = pandas.factorize(by)
        if len(codes) and codes.min() < 0:
            raise _missing(np.argmin(codes), list(by)[int(np.argmin(codes))])
        values = list(values)
        return Grouping(codes.astype(np.int64), len(values), values.__getitem__)
    if polars is not None and isinstance(by, polars.Series):
        return _of_objects(np.array(by.to_list(), dtype=object), by.len())
    if arrow is not None and isinstance(by, (arrow.Array, arrow.ChunkedArray)):
        return _of_arrow(by)
    if isinstance(by, (list, tuple)):  # as an array, numbers beside text would become text
        array = np.array(by, dtype=object)
        return _of_objects(array, array.size)
    array = np.asarray(by)
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    kind = array.dtype.kind
    if kind in "biu":
        return _of_integers(array.astype(np.int64) if kind == "b" else array, array.dtype.type)
    if kind in "mM":
        if array.size and np.isnat(array).any():
            raise _missing(np.flatnonzero(np.isnat(array))[0], "NaT")
        return _of_integers(array.view(np.int64), lambda number: _of_time(array.dtype.type(number, _unit(array))))
    if kind == "f":
        if np.isnan(array).any():
            raise _missing(np.flatnonzero(np.isnan(array))[0], float("nan"))
        values, codes = np.unique(array, return_inverse=True)
        return Grouping(codes.reshape(array.shape).astype(np.int64), len(values), values.__getitem__)
    if kind in "USOT":
        return _of_objects(array, array.size)
    raise TypeError(f"by must hold numbers, text, bytes, dates or times; got the dtype {array.dtype}")


def _unit(array: Array) -> Any:
    return np.datetime_data(array.dtype)


def _of_time(value: Any) -> Any:
    """A NumPy time as one of Python's, or where that has no such digits, as text."""
    item = value.item()
    if isinstance(item, int):  # nanoseconds and shorter
        coarse = value.astype(value.dtype.str[:3] + "[us]")
        item = coarse.item() if coarse == value else str(value)
    return item


def _of_integers(array: Array, key: Callable[[int], Any]) -> Grouping:
    """Codes from the smallest on, if they are not too many; else those of the distinct values."""
    if array.size == 0:
        return Grouping(array.astype(np.int64), 0, key)
    low, high = int(array.min()), int(array.max())
    if high - low < _DENSE * array.size + 1024:
        codes = array.astype(np.int64) - np.int64(low) if high < 2**63 else (array - array.dtype.type(low))
        return Grouping(codes.astype(np.int64), high - low + 1, lambda code: key(low + code))
    values, codes = np.unique(array, return_inverse=True)
    return Grouping(codes.reshape(array.shape).astype(np.int64), len(values), lambda code: key(int(values[code])))


def _of_objects(array: Array, size: int) -> Grouping:
    numbers: dict[Any, int] = {}
    values: list[Any] = []
    codes = np.empty(size, np.int64)
    for i, value in enumerate(array.ravel().tolist()):
        try:
            code = numbers.get(value)
        except TypeError:
            raise TypeError(f"by must hold numbers, text, bytes, dates or times; got {value!r} in row {i}") from None
        if code is None:
            if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):
                raise _missing(i, value)
            code = numbers[value] = len(values)
            values.append(value)
        codes[i] = code
    return Grouping(codes.reshape(array.shape), len(values), values.__getitem__)


def _of_arrow(by: Any) -> Grouping:
    if by.null_count:
        mask = np.asarray(by.is_null())
        raise _missing(np.flatnonzero(mask)[0], None)
    array = by.combine_chunks() if hasattr(by, "combine_chunks") else by
    encoded = array.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    return Grouping(np.asarray(encoded.indices).astype(np.int64), len(values), values.__getitem__)
