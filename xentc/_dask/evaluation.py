"""Evaluations: an `Evaluation` of each chunk, all of them added up."""

import functools
import math
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import dask.array as da
import numpy as np

from .._core.options import Options
from .._core.targets import Labels
from .._evaluation.accumulator import Evaluation
from .._evaluation.batch import check_by, check_columns
from .._evaluation.parts import numbered_from, summed
from .._evaluation.state import State
from . import frames
from .chunks import added_up, states_of
from .operands import Operand, Plan, plan
from .rows import Kept

Array = Any  # of Dask
OBJECT = np.dtype(object)


def report(evaluation: Evaluation, **arguments: Any) -> Array:
    """The lazy report of what `update` would add to an empty evaluation: the one element of an array without axes."""
    return _added(evaluation, arguments, Evaluation.report)


def state(evaluation: Evaluation, **arguments: Any) -> State:
    """What `update` adds, computed at once; all that comes here is one state."""
    kept = _added(evaluation, arguments, Kept).compute()
    found: State = kept.state._held.total()
    return found


def _added(evaluation: Evaluation, arguments: dict[str, Any], finish: Callable[[Evaluation], Any]) -> Array:
    row = arguments["row"]
    for_each = row is not None and (frames.is_lazy(row) or np.ndim(row) > 0)
    planned = _plan(evaluation, arguments, row if for_each else None)
    numbered = any(one.name.startswith("row") for one in planned.operands.all)
    do = functools.partial(_evaluated, evaluation._options, planned.inputs.targets.shape)
    add = functools.partial(summed, moved=not numbered)
    first_row = 0 if row is None or for_each else operator.index(row)
    return added_up(states_of(planned.operands, do), add, functools.partial(_finished, first_row, finish), OBJECT)


def _plan(evaluation: Evaluation, arguments: dict[str, Any], row: Any) -> Plan:
    ours = evaluation._options
    options = Options(
        axis=ours["axis"],
        eps=ours["eps"],
        from_logits=ours["from_logits"],
        sample_weight=arguments["sample_weight"],
        where=arguments["where"],
        check=ours["check"],
    )
    columns = {name: value for name, value in (("by", arguments["by"]), ("row", row)) if value is not None}
    check_by(ours, arguments["by"])
    named = ours["classes"] is not None
    planned = plan(Labels, arguments["labels"], arguments["y"], options, columns=columns, named=named)
    check_columns(ours, planned.inputs.targets.y)
    if row is not None or _is_in_order(planned):
        return planned
    return replace(planned, operands=planned.operands.plus(*_places(planned)))


def _is_in_order(planned: Plan) -> bool:
    """Whether the rows of one chunk come before those of the next, in C order."""
    first = next((axis for axis in planned.operands.rows if len(planned.operands.chunks(axis)) > 1), None)
    if first is None:
        return True
    shape = planned.inputs.targets.shape
    return all(shape[axis] == 1 for axis in range(first)) and all(
        len(planned.operands.chunks(axis)) == 1 for axis in planned.operands.rows[first + 1 :]
    )


def _places(planned: Plan) -> list[Operand]:
    """Along each axis the places of the rows, from which their numbers follow."""
    if planned.operands.unknown:
        raise ValueError(
            "y must have chunks of known lengths where rows have several axes in chunks, as rows have numbers: write"
            " y.compute_chunk_sizes(), or rechunk all but the first axis to one chunk"
        )
    shape = planned.inputs.targets.shape
    return [
        Operand(f"row_{axis}", da.arange(shape[axis], chunks=(planned.operands.chunks(axis),)), (axis,))
        for axis in planned.operands.rows
    ]


def _evaluated(ours: dict[str, Any], shape: tuple[int, ...], *, labels: Any, y: Any, **rows: Any) -> Evaluation:
    """Of one chunk."""
    evaluation = Evaluation(**ours)
    places = [rows.pop(f"row_{axis}") for axis in range(len(shape)) if f"row_{axis}" in rows]
    if places:
        steps = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
        rows["row"] = sum(np.ix_(*(place * step for place, step in zip(places, steps, strict=True))))
    evaluation.update(labels, y, **rows)
    return evaluation


def _finished(first_row: int, finish: Callable[[Evaluation], Any], total: Evaluation) -> Any:
    return finish(numbered_from(total, first_row) if first_row else total)
