"""Types: what a checker says of calls, with the stub that is shipped; and that the stub is made from the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CALLS = ROOT / "tests" / "typed" / "calls.py"


def test_stub_is_that_of_the_script():
    script = [sys.executable, str(ROOT / "tools" / "make_stubs.py")]
    made = subprocess.run(script, capture_output=True, text=True, check=True, timeout=60).stdout
    assert made == (ROOT / "xentc" / "__init__.pyi").read_text()


@pytest.mark.slow
def test_types_of_calls(tmp_path):
    """By line: the errors that mypy finds, and those that it must find."""
    wanted = [
        f"{number} {code}"
        for number, line in enumerate(CALLS.read_text().splitlines(), 1)
        for code in re.findall(r"  # error: ([a-z-]+)$", line)
    ]
    assert len(wanted) >= 10
    options = ["--strict", "--follow-imports=silent", "--disable-error-code=empty-body", "--no-error-summary"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "--config-file=", f"--cache-dir={tmp_path}", CALLS.name],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=CALLS.parent,
        env={"MYPYPATH": str(ROOT), "MYPY_FORCE_COLOR": "0"},
    )
    lines = [line for line in done.stdout.splitlines() if ": note:" not in line]
    found = dict.fromkeys(re.sub(r"^calls\.py:(\d+): error: .*\[([a-z-]+)\]$", r"\1 \2", line) for line in lines)
    assert ([*found], done.stderr) == (wanted, ""), done.stdout
