"""Which cells of a crossing every run has, and which only runs that ask for the slow ones too.

A test that crosses many parameters says so: `@pytest.mark.crossing` keeps cells in which every two values of two
parameters meet, `@pytest.mark.crossing(1)` cells in which every value comes. The other cells are marked `slow`.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

Cell = Sequence[object]  # what stands for the value of each parameter
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


def cell_of(item: pytest.Function, text: dict[int, str]) -> Cell:
    """The text of each parameter's value, the same in every process; `text` has those that are written.

    Of a dictionary of options, the text of each option.
    """
    values = {}
    for name, value in item.callspec.params.items():
        for key, part in value.items() if isinstance(value, dict) else [("", value)]:
            if id(part) not in text:
                text[id(part)] = repr(part)
            values[name, key] = text[id(part)]
    return tuple(values.values())


@pytest.hookimpl(tryfirst=True)  # before pytest deselects what is marked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow of each crossing, among the cells that were collected: a cell that is asked for alone runs."""
    text: dict[int, str] = {}
    for _, group in itertools.groupby(items, lambda item: item.nodeid.partition("[")[0]):
        tests = [item for item in group if isinstance(item, pytest.Function) and item.get_closest_marker("crossing")]
        if len(tests) < 2:
            continue
        marker = tests[0].get_closest_marker("crossing")
        kept = set(cover([cell_of(test, text) for test in tests], *(marker.args or (2,))))
        for i, test in enumerate(tests):
            if i not in kept:
                test.add_marker("slow")


def slow_beyond(few: Iterable[Any], every: Iterable[Any]) -> list[Any]:
    """For parametrize: all values, of which every run has the few."""
    few = list(few)
    return [value if value in few else pytest.param(value, marks=pytest.mark.slow) for value in every]
