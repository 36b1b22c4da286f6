"""The table of workloads: every benchmark takes its data, its calls and its target from here.

Sizes are those the targets are stated for; ``--scale`` shrinks the number of rows for a quick look.
"""

from typing import Any

import numpy as np

from bench.kinds import CHECKED_LABELS, LABELS, ONE_HOT, SMOOTHED, SMOOTHING, SOFT
from bench.logits import GRADIENT, LOGITS, SOFT_LOGITS
from bench.two_classes import BINARY, BINARY_GRADIENT, BINARY_LOGITS
from bench.workload import Workload

F32, F64, U8 = np.float32, np.float64, np.uint8
ROWS_F64 = (ONE_HOT, 10**6, 100, F64, F64)
ROWS_F32 = (ONE_HOT, 10**6, 100, F32, F32)
ROWS_U8 = (ONE_HOT, 10**6, 100, U8, F32)
DIE_F64 = (ONE_HOT, 10**7, 6, F64, F64)
SOFT_F64 = (SOFT, 5 * 10**5, 100, F64, F64)
SOFT_F32 = (SOFT, 10**6, 100, F32, F32)
F32_50257 = (4096, 50257, np.int64, F32)
F32_1000 = (65536, 1000, np.int64, F32)
F32_10 = (10**6, 10, np.int64, F32)
F64_1000 = (65536, 1000, np.int64, F64)

MEAN = {"reduction": "mean"}
FROM_LOGITS = {"from_logits": True}
BY_LABELS: dict[str, Any] = {"function": "cross_entropy_labels", "arguments": ("labels", "y")}
SMOOTH: dict[str, Any] = {**BY_LABELS, "keywords": {"label_smoothing": SMOOTHING}}
OF_LOGITS: dict[str, Any] = {"function": "cross_entropy_labels", "arguments": ("labels", "z")}
LOSS: dict[str, Any] = {**OF_LOGITS, "keywords": FROM_LOGITS, "group": "logits"}
SOFT_LOSS: dict[str, Any] = {"arguments": ("t", "z"), "keywords": FROM_LOGITS, "group": "logits"}
BOTH: dict[str, Any] = {
    "function": "cross_entropy_labels_and_grad",
    "arguments": ("labels", "z"),
    "keywords": FROM_LOGITS,
}
# As in a training loop: the memory of both results is there beforehand.
WITH_GRADIENT: dict[str, Any] = {**BOTH, "named": ("out", "grad_out"), "group": "gradients"}
LOG_LOSS: dict[str, Any] = {
    "function": "log_loss",
    "arguments": ("labels", "y"),
    "rows_by": "cross_entropy_labels",
}
TWO: dict[str, Any] = {"function": "binary_cross_entropy", "arguments": ("t", "p"), "group": "binary"}
TWO_LOGITS: dict[str, Any] = {**TWO, "arguments": ("t", "z"), "keywords": FROM_LOGITS}
TWO_GRADIENT: dict[str, Any] = {
    **TWO_LOGITS,
    "function": "binary_cross_entropy_and_grad",
    "named": ("out", "grad_out"),
}


def like(name: str, **more: Any) -> dict[str, Any]:
    """A row whose baseline is xentc itself on the same data in C order, or unchecked."""
    return {"of": "twin", "twin": name, "group": "layouts", **more}


_PROBABILITIES = [
    Workload("one-hot float64", *ROWS_F64, 1.15),
    Workload("one-hot float32", *ROWS_F32, 1.25),
    Workload("one-hot uint8, float32", *ROWS_U8, 1.25),
    Workload("die float64", *DIE_F64, 1.25),
    Workload("soft float64", *SOFT_F64, 1.3),
    Workload("soft float32", *SOFT_F32, 1.3),
    Workload("labels float32, 10 classes", LABELS, 10**7, 10, np.int64, F32, 1.3, **BY_LABELS),
    Workload("labels float64, 6 classes", LABELS, 10**7, 6, np.int64, F64, 1.3, **BY_LABELS),
    Workload("smoothed labels float64", SMOOTHED, 10**6, 100, np.int64, F64, 1.3, **SMOOTH),
    Workload("smoothed labels float32", SMOOTHED, 10**6, 100, np.int64, F32, 1.3, **SMOOTH),
    Workload("one-hot float64, mean", *ROWS_F64, 1.15, keywords=MEAN),
    Workload("die float64, mean", *DIE_F64, 1.25, keywords=MEAN),
    Workload("log_loss float64", CHECKED_LABELS, 10**6, 100, np.int64, F64, **LOG_LOSS),
]
_LOGITS = [
    Workload("logits float32, 50,257 classes", LOGITS, *F32_50257, 1.4, **LOSS),
    Workload("logits float32, 1,000 classes", LOGITS, *F32_1000, 1.6, **LOSS),
    Workload("logits float32, 10 classes", LOGITS, *F32_10, **LOSS),
    Workload("logits float64, 1,000 classes", LOGITS, *F64_1000, 1.6, **LOSS),
    Workload("soft logits float32, 1,000 classes", SOFT_LOGITS, 65536, 1000, F32, F32, **SOFT_LOSS),
    Workload("soft logits float32, 10 classes", SOFT_LOGITS, 10**6, 10, F32, F32, **SOFT_LOSS),
    Workload("gradient float32, 50,257 classes", GRADIENT, *F32_50257, 1.3, **WITH_GRADIENT),
    Workload("gradient float32, 1,000 classes", GRADIENT, *F32_1000, 1.5, **WITH_GRADIENT),
    Workload("gradient float32, 10 classes", GRADIENT, *F32_10, 1.5, **WITH_GRADIENT),
    Workload("gradient float64, 1,000 classes", GRADIENT, *F64_1000, 1.5, **WITH_GRADIENT),
]
_BINARY = [
    Workload("binary float32", BINARY, 10**7, 1, F32, F32, 4.0, **TWO),
    Workload("binary float64", BINARY, 10**7, 1, F64, F64, **TWO),
    Workload("binary logits float32", BINARY_LOGITS, 10**7, 1, F32, F32, 5.0, **TWO_LOGITS),
    Workload("binary logits float64", BINARY_LOGITS, 10**7, 1, F64, F64, **TWO_LOGITS),
    Workload("binary gradient float32", BINARY_GRADIENT, 10**7, 1, F32, F32, **TWO_GRADIENT),
]
# Without out= a call also pays for new pages: 80 MB of them for ten million float64 rows.
_LAYOUTS = [
    Workload("die float64, out", *DIE_F64, 1.25, named=("out",), group="layouts"),
    Workload(
        "labels float32, 10 classes, out",
        *(LABELS, 10**7, 10, np.int64, F32, 1.3),
        **BY_LABELS,
        named=("out",),
        group="layouts",
    ),
    Workload(
        "one-hot float64, class first",
        *ROWS_F64,
        1.5,
        **like("one-hot float64", layout="class first", keywords={"axis": 0}),
    ),
    Workload("one-hot float64, Fortran", *ROWS_F64, 1.5, **like("one-hot float64", layout="Fortran")),
    Workload(
        "soft float64, class first",
        *SOFT_F64,
        1.5,
        **like("soft float64", layout="class first", keywords={"axis": 0}),
    ),
    Workload("soft float64, Fortran", *SOFT_F64, 1.5, **like("soft float64", layout="Fortran")),
    Workload("soft float64, check", *SOFT_F64, 1.3, **like("soft float64", keywords={"check": True})),
    Workload(
        "logits float32, class first",
        *(LOGITS, *F32_1000, 1.5),
        **OF_LOGITS,
        **like("logits float32, 1,000 classes", layout="class first", keywords={**FROM_LOGITS, "axis": 0}),
    ),
]
_MEMORY = [
    Workload("memory of the mean", *ROWS_F64, 4.0, "MiB", keywords=MEAN, group="memory"),
    Workload(
        "memory of the mean of logits",
        *(LOGITS, *F32_50257, 4.0, "MiB"),
        **OF_LOGITS,
        keywords={**FROM_LOGITS, **MEAN},
        group="memory",
    ),
    Workload("memory of log_loss", CHECKED_LABELS, 10**6, 100, np.int64, F64, 4.0, "MiB", **LOG_LOSS, group="memory"),
]

# Twenty million elements each, which no cache of today holds.
CLASSES = (2, 6, 10, 100, 1000, 50257)
_CLASSES = [
    Workload(f"{name}, K = {k:,}", kind, 2 * 10**7 // k, k, t, F32, **{**call, "group": "classes"})
    for name, kind, t, call in (
        ("labels float32", LABELS, np.int64, BY_LABELS),
        ("soft float32", SOFT, F32, {}),
        ("logits float32", LOGITS, np.int64, LOSS),
    )
    for k in CLASSES
]
# From the first cache to memory: t and y of one call, from 800 bytes to 80 MB ("soft float32" has 800 MB).
SIZES = (1, 10, 100, 1000, 10**4, 10**5)
_SIZES = [
    Workload(f"soft float32, {n:,} x 100", SOFT, n, 100, F32, F32, of="floor" if n >= 10**4 else "us", group="sizes")
    for n in SIZES
]
# The calls of 32 rows have a target; what one row costs is the same but for its arithmetic.
ROWS_OF_CALLS = (1, 32, 1000)
_CALLS = [
    Workload(
        f"{name}, {n:,} x {k}" if k > 1 else f"{name}, {n:,}",
        *(kind, n, k, t, y, target if n <= 32 else None, "add"),
        **{**call, "named": (), "group": "calls"},
    )
    for name, kind, k, t, y, target, call in (
        ("plain float64", SOFT, 10, F64, F64, 4.0, {}),
        ("labels float64", LABELS, 10, np.int64, F64, 4.0, BY_LABELS),
        ("mean of labels float64", LABELS, 10, np.int64, F64, 6.0, {**BY_LABELS, "keywords": MEAN}),
        ("logits float32", LOGITS, 10, np.int64, F32, 6.0, LOSS),
        ("with gradient float32", GRADIENT, 10, np.int64, F32, 10.0, BOTH),
        ("binary float32", BINARY, 1, F32, F32, 5.0, TWO),
        # A few rows have not all classes: log_loss is told of them.
        ("log_loss float64", CHECKED_LABELS, 10, np.int64, F64, None, {**LOG_LOSS, "keywords": {"labels": range(10)}}),
    )
    for n in ROWS_OF_CALLS
]

_TABLE = [*_PROBABILITIES, *_LOGITS, *_BINARY, *_CLASSES, *_SIZES, *_CALLS, *_LAYOUTS, *_MEMORY]
WORKLOADS: dict[str, Workload] = {workload.name: workload for workload in _TABLE}
assert len(WORKLOADS) == len(_TABLE), "two workloads have one name"


def select(names: list[str] | None) -> list[Workload]:
    """Those whose name contains one of the given words; all without any."""
    chosen = [w for w in WORKLOADS.values() if not names or any(name in w.name for name in names)]
    if not chosen:
        raise SystemExit(f"no workload is called like {names}; there are: {', '.join(WORKLOADS)}")
    return chosen
