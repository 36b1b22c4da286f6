"""What one batch of an `Evaluation` leaves: its rows prepared, looked at in one pass, and grouped."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import _kernels
from .._core import arguments
from .._core.arrays import as_array
from .._core.dtypes import INTEGERS
from .._core.options import Options
from .._core.rows import Wanted, prepare, run
from .._core.targets import Labels
from .groups import grouping
from .names import numbers_of
from .state import State

Array = np.ndarray[Any, Any]


def state_of(
    ours: dict[str, Any], edges: Array, labels: Any, y: Any, sample_weight: Any, where: Any, by: Any, row: Any
) -> State:
    """The state of the rows that `Evaluation.update` is given; `ours` are the options, `edges` those of the bins."""
    check_by(ours, by)
    numbers = numbers_of(labels, ours["classes"], ours["ignore_index"])
    options = Options(
        axis=ours["axis"],
        eps=ours["eps"],
        from_logits=ours["from_logits"],
        sample_weight=sample_weight,
        where=where,
        ignore_index=numbers.ignore_index,
        check=ours["check"],
    )
    inputs = prepare(Labels, numbers.labels, y, options)
    shape = inputs.targets.shape
    check_columns(ours, inputs.targets.y)
    groups = None if by is None else grouping(by, shape)
    first_row, rows = _row_numbers(row, shape)

    def evaluator() -> _kernels.Evaluator:
        return _kernels.Evaluator(
            edges=edges,
            tolerance=arguments.tolerance(inputs.targets.y.dtype),
            n_worst=ours["worst"],
            first_row=first_row,
            numbers=rows,
            groups=None if groups is None else groups.codes,
            n_groups=0 if groups is None else groups.n,
        )

    wanted = Wanted(evaluator=evaluator)
    run(inputs, wanted)
    assert wanted.evaluated is not None
    return State.of_batch(wanted.evaluated.found(), math.prod(shape), ours["bins"], ours["worst"], groups)


def check_by(ours: dict[str, Any], by: Any) -> None:
    """Refuse rows that have no group, where they should have one."""
    if ours["by"] is not None and by is None:
        raise ValueError(f"by must be given with every batch: rows are grouped by {ours['by']!r}")


def check_columns(ours: dict[str, Any], y: Array) -> None:
    """Refuse more or fewer columns than there are names."""
    names = ours["classes"]
    if names is not None and y.shape[-1] != len(names):
        raise ValueError(f"y must have a column for each of the {len(names)} classes; its shape is {np.shape(y)}")


def _row_numbers(row: Any, shape: tuple[int, ...]) -> tuple[int, Array | None]:
    """The number of the first row, and (or) those of all rows."""
    if row is None:
        return 0, None
    array = as_array("row", row, INTEGERS, scalar=True)
    if array.ndim == 0:
        return int(array), None
    try:
        return 0, np.broadcast_to(array.astype(np.int64), shape)
    except ValueError:
        raise ValueError(f"row must be one number, or one for each row, {shape}; got the shape {array.shape}") from None
