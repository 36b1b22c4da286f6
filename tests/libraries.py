"""Arrays as other libraries hold them: one table for every test of what is read."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

Array = np.ndarray[Any, Any]

NULLABLE = {"bool": "boolean", "int64": "Int64", "uint8": "UInt8", "float32": "Float32", "float64": "Float64"}


def _frame(of_column: Callable[[Array], Any], a: Array) -> pd.DataFrame:
    return pd.DataFrame({f"p_{k}": of_column(a[:, k]) for k in range(a.shape[1])})


def _column_or_frame(of_column: Callable[[Array], Any], a: Array) -> Any:
    return of_column(a) if a.ndim == 1 else _frame(of_column, a)


def series(a: Array) -> Any:
    return pd.Series(a) if a.ndim == 1 else pd.DataFrame(a)


def nullable(a: Array) -> Any:
    return _column_or_frame(lambda c: pd.Series(c, dtype=NULLABLE[c.dtype.name]), a)


def arrow_backed(a: Array) -> Any:
    return _column_or_frame(lambda c: pd.Series(c, dtype=pd.ArrowDtype(pa.from_numpy_dtype(c.dtype))), a)


def converted(a: Array) -> Any:
    """Whole floats as integers, and all of them nullable."""
    return series(a).convert_dtypes()


def one_nullable_column(a: Array) -> Any:
    frame = pd.DataFrame(a)
    return frame.astype({frame.columns[-1]: NULLABLE[a.dtype.name]})


def index(a: Array) -> Any:
    return pd.Index(a)


def pandas_array(a: Array) -> Any:
    return pd.array(a)


def categories(a: Array) -> Any:
    return pd.Series(a, dtype="category")


def series_of_arrays(a: Array) -> Any:
    return pd.Series(list(a))


def series_of_lists(a: Array) -> Any:
    return pd.Series(a.tolist())


def objects_of_arrays(a: Array) -> Any:
    return pd.Series(list(a)).to_numpy()


def arrow(a: Array) -> Any:
    return pa.array(a) if a.ndim == 1 else pa.table({f"p_{k}": a[:, k] for k in range(a.shape[1])})


def chunked(a: Array) -> Any:
    if a.ndim == 1:
        return pa.chunked_array([a[:1], a[1:1], a[1:]])
    return pa.Table.from_batches([arrow(part).to_batches()[0] for part in (a[:1], a[1:])])


def record_batch(a: Array) -> Any:
    return arrow(a).to_batches()[0]


def fixed_size_lists(a: Array) -> Any:
    return pa.FixedSizeListArray.from_arrays(pa.array(a.ravel()), a.shape[1])


def lists(a: Array) -> Any:
    return pa.array(list(a))


def large_lists(a: Array) -> Any:
    return pa.array(list(a), pa.large_list(pa.from_numpy_dtype(a.dtype)))


def list_views(a: Array) -> Any:
    return pa.array(list(a), pa.list_view(pa.from_numpy_dtype(a.dtype)))


def sliced_lists(a: Array) -> Any:
    return pa.array([*a[:1], *a, *a[:1]])[1:-1]


def chunked_lists(a: Array) -> Any:
    return pa.chunked_array([fixed_size_lists(a[:1]), fixed_size_lists(a[1:])])


def dictionary(a: Array) -> Any:
    return pa.array(a).dictionary_encode()


def arrow_lists_in_pandas(a: Array) -> Any:
    return pd.Series(list(a), dtype=pd.ArrowDtype(pa.list_(pa.from_numpy_dtype(a.dtype))))


def tensors(a: Array) -> Any:
    if a.dtype == bool:  # of which there are none
        return a
    kind = pa.fixed_shape_tensor(pa.from_numpy_dtype(a.dtype), a.shape[1:])
    return pa.ExtensionArray.from_storage(kind, fixed_size_lists(a))


def polars(a: Array) -> Any:
    return pl.Series(a) if a.ndim == 1 else pl.DataFrame(a)


def polars_in_chunks(a: Array) -> Any:
    return pl.concat([polars(a[:1]), polars(a[1:])], rechunk=False)


def polars_arrays(a: Array) -> Any:
    return pl.Series(a)


def polars_lists(a: Array) -> Any:
    return pl.Series(a.tolist())


def mixed_columns(a: Array) -> Any:
    """Every kind of column that pandas has, side by side; K is 2 at least."""
    kinds = (
        lambda c: pd.Series(c),
        lambda c: pd.Series(c, dtype=NULLABLE[c.dtype.name]),
        lambda c: pd.Series(c, dtype=pd.ArrowDtype(pa.from_numpy_dtype(c.dtype))),
    )
    return pd.DataFrame({k: kinds[(k + 1) % 3](a[:, k]) for k in range(a.shape[1])})


def columns_of_two_types(a: Array) -> Any:
    """The first of them in a narrower type where that holds it."""
    narrow = a[:, 0].astype("int8") if a.dtype != bool and (a == a.astype("int8")).all() else a[:, 0]
    return pl.DataFrame({"a": narrow, **{f"p_{k}": a[:, k] for k in range(1, a.shape[1])}})


def nested_lists(a: Array) -> Any:
    return a.tolist()


def tuples(a: Array) -> Any:
    return tuple(map(tuple, a.tolist())) if a.ndim > 1 else tuple(a.tolist())


def buffer(a: Array) -> Any:
    return memoryview(np.ascontiguousarray(a))


class Offers:
    """No array, but something that says how it becomes one."""

    def __init__(self, a: Array) -> None:
        self.a = a

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        return self.a


ANY = (series, nullable, arrow_backed, converted, arrow, chunked, polars, polars_in_chunks)
ANY += (nested_lists, tuples, buffer, Offers)
FLAT = (index, pandas_array, categories, dictionary)
ROWS = (one_nullable_column, series_of_arrays, series_of_lists, objects_of_arrays, record_batch, fixed_size_lists)
ROWS += (lists, large_lists, list_views, sliced_lists, chunked_lists, arrow_lists_in_pandas, tensors)
ROWS += (polars_arrays, polars_lists, mixed_columns, columns_of_two_types)
BY_AXES = {1: {f.__name__: f for f in (*ANY, *FLAT)}, 2: {f.__name__: f for f in (*ANY, *ROWS)}}
