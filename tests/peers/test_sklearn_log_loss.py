"""scikit-learn's own tests of log_loss, run on ours, and ours against theirs on many inputs."""

import contextlib
import inspect
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import xentc

sklearn = pytest.importorskip("sklearn")
sklearn_tests = pytest.importorskip("sklearn.metrics.tests.test_classification")


def _cases():
    """Each test function there that calls log_loss, with the arguments its own marks give it."""
    for name, function in vars(sklearn_tests).items():
        if not name.startswith("test_") or "log_loss" not in getattr(function, "__code__", function).co_names:
            continue
        if "log_loss(" not in inspect.getsource(function).replace("d2_log_loss_score(", ""):
            continue
        marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
        combinations = [{}]
        for mark in marks:
            names, values = mark.args[0].replace(" ", "").split(","), mark.args[1]
            rows = [value if len(names) > 1 else (value,) for value in values]
            combinations = [{**old, **dict(zip(names, row, strict=True))} for old in combinations for row in rows]
        for number, arguments in enumerate(combinations):
            yield pytest.param(function, arguments, id=f"{name}-{number}" if marks else name)


CASES = list(_cases())


def test_all_are_found():
    names = {case.values[0].__name__ for case in CASES}
    assert {name for name in vars(sklearn_tests) if name.startswith("test_log_loss")} <= names
    assert "test_d2_log_loss_score" in names


@pytest.mark.parametrize(("function", "arguments"), CASES)
def test_scikit_learns_own(function, arguments, monkeypatch):
    monkeypatch.setattr(sklearn_tests, "log_loss", xentc.log_loss)
    function(**arguments)


# Ours against theirs: equal values, the same kind of error, the same categories of warnings.

LABEL_SETS = (
    [0, 1], [0, 1, 2], [1, 2, 3, 4], [-1, 1], [10**12, 5, -(10**12)], ["no", "yes"], ["b", "a", "C"], [False, True],
    [0.0, 1.0, 2.0], [0.5, 1.5], [np.nan, 1.0], [7], [2**63, 1, 0], ["", "é"], [0, "a"], [None, 1], [1 + 2j, 0],
)  # fmt: skip
ORDERS = {
    "sorted": sorted,
    "as is": list,
    "one more": lambda classes: [*sorted(classes), type(classes[0])(99)],
    "one less": lambda classes: sorted(classes)[1:],
    "twice": lambda classes: sorted(classes) * 2,
    "array": lambda classes: np.array(sorted(classes)),
    "text": lambda classes: "ab",
}
FAULTS = ("none", "sum", "high", "low", "nan", "inf", "columns", "rows", "ends", "integers", "empty", "three axes")


@st.composite
def calls(draw):
    """Arguments of log_loss, right and wrong in the ways that happen."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    classes, n = draw(st.sampled_from(LABEL_SETS)), draw(st.sampled_from((1, 2, 3, 7, 40)))
    k = len(classes)
    labels = [classes[i] for i in np.append(rng.permutation(k), rng.integers(0, k, n))]
    labels = labels[: max(n, draw(st.sampled_from((1, k))))]
    n, fault = len(labels), draw(st.sampled_from(FAULTS))
    k += (fault == "columns") * draw(st.sampled_from((-1, 1)))
    p = rng.dirichlet(np.ones(k), n) if k else np.zeros((n, 0))
    if 0 < k <= 2 and draw(st.booleans()):
        p = p[:, -1] if draw(st.booleans()) else p[:, -1:]
    if p.size:
        where = tuple(rng.integers(0, length) for length in p.shape)
        p[where] = {"high": 1.5, "low": -0.25, "nan": np.nan, "inf": np.inf, "sum": p[where] / 2}.get(fault, p[where])
    if fault == "ends":
        p = (p > 0.4).astype(float)
    if fault == "integers":
        p = np.eye(max(k, 1), max(k, 1), dtype=np.int8)[rng.integers(0, max(k, 1), n)]
    if fault == "empty":
        labels, p = [], p[:0]
    if fault == "three axes":
        p = p[..., np.newaxis, np.newaxis]
    if fault == "rows":
        p = p[:-1]
    if fault != "integers":
        p = p.astype(draw(st.sampled_from(("f2", "f4", "f8", ">f8", "g"))))
    form = draw(st.sampled_from(("list", "array", "object", "column", "indicator", "uint8", "2-D")))
    y_true = labels
    with contextlib.suppress(TypeError, ValueError, OverflowError), np.errstate(invalid="ignore"):
        if form in ("array", "column"):
            y_true = np.array(labels)[:, np.newaxis] if form == "column" else np.array(labels)
        elif form == "object":
            y_true = np.array(labels, dtype=object)
        elif form == "indicator":
            y_true = np.array(
                [[label == c for c in classes] for label in labels], dtype=draw(st.sampled_from(("?", "i8", "f4")))
            )
        elif form == "uint8" and np.array(labels).dtype.kind != "c":  # NumPy warns of the parts that are lost
            y_true = np.array(labels).astype(np.uint8)
        elif form == "2-D":
            y_true = np.array([labels, labels, labels]).T
    arguments = {}
    if draw(st.booleans()):
        arguments["normalize"] = draw(st.sampled_from((True, False, np.bool_(False), 1, None)))
    if draw(st.booleans()):
        weight = rng.choice([0.0, 0.5, 1.0, 3.0, 1e6], n)
        weights = {
            "good": weight,
            "sign": np.resize([1.0, -1.0], n),
            "zero": weight * 0,
            "nan": weight * np.nan,
            "short": weight[1:],
            "column": weight[:, np.newaxis],
            "number": 2.0,
            "integers": weight.astype(int),
            "list": weight.tolist(),
        }
        arguments["sample_weight"] = weights[draw(st.sampled_from(("good", *weights)))]
    if draw(st.booleans()):
        order = draw(st.sampled_from(("sorted", *ORDERS)))
        with contextlib.suppress(TypeError):
            arguments["labels"] = ORDERS[order](classes)
    if draw(st.booleans()):
        p = p.tolist()
    return y_true, p, arguments


def outcome(function, call):
    """The value or the error, and the categories of the warnings."""
    y_true, p, arguments = call
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = function(y_true, p, **arguments)
        except Exception as error:
            result = error
    return result, sorted({w.category.__name__ for w in seen if w.category is not RuntimeWarning})


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(call=calls())
def test_as_scikit_learn(call):
    ours, our_warnings = outcome(xentc.log_loss, call)
    theirs, their_warnings = outcome(sklearn.metrics.log_loss, call)
    if isinstance(theirs, Exception):
        # Their InvalidParameterError is both a ValueError and a TypeError.
        assert isinstance(ours, Exception), (ours, theirs)
        two_axes = np.ndim(call[0]) == 2 and "labels" in call[2]
        mixed = len({type(label) for label in np.ravel(np.array(call[0], dtype=object))}) > 1
        if two_axes or mixed:
            return  # they stumble over it in several places, the first of which is chance
        assert isinstance(theirs, type(ours)), (ours, theirs)
    else:
        assert not isinstance(ours, Exception), (ours, theirs)
        dtype = np.asarray(call[1]).dtype
        bound = {"float16": 2e-3, "float32": 1e-6}.get(dtype.name, 1e-14)
        assert ours == pytest.approx(theirs, rel=bound, abs=bound * 1e-3, nan_ok=True)
        # Of a call that ends in an error, the error is what counts; they may warn of something else before it.
        assert our_warnings == their_warnings
