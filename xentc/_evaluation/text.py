"""A `Report` as text: the screen, its tables, Markdown. The cells are made here, for all forms of it."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .figures import OF_VALUE, number, plural, precision, rounded
from .layout import ASCII, Column, Table, escaped, grid, width
from .words import Place, message, row_number, text

if TYPE_CHECKING:
    from .comparison import Comparison
    from .records import Bin, Group, Statistics
    from .report import Report

Cells = list[list[str]]


def title(report: "Report") -> str:
    """What was evaluated: ``5,000 rows, 10 classes``."""
    weight = "" if report.weight == report.count else f", weight {number(report.weight, 6)}"
    return f"{plural(report.count, 'row')}, {plural(report.n_classes, 'class')}{weight}"


def accuracy_error(s: "Statistics | Bin") -> float:
    """The standard error of an accuracy, which says how many digits are shown: of a share, after one more hit and miss.

    Those two keep it above 0 where all rows are hits, or none is.
    """
    share = (s.accuracy * s.count + 1) / (s.count + 2)
    return math.sqrt(share * (1 - share) / s.count) if s.count else math.nan


def figures(report: "Report") -> Cells:
    """The lines of the screen in cells: the loss, what follows from it, accuracy and calibration."""
    error, of_hits = report.standard_error, accuracy_error(report)
    loss = precision(report.mean, error)
    low, high = report.interval()
    known = [] if math.isnan(low) else [f"95 %: {loss(low)} … {loss(high)}"]
    guessing, frequencies = (
        rounded(value, error, OF_VALUE) for value in (report.guessing, report.class_frequencies_loss)
    )
    calibration_error = rounded(report.expected_calibration_error, of_hits)
    return [
        ["loss", loss.pair(report.mean, error), *known, f"guessing {guessing}, class frequencies {frequencies}"],
        [
            "perplexity",
            rounded(report.perplexity, report.perplexity * error),
            f"{rounded(report.bits, error / math.log(2))} bits",
        ],
        [
            "accuracy",
            rounded(report.accuracy, of_hits),
            f"Brier {rounded(report.brier, of_hits)}",
            f"calibration error {calibration_error} ({plural(len(report.calibration), 'bin')})",
        ],
    ]


def warnings(report: "Report", place: Place) -> Cells:
    """A line for each."""
    return [["warning", message(finding, place)] for finding in report.warnings]


def comparison(compared: "Comparison", a: str = "a", b: str = "b") -> Cells:
    """The lines of a comparison in cells, the models by their names."""
    error = compared.standard_error
    difference = precision(compared.difference, error)
    low, high = compared.interval()
    known = [] if math.isnan(low) else [f"95 %: {difference(low)} … {difference(high)}"]
    better = (
        f"{a} has the smaller loss" if high < 0 else f"{b} has the smaller loss" if low > 0 else "either may be better"
    )
    of_loss = [rounded(mean, error, OF_VALUE) for mean in (compared.mean_a, compared.mean_b)]
    return [
        ["difference", difference.pair(compared.difference, error), *known, *([better] if known else [])],
        ["loss", f"{a} {of_loss[0]}", f"{b} {of_loss[1]}"],
        ["rows", f"{a} better {compared.wins:,}", f"{b} better {compared.losses:,}", f"ties {compared.ties:,}"],
    ]


def screen(
    report: "Report",
    tables: Iterable[str] = (),
    *,
    head: str | None = None,
    place: Place = row_number,
    notes: Iterable[str] = (),
    most: int | None = None,
    unicode: bool = True,
) -> list[str]:
    """The lines of the screen, then those of the tables, at most so wide; ``head`` is the first line."""
    cells = figures(report) + warnings(report, place) + [["note", note] for note in notes]
    first = title(report) if head is None else head
    if not unicode:
        cells, first = [[cell.translate(ASCII) for cell in row] for row in cells], first.translate(ASCII)
    fits = most is None or width(first) <= most
    lines = [*([first] if fits else first.split("   ")), *grid(cells, most)]
    for name in tables:
        lines += ["", *TABLES[name](report, place).text(most, unicode=unicode)]
    return lines


def markdown_of(head: str, rows: Cells) -> list[str]:
    """A title, and lines of cells as a table of two columns."""
    lines = [f"**{escaped(head)}**", "", "| | |", "|---|---|"]
    return lines + [f"| {name} | {escaped(' · '.join(cells))} |" for name, *cells in rows]


def markdown(
    report: "Report", tables: Iterable[str] = (), *, head: str | None = None, place: Place = row_number
) -> list[str]:
    """The same in Markdown."""
    lines = markdown_of(title(report) if head is None else head, figures(report) + warnings(report, place))
    for name in tables:
        lines += ["", *TABLES[name](report, place).markdown()]
    return lines


STATISTICS = [
    Column("rows", ">"),
    Column("loss"),
    Column("±"),
    Column("perplexity"),
    Column("accuracy"),
    Column("Brier"),
]


def statistics(s: "Statistics") -> list[str]:
    """The cells of STATISTICS."""
    loss, hits = precision(s.mean, s.standard_error), accuracy_error(s)
    return [
        f"{s.count:,}",
        loss(s.mean),
        loss(s.standard_error),
        rounded(s.perplexity, s.perplexity * s.standard_error),
        rounded(s.accuracy, hits),
        rounded(s.brier, hits),
    ]


def _shares(values: Sequence[float]) -> list[float]:
    """Of the largest that is finite; an infinite one is a full bar."""
    largest = max((value for value in values if math.isfinite(value)), default=0.0)
    return [value / largest if largest > 0 else float(value > 0) for value in values]


def _groups(groups: "Sequence[Group]", heading: str, of: str) -> Table:
    rows = [[text(group.name), *statistics(group)] for group in groups]
    shares = _shares([group.mean for group in groups])
    return Table(heading, [Column(of, "<"), *STATISTICS], rows, shares)


def by_class(report: "Report", place: Place = row_number) -> Table:
    """A line for each class, its bar as long as its loss."""
    return _groups(report.by_class, "by class", "class")


def by_group(report: "Report", place: Place = row_number) -> Table:
    """A line for each group, its bar as long as its loss."""
    name = text(report.by_name) if report.by_name else "group"
    return _groups(report.by or (), f"by {name}", name)


def worst(report: "Report", place: Place = row_number) -> Table:
    """The rows of the largest losses."""
    rows = [
        [
            place(row.row).removeprefix("row "),
            number(row.loss),
            text(row.label),
            text(row.predicted),
            number(row.probability),
        ]
        for row in report.worst
    ]
    columns = [
        Column("row", "<"),
        Column("loss"),
        Column("label", "<"),
        Column("predicted", "<"),
        Column("probability"),
    ]
    return Table(f"largest losses ({len(rows)})", columns, rows, _shares([row.loss for row in report.worst]))


def calibration(report: "Report", place: Place = row_number) -> Table:
    """A line for each bin: a bar of its accuracy, with a mark where its confidence is."""
    rows = []
    for b in report.calibration:
        error, gap = accuracy_error(b), b.accuracy - b.confidence
        edges = f"{b.low:.3f} … {b.high:.3f}"
        difference = ("" if math.isnan(gap) or gap < 0 else "+") + rounded(gap, error, 1)
        rows.append([edges, f"{b.count:,}", rounded(b.confidence, error), rounded(b.accuracy, error), difference])
    columns = [
        Column("probability", "<"),
        Column("rows", ">"),
        Column("confidence"),
        Column("accuracy"),
        Column("difference"),
    ]
    heading = (
        f"calibration: expected error {number(report.expected_calibration_error)}, maximum "
        f"{number(report.maximum_calibration_error)}"
    )
    bars, marks = [b.accuracy for b in report.calibration], [b.confidence for b in report.calibration]
    return Table(heading, columns, rows, bars, marks, bar_title="accuracy ┃ confidence")


TABLES = {"by_class": by_class, "by": by_group, "worst": worst, "calibration": calibration}


def chosen(report: "Report", tables: Sequence[str] | str) -> Sequence[str]:
    """Names of tables, checked; "all" are those that the report has."""
    if isinstance(tables, str) and tables == "all":
        return [name for name in TABLES if name != "by" or report.by is not None]
    tables = [tables] if isinstance(tables, str) else tables
    for name in tables:
        if name not in TABLES:
            allowed = ", ".join(map(repr, TABLES))
            raise ValueError(f"tables must be among {allowed}, or 'all'; got {name!r}")
        if name == "by" and report.by is None:
            raise ValueError("tables: 'by' needs rows that were grouped: give by= to evaluate or update")
    return tables
