"""Why xentc is not first, or not twice as fast as the best of the others: by what is computed, from profiles."""

import numpy as np

from bench.workload import Workload

FEW_CLASSES = 10


def reason(workload: Workload) -> str:
    """What its time goes to; a workload may have a reason of its own."""
    if workload.why:
        return workload.why
    kind, narrow, few = workload.kind.name, workload.y_dtype is np.float32, workload.n_classes <= FEW_CLASSES
    if kind == "soft":
        return (
            "logarithms in float64, so that rows are correctly rounded; the others compute in float32"
            if narrow
            else "logarithms in two parts and sums without loss, about 45 operations for 4 elements"
        )
    if kind in ("logits", "soft logits", "gradient"):
        return (
            "sums in float64, losses that keep their digits, and a logarithm for so few exponentials"
            if few
            else "sums in float64, and losses that keep their digits however small they are"
        )
    if kind.startswith("binary"):
        return "logarithms in float64" if narrow else "logarithms in two parts, of p or 1 - p without loss"
    return ""
