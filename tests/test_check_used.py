"""The default check against an oracle of what is used: plain Python, one element after the other."""

import functools
import math
import re
from dataclasses import dataclass, field
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from cases import BFLOAT16, FLOATS, LAYOUTS, kind_of, kinds_for, label_numbers, probabilities, targets
from ways import assert_same_bits

import xentc

sparse = pytest.importorskip("scipy.sparse")
FORMS = ("dense", "labels", "csr", "binary")
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

    def used_rows(self):
        where, s = self.options.get("where"), self.options.get("sample_weight")
        for row in range(len(self.y)):
            masked = where is not None and not where[row]
            yield row, masked, s is not None and s[row] == 0

    def first_bad(self):
        """(name, row, column, value) of what the caller must hear of first, or None. A column of -1 is not told."""
        for row, masked, weightless in self.used_rows():
            if masked:
                continue
            if self.form == "labels" and not 0 <= int(self.t[row]) < self.y.shape[1]:
                return "labels", row, -1, int(self.t[row])
            bad = None if weightless else self._bad_element(row) if self.form == "binary" else self._bad_of_row(row)
            if bad is not None:
                return bad
        return None

    def _bad_element(self, row):
        t, p = float(self.t[row]), float(self.y[row])
        if t < 0 or t > 1:
            return "t", row, -1, t
        if not self.options["from_logits"] and (p < 0 or p > 1):
            return "p", row, -1, p
        return None

    def _bad_of_row(self, row):
        a, w = self.options["label_smoothing"], self.options.get("class_weight")
        k_of_y, k_of_t = [], []
        for k in range(self.y.shape[1]):
            t = (k == self.t[row]) if self.form == "labels" else self.t[row, k]
            of_class = 1.0 if w is None else w[k]
            if of_class == 0:
                continue
            if float(t) != 0 and a != 1:
                k_of_t.append(k)
            if a != 0 or float(t) != 0:
                k_of_y.append(k)
        slack = slack_of(self.y.dtype)
        for k in k_of_y:
            y = float(self.y[row, k])
            if not self.options["from_logits"] and (y < -slack or y > 1 + slack):
                return "y", row, k, self.y[row, k]
        for k in k_of_t:
            if self.form != "labels" and float(self.t[row, k]) < -slack_of(self.t.dtype):
                return "t", row, k, self.t[row, k]
        return None

    def call(self, check=None):
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
        return getattr(xentc, function)(t, y, **options)


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
    rng = np.random.default_rng([FORMS.index(form), len(y_dtype), 7])
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


@functools.cache
def answers(form, y_dtype):
    return [case.first_bad() for case in cases(form, y_dtype)]


FOUND = re.compile(r"^(?P<name>\w+) must .*got (?P<value>\S+) (?:in row|at position) (?P<row>\d+|\(\d+, \d+\))(?!\d)")


@pytest.mark.filterwarnings("ignore:the .*mean of")
@pytest.mark.parametrize("y_dtype", [*FLOATS, BFLOAT16])
@pytest.mark.parametrize("form", FORMS)
def test_what_is_used(every_way, form, y_dtype):
    for case, bad in zip(cases(form, y_dtype), answers(form, y_dtype), strict=True):
        if bad is None:
            got, want = case.call(), case.call(False)
            for a, b in zip(*(x if isinstance(x, tuple) else (x,) for x in (got, want)), strict=True):
                assert_same_bits(a, b)
            continue
        name, row, column, value = bad
        with pytest.raises(IndexError if name == "labels" else ValueError, match=f"^{name} must ") as caught:
            case.call()
        found = FOUND.match(str(caught.value))
        assert found, caught.value
        at = f"({row // 2}, {row % 2})" if case.outer else str(row)
        assert (found["name"], found["row"]) == (name, at), caught.value
        assert float(found["value"]) == float(value), caught.value
        if column >= 0:
            assert f", column {column};" in str(caught.value)
        if form in ("dense", "csr"):
            case.call(False)


def test_the_cases_are_of_every_kind():
    """Accepted and refused ones, of y, t and labels; and both of every option."""
    for form in FORMS:
        found = [bad and bad[0] for bad in answers(form, "float32") + answers(form, "float16")]
        assert set(found) == {None, *{"binary": ("t", "p"), "labels": ("labels", "y")}.get(form, ("t", "y"))}
        assert 0.2 < found.count(None) / len(found) < 0.8
        for option in ("label_smoothing", "from_logits", "sample_weight", "where"):
            both = {
                case.options[option] is not None and bool(np.any(case.options[option]))
                for case in cases(form, "float32")
            }
            assert both == {False, True}, option


@pytest.mark.parametrize("n_classes", [6, 5000])
@pytest.mark.parametrize("form", ["dense", "csr"])
def test_with_all_smoothed_away_t_is_not_used(every_way, form, n_classes):
    t, y = np.full((3, n_classes), -0.5), np.full((3, n_classes), 1 / n_classes)
    given = sparse.csr_array(t) if form == "csr" else t
    want = np.full(3, np.log(n_classes))
    np.testing.assert_allclose(xentc.cross_entropy(given, y, label_smoothing=1.0), want, rtol=1e-15)
    np.testing.assert_allclose(xentc.cross_entropy(given, y, label_smoothing=1.0, from_logits=True), want, rtol=1e-15)
    with pytest.raises(ValueError, match=r"^t must not be negative; got -0.5 in row 0, column 0;"):
        xentc.cross_entropy(given, y, label_smoothing=0.9)
    y[1, 2] = 3
    with pytest.raises(ValueError, match=r"^y must be .*; got 3.0 in row 1, column 2;"):
        xentc.cross_entropy(given, y, label_smoothing=1.0)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean", "weighted_mean"])
def test_the_first_row_of_a_gradient_whose_divisor_takes_a_pass(every_way, reduction):
    """Labels and t are looked at by a pass without y: an earlier row whose y cannot be is still the first."""
    y, labels, where = np.full((300, 5), 0.2), np.zeros(300, int), np.arange(300) != 7
    y[1, 0], labels[44] = -0.5, 9
    given = y.copy()
    with pytest.raises(ValueError, match=r"^y must be .*; got -0.5 in row 1, column 0;"):
        xentc.cross_entropy_labels_and_grad(labels, y, where=where, reduction=reduction)
    with pytest.raises(ValueError, match=r"^y must be .*; got -0.5 in row 1, column 0;"):
        xentc.cross_entropy_labels_and_grad(labels, given, where=where, reduction=reduction, grad_out=given)
    if reduction in ("mean", "weighted_mean"):
        assert_same_bits(given, y)
    p, t = np.full(300, 0.2), np.zeros(300)
    p[1], t[44] = -0.5, -1
    with pytest.raises(ValueError, match=r"^p must be in .*; got -0.5 at position 1$"):
        xentc.binary_cross_entropy_and_grad(t, p, where=where, reduction=reduction)
