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
        options = self._ipc.IpcReadOptions(included_fields=fields)
        opener = self._ipc.open_file if self._is_file else self._ipc.open_stream
        self._source = self._mapped.open()
        return opener(self._source.reader, options=options)

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int | None:
        count = getattr(self._reader(), "count_rows", None) if self._is_file else None  # not in every pyarrow
        if count is None:
            return None
        with in_our_words(self.name, "is damaged or cut short"):
            return int(count())

    def batches(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[tuple[Any, list[int]]]:
        fields = places = [i for i, _ in wanted]
        subset = sorted(set(fields)) if self._is_compressed() else None
        if subset is not None:
            places = [subset.index(i) for i in fields]
        for number, batch in enumerate(self._each(subset)):
            for first in range(start, batch.num_rows, length):
                piece = batch.slice(first, length)
                with in_our_words(self.name, f"is damaged in record batch {number}"):
                    for place in places:  # offsets that lie would have us read elsewhere
                        piece.column(place).validate(full=True)
                yield piece, places
                self._mapped.forget(piece.nbytes)
            start = max(start - batch.num_rows, 0)

    def _is_compressed(self) -> bool:
        """Whether buffers are not where the file is mapped, so that to leave out columns saves work.

        Where they are there, to leave out columns would have Arrow copy the others.
        """
        if self._once or not self._mapped.address:
            return False
        with in_our_words(self.name, "is damaged or cut short"):
            reader = self._reader()
            if self._is_file and not reader.num_record_batches:
                return False
            try:
                batch = reader.get_batch(0) if self._is_file else reader.read_next_batch()
            except StopIteration:
                return False
            buffers = [buffer for column in batch.columns for buffer in column.buffers() if buffer is not None]
            return any(buffer.size and not self._mapped.holds(buffer.address) for buffer in buffers)

    def _each(self, fields: list[int] | None) -> Iterator[Any]:
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
