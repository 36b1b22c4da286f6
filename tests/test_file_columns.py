"""Which columns are taken for what: guesses that cannot be wrong, names of classes, and questions in words."""

import re

import files
import numpy as np
import pytest
from files import NAMES, class_columns, names_of, npy, predictions, read, write

from xentc._files import FileError, columns_differ
from xentc._files.classes import class_names

Y, LABELS = predictions(40)


def csv(tmp_path, columns, name="y.csv", **options):
    return write(tmp_path / name, files.text(columns, **options))


def table(columns):
    """In memory, with the types that a text file does not have."""
    return files.arrow(columns)


def taken(*args, **options):
    labels, y, opened = read(*args, **options)
    np.testing.assert_array_equal(labels, LABELS)
    np.testing.assert_array_equal(y, Y)
    return opened


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (("p_cat", "p_cow"), ("cat", "cow")),
        (("p_0", "p_1", "p_10"), ("0", "1", "10")),
        (("p_10", "p_11"), ("10", "11")),
        (("p0", "p1", "p12"), ("0", "1", "12")),
        (("prob.a", "prob.b"), ("a", "b")),
        (("P(cat)", "P(dog)"), ("cat)", "dog)")),
        (("class cat", "class dog"), ("cat", "dog")),
        (("class-1", "class-2"), ("1", "2")),
        (("p_-1", "p_-2"), ("-1", "-2")),
        (("-1", "-2"), ("-1", "-2")),
        (("p_1.5", "p_1.7"), ("1.5", "1.7")),
        (("cat", "cow"), ("cat", "cow")),
        (("p_a", "p_a_b"), ("a", "a_b")),
        (("p_", "p_a"), ("p_", "p_a")),
        (("a", "p_a"), ("a", "p_a")),
        (("p_cat",), ("p_cat",)),
        (("0", "1", "2"), ("0", "1", "2")),
        (("19", "18"), ("19", "18")),
        (("x_p_a", "x_p_b"), ("a", "b")),
        (("p_ä", "p_ö"), ("ä", "ö")),
    ],
)
def test_names_of_classes(columns, names):
    assert class_names(columns) == names


@pytest.mark.parametrize("name", ["label", "labels", "target", "targets", "y", "y_true", "class", "Label", "CLASS"])
def test_names_of_labels(tmp_path, name):
    opened = taken(csv(tmp_path, {"id": range(40), name: LABELS, "n": range(40), **class_columns(Y)}))
    assert opened.taken == ("columns p_cat … p_ant", f"label '{name}'")


@pytest.mark.parametrize("prefix", ["p_", "prob_", "P.", "x_", ""])
def test_the_floating_columns(tmp_path, prefix):
    taken(csv(tmp_path, {"label": LABELS, **class_columns(Y, prefix=prefix)}))
    taken(table({"label": LABELS, **class_columns(Y, prefix=prefix)}))


def test_column_order_is_kept(tmp_path):
    names = ("dog", "ant", "cat", "bee")
    opened = taken(csv(tmp_path, {**class_columns(Y, names), "label": names_of(LABELS, names)}))
    assert opened.classes == names
    numbered = ("3", "1", "2", "0")
    opened = taken(table({**class_columns(Y, numbered), "label": [int(numbered[k]) for k in LABELS]}))
    assert opened.classes == numbered


def test_what_is_not_taken(tmp_path):
    """Columns of other kinds, and floating ones beside those whose names say what they are."""
    others = {"name": ["x"] * 40, "n": np.arange(40), "ok": LABELS > 1, "confidence": Y.max(1), "price": Y[:, 0] * 90}
    taken(csv(tmp_path, {**others, **class_columns(Y), "label": LABELS}))
    taken(table({**others, **class_columns(Y), "label": LABELS}))
    embedding = np.ones((40, 3))
    taken(table({"embedding": embedding, "probs": Y, "label": LABELS, **others}))


def test_numbers_are_names_if_a_class_is_named_by_one():
    for first in (0, 1, -2, 100):
        names = [str(first + k) for k in range(4)]
        for label in (LABELS + first, (LABELS + first).astype(float), [str(first + k) for k in LABELS]):
            opened = taken(table({**class_columns(Y, names), "label": label}))
            assert opened.classes == tuple(names)
    with pytest.raises(FileError, match=r"y, row \d+: the label 0 is no class; they are 1, 2, 3, 4; if .* \(--classes"):
        read(table({**class_columns(Y, "1234"), "label": LABELS}))
    names = ("1", "2", "other", "3")  # one name that is no number does not change what numbers mean
    taken(table({**class_columns(Y, names), "label": [names[k] for k in LABELS]}))
    with pytest.raises(FileError, match="the label 0 is no class"):
        read(table({**class_columns(Y, names), "label": LABELS}))


def test_numbers_are_positions_if_no_class_is():
    taken(table({**class_columns(Y), "label": LABELS}))
    taken(table({**class_columns(Y), "label": [str(k) for k in LABELS]}))
    taken(table({**class_columns(Y), "label": [f" {k}.0 " for k in LABELS]}))


def test_labels_may_be_the_whole_names_of_columns():
    taken(table({**class_columns(Y), "label": [f"p_{name}" for name in names_of(LABELS)]}))
    # But a short name comes first: p_a is the second column here, as the table says of itself.
    columns = ("p_a", "p_p_a", "p_b", "p_c")
    got = read(table({**class_columns(Y, columns, ""), "label": ["p_a"] * 40}))[0]
    assert set(got.tolist()) == {1}


def test_truth_values():
    y, labels = predictions(40, 2)
    for names in (("no", "yes"), ("false", "true"), ("True", "False"), ("0", "1")):
        columns = class_columns(y, names)
        truth = labels == (0 if names[0] == "True" else 1)
        if names[0] == "no":
            with pytest.raises(FileError, match="the label '?(True|False)'? is no class; they are no, yes"):
                read(table({**columns, "label": truth}))
            continue
        for label in (truth, [str(each) for each in truth], [str(each).lower() for each in truth]):
            got = read(table({**columns, "label": label}))[0]
            np.testing.assert_array_equal(got, labels)
    np.testing.assert_array_equal(read(y, labels == 1)[0], labels)


def test_classes_override(tmp_path):
    opened = taken(csv(tmp_path, {**class_columns(Y), "label": [f"c{k}" for k in LABELS]}), classes="c0, c1,c2,c3")
    assert opened.classes == ("c0", "c1", "c2", "c3")
    opened = taken(table({**class_columns(Y, "1234"), "label": LABELS}), classes=range(4))
    assert opened.classes == ("0", "1", "2", "3")
    for classes, message in [
        ("a,b", "classes names 2 classes, a, b; y has 4"),
        ("a,b,c,a", "classes must be distinct; got a, b, c, a"),
        ("dog,cat,cow,ant", "classes must be in the order of the columns of y, cat, dog, cow, ant; got dog, cat"),
    ]:
        with pytest.raises(FileError, match=re.escape(message)):
            read(table({**class_columns(Y), "label": LABELS}), classes=classes)


def test_ignored_labels():
    label = LABELS.copy()
    label[:3] = -100
    for form in (label, label.astype(float), [str(k) for k in label]):
        labels, _, opened = read(table({**class_columns(Y), "label": form}), ignore_index=-100)
        np.testing.assert_array_equal(labels, label)
        assert opened.ignore_index == -100
    with pytest.raises(FileError, match="y, row 0: the label -100 is no class"):
        read(table({**class_columns(Y), "label": label}))
    # Named 1 to 4, ignoring 2: as a position 2 is the class 3, so another number stands for what is ignored.
    for form in (LABELS + 1, [str(k + 1) for k in LABELS]):
        labels, _, opened = read(table({**class_columns(Y, "1234"), "label": form}), ignore_index=2)
        np.testing.assert_array_equal(labels, np.where(LABELS == 1, -1, LABELS))
        assert opened.ignore_index == -1


def test_asked_for(tmp_path):
    columns = {**class_columns(Y, prefix="a_"), **class_columns(Y[:, ::-1], prefix="b_"), "x": LABELS, "z": LABELS}
    path = csv(tmp_path, columns)
    assert taken(path, probs="a_*", label="x").taken == ("columns a_cat … a_ant", "label 'x'")
    assert taken(path, probs="b_ant,b_cow,b_dog,b_cat", label="x").classes == ("ant", "cow", "dog", "cat")
    assert taken(path, probs=["a_cat", "a_dog", "a_co?", "a_[!cd]*"], label="z").n_classes == 4
    ones = {f"is {name}": (k == LABELS).astype(int) for k, name in enumerate(NAMES[:4])}
    taken(csv(tmp_path, {**class_columns(Y), **dict(reversed(ones.items()))}), label="is *")  # in the order of y's
    taken(csv(tmp_path, {**class_columns(Y), **ones, "label": LABELS}), label=list(ones))


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({}, {}, "y has no column called label, target, y, y_true or class; say which of its columns 'kind' are the"),
        ({"class": LABELS, "label": LABELS}, {}, "any of the columns 'class', 'label' could be the labels; say which"),
        ({"label": LABELS}, {"label": "nope"}, "y has no column 'nope', asked for as label (--label); it has kind, p_"),
        ({"label": LABELS}, {"probs": "q_*"}, "y has no column like 'q_*', asked for as probabilities (--probs); it"),
        ({"label": LABELS}, {"weight": "w"}, "y has no column 'w', asked for as weight (--weight)"),
        ({"label": LABELS}, {"by": "w"}, "y has no column 'w', asked for as by (--by)"),
        ({"label": LABELS}, {"id": "w"}, "y has no column 'w', asked for as id (--id)"),
        ({"label": LABELS}, {"probs": ["p_cat", "p_*"]}, "column 'p_cat' is asked for twice as probabilities"),
        ({"label": LABELS, "x": Y[:, 0], "z": Y[:, 1]}, {"probs": "kind"}, "column 'kind': must be numbers, not str"),
        (
            {"label": Y},
            {},
            "column 'label' holds list<item: double>, which cannot be labels (numbers, names",
        ),
        ({"label": LABELS, "more": Y, "much": Y}, {}, "more than one column could be the probabilities; say which of"),
        ({"label": LABELS / 2}, {}, "the label"),
        ({"label": LABELS}, {"weight": "kind"}, "column 'kind': must be numbers"),
    ],
)
def test_questions(columns, options, message):
    with pytest.raises(FileError, match=re.escape(message)) as caught:
        read(table({"kind": ["x"] * 40, **class_columns(Y), **columns}), **options)
    assert "\n" not in str(caught.value)


def test_a_guess_is_looked_at(tmp_path):
    """Floating columns whose names do not say that they are probabilities must look like them."""
    columns = {**class_columns(Y, prefix=""), "price": 9 * Y[:, 0], "label": LABELS}
    message = r"y, row 0: the columns 'cat', .*'price' do not look like probabilities: their sum is .*--probs"
    with pytest.raises(FileError, match=message):
        read(table(columns))
    taken(table(columns), probs=NAMES[:4])
    with pytest.raises(FileError, match="may be logits or not; say which with probs="):
        read(table({**class_columns(Y, prefix=""), "label": LABELS}), from_logits=True)
    taken(table({**class_columns(Y, prefix="logit_"), "label": LABELS}), from_logits=True)
    with pytest.raises(FileError, match="columns 'margin' do not look like probabilities"):
        read(table({"margin": 3 + Y[:, 0], "label": LABELS % 2}))
    read(table({"p": 3 + Y[:, 0], "label": LABELS % 2}))  # a name that says so is not doubted: the evaluation will


def test_columns_of_zero_and_one_in_text(tmp_path):
    """May be probabilities that were written without a point; nothing is guessed."""
    columns = {"cat": (LABELS == 0).astype(int), "dog": (LABELS != 0).astype(int), "label": LABELS % 2}
    with pytest.raises(FileError, match="columns of 0 and 1 may be probabilities or not; say which of 'cat', 'dog'"):
        read(csv(tmp_path, columns))
    labels, y, _ = read(csv(tmp_path, columns), probs="cat,dog")
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, np.stack([columns["cat"], columns["dog"]], 1))
    np.testing.assert_array_equal(labels, columns["label"])


@pytest.mark.parametrize(
    ("first", "rest", "names"),
    [
        ("0.25,0.75", "0.5,0.5", None),
        ("0,1", "0.5,0.5", ("0", "1")),
        ("0,1", "0.5,1", ...),
        ("0,1,2", "1,0,0", ("0", "1", "2")),
        ("1,2,3", "1,0,0", ("1", "2", "3")),
        ("1,0,0", "0.5,0.5,0", None),
        ("1e-3,nan", "0.5,0.5", None),
        ("p_0,p_1", "0.5,0.5", ("0", "1")),
        ("p_0,p_1", "", ("0", "1")),
    ],
)
def test_is_the_first_line_names(tmp_path, first, rest, names):
    path = write(tmp_path / "y.csv", f"{first}\n{rest}\n".encode())
    n_rows = (names is None) + bool(rest)
    if names is ...:
        with pytest.raises(FileError, match="the first line, '0,1', may be names or a row; say with header=True or"):
            read(path, [0])
        assert read(path, [0], header=True)[2].classes == ("0", "1")
        assert read(path, [0, 1], header=False, probs="*")[2].classes is None
    elif not n_rows:
        with pytest.raises(FileError, match=r"y\.csv has no rows"):
            read(path, [0])
    else:
        assert read(path, [names == ("1", "2", "3")] * n_rows, probs="*")[2].classes == names


def test_text_without_names(tmp_path):
    """Columns are numbered from 0."""
    columns = {str(k): Y[:, k] for k in range(4)}
    for at in (0, 2, 4):
        items = list(columns.items())
        items.insert(at, ("label", names_of(LABELS)))
        path = csv(tmp_path, dict(items), header=False)
        opened = taken(path, classes=NAMES[:4])
        assert opened.taken[-1] == f"labels in column {at}"
    taken(csv(tmp_path, columns, header=False), LABELS)
    taken(csv(tmp_path, {**columns, "n": range(40), "l": LABELS}, header=False), label="5", probs="0,1,2,3")


def test_labels_in_a_table_of_their_own(tmp_path):
    """The only column, the only one that can be, or the one that is called so."""
    for other in (
        {"whatever": LABELS},
        {"id": range(40), "whatever": LABELS},
        {"n": range(40), "label": LABELS, "x": Y[:, 0]},
    ):
        with_id = {"id": range(40)} if "id" in other else {}
        taken(table({**with_id, **class_columns(Y)}), csv(tmp_path, other, "labels.csv"))
    with pytest.raises(FileError, match=r"labels\.csv has no column called .*; say which of its columns 'a', 'b' are"):
        read(Y, csv(tmp_path, {"a": LABELS, "b": LABELS}, "labels.csv"))


def test_files_that_lack_something(tmp_path):
    path = write(tmp_path / "y.npy", npy(Y))
    with pytest.raises(FileError, match=r"y\.npy is one array, so without labels; give these too"):
        read(path)
    with pytest.raises(FileError, match="y holds <U3, which cannot be probabilities"):
        read(np.array(names_of(LABELS)), LABELS)
    with pytest.raises(FileError, match="it has no floating column for the probabilities; say which"):
        read(table({"a": LABELS, "b": LABELS}), LABELS)


def test_columns_differ(tmp_path):
    one = csv(tmp_path, class_columns(Y), "1.csv")
    two = csv(tmp_path, class_columns(Y[:9]), "2.csv")
    other = csv(tmp_path, {"label": LABELS}, "l.csv")
    assert not columns_differ(one, two)
    assert columns_differ(one, other)
    assert not columns_differ(write(tmp_path / "a.npy", npy(Y)), write(tmp_path / "b.npy", npy(Y[:7])))
    assert columns_differ(write(tmp_path / "a.npy", npy(Y)), write(tmp_path / "b.npy", npy(LABELS)))
    assert columns_differ(one, "-")
