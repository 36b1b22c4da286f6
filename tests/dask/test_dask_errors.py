"""What is wrong is said at once where shapes and options tell it, else by the chunk, as in memory."""

import pickle

import dask
import dask.array as da
import numpy as np
import pytest
from lazy import K, N, cut, data

import xentc


@pytest.fixture(scope="module")
def values():
    return data()


@pytest.fixture(autouse=True)
def _nothing_is_computed(request):
    """Unless the test says that it computes."""
    if "compute" in request.node.name:
        yield
        return

    def stop(*args, **kwargs):
        raise AssertionError("something was computed")

    with dask.config.set(scheduler=stop):
        yield


def test_class_axis_in_several_chunks(values):
    parts = da.from_array(values["y"], chunks=(5, 2))
    for function, t in (("cross_entropy_labels", "labels"), ("cross_entropy", "t"), ("evaluate", "labels")):
        with pytest.raises(
            ValueError, match=r"^y must have all classes of a row in one chunk; .* write y.rechunk\({1: -1}\)$"
        ):
            getattr(xentc, function)(values[t], parts)
    with pytest.raises(ValueError, match=r"t.rechunk\({0: -1}\)"):
        xentc.cross_entropy(parts.T, values["y"].T, axis=0)
    with pytest.raises(ValueError, match=r"z.rechunk\({1: -1}\)"):
        xentc.softmax_objective(values["labels"], parts)
    with pytest.raises(ValueError, match=r"y_proba.rechunk\({1: -1}\)"):
        xentc.log_loss(values["labels"], parts)
    with pytest.raises(ValueError, match=r"y_b.rechunk\({1: -1}\)"):
        xentc.compare(values["labels"], values["y"], parts)


@pytest.mark.parametrize(
    ("error", "match", "options"),
    [
        (ValueError, r"eps must be in \[0, 1\)", {"eps": 2}),
        (ValueError, "label_smoothing must be in", {"label_smoothing": -1}),
        (ValueError, "reduction must be one of", {"reduction": "max"}),
        (TypeError, "from_logits must be a bool", {"from_logits": 1}),
        (ValueError, r"class_weight must have the shape \(K,\) = \(5,\)", {"class_weight": [1, 2]}),
        (TypeError, "class_weight must be in memory, not a Dask Array", {"class_weight": "lazy"}),
        (ValueError, r"sample_weight must broadcast .* \(23,\); got the shape \(22,\)", {"sample_weight": np.ones(22)}),
        (ValueError, r"where must broadcast .* got the shape \(23, 5\)", {"where": np.ones((N, K), bool)}),
        (TypeError, "where must have a dtype that is bool", {"where": np.ones(N)}),
        (np.exceptions.AxisError, "axis 2 is out of bounds", {"axis": 2}),
        (TypeError, "axis must be an integer", {"axis": "classes"}),
        (ValueError, "check must be None, True, False or a tolerance", {"check": 3}),
        (ValueError, "out must be None with Dask arrays", {"out": np.empty(N)}),
    ],
)
def test_options(error, match, options, values):
    given = {key: da.ones(K) if isinstance(v, str) and v == "lazy" else v for key, v in options.items()}
    for function in (xentc.cross_entropy, xentc.cross_entropy_and_grad):
        with pytest.raises(error, match=match):
            function(cut(values["t"]), cut(values["y"]), **given)


def test_more_arguments(values):
    y = cut(values["y"])
    with pytest.raises(ValueError, match="grad_out must be None with Dask arrays"):
        xentc.cross_entropy_and_grad(values["t"], y, grad_out=np.empty((N, K)))
    with pytest.raises(ValueError, match=r"labels must broadcast .* \(22,\), the rows \(23,\)"):
        xentc.cross_entropy_labels(values["labels"][1:], y)
    with pytest.raises(ValueError, match=r"write labels\[:, 0\]"):
        xentc.cross_entropy_labels(cut(values["labels"][:, None]), y)
    with pytest.raises(TypeError, match="labels must have a dtype that .* got object"):
        xentc.cross_entropy_labels(cut(values["by"]), y)
    with pytest.raises(TypeError, match="y must have .* got complex128"):
        xentc.cross_entropy_labels(values["labels"], y + 1j)
    with pytest.raises(TypeError, match="t must be a Dask array or frame, not a Dask Delayed.*from_delayed"):
        xentc.cross_entropy(dask.delayed(values["t"]), y)
    with pytest.raises(ValueError, match="hessian must be one of"):
        xentc.sigmoid_objective(cut(values["b"]), values["v"], hessian="none")
    with pytest.raises(ValueError, match=r"t must have the shape of z, \(23,\)"):
        xentc.sigmoid_objective(cut(values["b"])[:7], values["v"])
    with pytest.raises(ValueError, match=r"y must have a column for each of the 3 classes"):
        xentc.evaluate(cut(values["by"]), y, classes=["mon", "tue", "wed"])
    with pytest.raises(ValueError, match="by must be given with every batch"):
        xentc.Evaluation(by="day").update(values["labels"], y)
    with pytest.raises(ValueError, match=r"y_a and y_b must be of the same rows"):
        xentc.compare(2, y, y[:7])
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[23, 22\]"):
        xentc.log_loss(cut(values["labels"])[1:], y)
    with pytest.raises(TypeError, match="labels must be in memory, not a Dask Array"):
        xentc.log_loss(values["labels"], y, labels=da.arange(K))
    with pytest.raises(TypeError, match="classes must be in memory, not a Dask Array"):
        xentc.encode_labels(values["by"], da.arange(K))


def computed(lazy):
    with pytest.raises((IndexError, ValueError)) as caught:
        dask.compute(lazy, scheduler="threads")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is type(caught.value)
    assert str(again) == str(caught.value)
    assert caught.value.__cause__ is None
    return type(caught.value), str(caught.value)


def test_bad_labels_are_found_when_computed(values):
    labels = values["labels"].copy()
    labels[13] = 7
    said = "labels must be in [0, K) with K = 5, the number of classes of y; got 7 at position 3 (within its chunk)"
    lazy = cut(labels), cut(values["y"])
    for function in (xentc.cross_entropy_labels, xentc.evaluate):
        assert computed(function(*lazy)) == (IndexError, said)
    for reduction in ("none", "sum", "weighted_mean"):
        both = xentc.cross_entropy_labels_and_grad(*lazy, reduction=reduction)
        assert computed(both[0]) == computed(both[1]) == (IndexError, said)
    assert computed(xentc.softmax_objective(lazy[0], values["y"])[1]) == (IndexError, said)
    with pytest.raises(IndexError, match="within its chunk"):
        xentc.CrossEntropy().update_labels(*lazy)


def test_bad_values_are_found_when_computed(values):
    y = values["y"].copy()
    y[13, 2] = 1.5
    kind, said = computed(xentc.cross_entropy(values["t"], cut(y)))
    assert kind is ValueError
    assert "row 3, column 2" in said
    assert said.endswith("(within its chunk)")
    s = values["s"].copy()
    s[22] = np.nan
    kind, said = computed(xentc.cross_entropy(values["t"], values["y"], sample_weight=cut(s), reduction="mean"))
    assert (kind, said) == (ValueError, "sample_weight must be finite; got nan in row 6 (within its chunk)")
    assert computed(xentc.log_loss(cut(values["labels"] % 3), values["y"]))[1].startswith("y_true must have as many")
    assert computed(xentc.log_loss(cut(values["labels"] * 0), values["y"]))[1].startswith("y_true contains only one")
    assert "{4}" in computed(xentc.log_loss(cut(values["labels"]), values["y"], labels=[0, 1, 2, 3, 9]))[1]
    kind, said = computed(xentc.log_loss(values["labels"], cut(values["y"]), sample_weight=np.zeros(N)))
    assert said == "sample_weight must have a number that is not 0"
    kind, said = computed(xentc.encode_labels(cut(values["by"]), ["mon", "tue"]))
    assert "'wed'" in said


def test_warnings_when_computed(values):
    y, labels = values["y"] * 1.01, values["labels"]
    with pytest.warns(UserWarning, match="do not sum to one"):
        assert xentc.log_loss(cut(labels), cut(y)).compute() > 0
    with pytest.warns(UserWarning, match="ordered lexicographically"):
        lazy = xentc.log_loss(cut(labels), cut(values["y"]), labels=[4, 3, 2, 1, 0])
    assert lazy.compute() == xentc.log_loss(labels, values["y"])
    with pytest.warns(RuntimeWarning, match="weights sum to 0"):
        xentc.cross_entropy(values["t"], cut(values["y"]), sample_weight=0.0, reduction="weighted_mean").compute()
