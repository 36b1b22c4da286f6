"""float32 and narrower results from probabilities are correctly rounded; mpmath judges what lies near a tie."""

import ml_dtypes
import numpy as np
import pytest
from oracle import mp
from ways import TIERS, way

import xentc

DTYPES = {name: np.dtype(getattr(ml_dtypes, name, name)) for name in ("float32", "float16", "bfloat16")}
EPS = {"float32": 2.0**-23, "float16": 2.0**-10, "bfloat16": 2.0**-7}


def neighbours(x, dtype):
    """The numbers of the dtype at and beside x."""
    middle = np.asarray(x, dtype)
    bits = middle.view(f"i{dtype.itemsize}")
    return [(bits + bits.dtype.type(step)).view(dtype)[()] for step in (-1, 0, 1)]


def nearest(exact, dtype):
    """The number of the dtype that is nearest to a positive mpf; no mpf here is at a tie."""
    return min(neighbours(float(exact), dtype), key=lambda x: abs(mp.mpf(float(x)) - exact))


def exact_row(t, y, eps):
    return -sum(
        (mp.mpf(float(a)) * mp.log(mp.mpf(max(float(b), eps))) for a, b in zip(t, y, strict=True) if a), mp.mpf(0)
    )


def assert_correctly_rounded(got, t, y, dtype, eps):
    """A float64 row of NumPy settles all but those near a tie, which are computed with 200 bits."""
    rows = -(t.astype(np.float64) * np.log(np.maximum(y.astype(np.float64), eps))).sum(axis=1)
    low, high = rows * (1 - 2.0**-40), rows * (1 + 2.0**-40)
    settled = low.astype(dtype) == high.astype(dtype)
    assert got.dtype == dtype
    assert settled.mean() > 0.99
    np.testing.assert_array_equal(got[settled], rows[settled].astype(dtype))
    for i in np.flatnonzero(~settled):
        assert got[i] == nearest(exact_row(t[i], y[i], eps), dtype)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize(("n", "k"), [(20_000, 6), (3_000, 104), (40, 5_000)])
def test_soft_rows(tier, name, n, k):
    dtype, rng = DTYPES[name], np.random.default_rng(k)
    y = rng.random((n, k)) + 1e-3
    y = (y / y.sum(axis=1, keepdims=True)).astype(dtype)
    t = rng.random((n, k)).astype(dtype)
    with way(tier, 2):
        assert_correctly_rounded(xentc.cross_entropy(t, y, check=False), t, y, dtype, EPS[name])


def near_ties(n):
    """Rows on both sides of a middle of two float32, 2^-54 from it, which their float64 sums do not show.

    The first term is near it, a second small one nearer, and a third the rest.
    """
    rng = np.random.default_rng(1)
    t, y = np.ones((2 * n, 3), np.float32), np.empty((2 * n, 3), np.float32)
    for i in range(n):
        y[2 * i : 2 * i + 2] = rng.uniform(0.05, 0.6), 1 - rng.uniform(1, 2) / 1024, 1 - 2.0**-24
        first, second, third = (-mp.log(mp.mpf(float(x))) for x in y[2 * i])
        above = np.nextafter(np.float32(first), np.float32(9))
        middle = (mp.mpf(float(above)) + mp.mpf(float(np.nextafter(above, np.float32(9))))) / 2
        small = np.nextafter(np.float32((middle - first) / second), np.float32(0))
        left = middle - first - mp.mpf(float(small)) * second
        t[2 * i : 2 * i + 2, 1] = small
        t[2 * i : 2 * i + 2, 2] = [float((left + side * middle * mp.mpf(2) ** -54) / third) for side in (-1, 1)]
    return t, y


LAYOUTS = {
    "short rows": lambda x: x,
    "long rows": lambda x: np.pad(x, ((0, 0), (0, 101)), constant_values=np.float32(0)),
    "class axis first": np.asfortranarray,
}


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_both_sides_of_a_tie(tier, layout):
    t, y = near_ties(100)
    want = np.array([nearest(exact_row(*row, 0.0), np.dtype(np.float32)) for row in zip(t, y, strict=True)])
    assert (want[::2] != want[1::2]).all()
    with way(tier, 1):
        t, y = LAYOUTS[layout](t), LAYOUTS[layout](y)
        np.testing.assert_array_equal(xentc.cross_entropy(t, y, check=False), want)
        rows = xentc.cross_entropy(t, y, check=False, out=np.empty(len(t)))
        np.testing.assert_array_equal(rows.astype(np.float32), want)  # sums are made of what rounds to it
        scaled = xentc.cross_entropy(t, y, check=False, sample_weight=np.full(len(t), 0.25))
        np.testing.assert_array_equal(scaled, want / 4)


@pytest.mark.parametrize("tier", TIERS)
def test_smoothed_rows_and_class_weights(tier):
    rng = np.random.default_rng(5)
    y = rng.random((20_000, 8)).astype(np.float32)
    labels = rng.integers(0, 8, len(y))
    t = np.float64(0.125) / 8 + 0.875 * np.eye(8)[labels]
    with way(tier, 2):
        got = xentc.cross_entropy_labels(labels, y, label_smoothing=0.125)
        assert_correctly_rounded(got, t, y, np.dtype(np.float32), EPS["float32"])
        w = np.arange(1.0, 9.0)
        got = xentc.cross_entropy_labels(labels, y, class_weight=w)
        assert_correctly_rounded(got, np.eye(8)[labels] * w, y, np.dtype(np.float32), EPS["float32"])


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("kind", ["hard", "soft"])
def test_two_classes(tier, kind):
    rng = np.random.default_rng(6)
    p = np.concatenate([rng.random(60_000), 2.0 ** -rng.uniform(0, 40, 20_000), 1 - 2.0 ** -rng.uniform(1, 24, 20_000)])
    p = p.astype(np.float32)
    t = rng.integers(0, 2, p.size).astype(np.float32) if kind == "hard" else rng.random(p.size, dtype=np.float32)
    with way(tier, 2):
        got = xentc.binary_cross_entropy(t, p, eps=0)
    rest = 1.0 - t.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = 0.0 - np.where(t > 0, t * np.log(p.astype(np.float64)), 0)
        rows -= np.where(rest > 0, rest * np.log1p(-p.astype(np.float64)), 0)
    settled = (rows * (1 - 2.0**-40)).astype(np.float32) == (rows * (1 + 2.0**-40)).astype(np.float32)
    assert settled.mean() > 0.99
    np.testing.assert_array_equal(got[settled], rows[settled].astype(np.float32))
    for i in np.flatnonzero(~settled):
        exact = -sum(
            mp.mpf(float(c)) * mp.log(x)
            for c, x in ((t[i], mp.mpf(float(p[i]))), (rest[i], 1 - mp.mpf(float(p[i]))))
            if c
        )
        assert got[i] == nearest(exact, np.dtype(np.float32))
