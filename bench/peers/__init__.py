"""Other packages that compute the same, as optional candidates. Each is imported only when it is asked for.

All of them run on as many threads as xentc, but for scikit-learn, which knows one only; their arrays are made and their
code is compiled before anything is timed. ``environment`` holds them to a SIMD tier, where they can be held to one.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from bench.kinds import Inputs


class Unavailable(Exception):
    """Why a peer takes no part."""


@dataclass(frozen=True)
class Peer:
    """``call`` returns the rows, or their mean, or rows and gradient; ``text`` is the call as its user types it."""

    call: Callable[[], Any]
    text: str
    is_mean: bool = False


Maker = Callable[[str, Inputs, int], Peer]


def load(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise Unavailable(f"{module} is not installed ({error})") from None


def eps_of(inputs: Inputs, name: str) -> Any:
    """What xentc clips at by default, in the precision of the array."""
    return np.finfo(inputs[name].dtype).eps


def scikit_learn(kind: str, inputs: Inputs, threads: int) -> Peer:
    """``log_loss``: labels only, the mean only, one thread."""
    metrics = load("sklearn.metrics")
    if kind != "checked labels":
        raise Unavailable("scikit-learn's log_loss is a mean over labels, and checks all of y")
    y, labels = inputs["y"], inputs["labels"]
    classes = np.arange(y.shape[1])

    def call() -> Any:
        with warnings.catch_warnings():
            # float32 rows sum to 1 within rounding only.
            warnings.simplefilter("ignore", UserWarning)
            return metrics.log_loss(labels, y, labels=classes)

    return Peer(call, "log_loss(labels, y, labels=classes)", is_mean=True)


def _of(module: str, function: str) -> Maker:
    """A maker whose module is imported with the package that it is about."""

    def make(kind: str, inputs: Inputs, threads: int) -> Peer:
        found: Maker = getattr(import_module(f"bench.peers.{module}"), function)
        return found(kind, inputs, threads)

    return make


PEERS: dict[str, Maker] = {
    "torch": _of("with_torch", "eager"),
    "torch.compile": _of("with_torch", "compiled"),
    "JAX": _of("with_jax", "jax"),
    "numba": _of("with_numba", "numba"),
    "numexpr": _of("with_numexpr", "numexpr"),
    "ONNX Runtime": _of("with_onnx", "onnx_runtime"),
    "OpenVINO": _of("with_openvino", "openvino"),
    "scikit-learn": scikit_learn,
}


def make(name: str, kind: str, inputs: Inputs, threads: int) -> Peer:
    """The call of one peer on these arrays; Unavailable tells why there is none."""
    return PEERS[name](kind, inputs, threads)
