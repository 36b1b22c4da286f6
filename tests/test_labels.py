"""Labels: every integer dtype, shape and layout, to the bit the one-hot rows; what is no class is named."""

import numpy as np
import pytest
from cases import FLOATS, LABEL_DTYPES, LAYOUTS, Y_DTYPES_READ_AS_FLOAT64, label_numbers, one_hot_of, probabilities
from ways import TIERS, assert_same_bits, first_way, way

import xentc


def expected(labels, y, **options):
    """The losses of the one-hot rows, on the first way."""
    t = one_hot_of(labels, y.shape[-1], "uint8")
    with first_way():
        return xentc.cross_entropy(t, y, **options)


@pytest.mark.parametrize("y_dtype", [*FLOATS, *Y_DTYPES_READ_AS_FLOAT64])
@pytest.mark.parametrize("dtype", LABEL_DTYPES)
def test_every_pair_of_dtypes(dtype, y_dtype):
    for n_rows, n_classes in ((1, 1), (19, 3), (300, 17), (3, 1030)):
        labels, y = label_numbers(91, n_rows, n_classes, dtype), probabilities(91, n_rows, n_classes, y_dtype)
        want = expected(labels, y)
        assert want.dtype == (y_dtype if y_dtype in FLOATS else "float64")
        for tier in TIERS:
            for n_threads in (1, 2):
                with way(tier, n_threads):
                    assert_same_bits(xentc.cross_entropy_labels(labels, y), want)


@pytest.mark.crossing
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", LABEL_DTYPES)
def test_layouts(every_tier, dtype, layout):
    for y_dtype in FLOATS:
        labels, y = label_numbers(92, 300, 11, dtype), probabilities(92, 300, 11, y_dtype)
        want = expected(labels, y)
        options = {"label_smoothing": 0.1, "class_weight": np.arange(11.0)}
        smoothed = expected(labels, y, **options)
        for t_view, y_view in ((LAYOUTS[layout](labels), y), (labels, LAYOUTS[layout](y))):
            assert_same_bits(xentc.cross_entropy_labels(t_view, y_view), want)
            assert_same_bits(xentc.cross_entropy_labels(t_view, y_view, **options), smoothed)


def test_shapes_and_axes(every_way):
    labels, y = label_numbers(93, 24, 5, "int32").reshape(2, 3, 4), probabilities(93, 24, 5, "float64")
    y = y.reshape(2, 3, 4, 5)
    want = expected(labels, y)
    for axis in range(-4, 4):
        for view in (labels, np.asfortranarray(labels), labels[::-1, :, ::-1]):
            t, flipped = (view, y) if view is not None and view.strides[-1] > 0 else (view, y[::-1, :, ::-1])
            got = xentc.cross_entropy_labels(t, np.moveaxis(flipped, -1, axis), axis=axis)
            assert_same_bits(got, want if flipped is y else want[::-1, :, ::-1])
    # No outer axis: a scalar.
    got = xentc.cross_entropy_labels(labels[0, 0, 0], y[0, 0, 0])
    assert isinstance(got, np.float64)
    assert got == want[0, 0, 0]


@pytest.mark.parametrize(
    ("labels_shape", "y_shape", "shape"),
    [
        ((), (4,), (4,)),
        ((4,), (), (4,)),
        ((3, 1), (1, 4), (3, 4)),
        ((3, 4), (1, 4), (3, 4)),
        ((2, 1, 4), (1, 3, 1), (2, 3, 4)),
        ((2, 1, 4), (1, 4), (2, 1, 4)),
        ((0,), (1,), (0,)),
        ((1,), (0,), (0,)),
    ],
)
def test_broadcasting(every_way, labels_shape, y_shape, shape):
    n_classes = 6
    labels = label_numbers(94, int(np.prod(labels_shape)), n_classes, "int64").reshape(labels_shape)
    y = probabilities(94, int(np.prod(y_shape)), n_classes, "float32").reshape(*y_shape, n_classes)
    got = xentc.cross_entropy_labels(labels, y)
    full = np.broadcast_to(labels, shape), np.broadcast_to(y, (*shape, n_classes))
    assert got.shape == shape
    assert_same_bits(got, expected(*(np.ascontiguousarray(a) for a in full)))


BAD_LABELS = [
    ("int8", -1),
    ("int8", -128),
    ("int8", 127),
    ("uint8", 255),
    ("int16", -32768),
    ("uint16", 65535),
    ("int32", -(2**31)),
    ("uint32", 2**32 - 1),
    ("int64", 7),
    ("int64", -(2**63)),
    ("int64", 2**63 - 1),
    ("int64", 2**32),
    ("uint64", 2**63),
    ("uint64", 2**63 + 3),
    ("uint64", 2**64 - 1),
    ("uint64", 7),
]


def left_out(label):
    """What is said of labels that mostly stand for rows to be left out."""
    return f"; to leave such rows out, pass ignore_index={label}" if label < 0 or label == 255 else ""


@pytest.mark.parametrize(("dtype", "bad"), BAD_LABELS)
def test_out_of_range(every_way, dtype, bad):
    labels, y = np.zeros(700, dtype), np.full((700, 7), 0.5)
    for position in (0, 255, 256, 699):
        for later in (position, 699):
            labels[:] = 0
            labels[position] = labels[later] = bad
            for reduction in ("none", "sum"):
                with pytest.raises(IndexError) as caught:
                    xentc.cross_entropy_labels(labels, y, reduction=reduction)
                assert str(caught.value) == (
                    f"labels must be in [0, K) with K = 7, the number of classes of y; got {bad} at position"
                    f" {position}{left_out(bad)}"
                )
    with pytest.raises(IndexError, match=rf"got {bad}{left_out(bad)}$"):
        xentc.cross_entropy_labels(np.dtype(dtype).type(bad), y[0])


@pytest.mark.parametrize("dtype", FLOATS)
def test_floats_that_are_no_labels(every_way, dtype):
    """Fractions, NaN and what int64 cannot hold are named, wherever they lie, and not looked at where masked."""
    y = np.full((700, 7), 0.5)
    biggest = np.finfo(dtype).max
    for bad in (
        0.5,
        -1.5,
        6.5,
        np.nan,
        np.inf,
        -np.inf,
        *((2.0**63, -(2.0**63), biggest) if dtype != "float16" else ()),
    ):
        for position in (0, 255, 699):
            labels = np.zeros(700, dtype)
            labels[[position, 699]] = bad
            whole = np.isfinite(bad) and bad == np.trunc(bad)
            for reduction in ("none", "sum"):
                with pytest.raises(IndexError if whole else ValueError) as caught:
                    xentc.cross_entropy_labels(labels, y, reduction=reduction)
                assert f"got {labels[position]} at position {position}" in str(caught.value)
                assert str(caught.value).startswith("labels must be in [0, K)" if whole else "labels must be whole num")
            where = labels == 0
            got = xentc.cross_entropy_labels(labels, y, where=where)
            assert (got == np.where(where, np.log(2), 0)).all()
            with pytest.raises((IndexError, ValueError)):  # what stands for NaN inside is not to be ignored
                xentc.cross_entropy_labels(labels, y, ignore_index=-(2**63))
    labels[:] = -100
    assert not xentc.cross_entropy_labels(labels, y, ignore_index=-100).any()
    labels = np.array([True, False])
    for ignored, want in ((1, [0, 1]), (0, [1, 0]), (2, [1, 1]), (-1, [1, 1])):
        got = xentc.cross_entropy_labels(labels, y[:2], ignore_index=ignored)
        assert (got == np.log(2) * np.array(want)).all()


def test_position_in_c_order(every_way):
    """However the arrays lie in memory."""
    labels, y = np.zeros((4, 5, 6), "int16"), np.full((4, 5, 6, 3), 0.5)
    labels[2, 1, 3] = 3
    labels[3, 0, 0] = labels[2, 4, 0] = -9
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        back = np.argsort(order)
        t = np.ascontiguousarray(labels.transpose(order)).transpose(back)
        p = np.ascontiguousarray(y.transpose(*order, 3)).transpose(*back, 3)
        with pytest.raises(IndexError, match=r"K = 3, .*got 3 at position \(2, 1, 3\)$"):
            xentc.cross_entropy_labels(t, p)


@pytest.mark.parametrize("n_threads", [1, 3])
def test_first_bad_label_with_many_threads(n_threads):
    labels, y = np.zeros(300_000, "int64"), np.full((300_000, 4), 0.5, "float32")
    for first in (299_999, 131_072, 70_001, 5):
        labels[first] = 4 + first
        with way(TIERS[-1], n_threads):
            for reduction in ("none", "mean"):
                with pytest.raises(IndexError, match=rf"K = 4, .*got {4 + first} at position {first}$"):
                    xentc.cross_entropy_labels(labels, y, reduction=reduction)


def test_no_classes():
    with pytest.raises(IndexError, match="K = 0, .*got 0 at position 0$"):
        xentc.cross_entropy_labels([0], np.zeros((1, 0)))
    assert_same_bits(xentc.cross_entropy_labels([5], np.zeros((1, 0)), ignore_index=5), np.zeros(1))
    assert xentc.cross_entropy_labels([], np.zeros((0, 3))).shape == (0,)


def test_masked_garbage_is_not_looked_at(every_way):
    """Neither a masked row's label nor its y; the others keep their bits."""
    for dtype, garbage in (("int8", -100), ("uint8", 255), ("int64", -(2**63)), ("uint64", 2**64 - 1)):
        labels, y = label_numbers(95, 600, 7, dtype), probabilities(95, 600, 7, "float64")
        want = expected(labels, y)
        masked = np.random.default_rng(96).random(600) < 0.4
        want[masked] = 0
        labels[masked], y[masked] = garbage, np.nan
        assert_same_bits(xentc.cross_entropy_labels(labels, y, where=~masked), want)
        assert_same_bits(xentc.cross_entropy_labels(labels, y, ignore_index=garbage), want)
        half = masked & (np.arange(600) % 2 == 0)
        labels[half] = 127
        got = xentc.cross_entropy_labels(labels, y, ignore_index=garbage, where=~half, label_smoothing=0.1)
        assert (got[masked] == 0).all()
        assert np.isfinite(got).all()


def test_ignore_index_may_be_a_class(every_way):
    labels, y = label_numbers(97, 50, 4, "int64"), probabilities(97, 50, 4, "float64")
    want = expected(labels, y)
    want[labels == 2] = 0
    assert_same_bits(xentc.cross_entropy_labels(labels, y, ignore_index=2), want)
    assert_same_bits(xentc.cross_entropy_labels(labels, y, ignore_index=np.int8(2)), want)


@pytest.mark.parametrize(
    ("dtype", "number"),
    [("uint8", -1), ("uint8", 256), ("int8", 128), ("int8", 2**70), ("uint64", -1), ("uint32", -(2**70))],
)
def test_ignore_index_beyond_the_dtype_ignores_nothing(every_way, dtype, number):
    """Least of all the label that it would be after wrapping around."""
    labels, y = label_numbers(98, 50, 4, dtype), probabilities(98, 50, 4, "float64")
    assert_same_bits(xentc.cross_entropy_labels(labels, y, ignore_index=number), expected(labels, y))
    labels[3] = np.array(number % 2**64, "uint64").astype(dtype)
    if labels[3] >= 4 or labels[3] < 0:
        with pytest.raises(IndexError, match=f"got {labels[3]} at position 3"):
            xentc.cross_entropy_labels(labels, y, ignore_index=number)


def test_out_may_be_the_labels_own_memory(every_way):
    labels, y = label_numbers(99, 60, 4, "int64"), probabilities(99, 60, 4, "float64")
    want = expected(labels, y)
    out = labels.view("float64")
    assert xentc.cross_entropy_labels(labels, y, out=out) is out
    assert_same_bits(out, want)
