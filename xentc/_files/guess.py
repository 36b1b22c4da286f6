"""Columns that nobody asked for by name: taken where that cannot be wrong, else a question with the candidates."""

from collections.abc import Sequence

from .classes import common_prefix
from .errors import FileError, listed
from .table import FLOATING, SCALAR, Column, Table

LABEL_NAMES = frozenset(("label", "labels", "target", "targets", "y", "y_true", "class"))
INDICATOR_NAMES = LABEL_NAMES | {"t", "true"}
_PROBABILITIES = ("p", "prob", "probs", "proba", "probas", "probability", "probabilities", "softmax")
_LOGITS = ("logit", "logits", "z", "score", "scores", "output", "outputs")
_PREDICTIONS = ("y", "y_prob", "y_proba", "y_pred", "y_score", "y_hat", "pred", "preds", "prediction", "predictions")
PROBS_NAMES = frozenset((*_PROBABILITIES, *_LOGITS, *_PREDICTIONS))


def guess_label(table: Table, free: list[Column], *, alone: bool) -> list[str]:
    """The column of labels. `alone`: the table was given for them, so there need be nothing else to tell it."""
    if alone and len(free) == 1:
        return [free[0].name]
    if table.named:
        named = [c for c in free if c.name.casefold() in LABEL_NAMES and _may_be_label(c, alone=alone)]
    else:
        named = [column for column in free if column.kind in ("integer", "bool", "text")]
    if not named:
        ones = [column for column in free if column.kind in ("integer", "bool")]
        called = family(ones, INDICATOR_NAMES, ones)
        if called:
            return [column.name for column in called]
        others = [column for column in free if column.kind in SCALAR and column.kind != "float"]
        if alone and len(others) == 1:
            named = others
    if len(named) != 1:
        raise FileError(_no_label(table, named, free, alone=alone))
    return [named[0].name]


def _may_be_label(column: Column, *, alone: bool) -> bool:
    """A column that is called so; y may also be what is predicted."""
    if column.kind == "matrix":
        return not column.floating
    if column.kind == "float":
        return alone or column.name.casefold() != "y"
    return column.kind in SCALAR


def _no_label(table: Table, named: list[Column], free: list[Column], *, alone: bool) -> str:
    if named:
        names = listed(f"'{column.name}'" for column in named)
        return f"{table.name}: any of the columns {names} could be the labels; say which with label= (--label)"
    if not table.named and len(table.columns) == 1:
        return f"{table.name} is one array, so without labels; give these too"
    for column in free:
        if column.name.casefold() in LABEL_NAMES - PROBS_NAMES:
            return (
                f"{table.name}: column '{column.name}' holds {column.type}, which cannot be labels (numbers, names, or"
                f" 0 and 1 for each class); say which column can with label= (--label)"
            )
    names = listed(f"'{column.name}'" for column in free if column.kind not in FLOATING)
    return (
        f"{table.name} has no column called label, target, y, y_true or class; say which"
        f" {f'of its columns {names} ' if names else ''}are the labels with label= (--label)"
        f"{'' if alone else ', or give the file of the labels'}"
    )


def guess_probs(table: Table, free: list[Column]) -> tuple[list[str], bool]:
    """The floating columns that are left, and whether their names say that they are probabilities."""
    matrices = [column for column in free if column.kind == "matrix" and column.floating]
    scalars = [column for column in free if column.kind == "float"]
    if matrices:
        called = [column for column in matrices if column.name.casefold() in PROBS_NAMES]
        if len(called) == 1 or (len(matrices) == 1 and not scalars):
            return [(called or matrices)[0].name], True
        raise _ask(table, matrices + scalars, "more than one column could be the probabilities")
    if not table.named:
        return _guess_unnamed(table, free, scalars)
    called = _called(free, scalars)
    for column in called:  # it must not get lost
        if column.kind != "float" and not column.doubtful:
            raise _ask(table, called, f"column '{column.name}' is called as the others are, but holds {column.type}")
    if called:
        return [column.name for column in called], True
    names = [column.name for column in scalars]
    numbers = _numbers(free)
    prefix = common_prefix(names)
    if prefix:
        names = [column.name for column in numbers if column.kind == "float" or column.name.startswith(prefix)]
    elif len(numbers) > len(scalars):
        raise _ask(table, numbers, "columns of 0 and 1 may be probabilities or not")
    if not names:
        raise _ask(table, free, "it has no floating column for the probabilities")
    return names, len(names) == 1 and names[0].casefold() in PROBS_NAMES


def _numbers(free: list[Column]) -> list[Column]:
    """The floating columns, and those that may be: a text format does not tell 1 from 1.0."""
    return [column for column in free if column.kind == "float" or (column.kind == "integer" and column.doubtful)]


def _called(free: list[Column], scalars: list[Column]) -> list[Column]:
    """The columns whose names say that they are probabilities, also those that hold something else."""
    numbers, flat = _numbers(free), [column for column in free if column.kind in SCALAR]
    names = [column.name for column in numbers]
    if len(names) > 1 and any(names == [str(first + k) for k in range(len(names))] for first in (0, 1)):
        return [column for column in free if column.name.isdecimal()]  # as pandas calls columns without names
    called = family(flat, PROBS_NAMES, scalars)
    return called if called or scalars else family(flat, PROBS_NAMES - LABEL_NAMES, numbers)


def family(columns: list[Column], called: frozenset[str], needed: Sequence[Column]) -> list[Column]:
    """The columns called label_cat, label_dog, or p0, p1, by the one of the names that also one of the needed has."""
    core = {column.name for column in needed}
    found: dict[frozenset[str], str] = {}
    for name in sorted(called, key=len):
        members = frozenset(column.name for column in columns if _begins(column.name, name))
        if len(members) > 1 and not members.isdisjoint(core):
            found[members] = name  # of several the longest: y_prob, not y
    largest = [name for members, name in found.items() if not any(members < other for other in found)]
    return [column for column in columns if _begins(column.name, largest[0])] if len(largest) == 1 else []


def _begins(column: str, name: str) -> bool:
    """With the name, and then a separator, or nothing but a number."""
    rest = column[len(name) :]
    return column[: len(name)].casefold() == name and (rest.isdecimal() or (len(rest) > 1 and not rest[0].isalnum()))


def _guess_unnamed(table: Table, free: list[Column], scalars: list[Column]) -> tuple[list[str], bool]:
    if len(table.columns) == 1 and table.columns[0].kind in (*FLOATING, "integer", "bool"):
        return [table.columns[0].name], True
    whole = [column for column in free if column.kind == "integer"]
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
