"""What a reader yields."""

import re
from dataclasses import dataclass
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
    """

    labels: Array
    y: Array
    weight: Array | None
    by: Array | None
    row: int
    file: str
    row_in_file: int

    def located(self, error: Exception) -> FileError:
        """What is wrong with this batch, with the file and the row's number in it instead of that in the batch."""
        text = ROW.sub(lambda found: f"row {int(found[1]) + self.row_in_file}", one_line(error))
        return FileError(f"{self.file}: {text}")

    def __len__(self) -> int:
        return len(self.labels)
