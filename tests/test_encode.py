"""encode_labels: every kind of column, every order of classes, and what is said of the first label that is none."""

import itertools
import string

import hypothesis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import strategies as st

import xentc
from xentc import reference
from xentc._api import encode
from xentc._readers.names import Names
from xentc._readers.text import Text

NAMES = ["dog", "", "cat", "Ärger", "漢字", "a" * 40, "cls_10", "cls_2", "dog ", "\U0001f600"]


def chunked(values):
    return pa.chunked_array([values[:1], values[1:1], values[1:]], pa.string())


# Names as each library holds them.
COLUMNS = {
    "list": list,
    "tuple": tuple,
    "text": np.array,
    "byte-swapped text": lambda v: np.array(v, dtype=np.array(v).dtype.newbyteorder()),
    "strided text": lambda v: np.repeat(np.array(v), 2)[::2],
    "wider text": lambda v: np.array(v, dtype="U50"),
    "objects": lambda v: np.array(v, dtype=object),
    "StringDType": lambda v: np.array(v, dtype=np.dtypes.StringDType()),
    "pandas": pd.Series,
    "pandas objects": lambda v: pd.Series(v, dtype=object),
    "pandas python": lambda v: pd.Series(v, dtype=pd.StringDtype("python")),
    "pandas arrow": lambda v: pd.Series(v, dtype="string[pyarrow]"),
    "pandas ArrowDtype": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.string())),
    "pandas categories": lambda v: pd.Series(v, dtype="category"),
    "more categories": lambda v: pd.Series(pd.Categorical(v, [*reversed(NAMES), "unused", *(set(v) - {*NAMES})])),
    "pandas index": pd.Index,
    "CategoricalIndex": pd.CategoricalIndex,
    "pandas array": pd.array,
    "arrow": lambda v: pa.array(v, pa.string()),
    "arrow large": lambda v: pa.array(v, pa.large_string()),
    "arrow view": lambda v: pa.array(v, pa.string_view()),
    "arrow chunked": chunked,
    "arrow sliced": lambda v: pa.array(["x", *v, "y"], pa.string())[1:-1],
    "arrow dictionary": lambda v: pa.array(v, pa.string()).dictionary_encode(),
    "arrow dictionaries": lambda v: pa.chunked_array(
        [pa.array(v[:2], pa.string()).dictionary_encode(), pa.array(v[2:], pa.string()).dictionary_encode()]
    ),
    "polars": lambda v: pl.Series(v, dtype=pl.String),
    "polars categories": lambda v: pl.Series(v, dtype=pl.Categorical),
    "polars enum": lambda v: pl.Series(v, dtype=pl.Enum([*dict.fromkeys(["unused", *reversed(NAMES), *v])])),
    "polars in chunks": lambda v: pl.concat([pl.Series(v[:1]), pl.Series(v[1:])], rechunk=False),
}
# What has no missing value, or not when made so.
WITHOUT_MISSING = ("text", "byte-swapped text", "strided text", "wider text", "StringDType", "polars enum")
WITHOUT_MISSING += ("more categories",)


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_kind_of_column(kind):
    rng = np.random.default_rng(300)
    for classes in (NAMES, NAMES[::-1], NAMES[:1]):
        want = rng.integers(len(classes), size=500)
        labels = [classes[k] for k in want]
        for held in (classes, np.array(classes), pd.Index(classes), pa.array(classes), pl.Series(classes)):
            got = xentc.encode_labels(COLUMNS[kind](labels), held)
            assert got.dtype == np.intp
            np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(reference.encode_labels(labels, classes), want)


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("at", [0, 1, 4])
def test_the_first_label_that_is_no_class(kind, at):
    labels = ["dog", "cat", "dog", "cat", "dog", "cat"]
    labels[at] = "owl"
    labels[5] = "bee"
    with pytest.raises(ValueError, match="^labels must be among the classes") as caught:
        xentc.encode_labels(COLUMNS[kind](labels), ["cat", "dog"])
    assert str(caught.value).endswith(f"; got 'owl' in row {at}, and the classes are 'cat', 'dog'")


@pytest.mark.parametrize("kind", [k for k in COLUMNS if k not in WITHOUT_MISSING])
def test_missing_names(kind):
    with pytest.raises(ValueError, match="^labels has a missing value in row 2; fill it or drop it first$"):
        xentc.encode_labels(COLUMNS[kind](["dog", "cat", None, "cat"]), ["cat", "dog"])


@pytest.mark.parametrize("nothing", [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT])
def test_whatever_stands_for_nothing(nothing):
    for labels in (
        ["a", "b", nothing],
        np.array(["a", "b", nothing], object),
        pd.Series(["a", "b", nothing], dtype=object),
    ):
        with pytest.raises(ValueError, match="^labels has a missing value in row 2"):
            xentc.encode_labels(labels, ["a", "b"])
    with pytest.raises(ValueError, match="^labels has a missing value in row 1, column 0"):
        xentc.encode_labels([["a", "b"], [nothing, "b"]], ["a", "b"])
    with pytest.raises(ValueError, match="^classes has a missing value in row 1"):
        xentc.encode_labels(["a"], ["a", nothing])
    with_na = np.array(["a", "b"], dtype=np.dtypes.StringDType(na_object=nothing))
    np.testing.assert_array_equal(xentc.encode_labels(with_na, ["b", "a"]), [1, 0])
    with_na[1] = nothing
    with pytest.raises(ValueError, match="^labels has a missing value in row 1"):
        xentc.encode_labels(with_na, ["a", "b"])


NUMBERS = [-(2**63), -7, -1, 0, 1, 2, 100, 70_000, 2**53 + 1, 2**63 - 1, 2**64 - 1]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_integers(dtype):
    """Near each other and far apart, at both ends of a dtype; and the first that is no class."""
    info = np.iinfo(dtype)
    for known in (NUMBERS, [1, 0], [*range(200)], [2**64 - 1, 3], [-5, 5, 100_000]):
        classes = [c for c in known if info.min <= c <= info.max]
        for held in (known, [*map(float, known)] if max(known) < 2**53 else known, known[::-1]):
            number = {c: k for k, c in enumerate(held)}
            labels = np.random.default_rng(301).choice(np.array(classes or [0], dtype=dtype), 300)
            if not classes:
                continue
            np.testing.assert_array_equal(xentc.encode_labels(labels, held), [number[c] for c in labels.tolist()])
            for other in (info.min, info.max, 5, 101):
                if other not in number:
                    labels[7] = other
                    with pytest.raises(ValueError, match=f"got {other} in row 7, and"):
                        xentc.encode_labels(labels, held)
                    labels[7] = classes[0]


def test_numbers_that_are_equal_are_one_class():
    for labels in (
        [1, 0],
        [1.0, 0.0],
        [True, False],
        np.float32([1, 0]),
        pd.Series([1, 0], dtype="Int8"),
        pa.array([1, 0]),
    ):
        for classes in ([0, 1], [0.0, 1.0], [False, True], np.uint8([0, 1]), pd.Index([0, 1])):
            np.testing.assert_array_equal(xentc.encode_labels(labels, classes), [1, 0])
    np.testing.assert_array_equal(xentc.encode_labels([0.1, 2.5], [2.5, 0.1]), [1, 0])
    np.testing.assert_array_equal(xentc.encode_labels(pd.Series([7, 9], dtype="category"), [9, 7]), [1, 0])
    np.testing.assert_array_equal(xentc.encode_labels(np.array([3, "x"], object), ["x", 3]), [1, 0])
    with pytest.raises(ValueError, match="got 0.10000000149011612 in row 0"):
        xentc.encode_labels(np.float32([0.1]), [0.1])
    with pytest.raises(ValueError, match="got 9007199254740993 in row 0"):
        xentc.encode_labels([2**53 + 1], [2.0**53])
    with pytest.raises(ValueError, match="^labels has a missing value in row 1"):
        xentc.encode_labels([0.0, np.nan], [0, 1])
    for labels, classes, words in (
        (["1"], [1, 2], "got '1' in row 0, and the classes are 1, 2; the classes are numbers and labels are text"),
        ([1], ["1", "2"], "got 1 in row 0, and the classes are '1', '2'; the classes are text and labels are numbers"),
        ([1], [], "got 1 in row 0, and the classes are $"),
    ):
        with pytest.raises(ValueError, match=words):
            xentc.encode_labels(labels, classes)


def test_shapes():
    for make in (
        np.array,
        lambda v: np.array(v, dtype=object),
        lambda v: v.tolist() if isinstance(v, np.ndarray) else v,
    ):
        got = xentc.encode_labels(make([["a", "b", "a"], ["c", "c", "b"]]), ["c", "b", "a"])
        np.testing.assert_array_equal(got, [[2, 1, 2], [0, 0, 1]])
    assert xentc.encode_labels("b", ["a", "b"]) == 1
    assert xentc.encode_labels(7, [7]) == 0
    assert xentc.encode_labels(np.str_("b"), ["a", "b"]) == 1
    for empty in (
        [],
        np.array([], "U3"),
        pd.Series([], dtype=str),
        pa.array([], pa.string()),
        pl.Series([], dtype=pl.String),
    ):
        assert xentc.encode_labels(empty, ["a"]).shape == (0,)
        assert xentc.encode_labels(empty, []).shape == (0,)
    with pytest.raises(ValueError, match=r"got 'x' in row 1, column 0"):
        xentc.encode_labels([["a", "a"], ["x", "a"]], ["a"])
    with pytest.raises(ValueError, match=r"got 'x', and the classes"):
        xentc.encode_labels("x", ["a"])


def test_bad_arguments():
    for labels, classes, kind, words in (
        (["a"], ["a", "b", "a"], ValueError, "^classes must be distinct; 'a' is both number 0 and number 2$"),
        ([1], [1, 0, True], ValueError, "^classes must be distinct; True is both number 0 and number 2$"),
        (["a"], [["a", "b"]], ValueError, r"^classes must have one axis; got the shape \(1, 2\)$"),
        (["a"], "a", TypeError, "^classes must be a list or array of names"),
        (["a"], {"a", "b"}, TypeError, "^classes must be a list or array of names"),
        (["a"], {"a": 0}, TypeError, "^classes must be a list or array of names"),
        (np.ma.array([1, 2]), [1, 2], TypeError, "^labels must not be a masked array"),
        ([1], np.ma.array([1, 2]), TypeError, "^classes must not be a masked array"),
        (np.array([1j]), [1], TypeError, "^labels must have a dtype .*complex128"),
        (np.array(["2026-01-01"], "M8[D]"), ["a"], TypeError, "^labels must have a dtype .*datetime64"),
        (pa.array([{"a": 1}]), ["a"], TypeError, "^labels must be text or numbers, one label per row; got struct"),
        (pl.Series([{"a": 1}]), ["a"], TypeError, "^labels must be text or numbers, one label per row; got Struct"),
        (np.array([{}], object), ["a"], TypeError, "^labels must be text or numbers, one label per row"),
        (pd.Series([{}]), ["a"], TypeError, "^labels must be text or numbers, one label per row"),
        ([["a"], ["a", "b"]], ["a"], ValueError, "^labels cannot be read as an array, its rows are inhomogeneous"),
        (pd.DataFrame({"a": ["x"], "b": ["y"]}), ["x"], TypeError, "^labels"),
    ):
        with pytest.raises(kind, match=words):
            xentc.encode_labels(labels, classes)


def test_bytes_are_themselves():
    np.testing.assert_array_equal(xentc.encode_labels(np.array([b"a", b"b"]), [b"b", b"a"]), [1, 0])
    with pytest.raises(ValueError, match="got b'a' in row 0"):
        xentc.encode_labels([b"a"], ["a"])


@pytest.mark.parametrize("kind", ["text", "objects", "pandas", "arrow", "polars"])
@pytest.mark.parametrize("n_classes", [1, 3, 5000])
def test_many_rows_and_classes(kind, n_classes):
    """Over many blocks, against a dictionary; the first that is no class is found in a late one."""
    rng = np.random.default_rng(302)
    classes = [f"class {k}" for k in rng.permutation(n_classes)]
    want = rng.integers(n_classes, size=50_000)
    labels = np.array(classes)[want]
    np.testing.assert_array_equal(xentc.encode_labels(COLUMNS[kind](labels.tolist()), classes), want)
    labels[49_000] = "no class"[: labels.dtype.itemsize // 4]
    labels[49_001] = "neither"
    with pytest.raises(ValueError, match=f"got '{labels[49_000]}' in row 49000, and"):
        xentc.encode_labels(COLUMNS[kind](labels.tolist()), classes)


def test_pieces_of_every_length(monkeypatch):
    """Names get the same numbers however the rows are cut."""
    labels = ["b", "a", "c", "b", "a", "a", "c"]
    for length, kind in itertools.product((1, 2, 3, 7, 8), COLUMNS):
        monkeypatch.setattr(encode, "BLOCK_ROWS", length)
        np.testing.assert_array_equal(
            xentc.encode_labels(COLUMNS[kind](labels), ["c", "a", "b"]), [2, 1, 0, 2, 1, 1, 0]
        )
        with pytest.raises(ValueError, match="got 'c' in row 2"):
            xentc.encode_labels(COLUMNS[kind](labels), ["a", "b"])
        if kind not in WITHOUT_MISSING:
            with pytest.raises(ValueError, match="^labels has a missing value in row 5"):
                xentc.encode_labels(COLUMNS[kind]([*labels[:5], None, "a"]), ["c", "a", "b"])


ALPHABET = st.text(st.sampled_from(string.ascii_lowercase[:3] + "é漢\U0001f600 "), max_size=6)


@hypothesis.settings(max_examples=200, deadline=None)
@hypothesis.given(st.lists(ALPHABET, unique=True, max_size=30), st.lists(ALPHABET, max_size=60), st.integers(0, 3))
def test_hashed_text_is_what_a_dictionary_makes_of_it(classes, labels, room):
    """Whatever the width of the array; a table so small that names meet; new names get new numbers in order."""
    array = np.array(labels, dtype=f"U{max(map(len, [*labels, 'a'])) + room}")
    number = {name: k for k, name in enumerate(classes)}
    want = [number.setdefault(name, len(number)) for name in array.tolist()]
    names = Names(zip(classes, range(len(classes)), strict=True))
    np.testing.assert_array_equal(Text(names).numbers(array), want)
    assert names == number


def test_names_that_meet_in_the_table(monkeypatch):
    """All in one slot: found there all the same, no Python object a row; and what is none is told from them."""
    monkeypatch.setattr("xentc._readers.text._hashes", lambda labels, multipliers: np.zeros(len(labels), np.uint64))
    one_by_one = []
    monkeypatch.setattr(Names, "of", lambda self, names, n: one_by_one.extend(names) or np.full(n, len(self)))
    classes = [f"{k}" for k in range(40)]
    labels = np.array(classes * 3)
    np.testing.assert_array_equal(xentc.encode_labels(labels, classes), [*range(40)] * 3)
    assert not one_by_one
    labels[100] = "x"
    with pytest.raises(IndexError):  # there is no name of it
        xentc.encode_labels(labels, classes)
    assert one_by_one == ["x"]


def test_a_name_that_does_not_fit_the_array_is_not_cut():
    np.testing.assert_array_equal(xentc.encode_labels(np.array(["ab", "a"]), ["abc", "a", "ab"]), [2, 1])
    with pytest.raises(ValueError, match="got 'ab' in row 0"):
        xentc.encode_labels(np.array(["ab"]), ["abc", "ac"])
    np.testing.assert_array_equal(xentc.encode_labels(np.array([""], "U0"), ["a", ""]), [1])


def test_categories_and_dictionary_values_of_no_row_do_not_count():
    column = pd.Series(pd.Categorical(["b", "a"], ["c", "b", "a"]))
    y = [[0.2, 0.8], [0.9, 0.1]]
    assert xentc.log_loss(column, y) == xentc.log_loss(["b", "a"], y)
    values = pa.DictionaryArray.from_arrays(pa.array([2, 0]), pa.array(["b", None, "a"]))
    np.testing.assert_array_equal(xentc.encode_labels(values, ["b", "a"]), [1, 0])
    with pytest.raises(ValueError, match="^labels has a missing value in row 1"):
        xentc.encode_labels(pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["b", None, "a"])), ["b", "a"])


def test_the_order_is_that_of_the_columns():
    """Twelve classes whose sorted order is another: the loss is that of the columns."""
    classes = [f"cls_{k}" for k in range(12)]
    want = np.random.default_rng(303).integers(12, size=200)
    y = np.full((200, 12), 0.01)
    y[np.arange(200), want] = 0.89
    names = [classes[k] for k in want]
    got = xentc.cross_entropy_labels(xentc.encode_labels(names, classes), y, reduction="mean")
    assert got == xentc.cross_entropy_labels(want, y, reduction="mean")
    assert xentc.log_loss(names, y) > 2 * got  # scikit-learn sorts
