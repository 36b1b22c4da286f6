"""The state file: the totals so far, and which rows of which files are in them."""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._evaluation.accumulator import Evaluation
from .._files import Done, FileError

# A line that names the format, a line of JSON, the bytes of the evaluation, and a checksum of all that.
MAGIC = b"xentc state 1\n"
SECONDS_BETWEEN_WRITES = 1.0


class State:
    """An evaluation with what it is made of, kept in a file at whole batches.

    ``reading`` are the options that decide what the files' columns mean: rows that were read otherwise do not add up.
    """

    def __init__(self, evaluation: Evaluation, done: Done, reading: Mapping[str, Any]) -> None:
        self.evaluation = evaluation
        self.done = done
        self.reading = dict(reading)

    def to_bytes(self) -> bytes:
        """All of it."""
        head = json.dumps({"done": self.done.to_dict(), "reading": self.reading}).encode() + b"\n"
        content = MAGIC + head + self.evaluation.to_bytes()
        return content + hashlib.sha256(content).digest()

    @classmethod
    def read(cls, path: Path) -> "State":
        """What a file holds; FileError in words if it is something else, cut short, or damaged."""
        content = path.read_bytes()
        if not content.startswith(MAGIC):
            raise FileError(f"{path} is not a state file of this version of xentc evaluate --state")
        content, checksum = content[:-32], content[-32:]
        if hashlib.sha256(content).digest() != checksum:
            raise FileError(f"{path} is cut short or damaged; delete it to begin anew")
        head, _, totals = content[len(MAGIC) :].partition(b"\n")
        described = json.loads(head)
        try:
            evaluation = Evaluation.from_bytes(totals)
        except ValueError as error:
            raise FileError(f"{path}: {error}") from None
        return cls(evaluation, Done.from_dict(described["done"]), described["reading"])

    def check_reading(self, path: Path, reading: Mapping[str, Any]) -> None:
        """That this run reads files as the one that wrote the state did."""
        for option, value in reading.items():
            before = self.reading.get(option)
            if before != value:
                flag = "--" + option.replace("_", "-")
                was = f"with {flag} {_written(before)}" if before else f"without {flag}"
                raise FileError(f"{path} was made {was}; go on with the same options, or name another --state")


def _written(value: Any) -> str:
    return "" if value is True else ",".join(map(str, value)) if isinstance(value, list) else str(value)


class Keeper:
    """Keeps a state in a file while it grows: at the end of every part, and every second of a long one.

    What is written is always the state between two batches, whatever ends the run.
    """

    def __init__(self, path: Path, reading: Mapping[str, Any]) -> None:
        self.path = path
        self.reading = reading
        self._kept: bytes | None = None
        self._written = b""
        self._when = time.monotonic()
        self._file: str | None = None

    def between_batches(self, evaluation: Evaluation, done: Done, file: str) -> None:
        """Called with what is evaluated before a batch of the given file is."""
        due = time.monotonic() - self._when > SECONDS_BETWEEN_WRITES
        if due or (self._file is not None and file != self._file):
            self.keep(evaluation, done)
        if due:
            self.write()
        self._file = file

    def keep(self, evaluation: Evaluation, done: Done) -> None:
        """In memory."""
        self._kept = State(evaluation, done, self.reading).to_bytes()

    def write(self) -> None:
        """What is kept, in place of the file as a whole: there is no moment at which the file is half of one."""
        if self._kept is None or self._kept == self._written:
            return
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
        try:
            beside.write_bytes(self._kept)
            beside.replace(self.path)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
        self._written, self._when = self._kept, time.monotonic()
