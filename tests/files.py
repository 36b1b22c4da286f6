"""Files of predictions in every format and layout, for the tests of the reader; what is in them is known."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from xentc._files import open_predictions

Array = np.ndarray[Any, Any]
Columns = dict[str, Any]  # of a table: (n,) arrays, (n, K) arrays for lists, or lists of text

NAMES = ("cat", "dog", "cow", "ant", "bee")


def predictions(n_rows: int = 700, n_classes: int = 4, dtype: Any = np.float64, seed: int = 0) -> tuple[Array, Array]:
    """Distributions (N, K) and labels (N,)."""
    rng = np.random.default_rng([90, seed, n_rows, n_classes])
    return rng.dirichlet(np.ones(n_classes), n_rows).astype(dtype), rng.integers(n_classes, size=n_rows)


def arrow(columns: Columns, *, lists: str = "list") -> pa.Table:
    """A table; matrices become lists of one length, or with "fixed" a column of that type."""
    made = {}
    for name, values in columns.items():
        if isinstance(values, np.ndarray) and values.ndim == 2:
            flat = pa.array(np.ascontiguousarray(values).ravel())
            offsets = pa.array(np.arange(len(values) + 1, dtype=np.int32) * values.shape[1])
            fixed = pa.FixedSizeListArray.from_arrays(flat, values.shape[1])
            made[name] = fixed if lists == "fixed" else pa.ListArray.from_arrays(offsets, flat)
        else:
            made[name] = pa.array(values)
    return pa.table(made)


def text(columns: Columns, delimiter: str = ",", *, header: bool = True) -> bytes:
    """Lines, by nothing that the reader uses: numbers as Python writes them."""
    rows = [list(columns)] if header else []
    listed = [values.tolist() if isinstance(values, np.ndarray) else list(values) for values in columns.values()]
    rows += [[str(value) for value in row] for row in zip(*listed, strict=True)]
    return "".join(delimiter.join(row) + "\n" for row in rows).encode()


def _parquet(columns: Columns, **options: Any) -> bytes:
    file = io.BytesIO()
    pa.parquet.write_table(arrow(columns, lists=options.pop("lists", "list")), file, row_group_size=256, **options)
    return file.getvalue()


def _ipc(columns: Columns, opener: Any, compression: str | None, lists: str) -> bytes:
    file = io.BytesIO()
    table = arrow(columns, lists=lists)
    with opener(file, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(table, max_chunksize=256)
    return file.getvalue()


def _npz(columns: Columns, save: Callable[..., Any]) -> bytes:
    file = io.BytesIO()
    save(file, **{name: np.asarray(values) for name, values in columns.items()})
    return file.getvalue()


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def structured(columns: Columns) -> Array:
    """An array with fields."""
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    fields = [(name, array.dtype, array.shape[1:]) for name, array in arrays.items()]
    made = np.empty(len(next(iter(arrays.values()))), fields)
    for name, array in arrays.items():
        made[name] = array
    return made


# By the ends of their names: the bytes of a file with these columns.
COLUMN_FORMATS: dict[str, Callable[[Columns], bytes]] = {
    "csv": text,
    "tsv": lambda columns: text(columns, "\t"),
    "csv.gz": lambda columns: gzip.compress(text(columns)),
    "csv.zst": lambda columns: pa.compress(text(columns), "zstd", asbytes=True),
    "parquet": _parquet,
    "snappy.parquet": lambda columns: _parquet(columns, compression="none", use_dictionary=False),
    "arrow": lambda columns: _ipc(columns, pa.ipc.new_file, None, "list"),
    "feather": lambda columns: _ipc(columns, pa.ipc.new_file, "lz4", "list"),
    "arrows": lambda columns: _ipc(columns, pa.ipc.new_stream, None, "list"),
    "npz": lambda columns: _npz(columns, np.savez),
    "compressed.npz": lambda columns: _npz(columns, np.savez_compressed),
    "npy": lambda columns: npy(structured(columns)),
}
LIST_FORMATS: dict[str, Callable[[Columns], bytes]] = {
    **{name: made for name, made in COLUMN_FORMATS.items() if "sv" not in name},
    "fixed.parquet": lambda columns: _parquet(columns, lists="fixed"),
    "fixed.arrow": lambda columns: _ipc(columns, pa.ipc.new_file, "zstd", "fixed"),
    "fixed.arrows": lambda columns: _ipc(columns, pa.ipc.new_stream, None, "fixed"),
}


def class_columns(y: Array, names: Any = NAMES, prefix: str = "p_") -> Columns:
    return {f"{prefix}{name}": y[:, k] for k, name in zip(range(y.shape[1]), names, strict=False)}


def names_of(labels: Array, names: Any = NAMES) -> list[str]:
    return [names[label] for label in labels]


def read(*args: Any, **options: Any) -> tuple[Array, Array, Any]:
    """All labels and all of y, and the predictions, whose attributes tell the rest."""
    with open_predictions(*args, **options) as opened:
        batches = list(opened)
    n = 0
    for batch in batches:
        assert batch.row == n
        assert len(batch) == len(batch.labels) == len(batch.y)
        n += len(batch)
    labels, y = (np.concatenate([getattr(batch, name) for batch in batches]) for name in ("labels", "y"))
    return labels, y, opened


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
