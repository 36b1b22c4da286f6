"""The pictures of a run, drawn from the same records as the tables: each for light pages and for dark ones.

``python -m bench.readme`` draws the one that README shows, the build of the docs all of them; ``python -m
bench.pictures FOLDER`` draws them for a look.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from bench import tables
from bench.runs import RESULTS, digest, fastest, load
from bench.tables import LINE, NUMPY, Record, Result

INKS = {"light": "#222832", "dark": "#ced6dd"}
PALE = {"light": "#b8bec8", "dark": "#5b6570"}
# Colour on a light page, on a dark one, and marker. Hues that the colour-blind tell apart; markers tell them all.
LOOKS = {
    "xentc": ("#c2410c", "#ff9d5c", "o"),
    LINE: ("#6b7280", "#9aa4b2", "x"),
    NUMPY: ("#0b6fb8", "#6cb8f0", "s"),
    "torch": ("#b45309", "#f2c063", "^"),
    "torch.compile": ("#7c3aed", "#b79cff", "v"),
    "JAX": ("#047857", "#5fd0a8", "D"),
    "numba": ("#be185d", "#ff8fc0", "P"),
    "numexpr": ("#4d7c0f", "#b5dd6a", "*"),
    "ONNX Runtime": ("#0e7490", "#67d3e8", "p"),
    "OpenVINO": ("#6d4c41", "#c9a898", "h"),
    "scikit-learn": ("#374151", "#e2e8f0", "d"),
}
HEADLINES = (
    "one-hot float64",
    "one-hot float32",
    "soft float64",
    "soft float32",
    "labels float32, 10 classes",
    "logits float32, 50,257 classes",
    "logits float32, 10 classes",
    "gradient float32, 1,000 classes",
    "binary float32",
    "log_loss float64",
)
FEW_DECADES = 1000
COMPARED_IN_ERRORS = ("soft float32", "logits float32, 1,000 classes", "binary float32")


class Theme:
    """The colours of one theme."""

    def __init__(self, name: str) -> None:
        self.ink, self.pale = INKS[name], PALE[name]
        self._column = ("light", "dark").index(name)

    def look(self, name: str) -> dict[str, Any]:
        look = LOOKS[name]
        return {"color": look[self._column], "marker": look[2], "label": tables.SHOWN.get(name, name)}


def plain_numbers(axes: Axes, *which: str) -> None:
    """On a logarithmic axis 1, 10, 100 rather than powers, and 2 and 5 between them where few decades are shown."""
    for name in which:
        axis = getattr(axes, f"{name}axis")
        low, high = axis.get_view_interval()
        axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < FEW_DECADES else (1,), numticks=12))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def legend(figure: Figure, axes: Iterable[Axes], n_columns: int = 5) -> None:
    """One for all, each name once, above the pictures."""
    found = {label: handle for a in axes for handle, label in zip(*a.get_legend_handles_labels(), strict=True)}
    order = [tables.SHOWN.get(name, name) for name in LOOKS]
    labels = sorted(found, key=lambda label: order.index(label) if label in order else -1)
    handles = [found[label] for label in labels]
    figure.legend(
        handles,
        labels,
        frameon=False,
        loc="outside upper center",
        ncols=n_columns,
        columnspacing=1.2,
        handletextpad=0.4,
    )


def records_of(result: Result) -> dict[str, Record]:
    return {r["name"]: r for r in result["workloads"] if "ms" in r}


def speed_ups(result: Result, figure: Figure, theme: Theme) -> None:
    """A bar as long as the lead over the best of the others; markers for all of them."""
    records = records_of(result)
    names = [name for name in HEADLINES if name in records]
    axes = figure.subplots()
    for i, name in enumerate(names):
        best = tables.best_other(records[name])
        assert best is not None
        axes.barh(i, best[1] - 1, left=1, height=0.62, color=theme.look(best[0])["color"], alpha=0.35, linewidth=0)
    for other in tables.OTHERS:
        points = [
            (records[name]["speed_up"][other]["median"], i)
            for i, name in enumerate(names)
            if other in records[name]["speed_up"]
        ]
        if points:
            axes.plot(*zip(*points, strict=True), linestyle="", markersize=6, **theme.look(other))
    axes.axvline(1, color=theme.ink, linewidth=1)
    axes.axvline(tables.ASKED, color=theme.pale, linewidth=1, linestyle=":")
    axes.set(xscale="log", xlabel="times as long as xentc (the bar ends at the fastest of the others)")
    axes.set_yticks(range(len(names)), [tables.name_of(records[name]) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="x", color=theme.pale, linewidth=0.4, alpha=0.6)
    axes.set_axisbelow(True)
    plain_numbers(axes, "x")
    legend(figure, [axes])


def _lines(axes: Axes, theme: Theme, records: Sequence[Record], x: Callable[[Record], float], y: str) -> None:
    """A line for each candidate, over the records that have it."""
    for name in LOOKS:
        points = []
        for record in (r for r in records if name in r["ms"]):
            ms = record["ms"][name]["median"]
            points.append((x(record), record["bytes"] / ms * 1e-6 if y == "GB/s" else 1e3 * ms))
        if len(points) > 1:
            width = 2.4 if name == "xentc" else 1.1
            axes.plot(*zip(*sorted(points), strict=True), markersize=4.5, linewidth=width, **theme.look(name))


def bandwidth(result: Result, figure: Figure, theme: Theme) -> None:
    """Bytes of t and y a second, from the first cache to memory; the roof is what the same threads read."""
    records = records_of(result)
    swept = [r for r in records.values() if r["group"] == "sizes"] + [records["soft float32"]]
    axes = figure.subplots()
    _lines(axes, theme, swept, lambda r: r["bytes"] / 2**20, "GB/s")
    largest = records["soft float32"]
    roof = largest["bytes"] / largest["ms"]["floor"]["median"] * 1e-6
    axes.axhline(roof, color=theme.ink, linewidth=1, linestyle="--", label=f"reading memory: {roof:.0f} GB/s")
    axes.set(xscale="log", yscale="log", xlabel="t and y together, MiB (soft float32, 100 classes)", ylabel="GB/s")
    axes.grid(color=theme.pale, linewidth=0.4, alpha=0.6)
    plain_numbers(axes, "x", "y")
    legend(figure, [axes])


def short_calls(result: Result, figure: Figure, theme: Theme) -> None:
    """Microseconds of a call against its rows, of ten classes."""
    records = records_of(result)
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, name, largest in (
        (left, "logits float32, ", "logits float32, 10 classes"),
        (right, "mean of labels float64, ", None),
    ):
        swept = [r for r in records.values() if r["group"] == "calls" and r["name"].startswith(name)]
        swept += [records[largest]] if largest else []
        _lines(axes, theme, swept, lambda r: r["n_rows"], "us")
        axes.set(xscale="log", yscale="log", xlabel="rows", title=f"{name.rstrip(', ')}, 10 classes")
        axes.grid(color=theme.pale, linewidth=0.4, alpha=0.6)
        plain_numbers(axes, "x", "y")
    left.set_ylabel("µs per call")
    legend(figure, [left, right])


def errors(result: Result, figure: Figure, theme: Theme) -> None:
    """The largest error against the time; both small is best, at the lower left."""
    records = records_of(result)
    names = [name for name in COMPARED_IN_ERRORS if name in records]
    row = list(figure.subplots(1, len(names), squeeze=False, sharey=True)[0])
    for axes, name in zip(row, names, strict=True):
        record = records[name]
        for other in LOOKS:
            if other in record["ms"] and other in record["errors"]:
                ms, error = record["ms"][other]["median"], record["errors"][other]["loss"]
                axes.plot(ms, error, linestyle="", markersize=8 if other == "xentc" else 6, **theme.look(other))
        axes.axhline(0.5, color=theme.pale, linewidth=1, linestyle="--")
        axes.set(xscale="log", yscale="log", xlabel="ms", title=tables.name_of(record))
        axes.title.set_fontsize(8.5)
        axes.grid(color=theme.pale, linewidth=0.4, alpha=0.6)
        plain_numbers(axes, "x", "y")
    row[0].set_ylabel("largest error, ulp (0.5: correctly rounded)")
    legend(figure, row, 6)


PICTURES: dict[str, tuple[Callable[[Result, Figure, Theme], None], tuple[float, float]]] = {
    "speed": (speed_ups, (8, 4.6)),
    "bandwidth": (bandwidth, (8, 4.4)),
    "calls": (short_calls, (8, 4.2)),
    "errors": (errors, (8.6, 4.0)),
}


def draw(result: Result, folder: Path, names: Sequence[str] = tuple(PICTURES)) -> None:
    """The pictures of a run, as NAME-light.svg and NAME-dark.svg."""
    for theme in INKS:
        ink = INKS[theme]
        style = {
            "svg.fonttype": "none",  # the reader's own font
            "svg.hashsalt": "xentc",  # the same file from the same results
            "font.family": "sans-serif",
            "font.size": 9.5,
            "text.color": ink,
            "axes.edgecolor": ink,
            "axes.labelcolor": ink,
            "xtick.color": ink,
            "ytick.color": ink,
            "axes.facecolor": "none",
            "figure.facecolor": "none",
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
        with mpl.rc_context(style):
            for name in names:
                picture, size = PICTURES[name]
                figure = Figure(figsize=size, layout="constrained")
                picture(result, figure, Theme(theme))
                figure.savefig(
                    folder / f"{name}-{theme}.svg", metadata={"Date": None, "Description": f"results {digest(result)}"}
                )


if __name__ == "__main__":
    draw(fastest(load(RESULTS)), Path(sys.argv[1]))
