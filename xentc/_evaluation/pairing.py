"""compare for what is read row by row: files, streams, and tables with columns."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .._core.options import Options
from .._core.rows import prepare
from .._core.targets import Labels
from .comparison import Comparison, Pairs, kept_rows, losses_of
from .figures import plural
from .reading import Rows, as_mask, names_a_column
from .words import text as written

if TYPE_CHECKING:
    from .._files import Batch, Predictions

Array = np.ndarray[Any, Any]


def compare_read(
    labels: Any,
    y_a: Any,
    y_b: Any,
    *,
    label: str | Sequence[str] | None,
    probs: str | Sequence[str] | None,
    id: str | Literal[False] | None,
    header: bool | None,
    classes: Sequence[Any] | None,
    axis: int,
    eps: float | None,
    from_logits: bool,
    sample_weight: Any,
    where: Any,
    ignore_index: int | None,
    check: bool | float | None,
) -> Comparison:
    """Compare batch after batch. The weights are a column by name, or, as the mask is, an array of all rows of y_a."""
    if axis != -1:
        raise ValueError(f"axis must be -1 for files and tables, where classes are columns; got {axis!r}")
    if label is None and names_a_column(labels):
        labels, label = None, labels
    column = sample_weight if isinstance(sample_weight, str) else None
    given = {"sample_weight": sample_weight if column is None else None, "where": where}
    rows = {name: Rows(name, value) for name, value in given.items() if value is not None}
    reading: dict[str, Any] = {
        "label": label,
        "probs": probs,
        "id": id,
        "header": header,
        "classes": classes,
        "from_logits": from_logits,
        "ignore_index": ignore_index,
    }
    with both(y_a, y_b, labels, weight=column, where=None if where is None else as_mask(where), **reading) as (a, b):
        pairs = Pairs()
        for _ in add_pairs(pairs, a, b, eps=eps, from_logits=from_logits, check=check, rows=rows):
            pass
        return pairs.result()


@contextmanager
def both(
    y_a: Any,
    y_b: Any,
    labels: Any = None,
    *,
    names: tuple[str, str] = ("y_a", "y_b"),
    weight: str | None = None,
    where: Array | None = None,
    header: bool | None = None,
    **options: Any,
) -> Iterator[tuple["Predictions", "Predictions"]]:
    """Both predictions, ready to be read; without `labels` those of y_a are the labels of both."""
    from .._files import FileError, columns_that_tell, is_read_once, open_predictions

    once = [name for name, source in (*zip(names, (y_a, y_b), strict=True), ("labels", labels)) if is_read_once(source)]
    twice = names[0] if labels is None else "labels"
    if twice in once:
        raise FileError(
            f"{'the labels' if labels is not None else f'{twice}, which has the labels,'} would be read twice, which a"
            f" stream or pipe cannot be; save it to a file first"
        )
    # By what either knows of its rows, too, if both come in the order of the labels.
    tell = [columns_that_tell(y, header) for y in (y_a, y_b)] if labels is not None else [set(), set()]
    keys = [own if other is None else other if own is None else own & other for own, other in (tell, tell[::-1])]
    called = [(names[0], "labels"), (names[1], names[0] if labels is None else "labels")]
    options |= {"header": header}
    with open_predictions(y_a, labels, weight=weight, where=where, keys=keys[0] or (), names=called[0], **options) as a:
        of_b = y_a if labels is None else labels
        where = None if a.joined else where  # which is in the order of y_a
        with open_predictions(y_b, of_b, where=where, keys=keys[1] or (), names=called[1], **options) as b:
            _check_classes(a, b, names)
            yield a, b


def _check_classes(a: "Predictions", b: "Predictions", names: tuple[str, str]) -> None:
    from .._files import FileError

    known = a.classes is not None and b.classes is not None
    if a.n_classes != b.n_classes or (known and set(a.classes or ()) != set(b.classes or ())):
        raise FileError(f"{names[0]} and {names[1]} are not of the same classes: {_described(a)}, and {_described(b)}")


def _described(predictions: "Predictions") -> str:
    names = ", ".join(map(written, (predictions.classes or ())[:12]))
    return plural(predictions.n_classes, "class") + (f" ({names})" if names else "")


@dataclass
class _Losses:
    """Of some rows; loss and weight of those that are kept."""

    loss: Array
    keep: Array
    weight: Array | None


@dataclass(frozen=True)
class _Judge:
    """What the losses of a batch are by."""

    eps: float | None
    from_logits: bool
    check: bool | float | None
    ignore_index: int | None

    def __call__(self, name: str, batch: "Batch", weight: Any, where: Any) -> _Losses:
        options = Options(
            eps=self.eps,
            from_logits=self.from_logits,
            sample_weight=weight,
            where=where,
            ignore_index=self.ignore_index,
            check=self.check,
        )
        try:
            inputs = prepare(Labels, batch.labels, batch.y, options)
            keep = kept_rows(inputs)
            loss = losses_of(name, inputs, inputs, keep)
        except (ValueError, IndexError) as error:
            raise batch.located(error) from error
        weights = None if inputs.sample_weight is None else inputs.sample_weight[keep].astype(np.float64)
        return _Losses(loss, keep, weights)


def add_pairs(
    pairs: Pairs,
    a: "Predictions",
    b: "Predictions",
    *,
    eps: float | None,
    from_logits: bool,
    check: bool | float | None,
    names: tuple[str, str] = ("y_a", "y_b"),
    rows: dict[str, Rows] | None = None,
) -> Iterator[int]:
    """Add all rows of both; yields how many of a are read between two steps."""
    from .._files import FileError

    of_a, of_b = (_Judge(each.eps if eps is None else eps, from_logits, check, each.ignore_index) for each in (a, b))
    yield from (_held if a.joined or b.joined else _in_step)(pairs, a, b, of_a, of_b, names, rows or {})
    if a.classes is not None and b.classes is not None and a.classes != b.classes and (a.by_place or b.by_place):
        raise FileError(
            f"{names[0]} and {names[1]} have the classes in different orders, {', '.join(a.classes[:6])} and"
            f" {', '.join(b.classes[:6])}, and labels that are numbers of columns; let the labels be the names"
        )


def _given(rows: dict[str, Rows], batch: "Batch") -> dict[str, Any]:
    part = slice(batch.row, batch.row + len(batch))
    found = {"weight": batch.weight, "where": None}
    if "sample_weight" in rows:
        found["weight"] = rows["sample_weight"].of(part)
    if "where" in rows:
        found["where"] = rows["where"].of(part)
    return found


def _in_step(
    pairs: Pairs, a: "Predictions", b: "Predictions", of_a: _Judge, of_b: _Judge, names: Any, rows: dict[str, Rows]
) -> Iterator[int]:
    """Where both have the order of the labels."""
    for batch_a, batch_b in _aligned(a, b, names):
        losses = of_a(names[0], batch_a, **_given(rows, batch_a))
        pairs.add(losses.loss, of_b(names[1], batch_b, None, losses.keep).loss, losses.weight)
        yield len(batch_a)
    for values in rows.values():
        values.check_length(a.rows_read)


def _aligned(a: "Predictions", b: "Predictions", names: tuple[str, str]) -> Iterator[tuple["Batch", "Batch"]]:
    """The same rows of both, whose batches are cut elsewhere; what both know of them must be the same."""
    from .._files import FileError, check_same

    left, right = iter(a), iter(b)
    mine, theirs = next(left, None), next(right, None)
    while mine is not None and theirs is not None:
        n = min(len(mine), len(theirs))
        first_a, first_b = mine.cut(0, n), theirs.cut(0, n)
        check_same(first_a.keys, first_b.keys, names, first_a.file, first_a.row_in_file)
        yield first_a, first_b
        mine = mine.cut(n, len(mine)) if n < len(mine) else next(left, None)
        theirs = theirs.cut(n, len(theirs)) if n < len(theirs) else next(right, None)
    if mine is not None or theirs is not None:  # where the labels do not say how many there are
        raise FileError(f"{names[0]} and {names[1]} have different numbers of rows; join them with id= (--id)")


def _held(
    pairs: Pairs, a: "Predictions", b: "Predictions", of_a: _Judge, of_b: _Judge, names: Any, rows: dict[str, Rows]
) -> Iterator[int]:
    """Where an order may be another: the losses of a are held, by the rows of the labels; b is then read."""
    found: list[tuple[Array, _Losses]] = []
    for batch in a:
        found.append((_places(batch), of_a(names[0], batch, **_given(rows, batch))))
        yield len(batch)
    for values in rows.values():
        values.check_length(a.rows_read)
    loss, keep, weight = np.empty(a.rows_read), np.zeros(a.rows_read, bool), None
    if any(losses.weight is not None for _, losses in found):
        weight = np.empty(a.rows_read)
    while found:
        places, losses = found.pop()
        keep[places] = losses.keep
        loss[places[losses.keep]] = losses.loss
        if weight is not None:
            weight[places[losses.keep]] = losses.weight
    for batch in b:
        places = _places(batch)
        theirs = of_b(names[1], batch, None, keep[places])
        places = places[keep[places]]
        pairs.add(loss[places], theirs.loss, None if weight is None else weight[places])


def _places(batch: "Batch") -> Array:
    """The rows that the labels are in."""
    return np.arange(batch.row, batch.row + len(batch)) if batch.places is None else batch.places
