"""The tables that ``bench.compare`` prints and ``bench.readme`` puts into the pages, from the records of runs.

A run is of one SIMD tier. Cells of several runs stand side by side, "2.1 / 3.4", the slowest tier first.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bench import facts

Record = dict[str, Any]
Result = dict[str, Any]
UNITS = {"floor": "x reading", "twin": "x twin", "add": "x np.add", "us": "µs", "MiB": "MiB"}
ORDER = ("baseline", "neon", "avx2", "avx512")
# Others, in the order of their columns; those of no package first.
LINE, NUMPY = "one line", "numpy"
OTHERS = (LINE, NUMPY, "torch", "torch.compile", "JAX", "numba", "numexpr", "ONNX Runtime", "OpenVINO", "scikit-learn")
SHOWN = {LINE: "one line of NumPy", NUMPY: "best NumPy"}
# First is asked of every row, and twice as fast as the best of the others.
ASKED = 2.0
# So near to reading alone, nothing else can be twice as slow that reads as well.
AT_THE_FLOOR = 1.35
PEER_PACKAGES = ("scikit-learn", "numba", "numexpr", "torch", "jax", "onnxruntime", "openvino")
TITLES = {
    "probabilities": "Probabilities and labels",
    "logits": "Logits",
    "gradients": "Loss and gradient",
    "binary": "Two classes",
    "classes": "By the number of classes",
    "sizes": "By size, from the cache to memory",
    "calls": "Short calls",
}


def target(value: float | None, of: str) -> str:
    return "-" if value is None else f"<= {value:g} {UNITS[of]}"


def versions(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {found[name]}" for name in PEER_PACKAGES if name in found) or "no peer installed"


def conditions(result: Result) -> str:
    """Machine, tier, versions, rounds."""
    where = facts.sentence(result["machine"])
    if "rounds" in result:
        scale = "" if result.get("scale", 1) == 1 else f", sizes x {result['scale']:g}"
        where += f"; {result['rounds']} rounds{scale}"
    return where


def number(value: float | None) -> str:
    """Three digits; never an exponent."""
    if value is None or not math.isfinite(value):
        return "-" if value is None else str(value)
    if value >= 999.5:
        return f"{value:,.0f}"
    return f"{value:.{max(2 - math.floor(math.log10(abs(value))), 0) if value else 0}f}"


def size(n_rows: int, n_classes: int) -> str:
    return f"{n_rows:,} x {n_classes}" if n_classes > 1 else f"{n_rows:,}"


def name_of(record: Record) -> str:
    """With its size, where the name has none."""
    has_size = record["of"] in ("us", "add") or record["group"] == "sizes"
    return str(record["name"]) if has_size else f"{record['name']} ({size(record['n_rows'], record['n_classes'])})"


def _side_by_side(cells: Sequence[str]) -> str:
    return cells[0] if set(cells) <= {"-"} else " / ".join(cells)


def _ulp(error: float) -> str:
    return f"{error:.3f}" if error < 10 else number(error)


def _errors(record: Record, name: str) -> str:
    """In ulp, of the loss and, where there is one, the gradient."""
    found = record.get("errors", {}).get(name, {})
    return ", ".join(_ulp(found[what]) for what in ("loss", "gradient") if what in found)


def measured(record: Record) -> str:
    """What the target is about, with its quartiles; bold where the target is missed."""
    if "measured" not in record:
        return "WRONG" if "wrong" in record else "-"
    values = record["measured"]
    shown = f"{values['median']:.2f} ({values['q1']:.2f}-{values['q3']:.2f})"
    return f"**{shown}**" if record["met"] is False else shown


def best_other(record: Record) -> tuple[str, float] | None:
    """Which of the others is fastest, and how many times as long as xentc it takes."""
    speed_up = {name: spread["median"] for name, spread in record.get("speed_up", {}).items()}
    return min(speed_up.items(), key=lambda item: item[1]) if speed_up else None


def verdict(record: Record) -> str:
    """The best of the others; and in bold where xentc is not first, or not twice as fast."""
    best = best_other(record)
    if best is None:
        return "-"
    name, times = best
    shown = f"{number(times)} x {SHOWN.get(name, name)}"
    if times >= ASKED:
        return shown
    return f"**not first**: {shown}" if times < 1 else f"**not {ASKED:g} x**: {shown}"


def why(records: Sequence[Record]) -> str:
    """Why a row is not twice as fast as all others: what is known of it, or that reading takes nearly as long."""
    behind = [r for r in records if (best := best_other(r)) and best[1] < ASKED]
    if not behind:
        return ""
    if behind[0]["why"]:
        return str(behind[0]["why"])
    ratios = [r["measured"]["median"] for r in behind if r["of"] == "floor"]
    if ratios and max(ratios) <= AT_THE_FLOOR:
        share = min(100 / max(ratios), 100)
        return f"reading alone takes {share:.0f} % of the time"
    return ""


def by_name(results: Sequence[Result], groups: Sequence[str]) -> list[list[Record]]:
    """The records of each workload, one a run, in the order of the table."""
    runs = [{r["name"]: r for r in result["workloads"] if r["group"] in groups} for result in results]
    names = dict.fromkeys(name for run in runs for name in run)
    return [[run[name] for run in runs if name in run] for name in names]


def _time(record: Record, name: str, unit: float) -> str:
    spread = record.get("ms", {}).get(name)
    return "-" if spread is None else number(unit * spread["median"])


def versus(results: Sequence[Result], group: str) -> str:
    """The workloads of a group, a row each: time, what reading takes, and the others in multiples of xentc's time."""
    rows_of = by_name(results, [group])
    if not rows_of:
        return ""
    short = group == "calls" or all(records[0]["of"] == "us" for records in rows_of)
    unit, baseline = (1e3, "np.add") if short else (1.0, "floor")
    unit, label = (1e3, "µs") if short or group == "sizes" else (unit, "ms")
    others = [name for name in OTHERS if any(name in r.get("speed_up", {}) for records in rows_of for r in records)]
    header = ["workload", f"xentc, {label}", f"{'np.add' if short else 'reading'}, {label}"]
    header += ["xentc's multiple of it (quartiles)", "target", "xentc, error in ulp"]
    header += [SHOWN.get(name, name) for name in others] + ["best of the others", "why"]
    rows = []
    for records in rows_of:
        first = records[0]
        row = [name_of(first)]
        row += [_side_by_side([_time(r, name, unit) for r in records]) for name in ("xentc", baseline)]
        row += [_side_by_side([measured(r) if r["of"] != "us" else "-" for r in records])]
        row += [target(first["target"], first["of"]), _errors(records[-1], "xentc") or "-"]
        row += [_other(records, name) for name in others]
        row += [_side_by_side([verdict(r) for r in records]), why(records)]
        rows.append(row)
    return facts.markdown(header, rows)


def _other(records: Sequence[Record], name: str) -> str:
    """How many times as long as xentc, and the error in ulp."""
    ratios = [r.get("speed_up", {}).get(name) for r in records]
    if not any(ratios):
        return "-"
    shown = " / ".join("-" if ratio is None else number(ratio["median"]) for ratio in ratios)
    error = next((text for r in reversed(records) if (text := _errors(r, name))), "")
    return f"{shown} x" + (f"; {error} ulp" if error else "")


def layouts(results: Sequence[Result]) -> str:
    """What other layouts and options cost: against reading, or against xentc on the twin."""
    rows = []
    for records in by_name(results, ["layouts"]):
        first = records[0]
        baseline = "twin" if first["of"] == "twin" else "floor"
        row = [name_of(first), f"`{first['call']}`"]
        row += [_side_by_side([_time(r, name, 1.0) for r in records]) for name in ("xentc", baseline)]
        row += [_side_by_side([measured(r) for r in records]), target(first["target"], first["of"])]
        rows.append([*row, _errors(records[-1], "xentc") or "-"])
    header = ["workload", "call", "xentc, ms", "baseline, ms", "xentc's multiple of it (quartiles)", "target"]
    return facts.markdown([*header, "error, ulp"], rows) if rows else ""


def memory(results: Sequence[Result]) -> str:
    rows = []
    for records in by_name(results, ["memory"]):
        mib = [r.get("mib", {}) for r in records]
        cells = [_side_by_side([number(m.get(name)) for m in mib]) for name in ("xentc", LINE)]
        rows.append([name_of(records[0]), f"`{records[0]['call']}`", *cells, target(records[0]["target"], "MiB")])
    return facts.markdown(["workload", "call", "xentc, MiB", "one line of NumPy, MiB", "target"], rows) if rows else ""


def calls(results: Sequence[Result]) -> str:
    """What exactly the others were asked to compute."""
    found: dict[tuple[str, str], str] = {}
    for result in results:
        for r in result["workloads"]:
            for name, text in r.get("peer_calls", {}).items():
                if name in r.get("speed_up", {}):
                    found.setdefault((r["kind"], name), text)
    rows = [[kind, name, f"`{text}`"] for (kind, name), text in found.items()]
    return facts.markdown(["rows", "by", "call"], rows) if rows else ""


def reasons(results: Sequence[Result]) -> list[str]:
    """Why others took no part, one line a reason."""
    found: dict[str, dict[str, None]] = {}
    for result in results:
        for r in result["workloads"]:
            for name, reason in r.get("skipped", {}).items():
                found.setdefault(f"{name}: {reason}", {})[r["kind"]] = None
    return [f"* {reason} ({', '.join(kinds)})." for reason, kinds in found.items()]


def wrong(results: Sequence[Result]) -> list[str]:
    return [
        f"* {r['name']}: WRONG, not timed: {r['wrong']}"
        for result in results
        for r in result["workloads"]
        if "wrong" in r
    ]


def page(results: Sequence[Result]) -> str:
    """All tables of these runs."""
    parts = [f"{conditions(result)}; {versions(result['machine']['versions'])}." for result in results]
    parts += ["\n".join(wrong(results))]
    for group, title in TITLES.items():
        parts += [f"## {title}", table] if (table := versus(results, group)) else []
    parts += ["## Layouts, checks, memory given", table] if (table := layouts(results)) else []
    parts += ["## Memory beyond the arguments", table] if (table := memory(results)) else []
    parts += ["## What the others were asked", table] if (table := calls(results)) else []
    parts += ["Not taking part:", "\n".join(lines)] if (lines := reasons(results)) else []
    return "\n\n".join(part for part in parts if part)


# What the README shows of all of them, each kind of input once, and beside whom.
SUMMARY = (
    "one-hot float64",
    "soft float32",
    "logits float32, 50,257 classes",
    "gradient float32, 1,000 classes",
    "binary float32",
    "log_loss float64",
)
SUMMARY_OTHERS = (LINE, NUMPY, "torch", "torch.compile", "JAX", "scikit-learn")


def summary(result: Result) -> str:
    """Milliseconds of a few workloads, all of one run."""
    records = {r["name"]: r for r in result["workloads"]}
    rows = [
        [name_of(record), *[_time(record, name, 1.0) for name in ("xentc", *SUMMARY_OTHERS)]]
        for record in (records[name] for name in SUMMARY)
    ]
    return facts.markdown(["milliseconds", "xentc", *[SHOWN.get(name, name) for name in SUMMARY_OTHERS]], rows)
