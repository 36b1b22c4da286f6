"""The functions of xentc in plain NumPy: the specification to read, and the baseline to measure against.

Same names, same arguments, same meaning; no argument checks, temporaries of the size of the arrays, NumPy's
rounding in the rows, and sums by ``math.fsum``.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "binary_cross_entropy",
    "cross_entropy",
    "cross_entropy_and_grad",
    "cross_entropy_labels",
    "cross_entropy_labels_and_grad",
    "log_likelihood",
    "log_loss",
    "softmax_objective",
]


def log_likelihood(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: Any = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
) -> Any:
    """``s_i sum_k w_k t'_ik log(max(y_ik, eps))``, a term with ``w_k t'_ik == 0`` being 0; y may be softmax(z)."""
    y, c, s, counted, dtype = _terms(t, y, axis, label_smoothing, class_weight, sample_weight, where)
    with np.errstate(all="ignore"):
        log_y = _log_softmax(y) if from_logits else np.log(np.maximum(y, _floor(y, eps, dtype)))
        rows = np.where(counted, s * np.where(c != 0, c * log_y, 0).sum(axis=-1), 0).astype(dtype)
    return _reduced(rows, reduction, np.count_nonzero(counted), (s * c.sum(axis=-1))[counted], out)


def cross_entropy(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: Any = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
) -> Any:
    """``-s_i sum_k w_k t'_ik log(max(y_ik, eps))``: minus the log-likelihood."""
    options: dict[str, Any] = {"axis": axis, "eps": eps, "from_logits": from_logits, "reduction": reduction}
    weights: dict[str, Any] = {"class_weight": class_weight, "sample_weight": sample_weight, "where": where}
    return _into(out, 0.0 - log_likelihood(t, y, label_smoothing=label_smoothing, **options, **weights))


def cross_entropy_labels(
    labels: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: Any = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
) -> Any:
    """Cross-entropy of the one-hot rows of the labels; rows labelled ``ignore_index`` are masked."""
    options: dict[str, Any] = {"eps": eps, "from_logits": from_logits, "label_smoothing": label_smoothing}
    weights: dict[str, Any] = {"class_weight": class_weight, "sample_weight": sample_weight}
    t, y, counted, _ = _one_hot(labels, y, axis, ignore_index, where)
    return cross_entropy(t, y, where=counted, reduction=reduction, out=out, **options, **weights)


def binary_cross_entropy(
    t: npt.ArrayLike,
    p: npt.ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
) -> Any:
    """``-s [t log(max(p, eps)) + (1 - t) log(max(1 - p, eps))]``; p may be ``1 / (1 + exp(-z))``."""
    t, p = np.broadcast_arrays(t, p)
    p = p.astype(p.dtype.newbyteorder("=") if p.dtype.kind == "f" else np.float64, copy=False)
    dtype = np.result_type(t, p) if t.dtype.kind == "f" else p.dtype
    counted = np.broadcast_to(True if where is None else where, p.shape)
    s = np.broadcast_to(1.0 if sample_weight is None else np.asarray(sample_weight, np.float64), p.shape)
    two_t = np.stack([t, 1 - t.astype(np.result_type(t, p))], -1)
    with np.errstate(all="ignore"):
        if from_logits:
            minus_log = np.stack([np.logaddexp(0, -p), np.logaddexp(0, p)], -1)
        else:
            minus_log = 0.0 - np.log(np.maximum(np.stack([p, 1 - p], -1), _floor(p, eps, dtype)))
        rows = s * np.where(two_t != 0, two_t * minus_log, 0).sum(axis=-1)
        rows = np.where(counted, rows, 0).astype(dtype)
    return _reduced(rows, reduction, np.count_nonzero(counted), s[counted], out)


def cross_entropy_and_grad(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: Any = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
    grad_out: Any = None,
) -> tuple[Any, Any]:
    """The loss, and ``-A_i c_ik / y_ik``, 0 below eps; or from logits ``A_i (p_ik sum_j c_ij - c_ik)``."""
    options: dict[str, Any] = {"axis": axis, "label_smoothing": label_smoothing, "class_weight": class_weight}
    options |= {"sample_weight": sample_weight, "where": where}
    x, c, s, counted, dtype = _terms(t, y, **options)
    w = c.sum(axis=-1, keepdims=True)
    with np.errstate(all="ignore"):
        count, weight = np.float64(np.count_nonzero(counted)), np.float64(math.fsum(np.ravel((s * w[..., 0])[counted])))
        a = (s / {"mean": count, "weighted_mean": weight}.get(reduction, 1.0))[..., np.newaxis]
        if from_logits:
            log_p = _log_p(x)
            # Where c is all of w, w p - c is w (p - 1): without cancellation.
            grad = a * np.where(c == w, w * np.expm1(log_p), w * np.exp(log_p) - c)
            grad = np.where((c != 0).any(axis=-1, keepdims=True), grad, 0)
        else:
            grad = np.where((c != 0) & ~(x < _floor(x, eps, dtype)), -a * c / x, 0)
        grad = np.moveaxis(np.where(counted[..., np.newaxis], grad, 0).astype(x.dtype), -1, axis)
    loss = cross_entropy(t, y, eps=eps, from_logits=from_logits, reduction=reduction, out=out, **options)
    return loss, _into(grad_out, grad)


def cross_entropy_labels_and_grad(
    labels: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: Any = None,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
    check: bool = False,
    grad_out: Any = None,
) -> tuple[Any, Any]:
    """The loss and the gradient of the one-hot rows of the labels."""
    options: dict[str, Any] = {"eps": eps, "from_logits": from_logits, "label_smoothing": label_smoothing}
    weights: dict[str, Any] = {"class_weight": class_weight, "sample_weight": sample_weight}
    t, y, counted, axis = _one_hot(labels, y, axis, ignore_index, where)
    loss, grad = cross_entropy_and_grad(t, y, where=counted, reduction=reduction, out=out, **options, **weights)
    return loss, _into(grad_out, np.moveaxis(grad, -1, axis))


def softmax_objective(
    labels: npt.ArrayLike,
    z: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
    class_weight: Any = None,
    layout: str = "rows",
) -> tuple[Any, Any]:
    """``s_i w_c (p_ik - [k = c])`` and ``s_i w_c p_ik (1 - p_ik)``, each in the shape of z."""
    z = np.asarray(z)
    x = z if layout == "rows" else z.reshape(-1, len(np.asarray(labels))).T
    weights: dict[str, Any] = {"sample_weight": sample_weight, "class_weight": class_weight}
    grad = cross_entropy_labels_and_grad(labels, x, from_logits=True, **weights)[1]
    t, x, *_ = _one_hot(labels, x, -1, None, None)
    x, c, s, *_ = _terms(t, x, -1, 0.0, class_weight, sample_weight, None)
    with np.errstate(all="ignore"):
        log_p = _log_p(x)
        hess = (s * c.sum(axis=-1))[:, np.newaxis] * np.exp(log_p) * -np.expm1(log_p)
    both = grad, hess.astype(x.dtype)
    return both if layout == "rows" else tuple(d.T.reshape(z.shape) for d in both)


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


def _terms(
    t: Any, y: Any, axis: int, label_smoothing: float, class_weight: Any, sample_weight: Any, where: Any
) -> tuple[Any, Any, Any, Any, Any]:
    """Y with the classes last, ``c = w_k t'_k``, s, which rows count, and the dtype of the rows."""
    t, y = np.broadcast_arrays(_dense(t), y)
    t, y = np.moveaxis(t, axis, -1), np.moveaxis(y, axis, -1)
    y = y.astype(y.dtype.newbyteorder("=") if y.dtype.kind == "f" else np.float64, copy=False)
    c = np.float64(1 - label_smoothing) * t + label_smoothing / max(y.shape[-1], 1)
    c = c if class_weight is None else _by_class(class_weight) * c
    s = np.broadcast_to(1.0 if sample_weight is None else np.asarray(sample_weight, np.float64), y.shape[:-1])
    counted = np.broadcast_to(True if where is None else where, y.shape[:-1])
    return y, c, s, counted, np.result_type(t, y) if t.dtype.kind == "f" else y.dtype


def _by_class(w: Any) -> Any:
    return np.asarray([w[k] for k in range(len(w))] if isinstance(w, dict) else w, np.float64)


def _one_hot(labels: Any, y: Any, axis: int, ignore_index: int | None, where: Any) -> tuple[Any, Any, Any, int]:
    """One-hot rows, y with the classes last, which rows count, and the class axis counted from the end."""
    axis = axis % np.ndim(y) - np.ndim(y)
    y = np.moveaxis(np.asarray(y), axis, -1)
    labels = np.broadcast_to(labels, np.broadcast_shapes(np.shape(labels), y.shape[:-1]))
    counted = np.broadcast_to(True if where is None else where, labels.shape) & (labels != ignore_index)
    return np.where(counted, labels, 0)[..., np.newaxis] == np.arange(y.shape[-1]), y, counted, axis


def _floor(y: Any, eps: float | None, dtype: Any) -> Any:
    """Eps in the precision of rows of this dtype, float32 for float16."""
    return np.result_type(dtype, np.float32).type(np.finfo(y.dtype).eps if eps is None else eps)


def _log_softmax(z: Any) -> Any:
    """``z - log sum exp z``, by the largest z and log1p of the sum of the others, which keeps small losses."""
    if z.shape[-1] == 0:
        return z
    d = z - z.max(axis=-1, keepdims=True)
    others = np.exp(d)
    np.put_along_axis(others, z.argmax(axis=-1, keepdims=True), 0, axis=-1)
    log_sum = np.log1p(others.sum(axis=-1, keepdims=True))
    return d - np.where(np.isfinite(z.max(axis=-1, keepdims=True)), log_sum, 0)


def _log_p(z: Any) -> Any:
    """The same for derivatives: NaN in a row whose largest z is not finite, which has none."""
    return np.where(np.isfinite(z.max(axis=-1, keepdims=True, initial=-np.inf)), _log_softmax(z), np.nan)


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
