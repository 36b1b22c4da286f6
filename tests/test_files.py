"""The reader of files gives back what was written, whatever the format, layout, dtype and form of the labels."""

import gzip
import io
from pathlib import Path

import files
import numpy as np
import pyarrow as pa
import pyarrow.feather
import pytest
from files import COLUMN_FORMATS, LIST_FORMATS, NAMES, class_columns, names_of, npy, predictions, read, write

from xentc._files import open_predictions

ml_dtypes = pytest.importorskip("ml_dtypes")
DTYPES = (np.float16, np.float32, np.float64)
EVERY_DTYPE = (*DTYPES, ml_dtypes.bfloat16)


def assert_read(got, y, labels, classes=NAMES[:4]):
    got_labels, got_y, opened = got
    assert got_y.dtype == y.dtype == opened.dtype
    np.testing.assert_array_equal(np.asarray(got_y, np.float64), np.asarray(y, np.float64))
    np.testing.assert_array_equal(got_labels, labels)
    assert opened.classes == classes
    assert opened.n_classes == y.shape[1]
    assert opened.rows_read == len(y)
    assert opened.n_rows in (None, len(y))


# Forms of labels in a table: name -> columns, of labels and the classes' names.
LABELS = {
    "numbers": lambda labels: {"label": labels},
    "small numbers": lambda labels: {"target": labels.astype(np.uint8)},
    "names": lambda labels: {"class": names_of(labels)},
    "floats": lambda labels: {"y_true": labels.astype(np.float32)},
    "ones": lambda labels: {f"t_{name}": (labels == k).astype(np.int8) for k, name in enumerate(NAMES[:4])},
    "ones in another order": lambda labels: {
        f"label_{name}": labels == k for k, name in reversed(list(enumerate(NAMES[:4])))
    },
}


@pytest.mark.parametrize("form", LABELS)
@pytest.mark.parametrize("suffix", COLUMN_FORMATS)
def test_columns(tmp_path, suffix, form):
    y, labels = predictions()
    label = LABELS[form](labels)
    if "sv" in suffix:  # where True is text
        label = {name: np.asarray(v, np.int8) if form.startswith("ones") else v for name, v in label.items()}
    columns = {"id": np.arange(len(y)), **class_columns(y), **label}
    assert_read(read(write(tmp_path / f"y.{suffix}", COLUMN_FORMATS[suffix](columns))), y, labels)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("suffix", COLUMN_FORMATS)
def test_dtypes_of_columns(tmp_path, suffix, dtype):
    y, labels = predictions(dtype=dtype)
    path = write(tmp_path / f"y.{suffix}", COLUMN_FORMATS[suffix]({"label": labels, **class_columns(y)}))
    assert_read(read(path), y.astype(np.float64) if "sv" in suffix else y, labels)


@pytest.mark.parametrize("form", ["numbers", "ones matrix"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("suffix", LIST_FORMATS)
def test_lists_and_matrices(tmp_path, suffix, dtype, form):
    y, labels = predictions(dtype=dtype)
    label = labels if form == "numbers" else np.eye(4, dtype=np.uint8)[labels]
    path = write(tmp_path / f"y.{suffix}", LIST_FORMATS[suffix]({"probs": y, "label": label}))
    assert_read(read(path), y, labels, None)
    if form == "numbers":
        names = write(tmp_path / f"names.{suffix}", LIST_FORMATS[suffix]({"probs": y, "label": names_of(labels)}))
        assert_read(read(names, classes=NAMES[:4]), y, labels)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("byteorder", ["=", ">"])
@pytest.mark.parametrize("dtype", EVERY_DTYPE)
def test_npy(tmp_path, dtype, byteorder, order):
    y, labels = predictions(dtype=dtype)
    stored = np.asarray(y, order=order)
    if byteorder == ">" and dtype is not ml_dtypes.bfloat16:
        stored = stored.astype(stored.dtype.newbyteorder(">"), order=order)
    path, other = write(tmp_path / "y.npy", npy(stored)), write(tmp_path / "labels.npy", npy(labels))
    assert_read(read(path, other), y, labels, None)
    stream, zipped = io.BytesIO(npy(stored)), write(tmp_path / "y.npy.gz", gzip.compress(npy(stored)))
    assert_read(read(stream, other), y, labels, None)
    assert_read(read(zipped, other), y, labels, None)
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "y.npz", probs=stored, labels=labels)
        assert_read(read(tmp_path / "y.npz"), y, labels, None)


@pytest.mark.parametrize("dtype", EVERY_DTYPE)
def test_bfloat16_is_said(tmp_path, dtype):
    y, labels = predictions(dtype=dtype)
    opened = read(write(tmp_path / "y.npy", npy(y)), labels)[2]
    assert bool(opened.notes) == (dtype is ml_dtypes.bfloat16)


@pytest.mark.parametrize("label", [np.int8, np.uint16, np.int64, np.float16, np.float64, ">i4", "U", "S", "one-hot"])
def test_labels_of_their_own(tmp_path, label):
    y, labels = predictions()
    if label == "one-hot":
        stored = np.eye(4)[labels]
    else:
        stored = np.array(names_of(labels)).astype(label) if label in ("U", "S") else labels.astype(label)
    path = write(tmp_path / "labels.npy", npy(stored))
    assert_read(read(y, path, classes=NAMES[:4]), y, labels)
    np.savez(tmp_path / "labels.npz", anything=stored)
    assert_read(read(y, tmp_path / "labels.npz", classes=list(NAMES[:4])), y, labels)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("stream", [False, True])
def test_more_axes_are_more_rows(tmp_path, order, stream):
    y, labels = predictions(60)
    path = write(tmp_path / "y.npy", npy(np.asarray(y.reshape(5, 6, 2, 4), order=order)))
    for shape in ((60,), (5, 6, 2)):
        source = io.BytesIO(path.read_bytes()) if stream else path
        assert_read(read(source, labels.reshape(shape)), y, labels, None)


def test_one_column_is_two_classes(tmp_path):
    y, labels = predictions(n_classes=2, dtype=np.float32)
    p = y[:, 1]
    both = np.stack([1 - p.astype(np.float64), p.astype(np.float64)], 1)
    for suffix, write_columns in COLUMN_FORMATS.items():
        path = write(tmp_path / f"y.{suffix}", write_columns({"label": labels, "p": p}))
        got_labels, got_y, opened = read(path)
        np.testing.assert_array_equal(got_y, both)
        np.testing.assert_array_equal(got_labels, labels)
        assert opened.eps == (None if "sv" in suffix else np.finfo(np.float32).eps)
        assert "the probability of class 1" in opened.taken[0]
    for column in (p, p[:, None]):
        assert_read(read(write(tmp_path / "y.npy", npy(column)), labels, classes="no,yes"), both, labels, ("no", "yes"))
    got = read(p, labels, from_logits=True)[1]
    np.testing.assert_array_equal(got, np.stack([np.zeros(len(p)), p.astype(np.float64)], 1))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_text_as_it_comes(tmp_path, delimiter, newline, bom):
    y, labels = predictions(30)
    columns = {"id": [f'"a{delimiter}{i}"' for i in range(30)], **class_columns(y), "label": names_of(labels)}
    content = bom + files.text(columns, delimiter).replace(b"\n", newline)
    assert_read(read(write(tmp_path / "y.csv", content)), y, labels)
    assert_read(read(write(tmp_path / "y.csv", content.rstrip())), y, labels)  # no end of the last line
    if delimiter != ",":
        write(tmp_path / "y.csv", content.replace(b".", b","))
        assert_read(read(tmp_path / "y.csv"), y, labels)


def test_text_with_line_ends_in_fields(tmp_path):
    y, labels = predictions(3000)
    columns = {"review": [f'"so{chr(10)}good, {i}"' for i in range(3000)], **class_columns(y), "label": labels}
    assert_read(read(write(tmp_path / "y.csv", files.text(columns))), y, labels)


def test_text_whose_first_rows_are_whole_numbers(tmp_path):
    """No block may decide that a column is of whole numbers: the later rows have fractions, names and gaps."""
    y, labels = predictions(40_000)
    y[:20_000] = np.eye(4)[labels[:20_000]]
    columns = {"n": np.arange(40_000), **class_columns(y), "label": [str(k) for k in labels]}
    content = files.text(columns).replace(b".0,", b",")
    assert_read(read(write(tmp_path / "y.csv", content)), y, labels)
    columns["label"] = [str(k) if i < 20_000 else NAMES[k] for i, k in enumerate(labels)]
    assert_read(read(write(tmp_path / "y.csv", files.text(columns).replace(b".0,", b","))), y, labels)


def test_numbers_of_savetxt(tmp_path):
    y, labels = predictions()
    np.savetxt(tmp_path / "y.txt", y)
    np.savetxt(tmp_path / "labels.txt", labels, "%d")
    got_labels, got_y, _ = read(tmp_path / "y.txt", tmp_path / "labels.txt", header=False)
    np.testing.assert_array_equal(got_y, np.loadtxt(tmp_path / "y.txt"))
    np.testing.assert_array_equal(got_labels, labels)


def test_nan_and_infinities_are_numbers(tmp_path):
    y, labels = predictions(30)
    y[3], y[4, 1], y[5, 2] = np.nan, np.inf, -np.inf
    for suffix, write_columns in COLUMN_FORMATS.items():
        path = write(tmp_path / f"y.{suffix}", write_columns({**class_columns(y), "label": labels}))
        assert_read(read(path), y, labels)


@pytest.mark.parametrize("suffix", COLUMN_FORMATS)
def test_weights_and_groups(tmp_path, suffix):
    y, labels = predictions()
    weight, day = np.linspace(0, 2, 700), [f"day {i % 7}" for i in range(700)]
    columns = {"w": weight, **class_columns(y), "label": labels, "day": day, "fold": np.arange(700) % 3}
    path = write(tmp_path / f"y.{suffix}", COLUMN_FORMATS[suffix](columns))
    for by, want in (("day", day), ("fold", [i % 3 for i in range(700)])):
        with open_predictions(path, weight="w", by=by) as opened:
            assert f"by '{by}'" in opened.taken
            got = [(batch.weight, batch.by.tolist()) for batch in opened]
        np.testing.assert_array_equal(np.concatenate([w for w, _ in got]), weight)
        values = [value for _, values in got for value in values]
        assert values == ([str(value) for value in want] if "sv" in suffix else want)


def test_many_parts_in_natural_order(tmp_path):
    y, labels = predictions(660)
    columns = {**class_columns(y), "label": labels}
    for i in range(11):
        part = {name: values[60 * i : 60 * (i + 1)] for name, values in columns.items()}
        write(tmp_path / f"part-{i}.csv", files.text(dict(reversed(part.items())) if i == 7 else part))
    write(tmp_path / "_SUCCESS", b"")
    write(tmp_path / ".part-1.csv.crc", b"crc")
    for source in (tmp_path, str(tmp_path / "part-*.csv"), [tmp_path / f"part-{i}.csv" for i in range(11)]):
        got = read(source)
        assert_read(got, y, labels)
    assert got[2].where(0).endswith("part-0.csv, row 0")
    assert got[2].where(659).endswith("part-10.csv, row 59")
    assert got[2].where(125).endswith("part-2.csv, row 5")


def test_parts_of_predictions_and_of_labels_cut_differently(tmp_path):
    y, labels = predictions(660)
    for folder, array, cuts in (("y", y, [100, 101, 400]), ("labels", labels, [0, 200, 659])):
        (tmp_path / folder).mkdir()
        for i, part in enumerate(np.split(array, cuts)):
            write(tmp_path / folder / f"part-{i}.npy", npy(part))
    assert_read(read(tmp_path / "y", tmp_path / "labels"), y, labels, None)


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "csv.zst", "npy", "arrows", "parquet", "npz", "arrow"])
def test_open_streams(tmp_path, suffix):
    """Of a pipe only what can be read from its start; of a file that is open, everything."""
    y, labels = predictions()
    content = COLUMN_FORMATS[suffix]({**class_columns(y), "label": labels}) if suffix != "npy" else npy(y)
    other = labels if suffix == "npy" else None
    path = write(tmp_path / "content", content)
    with path.open("rb") as file:
        assert_read(read(file, other), y, labels, None if suffix == "npy" else NAMES[:4])
    assert_read(read(io.BytesIO(content), other), y, labels, None if suffix == "npy" else NAMES[:4])


def test_names_of_files_do_not_matter(tmp_path):
    """What a file holds does."""
    y, labels = predictions()
    for suffix, write_columns in COLUMN_FORMATS.items():
        path = write(tmp_path / "predictions", write_columns({**class_columns(y), "label": labels}))
        assert path.suffix == "", suffix
        if suffix != "tsv":
            assert_read(read(path), y, labels)


def test_blocks_are_small(tmp_path):
    """However long the file and its row groups are."""
    y, labels = predictions(200_000, 16)
    table = files.arrow({"p": y, "label": labels}, lists="fixed")
    pa.parquet.write_table(table, tmp_path / "y.parquet", row_group_size=200_000)
    pa.feather.write_feather(table, tmp_path / "y.arrow", chunksize=200_000, compression="uncompressed")
    np.save(tmp_path / "y.npy", y)
    for name, other in (("y.parquet", None), ("y.arrow", None), ("y.npy", labels)):
        with open_predictions(tmp_path / name, other) as opened:
            sizes = [batch.y.nbytes for batch in opened]
        assert max(sizes) <= 1 << 24
        assert sum(sizes) == y.nbytes


def test_paths_as_text_and_as_paths(tmp_path, monkeypatch):
    y, labels = predictions()
    monkeypatch.chdir(tmp_path)
    write(Path("y [1].csv"), files.text({**class_columns(y), "label": labels}))  # a pattern, if it did not exist
    assert read("y [1].csv")[2].name == "y [1].csv"
    assert read(Path("y [1].csv"))[2].name == "y [1].csv"
