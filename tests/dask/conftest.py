"""Tests with Dask, which the package does not need: left out where it is not installed."""

from importlib.util import find_spec

import pytest


def _is_installed(module):
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


if _is_installed("dask.array"):  # the name of this folder alone is found, too
    import dask

    @pytest.fixture(autouse=True)
    def _on_this_thread():
        """What fails then has a traceback of its own; tests of schedulers say which."""
        with dask.config.set(scheduler="synchronous"):
            yield

else:
    collect_ignore_glob = ["test_*.py"]

    def pytest_report_header():
        return "tests/dask: left out, Dask is not installed: pip install 'xentc[dask]'"
