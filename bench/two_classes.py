"""Kinds of workload of ``binary_cross_entropy``: t is 0 or 1, p a probability or z its logit, each one array.

A row is one element, so that a gradient has one entry a row.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench import judge
from bench.floor import Array, Copy, Read, Step
from bench.kinds import BLOCK_ELEMENTS, Inputs, Kind
from bench.logits import SPREAD


def _t(rng: np.random.Generator, n_rows: int, dtype: Any) -> Array:
    return rng.integers(0, 2, n_rows, dtype=np.uint8).astype(dtype)


def make_binary(rng: np.random.Generator, n_rows: int, n_classes: int, t_dtype: Any, y_dtype: Any) -> Inputs:
    # Never 0: what is left of 1 - p at the other end is the clip's affair.
    p = np.maximum(rng.random(n_rows, dtype=y_dtype), np.finfo(y_dtype).eps)
    return {"t": _t(rng, n_rows, t_dtype), "p": p}


def make_logits(rng: np.random.Generator, n_rows: int, n_classes: int, t_dtype: Any, y_dtype: Any) -> Inputs:
    z = rng.standard_normal(n_rows, dtype=y_dtype)
    z *= y_dtype(SPREAD)
    return {"t": _t(rng, n_rows, t_dtype), "z": z}


def floor_binary(inputs: Inputs) -> list[Step]:
    return [Read(inputs["t"]), Read(inputs["p"])]


def floor_logits(inputs: Inputs) -> list[Step]:
    return [Read(inputs["t"]), Read(inputs["z"])]


def floor_gradient(inputs: Inputs) -> list[Step]:
    return [Read(inputs["t"]), Copy(inputs["z"], inputs["grad_out"], streaming=False)]


def binary_row(inputs: Inputs, i: int) -> Any:
    p = judge.mp.mpf(float(inputs["p"][i]))
    y = p if inputs["t"][i] else 1 - p
    return -judge.mp.log(max(y, judge.default_eps(inputs["p"])))


def logit_row(inputs: Inputs, i: int) -> Any:
    z = judge.mp.mpf(float(inputs["z"][i]))
    return judge.mp.log1p(judge.mp.exp(-z if inputs["t"][i] else z))


def gradient_row(inputs: Inputs, i: int, columns: Array) -> list[Any]:
    """Sigmoid(z) - t, which for t = 1 is -sigmoid(-z)."""
    z, t = judge.mp.mpf(float(inputs["z"][i])), bool(inputs["t"][i])
    share = 1 / (1 + judge.mp.exp(z if t else -z))
    return [-share if t else share]


def line_binary(inputs: Inputs) -> Array:
    t, p = inputs["t"], inputs["p"]
    eps = np.finfo(p.dtype).eps
    loss: Array = -(t * np.log(np.clip(p, eps, None)) + (1 - t) * np.log(np.clip(1 - p, eps, None)))
    return loss


def line_logits(inputs: Inputs) -> Array:
    t, z = inputs["t"], inputs["z"]
    loss: Array = np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))
    return loss


def line_gradient(inputs: Inputs) -> tuple[Array, Array]:
    return line_logits(inputs), 1 / (1 + np.exp(-inputs["z"])) - inputs["t"]


def _blocks(n: int) -> Iterator[slice]:
    for i in range(0, n, BLOCK_ELEMENTS):
        yield slice(i, min(i + BLOCK_ELEMENTS, n))


def numpy_binary(inputs: Inputs) -> Array:
    """``p - (1 - t)`` is p or p - 1 where t is 1 or 0: one logarithm an element, in blocks that stay in the cache."""
    t, p = inputs["t"], inputs["p"]
    out, eps = np.empty_like(p), np.finfo(p.dtype).eps
    for rows in _blocks(len(p)):
        block = out[rows]
        np.subtract(1, t[rows], out=block)
        np.subtract(p[rows], block, out=block)
        np.abs(block, out=block)
        np.maximum(block, eps, out=block)
        np.log(block, out=block)
        np.negative(block, out=block)
    return out


def numpy_logits(inputs: Inputs) -> Array:
    t, z = inputs["t"], inputs["z"]
    out, rest = np.empty_like(z), np.empty(BLOCK_ELEMENTS, z.dtype)
    for rows in _blocks(len(z)):
        block = out[rows]
        _loss(t[rows], z[rows], block, rest[: len(block)])
    return out


def _loss(t: Array, z: Array, loss: Array, rest: Array) -> None:
    np.abs(z, out=rest)
    np.negative(rest, out=rest)
    np.exp(rest, out=rest)
    np.log1p(rest, out=rest)
    np.multiply(z, t, out=loss)
    np.subtract(np.maximum(z, 0), loss, out=loss)
    np.add(loss, rest, out=loss)


def numpy_gradient(inputs: Inputs) -> tuple[Array, Array]:
    t, z, grad = inputs["t"], inputs["z"], inputs["grad_out"]
    out, rest = np.empty_like(z), np.empty(BLOCK_ELEMENTS, z.dtype)
    for rows in _blocks(len(z)):
        block = grad[rows]
        _loss(t[rows], z[rows], out[rows], rest[: len(block)])
        np.negative(z[rows], out=block)
        np.exp(block, out=block)
        np.add(block, 1, out=block)
        np.reciprocal(block, out=block)
        np.subtract(block, t[rows], out=block)
    return out, grad


BINARY = Kind("binary", make_binary, floor_binary, binary_row, line_binary, numpy_binary)
BINARY_LOGITS = Kind("binary logits", make_logits, floor_logits, logit_row, line_logits, numpy_logits)
BINARY_GRADIENT = Kind(
    "binary gradient", make_logits, floor_gradient, logit_row, line_gradient, numpy_gradient, gradient_row
)
