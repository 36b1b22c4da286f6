"""A `Report` as a picture of matplotlib."""

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .charts import Histogram, LossBars, Point, all_loss_bars, histogram, reliability
from .layout import cut
from .text import title

if TYPE_CHECKING:
    from .report import Report

NAME = 16  # characters of a name beside its bar


def plot(report: "Report", figure: Any = None) -> Any:
    """Draw into a figure, by default a new one of pyplot."""
    bars = [made for made in all_loss_bars(report) if made.bars]
    if figure is None:
        try:
            from matplotlib import pyplot
        except ImportError:
            raise ImportError(
                "plot needs matplotlib, which is not installed: pip install 'xentc[plot]'", name="matplotlib"
            ) from None
        figure = pyplot.figure(figsize=size(report), layout="constrained")
    axes = list(figure.subplots(*shape(report), squeeze=False).flat)
    _reliability(axes[0], reliability(report))
    _histogram(axes[1], histogram(report.losses))
    for ax, made in zip(axes[2:], bars, strict=True):
        _bars(ax, made, report.mean)
    figure.suptitle(title(report))
    return figure


def shape(report: "Report") -> tuple[int, int]:
    """Rows and columns of pictures: in one row, or four in two."""
    n = 2 + sum(bool(made.bars) for made in all_loss_bars(report))
    return (2, 2) if n == 4 else (1, n)


def size(report: "Report") -> tuple[float, float]:
    """Width and height in inches."""
    n_rows, n_columns = shape(report)
    return 4.6 * n_columns, 4.4 * n_rows


def _reliability(ax: Any, points: tuple[Point, ...]) -> None:
    ax.plot([0, 1], [0, 1], linestyle="--", color="0.6", linewidth=1)
    confidence, accuracy = [p.confidence for p in points], [p.accuracy for p in points]
    errors = [[min(p.error, p.accuracy) for p in points], [min(p.error, 1 - p.accuracy) for p in points]]
    ax.errorbar(confidence, accuracy, yerr=errors, linewidth=1, elinewidth=1, color="C0", clip_on=False)
    ax.scatter(confidence, accuracy, s=[12 + 160 * p.share for p in points], color="C0", zorder=3, clip_on=False)
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="accuracy", title="reliability", aspect="equal")


def _histogram(ax: Any, h: Histogram) -> None:
    edges = h.edges
    if h.counts:
        ax.set_xscale("log")
        ax.bar(edges[:-1], h.heights, width=[high - low for low, high in pairwise(edges)], align="edge", color="C0")
        # What is outside of the axis has a bar of its own at its end, a doubling wide.
        for count, start, name in ((h.below, edges[0] / 4, "0"), (h.above, edges[-1] * 2, "large")):
            if count:
                ax.bar([start], [count], width=[start], align="edge", color="C0")
                ax.annotate(name, (start * 1.4, count), (0, 2), textcoords="offset points", ha="center", fontsize=8)
    else:
        outside = {name: count for name, count in (("0", h.below), ("large", h.above)) if count}
        ax.bar(list(outside), list(outside.values()), width=0.3, color="C0")
    ax.set(xlabel="loss, nats", ylabel="rows per doubling of the loss", title="histogram of losses")


def _bars(ax: Any, bars: LossBars, mean: float) -> None:
    names = [cut(bar.name, NAME).replace("$", r"\$") for bar in bars.bars]
    places = list(range(len(names)))
    longest = max((bar.loss + bar.error for bar in bars.bars if math.isfinite(bar.loss)), default=1.0) or 1.0
    ax.barh(
        places,
        [min(bar.loss, longest) for bar in bars.bars],
        xerr=[bar.error if math.isfinite(bar.error) else 0.0 for bar in bars.bars],
        color="C0",
        ecolor="0.25",
    )
    for place, bar in zip(places, bars.bars, strict=True):
        if math.isinf(bar.loss):
            ax.annotate("infinite", (longest, place), (-3, 0), textcoords="offset points", ha="right", va="center")
    ax.set_yticks(places, names)
    ax.invert_yaxis()
    ax.locator_params(axis="x", nbins=6)
    if math.isfinite(mean):
        ax.axvline(mean, linestyle="--", color="0.6", linewidth=1)
    ax.set(xlabel="loss, nats", title=bars.title.replace("$", r"\$"))
