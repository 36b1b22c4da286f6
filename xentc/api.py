"""The public functions: what each computes, takes, returns and raises."""

import threading
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _arguments, _kernels, _parallel
from ._exact import ExactSum

_RESULT_CODES = {np.dtype(np.float16): 0, np.dtype(np.float32): 1, np.dtype(np.float64): 2}
_UNCHECKED = -1.0


def _not_a_distribution(name: str, array: np.ndarray[Any, Any], row: int) -> ValueError:
    """What is wrong with a row, in words."""
    where = np.unravel_index(row, array.shape[:-1])
    position = tuple(int(i) for i in where)
    shown: Any = position[0] if len(position) == 1 else position
    values = np.asarray(array[position], dtype=np.float64)
    place = f" in row {shown}" if position else ""
    outside = np.flatnonzero(~((values >= 0) & (values <= 1)))
    if outside.size:
        k = int(outside[0])
        return ValueError(f"{name} must be probabilities in [0, 1]; got {values[k]}{place}, column {k}")
    if not values.size:
        return ValueError(f"{name} must sum to 1, but has no classes; its shape is {array.shape}")
    k = int(np.argmax(values))
    return ValueError(
        f"{name} must sum to 1 within {_arguments.tolerance(array.dtype):.3g}; the sum is {float(values.sum())}{place}"
        f" (its largest value, {values[k]}, is in column {k})"
    )


def _compute(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    axis: int,
    eps: float | None,
    reduction: str,
    out: np.ndarray[Any, Any] | None,
    check: bool,
    negate: bool,
) -> Any:
    """The general route of cross_entropy and log_likelihood."""
    t, y = _arguments.as_array("t", t), _arguments.as_array("y", y)
    _arguments.check_choice("reduction", reduction, _arguments.REDUCTIONS)
    result = _arguments.result_dtype(t.dtype, y.dtype)
    clip = _arguments.check_eps(eps, y.dtype, result)
    t, y = _arguments.broadcast(t, y, axis)
    reduced = reduction != "none"
    shape = () if reduced else y.shape[:-1]
    target = _arguments.check_out(out, shape, np.dtype(np.float64) if reduced else result)

    rows = None
    if not reduced:
        direct = (
            target is not None
            and target.dtype.isnative
            and target.flags.aligned
            and not np.may_share_memory(target, t)
            and not np.may_share_memory(target, y)
        )
        rows = target if direct else np.empty(shape, result)

    def run(in_order: bool) -> _kernels.Job:
        job = _kernels.Job(
            t,
            y,
            rows,
            summed=reduced,
            negate=negate,
            double=result == np.float64,
            eps=clip,
            result=_RESULT_CODES[result],
            stored=_RESULT_CODES[result if rows is None else rows.dtype],
            # Counts, bool or integer, are ordinary targets and need not sum to 1.
            tolerance_t=_arguments.tolerance(t.dtype) if check and t.dtype.kind == "f" else _UNCHECKED,
            tolerance_y=_arguments.tolerance(y.dtype) if check else _UNCHECKED,
            in_order=in_order,
            lock=threading.Lock(),
        )
        _parallel.run(job)
        return job

    job = run(in_order=False)
    if job.bad_row is not None and y.ndim > 2:
        # Rows were taken as they lie in memory, and the first found there depends on the threads.
        job = run(in_order=True)
    if job.bad_row is not None:
        name, row = job.bad_row
        raise _not_a_distribution(name, t if name == "t" else y, row)
    answer: Any = rows
    if reduced:
        answer = _reduced(ExactSum(*job.exact_sum), job.n_rows, reduction)
    if target is None:
        return answer[()]
    if answer is not target:
        with np.errstate(over="ignore"):  # a loss above float16's or float32's range is inf, as on the direct way
            target[...] = answer
    return target


def _reduced(total: ExactSum, n_rows: int, reduction: str) -> np.float64:
    if reduction == "sum":
        return np.float64(float(total))
    if n_rows == 0:
        warnings.warn("the mean of no rows is NaN", RuntimeWarning, stacklevel=4)
        return np.float64(np.nan)
    return np.float64(float(total) / n_rows)


def cross_entropy(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    reduction: str = "none",
    out: np.ndarray[Any, Any] | None = None,
    check: bool = False,
) -> Any:
    r"""Cross-entropy of probabilities, in nats.

    .. math:: L_i = -\sum_k t_{ik} \log \max(y_{ik}, \mathrm{eps})

    Parameters
    ----------
    t : array_like, (..., K)
        Targets: one-hot rows, distributions, frequencies or counts. bool, any integer, float16, float32 or
        float64.
    y : array_like, (..., K)
        Predicted probabilities, float16, float32 or float64; integers and bool are read as float64. ``t``
        and ``y`` broadcast against each other, but never along the classes. Nothing is renormalised.
    axis : int
        The class axis of the broadcast arrays.
    eps : float, optional
        ``y`` is clipped from below at it, in the precision of the computation; None means
        ``np.finfo(y.dtype).eps`` (of float64 where ``y`` is not floating), and 0 exact mathematics,
        ``log 0 = -inf``.
    reduction : {"none", "sum", "mean"}
        "sum" is the correctly rounded sum of the rows as "none" returns them, ``math.fsum`` of them to the
        last bit; "mean" is that sum divided once by their number.
    out : ndarray, optional
        Takes the result, of whose shape it must be, in float16, float32 or float64; it may overlap ``t`` and
        ``y``, and is returned.
    check : bool
        Verify in the same pass that the rows of ``y``, and those of ``t`` if it is floating, are
        distributions: no NaN, all in [0, 1], a sum of 1 within sqrt(eps) of the dtype. After an error the
        content of ``out`` is unspecified.

    Returns
    -------
    ndarray or scalar, (...)
        One loss a row, in the dtype of ``y`` where ``t`` is bool or integer, else in ``np.result_type(t, y)``.
        A reduced result is a float64.

    Raises
    ------
    TypeError
        If an argument has a dtype or type other than those above.
    ValueError
        If shapes do not match, ``eps`` is not in [0, 1), ``reduction`` is unknown, ``out`` has another shape or
        is read-only, or ``check`` found a row that is no distribution. (An ``axis`` out of bounds is an
        ``AxisError``, which is one.)

    Warns
    -----
    RuntimeWarning
        If "mean" is asked of no rows; it is NaN.

    See Also
    --------
    log_likelihood : The same with the sign of the likelihood.

    Notes
    -----
    The edges, on every path:

    ============================ =======================================
    t == 0                       adds exactly 0; y there is not looked at
    y == 1                       adds exactly 0
    y < eps                      log(eps)
    y == 0, eps=0                log 0 = -inf, so t > 0 gives inf
    y is NaN, t != 0             NaN
    y > 1                        log y > 0: a negative loss
    no classes                   0
    ============================ =======================================

    float32 and float16 results are correctly rounded (error at most 0.501 ulp). In float64 a row whose terms
    have one sign is within 1 ulp, a one-hot row within 0.55; else the error is relative to the sum of
    ``|t log y|``. A row has the same bits in every batch, on any number of threads and every SIMD tier.

    References
    ----------
    I. J. Good, "Rational Decisions", J. Royal Statistical Society B 14 (1952), for the score;
    C. M. Bishop, *Pattern Recognition and Machine Learning* (2006), section 4.3.4, for the formula.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> t = np.array([[1, 0, 0], [0, 0, 1]])
    >>> y = np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    >>> xentc.cross_entropy(t, y)
    array([0.69314718, 1.38629436])
    """
    if axis == -1 and eps is None and out is None and not check and reduction == "none":
        loss = _kernels.small(t, y)
        if loss is not None:
            return loss
    return _compute(t, y, axis, eps, reduction, out, check, True)


def log_likelihood(
    t: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    axis: int = -1,
    eps: float | None = None,
    reduction: str = "none",
    out: np.ndarray[Any, Any] | None = None,
    check: bool = False,
) -> Any:
    r"""Log-likelihood of probabilities, in nats: minus the cross-entropy.

    .. math:: \log L_i = \sum_k t_{ik} \log \max(y_{ik}, \mathrm{eps})

    With counts in ``t`` it is the log-likelihood of all the throws together, up to a constant that does not
    depend on ``y``. Parameters, result, errors and accuracy are those of :func:`cross_entropy`.

    Examples
    --------
    A die was thrown 12 times; a fair one makes that likelier than a loaded one.

    >>> import numpy as np, xentc
    >>> counts = np.array([2, 2, 2, 2, 2, 2])
    >>> fair = np.full(6, 1 / 6)
    >>> loaded = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
    >>> bool(xentc.log_likelihood(counts, fair) > xentc.log_likelihood(counts, loaded))
    True
    """
    return _compute(t, y, axis, eps, reduction, out, check, False)
