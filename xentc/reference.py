"""The functions of xentc in plain NumPy: the specification to read, and the baseline to measure against.

Same names, same arguments, same meaning; no argument checks, temporaries of the size of the arrays, NumPy's
rounding, and sums by ``math.fsum``.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["cross_entropy", "log_likelihood"]


def _reduce(rows: Any, reduction: str, out: Any) -> Any:
    if reduction == "sum":
        rows = np.float64(math.fsum(np.ravel(rows)))
    elif reduction == "mean":
        n = np.size(rows)
        rows = np.float64(math.fsum(np.ravel(rows)) / n if n else np.nan)
    if out is None:
        return rows
    out[...] = rows
    return out


def log_likelihood(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
) -> Any:
    """``sum_k t_k log(max(y_k, eps))``, a term with ``t_k == 0`` being 0."""
    t, y = np.asarray(t), np.asarray(y)
    y = y if y.dtype.kind == "f" else y.astype(np.float64)
    dtype = np.result_type(t, y) if t.dtype.kind == "f" else y.dtype
    floor = np.finfo(y.dtype).eps if eps is None else eps
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(t != 0, t * np.log(np.maximum(y, y.dtype.type(floor))), 0)
    return _reduce(terms.sum(axis=axis, dtype=np.float64).astype(dtype)[()], reduction, out)


def cross_entropy(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
) -> Any:
    """``-sum_k t_k log(max(y_k, eps))``: minus the log-likelihood."""
    loss = -log_likelihood(t, y, axis=axis, eps=eps, reduction=reduction) + 0.0
    return _reduce(loss, "none", out)
