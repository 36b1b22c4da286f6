"""The bench itself: a planted fault is never timed, and an ulp is an ulp."""

import math
import time
from collections.abc import Callable

import numpy as np
import pytest

import xentc
from bench import compare, judge, measure
from bench.floor import Floor, Read
from bench.problem import Problem
from bench.workloads import WORKLOADS, Workload

TIMED = [w for w in WORKLOADS.values() if w.of != "MiB"]


@pytest.mark.parametrize("workload", TIMED, ids=lambda w: w.name)
def test_every_workload_is_right(workload: Workload) -> None:
    problem = Problem(workload, 1e-3)
    with problem.settings():
        problem.verify()
    assert problem.error_ulp > 0


@pytest.mark.parametrize("workload", TIMED, ids=lambda w: w.name)
def test_one_ulp_is_never_timed(workload: Workload, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(xentc, workload.function)

    def wrong(*args: object, **keywords: object) -> object:
        loss = right(*args, **keywords)
        return np.nextafter(loss, np.float32(np.inf)) if np.ndim(loss) else np.nextafter(loss, np.inf)

    monkeypatch.setattr(xentc, workload.function, wrong)
    problem = Problem(workload, 1e-3)
    with pytest.raises(AssertionError):
        problem.verify()


def test_a_wrong_result_leaves_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xentc, "cross_entropy", lambda t, y: xentc.log_likelihood(t, y))
    monkeypatch.setattr("sys.argv", ["bench.compare", "--only", "soft float32", "--scale", "0.001"])
    args = compare.arguments()
    record = compare.measure(WORKLOADS["soft float32"], args, "baseline")
    assert "wrong" in record
    assert "ms" not in record
    assert "WRONG" in compare.table([record])


@pytest.mark.parametrize(
    ("got", "want", "dtype", "error"),
    [
        (1.0, judge.mp.mpf(1), "float64", 0),
        (1.0 + 2.0**-52, judge.mp.mpf(1), "float64", 1),
        (1.0, judge.mp.mpf(1) + judge.mp.ldexp(1, -24), "float32", 0.5),
        # Below a power of two the unit is half as large.
        (1.0, judge.mp.mpf(1) - judge.mp.ldexp(1, -24), "float32", 1),
        (0.0, judge.mp.ldexp(1, -1075), "float64", 0.5),
        (2.0**-1074, judge.mp.mpf(0), "float64", 1),
        (math.inf, judge.mp.mpf(65520), "float16", 0),
        (math.inf, judge.mp.mpf(65519), "float16", math.inf),
        (-math.inf, judge.mp.inf, "float64", math.inf),
        (math.inf, judge.mp.inf, "float64", 0),
        (math.nan, judge.mp.nan, "float64", 0),
        (math.nan, judge.mp.mpf(1), "float64", math.inf),
    ],
)
def test_ulp_error(got: float, want: object, dtype: str, error: float) -> None:
    assert judge.ulp_error(got, want, dtype) == error


@pytest.mark.parametrize("x", [1.0, -0.1, 2.0**-1074, 1.5e300, 1 - 2.0**-53])
def test_hex_of_is_exact(x: float) -> None:
    assert float.fromhex(judge.hex_of(judge.mp.mpf(x))) == x


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("n", [0, 1, 63, 64, 4096, 100_003])
def test_the_floor_reads_all(n: int, n_threads: int) -> None:
    Floor([Read(np.arange(n, dtype=np.float64)), Read(np.ones(n, np.uint8))], n_threads).verify()


def test_rounds_interleave() -> None:
    calls: list[str] = []

    def candidate(name: str) -> Callable[[], None]:
        def call() -> None:
            time.sleep(1.2 * measure.SECONDS_A_ROUND)  # long enough not to be repeated
            calls.append(name)

        return call

    seconds = measure.rounds({name: candidate(name) for name in "abc"}, 2)
    assert "".join(calls[-6:]) == "abccba"
    assert all(len(values) == 2 for values in seconds.values())
