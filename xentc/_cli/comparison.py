"""``xentc compare``: two streams of predictions for the same rows, joined by their order or by an id."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._evaluation import text
from .._evaluation.comparison import Comparison, Pairs
from .._evaluation.figures import plural
from .._evaluation.layout import grid
from .._evaluation.words import text as written
from .._files import FileError, Predictions
from ..api import cross_entropy_labels
from . import OK, console, reading
from .progress import Progress
from .show import check_outputs, write_json

Array = np.ndarray[Any, Any]


@dataclass
class Losses:
    """Of the rows that are not ignored, in their order."""

    loss: Array  # float64
    weight: Array | None
    key: Array  # what pairs them: numbers of rows, or ids

    def __len__(self) -> int:
        return len(self.loss)

    def cut(self, n: int) -> "tuple[Losses, Losses]":
        """The first n rows, and the others."""
        first, rest = (
            Losses(self.loss[part], None if self.weight is None else self.weight[part], self.key[part])
            for part in (slice(n), slice(n, None))
        )
        return first, rest


def run(options: Namespace) -> int:
    """Read both, pair their rows, show."""
    check_outputs(options, [options.a, options.b, *filter(None, [options.labels])])
    labels = options.a if options.labels is None else options.labels
    told: dict[str, Any] = {} if options.id is None else {"by": options.id}
    with (
        reading.predictions(options, [options.a], options.labels, **told) as a,
        reading.predictions(options, [options.b], labels, weight=None, **told) as b,
    ):
        _check_classes(a, b, options)
        pairs = Pairs()
        with Progress(a.n_rows, quiet=options.quiet) as progress:
            for of_a, of_b in (_by_order if options.id is None else _by_id)(_losses(a, options), _losses(b, options)):
                pairs.add(of_a.loss, of_b.loss, of_a.weight)
                progress.add(len(of_a))
    return _show(pairs.result(), a, b, options)


def _check_classes(a: Predictions, b: Predictions, options: Namespace) -> None:
    known = a.classes is not None and b.classes is not None
    if a.n_classes != b.n_classes or (known and set(a.classes or ()) != set(b.classes or ())):
        raise FileError(
            f"{options.a} and {options.b} are not of the same classes: {_described(a)}, and {_described(b)}"
        )


def _described(predictions: Predictions) -> str:
    names = ", ".join(map(written, (predictions.classes or ())[:12]))
    return plural(predictions.n_classes, "class") + (f" ({names})" if names else "")


def _losses(predictions: Predictions, options: Namespace) -> Iterator[Losses]:
    """The losses of each batch."""
    eps = predictions.eps if options.eps is None else options.eps
    for batch in predictions:
        keep = np.ones(len(batch), bool)
        if predictions.ignore_index is not None:
            keep = batch.labels != predictions.ignore_index
        loss = np.empty(len(batch), np.float64)
        try:
            cross_entropy_labels(batch.labels, batch.y, eps=eps, from_logits=options.logits, where=keep, out=loss)
        except (ValueError, IndexError) as error:
            raise batch.located(error) from error
        key = np.arange(batch.row, batch.row + len(batch)) if batch.by is None else _as_array(batch.by)
        weight = None if batch.weight is None else np.asarray(batch.weight, np.float64)[keep]
        yield Losses(loss[keep], weight, key[keep])


def _as_array(values: Any) -> Array:
    """Ids, which Arrow has as text."""
    return values if isinstance(values, np.ndarray) else np.array(values.to_pylist(), dtype=object)


def _by_order(a: Iterator[Losses], b: Iterator[Losses]) -> Iterator[tuple[Losses, Losses]]:
    """Runs of the same length from two streams whose batches have others; both have the rows of the same labels."""
    of_a, of_b = next(a, None), next(b, None)
    while of_a is not None and of_b is not None:
        n = min(len(of_a), len(of_b))
        (first_a, of_a), (first_b, of_b) = of_a.cut(n), of_b.cut(n)
        if n:
            yield first_a, first_b
        of_a, of_b = of_a if len(of_a) else next(a, None), of_b if len(of_b) else next(b, None)


def _by_id(a: Iterator[Losses], b: Iterator[Losses]) -> Iterator[tuple[Losses, Losses]]:
    """All losses of b in memory, by their ids: both have each of them once, since the labels were joined by it."""
    batches = list(b)
    loss, key = (np.concatenate([getattr(batch, name) for batch in batches]) for name in ("loss", "key"))
    places = {id: place for place, id in enumerate(map(str, key.tolist()))}  # text in one file, a number in the other
    for of_a in a:
        try:
            rows = [places[id] for id in map(str, of_a.key.tolist())]
        except KeyError as missing:
            raise FileError(f"the id {missing} of the first predictions is not among those of the second") from None
        yield of_a, Losses(loss[rows], None, of_a.key)


def _show(compared: Comparison, a: Predictions, b: Predictions, options: Namespace) -> int:
    names = options.a, options.b
    head = f"{names[0]} against {names[1]}   {plural(compared.count, 'row')}, {plural(a.n_classes, 'class')}"
    if options.json is not None:
        write_json({**compared.to_dict(), "a": names[0], "b": names[1]}, options.json)
    if options.quiet or options.json == "-":
        return OK
    cells = text.comparison(compared, "A", "B")
    if options.markdown:
        console.write("\n".join(text.markdown_of(head, cells)))
    else:
        console.write_screen([head, *grid(cells, console.width())])
    return OK
