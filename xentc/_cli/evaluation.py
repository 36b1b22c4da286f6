"""``xentc evaluate``."""

import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from .._evaluation.accumulator import Evaluation
from .._evaluation.words import row_number
from .._files import Batch, FileError, Predictions, is_read_once
from . import reading, together
from .progress import Progress
from .show import Source, show
from .state import Keeper, State

WORST = 10


def run(options: Namespace) -> int:
    """Read, evaluate, show."""
    together.check(options, [*options.files, *filter(None, [options.labels])])
    files, labels = reading.split(options)
    asked = reading.options_of(options)
    before = _before(options, asked)
    if before is not None and any(map(is_read_once, files)):
        raise FileError(
            f"{options.state} exists, and rows that come by a stream cannot be told from those it holds; name another"
            f" --state, and add them up with 'xentc merge'"
        )
    start = time.perf_counter()
    with reading.predictions(options, files, labels, before.done if before else None) as predictions:
        evaluation = Evaluation(
            classes=predictions.classes,
            from_logits=options.logits,
            eps=predictions.eps if options.eps is None else options.eps,
            ignore_index=predictions.ignore_index,
            check=options.check,
            bins=options.bins,
            worst=WORST if options.worst is None else options.worst,
            by=options.by,
        )
        if before is not None:
            try:
                evaluation.merge(before.evaluation)
            except ValueError as error:
                raise FileError(f"{options.state}: {error}") from None
        keeper = Keeper(options.state, asked) if options.state is not None else None
        seen = _read(predictions, evaluation, keeper, options)
        source = Source(
            predictions.name,
            predictions.taken,
            predictions.notes,
            time.perf_counter() - start,
            predictions.bytes_read,
            row_number if before is None and seen <= 1 else predictions.where,
        )
    return show(evaluation.report(), source, options)


def _before(options: Namespace, asked: dict[str, object]) -> State | None:
    """What an earlier run left, if it ran with the same options."""
    if options.state is None:
        return None
    path = options.state = Path(options.state)
    if not path.exists():
        return None
    state = State.read(path)
    state.check_reading(path, asked)
    return state


def _read(predictions: Predictions, evaluation: Evaluation, keeper: Keeper | None, options: Namespace) -> int:
    """Every batch, and how many files they came from; whatever ends it, the state is that between two batches."""
    files = set()
    batches = iter(predictions)
    try:
        with Progress(predictions.n_rows, quiet=options.quiet) as progress:
            while (batch := _next(batches, predictions, evaluation, keeper)) is not None:
                if keeper is not None:
                    keeper.between_batches(evaluation, predictions.done, batch.file)
                files.add(batch.file)
                try:
                    evaluation.update(batch.labels, batch.y, sample_weight=batch.weight, by=batch.by, row=batch.row)
                except (ValueError, IndexError) as error:
                    raise batch.located(error) from error
                progress.add(len(batch), evaluation)
        if keeper is not None:
            keeper.keep(evaluation, predictions.done)
    finally:
        if keeper is not None:
            keeper.write()
    return len(files)


def _next(
    batches: Iterator[Batch], predictions: Predictions, evaluation: Evaluation, keeper: Keeper | None
) -> Batch | None:
    """The next batch; if it cannot be read, all before it are kept. An interrupt does not tell where it came."""
    try:
        return next(batches, None)
    except Exception:
        if keeper is not None:
            keeper.keep(evaluation, predictions.done)
        raise
