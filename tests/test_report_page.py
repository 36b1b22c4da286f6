"""A report as a page of HTML and as pictures."""

import math
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from reports import HOSTILE, INFINITE, NAMED, NO_ROWS, ORDINARY, REPORTS, group

from xentc._evaluation import charts, page, svg

ANY_REPORT = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)

VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Collects what is in a page, and refuses one that is not well formed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.content = [], [], [], {}

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.content.setdefault(self.open[-1], []).append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


@ANY_REPORT
def test_page_is_well_formed_and_needs_nothing_else(report, tmp_path):
    report.to_html(tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    found = read(html)
    assert not {"script", "link", "img", "iframe", "object"} & set(found.tags)
    assert not [
        pair for pair in found.attributes if pair[1] in ("href", "src", "xlink:href", "style") and ":" not in pair[2]
    ]
    assert not re.search(r"https?:|url\(|@import", html)
    assert ("meta", "name", "viewport") in found.attributes
    assert "prefers-color-scheme:dark" in html
    assert found.content["title"][0] == found.content["h1"][0]


@ANY_REPORT
def test_fragment_for_notebooks(report):
    html = report._repr_html_()
    found = read(html)
    assert found.tags[0] == "div"
    assert not {"html", "body", "script"} & set(found.tags)
    # Every rule of the style begins with the class of the fragment, so that it changes nothing else of the notebook.
    style = re.sub(r"@media[^{]*\{(.*?\})\}", r"\1", found.content["style"][0], flags=re.DOTALL)
    for rule in re.findall(r"([^{}]+)\{", style):
        assert all(selector.strip().startswith(".xentc") for selector in rule.split(","))


@ANY_REPORT
def test_pictures_have_finite_coordinates_inside_their_frame(report):
    found = read(page.page(report))
    widths = {"x": 360, "x1": 360, "x2": 360, "cx": 360, "width": 360}
    frames = re.findall(r'viewBox="0 0 360 (\d+)"', page.page(report))
    for tag, name, value in found.attributes:
        if name in widths or name in ("y", "y1", "y2", "cy", "height", "r"):
            number = float(value)
            assert math.isfinite(number)
            assert 0 <= number <= widths.get(name, max(map(float, frames))), (tag, name)


def test_names_cannot_become_tags():
    found = read(page.page(NAMED, head=HOSTILE[1], notes=HOSTILE))
    assert "script" not in found.tags
    assert HOSTILE[1] in found.content["h1"]
    assert HOSTILE[1] in found.content["td"]


def test_all_of_the_report_is_on_the_page():
    html = page.page(NAMED)
    for line in str(NAMED).splitlines()[1:4]:
        for cell in re.split(" {3,}", line)[1:]:
            assert cell in html
    for heading in ("by class", "by day", "largest losses", "calibration:", "reliability", "histogram", "loss by day"):
        assert heading in html
    assert html.count("Warning:") == len(NAMED.warnings)


def test_bars_of_the_tables():
    html = page.page(ORDINARY)
    shares = [float(share) for share in re.findall(r'<i style="width:([\d.]+)%">', html)]
    by_class, worst = ([value / max(values) * 100 for value in values] for values in (
        [g.mean for g in ORDINARY.by_class], [row.loss for row in ORDINARY.worst])
    )  # fmt: skip
    filled = [b for b in ORDINARY.calibration if b.count]
    expected = [*by_class, *worst, *(100 * b.accuracy for b in filled)]
    assert shares == pytest.approx(expected, abs=0.051)
    marks = [float(place) for place in re.findall(r'<u style="left:([\d.]+)%">', html)]
    assert marks == pytest.approx([100 * b.confidence for b in filled], abs=0.051)
    assert html.count('<td class="bar">') == 10 + 10 + 15


def test_head_and_notes():
    assert "<h1>5,000 rows, 10 classes</h1></header>" in page.page(ORDINARY).replace("\n", "")
    lines = re.findall('<div class="quiet">(.*?)</div>', page.page(ORDINARY, "data.csv", ["columns p_0 … p_9", ""]))
    assert lines == ["5,000 rows, 10 classes", "columns p_0 … p_9"]


def test_pictures_show_the_numbers():
    """Lengths and places are those of the losses, confidences and accuracies."""
    (_, points), (_, histogram), (title, bars) = svg.charts(ORDINARY)
    filled = [b for b in ORDINARY.calibration if b.count]
    at = np.array(re.findall(r'<circle class="dot" cx="([\d.]+)" cy="([\d.]+)"', points), float)
    for places, values in ((at[:, 0], [b.confidence for b in filled]), (-at[:, 1], [b.accuracy for b in filled])):
        steps = np.diff(places) / np.diff(values)
        assert steps == pytest.approx(np.full(len(steps), steps.mean()), rel=0.02)
        assert steps.mean() > 0
    assert title == "loss by class"
    lengths = np.array(re.findall(r'<rect class="fill"[^>]* width="([\d.]+)"', bars), float)
    assert lengths / lengths[0] == pytest.approx([g.mean for g in ORDINARY.by_class], rel=0.01)
    heights = np.array(re.findall(r'<rect class="fill"[^>]* height="([\d.]+)"', histogram), float)
    counts = np.array([b.count for b in ORDINARY.losses[1:]])  # the first bin is empty
    assert heights / heights[-1] == pytest.approx(counts / counts[-1], abs=0.001)


def test_plot_shows_the_numbers():
    from matplotlib.figure import Figure

    ax, histogram, bars = ORDINARY.plot(Figure()).axes
    filled = [b for b in ORDINARY.calibration if b.count]
    points = ax.collections[-1].get_offsets()
    assert points.tolist() == [[b.confidence, b.accuracy] for b in filled]
    assert [patch.get_width() for patch in bars.patches] == [g.mean for g in ORDINARY.by_class]
    (segments,) = [lines.get_segments() for lines in bars.collections]
    errors = [(segment[1, 0] - segment[0, 0]) / 2 for segment in segments]
    assert errors == pytest.approx([g.standard_error for g in ORDINARY.by_class])
    area = sum(patch.get_height() * np.log2(1 + patch.get_width() / patch.get_x()) for patch in histogram.patches)
    assert area == pytest.approx(sum(b.count for b in ORDINARY.losses))
    assert bars.yaxis_inverted()
    assert [label.get_text() for label in bars.get_yticklabels()] == [str(g.name) for g in ORDINARY.by_class]


def test_long_tables_are_cut():
    report = replace(ORDINARY, by=tuple(group(f"g{i}") for i in range(5000)))
    html = page.page(report)
    assert '<td class="word">g999</td>' in html
    assert "g1000<" not in html
    assert "4,000 more are not shown here." in html
    assert "loss by group: the 20 largest of 5,000" in html


@ANY_REPORT
def test_histogram_has_every_row(report):
    made = charts.histogram(report.losses)
    assert sum(made.counts) + made.below + made.above == sum(b.count for b in report.losses)
    assert len(made.counts) <= charts.MOST_LOSS_BINS
    assert list(made.edges) == sorted(made.edges)
    assert all(edge > 0 and math.isfinite(edge) for edge in made.edges)


def test_histogram_of_wide_range_takes_bins_together():
    losses = tuple(
        replace(INFINITE.losses[1], low=2.0 ** (k / 4), high=2.0 ** ((k + 1) / 4), count=1) for k in range(-120, 40)
    )
    made = charts.histogram(losses)
    assert made.counts == (4,) * 40
    assert made.heights == pytest.approx([4.0] * 40)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 3605, [0, 1000, 2000, 3000]), (0, 0.324, [0, 0.1, 0.2, 0.3]), (0, 0, [0])],
)
def test_ticks(low, high, expected):
    assert charts.ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.0005, 8, [0.001, 0.01, 0.1, 1]), (1.5, 12, [2, 5, 10]), (1e-9, 1e9, [10.0**k for k in range(-9, 10, 3)])],
)
def test_logarithmic_ticks(low, high, expected):
    assert charts.log_ticks(low, high) == pytest.approx(expected)


@ANY_REPORT
@pytest.mark.filterwarnings("ignore:Glyph")
def test_plot(report, tmp_path):
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    assert report.plot(figure) is figure
    titles = [ax.get_title() for ax in figure.axes]
    assert titles[:2] == ["reliability", "histogram of losses"]
    expected = ["loss by class"] * any(g.count for g in report.by_class) + ["loss by"] * bool(report.by)
    assert len(titles) == 2 + len(expected)
    assert all(title.startswith(start) for title, start in zip(titles[2:], expected, strict=True))
    figure.savefig(tmp_path / "report.png")
    points = figure.axes[0].collections[-1].get_offsets()
    assert len(points) == sum(b.count > 0 for b in report.calibration)


def test_plot_in_a_figure_of_pyplot(monkeypatch):
    import matplotlib

    monkeypatch.setattr(matplotlib, "rcParams", matplotlib.rcParams.copy())
    matplotlib.use("agg")
    from matplotlib import pyplot

    figure = ORDINARY.plot()
    try:
        assert figure.number in pyplot.get_fignums()
    finally:
        pyplot.close(figure)


def test_plot_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(
        ImportError, match=r"^plot needs matplotlib, which is not installed: pip install 'xentc\[plot\]'$"
    ):
        ORDINARY.plot()


def test_rendering_imports_nothing_heavy():
    script = """
import sys
sys.path.insert(0, "tests")
from reports import NAMED
NAMED.to_text("all"), NAMED.to_json(), NAMED._repr_html_()
print({"matplotlib", "pandas", "pyarrow", "tqdm"} & set(sys.modules))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == "set()\n"


def test_page_of_no_rows_says_so():
    html = page.page(NO_ROWS)
    assert "0 rows, 0 classes" in html
    assert "<svg" not in html


def test_page_cannot_be_written(tmp_path):
    with pytest.raises(FileNotFoundError):
        ORDINARY.to_html(tmp_path / "missing" / "report.html")


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([0.0, 500.0, 1000.0, 1500.0, 2000.0], ["0", "500", "1000", "1500", "2000"]),
        ([0.0, 5000.0, 10000.0], ["0", "5k", "10k"]),
        ([0.0, 2e6, 1.2e7], ["0", "2M", "12M"]),
        ([1e-3, 1.0, 1e4], ["0.001", "1", "10000"]),
        ([], []),
    ],
)
def test_ticks_of_an_axis_have_one_unit(values, written):
    assert svg._ticks(values) == written
