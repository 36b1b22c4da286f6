"""The state file: the totals so far, and which rows of which files are in them."""

import contextlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core import byte_form
from .._evaluation.accumulator import Evaluation
from .._files import Done, FileError

SECONDS_BETWEEN_WRITES = 1.0
SHARE = 0.1


class State:
    """An evaluation with what it is made of: the bytes of an `Evaluation` with an entry more, which that leaves alone.

    ``reading`` are the options that decide what the files' columns mean: rows that were read otherwise do not add up.
    """

    def __init__(self, evaluation: Evaluation, done: Done, reading: Mapping[str, Any]) -> None:
        self.evaluation = evaluation
        self.done = done
        self.reading = dict(reading)

    def to_bytes(self) -> bytes:
        """All of it."""
        files = {"done": self.done.to_dict(), "reading": self.reading}
        return byte_form.pack("E", {**self.evaluation._to_plain(), "files": files})

    @classmethod
    def _of_plain(cls, plain: dict[str, Any]) -> "State":
        files = plain.get("files", {"done": Done().to_dict(), "reading": {}})
        reading = {name: list(value) if isinstance(value, tuple) else value for name, value in files["reading"].items()}
        return cls(Evaluation._of_plain(plain), Done.from_dict(files["done"]), reading)

    @classmethod
    def read(cls, path: Path) -> "State":
        """What a file holds; FileError in words if it is something else, cut short, or damaged."""
        try:
            return byte_form.unpack_with("E", path.read_bytes(), "an Evaluation", cls._of_plain)
        except ValueError as error:
            raise FileError(f"{path}: {str(error).replace('data', 'the file', 1)}") from None

    def check_reading(self, path: Path, reading: Mapping[str, Any]) -> None:
        """That this run reads files as the one that wrote the state did."""
        for option in {**self.reading, **reading}:
            before = self.reading.get(option)
            if before != reading.get(option):
                raise FileError(
                    f"{path} was made {_as_option(option, before)}; go on with the same options, or name another"
                )


def _as_option(option: str, value: Any) -> str:
    if value is None:
        return f"without --{option}"
    if isinstance(value, bool):
        return f"with --{'' if value else 'no-'}{option}"
    return f"with --{option} {','.join(map(str, value)) if isinstance(value, list) else value}"


class Keeper:
    """Keeps a state in a file while it grows: at the end of every part, and every second of a long one.

    What is written is always the state between two batches, whatever ends the run.
    """

    def __init__(self, path: Path, reading: Mapping[str, Any]) -> None:
        self.path = path
        self.reading = reading
        self._kept: bytes | None = None
        self._written: bytes | None = None
        self._when = time.monotonic()
        self._cost = 0.0
        self._file: str | None = None

    def between_batches(self, evaluation: Evaluation, done: Done, file: str) -> None:
        """Called with what is evaluated before a batch of the given file is."""
        passed = time.monotonic() - self._when
        is_new, self._file = (self._file not in (None, file), file)
        due = passed > SECONDS_BETWEEN_WRITES
        if (due or is_new) and passed > self._cost / SHARE:
            self.keep(evaluation, done)
            if due:
                self.write()

    def keep(self, evaluation: Evaluation, done: Done) -> None:
        """In memory."""
        start = time.monotonic()
        self._kept = State(evaluation, done, self.reading).to_bytes()
        self._cost = time.monotonic() - start

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
        self._written, self._when = (self._kept, time.monotonic())
