"""Frames and columns of Dask as arrays of it, a chunk for each partition, whose length nobody knows."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import dask
import dask.array as da
import numpy as np

from .._arrays import read

Array = Any  # of Dask
_SPEAKS_OF_ROWS = re.compile(r"\b(rows?|positions?) \(?\d")


class Partition:
    """A column as it is: Dask would hold a bare one to what it says of the whole."""

    def __init__(self, column: Any) -> None:
        self.column = column


def is_array(value: object) -> bool:
    return isinstance(value, da.Array)


def is_frame(value: object) -> bool:
    """Whether it is a frame, a column, or an index."""
    return type(value).__module__.startswith("dask.dataframe") and hasattr(value, "map_partitions")


def is_lazy(value: object) -> bool:
    return is_array(value) or is_frame(value) or type(value).__module__.startswith("dask.")


def as_array(name: str, value: Any, *, as_it_is: bool = False) -> Array:
    """A frame as an array of numbers; with `as_it_is` its chunks are columns, which may hold names."""
    if is_array(value):
        return value
    if not is_frame(value):
        raise TypeError(
            f"{name} must be a Dask array or frame, not a Dask {type(value).__name__}; make an array of it by"
            " dask.array.from_delayed, which asks for its shape and dtype"
        )
    if dask.config.get("array.query-planning", False):
        raise TypeError(
            f"{name} must be a Dask array where Dask's option array.query-planning is on, not a Dask"
            f" {type(value).__name__}: Dask cannot make the one of the other there; pass"
            " to_dask_array(lengths=True), or turn the option off"
        )
    if as_it_is:
        return value.map_partitions(Partition, meta=np.empty((0,), object))
    like = read(name, value._meta)
    return value.map_partitions(_numbers, name, meta=np.empty((0, *like.shape[1:]), like.dtype))


def _numbers(part: Any, name: str) -> Any:
    """Of one partition; what the types of the frame promise is what its columns have, empty or not."""
    with located():
        return read(name, part)


@contextlib.contextmanager
def located() -> Iterator[None]:
    """Errors that name a row say that it is counted from the first one of a chunk."""
    try:
        yield
    except (IndexError, TypeError, ValueError) as error:
        if type(error) not in (IndexError, TypeError, ValueError) or not _SPEAKS_OF_ROWS.search(str(error)):
            raise
        raise type(error)(f"{error} (within its chunk)") from None
