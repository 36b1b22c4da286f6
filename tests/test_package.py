"""The package as such: constants made by their script, doctests, names, show_config."""

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ways import TIERS, tier_in_use

import xentc
from xentc import _config, _kernels

ROOT = Path(__file__).parent.parent
# __main__ and the like run something when imported.
MODULES = ["xentc", *(f"xentc.{m.name}" for m in pkgutil.iter_modules(xentc.__path__) if not m.name.startswith("__"))]


def test_constants_are_those_of_the_script():
    made = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "make_constants.py")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    assert made == (ROOT / "xentc" / "src" / "constants.h").read_text()


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_public_functions_have_examples():
    assert len(MODULES) >= 8
    finder = doctest.DocTestFinder()
    for name in xentc.__all__:
        function = getattr(xentc, name)
        if callable(function):
            assert any(test.examples for test in finder.find(function, name)), name
            assert function.__doc__


def test_public_names():
    assert set(xentc.__all__) <= set(dir(xentc))
    assert xentc.__all__ == sorted(xentc.__all__)
    major, minor, patch = xentc.__version__.split(".")
    assert (major + minor + patch).isdigit()
    assert (Path(xentc.__file__).parent / "py.typed").exists()


def test_show_config_as_dicts():
    config = xentc.show_config(mode="dicts")
    assert set(config) == {"version", "simd", "threads", "build", "numpy", "python"}
    assert config["version"] == xentc.__version__
    assert config["simd"] == {"tier": tier_in_use(), "available": list(TIERS)}
    assert config["threads"] == xentc.get_num_threads()
    assert config["build"]["compiler"].split()[0] in ("gcc", "clang")
    assert config["numpy"] == np.__version__
    assert config["python"] == ".".join(map(str, sys.version_info[:3]))


def test_flags_that_would_change_results_are_not_used():
    flags = xentc.show_config(mode="dicts")["build"]["flags"].split()
    assert "-ffp-contract=off" in flags
    assert not {"-ffast-math", "-Ofast", "-march=native", "-funsafe-math-optimizations"} & set(flags)


def test_subnormal_numbers_still_work():
    """-ffast-math in any shared object would flush them to zero for the whole process."""
    assert np.float64(2.0**-1074) / 2 == 0
    assert np.multiply(2.0**-1060, [0.5]) == 2.0**-1061


def test_show_config_prints(capsys):
    assert xentc.show_config() is None
    printed = capsys.readouterr().out
    for part in (xentc.__version__, tier_in_use(), ", ".join(TIERS), "compiler: ", "-O3", np.__version__):
        assert part in printed


@pytest.mark.parametrize("mode", ["json", None, 1])
def test_show_config_of_another_mode(mode):
    with pytest.raises(ValueError, match=rf"^mode must be one of 'stdout', 'dicts'; got {mode!r}$"):
        xentc.show_config(mode=mode)


def test_tiers_by_name():
    before = tier_in_use()
    try:
        for tier in TIERS:
            _config.use_tier(tier)
            assert tier_in_use() == tier
    finally:
        _config.use_tier(before)
    with pytest.raises(ValueError, match=r"^tier must be one of .*; got 'sse9'$"):
        _config.use_tier("sse9")
    with pytest.raises(ValueError, match="no tier number 99"):
        _kernels.use_tier(99)
    assert set(TIERS) <= {"baseline", "avx2", "avx512", "neon"}


@pytest.mark.parametrize("protocol", ["list", "array interface", "dlpack", "buffer", "subclass"])
def test_array_likes(protocol):
    t, y = np.array([[1, 0], [0, 1]]), np.array([[0.5, 0.5], [0.25, 0.75]])

    class Offers:
        def __array__(self, dtype=None, copy=None):
            return y

    class Subclass(np.ndarray):
        pass

    like = {
        "list": y.tolist(),
        "array interface": Offers(),
        "dlpack": np.from_dlpack(y),
        "buffer": memoryview(y),
        "subclass": y.view(Subclass),
    }[protocol]
    got = xentc.cross_entropy(t.tolist() if protocol == "list" else t, like)
    assert type(got) is np.ndarray
    np.testing.assert_array_equal(got, -np.log([0.5, 0.75]))
