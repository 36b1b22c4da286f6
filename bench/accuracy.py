"""``python -m bench.accuracy``: the largest error found for each pair of dtypes, and the input that shows it.

mpmath with 200 bits is the judge. Errors are in units in the last place of the exact result; subnormal results
are measured in the smallest subnormal number. Every row is computed on every SIMD tier, to the same bits.
"""

import argparse
import itertools
import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import xentc
from bench import facts, judge, points
from xentc import _config

Array = np.ndarray[Any, Any]

Y_DTYPES = ("float16", "float32", "float64")
T_DTYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", *Y_DTYPES)
CLASSES = (2, 3, 10, 100)
SEED = 20261102


@dataclass
class Worst:
    """The largest error of one pair of dtypes and one kind, with its witness in hexadecimal."""

    kind: str
    t_dtype: str
    y_dtype: str
    result: str
    bound: float
    n_rows: int = 0
    error_ulp: float = 0.0
    eps: str = ""
    t: tuple[str, ...] = ()
    y: tuple[str, ...] = ()
    got: str = ""
    wanted: str = ""

    def look(self, t: Array, y: Array, eps: float | None) -> None:
        """Compute the rows on every tier, and judge them."""
        rows = on_every_tier(t, y, eps)
        self.n_rows += len(rows)
        for i, got in enumerate(rows):
            want = judge.cross_entropy(t[i], y[i], eps)
            error = judge.ulp_error(got, want, rows.dtype)
            if error >= self.error_ulp:
                k = np.flatnonzero(t[i])
                self.error_ulp = error
                self.eps = "default" if eps is None else f"{eps:g}"
                self.t = tuple(float(x).hex() if t.dtype.kind == "f" else str(int(x)) for x in t[i, k])
                self.y = tuple(float(x).hex() for x in y[i, k])
                self.got, self.wanted = float(got).hex(), judge.hex_of(want)

    @property
    def met(self) -> bool:
        return self.error_ulp <= self.bound


def on_every_tier(t: Array, y: Array, eps: float | None) -> Array:
    """The rows, after it is sure that all tiers return the same bits and the dtype is the promised one."""
    in_use = facts.tier()
    results = {}
    try:
        for tier in _config.TIERS:
            _config.use_tier(tier)
            results[tier] = xentc.cross_entropy(t, y, eps=eps)
    finally:
        _config.use_tier(in_use)
    rows: Array = results[in_use]
    for tier, other in results.items():
        if rows.tobytes() != other.tobytes():
            raise AssertionError(f"{tier} and {in_use} differ for t {t.dtype}, y {y.dtype}")
    return rows


def result_dtype(t_dtype: str, y_dtype: str) -> str:
    """The promise: that of y where t counts, else the common one."""
    return np.result_type(t_dtype, y_dtype).name if t_dtype.startswith("float") else y_dtype


def one_hot(worst: Worst, n: int) -> None:
    """One logarithm a row, alone in it: the 1 is in the second of three columns, y elsewhere is NaN."""
    y = points.one_hot_y(np.random.default_rng(SEED), n, worst.y_dtype)
    rows = np.full((len(y), 3), np.nan, worst.y_dtype)
    rows[:, 1] = y
    t = np.zeros((len(y), 3), worst.t_dtype)
    t[:, 1] = 1
    worst.look(t, rows, 0.0)
    # Under the default eps many of these are clipped; a few of them tell.
    worst.look(t[::16], rows[::16], None)


def soft(worst: Worst, n: int) -> None:
    """Distributions or counts; about n terms."""
    rng = np.random.default_rng(SEED)
    for n_classes in CLASSES:
        n_rows = max(n // len(CLASSES) // n_classes, 1)
        y = points.soft_y(rng, n_rows, n_classes, worst.y_dtype)
        t = points.soft_t(rng, n_rows, n_classes, worst.t_dtype)
        worst.look(t, y, 0.0)
        worst.look(t[::16], y[::16], None)


KINDS = {"one-hot": one_hot, "soft": soft}


def measure(kind: str, t_dtype: str, y_dtype: str, n: int) -> Worst:
    result = result_dtype(t_dtype, y_dtype)
    worst = Worst(kind, t_dtype, y_dtype, result, judge.BOUNDS[result, kind])
    KINDS[kind](worst, n)
    return worst


def _short(text: str) -> str:
    """A hexadecimal number without the zeros at its end."""
    return re.sub(r"\.?0+(?=p)", "", text)


def _witness(record: dict[str, Any]) -> str:
    terms = [f"{_short(t)} at {_short(y)}" for t, y in zip(record["t"], record["y"], strict=True)]
    shown = "; ".join(terms[:2]) + (f"; {len(terms) - 2} more" if len(terms) > 2 else "")
    return shown + ("" if record["eps"] == "0" else f"; eps {record['eps']}")


def table(records: list[dict[str, Any]]) -> str:
    """One row for each kind and dtype of y and of the result: the worst over all t, and whose it is."""
    header = [
        "kind",
        "result",
        "y",
        "worst t",
        "rows",
        "max error, ulp",
        "bound, ulp",
        "held",
        "t at y",
        "got",
        "wanted",
    ]

    def group(record: dict[str, Any]) -> tuple[str, str, str]:
        return record["kind"], record["result"], record["y_dtype"]

    rows = []
    for (kind, result, y), members in itertools.groupby(sorted(records, key=group), group):
        every = list(members)
        worst = max(every, key=lambda r: float(r["error_ulp"]))
        rows.append(
            [
                *(kind, result, y),
                worst["t_dtype"] + (f" of {len(every)}" if len(every) > 1 else ""),
                f"{sum(r['n_rows'] for r in every):,}",
                f"{worst['error_ulp']:.5f}",
                f"{worst['bound']:g}",
                "yes" if all(r["met"] for r in every) else "no",
                *(_witness(worst), _short(worst["got"]), worst["wanted"]),
            ]
        )
    return facts.markdown(header, rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__.split("\n")[0])
    parser.add_argument("--n", type=int, default=40_000, help="logarithms for each pair and kind (default 40000)")
    parser.add_argument("--kind", choices=list(KINDS), action="append", help="only this kind")
    parser.add_argument("--t", choices=T_DTYPES, nargs="+", default=T_DTYPES, help="only these dtypes of t")
    parser.add_argument("--y", choices=Y_DTYPES, nargs="+", default=Y_DTYPES, help="only these dtypes of y")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    args = parser.parse_args()
    records = []
    for kind, y_dtype, t_dtype in itertools.product(args.kind or KINDS, args.y, args.t):
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
