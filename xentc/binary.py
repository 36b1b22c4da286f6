"""The loss of two classes, elementwise: what it computes, takes, returns and raises."""

from typing import Any

import numpy.typing as npt

from ._evaluate import Options, losses
from ._targets import BinaryTargets
from .api import Out


def binary_cross_entropy(
    t: npt.ArrayLike,
    p: npt.ArrayLike,
    *,
    eps: float | None = None,
    from_logits: bool = False,
    sample_weight: npt.ArrayLike | None = None,
    where: npt.ArrayLike | None = None,
    reduction: str = "none",
    out: Out = None,
) -> Any:
    r"""Cross-entropy of two classes, elementwise, of probabilities or of logits; in nats.

    .. math:: L = -s \, [\, t \log \max(p, \mathrm{eps}) + (1 - t) \log \max(1 - p, \mathrm{eps}) \,]

    ``1 - p`` is taken without rounding, so that the loss keeps its digits for p near 0, where
    ``log(1 - p)`` is ``log1p(-p)``, as well as near 1. With ``from_logits=True`` the second argument is z, and
    p = 1 / (1 + exp(-z)) is neither computed nor clipped:

    .. math:: L = s \, [\, t \log(1 + e^{-z}) + (1 - t) \log(1 + e^{z}) \,]

    Parameters
    ----------
    t : array_like
        Targets in [0, 1]: bool, any integer, float16, float32 or float64.
    p : array_like
        Predicted probability of the class that t = 1 stands for, in [0, 1], broadcast against ``t``; float16,
        float32 or float64 (integers and bool are read as float64).
    eps : float, optional
        Both logarithms are clipped from below at it; None means ``np.finfo(p.dtype).eps``, 0 exact mathematics.
    from_logits : bool
        ``p`` holds logits, any real numbers; ``eps`` must be left alone then.
    sample_weight, where, reduction, out
        As in :func:`cross_entropy`; the weight of an element is its s.

    Returns
    -------
    ndarray or scalar
        In the dtype of ``p`` where ``t`` is bool or integer, else in ``np.result_type(t, p)``; a reduced result
        is a float64.

    Raises
    ------
    ValueError
        If an element of ``t``, or a probability, that is not masked is outside [0, 1] (NaN is not, and gives
        NaN): which and where; the content of ``out`` is then unspecified. Or if shapes do not match, ``eps`` is
        not in [0, 1) or given with ``from_logits=True``, ``reduction`` is unknown, ``out`` has another shape, is
        read-only or overlaps itself.
    TypeError
        If an argument has a dtype or type other than those above.

    Notes
    -----
    Edges: with t = 0 the first term is exactly 0, with t = 1 the second, whatever p is; p = 0 or 1 with
    ``eps=0`` gives inf where the other class has a part of t. float16 and float32 results are within 0.501
    ulp, float64 ones within 1 (with a sample weight within 2.5). From logits: t = 1 gives 0 at z = inf and inf
    at -inf, t = 0 the reverse, any other t inf at both; a result is within 2 ulp (with a sample weight within
    4.5).

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
    return losses(BinaryTargets, t, p, Options(-1, eps, from_logits, 0.0, None, sample_weight, where), reduction, out)
