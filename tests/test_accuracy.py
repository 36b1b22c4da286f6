"""Losses against mpmath: every pair of dtypes, every kind of row, every way to compute."""

from pathlib import Path

import numpy as np
import pytest
from bounds import BOUNDS, IN_WORDS, SEVERAL_TERMS
from cases import FEW_PAIRS, FLOATS, PAIRS, check_for, densities, kinds_for, probabilities, targets
from oracle import assert_accurate, assert_row, exact_loss, exact_row, ulp_error

import xentc


@pytest.mark.parametrize(("t_dtype", "y_dtype"), PAIRS)
def test_every_pair_of_dtypes(t_dtype, y_dtype):
    for kind in kinds_for(t_dtype):
        for n_classes in (3, 17):
            t, y = targets(kind, 5, 11, n_classes, t_dtype), densities(5, 11, n_classes, y_dtype)
            for eps in (None, 0.0) if kind in ("one_hot", "soft") else (None,):
                assert_accurate(xentc.cross_entropy(t, y, eps=eps, check=False), t, y, eps)


@pytest.mark.crossing(1)
@pytest.mark.parametrize(("t_dtype", "y_dtype"), FEW_PAIRS)
def test_every_way(every_way, t_dtype, y_dtype):
    for kind in kinds_for(t_dtype):
        t, y = targets(kind, 6, 60, 23, t_dtype), probabilities(6, 60, 23, y_dtype)
        assert_accurate(xentc.cross_entropy(t, y, check=check_for(kind)), t, y)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("kind", ["soft", "mixed_signs"])
@pytest.mark.parametrize("n_classes", [1024, 1025, 16400])
def test_long_rows(every_tier, dtype, kind, n_classes):
    t, y = targets(kind, 7, 2, n_classes, dtype), probabilities(7, 2, n_classes, dtype)
    assert_accurate(xentc.cross_entropy(t, y, check=check_for(kind)), t, y)


def values_for_the_logarithm(dtype):
    """Exponents of every size, both sides of 1 and of sqrt(1/2) as near as the dtype has them, and ordinary values."""
    info, rng = np.finfo(dtype), np.random.default_rng(8)
    mantissa = rng.uniform(1, 2, 3000)
    exponent = rng.integers(info.minexp - info.nmant, info.maxexp, 3000)
    near = np.concatenate([-np.logspace(-17, -0.6, 1000), np.logspace(-17, -0.6, 1000)])
    steps = np.arange(-100, 100) * float(info.eps)
    cells = np.arange(724, 1450) / 1024
    borders = np.concatenate([np.nextafter(cells, 0), cells, np.nextafter(cells, 2)])
    with np.errstate(over="ignore", under="ignore"):
        y = np.concatenate(
            [np.ldexp(mantissa, exponent), 1 + near, 1 + steps, 0.5**0.5 * (1 + steps), rng.random(2000), borders]
        ).astype(dtype)
    return y[np.isfinite(y) & (y > 0)]


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
def test_the_logarithm(every_tier, dtype):
    y = values_for_the_logarithm(dtype)
    assert y.min() < np.finfo(dtype).smallest_normal
    assert y.max() > np.finfo(dtype).max / 4
    assert ((y < 1) & (y > 1 - 4 * np.finfo(dtype).eps)).any()
    t = np.ones((y.size, 1), bool)
    assert_accurate(xentc.cross_entropy(t, y[:, None], eps=0, check=False), t, y[:, None], 0.0)


@pytest.mark.crossing
# At the last two, the ends of the cell around 1, the second part of a float64 logarithm is largest beside the first.
@pytest.mark.parametrize("value", [0.7, 1.3, 0.3, 1 - 2.0**-20, 1 + 2.0**-9 - 2.0**-20, 1 - 2.0**-10])
@pytest.mark.parametrize("n_classes", [1024, 4096, 4097, 10_000, 1_000_000])  # 4096: terms.h
def test_long_rows_of_equal_terms(every_tier, value, n_classes):
    """Equal terms round alike, so that errors add up instead of averaging out: the worst row for a sum."""
    for dtype in FLOATS[1:]:
        y = np.full(n_classes, value, dtype)
        for t in (np.ones(n_classes, np.uint8), np.full(n_classes, 0.7, dtype)):
            exact = n_classes * exact_loss(t[:1].astype(float), y[:1], 0).loss
            got = xentc.cross_entropy(t, y, check=False)
            assert ulp_error(got, exact, y.dtype) <= BOUNDS[dtype, SEVERAL_TERMS]


@pytest.mark.parametrize("n_classes", [4095, 4096, 4097])
def test_every_way_has_the_bits_of_a_row_as_long(every_way, n_classes):
    """Dense, sparse and listed terms, on both sides of where a long row begins."""
    sparse = pytest.importorskip("scipy.sparse")
    t, y = np.zeros((3, n_classes)), probabilities(12, 3, n_classes, "float64")
    t[:, ::97] = targets("soft", 12, 3, len(t[0, ::97]), "float64")
    rows = xentc.cross_entropy(t, y, check=False)
    assert_accurate(rows, t, y)
    for other in (sparse.csr_array(t), np.asfortranarray(t)):
        assert (xentc.cross_entropy(other, y, check=False) == rows).all()
    dense = t.copy()
    dense[:, 1::2] = np.where(t[:, 1::2] == 0, 1, t[:, 1::2])
    with_ones = np.where((t == 0) & (dense == 1), 1.0, y)  # more terms, and each is 0
    assert (xentc.cross_entropy(dense, with_ones, check=False) == rows).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_one_term_of_any_size(every_tier, dtype):
    """t log y with t from the smallest subnormal to the largest: products that underflow or overflow."""
    t = values_for_the_logarithm(dtype)[::3]
    rng = np.random.default_rng(9)
    y = rng.choice([0.5, 0.999, 1e-3, 0.7], t.size).astype(dtype)
    assert_accurate(xentc.cross_entropy(t[:, None], y[:, None]), t[:, None], y[:, None])


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_results_below_the_normal_numbers(every_tier, dtype):
    rng = np.random.default_rng(10)
    t = (rng.random((300, 5)) * 8 * float(np.finfo(dtype).smallest_normal)).astype(dtype)
    y = (1 - rng.random((300, 5)) * 0.2).astype(dtype)
    got = xentc.cross_entropy(t, y)
    assert ((got > 0) & (got < np.finfo(dtype).smallest_normal)).any()
    assert_accurate(got, t, y)


def test_float64_one_subnormal_term(every_tier):
    """A product that is subnormal is rounded once: its logarithm's low part must not round it again."""
    t, y = np.array([[4.468821183e-315]]), np.array([[float.fromhex("0x1.0624dd2f1a9fcp-10")]])
    assert_accurate(xentc.cross_entropy(t, y), t, y)


# A known limit: a product below 2^-969 has a remainder that float64 cannot hold, so each term is rounded to a
# multiple of 2^-1074. The bound does not hold for sums of such terms, and a strict xfail says so.
@pytest.mark.xfail(reason="products of float64 near 2^-1022 lose their remainders")
def test_float64_sums_of_subnormal_terms():
    rng = np.random.default_rng(10)
    t, y = rng.random((50, 40)) * 1e-322, 1 - rng.random((50, 40)) * 0.9
    assert_accurate(xentc.cross_entropy(t, y), t, y)


def test_float64_terms_down_to_the_last_exact_remainder():
    """The smallest t whose products still have their remainder in full."""
    rng = np.random.default_rng(11)
    t, y = rng.random((50, 40)) * 2.0**-900, 1 - rng.random((50, 40)) * 0.9
    assert_accurate(xentc.cross_entropy(t, y), t, y)


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e30, 1e290])
def test_rows_of_mixed_magnitudes(every_tier, scale):
    rng = np.random.default_rng(12)
    t = rng.random((40, 30)) * np.where(rng.random((40, 30)) < 0.5, scale, 1.0)
    y = rng.random((40, 30))
    assert_accurate(xentc.cross_entropy(t, y), t, y)


def test_cancelling_terms(every_tier):
    """What is left of terms that cancel is right to an ulp of the terms, not of nothing."""
    rng = np.random.default_rng(13)
    y = rng.random((40, 16))
    t = np.concatenate([np.ones((40, 8)), -np.ones((40, 8))], axis=1)
    y[:, 8:] = y[:, :8] * (1 + 1e-9 * rng.random((40, 8)))
    assert_accurate(xentc.cross_entropy(t, y, check=False), t, y)
    # Equal and opposite terms go through different lanes, and leave exactly nothing.
    y[:, 8:] = y[:, 7::-1]
    assert not xentc.cross_entropy(t, y, check=False).any()


@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_integers_beyond_2_53_are_read_as_float64(every_tier, dtype):
    t = np.array([[2**53 + 1, 0], [2**62 + 2**8 + 1, 3], [np.iinfo(dtype).max, 1]], dtype)
    y = np.array([[0.3, 0.7], [0.6, 0.4], [0.9, 0.1]])
    for y_dtype in ("float64", "float32"):
        got = xentc.cross_entropy(t, y.astype(y_dtype))
        wanted = t.astype(float)
        exact = xentc.cross_entropy(wanted, y.astype(y_dtype), eps=float(np.finfo(y_dtype).eps)).astype(y_dtype)
        np.testing.assert_array_max_ulp(got, exact, maxulp=1 if y_dtype == "float32" else 0)


def test_log_likelihood_is_minus_the_loss(every_tier):
    for t_dtype, y_dtype in FEW_PAIRS:
        for kind in kinds_for(t_dtype):
            t, y = targets(kind, 14, 40, 9, t_dtype), probabilities(14, 40, 9, y_dtype)
            options = {"eps": 0, "check": check_for(kind)}
            loss, likelihood = xentc.cross_entropy(t, y, **options), xentc.log_likelihood(t, y, **options)
            np.testing.assert_array_equal(likelihood, -loss)
            assert likelihood.dtype == loss.dtype


@pytest.mark.parametrize("where", IN_WORDS)
def test_the_bounds_are_those_that_the_docs_promise(where):
    if where == "README":
        text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    else:
        text = getattr(xentc, where).__doc__
    text = " ".join(text.split())
    for sentence in IN_WORDS[where]:
        assert sentence in text


def test_float64_one_term_that_is_no_one(every_tier):
    """The worst found: the product is larger in its binade than the logarithm, whose error counts the more."""
    pairs = [("0x1.91f32ef2068fcp+0", "0x1.747b29a714b44p-1"), ("0x1.1e35600afcb8ep+0", "0x1.6b972c766d225p-1")]
    t, y = (np.array([[float.fromhex(pair[i])] for pair in pairs]) for i in (0, 1))
    assert_accurate(xentc.cross_entropy(t, y), t, y)


def test_float64_weights_at_the_worst_place_of_a_binade(every_tier):
    """Many rows of one term, so that some come near what a rounding costs at most."""
    rng = np.random.default_rng(14)
    t, y, s = rng.uniform(0.5, 2, 4000), rng.random(4000), rng.uniform(0.5, 2, 4000)
    worst = 0.0
    for weighted, options in ((t, {"class_weight": [0.7]}), (np.ones(4000), {"sample_weight": s})):
        got = xentc.cross_entropy(weighted[:, None], y[:, None], **options)
        for i in range(4000):
            by_class, factor = options.get("class_weight"), s[i] if "sample_weight" in options else 1.0
            exact = exact_row([weighted[i]], [y[i]], 2.0**-52, 0.0, by_class, factor)
            assert_row(got[i], exact, got.dtype, classes=by_class is not None, samples=by_class is None)
            worst = max(worst, ulp_error(got[i], exact.loss, got.dtype))
    assert worst > 1.1
