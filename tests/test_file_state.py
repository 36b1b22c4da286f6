"""Going on where a run was ended: no row is read twice, none is left out, and what changed meanwhile is refused."""

import json
import os

import files
import numpy as np
import pytest
from files import COLUMN_FORMATS, class_columns, npy, predictions, write

from xentc._files import Done, FileError, open_predictions

N = 600
Y, LABELS = predictions(N)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr("xentc._files.pieces.BLOCK_BYTES", 1024)
    monkeypatch.setattr("xentc._files.pieces.MAPPED_BYTES", 1024)
    monkeypatch.setattr("xentc._files.text.LEAST_OF_BLOCK", 4096)


def parts(tmp_path, suffix, n_parts=3):
    made = []
    for i, rows in enumerate(np.array_split(np.arange(N), n_parts)):
        columns = {"id": rows, **class_columns(Y[rows]), "label": LABELS[rows]}
        made.append(write(tmp_path / f"y-{i}.{suffix}", COLUMN_FORMATS[suffix](columns)))
    return made


def take(n, *args, **options):
    """At most n batches; rows and their numbers, and what is done then."""
    y, labels, rows = [], [], []
    with open_predictions(*args, **options) as opened:
        for i, batch in enumerate(opened):
            if i == n:
                break
            y.append(batch.y)
            labels.append(batch.labels)
            rows.append(np.arange(batch.row, batch.row + len(batch)))
        done = opened.done
    # As it is kept between two runs.
    return (
        [np.concatenate([np.empty(0), *each]) for each in (labels, rows)],
        y,
        Done.from_dict(json.loads(json.dumps(done.to_dict()))),
    )


def whole(*args, step, **options):
    """All rows, with a new run after every few batches."""
    done, y, labels, rows = None, [], [], []
    for n_runs in range(1000):
        (label, row), batches, done = take(step, *args, done=done, **options)
        if not batches:
            return np.concatenate(y), np.concatenate(labels), np.concatenate(rows), n_runs
        y += batches
        labels.append(label)
        rows.append(row)
    raise AssertionError("never done")


def assert_whole(got):
    y, labels, rows, n_runs = got
    np.testing.assert_array_equal(rows, np.arange(N))
    np.testing.assert_array_equal(labels, LABELS)
    np.testing.assert_array_equal(y, Y)
    assert n_runs > 1


@pytest.mark.parametrize("step", [1, 2, 5])
@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "parquet", "arrow", "arrows", "npz", "npy"])
def test_resumed(tmp_path, suffix, step):
    parts(tmp_path, suffix)
    assert_whole(whole(tmp_path, step=step))


@pytest.mark.parametrize("how", ["by position", "by id"])
def test_resumed_with_labels_elsewhere(tmp_path, how):
    (tmp_path / "y").mkdir()
    parts(tmp_path / "y", "csv")
    order = np.random.default_rng(94).permutation(N) if how == "by id" else np.arange(N)
    other = {"id": order, "label": LABELS[order]} if how == "by id" else {"label": LABELS}
    assert_whole(whole(tmp_path / "y", write(tmp_path / "labels.csv", files.text(other)), step=2))
    assert_whole(whole(tmp_path / "y", files.arrow(other), step=2))


def test_resumed_in_another_folder(tmp_path, monkeypatch):
    parts(tmp_path, "csv")
    monkeypatch.chdir(tmp_path)
    _, _, done = take(3, "y-*.csv")
    monkeypatch.chdir("/")
    (labels, rows), _, _ = take(1000, tmp_path, done=done)
    assert rows[0] > 0
    np.testing.assert_array_equal(labels, LABELS[rows[0].astype(int) :])


def test_a_new_part_is_read(tmp_path):
    made = parts(tmp_path, "parquet")
    last = made[2].read_bytes()
    made[2].unlink()
    _, first, done = take(1000, tmp_path)
    made[2].write_bytes(last)
    _, second, _ = take(1000, tmp_path, done=done)
    np.testing.assert_array_equal(np.concatenate([*first, *second]), Y)


def test_what_is_finished_is_not_opened(tmp_path):
    """And all that is asked of it stands in what is done."""
    made = parts(tmp_path, "csv")
    _, _, done = take(1000, [*made[:2]])
    for path in made[1:2]:
        status = path.stat()
        path.write_bytes(b"x" * status.st_size)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    (labels, rows), _, _ = take(1000, made, done=done)
    np.testing.assert_array_equal(rows, np.arange(400, 600))
    np.testing.assert_array_equal(labels, LABELS[400:])


def test_done_leaves_out_the_batch_at_hand(tmp_path):
    made = parts(tmp_path, "npy", 1)
    with open_predictions(made[0]) as opened:
        seen = 0
        for batch in opened:
            assert sum(progress.rows for progress in opened.done.files.values()) == seen
            seen += len(batch)
            assert opened.rows_read == seen - len(batch)
        assert [(progress.rows, progress.complete) for progress in opened.done.files.values()] == [(N, True)]


@pytest.mark.parametrize("change", ["longer", "touched", "labels"])
def test_changed_files(tmp_path, change):
    path, other = write(tmp_path / "y.npy", npy(Y)), write(tmp_path / "labels.npy", npy(LABELS))
    _, _, done = take(2, path, other)
    if change == "longer":
        write(path, npy(np.concatenate([Y, Y])))
    else:
        os.utime(other if change == "labels" else path, ns=(1, 1))
    with pytest.raises(FileError, match=r"(y\.npy has|the labels have) changed since .*; begin anew without"):
        take(2, path, other, done=done)


def test_ids_that_were_there_before(tmp_path):
    """An id twice is found though its first row was read by an earlier run; all of them once are enough."""
    parts(tmp_path, "csv", 2)
    labels = files.arrow({"id": np.arange(N), "label": LABELS})
    _, batches, done = take(3, str(tmp_path / "y-*.csv"), labels)
    n = sum(map(len, batches))
    assert 0 < n < 300
    twice = {"id": np.arange(300) + 5, **class_columns(Y[:300]), "label": LABELS[:300]}
    write(tmp_path / "y-1.csv", files.text(twice))
    with pytest.raises(FileError, match="ids that are there twice in 'id', the first: 5, 6, 7"):
        take(1000, str(tmp_path / "y-*.csv"), labels, done=done)


def test_a_stream_cannot_be_resumed(tmp_path):
    made = parts(tmp_path, "csv")
    _, _, done = take(2, made[0])
    with made[0].open("rb") as stream, pytest.raises(FileError, match="what comes by a stream cannot be resumed"):
        take(2, stream, done=done)
    assert take(2, Y, LABELS)[2].files == {}


def test_merged(tmp_path):
    made = parts(tmp_path, "parquet")
    dones = [take(1000, path)[2] for path in made]
    both = dones[0].merge(dones[1])
    (_, rows), _, _ = take(1000, made, done=both)
    np.testing.assert_array_equal(rows, np.arange(400, 600))
    with pytest.raises(FileError, match=r"the rows of .*y-1\.parquet are in both"):
        both.merge(dones[1])


@pytest.mark.parametrize(
    "state",
    [{}, {"files": 1}, {"files": {"a": 1}, "labels": "", "seen": None}, {"files": {}, "labels": "", "seen": [1, "~"]}],
)
def test_a_damaged_record(state):
    with pytest.raises(FileError, match="the record of what is evaluated is damaged"):
        Done.from_dict(state)


def test_nothing_is_left(tmp_path):
    """A run with nothing to do knows the classes and the dtype all the same."""
    made = parts(tmp_path, "parquet")
    _, _, done = take(1000, tmp_path)
    with open_predictions(tmp_path, done=done) as opened:
        assert list(opened) == []
        assert opened.n_classes == 4
        assert opened.dtype == np.float64
        assert opened.done.files == done.files
    p = {"p": Y[:, 0].astype(np.float32), "label": LABELS % 2}
    one = write(tmp_path / "one.parquet", COLUMN_FORMATS["parquet"](p))
    _, _, done = take(1000, one)
    with open_predictions(one, done=done) as opened:
        assert opened.eps == np.finfo(np.float32).eps
    assert len(made) == 3
