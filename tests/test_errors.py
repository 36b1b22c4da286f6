"""Bad calls: one table. Each raises the right exception, names argument and value, and leaves ``out`` alone."""

import decimal
from fractions import Fraction

import numpy as np
import pytest

import xentc

T, Y = np.eye(3), np.full((3, 3), 0.5)


class Sparse:
    format = "csr"

    def tocsr(self):
        return self


# name: (arguments that differ from a good call, exception, parts of the message)
BAD_CALLS = {
    # shapes
    "other K": ({"y": np.ones((3, 4))}, ValueError, ["t and y", "(3, 3)", "(3, 4)"]),
    "other N": ({"y": np.ones((2, 3))}, ValueError, ["t and y", "(3, 3)", "(2, 3)"]),
    "class axis of size 1 in t": ({"t": np.ones((3, 1))}, ValueError, ["t and y", "1", "3", "(3, 1)"]),
    "class axis of size 1 in y": ({"y": np.ones((3, 1))}, ValueError, ["t and y", "(3, 1)"]),
    "class axis missing in t": ({"t": np.ones(3), "axis": 0}, ValueError, ["t has no class axis", "axis 0", "(3,)"]),
    "class axis missing in y": ({"y": np.ones(3), "axis": 0}, ValueError, ["y has no class axis", "axis 0", "(3,)"]),
    "K of 0 and 1": ({"t": np.ones((3, 0)), "y": np.ones((3, 1))}, ValueError, ["t and y", "(3, 0)", "(3, 1)"]),
    "t 0-d": ({"t": 1.0}, ValueError, ["t must have", "0-d", "1.0"]),
    "y 0-d": ({"y": np.float32(0.5)}, ValueError, ["y must have", "0-d", "0.5"]),
    "unequal rows": ({"t": [[1, 2], [1]]}, ValueError, ["t cannot be read", "inhomogeneous"]),
    # dtypes
    "t complex": ({"t": T.astype(complex)}, TypeError, ["t must have", "complex128"]),
    "y complex": ({"y": Y.astype("c8")}, TypeError, ["y must have", "complex64"]),
    "t object": ({"t": T.astype(object)}, TypeError, ["t must have", "object"]),
    "y object": ({"y": Y.astype(object)}, TypeError, ["y must have", "object"]),
    "y of decimals": ({"y": [[decimal.Decimal(1)] * 3] * 3}, TypeError, ["y must have", "object"]),
    "y None": ({"y": None}, TypeError, ["y must have", "object"]),
    "t text": ({"t": T.astype(str)}, TypeError, ["t must have", "<U"]),
    "y bytes": ({"y": Y.astype("S")}, TypeError, ["y must have", "|S"]),
    "t longdouble": ({"t": T.astype(np.longdouble)}, TypeError, ["t must have", str(np.dtype(np.longdouble))]),
    "y longdouble": ({"y": Y.astype(np.longdouble)}, TypeError, ["y must have", str(np.dtype(np.longdouble))]),
    "t dates": ({"t": np.zeros((3, 3), "M8[s]")}, TypeError, ["t must have", "datetime64[s]"]),
    "y durations": ({"y": np.zeros((3, 3), "m8[s]")}, TypeError, ["y must have", "timedelta64[s]"]),
    "t records": ({"t": np.zeros((3, 3), "i4,i4")}, TypeError, ["t must have", "f0"]),
    "integers beyond 64 bits": ({"t": [[2**64, 1, 1]] * 3}, TypeError, ["t must have", "object"]),
    "t masked": ({"t": np.ma.array(T, mask=T > 0)}, TypeError, ["t must not be a masked array"]),
    "y masked": ({"y": np.ma.array(Y)}, TypeError, ["y must not be a masked array"]),
    "y sparse": ({"y": Sparse()}, TypeError, ["y must be a dense array", "Sparse"]),
    # eps
    "eps negative": ({"eps": -1e-9}, ValueError, ["eps", "[0, 1)", "-1e-09"]),
    "eps 1": ({"eps": 1.0}, ValueError, ["eps", "[0, 1)", "1.0"]),
    "eps above 1": ({"eps": 17}, ValueError, ["eps", "17"]),
    "eps True": ({"eps": True}, ValueError, ["eps", "True"]),
    "eps NaN": ({"eps": float("nan")}, ValueError, ["eps", "nan"]),
    "eps inf": ({"eps": np.inf}, ValueError, ["eps", "inf"]),
    "eps beyond float": ({"eps": 10**400}, ValueError, ["eps", "1000000"]),
    "eps text": ({"eps": "0.1"}, TypeError, ["eps", "'0.1'"]),
    "eps bytes": ({"eps": b"0.1"}, TypeError, ["eps", "b'0.1'"]),
    "eps complex": ({"eps": 0.1j}, TypeError, ["eps", "0.1j"]),
    "eps list": ({"eps": [0.1]}, TypeError, ["eps", "[0.1]"]),
    "eps array": ({"eps": np.array([0.1, 0.2])}, TypeError, ["eps", "array([0.1, 0.2])"]),
    "eps 0 in float32": (
        {"y": Y.astype("f4"), "t": T.astype("f4"), "eps": 1e-50},
        ValueError,
        ["eps", "1e-50", "float32"],
    ),
    # reduction, axis
    "reduction unknown": ({"reduction": "avg"}, ValueError, ["reduction", "'avg'", "'none', 'sum', 'mean'"]),
    "reduction None": ({"reduction": None}, ValueError, ["reduction", "None"]),
    "reduction list": ({"reduction": ["sum"]}, ValueError, ["reduction", "['sum']"]),
    "reduction in capitals": ({"reduction": "Mean"}, ValueError, ["reduction", "'Mean'"]),
    "axis too large": ({"axis": 2}, np.exceptions.AxisError, ["axis 2", "-2 to 1"]),
    "axis too small": ({"axis": -3}, np.exceptions.AxisError, ["axis -3", "-2 to 1"]),
    "axis -1.0": ({"axis": -1.0}, TypeError, ["axis", "float"]),
    "axis float": ({"axis": 1.0}, TypeError, ["axis", "float"]),
    "axis None": ({"axis": None}, TypeError, ["axis", "NoneType"]),
    "axis text": ({"axis": "1"}, TypeError, ["axis", "str"]),
    "axis bool": ({"axis": True}, TypeError, ["axis", "bool"]),
    "axis tuple": ({"axis": (0, 1)}, TypeError, ["axis", "tuple"]),
}
GOOD = {"t": T, "y": Y}


@pytest.mark.parametrize("name", BAD_CALLS)
@pytest.mark.parametrize("function", [xentc.cross_entropy, xentc.log_likelihood, xentc.cross_entropy_and_grad])
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("with_out", [False, True])
def test_bad_call(function, name, with_out, from_logits):
    changed, exception, parts = BAD_CALLS[name]
    if from_logits and "eps" in changed:
        return  # of that test_logit_edges.py has its own
    arguments = GOOD | changed | {"from_logits": from_logits}
    t, y = arguments.pop("t"), arguments.pop("y")
    out = np.full(3, 7.0)
    if with_out:
        arguments["out"] = out
    with pytest.raises(exception) as caught:
        function(t, y, **arguments)
    assert type(caught.value) is exception
    for part in parts:
        assert part in str(caught.value)
    assert (out == 7).all()


def read_only():
    out = np.zeros(3)
    out.flags.writeable = False
    return out


BAD_OUTS = {
    "list": ([0.0] * 3, TypeError, ["list"]),
    "scalar": (np.float64(0), TypeError, ["float64"]),
    "other shape": (np.zeros(4), ValueError, ["(3,)", "(4,)"]),
    "too many axes": (np.zeros((3, 1)), ValueError, ["(3,)", "(3, 1)"]),
    "0-d": (np.zeros(()), ValueError, ["(3,)", "()"]),
    "broadcastable": (np.zeros((2, 3)), ValueError, ["(3,)", "(2, 3)"]),
    "integers": (np.zeros(3, int), TypeError, ["int64", "float64"]),
    "bool": (np.zeros(3, bool), TypeError, ["bool"]),
    "complex": (np.zeros(3, complex), TypeError, ["complex128"]),
    "longdouble": (np.zeros(3, np.longdouble), TypeError, [str(np.dtype(np.longdouble))]),
    "object": (np.zeros(3, object), TypeError, ["object"]),
    "read-only": (read_only(), ValueError, ["read-only"]),
    "masked": (np.ma.zeros(3), TypeError, ["masked"]),
    "tuple": ((np.zeros(3),), TypeError, ["tuple"]),
}


@pytest.mark.parametrize("name", BAD_OUTS)
def test_bad_out(name):
    out, exception, parts = BAD_OUTS[name]
    with pytest.raises(exception, match="^out must") as caught:
        xentc.cross_entropy(T, Y, out=out)
    for part in parts:
        assert part in str(caught.value)
    assert not np.any(np.asarray(out).astype(bool))


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_bad_out_of_a_reduction(reduction):
    out = np.zeros(3)
    with pytest.raises(ValueError, match=r"out must have the shape of the result, \(\); got \(3,\)"):
        xentc.cross_entropy(T, Y, reduction=reduction, out=out)
    assert not out.any()


def test_arguments_by_name_only():
    with pytest.raises(TypeError):
        xentc.cross_entropy(T, Y, -1)
    with pytest.raises(TypeError):
        xentc.cross_entropy(T)
    with pytest.raises(TypeError):
        xentc.cross_entropy(T, Y, epsilon=0)


SHAPES = [(), (1,), (3,), (4,), (0,), (1, 3), (2, 3), (3, 3), (3, 1), (2, 1, 3), (2, 2, 3), (0, 3), (3, 0)]


@pytest.mark.parametrize("t_shape", SHAPES, ids=str)
@pytest.mark.parametrize("y_shape", SHAPES, ids=str)
def test_shapes_as_a_numpy_gufunc(t_shape, y_shape):
    """np.vecdot has our signature, (k),(k)->(): the same shape, or an exception of the same class.

    A gufunc counts axes in each operand and we count them in the broadcast arrays, so only the last axis is the
    same thing for operands of different ndim. And it makes outer products of them, which we refuse.
    """
    t, y = np.ones(t_shape), np.full(y_shape, 0.5)
    if sorted([t_shape, y_shape], key=len) in [[(2, 3), (2, 1, 3)], [(3, 3), (2, 1, 3)]]:
        with pytest.raises(ValueError, match="more elements than either has"):
            xentc.cross_entropy(t, y)
        return
    for axis in range(-4, 4) if len(t_shape) == len(y_shape) else (-1,):
        try:
            wanted = np.vecdot(t, y, axis=axis).shape
        except ValueError as error:
            with pytest.raises(ValueError, match=r"\bt\b|\by\b|axis") as caught:
                xentc.cross_entropy(t, y, axis=axis)
            if isinstance(error, np.exceptions.AxisError) and t_shape == y_shape:
                assert isinstance(caught.value, np.exceptions.AxisError)
        else:
            assert xentc.cross_entropy(t, y, axis=axis).shape == wanted


@pytest.mark.parametrize(
    "eps",
    [
        0,
        0.0,
        -0.0,
        1e-300,
        0.5,
        np.float32(0.25),
        np.float16(0.5),
        np.array(0.5),
        Fraction(1, 3),
        decimal.Decimal("0.1"),
        False,
    ],
)
def test_every_real_number_is_an_eps(eps):
    assert xentc.cross_entropy([1, 0], [0.75, 0.25], eps=eps) == -np.log(max(0.75, float(eps)))


@pytest.mark.parametrize("axis", [np.int8(1), np.array(1), np.uint64(1)])
def test_every_integer_is_an_axis(axis):
    np.testing.assert_array_equal(xentc.cross_entropy(T, Y, axis=axis), xentc.cross_entropy(T, Y))
