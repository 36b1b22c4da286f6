"""Cross-entropy of large NumPy arrays at the speed of memory, exact to the last bit."""

try:
    from . import _kernels as _kernels
except ImportError:
    from importlib.util import find_spec

    if find_spec("xentc._kernels") is not None:
        raise
    raise ImportError(
        f"xentc is not compiled in {__path__[0]}; if that is its source folder, install it with 'pip install -e .',"
        " or start Python with -P or in another folder to import the installed one"
    ) from None

from . import reference
from ._config import show_config
from ._digits import load_digits
from ._encode import encode_labels
from ._evaluation.accumulator import Evaluation
from ._evaluation.comparison import Comparison, compare
from ._evaluation.functions import evaluate
from ._evaluation.report import Report
from ._log_loss import log_loss
from ._parallel import get_num_threads, num_threads, set_num_threads
from ._version import __version__
from .accumulator import CrossEntropy
from .api import cross_entropy, cross_entropy_labels, log_likelihood
from .binary import binary_cross_entropy, binary_cross_entropy_and_grad
from .gradients import cross_entropy_and_grad, cross_entropy_labels_and_grad
from .objective import sigmoid_objective, softmax_objective

__all__ = [
    "Comparison",
    "CrossEntropy",
    "Evaluation",
    "Report",
    "__version__",
    "binary_cross_entropy",
    "binary_cross_entropy_and_grad",
    "compare",
    "cross_entropy",
    "cross_entropy_and_grad",
    "cross_entropy_labels",
    "cross_entropy_labels_and_grad",
    "encode_labels",
    "evaluate",
    "get_num_threads",
    "load_digits",
    "log_likelihood",
    "log_loss",
    "num_threads",
    "reference",
    "set_num_threads",
    "show_config",
    "sigmoid_objective",
    "softmax_objective",
]
