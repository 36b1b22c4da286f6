"""The losses of rows whose classes are given by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._core.options import Options
from .._core.public import public
from .._core.rows import losses
from .._core.small import LABELS, LOSS, small
from .._core.targets import Labels

if TYPE_CHECKING:
    from .._core.types import ArrayLike, Check, ClassWeight, Out, Reduction


@public
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
    out: Out = None,
    check: Check = None,
) -> np.ndarray | np.float64:
    r"""Cross-entropy of probabilities, or of logits, where each row's class is given by its number; in nats.

    .. math:: L_i = -s_i w_{c_i} \log \max(y_{i c_i}, \mathrm{eps})

    This is, bit for bit, what :func:`cross_entropy` gives for the one-hot rows of the labels, with ``label_smoothing``
    too. But only one element of each row of ``y`` is read, unless smoothing, ``check=True`` or logits need all of them:

    .. math:: L_i = s_i w_{c_i} \left( \log \sum_j e^{z_{ij}} - z_{i c_i} \right)

    Parameters
    ----------
    labels : array_like, (...)
        c: the class of each row, from 0 to K - 1, in any integer dtype, bool, or as floats that are whole numbers.
        Negative numbers do not count from the end. Broadcast against the rows of ``y``.
    y : array_like, (..., K)
        Predicted probabilities or logits, as in :func:`cross_entropy`. K is the number of its columns.
    ignore_index : int, optional
        Rows with this label are masked, as by ``where``; it need not be a class.
    axis : int
        The class axis of ``y``.
    eps, from_logits, label_smoothing, class_weight, sample_weight, where, reduction, out, check
        As in :func:`cross_entropy`; ``check`` is about ``y``, if that holds probabilities.

    Returns
    -------
    ndarray or scalar, (...)
        One loss per row, in the dtype of ``y``. A reduced result is a float64.

    Raises
    ------
    IndexError
        If a label that is not masked is not in [0, K); the message names it, its position and K. This is always
        checked, before the row is read. The content of ``out`` is then unspecified.
    ValueError
        If a label that is not masked is not a whole number, and as in :func:`cross_entropy`.
    TypeError
        As in :func:`cross_entropy`.

    Notes
    -----
    Edges, accuracy, warnings: those of :func:`cross_entropy`.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> y = np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    >>> xentc.cross_entropy_labels([0, 2], y)
    array([0.69314718, 1.38629436])
    >>> xentc.cross_entropy_labels([0, -100], y, ignore_index=-100)
    array([0.69314718, 0.        ])
    """
    answer: np.ndarray | np.float64 | None
    answer = small(LABELS, LOSS, labels, y, axis, eps, from_logits, label_smoothing, class_weight, sample_weight,
                   where, ignore_index, reduction, out, check)  # fmt: skip
    if answer is not None:
        return answer
    options = Options(
        axis=axis,
        eps=eps,
        from_logits=from_logits,
        label_smoothing=label_smoothing,
        class_weight=class_weight,
        sample_weight=sample_weight,
        where=where,
        ignore_index=ignore_index,
        check=check,
    )
    return losses(Labels, labels, y, options, reduction, out)
