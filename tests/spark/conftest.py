"""A real Spark on this machine: two executor processes. Left out where pyspark, pyarrow or Java is missing."""

import importlib.util
import os
import shutil
import sys
import warnings
from pathlib import Path

import pytest

MISSING = [name for name in ("pyspark", "pyarrow") if importlib.util.find_spec(name) is None]
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    MISSING.append("Java")
if MISSING:
    collect_ignore_glob = ["test_*.py"]

    def pytest_report_header():
        return f"tests/spark: left out, without {', '.join(MISSING)}: pip install 'xentc[spark]', and a Java runtime"


@pytest.fixture(scope="session")
def spark():
    import pyspark
    from pyspark.sql import SparkSession

    root = str(Path(__file__).parents[2])
    os.environ |= {
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    options = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executor.memory": "1024m",
        "spark.executorEnv.PYTHONPATH": os.environ["PYTHONPATH"],
        "spark.sql.execution.arrow.maxRecordsPerBatch": "7",
        "spark.sql.shuffle.partitions": "3",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("xentc")
    for name, value in options.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
        yield session
        session.stop()
