"""Times in interleaved rounds, and the peak of memory in a process of its own."""

import multiprocessing
import time
import timeit
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import xentc
from bench import facts
from bench.problem import Candidate, Problem
from bench.workloads import WORKLOADS
from xentc._core import config

# A round of a short call repeats it for this long: far above the clock's resolution.
SECONDS_A_ROUND = 0.02
# Threads of other packages spin for milliseconds after a call, on the cores of the next candidate: so long it waits.
PAUSE_SECONDS = 0.005
# What all rounds of a candidate may take together: a slow one is in the first rounds only, in one at least. But for
# xentc and what targets compare it with, which are in every round.
SECONDS_A_CANDIDATE = 0.8
IN_EVERY_ROUND = ("xentc", "twin", "floor", "floor, streaming", "np.add")


@dataclass(frozen=True)
class Spread:
    """Median and quartiles; of ratios, those of the rounds' own ratios, not ratios of medians."""

    median: float
    q1: float
    q3: float

    @classmethod
    def of(cls, values: Sequence[float] | np.ndarray[Any, Any]) -> "Spread":
        q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
        return cls(float(median), float(q1), float(q3))


def _warm(timer: timeit.Timer) -> float:
    """Seconds of a second call; of the first one where that is slow: it was called before, to be verified."""
    first = timer.timeit(1)
    return first if first > SECONDS_A_CANDIDATE / 4 else timer.timeit(1)


def rounds(candidates: Mapping[str, Candidate], n_rounds: int) -> dict[str, list[float]]:
    """Seconds a call of each candidate in each round.

    Each round runs all of them, so that what disturbs the machine disturbs all. Every second round runs
    backwards: no candidate always follows the same one, whose memory traffic it would inherit. Slow ones, beside which
    the noise is small, are in the first rounds only, and have fewer times.
    """
    timers = {name: timeit.Timer(call) for name, call in candidates.items()}
    # The warm-up; it also tells how often a short call is to be repeated.
    warm = {name: _warm(timer) for name, timer in timers.items()}
    numbers = {name: max(int(SECONDS_A_ROUND / taken), 1) for name, taken in warm.items()}
    last = {name: min(max(int(SECONDS_A_CANDIDATE / taken), 1), n_rounds) for name, taken in warm.items()}
    last |= dict.fromkeys(IN_EVERY_ROUND, n_rounds)
    seconds: dict[str, list[float]] = {name: [] for name in timers}
    for i in range(n_rounds):
        order = list(timers) if i % 2 == 0 else list(reversed(timers))
        for name in order:
            if i >= last[name]:
                continue
            time.sleep(PAUSE_SECONDS)
            seconds[name].append(timers[name].timeit(numbers[name]) / numbers[name])
    return seconds


def fastest_floor(seconds: Mapping[str, list[float]]) -> tuple[dict[str, list[float]], str]:
    """With the faster of two floors as the floor, and which stores it has: plain ones, or past the caches."""
    kept, stores = dict(seconds), "plain"
    streaming = kept.pop("floor, streaming", None)
    if streaming is not None and np.median(streaming) < np.median(kept["floor"]):
        kept["floor"], stores = streaming, "streaming"
    return kept, stores


def ratio(seconds: Mapping[str, list[float]], name: str, baseline: str) -> Spread:
    """Of the times in the same round."""
    both = list(zip(seconds[name], seconds[baseline], strict=False))  # a slow one has fewer
    return Spread.of(np.divide(*np.transpose(both)))


def _status(key: str) -> int:
    """A line of this process's status, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) * 1024
    raise OSError(f"this system tells no {key}")


def _peak_extra(workload: str, candidate: str, scale: float, tier: str, threads: int) -> tuple[int, float]:
    config.use_tier(tier)
    xentc.set_num_threads(threads)
    problem = Problem(WORKLOADS[workload], scale)
    with problem.settings():
        # "5" sets the peak back to what is resident now. The call is the first of its process: threads and
        # working space that later calls would find ready are counted too.
        Path("/proc/self/clear_refs").write_text("5")
        before = _status("VmRSS")
        problem.candidates[candidate]()
        peak = _status("VmHWM") - before
        problem.verify()
    return peak, problem.errors["xentc"]["loss"]


def peak_extra(workload: str, candidate: str, scale: float) -> tuple[int, float]:
    """Bytes that the first call of a fresh process needs at its peak beyond its arguments, and the error in ulp.

    A fresh process, because memory that an earlier call freed may still be resident and would hide the need.
    OSError where the system has no ``/proc/self/clear_refs``.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        arguments = (workload, candidate, scale, facts.tier(), xentc.get_num_threads())
        return pool.submit(_peak_extra, *arguments).result()
