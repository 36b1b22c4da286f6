"""xentc.reference from logits, its gradients and its objective: as the kernel has them, within NumPy's rounding."""

import itertools

import numpy as np
import pytest
from binary_cases import options_of_two
from cases import (
    FEW_PAIRS,
    FLOATS,
    REDUCTIONS,
    label_numbers,
    one_hot_of,
    option_id,
    probabilities,
    row_options,
    targets,
)
from logit_cases import LOGIT_EDGES, logit_targets, logits
from ml_dtypes import finfo

import xentc
from xentc import reference

N, K = 14, 6
COMBINATIONS = [o | {"from_logits": x} for o in row_options(N, K) for x in (False, True) if not x or o["eps"] is None]


def assert_close(got, want, dtype):
    """Same dtype and shape; values within some rounding errors of the largest of them, where they are finite."""
    for a, b in zip(got, want, strict=True) if isinstance(got, tuple) else ((got, want),):
        assert np.shape(a) == np.shape(b)
        assert np.asarray(a).dtype == np.asarray(b).dtype
        a, b = np.asarray(a, float), np.asarray(b, float)
        eps = float(finfo(dtype).eps)
        finite = np.isfinite(b)
        np.testing.assert_array_equal(np.where(finite, 0, a), np.where(finite, 0, b))
        size = max(1.0, np.max(abs(b), where=finite, initial=0))
        assert (abs(a[finite] - b[finite]) <= 64 * eps * size).all()


def agree(name, first, y, dtype, **options):
    got, want = (getattr(module, name)(first, y, **options) for module in (xentc, reference))
    assert_close(got, want, dtype)


@pytest.mark.parametrize(("t_dtype", "z_dtype"), FEW_PAIRS)
@pytest.mark.parametrize("kind", ["normal", "confident", "ties", "gaps"])
def test_losses_from_logits(t_dtype, z_dtype, kind):
    z = logits(kind, 271, 30, 11, z_dtype)
    if kind == "gaps":
        z = np.maximum(z, -2000)  # NumPy's own sums in float16 overflow beyond
    for t in logit_targets(271, 30, 11, t_dtype).values():
        for name in ("cross_entropy", "log_likelihood", "cross_entropy_and_grad"):
            agree(name, t, z, z_dtype, from_logits=True)


@pytest.mark.crossing
@pytest.mark.parametrize("options", COMBINATIONS, ids=option_id)
def test_options(options):
    for dtype, reduction in itertools.product(("float64", "float32"), REDUCTIONS):
        given = options | {"reduction": reduction}
        t, labels = targets("soft", 272, N, K, dtype), label_numbers(272, N, K, "int64")
        y = np.maximum(probabilities(272, N, K, dtype), np.dtype(dtype).type(1e-3))
        y = logits("normal", 272, N, K, dtype) if options["from_logits"] else y
        for name in ("cross_entropy", "cross_entropy_and_grad"):
            agree(name, t, y, dtype, **given)
        for name in ("cross_entropy_labels", "cross_entropy_labels_and_grad"):
            agree(name, labels, y, dtype, **given, ignore_index=2)


@pytest.mark.parametrize("edge", LOGIT_EDGES, ids=lambda edge: f"t={edge[0]} z={edge[1]}")
def test_edges(edge):
    t, z = np.array(edge[:1], float), np.array(edge[1:2], float)
    for name in ("cross_entropy", "cross_entropy_and_grad"):
        agree(name, t, z, "float64", from_logits=True, check=False)


@pytest.mark.parametrize("axis", [0, 1, 2, -2])
@pytest.mark.parametrize("from_logits", [False, True])
def test_axes_and_broadcasting(axis, from_logits):
    t = targets("soft", 273, 12, 5, "float64").reshape(3, 4, 5)
    y = np.maximum(probabilities(273, 12, 5, "float64"), 1e-3).reshape(3, 4, 5)
    labels = label_numbers(273, 12, 5, "int64").reshape(3, 4)
    agree(
        "cross_entropy_and_grad",
        np.moveaxis(t, -1, axis),
        np.moveaxis(y, -1, axis),
        "float64",
        axis=axis,
        from_logits=from_logits,
    )
    agree(
        "cross_entropy_labels_and_grad", labels, np.moveaxis(y, -1, axis), "float64", axis=axis, from_logits=from_logits
    )
    agree("cross_entropy_and_grad", t, y[0, 0], "float64", from_logits=from_logits)
    agree("cross_entropy_labels_and_grad", labels, y[0], "float64", from_logits=from_logits)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("from_logits", [False, True])
def test_binary(dtype, from_logits):
    rng = np.random.default_rng(274)
    t, v, p = rng.random(60).astype(dtype), (rng.normal(size=60) * 9).astype(dtype), rng.uniform(0.1, 0.9, 60)
    t[:20], t[20:40] = 1, 0
    for options in options_of_two(60, from_logits=from_logits):
        options = options | {"from_logits": from_logits}
        for reduction in REDUCTIONS:
            for name in ("binary_cross_entropy", "binary_cross_entropy_and_grad"):
                agree(name, t, v if from_logits else p.astype(dtype), dtype, reduction=reduction, **options)


@pytest.mark.parametrize("hessian", ["exact", "xgboost", "lightgbm"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_objectives(dtype, hessian):
    rng = np.random.default_rng(274)
    t, v, s = rng.random(60).astype(dtype), (rng.normal(size=60) * 9).astype(dtype), rng.uniform(0, 2, 60)
    for options in ({}, {"sample_weight": s, "pos_weight": 3.0}, {"pos_weight": s, "label_smoothing": 0.1}):
        agree("sigmoid_objective", t, v, dtype, hessian=hessian, **options)
    z, labels = logits("normal", 274, 60, 5, dtype), label_numbers(274, 60, 5, "int64")
    for options in ({}, {"sample_weight": s}, {"class_weight": np.arange(5.0)}, {"label_smoothing": 0.2}):
        agree("softmax_objective", labels, z, dtype, hessian=hessian, **options)
        agree("softmax_objective", labels, z.T, dtype, hessian=hessian, layout="classes", **options)
        agree("softmax_objective", labels, np.ravel(z.T), dtype, hessian=hessian, layout="classes", **options)


def test_grad_out_and_out():
    t, z = targets("soft", 275, 9, 4, "float32"), logits("normal", 275, 9, 4, "float32")
    for module in (xentc, reference):
        want = module.cross_entropy_and_grad(t, z, from_logits=True)
        out, own = np.empty(9), z.copy()
        loss, grad = module.cross_entropy_and_grad(t, own, from_logits=True, out=out, grad_out=own)
        assert loss is out
        assert grad is own
        np.testing.assert_array_equal(out.astype("float32"), want[0])
        np.testing.assert_array_equal(grad, want[1])
        labels = np.arange(9) % 4
        want = module.cross_entropy_labels_and_grad(labels, z, from_logits=True)
        own = z.copy()
        assert module.cross_entropy_labels_and_grad(labels, own, from_logits=True, grad_out=own)[1] is own
        np.testing.assert_array_equal(own, want[1])
        np.testing.assert_array_equal(
            want[1], module.cross_entropy_and_grad(one_hot_of(labels, 4, "float32"), z, from_logits=True)[1]
        )
