"""check=True: what is a distribution, and the words for what is not."""

import math
import threading

import numpy as np
import pytest
from cases import FLOATS, LAYOUTS, targets
from ways import TIERS, assert_same_bits, way

import xentc
from xentc._core import threads


def distributions(n_rows, n_classes, dtype="float64"):
    rng = np.random.default_rng([51, n_rows, n_classes])
    y = rng.random((n_rows, n_classes)) + 0.01
    return (y / y.sum(axis=1, keepdims=True)).astype(dtype)


BAD_VALUES = {
    "NaN": math.nan,
    "negative": -0.25,
    "barely negative": -5e-324,
    "above 1": 1.5,
    "barely above 1": math.nextafter(1, 2),
    "inf": math.inf,
    "-inf": -math.inf,
}


def refusal(name, bad):
    """How check=True begins to say what is wrong. What is barely outside is within the tolerance: the sum is not."""
    return f"the rows of {name} must sum to 1 " if bad.startswith("barely") else f"{name} must be probabilities in "


@pytest.mark.crossing(1)
@pytest.mark.parametrize("bad", BAD_VALUES)
@pytest.mark.parametrize("name", ["t", "y"])
def test_bad_values_are_named(every_way, name, bad):
    for n_classes, column in ((6, 0), (6, 5), (40, 17), (1500, 1499)):
        arrays = {"t": distributions(300, n_classes), "y": distributions(300, n_classes)}
        row = 271
        arrays[name][row, column] = BAD_VALUES[bad]
        with pytest.raises(ValueError, match=rf"^{refusal(name, bad)}.* in row {row}\b") as caught:
            xentc.cross_entropy(**arrays, check=True)
        if not bad.startswith("barely"):
            assert f"got {BAD_VALUES[bad]} in row {row}, column {column}" in str(caught.value)
        xentc.cross_entropy(**arrays, check=False)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("bad", ["negative", "above 1", "inf", "-inf"])
@pytest.mark.parametrize("name", ["t", "y"])
def test_what_is_used_must_be_possible_by_default(every_way, name, bad):
    for n_classes, column in ((6, 5), (1500, 1499)):
        arrays = {"t": distributions(300, n_classes), "y": distributions(300, n_classes)}
        arrays[name][271, column] = BAD_VALUES[bad]
        if name == "t" and bad in ("above 1", "inf"):  # counts
            xentc.cross_entropy(**arrays)
            continue
        begins = "t must not be negative; " if name == "t" else "y must be probabilities in "
        with pytest.raises(ValueError, match=rf"^{begins}.* in row 271, column {column}\b.*from_logits=True"):
            xentc.cross_entropy(**arrays)
        if name == "y":
            arrays["t"][271, column] = 0  # what is not used is not looked at
            xentc.cross_entropy(**arrays)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["t", "y"])
def test_sums_are_named(every_tier, name, dtype):
    tolerance = math.sqrt(np.finfo(dtype).eps)
    for factor, good in ((0.9, True), (1.5, False), (-0.9, True), (-1.5, False)):
        arrays = {"t": np.full((20, 4), 0.25, dtype), "y": np.full((20, 4), 0.25, dtype)}
        arrays[name][13, 2] = 0.25 + factor * tolerance
        if good:
            assert_same_bits(xentc.cross_entropy(**arrays, check=True), xentc.cross_entropy(**arrays))
            continue
        with pytest.raises(
            ValueError, match=rf"^the rows of {name} must sum to 1 within .* the sum is .* in row 13"
        ) as caught:
            xentc.cross_entropy(**arrays, check=True)
        total = float(arrays[name][13].astype(float).sum())
        assert f"the sum is {total} in row 13; " in str(caught.value)
        assert f"{tolerance:.3g}" in str(caught.value)
        column = int(arrays[name][13].argmax())
        assert f"its largest value, {float(arrays[name][13, column])}, is in column {column}" in str(caught.value)


def test_position_has_all_outer_axes(every_way):
    y = distributions(24, 5).reshape(2, 3, 4, 5)
    y[1, 2, 0, 3] = 2.0
    with pytest.raises(
        ValueError, match=r"^y must be probabilities in \[0, 1\]; got 2.0 in row \(1, 2, 0\), column 3\b"
    ):
        xentc.cross_entropy(y.copy() * 0 + 0.2, y, check=True)
    with pytest.raises(ValueError, match=r"got 2.0 in row \(1, 2, 0\), column 3\b"):
        xentc.cross_entropy(np.full((2, 5, 3, 4), 0.2), np.moveaxis(y, -1, 1), axis=1, check=True)
    with pytest.raises(ValueError, match=r"got 2.0, column 3\b"):
        xentc.cross_entropy(np.full(5, 0.2), y[1, 2, 0], check=True)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("n_threads", [1, 3])
def test_first_bad_row_with_many_threads(layout, n_threads):
    """Many bad rows in many units of work: the first in C order is named, run after run."""
    y = LAYOUTS[layout](distributions(12000, 100))
    t = np.full(100, 0.01)
    for first in (11_999, 7_003, 2):
        y = y.copy(order="K") if not y.flags.writeable else y
        y[first, 41] = 7.0
        with way(TIERS[-1], n_threads):
            for _ in range(3):
                with pytest.raises(ValueError, match=rf"got 7.0 in row {first}, column 41\b"):
                    xentc.cross_entropy(t, y, check=True, reduction="sum")


@pytest.mark.parametrize("n_threads", [1, 3])
def test_first_bad_row_with_outer_axes_in_another_order(n_threads):
    """The kernel walks in the order of memory; what it names must not depend on that, nor on the threads."""
    y = distributions(6000, 100).reshape(60, 100, 100).transpose(1, 0, 2)
    y[3, 50, 7] = y[90, 2, 8] = 7.0  # the second comes first in memory
    t = np.full(100, 0.01)
    with way(TIERS[-1], n_threads):
        for _ in range(5):
            with pytest.raises(ValueError, match=r"got 7.0 in row \(3, 50\), column 7\b"):
                xentc.cross_entropy(t, y, check=True)


def test_y_before_t_in_the_same_row(every_way):
    t, y = distributions(10, 4), distributions(10, 4)
    t[4, 1], y[4, 2] = -1, -2
    with pytest.raises(ValueError, match=r"^y must be .* row 4, column 2"):
        xentc.cross_entropy(t, y, check=True)
    t[3, 1] = -1
    with pytest.raises(ValueError, match=r"^t must be .* row 3, column 1"):
        xentc.cross_entropy(t, y, check=True)


def test_counts_need_not_sum_to_one(every_way):
    y = distributions(50, 7)
    for dtype in ("int64", "uint8", "bool"):
        t = targets("counts", 52, 50, 7, dtype)
        assert_same_bits(xentc.cross_entropy(t, y, check=True), xentc.cross_entropy(t, y))
    with pytest.raises(ValueError, match=r"^t must be probabilities"):
        xentc.cross_entropy(targets("counts", 52, 50, 7, "float64"), y, check=True)


def test_good_rows_pass_on_every_way(every_way):
    for dtype in FLOATS:
        for n_classes in (1, 2, 9, 100, 1030):
            y = distributions(20, n_classes, dtype)
            t = targets("one_hot", 53, 20, n_classes, dtype)
            for reduction in ("none", "sum"):
                got = xentc.cross_entropy(t, y, check=True, reduction=reduction)
                assert_same_bits(got, xentc.cross_entropy(t, y, reduction=reduction))
    # Integers: one-hot predictions are distributions, with the tolerance of float64.
    one_hot = targets("one_hot", 53, 20, 5, "uint8")
    assert not xentc.cross_entropy(one_hot, one_hot, check=True).any()
    with pytest.raises(ValueError, match=r"^y must be probabilities"):
        xentc.cross_entropy(one_hot, 2 * one_hot, check=True)


def test_no_rows_and_no_classes():
    assert xentc.cross_entropy(np.ones((0, 3)), np.ones((0, 3)), check=True).shape == (0,)
    with pytest.raises(
        ValueError, match=r"^the rows of y must sum to 1 within .*; the sum is 0.0 in row 0, of no classes"
    ):
        xentc.cross_entropy(np.ones((3, 0)), np.ones((3, 0)), check=True)


def test_check_is_asked_of_y_where_t_is_zero_too():
    with pytest.raises(ValueError, match=r"got nan in row 0, column 1"):
        xentc.cross_entropy([[1, 0]], [[1.0, np.nan]], check=True)


def test_the_first_of_bad_rows_found_at_the_same_time():
    """Unit after unit has a bad row, the later ones found last: three threads from a barrier, many times."""
    y = distributions(8000, 100)
    y[0, 1] = y[2621 + 2500, 1] = y[2 * 2621 + 2500, 1] = 7.0

    def run_together(job):
        barrier = threading.Barrier(3)
        workers = [threading.Thread(target=lambda: (barrier.wait(timeout=60), job.run())) for _ in range(3)]
        for thread in workers:
            thread.start()
        for thread in workers:
            thread.join()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "run", run_together)
        for _ in range(100):
            with pytest.raises(ValueError, match=r"got 7.0 in row 0, column 1\b"):
                xentc.cross_entropy(np.full(100, 0.01), y, check=True)
