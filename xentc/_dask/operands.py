"""The arguments of a call as Dask arrays: which axis of each meets which, and what is refused before anything runs."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import dask.array as da
import numpy as np

from .._core import arrays, dtypes
from .._core.labels import read_labels
from .._core.options import Options
from .._core.rows import Inputs, Kind, prepare
from .._core.targets import BinaryTargets, Labels
from . import frames

Array = Any  # of Dask
CLASSES = -1  # the number of the class axis; those of the rows' axes are 0, 1, ...
UNKNOWN = (1 << 20) - 3  # stands for a length that nobody knows, where shapes are looked at
_ROW_OPTIONS = ("sample_weight", "where", "pos_weight")


@dataclass(frozen=True)
class Operand:
    """An argument that has a value for each row, or for each class of each row."""

    name: str
    array: Array
    axes: tuple[int, ...]  # the number of each of its own

    def chunks(self, axis: int) -> tuple[float, ...] | None:
        """Those along an axis; None if it has no such axis, or is broadcast along it."""
        if axis not in self.axes:
            return None
        chunks: tuple[float, ...] = self.array.chunks[self.axes.index(axis)]
        return None if len(chunks) == 1 and chunks[0] == 1 else chunks


@dataclass(frozen=True)
class Operands:
    """Arguments whose chunks meet."""

    all: tuple[Operand, ...]
    axes: tuple[int, ...]  # of all together, in the order that a gradient has

    @property
    def rows(self) -> tuple[int, ...]:
        return tuple(axis for axis in self.axes if axis != CLASSES)

    @property
    def unknown(self) -> bool:
        """Whether lengths of chunks are unknown along some axis."""
        return any(math.isnan(n) for one in self.all for chunks in one.array.chunks for n in chunks)

    def has(self, name: str) -> bool:
        return any(one.name == name for one in self.all)

    def chunks(self, axis: int) -> tuple[float, ...]:
        """Along an axis of the rows: those that Dask cuts all into where they differ."""
        found = {chunks for one in self.all if (chunks := one.chunks(axis)) is not None}
        if len(found) > 1 and not self.unknown:
            edges = sorted({edge for chunks in found for edge in itertools.accumulate(chunks)})
            return tuple(b - a for a, b in zip([0, *edges], edges, strict=False))
        return next(iter(found), (1,))

    def without(self, name: str) -> "Operands":
        return Operands(tuple(one for one in self.all if one.name != name), self.axes)

    def plus(self, *more: Operand) -> "Operands":
        return Operands((*self.all, *more), self.axes)


@dataclass(frozen=True)
class Plan:
    """The arguments of a call, looked at: t and y first."""

    kind: Kind
    operands: Operands
    options: Options  # without the operands
    inputs: Inputs  # of arrays that only have the shapes


def plan(
    kind: Kind,
    t: Any,
    y: Any,
    options: Options,
    *,
    look: Callable[..., Inputs] = prepare,
    names: tuple[str, str] | None = None,
    columns: dict[str, Any] | None = None,
    named: bool = False,
) -> Plan:
    """Arguments of which at least one is Dask's. `columns` are more of them with a value for each row, of any type.

    With `named` t may hold names. `look` makes of the arguments what shapes and options are judged by.
    """
    names = names or {Labels: ("labels", "y"), BinaryTargets: ("t", "p")}.get(kind, ("t", "y"))
    rows_of_options = {name: getattr(options, name) for name in _ROW_OPTIONS if getattr(options, name) is not None}
    columns = columns or {}
    any_type = {*columns, *names[: 1 if named else 0]}
    values = frames.as_arrays({names[0]: t, names[1]: y, **rows_of_options, **columns}, any_type)
    values = {name: as_given(name, value, as_it_is=name in any_type) for name, value in values.items()}
    given = {name: value for name, value in values.items() if name not in columns}
    if frames.is_lazy(options.class_weight):
        raise TypeError(
            f"class_weight must be in memory, not a Dask {type(options.class_weight).__name__}; call its compute()"
        )
    _look_at_class_axis(kind, given, options.axis, names)
    stand_ins = {name: _stand_in(name, value, as_it_is=named and name == names[0]) for name, value in given.items()}
    own = {name: stand_ins[name] for name in _ROW_OPTIONS if name in given}
    try:
        inputs = look(kind, stand_ins[names[0]], stand_ins[names[1]], options.replace(**own))
    except (ValueError, IndexError) as error:  # AxisError is both
        if str(UNKNOWN) not in str(error):
            raise
        hint = "; a length that is nan is not known: compute_chunk_sizes() of a Dask array finds it"
        raise ValueError(str(error).replace(str(UNKNOWN), "nan") + hint) from None
    n_rows = len(inputs.targets.shape)
    rows = tuple(range(n_rows))
    full = rows
    if kind is not BinaryTargets:
        at = inputs.targets.axis + n_rows + 1
        full = (*rows[:at], CLASSES, *rows[at:])
    axes = {names[1]: full, names[0]: rows if kind is Labels else full}
    operands = [Operand(name, value, _last(axes.get(name, rows), value.ndim, name)) for name, value in values.items()]
    if options.class_weight is not None:
        options = options.replace(class_weight=inputs.class_weight)
    options = options.replace(**dict.fromkeys(_ROW_OPTIONS))
    return Plan(kind, Operands(aligned(operands), full), options, inputs)


def as_given(name: str, value: Any, *, as_it_is: bool = False) -> Any:
    """An argument that is no frame as an array, of Dask or in memory; with `as_it_is` it may hold names."""
    if frames.is_array(value):
        return value
    if hasattr(value, "tocsr"):
        if name != "t":
            raise TypeError(f"{name} must be a dense array, not the sparse {type(value).__name__}")
        return value.tocsr()
    if not as_it_is:
        return arrays.read(name, value)
    values = read_labels(name, value, as_they_are=True)
    return values if isinstance(values, np.ndarray) else np.asarray(values.column, object).reshape(values.shape)


def _look_at_class_axis(kind: Kind, given: dict[str, Any], axis: Any, names: tuple[str, str]) -> None:
    """The classes of a row must be in one chunk."""
    if kind is BinaryTargets or not hasattr(axis, "__index__"):
        return
    with_classes = names[1:] if kind is Labels else names
    ndim = max(given[name].ndim for name in with_classes)
    for name in with_classes:
        own = (axis if axis < 0 else axis - ndim) + given[name].ndim
        if 0 <= own < given[name].ndim:
            refuse_parts_of_rows(name, given[name], own)


def refuse_parts_of_rows(name: str, array: Any, axis: int) -> None:
    """Refuse an array of Dask that has more chunks than one along its class axis, or an unknown number of classes."""
    if not frames.is_array(array):
        return
    if len(array.chunks[axis]) > 1:
        raise ValueError(
            f"{name} must have all classes of a row in one chunk; along axis {axis} it has {len(array.chunks[axis])}:"
            f" write {name}.rechunk({{{axis}: -1}})"
        )
    if math.isnan(array.shape[axis]):
        raise ValueError(
            f"{name} must have a known number of classes; its shape is {array.shape}: write"
            f" {name}.compute_chunk_sizes()"
        )


def _stand_in(name: str, value: Any, *, as_it_is: bool) -> Any:
    """An array of its shape and dtype that needs no memory."""
    shape = tuple(UNKNOWN if math.isnan(length) else int(length) for length in value.shape)
    dtype = value.dtype
    if hasattr(value, "tocsr") or hasattr(getattr(value, "_meta", None), "tocsr"):
        dtype = _of_sparse(dtype)
    if as_it_is:  # names, whose numbers are to come
        dtype = np.dtype(np.int64)
    elif dtypes.is_object(dtype):
        raise dtypes.refusal(name, dtype, dtypes.REAL)
    return np.broadcast_to(np.zeros((), dtype), shape)


def _of_sparse(dtype: "np.dtype[Any]") -> "np.dtype[Any]":
    """As the values of a sparse matrix leave the result's dtype to y, they are like integers."""
    if not dtypes.is_in(dtype, dtypes.REAL):
        raise dtypes.refusal("t", dtype)
    return np.dtype(np.int64)


def _last(axes: tuple[int, ...], ndim: int, name: str) -> tuple[int, ...]:
    if ndim > len(axes):
        raise ValueError(f"{name} must have at most {len(axes)} axes, those of the rows; got {ndim}")
    return axes[len(axes) - ndim :]


def aligned(operands: list[Operand]) -> tuple[Operand, ...]:
    """All as Dask's arrays, in chunks that meet; those of different lengths Dask cuts anew."""
    lazy = [one for one in operands if frames.is_array(one.array)]
    made = []
    for one in operands:
        if frames.is_array(one.array):
            made.append(one)
            continue
        chunks = tuple(
            _chunks_for(one, axis, length, lazy) for axis, length in zip(one.axes, one.array.shape, strict=True)
        )
        sparse = hasattr(one.array, "tocsr")
        made.append(replace(one, array=da.from_array(one.array, chunks=chunks, asarray=not sparse)))
    for axis in {axis for one in made for axis in one.axes} - {CLASSES}:
        _refuse_unknown(made, axis)
    return tuple(made)


def _chunks_for(one: Operand, axis: int, length: int, lazy: list[Operand]) -> Any:
    """Chunks for an array in memory, along one of its axes: those of what it meets."""
    if axis == CLASSES or length == 1:
        return (length,)
    for other in lazy:
        chunks = other.chunks(axis)
        if chunks is None:
            continue
        if any(math.isnan(n) for n in chunks):
            raise ValueError(
                f"{one.name} must be a Dask array where the chunks of {other.name} have lengths that are not known:"
                f" write {other.name}.compute_chunk_sizes()"
            )
        if sum(chunks) == length:
            return chunks
    return (length,)


def _refuse_unknown(operands: list[Operand], axis: int) -> None:
    """Where lengths of chunks are not known, their number must agree; each chunk's own is compared later."""
    met = [(one, chunks) for one in operands if (chunks := one.chunks(axis)) is not None]
    if not any(math.isnan(n) for _, chunks in met for n in chunks):
        return
    (first, wanted), *rest = met
    for one, chunks in rest:
        if len(chunks) != len(wanted):
            raise ValueError(
                f"{first.name} and {one.name} must have as many chunks of rows where lengths of chunks are not known;"
                f" they have {len(wanted)} and {len(chunks)}: write compute_chunk_sizes() for each"
            )
