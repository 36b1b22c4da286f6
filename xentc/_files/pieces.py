"""The chosen columns of some files, one after the other, as arrays."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from .._core.dtypes import eps_of
from .classes import LabelReader
from .columns import Chosen
from .errors import FileError
from .memory import Pool
from .table import Array, Table, Values
from .values import (
    Where,
    arrow_as_matrix,
    as_floating,
    as_groups,
    as_ids,
    as_matrix,
    as_numbers,
    columns_as_matrix,
    take,
    wrong,
)

# Of y in a block, were it float64: a few of them fit the memory that reading may take (Parquet of one row group took
# 55 MB with blocks of 3 MB, 76 with 4), and reading takes a tenth longer with blocks of 2 MB. Many classes get blocks
# of up to four times that, since every column costs a few microseconds a block: 1,000 of them took half the time.
BLOCK_BYTES = 3 << 20
MAPPED_BYTES = 1 << 24  # where nothing is copied
LEAST_ROWS = 1 << 10


def rows_of_block(n_classes: int, *, copied: bool) -> int:
    """How many rows are read at a time."""
    size = BLOCK_BYTES if copied else MAPPED_BYTES
    rows = size // (8 * n_classes)
    return max(rows, min(LEAST_ROWS, 4 * rows), 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one file, in their order."""

    part: int
    file: str
    row: int  # in the file
    number: int  # counted over all files
    y: Array | None
    labels: Array | None
    weight: Array | None
    by: Values  # or None
    id: Array | None
    keys: dict[str, Values]  # by the names of columns
    length: int

    def __len__(self) -> int:
        return self.length

    def cut(self, start: int, stop: int) -> "Piece":
        """Some of the rows."""
        rows = slice(start, stop)

        def of(values: Values) -> Values:
            return None if values is None else values[rows]

        return replace(
            self,
            row=self.row + start,
            number=self.number + start,
            y=of(self.y),
            labels=of(self.labels),
            weight=of(self.weight),
            by=of(self.by),
            id=of(self.id),
            keys={name: of(values) for name, values in self.keys.items()},
            length=stop - start,
        )


@dataclass
class Source:
    """Files of one kind, and what is read of them."""

    tables: Sequence[Callable[[], Table]]  # each opens one file
    chosen: Chosen
    binary: bool = False  # one column, the probability of the second of two classes
    from_logits: bool = False
    labels: LabelReader | None = None
    n_classes: int | None = None  # where the columns do not tell, the first rows do
    length: int = 1 << 14  # rows of a block
    eps: float | None = None  # of a dtype that was widened
    check: Callable[[Array, str, int], None] | None = None  # of the first rows of y
    pool: Pool = field(default_factory=Pool)
    where: Array | None = None  # rows whose labels are read, of all files; the others may have any

    def pieces(self, done: Mapping[int, tuple[int, bool]]) -> Generator[Piece]:
        """All rows, file after file; of those in `done` what follows so many rows, or nothing if that is all."""
        number = 0
        for part, open_table in enumerate(self.tables):
            start, complete = done.get(part, (0, False))
            if complete:
                number += start
                continue
            table = open_table()
            try:
                row = start
                for block in table.blocks(self.chosen.wanted(table), start, self.length):
                    piece = self._piece(part, table, row, number + row, block)
                    row += len(piece)
                    if len(piece):
                        yield piece
                number += row
            finally:
                table.close()

    def _piece(self, part: int, table: Table, row: int, number: int, block: list[Values]) -> Piece:
        chosen, n = self.chosen, len(block[0])
        if any(len(values) != n for values in block):
            raise FileError(f"{table.name}: the columns have different numbers of rows")
        extra = [name for name in (chosen.weight, chosen.by, chosen.id) if name is not None]
        names = [*chosen.probs, *chosen.label, *extra, *chosen.keys]
        where: list[Where] = [(table.name, row, name if table.named else "") for name in names]
        columns = iter(zip(block, where, strict=True))
        y = self._y(list(islice(columns, len(chosen.probs)))) if chosen.probs else None
        if self.check is not None and y is not None and n:
            self.check(y, table.name, row)
            self.check = None
        labels = self._labels(list(islice(columns, len(chosen.label))), number) if chosen.label else None
        weight = as_numbers(*next(columns)) if chosen.weight is not None else None
        by = as_groups(*next(columns)) if chosen.by is not None else None
        ids = as_ids(*next(columns)) if chosen.id is not None else None
        keys = {name: values for name, (values, _) in zip(chosen.keys, columns, strict=True)}
        return Piece(part, table.name, row, number, y, labels, weight, by, ids, keys, n)

    def _y(self, columns: list[tuple[Values, Where]]) -> Array:
        if self.binary:
            p = as_floating(as_numbers(*columns[0]))
            if not self.from_logits and p.dtype != np.float64:
                self.eps = eps_of(p.dtype)
            return self._two_classes(p)
        if len(columns) > 1:
            matrix = arrow_as_matrix([values for values, _ in columns])
            if matrix is None:
                matrix = columns_as_matrix([as_floating(as_numbers(*column)) for column in columns], self.pool)
            return matrix
        y = as_floating(as_matrix(*columns[0]))
        if self.n_classes is None:
            self.n_classes = y.shape[1]
            if not self.n_classes:
                raise wrong(columns[0][1], 0, "there are no classes")
        if y.shape[1] != self.n_classes:
            raise wrong(columns[0][1], 0, f"there are {y.shape[1]} elements, where the first row has {self.n_classes}")
        return y

    def _labels(self, columns: list[tuple[Values, Where]], number: int) -> Array:
        n = len(columns[0][0])
        if self.where is None:
            return self._read_labels(columns)
        keep = self.where[number : number + n]
        labels = np.zeros(n, np.int64)
        if keep.any():
            # A row that is left out gets the label of the last one that is not.
            first = int(np.argmax(keep))
            places = np.maximum.accumulate(np.where(keep, np.arange(len(keep)), first))[first:]
            columns = [(take(values, places), (name, row + first, column)) for values, (name, row, column) in columns]
            labels[first : len(keep)] = self._read_labels(columns)
        return labels

    def _read_labels(self, columns: list[tuple[Values, Where]]) -> Array:
        assert self.labels is not None
        if self.n_classes is not None:
            self.labels.tell(self.n_classes)
        if len(columns) == 1:
            return self.labels(*columns[0])
        ones = columns_as_matrix([as_numbers(*column) for column in columns], self.pool)
        return self.labels.of_matrix(ones, columns[0][1])

    def _two_classes(self, p: Array) -> Array:
        """Both columns of a binary classifier, in float64, where 1 - p is as exact as p of a narrower dtype."""
        both = self.pool.empty((2, len(p)), np.dtype(np.float64))
        both[1] = p
        both[0] = 0 if self.from_logits else 1 - both[1]
        return both.T
