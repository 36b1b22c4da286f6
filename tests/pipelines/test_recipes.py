"""Each recipe of docs/pipelines.md, run as it stands: its report is that of the one call."""

import contextlib
import os
from pathlib import Path

import numpy as np
import pytest
from recipes import ROOT, beginning, code, is_installed, recipes, run, same

# Of each recipe the modules that it takes; of some the order of rows, and so their numbers, are the engine's.
TAKES = {
    "Dask": ["dask.array"],
    "Dask frames": ["dask.dataframe"],
    "Spark": ["pyspark"],
    "Files on many machines": [],
    "multiprocessing, joblib": [],
    "Polars": ["polars"],
    "DuckDB": ["duckdb"],
    "DataFusion": ["datafusion"],
    "Ray Data": ["ray.data"],
    "Beam": ["apache_beam"],
    "xarray": ["xarray", "dask.array"],
    "zarr": ["zarr"],
    "PyTorch": ["torch"],
    "scikit-learn": ["sklearn"],
    "XGBoost": ["xgboost"],
    "LightGBM": ["lightgbm"],
}
NUMBERED_BY_THE_ENGINE = ("DataFusion",)
TABLES = ("Dask frames", "DuckDB")  # whose names of columns are those of classes
pytestmark = pytest.mark.filterwarnings("ignore")  # those of the engines


def test_each_recipe_is_known():
    assert [*recipes()][1:] == [*TAKES]


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """What the page begins with has made, in a folder of its own."""
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("pipelines")
    before = Path.cwd()
    os.chdir(folder)
    yield beginning()
    os.chdir(before)


@pytest.mark.parametrize("title", [title for title in TAKES if title != "Spark"])
def test_recipe(title, names):
    for module in TAKES[title]:
        if not is_installed(module):
            pytest.skip(f"{module} is not installed")
    if title == "Files on many machines":
        files(names)
        return
    with small_ray() if title == "Ray Data" else contextlib.nullcontext():
        done = run(title, names, "__main__" if title == "Ray Data" else "recipe")
    if hasattr(done, "mean"):
        assert float(done.mean.compute()) == names["whole"].mean
    if hasattr(done, "report"):
        whole = names["as_table"] if title in TABLES else names["whole"]
        same(done.report, whole, title not in NUMBERED_BY_THE_ENGINE)
    elif title == "scikit-learn":
        assert done.scores.shape == (5,)
        assert (done.scores > -1.2).all()
        assert (done.scores < -1).all()
    else:
        assert 1 < min(done.losses) < 1.2
        assert len(done.losses) <= 30
    if title == "xarray":
        assert np.array_equal(done.losses.compute(), names["xentc"].cross_entropy_labels(names["labels"], names["y"]))


def files(names):
    from command import here

    *evaluations, merge = [
        line.partition("#")[0].split() for line in code(recipes()["Files on many machines"], "bash").splitlines()
    ]
    for line in evaluations:
        assert here(*line[1:], cwd=".").returncode == 0
    ran = here(*merge[1:], "--json", cwd=".")
    assert ran.returncode == 0
    assert f'"mean": {names["whole"].mean!r}' in ran.stdout


@contextlib.contextmanager
def small_ray():
    """A Ray that starts few processes, and ends with the test."""
    import ray

    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {"env_vars": {"PYTHONPATH": path}}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=environment)
    try:
        yield
    finally:
        ray.shutdown()
