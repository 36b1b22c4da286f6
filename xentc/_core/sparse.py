"""scipy.sparse matrices of any format as the arrays of a CSR matrix.

SciPy converts without a look at what it reads, and coordinates out of range end the process there. So they are looked
at first, in copies that no other thread can write to. What is CSR already is passed on as it is: the kernel looks at
each row and column that it uses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from . import dtypes
from .arrays import as_array
from .dtypes import REAL, SIGNED, Numbers

Array = np.ndarray[tuple[int, ...], np.dtype[Any]]


class Csr(NamedTuple):
    """The entries of row i are indptr[i] to indptr[i + 1] - 1, in any order; a column may occur more than once."""

    indptr: Array
    indices: Array
    data: Array


class _Entries(NamedTuple):
    rows: Array
    columns: Array
    values: Array


def is_sparse(value: object) -> bool:
    sparse = sys.modules.get("scipy.sparse")  # a sparse matrix can only come from a module already loaded
    return sparse is not None and bool(sparse.issparse(value))


def csr_of(t: Any, *, transposed: bool = False) -> Csr:
    """t, or t.T, in CSR format."""
    if not dtypes.is_in(t.dtype, REAL):
        raise dtypes.refusal("t", t.dtype)
    if t.format == ("csc" if transposed else "csr"):
        return _compressed(t, t.shape[1 if transposed else 0])
    if t.format not in _READERS:
        raise TypeError(f"t must be in one of SciPy's sparse formats; got {t.format!r}; call its tocsr()")
    rows, columns, values = _READERS[t.format](t)
    # Entries of one place are added on the way, in the dtype of the values: integers would wrap around.
    entries = dtypes.as_numbers(values).astype(np.float64), ((columns, rows) if transposed else (rows, columns))
    with np.errstate(all="ignore"):
        made = sys.modules["scipy.sparse"].coo_array(entries, shape=t.shape[::-1] if transposed else t.shape).tocsr()
    return Csr(made.indptr, made.indices, made.data)


def _array(t: Any, name: str, allowed: Numbers, n_axes: int = 1) -> Array:
    """An attribute of t, which may have been replaced."""
    array = as_array("t" if name == "data" else f"t.{name}", getattr(t, name), allowed)
    if array.ndim != n_axes:
        raise ValueError(f"t.{name} must have {n_axes} ax{'e' if n_axes > 1 else 'i'}s; got the shape {array.shape}")
    return array


def _compressed(t: Any, n: int) -> Csr:
    """The arrays of t itself, which must have n + 1 row starts."""
    indptr, indices, data = _array(t, "indptr", SIGNED), _array(t, "indices", SIGNED), _array(t, "data", REAL)
    if len(indptr) != n + 1:
        raise ValueError(f"t.indptr must have one more element than t has rows, {n + 1}; got {len(indptr)}")
    index = np.result_type(indptr, indices)
    return Csr(
        np.ascontiguousarray(indptr, dtype=index),
        np.ascontiguousarray(indices, dtype=index),
        np.ascontiguousarray(data),
    )


def check_starts(indptr: Array, n_entries: int, what: str = "row") -> None:
    """Refuse impossible row starts; the array must be one that nobody else can write to."""
    start, stop = indptr[:-1], indptr[1:]
    bad = np.flatnonzero((start < 0) | (stop < start) | (stop > n_entries))
    if bad.size:
        i = int(bad[0])
        raise ValueError(
            f"t.indptr must not decrease and lie in [0, {n_entries}], the number of entries; got {start[i]} and"
            f" {stop[i]} for {what} {i}"
        )


def _check_range(name: str, places: Array, n: int, what: str) -> None:
    if places.size and not (places.min() >= 0 and places.max() < n):
        at = int(np.argmax((places < 0) | (places >= n)))
        raise IndexError(f"t.{name} must be in [0, {n}), the number of {what} of t; got {places[at]} in entry {at}")


def _check_lengths(t: Any, **arrays: Array) -> None:
    if len({len(array) for array in arrays.values()}) > 1:
        told = ", ".join(f"t.{name} {len(array)}" for name, array in arrays.items())
        raise ValueError(f"t must have arrays of one length in {t.format.upper()} format; got {told}")


def _of_compressed(t: Any) -> _Entries:
    """CSR or CSC, in copies."""
    major = 0 if t.format == "csr" else 1
    what, n, n_places = ("row", "column")[major], t.shape[major], t.shape[1 - major]
    starts, places, values = _array(t, "indptr", SIGNED), _array(t, "indices", SIGNED), _array(t, "data", REAL)
    if len(starts) != n + 1:
        raise ValueError(f"t.indptr must have one more element than t has {what}s, {n + 1}; got {len(starts)}")
    starts = starts.copy()
    check_starts(starts, min(len(places), len(values)), what)
    used = slice(starts[0], starts[-1])
    places = places[used].copy()
    _check_range("indices", places, n_places, ("columns", "rows")[major])
    numbers = np.repeat(np.arange(n), np.diff(starts))
    return _Entries(numbers, places, values[used]) if major == 0 else _Entries(places, numbers, values[used])


def _of_coo(t: Any) -> _Entries:
    rows, columns, values = _array(t, "row", SIGNED), _array(t, "col", SIGNED), _array(t, "data", REAL)
    _check_lengths(t, row=rows, col=columns, data=values)
    rows, columns = rows.copy(), columns.copy()
    _check_range("row", rows, t.shape[0], "rows")
    _check_range("col", columns, t.shape[1], "columns")
    return _Entries(rows, columns, values)


def _of_bsr(t: Any) -> _Entries:
    starts, places, values = _array(t, "indptr", SIGNED), _array(t, "indices", SIGNED), _array(t, "data", REAL, 3)
    starts, places = starts.copy(), places.astype(np.int64)
    (height, width), (n_rows, n_columns) = values.shape[1:], t.shape
    if height == 0 or width == 0 or n_rows % height or n_columns % width:
        raise ValueError(f"t.data must have blocks that divide the shape of t, {t.shape}; got {height} x {width}")
    if len(starts) != n_rows // height + 1:
        raise ValueError(
            f"t.indptr must have one more element than t has rows of blocks, {n_rows // height + 1}; got {len(starts)}"
        )
    check_starts(starts, min(len(places), len(values)), "row of blocks")
    used = slice(starts[0], starts[-1])
    places, values = places[used], values[used]
    _check_range("indices", places, n_columns // width, "columns of blocks")
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))[:, None, None] * height + np.arange(height)[:, None]
    columns = places[:, None, None] * width + np.arange(width)
    return _Entries(*(np.broadcast_to(array, values.shape).reshape(-1) for array in (rows, columns, values)))


def _of_dia(t: Any) -> _Entries:
    """Element j of each diagonal's data is in column j; what lies outside the matrix is ignored."""
    values, offsets = _array(t, "data", REAL, 2), _array(t, "offsets", SIGNED).astype(np.int64)
    if len(values) != len(offsets):
        raise ValueError(f"t.offsets must have one element for each row of t.data, {len(values)}; got {len(offsets)}")
    columns = np.arange(min(values.shape[1], t.shape[1]))
    with np.errstate(all="ignore"):
        rows = columns - offsets[:, None]
    inside = (rows >= 0) & (rows < t.shape[0])
    return _Entries(rows[inside], np.broadcast_to(columns, rows.shape)[inside], values[:, : len(columns)][inside])


def _of_lil(t: Any) -> _Entries:
    lists = [[list(row) for row in getattr(t, name)] for name in ("rows", "data")]
    lengths = [[len(row) for row in rows] for rows in lists]
    if lengths[0] != lengths[1] or len(lengths[0]) != t.shape[0]:
        raise ValueError("t must have as many columns as values in each row, in LIL format")
    columns, values = _flat("rows", lists[0], SIGNED), _flat("data", lists[1], REAL)
    _check_range("rows", columns, t.shape[1], "columns")
    return _Entries(np.repeat(np.arange(len(lists[0])), lengths[0]), columns, values)


def _of_dok(t: Any) -> _Entries:
    entries = list(t.items())
    rows, columns = (_flat("keys", [[key[axis] for key, _ in entries]], SIGNED) for axis in (0, 1))
    _check_range("keys", rows, t.shape[0], "rows")
    _check_range("keys", columns, t.shape[1], "columns")
    return _Entries(rows, columns, _flat("data", [[value for _, value in entries]], REAL))


def _flat(name: str, lists: list[list[Any]], allowed: Numbers) -> Array:
    values = list(chain.from_iterable(lists))
    return as_array("t" if name == "data" else f"t.{name}", values if values else np.zeros(0, np.int64), allowed)


_READERS: dict[str, Callable[[Any], _Entries]] = {
    "csr": _of_compressed,
    "csc": _of_compressed,
    "coo": _of_coo,
    "bsr": _of_bsr,
    "dia": _of_dia,
    "lil": _of_lil,
    "dok": _of_dok,
}
