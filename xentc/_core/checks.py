"""Which values of t and y are checked (`check`), and the messages for what is found."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from .._kernels import Trouble
from . import arguments, dtypes
from .record import Record

Check = bool | float | None


class BadRow(NamedTuple):
    """What the kernel found in a row, as it read it: the caller's memory may have changed since."""

    trouble: Trouble
    row: int  # in C order
    column: int
    value: float
    total: float
    numbers: tuple[int, int]


class Checks(Record):
    """How far a used value may lie outside its range (infinity: anywhere), and a sum from 1 (-1: not checked)."""

    slack_t: float = math.inf
    slack_y: float = math.inf
    tolerance_t: float = -1.0
    tolerance_y: float = -1.0
    from_logits: bool = False

    @property
    def look_at_y(self) -> bool:
        return self.slack_y < math.inf or self.tolerance_y >= 0

    def error(self, bad: BadRow, where: str, dtype: np.dtype[Any]) -> ValueError:
        """The error for a row of t or y, which has this dtype."""
        name = "y" if bad.trouble in (Trouble.Y_OUTSIDE, Trouble.Y_SUM) else "t"
        value = dtypes.scalar(dtype, bad.value) if bad.column >= 0 else None
        found = f"got {value}{where}, column {bad.column}"
        if bad.trouble == Trouble.T_NEGATIVE:
            hint = (
                "are t and the logits swapped?"
                if self.from_logits
                else "are these logits? pass from_logits=True, and the logits as the second argument"
            )
            return ValueError(f"t must not be negative; {found}; {hint} (check=False allows any sign)")
        if bad.trouble == Trouble.Y_OUTSIDE:
            hint = "are these logits? pass from_logits=True (check=False allows any number)"
            return ValueError(f"y must be probabilities in [0, 1]; {found}; {hint}")
        if bad.trouble == Trouble.T_OUTSIDE:
            return ValueError(f"t must be probabilities in [0, 1]; {found}")
        tolerance = self.tolerance_y if name == "y" else self.tolerance_t
        largest = ", of no classes" if value is None else f"; its largest value, {value}, is in column {bad.column}"
        return ValueError(
            f"the rows of {name} must sum to 1 within {tolerance:.3g}; the sum is {bad.total}{where}{largest}"
        )


@lru_cache(typed=True)
def checks_of(check: Check, t: np.dtype[Any], y: np.dtype[Any], from_logits: bool) -> Checks:
    """The checks that a caller asks for, for arrays of these dtypes."""
    if check is False:
        return Checks()
    of_t, of_y = (arguments.tolerance(d) if check is None or check is True else check for d in (t, y))
    slack_t = of_t if dtypes.is_float(t) else 0.0 if t.kind == "i" else math.inf
    slack_y = math.inf if from_logits else of_y
    if check is None:
        return Checks(slack_t, slack_y, from_logits=from_logits)
    tolerance_t = of_t if dtypes.is_float(t) else -1.0  # counts are no distributions
    return Checks(slack_t, slack_y, tolerance_t, -1.0 if from_logits else of_y, from_logits)
