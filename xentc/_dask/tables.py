"""Frames with columns for all that is asked: an evaluation of each partition, read as a table in memory is."""

import functools
from typing import Any

import numpy as np

from .._evaluation.accumulator import Evaluation
from .._evaluation.parts import summed
from .._evaluation.reading import evaluate_read
from . import frames
from .chunks import added_up, states_of
from .evaluation import OBJECT
from .operands import Operand, Operands, aligned

Array = Any  # of Dask


def report(labels: Any, y: Any, rows: dict[str, Any], asked: dict[str, Any]) -> Array:
    """As `evaluate_read`'s, for frames of Dask: lazy, the one element of an array without axes."""
    if not frames.is_lazy(y):
        what = "a path" if isinstance(y, str) else f"a {type(y).__name__}"
        raise TypeError(
            f"y must be a Dask frame where other arguments are Dask's; got {what}: read it by dask.dataframe"
        )
    if asked["id"] is not None:
        raise ValueError(f"id must be None for Dask frames; got {asked['id']!r}: join them by their merge() before")
    columns = {"labels": labels, **rows}
    by_name = {name: value for name, value in columns.items() if value is None or isinstance(value, str)}
    given = {name: value for name, value in columns.items() if name not in by_name}
    arrays = frames.as_arrays({"y": y, **given}, {"y", *given})
    operands = []
    for name, value in arrays.items():
        array = value if frames.is_array(value) else np.asarray(value)
        if array.ndim > 1:
            raise ValueError(f"{name} must have one axis, the rows, for tables; got the shape {array.shape}")
        operands.append(Operand(name, array, (0,) * array.ndim))
    do = functools.partial(_evaluated, by_name, asked)
    return added_up(states_of(Operands(aligned(operands), (0,)), do), _sum, _report, OBJECT)


def _evaluated(by_name: dict[str, Any], asked: dict[str, Any], *, y: Any, **given: Any) -> Evaluation | None:
    """Of one partition; one without rows does not tell what its columns are."""
    if not len(y):
        return None
    arguments = by_name | given
    return evaluate_read(arguments.pop("labels"), y, **arguments, **asked)


def _sum(a: Evaluation | None, b: Evaluation | None) -> Evaluation | None:
    if a is None or b is None:
        return b if a is None else a
    return summed(a, b)


def _report(total: Evaluation | None) -> Any:
    if total is None:
        raise ValueError("y must have rows: all partitions of the frame are empty")
    return total.report()
