"""Make ``examples/digits.csv`` and ``examples/digits.parquet``: predictions as people keep them in files.

    python tools/make_examples.py

Both hold the same table, one row a digit: its number, the fold of the cross-validation that predicted it, what it is
(``label``, a word) and the probabilities of the ten digits (``p_zero`` to ``p_nine``, float32). The predictions are
those of ``xentc/data/digits.npz``; ``tools/make_digits.py`` made them, and tells how and from what.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from make_digits import folds

ROOT = Path(__file__).parents[1]
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def table() -> pa.Table:
    with np.load(ROOT / "xentc" / "data" / "digits.npz") as data:
        labels, y = data["labels"], data["probabilities"]
    columns = {
        "id": pa.array(np.arange(len(labels), dtype=np.int32)),
        "fold": pa.array(folds(labels)),
        "label": pa.array([NAMES[label] for label in labels]),
    }
    return pa.table(columns | {f"p_{name}": pa.array(y[:, k]) for k, name in enumerate(NAMES)})


def write_csv(rows: pa.Table, path: Path) -> None:
    """With each number in the fewest digits that give it back, as pandas and polars write it."""
    columns = [[str(value) for value in column.to_numpy()] for column in rows.columns]
    lines = [rows.column_names, *zip(*columns, strict=True)]
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="ascii")


def main() -> None:
    folder = ROOT / "examples"
    folder.mkdir(exist_ok=True)
    rows = table()
    write_csv(rows, folder / "digits.csv")
    pq.write_table(rows, folder / "digits.parquet", compression="zstd", compression_level=19, row_group_size=600)
    for path in sorted(folder.glob("digits.*")):
        print(f"{path.name}: {path.stat().st_size} bytes, {len(rows)} digits")


if __name__ == "__main__":
    main()
