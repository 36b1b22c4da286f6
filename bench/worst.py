"""The largest error of one kind and pair of dtypes, and the input that shows it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench import facts, judge
from xentc._core import config

Array = np.ndarray[Any, Any]


@dataclass
class Worst:
    """The largest error of what was judged, with its witness in hexadecimal."""

    kind: str
    t_dtype: str
    y_dtype: str
    result: str
    bound: float
    n_rows: int = 0
    # 0 for a kind that has no entries: its rows are judged.
    n_entries: int = 0
    error_ulp: float = 0.0
    options: str = ""
    t: tuple[str, ...] = ()
    y: tuple[str, ...] = ()
    got: str = ""
    wanted: str = ""

    def look(self, got: Any, want: Any, error: float, t: Iterable[Any], y: Iterable[Any], options: str = "") -> None:
        """One number that was judged: kept if none was worse."""
        if error >= self.error_ulp:
            self.error_ulp, self.options = error, options
            self.t, self.y = tuple(map(_hex, t)), tuple(map(_hex, y))
            self.got, self.wanted = float(got).hex(), judge.hex_of(want)

    @property
    def met(self) -> bool:
        return self.error_ulp <= self.bound

    @property
    def n_judged(self) -> int:
        return self.n_entries or self.n_rows


def _hex(x: Any) -> str:
    return float(x).hex() if isinstance(x, (float, np.floating)) else str(int(x))


def on_every_tier(call: Callable[[], Any], result: str) -> Any:
    """What the call returns, after it is sure that all tiers return the same bits and the dtype is the promised one."""
    in_use = facts.tier()
    results = {}
    try:
        for tier in config.TIERS:
            config.use_tier(tier)
            results[tier] = call()
    finally:
        config.use_tier(in_use)
    for tier, other in results.items():
        if not isinstance(other, np.ndarray) or other.dtype != result:
            raise AssertionError(f"an array of {result} is promised; got {other!r}")
        if other.tobytes() != results[in_use].tobytes():
            raise AssertionError(f"{tier} and {in_use} differ in an array of {result}")
    return results[in_use]


def _short(text: str) -> str:
    """A hexadecimal number without the zeros at its end."""
    return re.sub(r"\.?0+(?=p)", "", text)


def witness(record: dict[str, Any]) -> list[str]:
    """Its input, the result, the exact value, as a reader can take them."""
    terms = [f"{_short(t)} at {_short(y)}" for t, y in zip(record["t"], record["y"], strict=True)]
    shown = "; ".join(terms[:2]) + (f"; {len(terms) - 2} more" if len(terms) > 2 else "")
    shown += f"; {record['options']}" if record["options"] else ""
    return [shown, _short(record["got"]), record["wanted"]]
