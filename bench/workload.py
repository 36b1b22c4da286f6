"""What a row of the table of workloads says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.kinds import Kind

# What a target limits: xentc's time over that of the floor, of the same function on the twin, or of np.add on the same
# arrays; microseconds a call; or the MiB that a call needs at its peak beyond its arguments.
Measure = Literal["floor", "twin", "add", "us", "MiB"]
Layout = Literal["C", "Fortran", "class first"]
# The tables of docs/speed.md.
Group = Literal["probabilities", "logits", "gradients", "binary", "classes", "sizes", "calls", "layouts", "memory"]


@dataclass(frozen=True)
class Workload:
    """One row. xentc is called as ``function(*arguments, **keywords)``.

    ``arguments`` and ``named`` are arrays of the problem, by position and by keyword. A ``twin`` is the row
    with the same data whose time is the baseline. ``rows_by`` is the function that returns the rows of which
    this one returns the mean, where they are not one. ``why`` says what keeps xentc from being first, or twice as
    fast as the best of the others, where it is known. No ``target``: measured, and not judged. ``tier`` and
    ``threads`` are those in use unless given.
    """

    name: str
    kind: Kind
    n_rows: int
    n_classes: int
    t_dtype: Any
    y_dtype: Any
    target: float | None = None
    of: Measure = "floor"
    twin: str | None = None
    layout: Layout = "C"
    function: str = "cross_entropy"
    arguments: tuple[str, ...] = ("t", "y")
    named: tuple[str, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
    rows_by: str | None = None
    group: Group = "probabilities"
    why: str = ""
    tier: str | None = None
    threads: int | None = None

    @property
    def axis(self) -> int:
        return int(self.keywords.get("axis", -1))

    @property
    def reduction(self) -> str:
        return "mean" if self.rows_by else str(self.keywords.get("reduction", "none"))

    @property
    def with_peers(self) -> bool:
        """Others are timed on one layout; what a check or an ``out`` costs is xentc's own affair."""
        return self.group not in ("layouts", "memory")

    def rows_at(self, scale: float) -> int:
        """Rows of a run with this scale. Where the size is what a row is about, it stays."""
        return self.n_rows if self.group in ("sizes", "calls") else max(round(self.n_rows * scale), 1)

    @property
    def short(self) -> bool:
        """A call whose time is that of calling: no reading of memory is beside it."""
        return self.of in ("us", "add")

    @property
    def call(self) -> str:
        """As a user types it."""
        keywords = [f"{name}={name}" for name in self.named]
        keywords += [f"{name}={value!r}" for name, value in self.keywords.items()]
        return f"{self.function}({', '.join([*self.arguments, *keywords])})"
