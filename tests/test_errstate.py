"""``np.errstate`` and warnings: nothing that NumPy would raise or warn of on the way reaches the caller."""

import inspect
import math
import warnings

import numpy as np
import pytest
from cases import FLOATS, REDUCTIONS
from ways import assert_same_bits

import xentc
from xentc import reference

EXTREMES = [0.0, 5e-324, 1e-310, 1e-300, 1e-40, 1e-5, 0.5, 1.0]
WEIGHTS = [1.0, 1e308, 1e-310, 5e-324, 0.0]
LABELS = [0, 1, 2, 0, 1, 2, 0, 1]


def probabilities_of_every_size(dtype):
    with np.errstate(all="ignore"):
        y = np.array([np.roll(EXTREMES, i)[:3] for i in range(8)]).astype(dtype)
    y[3, 1] = np.nan
    return y


def logits_of_every_size(dtype):
    with np.errstate(all="ignore"):
        z = np.array([0.0, 1e300, -1e300, 1e-320, -1e4, 88.0, -700.0, 1.0])
        z = np.array([np.roll(z, i)[:3] for i in range(8)]).astype(dtype)
    z[3, 1] = -np.inf
    z[4] = np.nan
    return z


def calls():
    """Name and call of every function, over values at which something overflows, underflows or is no number."""
    sparse = pytest.importorskip("scipy.sparse")
    for size in (1e6, 1e-12, 1e300, 1e-310):
        for out in (np.empty((), "f2"), np.empty((), ">f4")):
            options = {"reduction": "sum", "out": out}
            yield f"out of a sum {size}", lambda t=size, o=options: xentc.cross_entropy([[t]], [[0.5]], **o)
        for out in (np.empty(1, ">f2"), np.empty(1, "f4")):
            yield f"out {size}", lambda t=size, out=out: xentc.cross_entropy([[t]], [[0.5]], out=out)
    for dtype in FLOATS:
        y, z = probabilities_of_every_size(dtype), logits_of_every_size(dtype)
        t = np.array([[1, 0, 0], [0.5, 0.5, 0], [1e-300, 0, 1], [0, 0, 0]] * 2)
        t_own = t.astype(dtype)
        csr = sparse.coo_array(([200, 200, 1], ([0, 0, 3], [1, 1, 2])), shape=(8, 3), dtype="uint8")
        for reduction in REDUCTIONS:
            for out_dtype in (None, *FLOATS):
                out = {} if out_dtype is None else {"out": np.empty(8 if reduction == "none" else (), out_dtype)}
                options = {"reduction": reduction, "eps": 0, **out}
                yield f"dense {dtype}", lambda y=y, t=t, o=options: xentc.cross_entropy(t, y, check=False, **o)
            for s in WEIGHTS:
                o = {"reduction": reduction, "sample_weight": s}
                w = o | {"class_weight": [1e308, 1e308, s], "label_smoothing": 0.5}
                yield f"log {dtype} {s}", lambda y=y, t=t_own, o=o: xentc.log_likelihood(t, y, check=False, **o)
                yield f"labels {dtype} {s}", lambda y=y, o=o: xentc.cross_entropy_labels(LABELS, y, **o)
                yield f"weighted {dtype} {s}", lambda y=y, o=w: xentc.cross_entropy_labels(LABELS, y, **o)
                yield f"sparse {dtype} {s}", lambda y=y, t=csr, o=o: xentc.cross_entropy(t, y, check=False, **o)
                yield (
                    f"gradient {dtype} {s}",
                    lambda y=y, o=w: xentc.cross_entropy_labels_and_grad(LABELS, y, **o | {"eps": 0}),
                )
                logits = o | {"from_logits": True}
                yield f"logits {dtype} {s}", lambda z=z, t=t_own, o=logits: xentc.cross_entropy_and_grad(t, z, **o)
                yield f"binary {dtype} {s}", lambda y=y, o=o: xentc.binary_cross_entropy(y[:, 0] > 0, y[:, 0], **o)
                yield f"of z {dtype} {s}", lambda z=z, o=logits: xentc.binary_cross_entropy([1.0], z[:, 0], **o)
                for a, more in ((y, o), (z, logits)):
                    yield (
                        f"binary gradient {dtype} {s}",
                        lambda a=a, o=more: xentc.binary_cross_entropy_and_grad([0.5], a[:, 0], **o),
                    )
        for s in WEIGHTS:
            yield f"objective {dtype} {s}", lambda z=z, s=s: xentc.softmax_objective(LABELS, z, sample_weight=s)
            yield f"binary {dtype} {s}", lambda z=z, s=s: xentc.sigmoid_objective([0, 1] * 4, z[:, 0], sample_weight=s)
            yield f"accumulator {dtype} {s}", lambda y=y, s=s: accumulated(y, s)
            yield f"evaluate {dtype} {s}", lambda y=y, s=s: (str(xentc.evaluate(LABELS, y, sample_weight=s)),)
        for eps in (1e-300, 1e-46, 0.1, 1 - 1e-17):
            yield f"eps {dtype} {eps}", lambda y=y, eps=eps: eps_of(y, eps)
        p = np.abs(np.nan_to_num(y, nan=0.5))
        for s in (None, [1e308] * 8, [1e-310] * 8):
            yield f"log_loss {dtype}", lambda p=p, s=s: xentc.log_loss([0, 1] * 4, p[:, 0], sample_weight=s)
            yield f"log_loss of text {dtype}", lambda p=p, s=s: xentc.log_loss(["a", "b"] * 4, p[:, 0], sample_weight=s)


def accumulated(y, s):
    total = xentc.CrossEntropy(eps=0, class_weight=[1e308, 1.0, 1e-310], label_smoothing=0.1)
    total.update_labels(LABELS, y, sample_weight=s).update(np.eye(8, 3), y, sample_weight=s)
    return [*vars_of(total.result()), repr(total) != ""]


def vars_of(result):
    return [getattr(result, name) for name in result.__dataclass_fields__]


def eps_of(y, eps):
    try:
        return xentc.cross_entropy_labels(LABELS, y, eps=eps, label_smoothing=0.1)
    except ValueError as error:  # one that is 0, or 1, in float32
        return str(error)


def outcome(call):
    """The bits of all that is returned, or the exception, and the warnings by their words."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            got = call()
        except (ArithmeticError, ValueError, TypeError, IndexError) as error:
            got = f"{type(error).__name__}: {error}"
    words = [(w.category, str(w.message)) for w in caught]
    if isinstance(got, str):
        return got, words
    parts = got if isinstance(got, tuple | list) else [got]
    return [np.asarray(part).copy() for part in parts], words


def test_errstate_changes_nothing():
    n = 0
    for name, call in calls():
        with np.errstate(all="warn"):
            want, words = outcome(call)
        for _, word in words:  # ours, not NumPy's
            assert "is not defined" in word or "do not sum to one" in word, (name, word)
        for state in ("raise", "ignore"):
            with np.errstate(all=state):
                got, again = outcome(call)
            assert again == words, name
            if isinstance(want, str):
                assert got == want, name
                continue
            for a, b in zip(got, want, strict=True):
                assert_same_bits(a, b) if a.dtype.kind == "f" else np.testing.assert_array_equal(a, b)
        n += 1
    assert n > 500


def test_a_mean_that_underflows_is_0():
    y = np.full((3, 2), math.exp(-0.5))
    with np.errstate(all="raise"):
        tiny = {"sample_weight": 5e-324, "class_weight": [0.1, 1]}
        assert xentc.cross_entropy_labels([0, 0, 0], y, reduction="mean", **tiny) == 0
        assert xentc.cross_entropy_labels([0, 0, 0], y, reduction="sum", sample_weight=[5e-324, 0, 0]) in (0, 5e-324)
        assert xentc.cross_entropy_labels([0] * 3, y, reduction="mean", sample_weight=[2e-323, 0, 0]) <= 5e-324
        large = {"sample_weight": 1.5e308, "class_weight": [3.0, 1]}
        assert xentc.cross_entropy_labels([0, 0, 0], y, reduction="mean", **large) == math.inf
        assert xentc.CrossEntropy().update([[1000.0]], [[1e-300]]).result().perplexity == math.inf
        assert (
            xentc.CrossEntropy(check=False)
            .update(
                [[1000.0]],
                [[1e300]],
            )
            .result()
            .perplexity
            == 0
        )


@pytest.mark.parametrize("name", [name for name in reference.__all__ if name != "encode_labels"])
def test_the_reference_too(name):
    """It is plain NumPy, told not to say anything."""
    function = getattr(reference, name)
    two_classes = name.startswith(("binary", "sigmoid"))
    labels = next(iter(inspect.signature(function).parameters)) in ("labels", "y_true")
    t = np.eye(8, 3)[:, 0] if two_classes else LABELS if labels else np.eye(8, 3)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        logits = {"from_logits": True} if "from_logits" in inspect.signature(function).parameters else {}
        for y, options in ((probabilities_of_every_size("float64"), {}), (logits_of_every_size("float64"), logits)):
            function(t, y[:, 0] if two_classes else y, **options)
