"""The functions of xentc in plain NumPy: the specification to read, and the baseline to measure against.

Same names, same arguments, same meaning, of `check` too; no other checks of arguments, temporaries of the size of the
arrays, and NumPy's rounding in the rows. These are float64, weights and all, until they are stored; their sums are
exact, and rounded once.
"""

from ._binary import binary_cross_entropy, binary_cross_entropy_and_grad, sigmoid_objective
from ._gradients import cross_entropy_and_grad, cross_entropy_labels_and_grad, softmax_objective
from ._losses import cross_entropy, cross_entropy_labels, log_likelihood
from ._others import encode_labels, log_loss

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_and_grad",
    "cross_entropy",
    "cross_entropy_and_grad",
    "cross_entropy_labels",
    "cross_entropy_labels_and_grad",
    "encode_labels",
    "log_likelihood",
    "log_loss",
    "sigmoid_objective",
    "softmax_objective",
]
