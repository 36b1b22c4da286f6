"""The types of arguments and results, for type checkers: nothing imports this module when xentc runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt


class _HasArray(Protocol):
    """pandas, polars, torch, Dask, xarray and all that NumPy reads."""

    def __array__(self) -> np.ndarray[Any, Any]: ...


class _HasArrowArray(Protocol):
    def __arrow_c_array__(self) -> tuple[object, object]: ...


class _HasArrowStream(Protocol):
    def __arrow_c_stream__(self) -> object: ...


class _Sparse(Protocol):
    """The matrices and arrays of ``scipy.sparse``."""

    def tocsr(self) -> Any: ...


ArrayLike: TypeAlias = npt.ArrayLike | _HasArray | _HasArrowArray | _HasArrowStream
Targets: TypeAlias = ArrayLike | _Sparse
ClassWeight: TypeAlias = ArrayLike | Mapping[int, float] | None
Check: TypeAlias = bool | float | None
Reduction: TypeAlias = Literal["none", "sum", "mean", "weighted_mean"]
Reduced: TypeAlias = Literal["sum", "mean", "weighted_mean"]
Layout: TypeAlias = Literal["rows", "classes"]
Hessian: TypeAlias = Literal["exact", "xgboost", "lightgbm"]
Out: TypeAlias = np.ndarray[Any, Any] | None
Loss: TypeAlias = npt.NDArray[Any] | np.float64
ClassNumbers: TypeAlias = npt.NDArray[np.intp]
