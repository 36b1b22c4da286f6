"""``python -m bench.compare``: every workload by xentc, the floor and the reference, side by side.

Prints one Markdown table; ``--json`` keeps all that it was made of, for ``bench.readme``.
"""

import argparse
import gc
import json
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import xentc
from bench import facts
from bench.measure import Spread, peak_extra, ratio, rounds
from bench.peers import PEERS
from bench.problem import Problem
from bench.workloads import Workload, select
from xentc import _config

Record = dict[str, Any]
UNITS = {"floor": "x floor", "twin": "x twin", "us": "us", "MiB": "MiB"}
MIB = 2**20


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
    }


def measure_time(workload: Workload, scale: float, n_rounds: int, with_peers: list[str], record: Record) -> None:
    problem = Problem(workload, scale, with_peers)
    with problem.settings():
        problem.verify()
        seconds = rounds(problem.candidates, n_rounds)
    own = Spread.of([1e6 * s for s in seconds["xentc"]])
    measured = own if workload.of == "us" else ratio(seconds, "xentc", workload.of)
    record |= {
        "measured": asdict(measured),
        "met": measured.median <= workload.target,
        "ms": {name: asdict(Spread.of([1e3 * s for s in values])) for name, values in seconds.items()},
        "speed_up": {
            name: asdict(ratio(seconds, name, "xentc")) for name in seconds if name not in ("xentc", "floor", "twin")
        },
        "error_ulp": problem.error_ulp,
        "skipped": problem.skipped,
    }


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
        "met": measured.median <= workload.target,
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


def _number(value: float | None) -> str:
    """Three digits; never an exponent."""
    if value is None or not math.isfinite(value):
        return "-" if value is None else str(value)
    return f"{value:.{max(2 - math.floor(math.log10(abs(value))), 0) if value else 0}f}"


def _row(record: Record, peers: list[str]) -> list[str]:
    size = f"{record['n_rows']:,} x {record['n_classes']}"
    name = f"{record['name']} ({size})" if record["n_rows"] > 1 else record["name"]
    unit = UNITS[record["of"]]
    target = f"<= {record['target']:g} {unit}"
    if "measured" not in record:
        return [name, "-", "-", "WRONG" if "wrong" in record else "-", target, "no", *["-"] * (4 + len(peers))]
    spread = record["measured"]
    shown = f"{spread['median']:.2f} ({spread['q1']:.2f}-{spread['q3']:.2f})"
    ms = {candidate: values["median"] for candidate, values in record.get("ms", {}).items()}
    speed_up = {candidate: values["median"] for candidate, values in record.get("speed_up", {}).items()}
    baseline = ms.get("twin" if record["of"] == "twin" else "floor")
    return [
        name,
        _number(ms.get("xentc")),
        _number(baseline),
        shown,
        target,
        "yes" if record["met"] else "no",
        _number(ms.get("reference")),
        *[f"{_number(speed_up.get(c))} x" if c in speed_up else "-" for c in ("reference", "numpy", *peers)],
        f"{record['error_ulp']:.4f}",
    ]


def table(records: list[Record]) -> str:
    """The table of a run; one row a workload, speed and error in the same row."""
    peers = sorted({c for r in records for c in r.get("speed_up", {})} - {"reference", "numpy"})
    header = ["workload", "xentc, ms", "baseline, ms", "measured (quartiles)", "target", "met", "reference, ms"]
    header += ["faster than reference", "than best NumPy", *[f"than {peer}" for peer in peers], "max error, ulp"]
    lines = [facts.markdown(header, [_row(r, peers) for r in records])]
    for r in records:
        if "wrong" in r:
            lines.append(f"\n{r['name']}: WRONG, not timed: {r['wrong']}")
        if r["of"] == "MiB" and "mib" in r:
            lines.append(f"\n{r['name']}: {r['mib']['xentc']:.2f} MiB; the reference {r['mib']['reference']:,.0f} MiB.")
    reasons: dict[str, list[str]] = {}
    for r in records:
        for peer, reason in r.get("skipped", {}).items():
            reasons.setdefault(f"{peer} skipped: {reason}", []).append(r["name"])
    for reason, names in reasons.items():
        lines.append(f"\n{reason}" + ("." if len(names) == len(records) else f" [{'; '.join(names)}]."))
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="WORD", help="workloads whose name contains one of the words")
    parser.add_argument("--rounds", type=int, default=11, help="interleaved rounds after the warm-up (default 11)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the number of rows (default 1)")
    parser.add_argument("--threads", type=int, help="threads of xentc, the floor and peers (default: xentc's own)")
    parser.add_argument("--tier", choices=_config.TIERS, help="SIMD tier (default: the fastest)")
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), help="peers to time too; all if none is named")
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
            [w.name, w.call, f"{w.n_rows:,} x {w.n_classes}", f"<= {w.target:g} {UNITS[w.of]}"] for w in select(None)
        ]
        print(facts.markdown(["workload", "call", "size", "target"], rows))
        return 0
    if args.tier:
        _config.use_tier(args.tier)
    if args.threads:
        xentc.set_num_threads(args.threads)
    machine = facts.machine()
    records = []
    for workload in select(args.only):
        print(f"{workload.name} ...", file=sys.stderr, flush=True)
        records.append(measure(workload, args, machine["tier"]))
    print(facts.sentence(machine) + f"; {args.rounds} rounds\n")
    print(table(records))
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        result = {
            "report": "speed",
            "machine": machine,
            "rounds": args.rounds,
            "scale": args.scale,
            "workloads": records,
        }
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if any("wrong" in r for r in records) else 0


if __name__ == "__main__":
    sys.exit(main())
