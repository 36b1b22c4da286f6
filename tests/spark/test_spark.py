"""Frames of a real Spark: the bits of the one call in memory, whatever the partitions."""

import numpy as np
import pytest

import xentc
import xentc.spark

pytestmark = pytest.mark.filterwarnings("ignore")  # pyspark's own, of its packages
CLASSES = ["ant", "bee", "cat", "dog"]
PROBABILITIES = [f"p_{name}" for name in CLASSES]
N = 60


@pytest.fixture(scope="module")
def table():
    """Columns of Arrow: names and numbers of classes, probabilities one by one and as lists, weights, groups."""
    import pyarrow as pa

    rng = np.random.default_rng(0)
    y, labels = rng.dirichlet(np.ones(4), N), rng.integers(0, 4, N)
    columns = {
        "name": np.array(CLASSES)[labels],
        "number": labels,
        **dict(zip(PROBABILITIES, y.T, strict=True)),
        "y": y.tolist(),
        "weight": rng.random(N),
        "day": np.array(["mon", "tue", "wed"])[rng.integers(0, 3, N)],
        "one.by.one": labels,
    }
    return pa.table(columns)


@pytest.fixture(scope="module")
def df(spark, table):
    """In five partitions, of which one has most rows and two have none."""
    rows = table.to_pylist()
    parts = [rows[:2], [], rows[2:50], [], rows[50:]]
    flat = spark.sparkContext.parallelize(parts, len(parts)).flatMap(lambda part: part)
    schema = "name string, number bigint, p_ant double, p_bee double, p_cat double, p_dog double, y array<double>,"
    made = spark.createDataFrame(flat, f"{schema} weight double, day string, `one.by.one` bigint")
    assert made.rdd.getNumPartitions() == 5
    return made


def same(report, expected):
    assert report.to_json() == expected.to_json()


def test_executors_are_two_processes(spark):
    import os

    pids = spark.range(8, numPartitions=4).rdd.mapPartitions(lambda _: [os.getppid()]).collect()
    assert os.getpid() not in pids
    infos = spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
    assert len(infos) == 3  # the driver counts as one


@pytest.mark.parametrize(
    "options",
    [
        {"label": "name", "probs": "p_*"},
        {"label": "number", "probs": PROBABILITIES, "by": "day", "sample_weight": "weight", "worst": 4, "bins": 3},
        {"label": "number", "probs": "y", "by": "name"},
        {"label": "name", "probs": "y", "classes": CLASSES, "ignore_index": 2},
    ],
    ids=["columns", "weights", "arrays", "names"],
)
def test_evaluate(options, df, table):
    columns = [c for c in table.column_names if c != "one.by.one"]
    same(xentc.spark.evaluate(df, **options), xentc.evaluate(table.select(columns), **options))


def test_many_partitions_are_added_up_by_executors(df, table):
    """Which see them in any order, as rows are when partitions are made anew."""
    many = df.select("name", "weight", "day", *PROBABILITIES).repartition(40, "weight").cache()
    ours = xentc.spark.evaluate(many, label="name", probs="p_*", by="day", sample_weight="weight")
    columns = ["name", "weight", "day", *PROBABILITIES]
    theirs = xentc.evaluate(table.select(columns), label="name", probs="p_*", by="day", sample_weight="weight")
    for figure in ("count", "sum", "mean", "variance", "brier", "calibration", "by_class", "by", "losses"):
        assert getattr(ours, figure) == getattr(theirs, figure)
    assert [row.loss for row in ours.worst] == [row.loss for row in theirs.worst]
    rows = many.collect()
    assert [rows[row.row]["name"] for row in ours.worst] == [row.label for row in ours.worst]


def test_vectors(df, table):
    from pyspark.ml.functions import array_to_vector

    vectors = df.select("number", "name", array_to_vector("y").alias("y"))
    both = {"label": "number", "probs": "y"}
    same(xentc.spark.evaluate(vectors, **both), xentc.evaluate(table.select(["number", "y"]), **both))
    labels, y = table["number"].to_numpy(), np.array(table["y"].to_pylist())
    losses = xentc.spark.cross_entropy(vectors, label="number", probs="y").collect()
    assert [row["cross_entropy"] for row in losses] == xentc.cross_entropy_labels(labels, y).tolist()
    assert losses[0]["y"].toArray().tolist() == y[0].tolist()


@pytest.mark.parametrize("reduction", ["sum", "mean", "weighted_mean"])
def test_cross_entropy(reduction, df, table):
    labels, y, s = table["number"].to_numpy(), np.array(table["y"].to_pylist()), table["weight"].to_numpy()
    for ours, theirs in (
        ({}, {}),
        (
            {"sample_weight": "weight", "label_smoothing": 0.1, "class_weight": {0: 1, 1: 2, 2: 3, 3: 4}},
            {"sample_weight": s, "label_smoothing": 0.1, "class_weight": [1, 2, 3, 4]},
        ),
        ({"from_logits": True, "ignore_index": 1}, {"from_logits": True, "ignore_index": 1}),
    ):
        got = xentc.spark.cross_entropy(df, label="one.by.one", probs="p_*", reduction=reduction, **ours)
        assert type(got) is np.float64
        assert got == xentc.cross_entropy_labels(labels, y, reduction=reduction, **theirs)


def test_losses_of_rows(df, table):
    y = np.array(table["y"].to_pylist())
    got = xentc.spark.cross_entropy(df, label="name", probs="p_*", sample_weight="weight", column="loss")
    assert got.columns == [*df.columns, "loss"]
    rows = got.collect()
    expected = xentc.cross_entropy_labels(table["number"].to_numpy(), y, sample_weight=table["weight"].to_numpy())
    assert [row["loss"] for row in rows] == expected.tolist()
    assert [row["name"] for row in rows] == table["name"].to_pylist()
    single = df.selectExpr("number", "cast(y as array<float>) as y")
    got = xentc.spark.cross_entropy(single, label="number", probs="y")
    assert got.dtypes[-1] == ("cross_entropy", "float")
    expected = xentc.cross_entropy_labels(table["number"].to_numpy(), y.astype(np.float32))
    assert [row["cross_entropy"] for row in got.collect()] == expected.tolist()


def test_errors(df):
    both = {"label": "number", "probs": "p_*"}
    with pytest.raises(TypeError, match="df must be a Spark DataFrame, not dict"):
        xentc.spark.evaluate({}, **both)
    with pytest.raises(ValueError, match="df has no column 'labels', asked for as label"):
        xentc.spark.evaluate(df, label="labels", probs="p_*")
    with pytest.raises(ValueError, match="df has no column like 'q_"):
        xentc.spark.cross_entropy(df, label="number", probs="q_*")
    with pytest.raises(TypeError, match="by must be the name of a column; got 3"):
        xentc.spark.evaluate(df, **both, by=3)
    with pytest.raises(ValueError, match="bins must be from 1"):
        xentc.spark.evaluate(df, **both, bins=0)
    with pytest.raises(ValueError, match="column must be a name that df does not have; got 'y'"):
        xentc.spark.cross_entropy(df, **both, column="y")
    with pytest.raises(ValueError, match="df must have rows"):
        xentc.spark.evaluate(df.where("number > 9"), **both)
    with pytest.raises(ValueError, match="reduction must be one of"):
        xentc.spark.cross_entropy(df, **both, reduction="max")


def test_errors_of_rows(df):
    large = df.selectExpr("number + 3 as number", "p_ant", "p_bee", "p_cat", "p_dog")
    with pytest.raises(ValueError, match=r"label.* \(partition 0\)$"):
        xentc.spark.evaluate(large, label="number", probs="p_*")
    missing = df.selectExpr("case when number = 2 then null else number end as number", *PROBABILITIES)
    with pytest.raises(ValueError, match=r"missing.* \(partition \d\)$"):
        xentc.spark.cross_entropy(missing, label="number", probs="p_*", reduction="mean")
