"""What a reader yields."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .errors import FileError, one_line

ROW = re.compile(r"\b(?:row|position) (\d+)\b")

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of predictions, in the order of the file. The arrays may be views of memory that is used again.

    Attributes
    ----------
    labels : ndarray, (n,)
        The number of each row's class, in the order of y's columns; or `ignore_index`. In range.
    y : ndarray, (n, K)
        Predicted probabilities (or logits), in C or Fortran order. Values are as in the file, not checked.
    weight : ndarray, (n,), or None
        Row weights, where asked for. Not checked.
    by : ndarray, (n,), or None
        The group of each row, where asked for: integers, bool, float64, or objects that are all str.
    row : int
        The number of the first row, counted from 0 over all files in their order.
    file : str
        The file of these rows, for messages; rows of two files are never in one batch.
    row_in_file : int
        The number of the first row in that file.
    places : ndarray, (n,), or None
        Of labels that are joined by id: the numbers of the rows that they are in.
    keys : dict
        The columns that were asked for as ``keys``, as the format has them.
    """

    labels: Array
    y: Array
    weight: Array | None
    by: Array | None
    row: int
    file: str
    row_in_file: int
    places: Array | None = None
    keys: dict[str, Any] = field(default_factory=dict)

    def located(self, error: Exception) -> FileError:
        """What is wrong with this batch, with the file and the row's number in it instead of that in the batch."""
        text = ROW.sub(lambda found: f"row {int(found[1]) + self.row_in_file}", one_line(error))
        return FileError(f"{self.file}: {text}")

    def cut(self, start: int, stop: int) -> "Batch":
        """Some of the rows."""
        if (start, stop) == (0, len(self)):
            return self
        rows = slice(start, stop)
        return replace(
            self,
            labels=self.labels[rows],
            y=self.y[rows],
            weight=None if self.weight is None else self.weight[rows],
            by=None if self.by is None else self.by[rows],
            row=self.row + start,
            row_in_file=self.row_in_file + start,
            places=None if self.places is None else self.places[rows],
            keys={name: values[rows] for name, values in self.keys.items()},
        )

    def __len__(self) -> int:
        return len(self.labels)
