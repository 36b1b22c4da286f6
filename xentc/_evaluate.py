"""From a caller's arguments to the kernels and back: the one route of every function over rows."""

import threading
import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _arguments as arguments
from . import _kernels, _parallel
from ._exact import ExactSum
from ._targets import BinaryTargets, CsrTargets, DenseTargets, Labels, Targets

Kind = type[DenseTargets] | type[Labels] | type[BinaryTargets]
REDUCTIONS = ("none", "sum", "mean", "weighted_mean")
_RESULT_CODES = {np.dtype(np.float16): 0, np.dtype(np.float32): 1, np.dtype(np.float64): 2}
_UNCHECKED = -1.0


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may ask for besides the two arrays; the names and meanings of `cross_entropy`'s keywords."""

    axis: int = -1
    eps: float | None = None
    label_smoothing: float = 0.0
    class_weight: npt.ArrayLike | None = None
    sample_weight: npt.ArrayLike | None = None
    where: npt.ArrayLike | None = None
    ignore_index: int | None = None
    check: bool = False
    # Not offered by those functions: y clipped from above too (labels only), and sums of rows of y that are
    # further from 1 than this counted by check, instead of refused. scikit-learn does both.
    ceiling: float = np.inf
    count_off_sums: float | None = None


class Totals(NamedTuple):
    """What is left of any number of rows: all exact, so that parts add up to the whole in any order."""

    loss: ExactSum = ExactSum()
    weight: ExactSum = ExactSum()
    count: int = 0  # type: ignore[assignment]  # of rows; what tuple.count does is not missed
    clipped: int = 0
    off_sums: int = 0

    def merge(self, other: "Totals") -> "Totals":
        return Totals(
            self.loss.merge(other.loss),
            self.weight.merge(other.weight),
            self.count + other.count,
            self.clipped + other.clipped,
            self.off_sums + other.off_sums,
        )


def losses(
    kind: Kind,
    t: Any,
    y: npt.ArrayLike,
    options: Options,
    reduction: str,
    out: np.ndarray[Any, Any] | None,
    *,
    negate: bool = True,
) -> Any:
    """Losses (or log-likelihoods) of the rows, reduced as asked, in `out` if there is one."""
    arguments.check_choice("reduction", reduction, REDUCTIONS)
    targets, result = _prepare(kind, t, y, options)
    reduced = reduction != "none"
    dtype = np.dtype(np.float64) if reduced else result
    target = arguments.check_out(out, () if reduced else targets.shape, dtype)
    answer: Any
    if reduced:
        answer = _reduce(_run(targets, result, options, None, negate, reduction == "weighted_mean", False), reduction)
    else:
        answer = target if _takes_rows(target, targets, options) else np.empty(targets.shape, result)
        _run(targets, result, options, answer, negate, False, False)
    if target is None:
        return answer[()]
    if answer is not target:
        # A loss above the range of a narrower out is inf, as where it is written directly.
        with np.errstate(over="ignore"):
            target[...] = answer
    return target


def totals(
    kind: Kind,
    t: Any,
    y: npt.ArrayLike,
    options: Options,
    dtype: np.dtype[Any] | None = None,
    weighed: bool = True,
    count_clipped: bool = True,
) -> Totals:
    """Exact totals of the rows, which are rounded to `dtype`, or as `losses` has them."""
    targets, result = _prepare(kind, t, y, options)
    return _run(targets, dtype or result, options, None, True, weighed, count_clipped)


def _prepare(kind: Kind, t: Any, y: npt.ArrayLike, options: Options) -> tuple[Targets, np.dtype[Any]]:
    targets = kind.from_arguments(t, y, options.axis)
    return targets, arguments.result_dtype(targets.dtype, targets.y.dtype)


def _takes_rows(out: np.ndarray[Any, Any] | None, targets: Targets, options: Options) -> bool:
    """Whether the kernel can write into out while it reads the rest."""
    if out is None or not out.dtype.isnative or not out.flags.aligned:
        return False
    read = [*targets.arrays, targets.y, options.sample_weight, options.where]
    return not any(isinstance(array, np.ndarray) and np.may_share_memory(out, array) for array in read)


def _run(
    targets: Targets,
    result: np.dtype[Any],
    options: Options,
    rows: np.ndarray[Any, Any] | None,
    negate: bool,
    weighed: bool,
    count_clipped: bool,
    *,
    in_order: bool = False,
) -> Totals:
    """One pass: rows into `rows`, or totals."""
    y = targets.y
    n_classes = y.shape[-1]
    check_t = options.check and targets.t_dtype.kind == "f"
    job = _kernels.Job(
        targets.job_arrays,
        y,
        rows,
        source=targets.source,
        where=arguments.as_mask(options.where, targets.shape),
        sample_weight=arguments.as_sample_weight(options.sample_weight, targets.shape),
        class_weight=arguments.as_class_weight(options.class_weight, n_classes),
        ignore_index=arguments.check_ignore_index(options.ignore_index, targets.dtype),
        label_smoothing=arguments.check_label_smoothing(options.label_smoothing),
        summed=rows is None,
        weighed=weighed,
        count_clipped=count_clipped,
        negate=negate,
        double=result == np.float64,
        from_logits=False,
        eps=arguments.check_eps(options.eps, y.dtype, np.dtype(np.float64) if targets.source == "binary" else result),
        result=_RESULT_CODES[result],
        stored=_RESULT_CODES[result if rows is None else rows.dtype],
        tolerance_t=arguments.tolerance(targets.t_dtype) if check_t else _UNCHECKED,
        tolerance_y=_tolerance_y(options, y.dtype),
        ceiling=options.ceiling,
        count_off_sums=options.count_off_sums is not None,
        in_order=in_order,
        grad=None,
        hess=None,
        grad_scale=1.0,
        lock=threading.Lock(),
    )
    _parallel.run(job)
    if job.bad_row is not None:
        trouble, row = job.bad_row
        if trouble == "not canonical":
            assert isinstance(targets, CsrTargets)
            return _run(targets.canonical(), result, options, rows, negate, weighed, count_clipped)
        if y.ndim > 2 and not in_order:
            # Rows were taken as they lie in memory. Once more in C order, to name the first one.
            return _run(targets, result, options, rows, negate, weighed, count_clipped, in_order=True)
        raise targets.error(trouble, row)
    return Totals(ExactSum(*job.exact_sum), ExactSum(*job.exact_weight), job.n_counted, job.n_clipped, job.n_off_sums)


def _tolerance_y(options: Options, y: np.dtype[Any]) -> float:
    if not options.check:
        return _UNCHECKED
    return arguments.tolerance(y) if options.count_off_sums is None else options.count_off_sums


def _reduce(total: Totals, reduction: str) -> np.float64:
    loss = np.float64(float(total.loss))
    if reduction == "sum":
        return loss
    divisor = float(total.weight) if reduction == "weighted_mean" else float(total.count)
    return mean(loss, divisor, total.count, reduction, 5)


def mean(loss: np.float64, divisor: float, count: int, reduction: str, stacklevel: int) -> np.float64:
    """loss / divisor, with a word where there is nothing to divide by."""
    if divisor == 0:
        what = "no rows" if count == 0 else "rows whose weights sum to 0"
        warnings.warn(
            f"the {reduction.replace('_', ' ')} of {what} is not defined", RuntimeWarning, stacklevel=stacklevel
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.float64(loss / np.float64(divisor))
    return np.float64(loss / divisor)
