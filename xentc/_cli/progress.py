"""Progress on standard error: rows, rows a second, and the loss so far; only on a terminal."""

import sys
import time
from types import TracebackType
from typing import Any, Self

from .._evaluation.accumulator import Evaluation
from .._evaluation.figures import precision
from .console import is_terminal

SECONDS_BETWEEN_LOSSES = 0.5
SHARE = 0.1  # of the time at most, where the loss of many groups takes long to add up


class Progress:
    """A bar of tqdm, if tqdm is installed and somebody looks."""

    def __init__(self, n_rows: int | None, *, quiet: bool) -> None:
        self._bar: Any = None
        self._due = time.monotonic() + SECONDS_BETWEEN_LOSSES
        if quiet or not is_terminal(sys.stderr):
            return
        try:
            from tqdm import tqdm
        except ImportError:
            return
        self._bar = tqdm(total=n_rows, unit=" rows", unit_scale=True, leave=False, delay=0.3, dynamic_ncols=True)

    def add(self, n_rows: int, evaluation: Evaluation | None = None) -> None:
        """Rows that were evaluated."""
        if self._bar is None:
            return
        self._bar.update(n_rows)
        start = time.monotonic()
        if evaluation is not None and start > self._due:
            report = evaluation.report()
            written = precision(report.mean, report.standard_error).pair(report.mean, report.standard_error)
            self._bar.set_postfix_str(f"loss {written}", refresh=False)
            now = time.monotonic()
            self._due = now + max(SECONDS_BETWEEN_LOSSES, (now - start) / SHARE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
