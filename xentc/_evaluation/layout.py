"""Lines of text: cells in columns, tables with small bars, as wide as they look on a terminal."""

import itertools
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

GAP = 2  # columns of the terminal between two of a table
BAR_WIDTH, LEAST_BAR = 20, 6
TEXT_WIDTH, LEAST_TEXT = 40, 8  # longer cells of text are cut
EIGHTHS = " ▏▎▍▌▋▊▉█"
MARK = "┃"
# What a terminal without Unicode gets.
ASCII = str.maketrans({"±": "+-", "…": "..", "█": "#", MARK: "|"} | dict.fromkeys(EIGHTHS[1:8], "="))


def width(text: str) -> int:
    """Columns that a text takes: two for wide characters, none for those that combine."""
    if text.isascii():
        return len(text)
    combining = [unicodedata.category(c) in ("Mn", "Me", "Cf") for c in text]
    wide = [unicodedata.east_asian_width(c) in "WF" for c in text]
    return sum(0 if none else 2 if two else 1 for none, two in zip(combining, wide, strict=True))


def cut(text: str, most: int) -> str:
    """A text no wider than ``most``, with an ellipsis where it was cut."""
    if width(text) <= most:
        return text
    return text[: sum(w < most for w in itertools.accumulate(map(width, text)))] + "…"


def pad(text: str, columns: int, align: str) -> str:
    """With spaces on the right ("<") or on the left (">")."""
    spaces = " " * (columns - width(text))
    return spaces + text if align == ">" else text + spaces


def bar(share: float, columns: int, mark: float | None = None) -> str:
    """A bar of eighths of a column over ``share`` of the columns, and a line across it at ``mark``; NaN is nothing."""
    eighths = round(min(max(share, 0.0), 1.0) * columns * 8) if share == share else 0
    drawn = "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
    if mark is None or mark != mark:
        return drawn
    at = min(int(min(max(mark, 0.0), 1.0) * columns), columns - 1)
    drawn = drawn.ljust(columns)
    return (drawn[:at] + MARK + drawn[at + 1 :]).rstrip()


def grid(rows: Sequence[Sequence[str]], most: int | None = None) -> list[str]:
    """A label and cells in columns, three spaces apart.

    Where that is wider than ``most``, the last cells of a row come below its first ones. The last cell of a row may
    be longer than its column; one alone is wrapped.
    """
    lines: list[str] = []
    for columns in range(max(map(len, rows)), 1, -1):
        parts = [
            [row[0] if i == 1 else "", *row[i : i + columns - 1]]
            for row in rows
            for i in range(1, max(len(row), 2), columns - 1)
        ]
        widths = [2 + max(width(part[0]) for part in parts)]
        widths += [3 + max((width(p[j]) for p in parts if len(p) > j + 1), default=0) for j in range(1, columns)]
        lines = []
        for part, alone in zip(parts, (len(part) == 2 for part in parts), strict=True):
            line = "".join(pad(cell, w, "<") for cell, w in zip(part, widths, strict=False)).rstrip()
            if alone and most is not None and width(line) > most > widths[0]:
                indent = " " * widths[0]
                lines += textwrap.wrap(line, most, subsequent_indent=indent, break_long_words=False)
            else:
                lines.append(line)
        if most is None or max(map(width, lines)) <= most:
            break
    return lines


@dataclass(frozen=True)
class Column:
    """Title and alignment: "<" text, ">" numbers, "." numbers at their decimal point."""

    title: str
    align: Literal["<", ">", "."] = "."


@dataclass(frozen=True)
class Table:
    """Cells, and for each row the share of a bar and the place of a mark on it, from 0 to 1 or NaN."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    bars: Sequence[float] | None = None
    marks: Sequence[float] | None = None
    bar_title: str = ""

    def text(self, most: int | None = None, *, unicode: bool = True) -> list[str]:
        """Lines no wider than ``most``, if bars and long texts can be shortened that far."""
        cells = [[column.title for column in self.columns], *self.rows]
        if not unicode:
            cells = [[cell.translate(ASCII) for cell in row] for row in cells]
        aligned = [
            _aligned([row[j] for row in cells], column.align, TEXT_WIDTH) for j, column in enumerate(self.columns)
        ]
        if most is not None:
            over = sum(width(column[0]) + GAP for column in aligned) - GAP - most
            for j, column in enumerate(self.columns):
                if column.align == "<" and over > 0:
                    narrower = max(width(aligned[j][0]) - over, LEAST_TEXT)
                    over -= width(aligned[j][0])
                    aligned[j] = _aligned([row[j] for row in cells], "<", narrower)
                    over += width(aligned[j][0])
        lines = [(" " * GAP).join(row) for row in zip(*aligned, strict=True)]
        lines = [line + " " * GAP + drawn for line, drawn in zip(lines, self._bars(lines, most), strict=True)]
        if not unicode:
            lines = [line.translate(ASCII) for line in lines]
        return [self.title, *(line.rstrip() for line in lines)]

    def _bars(self, lines: list[str], most: int | None) -> list[str]:
        columns = BAR_WIDTH if most is None else min(BAR_WIDTH, most - width(lines[0]) - GAP)
        if self.bars is None or columns < LEAST_BAR:
            return [""] * len(lines)
        marks = self.marks or [float("nan")] * len(self.bars)
        drawn = [bar(share, columns, mark) for share, mark in zip(self.bars, marks, strict=True)]
        return [self.bar_title if width(self.bar_title) <= columns else "", *drawn]

    def markdown(self) -> list[str]:
        """The same as a table of Markdown, without bars."""
        lines = [[column.title for column in self.columns]]
        lines += [["---" if column.align == "<" else "---:" for column in self.columns], *map(list, self.rows)]
        written = ["| " + " | ".join(map(escaped, line)) + " |" for line in lines]
        return [f"**{escaped(self.title)}**", "", *written]


def escaped(cell: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join("\\" + c if c in "\\`*_[]<>|#~&" else c for c in cell)


def _aligned(cells: list[str], align: str, most: int) -> list[str]:
    """All as wide as the widest."""
    if align == "<":
        cells = [cut(cell, most) for cell in cells]
    elif align == ".":
        # What stands behind the point of the numbers is as wide everywhere; the title may be wider than any.
        parts = [cell.partition(".") for cell in cells[1:]]
        behind = max((len(point + rest) for _, point, rest in parts), default=0)
        cells = [cells[0], *(front + pad(point + rest, behind, "<") for front, point, rest in parts)]
    widest = max(map(width, cells))
    return [pad(cell, widest, "<" if align == "<" else ">") for cell in cells]
