"""Arrow: its types as kinds of columns, and tables that come as record batches."""

import mmap
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .errors import FileError, one_line
from .package import pyarrow
from .table import Column, Kind, Table, Use, Values


def column_of_field(field: Any) -> Column:
    """The column that a field of an Arrow schema is."""
    types, given = pyarrow("Arrow").types, field.type
    inner = getattr(given, "storage_type", given)  # of an extension, such as a tensor of fixed shape
    if types.is_dictionary(inner):
        inner = inner.value_type
    if types.is_list(inner) or types.is_large_list(inner) or types.is_fixed_size_list(inner):
        kind = _scalar_kind(types, inner.value_type)
        width = inner.list_size if types.is_fixed_size_list(inner) else None
        matrix = kind in ("float", "integer", "bool")
        return Column(field.name, "matrix" if matrix else "other", str(given), kind == "float", width)
    return Column(field.name, _scalar_kind(types, inner), str(given))


def _scalar_kind(types: Any, given: Any) -> Kind:
    if types.is_floating(given) or types.is_decimal(given):
        return "float"
    if types.is_integer(given):
        return "integer"
    if types.is_boolean(given):
        return "bool"
    text = ("is_string", "is_large_string", "is_string_view", "is_binary", "is_large_binary")
    return "text" if any(getattr(types, test)(given) for test in text if hasattr(types, test)) else "other"


@contextmanager
def in_our_words(name: str, what: str = "cannot be read") -> Iterator[None]:
    """What pyarrow raises, as a FileError; it has many types for damaged files."""
    try:
        yield
    except FileError:
        raise
    except Exception as error:
        raise FileError(f"{name} {what}: {one_line(error)}") from None


class Mapped:
    """A file in memory, as Arrow reads it; what was read can be given back, so that what is resident does not grow."""

    INTERVAL = 1 << 22

    def __init__(self, name: str, file: Any) -> None:
        pa = pyarrow(name)
        self._name, self._file = name, file
        try:
            self._size = os.fstat(file.fileno()).st_size
            self._map: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError, AttributeError):  # no file of the system: io.UnsupportedOperation is an OSError
            self._map = None
        self._read = 0
        self._buffer = None if self._map is None else pa.py_buffer(self._map)

    @property
    def address(self) -> int:
        """Of the first byte; 0 if the file is not mapped."""
        return 0 if self._buffer is None else int(self._buffer.address)

    def holds(self, address: int) -> bool:
        """Whether a byte in memory is one of the file."""
        return 0 <= address - self.address < self._size

    @property
    def rewinds(self) -> bool:
        """Whether it can be read a second time."""
        return self._map is not None or bool(self._file.seekable())

    def open(self) -> "Opened":
        """A new reader of all of it."""
        pa = pyarrow(self._name)
        if self._buffer is not None:
            return Opened(pa.BufferReader(self._buffer), self._map)
        if self._file.seekable():
            self._file.seek(0)
        tail = Tail(self._file)
        return Opened(pa.PythonFile(tail, mode="r"), tail)

    def forget(self, n_bytes: int) -> None:
        """After so many bytes more were read."""
        if self._map is None:
            return
        # Reading a page that is no longer there would end the process.
        if os.fstat(self._file.fileno()).st_size < self._size:
            raise FileError(f"{self._name} became shorter while it was read")
        self._read += n_bytes
        if self._read >= self.INTERVAL and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
            self._read = 0

    def close(self) -> None:
        """The pages go when the last array that looks at them goes."""
        self._map = self._buffer = None


class Tail:
    """A file that remembers the last bytes that were read of it."""

    def __init__(self, file: Any) -> None:
        self._file, self.last = file, b""
        self.seek, self.tell, self.close = file.seek, file.tell, lambda: None  # it is for others to close
        self.closed = False

    def read(self, n: int = -1) -> bytes:
        """Of the file."""
        data: bytes = self._file.read(n)
        self.last = (self.last + data[-8:])[-8:]
        return data


@dataclass
class Opened:
    """A reader of Arrow's, and what it reads."""

    reader: Any
    source: Any

    def last(self) -> bytes:
        """The eight bytes before the place where the reader is."""
        if isinstance(self.source, Tail):
            return self.source.last
        at = self.reader.tell()
        return bytes(self.source[max(at - 8, 0) : at])


class ArrowTable(Table):
    """A table whose rows come as record batches."""

    def __init__(self, name: str, schema: Any) -> None:
        self.name = name
        with in_our_words(name, "is damaged"):
            self.columns = tuple(column_of_field(field) for field in schema)

    def batches(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[tuple[Any, list[int]]]:
        """Record batches from row `start` on, and where in them the wanted columns are."""
        raise NotImplementedError

    def blocks(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[list[Values]]:
        for batch, places in self.batches(wanted, start, length):
            for first in range(0, batch.num_rows, length):
                piece = batch if batch.num_rows <= length else batch.slice(first, length)
                yield [piece.column(place) for place in places]


class MemoryTable(ArrowTable):
    """An Arrow table in memory, or batches that come from somewhere else in the process."""

    ahead = False

    def __init__(self, name: str, source: Any) -> None:
        super().__init__(name, source.schema)
        self._source = source

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int | None:
        return getattr(self._source, "num_rows", None)

    def batches(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[tuple[Any, list[int]]]:
        source, places = self._source, [i for i, _ in wanted]
        many = source.to_batches() if hasattr(source, "to_batches") else source
        for batch in [many] if hasattr(many, "num_columns") else many:
            yield batch, places
