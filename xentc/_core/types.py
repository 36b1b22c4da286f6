"""The types of arguments and results, for type checkers: nothing imports this module when xentc runs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import IO, Any, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt


class _HasArray(Protocol):
    """pandas, polars, torch, xarray and all else that NumPy reads."""

    def __array__(self) -> np.ndarray[Any, Any]: ...


class _HasArrowArray(Protocol):
    def __arrow_c_array__(self) -> tuple[object, object]: ...


class _HasArrowStream(Protocol):
    def __arrow_c_stream__(self) -> object: ...


class _IsSparse(Protocol):
    """The matrices and arrays of ``scipy.sparse``."""

    def tocsr(self) -> Any: ...


class _IsLazyFrame(Protocol):
    """Those of polars."""

    def collect_schema(self) -> Any: ...


class Lazy(Protocol):
    """Arrays and frames of Dask, of which results are Dask's, too."""

    def __dask_graph__(self) -> Any: ...


ArrayLike: TypeAlias = npt.ArrayLike | _HasArray | _HasArrowArray | _HasArrowStream | Lazy
TargetsLike: TypeAlias = ArrayLike | _IsSparse
# Files and tables, too.
DataLike: TypeAlias = (
    ArrayLike | Mapping[str, Any] | _IsLazyFrame | os.PathLike[str] | Sequence[str | os.PathLike[str]] | IO[bytes]
)
ClassWeight: TypeAlias = ArrayLike | Mapping[int, float] | None
Check: TypeAlias = bool | float | None
Reduction: TypeAlias = Literal["none", "sum", "mean", "weighted_mean"]
Reduced: TypeAlias = Literal["sum", "mean", "weighted_mean"]
Layout: TypeAlias = Literal["rows", "classes"]
Hessian: TypeAlias = Literal["exact", "xgboost", "lightgbm"]
Out: TypeAlias = np.ndarray[Any, Any] | None
ClassNumbers: TypeAlias = npt.NDArray[np.intp]
Floats: TypeAlias = npt.NDArray[np.floating]  # which bfloat16 is not to NumPy: cast where the dtype matters
