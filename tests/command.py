"""The command ``xentc``, run as a user runs it: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def environment(**more: str) -> dict[str, str]:
    """This process's, but for what changes how the command prints."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "PYTHONIOENCODING", "TERM")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def xentc(*arguments: Any, cwd: Any = None, timeout: float = 60, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        [sys.executable, "-m", "xentc", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
        env=environment(**more.pop("env", {})),
        **more,
    )


def failed(ran: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """The one line that a command which failed has said; nothing may be on standard output."""
    assert ran.returncode == code, ran
    assert ran.stdout == ""
    line, end, rest = ran.stderr.partition("\n")
    assert (end, rest) == ("\n", ""), ran.stderr
    assert line.startswith("xentc: ")
    return line.removeprefix("xentc: ")
