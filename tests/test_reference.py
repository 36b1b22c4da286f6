"""xentc.reference: the same functions in plain NumPy, right by the oracle and in agreement with the kernel."""

import inspect
import itertools
import math

import numpy as np
import pytest
from cases import LAYOUTS, PAIRS, check_for, kinds_for, probabilities, targets
from oracle import clip, exact_losses, result_dtype, ulp_error
from ways import TIERS, way

import xentc
from xentc import reference

NAMES = reference.__all__
NAMES_OF_DENSE_T = ["cross_entropy", "log_likelihood"]


@pytest.mark.parametrize("name", NAMES)
def test_same_signature(name):
    own, public = (inspect.signature(getattr(module, name)).parameters for module in (reference, xentc))
    assert [(p.name, p.kind, p.default) for p in own.values()] == [(p.name, p.kind, p.default) for p in public.values()]


def test_every_function_has_a_reference():
    """Whatever takes ``out`` computes losses; log_loss, the boosters' objectives and the encoder do without one."""
    functions = {name: getattr(xentc, name) for name in xentc.__all__ if inspect.isfunction(getattr(xentc, name))}
    losses = {name for name, f in functions.items() if "out" in inspect.signature(f).parameters}
    assert set(NAMES) == losses | {"encode_labels", "log_loss", "sigmoid_objective", "softmax_objective"}


@pytest.mark.parametrize(("t_dtype", "y_dtype"), PAIRS)
def test_agreement(t_dtype, y_dtype):
    """Same dtype, same shape, and as near as NumPy's rounding of each term and sum allows; on every tier."""
    for kind, eps in itertools.product(kinds_for(t_dtype), (None, 1e-3)):
        t, y = targets(kind, 71, 40, 13, t_dtype), probabilities(71, 40, 13, y_dtype)
        # NumPy takes the logarithm in the dtype of y, float16 at worst: an error of some ulp of each term.
        size = np.array([float(e.size) for e in exact_losses(t, y, clip(eps, t.dtype, y.dtype))])
        most = 4 * clip(None, t.dtype, y.dtype) * size
        options = {"eps": eps, "check": check_for(kind)}
        for name in NAMES_OF_DENSE_T:
            want = getattr(reference, name)(t, y, **options)
            for tier in TIERS:
                with way(tier, 2):
                    got = getattr(xentc, name)(t, y, **options)
                assert got.dtype == want.dtype == result_dtype(t.dtype, y.dtype)
                assert got.shape == want.shape
                assert (abs(got.astype(float) - want.astype(float)) <= most).all(), (kind, eps, name, tier)


def test_the_reference_is_right():
    t, y = targets("soft", 72, 50, 9, "float64"), probabilities(72, 50, 9, "float64")
    for value, exact in zip(reference.cross_entropy(t, y).tolist(), exact_losses(t, y), strict=True):
        assert ulp_error(value, exact.loss, np.dtype("float64"), exact.size) < 10


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_reductions_and_axes(every_way, reduction, axis):
    t = targets("half_and_half", 73, 24, 5, "float64").reshape(4, 6, 5)
    y = probabilities(73, 24, 5, "float64").reshape(4, 6, 5)
    t, y = np.moveaxis(t, -1, axis), np.moveaxis(y, -1, axis)
    for name in NAMES_OF_DENSE_T:
        got, want = (getattr(m, name)(t, y, axis=axis, reduction=reduction) for m in (xentc, reference))
        assert np.shape(got) == np.shape(want)
        assert np.asarray(got).dtype == np.asarray(want).dtype
        np.testing.assert_allclose(got, want, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_and_out(layout):
    t, y = (LAYOUTS[layout](f(74, 30, 7, "float32")) for f in (lambda *a: targets("soft", *a), probabilities))
    for module in (xentc, reference):
        out = np.empty(30, "float64")
        assert module.cross_entropy(t, y, out=out) is out
        np.testing.assert_array_equal(out.astype("float32"), module.cross_entropy(t, y))
        assert module.cross_entropy(t, y, reduction="sum") == math.fsum(out)


def test_edges_agree():
    nan, inf = np.nan, np.inf
    t = np.array([[1.0, 0], [0, 1], [0, 0], [-0.0, 1], [1, 1], [1, 0]])
    y = np.array([[0.0, nan], [inf, 1], [nan, -1], [nan, 0.5], [0, 0.5], [nan, 1]])
    for eps in (None, 0, 0.1):
        np.testing.assert_allclose(
            xentc.cross_entropy(t, y, eps=eps, check=False),
            reference.cross_entropy(t, y, eps=eps, check=False),
            rtol=1e-15,
        )
