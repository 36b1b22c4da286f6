"""The functions of xentc in plain NumPy: the specification to read, and the baseline to measure against.

Same names, same arguments, same meaning; no argument checks, temporaries of the size of the arrays, NumPy's
rounding in the rows, and sums by ``math.fsum``.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["binary_cross_entropy", "cross_entropy", "cross_entropy_labels", "log_likelihood", "log_loss"]


def log_likelihood(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    label_smoothing: float = 0.0,
    class_weight: npt.ArrayLike | None = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
) -> Any:
    """``s_i sum_k w_k t'_ik log(max(y_ik, eps))``, a term with ``w_k t'_ik == 0`` being 0."""
    t, y = np.broadcast_arrays(_dense(t), y)
    t, y = np.moveaxis(t, axis, -1), np.moveaxis(y, axis, -1)
    y = y if y.dtype.kind == "f" else y.astype(np.float64)
    dtype = np.result_type(t, y) if t.dtype.kind == "f" else y.dtype
    weight = np.float64(1) if class_weight is None else np.asarray(class_weight, np.float64)
    c = weight * ((1 - label_smoothing) * t + label_smoothing / max(y.shape[-1], 1))
    floor = y.dtype.type(np.finfo(y.dtype).eps if eps is None else eps)
    s = np.broadcast_to(1.0 if sample_weight is None else np.asarray(sample_weight, np.float64), y.shape[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = s * np.where(c != 0, c * np.log(np.maximum(y, floor)), 0).sum(axis=-1)
    counted = np.broadcast_to(True if where is None else where, rows.shape)
    rows = np.where(counted, rows, 0).astype(dtype)
    return _reduced(rows, reduction, np.count_nonzero(counted), (s * c.sum(axis=-1))[counted], out)


def cross_entropy(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    label_smoothing: float = 0.0,
    class_weight: npt.ArrayLike | None = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
) -> Any:
    """``-s_i sum_k w_k t'_ik log(max(y_ik, eps))``: minus the log-likelihood."""
    weights: dict[str, Any] = {"class_weight": class_weight, "sample_weight": sample_weight, "where": where}
    rows = log_likelihood(t, y, axis=axis, eps=eps, label_smoothing=label_smoothing, reduction=reduction, **weights)
    return _into(out, 0.0 - rows)


def cross_entropy_labels(
    labels: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    label_smoothing: float = 0.0,
    class_weight: npt.ArrayLike | None = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
) -> Any:
    """Cross-entropy of the one-hot rows of the labels; rows labelled ``ignore_index`` are masked."""
    y = np.moveaxis(np.asarray(y), axis, -1)
    labels = np.broadcast_to(labels, np.broadcast_shapes(np.shape(labels), y.shape[:-1]))
    counted = np.broadcast_to(True if where is None else where, labels.shape) & (labels != ignore_index)
    t = np.where(counted, labels, 0)[..., np.newaxis] == np.arange(y.shape[-1])
    options: dict[str, Any] = {"eps": eps, "label_smoothing": label_smoothing, "class_weight": class_weight}
    return cross_entropy(t, y, sample_weight=sample_weight, where=counted, reduction=reduction, out=out, **options)


def binary_cross_entropy(
    t: npt.ArrayLike,
    p: npt.ArrayLike,
    *,
    eps: float | None = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
) -> Any:
    """``-s [t log(max(p, eps)) + (1 - t) log(max(1 - p, eps))]``."""
    t, p = np.broadcast_arrays(t, p)
    p = p if p.dtype.kind == "f" else p.astype(np.float64)
    floor = np.finfo(p.dtype).eps if eps is None else eps
    two = np.stack([t, 1 - t.astype(np.result_type(t, p))], -1), np.stack([p, 1 - p], -1)
    rows = cross_entropy(*two, eps=floor, sample_weight=sample_weight, where=where, reduction=reduction, out=out)
    return rows if t.dtype.kind == "f" or reduction != "none" or out is not None else rows.astype(p.dtype)


def log_loss(
    y_true: Any,
    y_proba: Any = None,
    *,
    normalize: bool = True,
    sample_weight: npt.ArrayLike | None = None,
    labels: Any = None,
    y_pred: Any = "deprecated",
) -> float:
    """Mean or sum of ``-s_i log(clip(y_ic, eps, 1 - eps))``, c the place of the row's class in sorted order."""
    y = np.asarray(y_proba)
    eps = np.finfo(y.dtype if y.dtype.kind == "f" else np.float64).eps
    y = np.stack([1 - y, y], axis=-1) if y.ndim == 1 else y
    k = np.searchsorted(np.unique(y_true if labels is None else labels), y_true)
    rows = -np.log(np.clip(y[np.arange(len(k)), k].astype(np.float64), eps, 1 - eps))
    weights = np.ones(len(k)) if sample_weight is None else np.asarray(sample_weight, np.float64)
    return float(math.fsum(weights * rows) / (math.fsum(weights) if normalize else 1.0))


def _dense(t: Any) -> Any:
    return t.toarray() if hasattr(t, "toarray") else np.asarray(t)


def _reduced(rows: Any, reduction: str, count: Any, weights: Any, out: Any) -> Any:
    if reduction == "none":
        return _into(out, rows[()])
    total = math.fsum(np.ravel(rows))
    divisor = {"sum": 1.0, "mean": count, "weighted_mean": math.fsum(np.ravel(weights))}[reduction]
    with np.errstate(divide="ignore", invalid="ignore"):
        return _into(out, np.float64(total) / np.float64(divisor))


def _into(out: Any, result: Any) -> Any:
    if out is None:
        return result
    out[...] = result
    return out
