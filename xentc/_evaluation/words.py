"""What a `Finding` says, and how names of classes and groups are written."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .figures import number, plural

if TYPE_CHECKING:
    from .records import Finding

Place = Callable[[int], str]


def row_number(row: int) -> str:
    """Where a row is, if all that is known of it is its number."""
    return f"row {row:,}"


def message(finding: "Finding", place: Place = row_number) -> str:
    """All of a finding in one plain line; ``place`` says where a row is."""
    return _WORDS[finding.kind](finding, place)


def _rows(count: int) -> str:
    return plural(count, "row")


def _first(finding: "Finding", place: Place) -> str:
    return f"first: {place(finding.first_row or 0)}"


def _sums(f: "Finding", place: Place) -> str:
    how_many = f"{_rows(f.count)} off, {_first(f, place)}"
    return f"rows sum to 1 only within {number(f.largest, 1)} (largest: {place(f.largest_row or 0)}; {how_many})"


def _unseen(f: "Finding", place: Place) -> str:
    names = ", ".join(map(text, f.names)) + (", …" if f.count > len(f.names) else "")
    return f"{plural(f.count, 'class')} never seen among the labels: {names}"


_WORDS: dict[str, Callable[["Finding", Place], str]] = {
    "clipped": lambda f, place: (
        f"the probability of the label was below eps, and clipped, in {_rows(f.count)} ({_first(f, place)})"
    ),
    "sums": _sums,
    "outside": lambda f, place: (
        f"values up to {number(f.largest, 3)} outside [0, 1] in {_rows(f.count)} ({_first(f, place)}); if they are "
        "logits, give from_logits=True (--logits)"
    ),
    "nan": lambda f, place: f"NaN in {_rows(f.count)} ({_first(f, place)})",
    "probabilities": lambda f, place: (
        f"{_rows(f.count)} of logits look like probabilities ({_first(f, place)}); if they are, leave out "
        "from_logits=True (--logits)"
    ),
    "unseen": _unseen,
}


def plain(name: Any) -> bool | int | float | str | None:
    """The name of a class or group as JSON has it: numbers and text stay, the rest is written out."""
    if name is None or isinstance(name, (bool, int, float, str)):
        return name
    if isinstance(name, bytes):
        return name.decode("utf-8", "backslashreplace")
    if isinstance(name, (datetime.date, datetime.time)):
        return name.isoformat()
    return str(name)


def text(name: Any) -> str:
    """The same on a screen: what is not printable (line breaks, escape sequences) is written as its escape."""
    written = str(plain(name))
    return written if written.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in written)
