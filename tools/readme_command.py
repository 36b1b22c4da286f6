"""Print the one fenced command under a heading of README.md, for CI to run what readers are told to run.

bash -euo pipefail -c "$(python tools/readme_command.py 'Test it')"

There is exactly one under each of 'Run it' and 'Test it', and it does all its own set-up.
"""

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def command(heading: str, text: str) -> str:
    """The content of the only fenced block between the heading, of any level, and the next one."""
    blocks: list[list[str]] = []
    fence = inside = False
    for line in text.splitlines():
        if line.startswith("```"):
            fence = not fence
            if fence and inside:
                blocks.append([])
        elif fence and inside:
            blocks[-1].append(line)
        elif not fence and (title := re.fullmatch(r"#+\s+(.*?)\s*#*", line)):
            inside = title[1] == heading
    if len(blocks) != 1 or not "".join(blocks[0]).strip():
        raise SystemExit(f"README.md must have one fenced command under the heading {heading!r}; found {len(blocks)}")
    return "\n".join(blocks[0])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    print(command(sys.argv[1], README.read_text(encoding="utf-8")))
