"""open_predictions: from files or tables to batches of labels and probabilities."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np

from .batch import Batch
from .done import Done


class Predictions:
    """One pass over predictions: iterate for batches. A context manager; close() ends the reading thread.

    Attributes
    ----------
    name : str
        The files, for a title: ``"predictions.csv + labels.csv"``.
    taken : tuple of str
        What was taken for what, a few words each: ``"columns p_0 … p_9"``, ``"label 'label'"``, ``"joined on 'id'"``.
    notes : tuple of str
        What else a user should know, a line each: columns that are not used, elements read as bfloat16.
    classes : tuple of str, or None
        Names of the classes, in the order of the columns.
    n_classes : int
        K.
    dtype : dtype
        Of y.
    n_rows, n_bytes : int or None
        Of all files together, where known before they are read.
    rows_read, bytes_read : int
        So far, for a display of progress (of the batches handed out; bytes are those of y in memory).
    done : Done
        What is evaluated when every batch but the last one handed out is, and after the loop, that too:
        save it with the accumulator at the head of the loop's body or after it.
    """

    name: str
    taken: tuple[str, ...]
    notes: tuple[str, ...]
    classes: tuple[str, ...] | None
    n_classes: int
    dtype: np.dtype[Any]
    n_rows: int | None
    n_bytes: int | None
    rows_read: int
    bytes_read: int
    done: Done

    def __iter__(self) -> Iterator[Batch]:
        raise NotImplementedError

    def where(self, row: int) -> str:
        """The file of a row and its number there, ``"part-3.csv, row 17"``, for a row that was read."""
        raise NotImplementedError

    def close(self) -> None:
        """End the reading thread and close the files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open_predictions(
    y: Any,
    labels: Any = None,
    *,
    label: str | Sequence[str] | None = None,
    probs: str | Sequence[str] | None = None,
    weight: str | None = None,
    by: str | None = None,
    id: str | None = None,
    classes: Sequence[Any] | None = None,
    from_logits: bool = False,
    ignore_index: int | None = None,
    header: bool | None = None,
    done: Done | None = None,
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
        The column of labels (or member of an ``.npz``): numbers, names, or with a pattern ``"t_*"`` or several names
        0/1 columns in the order of y's.
    probs : str or sequence of str
        The columns of y: a list or matrix column, names, or a pattern ``"p_*"``.
    weight, by : str
        Columns, of either file.
    id : str
        The column in both files that says which rows belong together; else they do by position.
    classes : sequence
        Names of the columns of y, in their order.
    from_logits, ignore_index
        As for the evaluation; needed to judge guesses and to let ignored labels through.
    header : bool
        Whether CSV files begin with a line of names; None tells from that line, or asks.
    done : Done
        Of an earlier run: those rows are left out.

    Raises
    ------
    FileError
        What is wrong, in one line. The same while iterating.
    """
    raise NotImplementedError
