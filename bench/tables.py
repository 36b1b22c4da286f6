"""The tables that ``bench.compare`` prints and ``bench.readme`` puts into the pages, from the records of a run."""

import math
from collections.abc import Mapping
from typing import Any

from bench import facts

Record = dict[str, Any]
UNITS = {"floor": "x floor", "twin": "x twin", "us": "us", "MiB": "MiB"}
# Candidates that are no peers.
OWN = ("reference", "numpy")
# Packages whose version belongs beside a ratio.
PEER_PACKAGES = ("scikit-learn", "numba", "torch", "jax", "optax")


def target(value: float | None, of: str) -> str:
    return "-" if value is None else f"<= {value:g} {UNITS[of]}"


def asked(factors: Mapping[str, float]) -> str:
    return "; ".join(f"{factor:g} x {peer}" for peer, factor in factors.items()) or "-"


def versions(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {found[name]}" for name in PEER_PACKAGES if name in found) or "no peer installed"


def _number(value: float | None) -> str:
    """Three digits; never an exponent."""
    if value is None or not math.isfinite(value):
        return "-" if value is None else str(value)
    return f"{value:.{max(2 - math.floor(math.log10(abs(value))), 0) if value else 0}f}"


def _name(record: Record) -> str:
    size = f"{record['n_rows']:,} x {record['n_classes']}"
    return f"{record['name']} ({size})" if record["n_rows"] > 1 else str(record["name"])


def _yes(met: bool | None) -> str:
    return "-" if met is None else "yes" if met else "no"


def _spread(values: Mapping[str, float], shown: str = ".2f") -> str:
    return f"{values['median']:{shown}} ({values['q1']:{shown}}-{values['q3']:{shown}})"


def _row(record: Record) -> list[str]:
    name, aim = _name(record), target(record["target"], record["of"])
    if "measured" not in record:
        met = "-" if record["target"] is None else "no"
        return [name, "-", "-", "WRONG" if "wrong" in record else "-", aim, met, *["-"] * 4]
    ms = {candidate: values["median"] for candidate, values in record.get("ms", {}).items()}
    speed_up = {candidate: values["median"] for candidate, values in record.get("speed_up", {}).items()}
    baseline = ms.get("twin" if record["of"] == "twin" else "floor")
    gradient = f"; gradient {record['gradient_ulp']:.4f}" if "gradient_ulp" in record else ""
    return [
        name,
        _number(ms.get("xentc")),
        _number(baseline),
        _spread(record["measured"]),
        aim,
        _yes(record["met"]),
        _number(ms.get("reference")),
        *[f"{_number(speed_up.get(c))} x" if c in speed_up else "-" for c in OWN],
        f"{record['error_ulp']:.4f}{gradient}",
    ]


def speed(records: list[Record]) -> str:
    """The table of a run; one row a workload, speed and error in the same row."""
    header = ["workload", "xentc, ms", "baseline, ms", "measured (quartiles)", "target", "met", "reference, ms"]
    header += ["faster than reference", "than best NumPy", "max error, ulp"]
    lines = [facts.markdown(header, [_row(r) for r in records]), *_wrong(records)]
    lines += [
        f"\n{r['name']}: {r['mib']['xentc']:.2f} MiB; the reference {r['mib']['reference']:,.0f} MiB."
        for r in records
        if "mib" in r
    ]
    # Where peers are asked for, they have a table of their own, and their reasons stand there.
    return "\n".join(lines + _skipped(records, {"xentc"}))


def peers(records: list[Record]) -> str:
    """One row for each workload and peer that was timed, or was asked for and could not be."""
    header = ["workload", "peer", "its call", "peer, ms", "xentc, ms", "times faster (quartiles)", "asked", "met"]
    rows = []
    for r in records:
        timed = [name for name in r.get("speed_up", {}) if name not in OWN]
        for peer in [*timed, *(name for name in r["asked"] if name not in timed)]:
            factor = r["asked"].get(peer)
            aim = "-" if factor is None else f">= {factor:g} x"
            if peer not in timed:
                rows.append([_name(r), peer, "-", "-", "-", "WRONG" if "wrong" in r else "-", aim, "no"])
                continue
            ratio, ms = r["speed_up"][peer], r["ms"]
            met = None if factor is None else ratio["median"] >= factor
            call = f"`{r['peer_calls'][peer]}`"
            times = [_number(ms[peer]["median"]), _number(ms["xentc"]["median"])]
            rows.append([_name(r), peer, call, *times, _spread(ratio, ".1f"), aim, _yes(met)])
    names = {name for r in records for name in r.get("skipped", {})} - {"xentc"}
    return "\n".join([facts.markdown(header, rows), *_wrong(records), *_skipped(records, names)])


# What the README shows of all of them: each kind of input once.
SUMMARY = (
    "one-hot float32",
    "soft float32",
    "labels float32, 10 classes",
    "logits float32, 50,257 classes",
    "gradient float32, 1,000 classes",
    "log_loss float64",
)
SUMMARY_PEERS = ("torch", "optax", "scikit-learn")


def summary(speed_records: list[Record], peer_records: list[Record]) -> str:
    """One row for each of a few workloads: time, and how many times faster than what else does it."""
    by_name = {r["name"]: r for r in speed_records}
    peers_of = {r["name"]: r.get("speed_up", {}) for r in peer_records}
    header = ["workload", "xentc, ms", "reading the data, ms", "faster than best NumPy", *SUMMARY_PEERS]
    rows = []
    for record in (by_name[name] for name in SUMMARY):
        ms, peers_here = record.get("ms", {}), peers_of.get(record["name"], {})
        ratios = [record.get("speed_up", {}).get("numpy"), *map(peers_here.get, SUMMARY_PEERS)]
        times = [_number(ms[name]["median"]) if name in ms else "-" for name in ("xentc", "floor")]
        rows.append([_name(record), *times, *["-" if x is None else f"{_number(x['median'])} x" for x in ratios]])
    return facts.markdown(header, rows)


def _wrong(records: list[Record]) -> list[str]:
    return [f"\n{r['name']}: WRONG, not timed: {r['wrong']}" for r in records if "wrong" in r]


def _skipped(records: list[Record], names: set[str]) -> list[str]:
    """Why candidates took no part, one line a reason."""
    reasons: dict[str, list[str]] = {}
    for r in records:
        for name, reason in r.get("skipped", {}).items():
            if name in names:
                reasons.setdefault(f"{name} skipped: {reason}", []).append(r["name"])
    return [
        f"\n{reason}" + ("." if len(where) == len(records) else f" [{'; '.join(where)}].")
        for reason, where in reasons.items()
    ]
