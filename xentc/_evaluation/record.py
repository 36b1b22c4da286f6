"""A `Report` as a dictionary that JSON can hold."""

import json
import math
from dataclasses import fields
from typing import Any

from .words import plain

LEVEL = 0.95


def number(value: Any) -> Any:
    """JSON has neither NaN nor infinities: None, and the words that ``float`` and JavaScript's ``Number`` read."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return of(value) if hasattr(value, "__dataclass_fields__") else number(plain(value))


def of(record: Any) -> dict[str, Any]:
    """A record of the report, its own records included, as dictionaries, lists, numbers and text."""
    made = {field.name: _value(getattr(record, field.name)) for field in fields(record)}
    if hasattr(record, "interval"):
        made["interval"] = {"level": LEVEL, **_value_of(record.interval(LEVEL)._asdict())}
    if hasattr(record, "message"):
        made["message"] = record.message
    return made


def _value_of(numbers: dict[str, float]) -> dict[str, Any]:
    return {name: number(value) for name, value in numbers.items()}


def to_json(made: dict[str, Any], indent: int | None) -> str:
    """What ``of`` made, as text."""
    return json.dumps(made, indent=indent, allow_nan=False, ensure_ascii=False)
