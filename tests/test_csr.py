"""CSR targets: to the bit the dense rows, however the entries are stored; what is malformed is named."""

import numpy as np
import pytest
from cases import CSR_DTYPES, FLOATS, LAYOUTS, check_for, kinds_for, label_numbers, one_hot_of, probabilities, targets
from oracle import assert_row, clip, exact_row
from ways import TIERS, assert_same_bits, first_way, way

import xentc

sparse = pytest.importorskip("scipy.sparse")
CONTAINERS = (sparse.csr_array, sparse.csr_matrix)
INDEX_DTYPES = ("int32", "int64")
CAPACITY = 4096  # entries of one tile, XENTC_CAPACITY of src/scratch.h


def expected(t, y, **options):
    """The losses of the dense rows in the dtype of y, on the first way."""
    with first_way():
        return xentc.cross_entropy(t, y, **options).astype(y.dtype if y.dtype.kind == "f" else float)


def with_indices(t, dtype):
    t.indices, t.indptr = t.indices.astype(dtype), t.indptr.astype(dtype)
    return t


def shuffled(t, seed=1):
    """The same matrix, the entries of each row in another order."""
    t = t.copy()
    rng = np.random.default_rng(seed)
    for start, stop in zip(t.indptr[:-1], t.indptr[1:], strict=True):
        order = start + rng.permutation(stop - start)
        t.indices[start:stop], t.data[start:stop] = t.indices[order], t.data[order]
    t.has_sorted_indices = False
    return t


def snapshot(t):
    return [a.tobytes() for a in (t.data, t.indices, t.indptr)]


@pytest.mark.crossing(1)
@pytest.mark.parametrize("y_dtype", FLOATS)
@pytest.mark.parametrize("dtype", CSR_DTYPES)
def test_every_pair_of_dtypes(every_tier, dtype, y_dtype):
    for kind in kinds_for(dtype):
        dense, y = targets(kind, 101, 90, 23, dtype), probabilities(101, 90, 23, y_dtype)
        dense_is_wider = dense.dtype.kind == "f" and np.result_type(dense, y) != y.dtype
        check = check_for(kind)
        want = None if dense_is_wider else expected(dense, y, check=check)
        for container in CONTAINERS:
            for index in INDEX_DTYPES:
                t = with_indices(container(dense), index)
                before = snapshot(t)
                got = xentc.cross_entropy(t, y, check=check)
                assert got.dtype == y_dtype
                assert snapshot(t) == before
                if want is not None:
                    assert_same_bits(got, want)
                    continue
                for i in range(0, 90, 9):
                    assert_row(got[i], exact_row(dense[i], y[i], clip(None, dense.dtype, y.dtype)), y.dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("index", INDEX_DTYPES)
def test_unsorted_rows_empty_rows_and_explicit_zeros(every_way, dtype, index):
    dense, y = targets("sparse", 102, 300, 40, dtype), probabilities(102, 300, 40, dtype)
    dense[::7] = 0
    t = with_indices(sparse.csr_array(dense), index)
    want = expected(dense, y)
    assert_same_bits(xentc.cross_entropy(t, y), want)
    mixed = shuffled(t)
    before = snapshot(mixed)
    assert_same_bits(xentc.cross_entropy(mixed, y), want)
    assert snapshot(mixed) == before
    # Explicit zeros, of both signs, where y is garbage.
    zeros = t.copy()
    zeroed = np.random.default_rng(2).random(zeros.nnz) < 0.4
    zeros.data[zeroed] = np.where(np.arange(zeroed.sum()) % 2, 0.0, -0.0)
    garbage = y.copy()
    rows = np.repeat(np.arange(300), np.diff(zeros.indptr))
    garbage[rows[zeroed], zeros.indices[zeroed]] = np.nan
    assert_same_bits(xentc.cross_entropy(zeros, garbage), expected(zeros.toarray(), garbage))


def test_duplicates_add_up(every_way):
    """In float64, so that neither uint8 nor bool wraps around."""
    y = probabilities(103, 3, 5, "float64")
    indptr, indices = [0, 4, 4, 6], [1, 3, 1, 1, 2, 2]
    for dtype, data, sums in (
        ("float64", [0.25, 1, 0.5, 2, 3, -3], [2.75, 1, 0.0]),
        ("uint8", [200, 1, 100, 50, 255, 255], [350, 1, 510]),
        ("bool", [1, 1, 1, 1, 1, 1], [3, 1, 2]),
        ("int8", [127, 1, 127, 127, -128, -128], [381, 1, -256]),
    ):
        t = sparse.csr_array((np.array(data).astype(dtype), indices, indptr), shape=(3, 5))
        dense = np.zeros((3, 5))
        dense[0, 1], dense[0, 3], dense[2, 2] = sums
        before = snapshot(t)
        check = None if min(sums) >= 0 else False
        assert_same_bits(xentc.cross_entropy(t, y, check=check), expected(dense, y, check=check))
        assert snapshot(t) == before


def test_neighbouring_duplicates_are_one_term(every_way):
    """Entries that cancel are a t of 0, whose y is not looked at; a clipped term counts once."""
    y = np.array([[0.5, np.nan, 0.25], [0.0, 0.5, 0.5]])
    t = sparse.csr_array((np.array([1.0, 3, -3, 2, 2]), [0, 1, 1, 0, 0], [0, 3, 5]), shape=(2, 3))
    assert_same_bits(xentc.cross_entropy(t, y), expected(np.array([[1.0, 0, 0], [4, 0, 0]]), y))
    assert xentc.CrossEntropy().update(t, y).result().clipped == 1


@pytest.mark.parametrize("n", [CAPACITY - 1, CAPACITY, CAPACITY + 1, 3 * CAPACITY + 5])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rows_around_the_capacity_of_a_tile(every_tier, n, dtype):
    """Long rows among short ones and empty ones, sorted or not, ordinary, infinite and masked."""
    n_classes = 3 * CAPACITY + 9
    rng = np.random.default_rng(n)
    dense = np.zeros((7, n_classes), dtype)
    for row, m in ((1, 1), (2, n), (3, 3), (4, n), (6, 2)):
        dense[row, rng.permutation(n_classes)[:m]] = rng.random(m) + 0.1
    y = probabilities(104, 7, n_classes, dtype)
    y[4, int(np.flatnonzero(dense[4])[-1])] = 0.0
    t = sparse.csr_array(dense)
    mask = np.array([1, 1, 0, 1, 1, 1, 1], bool)
    weights = rng.uniform(0, 2, n_classes) * (rng.random(n_classes) < 0.7)
    for options in ({}, {"eps": 0}, {"where": mask}, {"class_weight": weights, "eps": 0}, {"label_smoothing": 0.1}):
        want = expected(dense, y, **options)
        assert_same_bits(xentc.cross_entropy(t, y, **options), want)
        assert_same_bits(xentc.cross_entropy(shuffled(t), y, **options), want)
        total = expected(dense.astype(float), y, reduction="weighted_mean", **options) if dtype == "float64" else None
        if total is not None:
            assert_same_bits(xentc.cross_entropy(t, y, reduction="weighted_mean", **options), total)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_of_y(layout):
    dense, y = targets("sparse", 105, 600, 33, "float32"), probabilities(105, 600, 33, "float32")
    want = expected(dense, y)
    for tier in TIERS:
        for n_threads in (1, 3):
            with way(tier, n_threads):
                assert_same_bits(xentc.cross_entropy(sparse.csr_array(dense), LAYOUTS[layout](y)), want)


@pytest.mark.parametrize("form", ["csc", "coo", "lil", "dok", "bsr"])
def test_other_formats_are_converted(form):
    dense, y = targets("sparse", 106, 30, 9, "float64"), probabilities(106, 30, 9, "float64")
    for container in CONTAINERS:
        t = container(dense).asformat(form)
        assert_same_bits(xentc.cross_entropy(t, y), expected(dense, y))
        assert_same_bits(xentc.cross_entropy(t, y, reduction="mean"), expected(dense, y, reduction="mean"))
        assert t.format == form


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint64", "float32", "float64"])
@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "coo, axis 0"])
def test_entries_of_one_place_add_up_in_float64(form, dtype):
    """Whatever the format, and however large the sum: 200 + 200 is 400, True + True is 2."""
    info = None if dtype in ("bool", "float32", "float64") else np.iinfo(dtype)
    large = 1 if dtype == "bool" else 200 if info is None else min(info.max, 2**50)
    rows, columns = [0, 0, 0, 1, 1, 2, 2, 2], [1, 1, 2, 0, 0, 1, 1, 1]
    values = np.array([large, large, 1, large, 1, 1, large, large]).astype(dtype)
    dense = np.zeros((4, 4))
    np.add.at(dense, (rows, columns), values.astype(float))
    y = probabilities(116, 4, 4, "float32")
    t = sparse.coo_array((values, (rows, columns)), shape=(4, 4))
    if form in ("csr", "csc"):  # as others build them: with the entries as they are
        order = np.lexsort((rows, columns)) if form == "csc" else np.arange(len(rows))
        outer, inner = (columns, rows) if form == "csc" else (rows, columns)
        starts = np.concatenate([[0], np.cumsum(np.bincount(outer, minlength=4))])
        container = sparse.csc_array if form == "csc" else sparse.csr_array
        t = container((values[order], np.array(inner)[order], starts), shape=(4, 4))
    elif form == "bsr":  # two blocks in one place
        blocks = np.array([[[large, 0], [0, 1]], [[large, 1], [0, large]]]).astype(dtype)
        t = sparse.bsr_array((blocks, [0, 0], [0, 2, 2]), shape=(4, 4))
        dense = np.zeros((4, 4))
        dense[:2, :2] = blocks.astype(float).sum(axis=0)
    assert t.dtype == dtype
    before = t.dtype, t.nnz
    want = expected(dense, y.astype(float), eps=float(np.finfo("f4").eps))
    got = xentc.cross_entropy(t.T, y.T, axis=0) if form == "coo, axis 0" else xentc.cross_entropy(t, y)
    np.testing.assert_array_max_ulp(got, want.astype("f4"), maxulp=1)
    assert (t.dtype, t.nnz) == before


def test_axis_0(every_way):
    dense, y = targets("sparse", 107, 30, 9, "float64"), probabilities(107, 30, 9, "float64")
    t = sparse.csr_array(dense)
    for axis in (0, -2):
        assert_same_bits(xentc.cross_entropy(sparse.csr_array(dense.T), y.T, axis=axis), expected(dense, y))
        with pytest.raises(ValueError, match="y has no class axis"):
            xentc.cross_entropy(t[:9], y[0], axis=axis)
    assert_same_bits(xentc.cross_entropy(t, y, axis=1), expected(dense, y))


def test_one_row_of_y_for_all_of_t(every_way):
    dense, y = targets("sparse", 108, 30, 9, "float64"), probabilities(108, 1, 9, "float32")
    want = expected(dense, y.astype(float), eps=2.0**-23).astype("float32")
    for one in (y, y[0]):
        assert_same_bits(xentc.cross_entropy(sparse.csr_array(dense), one), want)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_one_row_of_t_for_all_of_y(every_way, dtype):
    dense = targets("counts", 109, 1, 9, dtype)
    for y_dtype in FLOATS:
        y = probabilities(109, 30, 9, y_dtype)
        got = xentc.cross_entropy(sparse.csr_array(dense), y)
        assert got.dtype == y_dtype
        assert_same_bits(got, xentc.cross_entropy(sparse.csr_array(np.repeat(dense, 30, axis=0)), y))
        assert xentc.cross_entropy(sparse.csr_array(dense), y[:1]).shape == (1,)
    # Duplicates add up here too.
    twice = sparse.csr_array((np.array([200, 100], "uint8"), [1, 1], [0, 2]), shape=(1, 9))
    dense = np.zeros(9)
    dense[1] = 300
    y = probabilities(109, 30, 9, "float64")
    assert_same_bits(xentc.cross_entropy(twice, y), expected(dense, y))


def by_hand(dtype="int32", **changed):
    """A good matrix of 4 x 5 with some of its arrays replaced, unseen by scipy's own checks."""
    t = with_indices(sparse.csr_array(np.eye(4, 5)), dtype)
    for name, value in changed.items():
        value = np.array(value)
        setattr(t, name, value.astype(dtype) if name != "data" and value.dtype.kind == "i" else value)
    return t


@pytest.mark.parametrize("index", INDEX_DTYPES)
@pytest.mark.parametrize("bad", [5, -1, 2**31 - 1, -(2**31)])
def test_column_out_of_range(every_way, index, bad):
    y = np.full((4, 5), 0.5)
    for reduction in ("none", "sum"):
        with pytest.raises(IndexError, match=rf"^t.indices must be in \[0, K\) with K = 5; got {bad} in row 2$"):
            xentc.cross_entropy(by_hand(index, indices=[0, 1, bad, bad]), y, reduction=reduction)
    where = np.array([True, True, False, False])
    assert xentc.cross_entropy(by_hand(index, indices=[0, 1, bad, bad]), y, where=where)[2] == 0
    long = sparse.csr_array(np.ones((2, CAPACITY + 50)))
    long.indices[-1] = CAPACITY + 50
    with pytest.raises(IndexError, match=rf"got {CAPACITY + 50} in row 1$"):
        xentc.cross_entropy(long, np.full((2, CAPACITY + 50), 0.5))
    # Unsorted, where the matrix is sorted first, and one row that is spread over many.
    with pytest.raises(IndexError, match=rf"got {bad} in row 0$"):
        xentc.cross_entropy(by_hand(index, indices=[3, 1, bad, 0], indptr=[0, 4, 4, 4, 4]), y)
    one = sparse.csr_array(np.ones((1, 5)))
    one.indices = np.array([0, 1, bad, 3, 4], index)
    with pytest.raises(IndexError, match=rf"K = 5; got {bad}"):
        xentc.cross_entropy(one, y)


@pytest.mark.parametrize("index", INDEX_DTYPES)
@pytest.mark.parametrize(
    ("indptr", "row"),
    [([0, 2, 1, 3, 4], 1), ([0, 1, 2, 3, 5], 3), ([-1, 1, 2, 3, 4], 0), ([0, 1, 99, 3, 4], 1), ([5, 5, 5, 5, 5], 0)],
)
def test_malformed_indptr(every_way, index, indptr, row):
    with pytest.raises(ValueError, match=rf"^t.indptr must not decrease and lie in \[0, 4\].* for row {row}$"):
        xentc.cross_entropy(by_hand(index, indptr=indptr), np.full((4, 5), 0.5))


@pytest.mark.parametrize("indptr", [[0, 1, 2], [0, 1, 2, 3, 4, 4]])
def test_indptr_of_another_length(indptr):
    with pytest.raises(
        ValueError, match=rf"^t.indptr must have one more element than t has rows, 5; got {len(indptr)}$"
    ):
        xentc.cross_entropy(by_hand(indptr=indptr), np.full((4, 5), 0.5))


def test_data_shorter_than_indices():
    with pytest.raises(ValueError, match="t.indptr"):
        xentc.cross_entropy(by_hand(data=[1.0, 1.0]), np.full((4, 5), 0.5))


def test_index_arrays_that_are_no_integers():
    with pytest.raises(TypeError, match="t.ind.*float64"):
        xentc.cross_entropy(by_hand(indices=[0.0, 1.0, 2.0, 3.0]), np.full((4, 5), 0.5))


@pytest.mark.parametrize("y_dtype", FLOATS)
def test_one_hot_csr_and_labels(every_way, y_dtype):
    """Counts that are one are labels."""
    labels, y = label_numbers(110, 600, 12, "int64"), probabilities(110, 600, 12, y_dtype)
    t = sparse.csr_array(one_hot_of(labels, 12))
    assert_same_bits(xentc.cross_entropy(t, y), xentc.cross_entropy_labels(labels, y))


def test_malformed_indptr_after_an_unsorted_row():
    """What scipy would sort is looked at first."""
    t = by_hand(indices=[1, 0, 2, 3], indptr=[0, 2, 99, 3, 4])
    with pytest.raises(ValueError, match=r"^t.indptr must not decrease.* got 2 and 99 for row 1$"):
        xentc.cross_entropy(t, np.full((4, 5), 0.5))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mix", [lambda t: t, shuffled])
def test_check(every_way, dtype, mix):
    """The tolerance is that of t's dtype, the column that of the matrix; counts are not looked at."""
    y = np.full((60, 20), 0.05)
    rng = np.random.default_rng(111)
    dense = np.zeros((60, 20))
    for row in dense:
        row[rng.permutation(20)[:9]] = rng.dirichlet(np.ones(9))
    t = mix(sparse.csr_array(dense.astype(dtype)))
    assert_same_bits(xentc.cross_entropy(t, y, check=True), xentc.cross_entropy(t, y))
    for bad, words in ((-0.25, "got -0.25"), (np.nan, "got nan"), (1.5, "got 1.5")):
        wrong = dense.copy()
        column = int(np.flatnonzero(wrong[41])[3])
        wrong[41, column] = bad
        with pytest.raises(ValueError, match=rf"^t must be probabilities .*{words} in row 41, column {column}$"):
            xentc.cross_entropy(mix(sparse.csr_array(wrong.astype(dtype))), y, check=True)
    wrong = dense.copy()
    column = int(wrong[33].argmax())
    wrong[33, column] += 3 * np.finfo(dtype).eps ** 0.5
    with pytest.raises(ValueError, match=rf"^the rows of t must sum to 1 .* row 33; .* in column {column}$"):
        xentc.cross_entropy(mix(sparse.csr_array(wrong.astype(dtype))), y, check=True)
    wrong = y.copy()
    wrong[7, 2] = 2
    with pytest.raises(ValueError, match=r"^y must be probabilities .* row 7, column 2\b"):
        xentc.cross_entropy(t, wrong, check=True)
    counts = mix(sparse.csr_array((dense > 0) * 3))
    assert_same_bits(xentc.cross_entropy(counts, y, check=True), xentc.cross_entropy(counts, y))
    one = mix(sparse.csr_array(dense[:1].astype(dtype)))
    assert_same_bits(xentc.cross_entropy(one, y, check=True), xentc.cross_entropy(one, y))
