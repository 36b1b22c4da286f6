"""The chosen columns of some files, one after the other, as arrays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from .classes import LabelReader
from .columns import Chosen
from .errors import FileError
from .table import Array, Table, Values
from .values import Where, as_floating, as_groups, as_ids, as_matrix, as_numbers, columns_as_matrix

# Of a block: enough for all threads to share, and a few of them fit the memory that reading may take.
BLOCK_BYTES = 1 << 21
MAPPED_BYTES = 1 << 24  # where nothing is copied


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one file, in their order."""

    part: int
    file: str
    row: int  # in the file
    y: Array | None
    labels: Array | None
    weight: Array | None
    by: Array | None
    id: Array | None
    length: int

    def __len__(self) -> int:
        return self.length

    def cut(self, start: int, stop: int) -> "Piece":
        """Some of the rows."""
        rows = slice(start, stop)

        def of(array: Array | None) -> Array | None:
            return None if array is None else array[rows]

        return replace(
            self,
            row=self.row + start,
            y=of(self.y),
            labels=of(self.labels),
            weight=of(self.weight),
            by=of(self.by),
            id=of(self.id),
            length=stop - start,
        )


@dataclass
class Source:
    """Files of one kind, and what is read of them."""

    names: list[str]
    open: Callable[[int], Table]
    chosen: Chosen
    binary: bool = False  # one column, the probability of the second of two classes
    from_logits: bool = False
    labels: LabelReader | None = None
    row_bytes: int = 8

    def pieces(self, starts: dict[int, int | None]) -> Iterator[Piece]:
        """All rows, file after file; of a file in `starts` from that row on, or, at None, nothing."""
        for i, _ in enumerate(self.names):
            start = starts.get(i, 0)
            if start is None:
                continue
            table = self.open(i)
            try:
                yield from self._of_table(i, table, start)
            finally:
                table.close()

    def _of_table(self, part: int, table: Table, start: int) -> Iterator[Piece]:
        wanted = self.chosen.wanted(table)
        length = max((BLOCK_BYTES if table.ahead else MAPPED_BYTES) // self.row_bytes, 1)
        row = start
        for block in table.blocks(wanted, start, length):
            piece = self._piece(part, table, row, block)
            row += len(piece)
            if len(piece):
                yield piece

    def _piece(self, part: int, table: Table, row: int, block: list[Values]) -> Piece:
        chosen, n = self.chosen, len(block[0])
        names = [*chosen.probs, *chosen.label, *(name for name in (chosen.weight, chosen.by, chosen.id) if name is not None)]
        where: list[Where] = [(table.name, row, name if table.named else "") for name in names]
        columns = list(zip(block, where, strict=True))
        if any(len(values) != n for values in block):
            raise FileError(f"{table.name}: the columns have different numbers of rows")
        n_probs, n_label = len(chosen.probs), len(chosen.label)
        y = self._y(columns[:n_probs]) if n_probs else None
        labels = self._labels(columns[n_probs : n_probs + n_label]) if n_label else None
        rest = iter(columns[n_probs + n_label :])
        weight = as_numbers(*next(rest)) if chosen.weight is not None else None
        by = as_groups(*next(rest)) if chosen.by is not None else None
        ids = as_ids(*next(rest)) if chosen.id is not None else None
        return Piece(part, table.name, row, y, labels, weight, by, ids, n)

    def _y(self, columns: list[tuple[Values, Where]]) -> Array:
        if self.binary:
            return self._two_classes(as_numbers(*columns[0]))
        if len(columns) == 1:
            return as_floating(as_matrix(*columns[0]))
        return columns_as_matrix([as_floating(as_numbers(values, where)) for values, where in columns])

    def _two_classes(self, p: Array) -> Array:
        p = as_floating(p)
        other = np.zeros_like(p) if self.from_logits else 1 - p
        return columns_as_matrix([other, p])

    def _labels(self, columns: list[tuple[Values, Where]]) -> Array:
        assert self.labels is not None
        if len(columns) == 1:
            return self.labels(*columns[0])
        return self.labels.of_matrix(columns_as_matrix([as_numbers(*column) for column in columns]), columns[0][1])

