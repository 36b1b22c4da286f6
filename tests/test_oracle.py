"""The oracle against values known by other means, and against planted faults."""

import math

import numpy as np
import pytest
from cases import edge_values, probabilities, targets
from oracle import assert_accurate, clip, exact_loss, exact_losses, mp, result_dtype, ulp, ulp_error

F = {name: np.dtype(name) for name in ("float16", "float32", "float64")}


def rounded(t, y):
    """The exact losses, each rounded once to the result dtype."""
    values = [exact.loss for exact in exact_losses(t, y)]
    if result_dtype(t.dtype, y.dtype) == np.float64:
        return np.array([float(v) for v in values])
    # Through 80 bits: a second rounding is never off by more than the bound allows.
    return np.array([np.longdouble(mp.nstr(v, 25)) for v in values]).astype(result_dtype(t.dtype, y.dtype))


def test_known_losses():
    assert exact_loss([1, 0], [0.5, 0.5], 0).loss == mp.log(2)
    assert exact_loss([2, 3], [0.25, 0.5], 0).loss == 7 * mp.log(2)
    assert exact_loss([0, 1], [math.nan, 1.0], 0) == (0, 0, 1)
    assert exact_loss([1, -1], [0.5, 0.25], 0).size == 3 * mp.log(2)
    assert exact_loss([1], [0.0], 0).loss == mp.inf
    assert exact_loss([1], [-3.0], 0).loss == mp.inf
    assert exact_loss([1], [0.0], 0.125).loss == 3 * mp.log(2)
    assert mp.isnan(exact_loss([1, 1], [0.0, math.inf], 0).loss)
    assert mp.isnan(exact_loss([1], [math.nan], 0.1).loss)
    assert mp.isnan(exact_loss([math.inf], [1.0], 0).loss)


def test_clip_is_in_the_precision_of_the_computation():
    assert clip(None, F["float64"], F["float16"]) == 2.0**-10
    assert clip(0.1, F["float16"], F["float32"]) == float(np.float32(0.1))
    assert clip(0.1, F["float64"], F["float32"]) == 0.1
    assert clip(0.1, np.dtype("int8"), np.dtype("bool")) == 0.1


@pytest.mark.parametrize("dtype", F.values(), ids=F)
def test_ulp_is_the_distance_of_neighbours(dtype):
    for value in edge_values(dtype.name).values():
        if math.isfinite(value) and value != 0:
            # The step away from 0; the largest number has only the other one, which is as long.
            x = abs(dtype.type(value))
            step = x - np.nextafter(x, dtype.type(0)) if x == np.finfo(dtype).max else np.spacing(x)
            assert ulp(mp.mpf(value), dtype) == mp.mpf(float(step))
    assert ulp(mp.mpf(0), dtype) == mp.mpf(float(np.finfo(dtype).smallest_subnormal))


@pytest.mark.parametrize("dtype", F.values(), ids=F)
def test_error_at_infinity_and_nan(dtype):
    largest = mp.mpf(float(np.finfo(dtype).max))
    step = ulp(largest, dtype)
    assert ulp_error(math.nan, mp.nan, dtype) == 0
    assert ulp_error(math.inf, mp.inf, dtype) == 0
    assert ulp_error(math.inf, largest + 8 * step, dtype) == 0
    assert ulp_error(math.inf, largest + step / 2, dtype) == 0.5
    assert ulp_error(float(largest), largest + step / 2, dtype) == 0.5
    assert ulp_error(float(largest), largest + 2 * step, dtype) == 2
    assert ulp_error(math.inf, largest, dtype) == 1
    for got, exact in ((math.nan, mp.mpf(1)), (1.0, mp.nan), (1.0, mp.inf), (-math.inf, mp.inf), (math.inf, mp.nan)):
        assert ulp_error(got, exact, dtype) == math.inf
    assert ulp_error(-math.inf, mp.mpf(1), dtype) > 1e3


@pytest.mark.parametrize("dtype", F)
@pytest.mark.parametrize("kind", ["one_hot", "soft", "half_and_half", "sparse"])
def test_planted_faults_are_caught(dtype, kind):
    t, y = targets(kind, 3, 40, 9, dtype), probabilities(3, 40, 9, dtype)
    good = rounded(t, y)
    assert_accurate(good, t, y)
    finite = np.flatnonzero(good != 0)
    assert finite.size > 10
    # One row off by two ulp (an ulp of the sum is never less than one of the row), in either direction.
    for i in (finite[0], finite[-1]):
        for direction in (-np.inf, np.inf):
            bad = good.copy()
            for _ in range(2):
                bad[i] = np.nextafter(bad[i], bad.dtype.type(direction))
            with pytest.raises(AssertionError, match=f"row {i}: "):
                assert_accurate(bad, t, y)
    for wrong in (np.nan, np.inf, 0.0):
        bad = good.copy()
        bad[finite[3]] = wrong
        with pytest.raises(AssertionError, match="ulp, more than"):
            assert_accurate(bad, t, y)
    with pytest.raises(AssertionError):
        assert_accurate(-good, t, y)
    with pytest.raises(AssertionError):
        assert_accurate(good[:-1], t, y)
    with pytest.raises(AssertionError):
        assert_accurate(good.astype("float32" if dtype != "float32" else "float64"), t, y)


@pytest.mark.parametrize("dtype", F)
def test_a_one_hot_row_one_ulp_off_is_caught(dtype):
    t, y = targets("one_hot", 3, 40, 9, dtype), probabilities(3, 40, 9, dtype)
    bad = rounded(t, y)
    i = int(np.flatnonzero(bad)[5])
    bad[i] = np.nextafter(bad[i], bad.dtype.type(np.inf))
    with pytest.raises(AssertionError, match=f"row {i}: "):
        assert_accurate(bad, t, y)


def test_a_negative_zero_is_caught():
    t, y = np.zeros((1, 3)), np.ones((1, 3))
    assert_accurate(np.zeros(1), t, y)
    with pytest.raises(AssertionError):
        assert_accurate(np.array([-0.0]), t, y)
