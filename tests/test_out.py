"""``out``: written where it is and nowhere else, whatever it overlaps and however it lies in memory."""

import numpy as np
import pytest
from cases import FEW_PAIRS, FLOATS, probabilities, targets
from ways import TIERS, assert_same_bits, first_way, way

import xentc

GUARD = 0xA5


def guarded(shape, dtype, strides=None, offset=64):
    """(view, room): an uninitialised-looking array in the middle of guard bytes."""
    item = np.dtype(dtype).itemsize
    if strides is None:
        strides = [item * int(np.prod(shape[i + 1 :])) for i in range(len(shape))]
    extent = item + sum((n - 1) * abs(s) for n, s in zip(shape, strides, strict=True) if n)
    room = np.full(extent + 2 * offset, GUARD, np.uint8)
    start = offset + sum((n - 1) * -s for n, s in zip(shape, strides, strict=True) if s < 0)
    return np.ndarray(shape, dtype, room.data, start, strides), room


def assert_only_view_written(view, room):
    """Every byte of the room that is no byte of the view is still a guard."""
    untouched = np.full(room.size, True)
    start = view.__array_interface__["data"][0] - room.__array_interface__["data"][0]
    for index in np.ndindex(view.shape):
        at = start + sum(i * s for i, s in zip(index, view.strides, strict=True))
        untouched[at : at + view.itemsize] = False
    assert (room[untouched] == GUARD).all()
    assert untouched.sum() >= 64


OUTS = {
    "contiguous": lambda n, size: {},
    "strided": lambda n, size: {"strides": [3 * size]},
    "reversed": lambda n, size: {"strides": [-size]},
    "misaligned": lambda n, size: {"offset": 65},
    "packed in records": lambda n, size: {"strides": [size + 1]},
}


@pytest.mark.crossing(1)
@pytest.mark.parametrize("n_rows", [1, 2, 255, 256, 257, 600])
@pytest.mark.parametrize("form", OUTS)
@pytest.mark.parametrize("swapped", [False, True])
def test_guard_bytes(every_tier, form, n_rows, swapped):
    for dtype in FLOATS:
        for kind in ("one_hot", "half_and_half"):
            t, y = targets(kind, 41, n_rows, 7, dtype), probabilities(41, n_rows, 7, dtype)
            want = xentc.cross_entropy(t, y)
            own = np.dtype(dtype).newbyteorder() if swapped else np.dtype(dtype)
            out, room = guarded((n_rows,), own, **OUTS[form](n_rows, own.itemsize))
            got = xentc.cross_entropy(t, y, out=out)
            assert got is out
            assert_same_bits(out.astype(dtype), want)
            assert_only_view_written(out, room)


@pytest.mark.parametrize("outer_strides", [(800, 8), (8, 40), (-800, 16), (8, -40)])
def test_guard_bytes_of_two_axes(every_way, outer_strides):
    t, y = targets("soft", 42, 20, 6, "float64"), probabilities(42, 20, 6, "float64")
    want = xentc.cross_entropy(t, y).reshape(4, 5).copy()
    out, room = guarded((4, 5), "float64", outer_strides)
    if outer_strides == (8, -40):
        out, room = guarded((4, 5), "float64", (8, -40))
    xentc.cross_entropy(t.reshape(4, 5, 6), y.reshape(4, 5, 6), out=out)
    assert_same_bits(out, want)
    assert_only_view_written(out, room)


@pytest.mark.parametrize("out_dtype", FLOATS)
@pytest.mark.parametrize(("t_dtype", "y_dtype"), FEW_PAIRS)
def test_other_dtypes_of_out(every_tier, t_dtype, y_dtype, out_dtype):
    """The float64 row rounded once, to the dtype of out; so is the one that would be returned, to its own."""
    t, y = targets("half_and_half", 43, 300, 9, t_dtype), probabilities(43, 300, 9, y_dtype)
    rows = xentc.cross_entropy(t, y, out=np.empty(300))
    returned = xentc.cross_entropy(t, y)
    assert_same_bits(rows.astype(returned.dtype), returned)
    want = rows.astype(out_dtype)
    out = np.empty(300, out_dtype)
    assert xentc.cross_entropy(t, y, out=out) is out
    assert_same_bits(out, want)
    # By the other way, that ends in a copy.
    room = np.empty(out.nbytes + 1, np.uint8)
    unaligned = np.ndarray(300, out_dtype, room.data, 1)
    xentc.cross_entropy(t, y, out=unaligned)
    assert_same_bits(unaligned.copy(), want)


@pytest.mark.parametrize("offset", [0, 1, 2])
@pytest.mark.parametrize("over", ["t", "y"])
def test_out_overlaps_an_input(every_way, over, offset):
    """out lies in the first rows of t or y, where other rows have still to be read."""
    for dtype in ("float64", "float32"):
        t, y = targets("soft", 44, 600, 5, dtype), probabilities(44, 600, 5, dtype)
        want = xentc.cross_entropy(t, y)
        arrays = {"t": t.copy(), "y": y.copy()}
        out = arrays[over].reshape(-1)[offset : offset + 600]
        assert xentc.cross_entropy(**arrays, out=out) is out
        assert_same_bits(out, want)
        column = {"t": t.copy(), "y": y.copy()}
        out = column[over][:, offset]
        xentc.cross_entropy(**column, out=out)
        assert_same_bits(out, want)
        reversed_out = {"t": t.copy(), "y": y.copy()}
        out = reversed_out[over].reshape(-1)[599::-1]
        xentc.cross_entropy(**reversed_out, out=out)
        assert_same_bits(out, want)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("out_dtype", [*FLOATS, ">f8", ">f2"])
def test_out_of_a_reduction(every_way, reduction, out_dtype):
    t, y = targets("soft", 45, 300, 5, "float32"), probabilities(45, 300, 5, "float32")
    want = xentc.cross_entropy(t, y, reduction=reduction)
    out, room = guarded((), out_dtype)
    assert xentc.cross_entropy(t, y, reduction=reduction, out=out) is out
    assert out == want.astype(out_dtype)
    assert_only_view_written(out, room)
    # Into an element of an input.
    y2 = y.copy()
    xentc.cross_entropy(t, y2, reduction=reduction, out=y2[17, 2:3].reshape(()))
    assert y2[17, 2] == want.astype("f4")


def test_a_loss_too_large_for_out_is_inf_without_a_warning(every_way):
    """Warnings are errors in this suite."""
    t, y = np.array([[1e6], [1.0]]), np.array([[0.5], [0.5]])
    for out in (np.empty(2, "f2"), np.empty(2, ">f2")):
        assert xentc.cross_entropy(t, y, out=out)[0] == np.inf
        assert out[1] == np.float16(np.log(2))
    assert xentc.cross_entropy(t, y, out=np.empty((), "f2"), reduction="sum") == np.inf


def test_out_of_one_axis(every_way):
    out = np.empty(())
    assert xentc.cross_entropy([1, 0], [0.5, 0.5], out=out) is out
    assert out == np.log(2)
    out = np.empty((0, 3))
    assert xentc.cross_entropy(np.zeros((0, 3, 2)), np.zeros((0, 3, 2)), out=out) is out


def test_out_subclass_is_returned():
    class Array(np.ndarray):
        pass

    out = np.empty(3).view(Array)
    assert xentc.cross_entropy(np.eye(3), np.full((3, 3), 0.5), out=out) is out


def test_results_of_small_calls_live_on():
    """A 1-D small call once freed its result twice; thousands of them kept alive would share memory."""
    for n_classes in (1, 2, 100):
        y = np.full(n_classes, 0.5)
        t = np.eye(1, n_classes, dtype=bool)[0]
        kept = [xentc.cross_entropy(t, y) for _ in range(2000)]
        arrays = [np.full(n, 1.0) for n in range(1, 200)]
        assert {float(loss) for loss in kept} == {float(np.log(2))}
        assert all((a == 1).all() for a in arrays)
        kept_rows = [xentc.cross_entropy(t[None], y[None]) for _ in range(500)]
        assert len({loss.ctypes.data for loss in kept_rows}) == 500


def test_small_route_and_general_route(every_tier):
    for t_dtype, y_dtype in FEW_PAIRS:
        for n_rows, n_classes in ((1, 1), (1, 6), (3, 17), (4, 1024), (64, 64), (1, 4096)):
            t, y = (
                targets("half_and_half", 46, n_rows, n_classes, t_dtype),
                probabilities(46, n_rows, n_classes, y_dtype),
            )
            for view in (slice(None), 0):
                with first_way():
                    want = xentc.cross_entropy(t[view], y[view])
                with way(TIERS[-1], 1, general=False):
                    got = xentc.cross_entropy(t[view], y[view])
                assert type(got) is type(want)
                assert_same_bits(got, want)


@pytest.mark.parametrize("over", ["class_weight", "sample_weight"])
def test_out_overlaps_a_weight(every_way, over):
    """Weights are read as long as rows are written."""
    t, y = targets("soft", 47, 600, 3, "float64"), probabilities(47, 600, 3, "float64")
    length = {"class_weight": 3, "sample_weight": 600}[over]
    room = np.linspace(1, 2, 602)
    want = xentc.cross_entropy(t, y, **{over: room[1 : length + 1].copy()})
    for start in (0, 1, 2):
        arrays = room.copy()
        out = arrays[start : start + 600]
        xentc.cross_entropy(t, y, **{over: arrays[1 : length + 1]}, out=out)
        assert_same_bits(out, want)


def test_out_must_not_overlap_itself():
    t, y = np.full((3, 2, 2), 0.5), np.full((3, 2, 2), 0.5)
    for strides in ((0, 8), (8, 8), (-8, 8), (16, 0), (8, -4)):
        room = np.full(16, 7.0)
        out = np.lib.stride_tricks.as_strided(room[6:], (3, 2), strides)
        with pytest.raises(
            ValueError, match=r"^out must not overlap itself; it has the shape \(3, 2\) and the strides"
        ):
            xentc.cross_entropy(t, y, out=out)
        assert (room == 7).all()
    # A step of 0 that is never taken is none, and neither is one in an array without elements.
    room = np.empty(4)
    xentc.cross_entropy(t[:1], y[:1], out=np.lib.stride_tricks.as_strided(room, (1, 2), (0, 8)))
    assert (room[:2] == np.log(2)).all()
    xentc.cross_entropy(t[:0], y[:0], out=np.lib.stride_tricks.as_strided(room, (0, 2), (0, 0)))


@pytest.mark.parametrize("seed", range(3))
def test_what_overlaps_itself_is_what_has_a_byte_twice(seed):
    """By counting the bytes of every element; an out that has none twice is written where it is, and nowhere else."""
    rng, found = np.random.default_rng([211, seed]), set()
    for _ in range(400):
        shape = tuple(int(n) for n in rng.integers(1, 4, rng.integers(1, 4)))
        strides = tuple(
            int(step) for step in rng.choice([-40, -24, -16, -8, -4, 0, 4, 8, 12, 16, 24, 40, 48], len(shape))
        )
        room = np.full(80, 7.0)
        out = np.lib.stride_tricks.as_strided(room[40:], shape, strides)
        starts = (sum(i * step for i, step in zip(index, strides, strict=True)) for index in np.ndindex(shape))
        used = [start + byte for start in starts for byte in range(8)]
        t, y = np.ones((*shape, 1)), rng.uniform(0.1, 0.9, (*shape, 1))
        found.add(len(set(used)) == len(used))
        if len(set(used)) < len(used):
            with pytest.raises(ValueError, match="^out must not overlap itself"):
                xentc.cross_entropy(t, y, out=out)
            assert (room == 7).all()
            continue
        assert xentc.cross_entropy(t, y, out=out) is out
        assert_same_bits(np.array(out), xentc.cross_entropy(t, y))
        untouched = np.ones(room.nbytes, bool)
        untouched[320 + np.array(used)] = False
        assert (room.view(np.uint8)[untouched] == np.full(80, 7.0).view(np.uint8)[untouched]).all()
    assert found == {True, False}
