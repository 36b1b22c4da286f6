"""The losses of rows: what each function computes, takes, returns and raises. Labels: ``labels.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._core.options import Options
from .._core.public import public
from .._core.rows import losses
from .._core.small import DENSE, LIKELIHOOD, LOSS, small
from .._core.targets import DenseTargets

if TYPE_CHECKING:
    from .._core.types import ArrayLike, Check, ClassWeight, Out, Reduction, TargetsLike


@public
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
    out: Out = None,
    check: Check = None,
) -> np.ndarray | np.float64:
    r"""Cross-entropy of probabilities, or of logits, in nats.

    .. math:: L_i = -s_i \sum_k w_k\, t'_{ik} \log \max(y_{ik}, \mathrm{eps}), \qquad t' = (1 - a)\, t + a / K

    Without options, :math:`-\sum_k t_{ik} \log y_{ik}`. With ``from_logits=True`` the second argument is z, and

    .. math:: L_i = s_i \sum_k w_k\, t'_{ik} \left( \log \sum_j e^{z_{ij}} - z_{ik} \right),

    which is the loss of y = softmax(z); y itself is never computed, and nothing is clipped.

    Parameters
    ----------
    t : array_like or scipy.sparse matrix, (..., K)
        Targets: one-hot rows, distributions, frequencies or counts. bool, any integer, bfloat16,
        float16, float32 or float64. A sparse matrix has two axes and is read as CSR; duplicate entries are added up
        as float64 numbers, whatever the format (so two True are 2).
    y : array_like, (..., K)
        Predicted probabilities, bfloat16 (the dtype of ``ml_dtypes``, or torch's), float16, float32 or float64;
        integers and bool are read as float64. ``t`` and ``y`` broadcast against each other, except along the
        class axis. Nothing is renormalised.
    axis : int
        The class axis of the broadcast arrays.
    eps : float, optional
        ``y`` is replaced by ``max(y, eps)``, in the precision of the computation. None means
        ``np.finfo(y.dtype).eps`` (that of float64 if ``y`` is not floating); 0 means exact mathematics, with
        ``log 0 = -inf``.
    from_logits : bool
        ``y`` holds logits: any real numbers, of the same dtypes. Nothing is clipped then, so ``eps`` must not be
        given.
    label_smoothing : float
        a in [0, 1]: ``t`` is mixed with the uniform distribution, without a copy of it.
    class_weight : array_like, (K,), or dict, optional
        w, finite. A dict, or a Series with an index, has the number of every class as its keys. A class of weight 0
        adds exactly 0, and its ``y`` is not looked at.
    sample_weight : array_like, optional
        s, finite, broadcast to the shape of the result. The loss of a row of weight 0 is exactly 0, and nothing in the
        row is looked at except whether its label is in range; it still counts in "mean".
    where : array_like of bool, optional
        Broadcast to the shape of the result. Where it is False, the row is masked: not looked at, with a loss of 0.
    reduction : {"none", "sum", "mean", "weighted_mean"}
        The loss of a row is a float64 number until it is stored. "sum" is the correctly rounded sum of these numbers,
        so nothing overflows or loses digits on the way, even if the dtype is narrower. "mean" is that sum divided
        once by the number of rows not masked. "weighted_mean" is the correctly rounded quotient of the exact sum
        and the exact total weight, whatever their size; the weight of a row is :math:`s_i \sum_k w_k t'_{ik}`.
    out : ndarray, optional
        An array of the result's shape that receives it and is returned, in any floating dtype that ``y`` may have; it
        may overlap the other arrays. Each row is rounded once, to the dtype of ``out``. A float64 ``out`` receives
        the rows exactly as they are summed, so that ``math.fsum(out)`` is "sum" to the last bit.
    check : bool or float, optional
        None checks what is used: a ``y`` that enters a logarithm must lie in [0, 1] and a ``t`` must not be
        negative, within a tolerance of sqrt(eps) of the dtype. True also requires the rows of ``y``, and those of a
        floating ``t``, to be distributions: no NaN, and a sum of 1. A number does the same with that tolerance. False
        checks nothing. After an error the content of ``out`` is unspecified.

    Returns
    -------
    ndarray or scalar, (...)
        One loss per row, in the dtype of ``y`` if ``t`` is bool, integer or sparse, else in ``np.result_type(t, y)``.
        A reduced result is a float64.

    Raises
    ------
    TypeError
        If an argument has a dtype or type other than those above.
    ValueError
        If a value is missing (NA, None, null; NaN is a number); if shapes do not match, or have different numbers of
        axes and would broadcast to more rows than either has (labels ``(N, 1)`` against rows ``(N,)``); if ``eps`` is
        not in [0, 1) or is given with ``from_logits=True``; if ``label_smoothing`` is not in [0, 1]; if a weight is
        infinite or NaN; if ``reduction`` is unknown; if ``out`` has another shape, is read-only or overlaps itself; if
        ``check`` finds a value or a row that it does not allow. (An ``axis`` out of bounds raises ``AxisError``, a
        subclass.)
    IndexError
        If a sparse ``t`` has a column outside its shape.

    Warns
    -----
    RuntimeWarning
        If there are no rows to take the mean of (it is NaN), or if their weights sum to 0.

    See Also
    --------
    cross_entropy_labels : The same for the number of each row's class.
    log_likelihood : The same with the sign of the likelihood.
    cross_entropy_and_grad : The same with the derivatives.
    CrossEntropy : The same over many batches.

    Notes
    -----
    The edges, on every path:

    ============================ =======================================
    w_k t'_k == 0                adds exactly 0; its y is not looked at
    s == 0                       exactly 0; nothing in the row is looked at
    y == 1                       adds exactly 0
    y < eps                      log(eps)
    y == 0, eps=0                log 0 = -inf, so t > 0 gives inf
    y is NaN, t != 0             NaN
    y > 1                        an error; with check=False a negative loss
    no classes                   0
    ============================ =======================================

    and from logits, in a row that has any w_k t'_k != 0 (any other row adds exactly 0):

    ============================ =======================================
    w_k t'_k == 0                adds exactly 0, whatever z is there
    z is NaN, anywhere           NaN
    z == -inf, t == 0            as if the class were not there
    z == -inf, t > 0             inf
    z == inf                     inf; NaN where t != 0 at it
    z == -inf everywhere         NaN
    ============================ =======================================

    From probabilities, float32, float16 and bfloat16 results of rows whose terms have one sign are correctly rounded;
    with weights or label smoothing they are within 0.501 ulp. A float64 row whose terms have one sign is within 1 ulp,
    a one-hot row within 0.55 (0.6 if its one t is not 1); otherwise the error is relative to the sum of ``|t log y|``.
    From logits a loss is within 2 ulp, however small it is, if the share of the other classes is a normal number. Label
    smoothing adds 3 ulp to the bound of a float64 row and class weights add 1; a sample weight then multiplies it by 2
    and adds 0.5. (All this for terms in the range of normal numbers; integers of t above 2^53 are rounded to float64
    first.) In sums, and in a float64 ``out``, rows of float32 and narrower arguments are not rounded: their relative
    error is below 2^-34, from logits below 2^-22.

    A row has the same bits in every batch, on any number of threads and on every SIMD tier, and the same from
    one-hot rows, CSR and labels.

    Any array except ``class_weight`` and ``out`` may be a Dask array, or a column or frame of Dask. The result is then
    a lazy Dask array, reduced or not, with the same bits as the call in memory. Shapes and options are checked at
    once; what is wrong with a value is raised when the result is computed, with rows counted from the start of their
    chunk. All classes of a row must be in one chunk. A chunk is computed on one thread.

    References
    ----------
    I. J. Good, "Rational Decisions", J. Royal Statistical Society B 14 (1952), for the score;
    C. M. Bishop, *Pattern Recognition and Machine Learning* (2006), section 4.3.4, for the formula;
    C. Szegedy et al., "Rethinking the Inception Architecture" (2016), section 7, for label smoothing.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> t = np.array([[1, 0, 0], [0, 0, 1]])
    >>> y = np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    >>> xentc.cross_entropy(t, y)
    array([0.69314718, 1.38629436])
    >>> float(xentc.cross_entropy(t, y, reduction="mean", where=[True, False]))
    0.6931471805599453
    >>> z = np.array([[1000.0, 0, 0], [0, 0, -1000]])
    >>> float(xentc.cross_entropy(t, z, from_logits=True, reduction="sum").round(6))
    1000.693147
    """
    answer: np.ndarray | np.float64 | None
    answer = small(DENSE, LOSS, t, y, axis, eps, from_logits, label_smoothing, class_weight, sample_weight, where,
                   None, reduction, out, check)  # fmt: skip
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
    return losses(DenseTargets, t, y, options, reduction, out)


@public
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
    out: Out = None,
    check: Check = None,
) -> np.ndarray | np.float64:
    r"""Log-likelihood of probabilities, or of logits, in nats: minus the cross-entropy.

    .. math:: \log L_i = s_i \sum_k w_k\, t'_{ik} \log \max(y_{ik}, \mathrm{eps})

    With counts in ``t`` it is the log-likelihood of all the throws together, up to a constant that does not
    depend on ``y``. Parameters, result, edges, errors and accuracy are as in :func:`cross_entropy`.

    Examples
    --------
    A die was thrown 12 times, each face coming up twice: more likely with a fair die than with a loaded one.

    >>> import numpy as np, xentc
    >>> counts = np.array([2, 2, 2, 2, 2, 2])
    >>> fair = np.full(6, 1 / 6)
    >>> loaded = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
    >>> bool(xentc.log_likelihood(counts, fair) > xentc.log_likelihood(counts, loaded))
    True
    """
    answer: np.ndarray | np.float64 | None
    answer = small(DENSE, LIKELIHOOD, t, y, axis, eps, from_logits, label_smoothing, class_weight, sample_weight,
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
    return losses(DenseTargets, t, y, options, reduction, out, negate=False)
