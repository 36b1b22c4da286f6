"""Types of the compiled module; ``python -m mypy.stubtest xentc._kernels`` holds this file to it."""

from enum import IntEnum
from typing import Any

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

tier_names: tuple[str, ...]
n_supported_tiers: int
compiler: str
compile_flags: str

def use_tier(number: int) -> None: ...
def tier_in_use() -> int: ...
def n_helpers() -> int: ...
def small(t_object: object, y_object: object, check: bool) -> Any | None: ...

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
    ) -> None: ...
    def run(self, n_threads: int = 1) -> None: ...
    @property
    def n_elements(self) -> int: ...
    @property
    def n_threads(self) -> int: ...
    @property
    def n_units(self) -> int: ...
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
