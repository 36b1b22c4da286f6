"""encode_labels of each chunk."""

import functools
from typing import Any

import numpy as np

from .._api.encode import encode_labels as in_memory
from . import frames
from .chunks import over_chunks
from .operands import Operand, Operands

Array = Any  # of Dask


def encode_labels(labels: Any, names: Any) -> Array:
    """As `encode_labels`, for labels of Dask."""
    array = frames.as_arrays({"labels": labels}, ["labels"])["labels"]
    axes = tuple(range(array.ndim))
    do = functools.partial(_encoded, [*names])
    return over_chunks(Operands((Operand("labels", array, axes),), axes), do, axes, np.dtype(np.intp))


def _encoded(names: list[Any], labels: Any) -> Any:
    return np.asarray(in_memory(labels, names))
