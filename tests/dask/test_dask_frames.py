"""Frames and columns of Dask, as arrays and as tables."""

import numpy as np
import pytest
from lazy import cut, data, not_yet_planned, same_bits

import xentc

pd = pytest.importorskip("pandas")
dd = pytest.importorskip("dask.dataframe")
CLASSES = ["ant", "bee", "cat", "dog", "eel"]
PROBABILITIES = [f"p_{name}" for name in CLASSES]

pytestmark = not_yet_planned


@pytest.fixture(scope="module")
def frame():
    values = data()
    frame = pd.DataFrame(values["y"], columns=PROBABILITIES)
    names = np.array(CLASSES, object)[values["labels"]]
    more = {"label": names, "number": values["labels"], "weight": values["s"], "day": values["by"], "keep": values["m"]}
    return frame.assign(**more)


@pytest.fixture(scope="module")
def lazy(frame):
    """With an empty partition in the middle."""
    parts = [frame.iloc[:9], frame.iloc[9:9], frame.iloc[9:10], frame.iloc[10:]]
    return dd.from_map(lambda part: part, parts, meta=frame.iloc[:0])


@pytest.mark.parametrize("reduction", ["none", "weighted_mean"])
def test_as_arrays(frame, lazy, reduction):
    expected, got = (
        xentc.cross_entropy_labels_and_grad(
            of["number"], of[PROBABILITIES], sample_weight=of["weight"], where=of["keep"], reduction=reduction
        )
        for of in (frame, lazy)
    )
    same_bits(expected, got)
    same_bits(
        xentc.binary_cross_entropy(frame["keep"], frame["p_ant"]),
        xentc.binary_cross_entropy(lazy["keep"], lazy["p_ant"]),
    )
    same_bits(xentc.log_loss(frame["label"], frame[PROBABILITIES]), xentc.log_loss(lazy["label"], lazy[PROBABILITIES]))
    same_bits(xentc.encode_labels(frame["label"], CLASSES), xentc.encode_labels(lazy["label"], CLASSES))
    expected, got = (xentc.CrossEntropy().update_labels(of["number"], of[PROBABILITIES]) for of in (frame, lazy))
    assert got.to_bytes() == expected.to_bytes()


def test_columns_of_files(frame, tmp_path):
    """Of which Dask makes fewer partitions, the fewer columns it reads: here of labels two, of probabilities three."""
    pytest.importorskip("pyarrow")
    for i in range(5):
        part = frame.iloc[i * 4 : i * 4 + 4]
        part.to_parquet(tmp_path / f"part-{i}.parquet")
    read, frame = dd.read_parquet(tmp_path / "*.parquet"), frame.iloc[:20]
    expected, got = (
        xentc.cross_entropy_labels(of["number"], of[PROBABILITIES], where=of["keep"]) for of in (frame, read)
    )
    same_bits(expected, got)
    expected, got = (xentc.log_loss(of["label"], of[PROBABILITIES], labels=CLASSES) for of in (frame, read))
    same_bits(expected, got)
    expected, got = (xentc.evaluate(of["label"], of[PROBABILITIES], by=of["day"]) for of in (frame, read))
    same_bits(expected, got)
    with pytest.raises(ValueError, match=r"labels and y must have as many partitions; they have 5 and 2"):
        xentc.cross_entropy_labels(read["number"], dd.from_pandas(frame[PROBABILITIES], npartitions=2))


def test_types_that_know_missing_values(frame, lazy):
    labels = lazy["number"].astype("Int16")
    same_bits(
        xentc.cross_entropy_labels(frame["number"], frame[PROBABILITIES]),
        xentc.cross_entropy_labels(labels, lazy[PROBABILITIES]),
    )
    with pytest.raises(ValueError, match="labels has a missing value in row .*within its chunk"):
        xentc.cross_entropy_labels(labels.where(lazy["keep"]), lazy[PROBABILITIES]).compute()


def test_as_tables(frame, lazy):
    for options in (
        {"label": "label"},
        {"label": "label", "probs": "p_*", "by": "day", "sample_weight": "weight"},
        {"label": "number", "probs": PROBABILITIES, "worst": 3, "bins": 5},
    ):
        columns = [*PROBABILITIES, *(v for k, v in options.items() if k in ("label", "by", "sample_weight"))]
        same_bits(xentc.evaluate(frame[columns], **options), xentc.evaluate(lazy[columns], **options))
    same_bits(
        xentc.evaluate(frame["label"], frame[PROBABILITIES], sample_weight=frame["weight"], by=frame["day"]),
        xentc.evaluate(lazy["label"], lazy[PROBABILITIES], sample_weight=lazy["weight"], by=lazy["day"]),
    )
    same_bits(
        xentc.evaluate("label", frame[["label", *PROBABILITIES]]),
        xentc.evaluate("label", lazy[["label", *PROBABILITIES]]),
    )


def test_what_is_wrong_with_a_table(frame, lazy):
    with pytest.raises(ValueError, match="no column 'nolabel'"):
        xentc.evaluate(lazy, label="nolabel").compute()
    with pytest.raises(ValueError, match="id must be None for Dask frames"):
        xentc.evaluate(lazy, label="label", id="number")
    with pytest.raises(ValueError, match="all partitions of the frame are empty"):
        xentc.evaluate(lazy[lazy["p_ant"] > 2], label="label", probs="p_*").compute()
    with pytest.raises(TypeError, match="y must be a Dask frame .* got a DataFrame"):
        xentc.evaluate(lazy["label"], frame[PROBABILITIES]).compute()
    with pytest.raises(ValueError, match="lengths that are not known|length that is nan"):
        xentc.cross_entropy_labels(lazy["number"], cut(frame[PROBABILITIES].to_numpy())[:7]).compute()
