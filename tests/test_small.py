"""The short way of small plain calls: what the general route returns, to the bit, warnings and errors included."""

import contextlib
import itertools
import math
import warnings

import numpy as np
import pytest
from cases import FLOATS, label_numbers, probabilities
from hypothesis import given
from hypothesis import strategies as st
from ways import TIERS, assert_same_bits, general_route, way

import xentc
from xentc._api import accumulator, binary, gradients, losses
from xentc._api import labels as by_label
from xentc._core import derivatives

K = 7
GENERAL = ((losses, "losses"), (by_label, "losses"), (binary, "losses"), (gradients, "losses_and_gradients"))
GENERAL += ((binary, "losses_and_gradients"), (accumulator, "totals_of_batch"), (derivatives, "prepare"))


@contextlib.contextmanager
def the_short_way_alone():
    """Nothing goes the general route here."""

    def refused(*arguments, **options):
        raise AssertionError("this call was left to the general route")

    with pytest.MonkeyPatch.context() as patch:
        for module, name in GENERAL:
            patch.setattr(module, name, refused)
        yield


def parts(answer):
    if isinstance(answer, xentc.CrossEntropy):
        return [answer.to_bytes()]
    return list(answer) if isinstance(answer, tuple) else [answer]


def assert_same(got, want):
    assert len(parts(got)) == len(parts(want))
    for mine, its in zip(parts(got), parts(want), strict=True):
        assert type(mine) is type(its)
        if isinstance(mine, bytes):
            assert mine == its
        else:
            assert_same_bits(mine, its)


def updated(name):
    def call(t, y, *, sample_weight=None, where=None, **options):
        return getattr(xentc.CrossEntropy(**options), name)(t, y, sample_weight=sample_weight, where=where)

    return call


DENSE = {
    "cross_entropy": xentc.cross_entropy,
    "log_likelihood": xentc.log_likelihood,
    "cross_entropy_and_grad": xentc.cross_entropy_and_grad,
    "update": updated("update"),
}
LABELS = {
    "cross_entropy_labels": xentc.cross_entropy_labels,
    "cross_entropy_labels_and_grad": xentc.cross_entropy_labels_and_grad,
    "update_labels": updated("update_labels"),
}
BINARY = {
    "binary_cross_entropy": xentc.binary_cross_entropy,
    "binary_cross_entropy_and_grad": xentc.binary_cross_entropy_and_grad,
}
T_DTYPES = {"dense": ("soft", "bool", "uint8"), "labels": ("int64", "uint8", "float32"), "binary": ("hard", "any")}
REDUCTIONS = ("none", "sum", "mean", "weighted_mean")


def data(kind, t_dtype, y_dtype, n_rows, from_logits):
    rng = np.random.default_rng(n_rows)
    labels = label_numbers(3, n_rows, K, "int64")
    if kind == "binary":
        y = rng.random((n_rows, 3)).astype(y_dtype)
        t = (rng.random((n_rows, 3)) < 0.5) if t_dtype == "hard" else rng.random((n_rows, 3))
        return t.astype(y_dtype), (y * 8 - 4 if from_logits else y)
    y = probabilities(3, n_rows, K, y_dtype)
    y = np.log(y + y.dtype.type(0.01)) if from_logits else y
    if kind == "labels":
        return labels.astype(t_dtype), y
    t = np.eye(K)[labels] if t_dtype in ("bool", "uint8") else probabilities(4, n_rows, K, "float64")
    return t.astype(t_dtype if t_dtype != "soft" else y_dtype), y


def distributions(n_rows, dtype):
    y = np.random.default_rng(8).random((n_rows, K))
    return (y / y.sum(axis=1, keepdims=True)).astype(dtype)


def options_of(kind, y):
    """Each option that the function takes, with a value other than the default."""
    rows = y.shape if kind == "binary" else y.shape[:-1]
    rng = np.random.default_rng(5)
    options = {
        "eps": 0.1,
        "label_smoothing": 0.25,
        "sample_weight": rng.random(rows).astype("float32"),
        "where": rng.random(rows) < 0.7,
    }
    if kind == "binary":
        return {**options, "pos_weight": 2.5}
    options["class_weight"] = np.arange(1.0, K + 1)
    options["check"] = False
    if kind == "labels":
        options["ignore_index"] = 2
    return options


def reductions_of(name):
    if name.startswith("update"):
        return (None,)
    return tuple(r for r in REDUCTIONS if not (name.endswith("grad") and r == "weighted_mean"))


def all_calls():
    for kind, functions in (("dense", DENSE), ("labels", LABELS), ("binary", BINARY)):
        dtypes = {
            "dense": ("soft", "bool", "uint8"),
            "labels": ("int64", "uint8", "float32"),
            "binary": ("hard", "any"),
        }
        for name, t_dtype in itertools.product(functions, dtypes[kind]):
            yield pytest.param(kind, functions[name], name, t_dtype, id=f"{name}-{t_dtype}")


@pytest.mark.parametrize("from_logits", [False, True], ids=["probabilities", "logits"])
@pytest.mark.parametrize("y_dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(("kind", "function", "name", "t_dtype"), list(all_calls()))
def test_each_option(kind, function, name, t_dtype, y_dtype, from_logits):
    t, y = data(kind, t_dtype, y_dtype, 70, from_logits)
    options = options_of(kind, y)
    if from_logits:
        del options["eps"]
    if t_dtype == "float32" and kind == "labels":
        options.pop("ignore_index")
    chosen = [{}, *({key: value} for key, value in options.items()), options]
    for reduction, given_options in itertools.product(reductions_of(name), chosen):
        if reduction is not None:
            given_options = {**given_options, "reduction": reduction}
        if name.startswith("update") and "reduction" in given_options:
            continue
        with the_short_way_alone():
            got = function(t, y, from_logits=from_logits, **given_options)
        with general_route():
            assert_same(got, function(t, y, from_logits=from_logits, **given_options))


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_runs_here_too(tier):
    t, y = data("dense", "soft", "float32", 70, False)
    with general_route():
        want = xentc.cross_entropy(t, y)
    with way(tier, 1, general=False), the_short_way_alone():
        assert_same_bits(xentc.cross_entropy(t, y), want)


@pytest.mark.parametrize("check", [True, 1e-3, 0.5])
def test_check_of_rows(check):
    t, y = distributions(20, "float64"), distributions(20, "float64")
    with the_short_way_alone():
        xentc.cross_entropy(t, y, check=check)
    y[3] *= 1.01
    with contextlib.nullcontext() if check == 0.5 else pytest.raises(ValueError, match="row 3"):
        xentc.cross_entropy(t, y, check=check)


@pytest.mark.parametrize("hessian", ["exact", "xgboost", "lightgbm"])
def test_objectives(hessian):
    labels, z = data("labels", "float32", "float32", 50, True)
    t, p = data("binary", "hard", "float32", 50, True)
    weight = np.linspace(0.5, 2, 50).astype("float32")
    for options in ({}, {"label_smoothing": 0.1}, {"sample_weight": weight}):
        calls = [lambda o=options: xentc.softmax_objective(labels, z, hessian=hessian, **o)]
        calls += [lambda o=options: xentc.sigmoid_objective(t[:, 0].copy(), p[:, 0].copy(), hessian=hessian, **o)]
        calls += [lambda: xentc.sigmoid_objective(t, p, hessian=hessian, pos_weight=3.0)]
        calls += [lambda: xentc.softmax_objective(labels, z, hessian=hessian, class_weight=np.arange(1.0, K + 1))]
        for number, call in enumerate(calls):
            if hessian == "lightgbm" and number in (0, 3):  # its factor is not the short way's
                got = call()
            else:
                with the_short_way_alone():
                    got = call()
            with general_route():
                assert_same(got, call())


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_log_loss(dtype):
    labels, y = label_numbers(3, 60, K, "int64"), distributions(60, dtype)
    y[5, labels[5]] = 1  # clipped from above
    y[5, np.arange(K) != labels[5]] = 0
    for given_labels in (labels, labels.astype("uint8")):
        for normalize in (True, False):
            with the_short_way_alone():
                got = xentc.log_loss(given_labels, y, normalize=normalize)
            with general_route():
                want = xentc.log_loss(given_labels, y, normalize=normalize)
            assert type(got) is float
            assert got == want


@pytest.mark.parametrize("form", [range, lambda k: list(range(k)), np.arange, lambda k: np.arange(k, dtype="uint8")])
def test_log_loss_of_given_classes(form):
    """Some of which no row has."""
    y = distributions(3, "float64")
    for labels in (np.array([1, 1, 0]), np.array([K - 1, 0, 0], "int8")):
        for normalize in (True, False):
            with the_short_way_alone():
                got = xentc.log_loss(labels, y, labels=form(K), normalize=normalize)
            with general_route():
                want = xentc.log_loss(labels, y, labels=form(K), normalize=normalize)
            assert type(got) is float
            assert got == want
            assert math.isclose(got, -math.fsum(np.log(y[range(3), labels])) / (3 if normalize else 1), rel_tol=1e-14)
    with pytest.raises(ValueError, match=r"(?i)labels"):
        xentc.log_loss([0, 1, K], y, labels=form(K))


@pytest.mark.parametrize("form", [[float(k) for k in range(K)], tuple(range(K)), range(1, K + 1)])
def test_log_loss_of_other_classes_goes_the_general_way(form):
    labels, y = np.array([1, 1, 2]), distributions(3, "float64")
    got = xentc.log_loss(labels, y, labels=form)
    with general_route():
        assert got == xentc.log_loss(labels, y, labels=form)


def test_log_loss_still_warns_and_refuses():
    labels, y = np.arange(K), np.full((K, K), 1 / K)
    y[3] *= 1.1
    with pytest.warns(UserWarning, match="do not sum to one"):
        xentc.log_loss(labels, y)
    y[3, 0] = 1.5
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        xentc.log_loss(labels, y)
    with pytest.raises(ValueError, match="as many classes"):
        xentc.log_loss(labels[:-1], np.full((K - 1, K), 1 / K))


def test_out():
    t, y = data("dense", "soft", "float32", 50, False)
    for dtype in ("float16", "float32", "float64"):
        out = np.empty(50, dtype)
        with the_short_way_alone():
            assert xentc.cross_entropy(t, y, out=out) is out
        want = np.empty(50, dtype)
        with general_route():
            xentc.cross_entropy(t, y, out=want)
        assert_same_bits(out, want)
    shared = np.concatenate([y.ravel(), np.zeros(50, "float32")])
    overlapping = shared[:350].reshape(50, 7), shared[300:350]
    want = xentc.cross_entropy(t, y)
    assert_same_bits(xentc.cross_entropy(t, overlapping[0], out=overlapping[1]), want)
    read_only = np.empty(50, "float32")
    read_only.flags.writeable = False
    with pytest.raises(ValueError, match="writeable"):
        xentc.cross_entropy(t, y, out=read_only)


def test_means_of_nothing_warn_as_ever():
    t, y = data("dense", "soft", "float32", 5, False)
    nothing = np.zeros(5, bool)
    with pytest.warns(RuntimeWarning, match="no rows"):
        assert np.isnan(xentc.cross_entropy(t, y, where=nothing, reduction="mean"))
    with pytest.warns(RuntimeWarning, match="weights sum to 0"):
        xentc.cross_entropy(t, y, sample_weight=np.zeros(5), reduction="weighted_mean")
    with pytest.warns(RuntimeWarning, match="no rows"):
        loss, grad = xentc.cross_entropy_and_grad(t, y, where=nothing, reduction="mean")
    assert np.isnan(loss)
    assert not grad.any()


special = st.sampled_from([0.0, -0.0, 1.0, 0.5, 1e-3, 2.0**-60, 5e-324, np.nan, np.inf, -np.inf, -1.0, 2.0, 1e308])
sizes = st.integers(1, 5)


@given(st.data())
def test_anything_is_as_in_the_general_route(data):
    """Values, errors and warnings, of any of the functions with any of the options."""
    n, k = data.draw(sizes), data.draw(sizes)
    kind = data.draw(st.sampled_from(["dense", "labels", "binary"]))
    dtype = data.draw(st.sampled_from(FLOATS))

    def array(shape, elements=special, dtype=dtype):
        count = int(np.prod(shape))
        values = data.draw(st.lists(elements, min_size=count, max_size=count))
        with np.errstate(all="ignore"):
            return np.array(values, "float64").astype(dtype).reshape(shape)

    y = array((n, k))
    if kind == "labels":
        t = array((n,), st.integers(-2, k), data.draw(st.sampled_from(["int8", "int64", "uint64", "float32", "bool"])))
    else:
        t = array((n, k), special, data.draw(st.sampled_from([dtype, "bool", "int32", "uint8"])))
    rows = (n, k) if kind == "binary" else (n,)
    options = {
        "from_logits": st.booleans(),
        "label_smoothing": st.sampled_from([0.0, 0.5, 1.0]),
        "eps": st.sampled_from([None, 0.0, 0.1, 0.75, 1e-300]),
        "reduction": st.sampled_from(REDUCTIONS),
        "sample_weight": st.just("sample_weight"),
        "where": st.just("where"),
    }
    if kind == "binary":
        options["pos_weight"] = st.sampled_from([2.0, 0.0, -1.0, np.inf])
    else:
        options["check"] = st.sampled_from([None, True, False, 1e-2])
        options["class_weight"] = st.just("class_weight")
    if kind == "labels":
        options["ignore_index"] = st.integers(-2, 3)
    chosen = {name: data.draw(options[name]) for name in options if data.draw(st.booleans())}
    if "sample_weight" in chosen:
        chosen["sample_weight"] = array(rows, special, data.draw(st.sampled_from(["float64", "float32", "int8"])))
    if "where" in chosen:
        chosen["where"] = array(rows, st.booleans(), "bool")
    if "class_weight" in chosen:
        chosen["class_weight"] = array((k,), special, "float64")
    function = data.draw(st.sampled_from([*{"dense": DENSE, "labels": LABELS, "binary": BINARY}[kind].values()]))
    if "update" in getattr(function, "__qualname__", ""):
        chosen.pop("reduction", None)

    def outcome():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                answer = function(t.copy(), y.copy(), **chosen)
            except Exception as error:
                return None, (type(error), str(error)), [str(w.message) for w in caught]
            return answer, None, [str(w.message) for w in caught]

    got, error, said = outcome()
    with general_route():
        want, its_error, its_said = outcome()
    assert (error, said) == (its_error, its_said)
    if error is None:
        assert_same(got, want)
