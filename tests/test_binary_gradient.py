"""binary_cross_entropy_and_grad: every dtype, option and layout against mpmath; edges, the clip, grad_out."""

import itertools
import math

import numpy as np
import pytest
from binary_cases import logit_pairs, of_element, options_of_two, pairs
from binary_oracle import binary_gradient, binary_gradient_from_logits, two_coefficients
from bounds import GRADIENT, SCALED_GRADIENT
from cases import FLOATS, INTEGERS, LAYOUTS, REDUCTIONS, option_id
from logit_oracle import assert_gradients
from oracle import mp
from test_binary import clip_of
from test_out import assert_only_view_written, guarded
from ways import TIERS, assert_same_bits, first_way, way

import xentc

inf, nan = math.inf, math.nan


def divisor_of(t, options, reduction):
    """What the gradient of one element is divided by."""
    counted = np.broadcast_to(True if options.get("where") is None else options["where"], t.shape)
    if reduction == "mean":
        return mp.mpf(int(counted.sum()))
    s = np.broadcast_to(1.0 if options.get("sample_weight") is None else options["sample_weight"], t.shape)
    weights = [
        mp.mpf(float(s[i])) * mp.fsum(two_coefficients(t[i], **of_element(options, n)))
        for n, i in enumerate(np.ndindex(t.shape))
        if counted[i]
    ]
    return mp.fsum(weights) if reduction == "weighted_mean" else mp.mpf(1)


def assert_right(got, t, y, *, from_logits, reduction="none", **options):
    """Each entry within the bound of a gradient; a masked one is +0."""
    dtype = y.dtype if y.dtype.kind == "f" else np.dtype(float)
    assert got.dtype == dtype
    assert got.shape == t.shape
    s = np.broadcast_to(1.0 if options.get("sample_weight") is None else options["sample_weight"], t.shape)
    divisor, where = divisor_of(t, options, reduction), options.get("where")
    scaled = reduction != "none" or any(v is not None and np.any(v) for k, v in options.items() if k != "eps")
    for n, i in enumerate(np.ndindex(got.shape)):
        if where is not None and not where[i]:
            assert_same_bits(got[i], np.zeros((), dtype)[()])
            continue
        factor, element = mp.mpf(float(s[i])) / divisor, of_element(options, n)
        if from_logits:
            exact = binary_gradient_from_logits(t[i], y[i], factor, **element)
        else:
            exact = binary_gradient(t[i], y[i], clip_of(options.get("eps"), y), factor, **element)
        most = SCALED_GRADIENT if scaled and dtype == "float64" else GRADIENT
        assert_gradients(got[i].reshape(1, 1), [[exact]], dtype, most)


def grad_of(t, y, **options):
    return xentc.binary_cross_entropy_and_grad(t, y, **options)[1]


@pytest.mark.crossing(1)
@pytest.mark.parametrize("p_dtype", [*FLOATS, "bool", "uint8"])
@pytest.mark.parametrize("t_dtype", [*FLOATS, "bool", *INTEGERS])
def test_probabilities_of_every_pair_of_dtypes(t_dtype, p_dtype):
    t, p = pairs(t_dtype, p_dtype)
    t, p = t[::2], p[::2]
    for eps in (None, 0.0, 0.3):
        assert_right(grad_of(t, p, eps=eps), t, p, from_logits=False, eps=eps)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("z_dtype", [*FLOATS, "bool", "int64"])
@pytest.mark.parametrize("t_dtype", [*FLOATS, "bool", *INTEGERS])
def test_logits_of_every_pair_of_dtypes(t_dtype, z_dtype):
    t, z = logit_pairs(t_dtype, z_dtype)
    t, z = t[::2], z[::2]
    assert_right(grad_of(t, z, from_logits=True), t, z, from_logits=True)


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("dtype", FLOATS)
def test_options(dtype, from_logits):
    """Every combination, the reductions in turn (five, so that each meets each of the others)."""
    turns = itertools.cycle((*REDUCTIONS, "weighted_mean"))
    for options, reduction in zip(options_of_two(20, from_logits=from_logits), turns, strict=False):
        t, y = logit_pairs(dtype, dtype) if from_logits else pairs(dtype, dtype)
        t, y = (np.resize(a[5::13], 20) for a in (t, y))
        got = grad_of(t, y, from_logits=from_logits, reduction=reduction, **options)
        try:
            assert_right(got, t, y, from_logits=from_logits, reduction=reduction, **options)
        except AssertionError as error:
            raise AssertionError(f"{reduction}, {option_id(options)}: {error}") from None


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("dtype", FLOATS)
def test_every_way_and_layout(dtype, from_logits):
    """One bit pattern for an element, wherever it stands; the loss is that of the function without gradient."""
    t, y = (np.resize(a, 600) for a in (logit_pairs if from_logits else pairs)(dtype, dtype))
    options = {"from_logits": from_logits}
    with first_way():
        want = np.array([grad_of(t[i], y[i], **options) for i in range(600)])
        losses = xentc.binary_cross_entropy(t, y, **options).reshape(20, 30)
    t, y, want = (a.reshape(20, 30) for a in (t, y, want))
    for tier, n_threads in itertools.product(TIERS, (1, 3)):
        with way(tier, n_threads):
            for layout in LAYOUTS:
                for first, second in ((LAYOUTS[layout](t), y), (t, LAYOUTS[layout](y))):
                    before = first.tobytes(), second.tobytes()
                    loss, grad = xentc.binary_cross_entropy_and_grad(first, second, **options)
                    assert (first.tobytes(), second.tobytes()) == before
                    assert_same_bits(loss, losses)
                    assert_same_bits(grad, want)
                    assert np.argsort(grad.strides).tolist() == np.argsort(np.abs(second.strides)).tolist()


@pytest.mark.parametrize("dtype", FLOATS)
def test_nan_has_one_sign_on_every_tier(dtype):
    """Whichever NaN comes in: that of t or that of z, of either sign, with t hard or soft."""
    z, t = (np.array(x, dtype).repeat(20) for x in ([nan, -nan, nan, -nan, 1, 1], [1, 0, 0.25, 0.25, nan, -nan]))
    want = np.full(120, nan, dtype)
    for tier in TIERS:
        with way(tier, 1):
            assert_same_bits(xentc.binary_cross_entropy_and_grad(t, z, from_logits=True), [want, want])
            assert_same_bits(xentc.sigmoid_objective(t, z)[0], want)
            hard = slice(0, 40)
            assert_same_bits(xentc.sigmoid_objective(t[hard], z[hard]), [want[hard], want[hard]])


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_the_loss_is_that_of_the_other_function(every_way, reduction):
    for dtype, from_logits in itertools.product(FLOATS, (False, True)):
        t, y = (logit_pairs if from_logits else pairs)(dtype, dtype)
        for options in ({}, {"pos_weight": 3.0, "label_smoothing": 0.2, "where": np.arange(t.size) % 3 > 0}):
            options = options | {"from_logits": from_logits, "reduction": reduction}
            loss = xentc.binary_cross_entropy_and_grad(t, y, **options)[0]
            assert_same_bits(loss, xentc.binary_cross_entropy(t, y, **options))


EDGES = [  # t, y, options, gradient; all exact in float16
    (1, 0.5, {}, -2.0),
    (0, 0.75, {}, 4.0),
    (0.5, 0.5, {}, 0.0),
    (0.25, 0.5, {}, 1.0),
    (1, 1.0, {}, -1.0),
    (0, 0.0, {}, 1.0),
    (1, 0.0, {}, 0.0),
    (0, 1.0, {}, 0.0),
    (0.5, 0.0, {}, 0.5),
    (1, 0.0, {"eps": 0}, -inf),
    (0, 1.0, {"eps": 0}, inf),
    (0.5, 0.0, {"eps": 0}, -inf),
    (0.5, 1.0, {"eps": 0}, inf),
    (0, -0.0, {"eps": 0}, 1.0),
    (1, 0.25, {"eps": 0.25}, -4.0),  # at the clip the logarithm is still that of p
    (1, 0.125, {"eps": 0.25}, 0.0),
    (0, 0.75, {"eps": 0.25}, 4.0),
    (0, 0.875, {"eps": 0.25}, 0.0),
    (1, nan, {}, nan),
    (0.5, nan, {}, nan),
    (nan, 0.5, {}, nan),
    (1, 0.25, {"pos_weight": 3}, -12.0),
    (1, nan, {"pos_weight": 0}, 0.0),
    (1, 7.0, {"pos_weight": 0}, 0.0),
    (0, 0.5, {"pos_weight": 0}, 2.0),
    (1, 0.5, {"label_smoothing": 1}, 0.0),
    (nan, 0.5, {"label_smoothing": 1}, 0.0),
    (1, 0.5, {"label_smoothing": 0.5}, -1.0),
    (1, 0.5, {"sample_weight": -1}, 2.0),
]
LOGIT_EDGES = [
    (1, 0.0, {}, -0.5),
    (0, -0.0, {}, 0.5),
    (0.5, 0.0, {}, 0.0),
    (1, inf, {}, 0.0),
    (0, inf, {}, 1.0),
    (1, -inf, {}, -1.0),
    (0, -inf, {}, 0.0),
    (0.25, inf, {}, 0.75),
    (0.25, -inf, {}, -0.25),
    (1, nan, {}, nan),
    (nan, 0.0, {}, nan),
    (1, 0.0, {"pos_weight": 4}, -2.0),
    (1, nan, {"pos_weight": 0}, 0.0),
    (0, nan, {"pos_weight": 0}, nan),
    (1, -inf, {"pos_weight": 4, "label_smoothing": 0.5}, -3.0),
    (nan, inf, {"label_smoothing": 1}, 0.5),
]


@pytest.mark.crossing
@pytest.mark.parametrize("edge", [(False, *e) for e in EDGES] + [(True, *e) for e in LOGIT_EDGES], ids=str)
@pytest.mark.parametrize("dtype", FLOATS)
def test_edges(every_tier, dtype, edge):
    from_logits, t, y, options, want = edge
    number = np.dtype(dtype).type
    got = grad_of(number(t), number(y), from_logits=from_logits, **options)
    assert isinstance(got, number)
    np.testing.assert_equal(got, number(want))
    crowd = grad_of(np.r_[np.full(300, 0.5), t].astype(dtype), np.r_[np.zeros(300) + 0.5, y].astype(dtype),
                    from_logits=from_logits, **options)  # fmt: skip
    np.testing.assert_equal(crowd[-1], number(want))


def test_a_clip_inside_one_rounding_of_1_minus_p(every_tier):
    """1 - p is below eps by less than its own rounding: the clip decides on the exact difference."""
    for eps in (0.9, 0.75, 0.8):
        p = 1 - eps + np.arange(-40, 41) * np.spacing(1 - eps)
        for t in (np.zeros_like(p), np.full_like(p, 0.5)):
            assert_right(grad_of(t, p, eps=eps), t, p, from_logits=False, eps=eps)


def test_factors_of_every_size(every_tier):
    """A share p that is subnormal and a weight that brings it back among the normal numbers keep their digits."""
    z = np.array([-744.4, -740.0, -720.0, -709.0, 744.4, 730.0])
    for t, s in itertools.product((0.0, 1.0), (1e300, 1e10, 1e-10)):
        t = np.full_like(z, t)
        got = grad_of(t, z, from_logits=True, sample_weight=s)
        for value, t_i, z_i in zip(got.tolist(), t.tolist(), z.tolist(), strict=True):
            exact = binary_gradient_from_logits(t_i, z_i, mp.mpf(s))
            assert_gradients(np.array([[value]]), [[exact._replace(p=None)]], "float64", SCALED_GRADIENT)


@pytest.mark.crossing
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in ("read_only", "memory_mapped")])
def test_grad_out(every_way, layout, from_logits):
    """Written where it is, and in place of p; over t, by a copy; in other dtypes rounded once."""
    for dtype, options in itertools.product(FLOATS, ({}, {"reduction": "mean", "where": np.arange(600) % 4 > 0})):
        options = options | {"from_logits": from_logits}
        t, y = (np.resize(a, 600) for a in (logit_pairs if from_logits else pairs)(dtype, dtype))
        want_loss, want = xentc.binary_cross_entropy_and_grad(t, y, **options)
        for grad, first, second in (
            (LAYOUTS[layout](np.full_like(y, 7)), t, y),
            (own := LAYOUTS[layout](y.copy()), t, own),
            (own := LAYOUTS[layout](t.copy()), own, y),
        ):
            loss, got = xentc.binary_cross_entropy_and_grad(first, second, grad_out=grad, **options)
            assert got is grad
            assert_same_bits(loss, want_loss)
            assert_same_bits(got.astype(dtype), want)
    narrow = np.empty(600, "float16")
    y = np.resize(y, 600).astype("float64")
    xentc.binary_cross_entropy_and_grad(t, y, grad_out=narrow, from_logits=from_logits)
    with np.errstate(over="ignore"):
        assert_same_bits(narrow, grad_of(t, y, from_logits=from_logits).astype("float16"))


def test_partly_over_an_input(every_way):
    for dtype, from_logits, shift in itertools.product(("float64", "float32"), (False, True), (-7, -1, 1, 8)):
        t, y = (np.resize(a, 600) for a in (logit_pairs if from_logits else pairs)(dtype, dtype))
        want = grad_of(t, y, from_logits=from_logits)
        for over in ("t", "y"):
            room = np.empty(616, dtype)
            own, grad = room[8:608], room[8 + shift : 608 + shift]
            own[...] = t if over == "t" else y
            first, second = (own, y) if over == "t" else (t, own)
            assert_same_bits(grad_of(first, second, from_logits=from_logits, grad_out=grad), want)


def test_guard_bytes(every_tier):
    for n, dtype, from_logits in itertools.product((1, 15, 16, 17, 255, 257), FLOATS, (False, True)):
        t, y = (np.resize(a, n) for a in (logit_pairs if from_logits else pairs)(dtype, dtype))
        want = grad_of(t, y, from_logits=from_logits)
        for strides in (None, [3 * want.itemsize], [-want.itemsize]):
            grad, room = guarded((n,), dtype, strides)
            grad_of(t, y, from_logits=from_logits, grad_out=grad)
            assert_same_bits(grad.copy(), want)
            assert_only_view_written(grad, room)


def test_broadcasting(every_way):
    rng = np.random.default_rng(185)
    for shapes in (((3, 1), (1, 4)), ((), (2, 3)), ((2, 3), ()), ((0,), (1,)), ((2, 1, 3), (1, 5, 1)), ((), ())):
        t, p = (rng.random(shape) for shape in shapes)
        full = [np.array(a) for a in np.broadcast_arrays(t, p)]
        loss, grad = xentc.binary_cross_entropy_and_grad(t, p)
        assert np.shape(grad) == np.shape(loss) == full[0].shape
        assert_right(np.asarray(grad), *full, from_logits=False)
        w = rng.random(full[0].shape[-1:])
        got = grad_of(t, p, pos_weight=w)
        assert_right(np.asarray(got), *full, from_logits=False, pos_weight=np.broadcast_to(w, full[0].shape))


def test_means_of_nothing(every_way):
    t, p = np.ones((5, 3)), np.full((5, 3), 0.5)
    for reduction in ("mean", "weighted_mean"):
        words = f"^the {reduction.replace('_', ' ')} of no rows is not defined$"
        with pytest.warns(RuntimeWarning, match=words) as got:
            loss, grad = xentc.binary_cross_entropy_and_grad(t, p, where=False, reduction=reduction)
        assert [w.filename for w in got] == [__file__]
        assert math.isnan(loss)
        assert_same_bits(grad, np.zeros((5, 3)))


def test_bad_elements_are_named_before_p_is_overwritten_where_they_stand(every_way):
    """In place there is no second look: the first in C order is found, in any layout."""
    for name, view in itertools.product(("t", "p"), (lambda a: a, np.asfortranarray)):
        arrays = {"t": np.full((30, 20), 0.5), "p": np.full((30, 20), 0.5)}
        arrays[name][17, 3] = arrays[name][4, 15] = arrays[name][29, 0] = -0.25
        arrays = {key: view(a) for key, a in arrays.items()}
        for grad in (None, np.empty((30, 20)), arrays["p"]):
            with pytest.raises(ValueError, match=rf"^{name} must be in \[0, 1\]; got -0.25 at position \(4, 15\)$"):
                xentc.binary_cross_entropy_and_grad(**arrays, grad_out=grad)


def test_bad_grad_out():
    p = np.full(3, 0.5)
    for bad, exception, words in (
        (np.zeros(4), ValueError, r"^grad_out must have the shape of the gradient, \(3,\); got \(4,\)"),
        (np.zeros((3, 1)), ValueError, r"^grad_out must have the shape of the gradient, \(3,\); got \(3, 1\)"),
        (np.zeros(3, int), TypeError, "^grad_out must have a bfloat16, float16, float32 or float64 dtype"),
        ([0.0] * 3, TypeError, "^grad_out must be a NumPy array"),
    ):
        with pytest.raises(exception, match=words):
            xentc.binary_cross_entropy_and_grad(np.ones(3), p, grad_out=bad)
    out = np.zeros(4)
    with pytest.raises(ValueError, match="^grad_out must not overlap out"):
        xentc.binary_cross_entropy_and_grad(np.ones(3), p, out=out[:3], grad_out=out[1:])
    assert not out.any()
    assert (p == 0.5).all()


@pytest.mark.parametrize("p", [0.78, 1.0, 0.0, 0.5])
def test_a_target_that_is_nan_gives_nan_under_the_clip_and_with_a_weight_of_0(p):
    for options in ({"eps": 0.25}, {"label_smoothing": 0.1}, {}):
        loss, grad = xentc.binary_cross_entropy_and_grad(
            np.array([np.nan, 1.0]), np.array([p, 0.5]), pos_weight=np.array([0.0, 1.0]), **options
        )
        assert np.isnan([loss[0], grad[0]]).all()
        assert np.isfinite([loss[1], grad[1]]).all()
