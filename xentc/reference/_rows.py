"""What these functions share: the terms of a row, and what becomes of the rows."""

from typing import Any

import numpy as np

from ._check import check_labels, check_rows
from ._dtypes import common_dtype, eps_of, is_float
from ._exact import divided, exact_total, into


def terms_of(
    t: Any,
    y: Any,
    axis: int,
    label_smoothing: float,
    class_weight: Any,
    sample_weight: Any,
    where: Any,
    check: bool | float | None = False,
    from_logits: bool = False,
) -> tuple[Any, Any, Any, Any, Any]:
    """Y with the classes last, ``c = w_k t'_k``, s, which rows count, and the dtype of the rows."""
    is_sparse = hasattr(t, "toarray")
    t, y = np.broadcast_arrays(t.toarray() if is_sparse else np.asarray(t), y)
    t, y = np.moveaxis(t, axis, -1), np.moveaxis(y, axis, -1)
    y = y.astype(y.dtype.newbyteorder("=") if is_float(y) else np.float64, copy=False)
    w = np.float64(1) if class_weight is None else _by_class(class_weight)
    s = np.broadcast_to(1.0 if sample_weight is None else np.asarray(sample_weight, np.float64), y.shape[:-1])
    counted = np.broadcast_to(True if where is None else where, y.shape[:-1])
    used = (w != 0) & (t != 0)
    check_rows(
        check,
        counted & (s != 0),
        t,
        used & (label_smoothing != 1),
        y,
        np.zeros_like(used) if from_logits else used | ((w != 0) & (label_smoothing != 0)),
        from_logits,
    )
    kept = np.float64(1 - label_smoothing) * t if label_smoothing != 1 else np.zeros(t.shape)
    c = w * (kept + label_smoothing / max(y.shape[-1], 1))
    return y, c, s, counted, common_dtype(t, y) if is_float(t) and not is_sparse else y.dtype


def summed(terms: Any, eps: float | None, from_logits: bool, reduction: str, out: Any, *, minus: bool = False) -> Any:
    """Log-likelihoods of the rows, or losses."""
    y, c, s, counted, dtype = terms
    log_y = log_softmax(y) if from_logits else np.log(np.maximum(y, floor_of(y, eps, dtype)))
    rows = s * np.where(c != 0, c * log_y, 0).sum(axis=-1)
    return finished(0.0 - rows if minus else rows, dtype, reduction, s, s * c.sum(axis=-1), counted, out)


def _by_class(w: Any) -> Any:
    return np.asarray([w[k] for k in range(len(w))] if isinstance(w, dict) else w, np.float64)


def one_hot(labels: Any, y: Any, axis: int, ignore_index: int | None, where: Any) -> tuple[Any, Any, Any, int]:
    """One-hot rows, y with the classes last, which rows count, and the class axis counted from the end."""
    axis = axis % np.ndim(y) - np.ndim(y)
    y = np.moveaxis(np.asarray(y), axis, -1)
    labels = np.broadcast_to(labels, np.broadcast_shapes(np.shape(labels), y.shape[:-1]))
    counted = np.broadcast_to(True if where is None else where, labels.shape) & (labels != ignore_index)
    check_labels(labels, counted, y.shape[-1])
    return np.where(counted, labels, 0)[..., np.newaxis] == np.arange(y.shape[-1]), y, counted, axis


def floor_of(y: Any, eps: float | None, dtype: Any) -> Any:
    """Eps in the precision of rows of this dtype, float32 for float16."""
    return np.result_type(dtype, np.float32).type(eps_of(y.dtype) if eps is None else eps)


def log_softmax(z: Any) -> Any:
    """``z - log sum exp z``, by the largest z and log1p of the sum of the others, which keeps small losses."""
    if z.shape[-1] == 0:
        return z
    d = z - z.max(axis=-1, keepdims=True)
    others = np.exp(d)
    np.put_along_axis(others, z.argmax(axis=-1, keepdims=True), 0, axis=-1)
    log_sum = np.log1p(others.sum(axis=-1, keepdims=True))
    return d - np.where(np.isfinite(z.max(axis=-1, keepdims=True)), log_sum, 0)


def log_p_of(z: Any) -> Any:
    """The same for derivatives: NaN in a row whose largest z is not finite, which has none."""
    return np.where(np.isfinite(z.max(axis=-1, keepdims=True, initial=-np.inf)), log_softmax(z), np.nan)


def finished(rows: Any, dtype: Any, reduction: str, s: Any, weights: Any, counted: Any, out: Any) -> Any:
    """Float64 rows stored, in `dtype` if there is no out, or reduced; masked ones, and those of weight 0, are 0."""
    rows = np.where(counted & (s != 0), rows, 0.0)
    if reduction == "none":
        return rows.astype(dtype)[()] if out is None else into(out, rows)
    if reduction == "weighted_mean":
        return into(out, np.float64(divided(exact_total(rows), exact_total(weights[counted & (s != 0)]))))
    total = np.float64(divided(exact_total(rows), exact_total(1.0)))
    return into(out, total / np.float64(np.count_nonzero(counted)) if reduction == "mean" else total)


def factors(reduction: str, s: Any, weights: Any, counted: Any) -> Any:
    """What the derivatives of each row are multiplied by."""
    if reduction == "weighted_mean":
        total = exact_total((s * weights)[counted & (s != 0)])
        return np.reshape([divided(exact_total(s_i), total) for s_i in np.ravel(s)], s.shape)
    return s / (np.float64(np.count_nonzero(counted)) if reduction == "mean" else 1.0)
