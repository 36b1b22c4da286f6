"""Each recipe of docs/pipelines.md, run as it stands: its report is that of the one call."""

import importlib.util
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
PAGE = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
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
TABLES = ("Dask frames", "Spark", "DuckDB")  # whose names of columns are those of classes
pytestmark = pytest.mark.filterwarnings("ignore")  # those of the engines


def recipes():
    """The text of each section, by its title; the first has none."""
    titles = re.split(r"^## (.*)$", PAGE, flags=re.MULTILINE)
    return {"": titles[0], **dict(zip(titles[1::2], titles[2::2], strict=True))}


def code(text, language="python"):
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return block


def is_installed(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def test_each_recipe_is_known():
    assert [*recipes()][1:] == [*TAKES]


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """What the page begins with has made, in a folder of its own."""
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("pipelines")
    before = Path.cwd()
    os.chdir(folder)
    found = {"__name__": "recipe"}
    exec(compile(code(recipes()[""]), "docs/pipelines.md", "exec"), found)
    found["as_table"] = found["xentc"].evaluate(found["table"], label="label", probs="p_*")
    yield found
    os.chdir(before)


def run(title, names):
    """The recipe, as a module of its own: what it defines can be pickled."""
    module = type(sys)("recipe")
    module.__dict__.update(names)
    sys.modules["recipe"] = module
    exec(compile(code(recipes()[title]), f"docs/pipelines.md, {title}", "exec"), module.__dict__)
    return module


def same(report, whole, numbered=True):
    if numbered:
        assert report.to_json() == whole.to_json()
        return
    for figure in ("count", "sum", "mean", "variance", "brier", "hits", "calibration", "by_class", "losses"):
        assert getattr(report, figure) == getattr(whole, figure)
    assert [row.loss for row in report.worst] == [row.loss for row in whole.worst]


@pytest.mark.parametrize("title", [title for title in TAKES if title != "Spark"])
def test_recipe(title, names, monkeypatch):
    for module in TAKES[title]:
        if not is_installed(module):
            pytest.skip(f"{module} is not installed")
    if title == "Files on many machines":
        files(names)
        return
    if title == "Ray Data":
        prepare_ray(monkeypatch)
    done = run(title, names)
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


def prepare_ray(monkeypatch):
    """One that is small, and ends with the test."""
    import ray

    monkeypatch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100 << 20,
             runtime_env={"env_vars": {"PYTHONPATH": path}})  # fmt: skip
    monkeypatch.setattr(ray, "shutdown", ray.shutdown)
    monkeypatch.callback = ray.shutdown
