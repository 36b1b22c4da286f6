"""scikit-learn's loss, and labels that are names."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ._dtypes import eps_of, is_float
from ._exact import divided, exact_total


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
    eps = eps_of(y.dtype if is_float(y) else np.float64)
    y = y.astype(np.float32) if y.dtype.name == "bfloat16" else y
    y = np.stack([1 - y, y], axis=-1) if y.ndim == 1 else y
    k = np.searchsorted(np.unique(y_true if labels is None else labels), y_true)
    rows = -np.log(np.clip(y[np.arange(len(k)), k].astype(np.float64), eps, 1 - eps))
    weights = np.ones(len(k)) if sample_weight is None else np.asarray(sample_weight, np.float64)
    return divided(exact_total(weights * rows), exact_total(weights if normalize else 1.0))


def encode_labels(labels: Any, classes: Any) -> Any:
    """The place of each label among the classes."""
    number = {name: k for k, name in enumerate(np.asarray(classes).tolist())}
    labels = np.asarray(labels)
    return np.array([number[label] for label in labels.ravel().tolist()], np.intp).reshape(labels.shape)
