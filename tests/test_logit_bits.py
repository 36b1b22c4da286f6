"""The same bits everywhere, from logits: tiers, threads, layouts, place in the batch, alignment, the neighbours."""

import numpy as np
import pytest
from cases import FEW_PAIRS, FLOATS, LAYOUTS, PAIRS, SHAPES, kind_of, label_numbers, one_hot_of
from logit_cases import LOGIT_KINDS, logit_targets, logits
from ways import N_THREADS, TIERS, assert_same_bits, first_way, way

import xentc

SPECIAL = [0.0, -0.0, np.inf, np.nan, -np.inf, 256.0, -256.0, 6e4]


def case(n_rows, n_classes, dtype, seed=191):
    """Rows of every kind in turn, and special values strewn in, so that cold rows stand among the others."""
    z = np.empty((n_rows, n_classes), dtype)
    for i, kind in enumerate(LOGIT_KINDS):
        z[i :: len(LOGIT_KINDS)] = logits(kind, seed, n_rows, n_classes, dtype)[i :: len(LOGIT_KINDS)]
    rng = np.random.default_rng(seed)
    if z.size and kind_of(z.dtype) == "f":
        at = rng.random(z.shape) < 1 / (6 * n_classes)
        z[at] = rng.choice(SPECIAL, int(at.sum()))
    return z


def expected(t, z, **options):
    with first_way():
        return xentc.cross_entropy(t, z, from_logits=True, **options)


def row_by_row(t, z):
    with first_way():
        rows = [xentc.cross_entropy(t[i].copy(), z[i].copy(), from_logits=True, check=False) for i in range(len(t))]
    return np.array(rows, dtype=rows[0].dtype)


@pytest.mark.parametrize(("t_dtype", "z_dtype"), PAIRS)
def test_tiers_threads_and_neighbours(t_dtype, z_dtype):
    """Every row alone, on one thread of the lowest tier, against all rows at once on every tier."""
    z = case(27, 19, z_dtype)
    for t in logit_targets(191, 27, 19, t_dtype).values():
        want = row_by_row(t, z)
        for tier in TIERS:
            with way(tier, 2):
                assert_same_bits(xentc.cross_entropy(t, z, from_logits=True), want)
        with way(TIERS[-1], 1, general=False):
            assert_same_bits(xentc.cross_entropy(t, z, from_logits=True), want)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_shapes(shape):
    for t_dtype, z_dtype in FEW_PAIRS[:2]:
        z = case(*shape, z_dtype)
        for t in logit_targets(191, *shape, t_dtype).values():
            want = expected(t, z)
            assert want.shape == shape[:1]
            picked = np.unique(np.linspace(0, shape[0] - 1, 5).astype(int)) if shape[0] else []
            if len(picked):
                assert_same_bits(want[picked], row_by_row(t[picked], z[picked]))
            with way(TIERS[-1], 3):
                assert_same_bits(xentc.cross_entropy(t, z, from_logits=True), want)
                class_first = LAYOUTS["class_axis_first"]
                assert_same_bits(xentc.cross_entropy(class_first(t), class_first(z), from_logits=True), want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("t_layout", LAYOUTS)
@pytest.mark.parametrize("z_layout", LAYOUTS)
def test_layouts(t_layout, z_layout):
    for tier in TIERS:
        for t_dtype, z_dtype in FEW_PAIRS[:4]:
            n_rows = 300 if tier == TIERS[-1] else 17
            z = case(n_rows, 11, z_dtype)
            for name in ("one-hot", "counts"):
                t = logit_targets(192, n_rows, 11, t_dtype)[name]
                want = expected(t, z)
                with way(tier, 2):
                    got = xentc.cross_entropy(LAYOUTS[t_layout](t), LAYOUTS[z_layout](z), from_logits=True)
                    assert_same_bits(got, want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("n_classes", [1025, 16400])
def test_layouts_of_long_rows(every_tier, layout, n_classes):
    for dtype in ("float64", "float32"):
        z = case(5, n_classes, dtype)
        for name in ("one-hot", "counts"):
            t = logit_targets(193, 5, n_classes, dtype)[name]
            want = expected(t, z)
            assert_same_bits(xentc.cross_entropy(LAYOUTS[layout](t), z, from_logits=True), want)
            assert_same_bits(xentc.cross_entropy(t, LAYOUTS[layout](z), from_logits=True), want)


@pytest.mark.parametrize("dtype", FLOATS)
def test_every_tail_and_every_alignment(every_tier, dtype):
    """All lengths around the lanes at all offsets from a cache line, in elements."""
    for n_classes in range(1, 36):
        z = case(9, n_classes, dtype)
        labels = label_numbers(194, 9, n_classes, "int32")
        t = logit_targets(194, 9, n_classes, dtype)["counts"]
        want, want_labels = expected(t, z), expected(one_hot_of(labels, n_classes, dtype), z)
        for offset in (1, 2, 3, 5, 7):
            room = np.full(z.size + offset + 3, np.nan, z.dtype)
            view = room[offset : offset + z.size].reshape(z.shape)
            view[...] = z
            assert_same_bits(xentc.cross_entropy(t, view, from_logits=True), want)
            assert_same_bits(xentc.cross_entropy_labels(labels, view, from_logits=True), want_labels)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("n_classes", [2, 3, 5, 6, 8, 100, 1024])
def test_a_row_among_any_neighbours(every_tier, dtype, n_classes):
    """Ordinary, certain, impossible, NaN and masked rows next to it, before it and after it; any place in the batch."""
    z, t = case(18, n_classes, dtype), logit_targets(195, 18, n_classes, dtype)["counts"]
    t[::3] = logit_targets(195, 18, n_classes, dtype)["one-hot"][::3]
    want = row_by_row(t, z)
    for value in (0.0, np.nan, np.inf, -np.inf, 6e4, -6e4):
        full_t, full_z = np.ones((275, n_classes), dtype), np.full((275, n_classes), value, dtype)
        for place in (0, 120, 257):
            full_z[:] = value
            full_t[place : place + 18], full_z[place : place + 18] = t, z
            got = xentc.cross_entropy(full_t, full_z, from_logits=True)
            assert_same_bits(got[place : place + 18], want)
            got = xentc.cross_entropy(np.asfortranarray(full_t), np.asfortranarray(full_z), from_logits=True)
            assert_same_bits(got[place : place + 18], want)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_classes", [40, 1030, 16400])
def test_the_order_of_additions(every_tier, dtype, n_classes):
    """What is left of terms that cancel shows the order: term k goes to lane k mod 8 on every path."""
    rng = np.random.default_rng([196, n_classes])
    n_rows, n = 20, 4 if n_classes < 100 else 12
    t, z = np.zeros((n_rows, n_classes), dtype), rng.normal(size=(n_rows, n_classes)).astype(dtype)
    for i in range(n_rows):
        half, at = rng.normal(size=n), rng.permutation(n_classes)[: 2 * n]
        t[i, at] = np.concatenate([half, -half])
        z[i, at[n:]] = z[i, at[:n]]
    want = row_by_row(t, z)
    assert (want != 0).sum() >= n_rows / 5
    many = 200 if n_classes < 2000 else 4
    dense = np.concatenate([t, np.ones((many, n_classes), dtype)])
    z_dense = np.concatenate([z, np.zeros((many, n_classes), dtype)])
    for t_layout in ("c_order", "class_axis_first", "reversed_classes"):
        for z_layout in ("c_order", "class_axis_first"):
            for t_rows, z_rows in ((t, z), (dense, z_dense)):
                arrays = LAYOUTS[t_layout](t_rows), LAYOUTS[z_layout](z_rows)
                got = xentc.cross_entropy(*arrays, from_logits=True, check=False)
                assert_same_bits(got[:n_rows], want)


@pytest.mark.parametrize("n_classes", [24, 70, 1030])
def test_the_order_in_which_exponentials_are_added(every_tier, n_classes):
    """In float32 the last rounding hides it, unless terms of all sizes are left when a much larger maximum is taken."""
    n_rows = 10_000 if n_classes < 1000 else 500
    rng = np.random.default_rng([200, n_classes])
    z = rng.normal(size=(n_rows, n_classes)) * 6
    labels = rng.integers(0, n_classes, n_rows)
    z[np.arange(n_rows), labels] = -np.inf
    z[np.arange(n_rows), labels] = np.log(np.exp(z).sum(axis=-1)) + 13 + rng.random(n_rows) / 2
    z = z.astype("float32")
    want = xentc.cross_entropy_labels(labels, z, from_logits=True)
    assert ((want > 2.0**-20) & (want < 2.0**-16)).all()
    for layout in ("class_axis_first", "strided_classes", "reversed_classes", "reversed_rows"):
        assert_same_bits(xentc.cross_entropy_labels(labels, LAYOUTS[layout](z), from_logits=True), want)
    alone = [xentc.cross_entropy_labels(labels[i], z[i], from_logits=True) for i in range(0, n_rows, 5)]
    assert_same_bits(np.array(alone), want[::5])
    with first_way():
        assert_same_bits(xentc.cross_entropy_labels(labels, z, from_logits=True), want)


@pytest.mark.parametrize("axis", range(-4, 4))
def test_axes(every_way, axis):
    t, z = logit_targets(197, 24, 5, "float32")["soft"].reshape(2, 3, 4, 5), case(24, 5, "float32").reshape(2, 3, 4, 5)
    labels = label_numbers(197, 24, 5, "int64").reshape(2, 3, 4)
    want, by_label = expected(t, z), expected(one_hot_of(labels, 5, "uint8"), z)
    t, z = np.moveaxis(t, -1, axis), np.moveaxis(z, -1, axis)
    for order in (np.ascontiguousarray, np.asfortranarray):
        assert_same_bits(xentc.cross_entropy(order(t), order(z), axis=axis, from_logits=True), want)
        got = xentc.cross_entropy_labels(labels, order(z), axis=axis, from_logits=True)
        assert_same_bits(got, by_label)


BROADCASTS = [((4, 6), (6,)), ((6,), (4, 6)), ((3, 1, 6), (1, 4, 6)), ((2, 1, 1, 6), (1, 3, 1, 6)), ((1, 6), (5, 6))]


@pytest.mark.parametrize("shapes", BROADCASTS, ids=str)
def test_broadcast_rows(every_way, shapes):
    t = logit_targets(198, int(np.prod(shapes[0][:-1])), 6, "float32")["soft"].reshape(shapes[0])
    z = case(int(np.prod(shapes[1][:-1])), 6, "float32").reshape(shapes[1])
    t_full, z_full = (a.copy() for a in np.broadcast_arrays(t, z))
    assert_same_bits(xentc.cross_entropy(t, z, from_logits=True), expected(t_full, z_full))
    assert_same_bits(xentc.cross_entropy(*np.broadcast_arrays(t, z), from_logits=True), expected(t_full, z_full))
    for reduction in ("sum", "mean"):
        got = xentc.cross_entropy(t, z, from_logits=True, reduction=reduction)
        assert_same_bits(got, expected(t_full, z_full, reduction=reduction))


@pytest.mark.parametrize("n_threads", N_THREADS)
def test_large_arrays_on_several_threads(n_threads):
    """Above the threshold as it is, with no patched constant: 2^21 elements."""
    z, labels = logits("normal", 199, 1 << 15, 64, "float32"), label_numbers(199, 1 << 15, 64, "int32")
    with first_way():
        want = [xentc.cross_entropy_labels(labels, z, from_logits=True, reduction=r) for r in ("none", "sum")]
    with xentc.num_threads(n_threads):
        for rows, reduction in zip(want, ("none", "sum"), strict=True):
            got = xentc.cross_entropy_labels(labels, z, from_logits=True, reduction=reduction)
            assert_same_bits(got, rows)


def test_inputs_untouched(every_way):
    for t_dtype, z_dtype in FEW_PAIRS:
        for layout in LAYOUTS.values():
            t, z = (layout(a) for a in (logit_targets(190, 20, 9, t_dtype)["one-hot"], case(20, 9, z_dtype)))
            before = t.tobytes(), z.tobytes()
            xentc.cross_entropy(t, z, from_logits=True)
            xentc.log_likelihood(t, z, from_logits=True, reduction="sum")
            assert (t.tobytes(), z.tobytes()) == before


def late_maxima(n_rows, n_classes, what, dtype):
    """Rows whose maximum lies behind the first classes, from which that of rows side by side is guessed."""
    rng = np.random.default_rng(503)
    z = rng.standard_normal((n_rows, n_classes)).astype(dtype)
    if what == "higher":
        z[:, -1] = rng.uniform(0, 30, n_rows)
    elif what == "far apart":  # around the least difference at which a term is 0
        z[:, -1] = 60
        z[:, 0] = 60 - rng.uniform(102.5, 105.5, n_rows)
    elif what == "masked":
        z[:, rng.random(n_classes) < 0.5] = -np.inf
        z[:, -1] = 3
    elif what == "first masked":
        z[:, :-1] = -np.inf
    elif what == "wide":
        z[::3, -1] = 300
    elif what == "sure":  # and the others are summed alone
        z[:, -1] = 40
    else:
        z[::2, -1] = np.nan
    return z


@pytest.mark.parametrize("what", ["higher", "far apart", "masked", "first masked", "wide", "sure", "nan"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(("n_rows", "n_classes"), [(2, 70), (37, 17), (145, 80), (16, 2100)])
def test_maxima_that_come_late(n_rows, n_classes, dtype, what):
    """Class axis first on every tier, against each row alone, which lies along the classes."""
    z = late_maxima(n_rows, n_classes, what, dtype)
    labels = np.arange(n_rows) % n_classes
    with first_way():
        want = np.array([xentc.cross_entropy_labels(labels[i], z[i], from_logits=True) for i in range(n_rows)])
    columns = np.asfortranarray(z)
    for tier in TIERS:
        with way(tier, 1):
            assert_same_bits(xentc.cross_entropy_labels(labels, columns, from_logits=True), want)
