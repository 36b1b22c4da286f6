"""A `Report` as one page of HTML that needs nothing else, and as what a notebook shows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from .._version import __version__
from .layout import Table
from .svg import charts
from .text import TABLES, figures, title
from .words import Place, message, row_number

if TYPE_CHECKING:
    from .report import Report

# Rows of a table that a page shows; a browser does not like 100,000.
MOST_ROWS = 1000

STYLE = """
.xentc{--paper:#f6f7f9;--card:#fff;--ink:#1b2230;--quiet:#596273;--line:#dfe3e9;--accent:#2a6fdb;--whisker:#123a7a;
--alert:#8a4b00;--alert-paper:#fff4e0;background:var(--paper);color:var(--ink);line-height:1.45;padding:1rem;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:16px}
@media (prefers-color-scheme:dark){.xentc{--paper:#12151b;--card:#1a1f28;--ink:#e5e9f0;--quiet:#9ba6b6;--line:#303846;
--accent:#5b9bff;--whisker:#cfe1ff;--alert:#ffc46b;--alert-paper:#2e2415}}
.xentc *{box-sizing:border-box}
.xentc header,.xentc section,.xentc footer{max-width:74rem;margin:0 auto 1rem}
.xentc h1{font-size:1.35rem;margin:.2rem 0;overflow-wrap:anywhere}
.xentc h2{font-size:1rem;margin:0 0 .6rem}
.xentc .quiet,.xentc footer{color:var(--quiet);font-size:.9rem;overflow-wrap:anywhere}
.xentc .card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.9rem 1rem}
.xentc .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(14rem,100%),1fr));gap:.8rem}
.xentc .figure b{display:block;font-size:1.4rem;font-weight:650;overflow-wrap:anywhere}
.xentc .figure span{display:block;color:var(--quiet);font-size:.9rem}
.xentc .warnings{background:var(--alert-paper);color:var(--alert);border-color:transparent;overflow-wrap:anywhere}
.xentc .warnings p{margin:.15rem 0}
.xentc .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(21.5rem,100%),1fr));gap:.8rem}
.xentc .scroll{overflow-x:auto}
.xentc table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;margin:0;background:none}
.xentc th,.xentc td{padding:.28rem .7rem;text-align:right;white-space:nowrap;border:0;
border-bottom:1px solid var(--line);color:var(--ink);background:none}
.xentc th{color:var(--quiet);font-weight:600}
.xentc .word{text-align:left;max-width:20rem;overflow:hidden;text-overflow:ellipsis}
.xentc td:first-child,.xentc th:first-child{padding-left:0}
.xentc .bar{width:9rem;min-width:7rem;padding-right:0}
.xentc .bar div{position:relative;height:.7rem;background:var(--line);border-radius:2px}
.xentc .bar i{position:absolute;left:0;top:0;bottom:0;background:var(--accent);border-radius:2px}
.xentc .bar u{position:absolute;top:-.15rem;bottom:-.15rem;width:2px;margin-left:-1px;background:var(--ink)}
.xentc svg{display:block;width:100%;max-width:30rem;height:auto;margin:0 auto}
.xentc svg text{fill:var(--quiet);font-size:11.5px;font-family:inherit}
.xentc svg .name{fill:var(--ink)}
.xentc svg .grid{stroke:var(--line)}
.xentc svg .axis{stroke:var(--quiet)}
.xentc svg .ideal{stroke:var(--quiet);stroke-dasharray:4 4}
.xentc svg .path{fill:none;stroke:var(--accent);stroke-opacity:.6}
.xentc svg .error{stroke:var(--whisker);stroke-width:1.5}
.xentc svg .dot,.xentc svg .fill{fill:var(--accent)}
.xentc svg .dot{fill-opacity:.85}
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>html,body{{margin:0}}body.xentc{{min-height:100vh}}{style}</style>
</head>
<body class="xentc">
{body}
</body>
</html>
"""


def _figures(report: "Report") -> str:
    cards = []
    for label, value, *more in figures(report):
        notes = "".join(f"<span>{escape(note)}</span>" for note in more)
        cards.append(f'<div class="card figure"><span>{label}</span><b>{escape(value)}</b>{notes}</div>')
    return f'<section class="figures">{"".join(cards)}</section>'


def _warnings(report: "Report", place: Place) -> str:
    if not report.warnings:
        return ""
    lines = "".join(f"<p>Warning: {escape(message(finding, place))}.</p>" for finding in report.warnings)
    return f'<section class="card warnings">{lines}</section>'


def _charts(report: "Report") -> str:
    cards = "".join(f'<div class="card"><h2>{escape(name)}</h2>{svg}</div>' for name, svg in charts(report))
    return f'<section class="charts">{cards}</section>'


def _bar(share: float, mark: float | None) -> str:
    drawn = f'<i style="width:{min(max(share, 0), 1):.1%}"></i>' if share == share else ""
    if mark is not None and mark == mark:
        drawn += f'<u style="left:{min(max(mark, 0), 1):.1%}"></u>'
    return f'<td class="bar"><div>{drawn}</div></td>'


def _table(table: Table, left_out: int) -> str:
    kinds = [' class="word"' if column.align == "<" else "" for column in table.columns]
    head = "".join(f"<th{kind}>{escape(c.title)}</th>" for kind, c in zip(kinds, table.columns, strict=True))
    bars = table.bars or []
    marks: Sequence[float | None] = table.marks or [None] * len(bars)
    rows = []
    for i, row in enumerate(table.rows):
        cells = "".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True))
        rows.append(f"<tr>{cells}{_bar(bars[i], marks[i]) if bars else ''}</tr>")
    if bars:
        head += f'<th class="word">{escape(table.bar_title)}</th>'
    note = f'<p class="quiet">{left_out:,} more are not shown here.</p>' if left_out else ""
    return (
        f'<section class="card"><h2>{escape(table.title)}</h2><div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>{note}</section>"
    )


def _tables(report: "Report", place: Place) -> str:
    groups = report.by or ()
    shown = replace(report, by_class=report.by_class[:MOST_ROWS], by=groups[:MOST_ROWS], worst=report.worst[:MOST_ROWS])
    n_rows = {"by_class": len(report.by_class), "by": len(groups), "worst": len(report.worst)}
    tables = {name: make(shown, place) for name, make in TABLES.items()}
    return "".join(
        _table(table, max(n_rows.get(name, 0) - MOST_ROWS, 0)) for name, table in tables.items() if table.rows
    )


def fragment(report: "Report") -> str:
    """What a notebook shows: the figures, warnings and pictures, on paper of their own in either theme."""
    head = f"<header><h1>{escape(title(report))}</h1></header>"
    return (
        f'<div class="xentc"><style>{STYLE}</style>{head}{_figures(report)}{_warnings(report, row_number)}'
        f"{_charts(report)}</div>"
    )


def page(report: "Report", head: str | None = None, notes: Iterable[str] = (), place: Place = row_number) -> str:
    """The whole page; ``head`` is its title, ``notes`` are lines below it."""
    heading = title(report) if head is None else head
    lines = [*([] if head is None else [title(report)]), *notes]
    body = [
        f"<header><h1>{escape(heading)}</h1>",
        *(f'<div class="quiet">{escape(line)}</div>' for line in lines if line),
        "</header>",
        _figures(report),
        _warnings(report, place),
        _charts(report),
        _tables(report, place),
        f"<footer>xentc {__version__}. Losses are in nats; ± is one standard error.</footer>",
    ]
    return PAGE.format(title=escape(heading), style=STYLE, body="\n".join(part for part in body if part))
