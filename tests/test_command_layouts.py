"""The command on real files of every layout; what it says of files that are wrong."""

import json

import numpy as np
import pytest
from command import ROOT, failed, here, run, xentc
from crossing import slow_beyond
from layouts import LAYOUTS, NAMES, predictions

from xentc._cli import main
from xentc._cli.demo import digits
from xentc._evaluation.accumulator import Evaluation

# In a process of its own: one of each format.
IN_A_PROCESS = {"npy", "npz", "csv", "csv.gz", "parquet", "arrow file", "folder", "joined"}


def as_json(*arguments, cwd, how=here, **more):
    ran = how("evaluate", *arguments, "--json", cwd=cwd, **more)
    assert (ran.returncode, ran.stderr) == (0, "")
    return json.loads(ran.stdout)


@pytest.mark.crossing(1)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_numbers_of_the_arrays(layout, tmp_path):
    labels, y = predictions()
    arguments = LAYOUTS[layout](tmp_path, labels, y)
    found = as_json(*arguments, cwd=tmp_path, how=xentc if layout in IN_A_PROCESS else here)
    loss = -np.log(y[np.arange(len(y)), labels])
    assert found["count"] == len(y)
    assert found["mean"] == pytest.approx(loss.mean(), rel=2e-3 if "float16" in layout else 1e-6)
    assert found["hits"] == (y.argmax(axis=1) == labels).sum()
    if "npy" not in layout:  # float64 as it is: the bits of the arrays
        expected = Evaluation().update(labels, y).report().to_dict()
        for name in ("mean", "variance", "brier", "expected_calibration_error", "losses", "calibration"):
            assert found[name] == expected[name]
    if "cat" in str(found["classes"]):
        assert found["classes"] == NAMES


def test_screen_says_what_was_taken(tmp_path):
    labels, y = predictions()
    ran = here("evaluate", *LAYOUTS["joined"](tmp_path, labels, y), cwd=tmp_path)
    first = ran.stdout.splitlines()[0]
    assert first.startswith("y.parquet + labels.csv   50 rows, 4 classes   ")
    for part in ("p_cat", "p_fox", "label 'label'", "joined on 'id'"):
        assert part in first


def test_standard_input(tmp_path):
    labels, y = predictions()
    LAYOUTS["csv"](tmp_path, labels, y)
    with (tmp_path / "data.csv").open("rb") as file:
        assert as_json("-", cwd=tmp_path, how=xentc, stdin=file)["count"] == 50


def test_more_than_one_file_and_labels(tmp_path):
    """Parts that hold their own labels; and parts of predictions with the labels of all in the last file."""
    labels, y = predictions()
    for i, rows in enumerate((slice(0, 20), slice(20, 50))):
        np.save(tmp_path / f"y{i}.npy", y[rows])
        (tmp_path / f"part{i}").mkdir()
        LAYOUTS["csv"](tmp_path / f"part{i}", labels[rows], y[rows])
    np.save(tmp_path / "labels.npy", labels)
    means = {
        as_json(*files, cwd=tmp_path)["mean"]
        for files in (
            ("part0/data.csv", "part1/data.csv"),
            ("y0.npy", "y1.npy", "labels.npy"),
            ("y0.npy", "y1.npy", "--labels", "labels.npy"),
        )
    }
    assert means == {Evaluation().update(labels, y).report().mean}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.csv"], "missing.csv"),
        (["data.csv", "--label", "lable"], "lable"),
        (["data.csv", "--by", "month"], "month"),
        (["data.csv", "--weight", "w"], "'w'"),
        (["data.csv", "--probs", "q_*"], "q_*"),
        (["data.csv", "--classes", "a,b"], "classes"),
        (["data.csv", "--eps", "2"], "eps"),
        (["empty.csv"], "empty"),
        (["pickle.npy"], "pickle"),
        (["junk.parquet"], "junk.parquet"),
        (["short.npy", "labels.npy"], "short.npy"),
        (["data.csv", "--state", "data.csv"], "data.csv"),
    ],
)
def test_what_is_wrong_is_one_line(arguments, said, tmp_path):
    labels, y = predictions()
    LAYOUTS["csv"](tmp_path, labels, y)
    (tmp_path / "empty.csv").touch()
    np.save(tmp_path / "pickle.npy", np.array([{}, None], object), allow_pickle=True)
    (tmp_path / "junk.parquet").write_bytes(bytes(range(256)) * 5)
    np.save(tmp_path / "short.npy", y)
    np.save(tmp_path / "labels.npy", labels)
    content = (tmp_path / "short.npy").read_bytes()
    (tmp_path / "short.npy").write_bytes(content[:-100])
    before = (tmp_path / "data.csv").read_bytes()
    assert said in failed(here("evaluate", *arguments, cwd=tmp_path))
    assert (tmp_path / "data.csv").read_bytes() == before


MUTATE = """
import os, random, sys, contextlib, io
from pathlib import Path
from xentc._cli import main
random.seed(int(sys.argv[1]))
path, arguments = Path(sys.argv[2]), sys.argv[2:]
content = path.read_bytes()
for i in range(int(os.environ["TIMES"])):
    mutated = bytearray(content)
    how = random.choice(["flip", "flip", "cut", "insert", "zero", "repeat"])
    at = random.randrange(len(mutated))
    if how == "flip":
        for _ in range(random.choice([1, 1, 5])):
            mutated[random.randrange(len(mutated))] ^= 1 << random.randrange(8)
    elif how == "cut":
        del mutated[at:]
    elif how == "insert":
        mutated[at:at] = bytes(random.randrange(256) for _ in range(random.choice([1, 16])))
    elif how == "zero":
        mutated[at : at + 32] = bytes(min(32, len(mutated) - at))
    else:
        mutated[at:at] = mutated[at : at + 64]
    path.write_bytes(mutated)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["evaluate", *arguments, "--json"])
    said = err.getvalue()
    good = (code, said) == (0, "") or (
        code == 2 and not out.getvalue() and said.startswith("xentc: ") and said.count(chr(10)) == 1
        and "Traceback" not in said and "unexpected" not in said
    )
    if not good:
        print(how, at, code, repr(said), repr(out.getvalue()[:200]), flush=True)
        os._exit(1)
os._exit(0)  # as the command does
"""


MUTATED = ["npy", "npz", "csv", "csv.gz", "csv.zst", "parquet", "arrow file", "arrow stream"]


@pytest.mark.parametrize("layout", slow_beyond(["csv", "parquet"], MUTATED))
def test_no_traceback_on_mutated_files(layout, tmp_path):
    """In one process for many files of a layout, so that a crash of a library is seen too."""
    labels, y = predictions()
    arguments = LAYOUTS[layout](tmp_path, labels, y)
    ran = run(["-c", MUTATE, "7", *arguments], cwd=tmp_path, TIMES="60")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_main_in_process(tmp_path, capsys, monkeypatch):
    """``main`` returns the code, so that it can be called from Python too."""
    labels, y = predictions()
    LAYOUTS["csv"](tmp_path, labels, y)
    monkeypatch.chdir(tmp_path)
    assert main(["evaluate", "data.csv"]) == 0
    assert capsys.readouterr().out.startswith("data.csv   50 rows, 4 classes")
    assert main(["evaluate", "data.csv", "--fail-above", "0.1", "--quiet"]) == 1
    assert main(["evaluate"]) == 2
    assert main(["--version"]) == 0


def test_examples_are_the_predictions_of_the_demo():
    """What ``tools/make_examples.py`` wrote: float32 in both, which CSV gives back as the nearest float64."""
    from_csv, from_parquet = (as_json(f"examples/digits{suffix}", cwd=ROOT) for suffix in (".csv", ".parquet"))
    labels, y = digits()
    expected = Evaluation().update(labels.astype(int), y).report()
    assert from_parquet["mean"] == expected.mean
    assert from_csv["mean"] == pytest.approx(expected.mean, rel=1e-6)
    assert from_csv["hits"] == from_parquet["hits"] == expected.hits
    assert from_csv["classes"] == from_parquet["classes"]
    assert from_csv["classes"][:3] == ["zero", "one", "two"]
