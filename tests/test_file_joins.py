"""Two files: joined by position if they are equally long, or by id, in whichever order and types."""

import re

import files
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from files import class_columns, names_of, npy, predictions, read, write

from xentc._files import FileError, open_predictions
from xentc._files import join as joining

N = 3000
Y, LABELS = predictions(N)
RNG = np.random.default_rng(91)
SHUFFLED = RNG.permutation(N)

# Ids of N rows, all different.
IDS = {
    "in order": np.arange(N),
    "int32 of both signs": (np.arange(N, dtype=np.int32) - N // 2) * 7,
    "uint64 beyond int64": np.uint64(2**64 - 1) - np.arange(N, dtype=np.uint64),
    "hashes": RNG.integers(-(2**63), 2**63, N),
    "text": [f"img_{i:05d}.png" for i in range(N)],
    "text of many lengths": ["x" * (i % 50) + str(i) for i in range(N)],
    "text beyond ASCII": [f"höhe {i} 日本" for i in range(N)],
    "numbers with zeros before": [f"{i:06d}" for i in range(N)],
}
ORDERS = {
    "same": np.arange(N),
    "reversed": np.arange(N)[::-1],
    "shuffled": SHUFFLED,
    "shifted": np.roll(np.arange(N), 1000),
}


def tables(ids, order, **more):
    """The predictions with ids as they are, the labels in an order of their own."""
    column = np.asarray(ids, object if isinstance(ids, list) else None)
    back = {"id": column[order].tolist() if isinstance(ids, list) else column[order]}
    other = {**back, "label": LABELS[order], **{name: values[order] for name, values in more.items()}}
    return {"id": ids, **class_columns(Y)}, other


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", IDS)
def test_by_id(tmp_path, kind, order):
    orders = {
        "same": np.arange(N),
        "reversed": np.arange(N)[::-1],
        "shuffled": SHUFFLED,
        "shifted": np.roll(np.arange(N), 1000),
    }
    ours, theirs = tables(IDS[kind], orders[order])
    labels, y, opened = read(files.arrow(ours), write(tmp_path / "labels.csv", files.text(theirs)))
    np.testing.assert_array_equal(labels, LABELS)
    np.testing.assert_array_equal(y, Y)
    assert opened.name == "y + " + str(tmp_path / "labels.csv")
    assert opened.taken == ("columns p_cat … p_ant", "label 'label'", "joined on 'id'")
    pa.parquet.write_table(files.arrow(theirs), tmp_path / "labels.parquet", row_group_size=700)
    labels, y, _ = read(write(tmp_path / "y.csv", files.text(ours)), tmp_path / "labels.parquet", id="id")
    np.testing.assert_array_equal(labels, LABELS)


def test_weights_and_groups_come_along(tmp_path):
    weight, day = np.linspace(0, 2, N), np.array([f"day {i % 7}" for i in range(N)], object)
    ours, theirs = tables(IDS["text"], SHUFFLED, w=weight, day=day)
    files_of_labels = {
        "csv": write(tmp_path / "l.csv", files.text(theirs)),
        "frame": files.arrow(theirs).to_pandas(),
        "parquet": tmp_path / "l.parquet",
    }
    pa.parquet.write_table(files.arrow(theirs), files_of_labels["parquet"], row_group_size=700)
    for other in files_of_labels.values():
        with open_predictions(files.arrow(ours), other, weight="w", by="day") as opened:
            got = [(batch.weight, batch.by.tolist()) for batch in opened]
        np.testing.assert_array_equal(np.concatenate([w for w, _ in got]), weight)
        assert [each for _, values in got for each in values] == day.tolist()
    ours = {**ours, "w": weight, "day": day.tolist()}  # there they come first
    with open_predictions(files.arrow(ours), files_of_labels["frame"], weight="w", by="day") as opened:
        assert "weight 'w' of y" in opened.taken
        np.testing.assert_array_equal(np.concatenate([batch.weight for batch in opened]), weight)


def troubles():
    ids = [f"i{k}" for k in range(N)]
    other = list(ids)
    yield (
        "missing labels",
        [*ids[:-5], "a", "b", "c", "d", "e"],
        ids,
        "5 ids that labels does not have in 'id', the first: a, b, c",
    )
    yield "missing predictions", ids[5:], ids, "5 ids of labels are missing in 'id', the first: i0, i1, i2"
    yield "twice in one block", [*ids, "i7", "i5"], ids, "2 ids that are there twice in 'id', the first: i7, i5"
    other[10:13] = "i1", "i2", "i2"
    yield "twice among the labels", ids, other, "labels: 3 ids that are there twice in 'id', the first: i1, i2, i2"
    yield "none", ids, [f"j{k}" for k in range(N)], "3000 ids that labels does not have in 'id', the first: i0, i1, i2"
    yield "a missing id", [*ids[:-1], None], ids, "y, row 2999: column 'id': the value is missing"
    yield "fractions", np.arange(N) / 2, ids, "column 'id': an id must be a whole number or text, not float64"


@pytest.mark.parametrize(("ours", "theirs", "message"), [t[1:] for t in troubles()], ids=[t[0] for t in troubles()])
def test_ids_in_trouble(ours, theirs, message):
    n = len(ours)
    y = pa.table({"id": ours, "p": pa.FixedSizeListArray.from_arrays(np.resize(Y, (n, 4)).ravel(), 4)})
    with pytest.raises(FileError, match=re.escape(message)) as caught:
        read(y, pa.table({"id": theirs, "label": LABELS[: len(theirs)]}), id="id")
    assert "\n" not in str(caught.value)


def test_twice_in_different_blocks(monkeypatch):
    monkeypatch.setattr("xentc._files.pieces.BLOCK_BYTES", 1024)
    monkeypatch.setattr("xentc._files.pieces.MAPPED_BYTES", 1024)
    ours, theirs = tables(IDS["in order"].copy(), np.arange(N))
    ours["id"][2900] = 3
    with pytest.raises(FileError, match="y: 1 ids that are there twice in 'id', the first: 3"):
        read(files.arrow(ours), files.arrow(theirs))
    ours["id"] = ours["id"][::-1]
    with pytest.raises(FileError, match="y: 1 ids that are there twice in 'id', the first: 3"):
        read(files.arrow(ours), files.arrow(theirs))


def test_ids_whose_hashes_collide_are_told_apart(monkeypatch):
    """With a hash of 8 bits every lookup meets others first; nothing may be mistaken, at worst refused."""
    hashes = joining._keys
    monkeypatch.setattr(joining, "_keys", lambda ids: hashes(ids) & np.uint64(0xFF))
    ours, theirs = tables(IDS["text"], SHUFFLED)
    with pytest.raises(FileError, match="cannot be told apart"):
        read(files.arrow(ours), files.arrow(theirs))


def test_hashes_do_not_depend_on_the_longest_id_of_a_block():
    few, many = np.array([b"a", b"bb"]), np.array([b"a", b"bb", b"c" * 100])
    np.testing.assert_array_equal(joining._keys(few), joining._keys(many)[:2])
    assert len(np.unique(joining._keys(np.array([f"{i}".encode() for i in range(100_000)])))) == 100_000


@pytest.mark.parametrize("block", [1 << 24, 1024])
def test_by_position(tmp_path, monkeypatch, block):
    monkeypatch.setattr("xentc._files.pieces.BLOCK_BYTES", block)
    monkeypatch.setattr("xentc._files.pieces.MAPPED_BYTES", block)
    weight = np.linspace(0, 2, N)
    theirs = {"label": names_of(LABELS), "w": weight}
    for ours in (write(tmp_path / "y.csv", files.text(class_columns(Y))), files.arrow(class_columns(Y))):
        for other in (write(tmp_path / "l.csv", files.text(theirs)), files.arrow(theirs)):
            with open_predictions(ours, other, weight="w") as opened:
                batches = list(opened)
            np.testing.assert_array_equal(np.concatenate([batch.labels for batch in batches]), LABELS)
            np.testing.assert_array_equal(np.concatenate([batch.weight for batch in batches]), weight)
            np.testing.assert_array_equal(np.concatenate([batch.y for batch in batches]), Y)


@pytest.mark.parametrize("block", [1 << 24, 1024])
@pytest.mark.parametrize("n_labels", [0, 1, N - 1, N + 1, 2 * N])
def test_unequal_lengths(tmp_path, monkeypatch, n_labels, block):
    monkeypatch.setattr("xentc._files.pieces.BLOCK_BYTES", block)
    monkeypatch.setattr("xentc._files.pieces.MAPPED_BYTES", block)
    labels = np.resize(LABELS, n_labels)
    sources = [files.arrow(class_columns(Y)), write(tmp_path / "y.csv", files.text(class_columns(Y)))]
    others = [labels, write(tmp_path / "l.csv", files.text({"label": labels}))]
    for ours in sources:
        for other in others:
            with pytest.raises(FileError) as caught:
                read(ours, other)
            message = str(caught.value)
            if n_labels:
                assert re.search(rf"has {N} rows, \S+ has {n_labels}; join them by a column with id=", message)
            else:
                assert "has no rows" in message or "has 0" in message


def test_labels_of_another_type_than_the_first_block(tmp_path):
    """Numbers first, names later: each by its own rule."""
    label = [str(k) if i < 2000 else name for i, (k, name) in enumerate(zip(LABELS, names_of(LABELS), strict=True))]
    labels = read(files.arrow(class_columns(Y)), write(tmp_path / "l.csv", files.text({"label": label})))[0]
    np.testing.assert_array_equal(labels, LABELS)


def test_labels_are_kept_small():
    """Ten million labels in memory: a byte each, beside their ids."""
    for n_classes, dtype in ((100, np.int8), (300, np.int16), (100_000, np.int32)):
        assert joining._narrow(np.array([0, n_classes - 1])).dtype == dtype
    assert joining._narrow(np.array([-100, 3])).dtype == np.int8
    assert joining._narrow(np.array([-1000, 3])).dtype == np.int16


def test_parts_on_both_sides(tmp_path):
    for i, rows in enumerate(np.split(np.arange(N), [1, 1000, 2999])):
        columns = {"id": rows, **class_columns(Y[rows])}
        write(tmp_path / f"y-{i}.csv", files.text(columns))
    for i, rows in enumerate(np.split(SHUFFLED, [1500])):
        pa.parquet.write_table(pa.table({"id": rows, "target": LABELS[rows]}), tmp_path / f"l-{i}.parquet")
    labels, y, opened = read(str(tmp_path / "y-*.csv"), str(tmp_path / "l-*.parquet"))
    np.testing.assert_array_equal(labels, LABELS)
    np.testing.assert_array_equal(y, Y)
    assert opened.name == f"{tmp_path}/y-*.csv (4 files) + {tmp_path}/l-*.parquet (2 files)"


def test_an_array_of_labels_in_another_shape(tmp_path):
    path = write(tmp_path / "y.npy", npy(Y))
    np.testing.assert_array_equal(read(path, LABELS[:, None])[0], LABELS)
    with pytest.raises(FileError, match=r"has 3000 rows, labels has 3001"):
        read(path, np.append(LABELS, 0))
