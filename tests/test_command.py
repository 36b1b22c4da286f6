"""The command: what it prints and writes, its exit codes, states, and Ctrl-C."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import numpy as np
import pytest
from command import ROOT, environment, failed, here, run, xentc
from layouts import LAYOUTS, predictions

import xentc as library
from xentc._evaluation.accumulator import Evaluation

TIME = re.compile(r"\d+\.\d\d s(, [\d.,]+ [MG]B/s)?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """With data.csv."""
    made = tmp_path_factory.mktemp("data")
    LAYOUTS["csv"](made, *predictions())
    return made


@pytest.fixture(scope="module")
def report():
    labels, y = predictions()
    return Evaluation(classes=["cat", "dog", "eel", "fox"]).update(labels, y).report()


def test_screen(folder, report):
    ran = xentc("evaluate", "data.csv", cwd=folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    first, *lines, last = ran.stdout.splitlines()
    assert first.startswith("data.csv   50 rows, 4 classes   ")
    assert lines[:3] == str(report).splitlines()[1:4]
    assert all(line.startswith("note") for line in lines[3:])
    assert TIME.fullmatch(last)


def test_tables(folder):
    arguments = ("--by-class", "--by", "day", "--worst", "3", "--calibration", "--bins", "5")
    printed = here("evaluate", "data.csv", *arguments, cwd=folder).stdout
    blocks = [block.splitlines() for block in printed.split("\n\n")[1:]]
    assert [block[0].partition(":")[0] for block in blocks] == [
        "by class",
        "by day",
        "largest losses (3)",
        "calibration",
    ]
    assert [len(block) for block in blocks] == [2 + 4, 2 + 3, 2 + 3, 2 + 5 + 1]  # the last with the time


def test_json_is_the_report(folder, report):
    ran = here("evaluate", "data.csv", "--json", cwd=folder)
    made = json.loads(ran.stdout)
    source = made.pop("source")
    assert made == report.to_dict()
    assert source["name"] == "data.csv"
    assert set(source) == {"name", "taken", "notes", "seconds", "bytes"}


def test_files_are_written(folder, report, tmp_path):
    ran = here(
        "evaluate", "data.csv", "--quiet",
        "--json", tmp_path / "r.json", "--html", tmp_path / "r.html", "--plot", tmp_path / "r.svg",
        cwd=folder,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert json.loads((tmp_path / "r.json").read_text())["mean"] == report.mean
    assert "<h1>data.csv</h1>" in (tmp_path / "r.html").read_text()
    assert "<svg" in (tmp_path / "r.svg").read_text()


def test_markdown(folder):
    lines = here("evaluate", "data.csv", "--markdown", "--by-class", cwd=folder).stdout.splitlines()
    assert lines[0].startswith("**data.csv   50 rows, 4 classes")
    assert "| cat |" in "\n".join(lines)


@pytest.mark.parametrize(
    ("options", "code"), [(["--fail-above", "100"], 0), (["--fail-above", "0.5"], 1), (["--fail-above", "inf"], 0)]
)
def test_fail_above(folder, options, code):
    ran = here("evaluate", "data.csv", "--quiet", *options, cwd=folder)
    assert ran.returncode == code
    assert ran.stderr == ("" if code == 0 else ran.stderr)
    if code:
        assert re.fullmatch(r"xentc: the loss \d\.\d+ is above 0\.5\n", ran.stderr)


def test_a_loss_that_is_not_a_number_does_not_pass(tmp_path):
    labels, y = predictions()
    y[3] = np.nan
    ran = here("evaluate", *LAYOUTS["npy"](tmp_path, labels, y), "--quiet", "--fail-above", "inf", cwd=tmp_path)
    assert failed(ran, 1) == "the loss is not a number, so it is not known to be at most inf"


def test_options_reach_the_evaluation(folder):
    labels, y = predictions()
    made = json.loads(
        here(
            "evaluate",
            "data.csv",
            "--eps",
            "0.125",
            "--weight",
            "id",
            "--bins",
            "4",
            "--by",
            "day",
            "--json",
            cwd=folder,
        ).stdout
    )
    again = Evaluation(classes=["cat", "dog", "eel", "fox"], eps=0.125, bins=4, by="day")
    weight, day = np.arange(50) + 100, np.arange(50) % 3
    again.update(labels, y, sample_weight=weight, by=day.astype(str))  # which text files have as text
    del made["source"]
    assert made == again.report().to_dict()


def test_logits_and_ignored_labels(tmp_path):
    labels, y = predictions()
    labels[::7] = -1
    np.save(tmp_path / "z.npy", np.log(y))
    np.save(tmp_path / "labels.npy", labels)
    found = json.loads(
        here("evaluate", "z.npy", "labels.npy", "--logits", "--ignore-index", "-1", "--json", cwd=tmp_path).stdout
    )
    kept = labels >= 0
    assert found["count"] == kept.sum()
    assert found["mean"] == pytest.approx(-np.log(y[kept, labels[kept]]).mean())
    assert found["from_logits"] is True


@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate"],
        ["evaluat", "data.csv"],
        ["evaluate", "data.csv", "--wurst", "3"],
        ["evaluate", "data.csv", "--worst", "many"],
        ["evaluate", "data.csv", "--worst", "-1"],
        ["evaluate", "data.csv", "--eps", "nan"],
        ["evaluate", "data.csv", "--classes", "a,,b"],
        ["evaluate", "data.csv", "--threads", "0"],
        ["evaluate", "--json", "data.csv", "data.csv"],
        ["evaluate", "data.csv", "--html", "data.csv"],
        ["evaluate", "data.csv", "--html", "missing/report.html"],
        ["evaluate", "data.csv", "--plot", "report.doc"],
        ["compare", "data.csv"],
        ["merge", "data.csv"],
        ["merge", "missing.state"],
        ["demo", "--rows", "0"],
    ],
)
def test_bad_usage_is_one_line_and_touches_nothing(folder, arguments):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    failed(here(*arguments, cwd=folder))
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("command", [[], ["evaluate"], ["compare"], ["merge"], ["demo"], ["config"]])
def test_help_fits_a_terminal(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    ran = here(*command, "--help", cwd=".")
    assert ran.returncode == 0
    assert all(len(line) < 80 for line in ran.stdout.splitlines())


def test_without_a_command_there_is_help():
    ran = here(cwd=".")
    assert ran.returncode == 0
    for name in ("evaluate", "compare", "merge", "demo", "config"):
        assert name in ran.stdout


def test_version_and_config():
    assert here("--version", cwd=".").stdout == f"xentc {library.__version__}\n"
    assert "simd:" in here("config", cwd=".").stdout


def test_demo():
    ran = here("demo", "--rows", "1000", "--classes", "7", cwd=".")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("They agree") == 3
    assert "best NumPy" in ran.stdout


# States


def parts(folder, n=4, broken=None):
    """Files of ten rows; one may be broken."""
    names = []
    for i in range(n):
        labels, y = predictions(10, seed=i)
        (folder / f"{i}").mkdir()
        LAYOUTS["csv"](folder / f"{i}", labels, y)
        names.append(f"{i}/data.csv")
        if i == broken:
            with (folder / f"{i}" / "data.csv").open("a") as file:
                file.write("1,1,gnu,0.25,0.25,0.25,0.25\n")
    return names


def test_state_resumes_after_an_error(tmp_path):
    names = parts(tmp_path, broken=2)
    assert "2/data.csv" in failed(here("evaluate", *names, "--state", "s", cwd=tmp_path))
    LAYOUTS["csv"](tmp_path / "2", *predictions(10, seed=2))
    for i in (0, 1):  # finished parts are not read again: as they are now, they would give other losses
        path = tmp_path / f"{i}" / "data.csv"
        status, content = path.stat(), path.read_bytes()
        path.write_bytes(content.replace(b',"cat",', b',"fox",'))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    resumed = json.loads(here("evaluate", *names, "--state", "s", "--json", cwd=tmp_path).stdout)
    for i in (0, 1):
        LAYOUTS["csv"](tmp_path / f"{i}", *predictions(10, seed=i))
    at_once = json.loads(here("evaluate", *names, "--json", cwd=tmp_path).stdout)
    del resumed["source"], at_once["source"]
    assert resumed == at_once


def test_states_merge_to_the_bits_of_one_pass(tmp_path):
    names = parts(tmp_path)
    for i, some in enumerate((names[:1], names[1:])):
        assert here("evaluate", *some, "--state", f"{i}.state", "--quiet", cwd=tmp_path).returncode == 0
    merged = json.loads(here("merge", "1.state", "0.state", "--json", cwd=tmp_path).stdout)
    at_once = json.loads(here("evaluate", *names, "--json", cwd=tmp_path).stdout)
    assert merged["source"]["name"] == "2 states"
    for name in ("count", "sum", "mean", "variance", "brier", "by_class", "calibration", "losses"):
        assert merged[name] == at_once[name]
    assert "are in both" in failed(here("merge", "0.state", "0.state", cwd=tmp_path))
    assert here("merge", "0.state", "1.state", "--state", "sum", "--quiet", cwd=tmp_path).returncode == 0
    assert json.loads(here("merge", "sum", "--json", cwd=tmp_path).stdout)["mean"] == at_once["mean"]


def test_states_are_the_bytes_of_an_evaluation(tmp_path):
    """Python reads the file of a state, and the command the bytes of an evaluation."""
    first, second = parts(tmp_path, 2)
    here("evaluate", first, "--state", "s", "--quiet", cwd=tmp_path)
    evaluation = Evaluation.from_bytes((tmp_path / "s").read_bytes())
    assert evaluation.report().count == 10
    (tmp_path / "bytes").write_bytes(evaluation.to_bytes())
    here("evaluate", second, "--state", "t", "--quiet", cwd=tmp_path)
    assert json.loads(here("merge", "bytes", "t", "--json", cwd=tmp_path).stdout)["count"] == 20


@pytest.mark.parametrize(
    "options", [["--by", "day"], ["--bins", "3"], ["--logits"], ["--eps", "0"], ["--weight", "day"], ["--worst", "2"]]
)
def test_state_of_other_options(tmp_path, options):
    (name,) = parts(tmp_path, 1)
    here("evaluate", name, "--state", "s", cwd=tmp_path)
    before = (tmp_path / "s").read_bytes()
    line = failed(here("evaluate", name, "--state", "s", *options, cwd=tmp_path))
    assert line.startswith("s")
    assert (tmp_path / "s").read_bytes() == before


def test_damaged_states(tmp_path):
    (name,) = parts(tmp_path, 1)
    here("evaluate", name, "--state", "s", cwd=tmp_path)
    content = (tmp_path / "s").read_bytes()
    for damaged in (b"", content[:-1], content[:40], content[:100] + b"?" + content[101:], b"foreign" + content):
        (tmp_path / "s").write_bytes(damaged)
        assert failed(here("merge", "s", cwd=tmp_path)).startswith("s")


SLOW = """
import sys, time
from xentc._cli import evaluation, main
update = evaluation.Evaluation.update
def slow(self, *arguments, **options):
    print("batch", flush=True)
    result = update(self, *arguments, **options)
    time.sleep(0.4)
    return result
evaluation.Evaluation.update = slow
sys.exit(main())
"""


def interrupted(*arguments, cwd, after):
    """The command with slow batches, interrupted once it began so many."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, "evaluate", *arguments],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    assert process.stdout is not None
    for _ in range(after):
        assert process.stdout.readline() == "batch\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_interrupted(folder):
    code, out, err = interrupted("data.csv", cwd=folder, after=1)
    assert (code, out, err) == (130, "", "xentc: interrupted\n")


def test_state_is_kept_when_interrupted(tmp_path):
    names = parts(tmp_path)
    code, _, err = interrupted(*names, "--state", "s", cwd=tmp_path, after=3)
    assert (code, err) == (130, "xentc: interrupted\n")
    kept = json.loads(here("merge", "s", "--json", cwd=tmp_path).stdout)
    assert kept["count"] in (20, 30)  # what was finished when the third part began, or that part too
    resumed = json.loads(here("evaluate", *names, "--state", "s", "--json", cwd=tmp_path).stdout)
    assert resumed["count"] == 40
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".tmp"]


# The terminal


def on_a_terminal(*arguments, cwd, columns=100, progress=True, **more):
    """What the command writes where standard output and error are a terminal."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    written = b""
    try:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=cwd,
            env=environment(TERM="xterm", **more),
            stdin=subprocess.DEVNULL,
            stdout=follower,
            stderr=follower if progress else subprocess.DEVNULL,
        )
        # Our end stays open: once the last one is closed, a system may drop what nobody has read yet.
        while True:
            over = process.poll() is not None
            if select.select([leader], [], [], 0.2)[0]:
                written += os.read(leader, 1 << 16)
            elif over:
                break
        assert process.returncode == 0, written
    finally:
        os.close(follower)
        os.close(leader)
    return written.decode()


def test_colours_and_no_colour(folder):
    assert "\033[1mdata.csv" in on_a_terminal("-m", "xentc", "evaluate", "data.csv", cwd=folder)
    assert "\033[" not in on_a_terminal("-m", "xentc", "evaluate", "data.csv", cwd=folder, NO_COLOR="1")
    assert "\033[" not in xentc("evaluate", "data.csv", cwd=folder).stdout


def test_width_of_the_terminal(folder):
    written = on_a_terminal(
        "-m", "xentc", "evaluate", "data.csv", "--calibration", cwd=folder, columns=62, progress=False, NO_COLOR="1"
    )
    lines = written.splitlines()
    assert "loss        1.73 ± 0.15   95 %: 1.43 … 2.02" in lines
    assert all(len(line) <= 62 for line in lines)


def test_progress_on_a_terminal(tmp_path):
    pytest.importorskip("tqdm")
    names = parts(tmp_path)
    written = on_a_terminal("-c", SLOW, "evaluate", *names, cwd=tmp_path)
    assert re.search(r"rows/s", written)
    assert re.search(r"loss \d\.\d+ ± 0\.\d+", written)
    quiet = on_a_terminal("-c", SLOW, "evaluate", *names, "--quiet", cwd=tmp_path)
    assert "rows/s" not in quiet


def test_output_without_unicode(folder):
    ran = xentc("evaluate", "data.csv", "--calibration", cwd=folder, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0
    assert ran.stdout.isascii()
    assert "+-" in ran.stdout


def test_reader_of_the_output_may_leave(folder):
    command = f"{sys.executable} -m xentc evaluate data.csv --by-class --calibration --json | head -n 1"
    ran = subprocess.run(
        command, shell=True, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("{\n", "")


def test_closed_output(folder):
    command = f"{sys.executable} -m xentc evaluate data.csv --fail-above 0.1 >&- 2>&-"
    assert subprocess.run(command, shell=True, cwd=folder, env=environment(), check=False).returncode == 1


# Extras


def without(module, *arguments, cwd):
    script = f"import sys; sys.modules[{module!r}] = None; from xentc._cli import main; sys.exit(main())"
    return run(["-c", script, *arguments], cwd=cwd)


def test_without_pyarrow(folder, tmp_path):
    assert "xentc[cli]" in failed(without("pyarrow", "evaluate", "data.csv", cwd=folder))
    arguments = LAYOUTS["npy"](tmp_path, *predictions())
    ran = without("pyarrow", "evaluate", *arguments, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_without_tqdm(folder):
    assert without("tqdm", "evaluate", "data.csv", cwd=folder).returncode == 0


def test_without_matplotlib(folder):
    line = failed(without("matplotlib", "evaluate", "data.csv", "--plot", "x.png", cwd=folder))
    assert line == "--plot needs matplotlib, which is not installed: pip install 'xentc[plot]'"


def test_readme_and_docs_show_what_the_commands_print():
    ran = run([ROOT / "tools" / "screens.py", "--check"])
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_python_in_the_docs_runs(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = re.findall(
        r"^```python\n(.*?)^```$", (ROOT / "docs" / "evaluate.md").read_text(), re.MULTILINE | re.DOTALL
    )
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)
    printed = capsys.readouterr().out
    assert printed.startswith("4 rows, 3 classes\nloss        0.65 ± 0.25 ")
    assert "\nby day\n" in printed


def test_nothing_heavy_is_imported_for_help():
    heavy = {"pyarrow", "tqdm", "matplotlib", "pandas"}
    script = f"import sys; from xentc._cli import main; main(['--help']); print({heavy} & set(sys.modules))"
    ran = run(["-c", script])
    assert ran.stdout.endswith("set()\n")


def test_time_of_the_last_line_is_that_of_the_work(folder):
    start = time.monotonic()
    ran = xentc("evaluate", "data.csv", cwd=folder)
    assert float(ran.stdout.splitlines()[-1].split()[0]) < time.monotonic() - start
