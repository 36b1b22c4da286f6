"""What a caller gave as predictions or labels: files, of which the first is looked into, or one table in memory."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from .._core.sources import is_file
from .columns import Chosen
from .errors import FileError
from .formats import open_table
from .frames import as_table
from .paths import Part, find_parts, is_path
from .table import Table

MOST_FILES_LOOKED_INTO = 256  # before the first row is read


class Given:
    """What a caller gave as y or labels: files, or one table in memory."""

    def __init__(self, value: Any, name: str, header: bool | None, *, lists: bool = False) -> None:
        self.header = header
        self.done: dict[int, tuple[int, bool]] = {}
        if is_file(value) or (lists and is_path(value)):
            self.parts = find_parts(value)
            self.name = _name(value, self.parts)
            self._at, table = self._first_with_rows()
            self._first: Table | None = table
        else:
            self.parts = [Part(name, None)]
            self.name = name
            self._at, self._first = 0, as_table(value, name)

    def _first_with_rows(self) -> tuple[int, Table]:
        """Text without rows does not tell what its columns are."""
        for i, part in enumerate(self.parts):
            table = open_table(part, self.header)
            if not table.empty:
                return i, table
            table.close()
        raise FileError(f"{self.name} has no rows")

    def first(self) -> Table:
        """The first table, which tells of the columns."""
        assert self._first is not None
        return self._first

    def openers(self) -> list[Callable[[], Table]]:
        """For each file what opens it; the one that was looked at is open already."""
        openers = [partial(open_table, part, self.header) for part in self.parts]
        return [*openers[: self._at], self._open_first, *openers[self._at + 1 :]]

    def _open_first(self) -> Table:
        table, self._first = self._first, None
        return open_table(self.parts[self._at], self.header) if table is None else table

    def close(self) -> None:
        """Close the first table, if nobody took it."""
        if self._first is not None:
            self._first.close()

    def count(self, chosen: Chosen) -> int | None:
        """Rows of all files, where they are known without reading; and whether all have the columns."""
        if len(self.parts) > MOST_FILES_LOOKED_INTO:
            return None
        total: int | None = 0
        for i, part in enumerate(self.parts):
            done, complete = self.done.get(i, (0, False))
            if complete:
                total = None if total is None else total + done
                continue
            table = self.first() if i == self._at else open_table(part, self.header)
            try:
                rows = table.count(chosen.wanted(table))
            finally:
                if i != self._at:
                    table.close()
            total = None if rows is None or total is None else total + rows
        return total


def _name(value: Any, parts: list[Part]) -> str:
    """A title: the path as it was written, or that of the only file."""
    if len(parts) == 1 or isinstance(value, (list, tuple)):
        return parts[0].name if len(parts) == 1 else f"{parts[0].name} … {parts[-1].name}"
    return f"{os.fspath(value)} ({len(parts)} files)"
