"""Losses of rows: of a distribution or counts, and of labels."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ._rows import one_hot, summed, terms_of


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
    check: bool | float | None = None,
) -> Any:
    """``s_i sum_k w_k t'_ik log(max(y_ik, eps))``, a term with ``w_k t'_ik == 0`` being 0; y may be softmax(z)."""
    options: dict[str, Any] = {"check": check, "from_logits": from_logits}
    terms = terms_of(t, y, axis, label_smoothing, class_weight, sample_weight, where, **options)
    return summed(terms, eps, from_logits, reduction, out)


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
    check: bool | float | None = None,
) -> Any:
    """``-s_i sum_k w_k t'_ik log(max(y_ik, eps))``: minus the log-likelihood."""
    options: dict[str, Any] = {"check": check, "from_logits": from_logits}
    terms = terms_of(t, y, axis, label_smoothing, class_weight, sample_weight, where, **options)
    return summed(terms, eps, from_logits, reduction, out, minus=True)


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
    check: bool | float | None = None,
) -> Any:
    """Cross-entropy of the one-hot rows of the labels; rows labelled ``ignore_index`` are masked."""
    options: dict[str, Any] = {"eps": eps, "from_logits": from_logits, "label_smoothing": label_smoothing}
    weights: dict[str, Any] = {"class_weight": class_weight, "sample_weight": sample_weight}
    t, y, counted, _ = one_hot(labels, y, axis, ignore_index, where)
    return cross_entropy(t, y, where=counted, reduction=reduction, out=out, check=check, **options, **weights)
