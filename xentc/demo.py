"""What ``python -m xentc demo`` shows: xentc against its NumPy reference, on synthetic and on real data."""

import math
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from . import reference
from ._config import show_config
from .api import cross_entropy

Array = np.ndarray[Any, Any]

# What two rows may differ by, in ulp of the reference's: NumPy documents up to 4 for its vectorised logarithm, and
# a one-hot row of xentc is within 0.55.
BOUND_ULP = 4.55
ROUNDS = 5


@dataclass(frozen=True)
class Measured:
    """One function on one pair of arrays."""

    rows: Array
    seconds: float  # median of ROUNDS
    extra_bytes: int  # most memory in use during a call above what was in use before it, its result included


@dataclass(frozen=True)
class Comparison:
    """The reference and xentc on the same arrays."""

    title: str
    reference: Measured
    xentc: Measured
    means: tuple[float, float]

    @property
    def worst_ulp(self) -> float:
        """Largest difference of two rows, in ulp of the reference's row; infinite where only one is finite or NaN."""
        a, b = self.xentc.rows, self.reference.rows
        if a.shape != b.shape or a.dtype != b.dtype:
            return math.inf
        different = ~((a == b) | (np.isnan(a) & np.isnan(b)))
        a, b = a[different].astype(np.float64), b[different]
        if not a.size:
            return 0.0
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            return math.inf
        return float((np.abs(a - b) / np.spacing(np.abs(b)).astype(np.float64)).max())

    @property
    def means_differ(self) -> float:
        """Relative difference of the two means."""
        ours, theirs = self.means
        return abs(ours - theirs) / abs(theirs) if ours != theirs else 0.0

    @property
    def means_bound(self) -> float:
        """What bounds every row bounds their mean, since no loss is negative here; and one more rounding each."""
        return (BOUND_ULP + 1) * float(np.finfo(self.reference.rows.dtype).eps)

    @property
    def agree(self) -> bool:
        """Whether every row and the mean are within the bounds."""
        return self.worst_ulp <= BOUND_ULP and self.means_differ <= self.means_bound

    def report(self) -> str:
        """All of it, as lines to print."""

        def line(name: str, measured: Measured) -> str:
            return f"  {name:<18}{measured.seconds * 1e3:>10.3f} ms{measured.extra_bytes / 2**20:>12.2f} MiB"

        ours, theirs = self.means
        return "\n".join(
            [
                f"{self.title:<20}",
                f"  {'':<18}{'time':>13}{'extra memory':>16}",
                line("reference (NumPy)", self.reference),
                line("xentc", self.xentc),
                f"  {'ratio':<18}{self.reference.seconds / self.xentc.seconds:>10.1f} x",
                f"  mean: xentc {ours:.17g}, reference {theirs:.17g}",
                f"  {'agree' if self.agree else 'DISAGREE'}: rows differ by {self.worst_ulp:.2f} ulp at most,"
                f" {BOUND_ULP} allowed; means by {self.means_differ:.1g}, {self.means_bound:.1g} allowed",
            ]
        )


def _resident_peak(*, reset: bool = False) -> int:
    """The most memory that this process had resident since the last reset, in bytes; 0 if the system does not tell."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def call_and_measure(function: Callable[[Array, Array], Any], t: Array, y: Array) -> tuple[Any, int]:
    """The result of a call, and how many bytes of memory it took at most, its result included.

    Two measures, of which the larger counts: tracemalloc sees all that NumPy and Python allocate, but not the
    kernel's working space; the resident memory has that too, but not what is allocated again from memory freed
    before.
    """
    tracemalloc.start()
    try:
        before = _resident_peak(reset=True)
        result = function(t, y)
        risen = _resident_peak() - before if before else 0
        return result, max(risen, tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def compare(title: str, t: Array, y: Array) -> Comparison:
    """Call both once for their results and memory, then in turns for their times."""
    functions: list[Callable[..., Any]] = [reference.cross_entropy, cross_entropy]
    first_calls = [call_and_measure(function, t, y) for function in functions]
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for function, taken in zip(functions, seconds, strict=True):
            start = time.perf_counter()
            function(t, y)
            taken.append(time.perf_counter() - start)
    theirs, ours = (
        Measured(rows, statistics.median(taken), extra)
        for (rows, extra), taken in zip(first_calls, seconds, strict=True)
    )
    means = float(cross_entropy(t, y, reduction="mean")), float(reference.cross_entropy(t, y, reduction="mean"))
    return Comparison(title, theirs, ours, means)


def one_hot(labels: Array, n_classes: int, dtype: Any) -> Array:
    """Labels (N,) as targets (N, K): 1 at the label, else 0."""
    t = np.zeros((len(labels), n_classes), dtype)
    t[np.arange(len(labels)), labels] = 1
    return t


def synthetic(n_rows: int, n_classes: int) -> tuple[Array, Array]:
    """One-hot targets and random distributions, float64."""
    rng = np.random.default_rng(0)
    y = rng.random((n_rows, n_classes))
    y /= y.sum(axis=1, keepdims=True)
    return one_hot(rng.integers(n_classes, size=n_rows), n_classes, np.float64), y


def digits() -> tuple[Array, Array]:
    """Labels (1797,) of scikit-learn's handwritten digits, and the probabilities (1797, 10) of a classifier.

    ``tools/make_digits.py`` made them, and tells how.
    """
    with as_file(files("xentc") / "data" / "digits.npz") as path, np.load(path) as data:
        return data["labels"], data["probabilities"]


def run(n_rows: int, n_classes: int) -> bool:
    """Print the whole demonstration; whether xentc and the reference agreed everywhere."""
    config: Any = show_config(mode="dicts")
    print(
        f"xentc {config['version']}, NumPy {config['numpy']}, Python {config['python']} on {platform.machine()}: tier"
        f" {config['simd']['tier']}, {config['threads']} threads; medians of {ROUNDS} calls in turns\n"
    )
    first = compare(f"one-hot float64, {n_rows:,} x {n_classes}", *synthetic(n_rows, n_classes))
    print(first.report() + "\n")

    labels, y = digits()
    t = one_hot(labels, y.shape[1], np.uint8)
    second = compare(f"a classifier of {len(y):,} handwritten digits, float32, {len(y):,} x {y.shape[1]}", t, y)
    print(second.report())
    loss = second.means[0]
    print(
        f"  The classifier's cross-entropy is {loss:.4f} nats a digit, a perplexity of {math.exp(loss):.3f}; one that"
        f" guesses has {math.log(y.shape[1]):.4f} and {y.shape[1]}."
    )
    return first.agree and second.agree
