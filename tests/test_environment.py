"""What is read once at import: every test in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ways import TIERS

import xentc
from xentc import _kernels
from xentc._core import threads as core_threads

ROOT = str(Path(xentc.__file__).parent.parent)
SHOW = "import xentc; c = xentc.show_config(mode='dicts'); print(c['simd']['tier'], c['threads'])"


def python(code, timeout=60, **variables):
    """(stdout, stderr, exit code) of the code with these environment variables, and none else of ours."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("XENTC_", "OMP_"))}
    environment["PYTHONPATH"] = ROOT
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return result.stdout.strip(), result.stderr.strip(), result.returncode


@pytest.mark.parametrize("tier", TIERS)
def test_isa(tier):
    out, err, code = python(SHOW, XENTC_ISA=tier)
    assert (code, err) == (0, "")
    assert out.split()[0] == tier


@pytest.mark.parametrize("value", [None, ""])
def test_without_isa_the_fastest_tier(value):
    out, _, code = python(SHOW, **({} if value is None else {"XENTC_ISA": value}))
    assert code == 0
    assert out.split()[0] == TIERS[-1]


@pytest.mark.parametrize("value", ["sse9", "AVX2", " avx2", "avx2,avx512", "0"])
def test_unknown_isa(value):
    _, err, code = python(SHOW, XENTC_ISA=value)
    assert code == 1
    assert err.splitlines()[-1] == (
        f"ImportError: the environment variable XENTC_ISA must be one of {', '.join(TIERS)}; got {value!r}"
    )


def test_isa_that_this_machine_lacks(monkeypatch):
    from xentc._core import config

    monkeypatch.setattr(config, "TIERS", TIERS[:1])
    monkeypatch.setenv("XENTC_ISA", _kernels.tier_names[-1])
    if len(_kernels.tier_names) == 1:
        assert config._choose_tier() == TIERS[0]
    else:
        with pytest.raises(ImportError, match=f"^XENTC_ISA={_kernels.tier_names[-1]}: .* it has {TIERS[0]}$"):
            config._choose_tier()


def threads(**variables):
    out, err, code = python(SHOW, **variables)
    assert (code, err) == (0, "")
    return int(out.split()[1])


def test_num_threads():
    assert threads(XENTC_NUM_THREADS="7") == 7
    assert threads(XENTC_NUM_THREADS=" 7 ") == 7
    assert threads(OMP_NUM_THREADS="5") == 5
    assert threads(OMP_NUM_THREADS="5,2") == 5
    assert threads(XENTC_NUM_THREADS="7", OMP_NUM_THREADS="5") == 7
    for empty in ("", " "):
        assert threads(XENTC_NUM_THREADS=empty) == threads()
        assert threads(XENTC_NUM_THREADS=empty, OMP_NUM_THREADS="5") == 5


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "1,2", "²"])
def test_bad_num_threads(value):
    _, err, code = python(SHOW, XENTC_NUM_THREADS=value)
    assert code == 1
    assert err.splitlines()[-1] == (
        f"ValueError: the environment variable XENTC_NUM_THREADS must be a positive integer, got {value!r}"
    )


@pytest.mark.parametrize("value", ["0", "", "many", "-3", "²"])
def test_malformed_omp_num_threads_is_not_ours_to_refuse(value):
    assert threads(OMP_NUM_THREADS=value) == threads()


def test_affinity():
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("no affinity on this system")
    one = min(os.sched_getaffinity(0))
    out, _, code = python(f"import os; os.sched_setaffinity(0, {{{one}}}); {SHOW}")
    assert code == 0
    assert out.split()[1] == "1"


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"/sys/fs/cgroup/cpu.max": "150000 100000\n"}, 1.5),
        ({"/sys/fs/cgroup/cpu.max": "max 100000\n"}, float("inf")),
        ({"/sys/fs/cgroup/cpu.max": "nonsense"}, float("inf")),
        (
            {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n"},
            3.0,
        ),
        (
            {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n"},
            float("inf"),
        ),
        ({}, float("inf")),
    ],
)
def test_cgroup_quota(monkeypatch, files, quota):
    def text(path):
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    monkeypatch.setattr(core_threads, "_text", text)
    assert core_threads._cgroup_quota() == quota
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert core_threads._machine_threads() == min(64, -(-quota // 1))


def test_import_is_light():
    """NumPy is the only dependency at run time, and importing starts no thread."""
    code = """
import sys, threading, numpy
before = set(sys.modules)
import xentc
new = {name.split(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)
print(sorted(name for name in new if not name.startswith(("cython", "_cython"))), threading.active_count())
"""
    assert python(code) == ("['xentc'] 1", "", 0)


def test_import_brings_no_slow_module():
    """Each of these takes milliseconds; what is asked for here does not depend on how busy the machine is."""
    code = """
import sys, numpy
before = set(sys.modules)
import xentc
slow = {"pathlib", "urllib", "hashlib", "inspect", "importlib.resources", "zipfile", "json", "subprocess"}
print(sorted((set(sys.modules) - before) & slow))
"""
    assert python(code) == ("[]", "", 0)


def test_import_is_quick(tmp_path):
    """Beside NumPy's own, in the same process: the time of the processor, the best of a few, from compiled files."""
    code = """
import time
start = time.process_time()
import numpy
between = time.process_time()
import xentc
print((time.process_time() - between) / (between - start))
"""
    compiled = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    ratios = [float(python(code, **compiled)[0]) for _ in range(4)]  # the first one compiles
    assert min(ratios[1:]) < 0.7


def test_exit_with_a_busy_pool_is_clean():
    code = (
        "import numpy as np, xentc, threading; y = np.full((40000, 100), .5)\n"
        "def loop():\n"
        "    for _ in range(50): xentc.cross_entropy(y, y)\n"
        "xentc.set_num_threads(3); threading.Thread(target=loop).start(); xentc.cross_entropy(y, y); print('end')"
    )
    assert python(code) == ("end", "", 0)
