"""The byte form of accumulators: plain values, a version and a checksum. Nothing in it is ever executed.

    magic (4 bytes), kind (1), version (1), length of the body (8), body, BLAKE2b of all before it (8)

The body is one value. A value is a letter and what it needs: numbers as little-endian two's complement behind their
length, without low octets of 0, text as UTF-8, containers as their length and their values, whole arrays in the fewest
octets an element that hold all of it. Every NaN is the same.
"""

import datetime
import math
import struct
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

try:
    from _blake2 import blake2b  # what hashlib has; importing that brings OpenSSL, a tenth of the time xentc takes
except ImportError:
    from hashlib import blake2b

T = TypeVar("T")

MAGIC = b"xent"
VERSION = 1
_HEAD = struct.Struct("<4sBBQ")
_DIGEST = 8
_MOST_ZEROS = 1 << 10  # octets


def pack(kind: str, value: Any) -> bytes:
    """The byte form of None, bool, int, float, str, bytes, dates, times, arrays; tuples, lists and dicts of them."""
    body = bytearray()
    _write(body, value)
    data = _HEAD.pack(MAGIC, ord(kind), VERSION, len(body)) + bytes(body)
    return data + _digest(data)


def unpack(kind: str, data: Any, what: str) -> Any:
    """The value in `data`, which must be that of a `what`; lists become tuples."""
    try:
        data = bytes(memoryview(data))
    except TypeError:
        raise TypeError(f"data must be bytes, not {type(data).__name__}") from None
    if data[:4] != MAGIC[: len(data)] or len(data) < _HEAD.size:
        reason = "is cut short" if data and data[:4] == MAGIC[: len(data)] else "does not begin as such bytes do"
        raise ValueError(f"data must be the bytes of {what}; it {reason}")
    _, found, version, length = _HEAD.unpack_from(data)
    if version > VERSION:
        raise ValueError(
            f"data was written by a newer version of xentc: its form is {version}, this one reads {VERSION}"
        )
    end = _HEAD.size + length
    if len(data) < end + _DIGEST:
        raise ValueError(f"data is cut short: {len(data)} bytes of {end + _DIGEST}")
    if len(data) > end + _DIGEST:
        raise ValueError(f"data has {len(data) - end - _DIGEST} bytes too many at its end")
    if _digest(data[:end]) != data[end:]:
        raise ValueError("data is damaged: its checksum is wrong")
    if found != ord(kind):
        raise ValueError(f"data must be the bytes of {what}; these are of {_KINDS.get(chr(found), 'something else')}")
    value, position = _read(data[:end], _HEAD.size)
    if position != end:
        raise ValueError("data is damaged: it does not end where its value does")
    return value


def unpack_with(kind: str, data: Any, what: str, make: Callable[[Any], T]) -> T:
    """What `make` makes of the value; if it cannot, that is an error in the data, too."""
    try:
        return make(unpack(kind, data, what))
    except _NOT_AS_IT_SHOULD_BE as error:
        if isinstance(error, TypeError) and str(error).startswith("data must be bytes"):
            raise
        raise ValueError(f"data is damaged: it is not {what} ({type(error).__name__}: {error})") from None


_NOT_AS_IT_SHOULD_BE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    UnicodeDecodeError,
    struct.error,
)
_KINDS = {"C": "a CrossEntropy", "E": "an Evaluation"}


def whole(value: Any, least: int | None = None, end: int | None = None) -> int:
    """The value, if it is a whole number, not below `least` and below `end`."""
    if type(value) is not int or (least is not None and value < least) or (end is not None and value >= end):
        raise ValueError(f"data is damaged: it has {value!r} in the place of a number")
    return value


def flag(value: Any) -> bool:
    """The value, if it is true or false."""
    if type(value) is not bool:
        raise ValueError(f"data is damaged: it has {value!r} in the place of true or false")
    return value


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()


def _write(body: bytearray, value: Any) -> None:
    if value is None:
        body += b"N"
    elif isinstance(value, bool):
        body += b"T" if value else b"F"
    elif isinstance(value, int):
        zeros = max((value & -value).bit_length() - 1, 0) // 8  # of exact sums most octets, the low ones
        if zeros > 2:
            body += b"z"
            _write(body, zeros)
            value >>= 8 * zeros
        _write_run(body, b"i", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))
    elif isinstance(value, float):
        body += b"f" + struct.pack("<d", math.nan if value != value else value)
    elif isinstance(value, str):
        _write_run(body, b"s", value.encode("utf-8", "surrogatepass"))
    elif isinstance(value, (bytes, bytearray)):
        _write_run(body, b"b", bytes(value))
    elif isinstance(value, datetime.datetime):
        _write_run(body, b"t", value.isoformat().encode())
    elif isinstance(value, datetime.date):
        _write_run(body, b"d", value.isoformat().encode())
    elif isinstance(value, datetime.timedelta):
        body += b"p"
        for part in (value.days, value.seconds, value.microseconds):
            _write(body, part)
    elif isinstance(value, dict):
        body += b"m"
        _write(body, [part for item in value.items() for part in item])
    elif isinstance(value, np.ndarray):
        _write_array(body, value)
    elif isinstance(value, (tuple, list)):
        body += b"l" + struct.pack("<Q", len(value))
        for part in value:
            _write(body, part)
    else:
        raise TypeError(f"{value!r} has no byte form")


def _write_array(body: bytearray, array: np.ndarray[Any, Any]) -> None:
    """A vector of int64 or float64."""
    if array.dtype == np.float64:
        _write_run(body, b"g", np.where(np.isnan(array), math.nan, array).astype("<f8").tobytes())
        return
    ends = (int(array.min()), int(array.max())) if array.size else (0, 0)
    width = next(n for n in (1, 2, 4, 8) if -(1 << 8 * n - 1) <= ends[0] and ends[1] < 1 << 8 * n - 1)
    _write_run(body, b"a" + bytes([width]), array.astype(f"<i{width}").tobytes())


def _write_run(body: bytearray, letter: bytes, run: bytes) -> None:
    """With its length before it: one byte if that is below 255, else 8 more."""
    body += letter + (bytes([len(run)]) if len(run) < 255 else b"\xff" + struct.pack("<Q", len(run))) + run


def _read(data: bytes, at: int) -> tuple[Any, int]:
    """The value at a position, and where it ends. Bytes with the right checksum are well-formed, save by malice."""
    letter = data[at : at + 1]
    at += 1
    if letter in (b"N", b"T", b"F"):
        return {b"N": None, b"T": True, b"F": False}[letter], at
    if letter == b"f":
        return struct.unpack_from("<d", _slice(data, at, 8))[0], at + 8
    if letter == b"l":
        (n,) = struct.unpack("<Q", _slice(data, at, 8))
        return _read_parts(data, at + 8, n)
    if letter == b"z":
        zeros, at = _read(data, at)
        value, at = _read(data, at)
        if not (isinstance(zeros, int) and isinstance(value, int) and 0 <= zeros <= _MOST_ZEROS):
            raise ValueError("data is damaged: it has a number of a wrong form")
        return value << 8 * zeros, at
    if letter == b"m":
        parts, at = _read(data, at)
        return dict(zip(parts[::2], parts[1::2], strict=True)), at
    if letter == b"p":
        parts, at = _read_parts(data, at, 3)
        return datetime.timedelta(*parts), at
    if letter == b"a":
        width = _slice(data, at, 1)[0]
        if width not in (1, 2, 4, 8):
            raise ValueError(f"data is damaged: it has whole numbers of {width} octets")
        run, at = _read_run(data, at + 1)
        return np.frombuffer(run, f"<i{width}").astype(np.int64), at
    run, at = _read_run(data, at)
    if letter == b"g":
        return np.frombuffer(run, "<f8").astype(np.float64), at
    if letter == b"i":
        return int.from_bytes(run, "little", signed=True), at
    if letter == b"s":
        return run.decode("utf-8", "surrogatepass"), at
    if letter == b"b":
        return run, at
    if letter == b"t":
        return datetime.datetime.fromisoformat(run.decode()), at
    if letter == b"d":
        return datetime.date.fromisoformat(run.decode()), at
    raise ValueError(f"data is damaged: it has a value of the unknown kind {letter!r}")


def _read_parts(data: bytes, at: int, n: int) -> tuple[tuple[Any, ...], int]:
    parts = []
    for _ in range(n):
        part, at = _read(data, at)
        parts.append(part)
    return tuple(parts), at


def _read_run(data: bytes, at: int) -> tuple[bytes, int]:
    n = _slice(data, at, 1)[0]
    at += 1
    if n == 255:
        (n,) = struct.unpack("<Q", _slice(data, at, 8))
        at += 8
    return _slice(data, at, n), at + n


def _slice(data: bytes, at: int, n: int) -> bytes:
    part = data[at : at + n]
    if len(part) != n:
        raise ValueError("data is damaged: a value in it is cut short")
    return part
