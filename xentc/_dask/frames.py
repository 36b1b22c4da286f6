"""Frames and columns of Dask as arrays of it, a chunk for each partition, whose length nobody knows."""

import contextlib
import functools
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import dask
import dask.array as da
import numpy as np

from .._core.arrays import read

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
    return is_array(value) or type(value).__module__.startswith("dask.")


def as_arrays(values: Mapping[str, Any], as_they_are: Collection[str] = ()) -> dict[str, Any]:
    """Arguments, the frames among them as arrays of numbers; chunks of some stay columns, which may hold names.

    All frames go through one step of Dask: it may read the columns of a file in other partitions for each.
    """
    found = {name: value for name, value in values.items() if is_frame(value)}
    for name, value in values.items():
        if is_lazy(value) and not is_array(value) and name not in found:
            raise TypeError(
                f"{name} must be a Dask array or frame, not a Dask {type(value).__name__}; make an array of it by"
                " dask.array.from_delayed, which asks for its shape and dtype"
            )
    if not found:
        return dict(values)
    (first, frame), *others = found.items()
    if dask.config.get("array.query-planning", False):
        raise TypeError(
            f"{first} must be a Dask array where Dask's option array.query-planning is on, not a Dask"
            f" {type(frame).__name__}: Dask cannot make the one of the other there; pass"
            " to_dask_array(lengths=True), or turn the option off"
        )
    for name, other in others:
        if other.npartitions != frame.npartitions:
            raise ValueError(
                f"{first} and {name} must have as many partitions; they have {frame.npartitions} and"
                f" {other.npartitions}: write repartition() for one, or take both from one frame"
            )
    rest = (other for _, other in others)
    together = frame.map_partitions(_Together, *rest, align_dataframes=False, meta=np.empty((0,), object))
    arrays = {
        name: _one_of(together, i, name, value, name in as_they_are) for i, (name, value) in enumerate(found.items())
    }
    return {**values, **arrays}


class _Together:
    """The partitions of several frames that meet."""

    def __init__(self, *parts: Any) -> None:
        self.parts = parts


def _one_of(together: Array, i: int, name: str, frame: Any, as_it_is: bool) -> Array:
    """One of the frames as an array; what its types promise is what all its partitions hold, empty or not."""
    like: Any = np.empty((0,), object) if as_it_is else read(name, frame._meta)
    axes = tuple(range(like.ndim))
    more = {1: like.shape[1]} if like.ndim == 2 else None
    part = functools.partial(_part, i, None if as_it_is else name)
    return da.blockwise(part, axes, together, (0,), new_axes=more, dtype=like.dtype, meta=like)


def _part(i: int, name: str | None, together: _Together) -> Any:
    if name is None:
        return Partition(together.parts[i])
    with located():
        return read(name, together.parts[i])


@contextlib.contextmanager
def located() -> Iterator[None]:
    """Errors that name a row say that it is counted from the first one of a chunk."""
    try:
        yield
    except (IndexError, TypeError, ValueError) as error:
        if type(error) not in (IndexError, TypeError, ValueError) or not _SPEAKS_OF_ROWS.search(str(error)):
            raise
        raise type(error)(f"{error} (within its chunk)") from None
