"""Tables that are in memory already: arrays, pandas, polars, Arrow, whatever offers itself as Arrow does."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import _readers as readers
from .._core.sources import is_lazy, is_table
from .._readers.lazy import Lazy
from .arrow import MemoryTable
from .errors import FileError
from .npy import ArrayTable
from .package import pyarrow
from .table import Array, Column, Kind, Table, Use, Values, kind_of


def as_table(value: Any, name: str) -> Table:
    """A value in memory as a table."""
    if readers.library_of(value) == "dask":
        raise Lazy(name, value)
    if isinstance(value, Mapping):
        return ArrayTable(name, {str(key): _array(column, f"{name}[{key!r}]") for key, column in value.items()})
    if _is_pandas(value, "DataFrame"):
        return PandasTable(name, value)
    if is_lazy(value):
        value = value.collect()
    if is_table(value) and not isinstance(value, np.ndarray):
        if hasattr(value, "to_arrow"):
            value = value.to_arrow()
        arrow = pyarrow(name)
        if not hasattr(value, "schema") or not hasattr(value, "num_rows"):
            value = arrow.RecordBatchReader.from_stream(value)
        return MemoryTable(name, value)
    if _is_pandas(value, "Series") or _is_pandas(value, "Index"):
        return PandasTable(name, value.to_frame(name=""), named=False)
    if type(value).__module__.startswith(("pyarrow", "polars")):
        values = value.to_arrow() if hasattr(value, "to_arrow") else value
        table = MemoryTable(name, pyarrow(name).table({"": values}))
        table.named = False
        return table
    array = _array(value, name)
    if array.dtype.names:
        return ArrayTable(name, {field: array[field] for field in array.dtype.names})
    return ArrayTable(name, {"": array}, named=False)


def _is_pandas(value: object, kind: str) -> bool:
    pandas = sys.modules.get("pandas")  # what is of pandas can only come from a module already loaded
    return pandas is not None and isinstance(value, getattr(pandas, kind))


def _array(value: Any, name: str) -> Array:
    if isinstance(value, np.ma.MaskedArray):
        raise FileError(f"{name} is a masked array, whose mask would be lost; pass plain data")
    try:
        array = np.asarray(readers.read(name, value) if readers.library_of(value) == "torch" else value)
    except (ValueError, TypeError) as error:
        raise FileError(f"{name} cannot be read as an array: {error}") from None
    if not array.ndim:
        raise FileError(f"{name} is a single value, not an array")
    if array.dtype.kind == "O" and array.ndim == 1 and all(isinstance(each, str) for each in array.tolist()):
        array = array.astype(str)
    return array


class PandasTable(Table):
    """A DataFrame, without pyarrow."""

    ahead = False

    def __init__(self, name: str, frame: Any, *, named: bool = True) -> None:
        self.name, self._frame, self.named = name, frame, named
        self.columns = tuple(self._column(str(key), frame.iloc[:, i]) for i, key in enumerate(frame.columns))

    def _column(self, name: str, series: Any) -> Column:
        kind = self._kind(series)
        floating = kind == "matrix" and np.asarray(series.iloc[0]).dtype.kind == "f"
        return Column(name, kind, str(series.dtype), floating)

    @staticmethod
    def _kind(series: Any) -> Kind:
        dtype = series.dtype
        if isinstance(dtype, np.dtype) and dtype.kind != "O":
            return kind_of(dtype)
        kinds: dict[str, Kind] = {"f": "float", "i": "integer", "u": "integer", "b": "bool"}
        own = kinds.get(getattr(dtype, "kind", "O"))
        if own is not None and str(dtype) != "category":
            return own
        first = series.iloc[0] if len(series) else None
        if isinstance(first, (list, tuple, np.ndarray)):
            return "matrix"
        text = str(dtype) == "category" or "str" in str(dtype) or first is None or isinstance(first, (str, bytes))
        return "text" if text else "other"

    def count(self, wanted: Sequence[tuple[int, Use]]) -> int:
        return len(self._frame)

    def list_length(self, place: int) -> int | None:
        first = self._frame.iloc[:1, place].tolist()
        return len(first[0]) if first and hasattr(first[0], "__len__") else None

    def blocks(self, wanted: Sequence[tuple[int, Use]], start: int, length: int) -> Iterator[list[Values]]:
        for first in range(start, len(self._frame), length):
            rows = self._frame.iloc[first : first + length]
            yield [self._values(rows.iloc[:, i], self.columns[i]) for i, _ in wanted]

    def _values(self, series: Any, column: Column) -> Array:
        """As NumPy has them; masked where types that know missing values have such. NaN is a number of the others."""
        dtype = series.dtype
        if isinstance(dtype, np.dtype) and dtype.kind != "O":
            values: Array = series.to_numpy(copy=False)
            return values
        missing = series.isna().to_numpy()
        plain = getattr(dtype, "numpy_dtype", None)
        if column.kind not in ("float", "integer", "bool") or not isinstance(plain, np.dtype) or plain.kind == "O":
            found = np.asarray(series.to_numpy(), dtype=object)
        elif missing.any():
            found = series.to_numpy(dtype=plain, na_value=0)
        else:
            found = series.to_numpy(dtype=plain)
        if missing.any():
            return np.ma.array(found, mask=missing)
        if column.kind == "matrix":
            return _array(found.tolist(), f"{self.name}, column '{column.name}'")
        return found
