"""The pictures of the pages, drawn by every build from what xentc computes; those of the bench from its results.

Each is drawn twice, for light pages and for dark ones. All writing in them is symbols and numbers, so that both
languages use them; it is text in the SVG, in the reader's own font.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("svg")

from matplotlib.figure import Figure

import xentc
from bench import pictures as measured
from bench import runs

COUNTS = np.array([2, 4, 3, 3, 1, 7])  # the twenty throws of the text
WOLF = np.array([3246, 3449, 2897, 2841, 3635, 3932])
THEMES = {  # of the page behind, which stays visible
    "light": {"ink": "#222832", "pale": "#b8bec8", "line": "#0b6fb8", "mark": "#c2410c", "map": "Blues"},
    "dark": {"ink": "#ced6dd", "pale": "#5b6570", "line": "#6cb8f0", "mark": "#ff9d5c", "map": "Blues_r"},
}
Colours = dict[str, str]


def plain(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)


def candidates(figure: Figure, colours: Colours) -> None:
    """The loss of one throw over dice whose face 6 has probability p, and the others the same share of the rest."""
    p = np.linspace(0.02, 0.9, 400)
    y = np.repeat((1 - p)[:, np.newaxis] / 5, 6, axis=1)
    y[:, 5] = p
    losses = xentc.cross_entropy(COUNTS, y[:, np.newaxis], reduction="none")[:, 0] / COUNTS.sum()
    rng = np.random.default_rng(1)
    others = rng.dirichlet(np.full(6, 4.0), 3000)
    their_losses = xentc.cross_entropy(COUNTS, others) / COUNTS.sum()
    best = COUNTS / COUNTS.sum()
    lowest = float(xentc.cross_entropy(best, best))
    axes = figure.subplots()
    axes.scatter(others[:, 5], their_losses, s=3, color=colours["pale"], linewidth=0, label="y random (Dirichlet)")
    axes.plot(
        p,
        losses,
        color=colours["line"],
        linewidth=2,
        label="y = ((1 \N{MINUS SIGN} p)/5, …, (1 \N{MINUS SIGN} p)/5, p)",
    )
    axes.axhline(lowest, color=colours["mark"], linewidth=1, linestyle="--")
    axes.plot(best[5], lowest, "o", color=colours["mark"], label=f"y = t / Σt: {lowest:.4f}")
    fair = float(xentc.cross_entropy(COUNTS, np.full(6, 1 / 6))) / COUNTS.sum()
    axes.plot(1 / 6, fair, "s", color=colours["line"], label=f"y = (1/6, …, 1/6): {fair:.4f}")
    axes.set(xlabel="y₆", ylabel="\N{MINUS SIGN}log L / 20", ylim=(lowest - 0.08, 3.2), xlim=(0, 0.92))
    axes.legend(frameon=False, markerscale=1.5)
    plain(axes)


CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])


def simplex(figure: Figure, colours: Colours) -> None:
    """Three events: which way the loss falls within the triangle of all y, and how the slope vanishes on a line."""
    t = np.array([2.0, 3.0, 5.0])
    best = t / t.sum()
    left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
    steps = 60
    grid = np.array([(i, j, steps - i - j) for i in range(1, steps) for j in range(1, steps - i)]) / steps
    where = grid @ CORNERS
    losses = xentc.cross_entropy(t, grid) / t.sum()
    left.tricontourf(*where.T, losses, levels=np.linspace(losses.min(), 2.6, 14), cmap=colours["map"], alpha=0.6)
    coarse = np.array([(i, j, 13 - i - j) for i in range(1, 13) for j in range(1, 13 - i)]) / 13
    _, gradient = xentc.cross_entropy_and_grad(t, coarse)
    down = -(gradient - gradient.mean(axis=1, keepdims=True)) @ CORNERS
    length = np.linalg.norm(down, axis=1, keepdims=True)
    down *= np.log1p(length) / length  # or the arrows of the corners would cover all others
    left.quiver(*(coarse @ CORNERS).T, *down.T, color=colours["ink"], scale=75, width=0.006)
    left.plot(*(best @ CORNERS), "o", color=colours["mark"], markersize=9)
    left.fill(*CORNERS.T, fill=False, edgecolor=colours["ink"])
    for k, (corner, move) in enumerate(zip(CORNERS, [(-0.07, -0.06), (0.07, -0.06), (0, 0.05)], strict=True)):
        left.text(*(corner + move), f"y{'₁₂₃'[k]} = 1", ha="center", va="center")
    left.set_aspect("equal")
    left.axis("off")
    share = np.linspace(-0.6, 1.6, 400)  # of the way from the fair y to the best one, and beyond
    line = 1 / 3 + share[:, np.newaxis] * (best - 1 / 3)
    _, gradient = xentc.cross_entropy_and_grad(t, line)
    projected = gradient - gradient.mean(axis=1, keepdims=True)
    for k, name in enumerate(("line", "pale", "ink")):
        right.plot(line[:, 2], projected[:, k], linewidth=2, label=f"k = {k + 1}", color=colours[name])
    right.axhline(0, color=colours["pale"], linewidth=1)
    right.plot(best[2], 0, "o", color=colours["mark"], markersize=9, label="y = t / Σt")
    right.set(xlabel="y₃", ylabel="gₖ \N{MINUS SIGN} mean(g)")
    right.legend(frameon=False)
    plain(right)


def convergence(figure: Figure, colours: Colours) -> None:
    """Wolf's throws in a random order: the estimate after n of them, with 1.96 standard errors."""
    rng = np.random.default_rng(6)
    throws = rng.permutation(np.repeat(np.arange(6), WOLF))
    n = np.unique(np.geomspace(10, len(throws), 250).astype(int))
    seen = np.cumsum(throws[:, np.newaxis] == np.arange(6), axis=0)[n - 1]
    estimate = seen / n[:, np.newaxis]
    error = np.sqrt(estimate[:, 5] * (1 - estimate[:, 5]) / n)
    left, right = figure.subplots(1, 2)
    low, high = estimate[:, 5] - 1.96 * error, estimate[:, 5] + 1.96 * error
    left.fill_between(n, low, high, color=colours["line"], alpha=0.25, linewidth=0)
    left.plot(n, estimate[:, 5], color=colours["line"], linewidth=1.5, label="ŷ₆ ± 1.96 s.e.")
    left.axhline(1 / 6, color=colours["mark"], linestyle="--", linewidth=1, label="1/6")
    left.set(xscale="log", xlabel="n", ylim=(0, 0.45))
    whole = WOLF / WOLF.sum()
    gap = xentc.cross_entropy(np.broadcast_to(whole, estimate.shape), estimate, eps=1e-9) - xentc.cross_entropy(
        whole, whole
    )
    right.plot(n, np.maximum(gap, 1e-9), color=colours["line"], linewidth=1.5, label="KL(t/Σt ‖ ŷ)")
    right.plot(n, 5 / (2 * n), color=colours["mark"], linestyle="--", linewidth=1, label="5 / (2n)")
    right.set(xscale="log", yscale="log", xlabel="n", ylim=(1e-6, 3))
    for axes in (left, right):
        axes.legend(frameon=False)
        plain(axes)


PICTURES: dict[str, tuple[Callable[[Figure, Colours], None], tuple[float, float]]] = {
    "candidates": (candidates, (7, 4)),
    "simplex": (simplex, (7.5, 3.5)),
    "convergence": (convergence, (7.5, 3.3)),
}


def draw(folder: Path) -> None:
    measured.draw(runs.fastest(runs.load(runs.RESULTS)), folder)
    for theme, colours in THEMES.items():
        ink = colours["ink"]
        style = {
            "svg.fonttype": "none",
            "svg.hashsalt": "xentc",  # the same file from every build
            "font.family": "sans-serif",
            "text.color": ink,
            "axes.edgecolor": ink,
            "axes.labelcolor": ink,
            "xtick.color": ink,
            "ytick.color": ink,
            "axes.facecolor": "none",
            "figure.facecolor": "none",
        }
        with mpl.rc_context(style):
            for name, (picture, size) in PICTURES.items():
                figure = Figure(figsize=size, layout="constrained")
                picture(figure, colours)
                figure.savefig(folder / f"{name}-{theme}.svg", metadata={"Date": None})
