"""The same bits of a gradient everywhere: tiers, threads, layouts, place in the batch, forms of targets, axes.

Where there are NaN in the input, which NaN comes out is the hardware's: one is as good as another here.
"""

import itertools

import numpy as np
import pytest
from cases import (
    FEW_PAIRS,
    FLOATS,
    LAYOUTS,
    PAIRS,
    SHAPES,
    kind_of,
    label_numbers,
    one_hot_of,
    option_id,
    probabilities,
    row_options,
)
from logit_cases import logit_targets
from test_edges import assert_bits_or_nan
from test_logit_bits import BROADCASTS, case
from ways import N_THREADS, TIERS, assert_same_bits, first_way, way

import xentc

N, K = 12, 9
COMBINATIONS = [o for o in row_options(N, K) if o["eps"] is None]


def values(n_rows, n_classes, dtype, *, from_logits):
    """Rows of every kind with special values among them, of either meaning."""
    if from_logits:
        return case(n_rows, n_classes, dtype)
    y = probabilities(231, n_rows, n_classes, dtype)
    if kind_of(y.dtype) == "f":
        at = np.random.default_rng(231).random(y.shape) < 1 / (6 * max(n_classes, 1))
        y[at] = np.random.default_rng(232).choice([0.0, np.inf, np.nan, 1.0, -1.0], int(at.sum()))
    return y


def both(t, y, from_logits, **options):
    """Of numbers of all kinds."""
    return xentc.cross_entropy_and_grad(t, y, from_logits=from_logits, check=False, **options)


def expected(t, y, from_logits, **options):
    with first_way():
        return both(t, y, from_logits, **options)


def row_by_row(t, y, from_logits):
    with first_way():
        return np.array([both(t[i].copy(), y[i].copy(), from_logits)[1] for i in range(len(t))])


@pytest.mark.parametrize(("t_dtype", "y_dtype"), PAIRS)
def test_tiers_threads_and_neighbours(t_dtype, y_dtype):
    """Every row alone, on one thread of the lowest tier, against all rows at once; the loss as without a gradient."""
    every = logit_targets(233, 18, 19, t_dtype).values()
    for t, from_logits in itertools.product(every, (False, True)):
        y = values(18, 19, y_dtype, from_logits=from_logits)
        want = row_by_row(t, y, from_logits)
        loss = xentc.cross_entropy(t, y, from_logits=from_logits, check=False)
        for tier in TIERS:
            with way(tier, 2):
                got = both(t, y, from_logits)
                assert_bits_or_nan(got[0], loss)
                assert_bits_or_nan(got[1], want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_shapes(shape, from_logits):
    for t_dtype, y_dtype in FEW_PAIRS[:2]:
        y = values(*shape, y_dtype, from_logits=from_logits)
        for name in ("one-hot", "sparse", "counts"):
            t = logit_targets(234, *shape, t_dtype)[name]
            loss, want = expected(t, y, from_logits)
            assert want.shape == shape
            picked = np.unique(np.linspace(0, shape[0] - 1, 3).astype(int)) if shape[0] else []
            if len(picked):
                assert_bits_or_nan(want[picked], row_by_row(t[picked], y[picked], from_logits))
            with way(TIERS[-1], 3):
                class_first = LAYOUTS["class_axis_first"]
                for got in (both(t, y, from_logits), both(class_first(t), class_first(y), from_logits)):
                    assert_bits_or_nan(got[0], loss)
                    assert_bits_or_nan(got[1], want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("t_layout", LAYOUTS)
@pytest.mark.parametrize("y_layout", LAYOUTS)
def test_layouts(t_layout, y_layout):
    for (t_dtype, y_dtype), from_logits in itertools.product(FEW_PAIRS[:3], (False, True)):
        y = values(300, 11, y_dtype, from_logits=from_logits)
        for name in ("one-hot", "counts"):
            t = logit_targets(235, 300, 11, t_dtype)[name]
            want = expected(t, y, from_logits)[1]
            with way(TIERS[-1], 2):
                assert_bits_or_nan(both(LAYOUTS[t_layout](t), LAYOUTS[y_layout](y), from_logits)[1], want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("n_classes", [1025, 16400])
def test_layouts_of_long_rows(every_tier, layout, n_classes):
    for dtype in ("float64", "float32"):
        y = values(4, n_classes, dtype, from_logits=True)
        for name in ("one-hot", "counts"):
            t = logit_targets(236, 4, n_classes, dtype)[name]
            want = expected(t, y, True)[1]
            assert_bits_or_nan(both(LAYOUTS[layout](t), y, True)[1], want)
            assert_bits_or_nan(both(t, LAYOUTS[layout](y), True)[1], want)


@pytest.mark.parametrize("dtype", FLOATS)
def test_every_tail_and_every_alignment(every_tier, dtype):
    for n_classes in range(1, 36):
        for from_logits in (True, False):
            y = values(9, n_classes, dtype, from_logits=from_logits)
            t = logit_targets(237, 9, n_classes, dtype)["counts"]
            labels = label_numbers(237, 9, n_classes, "int32")
            want = expected(t, y, from_logits)[1]
            of_labels = expected(one_hot_of(labels, n_classes, dtype), y, from_logits)[1]
            for offset in (1, 3, 7):
                view = np.full(y.size + offset + 3, np.nan, dtype)[offset : offset + y.size].reshape(y.shape)
                view[...] = y
                assert_bits_or_nan(both(t, view, from_logits)[1], want)
                got = xentc.cross_entropy_labels_and_grad(labels, view, from_logits=from_logits, check=False)[1]
                assert_bits_or_nan(got, of_labels)


@pytest.mark.crossing
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("n_classes", [2, 3, 8, 100])
def test_a_row_among_any_neighbours(every_way, dtype, n_classes):
    """Dense, listed, NaN, impossible and masked rows before it and after it; any place in the batch."""
    t = logit_targets(238, 18, n_classes, dtype)["counts"]
    t[::3] = logit_targets(238, 18, n_classes, dtype)["one-hot"][::3]
    for from_logits in (True, False):
        y = values(18, n_classes, dtype, from_logits=from_logits)
        want = row_by_row(t, y, from_logits)
        for value in (0.0, np.nan, -np.inf):
            full_t, full_y = np.ones((275, n_classes), dtype), np.empty((275, n_classes), dtype)
            for place in (0, 120, 257):
                full_y[:] = value
                full_t[place : place + 18], full_y[place : place + 18] = t, y
                for order in (np.ascontiguousarray, np.asfortranarray):
                    got = both(order(full_t), order(full_y), from_logits)[1]
                    assert_bits_or_nan(got[place : place + 18], want)
                mask = np.zeros(275, bool)
                mask[place : place + 18] = True
                got = both(full_t, full_y, from_logits, where=mask)[1]
                assert_bits_or_nan(got[place : place + 18], want)
                assert_bits_or_nan(got[~mask], np.zeros((257, n_classes), dtype))


@pytest.mark.crossing
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("options", COMBINATIONS, ids=option_id)
def test_forms_agree_to_the_bit(options, dtype):
    """One-hot rows, of floats and integers, CSR and labels, on every tier, under each reduction and layout of y."""
    sparse = pytest.importorskip("scipy.sparse")
    labels = label_numbers(239, N, K, "int16")
    one_hot = one_hot_of(labels, K, dtype)
    forms = (one_hot, one_hot.astype("uint8"), sparse.csr_array(one_hot.astype("float32")))
    for from_logits, reduction in itertools.product((False, True), ("none", "mean", "weighted_mean")):
        y = values(N, K, dtype, from_logits=from_logits)
        y[~np.isfinite(y)] = 0.5
        given = options | {"from_logits": from_logits, "reduction": reduction}
        with first_way():
            want = xentc.cross_entropy_labels_and_grad(labels, y, **given)[1]
        for tier in TIERS:
            with way(tier, 2):
                for view in (y, np.asfortranarray(y)):
                    assert_same_bits(xentc.cross_entropy_labels_and_grad(labels, view, **given)[1], want)
                    for t in forms:
                        assert_same_bits(xentc.cross_entropy_and_grad(t, view, **given)[1], want)


@pytest.mark.parametrize("n_entries", [4096, 4097, 9000])
def test_csr_rows_around_the_capacity_of_a_tile(every_tier, n_entries):
    """Entries beyond what a tile lists, sorted and not, among short and empty rows."""
    sparse = pytest.importorskip("scipy.sparse")
    rng, n_classes = np.random.default_rng(n_entries), 12_300
    for dtype in ("float64", "float32"):
        t = np.zeros((6, n_classes), dtype)
        for row, m in ((1, 1), (2, n_entries), (3, 3), (5, n_entries)):
            t[row, rng.permutation(n_classes)[:m]] = rng.random(m) + 0.1
        y = values(6, n_classes, dtype, from_logits=True)
        csr = sparse.csr_array(t)
        mixed = csr.copy()
        for start, stop in zip(csr.indptr[:-1], csr.indptr[1:], strict=True):
            mixed.indices[start:stop], mixed.data[start:stop] = (
                csr.indices[start:stop][::-1],
                csr.data[start:stop][::-1],
            )
        mixed.has_sorted_indices = False
        w = rng.uniform(0, 2, n_classes)
        for options in ({}, {"label_smoothing": 0.1}, {"class_weight": w}, {"where": np.arange(6) != 2}):
            for from_logits in (True, False):
                want = expected(t, y, from_logits, **options)
                for form in (csr, mixed):
                    got = both(form, y, from_logits, **options)
                    assert_bits_or_nan(got[1], want[1])


@pytest.mark.parametrize("from_logits", [False, True])
def test_masked_csr_rows_beyond_the_end_of_a_tile(every_tier, from_logits):
    """40 entries a row: a tile ends after some 100 rows of 256, and before runs of counted rows that were found."""
    sparse = pytest.importorskip("scipy.sparse")
    t = np.random.default_rng(243).integers(1, 5, (600, 40)).astype("uint8")
    for dtype in FLOATS:
        y = values(600, 40, dtype, from_logits=from_logits)
        for step in (2, 7, 150):
            where = np.arange(600) % step != 0
            want = expected(t, y, from_logits, where=where)
            for view in (y, np.asfortranarray(y)):
                got = both(sparse.csr_array(t), view, from_logits, where=where)
                assert_bits_or_nan(got[0], want[0])
                assert_bits_or_nan(got[1], want[1])


@pytest.mark.parametrize("axis", range(-4, 4))
@pytest.mark.parametrize("from_logits", [False, True])
def test_axes_and_orders_of_memory(every_way, axis, from_logits):
    """The gradient has its classes along the axis, and lies in memory as y does."""
    t = logit_targets(240, 24, 5, "float32")["soft"].reshape(2, 3, 4, 5)
    y = values(24, 5, "float32", from_logits=from_logits).reshape(2, 3, 4, 5)
    labels = label_numbers(240, 24, 5, "int64").reshape(2, 3, 4)
    want = expected(t, y, from_logits)[1]
    of_labels = expected(one_hot_of(labels, 5, "uint8"), y, from_logits)[1]
    t, y, want, of_labels = (np.moveaxis(a, -1, axis) for a in (t, y, want, of_labels))
    for order in (
        np.ascontiguousarray,
        np.asfortranarray,
        lambda a: np.ascontiguousarray(a.transpose(1, 3, 0, 2)).transpose(2, 0, 3, 1),
    ):
        view = order(y)
        got = both(order(t), view, from_logits, axis=axis)[1]
        assert_bits_or_nan(got, want)
        assert got.strides == view.strides
        got = xentc.cross_entropy_labels_and_grad(labels, view, axis=axis, from_logits=from_logits, check=False)[1]
        assert_bits_or_nan(got, of_labels)
        assert got.strides == view.strides
    assert both(t, np.zeros(y.shape, "int8"), from_logits, axis=axis)[1].dtype == "float64"


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("shapes", BROADCASTS, ids=str)
def test_broadcast_rows(every_way, shapes, from_logits):
    """A gradient of the broadcast shape, with memory of its own, for each row."""
    t = logit_targets(241, int(np.prod(shapes[0][:-1])), 6, "float32")["soft"].reshape(shapes[0])
    y = values(int(np.prod(shapes[1][:-1])), 6, "float32", from_logits=from_logits).reshape(shapes[1])
    full = [a.copy() for a in np.broadcast_arrays(t, y)]
    want = expected(*full, from_logits)
    for got in (both(t, y, from_logits), both(*np.broadcast_arrays(t, y), from_logits)):
        assert_bits_or_nan(got[0], want[0])
        assert_bits_or_nan(got[1], want[1])
        assert got[1].flags.writeable
        assert 0 not in [s for s, n in zip(got[1].strides, got[1].shape, strict=True) if n > 1]
    labels = np.array([[1], [2], [0]])
    y = values(4, 6, "float64", from_logits=from_logits)[np.newaxis]
    loss, grad = xentc.cross_entropy_labels_and_grad(labels, y, from_logits=from_logits, check=False)
    assert loss.shape == (3, 4)
    full = np.broadcast_to(labels, (3, 4)).copy(), np.broadcast_to(y, (3, 4, 6)).copy()
    assert_bits_or_nan(grad, xentc.cross_entropy_labels_and_grad(*full, from_logits=from_logits, check=False)[1])


@pytest.mark.parametrize("n_threads", N_THREADS)
def test_large_arrays_on_several_threads(n_threads):
    """Above the threshold as it is, with no patched constant: 2^21 elements."""
    z, labels = case(1 << 15, 64, "float32"), label_numbers(242, 1 << 15, 64, "int32")
    with first_way():
        want = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True)
    with xentc.num_threads(n_threads):
        got = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True)
    assert_bits_or_nan(got[0], want[0])
    assert_bits_or_nan(got[1], want[1])


def test_inputs_untouched(every_way):
    for t_dtype, y_dtype in FEW_PAIRS:
        for layout in LAYOUTS.values():
            t = layout(logit_targets(243, 20, 9, t_dtype)["one-hot"])
            y = layout(values(20, 9, y_dtype, from_logits=True))
            before = t.tobytes(), y.tobytes()
            both(t, y, True)
            both(t, y, False, reduction="mean", where=np.arange(20) > 3)
            assert (t.tobytes(), y.tobytes()) == before
