"""The bench itself: a planted fault is never timed, and an ulp is an ulp."""

import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xentc
from bench import accuracy, compare, judge, logit_errors, measure, runs, tables
from bench.floor import Copy, Floor, Read
from bench.peers import PEERS, Peer
from bench.problem import Problem
from bench.workload import Workload
from bench.workloads import WORKLOADS

TIMED = [w for w in WORKLOADS.values() if w.of != "MiB"]


@pytest.mark.parametrize("workload", TIMED, ids=lambda w: w.name)
def test_every_workload_is_right(workload: Workload) -> None:
    problem = Problem(workload, 1e-3)
    with problem.settings():
        problem.verify()
    # What computes losses, and the layout that is the same bits by another way.
    others = ("twin", "floor", "floor, streaming", "np.add")
    assert problem.errors.keys() == problem.candidates.keys() - set(others)
    for errors in problem.errors.values():
        assert errors["loss"] >= 0
        assert ("gradient" in errors) == (workload.kind.gradient is not None)


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


@pytest.mark.parametrize("workload", [w for w in TIMED if "grad_out" in w.named], ids=lambda w: w.name)
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
            grad[(np.arange(len(grad)), args[0]) if grad.ndim > 1 else slice(None, None, 7)] += 1
        else:
            grad.reshape(-1)[-1] *= 1.001
        return loss, grad

    monkeypatch.setattr(xentc, workload.function, wrong)
    problem = Problem(workload, 1e-3)
    with pytest.raises(AssertionError):
        problem.verify()


def test_a_wrong_result_leaves_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xentc, "cross_entropy", lambda t, y: xentc.log_likelihood(t, y))
    args = compare.parser().parse_args(["--scale", "0.001", "--peers"])
    record = compare.measure(WORKLOADS["soft float32"], args, "baseline")
    assert "wrong" in record
    assert "ms" not in record
    assert "WRONG" in tables.versus([{"workloads": [record]}], "probabilities")
    assert len(tables.wrong([{"workloads": [record]}])) == 1


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


PEER_WORKLOADS = [
    "one-hot float64",
    "one-hot uint8, float32",
    "soft float32",
    "labels float32, 10 classes",
    "smoothed labels float32",
    "log_loss float64",
    "logits float32, 10 classes",
    "logits float64, 1,000 classes",
    "soft logits float32, 10 classes",
    "gradient float32, 10 classes",
    "binary float32",
    "binary float64",
    "binary logits float32",
    "binary gradient float32",
]


@pytest.mark.filterwarnings("default")  # what other packages warn of is their own affair
@pytest.mark.parametrize("peer", list(PEERS))
@pytest.mark.parametrize("name", PEER_WORKLOADS)
def test_peers_agree(name: str, peer: str) -> None:
    problem = Problem(WORKLOADS[name], 1e-3, [peer])
    if peer in problem.skipped:
        pytest.skip(problem.skipped[peer])
    assert problem.peer_calls[peer]
    with problem.settings():
        problem.verify()
    assert peer not in problem.skipped, problem.skipped[peer]
    assert problem.errors[peer]["loss"] >= 0


def other(kind: str, inputs: dict[str, Any], threads: int) -> Peer:
    return Peer(lambda: -np.log(inputs["y"][:, 0]), "other")


def test_a_peer_that_disagrees_takes_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PEERS, "other", other)
    problem = Problem(WORKLOADS["one-hot float64"], 1e-3, ["other"])
    problem.verify()
    assert "other" not in problem.candidates
    assert "other and xentc disagree" in problem.skipped["other"]


def test_a_form_of_numpy_that_disagrees_is_found() -> None:
    problem = Problem(WORKLOADS["one-hot float64"], 1e-3)
    problem.candidates["numpy"] = other("", problem.inputs, 1).call
    with pytest.raises(AssertionError, match="numpy and xentc disagree"):
        problem.verify()


def spread(value: float) -> dict[str, float]:
    return {"median": value, "q1": value, "q3": value}


def record_of(ratios: dict[str, float], **more: Any) -> dict[str, Any]:
    return {
        "name": "some",
        "group": "probabilities",
        "kind": "soft",
        "n_rows": 10,
        "n_classes": 3,
        "target": 1.3,
        "of": "floor",
        "why": "",
        "measured": spread(1.2),
        "met": True,
        "ms": {"xentc": spread(2), "floor": spread(1.6)},
        "speed_up": {name: spread(ratio) for name, ratio in ratios.items()},
        "errors": {"xentc": {"loss": 0.5}, "torch": {"loss": 1.25, "gradient": 3.5}},
        "peer_calls": {"torch": "f(z)", "JAX": "g(z)"},
        "skipped": {"numba": "not there"},
    } | more


@pytest.mark.parametrize(
    ("ratios", "says"),
    [
        ({"torch": 3.5, "JAX": 2.0}, "2.00 x JAX"),
        ({"torch": 1.99, "JAX": 2.0}, "**not 2 x**: 1.99 x torch"),
        ({"numpy": 0.9, "JAX": 2.0}, "**not first**: 0.900 x best NumPy"),
    ],
)
def test_a_row_says_where_xentc_is_not_twice_as_fast(ratios: dict[str, float], says: str) -> None:
    assert tables.verdict(record_of(ratios)) == says


def test_a_row_says_why() -> None:
    assert tables.why([record_of({"torch": 3.0})]) == ""
    assert tables.why([record_of({"torch": 1.5})]) == "reading alone takes 83 % of the time"
    assert tables.why([record_of({"torch": 1.5}, measured=spread(3))]) == ""
    assert tables.why([record_of({"torch": 1.5}, why="a reason")]) == "a reason"


def test_the_table_of_both_tiers() -> None:
    slow, fast = record_of({"torch": 3, "JAX": 1.5}), record_of({"torch": 5}, measured=spread(1.4), met=False)
    lines = tables.versus([{"workloads": [slow]}, {"workloads": [fast]}], "probabilities").splitlines()
    header, cells = ([cell.strip() for cell in line.split("|")[1:-1]] for line in (lines[0], lines[2]))
    row = dict(zip(header, cells, strict=True))
    assert row["workload"] == "some (10 x 3)"
    assert row["xentc, ms"] == "2.00 / 2.00"
    assert row["xentc's multiple of it (quartiles)"] == "1.20 (1.20-1.20) / **1.40 (1.40-1.40)**"
    assert row["torch"] == "3.00 / 5.00 x; 1.250, 3.500 ulp"
    assert row["JAX"] == "1.50 / - x"
    assert row["best of the others"] == "**not 2 x**: 1.50 x JAX / 5.00 x torch"
    assert tables.reasons([{"workloads": [slow]}]) == ["* numba: not there (soft)."]
    assert "`f(z)`" in tables.calls([{"workloads": [slow]}])


def test_results_are_kept(tmp_path: Path) -> None:
    result = {"report": "speed", "machine": {"tier": "avx2"}, "workloads": [record_of({"torch": 1 / 3}), record_of({})]}
    runs.save(result, tmp_path / "new" / "speed.json")
    (kept,) = runs.load(tmp_path / "new")
    assert kept["workloads"][0]["speed_up"]["torch"]["median"] == 0.333333
    kept["workloads"][0] = result["workloads"][0]
    assert kept == result
    assert runs.fastest([kept]) is kept


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


def test_a_slow_candidate_is_in_the_first_rounds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "SECONDS_A_CANDIDATE", 0.5)
    naps = {"slowest": 0.6, "slow": 0.2, "quick": 0.001, "xentc": 0.2}
    seconds = measure.rounds({name: partial(time.sleep, nap) for name, nap in naps.items()}, 4)
    assert [len(seconds[name]) for name in naps] == [1, 2, 4, 4]
    assert measure.ratio(seconds, "slow", "quick").median > 10
