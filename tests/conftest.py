"""Fixtures: every implementation that runs here. And the marks of cells that a plain run leaves out."""

from collections.abc import Iterator

import pytest
from crossing import pytest_collection_modifyitems as pytest_collection_modifyitems
from ways import N_THREADS, TIERS, way


@pytest.fixture(params=[(tier, n) for tier in TIERS for n in N_THREADS], ids=lambda p: f"{p[0]}-{p[1]}")
def every_way(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """Each tier x thread count, small arrays too by the general route."""
    with way(*request.param):
        yield request.param


@pytest.fixture(params=TIERS)
def every_tier(request: pytest.FixtureRequest) -> Iterator[str]:
    with way(request.param, 2):
        yield request.param
