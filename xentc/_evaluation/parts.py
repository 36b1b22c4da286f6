"""Evaluations of parts, for engines that add them up: sums that leave both as they are, and numbers of rows."""

from collections.abc import Callable

from .accumulator import Evaluation
from .form import from_plain, to_plain
from .held import Held


def summed(a: Evaluation, b: Evaluation, *, moved: bool = True) -> Evaluation:
    """Both, as a new one; `moved`, the rows of b are numbered behind those of a."""
    total = a._copy()
    total._held = a._held.plus(b._held.total(), moved)
    return total


def numbered_from(evaluation: Evaluation, first_row: int) -> Evaluation:
    """The same, its rows numbered so much higher."""
    moved = evaluation._copy()
    moved._held = Held(moved._held.empty, n_rows=first_row).plus(evaluation._held.total(), moved=True)
    return moved


def renumbered(evaluation: Evaluation, number: Callable[[int], int]) -> Evaluation:
    """The same, its rows with other numbers, in the same order."""
    plain = to_plain(evaluation._held.total())
    plain["findings"] = [
        (count, number(first) if count else first, largest, number(at) if count else at)
        for count, first, largest, at in plain["findings"]
    ]
    plain["worst"] = [(loss, number(row), *rest) for loss, row, *rest in plain["worst"]]
    new = evaluation._copy()
    state = from_plain(plain, new._options["bins"], new._options["worst"])
    new._held = Held(new._held.empty).plus(state)
    return new
