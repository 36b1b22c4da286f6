"""Subclasses of ndarray that tell something else of themselves than what their memory is: nobody believes them."""

import itertools

import numpy as np
import pytest
from cases import one_hot, probabilities
from ways import assert_same_bits, way

import xentc
from xentc._core import config

T = one_hot(np.random.default_rng(1), 40, 6, np.dtype(float))
Y = probabilities(1, 40, 6, "float64")
LIES = {
    "shape": property(lambda self: (40,)),
    "strides": property(lambda self: (8,)),
    "dtype": property(lambda self: np.dtype(np.float64)),
    "ndim": property(lambda self: 1),
    "size": property(lambda self: 40),
    "itemsize": property(lambda self: 8),
    "flags": property(lambda self: np.empty(40).flags),
    "__array_interface__": property(lambda self: np.empty(40).__array_interface__),
    "__setitem__": lambda self, key, value: None,
    "__getitem__": lambda self, key: np.empty(40),
    "view": lambda self, *types: np.empty(40),
    "astype": lambda self, *types: np.empty(40),
    "reshape": lambda self, *shape: np.empty(40),
    "__array__": lambda self, *types, **how: np.empty(40),
}
ONE_AND_ALL = [*((name,) for name in LIES), tuple(LIES)]


def liar(*names, **lies):
    return type("Liar", (np.ndarray,), {name: LIES[name] for name in names} | lies)


def within(room, shape, dtype="float64", class_=np.ndarray):
    """An array at the start of a room with a guard behind it."""
    return np.ndarray.__new__(class_, shape, dtype, buffer=room.data)


@pytest.mark.parametrize("names", ONE_AND_ALL, ids=lambda names: names[0] if len(names) == 1 else "all")
def test_an_out_is_its_memory(every_tier, names):
    """One that is too short, whatever it says, is refused; one that is right is written and returned."""
    want, (_, want_grad) = xentc.cross_entropy(T, Y), xentc.cross_entropy_and_grad(T, Y)
    for n, dtype in ((10, "float64"), (40, "float64"), (40, "int64")):
        room, grad_room = np.full(41, 7.0), np.full((41, 6), 7.0)
        out = within(room, (n,), dtype, liar(*names))
        grad_out = within(grad_room, (n, 6), dtype, liar(*names, shape=property(lambda self: (40, 6))))
        if n == 40 and dtype == "float64":
            assert xentc.cross_entropy(T, Y, out=out) is out
            assert_same_bits(room[:40], want)
            loss, grad = xentc.cross_entropy_and_grad(T, Y, out=out, grad_out=grad_out)
            assert loss is out
            assert grad is grad_out
            assert_same_bits(grad_room[:40], want_grad)
        else:
            for call in (
                lambda out, grad: xentc.cross_entropy(T, Y, out=out),
                lambda out, grad: xentc.cross_entropy_and_grad(T, Y, out=out),
                lambda out, grad: xentc.cross_entropy_and_grad(T, Y, grad_out=grad),
                lambda out, grad: xentc.binary_cross_entropy(Y[:, 0], Y[:, 1], out=out),
                lambda out, grad: xentc.binary_cross_entropy_and_grad(Y[:, 0], Y[:, 1], grad_out=out),
            ):
                with pytest.raises((ValueError, TypeError), match=r"^(out|grad_out) must have "):
                    call(out, grad_out)
            assert (room == 7).all()
            assert (grad_room == 7).all()
        assert (room[40:] == 7).all()
        assert (grad_room[40:] == 7).all()


def test_an_out_of_steps_that_it_hides():
    room = np.full(80, 7.0)
    out = np.ndarray.__new__(liar("strides", "flags"), (40,), float, buffer=room.data, strides=(16,))
    assert xentc.cross_entropy(T, Y, out=out) is out
    assert_same_bits(room[::2].copy(), xentc.cross_entropy(T, Y))
    assert (room[1::2] == 7).all()


def test_an_out_that_is_read_only_whatever_it_says():
    class Writeable(np.ndarray):
        @property
        def flags(self):
            return np.empty(3).flags

    out = within(np.full(41, 7.0), (40,))
    out.flags.writeable = False
    with pytest.raises(ValueError, match="^out must be writeable"):
        xentc.cross_entropy(T, Y, out=out.view(Writeable))
    assert (out == 7).all()


def test_a_reduced_result_goes_to_the_memory_too():
    room = np.full(2, 7.0)
    out = within(room, (), class_=liar("shape", "__setitem__"))
    assert xentc.cross_entropy(T, Y, reduction="mean", out=out) is out
    assert room.tolist() == [float(xentc.cross_entropy(T, Y, reduction="mean")), 7.0]


@pytest.mark.parametrize("names", ONE_AND_ALL, ids=lambda names: names[0] if len(names) == 1 else "all")
def test_an_input_is_its_memory(names):
    class_ = liar(*names)
    given = {"t": T, "y": Y, "sample_weight": np.linspace(0, 1, 40), "where": np.arange(40) % 3 > 0}
    given["class_weight"] = np.arange(6.0)
    want = xentc.cross_entropy(**given)
    for tier, (name, array) in itertools.product(config.TIERS[-1:], given.items()):
        lying = within(array.copy(), array.shape, array.dtype, class_)
        with way(tier, 1):
            assert_same_bits(xentc.cross_entropy(**given | {name: lying}), want)
    labels = np.arange(40) % 6
    lying = within(labels.copy(), labels.shape, labels.dtype, class_)
    assert_same_bits(xentc.cross_entropy_labels(lying, Y), xentc.cross_entropy_labels(labels, Y))
