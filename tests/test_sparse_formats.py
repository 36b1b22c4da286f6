"""Every format of scipy.sparse as t: the values, and what is refused before SciPy is asked to convert it."""

import threading
import time

import numpy as np
import pytest
from cases import probabilities, targets
from ways import assert_same_bits

import xentc

sparse = pytest.importorskip("scipy.sparse")
FORMATS = ("csr", "csc", "coo", "bsr", "lil", "dok", "dia")
KINDS = ("array", "matrix")


def container(form, kind):
    return getattr(sparse, f"{form}_{kind}")


def expected(dense, y, **options):
    return xentc.cross_entropy(np.asarray(dense, np.float64), y, **options)


@pytest.mark.crossing
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float32", "float64"])
def test_values(every_tier, form, kind, dtype):
    shape = (30, 12)
    dense, y = targets("sparse", 1, *shape, dtype), probabilities(1, *shape, "float64")
    t = container(form, kind)(dense)
    want, (loss, grad) = expected(dense, y), xentc.cross_entropy_and_grad(dense.astype(float), y)
    assert_same_bits(xentc.cross_entropy(t, y), want)
    assert_same_bits(xentc.cross_entropy(t.T, y.T, axis=0), want)
    assert_same_bits(xentc.cross_entropy(t, y, reduction="mean"), expected(dense, y, reduction="mean"))
    for got, right in zip(xentc.cross_entropy_and_grad(t, y), (loss, grad), strict=True):
        assert_same_bits(got, right)
    one = container(form, kind)(dense[:1])
    assert_same_bits(xentc.cross_entropy(one, y), expected(np.repeat(dense[:1], 30, axis=0), y))
    assert (t.toarray() == dense).all()
    assert t.format == form


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMATS)
def test_no_entries_and_no_rows(form, kind):
    for shape in ((4, 6), (0, 6)):
        t = container(form, kind)(np.zeros(shape)) if shape[0] or form != "bsr" else sparse.csr_array(shape)
        assert_same_bits(xentc.cross_entropy(t, np.full(shape, 1 / 6)), np.zeros(shape[0]))


def test_what_lies_beside_the_matrix_is_none_of_it():
    """Diagonals that begin or end outside of it, or are not in it at all; and more of their data than there is room."""
    for offsets in ([0, 2, -3], [7, -7, 1], [2**62, -(2**62), 0], [-(2**63), 2**63 - 1, 1]):
        t = sparse.dia_array((np.arange(27.0).reshape(3, 9) + 1, [0, 1, 2]), shape=(5, 7))
        t.offsets = np.array(offsets)
        dense = np.zeros((5, 7))
        for values, offset in zip(t.data, offsets, strict=True):
            for column in range(7):
                if 0 <= column - offset < 5:
                    dense[column - offset, column] += values[column]
        y = np.full((5, 7), 1 / 7)
        assert_same_bits(xentc.cross_entropy(t, y), expected(dense, y))


def test_blocks_that_are_not_square():
    dense, y = targets("counts", 3, 12, 6, "float64"), probabilities(3, 12, 6, "float64")
    for blocks in ((2, 3), (3, 1), (12, 6), (1, 2)):
        t = sparse.bsr_array(dense, blocksize=blocks)
        assert_same_bits(xentc.cross_entropy(t, y), expected(dense, y))
        assert_same_bits(xentc.cross_entropy(t.T, y.T, axis=0), expected(dense, y))


SHAPE = (4, 6)
GOOD = np.eye(*SHAPE) + 0.25
# Format, what is done to it, the error, and how its message begins.
DAMAGE = {
    "csr, axis 0": ("csr", {"indices": [0, 1, 2, 99]}, IndexError, "t.indices must be in"),
    "csc": ("csc", {"indices": [0, 1, 99, 3]}, IndexError, r"t.indices must be in \[0, 4\), .*; got 99 in entry 2"),
    "csc, negative": ("csc", {"indices": [0, -1, 2, 3]}, IndexError, r"t.indices must be .* got -1 in entry 1"),
    "csc, far": ("csc", {"indices": [0, 2**62, 2, 3]}, IndexError, "t.indices must be"),
    "csc, starts": ("csc", {"indptr": [0, 1, 2, 3, 2, 4, 4]}, ValueError, "t.indptr .* got 3 and 2 for column 3"),
    "csc, starts far": ("csc", {"indptr": [0, 1, 2, 3, 4, 4, 2**40]}, ValueError, "t.indptr must not decrease"),
    "csc, few starts": ("csc", {"indptr": [0, 1, 2]}, ValueError, "t.indptr must have one more element"),
    "csc, two axes": ("csc", {"indices": [[0, 1], [2, 3]]}, ValueError, "t.indices must have 1 axis"),
    "csc, less data": ("csc", {"data": [1.0]}, ValueError, "t.indptr must not decrease"),
    "coo, row": ("coo", {"row": [0, 1, 4, 3]}, IndexError, r"t.row must be in \[0, 4\), .* got 4 in entry 2"),
    "coo, column": ("coo", {"col": [0, 1, -7, 3]}, IndexError, r"t.col must be in \[0, 6\), .* got -7 in entry 2"),
    "coo, far": ("coo", {"row": [0, 1, 2**62, 3]}, IndexError, "t.row must be in"),
    "coo, lengths": ("coo", {"data": [1.0, 2.0]}, ValueError, "t must have arrays of one length"),
    "coo, two axes": ("coo", {"row": [[0, 1], [2, 3]]}, ValueError, "t.row must have 1 axis"),
    "coo, floats": ("coo", {"row": [0.0, 1.0, 2.0, 3.0]}, TypeError, "t.row must have a dtype"),
    "bsr, column": ("bsr", {"indices": [0, 3]}, IndexError, r"t.indices must be in \[0, 3\), .* got 3 in entry 1"),
    "bsr, far": ("bsr", {"indices": [0, 2**62]}, IndexError, "t.indices must be"),
    "bsr, starts": ("bsr", {"indptr": [0, 9, 2]}, ValueError, "t.indptr .* got 0 and 9 for row of blocks 0"),
    "bsr, few starts": ("bsr", {"indptr": [0, 2]}, ValueError, "t.indptr must have one more element"),
    "bsr, blocks": ("bsr", {"data": np.ones((2, 3, 2))}, ValueError, "t.data must have blocks that divide"),
    "bsr, no blocks": ("bsr", {"data": np.ones((2, 0, 2))}, ValueError, "t.data must have blocks that divide"),
    "bsr, two axes": ("bsr", {"data": np.ones((2, 4))}, ValueError, "t.data must have 3 axes"),
    "dia, lengths": ("dia", {"offsets": [0, 1]}, ValueError, "t.offsets must have one element for each row"),
    "dia, one axis": ("dia", {"data": [1.0, 2.0]}, ValueError, "t.data must have 2 axes"),
    "lil, column": (
        "lil",
        {"rows": [[0], [6], [2], [3]]},
        IndexError,
        r"t.rows must be in \[0, 6\), .* got 6 in entry 1",
    ),
    "lil, lengths": ("lil", {"rows": [[0], [1, 2], [2], [3]]}, ValueError, "t must have as many columns as values"),
    "lil, rows": ("lil", {"rows": [[0]], "data": [[1.0]]}, ValueError, "t must have as many columns as values"),
    "lil, floats": ("lil", {"rows": [[0.5], [1], [2], [3]]}, TypeError, "t.rows must have a dtype"),
    "csr, two axes": ("csr", {"indices": [[0, 1], [2, 3]]}, ValueError, "t.indices must have 1 axis; got the shape"),
    "csr, values of two axes": ("csr", {"data": np.ones((2, 2))}, ValueError, "t.data must have 1 axis; got"),
    "csr, starts of two axes": ("csr", {"indptr": [[0, 1, 2, 3, 4]]}, ValueError, "t.indptr must have 1 axis"),
}


def damaged(form, changed, kind="array"):
    dense = np.kron(np.eye(2, 3), np.ones((2, 2))) if form == "bsr" else np.eye(*SHAPE)
    t = container(form, kind)(dense, blocksize=(2, 2)) if form == "bsr" else container(form, kind)(dense)
    for name, value in changed.items():
        if form == "lil":
            array = np.empty(len(value), object)
            array[:] = value
        else:
            array = np.array(value)
        if form == "coo" and name != "data":
            rows, columns = (array, t.col) if name == "row" else (t.row, array)
            t.coords = (rows, columns)
        else:
            setattr(t, name, array)
    return t


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", DAMAGE)
def test_damaged_matrices(case, kind):
    form, changed, error, begins = DAMAGE[case]
    axis = 0 if case == "csr, axis 0" else 1
    t, y, out = damaged(form, changed, kind), np.full(SHAPE, 1 / 6), np.full(6 if axis == 0 else 4, 7.0)
    with pytest.raises(error, match=f"^{begins}"):
        xentc.cross_entropy(t, y, axis=axis, out=out)
    assert (out == 7).all()


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_keys(kind):
    for key in ((4, 0), (0, 6), (-1, 0), (2**40, 1)):
        t = container("dok", kind)(np.eye(*SHAPE))
        t._dict[key] = 1.0
        with pytest.raises(IndexError, match=r"^t.keys must be in \[0, [46]\), .* got -?\d+ in entry 4"):
            xentc.cross_entropy(t, np.full(SHAPE, 1 / 6))


def test_shapes_are_looked_at_before_anything_is_converted():
    """A matrix of 2^40 rows is not made CSR to say that y has fewer."""
    t = sparse.coo_array(([1.0], ([2**39], [1])), shape=(2**40, 6))
    with pytest.raises(ValueError, match="^t and y must broadcast against each other"):
        xentc.cross_entropy(t, np.full(SHAPE, 1 / 6))
    with pytest.raises(ValueError, match="^t and y must have the same number of classes"):
        xentc.cross_entropy(t, np.full((4, 7), 1 / 7))


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr"])
def test_another_thread_writes_to_the_places(form):
    """Values or errors, never a crash: what was looked at is what is used."""
    rng = np.random.default_rng(5)
    dense = (rng.random((400, 60)) < 0.1) * 1.0
    t, y = container(form, "array")(dense), np.full((400, 60), 1 / 60)
    arrays = [t.row, t.col] if form == "coo" else [t.indptr, t.indices]
    good, stop = [array.copy() for array in arrays], threading.Event()

    def write():
        while not stop.is_set():
            for array, right in zip(arrays, good, strict=True):
                array[len(array) // 2 :] = 2**31 - 1
                array[: len(array) // 3] = -5
                array[:] = right

    thread = threading.Thread(target=write)
    thread.start()
    refused = passed = 0
    end = time.monotonic() + 0.4
    try:
        while time.monotonic() < end:
            try:
                assert xentc.cross_entropy(t, y).shape == (400,)
                passed += 1
            except (ValueError, IndexError) as error:
                assert str(error).startswith("t.")  # noqa: PT017
                refused += 1
    finally:
        stop.set()
        thread.join()
    assert refused + passed > 10
