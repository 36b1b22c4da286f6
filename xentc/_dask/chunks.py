"""Something run on the chunks that meet, and the sums of what it leaves of each."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import dask.array as da
import numpy as np

from .._core import threads
from .frames import Partition, located
from .operands import CLASSES, Operand, Operands

Array = Any  # of Dask
Dtype = np.dtype[Any]
FAN_IN = 8  # states that one task adds up
_EXTRA = 0  # an axis for the one state of a single row, which has none of its own


@dataclass(frozen=True)
class Work:
    """A task of one chunk of each argument, on one thread: those of the scheduler are busy with other chunks."""

    do: Callable[..., Any]
    names: tuple[str, ...]
    axes: tuple[tuple[int, ...], ...]  # of each argument those that are not broadcast, where lengths are to be compared
    where: tuple[tuple[int, ...], ...]
    pack: Callable[[Any], Any] | None = None

    def __call__(self, *blocks: Any) -> Any:
        given = dict(zip(self.names, map(_bare, blocks), strict=True))
        with threads.num_threads(1), located():
            self._compare_lengths(given)
            done = self.do(**given)
        return done if self.pack is None else self.pack(done)

    def _compare_lengths(self, given: dict[str, Any]) -> None:
        """Chunks of unknown lengths would be broadcast, where they have one row."""
        seen: dict[int, tuple[str, int]] = {}
        for (name, block), axes, where in zip(given.items(), self.axes, self.where, strict=True):
            for axis, place in zip(axes, where, strict=True):
                first, length = seen.setdefault(axis, (name, block.shape[place]))
                if block.shape[place] != length:
                    raise ValueError(
                        f"{first} and {name} must have chunks of the same lengths; they have {length} and"
                        f" {block.shape[place]} rows in one of them: their own lengths were not known before"
                    )


def _bare(block: Any) -> Any:
    """A block; along an axis that the result lacks Dask gives a list, of the one there is."""
    while isinstance(block, list):
        (block,) = block
    return block.column if isinstance(block, Partition) else block


def over_chunks(
    operands: Operands,
    do: Callable[..., Any],
    axes: tuple[int, ...],
    dtype: Dtype,
    *,
    pack: Callable[[Any], Any] | None = None,
    one_each: bool = False,
) -> Array:
    """What `do` makes of the chunks of all arguments, which it takes by their names.

    With `one_each` it is one element along the rows.
    """
    compared = [_compared(operands, one) for one in operands.all]
    work = Work(
        do,
        tuple(one.name for one in operands.all),
        tuple(tuple(axis for axis, _ in pairs) for pairs in compared),
        tuple(tuple(place for _, place in pairs) for pairs in compared),
        pack,
    )
    pairs = [each for one in operands.all for each in (one.array, one.axes)]
    more = {} if axes else {"new_axes": {_EXTRA: 1}}
    return da.blockwise(
        work,
        axes or ((_EXTRA,) if one_each else ()),
        *pairs,
        token=f"xentc-{_name_of(do)}",
        dtype=dtype,
        meta=np.empty((0,) * len(axes), dtype),
        concatenate=None,
        align_arrays=not operands.unknown,
        adjust_chunks=dict.fromkeys(operands.rows, 1) if one_each else None,
        **(more if one_each else {}),
    )


def _name_of(do: Callable[..., Any]) -> str:
    """For those who look at a graph."""
    while isinstance(do, functools.partial):
        do = do.func
    return str(getattr(do, "__name__", "chunk")).strip("_").replace("_", "-")


def _compared(operands: Operands, one: Operand) -> list[tuple[int, int]]:
    """Axes of an argument along which its chunks must have the lengths of others, which are not known."""
    if not operands.unknown or len(operands.all) == 1:
        return []
    return [(axis, place) for place, axis in enumerate(one.axes) if axis != CLASSES and one.chunks(axis) is not None]


def states_of(operands: Operands, do: Callable[..., Any]) -> Array:
    """A state of each chunk."""
    pack = functools.partial(boxed, ndim=max(len(operands.rows), 1))
    return over_chunks(operands, do, operands.rows, np.dtype(object), pack=pack, one_each=True)


def boxed(state: Any, ndim: int) -> Any:
    """A state as the one element of an array."""
    box = np.empty((1,) * ndim, object)
    box[(0,) * ndim] = state
    return box


def added_up(states: Array, add: Callable[[Any, Any], Any], finish: Callable[[Any], Any], dtype: Dtype) -> Array:
    """What `finish` makes of the sum of all states, added up in the order of the chunks; of no axes.

    No state is changed: it may be the result of another task, too.
    """
    return da.reduction(
        states,
        _as_it_is,
        functools.partial(_finished, add=add, finish=finish, made=dtype),
        combine=functools.partial(_added, add=add),
        concatenate=False,
        split_every=FAN_IN,
        dtype=dtype,
        meta=np.empty((), dtype),
    )


def _as_it_is(block: Any, axis: Any = None, keepdims: Any = None) -> Any:
    return block


def _added(
    blocks: Any, add: Callable[[Any, Any], Any], axis: Any = None, keepdims: Any = None, computing_meta: bool = False
) -> Any:
    if computing_meta:
        return np.empty((0,), object)
    flat = [*_flat(blocks)]
    return boxed(functools.reduce(add, (block.flat[0] for block in flat)), flat[0].ndim)


def _finished(
    blocks: Any,
    add: Callable[[Any, Any], Any],
    finish: Callable[[Any], Any],
    made: Dtype,
    axis: Any = None,
    keepdims: Any = None,
    computing_meta: bool = False,
) -> Any:
    if computing_meta:
        return np.empty((), made)
    return finish(_added(blocks, add).flat[0])


def _flat(blocks: Any) -> Iterator[Any]:
    """Of nested lists, in C order; a block alone is one."""
    if not isinstance(blocks, list):
        yield blocks
        return
    for block in blocks:
        yield from _flat(block)
