"""evaluate says the same of a file or a table as of the arrays in it, to the last bit, whatever the blocks."""

import dataclasses
import re

import files
import numpy as np
import pytest
from files import COLUMN_FORMATS, NAMES, class_columns, names_of, npy, predictions, write

import xentc
from xentc._files import FileError

N = 5000
Y, LABELS = predictions(N)
CLASSES = list(NAMES[:4])
WEIGHT, DAY = np.linspace(0, 2, N), [f"day {i % 7}" for i in range(N)]
COLUMNS = {"id": np.arange(N), **class_columns(Y), "label": names_of(LABELS), "w": WEIGHT, "day": DAY}
OPTIONS = (
    {},
    {"sample_weight": "w"},
    {"by": "day"},
    {"sample_weight": "w", "by": "day", "bins": 7, "worst": 3, "eps": 0.01},
)


def of_arrays(**options):
    """What is said of the arrays; columns are replaced by their values."""
    named = options.get("by")
    columns = {name: COLUMNS[value] for name, value in options.items() if name in ("sample_weight", "by")}
    report = xentc.evaluate(LABELS, Y, **{"classes": CLASSES, **options, **columns})
    return dataclasses.replace(report, by_name=named)


@pytest.fixture(params=[1 << 22, 1024], ids=["few blocks", "many blocks"])
def blocks(request, monkeypatch):
    monkeypatch.setattr("xentc._files.pieces.BLOCK_BYTES", request.param)
    monkeypatch.setattr("xentc._files.pieces.MAPPED_BYTES", request.param)


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(options) or "plain")
@pytest.mark.parametrize("suffix", ["csv", "parquet", "arrow", "npz", "npy"])
def test_files(tmp_path, suffix, options):
    path = write(tmp_path / f"y.{suffix}", COLUMN_FORMATS[suffix](COLUMNS))
    assert xentc.evaluate(path, **options) == of_arrays(**options)


@pytest.mark.usefixtures("blocks")
def test_arrays_in_files(tmp_path):
    y, labels = write(tmp_path / "y.npy", npy(Y)), write(tmp_path / "labels.npy", npy(LABELS))
    want = of_arrays(classes=None)
    assert xentc.evaluate(labels, y) == want
    assert xentc.evaluate(str(labels), str(y)) == want
    assert xentc.evaluate(LABELS, y) == want
    assert xentc.evaluate(list(LABELS), y) == want
    assert xentc.evaluate(labels, Y) == want
    assert xentc.evaluate(names_of(LABELS), y, classes=CLASSES) == of_arrays()
    with y.open("rb") as stream:
        assert xentc.evaluate(labels, stream) == want


@pytest.mark.parametrize("library", ["pandas", "polars", "polars lazy", "pyarrow", "numpy", "dict"])
@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(options) or "plain")
def test_tables(library, options):
    table = files.arrow(COLUMNS)
    if library == "pandas":
        table = table.to_pandas()
    elif library.startswith("polars"):
        table = pytest.importorskip("polars").from_arrow(table)
        table = table.lazy() if "lazy" in library else table
    elif library == "numpy":
        table = files.structured(COLUMNS)
    elif library == "dict":
        table = dict(COLUMNS)
    assert xentc.evaluate(table, **options) == of_arrays(**options)
    assert xentc.evaluate("label", table, **options) == of_arrays(**options)
    assert xentc.evaluate(y=table, **options) == of_arrays(**options)
    assert xentc.evaluate(LABELS, table, **options) == of_arrays(**options)


def test_arrays_beside_files(tmp_path):
    """Weights, masks and groups of all rows, in whatever has them."""
    path = write(tmp_path / "y.csv", files.text(COLUMNS))
    mask, table = np.arange(N) % 3 > 0, files.arrow(COLUMNS)
    frame = table.to_pandas()
    want = xentc.evaluate(LABELS, Y, classes=CLASSES, sample_weight=WEIGHT, where=mask, by=DAY)
    for weight, by in ((WEIGHT, DAY), (frame["w"], frame["day"]), (list(WEIGHT), table["day"])):
        for source in (path, frame):
            assert xentc.evaluate(source, sample_weight=weight, where=mask, by=by) == want
    assert xentc.evaluate(path, sample_weight=2.0) == xentc.evaluate(LABELS, Y, classes=CLASSES, sample_weight=2.0)
    for name, values in (("sample_weight", WEIGHT), ("where", mask), ("by", np.arange(N))):
        with pytest.raises(ValueError, match=f"{name} has {N - 7} rows, fewer than y"):
            xentc.evaluate(path, **{name: values[7:]})
        with pytest.raises(ValueError, match=f"{name} has {2 * N} rows, y has {N}"):
            xentc.evaluate(path, **{name: np.concatenate([values, values])})


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("suffix", ["csv", "parquet", "npz", "pandas"])
def test_masked_rows_may_have_any_label(tmp_path, suffix):
    mask = np.arange(N) % 5 > 1
    labels = [name if keep else "nothing" for name, keep in zip(names_of(LABELS), mask, strict=True)]
    if suffix in ("parquet", "pandas"):
        labels = [None if label == "nothing" else label for label in labels]
    columns = {**class_columns(Y), "label": labels}
    if suffix == "pandas":
        source = files.arrow(columns).to_pandas()
    else:
        source = write(tmp_path / f"y.{suffix}", COLUMN_FORMATS[suffix](columns))
    assert xentc.evaluate(source, where=mask) == xentc.evaluate(LABELS, Y, classes=CLASSES, where=mask)
    with pytest.raises(FileError, match=r"row 0: (the label 'nothing' is no class|column 'label': the value is mis)"):
        xentc.evaluate(source)
    mask[0] = mask[9] = True  # and an error has the row that it is in
    labels[0], labels[6] = "cat", "nothing"
    columns["label"] = ["cat" if i in (0, 1, 5) else label for i, label in enumerate(labels)]
    columns["label"][9] = "nobody"
    with pytest.raises(FileError, match=r"y, row 9: the label 'nobody' is no class"):
        xentc.evaluate(files.arrow(columns), where=mask)


def test_from_logits_and_binary(tmp_path):
    z, labels = np.log(Y).astype(np.float32), LABELS
    path = write(tmp_path / "z.parquet", COLUMN_FORMATS["parquet"]({**class_columns(z), "label": labels}))
    want = xentc.evaluate(labels, z, classes=CLASSES, from_logits=True)
    assert xentc.evaluate(path, from_logits=True) == want
    p, truth = Y[:, 0].astype(np.float32), LABELS == 0
    path = write(tmp_path / "p.parquet", COLUMN_FORMATS["parquet"]({"score": p, "label": truth}))
    report = xentc.evaluate(path)
    losses = xentc.binary_cross_entropy(truth, p.astype(np.float64), eps=float(np.finfo(np.float32).eps))
    assert report.mean == pytest.approx(losses.mean(), rel=1e-13)
    assert report.n_classes == 2
    margin = np.log(p / (1 - p))
    path = write(tmp_path / "m.parquet", COLUMN_FORMATS["parquet"]({"logit": margin, "label": truth}))
    losses = xentc.binary_cross_entropy(truth, margin.astype(np.float64), from_logits=True)
    assert xentc.evaluate(path, from_logits=True).mean == pytest.approx(losses.mean(), rel=1e-13)


def test_ignored_labels_that_are_names(tmp_path):
    y, labels = Y, LABELS + 1
    path = write(tmp_path / "y.csv", files.text({**class_columns(y, "1234"), "label": labels}))
    report = xentc.evaluate(path, ignore_index=2)
    want = xentc.evaluate(LABELS, y, classes=list("1234"), where=LABELS != 1)
    assert (report.count, report.mean) == (want.count, want.mean)
    assert [group.sum for group in report.by_class] == [group.sum for group in want.by_class]


def test_parts(tmp_path):
    for i, rows in enumerate(np.array_split(np.arange(N), 12)):
        part = {name: np.asarray(values)[rows].tolist() for name, values in COLUMNS.items()}
        write(tmp_path / f"part-{i}.csv", files.text(part))
    for source in (tmp_path, f"{tmp_path}/part-*.csv", sorted(tmp_path.iterdir(), key=lambda path: int(path.stem[5:]))):
        assert xentc.evaluate(source, by="day") == of_arrays(by="day")


def test_joined_by_id(tmp_path):
    order = np.random.default_rng(97).permutation(N)
    labels = {"id": order, "label": [COLUMNS["label"][i] for i in order], "w": WEIGHT[order]}
    ours = {name: values for name, values in COLUMNS.items() if name not in ("label", "w")}
    other, path = write(tmp_path / "l.csv", files.text(labels)), write(tmp_path / "y.csv", files.text(ours))
    want = of_arrays(sample_weight="w", by="day")
    assert xentc.evaluate(other, path, id="id", sample_weight="w", by="day") == want
    frame = files.arrow(ours).to_pandas()
    assert xentc.evaluate(files.arrow(labels).to_pandas(), frame, sample_weight="w", by="day") == want


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_in_errors_are_those_of_the_file(tmp_path, suffix):
    """However far down the batch is, and the file among its parts."""
    for part, n in (("a", 1200), ("b", 2000)):
        columns = {**class_columns(Y[:n]), "label": LABELS[:n], "w": np.ones(n)}
        if part == "b":
            columns["w"][1777] = np.inf
            columns["p_dog"] = np.where(np.arange(n) == 1888, 0.75, columns["p_dog"])
        write(tmp_path / f"{part}.{suffix}", COLUMN_FORMATS[suffix](columns))
    with pytest.raises(FileError, match=rf"b\.{suffix}: sample_weight must be finite; got inf in row 1777"):
        xentc.evaluate(tmp_path, sample_weight="w")
    with pytest.raises(FileError, match=rf"b\.{suffix}: the rows of y must sum to 1 .* in row 1888; its largest"):
        xentc.evaluate(tmp_path, check=True)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((), {}, "y must be predictions: an array, a table, or a path; got None"),
        ((Y,), {}, "y is one array, so without labels; give these too"),
        ((LABELS, Y), {"label": "label"}, "label must be None for arrays, which have no columns; got 'label'"),
        ((LABELS, Y), {"id": "id"}, "id must be None for arrays"),
        ((LABELS, Y), {"probs": "p_*"}, "probs must be None for arrays"),
        ((LABELS, Y), {"header": True}, "header must be None for arrays"),
        (("nope.csv",), {}, "nope.csv: there is no such file"),
        (("column", dict(COLUMNS)), {}, "y has no column 'column', asked for as label"),
        ((dict(COLUMNS),), {"axis": 0}, "axis must be -1 for files and tables, where classes are columns; got 0"),
        ((dict(COLUMNS),), {"where": np.ones((N, 1), bool)}, "where must have one axis, the rows"),
        ((dict(COLUMNS),), {"where": np.ones(N)}, "where must have a dtype that is bool"),
    ],
)
def test_errors(arguments, options, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        xentc.evaluate(*arguments, **options)


def test_arrays_do_not_load_the_reader():
    """Not the modules for files, nor what they import."""
    import subprocess
    import sys
    from pathlib import Path

    code = f"import sys; sys.path.insert(0, {str(Path(xentc.__file__).parent.parent)!r})\n"
    code += "import numpy as np, xentc; xentc.evaluate([0, 1], np.eye(2)); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in modules if name.split(".")[0] in ("pyarrow", "pandas", "polars")]
    assert not [name for name in modules if name.startswith("xentc._files")]
