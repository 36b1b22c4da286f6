"""open_predictions: which files, which columns, which classes."""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, Literal

import numpy as np

from .classes import LabelReader
from .columns import Asked, Chosen, choose, names_of_classes
from .done import Done
from .errors import FileError, at_row, listed
from .formats import open_table
from .given import Given
from .keys import key_columns
from .paths import find_parts, is_read_once
from .pieces import Source, rows_of_block
from .predictions import Opened, Predictions
from .table import Array, Column, Table

Names = str | Sequence[str]


def open_predictions(
    y: Any,
    labels: Any = None,
    *,
    label: Names | None = None,
    probs: Names | None = None,
    weight: str | None = None,
    by: str | None = None,
    id: str | Literal[False] | None = None,
    classes: str | Sequence[Any] | None = None,
    from_logits: bool = False,
    ignore_index: int | None = None,
    header: bool | None = None,
    where: Array | None = None,
    done: Done | None = None,
    keys: Collection[str] = (),
    names: tuple[str, str] = ("y", "labels"),
) -> Predictions:
    """Predictions, and the labels in the same files or in others, ready to be read in batches.

    Parameters
    ----------
    y : path, sequence of paths, folder, glob, binary stream, array, DataFrame or Arrow table
        ``.npy``, ``.npz``, Parquet, Arrow IPC (file or stream), CSV or TSV (also ``.gz``, ``.zst``), told by
        their content. ``"-"`` is standard input. A folder or a glob is read in natural order (part-2 before part-10).
    labels : the same, optional
        Where they are not a column of y.
    label : str or sequence of str
        The column of labels (or member of an ``.npz``): numbers, names, or, with a pattern ``"t_*"`` or several
        names, 0/1 columns in the order of y's.
    probs : str or sequence of str
        The columns of y: a list or matrix column, names, or a pattern ``"p_*"``.
    weight, by : str
        Columns, of either file.
    id : str or False
        The column in both files that says which rows belong together; by default one that is called id. Else they do by
        position, and what else both have of whole numbers and text must be the same in each row; with False that is
        not looked at.
    classes : sequence
        Names of the columns of y, in their order.
    from_logits, ignore_index
        As for the evaluation; needed to judge guesses and to let ignored labels through.
    header : bool
        Whether CSV files begin with a line of names; None tells from that line, or asks.
    where : ndarray of bool, (N,)
        Rows whose labels are read; the others may have any, or none. All rows are in the batches.
    done : Done
        Of an earlier run: those rows are left out.
    keys : collection of str
        Columns of y that come with the batches, if they are there and hold whole numbers or text.
    names : pair of str
        Of y and labels for messages, where they are in memory.

    Returns
    -------
    Predictions

    Raises
    ------
    FileError
        What is wrong, in one line. The same while iterating.
    """
    with ExitStack() as until_opened:
        ours = Given(y, names[0], header, lists=True)
        until_opened.callback(ours.close)  # what is read takes care of itself
        theirs = None if labels is None else Given(labels, names[1], header)
        if theirs is not None:
            until_opened.callback(theirs.close)
        asked = Asked(label, probs, weight, by, id, keys)
        chosen, chosen_labels = choose(ours.first(), None if theirs is None else theirs.first(), asked)
        done = Done() if done is None else done.copy()
        key_of_labels = "" if theirs is None else " ".join(part.key for part in theirs.parts)
        ours.done = done.of_parts(ours.parts, key_of_labels)
        opened = _opened(ours, theirs, chosen, chosen_labels, classes, from_logits, ignore_index)
        opened.done, opened.key_of_labels = done, key_of_labels
        if chosen.id is None or theirs is None:  # whose rows have an order of their own
            (opened.labels or opened.source).where = where
        opened.release = until_opened.pop_all().close
        return Predictions(opened)


def _opened(
    ours: Given,
    theirs: Given | None,
    chosen: Chosen,
    chosen_labels: Chosen,
    classes: str | Sequence[Any] | None,
    from_logits: bool,
    ignore_index: int | None,
) -> Opened:
    table = ours.first()
    columns = [table.columns[table.find(name, "probabilities")] for name in chosen.probs]
    binary = len(columns) == 1 and columns[0].kind != "matrix"
    n_classes = 2 if binary else columns[0].width if len(columns) == 1 else len(columns)
    if n_classes == 0:
        raise FileError(f"{table.name} has no classes: {columns[0].type}")
    taken = list(chosen.taken)
    if binary:
        shown = f"column '{chosen.probs[0]}'" if table.named else ours.name
        taken = [f"{shown}, the probability of class 1", *(each for each in taken if each != shown)]
    given = names_of_classes(chosen.probs, table)
    names = given if classes is None else _checked_names(classes, given, n_classes, table)
    reader = LabelReader(
        names, chosen.probs if given is not None and classes is None else None, n_classes, ignore_index
    )
    with_label = (chosen, table) if theirs is None else (chosen_labels, theirs.first())
    _align_indicators(*with_label, chosen, given)
    _flatten(columns[0], *with_label)
    n_elements = n_classes or table.list_length(table.find(chosen.probs[0], "probabilities")) or 1
    length = rows_of_block(n_elements, copied=table.ahead)
    source = Source(ours.openers(), chosen, binary, from_logits, None, n_classes, length)
    if theirs is None:
        source.labels = reader
    if not chosen.sure:
        source.check = partial(_check_guess, chosen, binary, from_logits)
    n_rows = ours.count(chosen)
    other = None
    if theirs is not None:
        other = Source(theirs.openers(), chosen_labels, labels=reader, length=length)  # blocks of the same rows
        _compare_counts(ours, theirs, n_rows, theirs.count(chosen_labels), chosen.id)
        taken += chosen_labels.taken
    return Opened(
        name=ours.name if theirs is None else f"{ours.name} + {theirs.name}",
        parts=ours.parts,
        source=source,
        labels=other,
        labels_name="" if theirs is None else theirs.name,
        id=(chosen.id or None) if theirs is not None else None,
        starts=ours.done,
        taken=taken,
        notes=_notes(columns[0], table),
        classes=names,
        ahead=table.ahead or (theirs is not None and theirs.first().ahead),
        n_rows=n_rows,
        release=lambda: None,
    )


def _checked_names(
    classes: str | Sequence[Any], given: tuple[str, ...] | None, n_classes: int | None, table: Table
) -> tuple[str, ...]:
    names = tuple(str(each).strip() for each in (classes.split(",") if isinstance(classes, str) else classes))
    if n_classes is not None and len(names) != n_classes:
        raise FileError(f"classes names {len(names)} classes, {listed(names)}; {table.name} has {n_classes}")
    if len(set(names)) < len(names):
        raise FileError(f"classes must be distinct; got {listed(names)}")
    if given is not None and set(names) == set(given) and names != given:
        raise FileError(
            f"classes must be in the order of the columns of {table.name}, {listed(given)}; got {listed(names)}"
        )
    return names


def _align_indicators(chosen: Chosen, table: Table, predicted: Chosen, names: tuple[str, ...] | None) -> None:
    """0/1 columns in the order of y's, where their names say which is which."""
    if len(chosen.label) < 2:
        return
    own = names_of_classes(chosen.label, table)
    if own is not None and names is not None and set(own) == set(names):
        by_name = dict(zip(own, chosen.label, strict=True))
        chosen.label = [by_name[name] for name in names]
    elif len(chosen.label) != len(predicted.probs) or names is None or own is None:
        return
    else:
        raise FileError(
            f"the label columns are called {listed(own)}, those of the probabilities {listed(names)}; give their names"
            f" in the same order with label= (--label) and probs= (--probs)"
        )


def _flatten(y: Column, chosen: Chosen, table: Table) -> None:
    """Labels of the shape of y's rows, where these have several axes."""
    if len(y.shape) < 3 or len(chosen.label) != 1:
        return
    label = table.columns[table.find(chosen.label[0], "label")]
    chosen.flat = label.shape == y.shape[:-1]


def _compare_counts(ours: Given, theirs: Given, n_rows: int | None, n_labels: int | None, id: str | None) -> None:
    if n_rows is None or n_labels is None or id is not None or n_rows == n_labels:
        return
    raise FileError(
        f"{ours.name} has {n_rows} rows, {theirs.name} has {n_labels}; join them by a column with id= (--id)"
    )


def _notes(column: Column, table: Table) -> list[str]:
    return (
        [f"the elements of two bytes in {table.name} are read as bfloat16"]
        if column.type.startswith("bfloat16")
        else []
    )


def _check_guess(chosen: Chosen, binary: bool, from_logits: bool, y: Array, file: str, first: int) -> None:
    """That columns which were taken because they are the floating ones look like probabilities."""
    columns = listed(f"'{name}'" for name in chosen.probs)
    if from_logits:
        if chosen.called:
            return
        raise FileError(f"{file}: the columns {columns} may be logits or not; say which with probs= (--probs)")
    y = np.asarray(y, dtype=np.float64)
    sums = y.sum(axis=1)
    odd = ~((y >= -0.01) & (y <= 1.01)).all(axis=1) | (np.abs(sums - 1) > 0.1)
    if odd.mean() > 0.01:
        row = int(np.argmax(odd))
        trouble = f"it is {y[row, -1]:.6g}" if binary else f"their sum is {sums[row]:.6g}"
        trouble = f"the columns {columns} do not look like probabilities: {trouble}"
        raise at_row(file, first + row, f"{trouble}; say which are with probs= (--probs)")


def columns_that_tell(source: Any, header: bool | None = None) -> set[str] | None:
    """The names of columns that may tell rows apart; None of a stream, which would be read by looking."""
    if is_read_once(source):
        return None
    files = Given(source, "y", header, lists=True)
    try:
        return {*key_columns(files.first())}
    finally:
        files.close()


def columns_differ(first: Any, last: Any, header: bool | None = None) -> bool:
    """Whether two files (the first of folders or patterns) have different columns, and so are no parts of one table.

    Streams, which would be read by looking, are taken to differ. Names decide, where there are names: a column that is
    whole numbers in one part may be floating in another.
    """
    parts = [find_parts(each)[0] for each in (first, last)]
    if any(part.path is None for part in parts):
        return True
    kinds = []
    for part in parts:
        table = open_table(part, header)
        kinds.append([c.name if table.named else (c.kind, c.floating, c.width) for c in table.columns])
        table.close()
    return kinds[0] != kinds[1]
