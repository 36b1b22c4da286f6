"""The same predictions in files of every format and layout that ``xentc evaluate`` reads."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

Array = np.ndarray[Any, Any]
NAMES = ["cat", "dog", "eel", "fox"]
Write = Callable[[Path, Array, Array], list[str]]


def predictions(n_rows: int = 50, seed: int = 0, dtype: Any = np.float64) -> tuple[Array, Array]:
    """Labels and probabilities that every format holds exactly: quarters of 2^-6, rows that sum to 1."""
    rng = np.random.default_rng(seed)
    y = rng.multinomial(60, rng.dirichlet(np.ones(len(NAMES)), n_rows)) + 1
    return rng.integers(len(NAMES), size=n_rows), (y / 64).astype(dtype)


def columns(labels: Array, y: Array, names: Any = None) -> dict[str, Any]:
    made = {"id": np.arange(len(y)) + 100, "day": np.arange(len(y)) % 3, "label": labels if names is None else names}
    return made | {f"p_{name}": y[:, k] for k, name in enumerate(NAMES)}


def words(labels: Array) -> list[str]:
    return [NAMES[k] for k in labels]


def npy(dtype: Any = None, order: Any = "C") -> Write:
    def write(folder: Path, labels: Array, y: Array) -> list[str]:
        np.save(folder / "y.npy", np.asarray(y, dtype, order=order))
        np.save(folder / "labels.npy", labels)
        return ["y.npy", "labels.npy"]

    return write


def npz(folder: Path, labels: Array, y: Array) -> list[str]:
    np.savez(folder / "data.npz", labels=labels, probabilities=y)
    return ["data.npz"]


def one_hot(folder: Path, labels: Array, y: Array) -> list[str]:
    np.save(folder / "y.npy", y)
    np.save(folder / "t.npy", np.eye(len(NAMES), dtype=np.uint8)[labels])
    return ["y.npy", "t.npy"]


def csv(suffix: str = ".csv", separator: str = ",") -> Write:
    def write(folder: Path, labels: Array, y: Array) -> list[str]:
        table = pa.table(columns(labels, y, words(labels)))
        options = pa.csv.WriteOptions(delimiter=separator)
        stream = {".gz": gzip.open, ".zst": lambda p, _: pa.CompressedOutputStream(str(p), "zstd")}.get(
            Path(suffix).suffix
        )
        path = folder / f"data{suffix}"
        with stream(path, "wb") if stream else path.open("wb") as file:
            pa.csv.write_csv(table, file, options)
        return [path.name]

    return write


def parquet(folder: Path, labels: Array, y: Array) -> list[str]:
    pq.write_table(pa.table(columns(labels, y, words(labels))), folder / "data.parquet", row_group_size=16)
    return ["data.parquet"]


def lists(fixed: bool) -> Write:
    def write(folder: Path, labels: Array, y: Array) -> list[str]:
        kind = pa.list_(pa.float64(), y.shape[1] if fixed else -1)
        table = pa.table({"label": labels, "probs": pa.array(y.tolist(), kind)})
        pq.write_table(table, folder / "data.parquet")
        return ["data.parquet"]

    return write


def ipc(stream: bool) -> Write:
    def write(folder: Path, labels: Array, y: Array) -> list[str]:
        table = pa.table(columns(labels, y, words(labels)))
        with (pa.ipc.new_stream if stream else pa.ipc.new_file)(str(folder / "data.arrow"), table.schema) as writer:
            writer.write_table(table, max_chunksize=16)
        return ["data.arrow"]

    return write


def parts(as_folder: bool) -> Write:
    def write(folder: Path, labels: Array, y: Array) -> list[str]:
        (folder / "parts").mkdir()
        for i, start in enumerate(range(0, len(y), 5)):  # eleven files or so: part 10 after part 9
            table = pa.table(columns(labels, y, words(labels))).slice(start, 5)
            pq.write_table(table, folder / "parts" / f"part-{i}.parquet")
        return ["parts" if as_folder else "parts/*.parquet"]

    return write


def joined(folder: Path, labels: Array, y: Array) -> list[str]:
    """Labels in another order, of another format, and more of them."""
    made = columns(labels, y)
    order = np.random.default_rng(1).permutation(len(y))
    pq.write_table(pa.table({name: made[name] for name in made if name != "label"}), folder / "y.parquet")
    table = pa.table({"id": made["id"][order], "label": labels[order]})
    pa.csv.write_csv(table, folder / "labels.csv")
    return ["y.parquet", "labels.csv", "--id", "id"]


LAYOUTS: dict[str, Write] = {
    "npy": npy(),
    "npy, Fortran": npy(order="F"),
    "npy, float16": npy(np.float16),
    "npy, bfloat16": npy(ml_dtypes.bfloat16),
    "npy, float32": npy(np.float32),
    "npz": npz,
    "one-hot labels": one_hot,
    "csv": csv(),
    "tsv": csv(".tsv", "\t"),
    "csv.gz": csv(".csv.gz"),
    "csv.zst": csv(".csv.zst"),
    "parquet": parquet,
    "lists": lists(fixed=False),
    "lists of fixed size": lists(fixed=True),
    "arrow file": ipc(stream=False),
    "arrow stream": ipc(stream=True),
    "folder": parts(as_folder=True),
    "pattern": parts(as_folder=False),
    "joined": joined,
}
