"""The losses of rows together with their gradients: what each function computes, takes, returns and raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.derivatives import losses_and_gradients
from .._core.options import Options
from .._core.public import public
from .._core.small import DENSE, GRADIENT, LABELS, small
from .._core.targets import DenseTargets, Labels

if TYPE_CHECKING:
    from .._core.types import ArrayLike, Check, ClassWeight, Out, Reduction, TargetsLike


Array = np.ndarray[Any, Any]


@public
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
    out: Out = None,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[np.ndarray | np.float64, np.ndarray]:
    r"""Cross-entropy and its gradient with respect to the second argument, in one pass; in nats.

    The loss is that of :func:`cross_entropy`, bit for bit. With :math:`c_{ik} = w_k\, t'_{ik}` and y probabilities the
    gradient is

    .. math:: \frac{\partial L}{\partial y_{ik}} = \begin{cases}
        -A_i\, c_{ik} / y_{ik} & \text{where } y_{ik} \ge \mathrm{eps} \\
        0 & \text{below, where the loss is constant} \end{cases}

    and with ``from_logits=True``, z being the logits,

    .. math:: \frac{\partial L}{\partial z_{ik}} = A_i \left( p_{ik} \sum_j c_{ij} - c_{ik} \right), \qquad
        p_{ik} = \frac{e^{z_{ik}}}{\sum_j e^{z_{ij}}}

    where :math:`A_i` is the sample weight :math:`s_i`, divided by the number of rows not masked for "mean", and by the
    total weight for "weighted_mean" (which may be beyond the range of a double).

    Parameters
    ----------
    t, y, axis, eps, from_logits, label_smoothing, class_weight, sample_weight, where, reduction, out, check
        As in :func:`cross_entropy`. With "none" the gradient of each row is that of its own loss, otherwise that of
        the one loss that is returned.
    grad_out : ndarray, optional
        An array of the gradient's shape that receives it and is returned, in any floating dtype that ``y`` may have.
        It may overlap the other arrays, except ``out``. It may be ``y`` itself, which is then overwritten without a
        copy: inputs are never modified unless you pass one here or as ``out``.

    Returns
    -------
    loss : ndarray or scalar, (...)
        As :func:`cross_entropy` returns it.
    grad : ndarray, (..., K)
        In the shape to which ``t`` and ``y`` broadcast, with the classes along ``axis``, and in the dtype of ``y``
        (float64 if that is not floating). Its axes lie in memory in the same order as those of ``y``. It is
        ``grad_out`` if that is given.

    Raises
    ------
    TypeError, ValueError, IndexError
        As in :func:`cross_entropy`. What must hold for ``out`` must hold for ``grad_out``, which must not overlap it.
        After an error that is found in a row (by ``check``, or a column of a sparse ``t``) the content of both is
        unspecified.

    Warns
    -----
    RuntimeWarning
        If there are no rows to take the mean of (it is NaN, and the gradient 0), or if their weights sum to 0.

    See Also
    --------
    cross_entropy_labels_and_grad : The same for the number of each row's class.
    softmax_objective : First and second derivatives, as boosters take them.

    Notes
    -----
    The edges of the gradient, on every path; those of the loss are in :func:`cross_entropy`:

    ============================================ =======================================
    row masked, or s == 0                        exactly 0
    probabilities: w_k t'_k == 0, or y < eps     exactly 0
    probabilities: y is NaN, t != 0              NaN
    probabilities: y == 0, eps=0, t > 0          -inf
    logits: w_k t'_k == 0 for all k              exactly 0
    logits: NaN or inf in the row, or only -inf  NaN in the whole row
    logits: z == -inf, t == 0                    exactly 0
    ============================================ =======================================

    Entries are within 4 ulp (5 for float64 ones with smoothing, weights or a mean). Those are ulp of the entry itself,
    even if p is near 1 and the difference small. Only from logits, in rows with several classes of
    :math:`c_{ik} \ne 0`, they are ulp of the larger of the two terms of the difference (with :math:`|c_{ij}|` in the
    sum, if c has both signs). A share p below the smallest subnormal number may count as 0.
    A row has the same bits in every batch, on any number of threads and every SIMD tier.

    "mean" with ``where``, and "weighted_mean", first go over the targets once more, to find what to divide by.

    With Dask arrays (see :func:`cross_entropy`) both results are lazy, and are made in one pass over each chunk.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning* (2006), section 4.3.4.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> t = np.array([[1, 0, 0], [0, 0, 1]])
    >>> y = np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    >>> loss, grad = xentc.cross_entropy_and_grad(t, y)
    >>> loss
    array([0.69314718, 1.38629436])
    >>> grad
    array([[-2.,  0.,  0.],
           [ 0.,  0., -4.]])

    The gradient in place of the logits:

    >>> z = np.log(y)
    >>> loss, grad = xentc.cross_entropy_and_grad(t, z, from_logits=True, reduction="mean", grad_out=z)
    >>> grad is z
    True
    >>> z.round(3)
    array([[-0.25 ,  0.125,  0.125],
           [ 0.25 ,  0.125, -0.375]])
    """
    if grad_out is None:
        answer: tuple[np.ndarray | np.float64, np.ndarray] | None
        answer = small(DENSE, GRADIENT, t, y, axis, eps, from_logits, label_smoothing, class_weight, sample_weight,
                       where, None, reduction, out, check)  # fmt: skip
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
        check=check,
    )
    return losses_and_gradients(DenseTargets, t, y, options, reduction, out, grad_out)


@public
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
    out: Out = None,
    check: Check = None,
    grad_out: Out = None,
) -> tuple[np.ndarray | np.float64, np.ndarray]:
    r"""Cross-entropy of labels and its gradient with respect to the second argument, in one pass; in nats.

    .. math:: \frac{\partial L}{\partial z_{ik}} = A_i\, w_{c_i} (p_{ik} - [k = c_i])

    from logits; from probabilities :math:`-A_i w_{c_i} / y_{i c_i}` at the row's class and 0 elsewhere. Both are, bit
    for bit, what :func:`cross_entropy_and_grad` gives for the one-hot rows of the labels.

    Parameters
    ----------
    labels, ignore_index
        As in :func:`cross_entropy_labels`.
    y, axis, eps, from_logits, label_smoothing, class_weight, sample_weight, where, reduction, out, check
        As in :func:`cross_entropy_labels`.
    grad_out : ndarray, optional
        As in :func:`cross_entropy_and_grad`; it may be ``y`` itself.

    Returns
    -------
    loss : ndarray or scalar, (...)
        As :func:`cross_entropy_labels` returns it.
    grad : ndarray, (..., K)
        In the dtype of ``y`` (float64 if that is not floating) and the shape of ``y``. If the labels broadcast it to
        more rows, the class axis is as far from the end as in ``y``. It is ``grad_out`` if that is given.

    Raises
    ------
    IndexError
        If a label that is not masked is not in [0, K); the content of ``out`` and ``grad_out`` is then
        unspecified.
    TypeError, ValueError
        As in :func:`cross_entropy_and_grad`.

    Notes
    -----
    Edges, accuracy, warnings: those of :func:`cross_entropy_and_grad`.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> z = np.log([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    >>> loss, grad = xentc.cross_entropy_labels_and_grad([0, -100], z, from_logits=True, ignore_index=-100)
    >>> loss.round(6)
    array([0.693147, 0.      ])
    >>> grad.round(6)
    array([[-0.5 ,  0.25,  0.25],
           [ 0.  ,  0.  ,  0.  ]])
    """
    if grad_out is None:
        answer: tuple[np.ndarray | np.float64, np.ndarray] | None
        answer = small(LABELS, GRADIENT, labels, y, axis, eps, from_logits, label_smoothing, class_weight,
                       sample_weight, where, ignore_index, reduction, out, check)  # fmt: skip
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
    return losses_and_gradients(Labels, labels, y, options, reduction, out, grad_out)
