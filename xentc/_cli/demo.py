"""``xentc demo``: what people write with NumPy, the best that NumPy can do, and xentc, on the same arrays."""

import math
import platform
import statistics
import timeit
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .._api.digits import PATH
from .._api.labels import cross_entropy_labels
from .._api.losses import cross_entropy
from .._core.config import show_config

Array = np.ndarray[Any, Any]

# What two rows may differ by, in ulp: NumPy documents up to 4 for its vectorised logarithm, and a one-hot row of
# xentc is within 0.55.
BOUND_ULP = 4.55
ROUNDS = 5
SECONDS_A_ROUND = 0.001  # short calls are repeated for so long
COLUMNS = ("one line of NumPy", "best NumPy", "xentc")


def one_line(t: Array, y: Array) -> Array:
    """The formula as people write it: three temporaries of the size of y."""
    loss: Array = -np.sum(t * np.log(np.clip(y, np.finfo(y.dtype).eps, None)), axis=1)
    return loss


def best(t: Array, y: Array) -> Array:
    """For one-hot rows only: the dot product of t and y is the probability of the class, so one logarithm a row."""
    loss: Array = np.einsum("ik,ik->i", t, y)
    np.maximum(loss, np.finfo(y.dtype).eps, out=loss)
    np.log(loss, out=loss)
    np.negative(loss, out=loss)
    return loss


def one_line_labels(labels: Array, y: Array) -> Array:
    """The same for class numbers, as people write it."""
    loss: Array = -np.log(np.clip(y, np.finfo(y.dtype).eps, None))[np.arange(len(y)), labels]
    return loss


def best_labels(labels: Array, y: Array) -> Array:
    """Pick first, then one logarithm a row."""
    loss: Array = np.take_along_axis(y, labels[:, np.newaxis], axis=1)[:, 0]
    np.maximum(loss, np.finfo(y.dtype).eps, out=loss)
    np.log(loss, out=loss)
    np.negative(loss, out=loss)
    return loss


@dataclass(frozen=True)
class Measured:
    """One function on one pair of arrays."""

    rows: Array
    seconds: float  # median of ROUNDS
    extra_bytes: int  # most memory in use during a call above what was in use before it, its result included


@dataclass(frozen=True)
class Comparison:
    """The three of them on the same arrays, in the order of COLUMNS."""

    title: str
    measured: tuple[Measured, Measured, Measured]

    @property
    def worst_ulp(self) -> float:
        """Largest difference of a row of xentc from NumPy's, in ulp; infinite where only one is finite or NaN."""
        ours = self.measured[-1].rows
        return max(_ulp_apart(ours, other.rows) for other in self.measured[:-1])

    @property
    def agree(self) -> bool:
        """Whether every row is within the bound."""
        return self.worst_ulp <= BOUND_ULP

    @property
    def times_faster(self) -> float:
        """Than the best NumPy form."""
        return self.measured[1].seconds / self.measured[2].seconds

    def report(self) -> str:
        """All of it, as lines to print."""
        line, _, ours = self.measured
        times = "".join(f"{m.seconds * 1e3:>16,.2f} ms" for m in self.measured)
        extras = "".join(f"{m.extra_bytes / 2**20:>15,.2f} MiB" for m in self.measured)
        return "\n".join(
            [
                self.title,
                f"  {'':<14}" + "".join(f"{name:>19}" for name in COLUMNS),
                f"  {'time':<14}{times}",
                f"  {'extra memory':<14}{extras}",
                f"  xentc is {self.times_faster:.1f} x as fast as the best NumPy,"
                f" {line.seconds / ours.seconds:.1f} x as fast as the one line.",
                f"  {'They agree' if self.agree else 'They DISAGREE'}: rows differ by {self.worst_ulp:.2f} ulp at most,"
                f" {BOUND_ULP} allowed.",
            ]
        )


def _ulp_apart(a: Array, b: Array) -> float:
    if a.shape != b.shape or a.dtype != b.dtype:
        return math.inf
    different = ~((a == b) | (np.isnan(a) & np.isnan(b)))
    a, b = a[different].astype(np.float64), b[different]
    if not a.size:
        return 0.0
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return math.inf
    return float((np.abs(a - b) / np.spacing(np.abs(b)).astype(np.float64)).max())


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


def compare(title: str, functions: tuple[Callable[[Array, Array], Any], ...], t: Array, y: Array) -> Comparison:
    """Call each once for its result and memory, then in turns for their times."""
    first_calls = [call_and_measure(function, t, y) for function in functions]
    timers = [timeit.Timer(partial(function, t, y)) for function in functions]
    numbers = [max(1, int(SECONDS_A_ROUND / timer.timeit(1))) for timer in timers]
    seconds: tuple[list[float], ...] = tuple([] for _ in functions)
    for _ in range(ROUNDS):
        for timer, number, taken in zip(timers, numbers, seconds, strict=True):
            taken.append(timer.timeit(number) / number)
    line, best_form, ours = (
        Measured(rows, statistics.median(taken), extra)
        for (rows, extra), taken in zip(first_calls, seconds, strict=True)
    )
    return Comparison(title, (line, best_form, ours))


def one_hot(labels: Array, n_classes: int, dtype: Any) -> Array:
    """Labels (N,) as targets (N, K): 1 at the label, else 0."""
    t = np.zeros((len(labels), n_classes), dtype)
    t[np.arange(len(labels)), labels] = 1
    return t


def synthetic(n_rows: int, n_classes: int) -> tuple[Array, Array]:
    """Labels and random distributions, float64."""
    rng = np.random.default_rng(0)
    y = rng.random((n_rows, n_classes))
    y /= y.sum(axis=1, keepdims=True)
    return rng.integers(n_classes, size=n_rows), y


def digits() -> tuple[Array, Array]:
    """Labels (1797,) of scikit-learn's handwritten digits, and the probabilities (1797, 10) of a classifier.

    ``tools/make_digits.py`` made them, and tells how.
    """
    with np.load(PATH) as data:
        return data["labels"], data["probabilities"]


def run(n_rows: int, n_classes: int) -> bool:
    """Print the whole demonstration; whether all agreed everywhere."""
    config: Any = show_config(mode="dicts")
    threads = config["threads"]
    print(
        f"xentc {config['version']}, NumPy {config['numpy']}, Python {config['python']} on {platform.machine()}: tier"
        f" {config['simd']['tier']}, {threads} thread{'s' * (threads != 1)}; medians of {ROUNDS} calls in turns\n"
    )
    labels, y = synthetic(n_rows, n_classes)
    of_targets, of_labels = (one_line, best, cross_entropy), (one_line_labels, best_labels, cross_entropy_labels)
    size = f"{n_rows:,} x {n_classes}"
    results = [
        compare(f"one-hot rows, float64, {size}", of_targets, one_hot(labels, n_classes, np.float64), y),
        compare(f"labels, float64, {size}", of_labels, labels, y),
    ]
    labels, y = digits()
    title = f"a classifier of {len(y):,} handwritten digits, uint8 and float32, {len(y):,} x {y.shape[1]}"
    results.append(compare(title, of_targets, one_hot(labels, y.shape[1], np.uint8), y))
    print("\n\n".join(result.report() for result in results))
    loss = float(cross_entropy_labels(labels, y, reduction="mean"))
    print(
        f"  The classifier's cross-entropy is {loss:.4f} nats a digit, a perplexity of {math.exp(loss):.3f}; one that"
        f" guesses has {math.log(y.shape[1]):.4f} and {y.shape[1]}."
    )
    return all(result.agree for result in results)
