"""Weights that are not finite are refused, wherever they stand; a row of weight 0 is 0, whatever it holds."""

import math
import re
import tracemalloc

import numpy as np
import pytest
from cases import FLOATS, LAYOUTS, REDUCTIONS, label_numbers, one_hot_of, probabilities, targets
from logit_cases import logits
from ways import assert_same_bits

import xentc

BAD = (math.inf, -math.inf, math.nan)
N, K = 600, 7
S = np.random.default_rng(211).choice([0.0, -0.0, 0.5, 2.0, -1.0, 3.25], N)
ZERO = S == 0


def garbage(array, rows=ZERO):
    """With NaN, infinities and other nonsense in the rows of weight 0."""
    array = array.copy()
    for i, value in enumerate((np.nan, np.inf, -np.inf, -7.0)):
        array[rows & (np.arange(len(array)) % 4 == i)] = value
    return array


def forms(dtype, from_logits=False):
    """(function, clean targets, targets whose rows of weight 0 are garbage), each form of targets."""
    sparse = pytest.importorskip("scipy.sparse")
    labels, soft = label_numbers(212, N, K, "int16"), targets("half_and_half", 212, N, K, dtype)
    one_hot = one_hot_of(labels, K, dtype)
    few = targets("sparse", 212, N, K, "float32")
    yield xentc.cross_entropy_labels, labels, labels
    for t in (soft, one_hot):
        for layout in ("c_order", "class_axis_first", "strided_classes"):
            yield xentc.cross_entropy, LAYOUTS[layout](t), LAYOUTS[layout](garbage(t))
    yield xentc.cross_entropy, sparse.csr_array(few), sparse.csr_array(garbage(few))


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}, {"class_weight": np.arange(K)}], ids=str)
def test_rows_of_weight_0_are_not_looked_at(every_tier, dtype, from_logits, options):
    options = options | {"from_logits": from_logits}
    y = logits("normal", 213, N, K, dtype) if from_logits else probabilities(213, N, K, dtype)
    for function, t, bad_t in forms(dtype):
        for layout in ("c_order", "class_axis_first"):
            bad_y = LAYOUTS[layout](garbage(y))
            want = function(t, y, sample_weight=S, where=~ZERO, **options)
            got = function(bad_t, bad_y, sample_weight=S, **options)
            assert_same_bits(got, want)
            assert not np.signbit(got[ZERO]).any()
        for reduction in REDUCTIONS[1:]:
            want = function(t, y, sample_weight=S, where=~ZERO, reduction=reduction, **options)
            if reduction == "mean":  # they count
                want = np.float64(function(t, y, sample_weight=S, where=~ZERO, reduction="sum", **options) / N)
            assert_same_bits(function(bad_t, bad_y, sample_weight=S, reduction=reduction, **options), want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_gradients_of_rows_of_weight_0(every_tier, dtype, from_logits, reduction):
    options = {"from_logits": from_logits, "label_smoothing": 0.1, "reduction": reduction}
    y = logits("normal", 214, N, K, dtype) if from_logits else probabilities(214, N, K, dtype)
    for function, t, bad_t in forms(dtype):
        and_grad = getattr(xentc, f"{function.__name__}_and_grad")
        rows = {"where": ~ZERO}
        if reduction == "mean":
            rows, t, clean = {}, t, np.where(ZERO[:, None], y.dtype.type(0.5), y)
        for layout in ("c_order", "class_axis_first"):
            want = and_grad(t, clean if reduction == "mean" else y, sample_weight=S, **options, **rows)
            got = and_grad(bad_t, LAYOUTS[layout](garbage(y)), sample_weight=S, **options)
            for a, b in zip(got, want, strict=True):
                assert_same_bits(a, b)
            assert not got[1][ZERO].any()
        own = garbage(y)
        assert_same_bits(and_grad(bad_t, own, sample_weight=S, grad_out=own, **options)[1], want[1])


@pytest.mark.parametrize("n_classes", [1030, 16400, 17000])
def test_long_rows_of_weight_0(every_tier, n_classes):
    sparse = pytest.importorskip("scipy.sparse")
    s = np.array([0.0, 2.0, 0.0, 0.0, 1.0])
    rows = s == 0
    for dtype in FLOATS[1:]:
        y = probabilities(215, 5, n_classes, dtype)
        for kind in ("soft", "one_hot", "sparse", "all_zero"):
            t = targets(kind, 215, 5, n_classes, dtype)
            want = xentc.cross_entropy(t, y, sample_weight=s, where=~rows)
            for form in (garbage(t, rows), sparse.csr_array(garbage(t, rows)), np.asfortranarray(garbage(t, rows))):
                assert_same_bits(xentc.cross_entropy(form, garbage(y, rows), sample_weight=s), want)


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("dtype", FLOATS)
def test_binary_rows_of_weight_0(every_way, dtype, from_logits):
    rng = np.random.default_rng(216)
    t, p = rng.random(N).astype(dtype), rng.random(N).astype(dtype)
    options = {"sample_weight": S, "from_logits": from_logits}
    for reduction in REDUCTIONS:
        want = xentc.binary_cross_entropy_and_grad(t, p, reduction=reduction, **options)
        own = garbage(p)
        got = xentc.binary_cross_entropy_and_grad(garbage(t), own, reduction=reduction, grad_out=own, **options)
        for a, b in zip(got, want, strict=True):
            assert_same_bits(a, b)
        assert not own[ZERO].any()
        assert_same_bits(xentc.binary_cross_entropy(garbage(t), garbage(p), reduction=reduction, **options), want[0])
    assert not xentc.binary_cross_entropy(garbage(t), garbage(p), **options)[ZERO].any()
    want = xentc.sigmoid_objective(t, p, sample_weight=S)
    for a, b in zip(xentc.sigmoid_objective(garbage(t), garbage(p), sample_weight=S), want, strict=True):
        assert_same_bits(a, b)
        assert not a[ZERO].any()


def test_checks_pass_over_rows_of_weight_0(every_way):
    y = np.full((N, K), 1 / K)
    t, labels = targets("soft", 217, N, K, "float64"), label_numbers(217, N, K, "int64")
    xentc.cross_entropy(garbage(t), garbage(y), sample_weight=S, check=True)
    xentc.cross_entropy_labels(labels, garbage(y), sample_weight=S, check=True)
    total = xentc.CrossEntropy(check=True).update(garbage(t), garbage(y), sample_weight=S)
    assert total.result().count == N
    assert total.result().clipped == 0
    grad, hess = xentc.softmax_objective(labels, garbage(y), sample_weight=S)
    assert np.isfinite(grad).all()
    assert np.isfinite(hess).all()
    assert not grad[ZERO].any()
    assert not hess[ZERO].any()


def test_labels_of_rows_of_weight_0_are_checked(every_way):
    y = np.full((N, K), 1 / K)
    for at in np.flatnonzero(ZERO)[[0, 5, -1]]:
        labels = label_numbers(218, N, K, "int64")
        labels[at] = K
        for options in ({}, {"class_weight": np.ones(K)}, {"label_smoothing": 1.0}):
            with pytest.raises(IndexError, match=rf"got {K} at position {at}\b"):
                xentc.cross_entropy_labels(labels, y, sample_weight=S, **options)
        with pytest.raises(IndexError, match=rf"got {K} at position {at}\b"):
            xentc.softmax_objective(labels, y, sample_weight=S)
        masked = xentc.cross_entropy_labels(labels, y, sample_weight=S, ignore_index=K, reduction="mean")
        assert masked == pytest.approx(S.sum() * math.log(K) / (N - 1))


def test_scikit_learn_looks_at_rows_of_weight_0():
    """And so does log_loss, which has its errors."""
    y = np.full((4, 2), 0.5)
    y[2] = math.nan
    with pytest.raises(ValueError, match=r"y_proba must be finite .* row 2"):
        xentc.log_loss([0, 1, 0, 1], y, sample_weight=[1, 1, 0, 1])
    y[2] = 0.25
    with pytest.warns(UserWarning, match="do not sum to one"):
        assert xentc.log_loss([0, 1, 0, 1], y, sample_weight=[1, 1, 0, 1]) == math.log(2)


def calls(n_rows, shape=None):
    """Every function with sample weights, over the same rows."""
    shape = (n_rows,) if shape is None else shape
    y, z = np.full((*shape, 3), 1 / 3), np.zeros((*shape, 3))
    labels = np.zeros(shape, int)
    yield "labels", lambda **o: xentc.cross_entropy_labels(labels, y, **o)
    yield "labels, smoothed", lambda **o: xentc.cross_entropy_labels(labels, y, label_smoothing=0.1, **o)
    yield "dense", lambda **o: xentc.cross_entropy(y, y, **o)
    yield "one-hot", lambda **o: xentc.cross_entropy(np.eye(3)[labels], y, reduction="sum", **o)
    yield "log-likelihood", lambda **o: xentc.log_likelihood(y, y, reduction="weighted_mean", **o)
    yield "logits", lambda **o: xentc.cross_entropy_labels(labels, z, from_logits=True, **o)
    yield "gradient", lambda **o: xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, **o)
    yield "mean gradient", lambda **o: xentc.cross_entropy_and_grad(y, y, reduction="weighted_mean", **o)
    yield "binary", lambda **o: xentc.binary_cross_entropy(y[..., 0], y[..., 0], **o)
    yield "binary gradient", lambda **o: xentc.binary_cross_entropy_and_grad(y[..., 0], y[..., 0], **o)
    yield "update", lambda **o: xentc.CrossEntropy().update(y, y, **o)
    yield "update of labels", lambda **o: xentc.CrossEntropy(from_logits=True).update_labels(labels, z, **o)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("at", [0, 1, 255, 256, 599])
def test_sample_weights_must_be_finite(every_way, at, bad):
    sparse = pytest.importorskip("scipy.sparse")
    s = np.ones(N)
    s[at] = bad
    words = rf"^sample_weight must be finite; got {bad} in row {at}$"
    for name, call in calls(N):
        for weights in (s, s.astype("float32"), s.astype("float16"), np.repeat(s, 2)[::2]):
            with pytest.raises(ValueError, match=words):
                call(sample_weight=weights)
        later = s.copy()
        later[at + 1 :] = math.nan  # the first is named
        with pytest.raises(ValueError, match=words):
            call(sample_weight=later)
        if name not in ("update", "update of labels"):
            mask = np.arange(N) != at
            call(sample_weight=s, where=mask)  # that of a masked row is not looked at
    with pytest.raises(ValueError, match=words):
        xentc.softmax_objective(np.zeros(N, int), np.zeros((N, 3)), sample_weight=s)
    with pytest.raises(ValueError, match=words):
        xentc.sigmoid_objective(np.zeros(N, int), np.zeros(N), sample_weight=s)
    with pytest.raises(ValueError, match=words):
        xentc.cross_entropy(sparse.csr_array(np.eye(3)[np.zeros(N, int)]), np.full((N, 3), 1 / 3), sample_weight=s)
    with pytest.raises(ValueError, match=rf"^sample_weight must be finite; got {bad} .*row {at}\b"):
        xentc.log_loss(np.arange(N) % 3, np.full((N, 3), 1 / 3), sample_weight=s)
    labels = np.zeros(N, int)
    labels[at] = -1
    xentc.cross_entropy_labels(labels, np.full((N, 3), 1 / 3), sample_weight=s, ignore_index=-1)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("at", [0, 255, 256, 599])
def test_pos_weights_must_be_finite(every_way, at, bad):
    """Of an element that is not masked and whose sample weight is not 0; whatever t is."""
    t, s = np.arange(N) % 2, np.ones(N)
    calls = (
        lambda **o: xentc.binary_cross_entropy(t, np.full(N, 0.5), **o),
        lambda **o: xentc.binary_cross_entropy_and_grad(t, np.full(N, 0.5), reduction="weighted_mean", **o),
        lambda **o: xentc.sigmoid_objective(t, np.zeros(N), **o),
    )
    for weights, row in ((np.where(np.arange(N) < at, 2.0, bad), at), (bad, 0)):
        for call in calls:
            with pytest.raises(ValueError, match=rf"^pos_weight must be finite; got {bad} in row {row}$"):
                call(pos_weight=weights)
    s[at] = 0
    weights = np.where(np.arange(N) == at, bad, 2.0)
    for call in calls:
        call(pos_weight=weights, sample_weight=s)
    for call in calls[:2]:
        call(pos_weight=weights, where=np.arange(N) != at)


@pytest.mark.parametrize("bad", BAD)
def test_the_place_of_a_bad_weight_among_several_axes(every_tier, bad):
    """The first in C order, whatever the order in memory; and one for all."""
    shape = (3, 4, 5)
    s = np.ones(shape)
    s[2, 0, 0] = s[1, 2, 3] = s[1, 3, 0] = bad
    words = f"^sample_weight must be finite; got {bad} in row"
    for _, call in calls(60, shape):
        for weights, place in (
            (s, "(1, 2, 3)"),
            (np.asfortranarray(s), "(1, 2, 3)"),
            (bad, "(0, 0, 0)"),
            ([1, 1, 1, 1, bad], "(0, 0, 4)"),
        ):
            with pytest.raises(ValueError, match=f"{words} {re.escape(place)}$"):
                call(sample_weight=weights)
    with pytest.raises(ValueError, match=rf"^sample_weight must be finite; got {bad}$"):
        xentc.cross_entropy_labels(0, [0.5, 0.5], sample_weight=bad)


def test_the_first_row_in_trouble_is_named(every_way):
    """A bad weight before or after another trouble, in one tile and in two."""
    y, labels = np.full((N, 3), 1 / 3), np.zeros(N, int)
    for label_at, weight_at, row_at in (
        (5, 9, 11),
        (9, 5, 11),
        (11, 9, 5),
        (300, 9, 5),
        (5, 300, 299),
        (300, 301, 299),
    ):
        wrong, s, bad_y = labels.copy(), np.ones(N), y.copy()
        wrong[label_at], s[weight_at], bad_y[row_at] = 7, math.inf, 0.5
        first = min(label_at, weight_at, row_at)
        kind = {label_at: IndexError, weight_at: ValueError, row_at: ValueError}[first]
        with pytest.raises(kind, match=rf"(row|position) {first}\b"):
            xentc.cross_entropy_labels(wrong, bad_y, sample_weight=s, check=True)


@pytest.mark.parametrize("bad", BAD)
def test_class_weights_must_be_finite(bad):
    w = [1.0, 0.0, bad, bad]
    y = np.full((5, 4), 0.25)
    words = rf"^class_weight must be finite; got {bad} for class 2$"
    for t in (np.zeros((5, 4)), np.eye(5, 4), y):
        for weights in (w, np.array(w, "float32"), dict(enumerate(w))):
            with pytest.raises(ValueError, match=words):
                xentc.cross_entropy(t, y, class_weight=weights)
    for call in (
        lambda: xentc.cross_entropy_labels(np.zeros(5, int), y, class_weight=w),
        lambda: xentc.cross_entropy_and_grad(y, y, class_weight=w),
        lambda: xentc.softmax_objective(np.zeros(5, int), y, class_weight=w),
        lambda: xentc.CrossEntropy(class_weight=w),
    ):
        with pytest.raises(ValueError, match=words):
            call()


def test_negative_weights_are_weights(every_way):
    labels, y = label_numbers(219, N, K, "int64"), probabilities(219, N, K, "float64")
    rows = xentc.cross_entropy_labels(labels, y)
    assert_same_bits(xentc.cross_entropy_labels(labels, y, sample_weight=-2.0), rows * -2.0)
    w = -np.arange(1.0, K + 1)
    want = xentc.cross_entropy_labels(labels, y, class_weight=-w)
    assert_same_bits(xentc.cross_entropy_labels(labels, y, class_weight=w), 0.0 - want)


def test_no_memory_of_the_size_of_the_weights():
    n = 1 << 20
    labels, y, s = np.zeros(n, "int8"), np.broadcast_to([0.5, 0.5], (n, 2)), np.ones(n)
    s[::3] = 0
    tracemalloc.start()
    try:
        xentc.cross_entropy_labels(labels, y, sample_weight=s, reduction="weighted_mean")
        assert tracemalloc.get_traced_memory()[1] < 1 << 18
    finally:
        tracemalloc.stop()


def test_large_class_weights(every_tier):
    """Their sum is beyond the doubles, what smoothing makes of it is not."""
    w = np.full(3, 1.5e308)
    y = np.full((2, 3), np.exp(-0.5))
    for options in ({"label_smoothing": 0.1}, {"label_smoothing": 1.0}, {}):
        got = xentc.cross_entropy_labels([0, 2], y, class_weight=w, reduction="weighted_mean", **options)
        assert got == pytest.approx(0.5, rel=1e-14)
    small = np.array([1.0, 1e-16, 1e-16])
    weight = xentc.CrossEntropy(label_smoothing=0.5, class_weight=small).update_labels([1], y[:1]).result().weight
    assert weight == pytest.approx(0.5e-16 + 0.5 / 3 * (1 + 2e-16), rel=2**-52)
