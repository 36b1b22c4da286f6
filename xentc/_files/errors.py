"""What is wrong with a file, in one line that names it."""

from collections.abc import Iterable


class FileError(ValueError):
    """A file or table that cannot be evaluated: the message is one line and names file, row and remedy."""

    def __init__(self, message: str) -> None:
        # What is quoted from a damaged file, or its name, may hold anything.
        super().__init__("".join(c if c.isprintable() else repr(c)[1:-1] for c in message))


class MissingFile(FileError, FileNotFoundError):
    """A path, folder or pattern that names no file."""


class UnreadableFile(FileError, OSError):
    """A file that the system does not let us read."""


class MissingPackage(FileError, ImportError):
    """A format whose reader is not installed: the message says which extra brings it."""


def at_row(name: str, row: int, trouble: str) -> FileError:
    """Of a row, counted from 0 (in a CSV file without its line of names)."""
    return FileError(f"{name}, row {row}: {trouble}")


def one_line(error: BaseException) -> str:
    """What another library says, short enough for the end of our line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else f"{text[:300]}..."


def listed(names: Iterable[object], most: int = 12) -> str:
    """Names for a message, the first few of many."""
    all_names = [str(name) for name in names]
    shown = ", ".join(all_names[:most])
    return f"{shown}, ... ({len(all_names)} in all)" if len(all_names) > most else shown
