"""Types of the compiled module; ``python -m mypy.stubtest xentc._kernels`` holds this file to it."""

from enum import IntEnum
from typing import Any, Self

import numpy as np
from typing_extensions import disjoint_base

class Trouble(IntEnum):
    NOT_CANONICAL = ...
    OUT_OF_RANGE = ...
    BAD_INDPTR = ...
    T_NEGATIVE = ...
    T_OUTSIDE = ...
    Y_OUTSIDE = ...
    T_SUM = ...
    Y_SUM = ...
    BAD_WEIGHT = ...
    BAD_POS_WEIGHT = ...

tier_names: tuple[str, ...]
n_supported_tiers: int
compiler: str
compile_flags: str
dtypes: tuple[tuple[str, str, float], ...]
sources: dict[str, int]
returned: dict[str, int]
n_operations: int
nanoseconds_per_thread: int

def missing_operation(tier: int, without: int = -1) -> int: ...
def check_tables(without: int = -1) -> None: ...
def use_tier(number: int) -> None: ...
def tier_in_use() -> int: ...
def n_helpers() -> int: ...
def use_small(on: bool) -> bool: ...
def small(
    source: int,
    wanted: int,
    t_object: object,
    y_object: object,
    axis: object,
    eps: object,
    from_logits: object,
    label_smoothing: object,
    class_weight: object,
    sample_weight: object,
    where: object,
    ignore_index: object,
    reduction_name: object,
    out_object: object,
    check: object,
    pos_weight: object = None,
    hess_floor: float = 0.0,
    hess_factor: float = 1.0,
) -> Any: ...

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
        pos_weight: np.ndarray[Any, Any] | None,
        ignore_index: int | None,
        label_smoothing: float,
        summed: bool,
        weighed: bool,
        count_clipped: bool,
        in_order: bool,
        negate: bool,
        in_double: bool,
        eps: float,
        from_logits: bool,
        slack_t: float,
        slack_y: float,
        tolerance_t: float,
        tolerance_y: float,
        ceiling: float,
        count_off_sums: bool,
        grad: np.ndarray[Any, Any] | None,
        hess: np.ndarray[Any, Any] | None,
        grad_divisor: float,
        grad_scale: float,
        hess_factor: float,
        hess_floor: float,
        evaluator: Evaluator | None,
        spread: bool,
    ) -> None: ...
    def run(self, n_threads: int = 1) -> None: ...
    @property
    def nanoseconds(self) -> float: ...
    @property
    def n_threads(self) -> int: ...
    @property
    def n_units(self) -> int: ...
    def spread(self) -> Tally: ...
    @property
    def n_counted(self) -> int: ...
    @property
    def n_clipped(self) -> int: ...
    @property
    def n_off_sums(self) -> int: ...
    @property
    def bad_row(self) -> tuple[Trouble, int, int, float, float, tuple[int, int]] | None: ...
    @property
    def exact_sum(self) -> tuple[int, int, int, int]: ...
    @property
    def exact_weight(self) -> tuple[int, int, int, int]: ...

_Exact = tuple[int, int, int, int]
ZERO: _Exact

@disjoint_base
class Tally:
    def __new__(cls, n_quads: int, n_keys: int) -> Self: ...
    @property
    def n_quads(self) -> int: ...
    @property
    def n_keys(self) -> int: ...
    @property
    def keys(self) -> np.ndarray[Any, Any]: ...
    def more_keys(self, n_keys: int) -> None: ...
    def merge(self, other: Tally, to_key: np.ndarray[Any, Any] | None = None) -> None: ...
    def counts(self, key: int) -> tuple[int, int]: ...
    def sums(self, key: int, quad: int) -> tuple[tuple[_Exact, _Exact, _Exact, _Exact], int]: ...
    def arrays(
        self,
    ) -> tuple[
        np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]
    ]: ...
    def to_bytes(self, slots: np.ndarray[Any, Any], products: bool) -> bytes: ...
    def restore(
        self,
        keys: np.ndarray[Any, Any],
        counts: np.ndarray[Any, Any],
        hits: np.ndarray[Any, Any],
        data: bytes,
        products: bool,
    ) -> None: ...
    def widened(self) -> Tally: ...

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
    def found(self) -> Found: ...

@disjoint_base
class Found:
    def __init__(self, classes: Tally, bins: Tally, groups: Tally, n_worst: int) -> None: ...
    @property
    def classes(self) -> Tally: ...
    @property
    def bins(self) -> Tally: ...
    @property
    def groups(self) -> Tally: ...
    @property
    def losses(self) -> list[tuple[int, int]]: ...
    @property
    def findings(self) -> list[tuple[int, int, float, int]]: ...
    @property
    def worst(self) -> list[tuple[float, int, int, int, float]]: ...
    def merge(self, other: Found, shift: int, to_group: np.ndarray[Any, Any] | None) -> None: ...
    def restore(
        self,
        losses: list[tuple[int, int]],
        findings: list[tuple[int, int, float, int]],
        worst: list[tuple[float, int, int, int, float]],
    ) -> None: ...

def set_fields(field: Any, records: list[Any], values: list[Any]) -> None: ...
def rank(worst: tuple[float, int, int, int, float]) -> tuple[bool, float, int]: ...
