"""From the options of a command to predictions: which file holds the labels, what the columns are."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .._files import Done, Predictions, open_predictions
from .._files.formats import open_table
from .._files.paths import find_parts

# The options that decide how files are read, as the reader names them; a state file remembers them.
OPTIONS = ("label", "probs", "weight", "by", "id", "classes", "header")


def split(options: Namespace) -> tuple[list[str], str | None]:
    """Predictions and labels: of several files the last holds labels if its columns are not those of the first."""
    files, labels = list(options.files), options.labels
    if labels is None and len(files) > 1 and _differ(files[0], files[-1], options.header):
        labels = files.pop()
    return files, labels


def _differ(first: str, last: str, header: bool | None) -> bool:
    """Whether two sources are tables of different columns; of two that can be read only once, one holds labels."""
    if _is_stream(first) or _is_stream(last):
        return True
    return _columns(first, header) != _columns(last, header)


def _is_stream(name: str) -> bool:
    path = Path(name)
    return name == "-" or (path.exists() and not path.is_file() and not path.is_dir())


def _columns(name: str, header: bool | None) -> list[Any]:
    """The names of the columns of the first file; where they have none, what they hold."""
    table = open_table(find_parts(name)[0], header)
    try:
        return [c.name if table.named else (c.kind, c.floating, c.width) for c in table.columns]
    finally:
        table.close()


def _one(names: list[str] | None) -> str | list[str] | None:
    return names[0] if names is not None and len(names) == 1 else names


def options_of(options: Namespace) -> dict[str, Any]:
    """What the reader is told, without what is left to it."""
    return {name: value for name in OPTIONS if (value := getattr(options, name, None)) is not None}


def predictions(options: Namespace, files: Sequence[str], labels: str | None, done: Done | None = None) -> Predictions:
    """Ready to be read."""
    told = options_of(options)
    for name in ("label", "probs"):
        if name in told:
            told[name] = _one(told[name])
    return open_predictions(
        files[0] if len(files) == 1 else list(files),
        labels,
        from_logits=options.logits,
        ignore_index=options.ignore_index,
        done=done,
        **told,
    )
