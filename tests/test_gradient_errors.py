"""What the functions with gradients refuse, before ``out`` or ``grad_out`` is written."""

import itertools

import numpy as np
import pytest
from ways import assert_same_bits

import xentc


def read_only():
    grad = np.full((3, 4), 7.0)
    grad.flags.writeable = False
    return grad


BAD = {
    "list": ([[7.0] * 4] * 3, TypeError, ["list"]),
    "other shape": (np.full((4, 3), 7.0), ValueError, ["(3, 4)", "(4, 3)"]),
    "flat": (np.full(12, 7.0), ValueError, ["(3, 4)", "(12,)"]),
    "broadcastable": (np.full((1, 3, 4), 7.0), ValueError, ["(3, 4)", "(1, 3, 4)"]),
    "of the loss's shape": (np.full(3, 7.0), ValueError, ["(3, 4)", "(3,)"]),
    "integers": (np.full((3, 4), 7), TypeError, ["int64"]),
    "complex": (np.full((3, 4), 7.0 + 0j), TypeError, ["complex128"]),
    "longdouble": (np.full((3, 4), 7, np.longdouble), TypeError, [str(np.dtype(np.longdouble))]),
    "masked": (np.ma.array(np.full((3, 4), 7.0)), TypeError, ["masked"]),
    "read-only": (read_only(), ValueError, ["read-only"]),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("from_logits", [False, True])
def test_bad_grad_out(name, from_logits):
    """Refused before anything is written, to out either."""
    grad, exception, parts = BAD[name]
    out, y = np.full(3, 7.0), np.full((3, 4), 0.25)
    for call in (
        lambda **o: xentc.cross_entropy_and_grad(np.eye(3, 4), y, **o),
        lambda **o: xentc.cross_entropy_labels_and_grad([0, 1, 2], y, **o),
    ):
        for options in ({}, {"reduction": "mean"}, {"out": out}):
            with pytest.raises(exception, match=r"^grad_out\b") as caught:
                call(grad_out=grad, from_logits=from_logits, **options)
            for part in parts:
                assert part in str(caught.value)
    assert (np.asarray(grad) == 7).all()
    assert (out == 7).all()


BAD_OTHERS = [
    ({"class_weight": [1.0]}, ValueError),
    ({"sample_weight": np.ones(4)}, ValueError),
    ({"where": np.ones(4, bool)}, ValueError),
    ({"label_smoothing": 2}, ValueError),
    ({"reduction": "average"}, ValueError),
    ({"out": np.zeros(4)}, ValueError),
    ({"axis": 2}, ValueError),
    ({"eps": 2}, ValueError),
    ({"from_logits": True, "eps": 0}, ValueError),
    ({"from_logits": 1}, TypeError),
]


@pytest.mark.parametrize(("changed", "exception"), BAD_OTHERS, ids=lambda v: str(v) if isinstance(v, dict) else None)
def test_other_bad_arguments_leave_grad_out_alone(changed, exception):
    grad, z = np.full((3, 4), 7.0), np.full((3, 4), 0.25)
    for own in (grad, z):
        before = own.copy()
        with pytest.raises(exception, match=rf"^{list(changed)[-1]}\b"):
            xentc.cross_entropy_and_grad(np.eye(3, 4), z, grad_out=own, **changed)
        with pytest.raises(exception, match=rf"^{list(changed)[-1]}\b"):
            xentc.cross_entropy_labels_and_grad([0, 1, 2], z, grad_out=own, **changed)
        assert_same_bits(own, before)


@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_bad_labels_are_named(reduction):
    for where in (None, np.ones(3, bool)):
        with pytest.raises(IndexError, match=r"^labels must be in \[0, K\) with K = 4.*got 4 at position 2$"):
            xentc.cross_entropy_labels_and_grad(
                [0, 1, 4], np.zeros((3, 4)), from_logits=True, reduction=reduction, where=where
            )


def test_a_bad_label_is_found_before_a_mean_writes_over_z():
    """With a mask the rows are counted first, and labels checked there: z is still z."""
    z = np.arange(12.0).reshape(3, 4)
    before = z.copy()
    for options in ({"where": np.ones(3, bool), "reduction": "mean"}, {"reduction": "weighted_mean"}):
        with pytest.raises(IndexError, match="got 4 at position 2$"):
            xentc.cross_entropy_labels_and_grad([0, 1, 4], z, from_logits=True, grad_out=z, **options)
        assert_same_bits(z, before)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_first_of_bad_rows_in_place_of_three_axes(every_way, order):
    """Rows are overwritten as they are done, so there is no second look: they must be taken in C order at once."""
    shape = (30, 20, 7)
    y = np.empty([shape[axis] for axis in order]).transpose(np.argsort(order))
    for check, bad in ((True, np.nan), (True, 2.0), (None, 2.0)):
        y[...] = 1 / 7
        y[17, 3, 5] = y[4, 15, 6] = y[29, 0, 1] = y[4, 16, 0] = bad
        with pytest.raises(ValueError, match=rf"^y must be probabilities .*got {bad} in row \(4, 15\), column 6\b"):
            xentc.cross_entropy_and_grad(np.full(7, 1 / 7), y, check=check, grad_out=y)
