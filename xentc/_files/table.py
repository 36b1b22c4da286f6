"""What every format is turned into: a table of columns that is read in blocks of rows."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from .errors import FileError, listed

Array = np.ndarray[Any, Any]
Values = Any  # of a column in a block: a NumPy array, (n,) or (n, K), or an Arrow array
Kind = Literal["float", "integer", "bool", "text", "matrix", "other"]
Use = Literal["number", "label", "group", "id", "key", "flat"]
# What a column is read for: a text format parses it accordingly; flat is a matrix with a row for each element.

FLOATING = ("float", "matrix")
SCALAR = ("float", "integer", "bool", "text")


@dataclass(frozen=True)
class Column:
    """A column of a table: a member of an archive, a field, a whole array."""

    name: str
    kind: Kind
    type: str  # as the format calls it, for messages
    floating: bool = False  # of a matrix: its elements
    width: int | None = None  # of a matrix; None where only the rows tell
    shape: tuple[int, ...] = ()  # of a whole array
    doubtful: bool = False  # the format does not tell its kind; what was seen of it may be floating all the same


class Table:
    """One file or one table in memory.

    Attributes
    ----------
    name : str
        For messages.
    columns : tuple of Column
        All that it has.
    named : bool
        Whether the names of the columns are the file's own.
    ahead : bool
        Whether a block takes work to come by, so that a thread should do it ahead.
    empty : bool
        Whether it is known to have no rows, and its columns therefore no types.
    owned
        The open file, where this table is to close it; a caller's stream stays open.
    """

    name: str
    columns: tuple[Column, ...]
    named: bool = True
    ahead: bool = True
    owned: Any = None
    empty: bool = False

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int | None:
        """Rows of the wanted columns, where that is known before reading."""
        raise NotImplementedError

    def list_length(self, place: int) -> int | None:
        """Elements of the first list of a column, where a block is copied and its size therefore matters."""
        return None

    def blocks(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[list[Values]]:
        """The wanted columns from row `start` on, about `length` rows at a time."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file, and close it, if it was opened for this."""
        if self.owned is not None:
            self.owned.close()

    def find(self, name: str, what: str) -> int:
        """The place of a column, which `what` asks for."""
        places = self._places.get(name, ())
        if len(places) == 1:
            return places[0]
        if places:
            raise FileError(f"{self.name} has {len(places)} columns '{name}', asked for as {what}")
        raise FileError(f"{self.name} has no column '{name}', asked for as {what}; it has {self.described()}")

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Of each name; a CSV file may have one twice."""
        places: dict[str, list[int]] = {}
        for i, column in enumerate(self.columns):
            places.setdefault(column.name, []).append(i)
        return places

    def described(self) -> str:
        """Its columns, for a message."""
        if not self.named and len(self.columns) == 1:
            return f"one array of {self.columns[0].type}"
        names = (column.name if len(column.name) <= 40 else f"{column.name[:40]}..." for column in self.columns)
        return listed(name or "(a column without a name)" for name in names)


_KINDS: dict[str, Kind] = {"i": "integer", "u": "integer", "b": "bool", "U": "text", "S": "text", "T": "text"}


def kind_of(dtype: np.dtype[Any]) -> Kind:
    """The kind of a column of NumPy elements."""
    if dtype.kind == "f":
        return "float" if dtype.itemsize <= 8 else "other"
    if dtype.kind == "V" and dtype.name == "bfloat16":
        return "float"
    return _KINDS.get(dtype.kind, "other")


def column_of(name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Column:
    """The column that an array is: the last of several axes is that of the classes."""
    kind = kind_of(dtype)
    if len(shape) == 1 or (len(shape) == 2 and shape[1] == 1):  # a column
        return Column(name, kind, str(dtype), shape=shape)
    if len(shape) < 2 or kind not in ("float", "integer", "bool"):
        return Column(name, "other", f"{dtype}, {shape}", shape=shape)
    return Column(name, "matrix", f"{dtype}, {shape}", kind == "float", shape[-1], shape)


def as_rows(array: Array, use: Use) -> Array:
    """An array as a column: (n,) or (n, K), the axes before the last of several as one axis of rows."""
    if use == "flat" or (array.ndim == 2 and array.shape[1] == 1):
        array = array.reshape(-1)
    elif array.ndim > 2:
        array = array.reshape(-1, array.shape[-1])
    if not array.dtype.isnative or not array.flags.aligned:
        array = array.astype(array.dtype.newbyteorder("="))
    return array


def rows_of(shape: tuple[int, ...], use: Use) -> int:
    """How many rows an array of that shape has as a column."""
    return math.prod(shape if use == "flat" else shape[:1] + shape[1:-1])
