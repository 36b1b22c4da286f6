"""From a caller's arguments to the kernels and back: the one route of every function over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from .. import _kernels
from .._kernels import Trouble
from .._readers.lazy import Lazy
from . import arguments, dtypes, threads
from .checks import BadRow, Checks, checks_of
from .exact import ExactSum
from .options import REDUCTIONS, Options
from .record import Record
from .sums import sums_of
from .targets import BinaryTargets, CsrTargets, DenseTargets, Labels, Targets, bad_weight
from .totals import Totals, reduced

if TYPE_CHECKING:
    from collections.abc import Callable

    from .types import ArrayLike

Array = np.ndarray[Any, Any]
Kind = type[DenseTargets] | type[Labels] | type[BinaryTargets]
NOT_CHECKED = Checks()


class Inputs(NamedTuple):
    """What the caller passed, checked: from here on only what a row holds can be wrong."""

    targets: Targets
    result: np.dtype[Any]  # of the rows, where they are stored in no array of the caller's
    eps: float
    from_logits: bool
    label_smoothing: float
    class_weight: Array | None
    sample_weight: Array | None
    where: Array | None
    ignore_index: int | None
    checks: Checks = NOT_CHECKED
    ceiling: float = np.inf
    count_off_sums: bool = False
    pos_weight: Array | None = None

    @property
    def arrays(self) -> list[Array]:
        """All that the kernel reads besides y."""
        return [*self.targets.arrays, *(value for value in self if isinstance(value, np.ndarray))]

    def canonical(self) -> Inputs:
        """The same with the entries of sparse targets in order and without duplicates."""
        assert isinstance(self.targets, CsrTargets)
        return self._replace(targets=self.targets.canonical())


class Wanted(Record, frozen=False):
    """What a pass should produce: losses or log-likelihoods in `rows`, their sums, derivatives."""

    rows: Array | None = None
    summed: bool = False
    negate: bool = True
    weighed: bool = False
    count_clipped: bool = False
    grad: Array | None = None
    hess: Array | None = None
    grad_divisor: float = 1.0  # times grad_scale, a power of two: so it may be beyond the range of a double
    grad_scale: float = 1.0
    hess_factor: float = 1.0  # what a booster makes of hess: max(factor hess, floor)
    hess_floor: float = 0.0
    evaluator: Callable[[], _kernels.Evaluator] | None = None  # makes what asks more of every row; the last one made is
    evaluated: _kernels.Evaluator | None = None
    spread: bool = False  # sums of squares
    in_order: bool = False  # rows in C order, so that the first bad one is found at once


def losses(
    kind: Kind,
    t: Any,
    y: ArrayLike,
    options: Options,
    reduction: str,
    out: Array | None,
    *,
    negate: bool = True,
) -> np.ndarray | np.float64:
    """Losses (or log-likelihoods) of the rows, reduced as asked, in `out` if there is one."""
    try:
        inputs, target = prepare_with_out(kind, t, y, options, reduction, out)
    except Lazy:
        pass  # its way begins where this error is no longer what another happened during
    else:
        answer: np.ndarray | np.float64 = evaluate(inputs, reduction, target, Wanted(negate=negate))
        return answer if out is None else out
    from .._dask import rows

    return cast(np.ndarray, rows.losses(kind, t, y, options, reduction, out, negate=negate))  # to a caller it is Dask's


def totals(
    kind: Kind,
    t: Any,
    y: ArrayLike,
    options: Options,
    dtype: np.dtype[Any] | None = None,
    weighed: bool = True,
    count_clipped: bool = True,
) -> Totals:
    """Exact totals of the rows, computed in the precision of `dtype` if it is given, else in that of `losses`."""
    inputs = prepare(kind, t, y, options)
    if dtype is not None:
        inputs = inputs._replace(result=dtype)
    left = run(inputs, Wanted(summed=True, weighed=weighed, count_clipped=count_clipped, spread=options.variance))
    return left._replace(n_classes=inputs.targets.y.shape[-1])


def totals_of_batch(kind: Kind, t: Any, y: ArrayLike, options: Options) -> Totals:
    """The same of arrays that are here or Dask's, as `losses` takes both."""
    try:
        found = totals(kind, t, y, options)
    except Lazy:
        pass
    else:
        return found
    from .._dask import rows

    return rows.totals(kind, t, y, options)


def prepare(kind: Kind, t: Any, y: ArrayLike, options: Options) -> Inputs:
    targets = kind.from_arguments(t, y, options.axis)
    dtype = targets.y.dtype
    result = dtypes.result_dtype(targets.dtype, dtype)
    from_logits = arguments.check_flag("from_logits", options.from_logits)
    eps = 0.0
    if from_logits:
        arguments.check_no_eps(options.eps)
    else:
        precision = np.dtype(np.float64) if targets.source == "binary" else result
        eps = arguments.check_eps(options.eps, dtype, precision)
    if options.count_off_sums is not None:
        checks = Checks(slack_y=0.0, tolerance_y=options.count_off_sums)
    elif targets.source == "binary":
        checks = NOT_CHECKED  # that kernel looks at t and p itself
    else:
        checks = checks_of(arguments.as_check(options.check), targets.t_dtype, dtype, from_logits)
    return Inputs(
        targets=targets,
        result=result,
        eps=eps,
        from_logits=from_logits,
        label_smoothing=arguments.check_label_smoothing(options.label_smoothing),
        class_weight=arguments.as_class_weight(options.class_weight, targets.y.shape[-1]),
        sample_weight=arguments.as_sample_weight(options.sample_weight, targets.shape),
        where=arguments.as_mask(options.where, targets.shape),
        ignore_index=arguments.check_ignore_index(options.ignore_index, targets.arrays[0].dtype),
        checks=checks,
        ceiling=options.ceiling,
        count_off_sums=options.count_off_sums is not None,
        pos_weight=arguments.as_sample_weight(options.pos_weight, targets.shape, "pos_weight"),
    )


def prepare_with_out(
    kind: Kind, t: Any, y: ArrayLike, options: Options, reduction: str, out: Array | None
) -> tuple[Inputs, Array | None]:
    arguments.check_choice("reduction", reduction, REDUCTIONS)
    inputs = prepare(kind, t, y, options)
    if reduction == "none":
        return inputs, arguments.check_out(out, inputs.targets.shape, inputs.result)
    return inputs, arguments.check_out(out, (), np.dtype(np.float64))


def evaluate(inputs: Inputs, reduction: str, out: Array | None, wanted: Wanted) -> Any:
    """The rows, reduced as asked, in `out` if there is one; and whatever else is wanted."""
    answer: Any
    if reduction == "none":
        direct = out is not None and can_be_written(out, [*inputs.arrays, inputs.targets.y])
        # Of the dtype of the caller's, so that a row is rounded once whichever way it takes.
        dtype = inputs.result if out is None else out.dtype.newbyteorder("=")
        answer = out if direct else np.empty(inputs.targets.shape, dtype)
        wanted.rows = answer
        run(inputs, wanted)
    else:
        wanted.summed, wanted.weighed = True, reduction == "weighted_mean"
        answer = reduced(run(inputs, wanted), reduction)
    if out is None:
        return answer[()]
    if answer is not out:
        copy_into(out, answer)
    return out


def can_be_written(array: Array, read: list[Array]) -> bool:
    """Whether the kernel can write into the array while it reads the others."""
    if not array.dtype.isnative or not array.flags.aligned:
        return False
    return not any(arguments.overlap(array, other) for other in read)


def copy_into(out: Array, answer: Any) -> None:
    """Copy, with values beyond the range of a narrower out becoming inf, as when it is written directly."""
    with np.errstate(all="ignore"):
        out[...] = answer


def run(inputs: Inputs, wanted: Wanted) -> Totals:
    """One pass, or a second one if the first found something that it cannot handle."""
    totals, bad = attempt(inputs, wanted)
    if bad is None:
        return totals
    if bad.trouble == Trouble.NOT_CANONICAL:
        return run(inputs.canonical(), wanted)
    if inputs.targets.y.ndim > 2 and not wanted.in_order:
        # Rows were taken as they lie in memory. Once more in C order, to name the first one.
        return run(inputs, wanted.replace(in_order=True))
    if bad.trouble in (Trouble.BAD_WEIGHT, Trouble.BAD_POS_WEIGHT):
        raise bad_weight(bad, inputs.targets.shape)
    raise inputs.targets.error(bad, inputs.checks)


def attempt(inputs: Inputs, wanted: Wanted) -> tuple[Totals, BadRow | None]:
    """One pass, and the first row with which something is wrong, if there is one."""
    if wanted.evaluator is not None:
        wanted.evaluated = wanted.evaluator()
    job = _kernels.Job(inputs, wanted)
    threads.run(job)
    left = Totals(ExactSum(*job.exact_sum), ExactSum(*job.exact_weight), job.n_counted, job.n_clipped, job.n_off_sums)
    if wanted.spread:
        left = left._replace(squares=sums_of(job.spread(), 0))
    return left, BadRow(*job.bad_row) if job.bad_row else None
