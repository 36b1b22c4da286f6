"""Pictures of a `Report` as inline SVG. Their colours are variables of the page's style, so they follow its theme."""

import itertools
import math
from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING

from .charts import Histogram, LossBars, Point, all_loss_bars, histogram, log_ticks, reliability, ticks
from .figures import number
from .layout import cut

if TYPE_CHECKING:
    from .report import Report

Scale = Callable[[float], float]

# The pictures are as wide as a telephone, where they are shown at their own size.
WIDTH, HEIGHT = 360, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 40
ROW = 22  # height of a bar with its space
NAME = 11  # characters of a name beside its bar


def _between(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _svg(height: float, label: str, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{''.join(parts)}</svg>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, content: str, kind: str = "", anchor: str = "middle", more: str = "") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(content)}</text>'


def _ticks(values: list[float]) -> list[str]:
    """Short, since there is little room, and all of an axis in one unit: 0.25, 1500, 20k, 3M."""
    used = [value for value in values if value]
    for power, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if used and max(used) >= 10 * power and min(used) >= power / 100:
            return [f"{value / power:g}{letter if value else ''}" for value in values]
    return [f"{value:g}" for value in values]


def _axes(x: Scale, x_ticks: list[float], y: Scale, y_ticks: list[float], x_title: str, y_title: str) -> list[str]:
    floor, middle = HEIGHT - BOTTOM, (TOP + HEIGHT - BOTTOM) / 2
    parts = []
    for tick, name in zip(y_ticks, _ticks(y_ticks), strict=True):
        parts += [_line(LEFT, y(tick), WIDTH - RIGHT, y(tick), "grid"), _text(LEFT - 6, y(tick) + 4, name, "", "end")]
    parts += [_text(x(tick), floor + 16, name) for tick, name in zip(x_ticks, _ticks(x_ticks), strict=True)]
    parts += [
        _line(LEFT, floor, WIDTH - RIGHT, floor, "axis"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x_title, "title"),
        _text(10, middle, y_title, "title", more=f' transform="rotate(-90 10 {middle:.1f})"'),
    ]
    return parts


def _reliability(points: tuple[Point, ...]) -> str:
    x = _between(0, 1, LEFT, WIDTH - RIGHT)
    y = _between(0, 1, HEIGHT - BOTTOM, TOP)
    even = ticks(0, 1)
    parts = [*_axes(x, even, y, even, "confidence", "accuracy"), _line(x(0), y(0), x(1), y(1), "ideal")]
    path = " ".join(f"{x(p.confidence):.1f},{y(p.accuracy):.1f}" for p in points)
    parts.append(f'<polyline class="path" points="{path}"/>')
    for p in points:
        low, high = max(p.accuracy - p.error, 0), min(p.accuracy + p.error, 1)
        tip = f"confidence {number(p.confidence)}, accuracy {number(p.accuracy)}, {p.share:.1%} of the rows"
        parts += [
            _line(x(p.confidence), y(low), x(p.confidence), y(high), "error"),
            f'<circle class="dot" cx="{x(p.confidence):.1f}" cy="{y(p.accuracy):.1f}" '
            f'r="{2.5 + 7 * math.sqrt(p.share):.1f}"><title>{tip}</title></circle>',
        ]
    return _svg(HEIGHT, "Reliability diagram: accuracy against confidence", parts)


def _histogram(h: Histogram) -> str:
    floor, largest = HEIGHT - BOTTOM, max((*h.heights, h.below, h.above))
    y = _between(0, largest, floor, TOP)
    # Losses outside of the logarithmic axis have a bar of their own at its end.
    start, end = LEFT + 30 * bool(h.below) + 4, WIDTH - RIGHT - 30 * bool(h.above) - 4
    bars: list[tuple[float, float, float, int, str]] = []
    if h.below:
        bars.append((LEFT + 6, LEFT + 22, h.below, h.below, "0"))
    if h.above:
        bars.append((WIDTH - RIGHT - 22, WIDTH - RIGHT - 6, h.above, h.above, "large"))
    named = [_text((left + right) / 2, floor + 16, name) for left, right, *_, name in bars]
    x: Scale = float
    x_ticks: list[float] = []
    if h.counts:
        log_x = _between(math.log(h.edges[0]), math.log(h.edges[-1]), start, end)
        x, x_ticks = (lambda value: log_x(math.log(value))), log_ticks(h.edges[0], h.edges[-1])
        bars += [
            (x(low), x(high), height, count, f"{number(low, 3)} to {number(high, 3)}")
            for (low, high), height, count in zip(itertools.pairwise(h.edges), h.heights, h.counts, strict=True)
        ]
    parts = [*_axes(x, x_ticks, y, ticks(0, largest), "loss, nats", "rows per doubling of the loss"), *named]
    for left, right, height, count, name in bars:
        parts.append(
            f'<rect class="fill" x="{left:.1f}" y="{y(height):.1f}" width="{max(right - left - 0.7, 0.5):.1f}" '
            f'height="{floor - y(height):.1f}"><title>{name}: {count:,} rows</title></rect>'
        )
    return _svg(HEIGHT, "Histogram of losses", parts)


def _bars(bars: LossBars, mean: float) -> str:
    finite = [bar.loss + bar.error for bar in bars.bars if math.isfinite(bar.loss + bar.error)]
    largest = max((*finite, mean if math.isfinite(mean) else 0.0), default=0.0) or 1.0
    left, bottom = 100, TOP + ROW * len(bars.bars)
    x = _between(0, largest, left, WIDTH - RIGHT - 46)
    parts = [_line(x(tick), TOP, x(tick), bottom, "grid") for tick in ticks(0, largest, 4)]
    marks = ticks(0, largest, 4)
    parts += [_text(x(tick), bottom + 16, name) for tick, name in zip(marks, _ticks(marks), strict=True)]
    for i, bar in enumerate(bars.bars):
        top, middle = TOP + ROW * i, TOP + ROW * (i + 0.5)
        length = min(max(bar.loss, 0.0), largest)
        parts += [
            _text(left - 8, middle + 4, cut(bar.name, NAME), "name", "end"),
            f'<rect class="fill" x="{left}" y="{top + 4}" width="{x(length) - left:.1f}" height="{ROW - 8}">'
            f"<title>{escape(bar.name)}: {number(bar.loss)} ± {number(bar.error, 2)}</title></rect>",
            _line(x(max(length - bar.error, 0)), middle, x(min(length + bar.error, largest)), middle, "error"),
            _text(WIDTH - RIGHT, middle + 4, number(bar.loss, 3), "", "end"),
        ]
    if math.isfinite(mean) and mean >= 0:
        parts += [_line(x(mean), TOP - 4, x(mean), bottom + 2, "ideal"), _text(x(mean), TOP - 5, "mean")]
    parts += [
        _line(left, TOP, left, bottom, "axis"),
        _text((left + WIDTH - RIGHT) / 2, bottom + 34, "loss, nats", "title"),
    ]
    return _svg(bottom + BOTTOM, bars.title, parts)


def charts(report: "Report") -> list[tuple[str, str]]:
    """Headings and pictures; those that have nothing to show are left out."""
    made = []
    if points := reliability(report):
        made.append(("reliability", _reliability(points)))
    if report.losses:
        made.append(("histogram of losses", _histogram(histogram(report.losses))))
    made += [(bars.title, _bars(bars, report.mean)) for bars in all_loss_bars(report) if bars.bars]
    return made
