"""Make the screens in README.md and docs/: run the commands they show, and put what they print below them.

    python tools/screens.py           # write
    python tools/screens.py --check   # only compare, but for how long a command took

A screen is a fenced block of the kind ``console``. Its lines that begin with ``$ `` are commands for a shell in the
root of the repository; what is below each is its output. ``xentc`` is the one of the Python that runs this.
"""

import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(^```console\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"^\d+\.\d\d s(, [\d.,]+ [MG]B/s)?$", re.MULTILINE)


def output(command: str, folder: str) -> str:
    """What a command prints, on either stream. It may write into a folder of its own, which is called OUT."""
    xentc = Path(folder) / "xentc"
    xentc.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m xentc "$@"\n')
    xentc.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "OUT": folder}
    ran = subprocess.run(
        command, shell=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120
    )
    return ran.stdout.decode()


def run(screen: str) -> str:
    """A block with the output of its commands."""
    with tempfile.TemporaryDirectory() as folder:
        commands = [line for line in screen.splitlines() if line.startswith("$ ")]
        return "".join(f"{line}\n{output(line[2:], folder)}" for line in commands)


def made(text: str) -> str:
    """A page with all its screens as they come out now."""
    return BLOCK.sub(lambda match: match[1] + run(match[2]) + match[3], text)


def main() -> int:
    wrong = 0
    for page in PAGES:
        before = page.read_text(encoding="utf-8")
        after = made(before)
        if "--check" not in sys.argv:
            page.write_text(after, encoding="utf-8")
        elif TIME.sub("", before) != TIME.sub("", after):
            wrong += 1
            changes = difflib.unified_diff(before.splitlines(), after.splitlines(), page.name, "now", lineterm="")
            print("\n".join(changes))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
