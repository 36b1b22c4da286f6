"""pyarrow: Array, ChunkedArray, RecordBatch and Table; lists of one length as further axes."""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core import dtypes
from . import columns
from .lengths import equal_length
from .missing import Array, Missing, raise_first

NUMBERS = {"bool", "halffloat", "float", "double", *(f"{sign}int{n}" for sign in ("", "u") for n in (8, 16, 32, 64))}


def read(name: str, value: Any) -> Array | None:
    pa: Any = sys.modules["pyarrow"]
    if isinstance(value, pa.Table | pa.RecordBatch):
        labels = value.schema.names
        return columns.matrix(name, value.num_rows, zip(labels, value.columns, strict=True), column)
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return column(name, value)
    return None


def column(name: str, value: Any) -> Array:
    """Of the shape (rows,), or with an axis more for each level of lists."""
    return _values(name, in_one_piece(value), (len(value),))


def in_one_piece(value: Any) -> Any:
    """A chunked array as one; without a copy where it has one chunk."""
    pa: Any = sys.modules["pyarrow"]
    if not isinstance(value, pa.ChunkedArray):
        return value
    if value.num_chunks == 1:
        return value.chunk(0)
    return pa.concat_arrays(value.chunks) if value.num_chunks else pa.array([], value.type)


def _values(name: str, array: Any, shape: tuple[int, ...]) -> Array:
    """The array's values in the shape that the levels of lists so far give it."""
    pa: Any = sys.modules["pyarrow"]
    types = pa.types
    if array.null_count or types.is_null(array.type):
        raise_first(array.is_null().to_numpy(zero_copy_only=False), shape)
    if isinstance(array, pa.ExtensionArray):
        if hasattr(array, "to_numpy_ndarray"):  # tensors: the axes of each, in the order that its type says
            tensor: Array = array.to_numpy_ndarray()
            return tensor.reshape(shape + tensor.shape[1:])
        return _values(name, array.storage, shape)
    if types.is_fixed_size_list(array.type):
        return _values(name, array.flatten(), (*shape, array.type.list_size))
    if hasattr(array, "value_lengths"):
        lengths = array.value_lengths().to_numpy(zero_copy_only=False)
        return _values(name, array.flatten(), (*shape, equal_length(name, lengths, shape)))
    if types.is_dictionary(array.type) and str(array.type.value_type) in NUMBERS:
        array = array.dictionary_decode()
    if types.is_null(array.type):
        return np.zeros(shape)
    if str(array.type) not in NUMBERS:
        raise dtypes.refusal(
            name, str(array.type), hint=None if _is_text(array.type) else f'cast it, as by {name}.cast("float64")'
        )
    values: Array = array.to_numpy(zero_copy_only=False)
    return values.reshape(shape)


def _is_text(kind: Any) -> bool:
    return "string" in str(kind)


def names(name: str, value: Any, length: int) -> Iterator[tuple[Array, list[Any]]]:
    """Codes of the rows, and what they stand for, in pieces of at most `length` rows."""
    pa: Any = sys.modules["pyarrow"]
    start = 0
    for chunk in value.chunks if isinstance(value, pa.ChunkedArray) else [value]:
        is_dictionary = pa.types.is_dictionary(chunk.type)
        if chunk.null_count or pa.types.is_null(chunk.type):
            at = int(chunk.is_null().to_numpy(zero_copy_only=False).argmax())
            if at < len(chunk):
                raise Missing((start + at,))
        if not is_dictionary and not _is_text(chunk.type):
            raise TypeError(f"{name} must be text or numbers, one label per row; got {chunk.type}")
        for first in range(0, len(chunk), length):
            part = chunk.slice(first, length)
            part = part if is_dictionary else part.dictionary_encode()
            yield part.indices.to_numpy(zero_copy_only=False), part.dictionary.to_pylist()
        start += len(chunk)


def is_named(value: Any) -> bool:
    """Whether it is a column whose elements are no numbers."""
    return hasattr(value, "type") and str(value.type) not in NUMBERS and "list" not in str(value.type)
