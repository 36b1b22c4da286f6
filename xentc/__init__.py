"""Cross-entropy of large NumPy arrays at the speed of memory, with exact sums.

    L_i = - sum_k t_ik log y_ik        (nats; t the targets, y the predictions, k = 1 ... K the classes)

What you hold, and what to call
-------------------------------
one-hot rows, distributions or counts    cross_entropy(t, y), log_likelihood(t, y)
the number of each row's class           cross_entropy_labels(labels, y)
two classes, one probability a row       binary_cross_entropy(t, p)
logits instead of probabilities          the same functions, with from_logits=True
names instead of numbers                 encode_labels(labels, classes), then any of them
a call of scikit-learn's log_loss        log_loss(y_true, y_proba)

Derivatives
-----------
the loss and its gradient in one pass    cross_entropy_and_grad, cross_entropy_labels_and_grad,
                                         binary_cross_entropy_and_grad
an objective for XGBoost or LightGBM     softmax_objective(labels, z), sigmoid_objective(t, z)

Many batches, files, clusters
-----------------------------
the exact total of batches               CrossEntropy().update(t, y).merge(other).result()
a report on predictions                  evaluate(labels, y), evaluate("predictions.parquet") -> Report
the same from batches and processes      Evaluation().update(labels, y).merge(other).report()
two models on the same rows              compare(labels, y_a, y_b) -> Comparison
Dask arrays and frames                   the same functions; the result is lazy
frames of Spark                          spark.evaluate(df, ...), spark.cross_entropy(df, ...)

And
---
threads, and what xentc runs on          set_num_threads, get_num_threads, num_threads, show_config
data to try things on                    load_digits()
the specification, in plain NumPy        reference

Inputs are never modified, unless you pass one as ``out`` or ``grad_out``. ``help(xentc.cross_entropy)`` has the
formula, the edges and the errors, which the other functions share; the pages in ``docs/`` of the source have the rest.
"""

from typing import Any

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

from ._api.accumulator import CrossEntropy
from ._api.binary import binary_cross_entropy, binary_cross_entropy_and_grad
from ._api.gradients import cross_entropy_and_grad, cross_entropy_labels_and_grad
from ._api.labels import cross_entropy_labels
from ._api.losses import cross_entropy, log_likelihood
from ._api.objectives import sigmoid_objective, softmax_objective
from ._core.config import show_config
from ._core.threads import get_num_threads, num_threads, set_num_threads
from ._version import __version__

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

# Loaded when they are first asked for: most programs need none of them, and their modules take longer to import than
# all that is above. Where a name has no module, it is one.
_LATER = {
    "Comparison": "_evaluation.comparison",
    "Evaluation": "_evaluation.accumulator",
    "Report": "_evaluation.report",
    "compare": "_evaluation.compare",
    "encode_labels": "_api.encode",
    "evaluate": "_evaluation.evaluate",
    "load_digits": "_api.digits",
    "log_loss": "_sklearn.log_loss",
    "reference": "",
    "spark": "",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = _LATER[name]
    loaded = import_module(f"{__name__}.{module or name}")
    value = globals()[name] = getattr(loaded, name) if module else loaded
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, "spark", *(name for name in globals() if name.startswith("__"))})
