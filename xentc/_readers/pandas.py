"""pandas: Series, DataFrame, Index and the arrays in them; nullable and Arrow-backed dtypes too."""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core import dtypes
from . import arrow, columns
from .missing import Array, Missing, raise_first


def read(name: str, value: Any) -> Array | None:
    pandas: Any = sys.modules["pandas"]
    if isinstance(value, pandas.DataFrame):
        return _frame(name, value)
    if isinstance(value, pandas.Series | pandas.Index | pandas.api.extensions.ExtensionArray):
        return _column(name, value)
    return None


def _frame(name: str, frame: Any) -> Array:
    kinds = set(frame.dtypes)
    if len(kinds) == 1 and isinstance(kinds.pop(), np.dtype):
        return np.asarray(frame)  # of one block, mostly: no copy
    labels = [*frame.columns]
    by_place = ((label, frame.iloc[:, k]) for k, label in enumerate(labels))  # labels may be there twice
    return columns.matrix(name, len(frame), by_place, _column)


def _column(name: str, column: Any) -> Array:
    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        return np.asarray(column)
    array = getattr(column, "array", column)
    pandas: Any = sys.modules["pandas"]
    if isinstance(dtype, pandas.ArrowDtype):
        return arrow.column(name, array.__arrow_array__())
    if isinstance(dtype, pandas.StringDtype):
        raise_first(np.asarray(array.isna()))
        raise dtypes.refusal(name, dtype)
    if isinstance(getattr(dtype, "numpy_dtype", None), np.dtype):  # nullable: numbers, and a mask of them
        raise_first(np.asarray(array.isna()))
        values: Array = array.to_numpy(dtype=dtype.numpy_dtype)
        return values
    if isinstance(dtype, pandas.CategoricalDtype):
        raise_first(np.asarray(array.isna()))
    return np.asarray(array)


def names(name: str, value: Any, length: int) -> Iterator[tuple[Array, list[Any]]]:
    """Codes of the rows, and what they stand for, in pieces of at most `length` rows."""
    pandas: Any = sys.modules["pandas"]
    dtype, array = value.dtype, getattr(value, "array", value)
    if isinstance(dtype, pandas.CategoricalDtype):
        raise_first(np.asarray(array.isna()))
        yield array.codes, array.categories.tolist()
    elif isinstance(dtype, pandas.ArrowDtype) or getattr(dtype, "storage", None) == "pyarrow":
        yield from arrow.names(name, array.__arrow_array__(), length)
    else:
        objects = np.asarray(value, dtype=object)
        for start in range(0, len(objects), length):
            try:
                codes, uniques = pandas.factorize(objects[start : start + length])
            except TypeError as error:  # unhashable
                raise TypeError(f"{name} must be text or numbers, one label per row: {error}") from None
            if (codes < 0).any():
                raise Missing((start + int((codes < 0).argmax()),))
            yield codes, uniques.tolist()


def is_named(value: Any) -> bool:
    """Whether it is a column whose elements are no numbers; categories are names whatever they are."""
    pandas: Any = sys.modules["pandas"]
    dtype = getattr(value, "dtype", None)
    if isinstance(dtype, np.dtype):
        return dtypes.is_object(dtype)
    if isinstance(dtype, pandas.ArrowDtype):
        return arrow.is_named(getattr(value, "array", value).__arrow_array__())
    return isinstance(dtype, pandas.StringDtype | pandas.CategoricalDtype)
