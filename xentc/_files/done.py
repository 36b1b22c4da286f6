"""What of the files is evaluated already, so that a run can be resumed."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .errors import FileError
from .paths import Part
from .table import Array


@dataclass
class Progress:
    """Of one file: how many of its first rows are evaluated, and whether that is all of them."""

    rows: int
    complete: bool


@dataclass
class Done:
    """Files, by a key of their path, size and time of change, and what of each is evaluated.

    Attributes
    ----------
    files : dict
        :class:`Progress` by key.
    labels : str
        The key of the files of labels, where there are such.
    seen : ndarray or None
        Of labels that are joined by id: whether each had its prediction.
    """

    files: dict[str, Progress] = field(default_factory=dict)
    labels: str = ""
    seen: Array | None = None

    def copy(self) -> "Done":
        """One that does not change with this."""
        files = {key: Progress(progress.rows, progress.complete) for key, progress in self.files.items()}
        return Done(files, self.labels, None if self.seen is None else self.seen.copy())

    def to_dict(self) -> dict[str, Any]:
        """As plain numbers and text, for JSON."""
        files = {key: [progress.rows, progress.complete] for key, progress in self.files.items()}
        return {"files": files, "labels": self.labels, "seen": None if self.seen is None else _packed(self.seen)}

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> "Done":
        """What :meth:`to_dict` gave; anything else is a FileError."""
        try:
            files = {str(key): Progress(int(rows), bool(complete)) for key, (rows, complete) in state["files"].items()}
            seen = None if state["seen"] is None else _unpacked(state["seen"])
            return cls(files, str(state["labels"]), seen)
        except (KeyError, TypeError, ValueError, AttributeError, zlib.error, binascii.Error):
            raise FileError("the record of what is evaluated is damaged") from None

    def merge(self, other: "Done") -> "Done":
        """The files of both; one that is in both is a FileError, since its rows would count twice."""
        both = self.files.keys() & other.files.keys()
        if both:
            raise FileError(f"the rows of {_path(min(both))} are in both")
        merged = Done({**self.files, **other.files})
        if self.labels == other.labels:
            merged.labels, merged.seen = self.labels, _either(self.seen, other.seen)
        return merged

    def of_parts(self, parts: list[Part], labels: str) -> dict[int, tuple[int, bool]]:
        """By the numbers of files, what :meth:`Source.pieces` needs to go on."""
        if self.files and self.labels != labels:
            raise FileError("the labels have changed since a part was evaluated; begin anew without the saved state")
        paths = {_path(key): key for key in self.files}
        found = {}
        for i, part in enumerate(parts):
            progress = self.files.get(part.key)
            if progress is not None:
                found[i] = progress.rows, progress.complete
            elif part.key and _path(part.key) in paths:
                raise FileError(f"{part.name} has changed since it was evaluated; begin anew without the saved state")
        if self.files and not all(part.key for part in parts):
            raise FileError("what comes by a stream cannot be resumed")
        return found


def _either(one: Array | None, other: Array | None) -> Array | None:
    """What was seen by any of two; each is as long as it had to be."""
    if one is None or other is None:
        return one if other is None else other
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    found = long.copy()
    found[: len(short)] |= short
    return found


def _path(key: str) -> str:
    return key.rsplit(" ", 2)[0]


def _packed(seen: Array) -> list[Any]:
    return [len(seen), base64.b85encode(zlib.compress(np.packbits(seen).tobytes())).decode()]


def _unpacked(packed: Any) -> Array:
    n, text = packed
    bits = np.frombuffer(zlib.decompress(base64.b85decode(text)), np.uint8)
    return np.unpackbits(bits, count=int(n)).astype(bool)
