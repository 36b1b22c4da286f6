"""Reading files: how long xentc takes to read and to evaluate them, beside the libraries that only read.

``python -m bench.files [--rows N] [--rounds N] [--only NAME ...] [--json FILE]``

The floor of a format is the reading alone: ``np.load`` and a sum that touches all of it, or pyarrow's own reading,
batch by batch. "evaluate" is ``xentc.evaluate`` on the same file. "pandas + scikit-learn" is what people write: read
the table, then log_loss, accuracy_score and the Brier score; "command" is ``xentc evaluate`` as a whole, with the start
of Python, beside a process that runs those lines.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet

import xentc

K = 10
NAMES = [f"p_{k}" for k in range(K)]

ONE_LINERS = """
import sys
import pandas as pd
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss
import numpy as np
path = sys.argv[1]
frame = pd.read_csv(path) if path.endswith("csv") else pd.read_parquet(path)
y, labels = frame[[f"p_{k}" for k in range(10)]].to_numpy(), frame["label"].to_numpy()
print(log_loss(labels, y, labels=range(10)), accuracy_score(labels, y.argmax(axis=1)))
print(((y - np.eye(10)[labels]) ** 2).sum(axis=1).mean())
"""


def write(folder: Path, n_rows: int) -> dict[str, Path]:
    """The same float32 predictions in every format."""
    rng = np.random.default_rng(0)
    y = rng.random((n_rows, K), dtype=np.float32)
    y /= y.sum(axis=1, keepdims=True)
    labels = rng.integers(K, size=n_rows)
    paths = {name: folder / name for name in ("y.npy", "labels.npy", "columns.parquet", "lists.parquet", "y.arrow")}
    np.save(paths["y.npy"], y)
    np.save(paths["labels.npy"], labels)
    table = pa.table({name: y[:, k].copy() for k, name in enumerate(NAMES)} | {"label": labels})
    lists = pa.table({"p": pa.FixedSizeListArray.from_arrays(y.ravel(), K), "label": labels})
    pa.parquet.write_table(table, paths["columns.parquet"], row_group_size=1 << 20)
    pa.parquet.write_table(lists, paths["lists.parquet"], row_group_size=1 << 20)
    pa.feather.write_feather(table, paths["y.arrow"], compression="uncompressed", chunksize=1 << 20)
    paths["y.csv"] = folder / "y.csv"
    pa.csv.write_csv(table.slice(0, n_rows // 10), paths["y.csv"])
    return paths


def _read_npy(path: Path) -> None:
    np.load(path).sum()


def _read_parquet(path: Path) -> None:
    for batch in pa.parquet.ParquetFile(path).iter_batches(1 << 16):
        len(batch)


def _read_arrow(path: Path) -> None:
    with pa.ipc.open_file(pa.memory_map(str(path))) as reader:
        for i in range(reader.num_record_batches):
            for column in reader.get_batch(i).columns:
                np.from_dlpack(column).sum()


def _read_csv(path: Path) -> None:
    for batch in pa.csv.open_csv(path):
        len(batch)


def _run(*arguments: Any) -> None:
    subprocess.run([sys.executable, *map(str, arguments)], check=True, capture_output=True)


def candidates(paths: dict[str, Path]) -> dict[str, dict[str, Callable[[], Any]]]:
    """By file, what is timed."""
    reads = {
        "columns.parquet": _read_parquet,
        "lists.parquet": _read_parquet,
        "y.arrow": _read_arrow,
        "y.csv": _read_csv,
    }
    found: dict[str, dict[str, Callable[[], Any]]] = {
        "y.npy": {
            "reading": lambda: _read_npy(paths["y.npy"]),
            "evaluate": lambda: xentc.evaluate(paths["labels.npy"], paths["y.npy"]),
        }
    }
    for name, read in reads.items():
        found[name] = {
            "reading": lambda read=read, name=name: read(paths[name]),  # type: ignore[misc]
            "evaluate": lambda name=name: xentc.evaluate(paths[name]),  # type: ignore[misc]
        }
    for name in ("columns.parquet", "y.csv"):
        found[name]["command"] = lambda name=name: _run("-m", "xentc", "evaluate", paths[name])  # type: ignore[misc]
        found[name]["pandas + scikit-learn"] = lambda name=name: _run("-c", ONE_LINERS, paths[name])  # type: ignore[misc]
    return found


def measure(timed: dict[str, Callable[[], Any]], rounds: int) -> dict[str, dict[str, float]]:
    """Seconds of each, in turns, and the ratio to the first of the same round; medians."""
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for i in range(rounds + 1):
        for name, call in timed.items():
            start = time.perf_counter()
            call()
            if i:  # the first round has brought the files into memory
                seconds[name].append(time.perf_counter() - start)
    first = next(iter(seconds.values()))
    return {
        name: {
            "seconds": statistics.median(taken),
            "ratio": statistics.median(own / other for own, other in zip(taken, first, strict=True)),
        }
        for name, taken in seconds.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.files", description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=20_000_000, help="of 10 float32 (default: 20,000,000, 800 MB)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="files whose names contain any of these")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder), options.rows)
        for name, timed in candidates(paths).items():
            if options.only and not any(each in name for each in options.only):
                continue
            results[name] = measure(timed, options.rounds)
            size = paths[name].stat().st_size
            print(f"{name}, {size / 1e6:,.0f} MB")
            for what, found in results[name].items():
                speed = size / found["seconds"] / 1e9
                print(
                    f"  {what:<22} {found['seconds'] * 1e3:>10,.1f} ms {speed:>7.2f} GB/s {found['ratio']:>7.2f} x",
                    flush=True,
                )
    if options.json:
        options.json.write_text(json.dumps({"rows": options.rows, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
