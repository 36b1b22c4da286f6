"""softmax_objective: both derivatives against exact ones, in either layout; what it refuses."""

import itertools
import math

import numpy as np
import pytest
from bounds import GRADIENT, SCALED_GRADIENT
from cases import FLOATS, INTEGERS, LAYOUTS, Y_DTYPES_READ_AS_FLOAT64, class_weights, label_numbers, one_hot_of
from logit_cases import LOGIT_KINDS, logits
from logit_oracle import Entry, assert_gradients, exact_gradients, hessian
from oracle import coefficients, mp
from ways import TIERS, assert_same_bits, first_way, way

import xentc

inf, nan = math.inf, math.nan


def assert_right(grad, hess, labels, z, s=None, w=None, label_smoothing=0.0, booster=lambda h: h):
    """grad = s (W p - w t'), hess = s W p (1 - p) or what a booster makes of it, within the bounds of a gradient."""
    dtype = z.dtype if z.dtype.kind == "f" else np.dtype(float)
    assert grad.dtype == hess.dtype == dtype
    assert grad.shape == hess.shape == z.shape
    t = one_hot_of(labels, z.shape[-1], "uint8")
    s = [mp.mpf(float(v)) for v in np.broadcast_to(1.0 if s is None else s, len(labels))]
    options = {"class_weight": w, "label_smoothing": label_smoothing}
    most = SCALED_GRADIENT if label_smoothing and dtype == "float64" else GRADIENT
    assert_gradients(grad, exact_gradients(t, z, from_logits=True, factors=s, **options), dtype, most)
    exact = [hessian(s[i] * sum(coefficients(t[i], **options)), z[i]) for i in range(len(labels))]
    exact = [[Entry(booster(e.value), booster(e.value), e.p) for e in row] for row in exact]
    assert_gradients(hess, exact, dtype, most)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("z_dtype", [*FLOATS, *Y_DTYPES_READ_AS_FLOAT64])
@pytest.mark.parametrize("kind", LOGIT_KINDS)
def test_every_kind_and_dtype(kind, z_dtype):
    for n_classes in (2, 3, 9):
        z, labels = logits(kind, 221, 9, n_classes, z_dtype), label_numbers(221, 9, n_classes, "int64")
        assert_right(*xentc.softmax_objective(labels, z), labels, z)


@pytest.mark.parametrize("n_classes", [64, 100, 1025])
def test_many_classes(n_classes):
    for dtype, kind in itertools.product(("float64", "float32"), ("normal", "confident")):
        z, labels = logits(kind, 222, 2, n_classes, dtype), label_numbers(222, 2, n_classes, "int64")
        assert_right(*xentc.softmax_objective(labels, z), labels, z)


@pytest.mark.parametrize("weights", list(itertools.product(range(2), range(3))), ids=str)
@pytest.mark.parametrize("dtype", FLOATS)
def test_weights(dtype, weights):
    z, labels = logits("normal", 223, 40, 5, dtype), label_numbers(223, 40, 5, "int32")
    w = class_weights(5)[weights[0]]
    s = (None, np.float32(0.3), np.random.default_rng(223).uniform(0, 3, 40))[weights[1]]
    assert_right(*xentc.softmax_objective(labels, z, sample_weight=s, class_weight=w), labels, z, s, w)


BOOSTERS = {
    "exact": lambda h, k: h,
    "xgboost": lambda h, k: max(2 * h, mp.mpf(1e-16)),
    "lightgbm": lambda h, k: h * k / max(k - 1, 1),
}


@pytest.mark.crossing(1)
@pytest.mark.parametrize("booster", BOOSTERS)
@pytest.mark.parametrize("label_smoothing", [0.0, 0.1, 1.0])
def test_smoothing_and_what_boosters_make_of_the_hessian(every_tier, booster, label_smoothing):
    """Short rows and long ones, one class, and z in either layout."""
    for dtype, n_classes in itertools.product(FLOATS, (1, 2, 7, 70)):
        z, labels = logits("confident", 228, 4, n_classes, dtype), label_numbers(228, 4, n_classes, "int64")
        w, s = np.linspace(0.5, 2, n_classes), np.linspace(0, 3, 4)
        given = {"label_smoothing": label_smoothing, "hessian": booster}
        weights = {"sample_weight": s, "class_weight": w}
        got = xentc.softmax_objective(labels, z, **given)
        assert_right(*got, labels, z, None, None, label_smoothing, lambda h, k=n_classes: BOOSTERS[booster](h, k))
        got = xentc.softmax_objective(labels, z, **given, **weights)
        if dtype != "float16":  # whose numbers end far above 1e-16
            assert_right(*got, labels, z, s, w, label_smoothing, lambda h, k=n_classes: BOOSTERS[booster](h, k))
        turned = xentc.softmax_objective(labels, z.T, layout="classes", **given, **weights)
        for a, b in zip(turned, got, strict=True):
            assert_same_bits(a.T, b)


def test_the_floor_of_xgboost_is_above_weights_and_leaves_nan(every_way):
    z = np.array([[0.0, 90.0, 0.0], [0.0, nan, 0.0], [1.0, 2.0, 3.0]], "float32")
    given = {"sample_weight": [1, 1, 0]}
    exact, theirs = (xentc.softmax_objective([1, 0, 2], z, hessian=h, **given)[1] for h in ("exact", "xgboost"))
    assert (exact[0] < 1e-30).all()
    np.testing.assert_array_equal(theirs, np.array([[1e-16] * 3, [nan] * 3, [1e-16] * 3], "float32"))


def test_it_is_the_gradient_of_the_loss(every_way):
    """To the bit; and both ends of a row of two classes mirror one another."""
    for dtype in FLOATS:
        z, labels = logits("normal", 224, 300, 7, dtype), label_numbers(224, 300, 7, "uint8")
        s, w = np.linspace(0, 2, 300), np.arange(7.0)
        grad, hess = xentc.softmax_objective(labels, z, sample_weight=s, class_weight=w)
        want = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True, sample_weight=s, class_weight=w)[1]
        assert_same_bits(grad, want)
        assert (hess >= 0).all()
        assert (hess.astype(float) <= np.nextafter(s * w[labels] / 4, inf)[:, np.newaxis] * (1 + 2e-3)).all()
        _, two = xentc.softmax_objective(labels % 2, z[:, :2])
        eps = float(np.finfo(dtype).eps)
        assert (abs(two[:, 0] - two[:, 1]) <= 2 * GRADIENT * (two[:, 0] * eps + 1e-7 * eps)).all()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_in_any_order_of_memory(every_tier, layout):
    """The values of the C-ordered twin, in arrays that lie as z does."""
    for dtype in FLOATS:
        z, labels = logits("normal", 225, 60, 7, dtype), label_numbers(225, 60, 7, "int64")
        with first_way():
            want = xentc.softmax_objective(labels, z)
        view = LAYOUTS[layout](z)
        before = view.tobytes()
        got = xentc.softmax_objective(LAYOUTS[layout](labels), view)
        assert view.tobytes() == before
        for a, b in zip(got, want, strict=True):
            assert_same_bits(a, b)
            assert np.argsort(a.strides).tolist() == np.argsort(np.abs(view.strides)).tolist()
            assert not np.may_share_memory(a, view)
        assert not np.may_share_memory(*got)


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("tier", TIERS)
def test_layout_classes(tier, n_threads):
    """Flat class-major, or (classes, rows): element k * n_rows + i is that of row i and class k."""
    for dtype, (n_rows, n_classes) in itertools.product(FLOATS, ((1, 3), (5, 2), (300, 7), (40, 100))):
        z, labels = logits("normal", 226, n_rows, n_classes, dtype), label_numbers(226, n_rows, n_classes, "int64")
        s, w = np.linspace(0.5, 2, n_rows), np.linspace(1, 2, n_classes)
        with first_way():
            want = xentc.softmax_objective(labels, z, sample_weight=s, class_weight=w)
        classes = np.ascontiguousarray(z.T)
        with way(tier, n_threads):
            for given in (classes, classes.ravel(), np.asfortranarray(classes), LAYOUTS["strided_classes"](classes)):
                got = xentc.softmax_objective(labels, given, sample_weight=s, class_weight=w, layout="classes")
                for a, b in zip(got, want, strict=True):
                    assert a.shape == given.shape
                    assert a.dtype == dtype
                    assert_same_bits(a.reshape(n_classes, n_rows).T, b)


@pytest.mark.parametrize("special", [nan, inf, -inf])
def test_edges(every_tier, special):
    """As the gradient: NaN and +inf make a row NaN, an impossible class has neither derivative."""
    for dtype in FLOATS:
        z, labels = logits("normal", 227, 20, 6, dtype), label_numbers(227, 20, 6, "int64")
        want = xentc.softmax_objective(labels, z)
        z[7, (labels[7] + 1) % 6] = special
        z[9, labels[9]] = special
        z[11] = -inf
        for layout in ("c_order", "class_axis_first"):
            got = xentc.softmax_objective(labels, LAYOUTS[layout](z))
            others = np.delete(np.arange(20), [7, 9, 11])
            for a, b in zip(got, want, strict=True):
                assert_same_bits(a[others], b[others])
                assert np.isnan(a[11]).all()
            if special == -inf:
                assert_right(*(a[[7, 9]] for a in got), labels[[7, 9]], z[[7, 9]])
                assert [float(a[7, (labels[7] + 1) % 6]) for a in got] == [0, 0]
                assert [float(a[9, labels[9]]) for a in got] == [-1, 0]
            else:
                assert all(np.isnan(a[[7, 9]]).all() for a in got)


def test_one_class_and_no_rows(every_way):
    for dtype in FLOATS:
        for a in xentc.softmax_objective(np.zeros(5, int), np.arange(5, dtype=dtype)[:, np.newaxis]):
            np.testing.assert_array_equal(a, np.zeros((5, 1), dtype))
        for a in xentc.softmax_objective([], np.zeros((0, 3), dtype)):
            assert a.shape == (0, 3)
            assert a.dtype == dtype
        for a in xentc.softmax_objective([], np.zeros((3, 0), dtype), layout="classes"):
            assert a.shape == (3, 0)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_labels_are_checked(every_tier, dtype):
    labels, z = np.zeros(700, dtype), np.zeros((700, 7), "float32")
    for position, bad in itertools.product((0, 256, 699), (7, np.iinfo(dtype).max, np.iinfo(dtype).min)):
        if bad == 0:
            continue
        labels[:] = 0
        labels[position] = bad
        for given, layout in ((z, "rows"), (z.T, "classes"), (z.ravel(), "classes")):
            with pytest.raises(IndexError) as caught:
                xentc.softmax_objective(labels, given, layout=layout)
            assert str(caught.value).startswith("labels must be in [0, K) with K = 7")
            assert f"; got {bad} at position {position}" in str(caught.value)


Z = np.zeros((3, 4))
BAD = [
    ("labels", {"labels": [0, 1]}, ValueError, ["(3, 4)"]),
    ("labels", {"labels": [[0, 1, 2]]}, ValueError, ["(1, 3)"]),
    ("labels", {"labels": 0}, ValueError, ["()"]),
    ("labels", {"labels": [0.0, 1.5, 2.0]}, ValueError, ["whole", "1.5", "position 1"]),
    ("labels", {"labels": [0.0, 1.0, np.nan]}, ValueError, ["whole", "nan", "position 2"]),
    ("labels", {"labels": ["a", "b", "c"]}, TypeError, ["<U1"]),
    ("z", {"z": np.zeros(12)}, ValueError, ["(12,)"]),
    ("z", {"z": np.zeros((3, 2, 2))}, ValueError, ["(3, 2, 2)"]),
    ("z", {"z": np.zeros((4, 3))}, ValueError, ["(4, 3)"]),
    ("z", {"z": Z, "layout": "classes"}, ValueError, ["(3, 4)"]),
    ("z", {"z": np.zeros(13), "layout": "classes"}, ValueError, ["(13,)"]),
    ("z", {"z": np.zeros((2, 2, 3)), "layout": "classes"}, ValueError, ["(2, 2, 3)"]),
    ("z", {"z": Z.astype(complex)}, TypeError, ["complex128"]),
    ("z", {"z": Z.astype(object)}, TypeError, ["object"]),
    ("z", {"z": np.ma.array(Z)}, TypeError, ["masked"]),
    ("layout", {"layout": "columns"}, ValueError, ["'columns'", "'rows'", "'classes'"]),
    ("layout", {"layout": None}, ValueError, ["None"]),
    ("hessian", {"hessian": "catboost"}, ValueError, ["'catboost'", "'exact'", "'xgboost'", "'lightgbm'"]),
    ("label_smoothing", {"label_smoothing": -0.1}, ValueError, ["[0, 1]", "-0.1"]),
    ("sample_weight", {"sample_weight": np.ones(4)}, ValueError, ["(4,)", "(3,)"]),
    ("sample_weight", {"sample_weight": "balanced"}, TypeError, ["<U8"]),
    ("class_weight", {"class_weight": np.ones(3)}, ValueError, ["(4,)", "(3,)"]),
    ("class_weight", {"class_weight": {0: 1.0}}, ValueError, ["0 to 3", "lacks 1, 2, 3"]),
]


@pytest.mark.parametrize(
    ("name", "changed", "exception", "parts"), BAD, ids=lambda v: str(v) if isinstance(v, dict) else None
)
def test_bad_arguments(name, changed, exception, parts):
    arguments = {"labels": [0, 1, 2], "z": Z} | changed
    labels, z = arguments.pop("labels"), arguments.pop("z")
    with pytest.raises(exception) as caught:
        xentc.softmax_objective(labels, z, **arguments)
    assert type(caught.value) is exception
    assert name in str(caught.value)
    for part in parts:
        assert part in str(caught.value)
    assert not Z.any()


def test_arguments_by_name_only():
    with pytest.raises(TypeError):
        xentc.softmax_objective([0, 1, 2], Z, np.ones(3))
    with pytest.raises(TypeError):
        xentc.softmax_objective([0, 1, 2], Z, eps=0)


def test_the_oracle_knows_known_hessians():
    assert [e.value for e in hessian(2, [1.0, 1.0])] == [mp.mpf(1) / 2] * 2
    exact = hessian(1, [700.0, 0.0])
    assert all(abs(e.value / mp.exp(-700) - 1) < mp.mpf(10) ** -58 for e in exact)
    with pytest.raises(AssertionError, match="row 0, class 1"):
        assert_gradients(np.array([[0.5, 0.5 + 1e-15]]), [[Entry(mp.mpf(0.5), mp.mpf(0.5))] * 2], "float64")
