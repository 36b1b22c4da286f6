"""The kernel itself refuses a dtype that it has no code for, whatever the checks in Python let through."""

import ml_dtypes
import numpy as np
import pytest
from ways import general_route

import xentc
from xentc import _kernels

FOREIGN = [np.dtype(c) for c in ("g", "D", "O", "U1", "M8[s]", ">f8")]
FOREIGN += [np.dtypes.StringDType(), np.dtype(ml_dtypes.float8_e5m2), np.dtype(ml_dtypes.int4)]
T, Y, LABELS = np.eye(3, 2), np.full((3, 2), 0.5), np.zeros(3, np.int64)
OPTIONS = {"where": [True] * 3, "sample_weight": np.ones(3), "class_weight": [1, 2]}


NAMES = ("t", "labels", "y", "out", "where", "sample_weight", "class_weight", "grad", "hess")
NAMES += ("indptr", "indices", "data", "pos_weight")


class RefusedError(Exception):
    """The kernel was given an array of a foreign dtype, and refused it."""


def exchanging(name: str, dtype: np.dtype):
    """Job, but with one array of its arguments exchanged for one of the dtype: it must not start."""
    job = _kernels.Job

    def exchanged(t, y, out, **others):
        arrays = {"t": t, "labels": t, "y": y, "out": out} | others
        if isinstance(t, tuple):
            arrays |= dict(zip(("indptr", "indices", "data"), t, strict=True))
        arrays[name] = np.zeros(arrays[name].shape, dtype)
        if isinstance(t, tuple):
            t = tuple(arrays.pop(part) for part in ("indptr", "indices", "data"))
        elif name in ("t", "labels"):
            t = arrays[name]
        for part in ("t", "labels"):
            del arrays[part]
        with pytest.raises((TypeError, ValueError), match=r"kernel|one dtype"):
            job(t, arrays.pop("y"), arrays.pop("out"), **arrays)
        raise RefusedError

    return exchanged


def call(name: str):
    if name == "hess":
        return xentc.softmax_objective(LABELS, Y)
    if name in ("indptr", "indices", "data"):
        return xentc.cross_entropy(pytest.importorskip("scipy.sparse").csr_array(T), Y)
    if name == "labels":
        return xentc.cross_entropy_labels(LABELS, Y)
    if name == "pos_weight":
        return xentc.binary_cross_entropy([0, 1, 0], Y[:, 0], pos_weight=OPTIONS["sample_weight"])
    return xentc.cross_entropy_and_grad(T, Y, **OPTIONS)


@pytest.mark.parametrize("dtype", FOREIGN, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_a_foreign_dtype(name, dtype, monkeypatch):
    assert call(name) is not None
    monkeypatch.setattr(_kernels, "Job", exchanging(name, dtype))
    with general_route(), pytest.raises(RefusedError):
        call(name)
