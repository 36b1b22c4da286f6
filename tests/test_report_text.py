"""A report on the screen, its tables, and Markdown."""

import re
import unicodedata
from dataclasses import replace

import pytest
from reports import HOSTILE, INFINITE, NAMED, NO_ROWS, ORDINARY, REPORTS, group

from xentc._evaluation import layout, text
from xentc._evaluation.records import Finding

ANY_REPORT = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)

SCREEN = """\
5,000 rows, 10 classes
loss        1.1590 ± 0.0097   95 %: 1.1400 … 1.1780   guessing 2.3026, class frequencies 2.3019
perplexity  3.187             1.672 bits
accuracy    0.7210            Brier 0.3917            calibration error 0.0244 (15 bins)
warning     rows sum to 1 only within 2e-06 (largest: row 17; 2 rows off, first: row 3)"""


def columns(line: str) -> int:
    """How wide a terminal shows a line: judged apart from the code that lays it out."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in line
    )


def test_screen():
    assert str(ORDINARY) == SCREEN


def test_weight_is_shown_where_it_is_not_the_count():
    assert str(REPORTS["weighted"]).startswith("5,000 rows, 10 classes, weight 1,234.57\n")


def test_one_row_has_no_interval():
    first = str(REPORTS["one row"]).splitlines()[1]
    assert first.startswith("loss        0.6931   guessing 2.303")


def test_by_class():
    report = replace(ORDINARY, by_class=(group("cat", 1200, 0.25), group("dog", 7, 1.0), group("eel", 0, float("nan"))))
    lines = report.to_text("by_class").splitlines()[6:]
    assert lines[0] == "by class"
    assert lines[1].split() == ["class", "rows", "loss", "±", "perplexity", "accuracy", "Brier"]
    assert lines[2].split() == ["cat", "1,200", "0.250", "0.020", "1.284", "0.700", "0.400", "█████"]
    assert lines[3].split() == ["dog", "7", "1.00", "0.27", "2.72", "0.70", "0.40", "█" * 20]
    assert lines[4].split()[:5] == ["eel", "0", "-", "-", "-"]
    points = [line.index(".") for line in lines[2:4]]
    assert points[0] == points[1]  # numbers stand with their points below each other


def test_by_group_and_its_name():
    lines = NAMED.to_text("by").splitlines()
    assert lines[-3].split()[0] == "day"
    assert [line.split()[0] for line in lines[-2:]] == ["2026-11-01", "2026-11-02"]
    assert "\nby group\n" in replace(NAMED, by_name=None).to_text(["by"])


def test_worst():
    lines = ORDINARY.to_text(("worst",)).splitlines()[6:]
    assert lines[0] == "largest losses (10)"
    assert lines[2].split() == ["7", "9.500", "0", "1", "0.9000", "█" * 20]
    assert lines[3].split()[:2] == ["1,007", "8.500"]


def test_calibration():
    report = replace(ORDINARY, calibration=ORDINARY.calibration[:8])
    lines = report.to_text("calibration").splitlines()[6:]
    assert lines[0] == "calibration: expected error 0.02441, maximum 0.05000"
    assert lines[2].split() == ["0.000", "…", "0.067", "0", "-", "-", "-"]
    *_, confidence, accuracy, difference, drawn = lines[7].split(maxsplit=8)[-6:]
    assert (confidence, accuracy, difference) == ("0.367", "0.332", "-0.035")
    assert drawn == "██████▋┃"  # 0.332 of 20 columns in eighths; the mark in the column of 0.367


@pytest.mark.parametrize(
    ("share", "drawn"), [(0, ""), (1, "████"), (0.5, "██"), (0.53, "██▏"), (float("nan"), ""), (7, "████"), (-1, "")]
)
def test_bar(share, drawn):
    assert layout.bar(share, 4) == drawn


@ANY_REPORT
@pytest.mark.parametrize("most", [40, 60, 80, 120])
def test_no_line_of_the_screen_is_wider_than_the_terminal(report, most):
    names = replace(report, warnings=[w for w in report.warnings if w.kind != "unseen"])  # one word may be longer
    assert all(columns(line) <= most for line in text.screen(names, most=most))


@ANY_REPORT
@pytest.mark.parametrize("most", [80, 120])
def test_no_line_of_a_table_is_wider_than_the_terminal(report, most):
    for name in text.chosen(report, "all"):
        lines = text.TABLES[name](report).text(most)
        shortest = (
            layout.LEAST_BAR + layout.GAP + max(map(columns, replace(text.TABLES[name](report), bars=None).text(1)))
        )
        assert all(columns(line) <= most for line in lines) or max(map(columns, lines)) < shortest


def test_narrow_screen():
    lines = text.screen(ORDINARY, most=70)
    assert lines[1:3] == [
        "loss        1.1590 ± 0.0097   95 %: 1.1400 … 1.1780",
        "            guessing 2.3026, class frequencies 2.3019",
    ]
    assert all(len(line) <= 70 for line in lines)


@ANY_REPORT
def test_every_line_of_a_table_is_aligned(report):
    for name in text.chosen(report, "all"):
        table = text.TABLES[name](report)
        lines = replace(table, bars=None).text()[1:]
        assert len(lines) == len(table.rows) + 1
        ends = {columns(line) for line in lines if not line.endswith(("-", "…"))}
        assert len(ends) <= 2  # numbers of the last column may end before its widest


@ANY_REPORT
def test_only_printable_characters(report):
    """An escape sequence in a name could do anything to a terminal; a line break would end a row of a table."""
    for lines in (text.screen(report, text.chosen(report, "all")), text.markdown(report, text.chosen(report, "all"))):
        assert all(line.isprintable() for line in lines)


@ANY_REPORT
def test_ascii(report):
    lines = text.screen(report, text.chosen(report, "all"), unicode=False)
    assert all(set(re.sub("[日本語é\u0301]", "", line)) <= set(map(chr, range(32, 127))) for line in lines)
    assert "+-" in lines[1] or "±" not in text.screen(report)[1]


def test_a_long_warning_is_wrapped_below_its_beginning():
    report = replace(ORDINARY, warnings=(Finding(kind="unseen", count=12, names=tuple(range(12))),))
    assert text.screen(report, most=50)[-3:] == [
        "warning     12 classes never seen among the",
        "            labels: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,",
        "            10, 11",
    ]


def test_the_shortest_bar():
    table = text.by_class(ORDINARY)
    columns_without = len(replace(table, bars=None).text()[1])
    enough = columns_without + layout.GAP + layout.LEAST_BAR
    assert "█" in "".join(table.text(enough))
    assert "█" not in "".join(table.text(enough - 1))


def test_names_are_escaped():
    assert text.text("\x1b[31mred\n") == "\\x1b[31mred\\n"


def test_place_of_rows():
    lines = text.screen(ORDINARY, ["worst"], place=lambda row: f"part-{row // 1000}.csv, row {row % 1000}")
    assert "(largest: part-0.csv, row 17; 2 rows off, first: part-0.csv, row 3)" in lines[4]
    assert lines[8].startswith("part-0.csv, row 7 ")
    assert lines[9].startswith("part-1.csv, row 7 ")


def test_messages():
    assert Finding(kind="sums", count=1, first_row=0, largest=0.25, largest_row=0).message == (
        "rows sum to 1 only within 0.2 (largest: row 0; 1 row off, first: row 0)"
    )
    assert [finding.message for finding in NAMED.warnings] == [
        "the probability of the label was below eps, and clipped, in 1 row (first: row 0)",
        "values up to 0.250 outside [0, 1] in 12,345 rows (first: row 1); if they are logits, give from_logits=True"
        " (--logits)",
        "NaN in 2 rows (first: row 2)",
        "3 rows of logits look like probabilities (first: row 0); if they are, leave out from_logits=True (--logits)",
        "30 classes never seen among the labels: " + ", ".join(map(text.text, HOSTILE)) + ", …",
    ]


@pytest.mark.parametrize("tables", ["bins", ["by_class", "worse"]])
def test_unknown_table(tables):
    with pytest.raises(ValueError, match=r"^tables must be among 'by_class', 'by', 'worst', 'calibration', or 'all'; "):
        ORDINARY.to_text(tables)
    with pytest.raises(ValueError, match=r"^tables must be "):
        ORDINARY.to_markdown(tables)


def test_table_of_groups_without_groups():
    with pytest.raises(ValueError, match=r"^tables: 'by' needs rows that were grouped"):
        ORDINARY.to_text("by")
    assert "by class" in ORDINARY.to_text("all")


def cells(line: str) -> list[str]:
    return re.split(r"(?<!\\)\|", line)[1:-1]


@ANY_REPORT
def test_markdown_tables_are_rectangular(report):
    tables = text.chosen(report, "all")
    lines = report.to_markdown(tables).splitlines()
    blocks = [block.splitlines() for block in "\n".join(lines).split("\n\n") if block.startswith("|")]
    assert len(blocks) == 1 + len(tables)
    for block in blocks:
        assert len({len(cells(line)) for line in block}) == 1
        assert set("".join(cells(block[1]))) <= set(" -:")


def test_markdown():
    lines = ORDINARY.to_markdown().splitlines()
    assert lines[0] == "**5,000 rows, 10 classes**"
    assert lines[4] == "| loss | 1.1590 ± 0.0097 · 95 %: 1.1400 … 1.1780 · guessing 2.3026, class frequencies 2.3019 |"
    assert "| a\\|b | 500 |" in NAMED.to_markdown("by_class")
    assert "<script>" not in NAMED.to_markdown("all").replace("\\<script\\>", "")


def test_many_groups():
    report = replace(INFINITE, by=tuple(group(i) for i in range(20_000)))
    assert len(report.to_text("by").splitlines()) == 4 + 1 + 2 + 20_000 + 1


def test_no_rows():
    assert str(NO_ROWS).splitlines() == [
        "0 rows, 0 classes",
        "loss        -   guessing -, class frequencies -",
        "perplexity  -   - bits",
        "accuracy    -   Brier -   calibration error - (15 bins)",
    ]
