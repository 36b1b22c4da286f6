"""Properties of losses from logits and of gradients, searched by hypothesis."""

import math

import hypothesis.extra.numpy as hnp
import numpy as np
from bounds import GRADIENT, LOGITS
from cases import FLOATS, LAYOUTS, one_hot_of
from hypothesis import assume
from hypothesis import strategies as st
from logit_oracle import assert_gradients, assert_losses, exact_gradients
from ways import TIERS, assert_same_bits, first_way, way

import xentc
from examples import given


def elements_of_z(dtype):
    """Ordinary numbers, of any size, and -inf."""
    width = 8 * np.dtype(dtype).itemsize
    largest = {16: 2.0**14, 32: 2.0**100, 64: 2.0**900}[width]
    return (
        st.floats(-20, 20, width=width)
        | st.sampled_from([0.0, -0.0, 1.0, 256.0, -256.0])
        | st.floats(-1000, 1000, width=width)
        | st.floats(-largest, largest, width=width)
    )


@st.composite
def rows(draw, *, special=False):
    """labels, t and z of a few rows, of one dtype."""
    dtype = draw(st.sampled_from(FLOATS))
    n_rows, n_classes = draw(st.integers(1, 6)), draw(st.integers(1, 20))
    elements = elements_of_z(dtype)
    if special:
        elements |= st.sampled_from([math.inf, -math.inf, math.nan])
    z = draw(hnp.arrays(dtype, (n_rows, n_classes), elements=elements, fill=elements))
    labels = draw(hnp.arrays("int64", n_rows, elements=st.integers(0, n_classes - 1)))
    t = draw(hnp.arrays(dtype, (n_rows, n_classes), elements=st.sampled_from([0.0, 1.0, 0.5, 0.25, 3.0])))
    return labels, t, z


@given(rows())
def test_within_the_bounds(problem):
    labels, t, z = problem
    for target in (t, one_hot_of(labels, z.shape[-1], "uint8")):
        loss, grad = xentc.cross_entropy_and_grad(target, z, from_logits=True)
        assert_losses(loss, target, z)
        assert_gradients(grad, exact_gradients(target, z, from_logits=True), z.dtype)


@given(rows(special=True), st.sampled_from(TIERS), st.sampled_from([1, 3]), *[st.sampled_from(sorted(LAYOUTS))] * 2)
def test_same_bits_on_every_way_and_layout(problem, tier, n_threads, t_layout, z_layout):
    _, t, z = problem
    with first_way():
        want_loss, want = xentc.cross_entropy_and_grad(t, z, from_logits=True)
    with way(tier, n_threads):
        loss, grad = xentc.cross_entropy_and_grad(LAYOUTS[t_layout](t), LAYOUTS[z_layout](z), from_logits=True)
        assert_same_bits(np.where(np.isnan(loss), 0, loss), np.where(np.isnan(want_loss), 0, want_loss))
        np.testing.assert_array_equal(np.isnan(loss), np.isnan(want_loss))
        np.testing.assert_array_equal(grad, want)


@given(rows())
def test_a_label_loses_nothing_negative(problem):
    """The loss is in [0, inf], smallest for the class of the maximum, and log K at most there."""
    labels, _, z = problem
    loss = xentc.cross_entropy_labels(labels, z, from_logits=True)
    assert (loss >= 0).all()
    assert not np.signbit(loss).any()
    best = xentc.cross_entropy_labels(np.argmax(z, axis=-1), z, from_logits=True)
    eps = float(np.finfo(z.dtype).eps)
    assert (best <= math.log(z.shape[-1]) * (1 + LOGITS * eps)).all()
    assert (best <= loss).all()


@given(rows(), st.integers(-40, 40))
def test_a_shift_of_the_row_changes_nothing(problem, shift):
    """Where z + shift is exact, either loss is within its bound of one number; so is either gradient."""
    labels, _, z = problem
    moved = z + z.dtype.type(shift)
    assume((moved.astype(float) - shift == z).all())
    eps = float(np.finfo(z.dtype).eps)
    one, two = (xentc.cross_entropy_labels_and_grad(labels, x, from_logits=True) for x in (z, moved))
    for a, b, ulps in ((one[0], two[0], LOGITS), (one[1], two[1], GRADIENT)):
        a, b = a.astype(float), b.astype(float)
        slack = 2 * ulps * (eps * np.maximum(abs(a), abs(b)) + float(np.finfo(z.dtype).smallest_subnormal))
        assert (abs(a - b) <= slack).all()


@given(rows())
def test_entries_of_a_gradient(problem):
    """That of the label is in [-1, 0], the others are in [0, 1] but for their error (beside label 0, float32 z =
    [0, 205.06908] has 1.0000001), and they sum to 0 within their roundings."""
    labels, _, z = problem
    grad = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True)[1].astype(float)
    of_label = np.take_along_axis(grad, labels[:, np.newaxis], 1)[:, 0]
    assert ((of_label >= -1) & (of_label <= 0)).all()
    others = grad.copy()
    np.put_along_axis(others, labels[:, np.newaxis], 0, 1)
    info = np.finfo(z.dtype)
    assert ((others >= 0) & (others <= 1 + GRADIENT * float(info.eps))).all()
    for row in grad:
        slack = GRADIENT * (float(info.eps) * np.abs(row).sum() + row.size * float(info.smallest_subnormal))
        assert abs(math.fsum(row)) <= slack


@given(rows(), st.integers(-30, 30))
def test_weights_that_are_powers_of_two_are_exact(problem, power):
    """In float64: everything is linear in them."""
    labels, t, z = problem
    z = z.astype(float)
    for first, call in ((t.astype(float), xentc.cross_entropy_and_grad), (labels, xentc.cross_entropy_labels_and_grad)):
        loss, grad = call(first, z, from_logits=True)
        assume(np.isfinite(loss).all())
        # Where nothing is subnormal, before or after.
        assume(((loss == 0) | (abs(loss) > 1e-290)).all())
        assume(((grad == 0) | (abs(grad) > 1e-290)).all())
        scaled = call(first, z, from_logits=True, sample_weight=2.0**power)
        assert_same_bits(scaled[0], loss * 2.0**power)
        assert_same_bits(scaled[1], grad * 2.0**power)
        scaled = call(first, z, from_logits=True, class_weight=np.full(z.shape[-1], 2.0**power))
        assert_same_bits(scaled[0], loss * 2.0**power)
        assert_same_bits(scaled[1], grad * 2.0**power)


@given(rows(), st.randoms(use_true_random=False))
def test_classes_in_another_order(problem, random):
    """The loss stays within its bound, since additions come in another order; its gradient is the one moved along."""
    labels, _, z = problem
    order = list(range(z.shape[-1]))
    random.shuffle(order)
    place = np.argsort(order)
    one = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True)
    two = xentc.cross_entropy_labels_and_grad(place[labels], z[:, order], from_logits=True)
    info = np.finfo(z.dtype)
    for a, b, ulps in ((one[0], two[0], LOGITS), (one[1][:, order], two[1], GRADIENT)):
        a, b = a.astype(float), b.astype(float)
        slack = 2 * ulps * (float(info.eps) * np.maximum(abs(a), abs(b)) + float(info.smallest_subnormal))
        assert (abs(a - b) <= slack).all()
