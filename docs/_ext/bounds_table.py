"""The error bounds that the tests hold (``tests/bounds.py``), as a table."""

from pathlib import Path

import bounds

DTYPES = ("bfloat16", "float16", "float32", "float64")


def rows() -> list[tuple[str, list[float]]]:
    one_hot = {"t_is_one": True}
    found = [
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
    return found


def table() -> str:
    lines = ["| at most, in ulp of the result | " + " | ".join(DTYPES) + " |", "|---" + "|---:" * len(DTYPES) + "|"]
    lines += [f"| {name} | " + " | ".join(f"{value:g}" for value in values) + " |" for name, values in rows()]
    return "\n".join(lines)


def write(path: Path) -> None:
    path.write_text(table() + "\n", encoding="utf-8")
