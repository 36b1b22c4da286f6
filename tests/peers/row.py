"""One line of the tables of docs/peers.md."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One function of a peer."""

    package: str
    theirs: str
    ours: str
    clip: str  # what it does to probabilities near 0 and 1
    mean: str  # what its number is divided by
    within: float = 1e-14  # largest difference, relative to max(1, value); above it are the peer's clip and rounding
    zeros: bool = True  # tested with y that has zeros and ones too

    @property
    def id(self) -> str:
        return f"{self.package}: {self.theirs}"
