"""``python -m bench.compare``: every workload by xentc, the floor and the reference, side by side.

Prints Markdown tables; ``--json`` keeps all that they were made of, for ``bench.readme``.
"""

import argparse
import gc
import json
import sys
from dataclasses import asdict
from pathlib import Path

import xentc
from bench import facts, tables
from bench.measure import Spread, fastest_floor, peak_extra, ratio, rounds
from bench.peers import PEERS
from bench.problem import Problem
from bench.tables import Record
from bench.workloads import Workload, select
from xentc._core import config

MIB = 2**20
# Peers are in a run of their own, without these: of its rounds they would take the most time.
LEFT_OUT_WITH_PEERS = ("reference", "numpy")


def _record(workload: Workload, scale: float, threads: int, tier: str) -> Record:
    return {
        "name": workload.name,
        "kind": workload.kind.name,
        "call": workload.call,
        "n_rows": max(round(workload.n_rows * scale), 1),
        "n_classes": workload.n_classes,
        "layout": workload.layout,
        "twin": workload.twin,
        "tier": workload.tier or tier,
        "threads": workload.threads or threads,
        "target": workload.target,
        "of": workload.of,
        "asked": dict(workload.peers),
    }


def _met(measured: Spread, workload: Workload) -> bool | None:
    return None if workload.target is None else measured.median <= workload.target


def measure_time(workload: Workload, scale: float, n_rounds: int, with_peers: list[str], record: Record) -> None:
    problem = Problem(workload, scale, with_peers)
    timed = problem.candidates
    if with_peers:
        timed = {name: call for name, call in timed.items() if name not in LEFT_OUT_WITH_PEERS}
    with problem.settings():
        problem.verify()
        seconds, stores = fastest_floor(rounds(timed, n_rounds))
    own = Spread.of([1e6 * s for s in seconds["xentc"]])
    measured = own if workload.of == "us" else ratio(seconds, "xentc", workload.of)
    record |= {
        "measured": asdict(measured),
        "met": _met(measured, workload),
        "ms": {name: asdict(Spread.of([1e3 * s for s in values])) for name, values in seconds.items()},
        "speed_up": {
            name: asdict(ratio(seconds, name, "xentc")) for name in seconds if name not in ("xentc", "floor", "twin")
        },
        "error_ulp": problem.error_ulp,
        "skipped": problem.skipped,
        "peer_calls": problem.peer_calls,
    }
    if problem.workload.kind.gradient is not None:
        record |= {"gradient_ulp": problem.gradient_ulp, "stores_of_the_floor": stores}


def measure_memory(workload: Workload, scale: float, n_rounds: int, record: Record) -> None:
    try:
        runs = [peak_extra(workload.name, "xentc", scale) for _ in range(min(n_rounds, 3))]
        reference, _ = peak_extra(workload.name, "reference", scale)
    except OSError as error:
        record["skipped"] = {"xentc": f"peak memory is read from /proc: {error}"}
        return
    measured = Spread.of([peak / MIB for peak, _ in runs])
    record |= {
        "measured": asdict(measured),
        "met": _met(measured, workload),
        "mib": {"xentc": measured.median, "reference": reference / MIB},
        "error_ulp": max(error for _, error in runs),
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


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="WORD", help="workloads whose name contains one of the words")
    parser.add_argument("--rounds", type=int, default=11, help="interleaved rounds after the warm-up (default 11)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the number of rows (default 1)")
    parser.add_argument("--threads", type=int, help="threads of xentc, the floor and peers (default: xentc's own)")
    parser.add_argument("--tier", choices=config.TIERS, help="SIMD tier (default: the fastest)")
    parser.add_argument(
        "--peers", nargs="*", choices=list(PEERS), help="other packages in place of the reference; all if none is named"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    parser.add_argument("--list", action="store_true", help="print the table of workloads and stop")
    args = parser.parse_args()
    if args.peers is not None and not args.peers:
        args.peers = list(PEERS)
    args.peers = args.peers or []
    return args


def main() -> int:
    args = arguments()
    if args.list:
        rows = [
            [w.name, w.call, f"{w.n_rows:,} x {w.n_classes}", tables.target(w.target, w.of), tables.asked(w.peers)]
            for w in select(None)
        ]
        print(facts.markdown(["workload", "call", "size", "target", "faster than"], rows))
        return 0
    if args.tier:
        config.use_tier(args.tier)
    if args.threads:
        xentc.set_num_threads(args.threads)
    machine = facts.machine()
    records = []
    chosen = select(args.only)
    if args.peers and not args.only:
        chosen = [workload for workload in chosen if workload.peers]
    for workload in chosen:
        print(f"{workload.name} ...", file=sys.stderr, flush=True)
        records.append(measure(workload, args, machine["tier"]))
    print(facts.sentence(machine) + f"; {args.rounds} rounds\n")
    print(tables.speed(records))
    if args.peers:
        print("\n" + tables.peers(records))
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        result = {
            "report": "peers" if args.peers else "speed",
            "machine": machine,
            "rounds": args.rounds,
            "scale": args.scale,
            "workloads": records,
        }
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if any("wrong" in r for r in records) else 0


if __name__ == "__main__":
    sys.exit(main())
