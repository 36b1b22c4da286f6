"""Tests with Dask, which the package does not need: skipped where it is not installed."""

import pytest

pytest.importorskip("dask.array", reason="Dask is not installed: pip install 'xentc[dask]'")

import dask  # noqa: E402


@pytest.fixture(autouse=True)
def _on_this_thread():
    """What fails then has a traceback of its own; tests of schedulers say which."""
    with dask.config.set(scheduler="synchronous"):
        yield
