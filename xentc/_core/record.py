"""Records of the core: what `dataclasses` offers, without the time that it takes to import and to make each class."""

from __future__ import annotations

from typing import Any, ClassVar, Self, dataclass_transform


class Fields:
    """The fields as `dataclasses` has them, for records that its ``fields``, ``asdict`` and ``replace`` should take.

    Not for all: Dask takes what is a dataclass apart.
    """

    def __get__(self, record: object, kind: type[Record]) -> dict[str, Any]:
        from dataclasses import field, make_dataclass

        fields = [
            (name, "Any", field(default=getattr(kind, name)) if hasattr(kind, name) else field())
            for name in kind._names
        ]
        made: Any = make_dataclass(kind.__name__, fields)
        return {**made.__dataclass_fields__}


@dataclass_transform(frozen_default=True)
class Record:
    """Fields with names and defaults, given by name or in order, which stay as they are once the record is made.

    Type checkers take subclasses for dataclasses. Their module has ``from __future__ import annotations``.
    """

    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, frozen: bool = True) -> None:
        cls._names += tuple(name for name, kind in cls.__annotations__.items() if not kind.startswith("ClassVar"))
        if not frozen:
            type.__setattr__(cls, "__setattr__", object.__setattr__)

    def __init__(self, *values: Any, **named: Any) -> None:
        if values:
            named.update(zip(self._names, values))  # noqa: B905 - there may be fewer values than names
        object.__setattr__(self, "__dict__", named)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"cannot set {name!r}: a {type(self).__name__} does not change")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"cannot delete {name!r}: a {type(self).__name__} does not change")

    def replace(self, **named: Any) -> Self:
        """Return a copy with other values of these fields."""
        return type(self)(**(self.__dict__ | named))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._names)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self._names))

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self._names if not name.startswith("_"))
        return f"{type(self).__name__}({', '.join(shown)})"
