"""What type checkers must say of calls: tests/test_types.py has mypy read this, and nothing runs it.

Lines with ``# error: CODE`` must have that error, and no other line may have one.
"""

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, assert_type

import numpy as np
import numpy.typing as npt
import polars as pl

import xentc
import xentc.spark

Floats = npt.NDArray[np.floating]
Pair = tuple[Floats, Floats]
Scalar = tuple[np.float64, Floats]


class Column:
    """As those of pandas, torch and xarray."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]: ...


class Sparse:
    def tocsr(self, copy: bool = False) -> "Sparse": ...


class DaskArray:
    def __dask_graph__(self) -> Mapping[Any, Any]: ...

    def compute(self) -> Any: ...


def reductions(t: npt.NDArray[np.bool_], y: npt.NDArray[np.float32], labels: list[int]) -> None:
    assert_type(xentc.cross_entropy(t, y), Floats)
    assert_type(xentc.cross_entropy(t, y, reduction="none"), Floats)
    assert_type(xentc.cross_entropy(t, y, reduction="sum"), np.float64)
    assert_type(xentc.cross_entropy(t, y, reduction="mean", from_logits=True), np.float64)
    assert_type(xentc.log_likelihood(t, y, reduction="weighted_mean"), np.float64)
    assert_type(xentc.log_likelihood(t, y, axis=0, eps=0, check=1e-4), Floats)
    assert_type(xentc.cross_entropy_labels(labels, y, ignore_index=-1), Floats)
    assert_type(xentc.cross_entropy_labels(labels, y, reduction="mean"), np.float64)
    assert_type(xentc.binary_cross_entropy([0, 1], [0.5, 0.5]), Floats)
    assert_type(xentc.binary_cross_entropy([0, 1], [0.5, 0.5], reduction="sum", pos_weight=2), np.float64)
    assert_type(xentc.cross_entropy_and_grad(t, y), Pair)
    assert_type(xentc.cross_entropy_and_grad(t, y, reduction="mean"), Scalar)
    assert_type(xentc.cross_entropy_labels_and_grad(labels, y), Pair)
    assert_type(xentc.cross_entropy_labels_and_grad(labels, y, reduction="sum", grad_out=y), Scalar)
    assert_type(xentc.binary_cross_entropy_and_grad([1], [0.5]), Pair)
    assert_type(xentc.binary_cross_entropy_and_grad([1], [0.5], reduction="weighted_mean"), Scalar)


def reductions_in_variables(t: list[int], y: list[float], reduction: Literal["sum", "mean"], text: str) -> None:
    assert_type(xentc.cross_entropy(t, y, reduction=reduction), np.float64)
    xentc.cross_entropy(t, y, reduction=text)  # error: call-overload
    xentc.cross_entropy(t, y, reduction="average")  # error: call-overload


def out(t: list[int], y: list[float], array: npt.NDArray[np.float32], either: Literal["none", "mean"]) -> None:
    assert_type(xentc.cross_entropy(t, y, out=array), npt.NDArray[np.float32])
    assert_type(xentc.cross_entropy(t, y, out=array, reduction="mean"), npt.NDArray[np.float32])
    assert_type(xentc.cross_entropy(t, y, out=array, reduction=either), npt.NDArray[np.float32])
    assert_type(xentc.cross_entropy_and_grad(t, y, out=array)[0], npt.NDArray[np.float32])
    xentc.cross_entropy(t, y, out=[0.0])  # error: call-overload


def containers(column: Column, series: pl.Series, frame: pl.DataFrame, sparse: Sparse, anything: Any) -> None:
    assert_type(xentc.cross_entropy(sparse, column), Floats)
    assert_type(xentc.cross_entropy(column, frame, sample_weight=series, where=[True]), Floats)
    assert_type(xentc.cross_entropy_labels(series, frame, class_weight={0: 1.0, 1: 2.0}), Floats)
    xentc.cross_entropy_labels(sparse, frame)  # error: call-overload
    xentc.cross_entropy(None, column)  # error: call-overload
    xentc.cross_entropy(column, object())  # error: call-overload
    xentc.cross_entropy(column, column, 0)  # error: call-overload
    xentc.cross_entropy(column, column, smoothing=0.1)  # error: call-overload
    xentc.cross_entropy_labels(column, column, class_weight={"cat": 1.0})  # error: dict-item
    xentc.binary_cross_entropy(column, column, axis=0)  # error: call-overload
    xentc.log_loss(anything, anything)


def lazy(labels: list[int], z: DaskArray) -> None:
    assert_type(xentc.cross_entropy_labels(labels, z), Any)
    assert_type(xentc.cross_entropy_labels(z, z, reduction="mean"), Any)
    assert_type(xentc.softmax_objective(z, z), tuple[Any, Any])
    assert_type(xentc.evaluate(z, z), Any)
    assert_type(xentc.encode_labels(z, ["ham", "spam"]), Any)


def objectives(labels: list[int], z: npt.NDArray[np.float32]) -> None:
    assert_type(xentc.softmax_objective(labels, z, hessian="xgboost", layout="classes"), Pair)
    assert_type(xentc.sigmoid_objective(labels, z), Pair)
    xentc.softmax_objective(labels, z, hessian="newton")  # error: call-overload
    xentc.sigmoid_objective(labels, z, layout="rows")  # error: call-overload


def totals(t: list[int], y: list[float]) -> None:
    total = xentc.CrossEntropy(eps=0, variance=True)
    assert_type(total.update(t, y).update_labels(0, y), xentc.CrossEntropy)
    assert_type(total + total, xentc.CrossEntropy)
    assert_type(sum([total, total]), xentc.CrossEntropy | Literal[0])
    assert_type(total.result().mean, np.float64)
    assert_type(total.result().count, int)
    assert_type(xentc.CrossEntropy.from_bytes(total.to_bytes()), xentc.CrossEntropy)
    total.result().mean = np.float64(0)  # error: misc
    xentc.CrossEntropy(0)  # error: call-arg


def evaluations(labels: list[str], y: npt.NDArray[np.float64], path: Path) -> None:
    report = xentc.evaluate(labels, y, classes=["cat", "dog"])
    assert_type(report, xentc.Report)
    assert_type(xentc.evaluate("predictions.csv", by="day"), xentc.Report)
    assert_type(xentc.evaluate(path, from_logits=True), xentc.Report)
    assert_type(xentc.evaluate({"label": labels, "p": y}), xentc.Report)
    assert_type(report.mean, float)
    assert_type(report.interval(0.99).low, float)
    assert_type(report.to_json(), str)
    assert_type(xentc.Evaluation(by="day").update(labels, y).report(), xentc.Report)
    assert_type(xentc.compare(labels, y, y), xentc.Comparison)
    assert_type(xentc.compare(path, path).difference, float)
    xentc.evaluate(labels, y, worst="all")  # error: call-overload


def others(labels: list[str], y: npt.NDArray[np.float64]) -> None:
    assert_type(xentc.log_loss(labels, y), float)
    assert_type(xentc.encode_labels(labels, ["ham", "spam"]), npt.NDArray[np.intp])
    assert_type(xentc.load_digits().pixels, np.ndarray[Any, np.dtype[np.uint8]])
    assert_type(xentc.get_num_threads(), int)
    assert_type(xentc.show_config("dicts"), dict[str, Any])
    assert_type(xentc.show_config(), None)
    assert_type(xentc.__version__, str)
    with xentc.num_threads(2):
        xentc.set_num_threads(1)
    loss: Callable[..., object] = pickle.loads(pickle.dumps(xentc.cross_entropy))
    loss(y, y)
    xentc.cross_entropies(y, y)  # error: attr-defined
    assert_type(xentc.reference.cross_entropy(y, y, reduction="none"), Any)
