"""What an evaluation costs: against reading y, against scikit-learn's functions for the same, and with many groups.

``python -m bench.evaluation [--scale 0.1] [--rounds 11] [--tier avx2] [--threads 1] [--json FILE]``

Every figure of a report is compared with another's before anything is timed, as in the rest of the bench.
"""

import argparse
import json
import math
import pickle
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import xentc
from bench import facts
from bench.floor import Array, Floor, Read
from bench.kinds import distributions
from bench.measure import Spread, ratio, rounds
from xentc._core import config

SEED = 20261101
N_GROUPS = 100_000


@dataclass(frozen=True)
class Case:
    """``target``: the time over that of reading labels and y; ``peer``: how many times faster than scikit-learn."""

    n_rows: int
    n_classes: int
    dtype: str
    from_logits: bool = False
    weighted: bool = False
    target: float | None = None
    peer: float | None = None

    @property
    def name(self) -> str:
        extra = ", logits" * self.from_logits + ", weights" * self.weighted
        return f"{self.dtype}, {self.n_classes:,} classes{extra}"


CASES = (
    Case(10**6, 10, "float32", target=1.3, peer=30),
    Case(10**6, 10, "float64", target=1.3),
    Case(10**6, 10, "float32", weighted=True),
    Case(10**6, 100, "float32", target=1.3),
    Case(5 * 10**5, 100, "float64", target=1.3),
    Case(65536, 1000, "float32", target=1.3),
    Case(4096, 50257, "float32", target=1.3),
    Case(65536, 1000, "float32", from_logits=True),
)


def by_hand(labels: Array, y: Array, weight: Array | None) -> tuple[float, float, float]:
    """Loss, accuracy and Brier score as a user of scikit-learn gets them."""
    from sklearn.metrics import accuracy_score, brier_score_loss, log_loss

    classes = np.arange(y.shape[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # float32 rows sum to 1 within rounding only
        return (
            log_loss(labels, y, labels=classes, sample_weight=weight),
            accuracy_score(labels, y.argmax(1), sample_weight=weight),
            brier_score_loss(labels, y, labels=classes, sample_weight=weight, scale_by_half=False),
        )


def verify(report: xentc.Report, labels: Array, y: Array, weight: Array | None, from_logits: bool) -> None:
    """Against the rows of the loss, and NumPy in float64."""
    rows = np.empty(len(labels))
    xentc.cross_entropy_labels(labels, y, from_logits=from_logits, sample_weight=weight, out=rows)
    assert report.sum == math.fsum(rows), "the sum is that of the rows"
    s = np.ones(len(rows)) if weight is None else weight
    hits = y.argmax(1) == labels
    assert report.hits == hits.sum(), "hits are those of argmax"
    assert math.isclose(report.accuracy, float((s * hits).sum() / s.sum()), rel_tol=1e-12)
    if not from_logits:
        wide = y.astype(np.float64)
        score = (wide**2).sum(1) - 2 * wide[np.arange(len(y)), labels] + 1
        assert math.isclose(report.brier, float((s * score).sum() / s.sum()), rel_tol=1e-9)
        counts, _ = np.histogram(y.max(1).astype(np.float64), np.linspace(0, 1, 16))
        assert sum(abs(one.count - n) for one, n in zip(report.calibration, counts, strict=True)) < 10


def measure(case: Case, scale: float, n_rounds: int, with_peer: bool) -> dict[str, Any]:
    rng = np.random.default_rng(SEED)
    n_rows = max(round(case.n_rows * scale), 1)
    y = distributions(rng, n_rows, case.n_classes, np.dtype(case.dtype))
    if case.from_logits:
        y = np.log(y + np.float32(1e-9))
    labels = rng.integers(0, case.n_classes, n_rows)
    weight = rng.uniform(0.5, 2, n_rows) if case.weighted else None
    options: dict[str, Any] = {"from_logits": True} if case.from_logits else {}
    if case.weighted:
        options["sample_weight"] = weight
    call = partial(xentc.evaluate, labels, y, **options)
    verify(call(), labels, y, weight, case.from_logits)
    read = [Read(labels), Read(y)] + ([] if weight is None else [Read(weight)])
    candidates: dict[str, Callable[[], Any]] = {"xentc": call, "floor": Floor(read, xentc.get_num_threads())}
    if with_peer and case.peer is not None:
        candidates["scikit-learn"] = partial(by_hand, labels, y, weight)
        report, (loss, accuracy, brier) = call(), candidates["scikit-learn"]()
        for ours, theirs in ((report.mean, loss), (report.accuracy, accuracy), (report.brier, brier)):
            assert math.isclose(ours, theirs, rel_tol=1e-5), "scikit-learn says the same"
    seconds = rounds(candidates, n_rounds)
    made = asdict(case) | {
        "name": case.name,
        "n_rows": n_rows,
        "ms": {name: asdict(Spread.of([1e3 * s for s in values])) for name, values in seconds.items()},
        "of_floor": asdict(ratio(seconds, "xentc", "floor")),
    }
    if "scikit-learn" in seconds:
        made["speed_up"] = asdict(ratio(seconds, "scikit-learn", "xentc"))
    return made


def groups(scale: float, n_rounds: int) -> dict[str, Any]:
    """What is done with 10^5 groups, each in ms, and the size of their byte form."""
    rng = np.random.default_rng(SEED)
    n_groups = max(round(N_GROUPS * scale), 1)
    labels, by = rng.integers(0, 10, 10 * n_groups), rng.integers(0, n_groups, 10 * n_groups)
    y = distributions(rng, len(labels), 10, np.float32)
    whole = xentc.Evaluation().update(labels, y, by=by)
    data = whole.to_bytes()
    last = whole.report().by[-1]
    rows = by == last.name
    alone = xentc.evaluate(labels[rows], y[rows])
    assert (last.mean, last.variance, last.brier) == (alone.mean, alone.variance, alone.brier), "a group is its rows"
    assert xentc.Evaluation.from_bytes(data).to_bytes() == data, "the bytes come back"
    steps: dict[str, Callable[[], Any]] = {
        "update": lambda: xentc.Evaluation().update(labels, y, by=by),
        "report": whole.report,
        "to_bytes": whole.to_bytes,
        "from_bytes": lambda: xentc.Evaluation.from_bytes(data),
        "pickle": lambda: pickle.loads(pickle.dumps(whole)),
        "merge": lambda: (whole + whole)._total(),
    }
    ms = {}
    for name, step in steps.items():
        times = []
        for _ in range(n_rounds):
            start = time.perf_counter()
            step()
            times.append(1e3 * (time.perf_counter() - start))
        ms[name] = asdict(Spread.of(times))
    return {"n_groups": n_groups, "bytes_a_group": len(data) / n_groups, "ms": ms}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.evaluation", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=11, help="interleaved rounds after the warm-up (default 11)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the number of rows (default 1)")
    parser.add_argument("--threads", type=int, help="threads of xentc and the floor (default: xentc's own)")
    parser.add_argument("--tier", choices=config.TIERS, help="SIMD tier (default: the fastest)")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="cases whose name contains one of the words")
    parser.add_argument("--no-peers", action="store_true", help="without scikit-learn, groups and their bytes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    if args.tier:
        config.use_tier(args.tier)
    if args.threads:
        xentc.set_num_threads(args.threads)
    machine, cases = facts.machine(), []
    for case in CASES:
        if not args.only or any(word in case.name for word in args.only):
            print(f"{case.name} ...", file=sys.stderr, flush=True)
            cases.append(measure(case, args.scale, args.rounds, not args.no_peers))
    print(facts.sentence(machine) + f"; {args.rounds} rounds\n")
    table = []
    for case in cases:
        of_floor, milliseconds = case["of_floor"], case["ms"]["xentc"]["median"]
        peer = f"{case['speed_up']['median']:.0f} x" if "speed_up" in case else ""
        table.append(
            [
                case["name"],
                f"{case['n_rows']:,}",
                f"{milliseconds:.2f} ms",
                f"{1e6 * milliseconds / case['n_rows']:.1f} ns",
                f"{of_floor['median']:.2f} ({of_floor['q1']:.2f} to {of_floor['q3']:.2f})",
                peer,
            ]
        )
    print(facts.markdown(["evaluate", "rows", "time", "a row", "of reading it", "faster than scikit-learn"], table))
    grouped = None
    if not args.no_peers and not args.only:
        grouped = groups(args.scale, min(args.rounds, 5))
        print(f"\n{grouped['n_groups']:,} groups, {grouped['bytes_a_group']:.0f} bytes each: ", end="")
        print(", ".join(f"{name} {spread['median']:.0f} ms" for name, spread in grouped["ms"].items()))
    if args.json:
        result = {"report": "evaluation", "machine": machine, "rounds": args.rounds, "scale": args.scale}
        args.json.write_text(json.dumps(result | {"cases": cases, "groups": grouped}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
