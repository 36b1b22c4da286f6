"""bfloat16: every value of it, every rounding to it, every function, the dtypes of results, and no copies."""

import itertools
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest
from cases import BFLOAT16, LAYOUTS, label_numbers, one_hot_of, probabilities, targets
from oracle import mp
from ways import TIERS, assert_same_bits, way

import xentc
from xentc._core import dtypes
from xentc._core.arrays import as_array

DTYPE = np.dtype(BFLOAT16)
EPS = 2.0**-7
# The numbers from 0 up, and the power of two that stands where infinity does.
SIZES = np.append(np.arange(0x7F80, dtype=np.uint16).view(DTYPE).astype(np.float64), 2.0**128)
EVERY = np.arange(1 << 16, dtype=np.uint16).view(DTYPE)
IS_NUMBER = EVERY.view(np.uint16) & 0x7FFF <= 0x7F80
HALFWAY = (SIZES[:-1] + SIZES[1:]) / 2  # exact: float64 has 45 bits more


def nearest(x):
    """float64 numbers rounded to bfloat16, ties to even, by a search among all of them."""
    x = np.asarray(x, np.float64)
    i = np.searchsorted(HALFWAY, np.abs(x), "left")  # those at a tie go down
    tie = HALFWAY[np.minimum(i, len(HALFWAY) - 1)] == np.abs(x)
    bits = (i + (tie & (i % 2 == 1))).astype(np.uint16) | (np.signbit(x) * np.uint16(0x8000))
    return np.where(np.isnan(x), np.uint16(0x7FC0), bits).view(DTYPE)


def assert_rounded(got, rows):
    """got, in bfloat16, are these float64 numbers rounded; NaN is NaN, whatever its bits."""
    got, rows = np.asarray(got), np.asarray(rows)
    assert got.dtype == DTYPE
    number = ~np.isnan(rows)
    np.testing.assert_array_equal(np.isnan(got.astype(np.float64)), ~number)
    assert_same_bits(got[number], nearest(rows)[number])


def test_the_oracle():
    assert_same_bits(nearest(EVERY[IS_NUMBER].astype(np.float64)), EVERY[IS_NUMBER])
    assert nearest([1.0 + EPS / 2])[0] == 1
    assert nearest([1.0 + 3 * EPS / 2])[0] == 1 + 2 * EPS
    assert nearest([2.0**-134])[0] == 0
    assert nearest([np.nextafter(2.0**-134, 1)])[0] == 2.0**-133
    assert nearest([np.nextafter(HALFWAY[-1], 0)])[0] == SIZES[-2]
    assert nearest([HALFWAY[-1]])[0] == np.inf


@pytest.mark.parametrize("eps", [0.0, None])
def test_every_value_of_y(eps):
    """All 65,536, by labels and as one-hot rows, on every tier: correctly rounded.

    A float64 logarithm, within 1 ulp, settles all that are not within 2^-50 of the middle of two numbers; the rest,
    if any, mpmath does.
    """
    y, number = EVERY, IS_NUMBER
    with np.errstate(divide="ignore", invalid="ignore"):
        wide = 0.0 - np.log(np.maximum(y.astype(np.float64), EPS if eps is None else eps))
    low, want = nearest(wide * (1 - 2.0**-50)), nearest(wide * (1 + 2.0**-50))
    for i in np.flatnonzero(low.view(np.uint16) != want.view(np.uint16)).tolist():
        size = abs(mp.log(mp.mpf(float(y[i]))))
        middle = (abs(mp.mpf(float(low[i]))) + abs(mp.mpf(float(want[i])))) / 2
        smaller, larger = sorted((low[i], want[i]), key=abs)
        want[i] = larger if size > middle else smaller
    labels, t = np.zeros(len(y), np.int64), np.ones((len(y), 1), bool)
    for tier in TIERS:
        with way(tier, 2):
            for got in (
                xentc.cross_entropy_labels(labels, y[:, None], eps=eps, check=False),
                xentc.cross_entropy(t, y[:, None], eps=eps, check=False),
                xentc.cross_entropy(t.astype(DTYPE), y[:, None], eps=eps, check=False),
            ):
                assert_same_bits(got[number], want[number])
                assert np.isnan(got[~number].astype(np.float64)).all()
        with way(tier, 1, general=False):
            for i in range(0, len(y), 4096):
                part = slice(i, i + 4096)
                got = xentc.cross_entropy(t[part], y[part, None], check=False) if eps is None else want[part]
                here = number[i : i + 4096]
                assert_same_bits(got[here], want[i : i + 4096][here])


def test_every_rounding(every_tier):
    """A loss of x, for x from 64 to 128, times a power of two: every number, tie and neighbour of a tie there is."""
    x = 64 + np.arange(128) / 2.0
    x = np.concatenate([x, x + 0.25, np.nextafter(x + 0.25, 0), np.nextafter(x + 0.25, 200), np.nextafter(x, 0)])
    exponents = np.arange(-145, 123, dtype=np.float64)
    z = np.stack([np.tile(x, len(exponents)), np.zeros(len(x) * len(exponents))], axis=1)
    labels, s = np.ones(len(z), np.uint8), np.repeat(2.0**exponents, len(x))
    for sign in (1, -1):
        rows, out = np.empty(len(z)), np.empty(len(z), DTYPE)
        for array in (rows, out):
            xentc.cross_entropy_labels(labels, z, from_logits=True, sample_weight=sign * s, out=array)
        assert np.isin(np.abs(rows), HALFWAY).sum() > 30_000
        assert (np.abs(rows) < 2.0**-126).sum() > 1_000
        assert np.isinf(out.astype(np.float64)).sum() > 100
        assert_rounded(out, rows)
        strided = np.zeros((len(z), 3), DTYPE)
        xentc.cross_entropy_labels(labels, z, from_logits=True, sample_weight=sign * s, out=strided[:, 1])
        assert_same_bits(strided[:, 1], out)


def in_rows(dtype, kind="half_and_half", n_rows=300, n_classes=11):
    """Targets and probabilities that bfloat16 holds, in a dtype."""
    t, y = (make(71, n_rows, n_classes, BFLOAT16) for make in (lambda *a: targets(kind, *a), probabilities))
    return t.astype(dtype), y.astype(dtype)


WEIGHT = np.arange(300, dtype=np.float64).astype(DTYPE)
OPTIONS = (
    {},
    {"label_smoothing": 0.125},
    {"class_weight": np.arange(11), "sample_weight": WEIGHT, "where": np.arange(300) % 3 > 0},
    {"from_logits": True, "sample_weight": WEIGHT},
)


def wide(options):
    """The same options in other dtypes, and eps as it is where y is bfloat16."""
    others = {k: v.astype(np.float32) if np.asarray(v).dtype == DTYPE else v for k, v in options.items()}
    return others if options.get("from_logits") else others | {"eps": EPS}


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kind", ["one_hot", "soft", "half_and_half"])
def test_rows_are_those_of_float32_and_rounded_once(every_tier, kind, options):
    (t, y), (t_wide, y_wide) = in_rows(DTYPE, kind), in_rows(np.float32, kind)
    want = xentc.cross_entropy(t_wide, y_wide, out=np.empty(300), check=False, **wide(options))
    for layout in ("c_order", "fortran_order", "strided_classes", "byte_swapped", "misaligned"):
        u, x = LAYOUTS[layout](t), LAYOUTS[layout](y)
        assert_same_bits(xentc.cross_entropy(u, x, out=np.empty(300), check=False, **options), want)
        assert_rounded(xentc.cross_entropy(u, x, check=False, **options), want)
    for reduction in ("sum", "mean", "weighted_mean"):
        got = xentc.cross_entropy(t, y, reduction=reduction, check=False, **options)
        assert_same_bits(got, xentc.cross_entropy(t_wide, y_wide, reduction=reduction, check=False, **wide(options)))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_gradients_are_those_of_float64_and_rounded(every_tier, options):
    (t, y), (t_wide, y_wide) = in_rows(DTYPE, "soft"), in_rows(np.float64, "soft")
    exact = xentc.cross_entropy_and_grad(t_wide, y_wide, **wide(options))[1]
    for layout in ("c_order", "fortran_order"):
        loss, grad = xentc.cross_entropy_and_grad(LAYOUTS[layout](t), LAYOUTS[layout](y), **options)
        assert loss.dtype == grad.dtype == DTYPE
        np.testing.assert_array_less(np.abs(grad.astype(np.float64) - exact), 0.501 * ulp(exact))
        out = np.empty_like(grad)
        assert xentc.cross_entropy_and_grad(t, y, grad_out=out, **options)[1] is out
        assert_same_bits(out, grad)
        assert xentc.cross_entropy_and_grad(t_wide, y_wide, grad_out=out, **wide(options))[1] is out
        assert_rounded(out, xentc.cross_entropy_and_grad(t_wide, y_wide, **wide(options))[1])
    z = y.copy()
    in_place = xentc.cross_entropy_and_grad(t, z, grad_out=z, **options)[1]
    assert in_place is z
    assert_same_bits(z, grad)


def ulp(x):
    i = np.minimum(np.searchsorted(SIZES, np.abs(x), "right") - 1, len(SIZES) - 2)
    return SIZES[i + 1] - SIZES[i]


def test_two_classes(every_tier):
    t, p = (np.minimum(array[:, 0], DTYPE.type(1)) for array in in_rows(DTYPE, "soft"))
    for options in ({}, {"pos_weight": WEIGHT, "label_smoothing": 0.25}, {"from_logits": True}):
        x = [a.astype(np.float32) for a in (t, p)]
        want = xentc.binary_cross_entropy(*x, out=np.empty(300), **wide(options))
        assert_rounded(xentc.binary_cross_entropy(t, p, **options), want)
        loss, grad = xentc.binary_cross_entropy_and_grad(t, p, **options)
        assert_rounded(loss, want)
        assert_rounded(grad, xentc.binary_cross_entropy_and_grad(*x, grad_out=np.empty(300), **wide(options))[1])
    for got, want in zip(xentc.sigmoid_objective(t, p), xentc.sigmoid_objective(t, p.astype(np.float64)), strict=True):
        assert_rounded(got, want)


def test_objectives_accumulators_and_evaluations(every_tier):
    _, y = in_rows(DTYPE)
    y = np.minimum(y, DTYPE.type(1))
    y_wide, labels = y.astype(np.float32), label_numbers(72, 300, 11, "int64")
    exact = xentc.softmax_objective(labels, y.astype(np.float64))
    for got, want in zip(xentc.softmax_objective(labels, y), exact, strict=True):
        assert got.dtype == DTYPE
        np.testing.assert_array_less(np.abs(got.astype(np.float64) - want), 0.501 * ulp(want))
    t = one_hot_of(labels, 11)
    results = [
        xentc.CrossEntropy(eps=eps).update(t, x).update_labels(labels, x, sample_weight=s).result()
        for eps, x, s in ((None, y, WEIGHT), (EPS, y_wide, WEIGHT.astype(np.float32)))
    ]
    assert results[0] == results[1]
    reports = [xentc.evaluate(labels, x, eps=eps) for eps, x in ((None, y), (EPS, y_wide))]
    assert reports[0].sum == reports[1].sum
    clipped = np.clip(y.astype(np.float64), EPS, 1 - EPS)[np.arange(300), labels]
    with pytest.warns(UserWarning, match="sum to one"):
        np.testing.assert_allclose(xentc.log_loss(labels, y), -np.log(clipped).mean(), rtol=1e-14)
    p = y[:, 0]
    both = np.stack([1 - p.astype(np.float32), p.astype(np.float32)], axis=1)[np.arange(300), labels % 2]
    np.testing.assert_allclose(
        xentc.log_loss(labels % 2, p), -np.log(np.clip(both.astype(np.float64), EPS, 1 - EPS)).mean(), rtol=1e-14
    )


def test_labels_and_sparse_targets():
    labels, (_, y) = label_numbers(73, 300, 11, BFLOAT16), in_rows(DTYPE)
    want = xentc.cross_entropy_labels(labels.astype(np.int64), y)
    assert_same_bits(xentc.cross_entropy_labels(labels, y), want)
    assert_same_bits(xentc.cross_entropy(one_hot_of(labels, 11, BFLOAT16), y), want)
    sparse = pytest.importorskip("scipy.sparse")
    assert_same_bits(xentc.cross_entropy(sparse.csr_array(one_hot_of(labels, 11)), y), want)
    np.testing.assert_array_equal(xentc.encode_labels(labels, list(range(11))), labels.astype(np.int64))
    with pytest.raises(ValueError, match=r"^labels must be whole numbers, .* got 0.5"):
        xentc.cross_entropy_labels(np.full(300, 0.5).astype(DTYPE), y)
    with pytest.raises(IndexError, match="got 256"):
        xentc.cross_entropy_labels(np.full(300, 256).astype(DTYPE), y)


@pytest.mark.parametrize("t", [*np.typecodes["AllInteger"], "?", "e", "f", "d", BFLOAT16])
def test_the_dtype_of_a_result(t):
    wider = {"e": np.float32, "f": np.float32, "d": np.float64}.get(t, DTYPE)
    for shape in ((3, 2), (2,)):
        t_array, y = np.ones(shape, t), np.ones(shape, DTYPE)
        assert np.asarray(xentc.cross_entropy(t_array, y)).dtype == wider
        loss, grad = xentc.cross_entropy_and_grad(t_array, y)
        assert (np.asarray(loss).dtype, np.asarray(grad).dtype) == (wider, DTYPE)
        if t in "efd":
            assert np.asarray(xentc.cross_entropy(y, t_array)).dtype == wider


def test_what_stands_for_a_tolerance():
    t, y = np.array([[1, 0]]), np.array([[1, 0.0859375]], DTYPE)
    assert xentc.cross_entropy(t, y, check=True)[0] == 0
    with pytest.raises(ValueError, match=r"^the rows of y must sum to 1 within 0\.0884; the sum is 1\.09375"):
        xentc.cross_entropy(t, np.array([[1, 0.09375]], DTYPE), check=True)
    with pytest.raises(ValueError, match="in row 0, column 0|column 0"):
        xentc.cross_entropy(t, np.array([[1.25, 0.0]], DTYPE), check=True)


def test_no_copy():
    y = probabilities(74, 6, 8, BFLOAT16)
    for view in itertools.chain((y, y.T, y[::2], y[:, ::-1], y.view(np.uint16).view(dtypes.BITS)), y):
        assert as_array("y", view).__array_interface__["data"] == view.__array_interface__["data"]


def test_bits_without_a_name():
    """Where no package with the dtype is loaded: the same rows, in float32."""
    script = """
import sys, numpy as np, xentc
from xentc._core import dtypes
bits = np.array([[0x3f00, 0x3e80, 0x3e80], [0x3dcd, 0, 0x3f33]], np.uint16)
wide = (bits.astype(np.uint32) << 16).view(np.float32)
y, eps = bits.view(dtypes.BITS), 2.0**-7
got = [xentc.cross_entropy(np.eye(3)[:2], y), *xentc.cross_entropy_labels_and_grad([0, 1], y)]
got += [xentc.cross_entropy([True, True, False], y, sample_weight=y[:, 0]), xentc.log_loss([0, 1, 2], y[[0, 1, 0]])]
got += [xentc.CrossEntropy().update(y, y).result().sum]
want = [xentc.cross_entropy(np.eye(3)[:2], wide, eps=eps), *xentc.cross_entropy_labels_and_grad([0, 1], wide, eps=eps)]
want += [xentc.cross_entropy([True, True, False], wide, sample_weight=wide[:, 0], eps=eps)]
want += [-np.log(np.clip([0.5, eps, 0.25], eps, 1 - eps)).mean()]
want += [xentc.CrossEntropy(eps=eps).update(wide, wide).result().sum]
assert [np.asarray(a).dtype for a in got] == ["f8", "f4", "f4", "f4", "f8", "f8"]
for a, b in zip(got, want, strict=True):
    np.testing.assert_allclose(np.asarray(a), b, rtol=1e-15)
assert "ml_dtypes" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, timeout=120)


def test_what_only_looks_like_it():
    for dtype in ([("bfloat16", np.int16)], [("other", np.uint16)], "V2", ml_dtypes.float8_e4m3fn):
        with pytest.raises(TypeError, match=r"^y must have a dtype that is .*bfloat16, float16"):
            xentc.cross_entropy(np.eye(3, 2), np.zeros((3, 2), dtype))
