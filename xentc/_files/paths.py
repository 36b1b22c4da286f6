"""Which files: a path, several, a folder, a pattern, an open stream."""

import glob
import os
import re
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.sources import is_file, is_reader
from .errors import FileError, MissingFile, UnreadableFile, listed

# What a folder is searched for; a file that is named may have any name.
SUFFIXES = (".npy", ".npz", ".parquet", ".pq", ".arrow", ".arrows", ".feather", ".ipc", ".csv", ".tsv", ".txt")
COMPRESSED = (".gz", ".zst")


@dataclass(frozen=True)
class Part:
    """One file, or one stream."""

    name: str  # as messages have it
    path: Path | None
    stream: Any = None
    size: int | None = None
    key: str = ""  # changes with its content: path, size and time of change

    @property
    def suffix(self) -> str:
        """The last one that does not tell of compression."""
        suffixes = [s for s in Path(self.name).suffixes if s.lower() not in COMPRESSED]
        return suffixes[-1].lower() if suffixes else ""


def is_path(value: object) -> bool:
    """Whether a value names files: a path, an open stream, or a sequence of paths."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(each, (str, os.PathLike)) for each in value)
    return is_file(value)


def is_read_once(source: Any) -> bool:
    """Whether any of what it names is a stream, or a pipe, which is gone when it is read."""
    if isinstance(source, (list, tuple)):
        return any(map(is_read_once, source))
    if not isinstance(source, (str, os.PathLike)):
        return hasattr(source, "read") or is_reader(source)
    text = os.fspath(source)
    return text == "-" or (
        os.path.exists(text) and not os.path.isfile(text) and not os.path.isdir(text)  # noqa: PTH110, PTH112, PTH113
    )


def find_parts(source: Any) -> list[Part]:
    """The files that a source names, those of a folder or pattern in natural order."""
    if hasattr(source, "read"):
        if hasattr(source, "encoding"):
            raise FileError(f"{_stream_name(source)} is open as text; open it with 'rb'")
        return [Part(_stream_name(source), None, source)]
    if isinstance(source, (list, tuple)):
        parts = [part for each in source for part in find_parts(each)]
        seen: set[str] = set()
        for part in parts:
            if part.key in seen:
                raise FileError(f"{part.name} is named twice; its rows would count twice")
            seen.add(part.key)
        return parts
    text = os.fspath(source)
    if not isinstance(text, str):
        raise FileError(f"a path must be text, not {text!r}")
    if text == "-":
        return [Part("standard input", None, _standard_input())]
    return [_part(path) for path in _paths(text)]


def _standard_input() -> Any:
    """Of the system, where that is what Python has: a thread that waits for it would keep Python's from closing."""
    try:
        return open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
    except (OSError, ValueError, AttributeError):
        return sys.stdin.buffer


def _stream_name(stream: Any) -> str:
    name = getattr(stream, "name", None)
    return name if isinstance(name, str) else "the stream"


def _paths(text: str) -> list[str]:
    if os.path.isdir(text):  # noqa: PTH112 - messages show paths as they were written
        return _in_folder(text)
    if os.path.lexists(text):
        return [text]
    if glob.has_magic(text):
        found = [path for path in glob.glob(text, recursive=True) if not os.path.isdir(path)]  # noqa: PTH112
        if not found:
            raise MissingFile(f"{text} matches no file")
        return sorted(found, key=natural)
    if re.match(r"[a-z][a-z0-9+]*://", text):
        raise MissingFile(f"{text} is not a local file; copy it here, or open it as a stream in Python")
    raise MissingFile(f"{text}: there is no such file")


def _in_folder(folder: str) -> list[str]:
    """The files of a folder and of the folders in it, if they are of one kind."""
    found: dict[str, list[str]] = {}
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        for name in names:
            suffix = Part(name, None).suffix
            if suffix in SUFFIXES and not name.startswith((".", "_")):
                found.setdefault(suffix, []).append(os.path.join(root, name))  # noqa: PTH118
    if not found:
        raise MissingFile(f"{folder} holds no file to read; looked for {listed(SUFFIXES)}")
    if len(found) > 1:
        kinds = ", ".join(f"{len(paths)} {suffix}" for suffix, paths in sorted(found.items()))
        raise FileError(f"{folder} holds files of several kinds ({kinds}); say which with a pattern: '{folder}/*.csv'")
    return sorted(*found.values(), key=natural)


def natural(path: str) -> list[tuple[int, int, str]]:
    """A key that sorts part-2 before part-10."""
    pieces: Iterable[str] = re.split(r"(\d+)", path)
    return [(0, int(piece), piece) if piece.isdecimal() else (1, 0, piece) for piece in pieces if piece]


def _part(text: str) -> Part:
    path = Path(text)
    try:
        status = path.stat()
    except OSError as error:
        raise unreadable(text, error) from None
    if not stat.S_ISREG(status.st_mode):  # a pipe, such as the shell's <(...)
        return Part(text, None, _open(path, text))
    key = f"{path.resolve()} {status.st_size} {status.st_mtime_ns}"
    return Part(text, path, None, status.st_size, key)


def _open(path: Path, name: str) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise unreadable(name, error) from None


def unreadable(name: str, error: OSError) -> FileError:
    """What the system says of a file."""
    trouble = f"{name}: {(error.strerror or str(error) or 'cannot be read').lower()}"
    return MissingFile(trouble) if isinstance(error, FileNotFoundError) else UnreadableFile(trouble)
