"""The forms of targets: a dense array, labels, a CSR matrix, two classes. Each knows its shapes, dtypes and errors."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from .._kernels import Trouble
from . import dtypes, shapes
from .arrays import as_array
from .checks import BadRow, Checks
from .record import Record
from .sparse import check_starts, csr_of, is_sparse

Array = np.ndarray[tuple[int, ...], np.dtype[Any]]
LIKE_INTEGERS = np.dtype(np.int64)  # the dtype of targets that leave the result's to y, whatever they are kept in


def _position(row: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(row, shape))


def _shown(position: tuple[int, ...], what: str = " in row") -> str:
    """The position of a row, to end a message with: " in row 3", " in row (3, 1)", or nothing if there is only one."""
    return "" if not position else f"{what} {position[0] if len(position) == 1 else position}"


def bad_weight(bad: BadRow, shape: tuple[int, ...]) -> ValueError:
    """The error for a weight that is not finite; the rows have this shape."""
    name = "pos_weight" if bad.trouble == Trouble.BAD_POS_WEIGHT else "sample_weight"
    return ValueError(f"{name} must be finite; got {bad.value}{_shown(_position(bad.row, shape))}")


class Targets(Record):
    """What the kernels need to know about any form, and what all forms share."""

    y: Array  # of the rows' full shape and the class axis, which is last
    axis: int  # where the caller has the class axis, counted from the end
    source: ClassVar[str]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the rows."""
        return self.y.shape[:-1]

    @property
    def arrays(self) -> tuple[Array, ...]:
        """All that is read besides y."""
        raise NotImplementedError

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype that t counts as for the dtype of the result."""
        return self.arrays[0].dtype

    @property
    def t_dtype(self) -> np.dtype[Any]:
        """The dtype of t as it was given, on which its checks depend."""
        return self.dtype

    def error(self, bad: BadRow, checks: Checks) -> Exception:
        """What to raise for a row that the kernel found."""
        dtype = self.y.dtype if bad.trouble in (Trouble.Y_OUTSIDE, Trouble.Y_SUM) else self.t_dtype
        return checks.error(bad, _shown(_position(bad.row, self.shape)), dtype)

    def as_given(self, array: Array) -> Array:
        """An array of y's shape as the caller has y: the class axis where it was."""
        return np.moveaxis(array, -1, self.axis)

    def as_rows(self, array: Array) -> Array:
        """The reverse: an array of the caller's shape with the class axis last."""
        return np.moveaxis(array, self.axis, -1)


class DenseTargets(Targets):
    """An array t of y's shape: one-hot rows, distributions, counts."""

    t: Array
    source: ClassVar[str] = "dense"

    @classmethod
    def from_arguments(cls, t: Any, y: Any, axis: int) -> Targets:
        y = as_array("y", y)
        if is_sparse(t):
            return CsrTargets.from_arguments(t, y, axis)
        t, y, axis = shapes.broadcast(as_array("t", t), y, axis)
        return cls(y, axis, t)

    @property
    def arrays(self) -> tuple[Array, ...]:
        return (self.t,)


class Labels(Targets):
    """The number of the class of each row."""

    labels: Array
    source: ClassVar[str] = "labels"

    @classmethod
    def from_arguments(cls, labels: Any, y: Any, axis: int) -> Targets:
        labels, y, axis = shapes.broadcast_labels(as_array("labels", labels, scalar=True), as_array("y", y), axis)
        return cls(y, axis, labels)

    @property
    def arrays(self) -> tuple[Array, ...]:
        return (self.labels,)

    @property
    def dtype(self) -> np.dtype[Any]:
        return LIKE_INTEGERS

    @property
    def t_dtype(self) -> np.dtype[Any]:
        return np.dtype(bool)  # of the one-hot rows

    def error(self, bad: BadRow, checks: Checks) -> Exception:
        if bad.trouble != Trouble.OUT_OF_RANGE:
            return super().error(bad, checks)
        label, n_classes = self._as_given(bad), self.y.shape[-1]
        where = _shown(_position(bad.row, self.shape), " at position")
        if label != np.trunc(label) or not np.isfinite(label):
            return ValueError(f"labels must be whole numbers, from 0 to K - 1 = {n_classes - 1}; got {label}{where}")
        hint = f"; to leave such rows out, pass ignore_index={int(label)}" if label < 0 or label == 255 else ""
        return IndexError(
            f"labels must be in [0, K) with K = {n_classes}, the number of classes of y; got {label}{where}{hint}"
        )

    def _as_given(self, bad: BadRow) -> Any:
        """The label, which the kernel reads as int64, as it is in the caller's array."""
        label, dtype = bad.numbers[0], self.labels.dtype
        if dtypes.is_float(dtype):
            return dtypes.scalar(dtype, bad.value)
        return label + 2**64 if label < 0 and dtype.kind == "u" else label


class SparseRow(DenseTargets):
    """One sparse row for all rows of y; t is that row, dense."""

    given: np.dtype[Any]

    @property
    def t_dtype(self) -> np.dtype[Any]:
        return self.given

    @property
    def dtype(self) -> np.dtype[Any]:
        return LIKE_INTEGERS


class CsrTargets(Targets):
    """A scipy.sparse CSR matrix: the entries of row i are indptr[i] to indptr[i + 1] - 1."""

    indptr: Array
    indices: Array
    data: Array
    given: np.dtype[Any]
    source: ClassVar[str] = "csr"

    @classmethod
    def from_arguments(cls, t: Any, y: Array, axis: int) -> Targets:
        if t.ndim != 2:
            raise ValueError(f"t must have two axes where it is sparse; got the shape {t.shape}")
        if y.ndim > 2:
            raise ValueError(f"y must have one or two axes where t is sparse; got the shape {y.shape}")
        number = shapes.check_axis(axis, 2)
        shape = t.shape
        if number == 0:
            if y.ndim < 2:
                raise ValueError(f"y has no class axis: axis {axis} is not one of its own, {y.shape}")
            shape, y = shape[::-1], y.T
        given = t.dtype if t.dtype.isnative else t.dtype.newbyteorder("=")  # not every dtype has orders
        if shape[1] != y.shape[-1]:
            raise ValueError(
                f"t and y must have the same number of classes along axis {axis}; they have {shape[1]} and"
                f" {y.shape[-1]}, of the shapes {shape} and {y.shape}"
            )
        one_for_all = shape[0] == 1 and y.ndim == 2 and y.shape[0] != 1
        try:
            y = np.broadcast_to(y, y.shape if one_for_all else shape)
        except ValueError:
            raise ValueError(
                f"t and y must broadcast against each other; their shapes are {shape} and {y.shape}"
            ) from None
        targets = cls(y, number - 2, *csr_of(t, transposed=number == 0), given)
        return targets.first_row() if one_for_all else targets

    def entries(self) -> tuple[Array, Array, Array]:
        """Row, column and float64 value of every entry, copied: what is looked at here nobody else can write to.

        Row starts are looked at as the kernel does it, row by row; columns are not.
        """
        indptr = self.indptr.copy()
        check_starts(indptr, min(len(self.indices), len(self.data)))
        used = slice(indptr[0], indptr[-1])
        rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
        return rows, self.indices[used].copy(), self.data[used].astype(np.float64)

    def first_row(self) -> SparseRow:
        """The first row, dense, for all rows of y; duplicate entries are added in float64."""
        _, columns, values = self.entries()
        bad = np.flatnonzero((columns < 0) | (columns >= self.y.shape[-1]))
        if bad.size:
            raise self.error(_bad_row(Trouble.OUT_OF_RANGE, 0, int(columns[bad[0]])), Checks())
        row = np.zeros(self.y.shape[-1])
        with np.errstate(all="ignore"):
            np.add.at(row, columns, values)
        return SparseRow(self.y, self.axis, np.broadcast_to(row, self.y.shape), self.given)

    def canonical(self) -> CsrTargets:
        """The same matrix with increasing columns in each row; duplicate entries are added in float64."""
        rows, columns, values = self.entries()
        order = np.lexsort((columns, rows))
        rows, columns, values = rows[order], columns[order], values[order]
        new = np.ones(len(rows), bool)
        new[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        first = np.flatnonzero(new)
        with np.errstate(all="ignore"):
            values = np.add.reduceat(values, first) if first.size else values
        lengths = np.bincount(rows[first], minlength=len(self.indptr) - 1)
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return self.replace(indptr=indptr, indices=columns[first].astype(np.int64), data=values)

    @property
    def dtype(self) -> np.dtype[Any]:
        return LIKE_INTEGERS

    @property
    def t_dtype(self) -> np.dtype[Any]:
        return self.given

    @property
    def arrays(self) -> tuple[Array, ...]:
        return (self.indptr, self.indices, self.data)

    def error(self, bad: BadRow, checks: Checks) -> Exception:
        if bad.trouble == Trouble.BAD_INDPTR:
            start, stop = bad.numbers
            return ValueError(
                f"t.indptr must not decrease and lie in [0, {min(len(self.indices), len(self.data))}], the number of"
                f" entries; got {start} and {stop} for row {bad.row}"
            )
        if bad.trouble == Trouble.OUT_OF_RANGE:
            return IndexError(
                f"t.indices must be in [0, K) with K = {self.y.shape[-1]}; got {bad.numbers[0]} in row {bad.row}"
            )
        return super().error(bad, checks)


def _bad_row(trouble: Trouble, row: int, *numbers: int) -> BadRow:
    return BadRow(trouble, row, -1, math.nan, math.nan, (numbers[0], numbers[-1]))


class BinaryTargets(Targets):
    """t and p of two classes, one element per row; both get a last axis of length 1."""

    t: Array
    source: ClassVar[str] = "binary"

    @classmethod
    def from_arguments(cls, t: Any, p: Any, axis: int) -> Targets:
        t, p = shapes.broadcast_elements(as_array("t", t, scalar=True), as_array("p", p, scalar=True))
        if p.ndim == shapes.MAX_AXES:
            raise ValueError(f"t and p must have at most {p.ndim - 1} axes together, not {p.ndim}")
        return cls(p[..., np.newaxis], -1, t[..., np.newaxis])

    @property
    def arrays(self) -> tuple[Array, ...]:
        return (self.t,)

    def as_given(self, array: Array) -> Array:
        return array[..., 0]

    def as_rows(self, array: Array) -> Array:
        return array[..., np.newaxis]

    def error(self, bad: BadRow, checks: Checks) -> Exception:
        name, dtype = ("t", self.t.dtype) if bad.trouble == Trouble.T_OUTSIDE else ("p", self.y.dtype)
        value, position = dtypes.scalar(dtype, bad.value), _position(bad.row, self.shape)
        return ValueError(f"{name} must be in [0, 1]; got {value}{_shown(position, ' at position')}")
