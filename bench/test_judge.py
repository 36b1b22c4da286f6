"""The bench itself: a planted fault is never timed, and an ulp is an ulp."""

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import xentc
from bench import accuracy, compare, judge, logit_errors, measure, tables
from bench.floor import Copy, Floor, Read
from bench.peers import PEERS, Peer
from bench.problem import Problem
from bench.workloads import WORKLOADS, Workload

TIMED = [w for w in WORKLOADS.values() if w.of != "MiB"]


@pytest.mark.parametrize("workload", TIMED, ids=lambda w: w.name)
def test_every_workload_is_right(workload: Workload) -> None:
    problem = Problem(workload, 1e-3)
    with problem.settings():
        problem.verify()
    assert problem.error_ulp > 0
    assert (problem.gradient_ulp > 0) == (workload.kind.gradient is not None)


def moved(x: Any, ulp: int) -> Any:
    """Away from 0."""
    towards = np.copysign(np.inf, x).astype(np.result_type(x))
    for _ in range(ulp):
        x = np.nextafter(x, towards)
    return x


def too_many(bound: float) -> int:
    """The ulp that a result must be moved by to be wrong: 1, where the bound is as narrow."""
    return 1 if bound <= 1 else math.ceil(bound) + 1


@pytest.mark.parametrize("workload", TIMED, ids=lambda w: w.name)
def test_an_ulp_too_many_is_never_timed(workload: Workload, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(xentc, workload.function)
    ulp = too_many(judge.BOUNDS[np.dtype(workload.y_dtype).name, workload.kind.name])

    def wrong(*args: object, **keywords: object) -> object:
        result = right(*args, **keywords)
        return (moved(result[0], ulp), result[1]) if isinstance(result, tuple) else moved(result, ulp)

    monkeypatch.setattr(xentc, workload.function, wrong)
    problem = Problem(workload, 1e-3)
    with pytest.raises(AssertionError):
        problem.verify()


@pytest.mark.parametrize("workload", [w for w in TIMED if w.kind.gradient], ids=lambda w: w.name)
@pytest.mark.parametrize("fault", ["ulp", "unwritten", "label", "last row"])
def test_a_wrong_gradient_is_never_timed(workload: Workload, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(xentc, workload.function)

    def wrong(*args: Any, grad_out: Any, **keywords: Any) -> object:
        loss, grad = right(*args, grad_out=grad_out, **keywords)
        if fault == "ulp":
            grad[...] = moved(grad, too_many(judge.GRADIENT_BOUND))
        elif fault == "unwritten":
            grad = grad.copy()
            grad_out[...] = 0
        elif fault == "label":
            grad[np.arange(len(grad)), args[0]] += 1
        else:
            grad[-1, -1] *= 1.001
        return loss, grad

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
    assert "WRONG" in tables.speed([record])


FOR_LOGITS = (
    "cross_entropy",
    "cross_entropy_labels",
    "binary_cross_entropy",
    "cross_entropy_and_grad",
    "cross_entropy_labels_and_grad",
    "softmax_objective",
)


@pytest.mark.parametrize("kind", logit_errors.KINDS)
def test_the_accuracy_report_finds_an_ulp_too_many(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    t_dtype = logit_errors.KINDS[kind].t_dtypes[-1]
    right = accuracy.measure(kind, t_dtype, "float32", 2000)
    assert right.n_judged > 100
    ulp = too_many(right.bound)
    assert 0.4 < right.error_ulp < ulp - 0.5

    def moves(f: Callable[..., Any]) -> Callable[..., Any]:
        def wrong(*args: Any, **keywords: Any) -> Any:
            result = f(*args, **keywords)
            return tuple(moved(a, ulp) for a in result) if isinstance(result, tuple) else moved(result, ulp)

        return wrong

    for name in FOR_LOGITS:
        monkeypatch.setattr(xentc, name, moves(getattr(xentc, name)))
    found = accuracy.measure(kind, t_dtype, "float32", 2000)
    assert not found.met
    assert found.error_ulp > ulp - 0.5


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


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("n", [0, 1, 63, 64, 4096, 100_003])
@pytest.mark.parametrize("offset", [0, 1, 7])
@pytest.mark.parametrize("streaming", [False, True])
def test_the_floor_writes_all(n: int, n_threads: int, offset: int, streaming: bool) -> None:
    source, target = np.arange(n, dtype=np.float32), np.full(n + 64, -1, np.float32)
    Floor([Copy(source, target[offset : offset + n], streaming), Read(source)], n_threads).verify()
    assert (np.delete(target, np.arange(offset, offset + n)) == -1).all()


def test_a_floor_that_does_not_write_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Copy(np.arange(100.0), np.zeros(100), streaming=False)
    monkeypatch.setattr(Copy, "pieces", lambda self: Read(self.source).pieces())
    with pytest.raises(AssertionError, match="unwritten"):
        Floor([copy], 1).verify()


def test_the_floor_is_the_faster_one() -> None:
    plain, streaming = [3.0, 9.0, 4.0], [5.0, 2.0, 3.0]
    assert measure.fastest_floor({"xentc": [1.0], "floor": plain}) == ({"xentc": [1.0], "floor": plain}, "plain")
    both = {"floor": plain, "floor, streaming": streaming}
    assert measure.fastest_floor(both) == ({"floor": streaming}, "streaming")
    both = {"floor": streaming, "floor, streaming": plain}
    assert measure.fastest_floor(both) == ({"floor": streaming}, "plain")


@pytest.mark.parametrize("peer", list(PEERS))
@pytest.mark.parametrize(
    "name",
    [
        "one-hot float64",
        "soft float32",
        "log_loss float64",
        "logits float32, 10 classes",
        "logits float64, 1,000 classes",
        "logits float32, class first",
        "soft logits float32",
        "gradient float32, 10 classes",
    ],
)
def test_peers_agree(name: str, peer: str) -> None:
    problem = Problem(WORKLOADS[name], 1e-3, [peer])
    if peer in problem.skipped:
        pytest.skip(problem.skipped[peer])
    assert problem.peer_calls[peer]
    with problem.settings():
        problem.verify()


def test_a_peer_that_disagrees_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PEERS, "other", lambda kind, inputs, threads: Peer(lambda: -np.log(inputs["y"][:, 0]), "other"))
    with pytest.raises(AssertionError, match="other and xentc disagree"):
        Problem(WORKLOADS["one-hot float64"], 1e-3, ["other"]).verify()


def test_the_table_of_peers() -> None:
    def spread(value: float) -> dict[str, float]:
        return {"median": value, "q1": value, "q3": value}

    record = {
        "name": "some",
        "n_rows": 10,
        "n_classes": 3,
        "asked": {"torch": 6.0, "optax": 2.0, "numba": 3.0},
        "ms": {"xentc": spread(1), "torch": spread(7), "optax": spread(1.5)},
        "speed_up": {"reference": spread(9), "torch": spread(7), "optax": spread(1.5)},
        "peer_calls": {"torch": "f(z)", "optax": "g(z)"},
        "skipped": {"numba": "not there"},
    }
    cells = [[cell.strip() for cell in line.split("|")[2:-1]] for line in tables.peers([record]).splitlines()[2:5]]
    assert cells == [
        ["torch", "`f(z)`", "7.00", "1.00", "7.0 (7.0-7.0)", ">= 6 x", "yes"],
        ["optax", "`g(z)`", "1.50", "1.00", "1.5 (1.5-1.5)", ">= 2 x", "no"],
        ["numba", "-", "-", "-", "-", ">= 3 x", "no"],
    ]
    assert "numba skipped: not there" in tables.peers([record])


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
