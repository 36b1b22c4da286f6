"""The state of an evaluation as plain values, for its byte form; the same rows give the same values.

Totals are columns over classes, bins and groups, so that 10^5 groups are a few arrays. Their exact sums are numbers one
behind the other, each in as many octets as it has (src/numbers.h).
"""

from itertools import accumulate, groupby, pairwise
from typing import Any

import numpy as np

from .. import _kernels
from .groups import ranked
from .state import State

Array = np.ndarray[Any, Any]
Key = tuple[int, Any]
_RANK_OF_NUMBERS, _RANK_OF_TEXT = ranked(0)[0], ranked("")[0]


def to_plain(state: State) -> dict[str, Any]:
    """All of a state, in an order that does not depend on the one in which rows came."""
    found, order = state.found, state.sorted_groups()
    bins_of_losses = np.array(found.losses, np.int64).reshape(-1, 2)
    return {
        "n_classes": state.n_classes,
        "grouped": state.grouped,
        "weighted": state.weighted,
        "n_rows": state.n_rows,
        "classes": _by_key(found.classes, True),
        "bins": _by_key(found.bins, False),
        "groups": {
            "keys": _columns_of([state.keys[slot] for slot in order]),
            **_totals(found.groups, np.array(order, np.int64), True),
        },
        "losses": [bins_of_losses[:, 0], bins_of_losses[:, 1]],
        "findings": found.findings,
        "worst": _columns_of_worst(found.worst),
    }


def from_plain(plain: dict[str, Any], n_bins: int, n_worst: int) -> State:
    """What `to_plain` gave."""
    state = State(n_bins, n_worst, plain["n_classes"], plain["grouped"])
    state.weighted, state.n_rows = plain["weighted"], plain["n_rows"]
    n_quads = 3 if state.weighted else 1
    state.keys = _keys_of(plain["groups"]["keys"])
    state.number_of = {key: number for number, key in enumerate(state.keys)}
    if len(state.number_of) < len(state.keys):
        raise ValueError("data is damaged: it has a group twice")
    classes, bins = _kernels.Tally(n_quads, state.n_classes or 0), _kernels.Tally(1, n_bins + 1)
    groups = _kernels.Tally(n_quads, len(state.keys))
    _restore(classes, plain["classes"], plain["classes"]["keys"], True)
    _restore(bins, plain["bins"], plain["bins"]["keys"], False)
    _restore(groups, plain["groups"], np.arange(len(state.keys)), True)
    state.found = _kernels.Found(classes, bins, groups, n_worst)
    losses, worst = ([column.tolist() for column in plain[name]] for name in ("losses", "worst"))
    state.found.restore([*zip(*losses, strict=True)], plain["findings"], [*zip(*worst, strict=True)])
    return state


def _by_key(tally: _kernels.Tally, products: bool) -> dict[str, Any]:
    keys = tally.keys
    order = np.argsort(keys)
    return {"keys": keys[order], **_totals(tally, order, products)}


def _totals(tally: _kernels.Tally, order: Array, products: bool) -> dict[str, Any]:
    """Of the slots in an order."""
    _, counts, hits, _, _ = tally.arrays()
    return {"counts": counts[order], "hits": hits[order], "sums": tally.to_bytes(order, products)}


def _restore(tally: _kernels.Tally, plain: dict[str, Any], keys: Array, products: bool) -> None:
    tally.restore(keys, plain["counts"], plain["hits"], plain["sums"], products)


def _columns_of_worst(rows: list[tuple[float, int, int, int, float]]) -> list[Array]:
    columns: Any = zip(*rows, strict=True) if rows else [()] * 5
    kinds = (np.float64, np.int64, np.int64, np.int64, np.float64)
    return [np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]


def _columns_of(keys: list[Key]) -> list[tuple[Any, ...]]:
    """Sorted keys as runs of one type: whole numbers in an array, texts in one text, others as they are."""
    columns: list[tuple[Any, ...]] = []
    for rank, run in groupby(keys, key=lambda key: key[0]):
        values = [value for _, value in run]
        if rank == _RANK_OF_TEXT:
            columns.append(("text", np.array([*map(len, values)], np.int64), "".join(values)))
        elif rank == _RANK_OF_NUMBERS and all(type(value) is int and -(1 << 63) <= value < 1 << 63 for value in values):
            columns.append(("whole", np.array(values, np.int64)))
        else:
            columns.append(("values", values))
    return columns


def _keys_of(columns: tuple[tuple[Any, ...], ...]) -> list[Key]:
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
