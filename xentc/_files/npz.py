""".npz: members of an archive as columns, each read as a stream that its checksum judges."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .errors import FileError, listed, one_line
from .npy import StreamedNpy, elements, read_header
from .table import Column, Table, Use, Values, column_of, rows_of

MAGIC = b"PK"


class NpzTable(Table):
    """The arrays of an .npz file, stored or compressed."""

    def __init__(self, name: str, file: Any) -> None:
        self.name = name
        with self._troubles():
            self._archive = zipfile.ZipFile(file)
            members = [member for member in self._archive.namelist() if member.endswith(".npy")]
            if not members:
                raise FileError(
                    f"{name} is a zip archive without an .npy member, so no .npz file; it has"
                    f" {listed(self._archive.namelist(), 3) or 'nothing'}"
                )
            self._members = members
            self._headers = []
            for member in members:
                with self._archive.open(member) as stream:
                    self._headers.append(read_header(stream, f"{name}[{member[:-4]}]"))
        self.columns = tuple(self._column(i) for i in range(len(members)))

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        """What a damaged archive raises, in our words."""
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            if isinstance(error, FileError):
                raise
            raise FileError(f"{self.name}: the archive is damaged or cut short ({one_line(error)})") from None

    def _column(self, i: int) -> Column:
        header, name = self._headers[i], self._members[i][:-4]
        if header.dtype.hasobject or not header.shape:  # of no concern unless it is asked for
            return Column(name, "other", "pickled objects" if header.dtype.hasobject else "a single value")
        return column_of(name, elements(header, f"{self.name}[{name}]"), header.shape)

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int:
        counts = {rows_of(self._headers[i].shape, use): self.columns[i].name for i, use in wanted}
        if len(counts) > 1:
            lengths = ", ".join(f"'{name}' {n}" for n, name in counts.items())
            raise FileError(f"{self.name}: the arrays have different numbers of rows: {lengths}")
        return next(iter(counts))

    def blocks(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[list[Values]]:
        self.count(wanted)
        with self._troubles():
            arrays = [
                StreamedNpy(f"{self.name}[{self.columns[i].name}]", self._archive.open(self._members[i])).arrays(
                    use, start, length
                )
                for i, use in wanted
            ]
            for block in zip(*arrays, strict=True):
                yield list(block)

    def close(self) -> None:
        self._archive.close()
        super().close()
