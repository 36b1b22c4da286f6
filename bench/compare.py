"""``python -m bench.compare``: every workload by xentc and by what else computes it, side by side, on one SIMD tier.

Prints Markdown tables; ``--json`` keeps all that they were made of, for ``bench.readme``. ``bench.run`` calls it once a
tier.
"""

import argparse
import gc
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import xentc
from bench import facts, runs, tables
from bench.measure import Spread, fastest_floor, peak_extra, ratio, rounds
from bench.peers import PEERS
from bench.problem import Problem
from bench.reasons import reason
from bench.tables import Record
from bench.workload import Workload
from bench.workloads import select
from xentc._core import config

MIB = 2**20
BASELINES = {"floor": "floor", "twin": "twin", "add": "np.add"}


def _record(workload: Workload, scale: float, threads: int, tier: str) -> Record:
    return {
        "name": workload.name,
        "group": workload.group,
        "kind": workload.kind.name,
        "call": workload.call,
        "n_rows": workload.rows_at(scale),
        "n_classes": workload.n_classes,
        "layout": workload.layout,
        "twin": workload.twin,
        "tier": workload.tier or tier,
        "threads": workload.threads or threads,
        "target": workload.target,
        "of": workload.of,
        "why": reason(workload),
    }


def _met(measured: Spread, workload: Workload) -> bool | None:
    return None if workload.target is None else measured.median <= workload.target


def measure_time(workload: Workload, scale: float, n_rounds: int, with_peers: list[str], record: Record) -> None:
    problem = Problem(workload, scale, with_peers)
    with problem.settings():
        problem.verify()
        seconds, stores = fastest_floor(rounds(problem.candidates, n_rounds))
    own = Spread.of([1e6 * s for s in seconds["xentc"]])
    measured = own if workload.of == "us" else ratio(seconds, "xentc", BASELINES[workload.of])
    second = problem.inputs[workload.arguments[1]]
    record |= {
        "measured": asdict(measured),
        "met": _met(measured, workload),
        "ms": {name: asdict(Spread.of([1e3 * s for s in values])) for name, values in seconds.items()},
        "speed_up": {
            name: asdict(ratio(seconds, name, "xentc"))
            for name in seconds
            if name not in ("xentc", "floor", "twin", "np.add")
        },
        "bytes": sum(problem.inputs[name].nbytes for name in workload.arguments),
        "dtype": second.dtype.name,
        "errors": problem.errors,
        "skipped": problem.skipped,
        "peer_calls": problem.peer_calls,
    }
    if problem.workload.kind.gradient is not None:
        record["stores_of_the_floor"] = stores


def measure_memory(workload: Workload, scale: float, n_rounds: int, record: Record) -> None:
    try:
        runs = [peak_extra(workload.name, "xentc", scale) for _ in range(min(n_rounds, 3))]
        line, _ = peak_extra(workload.name, "one line", scale)
    except OSError as error:
        record["skipped"] = {"xentc": f"peak memory is read from /proc: {error}"}
        return
    measured = Spread.of([peak / MIB for peak, _ in runs])
    record |= {
        "measured": asdict(measured),
        "met": _met(measured, workload),
        "mib": {"xentc": measured.median, "one line": line / MIB},
        "errors": {"xentc": {"loss": max(error for _, error in runs)}},
        "skipped": {},
    }


def measure(workload: Workload, args: argparse.Namespace, tier: str) -> Record:
    record = _record(workload, args.scale, xentc.get_num_threads(), tier)
    try:
        if workload.of == "MiB":
            measure_memory(workload, args.scale, args.rounds, record)
        else:
            measure_time(workload, args.scale, args.rounds, args.peers, record)
    except AssertionError as error:
        # A wrong result is never timed, and the rest of the table still is of use.
        record["wrong"] = str(error).strip()
    gc.collect()  # gigabytes of this problem, before the next one takes its own
    return record


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__.split("\n")[0])
    made.add_argument("--only", nargs="+", metavar="WORD", help="workloads whose name contains one of the words")
    made.add_argument("--rounds", type=int, default=7, help="interleaved rounds after the warm-up (default 7)")
    made.add_argument("--scale", type=float, default=1.0, help="factor on the number of rows (default 1)")
    made.add_argument("--threads", type=int, help="threads of xentc, the floor and peers (default: xentc's own)")
    made.add_argument("--tier", choices=config.TIERS, help="SIMD tier of xentc alone (default: the fastest)")
    made.add_argument(
        "--peers", nargs="*", choices=list(PEERS), default=list(PEERS), help="other packages (default: all; none)"
    )
    made.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    made.add_argument("--list", action="store_true", help="print the table of workloads and stop")
    return made


def listed() -> str:
    rows = [
        [w.group, w.name, w.call, tables.size(w.n_rows, w.n_classes), tables.target(w.target, w.of)]
        for w in select(None)
    ]
    return facts.markdown(["group", "workload", "call", "size", "target"], rows)


def main() -> int:
    args = parser().parse_args()
    if args.list:
        print(listed())
        return 0
    if args.tier:
        config.use_tier(args.tier)
    if args.threads:
        xentc.set_num_threads(args.threads)
    machine, start = facts.machine(), time.perf_counter()
    records = []
    for workload in select(args.only):
        print(f"{time.perf_counter() - start:5.0f} s  {workload.name}", file=sys.stderr, flush=True)
        records.append(measure(workload, args, machine["tier"]))
    result: dict[str, Any] = {
        "report": "speed",
        "machine": machine,
        "rounds": args.rounds,
        "scale": args.scale,
        "seconds": round(time.perf_counter() - start),
        "workloads": records,
    }
    print(tables.page([result]))
    if args.json:
        runs.save(result, args.json)
    return 1 if any("wrong" in r for r in records) else 0


if __name__ == "__main__":
    sys.exit(main())
