"""The format of a file, by its first bytes: names can be wrong."""

import io
from typing import Any

import numpy as np

from . import npy, npz, stream
from .errors import FileError
from .paths import Part, unreadable
from .table import Table

PARQUET, ARROW_FILE, ARROW_STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"

# What else people have, and what to do about it.
FOREIGN = {
    b"\x80": "a pickle, which is never read (it could run any program); save arrays with np.save, tables as Parquet",
    b"\x89HDF": "HDF5, which is not read; save the arrays with np.save",
    b"FEA1": "Feather of version 1, which is not read; write it again as Feather of version 2 or Parquet",
    b"ORC": "ORC, which is not read; write it as Parquet",
    b"BZh": "compressed with bzip2, which is not read; use gzip or zstd",
    b"\xfd7zXZ": "compressed with xz, which is not read; use gzip or zstd",
    b"SQLite format 3": "an SQLite database, which is not read; export the table as CSV",
    b"{": "JSON, which is not read; write it as CSV or Parquet",
    b"[": "JSON, which is not read; write it as CSV or Parquet",
}
EXPECTED = {
    ".npy": npy.MAGIC,
    ".npz": npz.MAGIC,
    ".parquet": PARQUET,
    ".pq": PARQUET,
}


def open_table(part: Part, header: bool | None) -> Table:
    """A file or stream as a table; `header` says whether a CSV file begins with names."""
    if part.path is None:
        return _from_stream(part, stream.peekable(part.name, part.stream), header)
    try:
        file = part.path.open("rb")
    except OSError as error:
        raise unreadable(part.name, error) from None
    try:
        magic = file.read(16)
        file.seek(0)
        table = _from_file(part, file, magic, header)
        table.owned = file
        return table
    except OSError as error:
        file.close()
        if isinstance(error, FileError):
            raise
        raise unreadable(part.name, error) from None
    except BaseException:
        file.close()
        raise


def _from_file(part: Part, file: Any, magic: bytes, header: bool | None) -> Table:
    if not magic:
        raise FileError(f"{part.name} is empty")
    if magic.startswith(npy.MAGIC):
        found = npy.read_header(file, part.name)
        if not found.n_bytes:  # nothing that could be mapped
            dtype = npy.elements(found, part.name)
            return npy.ArrayTable(part.name, {"": np.empty(found.shape, dtype)}, named=False)
        try:
            return npy.MappedNpy(part.name, file, found)
        except OSError:  # a file system, or a limit, that does not allow it
            file.seek(0)
            return npy.StreamedNpy(part.name, stream.peekable(part.name, file))
    if magic.startswith(npz.MAGIC):
        return npz.NpzTable(part.name, file)
    if magic.startswith(PARQUET):
        from .parquet import ParquetTable

        return ParquetTable(part.name, file)
    if magic.startswith((ARROW_FILE, ARROW_STREAM)):
        from .ipc import IpcTable

        return IpcTable(part.name, file, is_file=magic.startswith(ARROW_FILE))
    return _from_stream(part, stream.peekable(part.name, file), header)


def _from_stream(part: Part, source: io.BufferedReader, header: bool | None) -> Table:
    raw = source
    source = stream.decompressed(part.name, source)
    magic = source.peek(16)[:16]
    if not magic:
        raise FileError(f"{part.name} is empty")
    if magic.startswith(npy.MAGIC):
        return npy.StreamedNpy(part.name, source)
    if magic.startswith(ARROW_STREAM):
        from .ipc import IpcTable

        return IpcTable(part.name, source, is_file=False)
    if magic.startswith((npz.MAGIC, PARQUET, ARROW_FILE)):
        if raw is not source:
            raise FileError(f"{part.name}: this format is compressed already and is read from a file; decompress it")
        return _seekable(part, magic, header)
    _check_text(part, magic)
    from .text import TextTable

    return TextTable(part.name, part.suffix, source, header)


def _seekable(part: Part, magic: bytes, header: bool | None) -> Table:
    """Formats whose table of contents is at the end."""
    file = part.stream
    if not (hasattr(file, "seekable") and file.seekable()):
        raise FileError(f"{part.name} cannot be read from a pipe in this format, whose contents are listed at its end")
    file.seek(0)
    return _from_file(part, file, magic, header)


def _check_text(part: Part, magic: bytes) -> None:
    """What is left is text with separators, or nothing that is read."""
    for start, what in FOREIGN.items():
        if magic.startswith(start):
            raise FileError(f"{part.name} is {what}")
    expected = EXPECTED.get(part.suffix)
    if expected is not None:
        raise FileError(f"{part.name} is no {part.suffix} file: it does not begin as one, but with {magic[:8]!r}")
    if b"\0" in magic and not magic.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(
            f"{part.name} is in no format that is read (.npy, .npz, Parquet, Arrow IPC, CSV, TSV); it begins with"
            f" {magic[:8]!r}"
        )
