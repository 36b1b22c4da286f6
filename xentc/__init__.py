"""Cross-entropy of large NumPy arrays at the speed of memory, exact to the last bit."""

from . import reference
from ._config import show_config
from ._log_loss import log_loss
from ._parallel import get_num_threads, num_threads, set_num_threads
from ._version import __version__
from .accumulator import CrossEntropy
from .api import binary_cross_entropy, cross_entropy, cross_entropy_labels, log_likelihood

__all__ = [
    "CrossEntropy",
    "__version__",
    "binary_cross_entropy",
    "cross_entropy",
    "cross_entropy_labels",
    "get_num_threads",
    "log_likelihood",
    "log_loss",
    "num_threads",
    "reference",
    "set_num_threads",
    "show_config",
]
