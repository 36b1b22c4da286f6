"""CSV, TSV and other text with separators, by pyarrow's reader, block by block."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from .ahead import read_ahead
from .dialect import find_dialect
from .errors import FileError, at_row, one_line
from .lines import LONGEST_LINE, Lines
from .package import pyarrow
from .table import Column, Table, Use, Values

SAMPLE = 1 << 18  # bytes that tell the columns' types
LEAST_OF_BLOCK, MOST_OF_BLOCK = 1 << 16, 1 << 20
MISSING = ["", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None"]  # NaN is a number


class TextTable(Table):
    """Lines of fields. Numbers are float64; labels, groups and ids are text, so that no block decides their type."""

    def __init__(self, name: str, suffix: str, stream: io.BufferedReader, header: bool | None) -> None:
        self.name = name
        self._arrow, self._csv = pyarrow(name), pyarrow(name, "pyarrow.csv")
        sample, whole = _sample(name, stream)
        self._dialect = find_dialect(name, sample, suffix, header)
        self.named = self._dialect.names is not None
        rows = sample[self._dialect.start :]
        self.empty = whole and not rows.strip()
        self._rest = io.BufferedReader(_Joined(rows, stream), 1 << 16)
        self._longest = max(map(len, rows.split(b"\n")))
        self.columns = self._look(rows if whole else rows[: _end_of_lines(rows)])

    def _look(self, rows: bytes) -> tuple[Column, ...]:
        """The columns, their kinds as the first rows show them."""
        found: list[Any] = [None] * self._dialect.n_columns
        if rows.strip():
            with _in_our_words(self.name, ()):
                table = self._csv.read_csv(
                    self._arrow.BufferReader(rows), *self._options(len(rows) + 1), self._convert({}, None)
                )
            found = table.columns
        names = self._dialect.names or map(str, range(len(found)))
        return tuple(self._column(name, values) for name, values in zip(names, found, strict=True))

    def _column(self, name: str, values: Any) -> Column:
        types = self._arrow.types
        if values is None or types.is_null(values.type):
            return Column(name, "text", "nothing but missing values, as far as was looked", doubtful=True)
        if types.is_floating(values.type):
            return Column(name, "float", "number")
        if types.is_integer(values.type):
            zero_or_one = set(values.unique().to_pylist()) <= {0, 1}
            return Column(name, "integer", "whole number", doubtful=zero_or_one)
        return Column(name, "bool" if types.is_boolean(values.type) else "text", "text", doubtful=True)

    def _options(self, block: int) -> tuple[Any, Any]:
        dialect = self._dialect
        names = list(map(str, range(dialect.n_columns)))  # its own may be there twice
        return (
            # One thread: then errors have their row. It is as fast, as the next block is read meanwhile.
            self._csv.ReadOptions(use_threads=False, block_size=block, column_names=names),
            self._csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True),
        )

    def _convert(self, types: dict[str, Any], columns: list[str] | None) -> Any:
        return self._csv.ConvertOptions(
            column_types=types,
            include_columns=columns,
            null_values=MISSING,
            strings_can_be_null=False,
            decimal_point=self._dialect.decimal,
        )

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int | None:
        return None

    def blocks(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[list[Values]]:
        pa = self._arrow
        coded = pa.dictionary(pa.int32(), pa.string())
        as_types = {"number": pa.float64(), "id": pa.string(), "key": pa.binary()}  # which may hold anything
        types: dict[str, Any] = {}
        for i, use in wanted:
            new = as_types.get(use, coded)
            old = types.setdefault(str(i), new)
            if old is not new and as_types["number"] in (old, new):
                raise FileError(f"{self.name}: column '{self.columns[i].name}' is asked for both as number and as text")
        # About a mebibyte, or what a few lines need, the longest of those that were looked at.
        size = max(min(length * max(self._longest // 2, 1), MOST_OF_BLOCK), LEAST_OF_BLOCK, 8 * self._longest)
        convert = self._convert(types, list(types))
        row = 0
        with closing(read_ahead(Lines(self.name, self._rest, self._dialect.delimiter).blocks(size))) as blocks:
            for block in blocks:
                # Not Arrow's streaming reader, whose threads call Python's streams, even when Python is at its end.
                with _in_our_words(self.name, self.columns, row):
                    table = self._csv.read_csv(pa.BufferReader(block), *self._options(len(block) + 1), convert)
                for batch in table.slice(start).to_batches(max_chunksize=length):
                    yield [batch.column(str(i)) for i, _ in wanted]
                start = max(start - table.num_rows, 0)
                row += table.num_rows


def _sample(name: str, stream: io.BufferedReader) -> tuple[bytes, bool]:
    """The first lines, two of them at least, and whether that is all there is."""
    sample, wanted = b"", SAMPLE
    while True:
        more = stream.read(wanted - len(sample))
        sample += more
        if len(sample) < wanted:
            return sample, True
        if sample.count(b"\n", 0, len(sample)) > 2:
            return sample, False
        if wanted >= LONGEST_LINE:
            raise FileError(f"{name} has no line end within its first {wanted} bytes; is it a text file?")
        wanted *= 4


def _end_of_lines(rows: bytes) -> int:
    """Behind the last whole line: where the quotes before a line end are even, it is in no field."""
    stop = rows.rfind(b"\n") + 1
    while stop and rows.count(b'"', 0, stop) % 2:
        stop = rows.rfind(b"\n", 0, stop - 1) + 1
    return stop


class _Joined(io.RawIOBase):
    """The rows that were looked at, and all that follows."""

    def __init__(self, first: bytes, rest: io.BufferedReader) -> None:
        self._first, self._rest = memoryview(first), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._first:
            return self._rest.readinto(buffer)
        n = min(len(buffer), len(self._first))
        buffer[:n], self._first = self._first[:n], self._first[n:]
        return n


CELL = re.compile(r"In CSV column #(\d+): Row #(\d+): CSV conversion error to .*?: (.*)", re.DOTALL)
LINE = re.compile(r"CSV parse error: Row #(\d+): Expected (\d+) columns, got (\d+): (.*)", re.DOTALL)


@contextmanager
def _in_our_words(name: str, columns: tuple[Column, ...], before: int = 0) -> Iterator[None]:
    """What pyarrow says of a row, with rows counted from 0, behind those before, and columns by name."""
    try:
        yield
    except FileError:
        raise
    except Exception as error:
        if found := LINE.match(str(error)):
            row, want, got, line = found.groups()
            fields = f"{got} field{'s' * (got != '1')} instead of {want}"
            raise at_row(name, before + int(row) - 1, f"{fields}: {' '.join(line[:60].split())!r}") from None
        if found := CELL.match(str(error)):
            column, row, trouble = found.groups()
            where = f"column '{columns[int(column)].name}': " if columns else ""
            value = trouble.removeprefix("invalid value ")
            what = f"{value} is not a number" if value != trouble else trouble
            raise at_row(name, before + int(row) - 1, where + what) from None
        raise FileError(f"{name} cannot be read: {one_line(error)}") from None
