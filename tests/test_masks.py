"""Masked rows: whatever they hold changes nothing, their loss is 0, and the means leave them out."""

import math

import numpy as np
import pytest
from cases import FLOATS, LAYOUTS, REDUCTIONS, label_numbers, targets
from ways import TIERS, assert_same_bits, first_way, way

import xentc

KINDS = ("soft", "one_hot", "sparse", "half_and_half")


def rows(n_rows, n_classes, dtype, kind="soft"):
    y = np.random.default_rng([151, n_rows]).dirichlet(np.ones(n_classes), n_rows).astype(dtype)
    return targets(kind, 151, n_rows, n_classes, dtype), y


def mask_of(n_rows, share=0.6):
    return np.random.default_rng([152, n_rows]).random(n_rows) < share


def spoil(a, mask, value):
    a = a.copy()
    a[~mask] = value
    return a


@pytest.mark.crossing(1)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_classes", [3, 40, 1030, 16400])
def test_garbage_in_masked_rows(kind, n_classes):
    """NaN, infinities and bad distributions; in each layout, with each reduction and with check=True."""
    n_rows = 300 if n_classes < 1000 else 5
    for dtype in ("float64", "float32"):
        t, y = rows(n_rows, n_classes, dtype, kind)
        mask = mask_of(n_rows)
        mask[:2] = False, True
        for options in ({}, {"label_smoothing": 0.1}, {"class_weight": np.arange(n_classes) % 3}):
            with first_way():
                want = np.where(mask, xentc.cross_entropy(t, y, **options), 0).astype(dtype)
                kept = {r: xentc.cross_entropy(t[mask], y[mask], reduction=r, **options) for r in REDUCTIONS[1:]}
            for garbage in (np.nan, np.inf, -7.0):
                t_bad, y_bad = spoil(t, mask, garbage), spoil(y, mask, garbage)
                for tier in TIERS:
                    for layout in ("c_order", "class_axis_first", "strided_classes"):
                        with way(tier, 2):
                            views = LAYOUTS[layout](t_bad), LAYOUTS[layout](y_bad)
                            assert_same_bits(xentc.cross_entropy(*views, where=mask, **options), want)
                            for reduction, total in kept.items():
                                got = xentc.cross_entropy(*views, where=mask, reduction=reduction, **options)
                                assert_same_bits(got, total)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_check_passes_over_masked_rows(every_tier, layout):
    for dtype in FLOATS:
        t, y = rows(40, 5, dtype)
        if dtype != "float64":
            t = targets("one_hot", 151, 40, 5, dtype)
        mask = mask_of(40)
        t_bad, y_bad = spoil(t, mask, np.nan), spoil(y, mask, 3)
        views = LAYOUTS[layout](t_bad), LAYOUTS[layout](y_bad)
        assert_same_bits(xentc.cross_entropy(*views, where=mask, check=True), xentc.cross_entropy(*views, where=mask))
        first = int(np.flatnonzero(~mask)[0])
        with pytest.raises(ValueError, match=rf"^y must be probabilities .* in row {first}, column 0"):
            xentc.cross_entropy(*views, check=True)


def test_masks_of_every_form(every_way):
    """Broadcast, strided, read-only, lists, one bool."""
    t, y = rows(24, 5, "float64")
    t, y = t.reshape(4, 6, 5), y.reshape(4, 6, 5)
    full = xentc.cross_entropy(t, y)
    for where in (True, False, [True, False] * 3, mask_of(6), mask_of(4)[:, None], mask_of(48)[::2].reshape(4, 6)):
        want = np.where(where, full, 0)
        assert_same_bits(xentc.cross_entropy(t, y, where=where), want)
        kept = np.broadcast_to(where, full.shape)
        if kept.any():
            mean = xentc.cross_entropy(t, y, where=where, reduction="mean")
            assert_same_bits(mean, np.float64(math.fsum(want.ravel()) / kept.sum()))
    got = xentc.cross_entropy(t, y, where=np.asfortranarray(mask_of(24).reshape(4, 6)))
    assert_same_bits(got, np.where(mask_of(24).reshape(4, 6), full, 0))


def test_out_of_masked_rows_is_0(every_way):
    t, y = rows(300, 5, "float64")
    out = np.full(300, 7.0)
    xentc.cross_entropy(t, y, where=mask_of(300), out=out)
    assert not out[~mask_of(300)].any()
    mask = mask_of(300)
    view = mask.view("int8")  # the mask may overlap out
    room = np.zeros(300, "float64")
    room.view("bool")[:300] = mask
    assert_same_bits(xentc.cross_entropy(t, y, where=room.view("bool")[:300], out=room), out)
    assert view.sum() == mask.sum()


@pytest.mark.parametrize("n_rows", [0, 1, 300])
@pytest.mark.parametrize("reduction", ["mean", "weighted_mean"])
def test_all_masked(every_way, n_rows, reduction):
    y = np.full((n_rows, 3), 0.5)
    calls = [
        lambda r: xentc.cross_entropy(y, y, where=False, reduction=r),
        lambda r: xentc.log_likelihood(y, y, where=np.zeros(n_rows, bool), reduction=r),
        lambda r: xentc.cross_entropy_labels(np.full(n_rows, 99), y, ignore_index=99, reduction=r),
        lambda r: xentc.binary_cross_entropy(y[:, 0], y[:, 0], where=False, reduction=r),
    ]
    for call in calls:
        with pytest.warns(
            RuntimeWarning, match=f"^the {reduction.replace('_', ' ')} of no rows is not defined$"
        ) as caught:
            assert np.isnan(call(reduction))
        assert [w.filename for w in caught] == [__file__]
        assert_same_bits(call("sum"), np.float64(0))
        assert not np.any(call("none"))


def test_weights_that_sum_to_0(every_way):
    t, y = rows(3, 4, "float64", "one_hot")
    words = "^the weighted mean of rows whose weights sum to 0 is not defined$"
    for options in ({"sample_weight": 0}, {"class_weight": np.zeros(4)}):
        with pytest.warns(RuntimeWarning, match=words) as caught:
            assert np.isnan(xentc.cross_entropy(t, y, reduction="weighted_mean", **options))
        assert [w.filename for w in caught] == [__file__]
        assert xentc.cross_entropy(t, y, reduction="mean", **options) == 0
    with pytest.warns(RuntimeWarning, match=words):
        got = xentc.cross_entropy(t[:2], y[[0, 0]], sample_weight=[2.0, -2.0], reduction="weighted_mean")
    total = math.fsum(xentc.cross_entropy(t[:2], y[[0, 0]], sample_weight=[2.0, -2.0]))
    np.testing.assert_equal(float(got), math.copysign(math.inf, total) if total else math.nan)


def test_weights_of_any_dtype_and_shape(every_way):
    labels, y = label_numbers(153, 24, 5, "int8").reshape(4, 6), rows(24, 5, "float64")[1].reshape(4, 6, 5)
    base = xentc.cross_entropy_labels(labels, y)
    for s in (2, True, np.arange(6), np.arange(24, dtype="uint8").reshape(4, 6), np.arange(8.0)[::2, None]):
        want = base * np.broadcast_to(np.asarray(s, float), base.shape)
        assert_same_bits(xentc.cross_entropy_labels(labels, y, sample_weight=s), want)
    for dtype in ("float16", "float32", "int64", "bool", ">f8", "uint8"):
        s = (np.arange(24) % 2 if dtype == "bool" else np.arange(24)).astype(dtype).reshape(4, 6)
        want = base * s.astype(float)
        for view in (s, np.asfortranarray(s), s[::-1][::-1]):
            assert_same_bits(xentc.cross_entropy_labels(labels, y, sample_weight=view), want)
        w = s.ravel()[:5]
        want = xentc.cross_entropy_labels(labels, y, class_weight=w.astype(float))
        assert_same_bits(xentc.cross_entropy_labels(labels, y, class_weight=w), want)
