"""Rows that are infinite or NaN beside finite ones, wherever they stand in a tile: their values are those of IEEE
arithmetic in plain Python, and the others have the bits that they have without them."""

import math
from typing import Any

import numpy as np
import pytest

import xentc
from tests.ways import assert_same_bits

N_ROWS = 517  # two tiles of 256 and a rest
BAD = [0, 7, 8, 255, 256, 300, 301, 302, 511, 512, 516]
CLASSES = [1, 2, 10, 100, 1030]
SPECIAL = {"nan": math.nan, "0": 0.0, "inf": math.inf, "-nan": -math.nan}
KINDS = ["labels", "one_hot", "soft", "csr"]


def plain_log(x: float) -> float:
    return -math.inf if x == 0 else math.log(x)


def plain_row(c: Any, x: Any) -> float:
    """The sum of the terms that have a coefficient, as IEEE arithmetic makes it."""
    return -sum(float(a) * float(b) for a, b in zip(c, x, strict=True) if a != 0)


def plain_lse(z: Any) -> float:
    m = max((float(x) for x in z if x == x), default=math.nan)
    if any(x != x for x in z) or math.isinf(m):
        return math.nan if any(x != x for x in z) or m < 0 else m
    return m + math.log(math.fsum(math.exp(float(x) - m) for x in z))


def data(kind: str, n_classes: int, dtype: str) -> tuple[Any, Any, Any]:
    """The target as it is passed, as a dense one, and probabilities."""
    rng = np.random.default_rng([n_classes, KINDS.index(kind)])
    y = rng.random((N_ROWS, n_classes)) + 0.01
    y = (y / y.sum(axis=1, keepdims=True)).astype(dtype)
    labels = rng.integers(0, n_classes, N_ROWS)
    one_hot = np.eye(n_classes, dtype=dtype)[labels]
    soft = rng.random((N_ROWS, n_classes)).astype(dtype)
    if kind == "labels":
        return labels, one_hot, y
    if kind == "csr":
        sparse = pytest.importorskip("scipy.sparse")
        t = np.where(rng.random(soft.shape) < 0.2, soft, one_hot)
        return sparse.csr_array(t.astype("float32") if dtype == "float16" else t), t, y
    return (one_hot, one_hot, y) if kind == "one_hot" else (soft, soft, y)


def spoiled(x: Any, value: float) -> Any:
    """One element of each of some rows; every second of them at its last class, others anywhere."""
    rng = np.random.default_rng(1)
    x = x.copy()
    for i, row in enumerate(BAD):
        x[row, -1 if i % 2 else rng.integers(0, x.shape[1])] = value
    return x


def function_of(kind: str, suffix: str = "") -> Any:
    return getattr(xentc, ("cross_entropy_labels" if kind == "labels" else "cross_entropy") + suffix)


def smoothed(t: Any, label_smoothing: float) -> Any:
    return (1 - label_smoothing) * t.astype(float) + label_smoothing / t.shape[1]


@pytest.mark.parametrize(
    "options", [{}, {"label_smoothing": 0.25}, {"class_weight": True}], ids=["", "smooth", "weight"]
)
@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("kind", KINDS)
def test_probabilities(every_tier, kind, special, options):
    value = SPECIAL[special]
    for dtype in ("float32", "float64", "float16"):
        for n_classes in CLASSES:
            target, t, y = data(kind, n_classes, dtype)
            weight = np.linspace(0.5, 2, n_classes) if "class_weight" in options else np.ones(n_classes)
            given = {**options, **({"class_weight": weight} if "class_weight" in options else {}), "eps": 0}
            bad = spoiled(y, value)
            want = function_of(kind)(target, y, **given)
            c = smoothed(t, options.get("label_smoothing", 0.0)) * weight
            for row in BAD:
                sum_of_row = plain_row(c[row], [plain_log(x) for x in bad[row].tolist()])
                if not math.isfinite(sum_of_row):
                    want[row] = sum_of_row
            for check in (False,) if value == math.inf else (None, False):
                for layout in (np.ascontiguousarray, np.asfortranarray):
                    got = function_of(kind)(target, layout(bad), check=check, **given)
                    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.25])
@pytest.mark.parametrize("special", [*SPECIAL, "-inf"])
@pytest.mark.parametrize("kind", KINDS)
def test_logits_and_their_gradient(every_tier, kind, special, label_smoothing):
    value = SPECIAL.get(special, -math.inf)
    for dtype in ("float32", "float64"):
        for n_classes in CLASSES:
            target, t, y = data(kind, n_classes, dtype)
            z = np.log(y)
            bad = spoiled(z, value)
            options = {"label_smoothing": label_smoothing, "from_logits": True}
            c = smoothed(t, label_smoothing)
            of_good, of_bad = (function_of(kind, "_and_grad")(target, x, **options) for x in (z, bad))
            assert_same_bits(function_of(kind)(target, bad, **options), of_bad[0])
            others = np.setdiff1d(np.arange(N_ROWS), BAD)
            for good, got in zip(of_good, of_bad, strict=True):
                assert_same_bits(got[others], good[others])
            for row in BAD:
                lse = plain_lse(bad[row])
                want = plain_row(c[row], [float(x) - lse for x in bad[row]])
                if math.isfinite(want):
                    np.testing.assert_allclose(float(of_bad[0][row]), want, rtol=1e-5, atol=1e-6)
                else:
                    np.testing.assert_equal(float(of_bad[0][row]), want)
                assert np.isnan(of_bad[1][row]).all() == (not math.isfinite(lse))


@pytest.mark.parametrize("label_smoothing", [0.0, 0.25])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("outside", [-0.5, 1.5, math.inf, -math.inf])
def test_what_cannot_be_is_refused_beside_nan(every_tier, kind, label_smoothing, outside):
    """In a row that is NaN already, of a class that is used, and in the first such row."""
    for dtype in ("float32", "float64"):
        for n_classes in (2, 10, 100, 1030):
            target, t, y = data(kind, n_classes, dtype)
            bad = spoiled(y, math.nan)
            used = np.flatnonzero(smoothed(t, label_smoothing)[300])[-1]
            bad[256:] = math.nan
            bad[300:, used] = outside
            row = next(i for i in range(300, N_ROWS) if smoothed(t, label_smoothing)[i, used])
            with pytest.raises(ValueError, match=rf"\b{row}\b"):
                function_of(kind)(target, bad, label_smoothing=label_smoothing)
            assert np.isnan(function_of(kind)(target, bad, label_smoothing=label_smoothing, check=False)).any()


def test_minus_zero_beside_nan_is_no_negative(every_tier):
    for dtype in ("float32", "float64"):
        for n_classes in (2, 10, 100):
            t, _, y = data("soft", n_classes, dtype)
            y[:, 0] = 0
            minus = np.where(y == 0, np.asarray(-0.0, dtype), y)
            for label_smoothing in (0.0, 0.25):
                assert_same_bits(
                    xentc.cross_entropy(t, spoiled(minus, math.nan), label_smoothing=label_smoothing),
                    xentc.cross_entropy(t, spoiled(y, math.nan), label_smoothing=label_smoothing),
                )


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("value", [math.nan, -math.nan, math.inf, -math.inf, 200.0, -104.0])
def test_logits_of_two_classes(every_tier, soft, value):
    rng = np.random.default_rng(2)
    for dtype in ("float32", "float64", "float16"):
        z = rng.normal(size=N_ROWS).astype(dtype)
        t = (rng.random(N_ROWS) if soft else rng.integers(0, 2, N_ROWS)).astype(dtype)
        bad = z.copy()
        bad[BAD] = value
        of_good, of_bad = (xentc.binary_cross_entropy_and_grad(t, x, from_logits=True) for x in (z, bad))
        assert_same_bits(xentc.binary_cross_entropy(t, bad, from_logits=True), of_bad[0])
        others = np.setdiff1d(np.arange(N_ROWS), BAD)
        for good, got in zip(of_good, of_bad, strict=True):
            assert_same_bits(got[others], good[others])
        for row in BAD:
            against = 1 - float(t[row]) if value > 0 else float(t[row])
            want = math.nan if math.isnan(value) else 0.0 if against == 0 else against * abs(value)
            np.testing.assert_allclose(float(of_bad[0][row]), want, rtol=1e-2, atol=1e-7)


@pytest.mark.parametrize("eps", [None, 0])
@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("value", [math.nan, -math.nan, 0.0, 1.0])
def test_probabilities_of_two_classes(every_tier, soft, value, eps):
    rng = np.random.default_rng(3)
    for dtype in ("float32", "float64", "float16"):
        p = (0.1 + 0.8 * rng.random(N_ROWS)).astype(dtype)
        t = (rng.random(N_ROWS) if soft else rng.integers(0, 2, N_ROWS)).astype(dtype)
        bad = p.copy()
        bad[BAD] = value
        got = xentc.binary_cross_entropy(t, bad, eps=eps)
        want = xentc.binary_cross_entropy(t, p, eps=eps)
        used_eps = float(np.finfo(dtype).eps) if eps is None else 0.0
        for row in BAD:
            logs = [plain_log(max(x, used_eps)) if x == x else x for x in (value, 1 - value)]
            if math.isfinite(plain_row([float(t[row]), 1 - float(t[row])], logs)):
                np.testing.assert_allclose(
                    float(got[row]), plain_row([float(t[row]), 1 - float(t[row])], logs), rtol=1e-3, atol=1e-6
                )
                want[row] = got[row]
            else:
                want[row] = plain_row([float(t[row]), 1 - float(t[row])], logs)
        np.testing.assert_array_equal(got, want)
