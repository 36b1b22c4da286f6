"""Other packages that compute the same, as optional candidates. Each is imported only when it is asked for."""

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from bench.kinds import Inputs

Peer = Callable[[str, Inputs, int], tuple[Callable[[], Any], bool]]


class Unavailable(Exception):
    """Why a peer takes no part."""


def _load(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise Unavailable(f"{module} is not installed ({error})") from None


def scikit_learn(kind: str, inputs: Inputs, threads: int) -> tuple[Callable[[], Any], bool]:
    """``log_loss``: labels only, the mean only, one thread."""
    metrics = _load("sklearn.metrics")
    if kind != "one-hot":
        raise Unavailable("scikit-learn's log_loss takes no soft targets")
    y, k = inputs["y"], inputs["k"].astype(np.int64)
    if len(np.unique(k)) != y.shape[1]:
        raise Unavailable("scikit-learn's log_loss counts the classes that it sees, and here some are missing")

    def call() -> Any:
        with warnings.catch_warnings():
            # float32 rows sum to 1 within rounding only.
            warnings.simplefilter("ignore", UserWarning)
            return metrics.log_loss(k, y)

    return call, True


def numba(kind: str, inputs: Inputs, threads: int) -> tuple[Callable[[], Any], bool]:
    """The loop that one writes by hand, compiled, rows in parallel."""
    nb = _load("numba")
    nb.set_num_threads(min(threads, nb.config.NUMBA_NUM_THREADS))

    @nb.njit(parallel=True)  # type: ignore[untyped-decorator]
    def loop(t: Any, y: Any, eps: Any, out: Any) -> Any:
        for i in nb.prange(y.shape[0]):
            total = eps * 0
            for k in range(y.shape[1]):
                if t[i, k] != 0:
                    total -= t[i, k] * np.log(max(y[i, k], eps))
            out[i] = total
        return out

    t, y = inputs["t"], inputs["y"]
    out = np.zeros(len(y), y.dtype)
    eps = np.finfo(y.dtype).eps
    return lambda: loop(t, y, eps, out), False


def torch(kind: str, inputs: Inputs, threads: int) -> tuple[Callable[[], Any], bool]:
    """The formula: torch's own cross_entropy takes logits only."""
    th = _load("torch")
    th.set_num_threads(threads)
    t, y = th.from_numpy(inputs["t"]), th.from_numpy(inputs["y"])
    eps = float(np.finfo(inputs["y"].dtype).eps)
    return lambda: -(t * th.log(y.clamp_min(eps))).sum(1), False


PEERS: dict[str, Peer] = {"scikit-learn": scikit_learn, "numba": numba, "torch": torch}


def make(name: str, kind: str, inputs: Inputs, threads: int) -> tuple[Callable[[], Any], bool]:
    """A call without arguments, and whether it returns the mean (else the rows); or Unavailable."""
    return PEERS[name](kind, inputs, threads)
