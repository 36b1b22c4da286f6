"""The default check against an oracle of what is used: plain Python, one element after the other."""

import functools
import re

import numpy as np
import pytest
from used_cases import FORMS, Y_DTYPES, cases, slack_of
from ways import assert_same_bits

import xentc

sparse = pytest.importorskip("scipy.sparse")


def _rows(case):
    where, s = case.options.get("where"), case.options.get("sample_weight")
    for row in range(len(case.y)):
        masked = where is not None and not where[row]
        yield row, masked, s is not None and s[row] == 0


def first_bad(case):
    """(name, row, column, value) of what the caller must hear of first, or None. A column of -1 is not told."""
    for row, masked, weightless in _rows(case):
        if masked:
            continue
        if case.form == "labels" and not 0 <= int(case.t[row]) < case.y.shape[1]:
            return "labels", row, -1, int(case.t[row])
        bad = None if weightless else _bad_element(case, row) if case.form == "binary" else _bad_of_row(case, row)
        if bad is not None:
            return bad
    return None


def _bad_element(case, row):
    t, p = float(case.t[row]), float(case.y[row])
    if t < 0 or t > 1:
        return "t", row, -1, t
    if not case.options["from_logits"] and (p < 0 or p > 1):
        return "p", row, -1, p
    return None


def _bad_of_row(case, row):
    a, w = case.options["label_smoothing"], case.options.get("class_weight")
    k_of_y, k_of_t = [], []
    for k in range(case.y.shape[1]):
        t = (k == case.t[row]) if case.form == "labels" else case.t[row, k]
        of_class = 1.0 if w is None else w[k]
        if of_class == 0:
            continue
        if float(t) != 0 and a != 1:
            k_of_t.append(k)
        if a != 0 or float(t) != 0:
            k_of_y.append(k)
    slack = slack_of(case.y.dtype)
    for k in k_of_y:
        y = float(case.y[row, k])
        if not case.options["from_logits"] and (y < -slack or y > 1 + slack):
            return "y", row, k, case.y[row, k]
    for k in k_of_t:
        if case.form != "labels" and float(case.t[row, k]) < -slack_of(case.t.dtype):
            return "t", row, k, case.t[row, k]
    return None


@functools.cache
def answers(form, y_dtype):
    return [first_bad(case) for case in cases(form, y_dtype)]


FOUND = re.compile(r"^(?P<name>\w+) must .*got (?P<value>\S+) (?:in row|at position) (?P<row>\d+|\(\d+, \d+\))(?!\d)")


@pytest.mark.crossing(1)
@pytest.mark.filterwarnings("ignore:the .*mean of")
@pytest.mark.parametrize("y_dtype", Y_DTYPES)
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
