"""Rows are float64 until they are stored: a float64 `out` shows them, sums and means are made of them."""

import math

import numpy as np
import pytest
from bounds import UNROUNDED, UNROUNDED_FROM_LOGITS
from cases import (
    FEW_PAIRS,
    FLOATS,
    REDUCTIONS,
    check_for,
    kinds_for,
    label_numbers,
    one_hot_of,
    option_id,
    probabilities,
    targets,
)
from cases import row_options as all_options
from logit_cases import logits
from logit_oracle import loss_from_logits
from oracle import coefficients, exact_row, quotient
from ways import TIERS, assert_same_bits, first_way, way

import xentc

N, K = 300, 9
LN2 = math.log(2)


def rows_of(function, *arrays, shape=N, **options):
    return function(*arrays, out=np.empty(shape), **options)


def assert_consistent(function, *arrays, shape=N, **options):
    """Every out is the float64 rows rounded once, and the reductions are made of them; returns these rows."""
    rows = rows_of(function, *arrays, shape=shape, **options)
    with np.errstate(over="ignore", under="ignore"):
        for dtype in FLOATS:
            assert_same_bits(function(*arrays, out=np.empty(shape, dtype), **options), rows.astype(dtype))
        plain = function(*arrays, **options)
        assert_same_bits(plain, rows.astype(plain.dtype))
    assert_same_bits(function(*arrays, reduction="sum", **options), np.float64(math.fsum(rows.ravel())))
    return rows


@pytest.mark.parametrize(("t_dtype", "y_dtype"), FEW_PAIRS)
@pytest.mark.parametrize("from_logits", [False, True])
def test_out_and_sum_of_every_kind(every_tier, t_dtype, y_dtype, from_logits):
    for kind in kinds_for(t_dtype):
        t = targets(kind, 201, N, K, t_dtype)
        y = logits("normal", 201, N, K, y_dtype) if from_logits else probabilities(201, N, K, y_dtype)
        options = {"from_logits": from_logits, "check": check_for(kind)}
        assert_consistent(xentc.cross_entropy, t, y, **options)
        assert_consistent(xentc.log_likelihood, t, y, **options)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("options", [o for o in all_options(N, K) if o["eps"] is None], ids=option_id)
def test_forms_have_the_same_float64_rows(options, dtype):
    """One-hot rows, labels and CSR, the short way and the general one, on every tier."""
    sparse = pytest.importorskip("scipy.sparse")
    labels, y = label_numbers(202, N, K, "int32"), probabilities(202, N, K, dtype)
    z = logits("normal", 202, N, K, dtype)
    t = one_hot_of(labels, K, dtype)
    masked = options | {"where": np.ones(N, bool) if options["where"] is None else options["where"]}
    for values, given in ((y, options), (z, options | {"eps": None, "from_logits": True})):
        with first_way():
            want = rows_of(xentc.cross_entropy_labels, labels, values, **given)
        for tier in TIERS:
            with way(tier, 2):
                assert_same_bits(assert_consistent(xentc.cross_entropy_labels, labels, values, **given), want)
                assert_same_bits(assert_consistent(xentc.cross_entropy, t, values, **given), want)
                csr = sparse.csr_array(t.astype("float32"))
                assert_same_bits(assert_consistent(xentc.cross_entropy, csr, values, **given), want)
                uint8 = t.astype("uint8")
                assert_same_bits(rows_of(xentc.cross_entropy, uint8, values, **given), want)
                general = given | {"where": masked["where"]}
                assert_same_bits(rows_of(xentc.cross_entropy_labels, labels, values, **general), want)


@pytest.mark.parametrize("dtype", FLOATS)
def test_precisions_have_the_same_float64_rows(every_tier, dtype):
    """float64 coefficients or float32 ones, listed or dense, along the classes or not: a term is a term."""
    t, y = targets("half_and_half", 203, N, K, dtype), probabilities(203, N, K, dtype)
    want = rows_of(xentc.cross_entropy, t, y)
    assert_same_bits(rows_of(xentc.cross_entropy, t, y, class_weight=np.ones(K)), want)
    assert_same_bits(rows_of(xentc.cross_entropy, np.asfortranarray(t), np.asfortranarray(y)), want)
    assert_same_bits(rows_of(xentc.cross_entropy, t, y, sample_weight=1.0), want)
    total = xentc.CrossEntropy().update(t, y).result()
    assert_same_bits(total.sum, np.float64(math.fsum(want)))


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}, {"sample_weight": 1e-30}], ids=str)
def test_how_exact_the_rows_are_before_they_are_rounded(every_tier, dtype, options):
    """Against mpmath."""
    for kind in ("one_hot", "soft", "counts"):
        t, y = targets(kind, 209, 60, K, dtype), probabilities(209, 60, K, dtype)
        z = logits("normal", 209, 60, K, dtype)
        rows = rows_of(xentc.cross_entropy, t, y, shape=60, **options)
        for_logits = rows_of(xentc.cross_entropy, t, z, shape=60, from_logits=True, **options)
        a, s = options.get("label_smoothing", 0.0), options.get("sample_weight", 1.0)
        for i in range(60):
            exact = exact_row(t[i], y[i], float(np.finfo(dtype).eps), a, None, s)
            assert abs(rows[i] - exact.loss) <= UNROUNDED * exact.size
            exact = loss_from_logits(coefficients(t[i], a), z[i], s)
            assert abs(for_logits[i] - exact.loss) <= UNROUNDED_FROM_LOGITS * exact.size


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("from_logits", [False, True])
def test_binary(every_tier, dtype, from_logits):
    rng = np.random.default_rng(204)
    t, p, s = rng.random(N).astype(dtype), rng.random(N).astype(dtype), rng.uniform(0.1, 3, N)
    p[::7], t[::3] = 0, 1
    for options in ({}, {"sample_weight": s}, {"where": s < 1}):
        rows = assert_consistent(xentc.binary_cross_entropy, t, p, from_logits=from_logits, **options)
        if from_logits:
            wide = rows_of(xentc.binary_cross_entropy, t.astype("f8"), p.astype("f8"), from_logits=True, **options)
            np.testing.assert_allclose(rows, wide, rtol=0 if dtype == "float64" else UNROUNDED_FROM_LOGITS, atol=0)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("gradient", [False, True])
def test_out_beside_a_gradient(every_tier, dtype, gradient):
    labels, z = label_numbers(205, N, K, "int64"), logits("normal", 205, N, K, dtype)
    want = rows_of(xentc.cross_entropy_labels, labels, z, from_logits=True)
    out = np.empty(N)
    xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, out=out)
    assert_same_bits(out, want)


@pytest.mark.parametrize("place", ["misaligned", "byte-swapped", "in y"])
def test_out_that_is_written_by_a_copy(every_tier, place):
    labels, y = label_numbers(206, N, K, "int64"), probabilities(206, N, K, "float32")
    want = rows_of(xentc.cross_entropy_labels, labels, y)
    room = np.empty(8 * N + 8, np.uint8)
    outs = {
        "misaligned": np.ndarray(N, "f8", room.data, 1),
        "byte-swapped": np.empty(N, ">f8"),
        "in y": y.reshape(-1)[: 2 * N].view("f8"),
    }
    xentc.cross_entropy_labels(labels, y, out=outs[place])
    assert_same_bits(outs[place].astype("f8"), want)


WEIGHTS = [1.0, 1e6, 5e-8, 1e-8, 1e-46, 1e39, 1e-300, 1e307, 1e308]


@pytest.mark.parametrize("s", WEIGHTS)
@pytest.mark.parametrize("dtype", FLOATS)
def test_a_weighted_mean_does_not_depend_on_the_size_of_the_weights(every_tier, dtype, s):
    y = np.array([[0.5, 0.5], [0.25, 0.75]], dtype)
    want = (LN2 - math.log(0.75)) / 2
    options = {"sample_weight": [s, s], "reduction": "weighted_mean"}
    for rows, t in ((xentc.cross_entropy_labels, [0, 1]), (xentc.cross_entropy, np.eye(2, dtype=dtype))):
        assert rows(t, y, **options) == pytest.approx(want, rel=2**-33)
    total = xentc.CrossEntropy().update_labels([0, 1], y, sample_weight=[s, s]).result()
    assert_same_bits(total.weighted_mean, xentc.cross_entropy_labels([0, 1], y, **options))
    assert xentc.binary_cross_entropy([0, 1], y[:, 1], **options) == pytest.approx(want, rel=2**-33)
    assert xentc.log_loss([0, 1], y, sample_weight=[s, s]) == pytest.approx(want, rel=2**-33)
    loss, grad = xentc.cross_entropy_labels_and_grad([0, 1], y, **options)
    assert_same_bits(loss, total.weighted_mean)
    np.testing.assert_allclose(grad, [[-1, 0], [0, -2 / 3]], rtol=2 * np.finfo(dtype).eps)
    _, grad = xentc.cross_entropy_labels_and_grad([0, 1], np.zeros((2, 2), dtype), from_logits=True, **options)
    np.testing.assert_array_equal(grad, [[-0.25, 0.25], [0.25, -0.25]])


def test_large_losses_of_small_types(every_tier):
    half = np.array([[0.5, 0.5]], np.float16)
    assert xentc.cross_entropy([[100000, 100000]], half) == math.inf
    assert xentc.cross_entropy([[100000, 100000]], half, reduction="sum") == pytest.approx(200000 * LN2, rel=2**-35)
    assert xentc.CrossEntropy().update([[100000, 100000]], half).result().sum == pytest.approx(200000 * LN2, rel=2**-35)
    tiny = 1 - 2.0**-11
    y = np.array([[tiny, 1 - tiny]], np.float16)
    small = xentc.cross_entropy_labels([0], y, sample_weight=1e-6, out=np.empty(1))
    assert small == pytest.approx(-1e-6 * math.log(tiny), rel=2**-33)
    assert xentc.cross_entropy_labels([0], y, sample_weight=1e-6) == 0


@pytest.mark.parametrize("reduction", REDUCTIONS[1:])
def test_weights_of_every_size_at_once(every_tier, reduction):
    """Against rationals: totals beyond the doubles, and below them, have a quotient all the same."""
    rng = np.random.default_rng(207)
    for low, high in ((-1060, -1000), (1015, 1023), (-1060, 1020), (-40, 40)):
        s = np.ldexp(rng.choice([1.0, 1.0, -1.0], 60) * rng.uniform(1, 2, 60), rng.integers(low, high, 60))
        for dtype in FLOATS:
            labels = label_numbers(208, 60, 3, "int8")
            y = np.clip(probabilities(208, 60, 3, dtype), 0.3, 1).astype(dtype)
            rows = rows_of(xentc.cross_entropy_labels, labels, y, shape=60, sample_weight=s)
            assert np.isfinite(rows).all()
            got = xentc.cross_entropy_labels(labels, y, sample_weight=s, reduction=reduction)
            want = quotient(rows, s if reduction == "weighted_mean" else 1.0)
            assert_same_bits(got, np.float64(float(want) / 60) if reduction == "mean" else want)


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_rows_that_are_not_finite(every_tier, bad):
    """In a weighted mean as in IEEE division: the total weight is finite."""
    y = np.array([[0.0, 1.0], [0.5, 0.5]])
    if math.isnan(bad):
        y[0, 0] = bad
    for s in (1.0, 1e308, [1e308, -1e308], 1e-320):
        options = {"sample_weight": s, "eps": 0, "reduction": "weighted_mean"}
        if s == [1e308, -1e308]:
            with pytest.warns(RuntimeWarning, match="weights sum to 0"):
                got = xentc.cross_entropy_labels([0, 0], y, **options)
        else:
            got = xentc.cross_entropy_labels([0, 0], y, **options)
        np.testing.assert_equal(float(got), bad)
