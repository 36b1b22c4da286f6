"""Keys of groups, all at once: (rank of the type, value), as `groups.ranked` makes them one by one."""

from collections.abc import Iterable
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import Any

import numpy as np

from .groups import ranked

Key = tuple[int, Any]
_RANK_OF_NUMBERS, _RANK_OF_TEXT = ranked(0)[0], ranked("")[0]


def ranked_keys(values: Iterable[Any]) -> list[Key]:
    """What `ranked` makes of each."""
    values = [*values]
    kinds = {*map(type, values)}
    if kinds == {str}:
        return [(_RANK_OF_TEXT, value) for value in values]
    if len(kinds) == 1 and issubclass(next(iter(kinds)), (int, np.integer)) and kinds != {bool}:
        return [(_RANK_OF_NUMBERS, value) for value in map(int, values)]
    return [*map(ranked, values)]


def order_of(keys: list[Key]) -> list[int]:
    """The places of keys, sorted by these."""
    one_kind = len({*map(itemgetter(0), keys)}) < 2
    by: list[Any] = [value for _, value in keys] if one_kind else keys
    return sorted(range(len(by)), key=by.__getitem__)


def _are_int64(values: list[Any]) -> bool:
    return {*map(type, values)} == {int} and min(values) >= -(1 << 63) and max(values) < 1 << 63


def columns_of(keys: list[Key]) -> list[tuple[Any, ...]]:
    """Sorted keys as runs of one type: whole numbers in an array, texts in one text, others as they are."""
    columns: list[tuple[Any, ...]] = []
    for rank, run in groupby(keys, key=lambda key: key[0]):
        values = [value for _, value in run]
        if rank == _RANK_OF_TEXT:
            columns.append(("text", np.array([*map(len, values)], np.int64), "".join(values)))
        elif rank == _RANK_OF_NUMBERS and _are_int64(values):
            columns.append(("whole", np.array(values, np.int64)))
        else:
            columns.append(("values", values))
    return columns


def keys_of(columns: tuple[tuple[Any, ...], ...]) -> list[Key]:
    keys: list[Key] = []
    for kind, *content in columns:
        if kind == "text":
            lengths, text = content
            if (lengths < 0).any() or int(lengths.sum()) != len(text):
                raise ValueError("data is damaged: texts of groups differ in length")
            ends = accumulate(lengths.tolist(), initial=0)
            keys += [(_RANK_OF_TEXT, text[start:end]) for start, end in pairwise(ends)]
        elif kind == "whole":
            keys += [(_RANK_OF_NUMBERS, value) for value in content[0].tolist()]
        elif kind == "values":
            keys += map(ranked, content[0])
        else:
            raise ValueError(f"data is damaged: it has groups of the unknown kind {kind!r}")
    return keys
