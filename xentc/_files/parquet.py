"""Parquet, a row group after the other, the pages of each as they are needed."""

from collections.abc import Iterator, Sequence
from typing import Any

from .arrow import ArrowTable, Mapped, in_our_words
from .errors import FileError
from .package import pyarrow
from .table import Use


class ParquetTable(ArrowTable):
    """A Parquet file."""

    def __init__(self, name: str, file: Any) -> None:
        self._parquet = pyarrow(name, "pyarrow.parquet")
        self._mapped = Mapped(name, file)
        with in_our_words(name, "is damaged or cut short"):
            opened = self._parquet.ParquetFile(self._mapped.open().reader)
            self._metadata = opened.metadata
            schema = opened.schema_arrow
            self._rows = [self._metadata.row_group(i).num_rows for i in range(self._metadata.num_row_groups)]
        super().__init__(name, schema)

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int:
        return sum(self._rows)

    def list_length(self, place: int) -> int | None:
        first = next((lists for (lists,) in self.blocks([(place, "number")], 0, 1)), None)
        return None if first is None or first.null_count or not hasattr(first, "flatten") else len(first.flatten())

    def batches(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[tuple[Any, list[int]]]:
        names = list(dict.fromkeys(self.columns[i].name for i, _ in wanted))
        # Each name once, with its number, not each row's text.
        coded = {
            self.columns[i].name for i, use in wanted if use not in ("id", "key") and self.columns[i].kind == "text"
        }
        with in_our_words(self.name, "is damaged or cut short"):
            # Without a buffer for whole row groups, and with the checksums of pages where they are written.
            opened = self._parquet.ParquetFile(
                self._mapped.open().reader,
                metadata=self._metadata,
                read_dictionary=sorted(coded) or None,
                pre_buffer=False,
                page_checksum_verification=True,
            )
        file_bytes = max(sum(self._metadata.row_group(i).total_byte_size for i in range(len(self._rows))), 1)
        bytes_per_row = file_bytes / max(sum(self._rows), 1)
        places: list[int] = []
        for group, n_rows in enumerate(self._rows):
            if start >= n_rows:
                start -= n_rows
                continue
            seen = 0
            batches = opened.iter_batches(length, row_groups=[group], columns=names)
            while True:
                with in_our_words(self.name, f"is damaged in row group {group}"):
                    batch = next(batches, None)
                if batch is None:
                    break
                before, seen = seen, seen + batch.num_rows
                if seen > start:
                    places = places or [batch.schema.get_field_index(self.columns[i].name) for i, _ in wanted]
                    yield batch.slice(start - before) if before < start else batch, places
                self._mapped.forget(int(batch.num_rows * bytes_per_row))
            if seen != n_rows:
                raise FileError(f"{self.name} is damaged: row group {group} has {seen} rows, where it claims {n_rows}")
            start = 0

    def close(self) -> None:
        self._mapped.close()
        super().close()
