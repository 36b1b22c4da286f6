"""What an evaluation holds: states that are never changed, so that another thread or a fork always sees a whole one."""

from dataclasses import dataclass, field, replace

from .state import State

_PARTS = 8  # states that are held one by one before they are added up


@dataclass(frozen=True, slots=True)
class Held:
    """Some states, each with what its row numbers are moved by. Adding one gives another `Held`."""

    empty: State
    parts: tuple[tuple[State, int], ...] = ()
    n_rows: int = 0  # masked ones too: where the numbers of the next batch begin
    n_classes: int | None = None
    grouped: bool | None = None
    n_added: int = field(default=0)  # since states were added up

    def plus(self, state: State, moved: bool = False) -> "Held":
        """With one more state, whose rows are numbered behind all others if it is to be `moved`."""
        if state.n_classes is None:
            return self
        self.check(state)
        parts = (*self.parts, (state, self.n_rows if moved else 0))
        n_added = self.n_added + 1
        if n_added > _PARTS:
            parts, n_added = ((_sum(self.empty, parts), 0),), 0
        return Held(self.empty, parts, self.n_rows + state.n_rows, state.n_classes, state.grouped, n_added)

    def summed(self, total: State) -> "Held":
        """The same, whose total is known."""
        return self if len(self.parts) < 2 else replace(self, parts=((total, 0),), n_added=0)

    def check(self, state: State) -> None:
        """Refuse what does not add up."""
        if self.n_classes is None:
            return
        if self.n_classes != state.n_classes:
            raise ValueError(
                f"y must have the same number of classes in every batch; it had {self.n_classes}, and now"
                f" {state.n_classes}"
            )
        if self.grouped != state.grouped:
            raise ValueError(
                "by must be given with every batch, or with none; "
                + ("it was given before" if self.grouped else "there are rows without it")
            )

    def total(self) -> State:
        """All of it in one state, which is not to be changed."""
        if len(self.parts) == 1 and self.parts[0][1] == 0:
            return self.parts[0][0]
        return _sum(self.empty, self.parts)


def _sum(empty: State, parts: tuple[tuple[State, int], ...]) -> State:
    if not parts:
        return empty
    first = parts[0][0]
    total = State(empty.n_bins, empty.n_worst, first.n_classes, first.grouped)
    for state, shift in parts:
        total.merge(state, shift)
    return total
