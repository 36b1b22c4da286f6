"""The Python of README.md and docs/, run as it stands, and what it prints beside what the page says.

A page is one program: its sections share their names, from top to bottom. A ``print`` that prints one line has it
behind it, as a comment. ``python tests/docs/pages.py`` writes these comments anew.
"""

import importlib.util
import os
import re
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import scenes

ROOT = Path(__file__).parents[2]
OWN_TESTS = {"docs/pipelines.md"}  # by tests/pipelines
OPTIONAL = {"torch", "xgboost", "lightgbm"}  # what the extra "test" has not
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PRINT = re.compile(r"^(?P<code>\s*print\(.*\))  # (?P<said>.*)$")
IMPORT = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)


@dataclass
class Section:
    """Python blocks under one heading: their first line in the page, and their text."""

    title: str
    blocks: list[tuple[int, str]] = field(default_factory=list)

    def missing(self):
        """Optional packages that it takes and that are not here."""
        names = {name for _, code in self.blocks for name in IMPORT.findall(code)}
        return sorted(name for name in names & OPTIONAL if importlib.util.find_spec(name) is None)


class Page:
    """One page. ``run`` executes a section in ``folder``, after those above it that have not been run."""

    def __init__(self, name):
        self.name = name
        self.text = (ROOT / name).read_text(encoding="utf-8")
        self.lines = self.text.split("\n")
        self.sections = sections(self.text)
        self.printed = {}  # by line
        self.names = None
        self.done = 0
        self.folder = None

    def run(self, number):
        with self.inside():
            while self.done <= number:
                self.done += 1
                section = self.sections[self.done - 1]
                if not section.missing():
                    for line, code in section.blocks:
                        exec(compile("\n" * (line - 1) + code, str(ROOT / self.name), "exec"), self.names)

    @contextmanager
    def inside(self):
        """In a folder of its own, with the files and names that the page takes for given."""
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            if self.names is None:
                Path("examples").symlink_to(ROOT / "examples")
                self.names = {"__name__": "page", **scenes.SCENES.get(self.name, dict)(), "print": self.print}
            yield
        finally:
            os.chdir(before)

    def print(self, *values, **options):
        self.printed.setdefault(sys._getframe(1).f_lineno, []).append(options.get("sep", " ").join(map(str, values)))

    def differences(self, number):
        """What a section said and what it printed, where these are one line and differ."""
        found = []
        for start, code in self.sections[number].blocks:
            for line in range(start, start + code.count("\n")):
                printed = self.printed.get(line, [])
                match = PRINT.match(self.lines[line - 1])
                said = match["said"] if match else None
                if len(printed) == 1 and "\n" not in printed[0] and printed[0] != said:
                    found.append((line, said, printed[0]))
        return found


def sections(text):
    """Those that have Python."""
    found = [Section("")]
    for match in re.finditer(r"^#+ (?P<title>.*)$|^```(?P<kind>\w*).*\n(?P<code>(?:.*\n)*?)```$", text, re.MULTILINE):
        if match["title"] is not None:
            found.append(Section(match["title"]))
        elif match["kind"] == "python":
            found[-1].blocks.append((text.count("\n", 0, match.start("code")) + 1, match["code"]))
    return [section for section in found if section.blocks]


def names():
    paths = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
    return [path for path in paths if path not in OWN_TESTS and BLOCK.search((ROOT / path).read_text(encoding="utf-8"))]


def write(name):
    """Put what they print behind the prints of a page."""
    page = Page(name)
    with tempfile.TemporaryDirectory() as page.folder:
        run_all(page)
    (ROOT / name).write_text("\n".join(page.lines), encoding="utf-8")


def run_all(page):
    for number, section in enumerate(page.sections):
        if section.missing():
            print(f"{page.name}, {section.title}: not run, {', '.join(section.missing())} not installed")
            continue
        page.run(number)
        for line, _, printed in page.differences(number):
            text = page.lines[line - 1]
            code = match["code"] if (match := PRINT.match(text)) else text
            page.lines[line - 1] = f"{code}  # {printed}"


if __name__ == "__main__":
    for page_name in sys.argv[1:] or names():
        write(page_name)
