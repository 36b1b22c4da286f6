"""Calls with values that cannot be, in places that are used and in others: what `check` looks at is tested on them."""

import functools
import math
from dataclasses import dataclass, field
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from cases import BFLOAT16, FLOATS, LAYOUTS, kind_of, kinds_for, label_numbers, probabilities, targets

import xentc

sparse = pytest.importorskip("scipy.sparse")
FORMS = ("dense", "labels", "csr", "binary")
Y_DTYPES = (*FLOATS, BFLOAT16)
N_CASES = 50  # of each form and dtype of y
# Rows and classes: short rows, several tiles, blocks, and rows too long for one (src/scratch.h); CSR rows too.
SHAPES = ((1, 3), (7, 6), (40, 6), (300, 4), (600, 2), (6, 40), (60, 100), (4, 1500), (2, 6000), (2, 17000))
LAYOUTS_OF_ALL = tuple(name for name in LAYOUTS if name not in ("byte_swapped", "misaligned"))


def slack_of(dtype):
    """How far outside a value may be."""
    if kind_of(dtype) != "f":
        return 0.0
    return math.sqrt(float((ml_dtypes if np.dtype(dtype) == BFLOAT16 else np).finfo(dtype).eps))


@dataclass
class Case:
    form: str
    t: Any  # dense; (rows,) for labels and binary
    y: Any
    options: dict[str, Any] = field(default_factory=dict)
    gradient: bool = False
    outer: bool = False  # rows are (n / 2, 2), the first of these axes innermost in memory
    layouts: tuple[str, str] = ("c_order", "c_order")

    def call(self, check=None, module=xentc):
        t, y, options = self.t, self.y, dict(self.options)
        if self.outer:
            outer = (len(y) // 2, 2)
            t, y = (_swapped(array.reshape(*outer, *array.shape[1:])) for array in (t, y))
            for name in ("where", "sample_weight"):
                if options.get(name) is not None:
                    options[name] = options[name].reshape(outer)
        elif self.form == "csr":
            t, y = sparse.csr_array(t), LAYOUTS[self.layouts[1]](y)
        else:
            t, y = (LAYOUTS[layout](array) for layout, array in zip(self.layouts, (t, y), strict=True))
        if self.form != "binary":
            options["check"] = check
        name = {"dense": "cross_entropy", "labels": "cross_entropy_labels", "csr": "cross_entropy"}
        function = name.get(self.form, "binary_cross_entropy") + "_and_grad" * self.gradient
        return getattr(module, function)(t, y, **options)


def _swapped(array):
    return np.ascontiguousarray(array.swapaxes(0, 1)).swapaxes(0, 1)


def bad_numbers(dtype, rng, name):
    """Of a dtype: within the tolerance, barely outside, far outside, infinite, NaN."""
    slack = slack_of(dtype)
    edge = [-slack, 1 + slack] if name == "y" else [-slack]
    near = [x * (1 + d * slack) for x in edge for d in (-0.5, -(2.0**-9), 2.0**-9, 0.5)] if slack else [-1.0]
    return float(rng.choice([*edge, *near, -1.0, -0.25, 7.0, 2.0, math.inf, -math.inf, math.nan, 1.0, 0.0, -0.0]))


@functools.cache
def cases(form, y_dtype):
    rng = np.random.default_rng([FORMS.index(form), Y_DTYPES.index(y_dtype)])
    return [one_case(rng, form, y_dtype, seed) for seed in range(N_CASES)]


def one_case(rng, form, y_dtype, seed):
    n, k = SHAPES[rng.integers(len(SHAPES))]
    y = probabilities(seed, n, k, y_dtype)
    options = {
        "from_logits": bool(rng.random() < 0.15),
        "label_smoothing": float(rng.choice([0.0, 0.0, 0.1, 1.0])),
        "sample_weight": np.where(rng.random(n) < 0.3, 0.0, 1.5) if rng.random() < 0.3 else None,
        "where": rng.random(n) < 0.6 if rng.random() < 0.3 else None,
        "reduction": str(rng.choice(["none", "sum", "mean", "weighted_mean"])),
    }
    if form == "binary":
        y, t = y[:, 0].copy(), probabilities(seed + 1, n, k, str(rng.choice([*FLOATS, BFLOAT16])))[:, 0].copy()
        t[t > 1] = 1
        y[y > 1] = 1
    else:
        weights = rng.choice([0.0, 0.5, 2.0, -1.0] if rng.random() < 0.3 else [0.0, 0.5, 2.0], k)
        options["class_weight"] = weights if rng.random() < 0.4 else None
        if form == "labels":
            t = label_numbers(seed, n, k, str(rng.choice(["int64", "uint8", "int32"])))
        else:
            dtype = str(rng.choice(["float64", "float32", "int8", "uint8", "bool"]))
            if form == "dense" and rng.random() < 0.3:
                dtype = str(rng.choice(["float16", BFLOAT16, y_dtype]))
            kind = str(rng.choice([kind for kind in kinds_for(dtype) if kind != "mixed_signs"]))
            t = targets(kind, seed, n, k, dtype)
    for _ in range(int(rng.choice([0, 1, 1, 2, 4, 40]))):
        y[tuple(rng.integers(size) for size in y.shape)] = bad_numbers(y.dtype, rng, "y")
    for _ in range(int(rng.choice([0, 0, 1, 2, 10]))):
        if form == "labels":
            t[rng.integers(n)] = rng.choice([k, 127]) if rng.random() < 0.2 else 0
        elif kind_of(t.dtype) in "fi":
            bad = bad_numbers(t.dtype, rng, "t")
            t[tuple(rng.integers(size) for size in t.shape)] = bad if kind_of(t.dtype) == "f" else -3
    return Case(
        form,
        t,
        y,
        options,
        gradient=bool(rng.random() < 0.25),
        outer=bool(n % 2 == 0 and form != "csr" and rng.random() < 0.2),
        layouts=tuple(str(rng.choice(LAYOUTS_OF_ALL)) for _ in range(2)),
    )
