"""The same for two classes, one element a row."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ._check import check_elements
from ._dtypes import common_dtype
from ._exact import into
from ._rows import factors, finished, floor_of, terms_of


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
    x, c, w, s, counted, dtype = _two_terms(t, p, label_smoothing, pos_weight, sample_weight, where, from_logits)
    if from_logits:
        minus_log = np.stack([np.logaddexp(0, -x), np.logaddexp(0, x)], -1)
    else:
        minus_log = 0.0 - np.log(np.maximum(np.stack([x, 1 - x], -1), floor_of(x, eps, dtype)))
    rows = s * np.where(c != 0, c * minus_log, 0).sum(axis=-1)
    return finished(rows, dtype, reduction, s, s * w, counted, out)


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
    x, c, w, s, counted, dtype = _two_terms(t, p, **weights, from_logits=from_logits)
    if from_logits:
        slopes = np.stack([-_sigmoid(-x), _sigmoid(x)], -1)
    else:
        y = np.stack([x, 1 - x], -1)
        slopes = np.where(y < floor_of(x, eps, dtype), 0, [-1.0, 1.0] / y)
    grad = factors(reduction, s, w, counted) * np.where(c != 0, c * slopes, 0).sum(axis=-1)
    grad = np.where(counted & (s != 0) & (c != 0).any(axis=-1), grad, 0).astype(x.dtype)[()]
    options: dict[str, Any] = {"eps": eps, "from_logits": from_logits, "reduction": reduction, "out": out}
    return binary_cross_entropy(t, p, **options, **weights), into(grad_out, grad)


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
    x, c, w, s, *_ = _two_terms(t, z, where=None, from_logits=True, **weights)
    pq = np.maximum(_sigmoid(x) * _sigmoid(-x), 1e-16 if hessian == "xgboost" else 0.0)
    used = (c != 0).any(axis=-1) & (s != 0)
    return grad, np.where(used, s * w * pq, 0).astype(x.dtype)[()]


def _two_terms(
    t: Any, p: Any, label_smoothing: float, pos_weight: Any, sample_weight: Any, where: Any, from_logits: bool
) -> tuple[Any, Any, Any, Any, Any, Any]:
    """P, the coefficients ``w t'`` and ``1 - t'``, their sum (1 without w), s, which count, the dtype of the rows."""
    t, p = np.broadcast_arrays(t, p)
    y, _, s, counted, dtype = terms_of(t[..., np.newaxis], p[..., np.newaxis], -1, 0.0, None, sample_weight, where)
    c = np.stack([t, 1 - t.astype(common_dtype(t, y))], -1)
    if label_smoothing:
        kept = np.float64(1 - label_smoothing) * c if label_smoothing != 1 else np.zeros(c.shape)
        c = kept + label_smoothing / 2
    if pos_weight is not None:
        w = np.broadcast_to(np.asarray(pos_weight, np.float64), t.shape)
        c = np.stack([np.where(w != 0, w * c[..., 0], 0), c[..., 1]], -1)
    weights = np.ones(t.shape) if pos_weight is None else c.sum(axis=-1)
    rows = counted & (s != 0)
    check_elements(t, rows, y[..., 0], rows & (c != 0).any(axis=-1) & (not from_logits))
    return y[..., 0], c, weights, s, counted, dtype


def _sigmoid(z: Any) -> Any:
    return np.exp(-np.logaddexp(0, -z))
