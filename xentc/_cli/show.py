"""A report, shown and written as the options ask, and the exit code that follows from it."""

import json
import math
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .._evaluation import page, text
from .._evaluation.figures import number
from .._evaluation.report import Report
from .._evaluation.words import Place, row_number
from . import OK, THRESHOLD, console


@dataclass(frozen=True)
class Source:
    """Where a report comes from: its files, what was taken for what, and how long it took."""

    name: str
    taken: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float | None = None
    n_bytes: int = 0
    place: Place = field(default=row_number)

    def head(self, report: Report) -> str:
        """The first line of the screen."""
        return "   ".join(filter(None, [self.name, text.title(report), ", ".join(self.taken)]))

    def foot(self) -> str:
        """The last one: how long, how fast."""
        if self.seconds is None:
            return ""
        if not self.n_bytes or not self.seconds:
            return f"{self.seconds:.2f} s"
        speed = self.n_bytes / self.seconds
        written = f"{number(speed / 1e9, 2)} GB/s" if speed >= 1e8 else f"{number(speed / 1e6, 2)} MB/s"
        return f"{self.seconds:.2f} s, {written}"

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "taken": list(self.taken),
            "notes": list(self.notes),
            "seconds": self.seconds,
            "bytes": self.n_bytes,
        }


def _chosen(options: Namespace) -> list[str]:
    """The tables that were asked for, in the order of the help."""
    asked = {
        "by_class": options.by_class,
        "by": options.by,
        "worst": options.worst,
        "calibration": options.calibration,
    }
    return [name for name, wanted in asked.items() if wanted]


def show(report: Report, source: Source, options: Namespace) -> int:
    """Print and write; the exit code."""
    tables = _chosen(options)
    if options.json is not None:
        write_json({**report.to_dict(), "source": source.to_dict()}, options.json)
    if options.html is not None:
        content = page.page(report, source.name, [", ".join(source.taken), *source.notes], source.place)
        Path(options.html).write_text(content, encoding="utf-8")
    if options.plot is not None:
        _plot(report, options.plot)
    if not options.quiet and options.json != "-":
        if options.markdown:
            console.write("\n".join(text.markdown(report, tables, head=source.head(report), place=source.place)))
        else:
            _screen(report, source, tables)
    return verdict(report, options.fail_above)


def _screen(report: Report, source: Source, tables: Sequence[str]) -> None:
    lines = text.screen(
        report,
        tables,
        head=source.head(report),
        place=source.place,
        notes=source.notes,
        most=console.width(),
        unicode=console.unicode(),
    )
    console.write_screen(lines)
    if foot := source.foot():
        console.write(console.paint(foot, console.FAINT))


def verdict(report: Report, limit: float | None) -> int:
    """The exit code: a loss that is not a number does not pass."""
    if limit is None or report.mean <= limit:
        return OK
    if math.isnan(report.mean):
        return console.fail(f"the loss is not a number, so it is not known to be at most {limit:g}", THRESHOLD)
    return console.fail(f"the loss {number(report.mean, 6)} is above {limit:g}", THRESHOLD)


def write_json(content: dict[str, Any], path: str) -> None:
    """To a file, or on standard output, where characters beyond ASCII are escaped if it cannot show them."""
    if path == "-":
        written = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=not console.unicode())
        sys.stdout.write(written + "\n")
    else:
        written = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)
        Path(path).write_text(written + "\n", encoding="utf-8")


def _plot(report: Report, path: str) -> None:
    import warnings

    from matplotlib.figure import Figure

    from .._evaluation.plot import plot, size

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of characters that the font lacks
        plot(report, Figure(figsize=size(report), layout="constrained")).savefig(path, dpi=150)
