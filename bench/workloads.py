"""The table of workloads: every benchmark takes its data, its calls and its target from here.

Sizes are those the targets are stated for; ``--scale`` shrinks the number of rows for a quick look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from bench.kinds import CHECKED_LABELS, LABELS, ONE_HOT, SMOOTHED, SMOOTHING, SOFT, Kind
from bench.logits import GRADIENT, LOGITS, SOFT_LOGITS

# What a target limits: xentc's time over that of the floor, or over that of the same function on the twin;
# microseconds a call; or the MiB that a call needs at its peak beyond its arguments.
Measure = Literal["floor", "twin", "us", "MiB"]
Layout = Literal["C", "Fortran", "class first"]


@dataclass(frozen=True)
class Workload:
    """One row. xentc and its reference are called alike: ``function(*arguments, **keywords)``.

    ``arguments`` and ``named`` are arrays of the problem, by position and by keyword. A ``twin`` is the row
    with the same data whose time is the baseline. ``rows_by`` is the function that returns the rows of which
    this one returns the mean, where they are not one. ``peers`` says how many times faster than a peer it has
    to be. No ``target``: measured, and not judged. ``tier`` and ``threads`` are those in use unless given.
    """

    name: str
    kind: Kind
    n_rows: int
    n_classes: int
    t_dtype: Any
    y_dtype: Any
    target: float | None
    of: Measure = "floor"
    twin: str | None = None
    layout: Layout = "C"
    function: str = "cross_entropy"
    arguments: tuple[str, ...] = ("t", "y")
    named: tuple[str, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
    rows_by: str | None = None
    peers: Mapping[str, float] = field(default_factory=dict)
    tier: str | None = None
    threads: int | None = None

    @property
    def axis(self) -> int:
        return int(self.keywords.get("axis", -1))

    @property
    def reduction(self) -> str:
        return "mean" if self.rows_by else str(self.keywords.get("reduction", "none"))

    @property
    def call(self) -> str:
        """As a user types it."""
        keywords = [f"{name}={name}" for name in self.named]
        keywords += [f"{name}={value!r}" for name, value in self.keywords.items()]
        return f"{self.function}({', '.join([*self.arguments, *keywords])})"


F32, F64, U8 = np.float32, np.float64, np.uint8
ROWS_F64 = (ONE_HOT, 10**6, 100, F64, F64)
ROWS_F32 = (ONE_HOT, 10**6, 100, F32, F32)
ROWS_U8 = (ONE_HOT, 10**6, 100, U8, F32)
DIE_F64 = (ONE_HOT, 10**7, 6, F64, F64)
SOFT_F64 = (SOFT, 5 * 10**5, 100, F64, F64)
SOFT_F32 = (SOFT, 10**6, 100, F32, F32)

BY_LABELS: dict[str, Any] = {"function": "cross_entropy_labels", "arguments": ("labels", "y")}
SMOOTH: dict[str, Any] = {**BY_LABELS, "keywords": {"label_smoothing": SMOOTHING}}

F32_50257 = (4096, 50257, np.int64, F32)
F32_1000 = (65536, 1000, np.int64, F32)
F32_10 = (10**6, 10, np.int64, F32)
F64_1000 = (65536, 1000, np.int64, F64)
FROM_LOGITS = {"from_logits": True}
BY_LOGITS: dict[str, Any] = {"function": "cross_entropy_labels", "arguments": ("labels", "z")}
LOSS: dict[str, Any] = {**BY_LOGITS, "keywords": FROM_LOGITS}
# As in a training loop: the memory of both results is there beforehand.
WITH_GRADIENT: dict[str, Any] = {
    "function": "cross_entropy_labels_and_grad",
    "arguments": ("labels", "z"),
    "named": ("out", "grad_out"),
    "keywords": FROM_LOGITS,
}
LOG_LOSS: dict[str, Any] = {
    "function": "log_loss",
    "arguments": ("labels", "y"),
    "rows_by": "cross_entropy_labels",
}

MEAN = {"reduction": "mean"}
CHECK = {"check": True}
CLASS_FIRST = {"axis": 0}

_TABLE = [
    Workload("one-hot float64", *ROWS_F64, 1.15),
    Workload("one-hot float32", *ROWS_F32, 1.25),
    Workload("one-hot uint8, float32", *ROWS_U8, 1.25),
    Workload("die float64", *DIE_F64, 1.25),
    # Without out= a call also pays for new pages: 80 MB of them for these rows.
    Workload("die float64, out", *DIE_F64, 1.25, named=("out",)),
    Workload("soft float64", *SOFT_F64, 1.15),
    Workload("soft float32", *SOFT_F32, 1.6),
    Workload("labels float32, 10 classes", LABELS, 10**7, 10, np.int64, F32, 1.3, **BY_LABELS),
    Workload("labels float64, 6 classes", LABELS, 10**7, 6, np.int64, F64, 1.3, **BY_LABELS),
    Workload("labels float32, 10 classes, out", LABELS, 10**7, 10, np.int64, F32, 1.3, named=("out",), **BY_LABELS),
    Workload("smoothed labels float64", SMOOTHED, 10**6, 100, np.int64, F64, 1.3, **SMOOTH),
    Workload("smoothed labels float32", SMOOTHED, 10**6, 100, np.int64, F32, 1.3, **SMOOTH),
    Workload("one-hot float64, mean", *ROWS_F64, 1.15, keywords=MEAN),
    Workload("die float64, mean", *DIE_F64, 1.25, keywords=MEAN),
    Workload(
        "one-hot float64, class first",
        *ROWS_F64,
        1.5,
        of="twin",
        twin="one-hot float64",
        layout="class first",
        keywords=CLASS_FIRST,
    ),
    Workload("one-hot float64, Fortran", *ROWS_F64, 1.5, of="twin", twin="one-hot float64", layout="Fortran"),
    Workload(
        "soft float64, class first",
        *SOFT_F64,
        1.5,
        of="twin",
        twin="soft float64",
        layout="class first",
        keywords=CLASS_FIRST,
    ),
    Workload("soft float64, Fortran", *SOFT_F64, 1.5, of="twin", twin="soft float64", layout="Fortran"),
    Workload("soft float64, check", *SOFT_F64, 1.3, of="twin", twin="soft float64", keywords=CHECK),
    Workload("logits float32, 50,257 classes", LOGITS, *F32_50257, 1.6, peers={"torch": 6}, **LOSS),
    Workload("logits float32, 1,000 classes", LOGITS, *F32_1000, 1.6, peers={"torch": 6}, **LOSS),
    Workload("logits float32, 10 classes", LOGITS, *F32_10, None, peers={"torch": 8, "optax": 1.5}, **LOSS),
    Workload("logits float64, 1,000 classes", LOGITS, *F64_1000, 1.6, **LOSS),
    Workload(
        "soft logits float32", SOFT_LOGITS, 65536, 1000, F32, F32, None, arguments=("t", "z"), keywords=FROM_LOGITS
    ),
    Workload(
        "logits float32, class first",
        LOGITS,
        *F32_1000,
        1.5,
        of="twin",
        twin="logits float32, 1,000 classes",
        layout="class first",
        **{**BY_LOGITS, "keywords": FROM_LOGITS | CLASS_FIRST},
    ),
    Workload("gradient float32, 50,257 classes", GRADIENT, *F32_50257, 1.5, peers={"torch": 5}, **WITH_GRADIENT),
    Workload("gradient float32, 1,000 classes", GRADIENT, *F32_1000, 1.5, peers={"torch": 5}, **WITH_GRADIENT),
    Workload("gradient float32, 10 classes", GRADIENT, *F32_10, 1.5, peers={"torch": 5}, **WITH_GRADIENT),
    Workload("gradient float64, 1,000 classes", GRADIENT, *F64_1000, 1.5, **WITH_GRADIENT),
    Workload(
        "log_loss float64", CHECKED_LABELS, 10**6, 100, np.int64, F64, None, peers={"scikit-learn": 100}, **LOG_LOSS
    ),
    Workload("one call on (1, 6)", ONE_HOT, 1, 6, F64, F64, 1.3, of="us"),
    Workload("memory of the mean", *ROWS_F64, 4.0, of="MiB", keywords=MEAN),
    Workload(
        "memory of the mean of logits",
        LOGITS,
        *F32_50257,
        4.0,
        of="MiB",
        **{**BY_LOGITS, "keywords": FROM_LOGITS | MEAN},
    ),
    Workload("memory of log_loss", CHECKED_LABELS, 10**6, 100, np.int64, F64, 4.0, of="MiB", **LOG_LOSS),
]
WORKLOADS: dict[str, Workload] = {workload.name: workload for workload in _TABLE}
assert len(WORKLOADS) == len(_TABLE), "two workloads have one name"


def select(names: list[str] | None) -> list[Workload]:
    """Those whose name contains one of the given words; all without any."""
    chosen = [w for w in WORKLOADS.values() if not names or any(name in w.name for name in names)]
    if not chosen:
        raise SystemExit(f"no workload is called like {names}; there are: {', '.join(WORKLOADS)}")
    return chosen
