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


NAMES = ("t", "labels", "y", "rows", "where", "sample_weight", "class_weight", "grad", "hess")
NAMES += ("indptr", "indices", "data", "pos_weight")


class RefusedError(Exception):
    """The kernel was given an array of a foreign dtype, and refused it."""


def exchanged(record, name: str, dtype: np.dtype):
    """The record with an array of the dtype in place of the one it has by that name."""
    replace = getattr(record, "_replace", None) or record.replace
    return replace(**{name: np.zeros(getattr(record, name).shape, dtype)})


def refusing(name: str, dtype: np.dtype):
    """Job, but with one array of the records exchanged for one of the dtype: it must not start."""
    job = _kernels.Job

    def refused(inputs, wanted):
        if hasattr(inputs.targets, name):
            inputs = inputs._replace(targets=exchanged(inputs.targets, name, dtype))
        elif hasattr(inputs, name):
            inputs = exchanged(inputs, name, dtype)
        else:
            wanted = exchanged(wanted, name, dtype)
        with pytest.raises((TypeError, ValueError), match=r"kernel|one dtype"):
            job(inputs, wanted)
        raise RefusedError

    return refused


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
    monkeypatch.setattr(_kernels, "Job", refusing(name, dtype))
    with general_route(), pytest.raises(RefusedError):
        call(name)
