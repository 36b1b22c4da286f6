"""CSV and its kin: separator, names and decimal point, told from the first lines."""

import csv
import re
from dataclasses import dataclass

from .errors import FileError

DELIMITERS = ("\t", ";", "|", ",")
WHOLE = re.compile(r"[+-]?\d+")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
N_LINES = 20  # that are looked at


@dataclass(frozen=True)
class Dialect:
    """How the lines of a file are to be read."""

    delimiter: str
    decimal: str
    names: tuple[str, ...] | None  # None where the first line is a row
    start: int  # the first byte of the rows
    n_columns: int


def find_dialect(name: str, sample: bytes, suffix: str, header: bool | None) -> Dialect:
    """Of a file that begins with the sample, which has a whole line at least."""
    begin = 3 if sample.startswith(b"\xef\xbb\xbf") else 0
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(f"{name} is text in UTF-16; save it as UTF-8")
    if b"\0" in sample:
        raise FileError(
            f"{name} is in no format that is read: no text, but binary data that begins with {sample[:8]!r}"
        )
    end = begin
    lines: list[str] = []
    while end < len(sample) and len(lines) < N_LINES:
        stop = _end_of_line(sample, end)
        try:
            line = sample[end:stop].decode("utf-8").strip("\r\n")
        except UnicodeDecodeError:
            raise FileError(f"{name} is not text in UTF-8, in line {len(lines) + 1}") from None
        if line.strip() or lines:
            lines.append(line)
        if len(lines) == 1:
            after_first = stop
        end = stop
    lines = [line for line in lines if line.strip()]
    if not lines:
        raise FileError(f"{name} has no lines but empty ones")
    delimiter = _delimiter(lines, suffix)
    rows = [_fields(line, delimiter) for line in lines]
    first = rows[0]
    decimal = "," if delimiter != "," and any(DECIMAL_COMMA.fullmatch(f) for row in rows for f in row) else "."
    if header is None:
        header = _is_header(name, rows, decimal)
    names = tuple(first) if header else None
    return Dialect(delimiter, decimal, names, after_first if header else begin, len(first))


def _end_of_line(sample: bytes, start: int) -> int:
    """Behind the line that begins there; a quoted field may hold line ends."""
    stop = start
    while True:
        stop = sample.find(b"\n", stop) + 1
        if not stop:
            return len(sample)
        if sample.count(b'"', start, stop) % 2 == 0:
            return stop


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:  # such as a lone carriage return
        return [line]


def _delimiter(lines: list[str], suffix: str) -> str:
    """The one that cuts all lines alike; a comma may also be a decimal point, so it comes last."""
    if suffix == ".tsv":
        return "\t"
    for delimiter in DELIMITERS:
        counts = {len(_fields(line, delimiter)) for line in lines}
        if len(counts) == 1 and counts != {1}:
            return delimiter
    numbers = [line.split(" ") for line in lines]  # as np.savetxt writes
    if len(numbers[0]) > 1 and all(
        len(row) == len(numbers[0]) and all(NUMBER.fullmatch(field) for field in row) for row in numbers
    ):
        return " "
    # Lines of unequal length, which the reader will complain of.
    return max(reversed(DELIMITERS), key=lambda delimiter: len(_fields(lines[0], delimiter)))


def _is_header(name: str, rows: list[list[str]], decimal: str) -> bool:
    """Whether the first line is names, where that is sure."""
    rows = [[field.replace(",", ".") if decimal == "," else field for field in row] for row in rows]
    first, below = rows[0], rows[1:]
    whole = [j for j, field in enumerate(first) if WHOLE.fullmatch(field)]
    if any(NUMBER.fullmatch(field) and j not in whole for j, field in enumerate(first)):
        return False  # no name is 0.25
    if not whole:
        return True

    def all_below(j: int, pattern: re.Pattern[str]) -> bool:
        return bool(below) and all(j < len(row) and pattern.fullmatch(row[j]) for row in below)

    if all(all_below(j, NUMBER) and not any(WHOLE.fullmatch(row[j]) for row in below) for j in whole):
        return True  # who writes 0.0 does not write 0
    if any(all_below(j, NUMBER) for j in range(len(first)) if j not in whole):
        return True  # text above numbers
    numbers = [int(first[j]) for j in whole]
    if numbers in ([0], [0, 1]):
        raise FileError(
            f"{name}: the first line, '{','.join(first[:6])}', may be names or a row; say with header=True or False"
            f" (--header, --no-header)"
        )
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] in (0, 1)
