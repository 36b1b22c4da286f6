"""The ways of one computation: SIMD tier x number of threads x short or general route. All must give the same bits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import xentc
from xentc._core import config, threads
from xentc._core.small import use_small

TIERS = config.TIERS
N_THREADS = (1, 2, 3)


def tier_in_use() -> str:
    config = xentc.show_config(mode="dicts")
    assert config is not None
    tier: str = config["simd"]["tier"]
    return tier


@contextmanager
def way(tier: str, n_threads: int, *, general: bool = True) -> Iterator[None]:
    """Run on this tier and with this many threads however small the arrays are; the tier is asserted, not hoped for."""
    before, nanoseconds = tier_in_use(), threads.NANOSECONDS_PER_THREAD
    config.use_tier(tier)
    small_before = use_small(False) if general else None
    if general:
        threads.NANOSECONDS_PER_THREAD = 1
    try:
        with xentc.num_threads(n_threads):
            assert tier_in_use() == tier
            yield
            assert tier_in_use() == tier
    finally:
        if small_before is not None:
            use_small(small_before)
        threads.NANOSECONDS_PER_THREAD = nanoseconds
        config.use_tier(before)


@contextmanager
def general_route() -> Iterator[None]:
    """Nothing by the short way of small calls here."""
    before = use_small(False)
    try:
        yield
    finally:
        use_small(before)


def first_way() -> Any:
    """The one that the others are compared with."""
    return way(TIERS[0], 1)


def assert_same_bits(got: Any, want: Any) -> None:
    """Same dtype, shape and bits, signs of zeros and of NaN included."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.dtype == want.dtype
    assert got.shape == want.shape
    got, want = np.atleast_1d(got), np.atleast_1d(want)
    bits = f"u{got.itemsize}"
    different = np.ascontiguousarray(got).view(bits) != np.ascontiguousarray(want).view(bits)
    assert not different.any(), (
        f"{int(different.sum())} of {different.size} differ, the first at {np.argwhere(different)[0]}:"
        f" got {float(got[different][0]).hex()}, want {float(want[different][0]).hex()}"
    )
