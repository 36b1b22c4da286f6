"""log_loss against math.fsum of single logarithms, its bounds of memory, its errors and warnings."""

import inspect
import math
import tracemalloc
import warnings

import numpy as np
import pytest

import xentc
from xentc._core.config import use_tier

FLOATS = (np.float16, np.float32, np.float64)


def expected(numbers, y, weight=None, normalize=True):
    """Row by row in float64, from the numbers of the classes."""
    eps = float(np.finfo(y.dtype).eps)
    losses = [-math.log(min(max(float(row[c]), eps), 1 - eps)) for c, row in zip(numbers, y, strict=True)]
    s = [1.0] * len(losses) if weight is None else [float(x) for x in weight]
    total = math.fsum(a * b for a, b in zip(s, losses, strict=True))
    return total / math.fsum(s) if normalize else total


def problem(n=300, k=5, dtype=np.float64, seed=1):
    rng = np.random.default_rng(seed)
    numbers = np.append(np.arange(k), rng.integers(0, k, n - k))
    y = rng.dirichlet(np.ones(k), n)
    y[::7] = np.eye(k)[numbers[::7]]
    y[::11] = np.eye(k)[(numbers[::11] + 1) % k]
    return numbers, y.astype(dtype)


CLASSES = {
    "plain": [0, 1, 2, 3, 4],
    "from one": [1, 2, 3, 4, 5],
    "far apart": [-(10**15), -1, 0, 7, 10**15],
    "text": ["", "a", "ab", "b", "é"],
    "whole floats": [-1.0, 0.0, 2.0, 3.0, 1e6],
}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", CLASSES)
def test_values(name, dtype):
    numbers, y = problem(dtype=dtype)
    y_true = np.array(CLASSES[name])[numbers]
    weight = np.random.default_rng(2).uniform(0, 3, len(y))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for given in (
            y_true,
            y_true.tolist(),
            y_true[:, np.newaxis],
            y_true.astype(object) if name == "text" else y_true,
        ):
            for extra in ({}, {"sample_weight": weight}, {"normalize": False}, {"labels": CLASSES[name]}):
                want = expected(numbers, y, extra.get("sample_weight"), extra.get("normalize", True))
                got = xentc.log_loss(given, y, **extra)
                assert isinstance(got, float)
                assert got == pytest.approx(want, rel=1e-15)


@pytest.mark.parametrize("dtype", "bBhHiIlL")
def test_integer_types(dtype):
    numbers, y = problem()
    want = xentc.log_loss(numbers, y)
    low = 0 if dtype.isupper() else -3
    assert xentc.log_loss(numbers.astype(dtype), y) == want
    assert xentc.log_loss((numbers + low).astype(dtype), y) == want
    top = np.iinfo(dtype).max
    assert xentc.log_loss(np.array([top - 1, top], dtype)[[0, 1, 1]], y[:3, 1]) == xentc.log_loss([0, 1, 1], y[:3, 1])


@pytest.mark.parametrize("dtype", FLOATS)
def test_two_classes(dtype):
    p = np.array([0, 0.25, 1, 0.5, 1, 0, 1e-3], dtype)
    b = np.array([0, 1, 1, 0, 0, 1, 1])
    want = expected(b, np.stack((1 - p, p), axis=1))
    for y_true in (b, b.astype(bool), b.astype(dtype), np.where(b, "yes", "no"), b * 2 - 1, np.eye(2, dtype=int)[b]):
        for y in (p, p[:, np.newaxis], np.stack((1 - p, p), axis=1)):
            assert xentc.log_loss(y_true, y) == pytest.approx(want, rel=1e-15)
    assert xentc.log_loss([1, 1], p[1:3], labels=[0, 1]) == pytest.approx(
        expected([1, 1], np.stack((1 - p, p), 1)[1:3])
    )


def test_ends_are_clipped():
    for dtype in FLOATS:
        y, eps = np.eye(2, dtype=dtype), float(np.finfo(dtype).eps)
        assert xentc.log_loss([0, 1], y) == pytest.approx(-math.log(1 - eps), rel=3e-16)  # a tie, almost
        assert xentc.log_loss([1, 0], y) == pytest.approx(-math.log(eps), rel=3e-16)
    # Between 1 - eps and 1 there is one float64.
    y = np.array([[1 - 2**-53, 2**-53]] * 2)
    assert xentc.log_loss([0, 1], y, normalize=False) == pytest.approx(
        -math.log(1 - 2**-52) - math.log(2**-52), rel=1e-15
    )


def test_large_weights_of_small_types():
    y = np.array([[0.5, 0.5], [0.25, 0.75]], np.float16)
    assert xentc.log_loss([0, 1], y, sample_weight=[1e6, 1e6], normalize=False) == pytest.approx(
        -1e6 * (math.log(0.5) + math.log(0.75))
    )


@pytest.mark.parametrize("layout", ["F", "strided", "reversed", "swapped", "read-only", "integers"])
def test_layouts(layout):
    numbers, y = problem()
    if layout == "integers":
        y = np.eye(5, dtype=np.uint8)[numbers]
    made = {
        "F": lambda: np.asfortranarray(y),
        "strided": lambda: np.repeat(y, 2, axis=1)[:, ::2],
        "reversed": lambda: y[::-1].copy()[::-1],
        "swapped": lambda: y.astype(">f8"),
        "read-only": lambda: y.copy(),
        "integers": lambda: y,
    }[layout]()
    made.flags.writeable = layout != "read-only"
    assert xentc.log_loss(numbers, made) == xentc.log_loss(numbers, np.ascontiguousarray(y, np.float64))
    assert xentc.log_loss(np.repeat(numbers, 2)[::2], made) == xentc.log_loss(numbers, made)


def test_data_frames():
    pandas = pytest.importorskip("pandas")
    numbers, y = problem()
    names = np.array(list("abcde"))[numbers]
    want = xentc.log_loss(numbers, y)
    frame = pandas.DataFrame(y, index=np.arange(len(y))[::-1])
    for series in (names, numbers):
        assert xentc.log_loss(pandas.Series(series), frame) == want
        assert xentc.log_loss(pandas.Series(series, dtype="category"), frame) == want
    assert xentc.log_loss(pandas.Series(numbers, dtype="Int64"), frame) == want


def test_same_on_any_number_of_threads():
    numbers, y = problem(60_000, 30)
    with xentc.num_threads(1):
        want = xentc.log_loss(numbers, y)
    with xentc.num_threads(4):
        assert xentc.log_loss(numbers, y) == want
        assert xentc.log_loss(numbers + 1, y) == want
    assert want == pytest.approx(expected(numbers, y), rel=1e-15)


@pytest.mark.parametrize("weighted", [False, True])
def test_memory(weighted):
    """Nothing of the size of the arrays: at most 4 MiB, here of 160 and 8."""
    n, k = 1_000_000, 20
    y = np.full((n, k), 1 / k)
    numbers = np.arange(n) % k
    weight = np.ones(n) if weighted else None
    xentc.log_loss(numbers[:k], y[:k])
    for y_true in (numbers, numbers + 1):
        tracemalloc.start()
        xentc.log_loss(y_true, y, sample_weight=weight)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak <= 2 << 20  # two threads' working space, 1.2 MB each, is not Python's to count


GOOD = {"y_true": [0, 1, 2], "y_proba": np.full((3, 3), 1 / 3)}
BAD = {
    "above 1": ({"y_proba": [[1.5, 0, 0]] * 3}, ValueError, ["y_proba", "1.5", "row 0, column 0"]),
    "below 0": ({"y_proba": [[1, 0, 0], [1, 0, 0], [0.5, 0.75, -0.25]]}, ValueError, ["-0.25", "row 2, column 2"]),
    "NaN": ({"y_proba": [[math.nan] * 3] * 3}, ValueError, ["y_proba", "nan", "row 0"]),
    "infinity, two classes": ({"y_true": [0, 1], "y_proba": [0.5, math.inf]}, ValueError, ["y_proba", "inf", "row 1"]),
    "three axes": ({"y_proba": np.ones((3, 3, 1))}, ValueError, ["y_proba", "(3, 3, 1)"]),
    "no rows": ({"y_true": [], "y_proba": np.ones((0, 3))}, ValueError, ["y_proba", "(0, 3)"]),
    "complex": ({"y_proba": np.ones((3, 3), complex)}, ValueError, ["y_proba", "complex"]),
    "number": ({"y_proba": 0.5}, TypeError, ["y_proba", "0.5"]),
    "text as labels": ({"y_true": "abc"}, TypeError, ["y_true", "abc"]),
    "lengths": ({"y_true": [0, 1]}, ValueError, ["y_true", "[3, 2]"]),
    "columns": ({"y_true": [0, 1, 1]}, ValueError, ["y_true", "3", "2", "[0, 1]"]),
    "more classes": ({"y_true": [0, 1, 2, 3], "y_proba": np.full((4, 3), 1 / 3)}, ValueError, ["y_true", "3", "4"]),
    "one class": ({"y_true": [7, 7, 7]}, ValueError, ["y_true", "only one label (7)", "labels"]),
    "one label": ({"labels": [1]}, ValueError, ["labels", "two classes", "[1]"]),
    "labels twice": ({"labels": [0, 1, 1]}, ValueError, ["labels", "distinct", "[0, 1, 1]"]),
    "labels lack one": ({"labels": [0, 1, 3]}, ValueError, ["y_true", "{2}", "[0, 1, 3]"]),
    "other labels": ({"labels": ["a", "b", "c"]}, ValueError, ["y_true", "0", "1", "2"]),
    "labels too many": ({"labels": [0, 1, 2, 3]}, ValueError, ["labels", "4", "3"]),
    "fractions": ({"y_true": [0.5, 1, 2]}, ValueError, ["y_true", "0.5"]),
    "NaN label": ({"y_true": [math.nan, 1, 2]}, ValueError, ["y_true", "nan"]),
    "infinite label": ({"y_true": [math.inf, 1, 2]}, ValueError, ["y_true", "inf"]),
    "bytes": ({"y_true": [b"a", b"b", b"c"]}, TypeError, ["y_true", "bytes"]),
    "objects": ({"y_true": [None, 1, 2]}, ValueError, ["y_true", "missing", "row 0"]),
    "mixed list": ({"y_true": ["a", 1, 2]}, ValueError, ["y_true", "1"]),
    "mixed objects": ({"y_true": np.array(["a", 1, 2], object)}, TypeError, ["labels", "types"]),
    "two columns of labels": ({"y_true": [[0, 1], [1, 2], [2, 0]]}, ValueError, ["y_true", "(3, 2)"]),
    "indicator and labels": (
        {"y_true": np.eye(3, dtype=int), "labels": [0, 1, 2]},
        ValueError,
        ["labels", "indicator"],
    ),
    "indicator of other K": ({"y_true": np.eye(3, dtype=int)[:, :2]}, ValueError, ["y_true", "3", "(3, 2)"]),
    "weights short": ({"sample_weight": [1, 2]}, ValueError, ["sample_weight", "[3, 3, 2]"]),
    "weights of two axes": ({"sample_weight": np.ones((3, 1))}, ValueError, ["sample_weight", "(3, 1)"]),
    "weight NaN": ({"sample_weight": [1, math.nan, 1]}, ValueError, ["sample_weight", "nan", "row 1"]),
    "weights 0": ({"sample_weight": [0, 0, 0]}, ValueError, ["sample_weight", "not 0"]),
    "weights cancel": ({"sample_weight": [1, -1, 0]}, ZeroDivisionError, ["sample_weight", "sum to 0"]),
    "normalize": ({"normalize": 1}, TypeError, ["normalize", "1"]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_calls(name):
    arguments, kind, parts = BAD[name]
    with pytest.raises(kind) as caught:
        xentc.log_loss(**{**GOOD, **arguments})
    assert type(caught.value) is kind
    for part in parts:
        assert part in str(caught.value)


def test_a_later_label_that_is_no_class():
    """The first rows show all K classes; what comes after them is looked at all the same."""
    numbers, y = problem(60_000)
    for other in (5, -1, 10**9):
        numbers[-1] = other
        with pytest.raises(ValueError, match="as many classes"):
            xentc.log_loss(numbers, y)
        with pytest.raises(ValueError, match=rf"\{{{other}\}}"):
            xentc.log_loss(numbers, y, labels=range(5))


def test_warnings():
    numbers, y = problem()
    off = y.copy()
    off[200] *= 0.9
    with pytest.warns(UserWarning, match="sum to one") as seen:
        value = xentc.log_loss(numbers, off)
    assert len(seen) == 1
    assert seen[0].filename == __file__
    assert value == pytest.approx(expected(numbers, off), rel=1e-15)  # not renormalised
    with pytest.warns(UserWarning, match="ordered") as seen:
        assert xentc.log_loss(numbers, y, labels=[4, 3, 2, 1, 0]) == xentc.log_loss(numbers, y)
    assert seen[0].filename == __file__
    with pytest.warns(FutureWarning, match="y_proba"):
        assert xentc.log_loss(numbers, y_pred=y) == xentc.log_loss(numbers, y)


@pytest.mark.parametrize("dtype", FLOATS)
def test_tolerance_of_sums(dtype):
    tolerance = math.sqrt(np.finfo(dtype).eps)
    for factor in (0.9, -0.9, 1.8, -1.8):
        y = np.full((20, 4), 0.25, dtype)
        y[13, 2] += dtype(factor * tolerance)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            xentc.log_loss(np.arange(20) % 4, y)
        assert len(seen) == (abs(factor) > 1)


def test_arguments():
    names = list(inspect.signature(xentc.log_loss).parameters)
    assert names == ["y_true", "y_proba", "normalize", "sample_weight", "labels", "y_pred"]


@pytest.mark.crossing(1)
@pytest.mark.parametrize("tier", xentc.show_config("dicts")["simd"]["available"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_every_length_of_a_row_is_checked(tier, dtype):
    """A bad value at each end of each row, and none, with whatever a neighbouring row holds."""
    before = xentc.show_config("dicts")["simd"]["tier"]
    use_tier(tier)
    try:
        for k in (*range(2, 36), 1023, 1025):
            numbers = np.arange(3 * k) % k
            y = np.full((3 * k, k), 1 / k, dtype)
            assert xentc.log_loss(numbers, y) == pytest.approx(
                -math.log(max(float(y[0, 0]), float(np.finfo(dtype).eps)))
            )
            for row in (0, 1, 3 * k - 1):
                for column in (0, k - 1):
                    for bad in (-(2.0**-14), 1 + 2.0**-10, math.nan, math.inf):
                        y[row, column] = bad
                        with pytest.raises(ValueError, match=f"row {row}, column {column}$"):
                            xentc.log_loss(numbers, y)
                    y[row, column] = 0.75
                    with pytest.warns(UserWarning, match="sum to one"):
                        xentc.log_loss(numbers, y)
                    y[row, column] = 1 / k
            y[0, :2] = -0.0, y[0, 1] * 2  # minus 0 is no less than 0
            xentc.log_loss(numbers, y)
    finally:
        use_tier(before)
