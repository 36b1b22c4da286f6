"""The state of an evaluation as plain values, for its byte form; the same rows give the same values."""

from typing import Any

from .. import _kernels
from .exact import UNIT
from .groups import ranked
from .state import State

ZERO = (0, 0, 0, 0)
Product = tuple[int, int] | None
_PRODUCTS: tuple[Product, ...] = (
    (1, 2),
    (1, 2),
    (0, 1),
)  # in each quad: the two sums that are parts of one of products
_OF_BINS: tuple[Product, ...] = (None,)  # confidence, weight, hits: none of products


def to_plain(state: State) -> dict[str, Any]:
    """All of a state, in an order that does not depend on the one in which rows came."""
    found = state.found
    return {
        "n_classes": state.n_classes,
        "grouped": state.grouped,
        "weighted": state.weighted,
        "n_rows": state.n_rows,
        "classes": [(key, *_sums(found.classes, key)) for key in sorted(found.classes.keys)],
        "bins": [(key, *_sums(found.bins, key, _OF_BINS)) for key in sorted(found.bins.keys)],
        "groups": [(name, *_sums(found.groups, number)) for name, number in state.sorted_groups()],
        "losses": found.losses,
        "findings": found.findings,
        "worst": found.worst,
    }


def _sums(tally: _kernels.Tally, key: int, products: tuple[Product, ...] = _PRODUCTS) -> tuple[Any, ...]:
    count, hits = tally.counts(key)
    return count, hits, [_quad(tally.sums(key, quad), products[quad]) for quad in range(tally.n_quads)]


def _quad(quad: Any, product: Product) -> list[Any]:
    """Its sums, the two parts of products as one: an integer, or where it had other than finite values four of them."""
    sums, rest = quad
    if product is None:
        return [one[0] if not any(one[1:]) else one for one in sums]
    high, low = product
    units = (sums[high][0] + sums[low][0]) * UNIT + rest
    odd = [a + b for a, b in zip(sums[high][1:], sums[low][1:], strict=True)]
    plain = [one[0] if not any(one[1:]) else one for i, one in enumerate(sums) if i not in product]
    return [*plain, (units, *odd) if any(odd) else units]


def _quad_of(plain: Any, product: Product) -> tuple[Any, int]:
    if product is None:
        return tuple(one if isinstance(one, tuple) else (one, 0, 0, 0) for one in plain), 0
    *rest, units = [one if isinstance(one, tuple) else (one, 0, 0, 0) for one in plain]
    sums = [ZERO] * 4
    for place, one in zip([i for i in range(4) if i not in product], rest, strict=True):
        sums[place] = one
    whole, part = divmod(units[0], UNIT)
    sums[product[0]] = (whole, *units[1:])
    return tuple(sums), part


def from_plain(plain: dict[str, Any], n_bins: int, n_worst: int) -> State:
    """What `to_plain` gave."""
    state = State(n_bins, n_worst, plain["n_classes"], plain["grouped"])
    state.weighted, state.n_rows = plain["weighted"], plain["n_rows"]
    n_quads = 3 if state.weighted else 1
    classes, bins = _kernels.Tally(n_quads, state.n_classes or 0), _kernels.Tally(1, n_bins + 1)
    groups = _kernels.Tally(n_quads, len(plain["groups"]))
    for key, count, hits, quads in plain["classes"]:
        _add(classes, key, count, hits, quads)
    for key, count, hits, quads in plain["bins"]:
        _add(bins, key, count, hits, quads, _OF_BINS)
    for number, (key, count, hits, quads) in enumerate(plain["groups"]):
        state.keys[number] = ranked(key)
        state.number_of[state.keys[number]] = number
        _add(groups, number, count, hits, quads)
    state.found = _kernels.Found(classes, bins, groups, n_worst)
    state.found.restore(plain["losses"], plain["findings"], plain["worst"])
    return state


def _add(
    tally: _kernels.Tally, key: int, count: int, hits: int, quads: Any, products: tuple[Product, ...] = _PRODUCTS
) -> None:
    if not 0 <= key < tally.n_keys:
        raise ValueError(f"data is damaged: it has a number {key} of {tally.n_keys}")
    tally.add(key, count, hits, [_quad_of(quad, product) for quad, product in zip(quads, products, strict=False)])
