"""Gradients of 8 MiB and more, which are written around the cache while later rows are read: the bits of small ones."""

import itertools

import numpy as np
import pytest
from cases import LAYOUTS, label_numbers, one_hot_of
from test_edges import assert_bits_or_nan
from test_logit_bits import case
from test_out import GUARD
from ways import TIERS, assert_same_bits, way

import xentc

BYTES = (1 << 23) + (1 << 20)
SMALL = 1 << 17  # elements of a call that is as it was for small arrays


def problem(n_classes, dtype, seed=281):
    """labels and z of just above 8 MiB: rows of every kind, with NaN, infinities and huge numbers in some."""
    n_rows = BYTES // np.dtype(dtype).itemsize // n_classes + 1
    few = case(min(n_rows, 200), n_classes, dtype, seed)
    z = few[np.random.default_rng(seed).integers(0, len(few), n_rows)]
    return label_numbers(seed, n_rows, n_classes, "int32"), z


def in_parts(call, first, z, options):
    """Loss and gradient of a few rows at a time."""
    step = max(SMALL // z.shape[1], 1)
    by_row = ("sample_weight", "where")
    with way(TIERS[0], 1):
        parts = [
            call(
                first[at],
                z[at].copy(),
                **{"from_logits": True} | {k: v[at] if k in by_row else v for k, v in options.items()},
            )
            for at in (slice(i, i + step) for i in range(0, len(z), step))
        ]
    return np.concatenate([loss for loss, _ in parts]), np.concatenate([grad for _, grad in parts])


def every_option(n_rows, n_classes):
    rng = np.random.default_rng(282)
    w = rng.uniform(0, 2, n_classes)
    w[1::3] = 0
    return {
        "plain": {},
        "where": {"where": rng.random(n_rows) < 0.6},
        "weights": {"class_weight": w, "sample_weight": rng.uniform(0, 2, n_rows)},
        "smoothing": {"label_smoothing": 0.1},
    }


@pytest.mark.crossing(1)
@pytest.mark.parametrize("n_classes", [63, 64, 100, 1030, 16400, 50257])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_labels(dtype, n_classes):
    """On every tier, on one thread and on three, into memory of its own and in place of z."""
    labels, z = problem(n_classes, dtype)
    assert z.nbytes > 1 << 23
    for name, options in every_option(*z.shape).items():
        if name != "plain" and n_classes in (63, 1030):
            continue
        want = in_parts(xentc.cross_entropy_labels_and_grad, labels, z, options)
        for tier, n_threads in (
            ((TIERS[-1], 1), (TIERS[-1], 3), (TIERS[0], 2)) if name == "plain" else ((TIERS[-1], 2),)
        ):
            for own in (None, z.copy()):
                with way(tier, n_threads):
                    got = xentc.cross_entropy_labels_and_grad(
                        labels, z if own is None else own, from_logits=True, grad_out=own, **options
                    )
                assert_bits_or_nan(got[0], want[0])
                assert_bits_or_nan(got[1], want[1])


@pytest.mark.crossing(1)
@pytest.mark.parametrize("n_classes", [70, 300, 5000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_other_targets(dtype, n_classes):
    """CSR with none, one and several entries a row, one-hot and dense rows side by side, and integers."""
    sparse = pytest.importorskip("scipy.sparse")
    labels, z = problem(n_classes, dtype)
    t = one_hot_of(labels, n_classes, "uint8")
    t[::3, 5:9] = 2
    t[1::7] = 0
    csr = sparse.csr_array(t.astype("float32"))
    mixed = t.copy()
    mixed[2::11] = 1
    for first, options in itertools.product((csr, t, mixed), ({}, {"label_smoothing": 0.1})):
        want = in_parts(xentc.cross_entropy_and_grad, first, z, options)
        for own in (None, z.copy()):
            with way(TIERS[-1], 2):
                got = xentc.cross_entropy_and_grad(
                    first, z if own is None else own, from_logits=True, grad_out=own, **options
                )
            assert_bits_or_nan(got[0], want[0])
            assert_bits_or_nan(got[1], want[1])


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n_classes", [64, 101, 1000])
def test_every_alignment_and_guard_bytes(every_tier, dtype, n_classes):
    """Rows that begin anywhere in a line of the cache, with room between them that stays as it is."""
    labels, z = problem(n_classes, dtype, 283)
    want = in_parts(xentc.cross_entropy_labels_and_grad, labels, z, {})[1]
    item = z.itemsize
    for offset, gap in ((0, 0), (1, 0), (3, 1), (15, 7)):
        length = n_classes + gap
        room = np.full((z.shape[0] * length + 64) * item, GUARD, np.uint8)
        view = np.ndarray(z.shape, dtype, room.data, (8 + offset) * item, (length * item, item))
        xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, grad_out=view)
        assert_bits_or_nan(view, want)
        assert (room[: (8 + offset) * item] == GUARD).all()
        assert (room[(8 + offset + z.shape[0] * length) * item :] == GUARD).all()
        between = room[(8 + offset) * item :][: z.shape[0] * length * item].reshape(z.shape[0], length * item)
        assert (between[:, n_classes * item :] == GUARD).all()


@pytest.mark.parametrize(
    "layout", ["class_axis_first", "fortran_order", "strided_classes", "reversed_rows", "padded_rows"]
)
def test_other_layouts(layout):
    labels, z = problem(100, "float32", 284)
    want = in_parts(xentc.cross_entropy_labels_and_grad, labels, z, {})[1]
    view = LAYOUTS[layout](z)
    with way(TIERS[-1], 2):
        assert_bits_or_nan(xentc.cross_entropy_labels_and_grad(labels, view, from_logits=True)[1], want)
        assert_bits_or_nan(
            xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, grad_out=LAYOUTS[layout](z))[1], want
        )
        assert_bits_or_nan(xentc.cross_entropy_labels_and_grad(labels, view, from_logits=True, grad_out=view)[1], want)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_probabilities_and_narrower_gradients(dtype):
    """What is not streamed for its kind is right at this size too."""
    n_classes = 100
    labels, z = problem(n_classes, "float32", 285)
    y = (abs(np.nan_to_num(z)) % 1).astype(dtype)
    step = SMALL // n_classes
    for from_logits in (False, True):
        with way(TIERS[0], 1):
            want = np.concatenate(
                [
                    xentc.cross_entropy_labels_and_grad(labels[i : i + step], y[i : i + step], from_logits=from_logits)[
                        1
                    ]
                    for i in range(0, len(y), step)
                ]
            )
        with way(TIERS[-1], 2):
            assert_same_bits(xentc.cross_entropy_labels_and_grad(labels, y, from_logits=from_logits)[1], want)


def test_an_error_in_the_middle_leaves_no_rest_behind():
    """A bad label is named; the next call, of other arrays, is not disturbed by what was pending."""
    labels, z = problem(100, "float32", 286)
    want = in_parts(xentc.cross_entropy_labels_and_grad, labels, z, {})
    for position in (0, len(labels) // 2, len(labels) - 1):
        bad, grad = labels.copy(), np.empty_like(z)
        bad[position] = 100
        with pytest.raises(IndexError, match=rf"got 100 at position {position}$"):
            xentc.cross_entropy_labels_and_grad(bad, z, from_logits=True, grad_out=grad)
        kept = grad.copy()
        got = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True)
        assert_bits_or_nan(got[0], want[0])
        assert_bits_or_nan(got[1], want[1])
        assert grad.tobytes() == kept.tobytes()
