"""Names, as labels are that are no numbers: the number of each, block by block, from what any library holds."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from . import arrow, pandas, polars
from .missing import Array, Missing, is_missing, is_nan
from .text import Text

Piece = tuple[Array, list[Any]]  # codes, and the name that each stands for
PIECES: dict[str, Callable[[str, Any, int], Iterator[Piece]]] = {
    "pandas": pandas.names,
    "polars": polars.names,
    "pyarrow": arrow.names,
}
NAMED: dict[str, Callable[[Any], bool]] = {
    "pandas": pandas.is_named,
    "polars": polars.is_named,
    "pyarrow": arrow.is_named,
}


class Names(dict[Any, int]):
    """The number of each name; one that is new gets the next."""

    def __missing__(self, name: Any) -> int:
        if is_missing(name) or is_nan(name):
            raise Missing(())
        number = self[name] = len(self)
        return number

    def of(self, names: Iterable[Any], n: int) -> Array:
        return np.fromiter(map(self.__getitem__, names), np.intp, n)


def numbered(name: str, column: Any, library: str | None, names: Names, length: int) -> Iterator[tuple[slice, Array]]:
    """The numbers of a column's rows, which get into `names` what is new there; at most `length` rows at a time.

    `library` is that of the column, None for a sequence, or an array of one axis, of objects or text.
    """
    start = 0
    if library in PIECES:
        for codes, uniques in PIECES[library](name, column, length):
            stop = start + len(codes)
            yield slice(start, stop), _of_piece(name, codes, uniques, names, start)
            start = stop
        return
    text = Text(names) if isinstance(column, np.ndarray) and column.dtype.kind == "U" else None
    for start in range(0, len(column), length):
        block = column[start : start + length]
        rows = slice(start, start + len(block))
        yield rows, text.numbers(block) if text else _of_objects(name, block, names, start)


def _of_piece(name: str, codes: Array, uniques: list[Any], names: Names, start: int) -> Array:
    """Only names that are there count: categories may be of no row."""
    is_used = np.zeros(len(uniques), bool)
    is_used[codes] = True
    used = np.flatnonzero(is_used)
    table = np.zeros(len(uniques), np.intp)
    for k in used:
        if is_missing(uniques[k]) or is_nan(uniques[k]):
            raise Missing((start + int((codes == k).argmax()),))
    table[used] = names.of((uniques[k] for k in used), used.size)
    return table[codes]


def _of_objects(name: str, block: Any, names: Names, start: int) -> Array:
    values = block.tolist() if isinstance(block, np.ndarray) else block
    try:
        return names.of(values, len(values))
    except Missing:
        at = next(i for i, value in enumerate(values) if is_missing(value) or is_nan(value))
        raise Missing((start + at,)) from None
    except TypeError as error:  # unhashable
        raise TypeError(f"{name} must be text or numbers, one label per row: {error}") from None
