"""The state of an evaluation as plain values, for its byte form; the same rows give the same values.

Totals are columns over classes, bins and groups, so that 10^5 groups are a few arrays. Their exact sums are numbers one
behind the other, each in as many octets as it has (src/numbers.h).
"""

from typing import Any

import numpy as np

from .. import _kernels
from .._core.byte_form import flag, whole
from .keys import columns_of, keys_of, order_of
from .state import State

Array = np.ndarray[Any, Any]


def to_plain(state: State) -> dict[str, Any]:
    """All of a state, in an order that does not depend on the one in which rows came."""
    found, order = state.found, order_of(state.keys)
    bins_of_losses = np.array(found.losses, np.int64).reshape(-1, 2)
    return {
        "n_classes": state.n_classes,
        "grouped": state.grouped,
        "weighted": state.weighted,
        "n_rows": state.n_rows,
        "classes": tally_to_plain(found.classes, True),
        "bins": tally_to_plain(found.bins, False),
        "groups": {
            "keys": columns_of([state.keys[slot] for slot in order]),
            **_totals(found.groups, np.array(order, np.int64), True),
        },
        "losses": [bins_of_losses[:, 0], bins_of_losses[:, 1]],
        "findings": found.findings,
        "worst": _columns_of_worst(found.worst),
    }


def from_plain(plain: dict[str, Any], n_bins: int, n_worst: int) -> State:
    """What `to_plain` gave."""
    if plain["n_classes"] is None:  # there was no batch
        return State(n_bins, n_worst)
    n_classes = whole(plain["n_classes"], 0)
    state = State(n_bins, n_worst, n_classes, flag(plain["grouped"]))
    state.weighted, state.n_rows = flag(plain["weighted"]), whole(plain["n_rows"], 0)
    n_quads = 3 if state.weighted else 1
    state.keys = keys_of(plain["groups"]["keys"])
    state.number_of = {key: number for number, key in enumerate(state.keys)}
    if len(state.number_of) < len(state.keys):
        raise ValueError("data is damaged: it has a group twice")
    classes, bins = _kernels.Tally(n_quads, n_classes), _kernels.Tally(1, n_bins + 1)
    groups = _kernels.Tally(n_quads, len(state.keys))
    tally_from_plain(classes, plain["classes"], True)
    tally_from_plain(bins, plain["bins"], False)
    _restore(groups, plain["groups"], np.arange(len(state.keys)), True)
    state.found = _kernels.Found(classes, bins, groups, n_worst)
    losses, worst = ([column.tolist() for column in plain[name]] for name in ("losses", "worst"))
    for _, _, label, predicted, _ in zip(*worst, strict=True):
        whole(label, 0, n_classes)
        whole(predicted, -1, n_classes)
    state.found.restore([*zip(*losses, strict=True)], plain["findings"], [*zip(*worst, strict=True)])
    return state


def tally_to_plain(tally: _kernels.Tally, products: bool) -> dict[str, Any]:
    """All of a tally, by its keys in their order."""
    keys = tally.keys
    order = np.argsort(keys)
    return {"keys": keys[order], **_totals(tally, order, products)}


def _totals(tally: _kernels.Tally, order: Array, products: bool) -> dict[str, Any]:
    """Of the slots in an order."""
    _, counts, hits, _, _ = tally.arrays()
    return {"counts": counts[order], "hits": hits[order], "sums": tally.to_bytes(order, products)}


def tally_from_plain(tally: _kernels.Tally, plain: dict[str, Any], products: bool) -> None:
    """Into a new tally, what `tally_to_plain` gave."""
    _restore(tally, plain, plain["keys"], products)


def _restore(tally: _kernels.Tally, plain: dict[str, Any], keys: Array, products: bool) -> None:
    tally.restore(keys, plain["counts"], plain["hits"], plain["sums"], products)


def _columns_of_worst(rows: list[tuple[float, int, int, int, float]]) -> list[Array]:
    columns: Any = zip(*rows, strict=True) if rows else [()] * 5
    kinds = (np.float64, np.int64, np.int64, np.int64, np.float64)
    return [np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
