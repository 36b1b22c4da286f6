"""What the pictures of a `Report` show, as numbers: the page draws them as SVG, ``plot`` with matplotlib."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .text import accuracy_error
from .words import text

if TYPE_CHECKING:
    from .records import Group, LossBin
    from .report import Report

MOST_BARS = 20  # classes or groups; beyond them those of the largest losses
MOST_LOSS_BINS = 48


@dataclass(frozen=True)
class Point:
    """A bin of the reliability diagram: where, half the length of its error bar, its share of the rows."""

    confidence: float
    accuracy: float
    error: float
    share: float


@dataclass(frozen=True)
class Histogram:
    """Counts of losses on a logarithmic axis; those outside of its edges, zeros for one, are counted apart."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    below: int
    above: int

    @property
    def heights(self) -> list[float]:
        """Rows per doubling of the loss: what makes bins of unlike width alike on a logarithmic axis."""
        return [
            count / math.log2(high / low)
            for count, (low, high) in zip(self.counts, itertools.pairwise(self.edges), strict=True)
        ]


@dataclass(frozen=True)
class LossBar:
    """The loss of a class or group, and half the length of its error bar."""

    name: str
    loss: float
    error: float


@dataclass(frozen=True)
class LossBars:
    """Bars in the order of their classes or groups; of more than MOST_BARS, the largest."""

    title: str
    bars: tuple[LossBar, ...]


def reliability(report: "Report") -> tuple[Point, ...]:
    """Of the bins that have rows."""
    return tuple(
        Point(b.confidence, b.accuracy, accuracy_error(b), b.count / report.count)
        for b in report.calibration
        if b.count and not math.isnan(b.confidence)
    )


def histogram(bins: "Sequence[LossBin]") -> Histogram:
    """In at most MOST_LOSS_BINS, each of 1, 2, 4, ... of the report's bins."""
    inner = [b for b in bins if math.isfinite(b.low) and math.isfinite(b.high)]
    inner = list(itertools.dropwhile(lambda b: not b.count, inner))
    while inner and not inner[-1].count:
        inner.pop()
    together = 1
    while len(inner) > MOST_LOSS_BINS * together:
        together *= 2
    parts = [inner[i : i + together] for i in range(0, len(inner), together)]
    edges = (*(part[0].low for part in parts), parts[-1][-1].high) if parts else ()
    counts = tuple(sum(b.count for b in part) for part in parts)
    below = sum(b.count for b in bins if math.isinf(b.low))
    above = sum(b.count for b in bins if math.isinf(b.high) and not math.isinf(b.low))
    return Histogram(edges, counts, below, above)


def loss_bars(groups: "Sequence[Group]", kind: str) -> LossBars:
    """Of the classes or groups that have rows."""
    known = [group for group in groups if group.count and not math.isnan(group.mean)]
    heading = f"loss by {kind}"
    if len(known) > MOST_BARS:
        heading += f": the {MOST_BARS} largest of {len(known):,}"
        known = sorted(known, key=lambda group: -group.mean)[:MOST_BARS]
    bars = (LossBar(text(g.name), g.mean, 0.0 if math.isnan(g.standard_error) else g.standard_error) for g in known)
    return LossBars(heading, tuple(bars))


def all_loss_bars(report: "Report") -> list[LossBars]:
    """By class, then by group."""
    made = [loss_bars(report.by_class, "class")]
    if report.by is not None:
        made.append(loss_bars(report.by, text(report.by_name) if report.by_name else "group"))
    return made


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from low to high: 1, 2 or 5 times a power of ten apart."""
    if not high > low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    return [i * step for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def log_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Powers of ten from low to high, at most so many; of a range with less than two, 1, 2 and 5 times them."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first < 1:
        powers = range(first - 1, last + 2)
        made = [m * 10.0**power for power in powers for m in (1, 2, 5)]
        return [tick for tick in made if low <= tick <= high]
    step = -(-(last - first + 1) // most)
    return [10.0**power for power in range(first, last + 1, step)]
