"""numexpr: what is done to each element in one expression, on all threads; NumPy adds it up."""

from typing import Any

import numpy as np

from bench.kinds import Inputs
from bench.peers import Peer, Unavailable, eps_of, load

DENSE = "-t * log(where(y > eps, y, eps))"
BINARY = "-t * log(where(p > eps, p, eps)) - (1 - t) * log(where(1 - p > eps, 1 - p, eps))"
BINARY_LOGITS = "where(z > 0, z, 0) - z * t + log1p(exp(-abs(z)))"


def numexpr(kind: str, inputs: Inputs, threads: int) -> Peer:
    if kind not in ("one-hot", "soft", "logits", "binary", "binary logits"):
        raise Unavailable("numexpr's expressions neither pick by labels nor add up along rows on several threads")
    package = load("numexpr")
    package.set_num_threads(threads)
    second = next(name for name in ("z", "p", "y") if name in inputs)
    y = inputs[second]
    out = np.zeros_like(y)
    names: dict[str, Any] = {second: y}
    if "t" in inputs:
        names["t"] = inputs["t"]
    if second != "z":
        names["eps"] = eps_of(inputs, second)

    def evaluate(text: str, **more: Any) -> Any:
        return package.evaluate(text, names | more, out=out, casting="same_kind")

    if kind in ("one-hot", "soft"):
        return Peer(lambda: evaluate(DENSE).sum(axis=1), f"evaluate('{DENSE}').sum(axis=1)")
    if kind.startswith("binary"):
        text = BINARY if kind == "binary" else BINARY_LOGITS
        return Peer(lambda: evaluate(text), f"evaluate('{text}')")
    at_label = np.arange(len(y)), inputs["labels"]

    def of_labels() -> Any:
        top = y.max(axis=1)
        return np.log(evaluate("exp(z - top)", top=top[:, np.newaxis]).sum(axis=1)) + top - y[at_label]

    return Peer(of_labels, "log(evaluate('exp(z - top)').sum(axis=1)) + top - z[i, labels]")
