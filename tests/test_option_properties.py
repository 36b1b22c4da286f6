"""Properties of the options, searched by hypothesis: what they are linear in, what they do not look at."""

import math

import hypothesis.extra.numpy as hnp
import numpy as np
from cases import INTEGERS, LAYOUTS, one_hot_of
from hypothesis import strategies as st
from ways import TIERS, assert_same_bits, first_way, way

import xentc
from examples import given

probability = st.floats(2.0**-30, 1.0)
powers = st.integers(-60, 60).map(lambda n: 2.0**n)


@st.composite
def problems(draw):
    """labels, y, and options of every kind."""
    n_rows, n_classes = draw(st.integers(0, 12)), draw(st.integers(1, 20))
    y = draw(hnp.arrays("float64", (n_rows, n_classes), elements=probability | st.sampled_from([0.0, 1.0])))
    labels = draw(hnp.arrays(draw(st.sampled_from(INTEGERS)), n_rows, elements=st.integers(0, n_classes - 1)))
    weight = st.sampled_from([0.0, 1.0]) | st.floats(2.0**-20, 100)
    options = {
        "eps": draw(st.sampled_from([None, 0.1, 1e-3])),
        "label_smoothing": draw(st.sampled_from([0.0, 1.0]) | st.floats(2.0**-20, 1)),
        "class_weight": draw(st.none() | hnp.arrays("float64", n_classes, elements=weight)),
        "sample_weight": draw(st.none() | weight | hnp.arrays("float64", n_rows, elements=weight)),
        "where": draw(st.none() | st.booleans() | hnp.arrays(bool, n_rows)),
    }
    return labels, y, options


@given(problems(), st.sampled_from(TIERS), st.integers(1, 3), st.sampled_from(list(LAYOUTS)))
def test_any_call_has_the_same_bits_everywhere(problem, tier, n_threads, layout):
    labels, y, options = problem
    t = one_hot_of(labels, y.shape[-1], "uint8")
    with first_way():
        want = xentc.cross_entropy(t, y, **options)
    with way(tier, n_threads):
        assert_same_bits(xentc.cross_entropy_labels(LAYOUTS[layout](labels), LAYOUTS[layout](y), **options), want)
        assert_same_bits(xentc.cross_entropy(LAYOUTS[layout](t), y, **options), want)
        total = xentc.cross_entropy_labels(labels, y, reduction="sum", **options)
    assert_same_bits(total, np.float64(math.fsum(want)))


@given(problems(), powers)
def test_weights_are_linear(problem, factor):
    """A power of two scales exactly, as a sample weight and as a class weight, the weighted mean not at all."""
    labels, y, options = problem
    rows = xentc.cross_entropy_labels(labels, y, **options)
    s = 1.0 if options["sample_weight"] is None else options["sample_weight"]
    assert_same_bits(xentc.cross_entropy_labels(labels, y, **options | {"sample_weight": s * factor}), rows * factor)
    w = np.ones(y.shape[-1]) if options["class_weight"] is None else options["class_weight"]
    plain = xentc.cross_entropy_labels(labels, y, **options | {"class_weight": w})
    scaled = xentc.cross_entropy_labels(labels, y, **options | {"class_weight": w * factor})
    assert_same_bits(scaled, plain * factor)
    total = xentc.CrossEntropy(eps=options["eps"], label_smoothing=options["label_smoothing"], class_weight=w)
    total.update_labels(labels, y, sample_weight=options["sample_weight"], where=options["where"])
    if total._totals.weight.units:
        more = options | {"class_weight": w, "sample_weight": s * factor, "reduction": "weighted_mean"}
        same = options | {"class_weight": w, "reduction": "weighted_mean"}
        assert_same_bits(xentc.cross_entropy_labels(labels, y, **more), xentc.cross_entropy_labels(labels, y, **same))


@given(problems(), st.data())
def test_smoothing_of_1_does_not_look_at_t(problem, data):
    labels, y, options = problem
    options |= {"label_smoothing": 1.0}
    anything = st.floats(allow_nan=True, allow_infinity=True)
    t = data.draw(hnp.arrays("float64", y.shape, elements=anything))
    assert_same_bits(xentc.cross_entropy(t, y, **options), xentc.cross_entropy_labels(labels, y, **options))


@given(problems(), st.data())
def test_any_partition_by_where_adds_up(problem, data):
    """Exactly: accumulated over the parts of a partition, all totals are those of the whole."""
    labels, y, options = problem
    sample_weight, _ = options.pop("sample_weight"), options.pop("where")
    part_of = data.draw(hnp.arrays("int8", len(labels), elements=st.integers(0, 3)))
    whole, parts = xentc.CrossEntropy(**options), xentc.CrossEntropy(**options)
    whole.update_labels(labels, y, sample_weight=sample_weight)
    for part in range(4):
        parts.update_labels(labels, y, sample_weight=sample_weight, where=part_of == part)
    assert parts._totals == whole._totals


@given(problems())
def test_ignoring_is_masking(problem):
    labels, y, options = problem
    given_mask = True if options["where"] is None else options["where"]
    for ignored in (0, 1):
        mask = np.broadcast_to(given_mask, labels.shape) & (labels != ignored)
        want = xentc.cross_entropy_labels(labels, y, **options | {"where": mask})
        assert_same_bits(xentc.cross_entropy_labels(labels, y, ignore_index=ignored, **options), want)


@given(problems(), st.floats(0, 1))
def test_smoothing_lies_between_its_two_parts(problem, a):
    labels, y, options = problem
    plain, uniform, mixed = (
        xentc.cross_entropy_labels(labels, y, **options | {"label_smoothing": x}) for x in (0.0, 1.0, a)
    )
    low, high = np.minimum(plain, uniform), np.maximum(plain, uniform)
    slack = 16 * np.spacing(high)
    assert ((low - slack <= mixed) & (mixed <= high + slack)).all()


@given(hnp.arrays("float64", 20, elements=st.floats(0, 1)), hnp.arrays("float64", 20, elements=st.floats(0, 1)))
def test_binary_is_that_of_the_two_classes(t, p):
    """Where 1 - p and 1 - t are exact, the two functions agree within their bounds; swapped classes, always."""
    t, p = np.round(t * 2**20) / 2**20, np.round(p * 2**20) / 2**20
    got = xentc.binary_cross_entropy(t, p)
    want = xentc.cross_entropy(np.stack([t, 1 - t], -1), np.stack([p, 1 - p], -1))
    assert (abs(got - want) <= 2 * np.spacing(want)).all()
    swapped = xentc.binary_cross_entropy(1 - t, 1 - p)
    assert (abs(got - swapped) <= 2 * np.spacing(got)).all()
