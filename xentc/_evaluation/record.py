"""A `Report` as a dictionary that JSON can hold."""

import json
import math
from dataclasses import fields
from functools import cache
from typing import Any

from .words import plain

LEVEL = 0.95


def number(value: Any) -> Any:
    """JSON has neither NaN nor infinities: None, and the words that ``float`` and JavaScript's ``Number`` read."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


_AS_THEY_ARE = {int, str, bool, type(None)}


def _value(value: Any) -> Any:
    kind = type(value)
    if kind is float:
        return number(value)
    if kind in _AS_THEY_ARE:
        return value
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return of(value) if hasattr(value, "__dataclass_fields__") else number(plain(value))


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, ...], bool, bool]:
    """Names, and whether records of a kind have intervals and messages."""
    return tuple(field.name for field in fields(kind)), hasattr(kind, "interval"), hasattr(kind, "message")


def of(record: Any) -> dict[str, Any]:
    """A record of the report, its own records included, as dictionaries, lists, numbers and text."""
    kind: Any = type(record)
    names, has_interval, has_message = _fields_of(kind)
    made = {name: _value(getattr(record, name)) for name in names}
    if has_interval:
        low, high = record.interval(LEVEL)
        made["interval"] = {"level": LEVEL, "low": number(low), "high": number(high)}
    if has_message:
        made["message"] = record.message
    return made


def to_json(made: dict[str, Any], indent: int | None) -> str:
    """What ``of`` made, as text."""
    return json.dumps(made, indent=indent, allow_nan=False, ensure_ascii=False)
