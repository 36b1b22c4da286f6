"""Names of classes: what `classes` may be, and the numbers of labels that are names."""

from typing import Any

import numpy as np

from .groups import ranked


def as_names(classes: Any) -> tuple[Any, ...]:
    """Distinct text or whole numbers, as Python has them."""
    if isinstance(classes, (str, bytes)):
        raise TypeError(f"classes must be a sequence of names, not {classes!r}")
    names = tuple(ranked(name)[1] for name in (classes.tolist() if isinstance(classes, np.ndarray) else classes))
    for name in names:
        if not isinstance(name, (str, int)):
            raise TypeError(f"classes must be text or whole numbers; got {name!r}")
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"classes must be distinct; {twice!r} is there more than once")
    return names


def numbers_of(labels: Any, names: tuple[Any, ...] | None, ignore_index: int | None) -> Any:
    """Labels as numbers of columns."""
    if names is None:
        return labels
    array = np.asarray(labels)
    if array.dtype.kind in "biuf" and all(isinstance(name, str) for name in names):
        return labels
    number = {name: k for k, name in enumerate(names)}
    codes = []
    for i, label in enumerate(array.ravel().tolist()):
        code = number.get(label)
        if code is None:
            if ignore_index is not None and label == ignore_index:
                code = ignore_index
            else:
                raise ValueError(f"labels must be among the classes {list(names)[:10]}; got {label!r} in row {i}")
        codes.append(code)
    return np.array(codes, np.int64).reshape(array.shape)
