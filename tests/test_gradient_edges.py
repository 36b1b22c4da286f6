"""Edges of gradients: special values, the clip, masked rows, means of nothing; nothing spills over."""

import math

import numpy as np
import pytest
from cases import FLOATS, REDUCTIONS, label_numbers, one_hot_of
from logit_cases import LOGIT_EDGES
from logit_oracle import assert_gradients, gradient_from_logits
from oracle import coefficients
from test_gradient import grad_of
from ways import assert_same_bits

import xentc

inf, nan = math.inf, math.nan


@pytest.mark.crossing
@pytest.mark.parametrize("edge", LOGIT_EDGES, ids=lambda edge: f"t={edge[0]} z={edge[1]}")
@pytest.mark.parametrize("dtype", FLOATS)
def test_edges_of_logits(every_tier, dtype, edge):
    """NaN, +inf or nothing but -inf in a row: all NaN, unless no class has a part of t: then zeros."""
    t, z = np.array(edge[0], dtype), np.array(edge[1], dtype)
    c = coefficients(t)
    wide_t, wide_z = np.zeros((3, 19), dtype), np.full((3, 19), -inf, dtype)
    wide_t[1, [0, -1]], wide_z[1, [0, -1]] = t, z
    wide_z[[0, 2], 3] = 1.0
    wide_t[[0, 2], 3] = 1.0
    for order in (np.ascontiguousarray, np.asfortranarray):
        grad = grad_of(order(wide_t), order(wide_z), from_logits=True, check=False)
        exact = gradient_from_logits(coefficients(wide_t[1]), wide_z[1])
        assert_gradients(grad[1:2], [exact], dtype)
        assert not grad[[0, 2]].any()
    got = grad_of(t, z, from_logits=True, check=False)
    assert_gradients(got[np.newaxis], [gradient_from_logits(c, z)], dtype)
    broken = np.isnan(z).any() or z.max() in (inf, -inf)
    if not (t != 0).any():
        assert_same_bits(got, np.zeros(2, dtype))
    elif broken:
        assert np.isnan(got).all()


# t, y, eps, gradient; all exact in float16
PROBABILITY_EDGES = [
    ([1, 0], [0.5, 0.5], None, [-2.0, 0.0]),
    ([0.5, 2], [0.25, 4.0], None, [-2.0, -0.5]),
    ([1, 0], [0.5, nan], None, [-2.0, 0.0]),
    ([1, 0], [0.5, 0.0], 0, [-2.0, 0.0]),
    ([0, 0], [nan, inf], None, [0.0, 0.0]),
    ([1, 1], [0.25, 0.25], 0.25, [-4.0, -4.0]),  # at the clip the logarithm is still that of y
    ([1, 1], [0.25, 0.125], 0.25, [-4.0, 0.0]),
    ([1, 1], [0.0, -1.0], None, [0.0, 0.0]),
    ([1, -1], [-inf, 0.5], None, [0.0, 2.0]),
    ([1, 0], [0.0, 1.0], 0, [-inf, 0.0]),
    ([-1, 0], [0.0, 1.0], 0, [inf, 0.0]),
    ([1, 1], [-1.0, 1.0], 0, [0.0, -1.0]),
    ([1, 1], [nan, 1.0], None, [nan, -1.0]),
    ([1, 1], [nan, 1.0], 0, [nan, -1.0]),
    ([1, 1], [inf, 2.0], None, [0.0, -0.5]),
    ([nan, 0], [0.5, 0.5], None, [nan, 0.0]),
    ([nan, 1], [0.5, 0.5], 0, [nan, -2.0]),
]


@pytest.mark.parametrize("edge", PROBABILITY_EDGES, ids=str)
@pytest.mark.parametrize("dtype", FLOATS)
def test_edges_of_probabilities(every_tier, dtype, edge):
    t, y, eps, want = edge
    t, y = np.array(t, dtype), np.array(y, dtype)
    np.testing.assert_array_equal(grad_of(t, y, eps=eps, check=False), np.array(want, dtype))
    wide_t, wide_y = np.zeros((300, 19), dtype), np.full((300, 19), 0.5, dtype)
    wide_t[::2, 3] = 1
    wide_t[151, [0, -1]], wide_y[151, [0, -1]] = t, y
    for order in (np.ascontiguousarray, np.asfortranarray):
        got = grad_of(order(wide_t), order(wide_y), eps=eps, check=False)
        np.testing.assert_array_equal(got[151, [0, -1]], np.array(want, dtype))
        got[151, [0, -1]] = 0
        got[::2, 3] += 2
        assert not got.any()


@pytest.mark.parametrize("dtype", FLOATS)
def test_under_the_clip_it_is_exactly_0(every_way, dtype):
    """The derivative of a constant, +0; eps itself is not under it, in the precision that it is compared in."""
    eps = float(np.finfo(dtype).eps)
    y = np.array([[0.0, eps / 2, np.nextafter(np.dtype(dtype).type(eps), np.dtype(dtype).type(0)), eps, 0.5]], dtype)
    for t in (np.ones((1, 5), dtype), np.ones((1, 5), "uint8")):
        got = grad_of(t, y)
        assert_same_bits(got[0, :3], np.zeros(3, dtype))
        assert_same_bits(got[0, 3:], (-1 / y[0, 3:].astype(float)).astype(dtype))
    tenth = np.array([[0.1]], "f4")
    assert grad_of(np.ones((1, 1), "u1"), tenth, eps=0.1)[0, 0] == -np.float32(1) / np.float32(0.1)
    assert grad_of(np.ones((1, 1), "f8"), np.array([[0.0999999]], "f4"), eps=0.1)[0, 0] == 0


@pytest.mark.parametrize("from_logits", [False, True])
def test_means_of_nothing(every_way, from_logits):
    """The loss is NaN with its warning; there is no row to have a gradient."""
    y, t = np.full((5, 3), 0.5), np.ones((5, 3))
    for reduction in ("mean", "weighted_mean"):
        words = f"^the {reduction.replace('_', ' ')} of no rows is not defined$"
        with pytest.warns(RuntimeWarning, match=words) as caught:
            loss, grad = xentc.cross_entropy_and_grad(t, y, where=False, reduction=reduction, from_logits=from_logits)
        assert [w.filename for w in caught] == [__file__]
        assert math.isnan(loss)
        assert_same_bits(grad, np.zeros((5, 3)))
        with pytest.warns(RuntimeWarning, match=words):
            loss, grad = xentc.cross_entropy_labels_and_grad(
                np.full(5, -1), y, ignore_index=-1, reduction=reduction, from_logits=from_logits
            )
        assert math.isnan(loss)
        assert_same_bits(grad, np.zeros((5, 3)))
        with pytest.warns(RuntimeWarning, match=words):
            loss, grad = xentc.cross_entropy_and_grad(t[:0], y[:0], reduction=reduction, from_logits=from_logits)
        assert math.isnan(loss)
        assert grad.shape == (0, 3)


@pytest.mark.parametrize("n_classes", [2, 6, 70])
def test_a_row_of_a_class_of_weight_0_is_0_whatever_it_holds(every_way, n_classes):
    """As a label, one-hot or in CSR: the entry of the label too, +0 all."""
    sparse = pytest.importorskip("scipy.sparse")
    w = np.ones(n_classes)
    w[1] = 0
    for dtype in FLOATS:
        labels, z = np.arange(60) % n_classes, np.random.default_rng(210).normal(size=(60, n_classes)).astype(dtype)
        empty, t = labels == 1, one_hot_of(labels, n_classes, dtype)
        forms = (t, t.astype("uint8"), sparse.csr_array(t.astype("float32")))
        want = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, class_weight=w)[1]
        assert (want[~empty] != 0).all()
        for garbage in (nan, inf, -inf):
            z[empty, 0] = z[empty, 1] = garbage
            for order in (np.ascontiguousarray, np.asfortranarray):
                view = order(z)
                got = [xentc.cross_entropy_labels_and_grad(labels, view, from_logits=True, class_weight=w)]
                got += [xentc.cross_entropy_and_grad(t, view, from_logits=True, class_weight=w) for t in forms]
                for loss, grad in got:
                    assert_same_bits(loss[empty], np.zeros(empty.sum(), dtype))
                    assert_same_bits(grad[empty], np.zeros((empty.sum(), n_classes), dtype))
                    assert_same_bits(grad[~empty], want[~empty])


@pytest.mark.parametrize("special", [nan, inf, -inf])
def test_a_csr_row_of_many_entries_that_are_no_terms_is_0(every_tier, special):
    """5000 explicit zeros, or entries of classes of weight 0: as any other row without terms."""
    sparse = pytest.importorskip("scipy.sparse")
    n_entries, n_classes = 5000, 5100
    w = np.arange(n_classes) >= n_entries
    for dtype in ("float32", "float64"):
        z = np.full((3, n_classes), special, dtype)
        z[1] = 0.5
        for value, options in ((1, {"class_weight": w}), (0, {})):
            entries = np.full(2 * n_entries, value, dtype), np.tile(np.arange(n_entries), 2)
            t = sparse.csr_array((*entries, [0, n_entries, n_entries, 2 * n_entries]), (3, n_classes))
            loss, grad = xentc.cross_entropy_and_grad(t, z, from_logits=True, **options)
            assert_same_bits(loss, np.zeros(3, dtype))
            assert_same_bits(grad, np.zeros(z.shape, dtype))
        t.data[7] = 1
        grad = xentc.cross_entropy_and_grad(t, z, from_logits=True)[1]
        assert np.isnan(grad[0]).all()
        assert_same_bits(grad[1:], np.zeros((2, n_classes), dtype))


@pytest.mark.crossing
@pytest.mark.parametrize("name", ["where", "ignore_index", "both"])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("from_logits", [False, True])
def test_masked_rows_are_0_whatever_they_hold(every_way, from_logits, reduction, name):
    for dtype in FLOATS:
        labels = label_numbers(208, 300, 7, "int64")
        y = np.random.default_rng(208).dirichlet(np.ones(7), 300).astype(dtype)
        masked = np.random.default_rng(209).random(300) < 0.4
        options = {"from_logits": from_logits, "reduction": reduction}
        want_loss, want = xentc.cross_entropy_labels_and_grad(labels[~masked], y[~masked], **options)
        for garbage in (nan, inf, -1.0):
            bad, bad_labels = y.copy(), labels.copy()
            bad[masked], bad_labels[masked] = garbage, -100
            mask = {
                "where": {"where": ~masked},
                "ignore_index": {"ignore_index": -100},
                "both": {"ignore_index": -100, "where": ~masked | (np.arange(300) % 2 == 0)},
            }[name]
            loss, grad = xentc.cross_entropy_labels_and_grad(bad_labels, bad, **mask, **options)
            assert_same_bits(grad[~masked], want)
            assert_same_bits(grad[masked], np.zeros_like(bad[masked]))
            if reduction != "none":
                assert_same_bits(loss, want_loss)
