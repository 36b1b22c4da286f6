"""Blocks of whole lines of a text with separators, where a field in quotes may hold line ends."""

import re
from collections.abc import Generator
from typing import Any

import numpy as np

from .errors import FileError

LONGEST_LINE = 1 << 26


class Lines:
    """Cuts a stream into blocks that end where a line does.

    A quote opens a field only at its start, and two in a row within one stand for one, as Arrow's reader has it.
    """

    def __init__(self, name: str, stream: Any, delimiter: str) -> None:
        self._name, self._stream = name, stream
        self._delimiter = delimiter.encode()
        # A field and what ends it; of one that is opened and not closed there is no end.
        separator = re.escape(self._delimiter)
        field = rb'(?:"[^"]*+(?:""[^"]*+)*+"|(?!"))[^\r\n' + separator + rb"]*+"
        self._whole = re.compile(rb"(?:(?:" + field + separator + rb")*+" + field + rb"[\r\n]++)*+")

    def blocks(self, size: int) -> Generator[bytes]:
        """About so many bytes at a time."""
        rest = b""
        while True:
            more = self._stream.read(max(size - len(rest), 1 << 12))
            block = rest + more
            if not more:
                if block.strip(b"\r\n"):
                    yield block
                return
            end = self.end(block)
            rest = block[end:]
            if end:
                yield block[:end]
            elif len(block) < LONGEST_LINE:
                size = max(size, 2 * len(block))
            else:
                shown = " ".join(block[:60].decode("utf-8", "replace").split())
                raise FileError(
                    f"{self._name}: the line that begins with {shown!r} has no end within {LONGEST_LINE} bytes;"
                    f" is a quote missing?"
                )

    def end(self, block: bytes) -> int:
        """Behind the last whole line."""
        if b'"' not in block:
            return block.rfind(b"\n") + 1
        bytes_of_block = np.frombuffer(block, np.uint8)
        quotes = np.flatnonzero(bytes_of_block == ord('"'))
        if not self._are_pairs(block, bytes_of_block, quotes):
            return self._end_by_fields(block)
        end = block.rfind(b"\n") + 1
        while end:
            before = int(np.searchsorted(quotes, end))
            if before % 2 == 0:
                return end
            end = block.rfind(b"\n", 0, int(quotes[before - 1])) + 1  # before the field that is open there
        return 0

    def _are_pairs(self, block: bytes, bytes_of_block: Any, quotes: Any) -> bool:
        """Whether every other quote opens a field, or is the second of two, and the others close one."""
        edge = np.zeros(256, bool)
        edge[list(b'"\r\n' + self._delimiter)] = True
        before = quotes[::2][quotes[::2] > 0] - 1
        after = np.minimum(quotes[1::2] + 1, len(block) - 1)  # a closing one at the end of the block is one, too
        return bool(edge[bytes_of_block[before]].all() and edge[bytes_of_block[after]].all())

    def _end_by_fields(self, block: bytes) -> int:
        found = self._whole.match(block)
        return found.end() if found else 0
