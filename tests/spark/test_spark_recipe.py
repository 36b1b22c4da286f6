"""The recipe of docs/pipelines.md for Spark; the others are run by tests/pipelines."""

import pytest
from recipes import beginning, run, same

import xentc


@pytest.mark.filterwarnings("ignore")
def test_recipe(spark, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = beginning()
    done = run("Spark", {**names, "spark": spark})
    assert done.mean == names["whole"].mean
    same(done.report, names["as_table"], numbered=False)  # Spark puts the files in partitions as it likes
    rows = sorted((row["id"], row["cross_entropy"]) for row in done.losses.collect())
    assert [loss for _, loss in rows] == xentc.cross_entropy_labels(names["labels"], names["y"]).tolist()
