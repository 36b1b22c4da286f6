"""Which columns are what: as asked for, or guessed where a guess cannot be wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .classes import class_names, common_prefix
from .errors import FileError, listed
from .table import FLOATING, SCALAR, Column, Table, Use

LABEL_NAMES = frozenset(("label", "labels", "target", "targets", "y", "y_true", "class"))
_PROBABILITIES = ("p", "prob", "probs", "proba", "probas", "probability", "probabilities", "softmax")
_LOGITS = ("logit", "logits", "z", "score", "scores", "output", "outputs")
_PREDICTIONS = ("y", "y_prob", "y_proba", "y_pred", "y_score", "y_hat", "pred", "preds", "prediction", "predictions")
INDICATOR_NAMES = LABEL_NAMES | {"t", "true"}
PROBS_NAMES = frozenset((*_PROBABILITIES, *_LOGITS, *_PREDICTIONS))


@dataclass(frozen=True)
class Asked:
    """What the caller says of columns."""

    label: str | Sequence[str] | None = None
    probs: str | Sequence[str] | None = None
    weight: str | None = None
    by: str | None = None
    id: str | None = None


@dataclass
class Chosen:
    """What is read of one table, by the names of columns; empty where nothing is."""

    probs: list[str] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    weight: str | None = None
    by: str | None = None
    id: str | None = None
    flat: bool = False  # labels, weights, groups and ids have the axes of y's rows
    called: bool = True  # probs were asked for, or their names say what they are
    sure: bool = True  # and no other floating column is left, else the first rows are to be looked at
    taken: list[str] = field(default_factory=list)

    def wanted(self, table: Table) -> list[tuple[int, Use]]:
        """The places of the columns in one file, in the order probs, label, weight, by, id."""
        scalar: Use = "flat" if self.flat else "number"
        found: list[tuple[int, Use]] = [(table.find(name, "probabilities"), "number") for name in self.probs]
        label: Use = "flat" if self.flat else "number" if len(self.label) > 1 else "label"
        found += [(table.find(name, "label"), label) for name in self.label]
        uses: list[tuple[str | None, str, Use]] = [
            (self.weight, "weight", scalar),
            (self.by, "by", "flat" if self.flat else "group"),
            (self.id, "id", "flat" if self.flat else "id"),
        ]
        return found + [(table.find(name, what), use) for name, what, use in uses if name is not None]


def choose(y: Table, labels: Table | None, asked: Asked) -> tuple[Chosen, Chosen]:
    """The columns of the predictions' table, and of the labels' where that is another one."""
    ours, theirs = Chosen(), Chosen()
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
    return ours, theirs


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
    if len(set(found)) < len(found):
        twice = next(name for name in found if found.count(name) > 1)
        table.find(twice, what)
        raise FileError(f"{table.name}: column '{twice}' is asked for twice as {what}")
    return found


def _free(table: Table, chosen: Chosen) -> list[Column]:
    used = {*chosen.probs, *chosen.label, chosen.weight, chosen.by, chosen.id}
    return [column for column in table.columns if column.name not in used]


def _choose_label(
    table: Table, asked: str | Sequence[str] | None, chosen: Chosen, *, alone: bool, probs: str | Sequence[str] | None
) -> None:
    """The column of labels. `alone`: the table was given for them, so there need be nothing else to tell it."""
    if asked is not None:
        chosen.label = match(table, asked, "label (--label)")
        chosen.taken.append(_label_shown(chosen.label))
        return
    reserved = set(match(table, probs, "probabilities (--probs)")) if probs is not None else set()
    free = [column for column in _free(table, chosen) if column.name not in reserved]
    if alone and len(free) == 1:
        chosen.label = [free[0].name]
        if free[0].name and table.named:
            chosen.taken.append(_label_shown(chosen.label))
        return
    named = [c for c in free if c.name.casefold() in LABEL_NAMES and _may_be_label(c, alone=alone)]
    if not table.named:
        named = [column for column in free if column.kind in ("integer", "bool", "text")]
    if not named:
        ones = [column for column in free if column.kind in ("integer", "bool")]
        chosen.label = [column.name for column in family(ones, INDICATOR_NAMES, ones)]
        if chosen.label:
            chosen.taken.append(_label_shown(chosen.label))
            return
        others = [column for column in free if column.kind in SCALAR and column.kind != "float"]
        if alone and len(others) == 1:
            named = others
    if len(named) == 1:
        chosen.label = [named[0].name]
        chosen.taken.append(_label_shown(chosen.label) if table.named else f"labels in column {named[0].name}")
        return
    unfit = [column for column in free if column.name.casefold() in LABEL_NAMES - PROBS_NAMES]
    if unfit and not named:
        raise FileError(
            f"{table.name}: column '{unfit[0].name}' holds {unfit[0].type}, which cannot be labels (numbers, names, or"
            f" 0 and 1 for each class); say which column can with label= (--label)"
        )
    raise FileError(_no_label(table, named or free, alone=alone, several=bool(named)))


def _no_label(table: Table, candidates: list[Column], *, alone: bool, several: bool) -> str:
    names = listed(f"'{c.name}'" for c in candidates if several or c.kind not in FLOATING)
    if several:
        return f"{table.name}: any of the columns {names} could be the labels; say which with label= (--label)"
    hint = f"of its columns {names} " if names else ""
    other = "" if alone else ", or give the file of the labels"
    if not table.named and len(table.columns) == 1:
        return f"{table.name} is one array, so without labels; give these too"
    return (
        f"{table.name} has no column called label, target, y, y_true or class; say which {hint}are the labels with"
        f" label= (--label){other}"
    )


def _may_be_label(column: Column, *, alone: bool) -> bool:
    """A column that is called so; y may also be what is predicted."""
    if column.kind == "matrix":
        return not column.floating
    if column.kind == "float":
        return alone or column.name.casefold() != "y"
    return column.kind in SCALAR


def family(columns: list[Column], called: frozenset[str], needed: list[Column]) -> list[Column]:
    """The columns called label_cat, label_dog, or p0, p1, by the one of the names that also one of the needed has."""
    found: dict[frozenset[str], str] = {}
    for name in sorted(called, key=len):
        members = [column for column in columns if _begins(column.name, name)]
        if len(members) > 1 and any(column in needed for column in members):
            found[frozenset(column.name for column in members)] = name  # of several the longest: y_prob, not y
    largest = [name for members, name in found.items() if not any(members < other for other in found)]
    return [column for column in columns if _begins(column.name, largest[0])] if len(largest) == 1 else []


def _begins(column: str, name: str) -> bool:
    """With the name, and then a separator, or nothing but a number."""
    rest = column[len(name) :]
    return column[: len(name)].casefold() == name and (rest.isdecimal() or (len(rest) > 1 and not rest[0].isalnum()))


def _label_shown(names: list[str]) -> str:
    return f"label '{names[0]}'" if len(names) == 1 else f"labels {names[0]} … {names[-1]} (0 and 1)"


def _choose_probs(table: Table, asked: str | Sequence[str] | None, chosen: Chosen) -> None:
    if asked is not None:
        chosen.probs = match(table, asked, "probabilities (--probs)")
    else:
        free = _free(table, chosen)
        chosen.probs, chosen.called = _guess_probs(table, free)
        left = [column for column in free if column.kind == "float" and column.name not in chosen.probs]
        chosen.sure = chosen.called and not left
    shown = _probs_shown(table, chosen.probs)
    if shown:
        chosen.taken.insert(0, shown)


def _guess_probs(table: Table, free: list[Column]) -> tuple[list[str], bool]:
    """The floating columns that are left, and whether their names say that they are probabilities."""
    matrices = [column for column in free if column.kind == "matrix" and column.floating]
    scalars = [column for column in free if column.kind == "float"]
    called = [column for column in matrices if column.name.casefold() in PROBS_NAMES]
    if len(called) == 1 or (len(matrices) == 1 and not scalars):
        return [(called or matrices)[0].name], True
    if matrices:
        raise _ask(table, matrices + scalars, "more than one column could be the probabilities")
    whole = [column for column in free if column.kind == "integer"]
    if not table.named:
        return _guess_unnamed(table, scalars, whole)
    # A format that does not tell 1 from 1.0 may have whole numbers among probabilities.
    numbers = [column for column in free if column in scalars or (column in whole and column.doubtful)]
    called = [column for column in free if column.name.isdecimal()] if _are_numbered(numbers) else []
    flat = [column for column in free if column.kind in SCALAR]
    called = called or family(flat, PROBS_NAMES, scalars)
    if not called and not scalars:
        called = family(flat, PROBS_NAMES - LABEL_NAMES, numbers)
    for column in called:  # it must not get lost
        if column.kind != "float" and not column.doubtful:
            raise _ask(table, called, f"column '{column.name}' is called as the others are, but holds {column.type}")
    if called:
        return [column.name for column in called], True
    prefix = common_prefix([column.name for column in scalars])
    if prefix:
        scalars = [column for column in numbers if column in scalars or column.name.startswith(prefix)]
    elif len(numbers) > len(scalars):
        raise _ask(table, numbers, "columns of 0 and 1 may be probabilities or not")
    if not scalars:
        raise _ask(table, free, "it has no floating column for the probabilities")
    return [column.name for column in scalars], len(scalars) == 1 and scalars[0].name.casefold() in PROBS_NAMES


def _are_numbered(columns: list[Column]) -> bool:
    """Called 0, 1, 2, as pandas calls columns without names."""
    names = [column.name for column in columns]
    return len(names) > 1 and any(names == [str(first + k) for k in range(len(names))] for first in (0, 1))


def _guess_unnamed(table: Table, scalars: list[Column], whole: list[Column]) -> tuple[list[str], bool]:
    if len(table.columns) == 1 and table.columns[0].kind in (*FLOATING, "integer", "bool"):
        return [table.columns[0].name], True
    if not scalars or any(column.doubtful for column in whole):
        raise _ask(table, scalars + whole, "there are no names to tell which columns are the probabilities")
    return [column.name for column in scalars], False


def _ask(table: Table, candidates: list[Column], trouble: str) -> FileError:
    if not table.named and len(table.columns) == 1:
        return FileError(f"{table.name} holds {table.columns[0].type}, which cannot be probabilities")
    names = listed(f"'{column.name}'" for column in candidates)
    return FileError(
        f"{table.name}: {trouble}; say which of {names or 'its columns'} with probs= (--probs COLUMN, or 'p_*')"
    )


def _probs_shown(table: Table, names: list[str]) -> str:
    if not table.named and len(table.columns) == 1:
        return ""
    if len(names) == 1:
        return f"column '{names[0]}'"
    shown = ", ".join(names) if len(names) <= 3 else f"{names[0]} … {names[-1]}"
    return f"columns {shown}"


def names_of_classes(columns: list[str], table: Table) -> tuple[str, ...] | None:
    """What the columns say the classes are called."""
    return class_names(columns) if table.named and len(columns) > 1 else None
