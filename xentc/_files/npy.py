""".npy: the header, the array mapped into memory, or read from a stream."""

import ast
import math
import mmap
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import FileError, MissingPackage
from .memory import Pool
from .table import Array, Table, Use, Values, as_rows, column_of, rows_of

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 1 << 16  # NumPy itself writes 128 bytes, and reads 10,000; fields have names


@dataclass(frozen=True)
class Header:
    """What precedes the elements."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    length: int

    @property
    def n_bytes(self) -> int:
        """Of the elements."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(stream: Any, name: str) -> Header:
    """The header of a stream that stands before it, and is left behind it."""
    start = stream.read(8)
    if start[: len(MAGIC)] != MAGIC:
        raise FileError(f"{name} is not a .npy file: it does not begin as one")
    if len(start) < 8 or start[6] not in (1, 2, 3):
        raise FileError(f"{name}: the header is damaged or of an unknown version")
    n = 2 if start[6] == 1 else 4
    length = int.from_bytes(stream.read(n), "little")
    if length > LONGEST_HEADER:
        raise FileError(f"{name}: the header is damaged; it claims to have {length} bytes")
    text = stream.read(length)
    if len(text) < length:
        raise FileError(f"{name} is cut short within its header")
    try:
        fields = ast.literal_eval(text.decode("utf-8" if start[6] == 3 else "latin-1").strip())
        shape, fortran = fields["shape"], fields["fortran_order"]
        dtype = np.lib.format.descr_to_dtype(fields["descr"])
        whole = all(type(n) is int and n >= 0 for n in shape) and isinstance(shape, tuple)
    except Exception as error:
        raise FileError(f"{name}: the header is damaged ({type(error).__name__})") from None
    if len(fields) != 3 or not whole or type(fortran) is not bool:
        raise FileError(f"{name}: the header is damaged")
    if dtype.itemsize == 0 or math.prod(shape) * dtype.itemsize >= 1 << 63:
        raise FileError(f"{name}: no array has the shape {shape} and the dtype {dtype}")
    return Header(shape, fortran, dtype, 8 + n + length)


def elements(header: Header, name: str) -> np.dtype[Any]:
    """The dtype to read, where it can be read."""
    dtype = header.dtype
    if dtype.hasobject:
        raise FileError(f"{name} holds pickled Python objects, which are never read; save numbers or text (dtype 'U')")
    if not header.shape:
        raise FileError(f"{name} holds a single value, not an array")
    if dtype.kind == "V" and dtype.names is None and dtype.itemsize == 2:
        # np.save forgets the name: bfloat16 is the one dtype of two bytes that NumPy does not know itself.
        try:
            from ml_dtypes import bfloat16
        except ImportError:
            raise MissingPackage(f"{name} holds bfloat16, which takes a package: pip install ml_dtypes") from None
        named: np.dtype[Any] = np.dtype(bfloat16)
        return named
    return dtype


class ArrayTable(Table):
    """Arrays in memory, one a column: the whole of an .npy file, the fields of a structured one."""

    ahead = False

    def __init__(self, name: str, arrays: dict[str, Array], *, named: bool = True) -> None:
        self.name, self.named = name, named
        self._arrays = tuple(arrays.values())
        self.columns = tuple(column_of(key, array.dtype, array.shape) for key, array in arrays.items())

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int:
        counts = {rows_of(self._arrays[i].shape, use): self.columns[i].name for i, use in wanted}
        if len(counts) > 1:
            lengths = ", ".join(f"'{name}' {n}" for n, name in counts.items())
            raise FileError(f"{self.name}: the columns have different numbers of rows: {lengths}")
        return next(iter(counts))

    def blocks(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[list[Values]]:
        n_rows = self.count(wanted)
        for first in range(start, n_rows, length):
            rows = slice(first, min(first + length, n_rows))
            yield [self._slice(self._arrays[i], use, rows) for i, use in wanted]

    @staticmethod
    def _slice(array: Array, use: Use, rows: slice) -> Array:
        if array.ndim == 1 or (array.ndim == 2 and use != "flat"):
            return as_rows(array[rows], use)
        inner = array.shape[1:] if use == "flat" else array.shape[1:-1]
        step = math.prod(inner)  # rows for each element of the first axis
        first, last = rows.start // step, -(-rows.stop // step)
        return as_rows(array[first:last], use)[rows.start - first * step : rows.stop - first * step]

    def close(self) -> None:
        self._arrays = ()  # the pages go when the last array that looks at them goes
        super().close()


class MappedNpy(ArrayTable):
    """An .npy file in memory without being read: its pages come when touched, and leave when they are done with."""

    def __init__(self, name: str, file: Any, header: Header) -> None:
        dtype = elements(header, name)
        size = os.fstat(file.fileno()).st_size
        _check_size(name, header, size - header.length)
        self._file, self._end = file, header.length + header.n_bytes
        self._map = mmap.mmap(file.fileno(), self._end, access=mmap.ACCESS_READ)
        array = np.ndarray(
            header.shape, dtype, self._map, header.length, order="F" if header.fortran else "C"
        )  # read-only, as the map is
        self._step = header.n_bytes // header.shape[0] if header.shape[0] and not header.fortran else 0
        super().__init__(name, {field: array[field] for field in dtype.names} if dtype.names else {"": array})
        self.named = bool(dtype.names)
        self._offset = header.length

    def blocks(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[list[Values]]:
        n_rows, at = self.count(wanted), start
        for block in super().blocks(wanted, start, length):
            # Reading a page that is no longer there would end the process.
            if os.fstat(self._file.fileno()).st_size < self._end:
                raise FileError(f"{self.name} became shorter while it was read")
            yield block
            n, at = at, min(at + length, n_rows)
            self._forget(n / n_rows, at / n_rows)

    def _forget(self, low: float, high: float) -> None:
        """Give the pages of a part of the array back, so that what is resident does not grow."""
        if not hasattr(mmap, "MADV_DONTNEED"):
            return
        if not self._step:  # Fortran order: the rows are everywhere
            self._map.madvise(mmap.MADV_DONTNEED)
            return
        size = self._end - self._offset
        first = (self._offset + int(size * low)) // mmap.PAGESIZE * mmap.PAGESIZE
        last = (self._offset + int(size * high)) // mmap.PAGESIZE * mmap.PAGESIZE
        if last > first:
            self._map.madvise(mmap.MADV_DONTNEED, first, last - first)


def _check_size(name: str, header: Header, there: int) -> None:
    if there < header.n_bytes:
        row = there // max(header.n_bytes // header.shape[0], 1)
        where = "" if header.fortran else f", in row {row}"
        raise FileError(f"{name} is cut short{where}: it should have {header.shape[0]} rows, the shape {header.shape}")
    if there > header.n_bytes:
        raise FileError(
            f"{name} goes on for {there - header.n_bytes} bytes after its array of the shape {header.shape}; several"
            f" arrays in one file are not read"
        )


class StreamedNpy(Table):
    """An .npy array that can only be read once from its start: from a pipe, or decompressed."""

    def __init__(self, name: str, stream: Any) -> None:
        self.name, self.named, self._stream = name, False, stream
        self._header = read_header(stream, name)
        self._dtype = elements(self._header, name)
        if self._dtype.names:
            raise FileError(f"{name} has fields, which are read from a file only")
        self.columns = (column_of("", self._dtype, self._header.shape),)
        self._pool = Pool()

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int:
        return rows_of(self._header.shape, wanted[0][1])

    def blocks(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[list[Values]]:
        use = wanted[0][1]
        for block in self.arrays(use, start, length):
            yield [block] * len(wanted)

    def arrays(self, use: Use, start: int, length: int) -> Iterator[Array]:
        """The one column, in blocks."""
        shape, n_rows = self._header.shape, rows_of(self._header.shape, use)
        if self._header.fortran and len(shape) > 1:
            yield from self._transposed(use, start, length)
            return
        width = math.prod(shape) // n_rows if n_rows else 1
        for first in range(0, n_rows, length):
            n = min(length, n_rows - first)
            flat = self._pool.empty((n * width,), self._dtype)
            self._fill(flat.view(np.uint8).data, first, n)
            if first + n > start:
                block = flat.reshape(n, width) if len(shape) > 1 and use != "flat" else flat
                yield as_rows(block[max(start - first, 0) :], use)
        self._check_end()

    def _fill(self, buffer: memoryview, first: int, n: int) -> None:
        """Read the next rows, from `first` on, all of them."""
        got = 0
        while got < len(buffer):
            some = self._stream.readinto(buffer[got:])
            if not some:
                row = first + got * n // len(buffer)
                raise FileError(f"{self.name} is cut short, in row {row}: its shape is {self._header.shape}")
            got += some

    def _check_end(self) -> None:
        if self._stream.read(1):
            raise FileError(f"{self.name} goes on after its array; several arrays in one file are not read")

    def _transposed(self, use: Use, start: int, length: int) -> Iterator[Array]:
        """Fortran order: by way of a file, since the first row ends only where the array does."""
        with tempfile.TemporaryFile() as file:
            np.lib.format.write_array_header_2_0(
                file,
                {
                    "descr": np.lib.format.dtype_to_descr(self._header.dtype),
                    "fortran_order": True,
                    "shape": self._header.shape,
                },
            )
            left = self._header.n_bytes
            while left:
                piece = self._stream.read(min(left, 1 << 20))
                if not piece:
                    raise FileError(f"{self.name} is cut short: its shape is {self._header.shape}")
                left -= file.write(piece)
            self._check_end()
            file.flush()
            file.seek(0)
            table = MappedNpy(self.name, file, read_header(file, self.name))
            for (block,) in table.blocks([(0, use)], start, length):
                yield block
