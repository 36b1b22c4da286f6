"""encode_labels: names to the numbers of their classes, which every other function takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .._core.arrays import as_array
from .._core.dtypes import as_numbers
from .._core.labels import Lookup, NamedLabels, read_labels
from .._core.public import public
from .._readers.lazy import Lazy
from .._readers.missing import in_words, is_missing, is_nan
from .._readers.names import Names

if TYPE_CHECKING:
    from .._core.types import ArrayLike, ClassNumbers


Array = np.ndarray[Any, Any]

BLOCK_ROWS = 1 << 18  # rows of numbers looked up together


@public
def encode_labels(labels: ArrayLike, classes: ArrayLike) -> ClassNumbers:
    r"""The number of the class that each label names, in the order of ``classes``, which is that of y's columns.

    .. math:: c_i = k \quad\text{where}\quad \mathrm{labels}_i = \mathrm{classes}_k

    Nothing is sorted: ``classes`` says what columns 0, 1, ... of y stand for, whether or not each occurs in ``labels``.

    Parameters
    ----------
    labels : array_like, (...)
        Text, numbers, or a categorical column: an array, a list, a column of pandas, polars or pyarrow.
    classes : array_like, (K,)
        The name of each column of y, all different: the ``classes_`` of a classifier, the ``columns`` of a frame.

    Returns
    -------
    ndarray of intp, (...)
        From 0 to K - 1, to be passed as ``labels`` to :func:`cross_entropy_labels` and others. For labels of Dask a
        lazy Dask array.

    Raises
    ------
    ValueError
        If a label is not a class (the message names the first such label and its position), a value is missing, or a
        class occurs twice.
    TypeError
        If labels or classes are neither text nor numbers, are masked, or have no order, like a set.

    See Also
    --------
    cross_entropy_labels : What the numbers are for.

    Notes
    -----
    A label is a class if Python calls them equal: 1, 1.0 and True are one class, and text is never a number. NaN is
    a missing value. The codes of categorical columns, and the dictionaries of pandas, polars and pyarrow, are used as
    they are; text in NumPy arrays is hashed by columns of characters. A label takes some tens of nanoseconds.

    Examples
    --------
    >>> import numpy as np, xentc
    >>> xentc.encode_labels(["dog", "cat", "dog"], classes=["cat", "dog", "owl"])
    array([1, 0, 1])
    >>> y = np.array([[0.2, 0.7, 0.1], [0.9, 0.05, 0.05]])
    >>> xentc.cross_entropy_labels(xentc.encode_labels(["dog", "cat"], ["cat", "dog", "owl"]), y)
    array([0.35667494, 0.10536052])
    """
    names = class_numbers(classes)
    try:
        given = read_labels("labels", labels, as_they_are=True)
    except Lazy:
        pass
    else:
        return _numbers_of(given, names)
    from .._dask.encode import encode_labels

    return cast("ClassNumbers", encode_labels(labels, names))


def _numbers_of(given: Array | NamedLabels, names: Names) -> ClassNumbers:
    n_classes = len(names)
    if isinstance(given, np.ndarray):
        given = as_numbers(as_array("labels", given, scalar=True))
    numbers = np.empty(given.shape, np.intp)
    flat = numbers.reshape(-1)
    for rows, found in given.numbers(names, BLOCK_ROWS) if isinstance(given, NamedLabels) else _looked_up(given, names):
        flat[rows] = found
        wrong = (found < 0) | (found >= n_classes)
        if wrong.any():
            at = rows.start + int(wrong.argmax())
            label = [*names][flat[at]] if isinstance(given, NamedLabels) else given.reshape(-1)[at].item()
            raise _no_class(label, tuple(int(i) for i in np.unravel_index(at, given.shape)), [*names][:n_classes])
    return numbers[()]


def class_numbers(classes: Any) -> Names:
    """The number of each class: its place."""
    if isinstance(classes, str | bytes | set | frozenset | dict):
        raise TypeError(f"classes must be a list or array of names, in the order of y's columns; got {classes!r}")
    given = read_labels("classes", classes, as_they_are=True)
    if given.ndim != 1:
        raise ValueError(f"classes must have one axis; got the shape {given.shape}")
    names = Names()
    for k, name in enumerate(given.tolist()):
        if is_missing(name) or is_nan(name):
            raise ValueError(f"classes has a missing value {in_words((k,))}")
        if names.setdefault(name, k) != k:
            raise ValueError(f"classes must be distinct; {name!r} is both number {names[name]} and number {k}")
    return names


def _looked_up(labels: Array, names: Names) -> Any:
    lookup, flat = Lookup([*names], labels.dtype), labels.reshape(-1)
    for start in range(0, flat.size, BLOCK_ROWS):
        block = flat[start : start + BLOCK_ROWS]
        yield slice(start, start + len(block)), lookup.of(block)


def _no_class(label: Any, at: tuple[int, ...], classes: list[Any]) -> ValueError:
    where = f" {in_words(at)}" if at else ""
    if is_nan(label):
        return ValueError(f"labels has a missing value{where}; fill it or drop it first")
    shown = ", ".join(map(repr, classes[:10])) + (", ..." if len(classes) > 10 else "")
    hint = ""
    if classes and isinstance(label, str) != any(isinstance(name, str) for name in classes):
        kinds = ("numbers", "text") if isinstance(label, str) else ("text", "numbers")
        hint = f"; the classes are {kinds[0]} and labels are {kinds[1]}"
    return ValueError(f"labels must be among the classes; got {label!r}{where}, and the classes are {shown}{hint}")
