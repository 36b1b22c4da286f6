"""Variance, standard errors and intervals against fractions: rounded once, whatever the size of losses and weights."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from cases import label_numbers, one_hot_of, probabilities
from evaluation_oracle import as_float, root
from ways import TIERS, way

import xentc

N, K = 200, 5


def oracle(rows, weights):
    """(variance, standard error, weighted standard error) of finite rows w L and their weights w."""
    r, w = [Fraction(x) for x in rows.tolist()], [Fraction(x) for x in weights.tolist()]
    n = len(r)
    if n < 2:
        return math.nan, math.nan, math.nan
    mean = sum(r) / n
    variance = sum((x - mean) ** 2 for x in r) / (n - 1)
    m = sum(r) / sum(w) if sum(w) else None
    weighted = (
        Fraction(n, n - 1) * sum((x - m * u) ** 2 for x, u in zip(r, w, strict=True)) / sum(w) ** 2 if sum(w) else None
    )
    return as_float(variance), root(variance / n), math.nan if weighted is None else root(weighted)


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b))


def check(total, rows, weights):
    result = total.result()
    got = (result.variance, result.standard_error, result.weighted_standard_error)
    assert all(type(x) is np.float64 for x in got)
    want = oracle(rows, weights)
    assert all(same(a, b) for a, b in zip(got, want, strict=True)), (got, want)
    return result


def rng():
    return np.random.default_rng(11)


WEIGHTS = {
    "none": None,
    "any": rng().uniform(0.1, 3, N),
    "some 0": rng().integers(0, 3, N).astype(float),
    "of both signs": rng().choice([-1.0, 0.5, 2.0], N),
    "float32": rng().uniform(0.1, 3, N).astype("float32"),
    "of all sizes": np.ldexp(rng().uniform(1, 2, N), rng().integers(-1000, 1000, N)),
    "squares below every double": np.ldexp(rng().uniform(1, 2, N), -700),
    "squares above every double": np.ldexp(rng().uniform(1, 2, N), 700),
}


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_of_labels(every_tier, dtype, weights):
    labels, y, s = label_numbers(3, N, K, "int64"), probabilities(4, N, K, dtype), WEIGHTS[weights]
    rows = np.empty(N)
    xentc.cross_entropy_labels(labels, y, sample_weight=s, out=rows)
    total = xentc.CrossEntropy(variance=True).update_labels(labels, y, sample_weight=s)
    check(total, rows, np.ones(N) if s is None else s.astype(float))


def test_of_masked_and_ignored_rows():
    labels, y = label_numbers(3, N, K, "int64"), probabilities(4, N, K, "float64")
    where = rng().random(N) < 0.7
    keep = where & (labels != 2)
    rows = np.empty(keep.sum())
    xentc.cross_entropy_labels(labels[keep], y[keep], out=rows)
    total = xentc.CrossEntropy(variance=True, ignore_index=2).update_labels(labels, y, where=where)
    assert check(total, rows, np.ones(len(rows))).count == keep.sum()


def test_of_targets_class_weights_and_smoothing():
    t, y = probabilities(5, N, K, "float64"), probabilities(4, N, K, "float64")
    s, class_weight = WEIGHTS["any"], np.array([1, 0.5, 2, 4, 0.25])
    for options in ({}, {"class_weight": class_weight}, {"label_smoothing": 0.25}):
        rows = np.empty(N)
        one_hot = one_hot_of(label_numbers(3, N, K, "int64"), K).astype(float)
        for targets in (t, one_hot):
            xentc.cross_entropy(targets, y, sample_weight=s, out=rows, **options)
            total = xentc.CrossEntropy(variance=True, **options).update(targets, y, sample_weight=s)
            result = total.result()
            assert (result.variance, result.standard_error) == oracle(rows, s)[:2]
    labels = label_numbers(3, N, K, "int64")
    xentc.cross_entropy_labels(labels, y, sample_weight=s, class_weight=class_weight, out=rows)
    total = xentc.CrossEntropy(variance=True, class_weight=class_weight)
    check(total.update_labels(labels, y, sample_weight=s), rows, s * class_weight[labels])


def logits_of_losses(losses):
    """Two logits a row whose class 0 has such a loss, nearly."""
    z = np.zeros((len(losses), 2))
    z[:, 1] = [x if x > 1 else mpmath.log(mpmath.expm1(x)) for x in losses.tolist()]
    return z


@pytest.mark.parametrize(
    "exponents", [(511, 530), (600, 1000), (1020, 1023), (-490, -470), (-1000, -700), (-1074, 1000), (-500, 512)]
)
def test_losses_whose_squares_leave_the_doubles(every_tier, exponents):
    losses = np.ldexp(rng().uniform(1, 2, 40), rng().integers(*exponents, 40))
    z, rows, labels = logits_of_losses(losses), np.empty(40), np.zeros(40, int)
    xentc.cross_entropy_labels(labels, z, from_logits=True, out=rows)
    assert np.ldexp(1.0, exponents[0]) <= rows.max()
    total = xentc.CrossEntropy(variance=True, from_logits=True).update_labels(labels, z)
    check(total, rows, np.ones(40))
    report = xentc.Evaluation(from_logits=True).update(labels, z, by=np.zeros(40, int)).report()
    want = oracle(rows, np.ones(40))
    for of in (report, report.by[0], report.by_class[0]):
        assert (of.variance, of.standard_error) == want[:2]


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_rows(n):
    y = probabilities(6, 3, K, "float64")[:n]
    rows = np.empty(n)
    xentc.cross_entropy_labels(np.zeros(n, int), y, out=rows)
    total = xentc.CrossEntropy(variance=True).update_labels(np.zeros(n, int), y)
    if n == 0:
        with pytest.warns(RuntimeWarning, match="no rows"):
            assert math.isnan(total.result().variance)
        return
    check(total, rows, np.ones(n))


def test_equal_losses_have_no_variance():
    total = xentc.CrossEntropy(variance=True).update_labels(np.zeros(9, int), np.full((9, 3), 1 / 3))
    result = total.result()
    assert (result.variance, result.standard_error, result.weighted_standard_error) == (0, 0, 0)
    assert result.interval() == (result.mean, result.mean)


def test_infinite_and_nan_losses_have_none():
    for bad in (0.0, np.nan):
        y = np.array([[0.5, 0.5], [bad, 1.0]])
        result = xentc.CrossEntropy(variance=True, eps=0).update_labels([0, 0], y).result()
        assert np.isnan([result.variance, result.standard_error, result.weighted_standard_error]).all()
        assert all(map(math.isnan, result.interval()))


@pytest.mark.parametrize("level", [0.5, 0.68, 0.9, 0.95, 0.99, 1 - 1e-9, 1e-9])
def test_intervals(level):
    labels, y, s = label_numbers(3, N, K, "int64"), probabilities(4, N, K, "float64"), WEIGHTS["any"]
    result = xentc.CrossEntropy(variance=True).update_labels(labels, y, sample_weight=s).result()
    report = xentc.Evaluation().update(labels, y, sample_weight=s).report()
    half = float(mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf(level)))
    for interval, mean, error in (
        (result.interval(level), result.mean, result.standard_error),
        (result.interval(level, weighted=True), result.weighted_mean, result.weighted_standard_error),
        (report.interval(level), report.mean, report.standard_error),
    ):
        assert interval == (interval.low, interval.high)
        assert interval.low == pytest.approx(float(mean - half * error), rel=1e-14)
        assert interval.high == pytest.approx(float(mean + half * error), rel=1e-14)
    assert result.interval() == result.interval(0.95)


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, float("nan")])
def test_no_such_interval(level):
    y = np.array([[0.5, 0.5], [0.25, 0.75]])
    for made in (
        xentc.CrossEntropy(variance=True).update_labels([0, 1], y).result(),
        xentc.evaluate([0, 1], y),
    ):
        with pytest.raises(ValueError, match=r"level must be a number between 0 and 1, such as 0.95; got"):
            made.interval(level)


def test_what_was_not_asked_for_says_so():
    result = xentc.CrossEntropy().update_labels([0], [[0.5, 0.5]]).result()
    for name in ("variance", "standard_error", "weighted_standard_error"):
        with pytest.raises(AttributeError, match=r"CrossEntropy\(variance=True\)"):
            getattr(result, name)
    with pytest.raises(AttributeError, match=r"CrossEntropy\(variance=True\)"):
        result.interval()


def test_any_split_and_thread_gives_the_same():
    labels, y, s = label_numbers(3, N, K, "int64"), probabilities(4, N, K, "float32"), WEIGHTS["of all sizes"]
    found = set()
    for tier in TIERS:
        for n_threads in (1, 2):
            with way(tier, n_threads):
                whole = xentc.CrossEntropy(variance=True).update_labels(labels, y, sample_weight=s)
                parts = [
                    xentc.CrossEntropy(variance=True).update_labels(labels[i::7], y[i::7], sample_weight=s[i::7])
                    for i in (3, 0, 6, 1, 5, 4, 2)
                ]
                found |= {whole.to_bytes(), sum(parts).to_bytes()}
    assert len(found) == 1


def test_scipy_and_numpy_say_nearly_the_same():
    stats = pytest.importorskip("scipy.stats")
    labels, y = label_numbers(3, N, K, "int64"), probabilities(4, N, K, "float64")
    rows = xentc.cross_entropy_labels(labels, y)
    result = xentc.CrossEntropy(variance=True).update_labels(labels, y).result()
    assert result.variance == pytest.approx(rows.var(ddof=1), rel=1e-13)
    assert result.standard_error == pytest.approx(stats.sem(rows), rel=1e-13)
    low, high = stats.norm.interval(0.9, rows.mean(), stats.sem(rows))
    assert result.interval(0.9) == pytest.approx((low, high), rel=1e-13)
