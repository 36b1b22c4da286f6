"""From the options of a command to predictions: which file holds the labels, what the columns are."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from .._files import Done, Predictions, columns_differ, open_predictions

# The options that decide how files are read, as the reader names them; a state file remembers them.
OPTIONS = ("label", "probs", "weight", "by", "id", "classes", "header")


def split(options: Namespace) -> tuple[list[str], str | None]:
    """Predictions and labels: of several files the last holds labels if its columns are not those of the first."""
    files, labels = list(options.files), options.labels
    if labels is None and len(files) > 1 and columns_differ(files[0], files[-1], options.header):
        labels = files.pop()
    return files, labels


def _one(names: list[str] | None) -> str | list[str] | None:
    return names[0] if names is not None and len(names) == 1 else names


def options_of(options: Namespace) -> dict[str, Any]:
    """What the reader is told, without what is left to it."""
    return {name: value for name in OPTIONS if (value := getattr(options, name, None)) is not None}


def told(options: Namespace) -> dict[str, Any]:
    """All that open_predictions takes of the options."""
    found = options_of(options) | {"from_logits": options.logits, "ignore_index": options.ignore_index}
    for name in ("label", "probs"):
        if name in found:
            found[name] = _one(found[name])
    return found


def predictions(options: Namespace, files: Sequence[str], labels: str | None, done: Done | None = None) -> Predictions:
    """Ready to be read."""
    return open_predictions(files[0] if len(files) == 1 else list(files), labels, done=done, **told(options))
