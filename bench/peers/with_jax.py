"""JAX on the CPU, by ``jax.jit``: of logits in the form that optax has, whose functions are a line each."""

import os
from typing import Any

import numpy as np

from bench.kinds import SMOOTHING, Inputs
from bench.peers import Peer, Unavailable, eps_of, load


def _form(jax: Any, kind: str, inputs: Inputs) -> tuple[Any, tuple[str, str], str]:
    jnp, logsumexp = jax.numpy, jax.nn.logsumexp

    def pick(a: Any, labels: Any) -> Any:
        return jnp.take_along_axis(a, labels[:, None], axis=1)[:, 0]

    if kind in ("logits", "gradient"):
        text = "logsumexp(z, axis=1) - take_along_axis(z, labels)"
        return lambda labels, z: logsumexp(z, axis=1) - pick(z, labels), ("labels", "z"), text
    if kind == "soft logits":
        text = "-sum(t * log_softmax(z), axis=1)"
        return lambda t, z: -jnp.sum(t * jax.nn.log_softmax(z, axis=1), axis=1), ("t", "z"), text
    if kind.startswith("binary") and "z" in inputs:
        log_sigmoid = jax.nn.log_sigmoid
        text = "-t * log_sigmoid(z) - (1 - t) * log_sigmoid(-z)"
        return lambda t, z: -t * log_sigmoid(z) - (1 - t) * log_sigmoid(-z), ("t", "z"), text
    eps = eps_of(inputs, "p" if kind == "binary" else "y")

    def log(y: Any) -> Any:
        return jnp.log(jnp.maximum(y, eps))

    if kind == "binary":
        text = "-t * log(maximum(p, eps)) - (1 - t) * log(maximum(1 - p, eps))"
        return lambda t, p: -t * log(p) - (1 - t) * log(1 - p), ("t", "p"), text
    if kind in ("one-hot", "soft"):
        text = "-sum(t * log(maximum(y, eps)), axis=1)"
        return lambda t, y: -jnp.sum(t * log(y), axis=1), ("t", "y"), text
    if kind == "smoothed":
        share = SMOOTHING / inputs["y"].shape[1]
        text = "-(1 - a) * log(picked) - a / K * sum(log(y), axis=1)"
        return (
            lambda labels, y: -(1 - SMOOTHING) * log(pick(y, labels)) - share * jnp.sum(log(y), axis=1),
            ("labels", "y"),
            text,
        )
    return lambda labels, y: -log(pick(y, labels)), ("labels", "y"), "-log(maximum(take_along_axis(y, labels), eps))"


def jax(kind: str, inputs: Inputs, threads: int) -> Peer:
    if kind == "checked labels":
        raise Unavailable("log_loss checks all of y, which the formula does not")
    # JAX reads it once, when its CPU client starts; it has no setting of its own for the number of threads.
    if os.environ.setdefault("NPROC", str(threads)) != str(threads):
        raise Unavailable(f"JAX was started with {os.environ['NPROC']} threads and keeps them")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    package = load("jax")
    package.config.update("jax_enable_x64", True)
    rows, names, text = _form(package, kind, inputs)
    t, y = (package.device_put(inputs[name]) for name in names)
    if not kind.endswith("gradient"):
        loss = package.jit(rows)
        return Peer(lambda: loss(t, y).block_until_ready(), f"jit of {text}")
    ones = package.device_put(np.ones(len(inputs["z"]), inputs["z"].dtype))

    def loss_and_gradient(t: Any, z: Any, ones: Any) -> Any:
        value, pull = package.vjp(lambda z: rows(t, z), z)
        return value, pull(ones)[0]

    both = package.jit(loss_and_gradient)
    return Peer(lambda: package.block_until_ready(both(t, y, ones)), f"jit of {text} and vjp")
