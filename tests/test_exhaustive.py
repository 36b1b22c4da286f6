"""Minutes and gigabytes: ``pytest -m exhaustive``. Every positive float32, and arrays beyond 2^31."""

import math

import numpy as np
import pytest
from oracle import exact_loss, ulp_error
from ways import TIERS, assert_same_bits, way

import xentc

pytestmark = pytest.mark.exhaustive

STEP = 1 << 22


@pytest.mark.parametrize("tier", TIERS)
def test_every_positive_float32(tier):
    """All 2,139,095,040 of them, one-hot and eps=0, against a float64 logarithm; mpmath judges the close calls.

    Rounding -log(y) in float64, within 1 ulp, to float32 settles all but the values near the middle of two float32;
    those, a few of each 2^29 / 8, are computed with 200 bits. The bound is on what is left: 0.501 ulp.
    """
    dtype, n_judged = np.dtype("float32"), 0
    t = np.ones((STEP, 1), np.uint8)
    with way(tier, 2):
        for first in range(0, 0x7F800000, STEP):
            y = np.arange(first, min(first + STEP, 0x7F800000), dtype=np.uint32).view(np.float32)
            got = xentc.cross_entropy(t[: y.size], y[:, None], eps=0)
            with np.errstate(divide="ignore"):
                wide = 0.0 - np.log(y.astype(np.float64))
            different = np.flatnonzero(got != wide.astype(np.float32))
            n_judged += different.size
            for i in different.tolist():
                error = ulp_error(got[i], exact_loss([1], [y[i]], 0).loss, dtype)
                assert error <= 0.501, (float(y[i]).hex(), float(got[i]).hex(), error)
    # Wrong roundings of either logarithm are rare: were they not, the float64 one would be no help.
    assert n_judged < 2_000_000


def test_every_float16_as_y_and_as_t():
    values = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = values[np.isfinite(values)]
    got = xentc.cross_entropy(np.ones((1 << 16, 1), bool), values[:, None], eps=0)
    for y, value in zip(values, got, strict=True):
        assert ulp_error(value, exact_loss([1], [y], 0).loss, np.dtype("float16")) <= 0.501
    got = xentc.cross_entropy(finite[:, None], np.full((finite.size, 1), 0.3, "f2"))
    for t, value in zip(finite, got, strict=True):
        assert ulp_error(value, exact_loss([t], [np.float16(0.3)], 0).loss, np.dtype("float16")) <= 0.501


@pytest.mark.parametrize("n_threads", [1, 2])
def test_more_than_2_31_elements(n_threads):
    """Counts and strides beyond 32 bits: (2^31 + 2^10) bool targets, and y broadcast, so that 2 GiB are enough."""
    n_rows, n_classes = (1 << 21) + 1, 1 << 10
    t = np.zeros((n_rows, n_classes), bool)
    t[:, 3] = True
    t[-1] = False
    t[-1, -1] = True
    y = np.full(n_classes, 0.5, np.float32)
    y[-1] = 0.25
    with xentc.num_threads(n_threads):
        loss = xentc.cross_entropy(t, y)
        total = xentc.cross_entropy(t, y, reduction="sum")
    assert (loss[:-1] == np.float32(math.log(2))).all()
    assert loss[-1] == np.float32(math.log(4))
    assert total == math.fsum([float(np.float32(math.log(2))) * (n_rows - 1), float(np.float32(math.log(4)))])


def test_one_row_of_more_than_2_31_classes():
    n_classes = (1 << 31) + 17
    t = np.zeros(n_classes, bool)
    t[[5, -1]] = True
    y = np.broadcast_to(np.float32(0.5), n_classes)
    assert xentc.cross_entropy(t, y) == np.float32(math.log(4))
    assert xentc.cross_entropy(t[None], y[None], axis=1)[0] == np.float32(math.log(4))


def test_more_than_2_31_rows_of_one_class():
    n_rows = (1 << 31) + 5
    t = np.ones((n_rows, 1), bool)
    y = np.broadcast_to(np.float32(0.5), (n_rows, 1))
    total = xentc.cross_entropy(t, y, reduction="sum")
    assert total == float(np.float32(math.log(2))) * n_rows
    assert xentc.cross_entropy(t, y, reduction="mean") == total / n_rows


def test_the_class_axis_first_beyond_2_31_bytes():
    t = np.zeros((9, 1 << 28), bool)  # 2^31 + 2^28 bytes, strides beyond 2^28
    t[8] = True
    y = np.broadcast_to(np.float32(0.5), t.shape)
    assert_same_bits(xentc.cross_entropy(t, y, axis=0, reduction="mean"), np.float64(np.float32(math.log(2))))
