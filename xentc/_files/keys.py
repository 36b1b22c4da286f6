"""Whether rows that are joined by position belong together: what both sides know of a row must be the same."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .classes import whole_number
from .errors import FileError
from .table import Array, Column, Table, Values
from .values import as_numpy, is_text

LONGEST_SHOWN = 40


def key_columns(table: Table, used: Iterable[str | None] = ()) -> dict[str, Column]:
    """The columns that may tell rows apart, by name; bytes may be anything, and large."""
    if not table.named:
        return {}
    return {
        column.name: column
        for column in table.columns
        if column.kind in ("integer", "text") and "binary" not in column.type and column.name not in used
    }


def check_same(
    ours: Mapping[str, Values], theirs: Mapping[str, Values], names: tuple[str, str], file: str, row: int
) -> None:
    """Raise for the first row, counted from that of the file, in which a column that both have differs."""
    found: tuple[int, str] | None = None
    for name in ours.keys() & theirs.keys():
        at = _first_different(ours[name], theirs[name])
        if at is not None:
            found = min(found or (at, name), (at, name))
    if found is None:
        return
    at, name = found
    raise FileError(
        f"{names[0]} and {names[1]} do not hold the same rows in the same order: in row {row + at}{_of(file, names[0])}"
        f" '{name}' is {_shown(ours[name], at)}, and {_shown(theirs[name], at)} in {names[1]}; join them by a"
        f" column that tells rows apart with id= (--id), or, if they belong together as they come, say so with"
        f" id=False (--no-id)"
    )


def _of(file: str, name: str) -> str:
    return "" if file == name else f" of {file}"


def _first_different(ours: Values, theirs: Values) -> int | None:
    """The first row where two columns of whole numbers or text differ.

    7, 7.0 and 007 are the same, and so is what is missing in both.
    """
    if all(not isinstance(values, np.ndarray) and is_text(values) for values in (ours, theirs)):
        import pyarrow.compute as pc

        a, b = _as_bytes(ours), _as_bytes(theirs)
        rows = np.flatnonzero(as_numpy(pc.not_equal(a, b)))
    else:
        a, b = _as_array(ours), _as_array(theirs)
        if a.dtype.kind not in "iu" or b.dtype.kind not in "iu":
            a, b = a.astype(object), b.astype(object)
        rows = np.flatnonzero(a != b)
    return next((int(i) for i in rows if _spelled(a[int(i)]) != _spelled(b[int(i)])), None)


def _as_bytes(values: Any) -> Any:
    """Arrow's text as bytes; empty where it is missing."""
    values = getattr(values, "storage", values)
    if hasattr(values, "dictionary"):
        values = values.dictionary_decode()
    return values.cast("large_binary").fill_null(b"")


def _as_array(values: Values) -> Array:
    """Whole numbers, or objects where there is text or something is missing."""
    if isinstance(values, np.ndarray):
        array = np.asarray(values)
        missing = getattr(values, "mask", None)
        if missing is not None and np.any(missing):
            array = array.astype(object)
            array[missing] = None
        return array
    values = getattr(values, "storage", values)
    if is_text(values) or values.null_count:
        return np.array([*values.to_pylist(), None], dtype=object)[:-1]
    return as_numpy(values)


def _spelled(value: Any) -> Any:
    """As a text file has it, numbers without what does not change them."""
    text = _plain(value)
    number = whole_number(text.strip())
    return text if number is None else number


def _plain(value: Any) -> str:
    value = value.as_py() if hasattr(value, "as_py") else value
    if value is None or value is np.ma.masked or value != value:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _shown(values: Values, row: int) -> str:
    text = _plain(values[row]) or "missing"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
