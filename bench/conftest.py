"""Options of the pytest-benchmark run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--scale", type=float, default=1.0, help="bench: factor on the number of rows")
