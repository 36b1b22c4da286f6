"""The uniform part of smoothed labels: a product, or term by term where its content asks for it."""

import itertools
import math

import numpy as np
import pytest
from bounds import logits_bound
from cases import FLOATS, LAYOUTS, label_numbers, one_hot_of, probabilities, targets
from crossing import slow_beyond
from logit_oracle import loss_from_logits
from oracle import assert_row, clip, coefficients, exact_row, ulp_error
from ways import N_THREADS, TIERS, assert_same_bits, first_way, way

import xentc


def near_one(n_rows, n_classes, dtype, size):
    """Rows whose logarithms sum to about size * K: below K/4 the product is not good enough."""
    rng = np.random.default_rng([121, n_rows, n_classes])
    return np.exp(-2 * size * rng.random((n_rows, n_classes))).astype(dtype)


def assert_rows(got, t, y, a, eps=None):
    applied = clip(eps, np.dtype(y.dtype), y.dtype)
    for i in range(len(t)):
        assert_row(got[i], exact_row(t[i], y[i], applied, a), y.dtype, smoothed=True)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("size", [0.0, 1e-16, 1e-12, 1e-7, 1e-3, 0.2, 0.245, 0.25, 0.255, 0.5])
@pytest.mark.parametrize("n_classes", [1, 2, 9, 100, 1030])
def test_rows_near_one(n_classes, size):
    n_rows = 6 if n_classes < 1000 else 2
    for dtype in FLOATS if n_classes < 1000 else ("float64",):
        t, y = targets("one_hot", 122, n_rows, n_classes, dtype), near_one(n_rows, n_classes, dtype, size)
        y[-1] = 1
        for a in (0.1, 1.0, 1e-9) if n_classes < 1000 else (1.0,):
            got = xentc.cross_entropy(t, y, label_smoothing=a)
            assert_rows(got, t, y, a)
            assert_same_bits(got[-1], np.zeros((), dtype)[()])


LONG = [1, 8, 9, 1023, 1024, 1025, 2048, 8192, 8200, 16400]


@pytest.mark.parametrize("n_classes", slow_beyond(LONG[:-3], LONG))
def test_long_rows(n_classes):
    """Around the pieces of 1024 factors, between which the product is renormalised."""
    for dtype in ("float64", "float32"):
        if dtype == "float32" and n_classes > 1025:
            continue  # its rows are long enough
        t = targets("soft", 123, 3, n_classes, dtype)
        y = probabilities(123, 3, n_classes, dtype)
        y[1] = 0.70711  # all mantissas at an end of their range
        y[2] = 1.4142
        assert_rows(xentc.cross_entropy(t, y, label_smoothing=0.3, check=False), t, y, 0.3)


@pytest.mark.parametrize("n_classes", [1, 7, 8, 9, 100, 1023, 1024, 1025, 2048, 8200])
def test_same_bits_on_every_way_and_layout(n_classes):
    """Rows of both kinds side by side, each alone and in a crowd, along the classes and along the rows."""
    n_rows = 270 if n_classes < 200 else 5
    for dtype in FLOATS:
        y = probabilities(124, n_rows, n_classes, dtype)
        y[::2] = near_one(n_rows, n_classes, dtype, 0.25)[::2]
        y[::5] = near_one(n_rows, n_classes, dtype, 1e-3)[::5]
        labels = label_numbers(124, n_rows, n_classes, "int64")
        for eps in (None, 0):
            options = {"label_smoothing": 0.1, "eps": eps}
            with first_way():
                alone = [xentc.cross_entropy_labels(labels[i], y[i], **options) for i in range(n_rows)]
            want = np.array(alone, dtype)
            t = one_hot_of(labels, n_classes, dtype)
            for tier in TIERS:
                with way(tier, 2):
                    assert_same_bits(xentc.cross_entropy_labels(labels, y, **options), want)
                    for layout in ("c_order", "class_axis_first", "strided_classes", "reversed_classes"):
                        view = LAYOUTS[layout](y)
                        assert_same_bits(xentc.cross_entropy_labels(labels, view, **options), want)
                        assert_same_bits(xentc.cross_entropy(t, view, **options), want)
                        assert_same_bits(xentc.cross_entropy(LAYOUTS[layout](t), y, **options), want)


SPECIAL = {
    "0": (0.0, math.inf),
    "-1": (-1.0, math.inf),
    "NaN": (math.nan, math.nan),
    "inf": (math.inf, -math.inf),
    "subnormal": (None, None),
}


@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("n_classes", [1, 2, 9, 1030])
def test_special_values_under_eps_0(special, n_classes):
    """In the row that has them alone, wherever they stand, t zero or not; right, and the same bits on every way."""
    value, loss = SPECIAL[special]
    for dtype in FLOATS:
        t = targets("one_hot", 125, 8, n_classes, dtype)
        y = np.full((8, n_classes), 0.5, dtype)
        y[3, n_classes // 2] = 3 * np.finfo(dtype).smallest_subnormal if value is None else value
        with first_way():
            right = xentc.cross_entropy(t, y, label_smoothing=0.25, eps=0, check=False)
        finite = np.arange(8) != (None if value is None else 3)
        assert_rows(right[finite], t[finite], y[finite], 0.25, 0)
        for tier, n_threads in itertools.product(TIERS, N_THREADS):
            for layout in ("c_order", "class_axis_first"):
                with way(tier, n_threads):
                    got = xentc.cross_entropy(t, LAYOUTS[layout](y), label_smoothing=0.25, eps=0, check=False)
                assert_same_bits(got[finite], right[finite])
                if value is not None:
                    np.testing.assert_equal(float(got[3]), loss)


@pytest.mark.parametrize("dtype", FLOATS)
def test_below_eps_every_class_is_clipped(every_way, dtype):
    t, y = targets("one_hot", 126, 20, 11, dtype), np.zeros((20, 11), dtype)
    eps = float(np.finfo(dtype).eps)
    got = xentc.cross_entropy(t, y, label_smoothing=0.5)
    for i in range(20):
        assert_row(got[i], exact_row([1.0], [eps], eps), np.dtype(dtype), smoothed=True)


@pytest.mark.parametrize("label_smoothing", [0.1, 1.0, 5e-324])
def test_one_class(every_way, label_smoothing):
    y = probabilities(127, 300, 1, "float64")
    got = xentc.cross_entropy_labels(np.zeros(300, "uint8"), y, label_smoothing=label_smoothing)
    assert_rows(got, np.ones((300, 1)), y, label_smoothing)


def test_smoothing_of_1_does_not_look_at_t(every_way):
    """In no form and in no reduction; labels are range-checked all the same."""
    sparse = pytest.importorskip("scipy.sparse")
    y = probabilities(128, 50, 6, "float64")
    zeros, garbage = np.zeros((50, 6)), np.full((50, 6), np.nan)
    garbage[::2] = np.inf
    for layout in ("c_order", "class_axis_first"):
        for weights in (None, np.arange(6.0)):
            for reduction in ("none", "sum", "mean", "weighted_mean"):
                options = {"label_smoothing": 1, "class_weight": weights, "reduction": reduction}
                want = xentc.cross_entropy(zeros, y, **options)
                assert np.isfinite(want).all()
                assert_same_bits(xentc.cross_entropy(LAYOUTS[layout](garbage), y, **options), want)
                assert_same_bits(xentc.cross_entropy(sparse.csr_array(garbage), y, **options), want)
                assert_same_bits(xentc.cross_entropy_labels(np.full(50, 3), y, **options), want)
    with pytest.raises(IndexError, match="got 6 at position 0"):
        xentc.cross_entropy_labels(np.full(50, 6), y, label_smoothing=1)


def test_no_classes_and_no_rows():
    assert_same_bits(xentc.cross_entropy(np.zeros((3, 0)), np.zeros((3, 0)), label_smoothing=0.1), np.zeros(3))
    assert xentc.cross_entropy(np.zeros((0, 3)), np.zeros((0, 3)), label_smoothing=0.1).shape == (0,)


def test_a_class_of_weight_0_is_not_looked_at(every_way):
    for dtype in FLOATS:
        labels, y = label_numbers(129, 40, 6, "int64"), probabilities(129, 40, 6, dtype)
        weights = np.array([1.0, 0, 2, 0, 0.5, 1])
        garbage = y.copy()
        garbage[:, [1, 3]] = np.nan
        for options in ({"label_smoothing": 0.2}, {}, {"label_smoothing": 1}):
            want = xentc.cross_entropy_labels(labels, y, class_weight=weights, **options)
            assert_same_bits(xentc.cross_entropy_labels(labels, garbage, class_weight=weights, **options), want)
            t = one_hot_of(labels, 6, dtype)
            assert_same_bits(xentc.cross_entropy(t, garbage, class_weight=weights, **options), want)
            view = LAYOUTS["class_axis_first"]
            assert_same_bits(xentc.cross_entropy(view(t), view(garbage), class_weight=weights, **options), want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("y_dtype", ["float16", "float32"])
@pytest.mark.parametrize("n_classes", [3, 8, 15, 16, 17, 33, 64, 100, 1023, 1025, 2100])
def test_the_digits_of_a_float32_product(n_classes, y_dtype):
    """A float64 t keeps all digits of a product of float32 pairs: bits in every layout, and the bound of float64."""
    n_rows = 300 if n_classes < 200 else 7
    t, y = targets("one_hot", 130, n_rows, n_classes, "float64"), probabilities(130, n_rows, n_classes, y_dtype)
    with first_way():
        want = xentc.cross_entropy(t, y, label_smoothing=0.5)
    assert want.dtype == np.float64
    exact = [exact_row(t[i], y[i], float(np.finfo(y_dtype).eps), 0.5) for i in range(7)]
    for i in range(7):
        assert_row(want[i], exact[i], np.dtype("float64"), smoothed=True)
    for tier in TIERS:
        with way(tier, 2):
            for layout in ("c_order", "class_axis_first", "strided_classes", "reversed_classes"):
                assert_same_bits(xentc.cross_entropy(t, LAYOUTS[layout](y), label_smoothing=0.5), want)


EXTREMES = {
    "largest": lambda info, rng, shape: np.full(shape, info.max),
    "smallest normal": lambda info, rng, shape: np.full(shape, info.smallest_normal),
    "both ends": lambda info, rng, shape: rng.choice([info.max, info.smallest_normal], shape),
    "all powers": lambda info, rng, shape: np.ldexp(1.0, rng.integers(info.minexp, info.maxexp, shape)),
    # Around the range in which float64 factors need no look of their own.
    "about 2^120": lambda info, rng, shape: np.ldexp(
        rng.random(shape) + 0.5, np.minimum(120, info.maxexp - 1) + rng.integers(-1, 2, shape)
    ),
    "about 2^-120": lambda info, rng, shape: np.ldexp(
        rng.random(shape) + 0.5, np.maximum(-120, info.minexp + 2) + rng.integers(-1, 2, shape)
    ),
}


@pytest.mark.crossing(1)
@pytest.mark.parametrize("n_classes", [1, 2, 7, 15, 16, 17, 63, 64, 65, 66, 127, 130, 1030])
@pytest.mark.parametrize("extreme", EXTREMES)
def test_products_keep_within_their_range(extreme, n_classes):
    """Factors whose product leaves the range of a float64 after a few of them; among them rows of ordinary ones."""
    for dtype in FLOATS:
        rng = np.random.default_rng([131, n_classes])
        y = probabilities(131, 6, n_classes, dtype)
        with np.errstate(over="ignore"):
            y[1::2] = np.clip(EXTREMES[extreme](np.finfo(dtype), rng, (3, n_classes)), 0, np.finfo(dtype).max)
        t = targets("one_hot", 131, 6, n_classes, dtype)
        for eps in (0, 1e-30, None):
            if eps == 1e-30 and dtype == "float16":
                continue
            with first_way():
                want = xentc.cross_entropy(t, y, label_smoothing=0.5, eps=eps, check=False)
            if n_classes < 1000:
                assert_rows(want, t, y, 0.5, eps)
            for tier in TIERS:
                with way(tier, 1):
                    for layout in ("c_order", "class_axis_first", "strided_classes"):
                        got = xentc.cross_entropy(t, LAYOUTS[layout](y), label_smoothing=0.5, eps=eps, check=False)
                        assert_same_bits(got, want)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("value", [-0.0, -1.0, -np.inf, np.inf, np.nan, -np.nan, 0.0, "subnormal"])
@pytest.mark.parametrize("n_classes", [2, 6, 17, 64, 100, 1030])
def test_one_odd_value_in_a_block(every_tier, n_classes, value):
    """Wherever it stands, its row has the bits that it has alone, in either layout, and its neighbours theirs."""
    for dtype in FLOATS:
        odd = np.finfo(dtype).smallest_subnormal if value == "subnormal" else np.copysign(abs(value), value)
        y = probabilities(132, 9, n_classes, dtype)
        for row, k in ((4, 0), (4, n_classes - 1), (8, n_classes - 1)):
            view = y.copy()
            view[row, k] = odd
            labels = label_numbers(132, 9, n_classes, "uint16")
            for eps in (None, 0):
                options = {"label_smoothing": 0.1, "eps": eps, "check": False}
                alone = [xentc.cross_entropy_labels(labels[i], view[i], **options) for i in range(9)]
                for layout in ("c_order", "class_axis_first"):
                    got = xentc.cross_entropy_labels(labels, LAYOUTS[layout](view), **options)
                    assert_same_bits(got, np.array(alone, dtype))
                if eps is None and not np.isnan(odd) and odd != np.inf:
                    clipped = view.copy()
                    clipped[row, k] = 0
                    assert_same_bits(got, xentc.cross_entropy_labels(labels, clipped, **options))


@pytest.mark.crossing(1)
@pytest.mark.parametrize("eps", [1e-3, 0.1, 1e-46, 1e-310])
@pytest.mark.parametrize("y_dtype", FLOATS)
@pytest.mark.parametrize("n_classes", [2, 17, 1030])
def test_eps_in_the_precision_of_the_result(every_tier, n_classes, y_dtype, eps):
    """float64 results of narrower y are clipped at eps, not at the float32 next to it, on every path."""
    y = probabilities(133, 8, n_classes, y_dtype)
    y[::2, :2] = 0
    y[1::4] = 0
    t = targets("half_and_half", 133, 8, n_classes, "float64")
    for options in ({"label_smoothing": 0.5}, {"label_smoothing": 1.0}, {}):
        for w in (None, np.ones(n_classes)):
            want = xentc.cross_entropy(t, y.astype(float), eps=eps, class_weight=w, check=False, **options)
            for layout in ("c_order", "class_axis_first", "strided_classes"):
                got = xentc.cross_entropy(t, LAYOUTS[layout](y), eps=eps, class_weight=w, check=False, **options)
                np.testing.assert_array_max_ulp(got, want, maxulp=6)
    got = xentc.cross_entropy(np.eye(1, n_classes), np.zeros((1, n_classes), y_dtype), eps=eps, label_smoothing=0.5)
    assert_row(got[0], exact_row([1.0], [eps], eps), np.dtype(float), smoothed=True)
    counted = xentc.CrossEntropy(eps=eps, label_smoothing=0.5).update(t, y).result() if y_dtype == "float64" else None
    assert counted is None or counted.clipped == int((y < eps).sum())


@pytest.mark.crossing(1)
@pytest.mark.parametrize("form", ["labels", "dense", "csr", "long csr", "class axis first"])
def test_parts_may_overflow_where_their_sum_does_not(every_tier, form):
    """Each part of a smoothed row is beyond the doubles, what the coefficients make of them is not."""
    sparse = pytest.importorskip("scipy.sparse")
    n_classes, n_rows = (4200, 1) if form == "long csr" else (40, 4)
    rng = np.random.default_rng(134)
    for size in (1e307, 1.7e308):
        z = rng.choice([-1.0, 1.0, 0.5], (n_rows, n_classes)) * size / 2
        z[:, 0] = -size / 8
        labels = np.zeros(n_rows, int)
        t = one_hot_of(labels, n_classes)
        if form == "long csr":
            t[:, :4100] = 1 / 4100
        targets_of = {
            "labels": labels,
            "dense": t,
            "csr": sparse.csr_array(t),
            "class axis first": np.asfortranarray(t),
        }
        target = targets_of[form.removeprefix("long ")]
        function = xentc.cross_entropy_labels if form == "labels" else xentc.cross_entropy
        for a in (0.1, 1.0):
            got = function(
                target, np.asarray(z, order="F" if "first" in form else "C"), from_logits=True, label_smoothing=a
            )
            for i in range(n_rows):
                exact = loss_from_logits(coefficients(t[i], a), z[i])
                assert exact.loss < 1.7e308
                assert ulp_error(got[i], exact.loss, np.dtype(float), exact.size) <= logits_bound(
                    "float64", smoothed=True
                )
    w = np.full(n_classes, 1.5e308)
    y = np.full((n_rows, n_classes), math.exp(-0.5))
    for a in (0.1, 1.0):
        got = xentc.cross_entropy_labels(labels, y, class_weight=w, label_smoothing=a)
        np.testing.assert_allclose(got, 0.75e308, rtol=1e-13)


def test_counts_may_overflow_where_what_is_kept_does_not(every_tier):
    y = np.full((2, 3), math.exp(-1.0))
    t = np.full((2, 3), 1e308)
    got = xentc.cross_entropy(t, y, label_smoothing=0.75, check=False)
    np.testing.assert_allclose(got, 0.75e308, rtol=1e-13)
    assert (xentc.cross_entropy(t, y, check=False) == math.inf).all()


def test_differences_of_logits_beyond_the_doubles(every_tier):
    """z - lse is -inf, what t makes of it is not."""
    z = np.array([[1.7e308, -1.7e308], [-1.7e308, 1.7e308], [1.7e308, 1.7e308]])
    t = np.array([[0.75, 0.25], [0.25, 0.75], [0.5, 0.5]])
    for layout in ("c_order", "class_axis_first"):
        got = xentc.cross_entropy(LAYOUTS[layout](t), LAYOUTS[layout](z), from_logits=True)
        np.testing.assert_allclose(got, [0.25 * 1.7e308 * 2, 0.25 * 1.7e308 * 2, math.log(2)], rtol=1e-15)
        assert (xentc.cross_entropy(t[:2, ::-1], z[:2], from_logits=True) == math.inf).all()
