"""``python -m bench.readme``: puts the measured figures into README.md, where numbers are generated, never typed.

Reads ``bench/results/*.json``, which ``bench.compare`` and ``bench.accuracy`` write, and replaces what stands
between the two markers. ``--check`` changes nothing and fails if the README does not show these results.
"""

import argparse
import difflib
import json
import sys
from pathlib import Path
from typing import Any

from bench import accuracy, facts, tables

HERE = Path(__file__).parent
BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
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


def section(result: dict[str, Any]) -> str:
    """What the README shows of one results file."""
    where = facts.sentence(result["machine"])
    scale = "" if result.get("scale", 1) == 1 else f", sizes x {result['scale']:g}"
    if result["report"] == "speed":
        where += f"; {result['rounds']} rounds{scale}"
        return f"### Speed\n\n{where}.\n\n{tables.speed(result['workloads'])}\n\n{SPEED_NOTE}"
    if result["report"] == "peers":
        where += f"; {result['rounds']} rounds{scale}; {tables.versions(result['machine']['versions'])}"
        return f"### Against other libraries\n\n{where}.\n\n{tables.peers(result['workloads'])}\n\n{PEERS_NOTE}"
    if result["report"] == "accuracy":
        return f"### Accuracy\n\n{where}.\n\n{accuracy.table(result['rows'])}\n\n{ACCURACY_NOTE}"
    raise SystemExit(f"unknown report {result['report']!r}")


def figures(results: Path) -> str:
    """All of them: speed, peers, accuracy."""
    files = sorted(results.glob("*.json"))
    if not files:
        raise SystemExit(f"no results in {results}; see bench/README.md for the commands that write them")
    found = [json.loads(file.read_text()) for file in files]
    found.sort(key=lambda result: str(result["report"]), reverse=True)
    return "\n\n".join(map(section, found))


def insert(text: str, new: str) -> str:
    """The README with its figures replaced."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise SystemExit(f"the README must have {BEGIN} and, after it, {END}, once each")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{new}\n\n{END}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.readme", description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the README is out of date")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="folder of the JSON files")
    parser.add_argument("--readme", type=Path, default=HERE.parent / "README.md")
    args = parser.parse_args()
    old = args.readme.read_text()
    new = insert(old, figures(args.results))
    if not args.check:
        args.readme.write_text(new)
        return 0
    for line in difflib.unified_diff(old.splitlines(), new.splitlines(), "README.md", "results", lineterm="", n=0):
        print(line)
    return int(old != new)


if __name__ == "__main__":
    sys.exit(main())
