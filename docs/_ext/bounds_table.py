"""Tables of the source: the error bounds that the tests hold (``tests/bounds.py``), and those of the polynomials."""

import re
from pathlib import Path

import bounds

DTYPES = ("bfloat16", "float16", "float32", "float64")


def rows() -> list[tuple[str, list[float]]]:
    one_hot = {"t_is_one": True}
    return [
        ("one-hot row, labels", [bounds.bound(dtype, 1, **one_hot) for dtype in DTYPES]),
        ("one term whose t is not 1", [bounds.bound(dtype, 1) for dtype in DTYPES]),
        ("several terms", [bounds.bound(dtype, 2) for dtype in DTYPES]),
        ("several terms, label smoothing", [bounds.bound(dtype, 2, smoothed=True) for dtype in DTYPES]),
        ("several terms, class weights", [bounds.bound(dtype, 2, classes=True) for dtype in DTYPES]),
        ("several terms, sample weights", [bounds.bound(dtype, 2, samples=True) for dtype in DTYPES]),
        ("two classes (`binary_cross_entropy`)", [bounds.binary_bound(dtype) for dtype in DTYPES]),
        ("from logits", [bounds.logits_bound(dtype) for dtype in DTYPES]),
        ("from logits, label smoothing", [bounds.logits_bound(dtype, smoothed=True) for dtype in DTYPES]),
        ("from logits, class weights", [bounds.logits_bound(dtype, classes=True) for dtype in DTYPES]),
        ("from logits, sample weights", [bounds.logits_bound(dtype, samples=True) for dtype in DTYPES]),
        ("an entry of a gradient", [bounds.GRADIENT] * 4),
        ("the same with weights, smoothing or a mean", [bounds.GRADIENT] * 3 + [bounds.SCALED_GRADIENT]),
    ]


def table() -> str:
    lines = ["| at most, in ulp of the result | " + " | ".join(DTYPES) + " |", "|---" + "|---:" * len(DTYPES) + "|"]
    lines += [f"| {name} | " + " | ".join(f"{value:g}" for value in values) + " |" for name, values in rows()]
    return "\n".join(lines)


CONSTANTS = Path(__file__).parents[2] / "xentc" / "src" / "constants.h"
POLYNOMIAL = re.compile(
    r"/\* (?P<what>[^*]*?)\n   Error below 2\^-(?P<error>[\d.]+) on \[(?P<low>\S+), (?P<high>\S+)\]"
)


def polynomials() -> str:
    """What ``tools/make_constants.py`` found, as it stands in the source."""
    lines = ["| polynomial | on | error below |", "|---|---|---|"]
    for match in POLYNOMIAL.finditer(CONSTANTS.read_text(encoding="utf-8")):
        what = " ".join(match["what"].split()).rstrip(".")
        low, high = (f"{float.fromhex(match[end]):.4g}" for end in ("low", "high"))
        lines.append(f"| {what} | [{low}, {high}] | 2<sup>\N{MINUS SIGN}{match['error']}</sup> |")
    if len(lines) < 4:
        raise ValueError(f"{CONSTANTS} does not tell the errors of its polynomials")
    return "\n".join(lines)


def write(folder: Path) -> None:
    (folder / "bounds.md").write_text(table() + "\n", encoding="utf-8")
    (folder / "polynomials.md").write_text(polynomials() + "\n", encoding="utf-8")
