"""Every public function: arrays of Dask in, lazy ones out, with the bits of the one call in memory."""

import dask
import numpy as np
import pytest
from lazy import CHUNKS, cut, data, same_bits

import xentc

REDUCTIONS = ("none", "sum", "mean", "weighted_mean")
OPTIONS = {
    "none": {},
    "weights": {"sample_weight": "s"},
    "mask": {"where": "m"},
    "all": {"sample_weight": "s", "where": "m", "class_weight": "w", "label_smoothing": 0.1},
}
ROWS = {
    "cross_entropy": ("t", "y"),
    "log_likelihood": ("one_hot", "y"),
    "cross_entropy_labels": ("labels", "y"),
    "cross_entropy_and_grad": ("t", "y"),
    "cross_entropy_labels_and_grad": ("labels", "y"),
    "binary_cross_entropy": ("b", "p"),
    "binary_cross_entropy_and_grad": ("b", "p"),
}
# Those without a reduction, each with calls of its own.
OTHERS = {
    "softmax_objective": [
        (("labels", "z"), {}),
        (("labels", "z"), {"sample_weight": "s", "class_weight": "w", "hessian": "xgboost"}),
        (("labels", "z"), {"hessian": "lightgbm", "label_smoothing": 0.1}),
    ],
    "sigmoid_objective": [
        (("b", "v"), {}),
        (("b", "v"), {"sample_weight": "s", "pos_weight": "s", "hessian": "xgboost"}),
    ],
    "encode_labels": [(("by", ["wed", "tue", "mon"]), {})],
    "log_loss": [
        (("labels", "y"), {}),
        (("labels", "y"), {"sample_weight": "s", "normalize": False}),
        (("labels", "y"), {"labels": [0, 1, 2, 3, 4]}),
        (("by", "three"), {}),
        (("b", "p"), {}),
        (("one_hot", "y"), {"sample_weight": "s"}),
    ],
    "evaluate": [
        (("labels", "y"), {}),
        (("labels", "z"), {"from_logits": True, "sample_weight": "s", "where": "m", "by": "by"}),
        (("labels", "y"), {"ignore_index": 2, "bins": 4, "worst": 3}),
        (("by", "three"), {"classes": ["wed", "tue", "mon"]}),
        (("by", "three"), {"classes": ["wed", "tue", "mon"], "by": "labels"}),
    ],
    "compare": [
        (("labels", "y", "t"), {}),
        (("labels", "y", "t"), {"sample_weight": "s", "where": "m", "ignore_index": 1}),
        (("by", "three", "three_more"), {"classes": ["wed", "tue", "mon"]}),
    ],
}
NOT_OF_ROWS = ("CrossEntropy", "Evaluation", "Report", "Comparison", "set_num_threads", "get_num_threads")
NOT_OF_ROWS += ("num_threads", "show_config", "load_digits")
NEVER_LAZY = ("w", "class_weight")


def test_each_function_is_here():
    functions = {name for name in xentc.__all__ if callable(getattr(xentc, name))}
    assert functions == {*ROWS, *OTHERS, *NOT_OF_ROWS}


@pytest.fixture(scope="module")
def values():
    found = data()
    third = found["y"][:, :3] / found["y"][:, :3].sum(axis=1, keepdims=True)
    return found | {"three": third, "three_more": third[::-1].copy()}


def call(function, values, names, options, chunks=None, lazy=lambda name: True):
    def value(name):
        array = values[name] if isinstance(name, str) and name in values else name
        if chunks is None or array is name or name in NEVER_LAZY or not lazy(name):
            return array
        return cut(array, chunks)

    given = {key: option if key == "hessian" else value(option) for key, option in options.items()}
    return getattr(xentc, function)(*map(value, names), **given)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("function", ROWS)
def test_rows(function, reduction, options, values):
    given = {**OPTIONS[options], "reduction": reduction}
    if function.startswith("binary"):
        given = {key: value for key, value in given.items() if key != "class_weight"}
        given |= {"pos_weight": "s"} if options == "all" else {}
    expected = call(function, values, ROWS[function], given)
    for chunks in CHUNKS[:1] if options == "mask" else CHUNKS[1:4]:
        same_bits(expected, call(function, values, ROWS[function], given, chunks))


@pytest.mark.parametrize("function", OTHERS)
def test_others(function, values):
    for names, options in OTHERS[function]:
        expected = call(function, values, names, options)
        for chunks in CHUNKS[2:4]:
            same_bits(expected, call(function, values, names, options, chunks))


@pytest.mark.parametrize("only", ["t", "labels", "y", "s", "m"])
def test_one_lazy_argument_is_enough(only, values):
    options = {"sample_weight": "s", "where": "m"}
    for function in ("cross_entropy", "cross_entropy_labels_and_grad", "evaluate"):
        names = ("t" if function == "cross_entropy" else "labels", "y")
        if only in (*names, "s", "m"):
            got = call(function, values, names, options, (5, 5, 6, 7), lazy=lambda name: name == only)
            same_bits(call(function, values, names, options), got)


def test_chunks_of_different_lengths(values):
    t, y, s, m = (values[name] for name in ("t", "y", "s", "m"))
    for reduction in REDUCTIONS:
        expected = xentc.cross_entropy_and_grad(t, y, sample_weight=s, where=m, reduction=reduction)
        weights = {"sample_weight": cut(s, (1, 22)), "where": cut(m, (20, 3))}
        same_bits(expected, xentc.cross_entropy_and_grad(cut(t, (11, 12)), cut(y), **weights, reduction=reduction))


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_floats(dtype):
    values = data(dtype=dtype)
    for reduction in ("none", "mean"):
        for function, names in (
            ("cross_entropy", ("one_hot", "y")),
            ("cross_entropy_labels_and_grad", ("labels", "z")),
        ):
            options = {"reduction": reduction, "from_logits": function != "cross_entropy"}
            same_bits(call(function, values, names, options), call(function, values, names, options, CHUNKS[2]))


def test_sums_that_floats_lose():
    """Of terms that cancel, in an order that would lose them all."""
    s = np.array([1e300, 1.0, -1e300] * 40)
    y = np.tile([0.5, 0.5], (120, 1))
    labels = np.zeros(120, int)
    expected = xentc.cross_entropy_labels(labels, y, sample_weight=s, reduction="sum")
    assert expected == 40 * xentc.cross_entropy_labels(0, y[0])
    for chunks in ((1,) * 120, (7,) * 17 + (1,)):
        got = xentc.cross_entropy_labels(cut(labels, chunks), cut(y, chunks), sample_weight=s, reduction="sum")
        assert got.compute() == expected


def test_accumulators(values):
    """They are not lazy: what is added is one state, computed at once."""
    labels, t, y, s, by = (values[name] for name in ("labels", "t", "y", "s", "by"))
    ours, theirs = xentc.CrossEntropy(variance=True), xentc.CrossEntropy(variance=True)
    for total, lazy in ((ours, cut), (theirs, np.asarray)):
        assert total.update(lazy(t), lazy(y), sample_weight=lazy(s)) is total
        total.update_labels(lazy(labels), lazy(y), where=lazy(values["m"]))
    assert ours.to_bytes() == theirs.to_bytes()
    ours, theirs = xentc.Evaluation(by="day"), xentc.Evaluation(by="day")
    numbers = np.random.default_rng(3).permutation(1000)[: len(y)]
    for total, lazy in ((ours, cut), (theirs, np.asarray)):
        assert total.update(lazy(labels), lazy(y), by=lazy(by)) is total
        total.update(lazy(labels), lazy(y), by="thu", sample_weight=lazy(s))
        total.update(lazy(labels), lazy(y), by=lazy(by), row=10**6)
        total.update(lazy(labels), lazy(y), by=lazy(by), row=lazy(numbers))
    assert ours.report() == theirs.report()
    assert ours.to_bytes() == theirs.to_bytes()


def test_a_failed_update_leaves_the_total_as_it_was(values):
    total = xentc.Evaluation().update(values["labels"], values["y"])
    before = total.to_bytes()
    with pytest.raises(IndexError):
        total.update(cut(values["labels"] + 1), cut(values["y"]))
    with pytest.raises(ValueError, match="the same number of classes"):
        total.update(cut(values["labels"] % 3), cut(values["three"]))
    assert total.to_bytes() == before


def test_loss_and_gradient_are_made_in_one_pass(values, monkeypatch):
    from xentc._core import rows

    passes = []
    attempt = rows.attempt
    monkeypatch.setattr(rows, "attempt", lambda *a: passes.append(1) or attempt(*a))
    dask.compute(*xentc.cross_entropy_labels_and_grad(cut(values["labels"]), cut(values["y"])))
    assert len(passes) == 4
    passes.clear()
    dask.compute(*xentc.cross_entropy_labels_and_grad(cut(values["labels"]), cut(values["y"]), reduction="mean"))
    assert len(passes) == 4


def test_inputs_are_left_alone(values):
    copies = {name: array.copy() for name, array in values.items()}
    call("cross_entropy_and_grad", values, ("t", "y"), {"sample_weight": "s"}, CHUNKS[2])[1].compute()
    call("evaluate", values, ("labels", "z"), {"from_logits": True}, CHUNKS[2]).compute()
    assert all(np.array_equal(values[name], copy) for name, copy in copies.items())


def test_names_of_results_tell_calls_apart(values):
    """Dask takes results of one name for the same: the same call twice is one, and any other call another."""
    t, y, s = cut(values["t"]), cut(values["y"]), cut(values["s"])
    labels, three = cut(values["labels"]), cut(values["three"])
    w = np.ones(5)

    def calls():
        for reduction in REDUCTIONS:
            yield xentc.cross_entropy(t, y, reduction=reduction)
            yield xentc.log_likelihood(t, y, reduction=reduction)
            for options in (
                {"eps": 0},
                {"eps": 1e-3},
                {"check": False},
                {"from_logits": True},
                {"label_smoothing": 0.1},
                {"class_weight": w},
                {"class_weight": w * 2},
                {"sample_weight": s},
                {"sample_weight": 2.0},
            ):
                yield from xentc.cross_entropy_and_grad(t, y, reduction=reduction, **options)
        for options in ({}, {"ignore_index": 1}, {"ignore_index": 2}):
            yield xentc.cross_entropy_labels(labels, y, **options)
            yield xentc.compare(labels, y, t, **options)
            yield xentc.evaluate(labels, y, **options)
        for options in ({"bins": 3}, {"worst": 3}, {"from_logits": True}, {"by": labels}, {"by": "one"}):
            yield xentc.evaluate(labels, y, **options)
        for classes in (["mon", "tue", "wed"], ["wed", "tue", "mon"]):
            yield xentc.evaluate(cut(values["by"]), three, classes=classes)
            yield xentc.encode_labels(cut(values["by"]), classes)
        for normalize in (True, False):
            yield xentc.log_loss(labels, y, normalize=normalize)
            yield xentc.log_loss(labels, y, normalize=normalize, labels=range(5))
        for hessian in ("exact", "xgboost"):
            yield from xentc.softmax_objective(labels, y, hessian=hessian)

    first, second = ([lazy.name for lazy in calls()] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)
