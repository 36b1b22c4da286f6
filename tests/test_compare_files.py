"""compare of files and tables: the bits of the arrays, and never a pair of rows that do not belong together."""

import io
import re

import files
import numpy as np
import pytest
from command import failed, here
from files import COLUMN_FORMATS, NAMES, class_columns, names_of, npy, predictions, write

import xentc
from xentc._files import FileError

N = 1500
(A, LABELS), (B, _) = predictions(N), predictions(N, seed=1)
CLASSES = list(NAMES[:4])
ORDER, OTHER = (np.random.default_rng(seed).permutation(N) for seed in (98, 99))
USER = np.array([f"u{i}" for i in range(N)])


def taken(columns, order):
    return {name: np.asarray(values)[order] for name, values in columns.items()}


def tables(key="id", order_b=ORDER, order_labels=OTHER):
    """Of a, of b and of the labels, each in an order of its own."""
    number = {key: np.arange(N) * 7} if key == "id" else {key: USER}
    a, b = number | class_columns(A), number | class_columns(B)
    labels = number | {"label": names_of(LABELS)}
    return a, taken(b, order_b), taken(labels, order_labels)


def in_library(columns, library):
    table = files.arrow(columns)
    if library == "pandas":
        return table.to_pandas()
    if library == "polars":
        return pytest.importorskip("polars").from_arrow(table)
    return {"pyarrow": table, "dict": columns, "numpy": files.structured(columns)}[library]


@pytest.fixture(params=[1 << 22, 4096], ids=["few blocks", "many blocks"])
def blocks(request, monkeypatch):
    monkeypatch.setattr("xentc._files.pieces.BLOCK_BYTES", request.param)
    monkeypatch.setattr("xentc._files.pieces.MAPPED_BYTES", request.param)


WANT = xentc.compare(LABELS, A, B)


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("suffix", ["csv", "parquet", "arrow", "npz", "npy"])
def test_files_joined_by_id(tmp_path, suffix):
    a, b, labels = (
        write(tmp_path / f"{name}.{suffix}", COLUMN_FORMATS[suffix](columns))
        for name, columns in zip("abl", tables(), strict=True)
    )
    assert xentc.compare(labels, a, b) == WANT  # by the column that is called id
    assert xentc.compare(labels, a, b, id="id") == WANT
    assert xentc.compare(labels, b, a, id="id").difference == -WANT.difference


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "dict", "numpy"])
def test_tables(library):
    a, b, labels = (in_library(columns, library) for columns in tables())
    assert xentc.compare(labels, a, b) == WANT
    own = in_library({**tables()[0], "label": names_of(LABELS)}, library)
    assert xentc.compare(own, b) == WANT  # the labels are those of a
    assert xentc.compare("label", own, b) == WANT
    assert xentc.compare(None, own, b, label="label") == WANT
    assert xentc.compare(LABELS, in_library(class_columns(A), library), in_library(class_columns(B), library)) == WANT
    if library in ("pandas", "polars"):
        assert xentc.compare(LABELS, in_library(class_columns(A), library), B) == WANT


@pytest.mark.usefixtures("blocks")
def test_arrays_in_files(tmp_path):
    a, b, labels = (write(tmp_path / f"{name}.npy", npy(array)) for name, array in (("a", A), ("b", B), ("l", LABELS)))
    for ours in (a, A, str(a)):
        for theirs in (b, B):
            assert xentc.compare(labels, ours, theirs) == WANT
    assert xentc.compare(LABELS, a, io.BytesIO(b.read_bytes())) == WANT
    assert xentc.compare(names_of(LABELS), a, b, classes=CLASSES) == WANT


# Rows that do not belong together

WRONG = r"do not hold the same rows in the same order: in row {} '{}' is {}, and {} in \S+; join .*--no-id"


@pytest.mark.crossing
@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("suffix", ["csv", "parquet", "npz", "npy"])
@pytest.mark.parametrize("which", ["a", "b", "labels", "last"])
def test_rows_in_different_orders(tmp_path, which, suffix):
    """Joined by position, though a column that is not called id says that they do not belong together."""
    same, last = np.arange(N), np.arange(N)
    last[-2:] = N - 1, N - 2
    order_a = ORDER if which == "a" else same
    order_b = {"b": ORDER, "last": last}.get(which, same)
    a, b, labels = tables("user", order_b, ORDER if which == "labels" else same)
    a = taken(a, order_a)
    paths = [
        write(tmp_path / f"{name}.{suffix}", COLUMN_FORMATS[suffix](columns))
        for name, columns in (("a", a), ("b", b), ("l", labels))
    ]
    row = N - 2 if which == "last" else int(np.argmax(same != ORDER))
    with pytest.raises(FileError, match=WRONG.format(row, "user", r"u\d+", r"u\d+")):
        xentc.compare(paths[2], *paths[:2])
    assert xentc.compare(paths[2], *paths[:2], id="user") == WANT
    if which in ("a", "labels"):
        with pytest.raises(FileError, match=WRONG.format(row, "user", r"u\d+", r"u\d+")):
            xentc.evaluate(paths[2], paths[0])
        by_id = xentc.evaluate(paths[2], paths[0], id="user")
        assert by_id.mean == xentc.evaluate(LABELS, A).mean
        assert xentc.evaluate(paths[2], paths[0], id=False).mean != by_id.mean


def test_both_models_know_what_the_labels_do_not():
    a, b, labels = tables("user", order_labels=np.arange(N))
    del labels["user"]
    with pytest.raises(FileError, match=r"y_a and y_b do not hold .* in row \d+ 'user' is u\d+, and u\d+ in y_b"):
        xentc.compare(labels, a, b)
    assert xentc.compare(labels, a, taken(b, np.argsort(ORDER))) == WANT
    assert xentc.compare(labels, a, b, id=False) == xentc.compare(LABELS, A, B[ORDER])


def test_labels_of_both_models_differ():
    a, b = ({**class_columns(y), "label": np.array(names_of(LABELS))} for y in (A, B))
    assert xentc.compare(a, b) == WANT
    with pytest.raises(FileError, match=r"'label' is \w+, and \w+ in y_a"):
        xentc.compare(a, taken(b, ORDER))
    b["label"] = LABELS  # numbers are no other names
    assert xentc.compare(a, b) == WANT


@pytest.mark.parametrize(
    ("ours", "theirs", "row"),
    [
        ([1, 2, 3], [1, 2, 3], None),
        ([1, 2, 3], [1, 3, 2], 1),
        (["7", "08", "9"], [7, 8, 9], None),
        (["7", "08", "x"], [7, 8, 9], 2),
        ([1, None, 3], [1, None, 3], None),
        ([1, None, 3], [1, 2, 3], 1),
        (["a", None, "c"], ["a", "", "c"], None),
        (["a", None, "c"], ["a", "b", "c"], 1),
        (["é", "日本", "\U0001f600"], ["é", "日本", "\U0001f601"], 2),
        (np.array([2**63 + 1, 2, 3], np.uint64), np.array([2**63, 2, 3], np.uint64), 0),
        ([2**53 + 1, 2, 3], [2**53, 2, 3], 0),
    ],
)
@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("other", ["pandas", "polars", "pyarrow"])
def test_what_is_the_same(ours, theirs, row, library, other):
    """By value, whatever holds it, and in whichever of the two."""
    if None in (*ours, *theirs) and isinstance(ours[0], int) and "pandas" in (library, other):
        pytest.skip("pandas has floating numbers then, which do not tell rows apart")
    y = {"p_a": np.full(3, 0.5), "p_b": np.full(3, 0.5)}
    for first, second in ((ours, theirs), (theirs, ours)):
        a = in_library({"key": first, **y}, library)
        labels = in_library({"key": second, "label": ["a", "b", "a"]}, other)
        if row is None:
            assert xentc.evaluate(labels, a).count == 3
        else:
            with pytest.raises(FileError, match=f"in row {row} 'key' is"):
                xentc.evaluate(labels, a)
        assert xentc.evaluate(labels, a, id=False).count == 3


def test_columns_that_do_not_tell():
    """Numbers that are floating, bytes, and what is used for something else may differ."""
    a, labels = class_columns(A), {"label": names_of(LABELS)}
    for values, others in (
        (np.arange(N) + 0.5, np.arange(N) + 0.25),
        ([b"a"] * N, [b"b"] * N),
    ):
        found = xentc.evaluate(files.arrow({**labels, "x": others}), files.arrow({**a, "x": values}))
        assert found.count == N
    weighted = {**a, "w": np.ones(N, int)}, {**labels, "w": np.full(N, 2)}
    assert xentc.evaluate(weighted[1], weighted[0], sample_weight="w").weight == N


def test_columns_that_are_no_rows(tmp_path):
    """Members of an archive that have another length."""
    a = write(tmp_path / "a.npz", files._npz({"y": A, "seen": np.arange(5)}, np.savez))
    labels = write(tmp_path / "l.npz", files._npz({"label": LABELS, "seen": np.arange(6)}, np.savez))
    assert xentc.evaluate(labels, a).count == N


def test_parts_cut_differently(tmp_path, blocks):
    a, b, labels = tables("user", np.arange(N), np.arange(N))
    for name, columns, n_parts in (("a", a, 3), ("b", b, 7), ("l", labels, 4)):
        (tmp_path / name).mkdir()
        for i, rows in enumerate(np.array_split(np.arange(N), n_parts)):
            write(tmp_path / name / f"{i}.csv", files.text(taken(columns, rows)))
    paths = [tmp_path / name for name in ("l", "a", "b")]
    assert xentc.compare(*paths) == WANT
    (tmp_path / "b" / "3.csv").rename(tmp_path / "b" / "33.csv")
    with pytest.raises(FileError, match=r"in row 0 of \S+/b/4.csv 'user' is u\d+, and u\d+ in \S+/l"):
        xentc.compare(*paths)


# Options


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("joined", [True, False])
def test_weights_and_masks(joined):
    weight, mask = np.linspace(0, 2, N), np.arange(N) % 3 > 0
    a, b, labels = tables("id" if joined else "user", *(() if joined else (np.arange(N), np.arange(N))))
    a["w"] = weight
    bad = b["p_cat"].copy()  # rows that do not count may hold anything
    dropped = np.isin(np.asarray(b["id"]) // 7, np.flatnonzero(~mask)) if joined else ~mask
    bad[dropped] = 9
    b["p_cat"] = bad
    want = xentc.compare(LABELS, A, B, sample_weight=weight, where=mask)
    assert xentc.compare(labels, a, b, sample_weight="w", where=mask) == want
    assert xentc.compare(labels, a, b, sample_weight=weight, where=mask) == want
    with pytest.raises(ValueError, match=r"y_b: .*9\.0"):
        xentc.compare(labels, a, b, sample_weight="w")
    zero = np.where(mask, weight, 0)
    assert xentc.compare(labels, a, b, sample_weight=zero) == xentc.compare(LABELS, A, B, sample_weight=zero)
    for name, values in (("sample_weight", weight), ("where", mask)):
        with pytest.raises(ValueError, match=f"{name} has {N - 1} rows, fewer than y"):
            xentc.compare(labels, a, b, **{name: values[1:]}, check=False)
        with pytest.raises(ValueError, match=f"{name} has {2 * N} rows, y has {N}"):
            xentc.compare(labels, a, b, **{name: np.concatenate([values] * 2)}, check=False)
    a["w"] = np.full(N, np.inf)
    with pytest.raises(ValueError, match="y_a: sample_weight must be finite; got inf in row 0"):
        xentc.compare(labels, a, b, sample_weight="w", check=False)


def test_other_options():
    a, b, labels = tables()
    assert xentc.compare(labels, a, b, eps=0.25) == xentc.compare(LABELS, A, B, eps=0.25)
    z, w = np.log(A), np.log(B)
    of_z = {"id": np.arange(N), **class_columns(z, prefix="z_"), "label": LABELS}
    of_w = taken({"id": np.arange(N), **class_columns(w, prefix="z_")}, ORDER)
    assert xentc.compare(of_z, of_w, from_logits=True) == xentc.compare(LABELS, z, w, from_logits=True)
    ignored = np.where(np.arange(N) % 5 == 0, -1, LABELS)
    of_z["label"] = ignored
    want = xentc.compare(ignored, z, w, from_logits=True, ignore_index=-1)
    assert xentc.compare(of_z, of_w, from_logits=True, ignore_index=-1) == want
    b["p_cat"] = b["p_cat"] * 1.5
    with pytest.raises(ValueError, match=r"y_b: the rows of y must sum to 1"):
        xentc.compare(labels, a, b, check=True)
    with pytest.raises(ValueError, match=r"axis must be -1 for files and tables"):
        xentc.compare(labels, a, b, axis=0)


def test_classes_in_another_order():
    a, _, labels = tables(order_labels=np.arange(N))
    b = {"id": np.arange(N) * 7} | class_columns(B)
    turned = {name: b[name] for name in ("id", *reversed([*b][1:]))}
    assert xentc.compare(labels, a, turned) == WANT  # named by the labels
    labels["label"] = LABELS  # numbers of columns: of those of a, or of b?
    assert xentc.compare(labels, a, b) == WANT
    with pytest.raises(FileError, match=r"classes in different orders, cat, dog, cow, ant and ant, cow, dog, cat"):
        xentc.compare(labels, a, turned)
    numbered = [{f"p_{k}": table[f"p_{name}"] for k, name in enumerate(CLASSES)} for table in (a, b)]
    turned = dict(reversed(numbered[1].items()))
    assert xentc.compare(LABELS, numbered[0], turned) == WANT  # names that are numbers


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((None, A, B), {}, FileError, "y_a is one array, so without labels"),
        ((LABELS,), {}, TypeError, "y_a and y_b must be predictions"),
        ((LABELS, A, B), {"id": "id"}, ValueError, "id must be None for arrays, which have no columns; got 'id'"),
        ((LABELS, A, B), {"id": False}, ValueError, "id must be None for arrays"),
        ((LABELS, A, B), {"label": "x"}, ValueError, "label must be None for arrays"),
        ((LABELS, class_columns(A), class_columns(B)), {"id": "id"}, FileError, "y_a has no column 'id'"),
        ((LABELS[1:], class_columns(A), B), {}, FileError, "y_a has 1500 rows, labels has 1499"),
        ((LABELS, class_columns(A), B[1:]), {}, FileError, "y_b has 1499 rows, labels has 1500"),
        ((LABELS // 2, class_columns(A), np.full((N, 3), 1 / 3)), {}, FileError, "not of the same classes: 4 classes"),
        ((LABELS, class_columns(A), class_columns(B, ["cat", "dog", "cow", "gnu"])), {}, FileError, "gnu"),
        ((io.BytesIO(npy(LABELS)), class_columns(A), B), {}, FileError, "the labels would be read twice"),
        ((io.BytesIO(b"label,p_0,p_1\n0,1,0\n"), class_columns(A)), {}, FileError, "y_a, which has the labels, would"),
    ],
)
def test_errors(arguments, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        xentc.compare(*arguments, **options)


def test_the_command_says_the_same(tmp_path):
    a, b, labels = (
        write(tmp_path / f"{name}.csv", files.text(columns))
        for name, columns in zip("abl", tables("user"), strict=True)
    )
    assert "'user'" in failed(here("compare", a, b, labels, cwd=tmp_path))
    assert "'user'" in failed(here("evaluate", b, labels, cwd=tmp_path))
    assert here("compare", a, b, labels, "--id", "user", cwd=tmp_path).returncode == 0
    assert here("compare", a, b, labels, "--no-id", cwd=tmp_path).returncode == 0
    assert here("evaluate", b, labels, "--no-id", cwd=tmp_path).returncode == 0
    assert "not allowed with" in failed(here("evaluate", b, labels, "--no-id", "--id", "user", cwd=tmp_path))
