"""Somebody else writes to the arguments of running calls: values or errors in words, and nothing beyond them is read.

It is a child of this process that writes, to memory they share: threads would wait for each other's lock. The arrays
end where nobody may read any more. What is looked at for its range (labels, columns, row starts, groups) must be what
is used then, and places found in a first reading of t must be good for a second one.
"""

import ctypes
import mmap
import os
import signal
import sys
import time

import numpy as np
import pytest
from cases import BFLOAT16, one_hot_of
from ways import TIERS, way

import xentc

sparse = pytest.importorskip("scipy.sparse")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="pages are guarded by mprotect"),
    pytest.mark.filterwarnings("ignore:the .*mean of"),
]
WORDS = ("labels must be ", "t.ind", "t must ", "y must be ", "p must be ", "the rows of ", "y_", "by ")
WORDS += ("sample_weight must be", "pos_weight must be")
SECONDS = 0.04  # of each case
N, K = 400, 40
PROT_NONE = 0
FAR = 2**31 - 1
RNG = np.random.default_rng(1)
LABELS = RNG.integers(K, size=N)
LABELS[-1] = K - 1
Y = RNG.dirichlet(np.ones(K), N)
ONE_HOT = one_hot_of(LABELS, K)
SPARSE = np.where(RNG.random((N, K)) < 0.1, 0.25, 0.0)


def guarded(array):
    """A copy that ends at a page which cannot be read, and begins near another."""
    array = np.ascontiguousarray(array)
    page, pages = mmap.PAGESIZE, -(-array.nbytes // mmap.PAGESIZE)
    room = mmap.mmap(-1, (pages + 2) * page)
    start = ctypes.addressof(ctypes.c_char.from_buffer(room))
    libc = ctypes.CDLL(None, use_errno=True)
    for guard in (start, start + (pages + 1) * page):
        assert libc.mprotect(ctypes.c_void_p(guard), ctypes.c_size_t(page), PROT_NONE) == 0
    copy = np.frombuffer(room, np.uint8, array.nbytes, (pages + 1) * page - array.nbytes)
    copy = copy.view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def csr(t):
    """A matrix, and its arrays, which stay where they are."""
    made = sparse.csr_array(t)
    arrays = {name: guarded(getattr(made, name)) for name in ("data", "indices", "indptr")}
    for name, array in arrays.items():
        setattr(made, name, array)
    return {"csr": made} | arrays


def evaluation(a):
    return xentc.Evaluation().update(a["labels"], a["y"], by=a["by"])


# What is called with some arrays, and what each is changed to over and over: values, or a function of the array.
BAD_LABELS = (FAR, -1, K, 3)
FUNCTIONS = {
    "labels": lambda a: xentc.cross_entropy_labels(a["labels"], a["y"]),
    "labels, weighted": lambda a: xentc.cross_entropy_labels(a["labels"], a["y"], class_weight=np.ones(K)),
    "labels, sum": lambda a: xentc.cross_entropy_labels(a["labels"], a["y"], reduction="sum"),
    "labels, logits": lambda a: xentc.cross_entropy_labels(a["labels"], a["y"], from_logits=True, label_smoothing=0.1),
    "labels, gradient": lambda a: xentc.cross_entropy_labels_and_grad(a["labels"], a["y"], reduction="weighted_mean"),
    "labels, ignored": lambda a: xentc.cross_entropy_labels(a["labels"], a["y"], ignore_index=3, check=True),
    "objective": lambda a: xentc.softmax_objective(a["labels"], a["y"]),
    "log_loss": lambda a: xentc.log_loss(a["labels"], a["y"], labels=np.arange(K)),
    "accumulator": lambda a: xentc.CrossEntropy().update_labels(a["labels"], a["y"]),
    "evaluation": evaluation,
}
WRITES = {name: {"labels": BAD_LABELS} for name in FUNCTIONS}
WRITES["evaluation, groups"] = {"by": (FAR, -FAR, 2**62, 5)}
FUNCTIONS["evaluation, groups"] = evaluation
for name, call in {
    "csr": lambda a: xentc.cross_entropy(a["csr"], a["y"]),
    "csr, smoothed": lambda a: xentc.cross_entropy(a["csr"], a["y"], label_smoothing=0.1, class_weight=np.ones(K)),
    "csr, gradient": lambda a: xentc.cross_entropy_and_grad(a["csr"], a["y"], from_logits=True),
}.items():
    for array, values in {"indices": (FAR, -1, 7, K), "indptr": (FAR, -5, 11, 2000), "data": (0, -1, np.nan)}.items():
        FUNCTIONS[f"{name}: {array}"], WRITES[f"{name}: {array}"] = call, {array: values}
for name, call in {
    "dense": lambda a: xentc.cross_entropy(a["t"], a["y"]),
    "dense, check": lambda a: xentc.cross_entropy(a["t"], a["y"], check=True, class_weight=np.ones(K)),
    "dense, gradient": lambda a: xentc.cross_entropy_and_grad(a["t"], a["y"], label_smoothing=0.1),
    "mask": lambda a: xentc.cross_entropy_labels(a["labels"], a["y"], where=a["where"], reduction="mean"),
    "mask, gradient": lambda a: xentc.cross_entropy_and_grad(a["t"], a["y"], where=a["where"], reduction="mean"),
    "weights": lambda a: xentc.cross_entropy(a["t"], a["y"], sample_weight=a["s"], reduction="weighted_mean"),
    "weights, gradient": lambda a: xentc.cross_entropy_and_grad(a["t"], a["y"], sample_weight=a["s"]),
    "binary": lambda a: xentc.binary_cross_entropy_and_grad(a["s"], a["p"], pos_weight=a["s"]),
}.items():
    FUNCTIONS[name] = call
    WRITES[name] = (
        {"where": (False, True)}
        if name.startswith("mask")
        else {"s": (0, 0.5, np.inf, np.nan)}
        if name.startswith("weights")
        else {"s": (0, 1, 2, np.nan), "p": (0, -1, np.nan)}
        if name == "binary"
        else {"t": (0, 0.25, -1, np.nan), "y": (0.5, 0, -1, np.nan, 7)}
    )


def all_arrays():
    """Guarded ones of all that any call takes."""
    made = {"labels": LABELS, "y": Y, "where": np.arange(N) % 3 > 0, "s": np.full(N, 0.5), "p": Y[:, 0].copy()}
    made["by"] = np.arange(N) % 7
    made["t"] = ONE_HOT
    return {key: guarded(array) for key, array in made.items()} | csr(SPARSE)


def while_written(call, arrays, writes, seconds=SECONDS):
    """How many of the calls gave a value, and how many an error, while each array changes between its states."""
    good = {key: arrays[key].copy() for key in writes}
    parent, child = os.getpid(), os.fork()
    if child == 0:
        while os.getppid() == parent:
            for key, values in writes.items():
                for value in values:
                    arrays[key].reshape(-1)[len(good[key]) // 3 :] = value
                    arrays[key][...] = good[key]
        os._exit(0)
    passed = refused = 0
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            try:
                call(arrays)
                passed += 1
            except (ValueError, IndexError) as error:
                if not str(error).startswith(WORDS):
                    raise
                refused += 1
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return passed, refused


@pytest.mark.crossing(1)
@pytest.mark.parametrize("case", FUNCTIONS)
def test_a_value_or_an_error(case):
    arrays = all_arrays()
    with way(TIERS[-1], 2):
        passed, refused = while_written(FUNCTIONS[case], arrays, WRITES[case])
    assert passed + refused > 0


@pytest.mark.crossing(1)
@pytest.mark.parametrize("layout", ["C", "F"])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float16", BFLOAT16, "float32", "float64"])
def test_elements_that_vanish_while_they_are_listed(every_tier, dtype, layout):
    """Some words of t that were not zero are when they are looked at again, the last of the array too."""
    for y_dtype in ("float32", "float64"):
        arrays = {"t": guarded(ONE_HOT.astype(dtype)), "y": guarded(Y.astype(y_dtype))}
        if layout == "F":
            arrays = {key: guarded(array.T).T for key, array in arrays.items()}
        passed, _ = while_written(lambda a: xentc.cross_entropy(a["t"], a["y"]), arrays, {"t": (0,)}, SECONDS / 4)
        assert passed
