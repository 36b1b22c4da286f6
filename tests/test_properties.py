"""Properties of all inputs, searched by hypothesis: shapes, axes, dtypes, broadcasting, and the mathematics."""

import math

import hypothesis
import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from cases import FLOATS, INTEGERS, LAYOUTS
from hypothesis import assume
from hypothesis import strategies as st
from oracle import assert_accurate, exact_losses, ulp_error
from ways import TIERS, assert_same_bits, first_way, way

import xentc
from examples import given


def elements_of_t(dtype):
    if dtype.kind == "f":
        # Sizes that stay clear of overflow in a sum, and of float64 products too small for their remainders.
        size = {2: 100.0, 4: 2.0**20, 8: 2.0**100}[dtype.itemsize]
        usual = st.sampled_from([0.0, -0.0, 1.0, 0.5])
        return usual | st.floats(-size, size, width=8 * dtype.itemsize).filter(lambda x: x == 0 or abs(x) > 2.0**-100)
    return hnp.from_dtype(dtype) if dtype.itemsize < 8 else st.integers(0, 2**50)


def elements_of_y(dtype):
    if dtype.kind != "f":
        return hnp.from_dtype(dtype) if dtype.itemsize < 8 else st.integers(0, 2**50)
    return st.floats(0, 1, width=8 * dtype.itemsize) | st.floats(width=8 * dtype.itemsize, allow_nan=True)


@st.composite
def calls(draw, y_dtypes=(*FLOATS, "bool", "int32")):
    """(t, y, axis, eps): arrays that broadcast, with one class axis of one length in both."""
    n_classes = draw(st.integers(0, 20))
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4, min_side=0))
    ndim = len(shapes.result_shape) + 1
    axis = draw(st.integers(-ndim, -1))
    arrays = []
    for shape, dtypes, elements in (
        (shapes.input_shapes[0], ("bool", *INTEGERS, *FLOATS), elements_of_t),
        (shapes.input_shapes[1], y_dtypes, elements_of_y),
    ):
        own = (*(1,) * max(0, -axis - 1 - len(shape)), *shape)  # the class axis must be one of its own
        at = len(own) + 1 + axis
        full = (*own[:at], n_classes, *own[at:])
        dtype = np.dtype(draw(st.sampled_from(dtypes)))
        a = draw(hnp.arrays(dtype, full, elements=elements(dtype), fill=elements(dtype)))
        arrays.append(LAYOUTS[draw(st.sampled_from(list(LAYOUTS)))](a) if a.ndim else a)
    eps = draw(st.sampled_from([None, 0.0, 0.1, 1e-3]))
    return (*arrays, axis, eps)


def as_rows(t, y, axis):
    """Both broadcast, as (rows, classes), and the result's shape."""
    t, y = (np.moveaxis(a, axis, -1) for a in np.broadcast_arrays(t, y))
    rows = math.prod(t.shape[:-1])
    return t.reshape(rows, t.shape[-1]), y.reshape(rows, y.shape[-1]), t.shape[:-1]


def is_outer_product(t, y):
    """Whether both are broadcast, though one has fewer axes: what the functions refuse (tests/test_errors.py)."""
    return t.ndim != y.ndim and math.prod(np.broadcast_shapes(t.shape, y.shape)) > max(t.size, y.size)


def native(a):
    return a.astype(a.dtype.newbyteorder("="))


@given(calls(), st.sampled_from(TIERS), st.integers(1, 3))
def test_any_call_is_right(call, tier, n_threads):
    t, y, axis, eps = call
    if is_outer_product(t, y):
        with pytest.raises(ValueError, match="more elements than either has"):
            xentc.cross_entropy(t, y, axis=axis, eps=eps, check=False)
        return
    with way(tier, n_threads):
        got = xentc.cross_entropy(t, y, axis=axis, eps=eps, check=False)
    t_rows, y_rows, shape = as_rows(native(t), native(y), axis)
    assert np.shape(got) == shape
    assert_accurate(np.reshape(got, len(t_rows)), t_rows, y_rows, eps)
    with first_way():
        assert_same_bits(np.reshape(got, len(t_rows)), xentc.cross_entropy(t_rows, y_rows, eps=eps, check=False))


@given(calls(), st.sampled_from(TIERS), st.integers(1, 3))
def test_any_sum_is_exact(call, tier, n_threads):
    t, y, axis, eps = call
    assume(not is_outer_product(t, y))
    with way(tier, n_threads):
        narrow = np.asarray(xentc.cross_entropy(t, y, axis=axis, eps=eps, check=False))
        rows = xentc.cross_entropy(t, y, axis=axis, eps=eps, check=False, out=np.empty(narrow.shape)).ravel()
        with np.errstate(all="ignore"):
            assert_same_bits(narrow.ravel(), rows.astype(narrow.dtype))
        got = xentc.cross_entropy(t, y, axis=axis, eps=eps, check=False, reduction="sum")
    if np.isnan(rows).any() or {math.inf, -math.inf} <= set(rows.tolist()):
        assert math.isnan(got)
    else:
        assert_same_bits(got, np.float64(math.fsum(rows)))


positive = st.floats(2.0**-20, 1.0)


@given(hnp.arrays("float64", st.integers(2, 30), elements=positive), st.data())
def test_smallest_at_the_maximum_likelihood_estimate(t, data):
    """Over all distributions y the loss is smallest at t / sum(t): Gibbs' inequality."""
    best = t / t.sum()
    other = data.draw(hnp.arrays("float64", t.shape, elements=positive))
    other /= other.sum()
    loss, least = xentc.cross_entropy(t, other), xentc.cross_entropy(t, best)
    # The sums of y are 1 only up to rounding, which is worth sum(t) eps.
    slack = t.sum() * len(t) * 2.0**-52 + 2 * np.spacing(loss)
    assert loss >= least - slack
    if abs(other - best).max() > 1e-3:
        assert loss > least


@given(hnp.arrays("float64", (2, 12), elements=st.sampled_from([0.0, 0.25, 1.0, 3.0])), st.data())
def test_additive_in_t(t, data):
    """Counts add: the loss of two rounds of throws together is the sum of both losses."""
    y = data.draw(hnp.arrays("float64", 12, elements=positive))
    apart = xentc.cross_entropy(t, y)
    together = xentc.cross_entropy(t[0] + t[1], y)
    # Each of the three is within an ulp, and the test's own addition within half of one.
    assert abs(together - (apart[0] + apart[1])) <= 3.5 * np.spacing(max(together, 1e-300))


@given(hnp.arrays("float64", (3, 9), elements=positive), st.integers(-60, 60))
def test_powers_of_two_scale_exactly(t, exponent):
    y = np.linspace(0.05, 0.95, 9)
    assert_same_bits(xentc.cross_entropy(t * 2.0**exponent, y), xentc.cross_entropy(t, y) * 2.0**exponent)


@given(hnp.arrays("float64", 40, elements=st.floats(0, 1)), st.permutations(range(40)))
def test_the_order_of_classes_matters_to_no_more_than_the_bound(y, order):
    t = np.linspace(0, 1, 40)
    order = np.array(order)
    exact = exact_losses(t[None], y[None])[0]
    for value in (xentc.cross_entropy(t, y), xentc.cross_entropy(t[order], y[order])):
        assert ulp_error(value, exact.loss, np.dtype(float), exact.size) <= 1


@pytest.mark.parametrize("dtype", FLOATS)
@hypothesis.settings(max_examples=300, deadline=None, derandomize=True)
@hypothesis.given(data=st.data())
def test_monotone_in_y(dtype, data):
    """A larger probability of what happened never has a larger loss, neighbours included."""
    width = 8 * np.dtype(dtype).itemsize
    y = np.sort(data.draw(hnp.arrays(dtype, 20, elements=st.floats(0, 1, width=width))))
    y = np.sort(np.concatenate([y, np.nextafter(y, y.dtype.type(2))]))
    loss = xentc.cross_entropy(np.ones((40, 1), bool), y[:, None])
    # A correctly rounded logarithm is monotone; float64's is so up to the 0.05 ulp by which it may miss.
    slack = np.spacing(abs(loss[1:])) if dtype == "float64" else 0
    assert (loss[1:] <= loss[:-1] + slack).all()
