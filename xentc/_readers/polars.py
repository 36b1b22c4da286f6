"""polars: Series and DataFrame; Array and List columns as further axes."""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core import dtypes
from . import columns
from .lengths import equal_length
from .missing import Array, raise_first

NUMBERS = {"Boolean", *(f"Float{n}" for n in (16, 32, 64)), *(f"{s}Int{n}" for s in ("", "U") for n in (8, 16, 32, 64))}


def read(name: str, value: Any) -> Array | None:
    polars: Any = sys.modules["polars"]
    if isinstance(value, polars.LazyFrame):
        raise TypeError(f"{name} must be data, and a LazyFrame has none yet; call its collect()")
    if isinstance(value, polars.DataFrame):
        return _frame(name, value)
    return _column(name, value) if isinstance(value, polars.Series) else None


def _frame(name: str, frame: Any) -> Array:
    kinds = {str(dtype) for dtype in frame.dtypes}
    if len(kinds) == 1 and kinds <= NUMBERS and not any(column.null_count() for column in frame.get_columns()):
        values: Array = frame.to_numpy()  # without a copy where the columns lie behind one another
        return values
    return columns.matrix(name, frame.height, zip(frame.columns, frame.get_columns(), strict=True), _column)


def _column(name: str, column: Any) -> Array:
    shape: tuple[int, ...] = (len(column),)
    while True:
        if column.null_count():
            raise_first(column.is_null().to_numpy(), shape)
        kind = type(column.dtype).__name__
        if kind == "List":
            shape = (*shape, equal_length(name, column.list.len().to_numpy(), shape))
        elif kind == "Array":
            shape = (*shape, column.dtype.shape[0])
        else:
            break
        if 0 in shape:
            return np.zeros(shape)
        column = column.explode()
    if str(column.dtype) not in NUMBERS:
        text = kind in ("String", "Categorical", "Enum")
        raise dtypes.refusal(name, str(column.dtype), hint=None if text else f"cast it, as by {name}.cast(pl.Float64)")
    values: Array = column.to_numpy()
    return values.reshape(shape)


def names(name: str, value: Any, length: int) -> Iterator[tuple[Array, list[Any]]]:
    """Codes of the rows, and what they stand for, in pieces of at most `length` rows."""
    polars: Any = sys.modules["polars"]
    if value.null_count():
        raise_first(value.is_null().to_numpy())
    kind = type(value.dtype).__name__
    if kind not in ("String", "Categorical", "Enum"):
        raise TypeError(f"{name} must be text or numbers, one label per row; got {value.dtype}")
    if kind == "Enum":
        yield value.to_physical().to_numpy(), value.dtype.categories.to_list()
        return
    for start in range(0, len(value), length):
        part = value.slice(start, length).cast(polars.String)
        uniques = part.unique()
        yield part.cast(polars.Enum(uniques)).to_physical().to_numpy(), uniques.to_list()


def is_named(value: Any) -> bool:
    """Whether it is a column whose elements are no numbers."""
    if not hasattr(value, "dtype"):
        return False
    return str(value.dtype) not in NUMBERS and type(value.dtype).__name__ not in ("List", "Array")
