"""``python -m bench.readme``: puts the measured figures where they are read; numbers are generated, never typed.

Reads ``bench/results/*.json``, which ``bench.run`` and ``bench.accuracy`` write, and replaces what stands between
the two markers of README.md (one short table), docs/speed.md and docs/accuracy.md (all that was measured), and the
picture of README. ``--check`` changes nothing and fails if a page does not show these results.
"""

import argparse
import difflib
import re
import sys
from collections.abc import Callable
from pathlib import Path

from bench import accuracy, tables
from bench.runs import RESULTS, digest, fastest, load, of
from bench.tables import Result

BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
PICTURE = "speed"  # that of README

SPEED_NOTE = (
    "Where a cell has two numbers, they are those of the two tiers, in the order of the lines at the top. An error is "
    "the largest of the sampled rows, on the last of them, in units in the last place of the dtype of the rows; a "
    "second one is that of the gradient. A number of another library is how many times as long as xentc it takes: the "
    "median of the ratios of all rounds, each of which runs every candidate on the same arrays and the same number of "
    "threads (scikit-learn has one), compiled and called before. Reading is a compiled loop that reads, on the same "
    "threads, the bytes the answer depends on, and for a gradient writes as many, by the faster of plain stores and "
    "stores past the caches; np.add is NumPy's addition of the same arrays. The best NumPy form knows what xentc has "
    "to find out: that rows are one-hot and y is finite (one dot product a row), that t is 0 or 1, or that rows are "
    "dense. Bold: a target is missed, or xentc is not first, or not twice as fast as all others. On AVX2 every "
    "library is held to AVX2 by its own switch, except ONNX Runtime, which has none."
)
ACCURACY_NOTE = (
    "The largest error found, with its witness: t at y, the result, and the exact value to 80 bits. The judge is "
    "mpmath with 200 bits. Values of y are dense near 1, eps, the smallest normal number and the powers of two, and "
    "elsewhere have random exponents (all values of float16). Every row had the same bits on every SIMD tier. Logits "
    "give losses from 1e-300 (for float32, its smallest normal number) to 1e4; further rows are those of the tests, "
    "and the worst of many more, found in extended precision. Left out are rows in which all classes but one share "
    "less than the smallest normal number, entries of a Hessian whose p is below it, and, for probabilities, "
    "coefficients below 2^-960. The error of a gradient is in ulp of its entry; for soft targets from logits, in ulp "
    "of the larger part of the difference W p - c. Scaled: by a mean, by class and sample weights, and by these with "
    "a weighted mean and, for soft targets, smoothing."
)


def speed_page(results: list[Result]) -> str:
    """All tables, the tiers side by side."""
    return f"{tables.page(of(results, 'speed'))}\n\n{SPEED_NOTE}"


def accuracy_page(results: list[Result]) -> str:
    parts = [f"{tables.conditions(result)}.\n\n{accuracy.table(result['rows'])}" for result in of(results, "accuracy")]
    return "\n\n".join([*parts, ACCURACY_NOTE])


def front_page(results: list[Result]) -> str:
    """A few workloads, of the run on the fastest tier."""
    result = fastest(results)
    where = tables.conditions(result) + "; " + tables.versions(result["machine"]["versions"])
    return f"{tables.summary(result)}\n\n{where}."


PAGES: dict[str, Callable[[list[Result]], str]] = {
    "README.md": front_page,
    "docs/speed.md": speed_page,
    "docs/accuracy.md": accuracy_page,
}


def drawn(root: Path) -> str | None:
    """The digest in the README's pictures; None if they have none, or not the same."""
    texts = [(root / "docs" / "_static" / f"{PICTURE}-{theme}.svg").read_text() for theme in ("light", "dark")]
    found = {match[1] if (match := re.search(r"results ([0-9a-f]{16})", text)) else None for text in texts}
    return found.pop() if len(found) == 1 else None


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
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON files")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1], help="folder of README.md and docs")
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
    if not args.check:
        # Only here: matplotlib, which --check has no need of.
        from bench import pictures

        pictures.draw(fastest(results), args.root / "docs" / "_static", [PICTURE])
    elif drawn(args.root) != digest(fastest(results)):
        print(f"docs/_static/{PICTURE}-*.svg: drawn from other results")
        differ = True
    return int(args.check and differ)


if __name__ == "__main__":
    sys.exit(main())
