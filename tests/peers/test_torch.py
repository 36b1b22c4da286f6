"""Loss and gradient from logits as torch and its autograd have them in float64, with every option that both know."""

import itertools

import numpy as np
import pytest

import xentc

torch = pytest.importorskip("torch")
F = torch.nn.functional
N, K = 200, 23
WITHIN = 1e-13
SMOOTHINGS, WEIGHTED, IGNORED = (0.0, 0.1, 1.0), (False, True), (None, 2)


def arrays(kind):
    """labels, distributions, class weights, logits."""
    rng = np.random.default_rng(261)
    z = rng.normal(size=(N, K)) * {"normal": 3, "sharp": 30}[kind]
    return rng.integers(0, K, N), rng.dirichlet(np.ones(K), N), rng.uniform(0.5, 2, K), z


def assert_near(got, want, size=1.0):
    want = want.detach().numpy()
    assert np.shape(got) == want.shape
    assert np.max(np.abs(got - want) / np.maximum(size, np.abs(want)), initial=0) <= WITHIN


def of_torch(z, function):
    """The loss, and the derivative of its sum by z."""
    z = torch.from_numpy(z).requires_grad_()
    loss = function(z)
    return loss, torch.autograd.grad(loss.sum(), z)[0]


@pytest.mark.parametrize("kind", ["normal", "sharp"])
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize(
    ("label_smoothing", "weighted", "ignored"), list(itertools.product(SMOOTHINGS, WEIGHTED, IGNORED))
)
def test_labels(kind, reduction, label_smoothing, weighted, ignored):
    labels, _, w, z = arrays(kind)
    w = w if weighted else None
    loss, grad = of_torch(
        z,
        lambda x: F.cross_entropy(
            x,
            torch.from_numpy(labels),
            weight=None if w is None else torch.from_numpy(w),
            ignore_index=-100 if ignored is None else ignored,
            label_smoothing=label_smoothing,
            reduction=reduction,
        ),
    )
    options = {"from_logits": True, "class_weight": w, "ignore_index": ignored, "label_smoothing": label_smoothing}
    # torch's mean of weighted rows is over the weights of their labels, whatever the smoothing.
    over = "sum" if weighted and reduction == "mean" else reduction
    got, got_grad = xentc.cross_entropy_labels_and_grad(labels, z, reduction=over, **options)
    if over != reduction:
        divisor = w[labels[labels != ignored]].sum()
        got, got_grad = got / divisor, got_grad / divisor
    assert_near(got, loss)
    assert_near(got_grad, grad, 1 if reduction != "mean" else 1 / N)
    assert_near(
        xentc.cross_entropy_labels(labels, z, reduction=over, **options) / (1 if over == reduction else divisor), loss
    )


@pytest.mark.parametrize("kind", ["normal", "sharp"])
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize(("label_smoothing", "weighted"), list(itertools.product(SMOOTHINGS, WEIGHTED)))
def test_distributions(kind, reduction, label_smoothing, weighted):
    _, q, w, z = arrays(kind)
    w = w if weighted else None
    loss, grad = of_torch(
        z,
        lambda x: F.cross_entropy(
            x,
            torch.from_numpy(q),
            weight=None if w is None else torch.from_numpy(w),
            label_smoothing=label_smoothing,
            reduction=reduction,
        ),
    )
    got, got_grad = xentc.cross_entropy_and_grad(
        q, z, from_logits=True, class_weight=w, label_smoothing=label_smoothing, reduction=reduction
    )
    assert_near(got, loss)
    assert_near(got_grad, grad, 1 if reduction != "mean" else 1 / N)


@pytest.mark.parametrize("shape", [(5, K, 7), (2, K, 3, 4)])
def test_classes_along_the_second_axis(shape):
    """As torch has images: (batch, classes, ...)."""
    rng = np.random.default_rng(262)
    z, labels = rng.normal(size=shape) * 4, rng.integers(0, K, (shape[0], *shape[2:]))
    loss, grad = of_torch(z, lambda x: F.cross_entropy(x, torch.from_numpy(labels)))
    got, got_grad = xentc.cross_entropy_labels_and_grad(labels, z, axis=1, from_logits=True, reduction="mean")
    assert_near(got, loss)
    assert_near(got_grad, grad, 1 / labels.size)


@pytest.mark.parametrize("weighted", WEIGHTED)
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_binary(reduction, weighted):
    rng = np.random.default_rng(263)
    t, z, s = rng.random((30, 7)), rng.normal(size=(30, 7)) * 20, rng.uniform(0, 2, (30, 7))
    s = s if weighted else None
    want = F.binary_cross_entropy_with_logits(
        torch.from_numpy(z),
        torch.from_numpy(t),
        weight=None if s is None else torch.from_numpy(s),
        reduction=reduction,
    )
    assert_near(xentc.binary_cross_entropy(t, z, from_logits=True, sample_weight=s, reduction=reduction), want)


def test_gradients_of_probabilities():
    labels, q, _, z = arrays("normal")
    y = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    _, grad = of_torch(y, lambda x: F.nll_loss(x.log(), torch.from_numpy(labels)))
    assert_near(xentc.cross_entropy_labels_and_grad(labels, y, eps=0, reduction="mean")[1], grad)
    _, grad = of_torch(y, lambda x: -(torch.from_numpy(q) * x.log()).sum())
    assert_near(xentc.cross_entropy_and_grad(q, y, eps=0, reduction="sum")[1], grad)


def test_tensors_are_read_as_they_are():
    labels, _, _, z = arrays("normal")
    want = xentc.cross_entropy_labels_and_grad(labels, z, from_logits=True)
    got = xentc.cross_entropy_labels_and_grad(torch.from_numpy(labels), torch.from_numpy(z), from_logits=True)
    for a, b in zip(got, want, strict=True):
        assert isinstance(a, np.ndarray)
        np.testing.assert_array_equal(a, b)
