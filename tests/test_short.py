"""Plain rows of labels and short one-hot rows, which go from their targets to the result in one go, tile by tile.

A mask that masks nothing sends the same rows the general way: the bits must be the same.
"""

import numpy as np
import pytest
from cases import LABEL_DTYPES, LAYOUTS, label_numbers, one_hot_of, probabilities
from ways import TIERS, assert_same_bits, way

import xentc

TILE = 256
SPECIAL = (np.nan, np.inf, -np.inf, -1.0, 0.0, -0.0, 5e-324, 1e-40)


def general(function, targets, y, **options):
    return function(targets, y, where=np.ones(len(targets), bool), **options)


def rows(n_rows, n_classes, dtype):
    labels, y = label_numbers(141, n_rows, n_classes, "int64"), probabilities(141, n_rows, n_classes, dtype)
    return labels, one_hot_of(labels, n_classes, dtype), y


def with_specials(y, labels, every):
    """y with a special value where its label looks, in every so many tiles."""
    y = y.copy()
    with np.errstate(over="ignore", under="ignore"):
        for i, special in enumerate(SPECIAL):
            at = i * every * TILE + 17 * i
            if at < len(y):
                y[at, labels[at]] = special
    return y


@pytest.mark.parametrize("n_classes", [1, 2, 6, 8, 10, 16, 17, 100])
def test_around_the_edges_of_tiles(every_tier, n_classes):
    for dtype in ("float32", "float64"):
        for n_rows in (1, 15, 16, 17, 63, 65, 255, 256, 257, 511, 512, 513, 700):
            labels, t, y = rows(n_rows, n_classes, dtype)
            want = general(xentc.cross_entropy_labels, labels, y)
            assert_same_bits(general(xentc.cross_entropy, t, y), want)
            for function, targets in ((xentc.cross_entropy_labels, labels), (xentc.cross_entropy, t)):
                room = np.full(n_rows + 64, 7, dtype)
                got = function(targets, y, out=room[32:-32])
                assert_same_bits(got, want)
                assert (room[:32] == 7).all()
                assert (room[-32:] == 7).all()
                for reduction in ("sum", "mean"):
                    assert_same_bits(
                        function(targets, y, reduction=reduction),
                        general(function, targets, y, reduction=reduction),
                    )
            assert_same_bits(xentc.log_likelihood(t, y), general(xentc.log_likelihood, t, y))


@pytest.mark.parametrize("every", [1, 2])
@pytest.mark.parametrize("n_classes", [6, 10, 100])
def test_a_special_value_sends_its_tile_the_general_way(n_classes, every):
    for dtype in ("float32", "float64"):
        labels, t, y = rows(17 * TILE + 5, n_classes, dtype)
        y = with_specials(y, labels, every)
        for eps in (None, 0, 0.25):
            options = {"eps": eps, "check": False}
            want = general(xentc.cross_entropy_labels, labels, y, **options)
            assert np.isnan(want).any()
            for tier in TIERS:
                for n_threads in (1, 2):
                    with way(tier, n_threads):
                        assert_same_bits(xentc.cross_entropy_labels(labels, y, **options), want)
                        assert_same_bits(xentc.cross_entropy(t, y, **options), want)
                        finite = np.isfinite(want)
                        assert_same_bits(
                            xentc.cross_entropy_labels(labels[finite], y[finite], reduction="sum", **options),
                            general(xentc.cross_entropy_labels, labels[finite], y[finite], reduction="sum", **options),
                        )


def other_t(kind, t, row):
    t = t.copy()
    k = int(t[row].argmax())
    if kind == "two":
        t[row, (k + 1) % t.shape[1]] = 1
    elif kind == "none":
        t[row] = 0
    elif kind == "two and none":  # as many ones as rows
        t[row] = 0
        t[row + 1] = 1
        t[row + 1, 2:] = 0
    elif kind == "negative zeros":
        t[row][t[row] == 0] = -0.0
    else:
        t[row, k] = float(kind)
    return t


@pytest.mark.crossing(1)
@pytest.mark.parametrize(
    "kind", ["two", "none", "two and none", "negative zeros", "2", "-1", "0.5", "nan", "inf", "5e-324"]
)
@pytest.mark.parametrize("row", [0, 1, 254, 255, 256, 300, 767])
def test_rows_that_are_not_one_hot(every_tier, kind, row):
    for n_classes, dtype in ((6, "float64"), (8, "float64"), (10, "float32"), (7, "float32"), (16, "float32")):
        if kind == "5e-324" and dtype == "float32":
            continue
        _, t, y = rows(769, n_classes, dtype)
        t = other_t(kind, t, row)
        assert_same_bits(xentc.cross_entropy(t, y, check=False), general(xentc.cross_entropy, t, y, check=False))


@pytest.mark.parametrize("dtype", LABEL_DTYPES)
@pytest.mark.parametrize("layout", ["c_order", "fortran_order", "strided_rows", "padded_rows", "reversed_rows"])
def test_layouts(layout, dtype):
    """Rows that lie behind one another, far apart, backwards; labels of every dtype, in place and not."""
    for n_classes, y_dtype in ((6, "float64"), (10, "float32"), (100, "float32")):
        y = probabilities(142, 700, n_classes, y_dtype)
        labels = label_numbers(142, 700, n_classes, dtype)
        want = general(xentc.cross_entropy_labels, labels, y)
        for view in (labels, np.repeat(labels, 2)[::2], labels[::-1].copy()[::-1]):
            assert_same_bits(xentc.cross_entropy_labels(view, LAYOUTS[layout](y)), want)
        room = np.full(1400, 7, y_dtype)
        assert_same_bits(xentc.cross_entropy_labels(labels, y, out=room[::2]), want)
        assert (room[1::2] == 7).all()
        rows, short = np.empty(700), np.full((700, 2), 7.0)
        general(xentc.cross_entropy_labels, labels, y, out=rows)
        for out in (short[:, 1], np.full(702, 7.0)[1:-1]):  # with a step and without
            assert_same_bits(xentc.cross_entropy_labels(labels, y, out=out), rows)
            assert_same_bits(out.astype(y_dtype), want)
        assert (short[:, 0] == 7).all()


def test_one_row_of_y_for_all_labels(every_way):
    for dtype in ("float32", "float64"):
        y, labels = probabilities(143, 1, 9, dtype), label_numbers(143, 1000, 9, "int32")
        want = general(xentc.cross_entropy_labels, labels, np.repeat(y, 1000, axis=0))
        assert_same_bits(xentc.cross_entropy_labels(labels, y), want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("n_classes", [6, 100])
@pytest.mark.parametrize("at", [0, 255, 256, 700, 1023])
@pytest.mark.parametrize("bad", [-1, "K", 2**62, -(2**63)])
def test_a_bad_label_among_plain_tiles(every_way, n_classes, at, bad):
    labels, _, y = rows(1024, n_classes, "float32")
    y[100, labels[100]] = np.nan  # the first tile goes the general way too
    labels[at] = bad = n_classes if bad == "K" else bad
    with pytest.raises(IndexError, match=rf"got {bad} at position {at}\b"):
        xentc.cross_entropy_labels(labels, y)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_every_row_is_summed_once(every_way, reduction):
    """Tiles of both ways in turn: under eps=0 the logarithm of a subnormal number is for the general way."""
    for n_classes, dtype in ((6, "float64"), (10, "float32")):
        labels, t, y = rows(9 * TILE + 3, n_classes, dtype)
        y = np.maximum(y, y.dtype.type(1e-3))
        for at in (5, 300, 3 * TILE, 4 * TILE, 7 * TILE):
            y[at, labels[at]] = 3 * np.finfo(dtype).smallest_subnormal
        for function, targets in ((xentc.cross_entropy_labels, labels), (xentc.cross_entropy, t)):
            want = general(function, targets, y, eps=0, reduction=reduction)
            assert np.isfinite(want)
            assert_same_bits(function(targets, y, eps=0, reduction=reduction), want)
