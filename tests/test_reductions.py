""" "sum" is math.fsum of the rows to the last bit, "mean" that sum divided once; on every tier and thread count."""

import itertools
import math

import numpy as np
import pytest
from cases import FEW_PAIRS, LAYOUTS, check_for, kinds_for, probabilities, targets
from ways import TIERS, assert_same_bits, first_way, way

import xentc

inf, nan = math.inf, math.nan


def assert_sums(t, y, check=None):
    """Against the rows that a float64 `out` takes, all finite; the wanted value is computed by Python alone."""
    rows = xentc.cross_entropy(t, y, out=np.empty(np.shape(t)[:-1]), check=check).ravel().tolist()
    total = math.fsum(rows)
    assert math.isfinite(total)
    assert_same_bits(xentc.cross_entropy(t, y, reduction="sum", check=check), np.float64(total))
    assert_same_bits(xentc.cross_entropy(t, y, reduction="mean", check=check), np.float64(total / len(rows)))
    assert_same_bits(xentc.log_likelihood(t, y, reduction="sum", check=check), np.float64(0.0 - total))
    return rows


@pytest.mark.crossing(1)
@pytest.mark.parametrize(("t_dtype", "y_dtype"), FEW_PAIRS)
def test_sums_of_every_pair(every_way, t_dtype, y_dtype):
    for kind in kinds_for(t_dtype):
        for n_rows in (1, 63, 64, 65, 300):
            t, y = targets(kind, 31, n_rows, 5, t_dtype), probabilities(31, n_rows, 5, y_dtype)
            assert_sums(t, y, check_for(kind))


def rows_of(values):
    """t, y whose losses are about the values: t = (value,), y = 1/e."""
    values = np.asarray(values, float)
    return values[:, None], np.full((values.size, 1), math.exp(-1))


MAGNITUDES = {
    "ordinary": lambda rng, n: rng.normal(size=n),
    "all exponents": lambda rng, n: np.ldexp(rng.normal(size=n), rng.integers(-1060, 1015, n)),
    "huge and small": lambda rng, n: rng.normal(size=n) * rng.choice([1e300, 1.0, 1e-300], n),
    "cancelling": lambda rng, n: rng.permutation(np.concatenate([x := rng.normal(size=n // 2) * 1e9, -x, [1e-9]])),
    "subnormal": lambda rng, n: rng.normal(size=n) * 1e-310,
    "one large": lambda rng, n: np.concatenate([[2.0**53], np.full(n - 1, 0.5)]),
    "ties": lambda rng, n: rng.choice([1.0, 2.0**-53, -(2.0**-53), 2.0**-54, 2.0**-106], n),
}


@pytest.mark.parametrize("magnitude", MAGNITUDES)
@pytest.mark.parametrize("n", [2, 64, 66, 256, 1000, 5000])
def test_sums_of_every_magnitude(every_tier, magnitude, n):
    for seed in range(4):
        t, y = rows_of(MAGNITUDES[magnitude](np.random.default_rng([32, seed, n]), n))
        rows = assert_sums(t, y, check=False)
        # Not only fsum's: the exact sum of the rows as an integer, so that order cannot matter.
        assert_same_bits(xentc.cross_entropy(t[::-1], y, reduction="sum", check=False), np.float64(math.fsum(rows)))


def test_sums_cancel_exactly(every_way):
    x = np.ldexp(np.random.default_rng(33).normal(size=2000), np.random.default_rng(34).integers(-900, 900, 2000))
    t, y = rows_of(np.random.default_rng(35).permutation(np.concatenate([x, -x])))
    assert_same_bits(xentc.cross_entropy(t, y, reduction="sum", check=False), np.float64(0))


def test_overflow_is_that_of_the_exact_sum(every_tier):
    """A partial sum may leave the range: the total alone decides."""
    big = 1.7e308
    t, y = rows_of([big, big, -big, -big, 1.0])
    assert xentc.cross_entropy(t, y, reduction="sum", check=False) == xentc.cross_entropy(*rows_of([1.0]))[0]
    t, y = rows_of([big] * 100)
    assert xentc.cross_entropy(t, y, reduction="sum", check=False) == inf
    assert xentc.cross_entropy(-t, y, reduction="sum", check=False) == -inf
    t, y = rows_of([big] * 100 + [-big] * 99)
    assert xentc.cross_entropy(t, y, reduction="sum", check=False) == xentc.cross_entropy(t[:1], y[:1])[0]


@pytest.mark.parametrize(
    ("losses", "total"),
    [
        ([inf, 1.0], inf),
        ([-inf, 1.0], -inf),
        ([inf, -inf], nan),
        ([nan, 1.0], nan),
        ([nan, inf], nan),
        ([inf] * 300, inf),
        ([inf] + [-inf] * 300, nan),
        ([1.7e308] * 200 + [-inf], -inf),
    ],
)
def test_infinities_and_nan(every_way, losses, total):
    t, y = rows_of(losses)
    for order in (slice(None), slice(None, None, -1)):
        for reduction in ("sum", "mean"):
            np.testing.assert_equal(xentc.cross_entropy(t[order], y, reduction=reduction, check=False), total)
        np.testing.assert_equal(xentc.log_likelihood(t[order], y, reduction="sum", check=False), -total)


def test_sums_of_narrow_rows_are_of_the_float64_rows(every_tier):
    """A float16 or float32 loss is rounded where it is stored and nowhere else: it keeps its digits in a sum."""
    for dtype in ("float16", "float32"):
        t, y = targets("soft", 36, 500, 7, dtype), probabilities(36, 500, 7, dtype)
        rows = xentc.cross_entropy(t, y)
        assert rows.dtype == dtype
        total = xentc.cross_entropy(t, y, reduction="sum")
        assert total != math.fsum(rows.tolist())
        exact = xentc.cross_entropy(t.astype(float), y, eps=float(np.finfo(dtype).eps), reduction="sum")
        assert total == pytest.approx(exact, rel=2**-35)
    t, y = np.full((300, 1), 60000.0, "f2"), np.full((300, 1), 0.1, "f2")
    assert (xentc.cross_entropy(t, y) == inf).all()
    exact = 300 * 60000 * -math.log(float(y[0, 0]))
    assert xentc.cross_entropy(t, y, reduction="sum") == pytest.approx(exact, rel=2**-35)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sums_do_not_depend_on_layout_or_threads(layout):
    t, y = targets("soft", 37, 6000, 90, "float64"), probabilities(37, 6000, 90, "float64")
    with first_way():
        want = xentc.cross_entropy(t, y, reduction="sum"), xentc.cross_entropy(t, y, reduction="mean")
    t, y = LAYOUTS[layout](t), LAYOUTS[layout](y)
    for n_threads in (1, 3):
        with way(TIERS[-1], n_threads):
            assert_same_bits(xentc.cross_entropy(t, y, reduction="sum"), want[0])
            assert_same_bits(xentc.cross_entropy(t, y, reduction="mean"), want[1])


def test_no_rows(every_way):
    empty = np.zeros((0, 4), "f4")
    assert_same_bits(xentc.cross_entropy(empty, empty, reduction="sum"), np.float64(0))
    with pytest.warns(RuntimeWarning, match="mean of no rows") as caught:
        assert np.isnan(xentc.cross_entropy(empty, empty, reduction="mean"))
    assert caught[0].filename == __file__
    with pytest.warns(RuntimeWarning, match="mean of no rows") as caught:
        assert np.isnan(xentc.log_likelihood(empty, empty, reduction="mean"))
    assert caught[0].filename == __file__


def test_one_row_is_its_own_sum(every_way):
    for dtype in ("float16", "float32", "float64"):
        t, y = targets("soft", 38, 1, 9, dtype)[0], probabilities(38, 1, 9, dtype)[0]
        row = xentc.cross_entropy(t, y, out=np.empty(()))
        for reduction in ("sum", "mean"):
            assert_same_bits(xentc.cross_entropy(t, y, reduction=reduction), row[()])


def test_exact_sum_merges():
    from xentc._core.exact import ExactSum

    one = ExactSum(units=1 << 1074)
    assert float(one.merge(ExactSum(units=-(1 << 1074)))) == 0
    assert float(ExactSum()) == 0
    assert float(one.merge(ExactSum(units=1 << (1074 - 53)))) == 1.0  # a tie, to even
    assert float(one.merge(ExactSum(units=(1 << (1074 - 53)) + 1))) == 1 + 2.0**-52
    assert float(ExactSum(units=1 << (1074 + 1024))) == inf
    assert float(ExactSum(units=-(1 << (1074 + 1024)))) == -inf
    assert math.isnan(float(ExactSum(0, 1).merge(ExactSum(0, 0, 1))))
    assert float(ExactSum(5, 2)) == inf


def test_exact_quotients():
    """Of finite sums rounded once, whatever their size; else as IEEE division has it."""
    from xentc._core.exact import ExactSum

    one, huge, tiny = ExactSum(1 << 1074), ExactSum(3 << 2200), ExactSum(3)
    values = {"one": one, "huge": huge, "-huge": ExactSum(-3 << 2200), "tiny": tiny, "0": ExactSum()}
    values |= {"inf": ExactSum(5, 1), "-inf": ExactSum(5, 0, 1), "nan": ExactSum(5, 1, 1), "NaN": ExactSum(0, 0, 0, 1)}
    assert ExactSum(1) / ExactSum(3) == 1 / 3
    assert huge / ExactSum(1 << 2200) == 3
    assert tiny / ExactSum(1) == 3
    assert huge / tiny == inf
    assert values["-huge"] / tiny == -inf
    assert tiny / huge == 0
    assert one / ExactSum(3 << 1074) == 1 / 3
    signs = {"one": 1.0, "huge": 1.0, "-huge": -1.0, "tiny": 1.0, "0": 0.0, "inf": inf, "-inf": -inf}
    for a, b in itertools.product(values, repeat=2):
        if {a, b} & {"inf", "-inf", "nan", "NaN"} or b == "0":
            with np.errstate(all="ignore"):
                want = np.float64(signs.get(a, nan)) / np.float64(signs.get(b, nan))
            np.testing.assert_equal(values[a] / values[b], float(want))
