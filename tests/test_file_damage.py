"""Files that are missing, cut short, altered or something else: one line of words, or the value that is there."""

import csv
import io
import os
import pickle
import re
import stat
import zipfile

import files
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from files import COLUMN_FORMATS, LIST_FORMATS, NAMES, class_columns, npy, predictions, read, write

from xentc._files import FileError, MissingFile, MissingPackage, open_predictions

Y, LABELS = predictions(300, dtype=np.float32)
COLUMNS = {"id": np.arange(300), **class_columns(Y), "label": LABELS.astype(np.int8), "kind": list("abc") * 100}
PROBS = [f"p_{name}" for name in NAMES[:4]]


def refused(message, *args, **options):
    with pytest.raises(FileError, match=message or ".") as caught:
        read(*args, **options)
    assert str(caught.value).isprintable()
    return caught.value


# What other readers make of the same bytes: labels, and y.


def _columns(table):
    return np.asarray(table["label"]), np.stack([np.asarray(table[name]) for name in PROBS], axis=1)


def _text(content):
    header, *rows = [row for row in csv.reader(io.StringIO(content.decode())) if row]
    at = [header.index(name) for name in PROBS]
    y = [[float(row[i]) for i in at] for row in rows]
    return np.array([int(row[header.index("label")]) for row in rows]), np.array(y)


def _ipc(opener, content):
    """Of the columns that are asked for; in the others there may be anything."""
    names = opener(content).schema.names
    fields = sorted(names.index(name) for name in ("label", *PROBS))
    return _columns(opener(content, options=pa.ipc.IpcReadOptions(included_fields=fields)).read_all())


def _parquet(content):
    return _columns(pa.parquet.ParquetFile(io.BytesIO(content)).read(["label", *PROBS]))


ORACLES = {
    "csv": _text,
    "parquet": _parquet,
    "snappy.parquet": _parquet,
    "arrow": lambda content: _ipc(pa.ipc.open_file, content),
    "feather": lambda content: _ipc(pa.ipc.open_file, content),
    "arrows": lambda content: _ipc(pa.ipc.open_stream, content),
    "npz": lambda content: _columns(np.load(io.BytesIO(content))),
    "compressed.npz": lambda content: _columns(np.load(io.BytesIO(content))),
    "npy": lambda content: _columns(np.load(io.BytesIO(content))),
}


def altered(content, rng, start):
    """Bits flipped, or bytes exchanged, from some byte on."""
    changed = bytearray(content)
    if rng.random() < 0.5:
        for _ in range(rng.integers(1, 4)):
            changed[rng.integers(start, len(changed))] ^= 1 << rng.integers(8)
    else:
        at = int(rng.integers(start, len(changed)))
        changed[at : at + rng.integers(1, 40)] = rng.bytes(int(rng.integers(0, 40)))
    return bytes(changed)


@pytest.mark.parametrize("suffix", ORACLES)
def test_altered_bytes(tmp_path, suffix):
    """Either an error, or what others read in them too."""
    content, rng = COLUMN_FORMATS[suffix](COLUMNS), np.random.default_rng([92, len(suffix)])
    errors = []
    for _ in range(60):
        changed = altered(content, rng, content.index(b"\n") + 1 if suffix == "csv" else 0)
        path = write(tmp_path / f"y.{suffix}", changed)
        try:
            labels, y, _ = read(path, label="label", probs=PROBS)
        except FileError as error:
            errors.append(str(error))
            continue
        want_labels, want_y = ORACLES[suffix](changed)
        np.testing.assert_array_equal(labels, want_labels)
        np.testing.assert_array_equal(y, want_y)
    assert len(errors) > 10
    for error in errors:
        assert error.isprintable()
        assert error.startswith(str(path))


@pytest.mark.parametrize("suffix", [*COLUMN_FORMATS, *(f"list {name}" for name in LIST_FORMATS)])
def test_cut_short(tmp_path, suffix):
    """Never fewer rows than there were, but for text, which may end at every line."""
    if suffix.startswith("list "):
        suffix = suffix[5:]
        content = LIST_FORMATS[suffix]({"probs": Y, "label": LABELS})
    else:
        content = COLUMN_FORMATS[suffix](COLUMNS)
    rng = np.random.default_rng([93, len(suffix)])
    for length in [0, 1, 5, 8, 9, 100, *rng.integers(len(content), size=25), len(content) - 8, len(content) - 1]:
        path = write(tmp_path / f"y.{suffix}", content[:length])
        if suffix in ("csv", "tsv"):
            end = content[:length].rfind(b"\n") + 1
            if length - end in (0, length) or content[end:length].count(b"a") == 0:
                continue
        if suffix in ("csv", "tsv") and content[length : length + 1] == b"\n":
            continue
        refused("", path)


def test_a_cut_text_file_has_a_short_line(tmp_path):
    content = files.text(COLUMNS)
    end = content.index(b"\n", 9000)
    refused(r"y\.csv, row \d+: 3 fields instead of 7: '", write(tmp_path / "y.csv", content[: end + 40]))


def test_what_is_not_there(tmp_path):
    for path, message in [
        ("nope.csv", "nope.csv: there is no such file"),
        ("nope-*.csv", "nope-*.csv matches no file"),
        ("", ": there is no such file"),
        ("s3://bucket/y.parquet", "s3://bucket/y.parquet is not a local file"),
    ]:
        error = refused(re.escape(message), path)
        assert isinstance(error, MissingFile)
        assert isinstance(error, FileNotFoundError)
    assert isinstance(refused("holds no file to read; looked for .npy", tmp_path), MissingFile)
    (tmp_path / "a.csv").write_text("p\n")
    (tmp_path / "b.npy").write_bytes(b"")
    refused(r"holds files of several kinds \(1 \.csv, 1 \.npy\); say which with a pattern", tmp_path)
    refused("is named twice; its rows would count twice", [tmp_path / "a.csv", tmp_path / "a.csv"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path):
    path = write(tmp_path / "y.csv", b"p\n")
    path.chmod(stat.S_IWUSR)
    refused(r"y\.csv: permission denied", path)


class Bomb:
    """What unpickling would set off."""

    def __reduce__(self):
        return os.abort, ()


def test_nothing_is_unpickled(tmp_path):
    bomb = np.array([Bomb(), None], object)
    refused("is a pickle, which is never read", write(tmp_path / "y.pkl", pickle.dumps(bomb)))
    np.save(tmp_path / "y.npy", bomb, allow_pickle=True)
    refused("holds pickled Python objects, which are never read; save numbers or text", tmp_path / "y.npy", [0])
    refused("holds pickled Python objects", Y, tmp_path / "y.npy")
    np.savez(tmp_path / "y.npz", y=Y, label=LABELS, meta=bomb)
    read(tmp_path / "y.npz")  # nobody asks for that member
    np.savez(tmp_path / "y.npz", y=Y, label=bomb)
    refused("column 'label' holds pickled objects, which cannot be labels", tmp_path / "y.npz")
    refused("pickled", tmp_path / "y.npz", label="label")
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(bomb))
    refused(
        r"is a zip archive without an \.npy member, so no \.npz file; it has archive/data\.pkl", tmp_path / "model.pt"
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("y.csv", b"", "is empty"),
        ("y.npy", b"", "is empty"),
        ("y.npy", b"p,label\n0.5,1\n", "is no .npy file: it does not begin as one"),
        ("y.parquet", npy(Y), "is one array, so without labels"),
        ("y.parquet", b"\x00" * 100, "is no .parquet file: it does not begin as one"),
        ("y", b"\x00" * 100, "is in no format that is read"),
        ("y.csv", b"abc\0def\n1,2\n", "is in no format that is read"),
        ("y.csv", b"\n\n\n", "has no lines but empty ones"),
        ("y.csv", "p,label\n0,5\n".encode("utf-16"), "is text in UTF-16; save it as UTF-8"),
        ("y.csv", b"p_\xe4,label\n0,5\n", "is not text in UTF-8, in line 1"),
        ("y.csv", b"p_a,p_b,label\n", "has no rows"),
        ("y.json", b'{"p": [0.5]}', "is JSON, which is not read; write it as CSV or Parquet"),
        ("y.h5", b"\x89HDF\r\n\x1a\n", "is HDF5, which is not read"),
        ("y.feather", b"FEA1 and more", "is Feather of version 1, which is not read"),
        ("y.csv.bz2", b"BZh91AY&SY", "is compressed with bzip2, which is not read; use gzip or zstd"),
        ("y.csv.xz", b"\xfd7zXZ\x00", "is compressed with xz, which is not read; use gzip or zstd"),
        (
            "y.npz",
            b"PK\x05\x06" + bytes(18),
            "archive without an .npy member, so no .npz file; it has nothing",
        ),
        ("y.csv", b"p_a,p_b,label\n0.5,0.5,0\n0.5,x,0\n", "row 1: column 'p_b': 'x' is not a number"),
        ("y.csv", b"p_a,p_b,label\n0.5,0.5,0\n0.5,,0\n", "row 1: column 'p_b': the value is missing"),
        ("y.csv", b"p_a,p_b,label\n0.5,0.5,0\n0.5,0.5,\n", "row 1: the label is missing"),
        ("y.csv", b"p_a,p_b,label\n0.5,0.5,0\n0.5,0\n", "row 1: 2 fields instead of 3: '0.5,0'"),
        ("y.csv", b"p_a,p_b,label\n0.5,0.5,0\n0.5,0.5,0,0\n", "row 1: 4 fields instead of 3"),
        ("y.csv", b"p_a,p_b,label\n0.5,0.5,2\n", "row 0: the label '2' is no class; they are a, b"),
        ("y.csv", b"p_a,p_b,label\n0.5,0.5,c\n", "row 0: the label 'c' is no class; they are a, b"),
        ("y.csv", b"p_a,p_b,label\n0.5,0.5,0.5\n", "row 0: the label '0.5' is no class; they are a, b"),
        ("y.csv", b"p_a,p_a,label\n0.5,0.5,0\n", "has 2 columns 'p_a'"),
        ("y.csv", b"p_a,p_b,label\n0.5,0.5,'\xff'\n", "is not text in UTF-8, in line 2"),
    ],
)
def test_bad_content(tmp_path, name, content, message):
    refused(re.escape(message), write(tmp_path / name, content))


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.float64(0.5), "holds a single value, not an array"),
        (Y.astype(complex), "holds complex128, (300, 4), which cannot be probabilities"),
        (Y.astype("S"), "which cannot be probabilities"),
        (np.zeros((300, 4), "V1"), "which cannot be probabilities"),
        (np.zeros((300, 4), np.longdouble), "which cannot be probabilities"),
        (np.zeros((0, 4)), "has 0 rows, labels has 300"),
        (np.zeros((300, 0)), "has no classes"),
        (np.zeros((4, 300)), "has 4 rows, labels has 300"),
        (np.zeros((299, 4)), "has 299 rows, labels has 300"),
    ],
)
def test_bad_arrays(tmp_path, array, message):
    path = tmp_path / "y.npy"
    np.save(path, array)
    refused(re.escape(message), path, LABELS)
    np.savez(tmp_path / "y.npz", y=array)
    refused("", tmp_path / "y.npz", LABELS)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"", "cut short within its header"),
        (b"{'descr': '<f4', 'fortran_order': False, 'shape': (300, 4)", r"header is damaged \(SyntaxError\)"),
        (b"{'descr': '<f4', 'fortran_order': False, 'shape': (300, -4)}", "header is damaged"),
        (b"{'descr': '<f4', 'fortran_order': False, 'shape': (300.0, 4)}", "header is damaged"),
        (b"{'descr': '<f4', 'fortran_order': 0, 'shape': (300, 4)}", "header is damaged"),
        (b"{'descr': '<f4', 'shape': (300, 4)}", r"header is damaged \(KeyError\)"),
        (b"{'descr': 'nope', 'fortran_order': False, 'shape': (300, 4)}", r"header is damaged \(TypeError\)"),
        (b"__import__('os').abort()", r"header is damaged \(ValueError\)"),
        (
            b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 1000000000000)}",
            "no array has the shape",
        ),
        (b"{'descr': '<f4', 'fortran_order': False, 'shape': (301, 4)}", "cut short, in row 300: it should have 301"),
        (b"{'descr': '<f4', 'fortran_order': False, 'shape': (299, 4)}", "goes on for 16 bytes after its array"),
        (b"{'descr': '<f4', 'fortran_order': True, 'shape': (301, 4)}", "cut short: it should have 301 rows"),
        (b"(" * 60_000, "header is damaged"),
    ],
)
def test_bad_headers(tmp_path, header, message):
    length = b"\x76\x00" if len(header) < 118 else len(header).to_bytes(2, "little")
    content = b"\x93NUMPY\x01\x00" + length + (header.ljust(118) if header else b"") + (Y.tobytes() if header else b"")
    refused(message, write(tmp_path / "y.npy", content), LABELS)


def test_a_claim_of_a_long_header(tmp_path):
    content = b"\x93NUMPY\x02\x00" + (1 << 31).to_bytes(4, "little")
    refused("the header is damaged; it claims to have 2147483648 bytes", write(tmp_path / "y.npy", content), LABELS)
    refused("of an unknown version", write(tmp_path / "y.npy", b"\x93NUMPY\x09\x00" + bytes(20)), LABELS)


def nulls(values, row):
    made = pa.array(values)
    return pa.concat_arrays([made[:row], pa.nulls(1, made.type), made[row + 1 :]])


def in_parquet(tmp_path, columns):
    pa.parquet.write_table(pa.table(columns), tmp_path / "y.parquet")
    return tmp_path / "y.parquet"


@pytest.mark.parametrize("name", ["p_dog", "label", "w", "day", "id", "name"])
def test_missing_values(tmp_path, name):
    columns = {**COLUMNS, "w": np.ones(300), "day": np.arange(300), "name": [NAMES[k] for k in LABELS]}
    columns[name] = nulls(columns[name], 217)
    label = "name" if name == "name" else "label"
    options = {"weight": "w", "by": "day", "label": label, "probs": PROBS, "id": "id"}
    refused(rf"y\.parquet, row 217: column '{name}': the value is missing", in_parquet(tmp_path, columns), **options)
    frame = pa.table(columns).to_pandas().astype({name: {"day": "Int64", "label": "Int8"}.get(name, object)})
    if name != "id":
        options["id"] = None
        refused("y, row 217: column .*: the value is missing", frame, **options)


@pytest.mark.parametrize("kind", ["list", "fixed"])
def test_lists_in_trouble(tmp_path, kind):
    lists = pa.array(Y.tolist(), pa.list_(pa.float32(), 4 if kind == "fixed" else -1))
    table = {"p": nulls(lists, 200), "label": LABELS}
    refused(r"y\.parquet, row 200: column 'p': the value is missing", in_parquet(tmp_path, table))
    values = Y.tolist()
    values[150][2] = None
    table["p"] = pa.array(values, lists.type)
    refused(r"row 150: column 'p': element 2 of the list is missing", in_parquet(tmp_path, table))
    if kind == "list":
        values = Y.tolist()
        values[260] = values[260][:3]
        table["p"] = pa.array(values, lists.type)
        refused(r"row 260: column 'p': the list has 3 elements, the first row's has 4", in_parquet(tmp_path, table))
        table = {"p": pa.array([[]] * 300, lists.type), "label": LABELS}
        refused("row 0: column 'p': there are no classes", in_parquet(tmp_path, table))
    text = pa.table({"p": pa.array([["a", "b"]] * 300), "label": LABELS})
    refused("column 'p': must be", text, probs="p")


def test_lists_of_other_lengths_in_later_files(tmp_path):
    for i, width in enumerate((4, 4, 3)):
        pa.parquet.write_table(pa.table({"p": Y[:, :width].tolist(), "label": LABELS % 3}), tmp_path / f"y-{i}.parquet")
    refused(r"y-2\.parquet, row 0: column 'p': there are 3 elements, where the first row has 4", tmp_path)


def test_files_that_lack_a_column(tmp_path):
    for i in range(3):
        columns = {name: values for name, values in COLUMNS.items() if i < 2 or name != "p_cow"}
        write(tmp_path / f"y-{i}.csv", files.text(columns))
    refused(r"y-2\.csv has no column 'p_cow', asked for as probabilities; it has id, p_cat", tmp_path)


def test_one_hot_labels_in_trouble():
    ones = np.eye(4)[LABELS]
    for row, values, shown in ((7, [0, 1, 1, 0], "0.0, 1.0, 1.0, 0.0"), (9, [0.5, 0.5, 0, 0], "0.5, 0.5, 0.0, 0.0")):
        wrong = ones.copy()
        wrong[row] = values
        refused(f"labels, row {row}: labels must be a single 1 among zeros; got {shown}", Y, wrong)
    refused("labels, row 0: labels must be a single 1", Y, np.zeros((300, 4)))
    refused("labels, row 2: labels must be a single 1", Y, np.where(np.arange(300)[:, None] == 2, np.nan, ones))
    refused("labels: the labels have 3 columns of 0 and 1, where there are 4 classes", Y, ones[:, :3])


def test_labels_in_trouble():
    for k, row in ((4, 11), (-1, 12), (2**40, 13)):
        wrong = LABELS.copy()
        wrong[row] = k
        refused(f"labels, row {row}: the label {k} is no class; they are 0 ... 3", Y, wrong)
    for value in (0.5, np.nan, np.inf, 1e300):
        wrong = LABELS.astype(float)
        wrong[20] = value
        refused(rf"labels, row 20: the label {value} is not a whole number".replace("+", r"\+"), Y, wrong)
    refused("labels: must be one number a row, not complex128|which cannot be", Y, LABELS.astype(complex))
    refused("must be all text or all numbers, not both", Y, np.array(["cat", 1] * 150, object), classes=NAMES[:4])


def test_damage_does_not_cost_a_class(tmp_path):
    """A cell that is no number makes its column text, in the first rows; it must not be left out for that."""
    lines = files.text(COLUMNS).split(b"\n")
    for prefix, message in (
        (b"p_", "row 2: column 'p_cow': '0x' is not a number"),
        (b"x_", "row 0: the columns .* do not look like probabilities: their sum is"),
        (b"", "row 0: the columns .* do not look like probabilities: their sum is"),
    ):
        fields = lines[3].split(b",")
        fields[3] = b"0x"
        content = [lines[0].replace(b"p_", prefix), *lines[1:3], b",".join(fields), *lines[4:]]
        refused(message, write(tmp_path / "y.csv", b"\n".join(content)))
    header = lines[0].replace(b"p_cow", b"q_cow")
    refused("do not look like probabilities: their sum is", write(tmp_path / "y.csv", b"\n".join([header, *lines[1:]])))
    typed = {name: values.astype(int) if name == "p_cow" else values for name, values in COLUMNS.items()}
    refused("column 'p_cow' is called as the others are, but holds int64; say which of", files.arrow(typed))


def test_streams_in_trouble(tmp_path):
    class Pipe(io.RawIOBase):
        def __init__(self, content):
            self._content = io.BytesIO(content)

        def readable(self):
            return True

        def readinto(self, buffer):
            return self._content.readinto(memoryview(buffer)[:1000])

    for suffix in ("parquet", "npz", "arrow"):
        refused("cannot be read from a pipe in this format", Pipe(COLUMN_FORMATS[suffix](COLUMNS)))
    for suffix in ("csv", "csv.gz", "csv.zst", "arrows", "tsv"):
        content = COLUMN_FORMATS[suffix](COLUMNS)
        np.testing.assert_array_equal(read(Pipe(content))[0], LABELS)
        if "sv" not in suffix or "." in suffix:
            refused("cut short|damaged", Pipe(content[: len(content) // 2]))
    refused("the stream is empty", Pipe(b""))
    with (tmp_path / "t").open("w+") as file:
        refused("open as text; open it with 'rb'", file)

    class Text:
        def read(self, n=-1):
            return "p,label\n"

        def close(self):
            pass

    refused("the stream gives str, not bytes; open it with 'rb'", Text())
    stream = io.BytesIO(COLUMN_FORMATS["csv"](COLUMNS))
    read(stream)
    assert not stream.closed  # it is the caller's


def test_a_file_that_gets_shorter_meanwhile(tmp_path, monkeypatch):
    """Would end the process, where a page of the map is no longer there."""
    monkeypatch.setattr("xentc._files.pieces.MAPPED_BYTES", 1024)
    path = write(tmp_path / "y.npy", npy(Y))
    with open_predictions(path, LABELS) as opened:
        batches = iter(opened)
        next(batches)
        os.truncate(path, 200)
        with pytest.raises(FileError, match="became shorter while it was read"):
            list(batches)


def test_without_pyarrow(tmp_path, monkeypatch):
    """.npy and .npz are read; what is not says what to install."""
    paths = [write(tmp_path / f"y.{suffix}", made(COLUMNS)) for suffix, made in COLUMN_FORMATS.items()]
    frame = files.arrow(COLUMNS).to_pandas()
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    for path in paths:
        if path.suffix in (".npy", ".npz"):
            np.testing.assert_array_equal(read(path)[1], Y)
        else:
            error = refused(r"takes pyarrow to read: pip install 'xentc\[cli\]'", path)
            assert isinstance(error, MissingPackage)
    np.testing.assert_array_equal(read(frame)[1], Y)


def test_a_second_pass_is_refused():
    with open_predictions(Y, LABELS) as opened:
        list(opened)
        with pytest.raises(FileError, match="is read already; open it again"):
            list(opened)
