"""open_predictions: from files or tables to batches of labels and probabilities."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from types import TracebackType
from typing import Self

import numpy as np

from .ahead import read_ahead
from .batch import Batch
from .done import Done, Progress
from .errors import FileError
from .join import ById, by_position
from .paths import Part
from .pieces import Piece, Source
from .table import Array


@dataclass
class Opened:
    """All that is known before the first row."""

    name: str
    parts: list[Part]
    source: Source
    labels: Source | None
    labels_name: str
    id: str | None
    starts: dict[int, tuple[int, bool]]  # of the parts that an earlier run has begun: rows, and whether that is all
    taken: list[str]
    notes: list[str]
    classes: tuple[str, ...] | None
    ahead: bool
    n_rows: int | None
    release: Callable[[], None]  # of tables that were looked at and never read
    done: Done = field(default_factory=Done)
    key_of_labels: str = ""


class Predictions:
    """One pass over predictions: iterate for batches. A context manager; close() ends the reading thread.

    Attributes
    ----------
    name : str
        The files, for a title: ``"predictions.csv + labels.csv"``.
    taken : tuple of str
        What was taken for what, a few words each: ``"columns p_0 … p_9"``, ``"label 'label'"``, ``"joined on 'id'"``.
    notes : tuple of str
        What else a user should know, a line each.
    classes : tuple of str, or None
        Names of the classes, in the order of the columns.
    n_classes : int
        K.
    dtype : dtype
        Of y.
    eps : float or None
        The clip to use where none is asked for; None is the default of y's dtype. A single column is made two of a
        wider dtype, which does not change its clip.
    ignore_index : int or None
        What stands for an ignored row in the labels of the batches: the number given, or -1, if labels are names that
        are numbers.
    joined : bool
        Whether labels are joined by id, so that the batches have `places`.
    by_place : bool
        Whether labels read so far were numbers of columns where these have names, so that their order matters.
    n_rows, n_bytes : int or None
        Of all files together, where known before they are read.
    rows_read, bytes_read : int
        So far, for a display of progress; bytes are those of the files.
    done : Done
        What is evaluated when every batch but the last one handed out is; after the loop that one too. So it goes
        with the accumulator at the head of the loop's body, and after the loop; ``to_dict`` or ``copy`` keeps it.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self.name, self.classes = opened.name, opened.classes
        self.taken, self.notes = tuple(opened.taken), tuple(opened.notes)
        self.n_rows, self.joined = opened.n_rows, opened.id is not None
        sizes = [part.size for part in opened.parts]
        self.n_bytes = None if None in sizes else sum(size for size in sizes if size is not None)
        self.rows_read = 0
        self._done = opened.done
        self._firsts: dict[int, tuple[str, int]] = {}  # of each part: its name, and the number of its first row
        self._finished = False
        steps = self._steps()
        self._steps_ahead = read_ahead(steps) if opened.ahead else steps
        try:
            self._first = next(self._steps_ahead, None)
            if self._first is None and not opened.starts:
                raise FileError(f"{self.name} has no rows")
        except BaseException:
            self.close()
            raise
        first = self._first[0] if self._first is not None else self._any_piece()
        assert first.y is not None
        self.dtype = first.y.dtype
        self.n_classes = opened.source.n_classes or 0
        self._reader = opened.labels.labels if opened.labels is not None else opened.source.labels
        self.ignore_index = None if self._reader is None else self._reader.ignored_as
        self.eps = opened.source.eps

    def _any_piece(self) -> Piece:
        """Rows that were evaluated before, where there are no others, to tell classes and dtype."""
        with closing(self._opened.source.pieces({})) as pieces:
            return next(pieces)

    def _steps(self) -> Generator[tuple[Piece, Array | None]]:
        """Pieces with their labels, and where these are among those that are joined by id."""
        opened = self._opened
        with closing(opened.source.pieces(opened.starts)) as pieces:
            if opened.labels is None:
                for piece in pieces:
                    yield piece, None
                return
            # The labels are read once the first predictions have told how many classes there are.
            first = next(pieces, None)
            if first is None:
                return
            assert opened.labels.labels is not None
            opened.labels.labels.tell(opened.source.n_classes)
            with closing(opened.labels.pieces({})) as labels:
                yield from self._joined(first, chain([first], pieces), labels)

    def _joined(
        self, first: Piece, pieces: Iterator[Piece], labels: Iterator[Piece]
    ) -> Iterator[tuple[Piece, Array | None]]:
        opened = self._opened
        names = (self.name_of_predictions(), opened.labels_name)
        if opened.id is None:
            for piece in by_position(pieces, labels, names):
                yield piece, None
            return
        found = ById(labels, opened.labels_name, opened.id, first.id, self._done.seen)
        for piece in pieces:
            yield found(piece)
        found.check_all_seen(names[0])

    def name_of_predictions(self) -> str:
        """The files without those of the labels."""
        return self._opened.name.removesuffix(f" + {self._opened.labels_name}")

    def __iter__(self) -> Iterator[Batch]:
        if self._finished:
            raise FileError(f"{self.name} is read already; open it again for another pass")
        self._finished = True
        step = self._first
        self._first = None
        try:
            while step is not None:
                piece, places = step
                assert piece.y is not None
                assert piece.labels is not None
                self._firsts.setdefault(piece.part, (piece.file, piece.number - piece.row))
                for part in range(piece.part):
                    self._complete(part)
                yield Batch(
                    piece.labels,
                    piece.y,
                    piece.weight,
                    piece.by,
                    piece.number,
                    piece.file,
                    piece.row,
                    places,
                    piece.keys,
                )
                self._consumed(piece, places)
                step = next(self._steps_ahead, None)
            for part in range(len(self._opened.parts)):
                self._complete(part)
        finally:
            self.close()

    def _consumed(self, piece: Piece, places: Array | None) -> None:
        self.rows_read += len(piece)
        key = self._opened.parts[piece.part].key
        if key:
            self._done.files[key] = Progress(piece.row + len(piece), False)
            self._done.labels = self._opened.key_of_labels
        if places is not None:
            if self._done.seen is None:
                self._done.seen = np.zeros(0, bool)
            top = int(places.max()) + 1
            if top > len(self._done.seen):
                self._done.seen = np.concatenate([self._done.seen, np.zeros(top - len(self._done.seen), bool)])
            self._done.seen[places] = True

    def _complete(self, part: int) -> None:
        key = self._opened.parts[part].key
        if key:
            self._done.files.setdefault(key, Progress(0, True)).complete = True
            self._done.labels = self._opened.key_of_labels

    @property
    def by_place(self) -> bool:
        """Whether the order of the columns said which class a label is, though they have names."""
        return self._reader is not None and self._reader.by_place

    @property
    def done(self) -> Done:
        """What is evaluated; it goes on changing."""
        return self._done

    @property
    def bytes_read(self) -> int:
        """Of the files, so far, in proportion to their rows."""
        if self._finished and self._first is None and self.n_bytes is not None:
            total = self.n_rows
            return self.n_bytes if total is None else int(self.n_bytes * min(self.rows_read / max(total, 1), 1))
        return 0

    def where(self, row: int) -> str:
        """The file of a row and its number there, ``"part-3.csv, row 17"``, for a row that was read."""
        name, first = max(
            (each for each in self._firsts.values() if each[1] <= row), key=lambda each: each[1], default=("", 0)
        )
        return f"{name}, row {row - first}" if name else f"row {row}"

    def close(self) -> None:
        """End the reading thread and close the files."""
        self._steps_ahead.close()
        self._opened.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
