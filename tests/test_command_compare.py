"""``xentc compare``: two models on the same rows of files."""

import json

import numpy as np
import pandas as pd
import pytest
from command import failed, here, xentc
from layouts import NAMES, columns, predictions, words

from xentc._evaluation.compare import compare

SHUFFLED = {"frac": 1, "random_state": 1}


@pytest.fixture(scope="module")
def rows():
    """Labels, two models, and the exact answer."""
    labels, a = predictions(500)
    b = (3 * a + predictions(500, seed=3)[1]) / 4
    return labels, a, b


@pytest.fixture(scope="module")
def folder(tmp_path_factory, rows):
    made = tmp_path_factory.mktemp("models")
    labels, a, b = rows
    of_a, of_b = pd.DataFrame(columns(labels, a, words(labels))), pd.DataFrame(columns(labels, b, words(labels)))
    of_a.to_csv(made / "a.csv", index=False)
    of_a.drop(columns="label").to_parquet(made / "a.parquet", row_group_size=64)
    of_b.drop(columns="label").to_parquet(made / "b.parquet")
    of_b.to_csv(made / "b.csv", index=False)
    of_b.sample(**SHUFFLED).to_csv(made / "shuffled.csv", index=False)
    of_b[["id", "label", *(f"p_{name}" for name in reversed(NAMES))]].to_csv(made / "turned.csv", index=False)
    of_b.rename(columns={"p_fox": "p_gnu"}).to_csv(made / "others.csv", index=False)
    of_a[["id", "label"]].sample(frac=1, random_state=2).to_csv(made / "labels.csv", index=False)
    np.save(made / "a.npy", a)
    np.save(made / "b.npy", b)
    np.save(made / "wide.npy", np.full((500, 5), 0.2))
    np.save(made / "labels.npy", labels)
    return made


@pytest.mark.parametrize(
    "arguments",
    [
        ("a.npy", "b.npy", "labels.npy"),
        ("a.csv", "b.csv"),
        ("a.csv", "turned.csv"),
        ("a.csv", "b.parquet"),
        ("a.parquet", "b.parquet", "labels.csv", "--id", "id"),
        ("a.parquet", "shuffled.csv", "labels.csv", "--id", "id"),
        ("a.csv", "shuffled.csv", "--id", "id"),
    ],
)
def test_files_give_the_bits_of_the_arrays(folder, rows, arguments):
    ran = here("compare", *arguments, "--json", cwd=folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    made = json.loads(ran.stdout)
    assert (made.pop("a"), made.pop("b")) == arguments[:2]
    assert ("joined on 'id'" in made.pop("taken")) == ("a.npy" not in arguments)
    assert made == compare(*rows).to_dict()


def test_weights(folder, rows):
    made = json.loads(
        here("compare", "a.csv", "b.csv", "--weight", "day", "--eps", "0.25", "--json", cwd=folder).stdout
    )
    expected = compare(*rows, sample_weight=np.arange(500) % 3, eps=0.25)
    assert {name: made[name] for name in expected.to_dict()} == expected.to_dict()


def test_screen(folder, rows):
    ran = xentc("compare", "a.csv", "b.csv", cwd=folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    first, *lines = ran.stdout.splitlines()
    result = compare(*rows)
    head = "a.csv against b.csv   500 rows, 4 classes   columns p_cat … p_fox, label 'label', joined on 'id'"
    assert first == head
    turned = here("compare", "a.csv", "turned.csv", cwd=folder).stdout.splitlines()[0]
    assert turned == head.replace("b.csv", "turned.csv").replace(
        ", joined", ", columns p_fox … p_cat of turned.csv, joined"
    )
    assert lines[0].startswith("difference  0.")
    assert lines[0].endswith("B has the smaller loss")
    assert lines[2].split() == [
        "rows",
        "A",
        "better",
        f"{result.wins}",
        "B",
        "better",
        f"{result.losses}",
        "ties",
        f"{result.ties}",
    ]
    assert [line.replace("A", "a").replace("B", "b").split() for line in lines] == [
        line.split() for line in str(result).splitlines()
    ]


def test_same_model_twice(folder):
    lines = here("compare", "a.csv", "a.csv", cwd=folder).stdout.splitlines()
    assert lines[1].startswith("difference  0.000 ± 0.000")
    assert lines[1].endswith("either may be better")
    assert lines[3].endswith("ties 500")


def test_quiet_and_markdown(folder):
    assert here("compare", "a.csv", "b.csv", "--quiet", cwd=folder).stdout == ""
    assert "| loss | A 1." in here("compare", "a.csv", "b.csv", "--markdown", cwd=folder).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.npy", "b.npy"), "labels"),
        (("a.npy", "wide.npy", "labels.npy"), "not of the same classes: 4 classes, and 5 classes"),
        (("a.csv", "others.csv"), "gnu"),
        (("a.csv", "missing.csv"), "missing.csv"),
        (("a.csv", "b.csv", "--id", "day"), "twice"),
    ],
)
def test_errors(folder, arguments, said):
    assert said in failed(here("compare", *arguments, cwd=folder))
