"""Every number of a report against fractions, mpmath and the definitions, on every way, dtype and layout."""

import itertools
import math
from fractions import Fraction

import evaluation_oracle as oracle
import numpy as np
import pytest
from bounds import CONFIDENCE_OF_LOGITS, brier_bound
from cases import FLOATS, LABEL_DTYPES, LAYOUTS, label_numbers, probabilities
from logit_cases import logits
from ways import TIERS, way

import xentc
from xentc._evaluation.records import loss_edges

EXACT = (
    "count", "weight", "sum", "mean", "perplexity", "bits", "variance", "standard_error", "hits", "accuracy"
)  # fmt: skip
SIZES = ((1, 1), (1, 3), (2, 2), (257, 10), (300, 63), (300, 64), (70, 100), (5, 1025), (3, 20000))
N, K = 300, 10


def data(n=N, k=K, dtype="float32", seed=1, *, from_logits=False):
    labels = label_numbers(seed, n, k, "int64")
    if from_logits:
        return labels, logits("normal", seed, n, k, dtype)
    return labels, (probabilities(seed, n, k, dtype) if k > 1 else np.ones((n, 1), dtype))


def assert_same(got, want, names=EXACT):
    for name in names:
        a, b = getattr(got, name), want[name]
        assert type(a) is type(b), name
        assert a == b or (a != a and b != b), f"{name}: got {a!r}, want {b!r}"


def assert_statistics(got, of, weighted, bound):
    assert_same(got, oracle.statistics(of, weighted))
    if not of.loss:
        assert math.isnan(got.brier)
        return
    whole = sum(map(Fraction, of.weight))
    want = math.fsum(float(b) * w for b, w in zip(of.brier, of.weight, strict=True)) / float(whole)
    assert abs(got.brier - want) <= bound * max(1.0, want)


def check(labels, y, *, bins=15, worst=10, by=None, weight=None, where=None, number=None, row=None, **options):
    """A report of one update against the oracle, whole."""
    from_logits = options.get("from_logits", False)
    report = (
        xentc.Evaluation(bins=bins, worst=worst, **options)
        .update(labels, y, sample_weight=weight, where=where, by=by, row=row)
        .report()
    )
    of = oracle.rows(labels, y, weight=weight, where=where, number=number, **options)
    n_classes, weighted = np.shape(y)[-1], weight is not None
    bound = brier_bound(str(y.dtype), n_classes, from_logits=from_logits)
    assert_statistics(report, of, weighted, bound)
    assert report.n_classes == n_classes == len(report.by_class)
    for k, group in enumerate(report.by_class):
        assert group.name == k
        assert_statistics(group, of.of([c == k for c in of.label]), weighted, bound)
    if by is not None:
        keys = [np.asarray(by)[list(np.arange(len(labels)) if number is None else number).index(i)] for i in of.number]
        assert [group.name for group in report.by] == sorted({key.item() for key in keys})
        for group in report.by:
            assert_statistics(group, of.of([key == group.name for key in keys]), weighted, bound)
    assert [(w.row, w.loss, w.label, w.predicted) for w in report.worst] == oracle.worst(of, worst)
    at = dict(zip(of.number, of.probability, strict=True))
    for w in report.worst:
        assert abs(w.probability - float(at[w.row])) <= (CONFIDENCE_OF_LOGITS[str(y.dtype)] if from_logits else 0)
    assert_histogram(report, of)
    if not from_logits:
        assert_calibration(report, of, bins)
    return report


def assert_histogram(report, of):
    edges = loss_edges()
    counts, _ = np.histogram(of.loss, edges)
    seen = np.flatnonzero(counts)
    span = range(seen[0], seen[-1] + 1) if seen.size else ()
    assert [(b.low, b.high, b.count) for b in report.losses] == [(edges[i], edges[i + 1], counts[i]) for i in span]


def assert_calibration(report, of, n_bins):
    want, _ = oracle.calibration(of, n_bins)
    edges = np.linspace(0, 1, n_bins + 1).tolist()
    assert [(b.low, b.high) for b in report.calibration] == list(itertools.pairwise(edges))
    gaps = []
    for got, (count, weight, sure, right) in zip(report.calibration, want, strict=True):
        assert (got.count, got.weight) == (count, float(weight))
        if count:
            assert (got.confidence, got.accuracy) == (float(sure / weight), float(right / weight))
            gaps.append((abs(right - sure), weight))
        else:
            assert math.isnan(got.confidence)
            assert math.isnan(got.accuracy)
    if not gaps:
        assert math.isnan(report.expected_calibration_error)
        assert math.isnan(report.maximum_calibration_error)
        return
    assert report.expected_calibration_error == float(sum(gap for gap, _ in gaps) / sum(map(Fraction, of.weight)))
    assert report.maximum_calibration_error == max(float(gap / weight) for gap, weight in gaps)


def rng():
    return np.random.default_rng(7)


@pytest.mark.crossing(1)
@pytest.mark.parametrize(("n", "k"), SIZES)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("from_logits", [False, True])
def test_sizes(n, k, dtype, from_logits):
    labels, y = data(n, k, dtype, from_logits=from_logits)
    check(labels, y, from_logits=from_logits)


OPTIONS = {
    "weights": {"weight": rng().uniform(0.1, 3, N)},
    "float32 weights, some 0": {"weight": (rng().integers(0, 4, N) / 3).astype("float32")},
    "mask": {"where": rng().random(N) < 0.6},
    "ignored": {"ignore_index": 2},
    "all": {
        "weight": rng().uniform(0.1, 3, N),
        "where": rng().random(N) < 0.8,
        "ignore_index": 2,
        "by": rng().integers(-3, 3, N),
        "eps": 0.05,
    },
    "eps": {"eps": 0.2},
    "bins and worst": {"bins": 1, "worst": 0},
    "many bins, all rows": {"bins": 1000, "worst": 2 * N},
    "more bins than are kept as whole numbers": {"bins": 1500},
    "groups": {"by": rng().integers(0, 40, N)},
}


@pytest.mark.crossing(1)
@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("from_logits", [False, True])
def test_options(name, dtype, from_logits):
    options = dict(OPTIONS[name])
    if from_logits:
        options.pop("eps", None)
    labels, y = data(dtype=dtype, seed=3, from_logits=from_logits)
    check(labels, y, from_logits=from_logits, **options)


@pytest.mark.parametrize("dtype", LABEL_DTYPES)
def test_label_dtypes(dtype):
    labels, y = data(k=2)
    check(labels.astype(dtype), y)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64"])
def test_integer_y(dtype):
    y = np.eye(3)[label_numbers(5, 40, 3, "int64")].astype(dtype)
    report = check(label_numbers(6, 40, 3, "int64"), y)
    assert report.warnings[0].kind == "clipped"


def plain(evaluation):
    return evaluation.to_bytes()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize(("n", "k"), [(300, 10), (130, 100)])
def test_layouts_tiers_and_threads_give_the_same_bits(layout, dtype, from_logits, n, k):
    labels, y = data(n, k, dtype, from_logits=from_logits)
    weight, by = rng().uniform(0.5, 1.5, n), np.arange(n) % 7
    where = rng().random(n) < 0.9
    found = set()
    for tier in TIERS:
        for n_threads, array in ((1, y), (2, LAYOUTS[layout](y))):
            with way(tier, n_threads):
                e = xentc.Evaluation(from_logits=from_logits)
                e.update(labels, array, sample_weight=weight, where=where, by=by)
                found.add(plain(e))
    assert len(found) == 1


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("k", [5, 63, 64, 100, 1030, 70000])
def test_a_row_alone_is_what_it_is_among_others(from_logits, k):
    """Rows one by one, many at once, along the classes and across them."""
    labels, y = data(40, k, "float32", from_logits=from_logits)
    one, many, across = (xentc.Evaluation(from_logits=from_logits) for _ in range(3))
    for i in range(len(labels)):
        one.update(labels[i : i + 1], y[i : i + 1])
    many.update(labels, y)
    across.update(labels, np.asfortranarray(y))
    assert plain(one) == plain(many) == plain(across)


def test_rows_of_several_axes_are_numbered_in_c_order():
    labels, y = data(24)
    flat = xentc.Evaluation(worst=24).update(labels, y, by=np.arange(24) % 5)
    shaped, by = labels.reshape(2, 3, 4), (np.arange(24) % 5).reshape(2, 3, 4)
    last = xentc.Evaluation(worst=24).update(shaped, y.reshape(2, 3, 4, K), by=by)
    turned = xentc.Evaluation(worst=24, axis=0).update(
        shaped.transpose(2, 0, 1), np.moveaxis(y.reshape(2, 3, 4, K), (3, 2), (0, 1)), by=by.transpose(2, 0, 1)
    )
    assert flat.report().to_json() == last.report().to_json()  # NaN is null there
    got, want = turned.report(), flat.report()
    assert (got.sum, got.variance, got.by) == (want.sum, want.variance, want.by)
    order = np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1).ravel().tolist()
    # Rows of one loss come by their numbers, which are others here.
    assert {(w.loss, order[w.row]) for w in got.worst} == {(w.loss, w.row) for w in want.worst}
    assert [w.loss for w in got.worst] == [w.loss for w in want.worst]


def test_row_numbers():
    labels, y = data()
    number = rng().permutation(10**12 + np.arange(N))
    check(labels, y, row=number, number=number)
    check(labels, y, row=50, number=50 + np.arange(N))
    evaluation = xentc.Evaluation(worst=N).update(labels[:100], y[:100], where=np.arange(100) < 5)
    report = evaluation.update(labels[100:], y[100:]).report()
    assert {w.row for w in report.worst} == {*range(5), *range(100, N)}


def test_ties_and_nan_among_the_worst():
    y = np.full((600, 2), 0.5)
    y[[17, 400], 0] = np.nan
    for n_threads in (1, 2):
        with way(TIERS[-1], n_threads):
            worst = xentc.evaluate(np.zeros(600, int), y, worst=5).worst
        assert [w.row for w in worst] == [17, 400, 0, 1, 2]
        assert [w.predicted for w in worst] == [None, None, 0, 0, 0]
        assert math.isnan(worst[0].loss)
        assert math.isnan(worst[0].probability)


def test_the_first_of_several_largest_is_predicted():
    for k in (3, 70, 200):
        y = np.full((20, k), 1 / k)
        for from_logits in (False, True):
            for array in (y, np.asfortranarray(y), y.astype("float32")):
                report = xentc.evaluate(np.arange(20) % 2, array, from_logits=from_logits)
                assert report.hits == 10
                assert {w.predicted for w in report.worst} == {0}


@pytest.mark.crossing(1)
@pytest.mark.parametrize("k", [2, 15, 16, 17, 33, 63, 64, 65, 79, 80, 81, 500])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_largest_is_found_at_every_place(k, dtype):
    """Also where all are negative, and in a row of little else."""
    for fill in (0.0, -1.0, -np.inf):
        y = np.full((k, k), fill, dtype)
        np.fill_diagonal(y, -0.5 if fill else 1.0)
        for array in (y, np.asfortranarray(y)):
            e = xentc.Evaluation(check=False, eps=0.0, worst=k).update(np.arange(k), array)
            assert e.report().hits == k
            assert sorted((w.label, w.predicted) for w in e.report().worst) == [(i, i) for i in range(k)]
            z = xentc.evaluate(np.arange(k), array, from_logits=True, worst=k)
            assert z.hits == k


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_confidences_of_any_size(every_tier, dtype):
    """Sums of them are exact: of those that are whole numbers of 2^-62, and of all others."""
    for exponent in (0, -9, -10, -11, -40, -80, -120, 1, 2, 60):
        y = np.ldexp(rng().uniform(0.5, 1, (300, 3)), exponent).astype(dtype)
        labels = label_numbers(8, 300, 3, "int64")
        check(labels, y, check=False)
        y[::7] = 0
        mixed = np.where(np.arange(300)[:, None] % 2 == 0, y, rng().random((300, 3)).astype(dtype))
        check(labels, mixed, check=False, bins=4)


def test_edges_of_bins():
    """(low, high]: a confidence that is an edge is in the bin below it, as scikit-learn and Guo et al. have it."""
    edges = np.linspace(0, 1, 16)
    top = np.concatenate([edges[8:], np.nextafter(edges[8:-1], 1), np.nextafter(edges[9:], 0)])
    y = np.stack([top, 1 - top], 1)
    report = xentc.evaluate(np.zeros(len(y), int), y)
    want = np.bincount(np.searchsorted(edges[1:-1], top), minlength=15)
    assert [b.count for b in report.calibration] == want.tolist()


def test_edges_of_the_histogram():
    edges = np.array(loss_edges())
    labels, z = [], []
    assert edges[1] == 2.0**-32
    assert edges[-2] == 2.0**10
    for loss in (0.0, 2.0**-40, 0.25, 1.0, 3.0, 1000.0, 1024.0, 5000.0):
        labels.append(1)
        z.append([loss, 0.0])
    losses = np.empty(len(z))
    xentc.cross_entropy_labels(labels, np.array(z), from_logits=True, out=losses)
    assert_histogram(
        xentc.evaluate(labels, np.array(z), from_logits=True),
        oracle.rows(np.array(labels), np.array(z), from_logits=True),
    )


def test_what_is_known_without_rows():
    for report in (xentc.Evaluation().report(), xentc.Evaluation(by="day", classes=["a", "b"]).report()):
        assert report.count == 0
        assert math.isnan(report.mean)
        assert report.worst == report.losses == report.warnings == ()
    assert report.classes == ("a", "b")
    assert report.by == ()
    assert [group.count for group in report.by_class] == [0, 0]
    empty = xentc.evaluate(np.zeros(0, int), np.zeros((0, 3)), by=np.zeros(0, int))
    assert (empty.count, empty.n_classes, empty.by) == (0, 3, ())
    one = xentc.evaluate([1], np.array([[0.5, 0.5]]))
    assert math.isnan(one.variance)
    assert math.isnan(one.standard_error)
    assert one.guessing == math.log(2)
    assert one.class_frequencies_loss == 0.0


def test_the_loss_of_class_frequencies():
    labels, y = data()
    weight = rng().uniform(0.5, 2, N)
    for w in (None, weight):
        shares = np.bincount(labels, np.ones(N) if w is None else w, K)
        shares /= shares.sum()
        got = xentc.Evaluation().update(labels, y, sample_weight=w).report().class_frequencies_loss
        assert got == pytest.approx(-sum(f * math.log(f) for f in shares if f), rel=1e-14)


def test_it_agrees_with_cross_entropy():
    labels, y = data(seed=9)
    weight = rng().uniform(0.5, 2, N)
    for w, reduction in ((None, "mean"), (weight, "weighted_mean")):
        report = xentc.Evaluation().update(labels, y, sample_weight=w).report()
        total = xentc.CrossEntropy(variance=True).update_labels(labels, y, sample_weight=w).result()
        assert report.mean == xentc.cross_entropy_labels(labels, y, sample_weight=w, reduction=reduction)
        assert report.sum == total.sum
        assert report.standard_error == total.weighted_standard_error
        assert w is not None or report.variance == total.variance
