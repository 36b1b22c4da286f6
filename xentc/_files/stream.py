"""Streams: looking at the first bytes of one, decompressing, counting what was read."""

import gzip
import io
import zlib
from typing import Any

from .errors import FileError, one_line
from .package import pyarrow

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class Stream(io.RawIOBase):
    """Any object with ``read`` as one of the io module, which says in our words what goes wrong."""

    def __init__(self, name: str, source: Any) -> None:
        self._name, self._source = name, source
        self.n_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._source.read(len(buffer))
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise FileError(f"{self._name} is damaged or cut short: {one_line(error)}") from None
        if not isinstance(data, bytes):
            raise FileError(f"{self._name} gives {type(data).__name__}, not bytes; open it with 'rb'")
        buffer[: len(data)] = data
        self.n_read += len(data)
        return len(data)


def peekable(name: str, source: Any) -> io.BufferedReader:
    """A stream whose first bytes can be looked at."""
    return io.BufferedReader(Stream(name, source), 1 << 20)


def decompressed(name: str, stream: io.BufferedReader) -> io.BufferedReader:
    """The same stream, or what is compressed in it."""
    magic = stream.peek(4)
    if magic.startswith(GZIP):
        return peekable(name, gzip.GzipFile(fileobj=stream))
    if magic.startswith(ZSTD):
        return peekable(name, pyarrow(name).CompressedInputStream(stream, "zstd"))
    return stream
