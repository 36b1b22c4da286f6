"""``python -m bench.readme``: puts the measured figures where they are read; numbers are generated, never typed.

Reads ``bench/results/*.json``, which ``bench.compare`` and ``bench.accuracy`` write, and replaces what stands between
the two markers of README.md (one short table), docs/speed.md and docs/accuracy.md (all that was measured). ``--check``
changes nothing and fails if a page does not show these results.
"""

import argparse
import difflib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import accuracy, facts, tables

HERE = Path(__file__).parent
BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
Result = dict[str, Any]

SPEED_NOTE = (
    "The floor is a compiled loop that reads, on the same threads, the bytes the answer depends on, and for a gradient "
    "writes as many as it has, by the faster of plain stores and stores past the caches; the twin is the same data in "
    "C order, or unchecked. Measured: the median (quartiles) of the ratios of all rounds, each of which "
    "runs every candidate. The best NumPy form knows what the library has to find out: that rows are one-hot and y is "
    "finite (one dot product a row), or that they are dense. Errors are judged by mpmath on a sample of the rows, "
    "before anything is timed."
)
PEERS_NOTE = (
    "Each on the same threads as xentc (scikit-learn has one), in interleaved rounds, its arrays made and its code "
    "compiled beforehand; torch keeps no graph where no gradient is asked. Times faster: the median (quartiles) of the "
    "ratios of all rounds. Every result was compared with xentc's before anything was timed."
)
ACCURACY_NOTE = (
    "The largest error found, with its witness: t at y, the result, and the exact value to 80 bits. y is dense near 1, "
    "eps, the smallest normal number and the powers of two, and has random exponents elsewhere (all of float16); "
    "mpmath with 200 bits is the judge. Every row had the same bits on every SIMD tier. Logits give losses from 1e-300 "
    "(the smallest normal number of float32) to 1e4; others are those of the tests, and the worst of many more rows, "
    "found in extended precision. Left out are rows in which all classes but one share less than the smallest normal "
    "number, entries of a Hessian whose p is below it, and coefficients below 2^-960 by probabilities. A gradient is "
    "measured in ulp of its entry, that of soft targets by logits in ulp of the larger part of the difference W p - c. "
    "Scaled: by a mean, by class and sample weights, and by these with a weighted mean and, where soft, smoothing."
)


def conditions(result: Result) -> str:
    """Machine, tier, versions, rounds."""
    where = facts.sentence(result["machine"])
    if "rounds" in result:
        scale = "" if result.get("scale", 1) == 1 else f", sizes x {result['scale']:g}"
        where += f"; {result['rounds']} rounds{scale}"
    return where


def speed_page(results: list[Result]) -> str:
    """xentc against the floor, on every tier that was measured, then against other libraries."""
    parts = []
    for result in of(results, "speed"):
        title = f"## Against the floor, tier {result['machine']['tier']}"
        parts.append(f"{title}\n\n{conditions(result)}.\n\n{tables.speed(result['workloads'])}")
    parts.append(SPEED_NOTE)
    for result in of(results, "peers"):
        title = f"## Against other libraries, tier {result['machine']['tier']}"
        where = f"{conditions(result)}; {tables.versions(result['machine']['versions'])}"
        parts.append(f"{title}\n\n{where}.\n\n{tables.peers(result['workloads'])}")
    parts.append(PEERS_NOTE)
    return "\n\n".join(parts)


def accuracy_page(results: list[Result]) -> str:
    parts = [f"{conditions(result)}.\n\n{accuracy.table(result['rows'])}" for result in of(results, "accuracy")]
    return "\n\n".join([*parts, ACCURACY_NOTE])


def front_page(results: list[Result]) -> str:
    """A few workloads, of the runs on the fastest tier."""
    speed, peers = of(results, "speed")[-1], of(results, "peers")[-1]
    return f"{tables.summary(speed['workloads'], peers['workloads'])}\n\n{conditions(speed)}."


PAGES: dict[str, Callable[[list[Result]], str]] = {
    "README.md": front_page,
    "docs/speed.md": speed_page,
    "docs/accuracy.md": accuracy_page,
}


def load(folder: Path) -> list[Result]:
    files = sorted(folder.glob("*.json"))
    if not files:
        raise SystemExit(f"no results in {folder}; see bench/README.md for the commands that write them")
    return [json.loads(file.read_text()) for file in files]


def of(results: list[Result], report: str) -> list[Result]:
    """The results of one kind, from the slowest tier to the fastest."""
    found = [result for result in results if result.get("report") == report]
    if not found:
        raise SystemExit(f"no results of the report {report!r}; see bench/README.md for the command that writes them")
    order = ("baseline", "neon", "avx2", "avx512")
    return sorted(found, key=lambda result: order.index(result["machine"]["tier"]))


def insert(name: str, text: str, new: str) -> str:
    """A page with its figures replaced."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise SystemExit(f"{name} must have {BEGIN} and, after it, {END}, once each")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{new}\n\n{END}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.readme", description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a page is out of date")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="folder of the JSON files")
    parser.add_argument("--root", type=Path, default=HERE.parent, help="folder of README.md and docs")
    args = parser.parse_args()
    results, differ = load(args.results), False
    for name, page in PAGES.items():
        file = args.root / name
        old = file.read_text()
        new = insert(name, old, page(results))
        differ |= old != new
        if not args.check:
            file.write_text(new)
            continue
        for line in difflib.unified_diff(old.splitlines(), new.splitlines(), name, "results", lineterm="", n=0):
            print(line)
    return int(args.check and differ)


if __name__ == "__main__":
    sys.exit(main())
