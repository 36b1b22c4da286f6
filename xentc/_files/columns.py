"""Which columns are what: as asked for, or guessed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from .classes import class_names
from .errors import FileError
from .guess import guess_label, guess_probs
from .keys import key_columns
from .table import SCALAR, Column, Table, Use


@dataclass(frozen=True)
class Asked:
    """What the caller says of columns."""

    label: str | Sequence[str] | None = None
    probs: str | Sequence[str] | None = None
    weight: str | None = None
    by: str | None = None
    id: str | Literal[False] | None = None  # False: rows belong together as they come, whatever the columns hold
    keys: Collection[str] = ()  # other columns of the predictions that are to come with them


@dataclass
class Chosen:
    """What is read of one table, by the names of columns; empty where nothing is."""

    probs: list[str] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    weight: str | None = None
    by: str | None = None
    id: str | None = None
    keys: list[str] = field(default_factory=list)  # what tells whether rows that are joined by position belong together
    flat: bool = False  # labels, weights, groups and ids have the axes of y's rows
    called: bool = True  # probs were asked for, or their names say what they are
    sure: bool = True  # and no other floating column is left, else the first rows are to be looked at
    taken: list[str] = field(default_factory=list)

    def wanted(self, table: Table) -> list[tuple[int, Use]]:
        """The places of the columns in one file, in the order probs, label, weight, by, id, keys."""
        scalar: Use = "flat" if self.flat else "number"
        found: list[tuple[int, Use]] = [(table.find(name, "probabilities"), "number") for name in self.probs]
        label: Use = "flat" if self.flat else "number" if len(self.label) > 1 else "label"
        found += [(table.find(name, "label"), label) for name in self.label]
        uses: list[tuple[str | None, str, Use]] = [
            (self.weight, "weight", scalar),
            (self.by, "by", "flat" if self.flat else "group"),
            (self.id, "id", "flat" if self.flat else "id"),
        ]
        found += [(table.find(name, what), use) for name, what, use in uses if name is not None]
        return found + [(table.find(name, "a column that tells rows apart"), "key") for name in self.keys]


def choose(y: Table, labels: Table | None, asked: Asked) -> tuple[Chosen, Chosen]:
    """The columns of the predictions' table, and of the labels' where that is another one."""
    ours, theirs = Chosen(), Chosen()
    if asked.id is not False:
        _choose_id(y, labels, asked.id, ours, theirs)
    for what in ("weight", "by"):
        _choose_extra(y, labels, what, getattr(asked, what), ours, theirs)
    if labels is None:
        _choose_label(y, asked.label, ours, alone=False, probs=asked.probs)
    else:
        _choose_label(labels, asked.label, theirs, alone=True, probs=None)
    _choose_probs(y, asked.probs, ours)
    if theirs.id is not None:
        theirs.taken.append(f"joined on '{theirs.id}'")
    elif asked.id is None:
        _choose_keys(y, labels, asked.keys, ours, theirs)
    return ours, theirs


def _choose_keys(y: Table, labels: Table | None, asked: Collection[str], ours: Chosen, theirs: Chosen) -> None:
    """What both tables know of a row by whole numbers or text, and of what is asked for all that y knows so."""
    whole = y.columns[y.find(ours.probs[0], "probabilities")].shape
    if len(whole) > 2:  # whose rows are of several axes
        return
    used = {*ours.probs, ours.weight, theirs.weight}
    known = {name: column for name, column in key_columns(y, used).items() if column.shape == whole[:1]}
    if labels is not None:
        n_rows = labels.columns[labels.find(theirs.label[0], "label")].shape[:1]
        for name, column in key_columns(labels, used).items():
            if name not in known or column.shape != n_rows:
                continue
            if name not in theirs.label or column.kind == known[name].kind:  # labels may be names here, numbers there
                theirs.keys.append(name)
    ours.keys = [name for name in known if name in theirs.keys or name in asked]


def _choose_id(y: Table, labels: Table | None, name: str | None, ours: Chosen, theirs: Chosen) -> None:
    if name is None and labels is not None:
        both = [{c.name for c in table.columns if c.kind in SCALAR} for table in (y, labels)]
        name = next((c for c in ("id", "ID", "Id") if all(c in names for names in both)), None)
    if name is None:
        return
    y.find(name, "id (--id)")
    ours.id = name
    if labels is not None:
        labels.find(name, "id (--id)")
        theirs.id = name


def _choose_extra(y: Table, labels: Table | None, what: str, name: str | None, ours: Chosen, theirs: Chosen) -> None:
    """Weight and group, which may be in either table."""
    if name is None:
        return
    has = [name in (column.name for column in table.columns) for table in (y, labels) if table is not None]
    chosen, table = (theirs, labels) if len(has) == 2 and has[1] and not has[0] else (ours, y)
    assert table is not None
    table.find(name, f"{what} (--{what})")
    setattr(chosen, what, name)
    if all(has) and len(has) == 2:
        chosen.taken.append(f"{what} '{name}' of {table.name}")
    else:
        chosen.taken.append(f"{what} '{name}'")


def match(table: Table, spec: str | Sequence[str], what: str) -> list[str]:
    """The columns that names and patterns mean, in the order given; those of one pattern in the table's order."""
    names = [column.name for column in table.columns]
    if isinstance(spec, str):
        spec = [spec] if spec in names or "," not in spec else [each.strip() for each in spec.split(",")]
    found: list[str] = []
    for each in spec:
        if each in names:
            matched = [each]
        elif any(c in each for c in "*?["):
            matched = [name for name in names if fnmatchcase(name, each)]
        else:
            table.find(each, what)
        if not matched:
            raise FileError(
                f"{table.name} has no column like '{each}', asked for as {what}; it has {table.described()}"
            )
        found += matched
    seen: set[str] = set()
    for name in found:
        if name in seen:
            table.find(name, what)
            raise FileError(f"{table.name}: column '{name}' is asked for twice as {what}")
        seen.add(name)
    return found


def _free(table: Table, chosen: Chosen) -> list[Column]:
    used = {*chosen.probs, *chosen.label, chosen.weight, chosen.by, chosen.id}
    return [column for column in table.columns if column.name not in used]


def _choose_label(
    table: Table, asked: str | Sequence[str] | None, chosen: Chosen, *, alone: bool, probs: str | Sequence[str] | None
) -> None:
    if asked is not None:
        chosen.label = match(table, asked, "label (--label)")
    else:
        reserved = set(match(table, probs, "probabilities (--probs)")) if probs is not None else set()
        free = [column for column in _free(table, chosen) if column.name not in reserved]
        chosen.label = guess_label(table, free, alone=alone)
    first = chosen.label[0]
    if len(chosen.label) > 1:
        chosen.taken.append(f"labels {first} … {chosen.label[-1]} (0 and 1)")
    elif table.named:
        chosen.taken.append(f"label '{first}'")
    elif len(table.columns) > 1:
        chosen.taken.append(f"labels in column {first}")


def _choose_probs(table: Table, asked: str | Sequence[str] | None, chosen: Chosen) -> None:
    if asked is not None:
        chosen.probs = match(table, asked, "probabilities (--probs)")
    else:
        free = _free(table, chosen)
        chosen.probs, chosen.called = guess_probs(table, free)
        taken = set(chosen.probs)
        left = [column for column in free if column.kind == "float" and column.name not in taken]
        chosen.sure = chosen.called and not left
    names = chosen.probs
    if not table.named and len(table.columns) == 1:
        return
    shown = ", ".join(names) if len(names) <= 3 else f"{names[0]} … {names[-1]}"
    chosen.taken.insert(0, f"columns {shown}" if len(names) > 1 else f"column '{names[0]}'")


def names_of_classes(columns: list[str], table: Table) -> tuple[str, ...] | None:
    """What the columns say the classes are called."""
    return class_names(columns) if table.named and len(columns) > 1 else None
