"""The options of an `Evaluation`: plain Python values, compared and shown as they would be written."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core import arguments
from .._core.shapes import MAX_AXES, check_axis
from .names import as_names

_DEFAULTS = {
    "classes": None,
    "axis": -1,
    "eps": None,
    "from_logits": False,
    "ignore_index": None,
    "check": None,
    "bins": 15,
    "worst": 10,
    "by": None,
}


def checked(
    *,
    classes: Any,
    axis: Any,
    eps: Any,
    from_logits: Any,
    ignore_index: Any,
    check: Any,
    bins: Any,
    worst: Any,
    by: Any,
) -> dict[str, Any]:
    """The options, by their names; an error for those that no batch could be evaluated with."""
    check_axis(axis, MAX_AXES)
    from_logits = arguments.check_flag("from_logits", from_logits)
    if from_logits:
        arguments.check_no_eps(eps)
    if eps is not None:
        eps = arguments.check_eps(eps, np.dtype(np.float64), np.dtype(np.float64))
    arguments.check_ignore_index(ignore_index, np.dtype(np.int64))
    if by is not None and not isinstance(by, str):
        raise TypeError(f"by must be a name here, a str; got {by!r}; the values go to update(..., by=...)")
    return {
        "classes": None if classes is None else as_names(classes),
        "axis": axis.__index__(),
        "eps": eps,
        "from_logits": from_logits,
        "ignore_index": None if ignore_index is None else ignore_index.__index__(),
        "check": arguments.as_check(check),
        "bins": _whole("bins", bins, 1, 1 << 20),
        "worst": _whole("worst", worst, 0, 1 << 30),
        "by": by,
    }


def described(options: dict[str, Any]) -> str:
    """Those that are not the defaults, as they would be written."""
    return ", ".join(f"{name}={value!r}" for name, value in options.items() if value != _DEFAULTS[name])


def _whole(name: str, value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    number: int = value.__index__()
    if not low <= number <= high:
        raise ValueError(f"{name} must be from {low} to {high}, got {number}")
    return number
