"""Arrow IPC: files (also called Feather of version 2) and streams."""

from collections.abc import Iterator, Sequence
from typing import Any

from .arrow import ArrowTable, Mapped, in_our_words
from .errors import FileError
from .package import pyarrow
from .table import Use

END = b"\xff\xff\xff\xff\x00\x00\x00\x00"  # of a stream


class IpcTable(ArrowTable):
    """An Arrow IPC file or stream, batch by batch, without a copy where it is not compressed."""

    def __init__(self, name: str, file: Any, *, is_file: bool) -> None:
        self._ipc = pyarrow(name, "pyarrow.ipc")
        self._is_file, self._mapped = is_file, Mapped(name, file)
        self._once: Any = None  # a pipe's reader: there is no second
        with in_our_words(name, "is damaged or cut short"):
            reader = self._reader()
            if not is_file and not self._mapped.rewinds:
                self._once = reader
        super().__init__(name, reader.schema)

    def _reader(self, fields: list[int] | None = None) -> Any:
        options = self._ipc.IpcReadOptions(included_fields=fields or None)
        opener = self._ipc.open_file if self._is_file else self._ipc.open_stream
        self._source = self._mapped.open()
        return opener(self._source.reader, options=options)

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int | None:
        if not self._is_file:
            return None
        with in_our_words(self.name, "is damaged or cut short"):
            return int(self._reader([0]).count_rows())

    def batches(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[tuple[Any, list[int]]]:
        fields = sorted({i for i, _ in wanted})
        places = [i for i, _ in wanted] if self._once else [fields.index(i) for i, _ in wanted]
        for batch in self._each(fields):
            if batch.num_rows > start:
                own = batch.slice(start)
                yield own, places
                self._mapped.forget(own.nbytes)
            start = max(start - batch.num_rows, 0)

    def _each(self, fields: list[int]) -> Iterator[Any]:
        number = 0
        with in_our_words(self.name, "is damaged or cut short"):
            reader = self._once or self._reader(fields)
            total = reader.num_record_batches if self._is_file else None
        while total is None or number < total:
            with in_our_words(self.name, f"is damaged or cut short in record batch {number}"):
                try:
                    batch = reader.get_batch(number) if self._is_file else reader.read_next_batch()
                except StopIteration:
                    break
                # Offsets that lie would have us read elsewhere.
                batch.validate(full=True)
            yield batch
            number += 1
        if total is None and self._source.last() != END:
            raise FileError(
                f"{self.name} ends after record batch {number - 1} without the mark of an end: it is cut short, or its"
                f" writer was not closed"
            )

    def close(self) -> None:
        self._once = None
        self._mapped.close()
        super().close()
