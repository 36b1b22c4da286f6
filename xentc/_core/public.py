"""How public names are marked."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def public(thing: T) -> T:
    """Let a function or class say that it belongs to ``xentc``: that is how help shows it and how it is pickled."""
    thing.__module__ = "xentc"
    return thing
