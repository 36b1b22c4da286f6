"""binary_cross_entropy: against mpmath near 0 and near 1, every dtype and layout, and what it refuses."""

import itertools
import math

import numpy as np
import pytest
from binary_cases import of_element, options_of_two, pairs
from binary_oracle import binary_loss
from bounds import binary_bound
from cases import FLOATS, INTEGERS, LAYOUTS, option_id
from oracle import quotient, result_dtype, ulp_error
from ways import TIERS, assert_same_bits, first_way, way

import xentc

inf, nan = math.inf, math.nan


def clip_of(eps, p):
    return float(np.finfo(p.dtype if p.dtype.kind == "f" else float).eps) if eps is None else eps


def assert_accurate(got, t, p, eps=None, sample_weight=None, where=None, **options):
    dtype = result_dtype(t.dtype, p.dtype)
    assert got.dtype == dtype
    most = binary_bound(dtype.name, samples=sample_weight is not None, **options)
    s = np.broadcast_to(1.0 if sample_weight is None else sample_weight, t.shape)
    for n, i in enumerate(np.ndindex(got.shape)):
        if where is not None and not where[i]:
            assert_same_bits(got[i], np.zeros((), dtype)[()])
            continue
        exact = binary_loss(t[i], p[i], clip_of(eps, p), s[i], **of_element(options, n))
        error = ulp_error(got[i], exact.loss, dtype, exact.size)
        assert error <= most, (
            f"{error:.4g} ulp, more than {most}: t={float(t[i]).hex()}, p={float(p[i]).hex()}, got"
            f" {float(got[i]).hex()}"
        )


@pytest.mark.crossing(1)
@pytest.mark.parametrize("p_dtype", [*FLOATS, "bool", "uint8"])
@pytest.mark.parametrize("t_dtype", [*FLOATS, "bool", *INTEGERS])
def test_every_pair_of_dtypes(t_dtype, p_dtype):
    t, p = pairs(t_dtype, p_dtype)
    for eps in (None, 0.0, 0.3):
        assert_accurate(xentc.binary_cross_entropy(t, p, eps=eps), t, p, eps)


@pytest.mark.parametrize("dtype", FLOATS)
def test_every_way_and_layout(dtype):
    """One bit pattern for an element, wherever it stands."""
    t, p = (np.resize(a, 600) for a in pairs(dtype, dtype))
    with first_way():
        want = np.array([xentc.binary_cross_entropy(t[i], p[i], eps=0) for i in range(600)])
    assert_accurate(want, t, p, 0)
    t, p, want = (a.reshape(20, 30) for a in (t, p, want))
    for tier, n_threads in itertools.product(TIERS, (1, 3)):
        with way(tier, n_threads):
            for layout in LAYOUTS:
                assert_same_bits(xentc.binary_cross_entropy(LAYOUTS[layout](t), p, eps=0), want)
                assert_same_bits(xentc.binary_cross_entropy(t, LAYOUTS[layout](p), eps=0), want)


def test_tiny_t_and_tiny_p(every_tier):
    rng = np.random.default_rng(143)
    tiny = np.ldexp(rng.uniform(1, 2, 200), rng.integers(-1000, -10, 200))
    for t, p in ((tiny, tiny[::-1]), (tiny, 1 - tiny[::-1]), (1 - tiny, tiny[::-1]), (0 * tiny, tiny)):
        for eps in (None, 0.0):
            assert_accurate(xentc.binary_cross_entropy(t, p, eps=eps), t, p, eps)


def test_1_minus_t_keeps_its_digits(every_tier):
    """One rounding of a sum, and little else: with 1 - t rounded too some of these would be 0.8 ulp off."""
    rng = np.random.default_rng(147)
    t, p = rng.random(2000) * 0.3, 1 - rng.random(2000) * 1e-3
    got = xentc.binary_cross_entropy(t, p)
    exact = [binary_loss(a, b, 2.0**-52) for a, b in zip(t.tolist(), p.tolist(), strict=True)]
    worst = max(ulp_error(value, e.loss, got.dtype, e.size) for value, e in zip(got.tolist(), exact, strict=True))
    assert worst <= 0.6


def test_a_clip_inside_one_rounding_of_1_minus_p(every_tier):
    """1 - p is below eps by less than its own rounding: the clip decides on the exact difference."""
    for eps in (0.9, 0.75, 0.8):
        near = 1 - eps
        p = near + np.arange(-40, 41) * np.spacing(near)
        t = np.zeros_like(p)
        assert_accurate(xentc.binary_cross_entropy(t, p, eps=eps), t, p, eps)


@pytest.mark.parametrize("options", options_of_two(60, from_logits=False), ids=option_id)
def test_options(options):
    for dtype in FLOATS:
        t, p = (np.resize(a, 60) for a in pairs(dtype, dtype))
        assert_accurate(xentc.binary_cross_entropy(t, p, **options), t, p, **options)


EDGES = [  # t, p, eps, loss
    (0, 0.0, None, 0.0),
    (1, 1.0, None, 0.0),
    (0, 0.0, 0, 0.0),
    (1, 1.0, 0, 0.0),
    (1, 0.0, 0, inf),
    (0, 1.0, 0, inf),
    (0.5, 0.0, 0, inf),
    (0.5, 1.0, 0, inf),
    (1, 0.0, 0.25, 1.3862943611198906),
    (0, 1.0, 0.25, 1.3862943611198906),
    (0.5, 0.5, None, 0.6931471805599453),
    (-0.0, 0.0, 0, 0.0),
    (1, nan, None, nan),
    (0, nan, None, nan),
    (nan, 0.5, None, nan),
    (0, -0.0, 0, 0.0),
    (0, 5e-324, 0, 5e-324),
    (0, 1e-20, None, 1e-20),
]


@pytest.mark.crossing
@pytest.mark.parametrize("edge", EDGES, ids=str)
def test_edges(every_way, edge):
    t, p, eps, loss = edge
    got = xentc.binary_cross_entropy(t, p, eps=eps)
    assert isinstance(got, np.float64)
    np.testing.assert_equal(got, loss)
    crowd = xentc.binary_cross_entropy(np.r_[np.full(300, 0.5), float(t)], np.r_[np.full(300, 0.5), p], eps=eps)
    np.testing.assert_equal(crowd[-1], loss)
    assert (crowd[:-1] == 0.6931471805599453).all()
    assert not np.signbit(got) or math.isnan(loss)


@pytest.mark.parametrize(
    "shapes", [((3, 1), (1, 4)), ((), (2, 3)), ((2, 3), ()), ((0,), (1,)), ((2, 1, 3), (1, 5, 1)), ((), ())]
)
def test_broadcasting(every_way, shapes):
    rng = np.random.default_rng(144)
    t, p = (rng.random(shape) for shape in shapes)
    full = np.broadcast_arrays(t, p)
    got = xentc.binary_cross_entropy(t, p)
    assert np.shape(got) == full[0].shape
    assert_same_bits(got, xentc.binary_cross_entropy(*(np.ascontiguousarray(a) if a.ndim else a for a in full)))
    assert_accurate(np.asarray(got), *(np.asarray(a) for a in full))


@pytest.mark.parametrize("dtype", FLOATS)
def test_weights_masks_and_reductions(every_tier, dtype):
    rng = np.random.default_rng(145)
    t, p = rng.random((30, 20)).astype(dtype), rng.random((30, 20)).astype(dtype)
    s, where = rng.uniform(0.1, 2, (30, 20)), rng.random((30, 20)) < 0.6
    t[~where], p[~where] = 7, nan  # not looked at
    for weights in (None, s, s[0], 0.5):
        full = None if weights is None else np.broadcast_to(weights, t.shape)
        rows = xentc.binary_cross_entropy(t, p, sample_weight=weights, where=where)
        assert_accurate(rows, t, p, sample_weight=full, where=where)
        rows = xentc.binary_cross_entropy(t, p, sample_weight=weights, where=where, out=np.empty(t.shape))
        total = math.fsum(rows[where])
        counted = np.ones(t.shape)[where] if full is None else full[where]
        wants = {"sum": total, "mean": total / where.sum(), "weighted_mean": quotient(rows, counted)}
        for reduction, want in wants.items():
            got = xentc.binary_cross_entropy(t, p, sample_weight=weights, where=where, reduction=reduction)
            assert_same_bits(got, np.float64(want))
    with pytest.warns(RuntimeWarning, match="^the mean of no rows") as caught:
        assert np.isnan(xentc.binary_cross_entropy(t, p, where=False, reduction="mean"))
    assert caught[0].filename == __file__


def test_out(every_way):
    rng = np.random.default_rng(146)
    t, p = rng.random(600), rng.random(600)
    want = xentc.binary_cross_entropy(t, p)
    for dtype in FLOATS:
        out = np.empty(600, dtype)
        assert xentc.binary_cross_entropy(t, p, out=out) is out
        assert_same_bits(out, want.astype(dtype))
    copy = t.copy()
    assert xentc.binary_cross_entropy(copy, p, out=copy) is copy
    assert_same_bits(copy, want)
    shifted = np.r_[t, 0.5]
    xentc.binary_cross_entropy(shifted[:-1], p, out=shifted[1:])
    assert_same_bits(shifted[1:], want)


OUTSIDE = [-0.25, -5e-324, math.nextafter(1, 2), 1.5, inf, -inf]


@pytest.mark.parametrize("bad", OUTSIDE)
@pytest.mark.parametrize("name", ["t", "p"])
def test_outside_is_named(every_way, name, bad):
    arrays = {"t": np.full((30, 20), 0.5), "p": np.full((30, 20), 0.5)}
    arrays[name][17, 3] = arrays[name][17, 4] = arrays[name][29, 0] = bad
    words = rf"^{name} must be in \[0, 1\]; got {bad}"
    for view in (lambda a: a, np.asfortranarray):
        for reduction in ("none", "sum"):
            with pytest.raises(ValueError, match=rf"{words} at position \(17, 3\)$"):
                xentc.binary_cross_entropy(**{n: view(a) for n, a in arrays.items()}, reduction=reduction)
    with pytest.raises(ValueError, match=rf"{words} at position 3$"):
        xentc.binary_cross_entropy(arrays["t"][17], arrays["p"][17])
    with pytest.raises(ValueError, match=rf"{words}$"):
        xentc.binary_cross_entropy(arrays["t"][17, 3], arrays["p"][17, 3])
    where = np.ones((30, 20), bool)
    where[17, 3:5] = where[29, 0] = False
    assert np.isfinite(xentc.binary_cross_entropy(**arrays, where=where)).all()


@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers_outside(every_tier, dtype):
    t = np.zeros(40, dtype)
    t[33] = 2
    with pytest.raises(ValueError, match=r"^t must be in \[0, 1\]; got 2 at position 33$"):
        xentc.binary_cross_entropy(t, np.full(40, 0.5))
    with pytest.raises(ValueError, match=r"^p must be in \[0, 1\]; got 2 at position 33$"):
        xentc.binary_cross_entropy(np.full(40, 0.5), t)


@pytest.mark.parametrize("n_threads", [1, 3])
def test_first_bad_element_with_many_threads(n_threads):
    t, p = np.zeros(600_000, "float32"), np.full(600_000, 0.5, "float32")
    for first in (599_999, 300_000, 7):
        p[first] = 2
        with way(TIERS[-1], n_threads), pytest.raises(ValueError, match=rf"^p must .* got 2.0 at position {first}$"):
            xentc.binary_cross_entropy(t, p, reduction="sum")


@pytest.mark.parametrize("from_logits", [False, True], ids=["probabilities", "logits"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_an_element_has_the_same_bits_beside_any_other(every_tier, dtype, from_logits):
    """Where all t of a tile are 0 or 1 there is one logarithm an element; one soft t sends it the general way."""
    t, p = pairs(dtype, dtype)
    hard = (t == 0) | (t == 1)
    t, p = t[hard], p[hard]
    if from_logits:
        p = np.concatenate([p, np.linspace(-20, 20, 101, dtype=np.float64).astype(p.dtype), p[:4] * 0 + 700])
        t = np.resize(t, len(p))
    options = {"from_logits": True} if from_logits else {"eps": None}
    for eps in (None,) if from_logits else (None, 0.25, 2.0**-1022):
        if not from_logits:
            options["eps"] = eps if eps != 2.0**-1022 or dtype == "float64" else 2.0**-126
        alone = xentc.binary_cross_entropy_and_grad(t, p, **options)
        soft = np.concatenate([t, t[:1] * 0 + t.dtype.type(0.5)]), np.concatenate([p, p[:1] * 0 + p.dtype.type(0.5)])
        beside = xentc.binary_cross_entropy_and_grad(*soft, **options)
        for one, other in zip(alone, beside, strict=True):
            assert_same_bits(one, other[:-1])
    if from_logits:
        for one, other in zip(xentc.sigmoid_objective(t, p), xentc.sigmoid_objective(*soft), strict=True):
            assert_same_bits(one, other[:-1])
