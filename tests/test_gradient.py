"""Gradients against exact ones, by mpmath: with respect to logits and probabilities, every dtype, kind and option."""

import itertools
import math

import numpy as np
import pytest
from bounds import GRADIENT
from cases import (
    FEW_PAIRS,
    FLOATS,
    PAIRS,
    REDUCTIONS,
    kind_of,
    label_numbers,
    one_hot_of,
    option_id,
    probabilities,
    row_options,
    targets,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from logit_cases import LOGIT_KINDS, logit_targets, logits, with_impossible_classes
from logit_oracle import assert_gradients, exact_gradients, gradient_from_logits, hessian
from oracle import coefficients, mp, ulp_error
from ways import TIERS, assert_same_bits, first_way, way

import xentc

N, K = 6, 7
COMBINATIONS = row_options(N, K)
LOGIT_COMBINATIONS = [options for options in COMBINATIONS if options["eps"] is None]


def grad_of(t, y, **options):
    return xentc.cross_entropy_and_grad(t, y, **options)[1]


def gradient_dtype(y):
    return y.dtype if kind_of(y.dtype) == "f" else np.dtype(np.float64)


def assert_right(got, t, y, **options):
    assert got.shape == y.shape
    assert got.dtype == gradient_dtype(y)
    assert_gradients(got, exact_gradients(t, y, **options), got.dtype)


@pytest.mark.crossing(1)
@pytest.mark.parametrize(("t_dtype", "z_dtype"), PAIRS)
def test_logits_of_every_pair_of_dtypes(t_dtype, z_dtype):
    for i, kind in enumerate(LOGIT_KINDS):
        z = logits(kind, 201, 2, K - i % 4, z_dtype)
        for t in logit_targets(201, 2, K - i % 4, t_dtype).values():
            assert_right(grad_of(t, z, from_logits=True), t, z, from_logits=True)


@pytest.mark.crossing(1)
@pytest.mark.parametrize(("t_dtype", "y_dtype"), PAIRS)
def test_probabilities_of_every_pair_of_dtypes(t_dtype, y_dtype):
    for n_classes in (3, 9):
        y = probabilities(202, 4, n_classes, y_dtype)
        for t in logit_targets(202, 4, n_classes, t_dtype).values():
            for eps in (None, 0.0, 0.01):
                assert_right(grad_of(t, y, eps=eps), t, y, from_logits=False, eps=eps)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("kind", LOGIT_KINDS)
@pytest.mark.parametrize(("t_dtype", "z_dtype"), FEW_PAIRS)
def test_every_kind_of_logits(t_dtype, z_dtype, kind):
    z = logits(kind, 203, 12, 11, z_dtype)
    for t in logit_targets(203, 12, 11, t_dtype).values():
        assert_right(grad_of(t, z, from_logits=True), t, z, from_logits=True)
        possible = with_impossible_classes(z, t)
        assert_right(grad_of(t, possible, from_logits=True), t, possible, from_logits=True)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("kind", "n_classes"), [("normal", 255), ("confident", 1024), ("ties", 1025), ("normal", 16400)]
)
def test_long_rows(dtype, kind, n_classes):
    z = logits(kind, 204, 1, n_classes, dtype)
    every = logit_targets(204, 1, n_classes, dtype)
    for name in every if n_classes < 16400 else ("one-hot",):
        assert_right(grad_of(every[name], z, from_logits=True), every[name], z, from_logits=True)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("ahead", [0.0, 3.0, 19.5, 60.0])
@pytest.mark.parametrize("n_classes", [2, 100, 10_000, 1_000_000])
def test_long_rows_of_equal_terms(every_tier, n_classes, ahead):
    """1 / (1 + (K - 1) exp(-d)) and what is left of 1: errors that add up, in closed form."""
    for dtype in ("float64", "float32"):
        z = np.full((1, n_classes), -300.7, dtype)
        z[0, 1] += np.dtype(dtype).type(ahead)
        e = mp.exp(mp.mpf(float(z[0, 0])) - mp.mpf(float(z[0, 1])))
        total = 1 + (n_classes - 1) * e
        grad = xentc.cross_entropy_labels_and_grad([1], z, from_logits=True)[1][0]
        assert ulp_error(grad[1], -(n_classes - 1) * e / total, z.dtype) <= GRADIENT
        assert ulp_error(grad[0], e / total, z.dtype) <= GRADIENT
        assert (np.delete(grad, 1) == grad[0]).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_entry_of_a_certain_class(every_tier, dtype):
    """p - 1 where p is nearly 1 keeps its digits: it is minus the share of the others, down to the normal numbers."""
    far = {"float16": 9.0, "float32": 87.0, "float64": 708.0}[dtype]
    for n_classes in (2, 3, 8):
        z = -np.linspace(0, far, 60)[:, np.newaxis] * np.ones(n_classes)
        z[:, 2:] -= 0.3
        z[:, 0] = 0
        z = z.astype(dtype)
        t = one_hot_of(np.zeros(60, int), n_classes, "uint8")
        got = grad_of(t, z, from_logits=True)
        assert_right(got, t, z, from_logits=True)
        assert (got[:, 0] < 0).all()
        assert (abs(got[:, 0]) < 2 * float(np.finfo(dtype).smallest_normal) * 1e3).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n_classes", [5, 70])
def test_tiny_sample_weights(every_tier, dtype, n_classes):
    """A gradient that is a normal number of its dtype has all its digits, among rows of ordinary weight too."""
    z = logits("sharp", 207, 8, n_classes, dtype)
    t = logit_targets(207, 8, n_classes, "uint8")
    s = np.array([1, 1e-20, 1e-26, -1e-28, 1e-30, 1e-33, 1e-36, 0])
    for name, order in itertools.product(("one-hot", "counts"), (np.ascontiguousarray, np.asfortranarray)):
        factors = [mp.mpf(v) for v in s.tolist()]
        exact = exact_gradients(t[name], z, from_logits=True, factors=factors)
        for step in (1, -1):
            y, options = order(z[::step].copy()), {"from_logits": True, "sample_weight": s[::step]}
            got = grad_of(t[name][::step], y, **options)
            assert_gradients(got[::step], exact, dtype)
            grad_of(t[name][::step], y, grad_out=y, **options)
            assert_same_bits(y, got)
    labels = np.argmax(t["one-hot"], axis=-1)
    hess = xentc.softmax_objective(labels, z, sample_weight=s)[1]
    assert_gradients(hess, [hessian(v, row) for v, row in zip(s.tolist(), z, strict=True)], dtype)


def factors_of(t, reduction, options):
    """A of each row: s, over the number of rows or over their total weight, exactly."""
    a, w, s, where = (options[name] for name in ("label_smoothing", "class_weight", "sample_weight", "where"))
    counted = np.ones(len(t), bool) if where is None else where
    samples = [mp.mpf(float(v)) for v in np.broadcast_to(1.0 if s is None else s, len(t))]
    weights = [samples[i] * mp.fsum(coefficients(t[i], a, w)) for i in range(len(t)) if counted[i]]
    divisor = {"none": 1, "sum": 1, "mean": int(counted.sum()), "weighted_mean": mp.fsum(weights)}[reduction]
    return [samples[i] / divisor if counted[i] else mp.mpf(0) for i in range(len(t))], counted


def assert_options(got, t, y, options, reduction, *, from_logits):
    factors, counted = factors_of(t, reduction, options)
    exact = exact_gradients(
        t,
        y,
        from_logits=from_logits,
        eps=options["eps"],
        factors=factors,
        label_smoothing=options["label_smoothing"],
        class_weight=options["class_weight"],
    )
    assert_gradients(got, exact, got.dtype)
    assert_same_bits(got[~counted], np.zeros_like(got[~counted]))


@pytest.mark.crossing
@pytest.mark.parametrize("options", LOGIT_COMBINATIONS, ids=option_id)
def test_options_of_logits(options):
    """Each reduction scales; masked rows are +0."""
    kinds = {"float64": "normal", "float32": "confident", "float16": "normal"}
    for (dtype, kind), reduction in itertools.product(kinds.items(), REDUCTIONS):
        z, t, labels = (
            logits(kind, 205, N, K, dtype),
            targets("soft", 205, N, K, dtype),
            label_numbers(205, N, K, "int64"),
        )
        loss, grad = xentc.cross_entropy_and_grad(t, z, from_logits=True, reduction=reduction, **options)
        assert_options(grad, t, z, options, reduction, from_logits=True)
        assert_same_bits(loss, xentc.cross_entropy(t, z, from_logits=True, reduction=reduction, **options))
        loss, grad = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, reduction=reduction, **options)
        assert_options(grad, one_hot_of(labels, K), z, options, reduction, from_logits=True)
        assert_same_bits(loss, xentc.cross_entropy_labels(labels, z, from_logits=True, reduction=reduction, **options))


@pytest.mark.parametrize(("seed", "row"), [(0, 176), (2, 141), (4, 49), (11, 102), (24, 3), (136, 144)])
def test_a_mean_of_weighted_rows_costs_few_digits(every_tier, seed, row):
    """Rows found by search, more than 4 ulp off where scale, weights and the sum are rounded one after the other."""
    rng = np.random.default_rng([212, seed])
    z, labels = rng.normal(size=(300, 63)) * 3, rng.integers(0, 63, 300)
    w, s = rng.uniform(0, 2, 63), rng.uniform(0, 2, 300)
    options = {"from_logits": True, "class_weight": w, "sample_weight": s, "reduction": "mean"}
    got = xentc.cross_entropy_labels_and_grad(labels, z, **options)[1][row : row + 1]
    t = one_hot_of(labels, 63)[row : row + 1]
    exact = exact_gradients(
        t, z[row : row + 1], from_logits=True, factors=[mp.mpf(s[row]) / 300], label_smoothing=0.0, class_weight=w
    )
    assert_gradients(got, exact, "float64")


@pytest.mark.parametrize("n_classes", [1, 5, 70])
def test_one_class_with_a_weight_under_smoothing(n_classes):
    """One c other than 0: what is left of W p - c near p = 1 is the share of the others; nothing, of one class."""
    z, labels = logits("confident", 214, 40, n_classes, "float64"), label_numbers(214, 40, n_classes, "int64")
    sparse = pytest.importorskip("scipy.sparse")
    for weight, a in itertools.product((0.3, 0.7, 1.1), (0.1, 0.5, 1.0)):
        k, w = n_classes // 2, np.zeros(n_classes)
        w[k] = weight
        z[::2, k] = z.max() + 30
        t = one_hot_of(labels, n_classes)
        options = {"label_smoothing": a, "class_weight": w}
        exact = exact_gradients(t, z, from_logits=True, **options)
        with first_way():
            right = grad_of(t, z, from_logits=True, **options)
        assert_gradients(right, exact, "float64")
        for tier in TIERS:
            with way(tier, 2):
                for form in (t, t.astype("float64"), np.asfortranarray(t), sparse.csr_array(t)):
                    assert_same_bits(grad_of(form, z, from_logits=True, **options), right)
                of_labels = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, **options)[1]
            assert_same_bits(of_labels, right)


def test_the_weighted_mean_of_rows_of_tiny_weight(every_tier):
    """Their total, of which the reciprocal is infinite, is what the gradient is divided by."""
    z, labels = logits("normal", 213, 4, 5, "float64"), np.arange(4)
    s = np.full(4, 2.0**-1040)
    options = {"from_logits": True, "reduction": "weighted_mean"}
    want = xentc.cross_entropy_labels_and_grad(labels, z, **options)[1]
    assert_same_bits(xentc.cross_entropy_labels_and_grad(labels, z, sample_weight=s, **options)[1], want)


@pytest.mark.crossing
@pytest.mark.parametrize("options", COMBINATIONS, ids=option_id)
def test_options_of_probabilities(options):
    for dtype, reduction in itertools.product(FLOATS, REDUCTIONS):
        y, t, labels = (
            probabilities(206, N, K, dtype),
            targets("soft", 206, N, K, dtype),
            label_numbers(206, N, K, "int64"),
        )
        y[y == 0] = 1e-6  # a loss of inf has no mean
        loss, grad = xentc.cross_entropy_and_grad(t, y, reduction=reduction, **options)
        assert_options(grad, t, y, options, reduction, from_logits=False)
        assert_same_bits(loss, xentc.cross_entropy(t, y, reduction=reduction, **options))
        loss, grad = xentc.cross_entropy_labels_and_grad(labels, y, reduction=reduction, **options)
        assert_options(grad, one_hot_of(labels, K), y, options, reduction, from_logits=False)
        assert_same_bits(loss, xentc.cross_entropy_labels(labels, y, reduction=reduction, **options))


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("kind", LOGIT_KINDS)
def test_rows_sum_to_0(every_tier, dtype, kind):
    """Within the roundings of their entries."""
    z = logits(kind, 207, 30, 50, dtype)
    eps = float(np.finfo(dtype).eps)
    for name, t in logit_targets(207, 30, 50, "float64").items():
        grad = grad_of(t, z, from_logits=True).astype(float)
        total = t.sum(axis=-1)
        for i in range(30):
            # Every entry is off by GRADIENT ulp of W p and t at most, and these sum to twice the total weight.
            slack = GRADIENT * (2 * eps * total[i] + 50 * float(np.finfo(dtype).smallest_subnormal))
            assert abs(math.fsum(grad[i])) <= slack, (name, i)


def loss_at(x, t, options, from_logits):
    return float(xentc.cross_entropy(t, x, from_logits=from_logits, reduction="sum", **options))


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 6),
    st.booleans(),
    st.sampled_from([0.0, 0.2]),
    st.booleans(),
    st.booleans(),
)
def test_finite_differences(seed, n_classes, from_logits, label_smoothing, by_class, by_row):
    """Central differences of the loss along each coordinate; mpmath judges, this is to see the two agree on meaning."""
    rng = np.random.default_rng(seed)
    t, x = rng.dirichlet(np.ones(n_classes), 3), rng.normal(size=(3, n_classes)) * 2
    x = x if from_logits else rng.uniform(0.1, 1, x.shape)
    options = {
        "label_smoothing": label_smoothing,
        "class_weight": rng.uniform(0, 2, n_classes) if by_class else None,
        "sample_weight": rng.uniform(0, 2, 3) if by_row else None,
    }
    grad = grad_of(t, x, from_logits=from_logits, **options)
    for i in np.ndindex(x.shape):
        h = 2.0**-18
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        difference = (loss_at(up, t, options, from_logits) - loss_at(down, t, options, from_logits)) / (2 * h)
        assert abs(difference - grad[i]) < 1e-6


def test_the_oracle_knows_known_gradients():
    """By other means: closed forms."""
    half = gradient_from_logits([1, 0], [3.0, 3.0])
    assert [e.value for e in half] == [mp.mpf(-0.5), mp.mpf(0.5)]
    thirds = gradient_from_logits([mp.mpf(1)] * 3, [0.0] * 3, 2)
    assert all(e.value == 0 and e.size == 2 for e in thirds)
    ahead = gradient_from_logits([1, 0], [700.0, 0.0])
    assert abs(ahead[0].value / -mp.exp(-700) - 1) < mp.mpf(10) ** -58
    t, y = np.array([[0.5, 0.0, 0.5]]), np.array([[0.25, 0.5, 1e-20]])
    assert [float(e.value) for e in exact_gradients(t, y, from_logits=False)[0]] == [-2.0, 0.0, 0.0]
    with pytest.raises(AssertionError, match="ulp, more than"):
        assert_gradients(np.array([[-2.0, 0.0, 1e-300]]), exact_gradients(t, y, from_logits=False), "float64")
