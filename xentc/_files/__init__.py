"""Reading predictions from files and tables, batch by batch, in constant memory.

``open_predictions(...)`` gives a :class:`Predictions`, which is iterated once for :class:`Batch` es::

    with open_predictions("predictions.csv", "labels.csv", id="id") as predictions:
        for batch in predictions:
            evaluation.update(batch.labels, batch.y, sample_weight=batch.weight, by=batch.by, row=batch.row)

Anything wrong with a file is a :class:`FileError`, whose message is one line.
"""

from .batch import Batch
from .done import Done
from .errors import FileError, MissingFile, MissingPackage, UnreadableFile
from .keys import check_same
from .open import columns_differ, columns_that_tell, open_predictions
from .paths import is_read_once
from .predictions import Predictions

__all__ = [
    "Batch",
    "Done",
    "FileError",
    "MissingFile",
    "MissingPackage",
    "Predictions",
    "UnreadableFile",
    "check_same",
    "columns_differ",
    "columns_that_tell",
    "is_read_once",
    "open_predictions",
]
