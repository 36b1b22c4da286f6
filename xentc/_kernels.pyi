"""Types of the compiled module; ``python -m mypy.stubtest xentc._kernels`` holds this file to it."""

from threading import Lock
from typing import Any

import numpy as np
from typing_extensions import disjoint_base

TROUBLES: tuple[str | None, ...]
tier_names: tuple[str, ...]
n_supported_tiers: int
compiler: str
compile_flags: str

def use_tier(number: int) -> None: ...
def tier_in_use() -> int: ...
def small(t_object: object, y_object: object) -> Any | None: ...

@disjoint_base
class Job:
    def __init__(
        self,
        t: np.ndarray[Any, Any] | tuple[np.ndarray[Any, Any], ...],
        y: np.ndarray[Any, Any],
        out: np.ndarray[Any, Any] | None,
        *,
        source: str,
        where: np.ndarray[Any, Any] | None,
        sample_weight: np.ndarray[Any, Any] | None,
        class_weight: np.ndarray[Any, Any] | None,
        ignore_index: int | None,
        label_smoothing: float,
        summed: bool,
        weighed: bool,
        count_clipped: bool,
        in_order: bool,
        negate: bool,
        double: bool,
        eps: float,
        from_logits: bool,
        result: int,
        stored: int,
        tolerance_t: float,
        tolerance_y: float,
        ceiling: float,
        count_off_sums: bool,
        grad: np.ndarray[Any, Any] | None,
        hess: np.ndarray[Any, Any] | None,
        grad_divisor: float,
        evaluator: Evaluator | None,
        spread: bool,
        lock: Lock,
    ) -> None: ...
    def run(self) -> None: ...
    @property
    def n_elements(self) -> int: ...
    @property
    def n_units(self) -> int: ...
    @property
    def n_counted(self) -> int: ...
    @property
    def spread(self) -> Tally | None: ...
    @property
    def n_clipped(self) -> int: ...
    @property
    def n_off_sums(self) -> int: ...
    @property
    def bad_row(self) -> tuple[str, int] | None: ...
    @property
    def exact_sum(self) -> tuple[int, int, int, int]: ...
    @property
    def exact_weight(self) -> tuple[int, int, int, int]: ...

Exact = tuple[int, int, int, int]

@disjoint_base
class Tally:
    def __init__(self, n_quads: int, n_keys: int) -> None: ...
    @property
    def n_quads(self) -> int: ...
    @property
    def n_keys(self) -> int: ...
    @property
    def keys(self) -> list[int]: ...
    def more_keys(self, n_keys: int) -> None: ...
    def merge(self, other: Tally, to_key: np.ndarray[Any, Any] | None = None) -> None: ...
    def counts(self, key: int) -> tuple[int, int]: ...
    def sums(self, key: int, quad: int) -> tuple[tuple[Exact, Exact, Exact, Exact], int]: ...
    def add(
        self, key: int, count: int, hits: int, quads: list[tuple[tuple[Exact, Exact, Exact, Exact], int]]
    ) -> None: ...

def tally_of_rows(r: np.ndarray[Any, Any], weight: np.ndarray[Any, Any]) -> Tally: ...

@disjoint_base
class Evaluator:
    def __init__(
        self,
        *,
        edges: np.ndarray[Any, Any],
        tolerance: float,
        n_worst: int,
        first_row: int,
        numbers: np.ndarray[Any, Any] | None,
        groups: np.ndarray[Any, Any] | None,
        n_groups: int,
    ) -> None: ...
    @property
    def class_tally(self) -> Tally: ...
    @property
    def bin_tally(self) -> Tally: ...
    @property
    def group_tally(self) -> Tally: ...
    @property
    def losses(self) -> list[int]: ...
    @property
    def worst(self) -> list[tuple[float, int, int, int, float]]: ...
    @property
    def findings(self) -> list[tuple[int, int, float, int]]: ...
