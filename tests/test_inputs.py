"""What other libraries hold, in every argument of every function: the bits that plain arrays give."""

import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from arguments import CALLS, good
from libraries import BY_AXES
from ways import assert_same_bits

import xentc
from xentc._core.arrays import as_array
from xentc._core.dtypes import BOOL, REAL

READ = [key for key in CALLS if key[1] not in ("out", "grad_out")]


def assert_equal_results(got, want):
    for a, b in zip(*(r if isinstance(r, tuple) else (r,) for r in (got, want)), strict=True):
        assert type(a) is type(b)
        assert_same_bits(np.asarray(a), np.asarray(b))


@pytest.mark.parametrize(("function", "name"), READ)
def test_every_library_in_every_argument(function, name):
    call, arguments = CALLS[function, name]
    array = good(name, function)
    if array.dtype == float and name in ("y", "p", "y_proba"):
        array = array * 0.75 + 0.125
    want = call(**(arguments | {name: array}))
    for library, wrapped in BY_AXES[array.ndim].items():
        got = call(**(arguments | {name: wrapped(array)}))
        assert_equal_results(got, want), library


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8", "bool"])
@pytest.mark.parametrize("n_axes", [1, 2])
def test_every_library_and_dtype(dtype, n_axes):
    """The array itself: values, shape, and the dtype where the library keeps it."""
    a = (np.arange(12).reshape(4, 3) % 5 / (4 if dtype.startswith("f") else 1)).astype(dtype)
    a = a if n_axes == 2 else a[:, 1]
    for library, wrapped in BY_AXES[n_axes].items():
        got = as_array("t", wrapped(a), BOOL if dtype == "bool" else REAL)
        np.testing.assert_array_equal(got, a, err_msg=library)
        keeps = library not in ("converted", "nested_lists", "tuples", "series_of_lists", "polars_lists", "index")
        if keeps and library != "columns_of_two_types":
            assert got.dtype == dtype, library


def address(array):
    return array.__array_interface__["data"][0]


def test_no_copy_where_the_memory_allows_it():
    """The very memory: by its address."""
    a, x = np.asfortranarray(np.random.default_rng(1).random((100, 3))), np.random.default_rng(2).random(100)
    c = np.ascontiguousarray(a)
    for wrapped, memory in (
        (pd.Series(x, copy=False), x),
        (pd.Index(x, copy=False), x),
        (pd.DataFrame(c, copy=False), c),
        (pd.array(x, copy=False), x),
        (pd.arrays.FloatingArray(x, np.zeros(100, bool)), x),
        (pd.Series(pd.arrays.FloatingArray(x, np.zeros(100, bool)), copy=False), x),
        (pd.DataFrame({"a": pd.arrays.FloatingArray(x, np.zeros(100, bool))}, copy=False), x),
        (pa.array(x), x),
        (pa.array(x)[7:], x[7:]),
        (pa.chunked_array([pa.array(x)]), x),
        (pd.Series(pa.array(x), dtype=pd.ArrowDtype(pa.float64()), copy=False), x),
        (pa.FixedSizeListArray.from_arrays(pa.array(c.ravel()), 3), c),
        (pa.FixedSizeListArray.from_arrays(pa.array(c.ravel()), 3)[5:], c[5:]),
        (pa.ListArray.from_arrays(np.arange(0, 301, 3, dtype="int32"), pa.array(c.ravel())), c),
        (pa.table({"only": x}), x),
        (pl.Series(x), x),
        (pl.Series(x)[7:], x[7:]),
        (pl.Series(c), c),
        (pl.DataFrame(a), a),
        (memoryview(c), c),
    ):
        got = as_array("t", wrapped)
        assert address(got) == address(memory), type(wrapped)
        np.testing.assert_array_equal(got.reshape(memory.shape), memory)
    lists = pl.Series(c.tolist())
    assert address(as_array("t", lists)) == address(lists.explode().to_numpy())
    halves = pl.Series(c.astype("float16"))
    assert as_array("t", halves).dtype == np.float16


def test_missing_values_are_named():
    """Of each library and kind; the first in C order, counted from the axes that the array would have."""
    na = pd.NA
    for value, where in (
        ([0.5, None, 0.5], "row 1"),
        (np.array([0.5, 0.5, na], object), "row 2"),
        ([[0.5, 0.5], [0.5, None]], "row 1, column 1"),
        ([[0.5, 0.5], None], "row 1"),
        ([None, [0.5, 0.5]], "row 0"),
        ([[0.5, 0.5], float("nan")], "row 1"),
        (pd.Series([[0.5, 0.5], float("nan")]), "row 1"),
        (np.array([float("nan"), "a"], object), "row 0"),
        (["a", float("nan")], "row 1"),
        ([[[1, 2], [3, None]]], r"position \(0, 1, 1\)"),
        ([[[1, 2], None]], "row 0, column 1"),
        (pd.Series([0.5, None], dtype="Float64"), "row 1"),
        (pd.Series([None, 1], dtype="Int8"), "row 0"),
        (pd.Series([True, None], dtype="boolean"), "row 1"),
        (pd.Series([0.5, None], dtype="double[pyarrow]"), "row 1"),
        (pd.Series([1, None], dtype="category"), "row 1"),
        (pd.Series([[0.5, 0.5], None]), "row 1"),
        (pd.Series([[0.5, None], [0.5, 0.5]]), "row 0, column 1"),
        (pd.array([1, None], dtype="Int64"), "row 1"),
        (pd.DataFrame({"a": [1, 2, None], "b": [1.0, None, 2]}).convert_dtypes(), "row 1, column 1"),
        (pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [None, 0.5]}), "row 1, column 0"),
        (pd.DataFrame({"a": ["x", None], "b": [1, 2]}), "row 1, column 0"),
        (pa.array([1, None]), "row 1"),
        (pa.array([True, None]), "row 1"),
        (pa.nulls(3), "row 0"),
        (pa.array([1, 2, 3, None])[2:], "row 1"),
        (pa.chunked_array([[1, 2], [3, None]]), "row 3"),
        (pa.array([[1, 2], None]), "row 1"),
        (pa.array([[1, 2], [3, None]]), "row 1, column 1"),
        (pa.array([[1, 2], [3, None]], pa.list_(pa.int64(), 2)), "row 1, column 1"),
        (pa.array([[1, 2], None, [3, None]], pa.list_(pa.int64(), 2)), "row 1"),
        (pa.array([["a", "b"], [None, "c"]]), "row 1, column 0"),
        (pa.table({"a": [1, 2], "b": [0.5, None]}), "row 1, column 1"),
        (pl.Series([1, None]), "row 1"),
        (pl.Series([1.0, 2.0, None])[1:], "row 1"),
        (pl.Series([[1, 2], None]), "row 1"),
        (pl.Series([[1, 2], [3, None]]), "row 1, column 1"),
        (pl.Series([[1, 2], [3, None]], dtype=pl.Array(pl.Int64, 2)), "row 1, column 1"),
        (pl.DataFrame({"a": [1, 2, None], "b": [0.5, None, 0.5]}), "row 1, column 1"),
    ):
        with pytest.raises(ValueError, match=f"^t has a missing value (in|at) {where}; fill it or drop it first$"):
            as_array("t", value)


NULLS = {
    1: (
        lambda a: pd.Series([*a.tolist()[:-1], None]).convert_dtypes(),
        lambda a: pa.array([*a.tolist()[:-1], None]),
        lambda a: pl.Series([*a.tolist()[:-1], None]),
        lambda a: [*a.tolist()[:-1], None],
    ),
    2: (
        lambda a: pd.DataFrame([*a.tolist()[:-1], [*a.tolist()[-1][:-1], None]]).convert_dtypes(),
        lambda a: pa.array([*a.tolist()[:-1], [*a.tolist()[-1][:-1], None]]),
        lambda a: pl.Series([*a.tolist()[:-1], [*a.tolist()[-1][:-1], None]]),
        lambda a: [*a.tolist()[:-1], [*a.tolist()[-1][:-1], None]],
    ),
}


@pytest.mark.parametrize(("function", "name"), READ)
def test_missing_values_in_every_argument(function, name):
    call, arguments = CALLS[function, name]
    array = good(name, function)
    where = f"row {len(array) - 1}" + (f", column {array.shape[1] - 1}" if array.ndim == 2 else "")
    words = f"^{name} has a missing value in {where}; fill it or drop it first"
    if (function, name) in (("evaluate", "y"), ("compare", "y")):  # a frame is a table there, whose column is named
        words += "|^y(_a)?, row 1: column .* missing|^y(_a)?: it has no floating column"
    for with_null in NULLS[array.ndim]:
        with pytest.raises(ValueError, match=words):
            call(**(arguments | {name: with_null(array)}))


def test_nan_among_numbers_is_not_missing():
    """In a float column it stays what it is; an Arrow or polars NaN is no null."""
    for value in (
        [0.5, float("nan")],
        pd.Series([0.5, None]),
        pd.DataFrame({"a": [0.5, None], "b": [0.5, 0.5]}),
        pa.array([0.5, float("nan")]),
        pl.Series([0.5, float("nan")]),
        pd.Series(pa.array([0.5, float("nan")]), dtype=pd.ArrowDtype(pa.float64())),
    ):
        assert np.isnan(as_array("y", value)).sum() == 1


def test_rows_of_unequal_length_are_named():
    words = "^y cannot be read as an array, its rows are inhomogeneous: row {} {}, the first one {}$"
    for value, found in (
        ([[1, 2], [1, 2], [1]], (2, 1, 2)),
        ([[1, 2], 3], (1, "none", 2)),
        ([1, [2], 3], (1, 1, "none")),
        ([[[1, 2], [3, 4]], [[1, 2], [3]]], (r"\(1, 1\)", 1, 2)),
        ((np.ones(2), np.ones(3)), (1, 3, 2)),
        (pd.Series([[1, 2], [1, 2, 3]]), (1, 3, 2)),
        (np.array([[1, 2], [3]], object), (1, 1, 2)),
        (pa.array([[1, 2], [1], [1]]), (1, 1, 2)),
        (pa.array([[[1, 2], [1, 2]], [[1, 2], []]]), (r"\(1, 1\)", 0, 2)),
        (pl.Series([[1, 2], [1, 2], []]), (2, 0, 2)),
        (pd.Series([[1.0], [1.0, 2.0]], dtype=pd.ArrowDtype(pa.list_(pa.float64()))), (1, 2, 1)),
    ):
        with pytest.raises(
            ValueError,
            match=words.format(found[0], *(f"has the length {n}" if n != "none" else "is no row" for n in found[1:])),
        ):
            as_array("y", value)


def test_more_axes_and_no_rows():
    a = np.arange(24.0).reshape(2, 3, 4)
    nested = pa.FixedSizeListArray.from_arrays(pa.FixedSizeListArray.from_arrays(pa.array(a.ravel()), 4), 3)
    for value in (nested, pa.array(a.tolist()), pl.Series(a), pl.Series(a.tolist()), pd.Series(a.tolist()), [*a]):
        np.testing.assert_array_equal(as_array("t", value), a)
    kind = pa.fixed_shape_tensor(pa.float64(), (3, 4))
    storage = pa.FixedSizeListArray.from_arrays(pa.array(a.ravel()), 12)
    np.testing.assert_array_equal(as_array("t", pa.ExtensionArray.from_storage(kind, storage)), a)
    for value, shape in (
        ([], (0,)),
        ([[]], (1, 0)),
        (pa.array([], pa.float64()), (0,)),
        (pa.chunked_array([], pa.float64()), (0,)),
        (pa.array([[], []], pa.list_(pa.float64())), (2, 0)),
        (pa.array([], pa.list_(pa.float64(), 3)), (0, 3)),
        (pl.Series([], dtype=pl.Float64), (0,)),
        (pl.Series([[], []], dtype=pl.List(pl.Float64)), (2, 0)),
        (pl.Series([], dtype=pl.Array(pl.Float64, 3)), (0, 3)),
        (pd.Series([], dtype="Float64"), (0,)),
        (pd.DataFrame(index=range(3)), (3, 0)),
        (pd.DataFrame({"a": [], "b": []}).astype({"a": "Float64"}), (0, 2)),
        (pl.DataFrame({"a": [], "b": []}, schema={"a": pl.Float64, "b": pl.Int8}), (0, 2)),
        (pa.table({"a": pa.array([], pa.float64())}), (0, 1)),
    ):
        assert as_array("t", value).shape == shape, value


def test_a_table_of_several_types_is_read_in_the_one_that_holds_them():
    frame = pd.DataFrame({"a": [True, False], "b": pd.array([1, 2], dtype="Int8"), "b2": np.float32([0.5, 0.25])})
    frame.columns = ["a", "b", "b"]  # a label may be there twice
    got = as_array("t", frame)
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, [[1, 1, 0.5], [0, 2, 0.25]])


def of_type(value, arrow_type):
    return pa.array(value, arrow_type)


def test_columns_that_are_no_numbers_are_refused_by_name():
    """With the library's own name of the type, before anything is converted."""
    import datetime
    from decimal import Decimal

    day, money = datetime.datetime(2026, 1, 1), Decimal("0.5")
    for value, words in (
        (pa.array([money]), r"t must have .* got decimal128\(1, 1\); cast it, as by t.cast\(\"float64\"\)"),
        (pa.array([day]), r"t must have .* got timestamp\[us\]"),
        (pa.array(["0.5"]), "t must have .* got string"),
        (pa.array(["a"]).dictionary_encode(), "t must have .* got dictionary<"),
        (pa.array([{"a": 1}]), "t must have .* got struct<"),
        (pa.array([b"a"]), "t must have .* got binary"),
        (pa.table({"a": [1.0], "b": ["x"]}), r"t\['b'\] must have .* got string"),
        (pa.table({"a": [1.0], "b": [[1.0, 2.0]]}), r"t\['b'\] is a column of lists"),
        (pl.Series([money]), r"t must have .* got Decimal\(.*\); cast it, as by t.cast\(pl.Float64\)"),
        (pl.Series([day]), "t must have .* got Datetime"),
        (pl.Series(["a"]), "t must have .* got String"),
        (pl.Series(["a"], dtype=pl.Categorical), "t must have .* got Categorical"),
        (pl.Series([1], dtype=pl.Int128), "t must have .* got Int128"),
        (pl.DataFrame({"a": [1.0], "b": ["x"]}), r"t\['b'\] must have .* got String"),
        (pl.DataFrame({"a": [[1.0, 2.0]], "b": [[1.0, 2.0]]}), r"t\['a'\] is a column of lists"),
        (pl.DataFrame({"a": [1.0]}).lazy(), "t must be data, and a LazyFrame .* collect"),
        (pd.Series(["a"]), "t must have .* got str"),
        (pd.Series(["a"], dtype="string[pyarrow]"), "t must have .* got string"),
        (pd.Series(["a"], dtype="category"), "t must have .* got object; the first that is no number is 'a' in row 0"),
        (pd.Series([day]), r"t must have .* got datetime64\[us\]"),
        (pd.Series([money]), r"t must have .* got object; convert it, as by t.astype\(np.float64\)"),
        (pd.DataFrame({"a": [1.0], "b": ["x"]}), r"t\['b'\] must have .* got str"),
        (pd.Series([1j], dtype=complex), r"t must have .* got complex128"),
        ({"a": 1}, "t must have .* got object; the first that is no number is {'a': 1}"),
        (iter([1, 2]), "t must have .* got object"),
        (np.array([1, "a"], object), "t must have .* got object; the first that is no number is 'a' in row 1"),
    ):
        with pytest.raises(TypeError, match=f"^{words}"):
            as_array("t", value)


def test_names_as_labels_point_to_encode_labels():
    y = np.full((2, 2), 0.5)
    for labels in (
        ["a", "b"],
        np.array(["a", "b"]),
        np.array(["a", "b"], object),
        np.array(["a", "b"], np.dtypes.StringDType()),
        pd.Series(["a", "b"]),
        pd.Series(["a", "b"], dtype="category"),
        pa.array(["a", "b"]),
        pa.array(["a", "b"]).dictionary_encode(),
        pl.Series(["a", "b"]),
        pl.Series(["a", "b"], dtype=pl.Enum(["b", "a"])),
    ):
        for call in (xentc.cross_entropy_labels, xentc.cross_entropy_labels_and_grad, xentc.softmax_objective):
            with pytest.raises(TypeError, match=r"^labels must have .*encode_labels\(labels, classes\)"):
                call(labels, y)


def test_class_weights_of_a_series_go_by_its_index():
    """As counts of classes come: sorted by what they are, not by the class."""
    y, labels = np.full((4, 3), 1 / 3), np.array([2, 2, 0, 1])
    weights = 1 / pd.Series(labels).value_counts()
    assert [*weights.index] != [0, 1, 2]
    want = xentc.cross_entropy_labels(labels, y, class_weight=[1, 1, 0.5])
    for given in (
        weights,
        weights.astype("Float64"),
        weights.sort_index(),
        weights.sort_index().reset_index(drop=True),
    ):
        assert_same_bits(xentc.cross_entropy_labels(labels, y, class_weight=given), want)
    total = xentc.CrossEntropy(class_weight=weights).update_labels(labels, y)
    assert total.merge(xentc.CrossEntropy(class_weight=[1, 1, 0.5])).result().count == 4
    for index, words in (
        ([1, 2, 3], "lacks 0 and has 3: no such class"),
        (["a", "b", "c"], "lacks 0, 1, 2 and has 'a', 'b', 'c': no such class"),
        ([0, 1, 1], "^class_weight must have one value for each key of its index; 1 is there more than once"),
    ):
        with pytest.raises(ValueError, match=words):
            xentc.cross_entropy_labels(labels, y, class_weight=pd.Series([1.0, 2.0, 3.0], index))


def test_nothing_of_them_is_imported_by_a_call():
    """Nor NumPy's masked arrays: what is not loaded cannot have been passed."""
    script = """
import sys, numpy as np, xentc
y = np.full((3, 3), 1 / 3)
xentc.cross_entropy([[1, 0, 0]] * 3, y.tolist(), class_weight=[1, 2, 3], where=True)
xentc.cross_entropy_labels_and_grad([0, 1, 2], y, reduction="mean")
xentc.log_loss(["a", "b", "c"], y, sample_weight=[1, 2, 3])
print([m for m in ("pandas", "pyarrow", "polars", "torch", "scipy", "numpy.ma", "ml_dtypes") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
