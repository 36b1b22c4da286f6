"""What is not in memory: arrays and frames of Dask."""

from typing import Any


class Lazy(TypeError):
    """An argument is of Dask. Functions that have a way for it take that; of others it is the error."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(f"{name} must be in memory, not a Dask {type(value).__name__}; call its compute()")


def read(name: str, value: Any) -> None:
    """Stop: to read it would gather all of it here."""
    raise Lazy(name, value)
