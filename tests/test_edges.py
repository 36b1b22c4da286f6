"""Edges, bit for bit: one table of (t, y, eps, loss), each alone, in a crowd, and on every way; unchecked."""

import math

import numpy as np
import pytest
from cases import FLOATS, edge_values
from ways import assert_same_bits

import xentc

inf, nan = math.inf, math.nan
LN2, LN4 = 0.6931471805599453, 1.3862943611198906

# t, y, eps, loss; all exact in float16 but ln 2, which is rounded once to the dtype.
EDGES = [
    # t == 0: y is not looked at
    ([0, 1], [0.0, 1.0], 0, 0.0),
    ([0, 1], [nan, 0.5], 0, LN2),
    ([0, 1], [inf, 0.5], 0, LN2),
    ([0, 1], [-inf, 0.5], 0, LN2),
    ([-0.0, 1], [nan, 0.5], 0, LN2),
    ([-0.0, 1], [0.0, 0.5], 0, LN2),
    ([0, 0], [nan, inf], 0, 0.0),
    ([0, 0], [nan, inf], None, 0.0),
    ([-0.0, -0.0], [0.5, 0.5], None, 0.0),
    ([0.0, 0.0], [0.0, -1.0], 0, 0.0),
    # y == 1 adds exactly 0, and never -0
    ([1, 0], [1.0, 0.0], None, 0.0),
    ([1, 1], [1.0, 1.0], 0, 0.0),
    ([-1, 0], [1.0, 0.5], 0, 0.0),
    ([5, 2], [1.0, 1.0], None, 0.0),
    # eps
    ([1, 0], [0.0, 1.0], 0.25, LN4),
    ([1, 0], [0.125, 0.0], 0.25, LN4),
    ([1, 0], [0.25, 0.0], 0.25, LN4),
    ([1, 0], [0.5, 0.0], 0.25, LN2),
    ([1, 0], [-1.0, 0.0], 0.25, LN4),
    ([1, 0], [-inf, 0.0], 0.25, LN4),
    ([1, 0], [-0.0, 0.0], 0.25, LN4),
    # eps=0: exact mathematics
    ([1, 0], [0.0, 1.0], 0, inf),
    ([1, 0], [-0.0, 1.0], 0, inf),
    ([1, 0], [-1.0, 1.0], 0, inf),
    ([-1, 0], [0.0, 1.0], 0, -inf),
    ([1, 1], [0.0, 0.5], 0, inf),
    ([0.5, 0.5], [0.0, 0.0], 0, inf),
    # y > 1, infinite, NaN
    ([1, 0], [2.0, 0.0], None, -LN2),
    ([1, 0], [inf, 0.0], None, -inf),
    ([1, 0], [inf, 0.0], 0, -inf),
    ([-1, 0], [inf, 0.0], 0, inf),
    ([1, 1], [inf, 0.0], 0, nan),
    ([1, 1], [inf, 0.0], 0.25, -inf),
    ([1, -1], [inf, inf], 0, nan),
    ([1, 0], [nan, 0.5], 0, nan),
    ([1, 0], [nan, 0.5], None, nan),
    ([1, 0], [nan, 0.5], 0.25, nan),
    # t infinite or NaN
    ([inf, 0], [0.5, 0.5], None, inf),
    ([-inf, 0], [0.5, 0.5], None, -inf),
    ([inf, -inf], [0.5, 0.5], None, nan),
    ([inf, 0], [1.0, 0.5], None, nan),
    ([inf, 0], [2.0, 0.5], None, -inf),
    ([inf, 0], [0.0, 0.5], 0, inf),
    ([nan, 0], [0.5, 0.5], None, nan),
    ([nan, 0], [1.0, 0.5], None, nan),
    ([nan, 0], [0.0, 0.5], 0, nan),
]


def edge_id(edge):
    t, y, eps, _ = edge
    return f"t={t} y={y} eps={eps}"


def assert_bits_or_nan(got, want):
    """A NaN is any NaN here: its sign and payload are the hardware's."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.dtype == want.dtype
    np.testing.assert_array_equal(np.isnan(got), np.isnan(want))
    assert_same_bits(np.where(np.isnan(got), 0, got), np.where(np.isnan(want), 0, want))


@pytest.mark.parametrize("edge", EDGES, ids=edge_id)
@pytest.mark.parametrize("dtype", FLOATS)
def test_edge_alone(dtype, edge):
    t, y, eps, loss = edge
    want = np.array(loss).astype(dtype)[()]
    assert_bits_or_nan(xentc.cross_entropy(np.array(t, dtype), np.array(y, dtype), eps=eps, check=False), want)
    if all(float(v).is_integer() for v in t) and min(t) >= 0:
        for integer in ("int8", "uint16", "int64"):
            assert_bits_or_nan(
                xentc.cross_entropy(np.array(t, integer), np.array(y, dtype), eps=eps, check=False), want
            )


@pytest.mark.crossing
@pytest.mark.parametrize("n_classes", [2, 7, 8, 9, 40, 1030])
@pytest.mark.parametrize("eps", [None, 0.0, 0.25])
@pytest.mark.parametrize("dtype", FLOATS)
def test_edges_in_a_crowd(every_way, dtype, eps, n_classes):
    """All edges of one eps in one array, at both ends of wide rows, among ordinary rows: nothing spills over."""
    edges = [edge for edge in EDGES if edge[2] == eps and (eps is None) == (edge[2] is None)]
    n = len(edges)
    t = np.zeros((2 * n, n_classes), dtype)
    y = np.full((2 * n, n_classes), 0.5, dtype)
    want = np.full(2 * n, LN2).astype(dtype)
    t[1::2, -1] = 1
    for i, (t_edge, y_edge, _, loss) in enumerate(edges):
        t[2 * i, [0, -1]] = t_edge
        y[2 * i, [0, -1]] = y_edge
        want[2 * i] = np.array(loss).astype(dtype)
    got = xentc.cross_entropy(t, y, eps=eps, check=False)
    assert_bits_or_nan(got, want)
    assert_bits_or_nan(xentc.cross_entropy(np.asfortranarray(t), np.asfortranarray(y), eps=eps, check=False), want)
    assert_bits_or_nan(xentc.cross_entropy(t[::-1], y[::-1], eps=eps, check=False)[::-1], want)
    # The same rows as dense ones: every other class counts, at y = 1, and adds nothing.
    if n_classes > 2:
        t[:, 1:-1] = 1
        y[:, 1:-1] = 1
        assert_bits_or_nan(xentc.cross_entropy(t, y, eps=eps, check=False), want)


@pytest.mark.parametrize("dtype", FLOATS)
def test_every_edge_value_of_y_against_the_default_eps(every_tier, dtype):
    """max(y, eps) is a selection: y below eps gives the bits of eps itself, y from eps on its own."""
    eps = float(np.finfo(dtype).eps)
    of_eps = xentc.cross_entropy(np.ones(1, dtype), np.array([eps], dtype))
    for name, value in edge_values(dtype).items():
        got = xentc.cross_entropy(np.ones(1, dtype), np.array([value], dtype), check=False)
        if value < eps:
            assert_same_bits(got, of_eps)
        elif math.isfinite(value) and value != eps:
            assert (got < of_eps) or name == "above eps"
            assert abs(float(got) + math.log(value)) <= 2 * float(np.spacing(abs(np.dtype(dtype).type(got))))
    assert_same_bits(xentc.cross_entropy(np.ones(1, dtype), np.ones(1, dtype)), np.zeros((), dtype)[()])


def test_eps_is_of_the_dtype_of_y():
    for y_dtype, eps in (("float16", 2.0**-10), ("float32", 2.0**-23), ("float64", 2.0**-52), ("int8", 2.0**-52)):
        loss = xentc.cross_entropy(np.ones(1), np.zeros(1, y_dtype))
        assert loss == -math.log(eps)
        assert loss.dtype == "float64"


def test_eps_is_in_the_precision_of_the_computation(every_tier):
    """0.1 is another number in float32: a float32 y at it is neither below nor above."""
    y = np.array([np.float32(0.1), np.nextafter(np.float32(0.1), np.float32(0))])[:, None]
    t = np.ones((2, 1), np.uint8)
    got = xentc.cross_entropy(t, y, eps=0.1)
    assert_same_bits(got[0], got[1])
    assert float(xentc.cross_entropy(t.astype(float), y, eps=0.1)[1]) == -math.log(0.1)


def test_no_classes_and_no_rows(every_way):
    assert_same_bits(xentc.cross_entropy(np.zeros((3, 0)), np.zeros((3, 0))), np.zeros(3))
    assert_same_bits(xentc.cross_entropy(np.zeros((0, 3)), np.zeros((0, 3), "f4"), axis=0), np.zeros(3))
    assert xentc.cross_entropy(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0,)
    assert xentc.cross_entropy(np.zeros((2, 0, 3)), np.zeros((1, 3))).shape == (2, 0)
    assert xentc.cross_entropy(np.zeros((3, 0)), np.zeros((3, 0)), reduction="mean") == 0
