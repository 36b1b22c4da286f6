"""binary_cross_entropy(from_logits=True): against mpmath for every size of z, dtype and layout; edges, options."""

import itertools
import math

import numpy as np
import pytest
from binary_cases import logit_pairs as pairs
from binary_cases import logits_of_every_size, of_element, options_of_two
from binary_oracle import binary_loss_from_logits
from bounds import LOGITS, UNROUNDED_FROM_LOGITS, binary_bound
from cases import FLOATS, INTEGERS, LAYOUTS, REDUCTIONS, option_id
from oracle import quotient, result_dtype, ulp_error
from ways import TIERS, assert_same_bits, first_way, way

import xentc

inf, nan = math.inf, math.nan


def assert_accurate(got, t, z, sample_weight=None, where=None, eps=None, **options):
    dtype = result_dtype(t.dtype, z.dtype)
    assert got.dtype == dtype
    most = binary_bound(dtype.name, from_logits=True, samples=sample_weight is not None, **options)
    s = np.broadcast_to(1.0 if sample_weight is None else sample_weight, t.shape)
    for n, i in enumerate(np.ndindex(got.shape)):
        if where is not None and not where[i]:
            assert_same_bits(got[i], np.zeros((), dtype)[()])
            continue
        exact = binary_loss_from_logits(t[i], z[i], s[i], **of_element(options, n))
        error = ulp_error(got[i], exact.loss, dtype, exact.size)
        assert error <= most, (
            f"{error:.4g} ulp, more than {most}: t={float(t[i]).hex()}, z={float(z[i]).hex()}, got"
            f" {float(got[i]).hex()}"
        )


@pytest.mark.crossing(1)
@pytest.mark.parametrize("z_dtype", [*FLOATS, "bool", "uint8", "int64"])
@pytest.mark.parametrize("t_dtype", [*FLOATS, "bool", *INTEGERS])
def test_every_pair_of_dtypes(t_dtype, z_dtype):
    t, z = pairs(t_dtype, z_dtype)
    if t_dtype not in ("float64", "float32", "bool"):
        t, z = t[::5], z[::5]  # the others differ in how t is read alone
    assert_accurate(xentc.binary_cross_entropy(t, z, from_logits=True), t, z)


@pytest.mark.parametrize("dtype", FLOATS)
def test_every_way_and_layout(dtype):
    """One bit pattern for an element, wherever it stands."""
    t, z = (np.resize(a, 600) for a in pairs(dtype, dtype))
    with first_way():
        want = np.array([xentc.binary_cross_entropy(t[i], z[i], from_logits=True) for i in range(600)])
    assert_accurate(want, t, z)
    t, z, want = (a.reshape(20, 30) for a in (t, z, want))
    for tier, n_threads in itertools.product(TIERS, (1, 3)):
        with way(tier, n_threads):
            for layout in LAYOUTS:
                assert_same_bits(xentc.binary_cross_entropy(LAYOUTS[layout](t), z, from_logits=True), want)
                assert_same_bits(xentc.binary_cross_entropy(t, LAYOUTS[layout](z), from_logits=True), want)


EDGES = [  # t, z, loss
    (1, 0.0, 0.6931471805599453),
    (0, -0.0, 0.6931471805599453),
    (0.5, 0.0, 0.6931471805599453),
    (1, inf, 0.0),
    (0, -inf, 0.0),
    (-0.0, -inf, 0.0),
    (0, inf, inf),
    (1, -inf, inf),
    (0.5, inf, inf),
    (0.5, -inf, inf),
    (1, 1e300, 0.0),
    (0, -1e300, 0.0),
    (0, 1e300, 1e300),
    (1, -1e300, 1e300),
    (0.5, 1e300, 5e299),
    (0.25, -1e300, 2.5e299),
    (1, nan, nan),
    (0, nan, nan),
    (0.5, nan, nan),
    (nan, 0.5, nan),
]


@pytest.mark.parametrize("edge", EDGES, ids=str)
def test_edges(every_way, edge):
    t, z, loss = edge
    got = xentc.binary_cross_entropy(t, z, from_logits=True)
    assert isinstance(got, np.float64)
    crowd = xentc.binary_cross_entropy(np.r_[np.ones(300), float(t)], np.r_[np.zeros(300), z], from_logits=True)
    assert (abs(crowd[:-1] - math.log(2)) <= LOGITS * np.spacing(math.log(2))).all()
    for value in (got, crowd[-1]):
        if math.isfinite(loss) and loss:
            assert abs(value - loss) <= LOGITS * np.spacing(loss)
        else:
            np.testing.assert_equal(value, loss)
        assert not np.signbit(value) or math.isnan(loss)


@pytest.mark.parametrize("options", options_of_two(60, from_logits=True), ids=option_id)
def test_options(options):
    for dtype in FLOATS:
        t, z = (np.resize(a[::7], 60) for a in pairs(dtype, dtype))
        assert_accurate(xentc.binary_cross_entropy(t, z, from_logits=True, **options), t, z, **options)


def test_weights_masks_and_reductions(every_tier):
    rng = np.random.default_rng(183)
    t, z, s, where = rng.random((9, 20)), rng.normal(size=(9, 20)) * 9, rng.uniform(0, 3, 20), rng.random((9, 20)) < 0.6
    full = np.broadcast_to(s, t.shape)
    assert_accurate(xentc.binary_cross_entropy(t, z, from_logits=True, sample_weight=s, where=where), t, z, full, where)
    rows = xentc.binary_cross_entropy(t, z, from_logits=True, sample_weight=s, where=where)
    total = np.float64(math.fsum(rows.ravel()))
    wants = {"sum": total, "mean": total / where.sum(), "weighted_mean": quotient(rows, full[where])}
    for reduction in REDUCTIONS[1:]:
        got = xentc.binary_cross_entropy(t, z, from_logits=True, sample_weight=s, where=where, reduction=reduction)
        assert_same_bits(got, wants[reduction])
    z[~where], t[~where] = nan, 7.0
    assert_same_bits(xentc.binary_cross_entropy(t, z, from_logits=True, sample_weight=s, where=where), rows)
    out = np.full((9, 20), 7.0)
    assert xentc.binary_cross_entropy(t, z, from_logits=True, sample_weight=s, where=where, out=out) is out
    assert_same_bits(out, rows)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("t_sure", [1.0, 0.9])
def test_float32_losses_that_float32_does_not_hold(every_way, t_sure):
    """A float64 `out` shows them, sums have them, and a weight makes them large."""
    z = np.array([103.8, 103.9, 103.95, 104, 110, 200, 700] * 20, np.float32)
    t = np.full(z.size, t_sure, np.float32)
    for sign in (1, -1):
        for target in (t if sign > 0 else 1 - t, np.resize([0.5, t[0], t[0]], z.size).astype(np.float32)):
            rows = xentc.binary_cross_entropy(target, sign * z, from_logits=True, out=np.empty(z.size))
            exact = [binary_loss_from_logits(*x).loss for x in zip(target, sign * z, strict=True)]
            for got, want in zip(rows, exact, strict=True):
                assert abs(got - want) <= UNROUNDED_FROM_LOGITS * want
    heavy = xentc.binary_cross_entropy(np.ones_like(z), z, from_logits=True, sample_weight=np.full(z.size, 1e40))
    for got, x in zip(heavy[z < 200], z[z < 200], strict=True):
        exact = binary_loss_from_logits(1.0, x, sample_weight=1e40).loss
        assert ulp_error(got, exact, np.dtype(np.float32)) <= LOGITS


def test_t_outside_0_and_1_is_refused(every_way):
    """z may be anything."""
    t, z = np.full(700, 0.5), np.full(700, -1e3)
    for position in (0, 256, 699):
        for value in (-0.5, 1.0000001, inf):
            bad = t.copy()
            bad[position] = value
            with pytest.raises(ValueError, match=rf"^t must be in \[0, 1\]; got .* at position {position}$"):
                xentc.binary_cross_entropy(bad, z, from_logits=True)
    assert np.isfinite(xentc.binary_cross_entropy(t, z, from_logits=True)).all()


def test_it_is_the_two_class_loss(every_way):
    """softmax of (z, 0) is (sigmoid z, 1 - sigmoid z): each is within its own bound of one number."""
    z = logits_of_every_size("float64")
    z = z[abs(z) < 1e300]
    two = np.stack([z, np.zeros_like(z)], -1)
    for t, label in ((1, 0), (0, 1)):
        got = xentc.binary_cross_entropy(t, z, from_logits=True)
        want = xentc.cross_entropy_labels(np.full(z.size, label), two, from_logits=True)
        assert (abs(got - want) <= 2 * LOGITS * np.spacing(np.maximum(got, want))).all()


def test_a_target_that_is_nan_gives_nan_whatever_its_weight(every_way):
    """pos_weight 0 leaves the second class, whose target is NaN too."""
    for weight, z in itertools.product((0.0, 1.0, None), (3.0, -3.0, 0.0, np.inf, -np.inf)):
        loss, grad = xentc.binary_cross_entropy_and_grad(np.full(5, np.nan), z, from_logits=True, pos_weight=weight)
        assert np.isnan(loss).all()
        assert np.isnan(grad).all()
        assert np.isnan(xentc.binary_cross_entropy(np.full(5, np.nan), 0.3, pos_weight=weight)).all()
