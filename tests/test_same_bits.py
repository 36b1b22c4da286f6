"""The same bits everywhere: tiers, threads, layouts, place in the batch, alignment, sparse or dense neighbours."""

import functools

import numpy as np
import pytest
from cases import FEW_PAIRS, LAYOUTS, OUTER_SHAPES, PAIRS, SHAPES, kind_of, kinds_for, probabilities, targets
from ways import N_THREADS, TIERS, assert_same_bits, first_way, way

import xentc

losses = functools.partial(xentc.cross_entropy, check=False)  # of numbers of all kinds

SPECIAL = [0.0, -0.0, 1.0, np.inf, np.nan, 5e-324, 1e-40, -1.0, 2.0]


def case(kind, n_rows, n_classes, t_dtype, y_dtype, seed=21):
    """A case with special values of y strewn in, so that cold rows stand among the others."""
    t, y = targets(kind, seed, n_rows, n_classes, t_dtype), probabilities(seed, n_rows, n_classes, y_dtype)
    rng = np.random.default_rng(seed)
    if y.size and kind_of(y.dtype) == "f":
        at = rng.random(y.shape) < 1 / (4 * n_classes)
        with np.errstate(under="ignore"):
            y[at] = rng.choice(SPECIAL, int(at.sum()))
    return t, y


def expected(t, y, **options):
    with first_way():
        return losses(t, y, **options)


def row_by_row(t, y, **options):
    with first_way():
        rows = [losses(t[i].copy(), y[i].copy(), **options) for i in range(len(t))]
    return np.array(rows, dtype=rows[0].dtype)


@pytest.mark.parametrize(("t_dtype", "y_dtype"), PAIRS)
def test_tiers_threads_and_neighbours(t_dtype, y_dtype):
    """Every row alone, on one thread of the lowest tier, against all rows at once on every way."""
    for kind in kinds_for(t_dtype):
        t, y = case(kind, 21, 19, t_dtype, y_dtype)
        want = row_by_row(t, y)
        for tier in TIERS:
            with way(tier, 2):
                assert_same_bits(losses(t, y), want)
            with way(tier, 1, general=False):
                assert_same_bits(losses(t, y), want)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_shapes(shape):
    for t_dtype, y_dtype in FEW_PAIRS[:5]:
        for kind in ("one_hot", "half_and_half", "sparse"):
            t, y = case(kind, *shape, t_dtype, y_dtype)
            want = expected(t, y)
            assert want.shape == shape[:1]
            picked = np.unique(np.linspace(0, shape[0] - 1, 7).astype(int)) if shape[0] else []
            if len(picked):
                assert_same_bits(want[picked], row_by_row(t[picked], y[picked]))
            with way(TIERS[-1], 3):
                assert_same_bits(losses(t, y), want)
                class_first = LAYOUTS["class_axis_first"]
                assert_same_bits(losses(class_first(t), class_first(y)), want)


@pytest.mark.parametrize("t_layout", LAYOUTS)
@pytest.mark.parametrize("y_layout", LAYOUTS)
def test_layouts(t_layout, y_layout):
    for tier in TIERS:
        for t_dtype, y_dtype in FEW_PAIRS:
            for kind in ("one_hot", "half_and_half"):
                t, y = case(kind, 300 if tier == TIERS[-1] else 17, 11, t_dtype, y_dtype)
                want = expected(t, y)
                with way(tier, 2):
                    assert_same_bits(losses(LAYOUTS[t_layout](t), LAYOUTS[y_layout](y)), want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("n_classes", [1025, 16400])
def test_layouts_of_long_rows(every_tier, layout, n_classes):
    for t_dtype, y_dtype in FEW_PAIRS[:5]:
        for kind in ("one_hot", "half_and_half", "sparse"):
            t, y = case(kind, 4, n_classes, t_dtype, y_dtype)
            want = expected(t, y)
            assert_same_bits(losses(LAYOUTS[layout](t), y), want)
            assert_same_bits(losses(t, LAYOUTS[layout](y)), want)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "uint8"])
def test_every_tail_and_every_alignment(every_tier, dtype):
    """All lengths around the lanes at all offsets from a cache line, in elements."""
    y_dtype = dtype if dtype != "uint8" else "float32"
    for n_classes in range(1, 35):
        t, y = case("half_and_half", 6, n_classes, dtype, y_dtype)
        want = expected(t, y)
        for offset in (1, 2, 3, 5, 7):
            room_t, room_y = np.ones(t.size + offset, t.dtype), np.full(y.size + offset, np.nan, y.dtype)
            t_view, y_view = room_t[offset:].reshape(t.shape), room_y[offset:].reshape(y.shape)
            t_view[...], y_view[...] = t, y
            assert_same_bits(losses(t_view, y_view), want)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_classes", [6, 100, 1024])
def test_a_row_among_dense_and_among_one_hot_rows(every_way, dtype, n_classes):
    """The neighbours choose between listing the non-zeros and computing them all; the row's bits stay."""
    few, y = case("sparse", 257, n_classes, dtype, dtype)
    few[0, :2] = 1
    want = row_by_row(few[:20], y[:20])
    for neighbours in ("soft", "one_hot", "all_zero"):
        t = targets(neighbours, 22, 257, n_classes, dtype)
        t[:20] = few[:20]
        assert_same_bits(losses(t, y)[:20], want)
        moved = np.roll(np.arange(257), 130)
        assert_same_bits(losses(t[moved], y[moved])[130:150], want)
        in_fortran_order = losses(np.asfortranarray(t), np.asfortranarray(y))
        assert_same_bits(in_fortran_order[:20], want)


def cancelling_rows(n_rows, n_classes, dtype):
    """Rows with few non-zeros that cancel: what is left is rounding alone, and so shows the order of additions.

    In ordinary rows another order hides behind the last rounding.
    """
    rng = np.random.default_rng([24, n_classes])
    t, y = np.zeros((n_rows, n_classes), dtype), np.empty((n_rows, n_classes), dtype)
    y[...] = rng.random((n_rows, 1))
    n = 4 if n_classes < 100 else 12
    half = rng.normal(size=(n_rows, n))
    for i in range(n_rows):
        t[i, rng.permutation(n_classes)[: 2 * n]] = rng.permutation(np.concatenate([half[i], -half[i]]))
    return t, y


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_classes", [40, 100, 1030, 16400])
def test_the_order_of_additions(every_tier, dtype, n_classes):
    """Listed or computed densely, along the rows or along the classes, alone or not: term k to lane k mod 8."""
    n_rows = 20
    few, y = cancelling_rows(n_rows, n_classes, dtype)
    want = row_by_row(few, y)
    assert (want != 0).sum() > n_rows / 4
    assert (abs(want) < 1e-6).all()
    dense, y_dense = np.ones((200 if n_classes < 2000 else 4, n_classes), dtype), np.ones((1, n_classes), dtype)
    dense = np.concatenate([few, dense])
    y_dense = np.concatenate([y, np.broadcast_to(y_dense, (len(dense) - n_rows, n_classes))])
    for t_layout in ("c_order", "class_axis_first", "reversed_classes"):
        for y_layout in ("c_order", "class_axis_first"):
            for t, y_rows in ((few, y), (dense, y_dense)):
                got = losses(LAYOUTS[t_layout](t), LAYOUTS[y_layout](y_rows))
                assert_same_bits(got[:n_rows], want)


@pytest.mark.crossing
@pytest.mark.parametrize("outer", OUTER_SHAPES, ids=str)
@pytest.mark.parametrize("axis", range(-5, 5))
def test_outer_shapes_and_axes(every_way, outer, axis):
    ndim = len(outer) + 1
    if not -ndim <= axis < ndim:
        with pytest.raises(np.exceptions.AxisError):
            losses(np.zeros((*outer, 6)), np.zeros((*outer, 6)), axis=axis)
        return
    n_rows = int(np.prod(outer))
    t, y = case("half_and_half", n_rows, 6, "float64", "float64")
    want = expected(t, y).reshape(outer)
    t, y = (np.moveaxis(a.reshape(*outer, 6), -1, axis) for a in (t, y))
    got = losses(t, y, axis=axis)
    assert_same_bits(got, want)
    # A result without axes is a scalar, as a ufunc's is.
    assert isinstance(got, np.ndarray if outer else np.float64)
    transposed = (t.transpose(), y.transpose())
    assert_same_bits(losses(*transposed, axis=ndim - 1 - axis % ndim), want.transpose())
    assert_same_bits(losses(np.ascontiguousarray(t), np.asfortranarray(y), axis=axis), want)


BROADCASTS = [((4, 6), (6,)), ((6,), (4, 6)), ((3, 1, 6), (1, 4, 6)), ((2, 1, 1, 6), (1, 3, 1, 6)), ((1, 6), (5, 6))]


@pytest.mark.parametrize("shapes", BROADCASTS, ids=str)
def test_broadcast_rows(every_way, shapes):
    t = targets("half_and_half", 23, int(np.prod(shapes[0][:-1])), 6, "float32").reshape(shapes[0])
    y = probabilities(23, int(np.prod(shapes[1][:-1])), 6, "float32").reshape(shapes[1])
    t_full, y_full = (a.copy() for a in np.broadcast_arrays(t, y))
    want = expected(t_full, y_full)
    assert_same_bits(losses(t, y), want)
    assert_same_bits(losses(*np.broadcast_arrays(t, y)), want)
    for reduction in ("sum", "mean"):
        got = losses(t, y, reduction=reduction)
        assert_same_bits(got, expected(t_full, y_full, reduction=reduction))


@pytest.mark.parametrize("n_threads", N_THREADS)
def test_large_arrays_on_several_threads(n_threads):
    """Above the threshold as it is, with no patched constant: 2^21 elements."""
    t, y = case("half_and_half", 1 << 15, 64, "float32", "float32")
    want = expected(t, y)
    with xentc.num_threads(n_threads):
        assert_same_bits(losses(t, y), want)
        assert_same_bits(losses(t, y, reduction="sum"), expected(t, y, reduction="sum"))


def test_inputs_untouched(every_way):
    for t_dtype, y_dtype in FEW_PAIRS:
        for layout in LAYOUTS.values():
            t, y = (layout(a) for a in case("half_and_half", 20, 9, t_dtype, y_dtype))
            before = t.tobytes(), y.tobytes()
            losses(t, y)
            xentc.log_likelihood(t, y, reduction="sum", check=False)
            assert (t.tobytes(), y.tobytes()) == before
