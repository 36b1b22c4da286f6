"""The short way of a call: small plain arrays, on one thread, by one compiled function.

Every public function over rows asks `small` first, with its arguments as they came. Its answer is None where they are
not small and plain, or where anything is wrong: then the general route (``rows.py``) takes the call, and says what
is.
"""

from .._kernels import returned, small, sources, use_small

__all__ = [
    "BINARY",
    "DENSE",
    "DERIVATIVES",
    "GRADIENT",
    "LABELS",
    "LIKELIHOOD",
    "LOG_LOSS",
    "LOG_LOSS_OF_CLASSES",
    "LOSS",
    "TOTALS",
    "small",
    "use_small",
]

DENSE, LABELS, BINARY = (sources[name] for name in ("dense", "labels", "binary"))
LOSS, LIKELIHOOD, GRADIENT = (returned[name] for name in ("loss", "likelihood", "gradient"))
DERIVATIVES, TOTALS = (returned[name] for name in ("derivatives", "totals"))
LOG_LOSS, LOG_LOSS_OF_CLASSES = (returned[name] for name in ("log_loss", "log_loss_of_classes"))
