"""Whether a caller's argument is a file, a table with columns, or an array, found out without importing any library."""

import os
from collections.abc import Mapping

import numpy as np


def is_file(value: object) -> bool:
    """Whether it names a file or folder, is an open file, or is a list of these (a list of text only if they exist)."""
    if isinstance(value, np.ndarray):
        return False
    if isinstance(value, (list, tuple)):  # text may also be names of classes
        return bool(value) and all(isinstance(each, os.PathLike) or exists(each) for each in value)
    return isinstance(value, (str, os.PathLike)) or hasattr(value, "read")


def exists(value: object) -> bool:
    """Whether it is text that names a file or folder."""
    return isinstance(value, str) and os.path.exists(value)  # noqa: PTH110 - of text that is no path, too


def is_table(value: object) -> bool:
    """Whether it has columns with names, as pandas, polars (lazy ones, too), Arrow and NumPy's fields have."""
    if isinstance(value, np.ndarray):
        return value.dtype.names is not None
    if isinstance(value, Mapping):
        return True
    of_arrow = hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__")
    return is_lazy(value) or (hasattr(value, "columns") and (of_arrow or hasattr(value, "iloc"))) or is_reader(value)


def is_lazy(value: object) -> bool:
    """Whether it is a frame that is yet to be computed."""
    return hasattr(value, "collect_schema") and hasattr(value, "collect")


def is_reader(value: object) -> bool:
    """Whether it gives Arrow's record batches one after the other."""
    return hasattr(value, "read_next_batch")
