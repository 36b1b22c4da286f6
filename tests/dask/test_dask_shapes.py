"""How chunks meet: axes, broadcasting, lengths that are not known, frames, sparse chunks."""

import dask.array as da
import numpy as np
import pytest
from lazy import K, N, cut, data, not_yet_planned, same_bits

import xentc


@pytest.fixture(scope="module")
def values():
    return data()


@pytest.fixture(scope="module")
def cube():
    """Rows of two axes, the classes in the middle."""
    rng = np.random.default_rng(5)
    y = rng.dirichlet(np.ones(4), (6, 7))
    return {"y": np.moveaxis(y, -1, 1).copy(), "labels": rng.integers(0, 4, (6, 7)), "s": rng.random((6, 7))}


@pytest.mark.parametrize("reduction", ["none", "mean", "weighted_mean"])
def test_rows_of_two_axes(reduction, cube):
    labels, y, s = cube["labels"], cube["y"], cube["s"]
    lazy = (da.from_array(labels, chunks=(4, 3)), da.from_array(y, chunks=((1, 5), 4, 2)))
    for function in (xentc.cross_entropy_labels, xentc.cross_entropy_labels_and_grad):
        expected = function(labels, y, axis=1, sample_weight=s, reduction=reduction)
        same_bits(expected, function(*lazy, axis=1, sample_weight=s, reduction=reduction))
        same_bits(expected, function(*lazy, axis=-2, sample_weight=s, reduction=reduction))


@pytest.mark.parametrize("chunks", [(2, 3), (6, 2), (2, 7), (1, 7)])
def test_numbers_of_rows_of_two_axes(chunks, cube):
    """The worst rows are those of one call, wherever chunks end."""
    labels, y = cube["labels"], cube["y"]
    lazy = da.from_array(labels, chunks=chunks), da.from_array(y, chunks=(chunks[0], 4, chunks[1]))
    same_bits(xentc.evaluate(labels, y, axis=1), xentc.evaluate(*lazy, axis=1))
    ours, theirs = xentc.Evaluation(axis=1), xentc.Evaluation(axis=1)
    assert ours.update(*lazy).to_bytes() == theirs.update(labels, y).to_bytes()


def test_numbers_of_rows_in_chunks_of_different_lengths(cube):
    labels, y = cube["labels"], cube["y"]
    lazy = da.from_array(labels, chunks=(4, 3)), da.from_array(y, chunks=(3, 4, 2))
    same_bits(xentc.evaluate(labels, y, axis=1), xentc.evaluate(*lazy, axis=1))


def test_broadcasting(values):
    t, y, labels = (values[name] for name in ("t", "y", "labels"))
    same_bits(xentc.cross_entropy(t[0], y), xentc.cross_entropy(t[0], cut(y)))
    same_bits(xentc.cross_entropy(t, y[:1]), xentc.cross_entropy(cut(t), da.from_array(y[:1])))
    same_bits(xentc.cross_entropy_labels(labels, y[0]), xentc.cross_entropy_labels(cut(labels), y[0]))
    same_bits(xentc.cross_entropy_labels(2, y), xentc.cross_entropy_labels(2, cut(y)))
    pair = np.stack([y, y[::-1]])
    lazy = da.from_array(pair, chunks=(1, 9, K))
    for reduction in ("none", "weighted_mean"):
        options = {"sample_weight": np.arange(N), "reduction": reduction}
        expected = xentc.cross_entropy_labels_and_grad(labels, pair, **options)
        same_bits(expected, xentc.cross_entropy_labels_and_grad(cut(labels), lazy, **options))
        same_bits(expected, xentc.cross_entropy_labels_and_grad(labels, lazy, **options))
    same_bits(xentc.cross_entropy(t, y, sample_weight=2.5), xentc.cross_entropy(t, cut(y), sample_weight=2.5))
    same_bits(xentc.cross_entropy(t, y, where=True), xentc.cross_entropy(t, cut(y), where=da.from_array(np.True_)))
    one_each = (values["s"][:, None], values["p"][None])
    expected = xentc.binary_cross_entropy(*one_each)
    same_bits(expected, xentc.binary_cross_entropy(cut(one_each[0]), da.from_array(one_each[1], chunks=(1, 4))))


def test_a_single_row(values):
    y = values["y"][0]
    lazy = da.from_array(y)
    for reduction in ("none", "sum", "mean", "weighted_mean"):
        expected = xentc.cross_entropy_labels_and_grad(1, y, reduction=reduction)
        same_bits(expected, xentc.cross_entropy_labels_and_grad(1, lazy, reduction=reduction))
    same_bits(xentc.evaluate(1, y), xentc.evaluate(1, lazy))
    same_bits(xentc.sigmoid_objective(1, 0.5), xentc.sigmoid_objective(1, da.from_array(np.array(0.5))))


def test_no_rows():
    y, labels = da.zeros((0, 3), chunks=3), da.zeros(0, dtype=int)
    assert xentc.cross_entropy_labels(labels, y).compute().shape == (0,)
    assert xentc.cross_entropy_labels(labels, y, reduction="sum").compute() == 0
    with pytest.warns(RuntimeWarning, match="no rows"):
        assert np.isnan(xentc.cross_entropy_labels(labels, y, reduction="mean").compute())


def test_objective_of_classes_by_rows(values):
    labels, z = values["labels"], values["z"]
    expected = xentc.softmax_objective(labels, z.T.copy(), layout="classes")
    same_bits(expected, xentc.softmax_objective(cut(labels), cut(z).T, layout="classes"))
    with pytest.raises(ValueError, match=r"\(classes, rows\).*it is flat"):
        xentc.softmax_objective(labels, da.from_array(z.T.ravel()), layout="classes")


def test_integers_as_probabilities():
    t = np.eye(4, dtype=int)
    same_bits(xentc.cross_entropy(t, t), xentc.cross_entropy(cut(t, (1, 3)), t))


@not_yet_planned
@pytest.mark.parametrize("reduction", ["none", "sum", "mean", "weighted_mean"])
def test_lengths_that_are_not_known(reduction, values):
    """A mask of an array leaves chunks of any lengths, an empty one and some of one row among them."""
    mask = np.ones(N, bool)
    mask[5:10] = False
    mask[11:16] = False
    given = {name: values[name] for name in ("labels", "t", "y", "s", "m")}
    left = {name: array[mask] for name, array in given.items()}
    lazy = {name: cut(array)[cut(mask)] for name, array in given.items()}
    for options in ({}, {"sample_weight": "s", "where": "m"}):
        for function, names in ((xentc.cross_entropy_and_grad, "ty"), (xentc.cross_entropy_labels, ["labels", "y"])):
            expected, got = (
                function(*[of[n] for n in names], **{k: of[v] for k, v in options.items()}, reduction=reduction)
                for of in (left, lazy)
            )
            same_bits(expected, got)
    same_bits(xentc.evaluate(left["labels"], left["y"]), xentc.evaluate(lazy["labels"], lazy["y"]))
    expected, got = (xentc.log_loss(of["labels"], of["y"], labels=range(K)) for of in (left, lazy))
    same_bits(expected, got)


@not_yet_planned
def test_lengths_are_compared_in_the_chunk(values):
    """Also where one of them is 1, which would be broadcast."""
    labels, y = cut(values["labels"], (3, 20)), cut(values["y"], (3, 20))
    few, other = np.arange(N) % 20 == 0, np.arange(N) % 20 < 2
    with pytest.raises(ValueError, match="labels and y must have chunks of the same lengths; they have 1 and 2 rows"):
        xentc.cross_entropy_labels(labels[cut(few, (3, 20))], y[cut(other, (3, 20))]).compute()
    with pytest.raises(ValueError, match="as many chunks of rows .* they have 2 and 4"):
        xentc.cross_entropy_labels(labels[cut(few, (3, 20))], cut(values["y"])[cut(few)])
    with pytest.raises(ValueError, match=r"compute_chunk_sizes\(\)"):
        xentc.cross_entropy_labels(values["labels"][few], y[cut(few, (3, 20))])
    with pytest.raises(ValueError, match=r"nan.*write labels\[:, 0\]"):
        xentc.cross_entropy_labels(labels[cut(few, (3, 20))][:, None], y[cut(few, (3, 20))])


@not_yet_planned
def test_sparse_chunks():
    scipy_sparse = pytest.importorskip("scipy.sparse")
    values = data()
    t = scipy_sparse.csr_array(values["one_hot"] * values["s"][:, None])
    expected = xentc.cross_entropy_and_grad(t, values["y"], reduction="weighted_mean")
    for lazy in (da.from_array(t, chunks=((5, 5, 6, 7), K), asarray=False), t, t.tocoo()):
        same_bits(expected, xentc.cross_entropy_and_grad(lazy, cut(values["y"]), reduction="weighted_mean"))


@not_yet_planned
def test_masked_chunks_are_refused(values):
    y = da.ma.masked_less(cut(values["y"]), 0.1)
    with pytest.raises(TypeError, match="masked"):
        xentc.cross_entropy_labels(values["labels"], y).compute()
