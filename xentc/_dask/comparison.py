"""compare: the paired losses of each chunk, added up."""

import functools
from typing import Any

import numpy as np

from .._core.options import Options
from .._core.targets import Labels
from .._evaluation.comparison import Pairs, named, pairs_of, refuse_other_rows
from . import frames
from .chunks import added_up, states_of
from .operands import Operands, aligned, plan

Array = Any  # of Dask


def compare(labels: Any, y_a: Any, y_b: Any, names: tuple[Any, ...] | None, options: Options) -> Array:
    """As `compare`, for arguments of which at least one is Dask's: lazy, the element of an array without axes."""
    rows = {"sample_weight": options.sample_weight, "where": options.where}
    columns = {"labels": labels, "y_a": y_a, "y_b": y_b, **rows}
    given = frames.as_arrays(columns, ["labels"] if names is not None else [])
    labels = given.pop("labels")
    options = options.replace(**{name: given[name] for name in rows})
    plans = []
    for name in ("y_a", "y_b"):
        with named(name):
            ours = options.replace(ignore_index=None if names is not None else options.ignore_index)
            plans.append(plan(Labels, labels, given[name], ours, names=("labels", name), named=names is not None))
    a, b = plans
    refuse_other_rows(a.inputs, b.inputs)
    second = next(one for one in b.operands.all if one.name == "y_b")
    operands = Operands(aligned([*a.operands.all, second]), a.operands.axes)
    do = functools.partial(_pairs, names, a.options.replace(ignore_index=options.ignore_index))
    return added_up(states_of(operands, do), Pairs.plus, Pairs.result, np.dtype(object))


def _pairs(names: Any, options: Options, labels: Any, y_a: Any, y_b: Any, **rows: Any) -> Pairs:
    return pairs_of(labels, y_a, y_b, names, options.replace(**rows))
