"""Minutes and gigabytes: ``pytest -m exhaustive``. Every positive float32, every distance of two float32 logits, and
arrays beyond 2^31.
"""

import math
from fractions import Fraction

import numpy as np
import pytest
from bounds import CORRECTLY_ROUNDED, GRADIENT, LOGITS
from oracle import exact_loss, ulp_error
from ways import TIERS, assert_same_bits, way

import xentc

pytestmark = pytest.mark.exhaustive

STEP = 1 << 22


@pytest.mark.parametrize("tier", TIERS)
def test_every_positive_float32(tier):
    """All 2,139,095,040 of them, one-hot and eps=0, against a float64 logarithm; mpmath judges the close calls.

    Rounding -log(y) in float64, within 1 ulp, to float32 settles all but the values near the middle of two float32;
    those, a few of each 2^29 / 8, are computed with 200 bits. Each result is the correctly rounded one.
    """
    dtype, n_judged = np.dtype("float32"), 0
    t = np.ones((STEP, 1), np.uint8)
    with way(tier, 2):
        for first in range(0, 0x7F800000, STEP):
            y = np.arange(first, min(first + STEP, 0x7F800000), dtype=np.uint32).view(np.float32)
            got = xentc.cross_entropy(t[: y.size], y[:, None], eps=0, check=False)
            with np.errstate(divide="ignore"):
                wide = 0.0 - np.log(y.astype(np.float64))
            different = np.flatnonzero(got != wide.astype(np.float32))
            n_judged += different.size
            for i in different.tolist():
                error = ulp_error(got[i], exact_loss([1], [y[i]], 0).loss, dtype)
                assert error <= CORRECTLY_ROUNDED, (float(y[i]).hex(), float(got[i]).hex(), error)
    # Wrong roundings of either logarithm are rare: were they not, the float64 one would be no help.
    assert n_judged < 2_000_000


def test_every_float16_as_y_and_as_t():
    values = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = values[np.isfinite(values)]
    got = xentc.cross_entropy(np.ones((1 << 16, 1), bool), values[:, None], eps=0, check=False)
    for y, value in zip(values, got, strict=True):
        assert ulp_error(value, exact_loss([1], [y], 0).loss, np.dtype("float16")) <= CORRECTLY_ROUNDED
    got = xentc.cross_entropy(finite[:, None], np.full((finite.size, 1), 0.3, "f2"), check=False)
    for t, value in zip(finite, got, strict=True):
        assert ulp_error(value, exact_loss([t], [np.float16(0.3)], 0).loss, np.dtype("float16")) <= CORRECTLY_ROUNDED


def unrounded(t, y):
    """Rows of float32 as sums have them: before they are rounded to float32."""
    rows = xentc.cross_entropy(t, y, out=np.empty(len(t)))
    assert (rows.astype(np.float32) == xentc.cross_entropy(t, y)).all()
    return [Fraction(row) for row in rows.tolist()]


def in_ulp(got, want):
    """Errors of float32 in ulp of the value wanted, which is a float64."""
    with np.errstate(under="ignore"):
        return abs(got.astype(np.float64) - want) / np.spacing(np.abs(np.float32(want)))


@pytest.mark.parametrize("tier", TIERS)
def test_every_distance_of_two_float32_logits(tier):
    """z = (0, -x) and (-x, 0) for all 1,120,000,000 float32 x from 0 to 104, beyond which exp(-x) is 0.

    float64 judges: x is exact in it, so that its exp and log1p are within 2^-51 or so.
    """
    last = int(np.float32(104).view(np.uint32))
    with way(tier, 2):
        for first in range(0, last, STEP):
            x = np.arange(first, min(first + STEP, last), dtype=np.uint32).view(np.float32)
            z = np.zeros((x.size, 2), np.float32)
            side = first // STEP % 2
            z[:, 1 - side] = -x
            e = np.exp(-x.astype(np.float64))
            for label, want in ((side, np.log1p(e)), (1 - side, np.log1p(e) + x.astype(np.float64))):
                labels = np.broadcast_to(np.int8(label), x.size)
                loss, grad = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True)
                assert in_ulp(loss, want).max() <= LOGITS
                p = (e if label == side else 1.0) / (1 + e)  # of the class that is not the label
                assert in_ulp(grad[:, 1 - label], p).max() <= GRADIENT
                assert in_ulp(grad[:, label], -p).max() <= GRADIENT


@pytest.mark.parametrize("n_threads", [1, 2])
def test_logits_of_more_than_2_31_elements(n_threads):
    n_rows, n_classes = (1 << 21) + 1, 1 << 10
    z = np.zeros(n_classes, np.float32)
    z[-1] = 20.0
    labels = np.zeros(n_rows, np.int16)
    labels[-1] = n_classes - 1
    with xentc.num_threads(n_threads):
        loss = xentc.cross_entropy_labels(labels, np.broadcast_to(z, (n_rows, n_classes)), from_logits=True)
    log_others = math.log1p((n_classes - 1) * math.exp(-20.0))
    for value, want in ((loss[0], 20 + log_others), (loss[-1], log_others)):
        assert in_ulp(value, want) <= LOGITS
    assert (loss[:-1] == loss[0]).all()


def test_logits_of_one_row_of_more_than_2_31_classes():
    """As many maxima, which are counted."""
    n_classes = (1 << 31) + 17
    z = np.broadcast_to(np.float32(-0.3), n_classes)
    loss = xentc.cross_entropy_labels(n_classes - 1, z, from_logits=True)
    assert in_ulp(loss, math.log(n_classes)) <= LOGITS


def test_a_gradient_beyond_2_31_bytes():
    """In place of z, 2^29 + 2^10 float32, and class axis first."""
    n_rows, n_classes = (1 << 21) + 4, 1 << 8
    z = np.zeros((n_classes, n_rows), np.float32)
    loss, grad = xentc.cross_entropy_labels_and_grad(
        np.full(n_rows, 255, np.uint8), z, axis=0, from_logits=True, reduction="sum", grad_out=z
    )
    assert grad is z
    assert in_ulp(np.float32(loss / n_rows), math.log(256)) <= LOGITS
    assert in_ulp(z[0, 0], 2.0**-8) <= GRADIENT
    assert in_ulp(z[255, 0], 2.0**-8 - 1) <= GRADIENT
    assert (z[:255] == z[0, 0]).all()
    assert (z[255] == z[255, 0]).all()


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
    first, last = unrounded(t[-2:], y)
    assert total == float(first * (n_rows - 1) + last)


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
    assert total == float(unrounded(t[:1], y[:1])[0] * n_rows)
    assert xentc.cross_entropy(t, y, reduction="mean") == total / n_rows


def test_the_class_axis_first_beyond_2_31_bytes():
    t = np.zeros((9, 1 << 28), bool)  # 2^31 + 2^28 bytes, strides beyond 2^28
    t[8] = True
    y = np.broadcast_to(np.float32(0.5), t.shape)
    row = unrounded(np.ones((1, 1), bool), np.float32([[0.5]]))[0]
    assert_same_bits(xentc.cross_entropy(t, y, axis=0, reduction="mean"), np.float64(float(row)))
