"""Every combination of the options against mpmath, row by row, and the reductions against math.fsum of the rows."""

import math
import warnings

import numpy as np
import pytest
from cases import REDUCTIONS, label_numbers, one_hot_of, option_id, probabilities, row_options, targets
from oracle import assert_row, clip, exact_row, quotient
from ways import TIERS, assert_same_bits, first_way, way

import xentc

N, K = 12, 9
COMBINATIONS = row_options(N, K)


def assert_rows(got, t, y, options, dtype):
    """Every row of "none" within the bound; a masked one, and one of weight 0, exactly +0."""
    a, w, s, where, eps = (options[n] for n in ("label_smoothing", "class_weight", "sample_weight", "where", "eps"))
    counted = np.ones(len(t), bool) if where is None else where
    samples = np.broadcast_to(1.0 if s is None else s, len(t))
    applied = clip(eps, np.dtype(dtype), y.dtype)
    assert got.dtype == dtype
    for i in range(len(t)):
        if not counted[i] or samples[i] == 0:
            assert_same_bits(got[i], np.zeros((), dtype)[()])
            continue
        exact = exact_row(t[i], y[i], applied, a, w, samples[i])
        assert_row(got[i], exact, np.dtype(dtype), smoothed=a != 0, classes=w is not None, samples=s is not None)


@pytest.mark.crossing
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("options", COMBINATIONS, ids=option_id)
def test_rows(options, dtype):
    y = probabilities(84, N, K, dtype)
    soft, counts = targets("soft", 84, N, K, dtype), targets("counts", 84, N, K, "int64")
    for t in (soft, counts):
        assert_rows(xentc.cross_entropy(t, y, **options), t, y, options, dtype)
        got = xentc.log_likelihood(t, y, **options)
        np.testing.assert_array_equal(got, -xentc.cross_entropy(t, y, **options))
    labels = label_numbers(84, N, K, "int64")
    assert_rows(xentc.cross_entropy_labels(labels, y, **options), one_hot_of(labels, K), y, options, dtype)


@pytest.mark.crossing
@pytest.mark.parametrize("reduction", REDUCTIONS[1:])
@pytest.mark.parametrize("options", COMBINATIONS, ids=option_id)
def test_reductions(options, reduction):
    """Exactly fsum of the rows; that over the number of rows; or the quotient of that sum and that of the weights."""
    for dtype in ("float64", "float32"):
        labels, y = label_numbers(85, N, K, "int64"), probabilities(85, N, K, dtype)
        y = np.where(y == 0, y.dtype.type(1e-3), y)  # all finite: the rest is test_reductions.py
        rows = xentc.cross_entropy_labels(labels, y, out=np.empty(N), **options)
        counted = np.ones(N, bool) if options["where"] is None else options["where"]
        total = math.fsum(rows)
        got = xentc.cross_entropy_labels(labels, y, reduction=reduction, **options)
        if reduction == "sum":
            want = total
        elif reduction == "mean":
            want = total / counted.sum()
        else:
            weights = [weight_of(labels[i : i + 1], y[i : i + 1], i, options) for i in range(N)]
            want = quotient(rows, weights)
        assert_same_bits(got, np.float64(want))
        negated = xentc.log_likelihood(one_hot_of(labels, K), y.astype(float), reduction=reduction, **options)
        assert negated <= 0 or (y > 1).any()


def weight_of(labels, y, row, options):
    """The weight of one row as the library has it, held to s sum_k w_k t'_k within a few roundings."""
    s, where = options["sample_weight"], options["where"]
    s = np.broadcast_to(1.0 if s is None else s, N)[row]
    if where is not None and not where[row]:
        return 0.0
    a, w = options["label_smoothing"], options["class_weight"]
    total = xentc.CrossEntropy(label_smoothing=a, class_weight=w, eps=options["eps"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a weight of 0 has no mean
        weight = float(total.update_labels(labels, y, sample_weight=s).result().weight)
    w = np.ones(K) if w is None else w
    exact = s * ((1 - a) * w[labels[0]] + a * math.fsum(w) / K)
    assert abs(weight - exact) <= 4 * np.spacing(exact)
    if a == 0:
        assert weight == s * w[labels[0]]
    return weight


FORMS = ("one-hot", "one-hot uint8", "csr", "labels")


def losses_of(form, labels, y, **options):
    """The same rows in one of the forms of targets, in y's dtype."""
    sparse = pytest.importorskip("scipy.sparse")
    k = y.shape[-1]
    if form == "labels":
        return xentc.cross_entropy_labels(labels, y, **options)
    dtype = "uint8" if form.endswith("uint8") else y.dtype.name
    t = one_hot_of(labels, k, dtype)
    return xentc.cross_entropy(sparse.csr_array(t.astype("float32")) if form == "csr" else t, y, **options)


@pytest.mark.crossing
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("options", COMBINATIONS, ids=option_id)
def test_forms_agree_to_the_bit(options, dtype):
    """One-hot rows, CSR and labels, on every tier, with each reduction."""
    labels, y = label_numbers(86, N, K, "int16"), probabilities(86, N, K, dtype)
    with first_way():
        want = {r: losses_of("labels", labels, y, reduction=r, **options) for r in REDUCTIONS}
    for tier in TIERS:
        with way(tier, 2):
            for form in FORMS:
                for reduction in REDUCTIONS:
                    assert_same_bits(losses_of(form, labels, y, reduction=reduction, **options), want[reduction])


@pytest.mark.parametrize("n_classes", [1, 2, 7])
def test_class_weights_by_number(n_classes):
    """A dict of all classes, in any order, of any numbers as keys and values, is the array of its weights."""
    rng = np.random.default_rng(87)
    w = rng.uniform(0.1, 3, n_classes)
    labels, y = label_numbers(87, 20, n_classes, "int64"), probabilities(87, 20, n_classes, "float64")
    t = one_hot_of(labels, n_classes)
    for k in (int, np.int64, np.uint8, float):
        weights = {k(i): w[i] for i in rng.permutation(n_classes)}
        for f, a in ((xentc.cross_entropy, t), (xentc.log_likelihood, t), (xentc.cross_entropy_labels, labels)):
            assert_same_bits(f(a, y, class_weight=weights), f(a, y, class_weight=w))
        for got, want in zip(
            xentc.cross_entropy_and_grad(t, y, class_weight=weights),
            xentc.cross_entropy_and_grad(t, y, class_weight=w),
            strict=True,
        ):
            assert_same_bits(got, want)
        for layout, z in (("rows", y), ("classes", y.T.ravel())):
            for got, want in zip(
                xentc.softmax_objective(labels, z, class_weight=weights, layout=layout),
                xentc.softmax_objective(labels, z, class_weight=w, layout=layout),
                strict=True,
            ):
                assert_same_bits(got, want)
        total = xentc.CrossEntropy(class_weight=weights).update(t, y)
        assert total.result() == xentc.CrossEntropy(class_weight=w).update(t, y).result()
        assert total.merge(xentc.CrossEntropy(class_weight=w)).result().count == 20
    assert xentc.softmax_objective([], np.zeros(0), class_weight=weights, layout="classes")[0].shape == (0,)
