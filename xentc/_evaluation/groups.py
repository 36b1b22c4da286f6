"""What rows are grouped by: any column, as numbers of its distinct values."""

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .._api.encode import BLOCK_ROWS
from .._core.labels import NamedLabels, read_labels, zero_or_one
from .._readers import library_of
from .._readers.missing import Missing, raise_first
from .._readers.names import Names

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
_TEXT = 6
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
            return _TEXT, (key if key.tzinfo is None else key.tz_convert("UTC")).isoformat()
        key = key.to_pydatetime()
    elif hasattr(key, "to_pytimedelta"):
        if key.nanoseconds:
            return _TEXT, str(key.to_timedelta64())
        key = key.to_pytimedelta()
    if isinstance(key, datetime.datetime) and key.tzinfo is not None:
        return 4, key.astimezone(datetime.UTC)
    for kind, rank in _RANKS:
        if isinstance(key, kind):
            return rank, key
    if type(key).__module__.partition(".")[0] == "pandas" and type(key).__name__ in ("Period", "Interval"):
        return _TEXT, str(key)
    raise _not_grouped(f"{key!r}, a {type(key).__name__}")


def _not_grouped(got: str) -> TypeError:
    return TypeError(f"by must hold numbers, text, bytes, dates, datetimes or durations; got {got}")


def grouping(by: Any, shape: tuple[int, ...]) -> Grouping:
    """The groups of rows of this shape."""
    by, aware = _plain(by)
    given = read_labels("by", by, as_they_are=True)
    found = _of_names(given) if isinstance(given, NamedLabels) else _of_array(given)
    if aware:
        naive = found.key
        found = found._replace(key=lambda code: _in_utc(naive(code)))
    try:
        return found._replace(codes=np.broadcast_to(found.codes, shape))
    except ValueError:
        raise ValueError(
            f"by must broadcast to the shape of the rows, {shape}; got the shape {found.codes.shape}"
        ) from None


def _plain(by: Any) -> tuple[Any, bool]:
    """What `read_labels` does not know, as it does; and whether times, which NumPy has in UTC, have a zone.

    Of polars and pyarrow, and of pandas where that holds pyarrow's: dates and times as NumPy's, bytes as a list.
    """
    library = library_of(by)
    if library == "pandas" and str(getattr(by, "dtype", "")).endswith("[pyarrow]") and hasattr(by, "array"):
        by, library = by.array.__arrow_array__(), "pyarrow"
    if library not in ("polars", "pyarrow") or not (hasattr(by, "type") or hasattr(by, "dtype")):
        return by, False
    given = by.type if hasattr(by, "type") else by.dtype
    name = str(given).lower()
    if name.startswith(("binary", "large_binary", "fixed_size_binary")):
        return (by.to_pylist() if hasattr(by, "to_pylist") else by.to_list()), False
    if name.startswith(("time32", "time64", "decimal", "list", "struct")) or name == "time":
        raise _not_grouped(str(given))
    if not name.startswith(("date", "timestamp", "duration")):
        return by, False
    chunked_or_polars = hasattr(by, "dtype") or hasattr(by, "chunks")
    array = np.asarray(by.to_numpy() if chunked_or_polars else by.to_numpy(zero_copy_only=False))
    return array, bool(getattr(given, "tz", None) or getattr(given, "time_zone", None))


def _in_utc(key: Any) -> Any:
    """A time without a zone, or the text of one whose digits are too many."""
    return f"{key}+00:00" if isinstance(key, str) else key.replace(tzinfo=datetime.UTC)


def _of_names(given: NamedLabels) -> Grouping:
    names, codes = Names(), np.empty(given.shape, np.int64)
    flat = codes.reshape(-1)
    for rows, found in given.numbers(names, BLOCK_ROWS):
        flat[rows] = found
    return Grouping(codes, len(names), [*names].__getitem__)


def _of_array(array: Array) -> Grouping:
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    kind = array.dtype.kind
    if kind in "biu":
        return _of_integers(zero_or_one(array) if kind == "b" else array, array.dtype.type)
    if kind in "mM":
        _refuse_missing(np.isnat(array))
        unit, make = np.datetime_data(array.dtype), array.dtype.type
        return _of_integers(array.view(np.int64), lambda number: _of_time(make(number, unit)))
    if kind == "f":
        _refuse_missing(np.isnan(array))
        values, codes = np.unique(array, return_inverse=True)
        return Grouping(codes.reshape(array.shape).astype(np.int64), len(values), values.__getitem__)
    raise _not_grouped(f"the dtype {array.dtype}")


def _refuse_missing(missing: Array) -> None:
    try:
        raise_first(missing)
    except Missing as found:
        raise found.error("by") from None


def _of_time(value: Any) -> Any:
    """A NumPy time as one of Python's, or where that has no such digits or years, as text."""
    item = value.item()
    if isinstance(item, int):
        try:
            coarse = value.astype(f"{value.dtype.str[:3]}[us]")
            item = coarse.item() if coarse == value else value
        except TypeError:  # years, which are of no length
            item = value
    return str(value) if isinstance(item, (int, np.generic)) else item


def _of_integers(array: Array, key: Callable[[Any], Any]) -> Grouping:
    """Codes from the smallest on, if they are not too many; else those of the distinct values."""
    if array.size == 0:
        return Grouping(array.astype(np.int64), 0, key)
    array = array.copy()  # the kernel goes by its codes: they are made of what is looked at here
    low, high = int(array.min()), int(array.max())
    if high - low < _DENSE * array.size + 1024:
        codes = (array - array.dtype.type(low) if array.dtype == np.uint64 else array.astype(np.int64) - low).astype(
            np.int64, copy=False
        )
        return Grouping(codes, high - low + 1, lambda code: key(low + code))
    values, codes = np.unique(array, return_inverse=True)
    return Grouping(codes.reshape(array.shape).astype(np.int64), len(values), lambda code: key(int(values[code])))
