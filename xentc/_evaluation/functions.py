"""evaluate: `Evaluation` in one call, from arrays or from files."""

import os
from typing import Any

import numpy.typing as npt

from .accumulator import Evaluation
from .report import Report


def evaluate(
    labels: Any,
    y: Any,
    *,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    by: Any = None,
    **options: Any,
) -> Report:
    """Evaluate predictions: `Evaluation` in one call."""
    if isinstance(y, (str, os.PathLike)):
        raise NotImplementedError("paths: the hook for the reader of files")
    return Evaluation(**options).update(labels, y, sample_weight=sample_weight, where=where, by=by).report()
