"""Kinds of workload whose second argument is logits z: the loss, and the loss with its gradient.

As in ``kinds``, every array has its classes last. ``make`` leaves the gradient's memory to the problem, which
adds it to the inputs as ``grad_out``.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench import judge
from bench.floor import Array, Copy, Read, Step
from bench.kinds import BLOCK_ELEMENTS, Inputs, Kind, distributions

# Of a trained model: losses from far below 1 to 20 or 30.
SPREAD = 3.0


def make_z(rng: np.random.Generator, n_rows: int, n_classes: int, dtype: Any) -> Array:
    z = rng.standard_normal((n_rows, n_classes), dtype=dtype)
    z *= dtype(SPREAD)
    return z


def make_logits(rng: np.random.Generator, n_rows: int, n_classes: int, t_dtype: Any, y_dtype: Any) -> Inputs:
    labels = rng.integers(0, n_classes, n_rows, dtype=t_dtype)
    return {"labels": labels, "z": make_z(rng, n_rows, n_classes, y_dtype)}


def make_soft(rng: np.random.Generator, n_rows: int, n_classes: int, t_dtype: Any, y_dtype: Any) -> Inputs:
    t = distributions(rng, n_rows, n_classes, t_dtype)
    return {"t": t, "z": make_z(rng, n_rows, n_classes, y_dtype)}


def floor_logits(inputs: Inputs) -> list[Step]:
    return [Read(inputs["labels"]), Read(inputs["z"])]


def floor_soft(inputs: Inputs) -> list[Step]:
    return [Read(inputs["t"]), Read(inputs["z"])]


def floor_gradient(inputs: Inputs) -> list[Step]:
    return [Read(inputs["labels"]), Copy(inputs["z"], inputs["grad_out"], streaming=False)]


def label_row(inputs: Inputs, i: int) -> Any:
    t = np.zeros(inputs["z"].shape[1])
    t[inputs["labels"][i]] = 1
    return judge.cross_entropy_of_logits(t, inputs["z"][i])


def soft_row(inputs: Inputs, i: int) -> Any:
    return judge.cross_entropy_of_logits(inputs["t"][i], inputs["z"][i])


def gradient_row(inputs: Inputs, i: int, columns: Array) -> list[Any]:
    return judge.gradient_of_logits(int(inputs["labels"][i]), inputs["z"][i], columns)


def blocks(z: Array) -> Iterator[tuple[slice, Array]]:
    """Rows in blocks that stay in a cache: which they are, and z less its maximum."""
    by_class = not z.flags.c_contiguous
    # Class first, a block is cut into a run for each class, and short runs cost more than the cache gives.
    step = max(BLOCK_ELEMENTS * (8 if by_class else 1) // z.shape[1], 1)
    shifted = np.empty((step, z.shape[1]), z.dtype, order="F" if by_class else "C")
    for i in range(0, len(z), step):
        rows = slice(i, min(i + step, len(z)))
        block = shifted[: rows.stop - i]
        top = z[rows].max(axis=1)
        np.subtract(z[rows], top[:, np.newaxis], out=block)
        yield rows, block


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    y: Array = e / e.sum(axis=1, keepdims=True)
    return y


def line_logits(inputs: Inputs) -> Array:
    z, labels = inputs["z"], inputs["labels"]
    loss: Array = -np.log(_softmax(z))[np.arange(len(z)), labels]
    return loss


def line_soft(inputs: Inputs) -> Array:
    loss: Array = -np.sum(inputs["t"] * np.log(_softmax(inputs["z"])), axis=1)
    return loss


def line_gradient(inputs: Inputs) -> tuple[Array, Array]:
    y = _softmax(inputs["z"])
    at_label = np.arange(len(y)), inputs["labels"]
    loss = -np.log(y[at_label])
    y[at_label] -= 1
    return loss, y


def numpy_logits(inputs: Inputs) -> Array:
    z, labels = inputs["z"], inputs["labels"]
    out = np.empty(len(z), z.dtype)
    for rows, block in blocks(z):
        picked = block[np.arange(len(block)), labels[rows]]
        np.exp(block, out=block)
        out[rows] = np.log(block.sum(axis=1)) - picked
    return out


def numpy_soft(inputs: Inputs) -> Array:
    t, z = inputs["t"], inputs["z"]
    out = np.empty(len(z), np.result_type(t, z))
    for rows, block in blocks(z):
        linear = np.einsum("ik,ik->i", t[rows], block)
        np.exp(block, out=block)
        out[rows] = t[rows].sum(axis=1) * np.log(block.sum(axis=1)) - linear
    return out


def numpy_gradient(inputs: Inputs) -> tuple[Array, Array]:
    z, labels, grad = inputs["z"], inputs["labels"], inputs["grad_out"]
    out = np.empty(len(z), z.dtype)
    for rows, block in blocks(z):
        at_label = np.arange(len(block)), labels[rows]
        picked = block[at_label]
        np.exp(block, out=block)
        total = block.sum(axis=1)
        out[rows] = np.log(total) - picked
        np.divide(block, total[:, np.newaxis], out=grad[rows])
        grad[rows][at_label] -= 1
    return out, grad


LOGITS = Kind("logits", make_logits, floor_logits, label_row, line_logits, numpy_logits)
SOFT_LOGITS = Kind("soft logits", make_soft, floor_soft, soft_row, line_soft, numpy_soft)
GRADIENT = Kind("gradient", make_logits, floor_gradient, label_row, line_gradient, numpy_gradient, gradient_row)
