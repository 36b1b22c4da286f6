"""scikit-learn's test module marks its tests with words that it registers elsewhere."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "thread_unsafe: scikit-learn's, of tests that cannot run in several threads")
