"""Edges of losses from logits: one table, each alone, in a crowd, on every way; and what is refused."""

import math

import numpy as np
import pytest
from bounds import LOGITS
from cases import FLOATS, LAYOUTS, label_numbers, one_hot_of
from logit_cases import LN2, LOGIT_EDGES, logits
from test_edges import assert_bits_or_nan
from ways import assert_same_bits

import xentc

inf, nan = math.inf, math.nan


def assert_near_or_special(got, want):
    """NaN, infinities and +0 as they are wanted, all else within the bound of a loss from logits."""
    got, want = np.asarray(got), np.asarray(want)
    ordinary = np.isfinite(want) & (want != 0)
    assert_bits_or_nan(np.where(ordinary, 0, got), np.where(ordinary, 0, want))
    with np.errstate(invalid="ignore"):
        near = abs(got.astype(float) - want.astype(float)) <= LOGITS * np.spacing(abs(want)).astype(float)
    assert (near | ~ordinary).all()


def edge_id(edge):
    t, z, _ = edge
    return f"t={t} z={z}"


@pytest.mark.crossing
@pytest.mark.parametrize("edge", LOGIT_EDGES, ids=edge_id)
@pytest.mark.parametrize("dtype", FLOATS)
def test_edge_alone(dtype, edge):
    t, z, loss = edge
    want = np.array(loss).astype(dtype)[()]
    z = np.array(z, dtype)
    assert_near_or_special(xentc.cross_entropy(np.array(t, dtype), z, from_logits=True, check=False), want)
    if all(float(v).is_integer() for v in t) and min(t) >= 0:
        for integer in ("int8", "uint16", "int64"):
            assert_near_or_special(xentc.cross_entropy(np.array(t, integer), z, from_logits=True, check=False), want)
    if sorted(t) == [0, 1]:
        assert_near_or_special(xentc.cross_entropy_labels(t.index(1), z, from_logits=True, check=False), want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("n_classes", [2, 7, 8, 9, 40, 1030])
@pytest.mark.parametrize("dtype", FLOATS)
def test_edges_in_a_crowd(every_way, dtype, n_classes):
    """All edges in one array, at both ends of wide rows of impossible classes, among ordinary rows."""
    n = len(LOGIT_EDGES)
    t, z = np.zeros((2 * n, n_classes), dtype), np.full((2 * n, n_classes), -inf, dtype)
    z[1::2, [0, -1]] = 3.5
    t[1::2, -1] = 1
    want = np.full(2 * n, LN2).astype(dtype)
    for i, (t_edge, z_edge, loss) in enumerate(LOGIT_EDGES):
        t[2 * i, [0, -1]] = t_edge
        z[2 * i, [0, -1]] = z_edge
        want[2 * i] = np.array(loss).astype(dtype)
    assert_near_or_special(xentc.cross_entropy(t, z, from_logits=True, check=False), want)
    assert_near_or_special(
        xentc.cross_entropy(np.asfortranarray(t), np.asfortranarray(z), from_logits=True, check=False), want
    )
    assert_near_or_special(xentc.cross_entropy(t[::-1], z[::-1], from_logits=True, check=False)[::-1], want)
    # Among dense rows, whose classes all count.
    full = np.concatenate([t, np.ones((40, n_classes), dtype)])
    ordinary = np.concatenate([z, np.zeros((40, n_classes), dtype)])
    assert_near_or_special(xentc.cross_entropy(full, ordinary, from_logits=True, check=False)[: 2 * n], want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("special", [nan, inf, -inf])
@pytest.mark.parametrize("n_classes", [1, 5, 8, 17, 1030])
def test_one_special_value_anywhere(every_tier, dtype, special, n_classes):
    """It decides over its own row, wherever in the row it stands, and over no other."""
    n_rows = min(n_classes, 40)
    z = logits("normal", 171, n_rows, n_classes, dtype)
    labels = (np.arange(n_rows) + 1) % n_classes
    want = xentc.cross_entropy_labels(labels, z, from_logits=True)
    places = np.linspace(0, n_classes - 1, n_rows).astype(int)
    for layout in ("c_order", "class_axis_first"):
        for i in range(0, n_rows, 1 if n_rows < 20 else 7):
            for place in (places[i], labels[i]):
                changed = z.copy()
                changed[i, place] = special
                got = xentc.cross_entropy_labels(labels, LAYOUTS[layout](changed), from_logits=True)
                if special == -inf:
                    expected = nan if n_classes == 1 else inf if place == labels[i] else got[i]
                    assert np.isfinite(got[i]) == (place != labels[i])
                else:
                    expected = inf if special == inf and place != labels[i] else nan
                np.testing.assert_equal(float(got[i]), float(expected))
                others = np.arange(n_rows) != i
                assert_same_bits(got[others], want[others])


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("n_classes", [5, 70, 2000])
def test_nan_at_every_place_of_a_row(every_tier, dtype, n_classes):
    """Of either sign, where t is 0 too: the loss is NaN, by labels, one-hot, sparse and dense t, in every layout."""
    z = np.tile(logits("normal", 177, 1, n_classes, dtype), (n_classes, 1))
    np.fill_diagonal(z, np.copysign(nan, np.arange(n_classes) % 2 - 0.5).astype(dtype))
    for label in (0, n_classes // 2, n_classes - 1) if n_classes < 2000 else (1234,):
        one_hot = np.zeros((n_classes, n_classes), dtype)
        one_hot[:, label] = 1
        pair = one_hot.copy()
        pair[:, label - 1] = 1
        for view in (z, np.asfortranarray(z)) if n_classes < 2000 else (z,):
            got = [xentc.cross_entropy_labels(np.full(n_classes, label), view, from_logits=True)]
            got += [xentc.cross_entropy(t, view, from_logits=True) for t in (one_hot, pair, pair + 1)]
            for loss in got:
                np.testing.assert_array_equal(loss, np.full(n_classes, nan))
    # One row alone, and the same row without NaN.
    for place in range(0, n_classes, 1 if n_classes < 2000 else 97):
        assert np.isnan(xentc.cross_entropy_labels(0, z[place], from_logits=True))
        row = np.where(np.isnan(z[place]), -1, z[place]).astype(dtype)
        assert np.isfinite(xentc.cross_entropy_labels(0, row, from_logits=True))


@pytest.mark.parametrize("dtype", FLOATS)
def test_impossible_classes_are_as_absent(every_tier, dtype):
    """-inf where t is 0: the bits of the loss are those of a row in which that class is far below."""
    z = logits("normal", 172, 60, 11, dtype)
    labels = label_numbers(172, 60, 11, "int64")
    at = (one_hot_of(labels, 11) == 0) & (np.random.default_rng(172).random(z.shape) < 0.5)
    far, never = z.copy(), z.copy()
    far[at], never[at] = -6e4, -inf
    want = xentc.cross_entropy_labels(labels, far, from_logits=True)
    assert_same_bits(xentc.cross_entropy_labels(labels, never, from_logits=True), want)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_largest_finite_logits(every_tier, dtype):
    """A difference beyond the dtype is a loss of inf; within it, as large as it is."""
    most = float(np.finfo(dtype).max)
    z = np.array([[most, most / 2], [most, -most], [-most, -most], [most / 2, -most / 4]], dtype)
    got = xentc.cross_entropy_labels([1, 1, 0, 1], z, from_logits=True)
    want = np.array([most / 2, inf, LN2, most / 4 * 3]).astype(dtype)
    assert_near_or_special(got, want)
    assert_same_bits(xentc.cross_entropy_labels([0, 0], z[[0, 1]], from_logits=True), np.zeros(2, dtype))


def test_no_classes_and_no_rows(every_way):
    for t, z in ((np.zeros((3, 0)), np.zeros((3, 0))), (np.zeros((3, 0), "u1"), np.zeros((1, 0), "f4"))):
        assert_same_bits(xentc.cross_entropy(t, z, from_logits=True), np.zeros(3, z.dtype))
        assert xentc.cross_entropy(t, z, from_logits=True, reduction="mean") == 0
    assert xentc.cross_entropy(np.zeros((0, 3)), np.zeros((0, 3)), from_logits=True).shape == (0,)
    assert xentc.cross_entropy_labels([], np.zeros((0, 3)), from_logits=True, reduction="sum") == 0
    assert_same_bits(xentc.cross_entropy_labels([5], np.zeros((1, 0)), from_logits=True, ignore_index=5), np.zeros(1))
    with pytest.raises(IndexError, match="K = 0, .*got 0 at position 0$"):
        xentc.cross_entropy_labels([0], np.zeros((1, 0)), from_logits=True)


def test_masked_rows_are_not_read(every_way):
    for dtype in FLOATS:
        z, labels = logits("normal", 174, 300, 7, dtype), label_numbers(174, 300, 7, "int64")
        want = xentc.cross_entropy_labels(labels, z, from_logits=True)
        masked = np.random.default_rng(174).random(300) < 0.4
        want[masked] = 0
        for garbage in (nan, inf, -inf):
            bad_labels, bad = labels.copy(), z.copy()
            bad_labels[masked], bad[masked] = -99, garbage
            got = xentc.cross_entropy_labels(bad_labels, bad, where=~masked, from_logits=True)
            assert_same_bits(got, want)
            got = xentc.cross_entropy_labels(bad_labels, bad, ignore_index=-99, from_logits=True)
            assert_same_bits(got, want)
            t = one_hot_of(labels, 7, dtype)
            t[masked] = garbage
            assert_same_bits(xentc.cross_entropy(t, bad, where=~masked, from_logits=True), want)


def test_a_class_of_weight_0_is_still_in_the_softmax(every_way):
    """Weights weigh terms; every class is in the sum of exponentials. NaN anywhere is thus NaN."""
    z, labels = logits("normal", 175, 40, 6, "float64"), label_numbers(175, 40, 6, "int64")
    labels[:6] = np.arange(6)
    w = np.array([1.0, 0, 2, 0, 1, 1])
    got = xentc.cross_entropy_labels(labels, z, class_weight=w, from_logits=True)
    assert_same_bits(got, w[labels] * xentc.cross_entropy_labels(labels, z, from_logits=True))
    z[:, 1] = nan
    got = xentc.cross_entropy_labels(labels, z, class_weight=w, from_logits=True)
    np.testing.assert_array_equal(np.isnan(got), w[labels] != 0)
    assert_same_bits(got[w[labels] == 0], np.zeros((w[labels] == 0).sum()))


CALLS = {
    "cross_entropy": lambda **o: xentc.cross_entropy(np.eye(3, 4), np.zeros((3, 4)), **o),
    "log_likelihood": lambda **o: xentc.log_likelihood(np.eye(3, 4), np.zeros((3, 4)), **o),
    "cross_entropy_labels": lambda **o: xentc.cross_entropy_labels([0, 1, 2], np.zeros((3, 4)), **o),
    "binary_cross_entropy": lambda **o: xentc.binary_cross_entropy([0, 1, 0], np.zeros(3), **o),
    "binary_cross_entropy_and_grad": lambda **o: xentc.binary_cross_entropy_and_grad([0, 1, 0], np.zeros(3), **o),
    "cross_entropy_and_grad": lambda **o: xentc.cross_entropy_and_grad(np.eye(3, 4), np.zeros((3, 4)), **o),
    "cross_entropy_labels_and_grad": lambda **o: xentc.cross_entropy_labels_and_grad([0, 1, 2], np.zeros((3, 4)), **o),
}


@pytest.mark.parametrize("function", CALLS)
@pytest.mark.parametrize("eps", [0, 0.0, 1e-7, 1e-15])
def test_eps_is_refused(function, eps):
    """There is nothing to clip, and a clip that is silently not done would be a wrong number."""
    out = np.full(3, 7.0)
    with pytest.raises(ValueError, match=r"^eps\b.*from_logits") as caught:
        CALLS[function](eps=eps, from_logits=True, out=out)
    assert repr(eps) in str(caught.value)
    assert (out == 7).all()
    CALLS[function](eps=None, from_logits=True)
    with pytest.raises(ValueError, match=r"^eps\b.*from_logits"):
        xentc.CrossEntropy(eps=eps, from_logits=True)


@pytest.mark.parametrize("function", CALLS)
@pytest.mark.parametrize("value", [1, 0, 1.0, None, "True", [True], np.array([True, False]), np.int8(1)], ids=repr)
def test_from_logits_must_be_a_bool(function, value):
    """An array handed over by mistake, or 1, must not decide what y means."""
    out = np.full(3, 7.0)
    with pytest.raises(TypeError, match=r"^from_logits must be"):
        CALLS[function](from_logits=value, out=out)
    assert (out == 7).all()
    with pytest.raises(TypeError, match=r"^from_logits must be"):
        xentc.CrossEntropy(from_logits=value)


@pytest.mark.parametrize("function", CALLS)
def test_numpy_bools_are_bools(function):
    for value in (True, False):
        got, want = (CALLS[function](from_logits=x, where=True) for x in (np.bool_(value), value))
        for a, b in zip(got, want, strict=True) if isinstance(got, tuple) else ((got, want),):
            assert_same_bits(a, b)


def test_check_looks_at_t_alone(every_way):
    """Logits are no distribution, and need not be."""
    z, labels = logits("sharp", 176, 40, 6, "float64"), label_numbers(176, 40, 6, "int64")
    t = one_hot_of(labels, 6)
    want = xentc.cross_entropy(t, z, from_logits=True)
    assert_same_bits(xentc.cross_entropy(t, z, from_logits=True, check=True), want)
    assert_same_bits(xentc.cross_entropy_labels(labels, z, from_logits=True, check=True), want)
    assert np.isnan(xentc.cross_entropy(t[:1], np.full((1, 6), nan), from_logits=True, check=True)).all()
    t[7] *= 2
    with pytest.raises(ValueError, match=r"^t must be probabilities .*got 2\.0 in row 7"):
        xentc.cross_entropy(t, z, from_logits=True, check=True)
    t[7] = 0.25
    with pytest.raises(ValueError, match=r"^the rows of t must sum to 1.*in row 7"):
        xentc.cross_entropy(t, z, from_logits=True, check=True)
