"""Other packages that compute the same, as optional candidates. Each is imported only when it is asked for.

All of them run on as many threads as xentc, but for scikit-learn, which knows one only.
"""

import os
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


def _load(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise Unavailable(f"{module} is not installed ({error})") from None


def scikit_learn(kind: str, inputs: Inputs, threads: int) -> Peer:
    """``log_loss``: labels only, the mean only, one thread."""
    metrics = _load("sklearn.metrics")
    if kind not in ("one-hot", "labels", "checked labels"):
        raise Unavailable("scikit-learn's log_loss takes labels, and probabilities, only")
    y, k = inputs["y"], inputs["k"].astype(np.int64)
    if len(np.unique(k)) != y.shape[1]:
        raise Unavailable("scikit-learn's log_loss counts the classes that it sees, and here some are missing")

    def call() -> Any:
        with warnings.catch_warnings():
            # float32 rows sum to 1 within rounding only.
            warnings.simplefilter("ignore", UserWarning)
            return metrics.log_loss(k, y)

    return Peer(call, "log_loss(labels, y)", is_mean=True)


def numba(kind: str, inputs: Inputs, threads: int) -> Peer:
    """The loop that one writes by hand, compiled, rows in parallel."""
    if kind not in ("one-hot", "soft"):
        raise Unavailable("the numba loop is over dense targets and probabilities")
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
    return Peer(lambda: loop(t, y, eps, out), "a loop of its own")


def torch(kind: str, inputs: Inputs, threads: int) -> Peer:
    """Of probabilities the formula, as torch's own cross_entropy takes logits only."""
    if kind not in ("one-hot", "soft", "logits", "soft logits", "gradient"):
        raise Unavailable("torch's cross_entropy takes logits only, and the formula is over dense targets")
    th = _load("torch")
    th.set_num_threads(threads)
    arrays = {name: th.from_numpy(inputs[name]) for name in ("t", "y", "labels", "z") if name in inputs}
    if kind in ("one-hot", "soft"):
        t, y = arrays["t"], arrays["y"]
        eps = float(np.finfo(inputs["y"].dtype).eps)
        return Peer(lambda: -(t * th.log(y.clamp_min(eps))).sum(1), "-(t * log(y.clamp_min(eps))).sum(1)")

    cross_entropy = th.nn.functional.cross_entropy
    t, z = arrays["t" if kind == "soft logits" else "labels"], arrays["z"]
    text = f"F.cross_entropy(z, {'t' if kind == 'soft logits' else 'labels'}, reduction='none')"
    if kind != "gradient":

        def forward() -> Any:
            with th.no_grad():
                return cross_entropy(z, t, reduction="none")

        return Peer(forward, text)
    leaf = z.detach().requires_grad_(True)
    ones = th.ones(len(z), dtype=z.dtype)

    def both() -> Any:
        loss = cross_entropy(leaf, t, reduction="none")
        (grad,) = th.autograd.grad(loss, leaf, ones)
        return loss.detach(), grad

    return Peer(both, f"{text} and autograd.grad")


def optax(kind: str, inputs: Inputs, threads: int) -> Peer:
    """Compiled by jax.jit before it is timed; the arrays are JAX's own, on the CPU."""
    if kind not in ("logits", "soft logits", "gradient"):
        raise Unavailable("optax's cross-entropies take logits only")
    # JAX reads it once, when its CPU client starts; it has no setting of its own for the number of threads.
    if os.environ.setdefault("NPROC", str(threads)) != str(threads):
        raise Unavailable(f"JAX was started with {os.environ['NPROC']} threads and keeps them")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    package, jax = _load("optax"), _load("jax")
    jax.config.update("jax_enable_x64", True)
    t = jax.device_put(inputs["t" if kind == "soft logits" else "labels"])
    z, ones = jax.device_put(inputs["z"]), jax.device_put(np.ones(len(inputs["z"]), inputs["z"].dtype))
    name = "softmax_cross_entropy" + ("" if kind == "soft logits" else "_with_integer_labels")
    rows = getattr(package, name)

    def loss_and_gradient(z: Any, t: Any, ones: Any) -> Any:
        loss, pull = jax.vjp(lambda z: rows(z, t), z)
        return loss, pull(ones)[0]

    if kind == "gradient":
        compiled = jax.jit(loss_and_gradient)
        return Peer(lambda: jax.block_until_ready(compiled(z, t, ones)), f"jit of {name}(z, labels) and jax.vjp")
    loss = jax.jit(rows)
    text = f"jit of {name}(z, {'t' if kind == 'soft logits' else 'labels'})"
    return Peer(lambda: loss(z, t).block_until_ready(), text)


PEERS: dict[str, Callable[[str, Inputs, int], Peer]] = {
    "scikit-learn": scikit_learn,
    "numba": numba,
    "torch": torch,
    "optax": optax,
}


def make(name: str, kind: str, inputs: Inputs, threads: int) -> Peer:
    """The call of one peer on these arrays; Unavailable tells why there is none."""
    return PEERS[name](kind, inputs, threads)
