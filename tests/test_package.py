"""The package as such: constants made by their script, doctests, names, show_config."""

import doctest
import importlib
import pickle
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ways import TIERS, tier_in_use

import xentc
from xentc import _kernels
from xentc._core import config

ROOT = Path(__file__).parent.parent
# __main__ and the like run something when imported; the two packages are of engines that need not be there.
MODULES = [
    module.name
    for module in pkgutil.walk_packages(xentc.__path__, "xentc.")
    if not module.name.startswith(("xentc.__", "xentc._dask", "xentc._spark"))
]


@pytest.mark.slow
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
    """Of what is not public: that says that it is of xentc."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", [name for name in xentc.__all__ if callable(getattr(xentc, name))])
def test_doctests_of_public_names(name):
    thing = getattr(xentc, name)
    assert thing.__doc__
    found = doctest.DocTestFinder().find(thing, name)
    assert any(test.examples for test in found)
    for test in found:
        assert doctest.DocTestRunner().run(test).failed == 0


PUBLIC = {name for name in dir(xentc) if not name.startswith("_")}


def test_public_names():
    """What tab completion shows, with all of the package loaded: what users may import, and nothing else."""
    assert {name for name in xentc.__all__ if name != "__version__"} | {"spark"} == PUBLIC
    assert xentc.__all__ == sorted(xentc.__all__)
    modules = {module.name for module in pkgutil.iter_modules(xentc.__path__)}
    assert {name for name in modules if not name.startswith("_")} == {"reference", "spark"}
    assert {name for name in dir(xentc.reference) if not name.startswith("_")} == set(xentc.reference.__all__)
    assert {name for name in dir(xentc.spark) if not name.startswith("_")} == set(xentc.spark.__all__)


@pytest.mark.parametrize("name", sorted(PUBLIC - {"reference", "spark"}))
def test_public_names_say_that_they_are_of_xentc(name):
    """So they are shown, and so they are pickled, wherever they lie."""
    thing = getattr(xentc, name)
    assert (thing.__module__, thing.__qualname__) == ("xentc", name)
    assert pickle.loads(pickle.dumps(thing)) is thing
    assert f"cxentc\n{name}\n".encode() in pickle.dumps(thing, protocol=0)


def test_version_and_mark_of_types():
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
            config.use_tier(tier)
            assert tier_in_use() == tier
    finally:
        config.use_tier(before)
    with pytest.raises(ValueError, match=r"^tier must be one of .*; got 'sse9'$"):
        config.use_tier("sse9")
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
