"""The arguments of log_loss that hold numbers: probabilities and weights, read and refused as scikit-learn does."""

import warnings
from typing import Any

import numpy as np

from .._core import arguments, dtypes
from .._core.arrays import as_array, read
from .._core.dtypes import as_float
from .._readers.objects import first_odd
from .classes import blocks

Array = np.ndarray[Any, Any]
BLOCK_ELEMENTS = 1 << 16  # of y_proba, where it is looked at by NumPy


def as_numbers(name: str, value: Any) -> Array:
    """value as real numbers; those that only objects or a longdouble hold are rounded to float64."""
    array = read(name, value)
    if array.dtype.kind == "c":
        raise ValueError(f"{name} must be real, not {array.dtype}; convert it, as by {name}.real.astype(np.float64)")
    if array.dtype.num in dtypes.ROUNDED and not (dtypes.is_object(array.dtype) and first_odd(array)):
        array = np.asarray(array, dtype=np.float64)
    return as_array(name, array, scalar=True)


def as_probabilities(y_proba: Any) -> Array:
    y = as_numbers("y_proba", y_proba)
    if y.ndim not in (1, 2) or y.size == 0:
        raise ValueError(f"y_proba must have the shape (N, K) or (N,), N and K at least 1; got {y.shape}")
    return y


def check_weight(weight: Array) -> None:
    """Refuse what is not finite."""
    for rows in blocks(len(weight)):
        finite = np.isfinite(weight[rows])
        if not finite.all():
            row = int(np.argmin(finite))
            raise ValueError(f"sample_weight must be finite; got {weight[rows][row]!s} for row {rows.start + row}")


def refuse_only_zeros(has_others: bool) -> None:
    """Of all weights together."""
    if not has_others:
        raise ValueError("sample_weight must have a number that is not 0")


def as_floats(block: Array) -> Array:
    """A block of y as NumPy computes with it."""
    block = dtypes.as_numbers(block)
    return block.astype(as_float(block.dtype), copy=False)


def has_one_column(y: Array) -> bool:
    """Whether y is the probability of the second of two classes only."""
    return y.ndim == 1 or y.shape[1] == 1


def n_columns(y: Array) -> int:
    return 2 if has_one_column(y) else int(y.shape[1])


def two_columns(p: Array) -> Array:
    """1 - p and p, in the dtype of p (bfloat16: float32)."""
    p = as_floats(p.reshape(-1))
    return np.stack((1 - p, p), axis=1)


def eps_of(y: Array) -> float:
    return dtypes.eps_of(y.dtype)


def sum_tolerance(y: Array) -> float:
    return arguments.tolerance(y.dtype) + 1e-8  # the two tolerances of np.isclose, by which scikit-learn compares


def check_range(y: Array) -> None:
    """Refuse values that are no probabilities: the first in C order."""
    for rows in blocks(len(y), max(BLOCK_ELEMENTS * len(y) // y.size, 1)):
        block = dtypes.as_numbers(y[rows])
        wrong = ~((block >= 0) & (block <= 1))
        if wrong.any():
            at = tuple(int(i) for i in np.argwhere(wrong)[0])
            where = f"row {rows.start + at[0]}" + (f", column {at[1]}" if y.ndim == 2 else "")
            raise ValueError(f"y_proba must be finite and in [0, 1]; got {block[at]!s} in {where}")


def check_probabilities(y: Array) -> None:
    """What the kernels check on their way, where they are not run: range, and the sums of the rows."""
    check_range(y)
    if has_one_column(y):
        return
    for rows in blocks(len(y), max(BLOCK_ELEMENTS // y.shape[1], 1)):
        if (np.abs(dtypes.as_numbers(y[rows]).sum(axis=1, dtype=np.float64) - 1) > sum_tolerance(y)).any():
            warn_of_sums()
            return


def warn_of_sums() -> None:
    warnings.warn(
        "The y_prob values do not sum to one. Some row of y_proba is not a distribution.", UserWarning, stacklevel=3
    )
