"""Losses from logits against mpmath: every pair of dtypes, every kind of row, every size of loss, every option."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from bounds import CLASS_WEIGHT, LOGITS, SAMPLE_WEIGHT, SAMPLE_WEIGHT_FACTOR, SMOOTHING, logits_bound
from cases import (
    FEW_PAIRS,
    FLOATS,
    PAIRS,
    REDUCTIONS,
    kind_of,
    label_numbers,
    one_hot_of,
    option_id,
    row_options,
    targets,
)
from logit_cases import LOGIT_KINDS, logit_targets, logits, with_impossible_classes
from logit_oracle import assert_losses, loss_from_logits
from oracle import mp, quotient, ulp_error
from ways import TIERS, assert_same_bits, first_way, way

import xentc

N, K = 12, 9
COMBINATIONS = [options for options in row_options(N, K) if options["eps"] is None]


@pytest.mark.parametrize(("t_dtype", "z_dtype"), PAIRS)
def test_every_pair_of_dtypes(t_dtype, z_dtype):
    for i, kind in enumerate(LOGIT_KINDS):
        z = logits(kind, 161, 3, K - i, z_dtype)
        for t in logit_targets(161, 3, K - i, t_dtype).values():
            assert_losses(xentc.cross_entropy(t, z, from_logits=True), t, z)
            if kind_of(z.dtype) == "f":
                possible = with_impossible_classes(z, t)
                assert_losses(xentc.cross_entropy(t, possible, from_logits=True), t, possible)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("kind", LOGIT_KINDS)
@pytest.mark.parametrize(("t_dtype", "z_dtype"), FEW_PAIRS)
def test_every_kind_of_row(t_dtype, z_dtype, kind):
    z = logits(kind, 162, 40, 13, z_dtype)
    for t in logit_targets(162, 40, 13, t_dtype).values():
        assert_losses(xentc.cross_entropy(t, z, from_logits=True), t, z)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("kind", "n_classes"),
    [("normal", 255), ("shifted", 1024), ("confident", 1025), ("ties", 2050), ("normal", 16400)],
)
def test_long_rows(dtype, kind, n_classes):
    n_rows = 3 if n_classes < 1000 else 1
    z = logits(kind, 163, n_rows, n_classes, dtype)
    every = logit_targets(163, n_rows, n_classes, dtype)
    for name in every if n_classes < 16400 else ("one-hot", "soft"):
        assert_losses(xentc.cross_entropy(every[name], z, from_logits=True), every[name], z)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("ahead", [0.0, 0.25, 3.0, 19.5, 60.0])
@pytest.mark.parametrize("n_classes", [2, 3, 100, 10_000, 1_000_000])
def test_long_rows_of_equal_terms(every_tier, n_classes, ahead):
    """log1p((K - 1) exp(-d)): equal terms round alike, so that errors add up instead of averaging out."""
    for dtype in ("float64", "float32"):
        for value in (0.0, 0.1, -300.7):
            z = np.full((1, n_classes), value, dtype)
            z[0, n_classes // 2] += np.dtype(dtype).type(ahead)
            d = mp.mpf(float(z[0, n_classes // 2])) - mp.mpf(float(z[0, 0]))
            exact = mp.log1p((n_classes - 1) * mp.exp(-d))
            for label, loss in ((n_classes // 2, exact), (0, exact + d)):
                got = xentc.cross_entropy_labels([label], z, from_logits=True)
                assert ulp_error(got[0], loss, z.dtype) <= LOGITS


def one_class_ahead(dtype, n_classes, distances):
    """z whose first class is ahead of the second by these distances, and of the others by more."""
    rng = np.random.default_rng([164, n_classes])
    z = np.zeros((len(distances), n_classes))
    z[:, 1] = -distances
    z[:, 2:] = -distances[:, np.newaxis] - rng.uniform(0, 2, (len(distances), n_classes - 2))
    return (z + rng.choice([0.0, 0.0, 0.3, -5.1], (len(distances), 1))).astype(dtype)


NORMAL_TO = {"float16": 9.0, "float32": 87.0, "float64": 708.0}  # exp(-d) is a normal number up to here
SUBNORMAL = {"float16": (9.8, 17.0), "float32": (87.4, 103.5), "float64": (708.5, 745.0)}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("n_classes", [2, 3, 8])
def test_losses_of_every_size(every_tier, dtype, n_classes):
    """The loss of the class that is ahead goes down to the smallest normal number, that of the second up to 1e4."""
    far = min(1e4, 5e4 if dtype == "float16" else 1e4)
    near = np.exp(np.linspace(math.log(1e-3), math.log(NORMAL_TO[dtype]), 120))
    z = one_class_ahead(dtype, n_classes, np.concatenate([[0.0], near, np.linspace(near[-1], far, 30)[1:]]))
    sizes = []
    for label in (0, 1):
        z_of = z[:121] if label == 0 else z
        t = one_hot_of(np.full(len(z_of), label), n_classes, dtype)
        got = xentc.cross_entropy(t, z_of, from_logits=True)
        assert_losses(got, t, z_of)
        sizes += got.tolist()
    smallest = {"float16": 1e-3, "float32": 1e-36, "float64": 1e-300}[dtype]
    assert 0 < min(sizes) < smallest
    assert max(sizes) >= 1e4


def assert_near_float64(z, d):
    """Losses of class 0 of float32 rows, the others d below it or impossible, by float64, in which d is exact."""
    want = np.log1p(np.exp(-d))
    got = xentc.cross_entropy_labels(np.zeros(d.size, np.uint8), z, from_logits=True)
    errors = abs(got.astype(float) - want) / np.spacing(want.astype(np.float32))
    i = int(np.argmax(errors))
    assert errors[i] <= LOGITS, f"{errors[i]:.4g} ulp of {float(want[i]).hex()}, z={[float(v).hex() for v in z[i]]}"


def test_float32_losses_just_below_a_power_of_two(every_tier):
    """The worst place: an exponential above it has twice the ulp of the loss, log1p of it, below."""
    for k in range(1, 30):
        first, last = (np.float32(-np.log(np.expm1(share * 2.0**-k))).view(np.uint32) for share in (1.0, 0.86))
        step = max((int(last) - int(first)) // 20_000, 1)
        x = np.arange(int(first), int(last), step, dtype=np.uint32).view(np.float32)
        for n_classes in (2, 9):
            z = np.full((x.size, n_classes), -np.inf, np.float32)
            z[:, 0], z[:, -1] = 0, -x
            assert_near_float64(z, x.astype(float))


def test_float32_losses_just_below_a_power_of_two_far_from_0(every_tier):
    rng = np.random.default_rng(170)
    for largest in (8, 256):
        m, n = rng.uniform(-largest, largest, 400_000), 400_000
        d = -np.log(np.expm1(rng.uniform(0.86, 1, n) * 2.0 ** -rng.integers(1, 12, n)))
        z = np.stack([m, m - d], axis=-1).astype(np.float32)
        wide = z.astype(float)
        assert_near_float64(z, wide[:, 0] - wide[:, 1])


def test_float64_losses_just_below_a_power_of_two():
    for k in range(1, 8):
        x = np.linspace(*(-math.log(math.expm1(share * 2.0**-k)) for share in (1.0, 0.9)), 150)
        z = np.stack([np.zeros_like(x), -x], axis=-1)
        t = one_hot_of(np.zeros(x.size, int), 2)
        assert_losses(xentc.cross_entropy(t, z, from_logits=True), t, z)


@pytest.mark.parametrize("dtype", FLOATS)
def test_losses_below_the_normal_numbers(every_tier, dtype):
    """Within two of the smallest subnormal, and 0 beyond."""
    z = one_class_ahead(dtype, 2, np.linspace(*SUBNORMAL[dtype], 60))
    t = one_hot_of(np.zeros(60, int), 2, dtype)
    got = xentc.cross_entropy(t, z, from_logits=True)
    assert_losses(got, t, z)
    assert ((got > 0) & (got < np.finfo(dtype).smallest_normal)).any()


@pytest.mark.parametrize("dtype", FLOATS)
def test_one_class_loses_nothing(every_way, dtype):
    """Exactly 0 for any finite z: softmax is 1."""
    z = np.array([[0.0], [-3.7], [6e4], [-6e4], [1e-5]], dtype)
    for t in (np.ones((5, 1), dtype), np.full((5, 1), 0.3, dtype), np.zeros((5, 1), dtype)):
        assert_same_bits(xentc.cross_entropy(t, z, from_logits=True), np.zeros(5, dtype))
    assert_same_bits(xentc.cross_entropy_labels(np.zeros(5, int), z, from_logits=True), np.zeros(5, dtype))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_cancelling_terms(dtype):
    """t of both signs: right to two ulp of the terms, not of what is left of them."""
    for kind in ("normal", "sharp", "shifted"):
        t, z = targets("mixed_signs", 165, 30, 16, dtype), logits(kind, 165, 30, 16, dtype)
        t[::2, 8:] = -t[::2, 7::-1]
        assert_losses(xentc.cross_entropy(t, z, from_logits=True, check=False), t, z)


def test_every_float16_distance(every_tier):
    """Against float64, in which the distances are exact: z = (0, x) for every float16 x."""
    x = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    x = x[np.isfinite(x)]
    z = np.stack([np.zeros_like(x), x], axis=-1)
    wide = x.astype(float)
    for label, d in ((0, wide), (1, -wide)):
        got = xentc.cross_entropy_labels(np.full(x.size, label), z, from_logits=True).astype(float)
        want = np.maximum(d, 0) + np.log1p(np.exp(-abs(d)))
        spacing = np.ldexp(1.0, np.maximum(np.frexp(want)[1] - 1, -14) - 10)
        assert (abs(got - want) <= LOGITS * spacing).all()


def test_log_likelihood_is_minus_the_loss(every_tier):
    for t_dtype, z_dtype in FEW_PAIRS:
        for kind in ("normal", "confident", "large"):
            z = logits(kind, 166, 20, 9, z_dtype)
            for t in logit_targets(166, 20, 9, t_dtype).values():
                loss = xentc.cross_entropy(t, z, from_logits=True)
                assert_same_bits(xentc.log_likelihood(t, z, from_logits=True), 0 - loss)


def rows_within_bounds(got, t, z, options):
    a, w, s, where = (options[name] for name in ("label_smoothing", "class_weight", "sample_weight", "where"))
    counted = np.ones(len(t), bool) if where is None else where
    samples = None if s is None else np.broadcast_to(s, len(t))[counted]
    assert_losses(got[counted], t[counted], z[counted], label_smoothing=a, class_weight=w, sample_weight=samples)
    assert_same_bits(got[~counted], np.zeros((~counted).sum(), got.dtype))


@pytest.mark.crossing
@pytest.mark.parametrize("options", COMBINATIONS, ids=option_id)
def test_options(options):
    for dtype, kind in itertools.product(FLOATS, ("normal", "confident", "shifted")):
        z = logits(kind, 167, N, K, dtype)
        for t in (targets("soft", 167, N, K, dtype), targets("counts", 167, N, K, "int64")):
            rows_within_bounds(xentc.cross_entropy(t, z, from_logits=True, **options), t, z, options)
        labels = label_numbers(167, N, K, "int64")
        got = xentc.cross_entropy_labels(labels, z, from_logits=True, **options)
        rows_within_bounds(got, one_hot_of(labels, K, "int64"), z, options)


@pytest.mark.parametrize("options", COMBINATIONS, ids=option_id)
def test_reductions(options):
    """Exactly fsum of the rows, over their number, or over the weight that probabilities have too."""
    for dtype, reduction in itertools.product(("float64", "float32"), REDUCTIONS[1:]):
        t, z = targets("soft", 168, N, K, dtype), logits("normal", 168, N, K, dtype)
        rows = xentc.cross_entropy(t, z, from_logits=True, out=np.empty(N), **options)
        counted = np.ones(N, bool) if options["where"] is None else options["where"]
        of_weights = {k: v for k, v in options.items() if k not in ("sample_weight", "where", "eps")}
        total = xentc.CrossEntropy(**of_weights)
        total.update(t, np.ones_like(z), sample_weight=options["sample_weight"], where=options["where"])
        weight = Fraction(total._totals.weight.units, 1 << 1074)
        got = xentc.cross_entropy(t, z, from_logits=True, reduction=reduction, **options)
        want = {
            "sum": math.fsum(rows),
            "mean": math.fsum(rows) / float(counted.sum()),
            "weighted_mean": quotient(rows, weight),
        }[reduction]
        assert_same_bits(got, np.float64(want))
        negated = xentc.log_likelihood(t, z, from_logits=True, reduction=reduction, **options)
        assert_same_bits(negated, np.float64(0.0 - got))


FORMS = ("one-hot", "one-hot uint8", "csr", "labels")


def losses_of(form, labels, z, **options):
    """The same rows in one of the forms of targets, in z's dtype."""
    sparse = pytest.importorskip("scipy.sparse")
    n_classes = z.shape[-1]
    if form == "labels":
        return xentc.cross_entropy_labels(labels, z, from_logits=True, **options)
    t = one_hot_of(labels, n_classes, "uint8" if form.endswith("uint8") else z.dtype.name)
    t = sparse.csr_array(t.astype("float32")) if form == "csr" else t
    return xentc.cross_entropy(t, z, from_logits=True, **options)


@pytest.mark.crossing
@pytest.mark.parametrize("options", COMBINATIONS, ids=option_id)
def test_forms_agree_to_the_bit(options):
    """One-hot rows, CSR and labels, on every tier, with each reduction."""
    for dtype, kind in itertools.product(FLOATS, ("confident", "gaps")):
        labels, z = label_numbers(169, N, K, "int16"), logits(kind, 169, N, K, dtype)
        with first_way():
            want = {r: losses_of("labels", labels, z, reduction=r, **options) for r in REDUCTIONS}
        for tier in TIERS:
            with way(tier, 2):
                for form in FORMS:
                    for reduction in REDUCTIONS:
                        got = losses_of(form, labels, z, reduction=reduction, **options)
                        assert_same_bits(got, want[reduction])


def test_the_bounds_with_options():
    assert logits_bound("float64") == logits_bound("float32", samples=True) == LOGITS == 2
    assert logits_bound("float64", smoothed=True, classes=True, samples=True) == 12.5
    assert (SMOOTHING, CLASS_WEIGHT, SAMPLE_WEIGHT_FACTOR, SAMPLE_WEIGHT) == (3, 1, 2, 0.5)


def test_the_oracle_knows_known_losses():
    """Values found by other means, so that the judge itself is judged."""
    assert loss_from_logits([1, 0], [0.0, 0.0]).loss == mp.log(2)
    assert loss_from_logits([0, 3], [1.0, 1.0], 0.5).loss == mp.mpf(1.5) * mp.log(2)
    assert abs(loss_from_logits([1, 0], [700.0, 0.0]).loss / mp.exp(-700) - 1) < mp.mpf(10) ** -58
    assert loss_from_logits([0, 1], [40.0, 0.0]).loss == 40 + mp.log1p(mp.exp(-40))
    z, p = [math.log(v) for v in (0.5, 0.25, 0.25)], [0.5, 0.25, 0.25]
    exact = loss_from_logits([mp.mpf(v) for v in p], z).loss
    assert abs(float(exact) - 1.5 * math.log(2)) < 1e-15
