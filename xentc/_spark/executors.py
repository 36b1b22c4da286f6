"""In the executors: one state of each partition, and one of several states."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from .._api.accumulator import CrossEntropy
from .._api.labels import cross_entropy_labels
from .._core import threads
from .._evaluation.accumulator import Evaluation
from .._evaluation.parts import numbered_from, summed
from .._evaluation.reading import evaluate_read
from .._files import open_predictions

FIELDS = "partitions array<bigint>, rows array<bigint>, state binary, error string"
ROWS_OF_A_PARTITION = 1 << 33  # row numbers are made of the partition's and the place in it, as Spark makes its ids
State = Evaluation | CrossEntropy


class Part(NamedTuple):
    """What some partitions left: how many rows each had, their state, or the first error."""

    partitions: list[int]
    rows: list[int]
    state: bytes | None
    error: str | None  # its kind, a colon and what it says

    def merge(self, other: "Part") -> "Part":
        """Both; the states add up in any order."""
        partitions, rows = [*self.partitions, *other.partitions], [*self.rows, *other.rows]
        failed = [part for part in (self, other) if part.error is not None]
        if failed:
            return Part(partitions, rows, None, min(failed, key=lambda part: min(part.partitions)).error)
        states = [part.state for part in (self, other) if part.state is not None]
        try:
            state = states[0] if len(states) == 1 else _sum(*states) if states else None
        except ValueError as error:
            return Part(partitions, rows, None, told(error))
        return Part(partitions, rows, state, None)


def _sum(a: bytes, b: bytes) -> bytes:
    one, other = state_of(a), state_of(b)
    if isinstance(one, Evaluation) and isinstance(other, Evaluation):
        return summed(one, other, moved=False).to_bytes()
    assert isinstance(one, CrossEntropy)
    assert isinstance(other, CrossEntropy)
    return one.merge(other).to_bytes()


def state_of(data: bytes) -> State:
    """Of its bytes, which say what they are of."""
    try:
        return Evaluation.from_bytes(data)
    except ValueError:
        return CrossEntropy.from_bytes(data)


@dataclass(frozen=True)
class Columns:
    """Names of columns."""

    probs: list[str]
    label: list[str]
    weight: str | None
    by: str | None

    @property
    def all(self) -> list[str]:
        return [*self.probs, *self.label, *(name for name in (self.weight, self.by) if name is not None)]


@dataclass(frozen=True)
class Evaluate:
    """The evaluation of one partition."""

    columns: Columns
    options: dict[str, Any]

    def __call__(self, reader: Any, partition: int) -> Evaluation:
        ours = self.columns
        found = evaluate_read(
            None,
            reader,
            label=ours.label,
            probs=ours.probs,
            id=None,
            header=None,
            axis=-1,
            sample_weight=ours.weight,
            where=None,
            by=ours.by,
            **self.options,
        )
        return numbered_from(found, partition * ROWS_OF_A_PARTITION)


@dataclass(frozen=True)
class Add:
    """The total of one partition."""

    columns: Columns
    options: dict[str, Any]  # of CrossEntropy
    classes: Any

    def __call__(self, reader: Any, partition: int) -> CrossEntropy:
        with _opened(self.columns, self.options, self.classes, reader) as predictions:
            options = {**self.options, "ignore_index": predictions.ignore_index}
            if options["eps"] is None:
                options["eps"] = predictions.eps
            total = CrossEntropy(**options)
            for batch in predictions:
                try:
                    total.update_labels(batch.labels, batch.y, sample_weight=batch.weight)
                except (ValueError, IndexError) as error:
                    raise batch.located(error) from error
        return total


def _opened(columns: Columns, options: dict[str, Any], classes: Any, table: Any) -> Any:
    return open_predictions(
        table,
        label=columns.label,
        probs=columns.probs,
        weight=columns.weight,
        classes=classes,
        from_logits=options["from_logits"],
        ignore_index=options["ignore_index"],
    )


@dataclass(frozen=True)
class States:
    """For mapInArrow: the state of a partition. An error of its rows is a result: to try again would not help."""

    make: Callable[[Any, int], State]
    names: list[str]  # of the columns

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa
        from pyspark import TaskContext

        context = TaskContext.get()
        partition = 0 if context is None else context.partitionId()
        counted = _Counted(_renamed(batch, self.names) for batch in batches)
        first = next(counted, None)
        if first is None:
            return
        try:
            with threads.num_threads(1 if context is None else max(context.cpus(), 1)):
                reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], counted))
                state = self.make(reader, partition).to_bytes()
            yield _batch(Part([partition], [counted.n_rows], state, None))
        except (IndexError, TypeError, ValueError) as error:
            yield _batch(Part([partition], [counted.n_rows], None, f"{told(error)} (partition {partition})"))


def _renamed(batch: Any, names: list[str]) -> Any:
    return type(batch).from_arrays(batch.columns, names=names)


_KINDS = {kind.__name__: kind for kind in (IndexError, TypeError, ValueError)}


def told(error: Exception) -> str:
    """An error as text."""
    return f"{next(name for name, kind in _KINDS.items() if isinstance(error, kind))}:{error}"


def error_of(text: str) -> Exception:
    """The error that was told."""
    kind, _, message = text.partition(":")
    return _KINDS[kind](message)


class _Counted:
    """Batches that have rows, and how many those are."""

    def __init__(self, batches: Iterable[Any]) -> None:
        self._batches = (batch for batch in batches if batch.num_rows)
        self.n_rows = 0

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        batch = next(self._batches)
        self.n_rows += batch.num_rows
        return batch


def merged(batches: Iterable[Any]) -> Iterator[Any]:
    """For mapInArrow: one state of all that a partition of states has."""
    total = None
    for batch in batches:
        for part in parts_of(batch.to_pylist()):
            total = part if total is None else total.merge(part)
    if total is not None:
        yield _batch(total)


def parts_of(rows: Iterable[Any]) -> Iterator[Part]:
    """Rows of `FIELDS`."""
    for row in rows:
        state = None if row["state"] is None else bytes(row["state"])
        yield Part(list(row["partitions"]), list(row["rows"]), state, row["error"])


def _batch(part: Part) -> Any:
    import pyarrow as pa

    kinds = (pa.list_(pa.int64()), pa.list_(pa.int64()), pa.binary(), pa.string())
    arrays = [pa.array([value], kind) for value, kind in zip(part, kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(Part._fields))


@dataclass(frozen=True)
class Losses:
    """For mapInArrow: the columns that there are, and one more, the losses of the rows."""

    columns: Columns
    options: dict[str, Any]  # of cross_entropy_labels
    classes: Any
    names: list[str]  # of the columns of a batch
    n_kept: int  # of them, the first ones
    name: str
    single: bool  # whether losses are float32

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa

        kind = pa.float32() if self.single else pa.float64()
        for batch in batches:
            ours = _renamed(batch, self.names).select(self.columns.all)
            losses = self._losses(pa.Table.from_batches([ours])) if batch.num_rows else []
            arrays = [*batch.columns[: self.n_kept], pa.array(losses, kind)]
            yield pa.RecordBatch.from_arrays(arrays, names=[*self.names[: self.n_kept], self.name])

    def _losses(self, table: Any) -> Any:
        found = []
        with (
            threads.num_threads(1),
            _opened(self.columns, self.options, self.classes, table) as predictions,
        ):
            options = {**self.options, "ignore_index": predictions.ignore_index}
            if options["eps"] is None:
                options["eps"] = predictions.eps
            for piece in predictions:
                try:
                    losses = cross_entropy_labels(piece.labels, piece.y, sample_weight=piece.weight, **options)
                except (ValueError, IndexError) as error:
                    raise piece.located(error) from error
                found.append(losses)
        return np.concatenate(found)
