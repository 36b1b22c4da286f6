"""Their derivatives, and those that boosters take."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ._exact import into
from ._losses import cross_entropy
from ._rows import factors, floor_of, log_p_of, one_hot, terms_of


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
    check: bool | float | None = None,
    grad_out: Any = None,
) -> tuple[Any, Any]:
    """The loss, and ``-A_i c_ik / y_ik``, 0 below eps; or from logits ``A_i (p_ik sum_j c_ij - c_ik)``."""
    options: dict[str, Any] = {"axis": axis, "label_smoothing": label_smoothing, "class_weight": class_weight}
    options |= {"sample_weight": sample_weight, "where": where}
    x, c, s, counted, dtype = terms_of(t, y, **options, check=check, from_logits=from_logits)
    w = c.sum(axis=-1, keepdims=True)
    a = factors(reduction, s, w[..., 0], counted)[..., np.newaxis]
    if from_logits:
        log_p = log_p_of(x)
        # Where c is all of w, w p - c is w (p - 1): without cancellation.
        grad = a * np.where(c == w, w * np.expm1(log_p), w * np.exp(log_p) - c)
        grad = np.where((c != 0).any(axis=-1, keepdims=True), grad, 0)
    else:
        grad = np.where((c != 0) & ~(x < floor_of(x, eps, dtype)), -a * (c / x), 0)
    grad = np.moveaxis(np.where((counted & (s != 0))[..., np.newaxis], grad, 0).astype(x.dtype), -1, axis)
    options |= {"eps": eps, "from_logits": from_logits, "check": False}
    loss = cross_entropy(t, y, reduction=reduction, out=out, **options)
    return loss, into(grad_out, grad)


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
    check: bool | float | None = None,
    grad_out: Any = None,
) -> tuple[Any, Any]:
    """The loss and the gradient of the one-hot rows of the labels."""
    options: dict[str, Any] = {"eps": eps, "from_logits": from_logits, "label_smoothing": label_smoothing}
    weights: dict[str, Any] = {"class_weight": class_weight, "sample_weight": sample_weight}
    t, y, counted, axis = one_hot(labels, y, axis, ignore_index, where)
    options |= {"reduction": reduction, "check": check}
    loss, grad = cross_entropy_and_grad(t, y, where=counted, out=out, **options, **weights)
    return loss, into(grad_out, np.moveaxis(grad, -1, axis))


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
    t, x, *_ = one_hot(labels, x, -1, None, None)
    x, c, s, *_ = terms_of(t, x, -1, label_smoothing, class_weight, sample_weight, None)
    factor = {"xgboost": 2.0, "lightgbm": x.shape[-1] / max(x.shape[-1] - 1, 1)}.get(hessian, 1.0)
    log_p = log_p_of(x)
    hess = factor * (s * c.sum(axis=-1))[:, np.newaxis] * np.exp(log_p) * -np.expm1(log_p)
    hess = np.where((s[:, np.newaxis] != 0) & (c != 0).any(axis=-1, keepdims=True), hess, 0)
    hess = np.maximum(hess, 1e-16) if hessian == "xgboost" else hess
    both: tuple[Any, Any] = (grad, hess.astype(x.dtype))
    return both if layout == "rows" else (both[0].T.reshape(z.shape), both[1].T.reshape(z.shape))
