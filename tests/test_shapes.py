"""Broadcasting that is meant, and outer products that are not; arrays of more axes than NumPy's own broadcasting."""

import itertools
import re

import numpy as np
import pytest
from ways import assert_same_bits, general_route

import xentc
from xentc._core.shapes import broadcast_shapes

N = 5
Y = np.full((N, 3), 1 / 3)
LABELS = np.arange(N) % 3
ONE_HOT = np.eye(3)[LABELS]
P = np.linspace(0.1, 0.9, N)
B = np.arange(N) % 2

# name: (call of the arguments, what is wrong, what is right instead, both ways to write what was meant)
CALLS = {
    "cross_entropy": (lambda t, y: xentc.cross_entropy(t, y), (ONE_HOT[:, None], Y), "t[:, 0]", "y[None]"),
    "of y": (lambda t, y: xentc.cross_entropy(t, y), (ONE_HOT, Y[:, None]), "y[:, 0]", "t[None]"),
    "log_likelihood": (lambda t, y: xentc.log_likelihood(t, y), (ONE_HOT[:, None], Y), "t[:, 0]", "y[None]"),
    "labels": (
        lambda labels, y: xentc.cross_entropy_labels(labels, y),
        (LABELS[:, None], Y),
        "labels[:, 0]",
        "y[None]",
    ),
    "labels, y": (
        lambda labels, y: xentc.cross_entropy_labels(labels, y),
        (LABELS, Y[:, None]),
        "y[:, 0]",
        "labels[None]",
    ),
    "gradient": (lambda t, y: xentc.cross_entropy_and_grad(t, y)[0], (ONE_HOT[:, None], Y), "t[:, 0]", "y[None]"),
    "gradient of labels": (
        lambda labels, y: xentc.cross_entropy_labels_and_grad(labels, y)[0],
        (LABELS[:, None], Y),
        "labels[:, 0]",
        "y[None]",
    ),
    "binary": (lambda t, p: xentc.binary_cross_entropy(t, p), (B, P[:, None]), "p[:, 0]", "t[None]"),
    "binary, t": (lambda t, p: xentc.binary_cross_entropy(t, p), (B[:, None], P), "t[:, 0]", "p[None]"),
    "binary gradient": (
        lambda t, p: xentc.binary_cross_entropy_and_grad(t, p)[1],
        (B, P[:, None]),
        "p[:, 0]",
        "t[None]",
    ),
    "update": (
        lambda t, y: xentc.CrossEntropy().update(t, y).result().sum,
        (ONE_HOT[:, None], Y),
        "t[:, 0]",
        "y[None]",
    ),
    "update_labels": (
        lambda labels, y: xentc.CrossEntropy().update_labels(labels, y).result().sum,
        (LABELS[:, None], Y),
        "labels[:, 0]",
        "y[None]",
    ),
}


def evaluated(expression, names, arrays):
    """The arrays, one of them as an expression of the message has it."""
    values = dict(zip(names, arrays, strict=True))
    name = expression.partition("[")[0]
    values[name] = eval(expression, {}, values)
    return [values[n] for n in names]


@pytest.mark.parametrize("name", CALLS)
def test_an_outer_product_is_refused_and_what_is_said_instead_works(name):
    call, arrays, each, all_pairs = CALLS[name]
    names = call.__code__.co_varnames[:2]
    with pytest.raises(ValueError, match="more elements than either has") as caught:
        call(*arrays)
    message = str(caught.value)
    assert each in message
    assert all_pairs in message
    shapes = [a.shape for a in arrays]
    if "labels" in names:
        shapes[1] = shapes[1][:-1]
    for shape in shapes:
        assert f" {shape} " in message
    plain = [np.squeeze(a) for a in arrays]
    want = call(*plain)
    assert_same_bits(call(*evaluated(each, names, arrays)), want)
    pairs = call(*evaluated(all_pairs, names, arrays))
    if np.ndim(want):
        assert pairs.shape == (N, N)
        assert_same_bits(np.ascontiguousarray(np.diagonal(pairs)), want)
    else:
        assert pairs > want


def test_a_failed_update_leaves_the_total_as_it_was():
    total = xentc.CrossEntropy().update(ONE_HOT, Y)
    before = total.result()
    with pytest.raises(ValueError, match="more elements than either has"):
        total.update(ONE_HOT[:, None], Y)
    assert total.result() == before


def test_what_is_no_outer_product():
    """As large as one of the operands; equal numbers of axes; one distribution for all; nothing at all."""
    want = xentc.cross_entropy(ONE_HOT, Y)
    assert_same_bits(xentc.cross_entropy(ONE_HOT, Y[0]), want)
    assert_same_bits(xentc.cross_entropy_labels(LABELS, Y[0]), want)
    assert_same_bits(xentc.cross_entropy_labels(LABELS[:, None], Y[:1]), want[:, None])
    assert xentc.cross_entropy_labels(2, Y).shape == (N,)
    assert xentc.cross_entropy_labels(LABELS[:, None], Y[None]).shape == (N, N)
    assert xentc.cross_entropy(ONE_HOT[:1, None], Y[:1]).shape == (1, 1)
    assert xentc.cross_entropy(ONE_HOT[:, None][:0], Y[:0]).shape == (0, 0)
    assert xentc.binary_cross_entropy(B[:, None], 0.5).shape == (N, 1)
    assert xentc.binary_cross_entropy(B[:, None], P[None]).shape == (N, N)


@pytest.mark.parametrize("axis", [0, 1, -2])
def test_no_way_to_write_it_is_said_where_it_would_not_work(axis):
    """With the class axis elsewhere an axis taken off would move it."""
    t, y = np.ones((N, 3, 1)), np.ones((3, N))
    with pytest.raises(ValueError, match=r"axis|more elements than either") as caught:
        xentc.cross_entropy(t, y, axis=axis)
    assert "if their rows correspond" not in str(caught.value)


LENGTHS = [(), (1,), (2,), (0,), (2, 1), (1, 2), (2, 3), (3, 1, 2), (1, 1, 1), (2, 0)]


@pytest.mark.parametrize(("a", "b"), list(itertools.product(LENGTHS, LENGTHS)), ids=str)
def test_shapes_broadcast_as_numpy_has_it(a, b):
    try:
        want = np.broadcast_shapes(a, b)
    except ValueError:
        want = None
    assert broadcast_shapes(a, b) == want


@pytest.mark.parametrize("n_axes", [32, 33, 40, 62, 63, 64])
def test_many_axes(n_axes):
    """NumPy's arrays have up to 64, its broadcasting functions up to 32."""
    front = (1,) * (n_axes - 2)
    shape = (*front, N, 3)
    t, y = ONE_HOT.reshape(shape), Y.reshape(shape)
    want = xentc.cross_entropy(ONE_HOT, Y).reshape(shape[:-1])
    labels = LABELS.reshape(shape[:-1])
    mask = np.arange(N) % 2 == 0
    for loss in (
        xentc.cross_entropy(t, y),
        xentc.cross_entropy(t[0], y),
        xentc.cross_entropy(t, y[0]),
        xentc.cross_entropy(t, y, sample_weight=np.ones(N), where=True),
        xentc.cross_entropy(np.swapaxes(t, -1, 0), np.swapaxes(y, -1, 0), axis=0).reshape(want.shape),
        xentc.cross_entropy_labels(labels, y),
        xentc.cross_entropy_labels(labels[0], y),
        xentc.cross_entropy_labels(labels, y[0]),
        xentc.cross_entropy_and_grad(t, y)[0],
        xentc.cross_entropy_labels_and_grad(labels, y, axis=-1)[0],
    ):
        assert_same_bits(loss, want)
    assert_same_bits(xentc.cross_entropy(t, y, where=mask), np.where(mask, want, 0))
    assert xentc.cross_entropy_and_grad(t, y)[1].shape == shape
    position = re.escape(str((*(0,) * (n_axes - 2), 3)))
    with pytest.raises(IndexError, match=rf"at position {position}"):
        xentc.cross_entropy_labels(np.where(np.arange(N) == 3, 7, labels), y)
    if n_axes < 64:
        for a, b in ((t, y), (t[0], y), (t, y[0])):
            assert_same_bits(xentc.binary_cross_entropy(a, b), xentc.binary_cross_entropy(ONE_HOT, Y).reshape(shape))
    else:  # where the elements need an axis of their own
        with general_route(), pytest.raises(ValueError, match="^t and p must have at most 63 axes together, not 64$"):
            xentc.binary_cross_entropy(t, y)
