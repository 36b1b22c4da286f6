"""Calls that once had a plausible wrong number, with the right one: an example of each kind."""

import math

import numpy as np
import pytest
from ways import assert_same_bits

import xentc

HALF, QUARTER = np.log(2), -np.log(0.75)


@pytest.mark.crossing
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("s", [1e6, 1.0, 5e-8, 1e-8, 1e-46, 1e39, 1e308, 5e-324])
def test_rows_are_summed_before_they_are_rounded(every_way, dtype, s):
    """A mean does not depend on the size of equal weights, and no float16 is too narrow for it."""
    y = np.array([[0.5, 0.5], [0.25, 0.75]], dtype)
    right = (HALF + QUARTER) / 2
    total = xentc.CrossEntropy().update_labels([0, 1], y, sample_weight=[s, s]).result()
    for got in (
        xentc.cross_entropy_labels([0, 1], y, sample_weight=[s, s], reduction="weighted_mean"),
        xentc.cross_entropy(np.eye(2), y, sample_weight=[s, s], reduction="weighted_mean"),
        total.weighted_mean,
        xentc.log_loss([0, 1], y, sample_weight=[s, s]),
    ):
        assert got == pytest.approx(right, rel=1e-6 if s > 1e-300 else 0.5)  # s L is a subnormal itself
    loss, grad = xentc.cross_entropy_labels_and_grad([0, 1], y, sample_weight=[s, s], reduction="weighted_mean")
    assert loss == total.weighted_mean
    np.testing.assert_allclose(grad.astype(float), [[-1, 0], [0, -1 / 1.5]], rtol=1e-3)


def test_sums_beyond_a_float16(every_way):
    y = np.array([[0.5, 0.5]], "float16")
    assert xentc.cross_entropy([[100000, 100000]], y, reduction="sum") == pytest.approx(138629.436, rel=1e-8)
    many = np.full((200_000, 2), 0.5, "float16")
    assert xentc.cross_entropy_labels(0, many, reduction="sum") == pytest.approx(200_000 * HALF, rel=1e-6)


def test_the_mean_of_two_halves_of_the_largest_weights(every_way):
    for y in (np.full((2, 2), 0.5), np.full((2, 2), 0.5, "float32")):
        for name in ("cross_entropy_labels", "cross_entropy"):
            t = [0, 1] if name.endswith("labels") else np.eye(2)
            got = getattr(xentc, name)(t, y, sample_weight=[1e308, 1e308], reduction="weighted_mean")
            assert got == pytest.approx(HALF, rel=1e-7)
    assert xentc.binary_cross_entropy([0, 1], 0.5, sample_weight=[1e308, 1e308], reduction="weighted_mean") == HALF


@pytest.mark.parametrize("smoothing", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_clip_is_of_the_precision_of_the_result(every_way, dtype, smoothing):
    """A float64 result is clipped at 0.001, not at the float32 next to it."""
    t, y = np.array([[0.25, 0.25, 0.5]]), np.zeros((1, 3), dtype)
    got = xentc.cross_entropy(t, y, eps=1e-3, label_smoothing=smoothing)
    assert got.dtype == np.float64
    assert got[0] == pytest.approx(6.907755278982137, rel=4e-16)


def test_numbers_that_are_no_probabilities():
    t, z = np.eye(3)[[0, 2, 1]], np.array([[2.0, -3.0, 0.5], [0.1, 0.2, 4.0], [-1.0, 6.0, 0.0]])
    words = r"are these logits\? pass from_logits=True"
    for call in (
        lambda: xentc.cross_entropy(t, z, reduction="mean"),
        lambda: xentc.cross_entropy(z, t, reduction="mean"),
        lambda: xentc.cross_entropy_labels([0, 2, 1], z),
        lambda: xentc.cross_entropy_and_grad(t, z),
        lambda: xentc.CrossEntropy().update(t, z),
    ):
        with pytest.raises(ValueError, match=words):
            call()
    with pytest.raises(ValueError, match=r"^t must not be negative; .* are t and the logits swapped\?"):
        xentc.cross_entropy(z, t, from_logits=True)
    right = np.mean([math.log(sum(map(math.exp, row))) - row @ one for row, one in zip(z, t, strict=True)])
    assert xentc.cross_entropy(t, z, from_logits=True, reduction="mean") == pytest.approx(right, rel=1e-14)


def test_outer_products_by_accident():
    labels, y, p = np.arange(4) % 3, np.full((4, 3), 1 / 3), np.full(4, 0.5)
    for call in (
        lambda: xentc.cross_entropy_labels(labels[:, None], y, reduction="mean"),
        lambda: xentc.cross_entropy_labels_and_grad(labels[:, None], y),
        lambda: xentc.binary_cross_entropy(p, p[:, None]),
        lambda: xentc.CrossEntropy().update_labels(labels[:, None], y),
    ):
        with pytest.raises(ValueError, match=r"\(4, 1\).*\[:, 0\]|\[:, 0\].*\(4, 1\)"):
            call()


def test_a_weight_of_nothing(every_way):
    """Of a class or a row: what is there is not looked at."""
    y = np.array([[0.5, np.nan, 0.5], [np.inf, -1, 7], [0.25, 0.5, 0.25]])
    t = np.array([[1, 5, 0], [np.nan, 1, 1], [0, 0, 1.0]])
    loss, grad = xentc.cross_entropy_and_grad(t, y, sample_weight=[1, 0, 1], class_weight=[1, 0, 1])
    assert_same_bits(loss, np.array([np.log(2), 0, np.log(4)]))
    assert_same_bits(grad, np.array([[-2.0, 0, 0], [0, 0, 0], [0, 0, -4]]))
    for bad in (np.inf, np.nan, -np.inf):
        with pytest.raises(ValueError, match=r"^class_weight must be finite"):
            xentc.cross_entropy(np.eye(3)[:1], [[0.2, 0.3, 0.5]], class_weight=[1, bad, 1])


def test_a_derivative_at_0_is_infinite_however_small_the_share(every_way):
    """t / N is 0 in float64, and the derivative by a y of 0 without a clip is not."""
    y = np.zeros((4, 2))
    y[:, 1] = 1
    for t in (5e-324, 1e-310, 1.0):
        targets = np.array([[t, 0.0]] * 4)
        for reduction in ("none", "sum", "mean"):
            grad = xentc.cross_entropy_and_grad(targets, y, eps=0.0, reduction=reduction)[1]
            assert_same_bits(grad[:, 0], np.full(4, -np.inf))
            assert_same_bits(grad[:, 1], np.zeros(4))


def test_names_in_the_order_of_the_columns():
    """Sorted, cls_10 comes before cls_2."""
    names = [f"cls_{k}" for k in range(12)]
    y = np.full((12, 12), 0.02)
    np.fill_diagonal(y, 0.78)
    assert xentc.encode_labels(names, names).tolist() == list(range(12))
    got = xentc.cross_entropy_labels(xentc.encode_labels(names, names), y, reduction="mean")
    assert got == pytest.approx(-math.log(0.78), rel=1e-14)
    assert xentc.log_loss(names, y) > 2  # scikit-learn's order, which log_loss has
