"""What type checkers know of xentc's names: made by ``tools/make_stubs.py``, see there."""

from collections.abc import Sequence
from typing import Any, Literal, TypeVar, overload

import numpy as np

from . import _kernels as _kernels
from . import reference as reference
from . import spark as spark
from ._api.accumulator import CrossEntropy as CrossEntropy
from ._api.digits import load_digits as load_digits
from ._core.config import show_config as show_config
from ._core.threads import get_num_threads as get_num_threads
from ._core.threads import num_threads as num_threads
from ._core.threads import set_num_threads as set_num_threads
from ._core.types import (
    ArrayLike,
    Check,
    ClassNumbers,
    ClassWeight,
    DataLike,
    Floats,
    Hessian,
    Layout,
    Lazy,
    Out,
    Reduced,
    Reduction,
    TargetsLike,
)
from ._evaluation.accumulator import Evaluation as Evaluation
from ._evaluation.comparison import Comparison as Comparison
from ._evaluation.report import Report as Report
from ._version import __version__ as __version__

__all__ = [
    "Comparison",
    "CrossEntropy",
    "Evaluation",
    "Report",
    "__version__",
    "binary_cross_entropy",
    "binary_cross_entropy_and_grad",
    "compare",
    "cross_entropy",
    "cross_entropy_and_grad",
    "cross_entropy_labels",
    "cross_entropy_labels_and_grad",
    "encode_labels",
    "evaluate",
    "get_num_threads",
    "load_digits",
    "log_likelihood",
    "log_loss",
    "num_threads",
    "reference",
    "set_num_threads",
    "show_config",
    "sigmoid_objective",
    "softmax_objective",
]

_Out = TypeVar("_Out", bound=np.ndarray)

@overload
def binary_cross_entropy(
    t: ArrayLike,
    p: Lazy,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: None = None,
) -> Any: ...
@overload
def binary_cross_entropy(
    t: ArrayLike,
    p: ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Literal["none"] = "none",
    out: None = None,
) -> Floats: ...
@overload
def binary_cross_entropy(
    t: ArrayLike,
    p: ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduced,
    out: None = None,
) -> np.float64: ...
@overload
def binary_cross_entropy(
    t: ArrayLike,
    p: ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: _Out,
) -> _Out: ...
@overload
def binary_cross_entropy_and_grad(
    t: ArrayLike,
    p: Lazy,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: None = None,
    grad_out: Out = None,
) -> tuple[Any, Any]: ...
@overload
def binary_cross_entropy_and_grad(
    t: ArrayLike,
    p: ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Literal["none"] = "none",
    out: None = None,
    grad_out: Out = None,
) -> tuple[Floats, Floats]: ...
@overload
def binary_cross_entropy_and_grad(
    t: ArrayLike,
    p: ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduced,
    out: None = None,
    grad_out: Out = None,
) -> tuple[np.float64, Floats]: ...
@overload
def binary_cross_entropy_and_grad(
    t: ArrayLike,
    p: ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: _Out,
    grad_out: Out = None,
) -> tuple[_Out, Floats]: ...
@overload
def compare(
    labels: DataLike | None,
    y_a: Lazy,
    y_b: DataLike | None = None,
    *,
    label: str | Sequence[str] | None = None,
    probs: str | Sequence[str] | None = None,
    id: str | Literal[False] | None = None,
    header: bool | None = None,
    classes: Sequence[Any] | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    ignore_index: int | None = None,
    check: Check = None,
) -> Any: ...
@overload
def compare(
    labels: DataLike | None = None,
    y_a: DataLike | None = None,
    y_b: DataLike | None = None,
    *,
    label: str | Sequence[str] | None = None,
    probs: str | Sequence[str] | None = None,
    id: str | Literal[False] | None = None,
    header: bool | None = None,
    classes: Sequence[Any] | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    ignore_index: int | None = None,
    check: Check = None,
) -> Comparison: ...
@overload
def cross_entropy(
    t: TargetsLike,
    y: Lazy,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: None = None,
    check: Check = None,
) -> Any: ...
@overload
def cross_entropy(
    t: TargetsLike,
    y: ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Literal["none"] = "none",
    out: None = None,
    check: Check = None,
) -> Floats: ...
@overload
def cross_entropy(
    t: TargetsLike,
    y: ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduced,
    out: None = None,
    check: Check = None,
) -> np.float64: ...
@overload
def cross_entropy(
    t: TargetsLike,
    y: ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: _Out,
    check: Check = None,
) -> _Out: ...
@overload
def cross_entropy_and_grad(
    t: TargetsLike,
    y: Lazy,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: None = None,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[Any, Any]: ...
@overload
def cross_entropy_and_grad(
    t: TargetsLike,
    y: ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Literal["none"] = "none",
    out: None = None,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[Floats, Floats]: ...
@overload
def cross_entropy_and_grad(
    t: TargetsLike,
    y: ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduced,
    out: None = None,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[np.float64, Floats]: ...
@overload
def cross_entropy_and_grad(
    t: TargetsLike,
    y: ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: _Out,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[_Out, Floats]: ...
@overload
def cross_entropy_labels(
    labels: ArrayLike,
    y: Lazy,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: None = None,
    check: Check = None,
) -> Any: ...
@overload
def cross_entropy_labels(
    labels: ArrayLike,
    y: ArrayLike,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Literal["none"] = "none",
    out: None = None,
    check: Check = None,
) -> Floats: ...
@overload
def cross_entropy_labels(
    labels: ArrayLike,
    y: ArrayLike,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduced,
    out: None = None,
    check: Check = None,
) -> np.float64: ...
@overload
def cross_entropy_labels(
    labels: ArrayLike,
    y: ArrayLike,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: _Out,
    check: Check = None,
) -> _Out: ...
@overload
def cross_entropy_labels_and_grad(
    labels: ArrayLike,
    y: Lazy,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: None = None,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[Any, Any]: ...
@overload
def cross_entropy_labels_and_grad(
    labels: ArrayLike,
    y: ArrayLike,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Literal["none"] = "none",
    out: None = None,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[Floats, Floats]: ...
@overload
def cross_entropy_labels_and_grad(
    labels: ArrayLike,
    y: ArrayLike,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduced,
    out: None = None,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[np.float64, Floats]: ...
@overload
def cross_entropy_labels_and_grad(
    labels: ArrayLike,
    y: ArrayLike,
    *,
    ignore_index: int | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: _Out,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[_Out, Floats]: ...
@overload
def encode_labels(labels: Lazy, classes: ArrayLike) -> Any: ...
@overload
def encode_labels(labels: ArrayLike, classes: ArrayLike) -> ClassNumbers: ...
@overload
def evaluate(
    labels: DataLike | None,
    y: Lazy,
    *,
    label: str | Sequence[str] | None = None,
    probs: str | Sequence[str] | None = None,
    id: str | Literal[False] | None = None,
    header: bool | None = None,
    classes: Sequence[Any] | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    ignore_index: int | None = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    by: Any = None,
    bins: int = 15,
    worst: int = 10,
    check: Check = None,
) -> Any: ...
@overload
def evaluate(
    labels: DataLike | None = None,
    y: DataLike | None = None,
    *,
    label: str | Sequence[str] | None = None,
    probs: str | Sequence[str] | None = None,
    id: str | Literal[False] | None = None,
    header: bool | None = None,
    classes: Sequence[Any] | None = None,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    ignore_index: int | None = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    by: Any = None,
    bins: int = 15,
    worst: int = 10,
    check: Check = None,
) -> Report: ...
@overload
def log_likelihood(
    t: TargetsLike,
    y: Lazy,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: None = None,
    check: Check = None,
) -> Any: ...
@overload
def log_likelihood(
    t: TargetsLike,
    y: ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Literal["none"] = "none",
    out: None = None,
    check: Check = None,
) -> Floats: ...
@overload
def log_likelihood(
    t: TargetsLike,
    y: ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduced,
    out: None = None,
    check: Check = None,
) -> np.float64: ...
@overload
def log_likelihood(
    t: TargetsLike,
    y: ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    class_weight: ClassWeight = None,
    sample_weight: ArrayLike | None = None,
    where: ArrayLike | None = None,
    reduction: Reduction = "none",
    out: _Out,
    check: Check = None,
) -> _Out: ...
@overload
def log_loss(
    y_true: ArrayLike,
    y_proba: Lazy,
    *,
    normalize: bool = True,
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    y_pred: ArrayLike | None = ...,
) -> Any: ...
@overload
def log_loss(
    y_true: ArrayLike,
    y_proba: ArrayLike | None = None,
    *,
    normalize: bool = True,
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    y_pred: ArrayLike | None = ...,
) -> float: ...
@overload
def sigmoid_objective(
    t: ArrayLike,
    z: Lazy,
    *,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    hessian: Hessian = "exact",
) -> tuple[Any, Any]: ...
@overload
def sigmoid_objective(
    t: ArrayLike,
    z: ArrayLike,
    *,
    pos_weight: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    sample_weight: ArrayLike | None = None,
    hessian: Hessian = "exact",
) -> tuple[Floats, Floats]: ...
@overload
def softmax_objective(
    labels: ArrayLike,
    z: Lazy,
    *,
    sample_weight: ArrayLike | None = None,
    class_weight: ClassWeight = None,
    label_smoothing: float = 0.0,
    layout: Layout = "rows",
    hessian: Hessian = "exact",
) -> tuple[Any, Any]: ...
@overload
def softmax_objective(
    labels: ArrayLike,
    z: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    class_weight: ClassWeight = None,
    label_smoothing: float = 0.0,
    layout: Layout = "rows",
    hessian: Hessian = "exact",
) -> tuple[Floats, Floats]: ...
