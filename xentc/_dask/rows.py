"""Losses of rows, and their reductions."""

import functools
from typing import Any

import numpy as np

from .._core.options import Options
from .._core.rows import Kind, Wanted, prepare, run
from .._core.rows import losses as losses_in_memory
from .._core.rows import totals as totals_in_memory
from .._core.totals import Totals, reduced
from .chunks import added_up, over_chunks, states_of
from .operands import plan

Array = Any  # of Dask
FLOAT64 = np.dtype(np.float64)


def losses(kind: Kind, t: Any, y: Any, options: Options, reduction: str, out: Any, *, negate: bool) -> Array:
    """As `_core.rows.losses`, for arguments of which at least one is Dask's."""
    refuse_out("out", out)
    planned = plan(kind, t, y, options)
    if reduction == "none":
        do = functools.partial(_losses, planned.kind, planned.options, negate)
        return over_chunks(planned.operands, do, planned.operands.rows, planned.inputs.result)
    do = functools.partial(_totals, planned.kind, planned.options, negate, reduction == "weighted_mean")
    return added_up(
        states_of(planned.operands, do), Totals.merge, functools.partial(reduced, reduction=reduction), FLOAT64
    )


def totals(kind: Kind, t: Any, y: Any, options: Options) -> Totals:
    """As `_core.rows.totals`, computed at once: what comes back is one state."""
    planned = plan(kind, t, y, options)
    do = functools.partial(_all_totals, planned.kind, planned.options)
    found: Totals = added_up(states_of(planned.operands, do), Totals.merge, Kept, np.dtype(object)).compute().state
    return found


class Kept:
    """A state as the one element of a result, which Dask would take apart, as every tuple."""

    def __init__(self, state: Any) -> None:
        self.state = state


def refuse_out(name: str, value: Any) -> None:
    if value is not None:
        raise ValueError(
            f"{name} must be None with Dask arrays, whose results are new lazy arrays; got a {type(value).__name__}:"
            " write the result where it is wanted by dask.array.store"
        )


def given(options: Options, blocks: dict[str, Any]) -> tuple[Any, Any, Options]:
    """t, y and options of one chunk, from its blocks by name, of which t and y come first."""
    (_, t), (_, y), *rest = blocks.items()
    return t, y, options.replace(**dict(rest))


def _losses(kind: Kind, options: Options, negate: bool, **blocks: Any) -> Any:
    t, y, options = given(options, blocks)
    return np.asarray(losses_in_memory(kind, t, y, options, "none", None, negate=negate))


def _totals(kind: Kind, options: Options, negate: bool, weighed: bool, **blocks: Any) -> Totals:
    t, y, options = given(options, blocks)
    return run(prepare(kind, t, y, options), Wanted(summed=True, weighed=weighed, negate=negate))


def _all_totals(kind: Kind, options: Options, **blocks: Any) -> Totals:
    t, y, options = given(options, blocks)
    return totals_in_memory(kind, t, y, options)
