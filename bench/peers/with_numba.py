"""Numba: a loop for each kind of target (``loops``)."""

import numpy as np

from bench.kinds import SMOOTHING, Inputs
from bench.peers import Peer, Unavailable, eps_of, load


def numba(kind: str, inputs: Inputs, threads: int) -> Peer:
    if kind == "checked labels":
        raise Unavailable("log_loss checks all of y, which the loop does not")
    nb = load("numba")
    loops = load("bench.peers.loops")
    nb.set_num_threads(min(threads, nb.config.NUMBA_NUM_THREADS))
    name = {"one-hot": "dense", "soft": "dense"}.get(kind, kind.replace(" ", "_"))
    loop = getattr(loops, name)
    target = "labels" if "labels" in inputs else "t"
    second = next(name for name in ("z", "p", "y") if name in inputs)
    arrays = [inputs[target], inputs[second]]
    arguments = list(arrays)
    if second != "z":
        arguments.append(eps_of(inputs, second))
    if kind == "smoothed":
        arguments.append(arrays[1].dtype.type(SMOOTHING))
    arguments.append(np.zeros(len(arrays[1]), arrays[1].dtype))
    if kind.endswith("gradient"):
        arguments.append(np.zeros_like(arrays[1]))
    return Peer(lambda: loop(*arguments), "a loop of its own")
