"""Logits of few float32 classes, which the kernel does side by side and plain ones in one go: a row has its bits in any
company, at any place, in any layout."""

import numpy as np
import pytest

import xentc

CLASSES = [1, 2, 3, 4, 8, 9, 10, 16, 17, 40, 63, 64]
N_ROWS = 600  # more than two tiles, and a part of one


def rows(K):
    """Ordinary ones, of every size, and among them those that plain code must leave to the general way."""
    rng = np.random.default_rng(K)
    z = (rng.standard_normal((N_ROWS, K)) * 10.0 ** rng.integers(-3, 3, (N_ROWS, 1))).astype(np.float32)
    z[::7] = z[::7, :1]  # maxima that occur K times
    t = rng.random((N_ROWS, K)).astype(np.float32)
    t[1::3] = np.eye(K, dtype=np.float32)[rng.integers(K, size=len(t[1::3]))]
    labels = rng.integers(K, size=N_ROWS)
    odd = {3: np.inf, 64: -np.inf, 255: np.nan, 256: 300.0, 300: -1e30, 599: 3e38}
    for row, value in odd.items():
        z[row, labels[row]] = value
    z[128:140] = -np.inf
    z[400:410, 0] = -np.inf
    t[400:410, 0] = 0
    return labels, t, z


def losses(kind, labels, t, z, **options):
    if kind == "labels":
        return xentc.cross_entropy_labels(labels, z, from_logits=True, **options)
    return xentc.cross_entropy(t, z, from_logits=True, **options)


@pytest.mark.parametrize("K", CLASSES)
@pytest.mark.parametrize("kind", ["labels", "t"])
@pytest.mark.usefixtures("every_tier")
def test_a_row_has_its_bits_in_any_company(kind, K):
    labels, t, z = rows(K)
    want = losses(kind, labels, t, z)
    alone = np.array([losses(kind, labels[i : i + 1], t[i : i + 1], z[i : i + 1])[0] for i in range(N_ROWS)])
    assert np.array_equal(alone, want, equal_nan=True)
    ordinary = np.flatnonzero(np.isfinite(want))
    assert np.array_equal(losses(kind, labels[ordinary], t[ordinary], z[ordinary]), want[ordinary])
    for first in (1, 5, 250):
        assert np.array_equal(losses(kind, labels[first:], t[first:], z[first:]), want[first:], equal_nan=True)


@pytest.mark.parametrize("K", CLASSES)
@pytest.mark.parametrize("kind", ["labels", "t"])
@pytest.mark.usefixtures("every_tier")
def test_a_row_has_its_bits_in_any_layout_and_beside_any_option(kind, K):
    labels, t, z = rows(K)
    want = losses(kind, labels, t, z)
    wide = np.zeros((N_ROWS, K + 3), np.float32)
    wide[:, 1:-2] = z
    for other in (np.asfortranarray(z), wide[:, 1:-2], z[:, ::-1].copy()[:, ::-1], z[::-1].copy()[::-1]):
        assert np.array_equal(losses(kind, labels, t, other), want, equal_nan=True)
    assert np.array_equal(losses(kind, labels, np.asfortranarray(t), z), want, equal_nan=True)
    where = np.ones(N_ROWS, bool)
    where[::3] = False
    masked = losses(kind, labels, t, z, where=where)
    assert np.array_equal(masked, np.where(where, want, 0), equal_nan=True)
    double, weighted = np.empty(N_ROWS), np.empty(N_ROWS)
    losses(kind, labels, t, z, out=double)
    with np.errstate(over="ignore"):
        assert np.array_equal(double.astype(np.float32), want, equal_nan=True)
    losses(kind, labels, t, z, out=weighted, sample_weight=np.full(N_ROWS, 2.0))
    assert np.array_equal(weighted, 2 * double, equal_nan=True)
    if kind == "labels":
        one_hot = np.eye(K, dtype=np.float32)[labels]
        assert np.array_equal(losses("t", labels, one_hot, z), want, equal_nan=True)
        loss, _ = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True)
        assert np.array_equal(loss, want, equal_nan=True)
