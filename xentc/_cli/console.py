"""What is written on the terminal: how wide, in which colours and characters."""

import os
import shutil
import sys
from collections.abc import Iterable
from typing import TextIO

from .._evaluation.layout import ASCII

BOLD, FAINT, YELLOW = "1", "2", "33"


def is_terminal(stream: TextIO) -> bool:
    """Whether someone looks at it."""
    return stream.isatty()


def width() -> int | None:
    """Columns of the terminal; None for a file or a pipe, where lines are as long as they get."""
    return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None


def unicode() -> bool:
    """Whether standard output can show bars and ±."""
    try:
        "█▏±…┃".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def coloured() -> bool:
    """On a terminal, but for NO_COLOR (https://no-color.org) and terminals that cannot."""
    return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, code: str) -> str:
    """A text in this colour, where there are colours."""
    return f"\033[{code}m{text}\033[0m" if coloured() else text


def write(text: str) -> None:
    """A line on standard output; characters that it does not have are replaced."""
    if not unicode():
        encoding = sys.stdout.encoding or "ascii"
        text = text.translate(ASCII).encode(encoding, "backslashreplace").decode(encoding)
    print(text)


def write_screen(lines: Iterable[str]) -> None:
    """The lines of a screen: the first one bold, warnings in yellow."""
    for i, line in enumerate(lines):
        if i == 0:
            write(paint(line, BOLD))
        elif line.startswith("warning"):
            write(paint("warning", YELLOW) + line.removeprefix("warning"))
        else:
            write(line)


def fail(error: BaseException | str, code: int) -> int:
    """Say what is wrong in one line, and return the exit code."""
    if isinstance(error, MemoryError) and not str(error):
        error = "there is not enough memory"
    elif isinstance(error, OSError) and error.strerror and error.filename is not None:
        error = f"{error.filename}: {error.strerror}"
    line = " ".join(str(error).split()) or type(error).__name__
    encoding = sys.stderr.encoding or "ascii"
    print(f"xentc: {line}".encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)
    return code


def broken_pipe() -> int:
    """The reader of standard output (``head``) has seen enough: no error, and nothing more to write at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
