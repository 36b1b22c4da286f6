"""The loss of two classes, elementwise, alone and with its gradient: what each computes, takes, returns and raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._core.derivatives import losses_and_gradients
from .._core.options import Options
from .._core.public import public
from .._core.rows import losses
from .._core.small import BINARY, GRADIENT, LOSS, small
from .._core.targets import BinaryTargets

if TYPE_CHECKING:
    from .._core.types import ArrayLike, Out, Reduction


@public
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
    out: Out = None,
) -> np.ndarray | np.float64:
    r"""Cross-entropy of two classes, elementwise, of probabilities or of logits; in nats.

    .. math:: L = -s \, [\, w\, t' \log \max(p, \mathrm{eps}) + (1 - t') \log \max(1 - p, \mathrm{eps}) \,], \qquad
        t' = (1 - a)\, t + a / 2

    Without options, :math:`-t \log p - (1 - t) \log (1 - p)`.

    ``1 - p`` is taken without rounding, so that the loss keeps its digits for p near 0, where
    ``log(1 - p)`` is ``log1p(-p)``, as well as near 1. With ``from_logits=True`` the second argument is z, and
    p = 1 / (1 + exp(-z)) is neither computed nor clipped:

    .. math:: L = s \, [\, w\, t' \log(1 + e^{-z}) + (1 - t') \log(1 + e^{z}) \,]

    Parameters
    ----------
    t : array_like
        Targets in [0, 1]: bool, any integer, bfloat16, float16, float32 or float64.
    p : array_like
        Predicted probability of the class that t = 1 stands for, in [0, 1], broadcast against ``t``; bfloat16,
        float16, float32 or float64 (integers and bool are read as float64).
    eps : float, optional
        p and 1 - p are replaced by ``max(p, eps)`` and ``max(1 - p, eps)``. None means ``np.finfo(p.dtype).eps``; 0
        means exact mathematics.
    from_logits : bool
        ``p`` holds logits: any real numbers. ``eps`` must not be given then.
    pos_weight : array_like, optional
        w, the weight of the class that t = 1 stands for; broadcast to the shape of the result. Where w = 0 and t = 1,
        without smoothing, the loss is exactly 0 and ``p`` is not looked at.
    label_smoothing : float
        a in [0, 1].
    sample_weight, where, reduction, out
        As in :func:`cross_entropy`. The weight of an element is :math:`s (w t' + 1 - t')`; without w it is s.

    Returns
    -------
    ndarray or scalar
        In the dtype of ``p`` if ``t`` is bool or integer, else in ``np.result_type(t, p)``. A reduced result is a
        float64.

    Raises
    ------
    ValueError
        If an element of ``t``, or a probability, is outside [0, 1] and not masked; the message names it and its
        position, and the content of ``out`` is then unspecified. (NaN gives NaN.) Or if shapes do not match, ``eps`` is
        not in [0, 1) or is given with ``from_logits=True``, ``label_smoothing`` is not in [0, 1], ``reduction`` is
        unknown, or ``out`` has another shape, is read-only or overlaps itself.
    TypeError
        If an argument has a dtype or type other than those above.

    Notes
    -----
    Edges: with t = 0 the first term is exactly 0 and with t = 1 the second, whatever p is. With ``eps=0``, p = 0 or
    p = 1 gives inf if the other class has a share in t. From logits, t = 1 gives 0 at z = inf and inf at z = -inf,
    t = 0 the reverse, and any other t gives inf at both.

    float64 results are within 1 ulp, others within 0.501; from logits all are within 2 ulp. For float64 results
    ``pos_weight`` adds 1 ulp and ``label_smoothing`` 3; ``sample_weight`` then doubles the bound and adds 0.5.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning* (2006), section 4.3.2.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> xentc.binary_cross_entropy([1, 0, 0.5], [0.5, 1e-20, 0.5], eps=0)
    array([6.93147181e-01, 1.00000000e-20, 6.93147181e-01])
    >>> xentc.binary_cross_entropy([1, 1], [0.0, 50.0], from_logits=True)
    array([6.93147181e-01, 1.92874985e-22])
    """
    answer: np.ndarray | np.float64 | None
    answer = small(BINARY, LOSS, t, p, -1, eps, from_logits, label_smoothing, None, sample_weight, where, None,
                   reduction, out, None, pos_weight)  # fmt: skip
    if answer is not None:
        return answer
    options = Options(
        eps=eps,
        from_logits=from_logits,
        label_smoothing=label_smoothing,
        sample_weight=sample_weight,
        where=where,
        pos_weight=pos_weight,
    )
    return losses(BinaryTargets, t, p, options, reduction, out)


@public
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
    out: Out = None,
    grad_out: Out = None,
) -> tuple[np.ndarray | np.float64, np.ndarray]:
    r"""Binary cross-entropy and its gradient with respect to the second argument, in one pass; in nats.

    The loss is that of :func:`binary_cross_entropy`, bit for bit. From probabilities the gradient is

    .. math:: \frac{\partial L}{\partial p} = A \left( \frac{1 - t'}{1 - p} - \frac{w\, t'}{p} \right),

    where a term whose p, or 1 - p, is below eps is 0, as the loss is constant there. With ``from_logits=True``

    .. math:: \frac{\partial L}{\partial z} = A \left[ (1 - t')\, p - w\, t' (1 - p) \right], \qquad
        p = \frac{1}{1 + e^{-z}},

    which is p - t without options. A is the sample weight s, divided by the number of elements not masked for
    "mean", and by the total weight for "weighted_mean".

    Parameters
    ----------
    t, p, eps, from_logits, pos_weight, label_smoothing, sample_weight, where, reduction, out
        As in :func:`binary_cross_entropy`.
    grad_out : ndarray, optional
        As in :func:`cross_entropy_and_grad`; it may be ``p`` itself.

    Returns
    -------
    loss : ndarray or scalar
        As :func:`binary_cross_entropy` returns it.
    grad : ndarray or scalar
        In the shape to which ``t`` and ``p`` broadcast and the dtype of ``p`` (float64 if that is not floating). Its
        axes lie in memory in the same order as those of ``p``. It is ``grad_out`` if that is given.

    Raises
    ------
    TypeError, ValueError
        As in :func:`binary_cross_entropy`. What must hold for ``out`` must hold for ``grad_out``, which must not
        overlap it. After an error that is found in an element the content of both is unspecified.

    Warns
    -----
    RuntimeWarning
        If there are no elements to take the mean of (it is NaN, and the gradient 0), or if their weights sum to 0.

    See Also
    --------
    sigmoid_objective : First and second derivatives, as boosters take them.

    Notes
    -----
    Edges of the gradient: it is exactly 0 where an element is masked, where both its terms have the coefficient 0, and
    where p, or 1 - p, is below eps. With ``eps=0`` it is -inf at p = 0 and inf at p = 1, if that class has a share in
    t. From logits, z = inf and z = -inf are p = 1 and p = 0. NaN in t, p or z gives NaN.

    Entries are within 4 ulp (5 for float64 ones with weights, smoothing or a mean): of the entry itself if only one
    term counts, as with t = 0 and t = 1, even if p is near t; otherwise of the larger of the two terms.

    Examples
    --------
    >>> import xentc
    >>> loss, grad = xentc.binary_cross_entropy_and_grad([1, 0], [0.5, 0.75])
    >>> loss
    array([0.69314718, 1.38629436])
    >>> grad
    array([-2.,  4.])
    >>> xentc.binary_cross_entropy_and_grad([1, 0], [0.0, 50.0], from_logits=True)[1]
    array([-0.5,  1. ])
    """
    if grad_out is None:
        answer: tuple[np.ndarray | np.float64, np.ndarray] | None
        answer = small(BINARY, GRADIENT, t, p, -1, eps, from_logits, label_smoothing, None, sample_weight, where,
                       None, reduction, out, None, pos_weight)  # fmt: skip
        if answer is not None:
            return answer
    options = Options(
        eps=eps,
        from_logits=from_logits,
        label_smoothing=label_smoothing,
        sample_weight=sample_weight,
        where=where,
        pos_weight=pos_weight,
    )
    return losses_and_gradients(BinaryTargets, t, p, options, reduction, out, grad_out)
