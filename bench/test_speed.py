"""The workloads under pytest-benchmark: ``pytest bench --benchmark-only``.

Grouped by workload; the candidates of one group share its arrays, and all of them are verified before the first
is timed. pytest-benchmark times one candidate after the other: for ratios to trust, ``bench.compare`` interleaves.
"""

from collections.abc import Iterator

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.floor import can_stream
from bench.peers import PEERS
from bench.problem import Problem
from bench.workloads import WORKLOADS

CANDIDATES = ("one line", "numpy", "floor", "floor, streaming", "np.add", "twin", "xentc", *PEERS)
# Memory is no matter of time; bench.compare measures it.
TIMED = [w for w in WORKLOADS.values() if w.of != "MiB"]


def _possible() -> Iterator[tuple[str, str]]:
    for workload in TIMED:
        for candidate in CANDIDATES:
            possible = {
                "twin": workload.of == "twin",
                "np.add": workload.of == "add",
                "floor": not workload.short,
                "floor, streaming": not workload.short and workload.kind.gradient is not None and can_stream(),
            }
            if candidate in PEERS and not workload.with_peers:
                continue
            if possible.get(candidate, True):
                yield workload.name, candidate


@pytest.fixture(scope="module")
def problem(request: pytest.FixtureRequest) -> Iterator[Problem]:
    """The verified problem of a workload; pytest drops it when the next workload begins."""
    made = Problem(WORKLOADS[request.param], request.config.getoption("--scale"), list(PEERS))
    with made.settings():
        made.verify()
        yield made


@pytest.mark.parametrize(("problem", "candidate"), list(_possible()), indirect=["problem"])
def test_speed(problem: Problem, candidate: str, benchmark: BenchmarkFixture) -> None:
    if candidate in problem.skipped:
        pytest.skip(problem.skipped[candidate])
    benchmark.group = f"{problem.workload.name}: {problem.workload.call}"
    benchmark.extra_info["error_ulp"] = problem.errors["xentc"]["loss"]
    benchmark.extra_info["threads"] = problem.threads
    benchmark(problem.candidates[candidate])
