"""The functions of xentc in plain NumPy: the specification to read, and the baseline to measure against.

Same names, same arguments, same meaning; no argument checks, temporaries of the size of the arrays, and NumPy's
rounding in the rows. These are float64, weights and all, until they are stored; their sums are exact, and rounded once.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_and_grad",
    "cross_entropy",
    "cross_entropy_and_grad",
    "cross_entropy_labels",
    "cross_entropy_labels_and_grad",
    "encode_labels",
    "log_likelihood",
    "log_loss",
    "sigmoid_objective",
    "softmax_objective",
]


@np.errstate(all="ignore")
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
    terms = _terms(t, y, axis, label_smoothing, class_weight, sample_weight, where)
    return _summed(terms, eps, from_logits, reduction, out)


@np.errstate(all="ignore")
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
    terms = _terms(t, y, axis, label_smoothing, class_weight, sample_weight, where)
    return _summed(terms, eps, from_logits, reduction, out, minus=True)


@np.errstate(all="ignore")
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


@np.errstate(all="ignore")
def binary_cross_entropy(
    t: npt.ArrayLike,
    p: npt.ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: npt.ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
) -> Any:
    """``-s [w t' log(max(p, eps)) + (1 - t') log(max(1 - p, eps))]``; p may be ``1 / (1 + exp(-z))``."""
    x, c, s, counted, dtype = _two_terms(t, p, label_smoothing, pos_weight, sample_weight, where)
    if from_logits:
        minus_log = np.stack([np.logaddexp(0, -x), np.logaddexp(0, x)], -1)
    else:
        minus_log = 0.0 - np.log(np.maximum(np.stack([x, 1 - x], -1), _floor(x, eps, dtype)))
    rows = s * np.where(c != 0, c * minus_log, 0).sum(axis=-1)
    return _finished(rows, dtype, reduction, s, s * c.sum(axis=-1), counted, out)


@np.errstate(all="ignore")
def binary_cross_entropy_and_grad(
    t: npt.ArrayLike,
    p: npt.ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: npt.ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Any = None,
    grad_out: Any = None,
) -> tuple[Any, Any]:
    """The loss, and ``A [(1 - t') / (1 - p) - w t' / p]``, or from logits ``A [(1 - t') p - w t' (1 - p)]``."""
    weights: dict[str, Any] = {"label_smoothing": label_smoothing, "pos_weight": pos_weight}
    weights |= {"sample_weight": sample_weight, "where": where}
    x, c, s, counted, dtype = _two_terms(t, p, **weights)
    if from_logits:
        slopes = np.stack([-_sigmoid(-x), _sigmoid(x)], -1)
    else:
        y = np.stack([x, 1 - x], -1)
        slopes = np.where(y < _floor(x, eps, dtype), 0, [-1.0, 1.0] / y)
    grad = _factors(reduction, s, c.sum(axis=-1), counted) * np.where(c != 0, c * slopes, 0).sum(axis=-1)
    grad = np.where(counted & (s != 0), grad, 0).astype(x.dtype)[()]
    options: dict[str, Any] = {"eps": eps, "from_logits": from_logits, "reduction": reduction, "out": out}
    return binary_cross_entropy(t, p, **options, **weights), _into(grad_out, grad)


@np.errstate(all="ignore")
def sigmoid_objective(
    t: npt.ArrayLike,
    z: npt.ArrayLike,
    *,
    pos_weight: npt.ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    hessian: str = "exact",
) -> tuple[Any, Any]:
    """``s [(1 - t') p - w t' (1 - p)]`` and ``s (w t' + 1 - t') p (1 - p)``; XGBoost keeps p (1 - p) above 1e-16."""
    weights: dict[str, Any] = {"label_smoothing": label_smoothing, "pos_weight": pos_weight}
    weights |= {"sample_weight": sample_weight}
    grad = binary_cross_entropy_and_grad(t, z, from_logits=True, **weights)[1]
    x, c, s, *_ = _two_terms(t, z, where=None, **weights)
    pq = np.maximum(_sigmoid(x) * _sigmoid(-x), 1e-16 if hessian == "xgboost" else 0.0)
    used = (c != 0).any(axis=-1) & (s != 0)
    return grad, np.where(used, s * c.sum(axis=-1) * pq, 0).astype(x.dtype)[()]


@np.errstate(all="ignore")
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
    a = _factors(reduction, s, w[..., 0], counted)[..., np.newaxis]
    if from_logits:
        log_p = _log_p(x)
        # Where c is all of w, w p - c is w (p - 1): without cancellation.
        grad = a * np.where(c == w, w * np.expm1(log_p), w * np.exp(log_p) - c)
        grad = np.where((c != 0).any(axis=-1, keepdims=True), grad, 0)
    else:
        grad = np.where((c != 0) & ~(x < _floor(x, eps, dtype)), -a * (c / x), 0)
    grad = np.moveaxis(np.where((counted & (s != 0))[..., np.newaxis], grad, 0).astype(x.dtype), -1, axis)
    loss = cross_entropy(t, y, eps=eps, from_logits=from_logits, reduction=reduction, out=out, **options)
    return loss, _into(grad_out, grad)


@np.errstate(all="ignore")
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


@np.errstate(all="ignore")
def softmax_objective(
    labels: npt.ArrayLike,
    z: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    layout: str = "rows",
    hessian: str = "exact",
) -> tuple[Any, Any]:
    """``s_i (W_i p_ik - w_k t'_ik)`` and ``s_i W_i p_ik (1 - p_ik)``, or what a booster makes of it, each like z."""
    z = np.asarray(z)
    x = z if layout == "rows" else z.reshape(-1, len(np.asarray(labels))).T
    weights: dict[str, Any] = {"sample_weight": sample_weight, "class_weight": class_weight}
    grad = cross_entropy_labels_and_grad(labels, x, from_logits=True, label_smoothing=label_smoothing, **weights)[1]
    t, x, *_ = _one_hot(labels, x, -1, None, None)
    x, c, s, *_ = _terms(t, x, -1, label_smoothing, class_weight, sample_weight, None)
    factor = {"xgboost": 2.0, "lightgbm": x.shape[-1] / max(x.shape[-1] - 1, 1)}.get(hessian, 1.0)
    log_p = _log_p(x)
    hess = factor * (s * c.sum(axis=-1))[:, np.newaxis] * np.exp(log_p) * -np.expm1(log_p)
    hess = np.where(s[:, np.newaxis] != 0, hess, 0)
    hess = np.maximum(hess, 1e-16) if hessian == "xgboost" else hess
    both: tuple[Any, Any] = (grad, hess.astype(x.dtype))
    return both if layout == "rows" else (both[0].T.reshape(z.shape), both[1].T.reshape(z.shape))


@np.errstate(all="ignore")
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
    eps = _eps(y.dtype if _is_float(y) else np.float64)
    y = y.astype(np.float32) if y.dtype.name == "bfloat16" else y
    y = np.stack([1 - y, y], axis=-1) if y.ndim == 1 else y
    k = np.searchsorted(np.unique(y_true if labels is None else labels), y_true)
    rows = -np.log(np.clip(y[np.arange(len(k)), k].astype(np.float64), eps, 1 - eps))
    weights = np.ones(len(k)) if sample_weight is None else np.asarray(sample_weight, np.float64)
    return _divided(_total(weights * rows), _total(weights if normalize else 1.0))


def encode_labels(labels: Any, classes: Any) -> Any:
    """The place of each label among the classes."""
    number = {name: k for k, name in enumerate(np.asarray(classes).tolist())}
    labels = np.asarray(labels)
    return np.array([number[label] for label in labels.ravel().tolist()], np.intp).reshape(labels.shape)


def _is_float(a: Any) -> bool:
    return bool(a.dtype.kind == "f" or a.dtype.name == "bfloat16")


def _eps(dtype: Any) -> float:
    return 2.0**-7 if getattr(dtype, "name", "") == "bfloat16" else float(np.finfo(dtype).eps)


def _common(t: Any, y: Any) -> Any:
    """The dtype that holds both; of bfloat16 and float16, which NumPy may not tell, float32."""
    names = {t.dtype.name, y.dtype.name}
    return (
        y.dtype
        if names == {"bfloat16"}
        else np.result_type(*(np.float32 if a.dtype.name == "bfloat16" else a for a in (t, y)))
    )


def _dense(t: Any) -> Any:
    return t.toarray() if hasattr(t, "toarray") else np.asarray(t)


def _terms(
    t: Any, y: Any, axis: int, label_smoothing: float, class_weight: Any, sample_weight: Any, where: Any
) -> tuple[Any, Any, Any, Any, Any]:
    """Y with the classes last, ``c = w_k t'_k``, s, which rows count, and the dtype of the rows."""
    t, y = np.broadcast_arrays(_dense(t), y)
    t, y = np.moveaxis(t, axis, -1), np.moveaxis(y, axis, -1)
    y = y.astype(y.dtype.newbyteorder("=") if _is_float(y) else np.float64, copy=False)
    c = np.float64(1 - label_smoothing) * t + label_smoothing / max(y.shape[-1], 1)
    c = c if class_weight is None else _by_class(class_weight) * c
    s = np.broadcast_to(1.0 if sample_weight is None else np.asarray(sample_weight, np.float64), y.shape[:-1])
    counted = np.broadcast_to(True if where is None else where, y.shape[:-1])
    return y, c, s, counted, _common(t, y) if _is_float(t) else y.dtype


def _two_terms(
    t: Any, p: Any, label_smoothing: float, pos_weight: Any, sample_weight: Any, where: Any
) -> tuple[Any, Any, Any, Any, Any]:
    """P, the coefficients ``w t'`` and ``1 - t'``, s, which elements count, and the dtype of the rows."""
    t, p = np.broadcast_arrays(t, p)
    y, c, s, counted, dtype = _terms(t[..., np.newaxis], p[..., np.newaxis], -1, 0.0, None, sample_weight, where)
    both = np.stack([t, 1 - t.astype(_common(t, y))], -1)
    c = np.float64(1 - label_smoothing) * both + label_smoothing / 2 if label_smoothing else both
    w = np.broadcast_to(1.0 if pos_weight is None else np.asarray(pos_weight, np.float64), t.shape)
    return y[..., 0], c * np.stack([w, np.ones(t.shape)], -1), s, counted, dtype


def _sigmoid(z: Any) -> Any:
    return np.exp(-np.logaddexp(0, -z))


def _summed(terms: Any, eps: float | None, from_logits: bool, reduction: str, out: Any, *, minus: bool = False) -> Any:
    """Log-likelihoods of the rows, or losses."""
    y, c, s, counted, dtype = terms
    log_y = _log_softmax(y) if from_logits else np.log(np.maximum(y, _floor(y, eps, dtype)))
    rows = s * np.where(c != 0, c * log_y, 0).sum(axis=-1)
    return _finished(0.0 - rows if minus else rows, dtype, reduction, s, s * c.sum(axis=-1), counted, out)


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
    return np.result_type(dtype, np.float32).type(_eps(y.dtype) if eps is None else eps)


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


def _finished(rows: Any, dtype: Any, reduction: str, s: Any, weights: Any, counted: Any, out: Any) -> Any:
    """Float64 rows stored, in `dtype` if there is no out, or reduced; masked ones, and those of weight 0, are 0."""
    rows = np.where(counted & (s != 0), rows, 0.0)
    if reduction == "none":
        return rows.astype(dtype)[()] if out is None else _into(out, rows)
    if reduction == "weighted_mean":
        return _into(out, np.float64(_divided(_total(rows), _total(weights[counted]))))
    total = np.float64(_divided(_total(rows), _total(1.0)))
    return _into(out, total / np.float64(np.count_nonzero(counted)) if reduction == "mean" else total)


def _factors(reduction: str, s: Any, weights: Any, counted: Any) -> Any:
    """What the derivatives of each row are multiplied by."""
    if reduction == "weighted_mean":
        total = _total((s * weights)[counted])
        return np.reshape([_divided(_total(s_i), total) for s_i in np.ravel(s)], s.shape)
    return s / (np.float64(np.count_nonzero(counted)) if reduction == "mean" else 1.0)


def _total(values: Any) -> Any:
    """The exact sum of float64 values, as an integer times 2^-1074; a float where some are infinite or NaN."""
    values = np.ravel(values)
    if not np.isfinite(values).all():
        return float(values[~np.isfinite(values)].sum())
    return sum(n * (2**1074 // d) for n, d in map(float.as_integer_ratio, values.tolist()))


def _divided(a: Any, b: Any) -> float:
    """a / b of two such sums, which Python rounds once where they are integers."""
    if isinstance(a, int) and isinstance(b, int) and b:
        try:
            return a / b
        except OverflowError:
            return math.inf if (a > 0) == (b > 0) else -math.inf
    return float(np.float64(_as_float(a)) / np.float64(_as_float(b)))


def _as_float(a: Any) -> float:
    return _divided(a, 2**1074) if isinstance(a, int) else a


def _into(out: Any, result: Any) -> Any:
    if out is None:
        return result
    out[...] = result
    return out
