"""sigmoid_objective: both derivatives against exact ones, what XGBoost makes of the second, what is refused."""

import itertools
import math

import numpy as np
import pytest
from binary_cases import logit_pairs, of_element, options_of_two
from binary_oracle import binary_gradient_from_logits, binary_hessian
from bounds import GRADIENT, SCALED_GRADIENT
from cases import FLOATS, INTEGERS, LAYOUTS, option_id
from logit_oracle import assert_gradients
from oracle import mp
from ways import TIERS, assert_same_bits, first_way, way

import xentc

inf, nan = math.inf, math.nan
FLOOR = 1e-16


def assert_right(grad, hess, t, z, sample_weight=None, floor=0.0, **options):
    dtype = z.dtype if z.dtype.kind == "f" else np.dtype(float)
    assert grad.dtype == hess.dtype == dtype
    assert grad.shape == hess.shape == z.shape
    scaled = sample_weight is not None or any(v is not None and np.any(v) for v in options.values())
    most = SCALED_GRADIENT if scaled and dtype == "float64" else GRADIENT
    s = np.broadcast_to(1.0 if sample_weight is None else sample_weight, z.shape)
    for n, i in enumerate(np.ndindex(z.shape)):
        element, factor = of_element(options, n), mp.mpf(float(s[i]))
        exact = binary_gradient_from_logits(t[i], z[i], factor, **element)
        assert_gradients(grad[i].reshape(1, 1), [[exact]], dtype, most)
        exact = binary_hessian(t[i], z[i], factor, floor, **element)
        assert_gradients(hess[i].reshape(1, 1), [[exact]], dtype, most)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("z_dtype", [*FLOATS, "bool", "int64"])
@pytest.mark.parametrize("t_dtype", [*FLOATS, "bool", *INTEGERS])
def test_every_pair_of_dtypes(t_dtype, z_dtype):
    t, z = (a[::3] for a in logit_pairs(t_dtype, z_dtype))
    assert_right(*xentc.sigmoid_objective(t, z), t, z)


@pytest.mark.parametrize("hessian", ["exact", "xgboost", "lightgbm"])
def test_options(hessian):
    every = [o for o in options_of_two(24, from_logits=True) if o.pop("where") is o.pop("eps") is None]
    assert len(every) == 18
    for options, dtype in itertools.product(every, FLOATS):
        t, z = (np.resize(a[5::13], 24) for a in logit_pairs(dtype, dtype))
        got = xentc.sigmoid_objective(t, z, hessian=hessian, **options)
        try:
            assert_right(*got, t, z, floor=FLOOR if hessian == "xgboost" else 0.0, **options)
        except AssertionError as error:
            raise AssertionError(f"{dtype}, {option_id(options)}: {error}") from None


def test_the_floor_is_that_of_p_times_1_minus_p(every_tier):
    """As XGBoost has it: before the weight, so that an element of weight 0 has none."""
    z, s = np.array([0.0, 50.0, -50.0, 3.0]), np.array([1.0, 2.0, 0.5, 0.0])
    given = {"sample_weight": s}
    exact, theirs = (xentc.sigmoid_objective([1, 0, 1, 0], z, hessian=h, **given)[1] for h in ("exact", "xgboost"))
    np.testing.assert_array_equal(theirs, np.array([exact[0], 2e-16, 0.5e-16, 0.0]))
    assert (exact[1:3] < 1e-20).all()


def test_it_is_the_gradient_of_the_loss(every_way):
    for dtype in FLOATS:
        t, z = logit_pairs(dtype, dtype)
        for options in ({}, {"pos_weight": 3.0, "label_smoothing": 0.1, "sample_weight": np.linspace(0, 2, z.size)}):
            grad, hess = xentc.sigmoid_objective(t, z, **options)
            want = xentc.binary_cross_entropy_and_grad(t, z, from_logits=True, **options)[1]
            assert_same_bits(grad, want)
            assert (hess >= 0).all()


def test_it_is_the_softmax_objective_of_two_classes(every_tier):
    """Of z and 0: each within the bound of its entries."""
    for dtype in FLOATS:
        z = np.linspace(-9, 9, 91).astype(dtype)
        labels = np.arange(91) % 2
        grad, hess = xentc.sigmoid_objective(labels, z)
        two = xentc.softmax_objective(labels, np.stack([np.zeros_like(z), z], -1))
        for a, b in ((grad, two[0][:, 1]), (hess, two[1][:, 1])):
            assert (abs(a - b) <= 2 * GRADIENT * np.spacing(abs(b))).all()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_way_and_layout(layout):
    """The values of the C-ordered twin, in arrays that lie as z does; t broadcast to z."""
    for dtype in FLOATS:
        t, z = (np.resize(a, (20, 30)) for a in logit_pairs(dtype, dtype))
        with first_way():
            want, of_row = xentc.sigmoid_objective(t, z), xentc.sigmoid_objective(np.tile(t[0], (20, 1)), z)
        view = LAYOUTS[layout](z)
        before = view.tobytes()
        for tier, n_threads in itertools.product(TIERS, (1, 3)):
            with way(tier, n_threads):
                got = xentc.sigmoid_objective(LAYOUTS[layout](t), view)
                for a, b, c, d in zip(got, want, xentc.sigmoid_objective(t[0], view), of_row, strict=True):
                    assert_same_bits(a, b)
                    assert_same_bits(c, d)
                    assert np.argsort(a.strides).tolist() == np.argsort(np.abs(view.strides)).tolist()
                    assert not np.may_share_memory(a, view)
        assert view.tobytes() == before


EDGES = [  # t, z, grad, hess
    (1, inf, 0.0, 0.0),
    (0, inf, 1.0, 0.0),
    (0.25, -inf, -0.25, 0.0),
    (1, nan, nan, nan),
    (nan, 0.0, nan, 0.25),
    (0, 0.0, 0.5, 0.25),
]


@pytest.mark.parametrize("edge", EDGES, ids=str)
@pytest.mark.parametrize("dtype", FLOATS)
def test_edges(every_tier, dtype, edge):
    t, z, *want = edge
    number = np.dtype(dtype).type
    got = xentc.sigmoid_objective(number(t), number(z))
    for a, b in zip(got, want, strict=True):
        assert isinstance(a, number)
        np.testing.assert_equal(a, number(b))


def test_no_elements():
    for a in xentc.sigmoid_objective([], np.zeros((0,), "float32")):
        assert a.shape == (0,)
        assert a.dtype == "float32"


Z = np.zeros((3, 4))
BAD = [
    ("t", {"t": np.zeros(3)}, ValueError, ["(3, 4)", "(3,)"]),
    ("t", {"t": np.zeros((2, 3, 4))}, ValueError, ["(3, 4)", "(2, 3, 4)"]),
    ("t", {"t": np.full((3, 4), 1.5)}, ValueError, ["[0, 1]", "1.5", "(0, 0)"]),
    ("t", {"t": np.full((3, 4), 2)}, ValueError, ["[0, 1]", "got 2"]),
    ("t", {"t": Z.astype(complex)}, TypeError, ["complex128"]),
    ("t", {"t": np.full((3, 4), "1")}, TypeError, ["<U1"]),
    ("z", {"z": Z.astype(object)}, TypeError, ["object"]),
    ("z", {"z": np.ma.array(Z)}, TypeError, ["masked"]),
    ("sample_weight", {"sample_weight": np.ones(3)}, ValueError, ["(3, 4)", "(3,)"]),
    ("pos_weight", {"pos_weight": np.ones(3)}, ValueError, ["(3, 4)", "(3,)"]),
    ("pos_weight", {"pos_weight": "balanced"}, TypeError, ["<U8"]),
    ("label_smoothing", {"label_smoothing": 1.5}, ValueError, ["[0, 1]", "1.5"]),
    ("hessian", {"hessian": "catboost"}, ValueError, ["'catboost'", "'exact'", "'xgboost'", "'lightgbm'"]),
    ("hessian", {"hessian": None}, ValueError, ["None"]),
]


@pytest.mark.parametrize(
    ("name", "changed", "exception", "parts"), BAD, ids=lambda v: str(v) if isinstance(v, dict) else None
)
def test_bad_arguments(name, changed, exception, parts):
    arguments = {"t": Z, "z": Z} | changed
    t, z = arguments.pop("t"), arguments.pop("z")
    with pytest.raises(exception, match=rf"^{name}\b") as caught:
        xentc.sigmoid_objective(t, z, **arguments)
    assert type(caught.value) is exception
    for part in parts:
        assert part in str(caught.value)
    assert not Z.any()
