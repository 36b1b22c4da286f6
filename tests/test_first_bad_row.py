"""What the kernel finds wrong with a row: the first row is named whatever the kind, and nothing follows a trouble."""

import numpy as np
import pytest
from cases import one_hot_of
from ways import assert_same_bits

import xentc
from xentc._kernels import Trouble

sparse = pytest.importorskip("scipy.sparse")
CAPACITY = 4096  # entries of one tile, XENTC_CAPACITY of src/scratch.h


def leave_nan_rows_behind():
    """A call whose rows of a tile are all NaN, as working space that the next call finds."""
    y = np.full((256, 9), np.nan)
    assert np.isnan(xentc.cross_entropy_labels(np.ones(256, int), y, sample_weight=np.ones(256))).all()


@pytest.mark.parametrize("disorder", ["reversed", "duplicates", "last column out of range"])
def test_no_step_after_a_trouble_of_a_long_row(every_way, disorder):
    n = CAPACITY + 904
    columns = np.arange(n)
    if disorder == "reversed":
        columns = columns[::-1].copy()
    elif disorder == "duplicates":
        columns[1::2] = columns[::2]
    t = sparse.csr_matrix((np.ones(n), columns, [0, n]), shape=(1, n))
    y = np.full((1, n), 1 / n)
    leave_nan_rows_behind()
    if disorder == "last column out of range":
        t.indices[-1] = n
        with pytest.raises(IndexError, match=rf"K = {n}; got {n} in row 0$"):
            xentc.cross_entropy(t, y)
        return
    np.testing.assert_allclose(xentc.cross_entropy(t, y), [n * np.log(n)], rtol=1e-14)


@pytest.mark.parametrize("between", [CAPACITY - 2, CAPACITY - 1, CAPACITY])
def test_disorder_between_the_pieces_of_a_long_row(every_way, between):
    """Each piece of a long row is in order; only where one ends and the next begins a column comes back."""
    n = CAPACITY + 300
    columns = np.arange(1, n + 1)
    columns[between + 1] = columns[between]
    values = np.random.default_rng(1).random(n)
    t = sparse.csr_array((values, columns, [0, n]), shape=(1, n + 1))
    y = np.random.default_rng(2).random((1, n + 1))
    dense = np.zeros((1, n + 1))
    np.add.at(dense[0], columns, values)
    assert_same_bits(xentc.cross_entropy(t, y), xentc.cross_entropy(dense, y))


@pytest.mark.parametrize("between", [CAPACITY - 2, CAPACITY - 1, CAPACITY])
def test_a_place_that_two_pieces_of_a_long_row_have_is_one_term(every_way, between):
    """What the sum may not tell: a clipped term is counted once, and a derivative is that of the whole t."""
    n = CAPACITY + 300
    columns = np.arange(1, n + 1)
    columns[between + 1] = columns[between]
    t = sparse.csr_array((np.full(n, 0.5), columns, [0, n]), shape=(1, n + 1))
    dense, y = np.zeros((1, n + 1)), np.full((1, n + 1), 0.5)
    np.add.at(dense[0], columns, 0.5)
    y[0, columns[between]] = 0.0
    assert xentc.CrossEntropy().update(t, y).result().clipped == 1
    for options in ({"eps": 0.0}, {"from_logits": True}):
        for got, want in zip(*(xentc.cross_entropy_and_grad(x, y, **options) for x in (t, dense)), strict=True):
            assert_same_bits(got, want)


@pytest.mark.parametrize("n_classes", [5, 300])
def test_rows_before_a_bad_label_are_looked_at(every_way, n_classes):
    """A label out of range is found first, but a row before it, in the same tile, is no distribution."""
    y = np.full((20, n_classes), 1 / n_classes)
    labels = np.zeros(20, int)
    labels[13] = n_classes
    y[11, 3] = 2.0
    with pytest.raises(ValueError, match="^y must be .* row 11, column 3"):
        xentc.cross_entropy_labels(labels, y, check=True)
    y[11, 3], y[14, 3] = 1 / n_classes, 2.0
    with pytest.raises(IndexError, match="at position 13$"):
        xentc.cross_entropy_labels(labels, y, check=True)
    y[13, 3] = 2.0
    with pytest.raises(IndexError, match="at position 13$"):
        xentc.cross_entropy_labels(labels, y, check=True)


def test_rows_before_a_bad_column_are_looked_at(every_way):
    y = np.full((20, 8), 1 / 8)
    t = sparse.csr_array(one_hot_of(np.arange(20) % 8, 8))
    t.indices[13] = 8
    y[11, 3] = 2.0
    with pytest.raises(ValueError, match="^y must be .* row 11, column 3"):
        xentc.cross_entropy(t, y, check=True)
    y[11, 3], y[14, 3] = 1 / 8, 2.0
    with pytest.raises(IndexError, match="got 8 in row 13$"):
        xentc.cross_entropy(t, y, check=True)
    t.indptr[5] = 99
    with pytest.raises(ValueError, match=r"^t.indptr must not decrease .* got 4 and 99 for row 4$"):
        xentc.cross_entropy(t, y, check=True)


@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_labels_are_named_as_they_are(dtype):
    for label in (2**63 - 1, 7) if dtype == "int64" else (2**64 - 1, 2**63, 7):
        with pytest.raises(IndexError, match=f"got {label} at position 1$"):
            xentc.cross_entropy_labels(np.array([0, label], dtype), np.full((2, 7), 0.5))


def test_troubles_are_numbers_of_the_kernel():
    """Each has a name here, and none is 0, which is no trouble."""
    assert [trouble.value for trouble in Trouble] == list(range(1, len(Trouble) + 1))


def test_an_unsorted_row_behind_the_first_tile_in_place(every_way):
    """The gradient is written over the logits: nothing may be written before the matrix is known to be in order."""
    n_rows, n_classes = 700, 40
    rng = np.random.default_rng(3)
    dense = np.zeros((n_rows, n_classes))
    dense[:, 2], dense[:, 7] = 0.25, 0.75
    t = sparse.csr_array(dense)
    t.indices[2 * 600 : 2 * 600 + 2] = [7, 2]
    t.data[2 * 600 : 2 * 600 + 2] = [0.75, 0.25]
    t.has_sorted_indices = False
    z = rng.normal(size=(n_rows, n_classes))
    loss, grad = xentc.cross_entropy_and_grad(dense, z, from_logits=True)
    given = z.copy()
    got, same = xentc.cross_entropy_and_grad(t, given, from_logits=True, grad_out=given)
    assert same is given
    assert_same_bits(got, loss)
    assert_same_bits(given, grad)
