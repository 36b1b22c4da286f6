"""Bad options: one table, for every function that takes them; ``out`` and totals stay as they were."""

import inspect

import numpy as np
import pytest

import xentc

Y = np.full((3, 4), 0.25)
CALLS = {
    "cross_entropy": lambda **o: xentc.cross_entropy(np.eye(3, 4), Y, **o),
    "log_likelihood": lambda **o: xentc.log_likelihood(np.eye(3, 4), Y, **o),
    "cross_entropy_labels": lambda **o: xentc.cross_entropy_labels([0, 1, 2], Y, **o),
    "binary_cross_entropy": lambda **o: xentc.binary_cross_entropy([0, 1, 0], [0.5, 0.5, 0.5], **o),
    "binary_cross_entropy_and_grad": lambda **o: xentc.binary_cross_entropy_and_grad([0, 1, 0], [0.5, 0.5, 0.5], **o),
    "cross_entropy_and_grad": lambda **o: xentc.cross_entropy_and_grad(np.eye(3, 4), Y, **o),
    "cross_entropy_labels_and_grad": lambda **o: xentc.cross_entropy_labels_and_grad([0, 1, 2], Y, **o),
}

# name of the argument: (value, exception, parts of the message)
BAD = [
    ("label_smoothing", -1e-9, ValueError, ["[0, 1]", "-1e-09"]),
    ("label_smoothing", 1.5, ValueError, ["[0, 1]", "1.5"]),
    ("label_smoothing", float("nan"), ValueError, ["[0, 1]", "nan"]),
    ("label_smoothing", True, ValueError, ["[0, 1]", "True"]),
    ("label_smoothing", np.True_, ValueError, ["[0, 1]", "True"]),
    ("label_smoothing", 10**400, ValueError, ["[0, 1]", "1000"]),
    ("label_smoothing", "0.1", TypeError, ["number", "'0.1'"]),
    ("label_smoothing", None, TypeError, ["number", "None"]),
    ("label_smoothing", [0.1], TypeError, ["number", "[0.1]"]),
    ("label_smoothing", np.array([0.1, 0.2]), TypeError, ["number", "array([0.1, 0.2])"]),
    ("label_smoothing", 0.1j, TypeError, ["number", "0.1j"]),
    ("class_weight", [1.0, 2.0], ValueError, ["(K,) = (4,)", "(2,)"]),
    ("class_weight", 1.0, ValueError, ["(4,)", "()"]),
    ("class_weight", np.ones((1, 4)), ValueError, ["(4,)", "(1, 4)"]),
    ("class_weight", np.ones(4, complex), TypeError, ["complex128"]),
    ("class_weight", ["a", "b", "c", "d"], TypeError, ["<U1"]),
    ("class_weight", {0: 1.0}, ValueError, ["0 to 3", "lacks 1, 2, 3"]),
    ("class_weight", {1: 1, 2: 2, 3: 3, 4: 4}, ValueError, ["0 to 3", "lacks 0", "has 4"]),
    ("class_weight", {"a": 1, "b": 2, "c": 3, "d": 4}, ValueError, ["lacks 0, 1, 2, ...", "has 'a', 'b', 'c', ..."]),
    ("class_weight", np.ma.array(np.ones(4)), TypeError, ["masked"]),
    ("class_weight", np.ones(4, np.longdouble), TypeError, [str(np.dtype(np.longdouble))]),
    ("sample_weight", np.ones(4), ValueError, ["(3,)", "(4,)"]),
    ("sample_weight", np.ones((3, 1)), ValueError, ["(3,)", "(3, 1)"]),
    ("sample_weight", [1, [2], 3], ValueError, ["inhomogeneous"]),
    ("sample_weight", np.ones(3, "c8"), TypeError, ["complex64"]),
    ("sample_weight", "balanced", TypeError, ["<U8"]),
    ("sample_weight", np.ma.array(np.ones(3)), TypeError, ["masked"]),
    ("pos_weight", np.ones(4), ValueError, ["(3,)", "(4,)"]),
    ("pos_weight", np.ones((3, 1)), ValueError, ["(3,)", "(3, 1)"]),
    ("pos_weight", np.ones(3, "c8"), TypeError, ["complex64"]),
    ("pos_weight", "balanced", TypeError, ["<U8"]),
    ("pos_weight", np.ma.array(np.ones(3)), TypeError, ["masked"]),
    ("where", [1, 0, 1], TypeError, ["bool", "int64"]),
    ("where", np.ones(3), TypeError, ["bool", "float64"]),
    ("where", "yes", TypeError, ["bool", "<U3"]),
    ("where", [True, False], ValueError, ["(3,)", "(2,)"]),
    ("where", np.ones((2, 3), bool), ValueError, ["(3,)", "(2, 3)"]),
    ("where", np.ma.array([True] * 3), TypeError, ["masked"]),
    ("ignore_index", 1.0, TypeError, ["integer", "1.0"]),
    ("ignore_index", "1", TypeError, ["integer", "'1'"]),
    ("ignore_index", True, TypeError, ["integer", "True"]),
    ("ignore_index", [1], TypeError, ["integer", "[1]"]),
    ("reduction", "average", ValueError, ["'average'", "'weighted_mean'"]),
    ("eps", 1, ValueError, ["[0, 1)", "1"]),
    ("eps", "a", TypeError, ["'a'"]),
    ("from_logits", 1, TypeError, ["bool", "1"]),
    ("from_logits", "no", TypeError, ["bool", "'no'"]),
    ("from_logits", None, TypeError, ["bool", "None"]),
    ("check", "no", TypeError, ["None, True, False", "'no'"]),
    ("check", [True], TypeError, ["None, True, False", "[True]"]),
    ("check", 1.0, ValueError, ["[0, 1)", "1.0"]),
    ("check", -1e-9, ValueError, ["[0, 1)", "-1e-09"]),
    ("check", np.nan, ValueError, ["[0, 1)", "nan"]),
    ("out", [0.0] * 3, TypeError, ["list"]),
    ("out", np.zeros(4), ValueError, ["(3,)", "(4,)"]),
]
CASES = [
    (function, *case)
    for function in CALLS
    for case in BAD
    if case[0] in inspect.signature(getattr(xentc, function)).parameters
]


@pytest.mark.parametrize(
    ("function", "name", "value", "exception", "parts"), CASES, ids=lambda v: v if isinstance(v, str) else None
)
def test_bad_option(function, name, value, exception, parts):
    out = np.full(3, 7.0)
    for arguments in ({}, {"out": out}, {"from_logits": True}) if name not in ("eps", "from_logits") else ({},):
        with pytest.raises(exception, match=rf"^{name}\b") as caught:
            CALLS[function](**(arguments | {name: value}))
        assert type(caught.value) is exception
        for part in parts:
            assert part in str(caught.value)
    assert (out == 7).all()


@pytest.mark.parametrize(("name", "value", "exception", "parts"), BAD)
def test_bad_option_of_an_accumulator(name, value, exception, parts):
    """At once, where the class takes it; of an update, where that does."""
    if name in inspect.signature(xentc.CrossEntropy).parameters and "K" not in parts[0]:
        if (
            name == "class_weight"
            and exception is ValueError
            and ((isinstance(value, dict) and 0 in value) or np.ndim(value) == 1)
        ):
            return  # any number of classes is a good one until there is a batch
        with pytest.raises(exception, match=rf"^{name}\b"):
            xentc.CrossEntropy(**{name: value})
    elif name in ("sample_weight", "where"):
        total = xentc.CrossEntropy()
        for update in (lambda **o: total.update(Y, Y, **o), lambda **o: total.update_labels([0, 1, 2], Y, **o)):
            with pytest.raises(exception, match=rf"^{name}\b"):
                update(**{name: value})
        assert total.result is not None
        assert repr(total) == "CrossEntropy(): 0 rows"


BAD_LABELS = [
    (["a", "b", "c"], TypeError, ["<U1", "encode_labels(labels, classes)"]),
    (None, TypeError, ["object"]),
    ([2**64, 0, 0], TypeError, ["object"]),
    (np.zeros(4, int), ValueError, ["(4,)", "(3,)"]),
    (np.zeros((3, 2), int), ValueError, ["(3, 2)", "(3,)"]),
    (np.ma.array([0, 1, 2]), TypeError, ["masked"]),
    (np.zeros(3, "M8[s]"), TypeError, ["datetime64"]),
]


@pytest.mark.parametrize(("labels", "exception", "parts"), BAD_LABELS)
def test_bad_labels(labels, exception, parts):
    out = np.full(3, 7.0)
    with pytest.raises(exception, match="^labels") as caught:
        xentc.cross_entropy_labels(labels, Y, out=out)
    for part in parts:
        assert part in str(caught.value)
    assert (out == 7).all()
    with pytest.raises(np.exceptions.AxisError, match="axis 2 is out of bounds: y has 2 axes"):
        xentc.cross_entropy_labels([0, 1, 2], Y, axis=2)
    with pytest.raises(ValueError, match="^y must have at least one axis"):
        xentc.cross_entropy_labels(0, 0.5)


BAD_BINARY = [
    ({"t": np.ones(3, complex)}, TypeError, ["t must have", "complex128"]),
    ({"p": np.ones(3, object)}, TypeError, ["p must have", "object"]),
    ({"p": np.ma.array(np.ones(3))}, TypeError, ["p must not be a masked array"]),
    ({"t": np.ones(4)}, ValueError, ["t and p must broadcast", "(4,)", "(3,)"]),
    ({"p": [[1, 2], [3]]}, ValueError, ["p cannot be read"]),
]


@pytest.mark.parametrize(("changed", "exception", "parts"), BAD_BINARY)
def test_bad_binary(changed, exception, parts):
    out = np.full(3, 7.0)
    with pytest.raises(exception) as caught:
        xentc.binary_cross_entropy(**({"t": np.ones(3), "p": np.full(3, 0.5)} | changed), out=out)
    for part in parts:
        assert part in str(caught.value)
    assert (out == 7).all()


@pytest.mark.parametrize("call", [xentc.cross_entropy, xentc.log_likelihood, xentc.cross_entropy_and_grad])
def test_labels_in_place_of_rows(call):
    y = np.full((2, 3), 1 / 3)
    with pytest.raises(
        ValueError, match=r"\(2,\) and \(2, 3\); for the number of each row's class .* cross_entropy_labels$"
    ):
        call([0, 2], y)
    with pytest.raises(ValueError, match=r"\(4,\) and \(2, 3\)$"):
        call([0, 2, 1, 1], y)


def test_bad_sparse():
    sparse = pytest.importorskip("scipy.sparse")
    t = sparse.csr_array(np.eye(3, 4))
    for bad, y, words in (
        (t, np.full((3, 5), 0.2), r"^t and y must have the same number of classes"),
        (t, np.full((2, 4), 0.25), r"^t and y must broadcast against each other; .*\(3, 4\) and \(2, 4\)"),
        (t, np.full((1, 3, 4), 0.25), r"^y must have one or two axes where t is sparse"),
        (sparse.coo_array(np.ones(4)), Y, r"^t must have two axes where it is sparse; got the shape \(4,\)"),
    ):
        with pytest.raises(ValueError, match=words):
            xentc.cross_entropy(bad, y)
    with pytest.raises(TypeError, match=r"^t must have a dtype .* complex128"):
        xentc.cross_entropy(t.astype(complex), Y)
    with pytest.raises(TypeError, match="^y must be a dense array, not the sparse csr_array"):
        xentc.cross_entropy(Y, t)
    with pytest.raises(TypeError, match="^labels must be a dense array"):
        xentc.cross_entropy_labels(t, Y)
    with pytest.raises(np.exceptions.AxisError, match="axis 2"):
        xentc.cross_entropy(t, Y, axis=2)
