"""Which cells of a crossing every run has, and which only runs that ask for the slow ones too.

A test that crosses many parameters says so: `@pytest.mark.crossing` keeps cells in which every two values of two
parameters meet, `@pytest.mark.crossing(1)` cells in which every value comes. The other cells are marked `slow`.
"""

import itertools
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

import pytest

Cell = Sequence[Hashable]  # one value of each parameter
SHUFFLE = 0.6180339887498949  # the golden ratio's: neighbours in the order of cells lie far apart in the product


def cover(cells: Sequence[Cell], strength: int) -> list[int]:
    """Numbers of some cells that together have every combination of `strength` values that there is in any cell.

    Those that bring most that is new are taken first, so there are few; always the same ones.
    """
    strength = min(strength, min(map(len, cells)))
    having = [set(itertools.combinations(enumerate(cell), strength)) for cell in cells]
    order = sorted(range(len(cells)), key=lambda i: (i * SHUFFLE) % 1)
    missing, taken = set().union(*having), []
    for least in range(max(map(len, having)), 0, -1):
        for i in order:
            if len(having[i] & missing) >= least:
                missing -= having[i]
                taken.append(i)
    return sorted(taken)


def cell_of(item: pytest.Function) -> Cell:
    """What tells the values of each parameter apart; of one that is a dictionary of options, those of each option."""
    values: dict[str, Hashable] = {}
    for name, value in item.callspec.params.items():
        if isinstance(value, dict):
            values |= {f"{name}.{key}": repr(option) for key, option in value.items()}
        else:
            values[name] = value if isinstance(value, Hashable) else id(value)
    return tuple(values.values())


@pytest.hookimpl(tryfirst=True)  # before pytest deselects what is marked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow of each crossing, among the cells that were collected: a cell that is asked for alone runs."""
    for _, group in itertools.groupby(items, lambda item: item.nodeid.partition("[")[0]):
        tests = [item for item in group if isinstance(item, pytest.Function) and item.get_closest_marker("crossing")]
        if len(tests) < 2:
            continue
        marker = tests[0].get_closest_marker("crossing")
        kept = set(cover([cell_of(test) for test in tests], *(marker.args or (2,))))
        for i, test in enumerate(tests):
            if i not in kept:
                test.add_marker("slow")


def slow_beyond(few: Iterable[Any], every: Iterable[Any]) -> Iterator[Any]:
    """For parametrize: all values, of which every run has the few."""
    few = list(few)
    for value in every:
        values = value if isinstance(value, tuple) else (value,)
        yield value if value in few else pytest.param(*values, marks=pytest.mark.slow)
