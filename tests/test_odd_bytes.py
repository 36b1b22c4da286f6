"""Bool arrays whose bytes are neither 0 nor 1, as views of other memory are: any of them is True, and that is 1."""

import numpy as np
import pytest
from cases import LAYOUTS, probabilities, targets
from ways import assert_same_bits

import xentc

sparse = pytest.importorskip("scipy.sparse")
N = 300


def odd(mask):
    """The same truth values in bytes of every other kind."""
    values = np.random.default_rng(1).integers(2, 256, mask.shape).astype(np.uint8)
    made = np.where(mask, values, np.uint8(0)).view(bool)
    assert (made == mask).all()
    assert made.view(np.uint8).max() > 1
    return made


@pytest.mark.crossing(1)
@pytest.mark.parametrize("n_classes", [2, 7, 40, 1100])
@pytest.mark.parametrize("kind", ["one_hot", "counts", "sparse"])
def test_bool_t(every_way, kind, n_classes):
    t, y = targets(kind, 1, N, n_classes, "bool"), probabilities(1, N, n_classes, "float32")
    for layout in ("c_order", "fortran_order", "strided_classes"):
        given, of_y = LAYOUTS[layout](odd(t)), LAYOUTS[layout](y)
        for options in ({}, {"label_smoothing": 0.1, "reduction": "weighted_mean"}, {"from_logits": True}):
            assert_same_bits(xentc.cross_entropy(given, of_y, **options), xentc.cross_entropy(t, y, **options))
            for a, b in zip(*(xentc.cross_entropy_and_grad(x, y, **options) for x in (given, t)), strict=True):
                assert_same_bits(a, b)


def test_bool_values_of_a_sparse_t(every_way):
    dense, y = targets("sparse", 2, N, 40, "bool"), probabilities(2, N, 40, "float64")
    t = sparse.csr_array(dense)
    t.data = odd(t.data)
    assert_same_bits(xentc.cross_entropy(t, y), xentc.cross_entropy(dense, y))
    assert_same_bits(xentc.cross_entropy(t.tocsc(), y), xentc.cross_entropy(dense, y))


def test_bool_masks_labels_weights_and_y(every_way):
    mask, y = np.random.default_rng(3).random(N) < 0.6, probabilities(3, N, 2, "float64")
    call = xentc.cross_entropy_labels
    assert_same_bits(call(odd(mask), y), call(mask, y))
    assert_same_bits(call(odd(mask), y, where=odd(mask), reduction="mean"), call(mask, y, where=mask, reduction="mean"))
    assert_same_bits(call(mask, y, sample_weight=odd(mask)), call(mask, y, sample_weight=mask))
    both = np.stack([mask, ~mask], -1)
    assert_same_bits(xentc.cross_entropy(both, odd(both)), xentc.cross_entropy(both, both))
    for given in ((odd(mask), y[:, 0]), (y[:, 0], odd(mask))):
        plain = [mask if a.dtype == bool else a for a in given]
        for a, b in zip(*(xentc.binary_cross_entropy_and_grad(*x) for x in (given, plain)), strict=True):
            assert_same_bits(a, b)


def test_bool_labels_by_whatever_way():
    mask, p = np.random.default_rng(4).random(N) < 0.6, np.random.default_rng(5).random(N)
    y = np.stack([1 - p, p], -1)
    for probabilities_of in (y, p):
        for options in ({}, {"labels": [False, True]}, {"labels": odd(np.array([False, True]))}):
            assert xentc.log_loss(odd(mask), probabilities_of, **options) == xentc.log_loss(mask, probabilities_of)
    assert_same_bits(xentc.encode_labels(odd(mask), [True, False]), xentc.encode_labels(mask, [True, False]))
    assert xentc.evaluate(odd(mask), y, by=odd(~mask)).to_json() == xentc.evaluate(mask, y, by=~mask).to_json()
    indicators = np.stack([mask, ~mask], -1)
    assert xentc.log_loss(odd(indicators), y) == xentc.log_loss(indicators, y)
