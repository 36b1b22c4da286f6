"""The generators of cases themselves: values vary, and each kind and layout is what it says."""

import numpy as np
import pytest
from cases import (
    BFLOAT16,
    FEW_PAIRS,
    KINDS,
    LAYOUTS,
    N_CLASSES,
    N_ROWS,
    PAIRS,
    SHAPES,
    T_DTYPES,
    edge_values,
    kinds_for,
    probabilities,
    targets,
)
from logit_cases import LOGIT_KINDS, logits, with_impossible_classes


@pytest.mark.parametrize("dtype", T_DTYPES)
def test_kinds_are_what_they_say(dtype):
    made = {kind: targets(kind, 1, 64, 40, dtype) for kind in kinds_for(dtype)}
    for t in made.values():
        assert t.shape == (64, 40)
        assert t.dtype == dtype
    n_nonzero = {kind: (t != 0).sum(axis=1) for kind, t in made.items()}
    assert (n_nonzero["one_hot"] == 1).all()
    assert len(set(made["one_hot"].argmax(axis=1).tolist())) > 10
    assert 0 < n_nonzero["sparse"].mean() < 40 / 8 + 1
    assert n_nonzero["sparse"].max() > 1
    assert sorted(set(n_nonzero["half_and_half"] == 1)) == [False, True]
    assert (n_nonzero["half_and_half"] > 10).sum() == 32
    assert not n_nonzero["all_zero"].any()
    assert set(np.unique(made["counts"]).tolist()) == (set(range(12)) if dtype != "bool" else {False, True})
    if "soft" in made:
        np.testing.assert_allclose(made["soft"].astype(float).sum(axis=1), 1, rtol=0.02)
        assert n_nonzero["soft"].min() > 20
    if "negative_zeros" in made:
        t = made["negative_zeros"]
        assert (np.signbit(t) == (t == 0)).all()
    if "mixed_signs" in made:
        assert (made["mixed_signs"] < 0).any(axis=1).all()
        assert (made["mixed_signs"] > 0).any(axis=1).all()


def test_every_dtype_has_its_kinds():
    assert set(kinds_for("float32")) == set(KINDS)
    assert "mixed_signs" in kinds_for("int8")
    assert "mixed_signs" not in kinds_for("uint8")
    assert {t for t, _ in FEW_PAIRS} | {y for _, y in FEW_PAIRS} <= {*T_DTYPES, BFLOAT16}
    assert set(FEW_PAIRS) < set(PAIRS)
    assert len(PAIRS) == 12 * 12 + 10


@pytest.mark.parametrize("kind", KINDS)
def test_another_seed_gives_other_values(kind):
    a, b = (targets(kind, seed, 30, 20, "float64") for seed in (1, 2))
    assert (a != b).any() == (kind != "all_zero")
    assert (a == targets(kind, 1, 30, 20, "float64")).all()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_probabilities_vary(dtype):
    y = probabilities(1, 200, 30, dtype)
    assert y.dtype == dtype
    assert len(np.unique(y)) > 1000
    eps = np.finfo(dtype).eps
    for some in (y == 0, (y > 0) & (y < eps), (y > eps) & (y < 0.01), (y > 0.5) & (y < 1), y == 1, y > 1):
        assert some.any()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_logits_are_what_they_say(dtype):
    made = {kind: logits(kind, 1, 200, 12, dtype).astype(float) for kind in LOGIT_KINDS}
    for z in made.values():
        assert z.shape == (200, 12)
        assert np.isfinite(z).all()
        assert len(np.unique(z)) > 50
    first, second = (np.sort(z, axis=1) for z in (made["confident"], made["ties"]))
    ahead = first[:, -1] - first[:, -2]
    assert ahead.min() < 0.01
    assert ahead.max() > {"float16": 9, "float32": 70, "float64": 600}[dtype]
    assert (second[:, -1] == second[:, -2]).sum() > 100
    assert (second[:, -1] == second[:, 0]).any()
    assert abs(made["shifted"]).max() > 3e4
    assert ((made["around_256"] > 256).any(axis=1) & (made["around_256"] < -256).any(axis=1)).any()
    assert abs(made["large"]).max() > (1e4 if dtype == "float16" else 1e29)
    assert 0 < abs(made["tiny"])[made["tiny"] != 0].min() < np.finfo(dtype).smallest_normal
    possible = with_impossible_classes(made["normal"], np.eye(200, 12))
    assert (np.isneginf(possible).sum(axis=1) > 0).sum() > 100
    assert not np.isneginf(possible[np.eye(200, 12) != 0]).any()
    assert np.isfinite(possible.max(axis=1)).all()


def test_shapes_reach_around_the_tiles():
    assert max(N_CLASSES) > 16384
    assert {255, 256, 257} < set(N_ROWS)
    assert {k for _, k in SHAPES} == set(N_CLASSES)
    assert {n for n, _ in SHAPES} == set(N_ROWS)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(7, 5), (3, 4, 5), (6,), (0, 5)])
def test_layouts_keep_values(layout, shape):
    a = np.random.default_rng(1).random(shape)
    b = LAYOUTS[layout](a)
    assert b.shape == shape
    assert b.dtype == a.dtype or layout == "byte_swapped"
    np.testing.assert_array_equal(a, b)


def test_layouts_are_what_they_say():
    a = np.random.default_rng(1).random((7, 5))
    made = {name: layout(a) for name, layout in LAYOUTS.items()}
    assert made["c_order"].flags.c_contiguous
    assert made["fortran_order"].flags.f_contiguous
    assert made["class_axis_first"].strides == (8, 56)
    assert made["strided_rows"].strides == (120, 8)
    assert made["strided_classes"].strides == (80, 16)
    assert made["padded_rows"].strides == (64, 8)
    assert made["reversed_rows"].strides == (-40, 8)
    assert made["reversed_classes"].strides == (40, -8)
    assert not made["misaligned"].flags.aligned
    assert made["odd_element"].ctypes.data % 16 == 8
    assert not made["byte_swapped"].dtype.isnative
    assert not made["read_only"].flags.writeable
    assert isinstance(made["memory_mapped"], np.memmap)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_edge_values_are_exact_and_distinct(dtype):
    values = edge_values(dtype)
    as_dtype = np.array(list(values.values())).astype(dtype)
    np.testing.assert_array_equal(as_dtype.astype(float), list(values.values()))
    # All differ but 0 and -0.
    assert len(np.unique(as_dtype)) == len(values) - 1
    assert 0 < values["below eps"] < values["eps"] < values["above eps"]
