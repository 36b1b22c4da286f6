"""Names of classes: what `classes` may be, and the numbers of labels that are names."""

from typing import Any, NamedTuple

import numpy as np

from .._api.encode import class_numbers, encode_labels
from .._core.labels import NamedLabels, read_labels
from .groups import ranked

_IGNORED = -1


class Numbers(NamedTuple):
    """Labels as numbers of columns, and the number of those to be ignored."""

    labels: Any
    ignore_index: int | None


def as_names(classes: Any) -> tuple[Any, ...]:
    """Distinct text or whole numbers, as Python has them."""
    names = tuple(ranked(name)[1] for name in class_numbers(classes))
    for name in names:
        if not isinstance(name, (str, int)):
            raise TypeError(f"classes must be text or whole numbers; got {name!r}")
    return names


def numbers_of(labels: Any, names: tuple[Any, ...] | None, ignore_index: int | None) -> Numbers:
    """What labels mean: names if there are any, but where all names are text, numbers are columns."""
    if names is None:
        return Numbers(labels, ignore_index)
    given = read_labels("labels", labels)
    if not isinstance(given, NamedLabels) and all(isinstance(name, str) for name in names):
        return Numbers(given, ignore_index)
    if ignore_index is None:
        return Numbers(encode_labels(labels, names), None)
    codes = np.asarray(encode_labels(labels, [*names, *({ignore_index} - {*names})]))
    ignored = names.index(ignore_index) if ignore_index in names else len(names)
    return Numbers(np.where(codes == ignored, _IGNORED, codes), _IGNORED)
