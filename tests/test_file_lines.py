"""Text is cut into blocks where lines end, as Arrow sees them; and what is left early leaves nothing that runs."""

import io
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import files
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest
from crossing import slow_beyond
from files import class_columns, names_of, predictions, read, write
from hypothesis import given, settings
from hypothesis import strategies as st

import xentc
from xentc._files import FileError, lines
from xentc._files.lines import Lines


class Trickle:
    """A stream that gives a few bytes at a time."""

    def __init__(self, content, step):
        self._content, self._step = io.BytesIO(content), step

    def read(self, n):
        return self._content.read(min(n, self._step))


def rows_of(content, delimiter=","):
    """What Arrow reads, with as many columns as the first line of the whole has."""
    options = pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    names = pa.csv.ReadOptions(column_names=["a", "b"], use_threads=False, block_size=1 << 20)
    kinds = pa.csv.ConvertOptions(column_types={"a": pa.binary(), "b": pa.binary()})
    return pa.csv.read_csv(io.BytesIO(content), names, options, kinds).to_pylist()


FIELDS = st.text(alphabet='ab" ,;\n', max_size=8)


def written(field, how, delimiter):
    if how == "quoted":
        return '"' + field.replace('"', '""') + '"'
    plain = field.replace("\n", "").replace(delimiter, "").lstrip('"')  # quotes within, which stand for themselves
    return plain if how == "plain" else f'"x"{plain}'


@given(
    st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=8),
    st.lists(st.sampled_from(["plain", "quoted", "both"]), min_size=16, max_size=16),
    st.integers(1, 40),
    st.sampled_from([",", ";", "\t", " "]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_blocks_are_lines_as_arrow_has_them(rows, hows, step, delimiter, newline, ends):
    how = iter(hows)
    text = newline.join(delimiter.join(written(field, next(how), delimiter) for field in row) for row in rows)
    content = (text + newline * ends).encode()
    blocks = list(Lines("y", Trickle(content, step), delimiter).blocks(1))
    assert b"".join(blocks).strip(b"\r\n") == content.strip(b"\r\n")
    expected = rows_of(content, delimiter) if content.strip(b"\r\n") else []
    assert [row for block in blocks for row in rows_of(block, delimiter)] == expected


def test_blocks_are_short():
    content = b'1,"a"\n' * 1000
    blocks = list(Lines("y", io.BytesIO(content), ",").blocks(4096))
    assert [len(block) for block in blocks] == [4092, 1908]
    content = b'1,5"\n' * 1000  # inches
    assert max(map(len, Lines("y", io.BytesIO(content), ",").blocks(4096))) <= 4096


def test_a_quote_without_end(monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 1 << 14)
    content = b"1,2\n" + b'1,"2\n' + b"3,4\n" * 10_000
    with pytest.raises(FileError, match=r"^y: the line that begins with '1,\"2 3,4 3,4 .*is a quote missing\?$"):
        list(Lines("y", io.BytesIO(content), ",").blocks(4096))


def columns(n):
    y, labels = predictions(n)
    return {"note": [f'row {i}: 5" wide' if i % 3 else "plain" for i in range(n)], **class_columns(y)}, y, labels


def test_rows_of_errors_behind_many_blocks(tmp_path, monkeypatch):
    for name in ("LEAST_OF_BLOCK", "MOST_OF_BLOCK"):
        monkeypatch.setattr(f"xentc._files.text.{name}", 4096)
    made, y, labels = columns(6000)
    made["label"] = names_of(labels)
    good = files.text(made).splitlines(keepends=True)
    path = write(tmp_path / "y.csv", b"".join(good))
    got_labels, got_y, _ = read(path)
    np.testing.assert_array_equal(got_labels, labels)
    np.testing.assert_array_equal(got_y, y)
    for bad, message in (
        (b"plain,0.25\n", r"row 5500: 2 fields instead of 6: 'plain,0\.25'"),
        (
            good[0].replace(b"note", b"x").replace(b"p_cat", b"oops"),
            r"row 5500: column 'p_cat': 'oops' is not a num",
        ),
    ):
        write(path, b"".join([*good[:5501], bad, *good[5501:]]))
        with pytest.raises(FileError, match=message):
            read(path)


# What ends a process early. Arrow's streaming reader would abort it: its threads call Python's streams.

CODE = """
import sys
sys.path.insert(0, {root!r})
import xentc
from xentc._files import open_predictions
"""
WAYS = {
    "an error in the middle": ("xentc.evaluate({bad!r})", 1),
    "an error that was caught": ("try:\n    xentc.evaluate({bad!r})\nexcept ValueError:\n    pass", 0),
    "the first rows alone": ("batches = iter(open_predictions({good!r})); next(batches); sys.exit(3)", 3),
    "nothing read": ("predictions = open_predictions({good!r}); sys.exit(3)", 3),
    "closed": ("with open_predictions({good!r}) as opened:\n    next(iter(opened))\nsys.exit(3)", 3),
}


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file of some blocks, and one with an error in a late row."""
    folder = tmp_path_factory.mktemp("large")
    made, _, labels = columns(60_000)
    good = files.text({**made, "label": labels})
    assert len(good) > 5 << 20
    return {
        "good": str(write(folder / "good.csv", good)),
        "bad": str(write(folder / "bad.csv", good + b"junk\n" + good)),
    }


def start(script, large):
    code = CODE.format(root=str(Path(xentc.__file__).parent.parent)) + textwrap.dedent(script).format(**large)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("way", slow_beyond(list(WAYS)[:2], WAYS))
def test_a_process_that_leaves_early_ends(large, way):
    script, code = WAYS[way]
    process = start(script, large)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, "Aborted" in err, "Fatal" in err) == (code, False, False), err


def test_interrupted_while_reading(large):
    """Ctrl-C, whenever it comes, is a KeyboardInterrupt and no abort."""
    process = start("print('ready', flush=True)\nwhile True:\n    xentc.evaluate({good!r})", large)
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode in (-signal.SIGINT, 130)
    assert err.rstrip().endswith("KeyboardInterrupt")
