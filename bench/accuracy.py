"""``python -m bench.accuracy``: the largest error found for each pair of dtypes, and the input that shows it.

mpmath with 200 bits is the judge. Errors are in units in the last place of the exact result; subnormal results
are measured in the smallest subnormal number. Every row is computed on every SIMD tier, to the same bits. Losses from
logits, and gradients, are in ``logit_errors``.
"""

import argparse
import itertools
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

import xentc
from bench import facts, judge, logit_errors, points
from bench.logit_errors import CLASSES, FLOATS, SEED, Kind
from bench.worst import Worst, on_every_tier, witness

Array = np.ndarray[Any, Any]

T_DTYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", *FLOATS)


def look(worst: Worst, t: Array, y: Array, eps: float | None) -> None:
    """The losses of these rows, judged."""
    rows = on_every_tier(lambda: xentc.cross_entropy(t, y, eps=eps, check=False), worst.result)
    worst.n_rows += len(rows)
    options = {None: "eps default", 0: ""}[eps]
    for i, got in enumerate(rows):
        want = judge.cross_entropy(t[i], y[i], eps)
        k = np.flatnonzero(t[i])
        worst.look(got, want, judge.ulp_error(got, want, rows.dtype), t[i, k], y[i, k], options)


def one_hot(worst: Worst, n: int) -> None:
    """One logarithm a row, alone in it: the 1 is in the second of three columns, y elsewhere is NaN."""
    y = points.one_hot_y(np.random.default_rng(SEED), n, worst.y_dtype)
    rows = np.full((len(y), 3), np.nan, worst.y_dtype)
    rows[:, 1] = y
    t = np.zeros((len(y), 3), worst.t_dtype)
    t[:, 1] = 1
    look(worst, t, rows, 0.0)
    # Under the default eps many of these are clipped; a few of them tell.
    look(worst, t[::16], rows[::16], None)


def soft(worst: Worst, n: int) -> None:
    """Distributions or counts; about n terms."""
    rng = np.random.default_rng(SEED)
    for n_classes in CLASSES:
        n_rows = max(n // len(CLASSES) // n_classes, 1)
        y = points.soft_y(rng, n_rows, n_classes, worst.y_dtype)
        t = points.soft_t(rng, n_rows, n_classes, worst.t_dtype)
        look(worst, t, y, 0.0)
        look(worst, t[::16], y[::16], None)


KINDS = {"one-hot": Kind(one_hot, T_DTYPES), "soft": Kind(soft, T_DTYPES)} | logit_errors.KINDS


def result_dtype(kind: Kind, t_dtype: str, y_dtype: str) -> str:
    """The promise: that of y where t counts and for a gradient, else the common one."""
    counts = kind.gradient or not t_dtype.startswith("float")
    return y_dtype if counts else np.result_type(t_dtype, y_dtype).name


def measure(name: str, t_dtype: str, y_dtype: str, n: int) -> Worst:
    kind = KINDS[name]
    result = result_dtype(kind, t_dtype, y_dtype)
    worst = Worst(name, t_dtype, y_dtype, result, judge.BOUNDS[result, name])
    kind.run(worst, n)
    return worst


def _judged(records: list[dict[str, Any]]) -> str:
    entries = sum(r["n_entries"] for r in records)
    return f"{entries:,} entries" if entries else f"{sum(r['n_rows'] for r in records):,} rows"


def table(records: list[dict[str, Any]]) -> str:
    """One row for each kind and dtype of y and of the result: the worst over all t, and whose it is."""
    header = [
        "kind",
        "result",
        "y",
        "worst t",
        "judged",
        "max error, ulp",
        "bound, ulp",
        "held",
        "t at y",
        "got",
        "wanted",
    ]

    def group(record: dict[str, Any]) -> tuple[str, str, str]:
        return record["kind"], record["result"], record["y_dtype"]

    # Kinds in the order in which they were measured.
    order = {kind: i for i, kind in enumerate(dict.fromkeys(r["kind"] for r in records))}
    records = sorted(records, key=lambda r: (order[r["kind"]], *group(r)))
    rows = []
    for (kind, result, y), members in itertools.groupby(records, group):
        every = list(members)
        worst = max(every, key=lambda r: float(r["error_ulp"]))
        rows.append(
            [
                *(kind, result, y),
                worst["t_dtype"] + (f" of {len(every)}" if len(every) > 1 else ""),
                _judged(every),
                f"{worst['error_ulp']:.5f}",
                f"{worst['bound']:g}",
                "yes" if all(r["met"] for r in every) else "no",
                *witness(worst),
            ]
        )
    return facts.markdown(header, rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__.split("\n")[0])
    parser.add_argument("--n", type=int, default=40_000, help="logarithms for each pair and kind (default 40000)")
    parser.add_argument("--kind", choices=list(KINDS), action="append", help="only this kind")
    parser.add_argument("--t", choices=T_DTYPES, nargs="+", default=T_DTYPES, help="only these dtypes of t")
    parser.add_argument("--y", choices=FLOATS, nargs="+", default=FLOATS, help="only these dtypes of y")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    args = parser.parse_args()
    records = []
    for kind, y_dtype, t_dtype in itertools.product(args.kind or KINDS, args.y, args.t):
        if t_dtype not in KINDS[kind].t_dtypes:
            continue
        print(f"{kind}: t {t_dtype}, y {y_dtype} ...", file=sys.stderr, flush=True)
        worst = measure(kind, t_dtype, y_dtype, args.n)
        records.append(asdict(worst) | {"met": worst.met})
    print(table(records))
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        result = {"report": "accuracy", "machine": facts.machine(), "n": args.n, "rows": records}
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return 0 if all(record["met"] for record in records) else 1


if __name__ == "__main__":
    sys.exit(main())
