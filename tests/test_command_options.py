"""Every option of ``xentc evaluate`` with every other one, and what does not go together; every trouble in one line."""

import itertools
import json
import os
import resource
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from command import environment, failed, here, xentc
from layouts import LAYOUTS, NAMES, columns, predictions, words

import xentc as library

N = 60
LABELS, Y = predictions(N)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """With data.parquet, and other.csv, which has the labels of the same rows in another order."""
    made = tmp_path_factory.mktemp("options")
    table = pd.DataFrame({**columns(LABELS, Y, words(LABELS)), "w": np.arange(N) / 8})
    table.to_parquet(made / "data.parquet")
    table[["id", "label"]].sample(frac=1, random_state=1).to_csv(made / "other.csv", index=False)
    return made


# Each option as it is written, and what it is in Python; files are named for the pair.
MEANING = {
    "--eps": (["--eps", "0.125"], {"eps": 0.125}),
    "--logits": (["--logits"], {"from_logits": True}),
    "--weight": (["--weight", "w"], {"sample_weight": "w"}),
    "--by": (["--by", "day"], {"by": "day"}),
    "--bins": (["--bins", "4"], {"bins": 4}),
    "--worst": (["--worst", "3"], {"worst": 3}),
    "--ignore-index": (["--ignore-index", "2"], {"ignore_index": 2}),
    "--check": (["--check"], {"check": True}),
    "--check X": (["--check=1e-3"], {"check": 1e-3}),
    "--no-check": (["--no-check"], {"check": False}),
    "--label": (["--label", "label"], {"label": "label"}),
    "--probs": (["--probs", "p_*"], {"probs": "p_*"}),
    "--classes": (["--classes", ",".join(NAMES)], {"classes": NAMES}),
    "--id": (["--id", "id"], {"id": "id"}),
    "--no-id": (["--no-id"], {"id": False}),
    "--header": (["--header"], {"header": True}),
    "--no-header": (["--no-header"], {"header": False}),
}
SHOWN = {
    "--by-class": ["--by-class"],
    "--calibration": ["--calibration"],
    "--markdown": ["--markdown"],
    "--html": ["--html", "r.html"],
    "--state": ["--state", "r.state"],
    "--fail-above": ["--fail-above", "100"],
    "--threads": ["--threads", "1"],
    "--quiet": ["--quiet"],
}
APART = [{"--eps", "--logits"}, {"--check", "--no-check"}, {"--check X", "--no-check"}, {"--id", "--no-id"}]
LAST_COUNTS = [{"--check", "--check X"}, {"--header", "--no-header"}]


@pytest.mark.parametrize("first", MEANING)
def test_options_of_meaning(folder, first, tmp_path):
    """With every other one: what Python says with both, or an error that names an option."""
    for second in MEANING:
        pair = (first, second)
        written = list(itertools.chain(*(MEANING[each][0] for each in dict.fromkeys(pair))))
        ran = here("evaluate", folder / "data.parquet", *written, "--json", cwd=tmp_path)
        if {*pair} in APART:
            assert "--" in failed(ran), pair
            continue
        assert (ran.returncode, ran.stderr) == (0, ""), pair
        made = json.loads(ran.stdout)
        del made["source"]
        keywords = MEANING[first][1] | MEANING[second][1]
        assert len(keywords) == len({*pair}) or {*pair} in LAST_COUNTS
        assert made == library.evaluate(folder / "data.parquet", **keywords).to_dict(), pair


@pytest.mark.parametrize("first", SHOWN)
def test_options_of_what_is_shown(folder, first, tmp_path):
    """With every one of either kind the same numbers are found, and files and lines are written as asked."""
    for second in (*SHOWN, *MEANING):
        written = [*SHOWN[first], *(SHOWN.get(second) or MEANING[second][0])] if second != first else SHOWN[first]
        for path in tmp_path.iterdir():
            path.unlink()
        ran = here("evaluate", folder / "data.parquet", *written, "--json", "r.json", cwd=tmp_path)
        assert (ran.returncode, ran.stderr) == (0, ""), (first, second)
        made = json.loads((tmp_path / "r.json").read_text())
        del made["source"]
        keywords = MEANING[second][1] if second in MEANING else {}
        assert made == library.evaluate(folder / "data.parquet", **keywords).to_dict(), (first, second)
        pair = (first, second)
        assert (ran.stdout == "") == ("--quiet" in pair), pair
        assert (tmp_path / "r.html").exists() == ("--html" in pair)
        assert (tmp_path / "r.state").exists() == ("--state" in pair)
        if "--quiet" not in pair:
            assert ("**" in ran.stdout) == ("--markdown" in pair)
            assert ("by class" in ran.stdout) == ("--by-class" in pair)
            assert ("\ncalibration" in ran.stdout or "**calibration" in ran.stdout) == ("--calibration" in pair)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--logits", "--eps", "0.1"], "--eps does not go with --logits"),
        (["--json", "--markdown"], "--json and --markdown would both be printed"),
        (["--html", "x.html", "--plot", "x.html"], "--html and --plot would both write x.html"),
        (["--json", "x.json", "--state", "./x.json"], "--json and --state would both write ./x.json"),
        (["--html", "."], "--html writes a file, and . is a folder"),
        (["--state", "."], "--state writes a file, and . is a folder"),
        (["--html", "-"], "--html writes a file, and - is none"),
        (["--plot", "-"], "--plot writes a file, and - is none"),
        (["--json", "x.txt"], "--json writes a file whose name ends in .json"),
        (["--check", "2"], "--check: must be a tolerance from 0 to less than 1, got 2"),
        (
            ["--check", "data.parquet"],
            "must be a tolerance such as 1e-4 (to check without one, put --check last)",
        ),
        (["--check", "--no-check"], "--no-check: not allowed with argument --check"),
        (["--id", "id", "--no-id"], "--no-id: not allowed with argument --id"),
        (["--eps", "1"], "eps must be"),
        (["--eps", "-1"], "eps must be"),
        (["--fail-above", "nan"], "--fail-above: must be a number, got 'nan'"),
        (["--ignore-index", "1.5"], "--ignore-index"),
        (["--bins", "0"], "--bins: must be at least 1, got 0"),
        (["--threads", "0"], "--threads: must be at least 1, got 0"),
        (["--worst", "10000000000000"], "worst must be from 0"),
        (["--classes", "a,a,b,c"], "classes must be distinct"),
        (["--classes", "dog,cat,eel,fox"], "classes must be in the order of the columns"),
        (["--by-clas"], "unrecognized arguments: --by-clas"),
    ],
)
def test_what_does_not_go_together(folder, arguments, said, tmp_path, monkeypatch):
    if "--plot" in arguments and "x.html" in arguments:
        monkeypatch.setattr("xentc._cli.together._check_plot", lambda _: None)
    assert said in failed(here("evaluate", folder / "data.parquet", *arguments, cwd=tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [["--eps", "0.1", "--logits"], ["--json", "--markdown"], ["--html", "x"]])
def test_of_compare(folder, arguments):
    assert "--" in failed(here("compare", "data.parquet", "data.parquet", *arguments, cwd=folder))


def test_compare_checks(folder, tmp_path):
    table = pd.read_parquet(folder / "data.parquet").drop(columns="w")
    table["p_cat"] *= 1 + 1e-4
    table.to_csv(tmp_path / "b.csv", index=False)
    paths = folder / "data.parquet", tmp_path / "b.csv"
    assert here("compare", *paths, cwd=tmp_path).returncode == 0
    assert here("compare", *paths, "--check", "1e-2", cwd=tmp_path).returncode == 0
    line = failed(here("compare", *paths, "--check", cwd=tmp_path))
    assert "b.csv: the rows of y must sum to 1 within" in line
    table["p_cat"] = 2.0
    table.to_csv(tmp_path / "b.csv", index=False)
    assert "are these logits?" in failed(here("compare", *paths, cwd=tmp_path))
    assert here("compare", *paths, "--no-check", cwd=tmp_path).returncode == 0
    assert "are these logits?" in failed(here("evaluate", tmp_path / "b.csv", cwd=tmp_path))
    assert here("evaluate", tmp_path / "b.csv", "--no-check", cwd=tmp_path).returncode == 0


# States


def test_state_says_what_it_was_made_with(folder, tmp_path):
    data = folder / "data.parquet"
    for i, (before, now, said) in enumerate(
        [
            ([], ["--by", "day"], "without --by"),
            (["--weight", "w"], [], "with --weight w"),
            (["--no-id"], [], "with --no-id"),
            (["--classes", ",".join(NAMES)], [], "with --classes cat,dog,eel,fox"),
        ]
    ):
        assert here("evaluate", data, *before, "--state", f"{i}", "--quiet", cwd=tmp_path).returncode == 0
        line = failed(here("evaluate", data, *now, "--state", f"{i}", cwd=tmp_path))
        assert f"{i} was made {said}; go on with the same options" in line
    for option in (["--check"], ["--no-check"], ["--check", "0.5"]):
        assert "check" in failed(here("evaluate", data, *option, "--state", "0", cwd=tmp_path))


def test_streams_are_not_counted_twice(tmp_path):
    LAYOUTS["csv"](tmp_path, LABELS, Y)
    for i in range(2):
        with (tmp_path / "data.csv").open() as file:
            ran = xentc("evaluate", "-", "--state", "s", "--json", cwd=tmp_path, stdin=file)
        if i == 0:
            assert json.loads(ran.stdout)["count"] == N
        else:
            assert "s exists, and rows that come by a stream cannot be told from those it holds" in failed(ran)


def test_merge_shows_what_states_have(folder, tmp_path):
    data = folder / "data.parquet"
    here("evaluate", data, "--state", "s", "--worst", "3", "--quiet", cwd=tmp_path)
    assert "--worst 5: these states keep 3 rows" in failed(here("merge", "s", "--worst", "5", cwd=tmp_path))
    assert "--by: these states have no groups" in failed(here("merge", "s", "--by", "--state", "t", cwd=tmp_path))
    assert not (tmp_path / "t").exists()
    here("evaluate", data, "--state", "g", "--by", "day", "--quiet", cwd=tmp_path)
    merged = here("merge", "g", "--by", "--by-class", "--calibration", "--worst", "2", "--markdown", cwd=tmp_path)
    assert [table in merged.stdout for table in ("by day", "by class", "calibration", "largest losses (2)")] == [
        True
    ] * 4
    assert here("merge", "g", "--fail-above", "0.1", "--quiet", cwd=tmp_path).returncode == 1
    outputs = ["--json", "r.json", "--html", "r.html"]
    assert here("merge", "g", "--quiet", *outputs, cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "r.json").read_text())["count"] == N
    assert "<svg" in (tmp_path / "r.html").read_text()


# What is wrong with files: one line, with the file and the row


def spoil(path, table, trouble):
    """A file with this trouble, and what has to be in the line about it."""
    row = N - 7
    if trouble == "missing":
        return "no such file"
    if trouble == "empty":
        path.touch()
        return "is empty"
    if trouble == "a folder without files":
        path.mkdir()
        return path.name
    if trouble == "junk":
        path.write_bytes(np.random.default_rng(1).bytes(3000))
        return path.name
    if trouble == "text":
        table["p_dog"] = table["p_dog"].astype(object)
        table.loc[row, "p_dog"] = "much"
    elif trouble == "a null":
        table.loc[row, "p_dog"] = None
    elif trouble == "a null label":
        table.loc[row, "label"] = None
    elif trouble == "an unknown label":
        table.loc[row, "label"] = "gnu"
    elif trouble == "no distribution":
        table.loc[row, ["p_cat", "p_dog", "p_eel", "p_fox"]] = 1.5
    save = {".csv": lambda: table.to_csv(path, index=False), ".parquet": lambda: table.to_parquet(path)}.get(
        path.suffix, lambda: table.to_feather(path)
    )
    if trouble == "text" and path.suffix != ".csv":
        table["p_dog"] = table["p_dog"].astype(str)
        save()
        return "'p_dog'"
    save()
    if trouble == "cut short":
        content = path.read_bytes()
        path.write_bytes(content[: len(content) * 2 // 3])
        return path.name
    return f"row {row}"


TROUBLES = [
    "missing", "empty", "a folder without files", "junk", "cut short", "text", "a null", "a null label",
    "an unknown label", "no distribution",
]  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".arrow"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_troubles_of_tables(tmp_path, trouble, suffix):
    table = pd.DataFrame(columns(LABELS, Y, words(LABELS)))
    path = tmp_path / f"bad{suffix}"
    expected = spoil(path, table, trouble)
    ran = here("evaluate", path.name, cwd=tmp_path)
    if suffix == ".csv" and trouble == "a null":
        expected = "column 'p_dog'"
    line = failed(ran)
    assert "bad" in line
    assert expected in line
    assert expected in failed(here("compare", path.name, path.name, cwd=tmp_path))


def arrays():
    """Of arrays: what is wrong, y, labels, and what has to be said."""
    floats = Y.astype(np.float32)
    yield "objects", Y.astype(object), LABELS, "pickled Python objects, which are never read"
    yield "pickled labels", Y, LABELS.astype(object), "labels.npy holds pickled"
    yield "complex", Y + 0j, LABELS, "complex128"
    yield "text", Y.astype(str), LABELS, "which cannot be probabilities"
    yield "longdouble", Y.astype(np.longdouble), LABELS, "longdouble" if np.longdouble is np.float64 else "float128"
    yield "one axis", Y[:, 0].copy(), LABELS, "labels.npy, row"
    yield "a single value", np.array(0.5), LABELS, "a single value"
    yield "no classes", Y[:, :0], LABELS, "no classes"
    yield "no rows", Y[:0], LABELS[:0], "no rows"
    yield "fewer labels", Y, LABELS[:-1], f"y.npy has {N} rows, labels.npy has {N - 1}"
    yield "floating labels", floats, LABELS + 0.5, "labels.npy, row 0: the label"
    yield "negative labels", floats, LABELS - 9, "labels.npy, row 0: the label"
    yield "labels of two axes", floats, np.stack([LABELS] * 2, 1), "labels have 2 columns of 0 and 1"
    yield "times", floats, LABELS.astype("M8[D]"), "labels"


@pytest.mark.parametrize(("y", "labels", "said"), [a[1:] for a in arrays()], ids=[a[0] for a in arrays()])
def test_troubles_of_arrays(tmp_path, y, labels, said):
    np.save(tmp_path / "y.npy", y, allow_pickle=True)
    np.save(tmp_path / "labels.npy", labels, allow_pickle=True)
    assert said in failed(here("evaluate", "y.npy", "labels.npy", cwd=tmp_path))
    np.save(tmp_path / "b.npy", Y)
    failed(here("compare", "y.npy", "b.npy", "labels.npy", cwd=tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_with_a_name(tmp_path):
    LAYOUTS["csv"](tmp_path, LABELS, Y)
    command = f"{sys.executable} -m xentc evaluate <(cat data.csv) --json"
    ran = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert json.loads(ran.stdout)["count"] == N


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")
def test_the_demo_needs_less_than_a_gigabyte():
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))  # noqa: E731
    ran = subprocess.run(
        [sys.executable, "-m", "xentc", "demo"], env=environment(), capture_output=True, preexec_fn=limit, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
