"""What scikit-learn has a function for is what that function says: loss, accuracy, Brier score, calibration."""

import numpy as np
import pytest

import xentc

metrics = pytest.importorskip("sklearn.metrics")
N, K = 500, 4


def data(k=K, dtype="float64"):
    rng = np.random.default_rng(5)
    y = rng.dirichlet(np.ones(k), N).astype(dtype)
    labels = np.array([rng.choice(k, p=row / row.sum()) for row in y.astype(float)])
    return labels, y, rng.uniform(0.1, 3, N)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("k", [2, 4, 80])
def test_loss_accuracy_and_brier_score(k, weighted):
    labels, y, s = data(k)
    s = s if weighted else None
    report = xentc.evaluate(labels, y, sample_weight=s)
    options = {"sample_weight": s}
    assert report.mean == pytest.approx(metrics.log_loss(labels, y, labels=range(k), **options), rel=1e-12)
    assert report.accuracy == pytest.approx(metrics.accuracy_score(labels, y.argmax(1), **options), rel=1e-14)
    try:
        brier = metrics.brier_score_loss(labels, y, labels=range(k), scale_by_half=False, **options)
    except TypeError:  # before 1.7 of two classes only, and halved
        if k != 2:
            return
        brier = 2 * metrics.brier_score_loss(labels, y[:, 1], **options)
    assert report.brier == pytest.approx(brier, rel=1e-12)


def test_by_class_and_by_group():
    labels, y, s = data()
    groups = np.arange(N) % 7
    report = xentc.evaluate(labels, y, sample_weight=s, by=groups)
    for records, keys in ((report.by_class, labels), (report.by, groups)):
        for record in records:
            of = keys == record.name
            want = metrics.log_loss(labels[of], y[of], sample_weight=s[of], labels=range(K))
            assert record.mean == pytest.approx(want, rel=1e-12)
            assert record.count == of.sum()
            want = metrics.accuracy_score(labels[of], y[of].argmax(1), sample_weight=s[of])
            assert record.accuracy == pytest.approx(want, rel=1e-14)
    recall = metrics.recall_score(labels, y.argmax(1), average=None, sample_weight=s)
    assert [group.accuracy for group in report.by_class] == pytest.approx(recall, rel=1e-14)


@pytest.mark.parametrize("bins", [1, 5, 15])
def test_calibration(bins):
    """`calibration_curve` of "the prediction is right" by its confidence; bins there are [low, high)."""
    from sklearn.calibration import calibration_curve

    labels, y, _ = data()
    report = xentc.Evaluation(bins=bins).update(labels, y).report()
    right, confidence = (labels == y.argmax(1)).astype(int), y.max(1)
    shares, means = calibration_curve(right, confidence, n_bins=bins)
    full = [one for one in report.calibration if one.count]
    assert [one.accuracy for one in full] == pytest.approx(shares, rel=1e-12)
    assert [one.confidence for one in full] == pytest.approx(means, rel=1e-12)
    counts, _ = np.histogram(confidence, np.linspace(0, 1, bins + 1))
    assert [one.count for one in report.calibration] == counts.tolist()
    gaps = np.abs(shares - means)
    assert report.expected_calibration_error == pytest.approx((gaps * counts[counts > 0]).sum() / N, rel=1e-12)
    assert report.maximum_calibration_error == pytest.approx(gaps.max(), rel=1e-12)


def test_from_logits():
    special = pytest.importorskip("scipy.special")
    labels, y, s = data()
    z = np.log(y) * 3 + 5
    p = special.softmax(z, axis=1)
    got = xentc.evaluate(labels, z, from_logits=True, sample_weight=s)
    want = xentc.Evaluation(eps=0).update(labels, p, sample_weight=s).report()
    for name in ("mean", "variance", "standard_error", "accuracy", "brier", "expected_calibration_error"):
        assert getattr(got, name) == pytest.approx(getattr(want, name), rel=1e-12)
    assert [one.count for one in got.calibration] == [one.count for one in want.calibration]
