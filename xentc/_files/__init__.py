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
from .open import columns_differ, open_predictions
from .predictions import Predictions

__all__ = [
    "Batch",
    "Done",
    "FileError",
    "MissingFile",
    "MissingPackage",
    "Predictions",
    "UnreadableFile",
    "columns_differ",
    "open_predictions",
]
