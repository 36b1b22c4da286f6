"""Files are read in a few blocks: at most 64 MiB beyond what a small file of the format took, however long they are.

The peak is that of a process of its own, after a small file of the same format has loaded everything; pages of a
mapped file count, too.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pytest
from crossing import slow_beyond

import xentc
from xentc._files import open_predictions

LIMIT = 64 << 20
N, K = 1_800_000, 10  # 72 MB of float32

CODE = """
import sys
sys.path.insert(0, {root!r})
from xentc._files import open_predictions

def peak():
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM:"))

def read(y, labels=None):
    total = n = 0
    with open_predictions(y, labels, **{options}) as opened:
        for batch in opened:
            total, n = total + int(batch.y.argmax(axis=1).sum()), n + len(batch)
    return n

n_small = read(*{small!r})
before = peak()
{limit}
n = read(*{large!r})
print(n_small, n, peak() - before)
"""


LIMITED = """
import resource
with open("/proc/self/status") as status:
    size = next(1024 * int(line.split()[1]) for line in status if line.startswith("VmSize:"))
resource.setrlimit(resource.RLIMIT_AS, (size + {room}, size + {room}))
"""


def extra(small, large, options=None, limit=""):
    root = str(Path(xentc.__file__).parent.parent)
    code = CODE.format(root=root, small=small, large=large, options=options or {}, limit=limit)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    n_small, n, got = map(int, result.stdout.split())
    return n_small, n, got


def rows(n):
    rng = np.random.default_rng([95, n])
    y = rng.random((n, K), dtype=np.float32)
    return y / y.sum(axis=1, keepdims=True), rng.integers(K, size=n).astype(np.uint8)


def table(y, labels, lists=False):
    if lists:
        return pa.table({"p": pa.FixedSizeListArray.from_arrays(y.ravel(), K), "label": labels})
    return pa.table({f"p_{k}": y[:, k].copy() for k in range(K)} | {"label": labels})


def save_npy(path, y, labels, order="C"):
    np.save(path / "y.npy", np.asarray(y, order=order))
    np.save(path / "labels.npy", labels)
    return str(path / "y.npy"), str(path / "labels.npy")


def save_npz(path, y, labels):
    np.savez(path / "y.npz", y=y, labels=labels)
    return (str(path / "y.npz"),)


def save_table(path, y, labels, writer, **options):
    writer(table(y, labels, options.pop("lists", False)), path / "y", **options)
    return (str(path / "y"),)


# How they are saved. One row group, and one record batch, is the worst that a reader can meet.
SAVES = {
    "npy": save_npy,
    "npy in Fortran order": lambda *args: save_npy(*args, order="F"),
    "npz": save_npz,
    "parquet": lambda *args: save_table(*args, pa.parquet.write_table, row_group_size=N),
    "parquet of lists": lambda *args: save_table(*args, pa.parquet.write_table, row_group_size=N, lists=True),
    "arrow": lambda *args: save_table(*args, pa.feather.write_feather, compression="uncompressed", chunksize=N),
    "arrow, compressed": lambda *args: save_table(*args, pa.feather.write_feather, compression="zstd"),
}


@pytest.fixture(scope="module")
def large():
    return rows(N)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("how", slow_beyond(["npy", "parquet"], SAVES))
def test_memory(tmp_path, large, how):
    paths = []
    for name, (y, labels) in (("small", rows(1000)), ("large", large)):
        (tmp_path / name).mkdir()
        paths.append(SAVES[how](tmp_path / name, y, labels))
    n_small, n, got = extra(*paths)
    assert (n_small, n) == (1000, N)
    assert got <= LIMIT


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_of_text(tmp_path, large):
    """A shorter one, since it takes its time."""
    paths = []
    for name, n in (("small", 1000), ("large", N // 3)):
        y, labels = large[0][:n].astype(np.float64), large[1][:n]
        pa.csv.write_csv(table(y, labels), tmp_path / name)
        paths.append((str(tmp_path / name),))
    assert (tmp_path / "large").stat().st_size > LIMIT
    n_small, n, got = extra(*paths)
    assert (n_small, n) == (1000, N // 3)
    assert got <= LIMIT


# What a table is written in, some row groups or record batches; a single one of them is read as a whole.
BATCHES = {
    "npy": save_npy,
    "npz": save_npz,
    "parquet": lambda *args: save_table(*args, pa.parquet.write_table, row_group_size=N // 20, use_dictionary=False),
    "arrow": lambda *args: save_table(*args, pa.feather.write_feather, compression="uncompressed", chunksize=N // 20),
    "csv": lambda path, y, labels: save_table(path, y[: len(y) // 2], labels[: len(y) // 2], pa.csv.write_csv),
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("how", slow_beyond(["npz", "csv"], BATCHES))
def test_files_larger_than_the_address_space(tmp_path, large, how):
    """Where there is no room for the file, it cannot be mapped, and is read in pieces all the same."""
    paths = []
    for name, (y, labels) in (("small", rows(1000)), ("large", large)):
        (tmp_path / name).mkdir()
        paths.append(BATCHES[how](tmp_path / name, y, labels))
    assert Path(paths[1][0]).stat().st_size > LIMIT
    n_small, n, got = extra(*paths, limit=LIMITED.format(room=LIMIT))
    assert (n_small, n) == (500 if how == "csv" else 1000, N // 2 if how == "csv" else N)
    assert got <= LIMIT


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_labels_by_id_are_all_that_is_kept(tmp_path, large):
    """In an order of their own: 9 bytes each, and twice 8 to find them."""
    y, labels = large
    paths = []
    for name, n in (("small", 1), ("large", N)):
        order = np.random.default_rng(96).permutation(n)
        with_id = table(y[:n], labels[:n]).drop(["label"]).append_column("id", pa.array(np.arange(n)))
        pa.feather.write_feather(with_id, tmp_path / f"{name} y")
        pa.feather.write_feather(pa.table({"id": order, "label": labels[order]}), tmp_path / name)
        paths.append((str(tmp_path / f"{name} y"), str(tmp_path / name)))
    n_small, n, got = extra(*paths, {"id": "id"})
    assert (n_small, n) == (1, N)
    assert got <= LIMIT + 3 * 25 * N  # while the labels are put together and sorted, three times of it


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_measurement_sees_a_file_that_is_read_whole(tmp_path, large):
    y, labels = large
    save_npy(tmp_path, y, labels)
    code = CODE.format(root=str(Path(xentc.__file__).parent.parent), small=(), large=(), options={}, limit="")
    code = code.replace("n_small = read(*())", "n_small = 0; import numpy as np")
    code = code.replace("n = read(*())", f"n = len(np.load({str(tmp_path / 'y.npy')!r}))")
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert int(result.stdout.split()[2]) > LIMIT


def test_rows_of_a_block_of_lists_of_any_length(tmp_path):
    """Their type does not tell how long they are: the first one does."""
    y = np.full((3000, 1000), 1e-3)
    lists = pa.ListArray.from_arrays(np.arange(3001, dtype=np.int32) * 1000, y.ravel())
    pa.parquet.write_table(pa.table({"p": lists, "label": np.zeros(3000, int)}), tmp_path / "y.parquet")
    for source in (tmp_path / "y.parquet", pa.parquet.read_table(tmp_path / "y.parquet").to_pandas()):
        with open_predictions(source) as opened:
            sizes = [batch.y.nbytes for batch in opened]
        assert sum(sizes) == y.nbytes
        assert max(sizes) <= 1 << 24


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_compare_in_step(tmp_path, large):
    """Two files side by side, with the labels of a third."""
    y, labels = save_npy(tmp_path, *large)
    (tmp_path / "few").mkdir()
    small_y, small_labels = save_npy(tmp_path / "few", *rows(1000))
    code = CODE.format(root=str(Path(xentc.__file__).parent.parent), small=(), large=(), options={}, limit="")
    few, many = (small_labels, small_y, small_y), (labels, y, y)
    code = code.replace("n_small = read(*())", f"import xentc; n_small = xentc.compare(*{few!r}).count")
    code = code.replace("n = read(*())", f"n = xentc.compare(*{many!r}).count")
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    n_small, n, got = map(int, result.stdout.split())
    assert (n_small, n) == (1000, N)
    assert got <= LIMIT
