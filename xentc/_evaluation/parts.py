"""Evaluations of parts, for engines that add them up: sums that leave both as they are, and numbers of rows."""

from collections.abc import Callable
from copy import copy

from .. import _kernels
from .accumulator import Evaluation
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
    state = copy(evaluation._held.total())
    found = state.found
    findings = [
        (count, number(first) if count else first, largest, number(at) if count else at)
        for count, first, largest, at in found.findings
    ]
    worst = [(loss, number(row), label, predicted, p) for loss, row, label, predicted, p in found.worst]
    state.found = _kernels.Found(found.classes, found.bins, found.groups, state.n_worst)
    state.found.restore(found.losses, findings, worst)
    new = evaluation._copy()
    new._held = Held(new._held.empty).plus(state)
    return new
