"""Kinds of target: what each looks like, the bytes its answer depends on, its exact value, its best NumPy form.

A kind is all that a row of the table of workloads needs to know of its data; those of logits are in ``logits``.
Here every array has its classes last: a workload that stores them otherwise hands over views.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench import judge
from bench.floor import CACHE_LINE, Array, Gather, Read, Step

Inputs = dict[str, Array]
# Rows that the blocked NumPy form takes at once: a block of temporaries stays in the cache of a core.
BLOCK_ELEMENTS = 1 << 15
SMOOTHING = 0.1


@dataclass(frozen=True)
class Kind:
    """``numpy`` and ``exact`` follow the library's default, ``eps`` that of the dtype of y.

    ``one_line`` is what people write, ``numpy`` the best form found. A kind with ``gradient``, the exact entries of a
    row in some columns, is of calls that return (loss, gradient).
    """

    name: str
    make: Callable[[np.random.Generator, int, int, Any, Any], Inputs]
    floor: Callable[[Inputs], list[Step]]
    exact: Callable[[Inputs, int], Any]
    one_line: Callable[[Inputs], Any]
    numpy: Callable[[Inputs], Any]
    gradient: Callable[[Inputs, int, Array], list[Any]] | None = None


def distributions(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: Any) -> Array:
    """Rows that sum to 1."""
    y = rng.random((n_rows, n_classes), dtype=dtype)
    y /= y.sum(axis=1, keepdims=True)
    return y


def make_one_hot(rng: np.random.Generator, n_rows: int, n_classes: int, t_dtype: Any, y_dtype: Any) -> Inputs:
    # k is for the floor and for peers that take labels; 16 bits a row hardly add to what is read.
    k = rng.integers(0, n_classes, n_rows, dtype=np.uint16)
    # Zeros are written, not only asked for: untouched pages all map to one page, which the cache holds.
    t = np.full((n_rows, n_classes), 0, t_dtype)
    t[np.arange(n_rows), k] = 1
    return {"t": t, "y": distributions(rng, n_rows, n_classes, y_dtype), "k": k}


def make_soft(rng: np.random.Generator, n_rows: int, n_classes: int, t_dtype: Any, y_dtype: Any) -> Inputs:
    t = distributions(rng, n_rows, n_classes, t_dtype)
    return {"t": t, "y": distributions(rng, n_rows, n_classes, y_dtype)}


def floor_one_hot(inputs: Inputs) -> list[Step]:
    """All of t, and one cache line of y a row; where rows are no longer than a line, that is all of y."""
    y = inputs["y"]
    short = y.flags.c_contiguous and y.strides[0] <= CACHE_LINE
    return [Read(inputs["t"]), Read(y) if short else Gather(y, inputs["k"])]


def floor_soft(inputs: Inputs) -> list[Step]:
    return [Read(inputs["t"]), Read(inputs["y"])]


def exact_row(inputs: Inputs, i: int) -> Any:
    return judge.cross_entropy(inputs["t"][i], inputs["y"][i])


def line_dense(inputs: Inputs) -> Array:
    t, y = inputs["t"], inputs["y"]
    loss: Array = -np.sum(t * np.log(np.clip(y, np.finfo(y.dtype).eps, None)), axis=1)
    return loss


def numpy_one_hot(inputs: Inputs) -> Array:
    """The dot product of a one-hot row with y is the probability of its class, to the bit, where y is finite.

    Faster than masks and argmax, in either order of memory, and one logarithm a row.
    """
    t, y = inputs["t"], inputs["y"]
    loss: Array = -np.log(np.maximum(np.einsum("ik,ik->i", t, y), np.finfo(y.dtype).eps))
    return loss


def make_labels(rng: np.random.Generator, n_rows: int, n_classes: int, t_dtype: Any, y_dtype: Any) -> Inputs:
    # k is a copy for the floor, whose gather takes 16 bits a row.
    k = rng.integers(0, n_classes, n_rows, dtype=np.uint16)
    return {"labels": k.astype(t_dtype), "y": distributions(rng, n_rows, n_classes, y_dtype), "k": k}


def floor_labels(inputs: Inputs) -> list[Step]:
    """The labels, and one cache line of y a row, or all of y where rows are no longer than a line."""
    y = inputs["y"]
    return [Read(inputs["labels"]), Read(y) if y.strides[0] <= CACHE_LINE else Gather(y, inputs["k"])]


def floor_of_all(inputs: Inputs) -> list[Step]:
    """All of y: smoothed, each class has its term; ``log_loss`` looks at each probability."""
    return [Read(inputs["labels"]), Read(inputs["y"])]


def label_row(inputs: Inputs, i: int) -> Any:
    k = int(inputs["k"][i])
    return judge.cross_entropy(np.ones(1), inputs["y"][i, k : k + 1])


def smoothed_row(inputs: Inputs, i: int) -> Any:
    y = inputs["y"][i]
    uniform = judge.cross_entropy(np.ones(len(y)), y) * judge.mp.mpf(SMOOTHING) / len(y)
    return (1 - judge.mp.mpf(SMOOTHING)) * label_row(inputs, i) + uniform


def line_labels(inputs: Inputs) -> Array:
    y, labels = inputs["y"], inputs["labels"]
    loss: Array = -np.log(np.clip(y, np.finfo(y.dtype).eps, None))[np.arange(len(y)), labels]
    return loss


def line_smoothed(inputs: Inputs) -> Array:
    y, labels = inputs["y"], inputs["labels"]
    n_classes = y.shape[1]
    t = (1 - SMOOTHING) * np.eye(n_classes, dtype=y.dtype)[labels] + y.dtype.type(SMOOTHING / n_classes)
    return line_dense({"t": t, "y": y})


def numpy_checked(inputs: Inputs) -> Array:
    """All that ``log_loss`` looks at: that rows are distributions, and which labels there are."""
    y, labels = inputs["y"], inputs["labels"]
    if y.min() < 0 or y.max() > 1 or labels.min() < 0 or labels.max() >= y.shape[1]:
        raise ValueError("no probabilities, or no labels")
    if abs(y.sum(axis=1) - 1).max() > np.sqrt(np.finfo(y.dtype).eps):
        raise ValueError("rows that do not sum to 1")
    return numpy_labels(inputs)


def numpy_labels(inputs: Inputs) -> Array:
    y = inputs["y"]
    picked = np.take_along_axis(y, inputs["labels"][:, np.newaxis], axis=1)[:, 0]
    loss: Array = -np.log(np.maximum(picked, np.finfo(y.dtype).eps))
    return loss


def numpy_smoothed(inputs: Inputs) -> Array:
    y = inputs["y"]
    ones = {"t": np.broadcast_to(y.dtype.type(SMOOTHING / y.shape[1]), y.shape), "y": y}
    loss: Array = (1 - SMOOTHING) * numpy_labels(inputs) + numpy_soft(ones)
    return loss


def numpy_soft(inputs: Inputs) -> Array:
    """In blocks of rows, temporaries reused: about twice as fast as the formula over whole arrays."""
    t, y = inputs["t"], inputs["y"]
    n_rows, n_classes = y.shape
    eps = np.finfo(y.dtype).eps
    out = np.empty(n_rows, np.result_type(t, y))
    # Class first, a block is cut into a run for each class, and short runs cost more than the cache gives.
    by_class = not y.flags.c_contiguous
    step = max(BLOCK_ELEMENTS * (8 if by_class else 1) // n_classes, 1)
    logs = np.empty((step, n_classes), y.dtype, order="F" if by_class else "C")
    for i in range(0, n_rows, step):
        block = logs[: min(step, n_rows - i)]
        np.maximum(y[i : i + step], eps, out=block)
        np.log(block, out=block)
        np.einsum("ik,ik->i", t[i : i + step], block, out=out[i : i + step])
    return np.negative(out, out=out)


ONE_HOT = Kind("one-hot", make_one_hot, floor_one_hot, exact_row, line_dense, numpy_one_hot)
SOFT = Kind("soft", make_soft, floor_soft, exact_row, line_dense, numpy_soft)
LABELS = Kind("labels", make_labels, floor_labels, label_row, line_labels, numpy_labels)
SMOOTHED = Kind("smoothed", make_labels, floor_of_all, smoothed_row, line_smoothed, numpy_smoothed)
CHECKED_LABELS = Kind("checked labels", make_labels, floor_of_all, label_row, line_labels, numpy_checked)
