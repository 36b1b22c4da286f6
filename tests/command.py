"""The command ``xentc``: in a process of its own, as a user runs it, or, where that adds nothing, in this one."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from xentc._cli import main

ROOT = Path(__file__).parent.parent
Ran = subprocess.CompletedProcess[str]


def environment(**more: str) -> dict[str, str]:
    """This process's, but for what changes how the command prints."""
    ours = ("COLUMNS", "NO_COLOR", "PYTHONIOENCODING", "TERM")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def run(arguments: list[Any], *, cwd: Any = None, stdin: Any = None, **more: str) -> Ran:
    """A Python program with these arguments, to its end."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        stdin=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env=environment(**more),
    )


def xentc(*arguments: Any, cwd: Any = None, stdin: Any = None, **more: str) -> Ran:
    """The command in a process of its own."""
    return run(["-m", "xentc", *arguments], cwd=cwd, stdin=stdin, **more)


def here(*arguments: Any, cwd: Any) -> Ran:
    """The command in this process: the same, but for what only a process has."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(map(str, arguments)))
    out.seek(0)
    return subprocess.CompletedProcess(arguments, code, out.read(), err.getvalue())


def failed(ran: Ran, code: int = 2) -> str:
    """The one line that a command which failed has said; nothing may be on standard output."""
    assert ran.returncode == code, ran
    assert ran.stdout == ""
    line, end, rest = ran.stderr.partition("\n")
    assert (end, rest) == ("\n", ""), ran.stderr
    assert line.startswith("xentc: ")
    return line.removeprefix("xentc: ")
