"""Every argument of every public function that is an array, with a good value for each: found, not listed."""

import inspect
from typing import Any

import numpy as np

import xentc

NOT_ARRAYS = ("axis", "eps", "from_logits", "label_smoothing", "pos_weight", "ignore_index", "reduction", "check")
NOT_ARRAYS += ("layout", "hessian", "normalize", "y_pred", "classes", "n", "mode")
# What is 0 or 1 everywhere, so that every dtype can hold it.
EYE = np.array([[1, 0], [0, 1], [1, 0]])
ROWS = np.array([1, 0, 1])
VALUES = {
    "t": EYE,
    "y": np.array([[1, 0], [1, 0], [0, 1]]),
    "z": np.array([[1, 0], [1, 0], [0, 1]]),
    "p": np.array([1, 1, 0]),
    "labels": np.array([0, 1, 0]),
    "class_weight": np.array([1, 0]),
    "pos_weight": ROWS,
    "sample_weight": ROWS,
    "where": ROWS,
    "out": np.zeros(3),
    "grad_out": np.zeros((3, 2)),
    "y_true": ROWS,
    "y_proba": np.array([[1, 0], [1, 0], [0, 1]]),
}


def good(name: str, function: str) -> np.ndarray[Any, Any]:
    """A good argument of that name."""
    if name == "t" and function in ("binary_cross_entropy", "binary_cross_entropy_and_grad", "sigmoid_objective"):
        return VALUES["labels"].astype(np.float64)
    if name == "z" and function == "sigmoid_objective":
        return VALUES["p"].astype(np.float64)
    if name == "grad_out" and function == "binary_cross_entropy_and_grad":
        return np.zeros(3)
    if function == "log_loss":
        return VALUES["labels" if name == "labels" else name][: 2 if name == "labels" else 3] * 1
    kind = {"labels": np.int64, "where": bool}.get(name, np.float64)
    return VALUES[name].astype(kind)


def functions() -> dict[str, Any]:
    """The public functions that take arrays of numbers, and the accumulator's methods as if they were."""
    found = {n: getattr(xentc, n) for n in xentc.__all__ if inspect.isfunction(getattr(xentc, n))}
    del found["encode_labels"]  # of names
    # Of what a report tells, the sum of the losses, and of a comparison the sum of their differences.
    found["evaluate"] = lambda labels, y, *, sample_weight=None, where=None: float(
        xentc.evaluate(labels, y, sample_weight=sample_weight, where=where).sum
    )
    found["compare"] = lambda labels, y, *, sample_weight=None, where=None: float(
        xentc.compare(labels, y, np.full((3, 2), 0.5), sample_weight=sample_weight, where=where).difference
    )
    found["update"] = lambda t, y, *, class_weight=None, sample_weight=None, where=None: float(
        xentc.CrossEntropy(class_weight=class_weight)
        .update(t, y, sample_weight=sample_weight, where=where)
        .result()
        .sum
    )
    found["update_labels"] = lambda labels, y, *, sample_weight=None, where=None: float(
        xentc.CrossEntropy().update_labels(labels, y, sample_weight=sample_weight, where=where).result().sum
    )
    return found


def required(function: str, parameters: dict[str, inspect.Parameter]) -> dict[str, Any]:
    return {
        n: good(n, function)
        for n, p in parameters.items()
        if n in ("t", "y", "p", "z", "labels", "y_true", "y_proba") and (p.default is p.empty or n == "y_proba")
    }


CALLS = {
    (function, name): (call, required(function, dict(inspect.signature(call).parameters)))
    for function, call in functions().items()
    for name in inspect.signature(call).parameters
    if name in VALUES
}
