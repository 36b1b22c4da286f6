"""Properties that hypothesis tries: a few examples in every run, more in slow ones, and always the same."""

import functools
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest

FEW, MANY = 100, 300


def given(*strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As hypothesis' own, for a test that takes nothing else."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.cache
        def trial(n: int) -> Callable[[], None]:
            settings = hypothesis.settings(max_examples=n, deadline=None, derandomize=True)
            return settings(hypothesis.given(*strategies)(test))  # type: ignore[no-any-return]

        def run(n_examples: int) -> None:
            trial(n_examples)()

        run.__name__, run.__qualname__, run.__doc__ = test.__name__, test.__qualname__, test.__doc__
        run.__module__ = test.__module__
        return pytest.mark.parametrize("n_examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])(run)

    return decorate
