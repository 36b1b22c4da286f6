"""Gradients whose factors are out of all proportion: what leaves the range of a double on the way does not show."""

import itertools

import numpy as np
import pytest
from bounds import GRADIENT, SCALED_GRADIENT
from cases import FLOATS, LAYOUTS, label_numbers, one_hot_of, probabilities, targets
from logit_cases import logits
from logit_oracle import assert_gradients, exact_gradients, hessian
from oracle import mp
from ways import TIERS, assert_same_bits, first_way, way

import xentc

N, K = 24, 5
TINY, HUGE = 1e-300, 1e300
# (coefficients, sample weights): products that are in range though a factor is at an end of it, or both are
SCALES = [
    (TINY, 1.0),
    (1e-308, 1.0),
    (TINY, HUGE),
    (HUGE, TINY),
    (HUGE, 1.0),
    (1.0, TINY),
    (1e-308, 1e20),
    (1e-160, 1e-150),
]
SCALES += [(5e-324, HUGE), (1e-150, 1e-165)]


def of_range(got, exact, dtype):
    """Within the bound; but an entry that is no normal number is a multiple of the smallest one."""
    assert_gradients(got, exact, dtype, SCALED_GRADIENT)


@pytest.mark.crossing(1)
@pytest.mark.parametrize(("size", "s"), SCALES, ids=str)
@pytest.mark.parametrize("kind", ["normal", "sharp", "confident", "ties"])
def test_logits(every_tier, size, s, kind):
    z = logits(kind, 221, N, K, "float64")
    for name in ("soft", "one_hot", "half_and_half"):
        t = targets(name, 221, N, K, "float64") * size
        exact = exact_gradients(t, z, from_logits=True, factors=mp.mpf(s))
        for layout in ("c_order", "class_axis_first"):
            _, got = xentc.cross_entropy_and_grad(t, LAYOUTS[layout](z), from_logits=True, sample_weight=s)
            of_range(got, exact, "float64")


@pytest.mark.crossing(1)
@pytest.mark.parametrize(("size", "s"), SCALES, ids=str)
@pytest.mark.parametrize("dtype", FLOATS)
def test_labels_and_class_weights(every_tier, dtype, size, s):
    """Of every dtype: what is too small for it is 0, what is in range is right."""
    labels, z = label_numbers(222, N, K, "int64"), logits("sharp", 222, N, K, dtype)
    w = np.linspace(1, 2, K) * size
    t = one_hot_of(labels, K)
    for a in (0.0, 0.1) if size * 0.1 / K > 2.0**-1022 else (0.0,):  # a coefficient is a double
        exact = exact_gradients(t, z, from_logits=True, factors=mp.mpf(s), class_weight=w, label_smoothing=a)
        options = {"from_logits": True, "class_weight": w, "sample_weight": s, "label_smoothing": a}
        for layout in ("c_order", "class_axis_first", "strided_classes"):
            _, got = xentc.cross_entropy_labels_and_grad(labels, LAYOUTS[layout](z), **options)
            of_range(got, exact, dtype)
        own = z.copy()
        assert_same_bits(xentc.cross_entropy_labels_and_grad(labels, own, grad_out=own, **options)[1], got)
    exact = [hessian(mp.mpf(s) * mp.mpf(w[labels[i]]), z[i]) for i in range(N)]
    for layout in ("rows", "classes"):
        view = z if layout == "rows" else np.ascontiguousarray(z.T)
        _, hess = xentc.softmax_objective(labels, view, class_weight=w, sample_weight=s, layout=layout)
        of_range(hess if layout == "rows" else hess.T, exact, dtype)


@pytest.mark.parametrize("dtype", FLOATS)
def test_rows_of_every_size_side_by_side(dtype):
    """Each with the bits that it has alone, on every tier and in every layout."""
    rng = np.random.default_rng(223)
    n = 300
    labels, z = label_numbers(223, n, K, "int64"), logits("normal", 223, n, K, dtype)
    s = np.ldexp(rng.uniform(1, 2, n), rng.choice([0, 0, -1060, -700, 700, 1000], n))
    w = np.array([1.0, 1e-310, 1e200, 1e-5, 1e-180])
    options = {"from_logits": True, "class_weight": w}
    with first_way():
        alone = [
            xentc.cross_entropy_labels_and_grad(labels[i], z[i], sample_weight=s[i], **options)[1] for i in range(n)
        ]
        mean = [
            xentc.cross_entropy_labels_and_grad(labels[i], z[i], sample_weight=s[i] / 256, **options)[1]
            for i in range(n)
        ]
    for tier, layout in itertools.product(TIERS, ("c_order", "class_axis_first", "reversed_classes")):
        with way(tier, 2):
            view = LAYOUTS[layout](z)
            got = xentc.cross_entropy_labels_and_grad(labels, view, sample_weight=s, **options)[1]
            assert_same_bits(got, np.array(alone))
            t = one_hot_of(labels, K, "uint8")
            assert_same_bits(xentc.cross_entropy_and_grad(t, view, sample_weight=s, **options)[1], np.array(alone))
            rows = slice(0, 256)  # a power of two of rows
            got = xentc.cross_entropy_labels_and_grad(
                labels[rows], view[rows], sample_weight=s[rows], reduction="mean", **options
            )[1]
            exact = s[rows] / 256 * 256 == s[rows]
            assert_same_bits(got[exact], np.array(mean)[rows][exact])


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("size", "s"), SCALES, ids=str)
def test_probabilities(every_tier, dtype, size, s):
    y = probabilities(224, N, K, dtype)
    y[::3] = np.finfo(dtype).smallest_normal * np.random.default_rng(224).uniform(1, 2, (N // 3, K))
    for name in ("soft", "one_hot"):
        t = targets(name, 224, N, K, "float64") * size
        exact = exact_gradients(t, y, from_logits=False, eps=0.0, factors=mp.mpf(s))
        for layout in ("c_order", "class_axis_first"):
            _, got = xentc.cross_entropy_and_grad(
                LAYOUTS[layout](t), LAYOUTS[layout](y), eps=0, sample_weight=s, check=False
            )
            of_range(got, exact, dtype)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("n", [1, 3, 1000])
def test_a_probability_of_0(every_tier, dtype, n):
    """-inf at y = 0 under eps=0, also where t, or s, over the number of rows is no number any more."""
    y = np.zeros((n, 2), dtype)
    y[:, 1] = 1
    small = [5e-324, 1e-310, 1.0]
    for t_0, s in itertools.product(small, small):
        t = np.tile([t_0, 0.0], (n, 1))
        for reduction in ("none", "mean", "sum"):
            _, grad = xentc.cross_entropy_and_grad(t, y, eps=0, sample_weight=s, reduction=reduction)
            assert (grad[:, 0] == -np.inf).all()
            assert not grad[:, 1].any()
        _, grad = xentc.cross_entropy_and_grad(-t, y, eps=0, sample_weight=s, reduction="mean", check=False)
        assert (grad[:, 0] == np.inf).all()
        _, grad = xentc.cross_entropy_and_grad(t, y, eps=0, sample_weight=-s, reduction="mean")
        assert (grad[:, 0] == np.inf).all()


@pytest.mark.parametrize("reduction", ["mean", "weighted_mean"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_weights_at_the_ends_of_the_range(every_tier, dtype, reduction):
    """The divisor may be beyond the doubles, or the quotient below them; the rows' shares of it are not."""
    labels, z = label_numbers(225, N, K, "int64"), logits("normal", 225, N, K, dtype)
    y = probabilities(225, N, K, dtype)
    rng = np.random.default_rng(225)
    for s in (rng.uniform(0.5, 1, N) * 1.7e308, rng.uniform(1, 2, N) * 1e-320, rng.uniform(1, 2, N) * 1e-300):
        total = mp.fsum(mp.mpf(x) for x in s.tolist()) if reduction == "weighted_mean" else N
        factors = [mp.mpf(x) / total for x in s.tolist()]
        for values, logit in ((z, True), (y, False)):
            exact = exact_gradients(one_hot_of(labels, K, dtype), values, from_logits=logit, factors=factors)
            _, got = xentc.cross_entropy_labels_and_grad(
                labels, values, from_logits=logit, sample_weight=s, reduction=reduction
            )
            of_range(got, exact, dtype)


def test_a_small_share_of_a_small_weight(every_tier):
    """W times the share of the others is no normal number, times A it is one."""
    for ahead in (600.0, 690.0, 700.0):
        z = np.array([[0.0, -ahead, -ahead - 1]])
        for size, s in ((1e-20, 1e15), (1e-5, 1e5), (TINY, HUGE)):
            t = np.array([[size, 0, 0]])
            exact = exact_gradients(t, z, from_logits=True, factors=mp.mpf(s))
            _, got = xentc.cross_entropy_and_grad(t, z, from_logits=True, sample_weight=s)
            of_range(got, exact, "float64")
            assert got[0, 0] == -(got[0, 1] + got[0, 2]) or abs(got[0].sum()) <= 8 * np.spacing(abs(got[0, 0]))


def test_targets_of_1e_300_keep_four_ulp(every_tier):
    """Without any other factor: the bound of plain gradients, in ulp of the larger term."""
    for kind in ("normal", "sharp", "confident"):
        z = logits(kind, 226, 60, K, "float64")
        t = targets("soft", 226, 60, K, "float64") * TINY
        exact = exact_gradients(t, z, from_logits=True)
        _, got = xentc.cross_entropy_and_grad(t, z, from_logits=True)
        assert_gradients(got, exact, "float64", GRADIENT)
