"""What of the files is evaluated already, so that a run can be resumed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Done:
    """Files, by a key of their path, size and time of change, and how many of their first rows are evaluated."""

    rows: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain numbers and text, for JSON."""
        return {"rows": dict(self.rows)}

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> "Done":
        """What :meth:`to_dict` gave; anything else is a FileError."""
        return cls(dict(state["rows"]))

    def merge(self, other: "Done") -> "Done":
        """The files of both; one that is in both is a FileError, since it would count twice."""
        return Done({**self.rows, **other.rows})
