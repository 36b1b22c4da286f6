"""Every warning: its rows, the first and the largest one, in any dtype, layout, order of rows and of merging."""

import math

import numpy as np
import pytest
from cases import FLOATS, LAYOUTS
from ways import TIERS, way

import xentc

N = 700  # more than two tiles
PLACES = {"first": [0], "last": [N - 1], "many": [256, 255, 300, 699], "all": list(range(N))}


def good(k, dtype="float64"):
    """Rows that sum to 1 in every dtype."""
    y = np.zeros((N, k))
    y[:, 0] = y[:, k // 2] = 0.5
    return y.astype(dtype)


def findings(report):
    return {finding.kind: finding for finding in report.warnings if finding.kind != "unseen"}


def spoil(kind, y, row, size):
    """Rows as `kind` finds them, by so much; of label 0."""
    k = y.shape[1]
    if kind == "sums":
        y[row, k // 2] = 0.5 - size
    elif kind == "outside":
        y[row, k // 2], y[row, -1] = 0.5 + size, -size
    elif kind == "nan":
        y[row, k // 2] = np.nan
    elif kind == "clipped":
        y[row, 0], y[row, k // 2] = 0, 1


@pytest.mark.parametrize("kind", ["sums", "outside", "nan", "clipped"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("k", [3, 70])
@pytest.mark.parametrize("dtype", FLOATS)
def test_rows_that_look_wrong(kind, place, k, dtype):
    rows, y, labels = PLACES[place], good(k, dtype), np.zeros(N, int)
    sizes = {row: 0.25 if row == max(rows) else 0.125 for row in rows}
    for row, size in sizes.items():
        spoil(kind, y, row, size)
    for tier, layout, n_threads in ((TIERS[0], "c_order", 1), (TIERS[-1], "class_axis_first", 2)):
        with way(tier, n_threads):
            report = xentc.Evaluation(check=False).update(labels, LAYOUTS[layout](y)).report()
            found = findings(report)
            assert found.keys() == {kind}
            one = found[kind]
            assert (one.count, one.first_row, one.names) == (len(rows), min(rows), ())
            sized = kind in ("sums", "outside")
            assert one.largest == (0.25 if sized else None)
            assert one.largest_row == (max(rows) if sized else None)
            assert one.message
            assert {"kind": kind, "count": one.count}.items() <= report.to_dict()["warnings"][0].items()


@pytest.mark.parametrize("kind", ["sums", "outside", "nan", "clipped"])
def test_batches_in_any_order_tell_the_same(kind):
    y = good(3)
    for row in range(40, N, 3):
        spoil(kind, y, row, 2.0 ** -(1 + row % 4))
    want = findings(xentc.Evaluation(check=False).update(np.zeros(N, int), y).report())
    order = np.random.default_rng(5).permutation(N)
    parts = [
        xentc.Evaluation(check=False).update(np.zeros(len(part), int), y[part], row=part)
        for part in np.array_split(order, 9)
    ]
    assert findings(sum(parts).report()) == want
    assert want[kind].first_row == 40


def test_the_largest_is_the_first_of_equal_ones_and_nan_is_the_largest():
    y = good(4)
    y[[9, 5]] = [0.5, 0.25, 0, 0]
    y[[3, 7], 3] = np.inf
    y[7, 2] = -np.inf
    one = findings(xentc.Evaluation(check=False).update(np.zeros(N, int), y).report())["sums"]
    assert (one.count, one.first_row, one.largest_row) == (4, 3, 7)
    assert math.isnan(one.largest)


def test_the_tolerance_is_that_of_the_dtype():
    for dtype in ("float16", "float32", "float64"):
        tolerance = float(np.sqrt(np.finfo(dtype).eps))
        for off, found in ((0.4 * tolerance, set()), (4 * tolerance, {"sums"})):
            y = good(2).astype(dtype)
            y[17, 1] -= np.dtype(dtype).type(off)
            report = xentc.Evaluation(check=False).update(np.zeros(N, int), y).report()
            assert findings(report).keys() == found, (dtype, off)


@pytest.mark.parametrize("k", [2, 70])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_logits_that_look_like_probabilities(k, dtype):
    y = good(k, dtype)
    report = xentc.evaluate(np.zeros(N, int), y, from_logits=True)
    assert findings(report).keys() == {"probabilities"}
    assert (report.warnings[0].count, report.warnings[0].first_row) == (N, 0)
    y[:100] *= 2  # they do not sum to 1 any more
    y[100:200, 0] = -0.5
    one = findings(xentc.evaluate(np.zeros(N, int), y, from_logits=True))["probabilities"]
    assert (one.count, one.first_row) == (N - 200, 200)


def test_masked_rows_are_not_looked_at():
    y = good(3)
    spoil("nan", y, 5, 0)
    spoil("sums", y, 6, 0.25)
    where = np.ones(N, bool)
    where[[5, 6]] = False
    labels = np.zeros(N, int)
    weights = where.astype(float)
    ignored = np.where(where, 0, -1)
    for made in (
        xentc.Evaluation(check=False).update(labels, y, where=where),
        xentc.Evaluation(check=False).update(labels, y, sample_weight=weights),
        xentc.Evaluation(check=False, ignore_index=-1).update(ignored, y),
    ):
        assert findings(made.report()) == {}


def test_classes_without_a_row():
    y = np.full((4, 30), 1 / 30)
    (one,) = xentc.evaluate([3, 3, 5, 3], y).warnings
    assert (one.kind, one.count, one.first_row) == ("unseen", 28, None)
    assert one.names == tuple(k for k in range(30) if k not in (3, 5))[:20]
    names = [f"c{k}" for k in range(30)]
    (one,) = xentc.evaluate(["c3", "c5"], y[:2], classes=names).warnings
    assert one.names == tuple(name for name in names if name not in ("c3", "c5"))[:20]
    assert xentc.evaluate(np.arange(30), np.full((30, 30), 1 / 30)).warnings == ()
    masked = xentc.evaluate([0, 1], y[:2, :2] * 15, sample_weight=[1.0, 0.0])
    assert masked.warnings[0].names == (1,)
