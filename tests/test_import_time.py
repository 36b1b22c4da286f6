"""What ``import xentc`` loads, and how long that takes beyond NumPy; and what is loaded later."""

import os
import pickle
import subprocess
import sys

import pytest
from test_environment import ROOT, python

import xentc

# All that it may load beyond what NumPy has loaded, small modules: no dataclasses, inspect, decimal, fractions,
# statistics, random, datetime, hashlib, pathlib, and no numpy.typing.
OF_PYTHON = {"__future__", "_blake2", "_statistics", "_weakrefset", "contextlib", "contextvars", "struct", "threading"}
OF_XENTC = {"_api", "_core", "_kernels", "_readers", "_version"}
N_MODULES = 50
MILLISECONDS = 15
OF_NUMPY = 0.15  # of NumPy's own time, on machines where that is more


def test_modules_that_are_loaded():
    code = "import numpy, sys; before = set(sys.modules); import xentc; print(*sorted(set(sys.modules) - before))"
    out, err, _ = python(code)
    assert err == ""
    loaded = out.split()
    others = {name for name in loaded if not name.startswith(("xentc", "_cython_", "cython_runtime"))}
    assert others <= OF_PYTHON
    assert {name.split(".")[1] for name in loaded if name.startswith("xentc.")} == OF_XENTC
    assert not {"xentc._api.encode", "xentc._api.digits", "xentc._core.labels", "xentc._core.types"} & set(loaded)
    assert len(loaded) <= N_MODULES


def test_time_beyond_numpy(tmp_path):
    """Of each module the shortest of several times, so that what else the machine does hardly matters."""
    times: dict[str, list[int]] = {}
    environment = {**os.environ, "PYTHONPATH": ROOT, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for _ in range(8):  # the first of which compiles
        command = [sys.executable, "-X", "importtime", "-c", "import numpy; import xentc"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
        for line in done.stderr.splitlines():
            own, _, name = line.removeprefix("import time:").split("|")
            if own.strip().isdecimal():
                times.setdefault(name.strip(), []).append(int(own))
    names = [*times]
    until = names.index("numpy") + 1
    numpys, ours = (sum(min(times[name]) for name in part) / 1000 for part in (names[:until], names[until:]))
    assert "xentc._kernels" in names[until:]
    assert ours < max(MILLISECONDS, OF_NUMPY * numpys), f"{ours} ms beyond the {numpys} ms of NumPy and Python"


@pytest.mark.parametrize("code", ["import xentc", "import xentc; [getattr(xentc, name) for name in dir(xentc)]"])
def test_no_warnings(code, tmp_path):
    """Compiled anew, so that what the compiler warns of is seen, too."""
    environment = {**os.environ, "PYTHONPATH": ROOT, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    command = [sys.executable, "-X", "dev", "-W", "error", "-bb", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_later_names_by_every_way():
    code = """
from xentc import evaluate, spark, log_loss as loss
from xentc import *
import xentc, pickle
assert xentc.evaluate is evaluate is pickle.loads(pickle.dumps(evaluate)) and loss is xentc.log_loss is log_loss
assert isinstance(xentc.evaluate([0], [[0.5, 0.5]]), Report) and spark.evaluate is not evaluate
report = pickle.dumps(xentc.evaluate([0], [[0.5, 0.5]]))
print(*sorted(set(xentc.__all__) - set(globals())))
"""
    assert python(code) == ("", "", 0)


def test_a_pickle_loads_what_it_needs():
    total = xentc.Evaluation().update([0], [[0.5, 0.5]])
    code = "import pickle, sys; print(pickle.loads(bytes.fromhex(sys.argv[1])))"
    command = [sys.executable, "-c", code, pickle.dumps(total).hex()]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{total}\n"


def test_many_threads_ask_for_a_later_name_at_once():
    code = """
import threading, xentc
found, barrier = [], threading.Barrier(16)
def ask(name):
    barrier.wait(60)
    found.append(getattr(xentc, name)([0, 1], [[0.5, 0.5], [0.25, 0.75]]))
names = ["evaluate", "log_loss"] * 8
threads = [threading.Thread(target=ask, args=(name,)) for name in names]
for thread in threads: thread.start()
for thread in threads: thread.join(60)
print(len(found), *sorted({str(float(getattr(each, "mean", each))) for each in found}))
"""
    for _ in range(3):
        assert python(code) == ("16 0.4904146265058631", "", 0)


def test_unknown_names():
    with pytest.raises(AttributeError, match=r"^module 'xentc' has no attribute 'cross_entrpy'$"):
        xentc.cross_entrpy  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'api' from 'xentc'"):
        exec("from xentc import api")
    assert not hasattr(xentc, "gradients")
    assert "Did you mean: 'cross_entropy'?" in python("import xentc; xentc.cross_entrpy")[1]
