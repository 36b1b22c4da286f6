"""``python -m bench.costs``: what rows of each kind cost on one thread, and what a second one gains.

Beside it is what xentc takes them to cost: ``xentc/kernel/costs.pxi``, by which it decides on how many threads a call
runs. Renew that by the column of nanoseconds when kernels change. Rounds are interleaved, times are medians.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np

import xentc
from bench import facts
from xentc import _kernels
from xentc._core import config, threads

Array = np.ndarray[Any, Any]
Call = Callable[[], Any]
DTYPES = ("float32", "float64")


def _one_hot(labels: Array, n_classes: int, dtype: str) -> Array:
    t = np.zeros((len(labels), n_classes), dtype)
    t[np.arange(len(labels)), labels] = 1
    return t


def calls(n_rows: int, n_classes: int, dtype: str) -> dict[str, Call]:
    """One call for each figure of the table."""
    rng = np.random.default_rng(20261126)
    y, t = (rng.dirichlet(np.ones(n_classes), n_rows).astype(dtype) for _ in range(2))
    labels, weight = rng.integers(0, n_classes, n_rows), np.ones(n_classes)
    z, one_hot, grad = np.log(y + np.float32(1e-6)), _one_hot(labels, n_classes, dtype), np.zeros_like(y)
    return {
        "labels": lambda: xentc.cross_entropy_labels(labels, y),
        "one-hot": lambda: xentc.cross_entropy(one_hot, y),
        "soft": lambda: xentc.cross_entropy(t, y),
        "soft, class_weight": lambda: xentc.cross_entropy(t, y, class_weight=weight),
        "labels, smoothed": lambda: xentc.cross_entropy_labels(labels, y, label_smoothing=0.1),
        "labels, check": lambda: xentc.cross_entropy_labels(labels, y, check=True),
        "labels, gradient": lambda: xentc.cross_entropy_labels_and_grad(labels, y, grad_out=grad),
        "soft, gradient": lambda: xentc.cross_entropy_and_grad(t, y, grad_out=grad),
        "labels, logits": lambda: xentc.cross_entropy_labels(labels, z, from_logits=True),
        "soft, logits": lambda: xentc.cross_entropy(t, z, from_logits=True),
        "labels, logits, smoothed": lambda: xentc.cross_entropy_labels(
            labels, z, from_logits=True, label_smoothing=0.1
        ),
        "labels, logits, gradient": lambda: xentc.cross_entropy_labels_and_grad(
            labels, z, from_logits=True, grad_out=grad
        ),
        "soft, logits, gradient": lambda: xentc.cross_entropy_and_grad(t, z, from_logits=True, grad_out=grad),
        "evaluate": lambda: xentc.evaluate(labels, y, check=False),
        "evaluate, logits": lambda: xentc.evaluate(labels, z, from_logits=True),
        "objective": lambda: xentc.softmax_objective(labels, z),
    }


def binary_calls(n: int, dtype: str) -> dict[str, Call]:
    rng = np.random.default_rng(20261126)
    t, p = rng.integers(0, 2, n).astype(dtype), rng.random(n).astype(dtype)
    z = np.log(p / (1 - p))
    return {
        "binary": lambda: xentc.binary_cross_entropy(t, p),
        "binary, logits": lambda: xentc.binary_cross_entropy(t, z, from_logits=True),
    }


@contextmanager
def noted() -> Iterator[list[_kernels.Job]]:
    """The computations of calls made meanwhile."""
    jobs: list[_kernels.Job] = []
    run = threads.run
    with patch.object(threads, "run", lambda job: jobs.append(job) or run(job)):
        yield jobs


def _microseconds(call: Call, n_threads: int) -> float:
    with xentc.num_threads(n_threads):
        start = time.perf_counter()
        call()
        return 1e6 * (time.perf_counter() - start)


def row(name: str, dtype: str, n_rows: int, n_classes: int, call: Call, n_rounds: int) -> str:
    with noted() as jobs:
        call()
    estimated, n_threads = jobs[-1].nanoseconds / 1000, threads.threads_for(jobs[-1])
    one, more = np.array([[_microseconds(call, n) for n in (1, max(n_threads, 2))] for _ in range(n_rounds)]).T
    measured = float(np.median(one))
    cells = (
        name,
        dtype,
        n_rows,
        n_classes,
        f"{1000 * measured / n_rows:.1f}",
        f"{1000 * measured / (n_rows * n_classes):.2f}",
        f"{measured:.0f}",
        f"{estimated / measured:.2f}",
        n_threads,
        f"{float(np.median(one / more)):.2f}",
    )
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.costs", description=str(__doc__).splitlines()[0])
    parser.add_argument("--elements", type=int, default=1_000_000)
    parser.add_argument("--classes", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--tier", choices=config.TIERS, default=facts.tier())
    parser.add_argument("--only", nargs="*", default=[""], help="parts of names")
    options = parser.parse_args()
    config.use_tier(options.tier)
    machine = facts.machine()
    print(f"{machine['cpu']}, tier {machine['tier']}, {machine['compiler']}, {machine['date']}\n")
    print("| kind | dtype | rows | classes | ns a row | ns an element | us | estimate / us | threads | gain |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for dtype in DTYPES:
        for n_classes in (*options.classes, 1):
            n_rows = options.elements // n_classes
            made = binary_calls(n_rows, dtype) if n_classes == 1 else calls(n_rows, n_classes, dtype)
            for name, call in made.items():
                if any(part in name for part in options.only):
                    print(row(name, dtype, n_rows, n_classes, call, options.rounds), flush=True)


if __name__ == "__main__":
    main()
