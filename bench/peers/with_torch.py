"""PyTorch, as it stands and compiled by ``torch.compile``.

Of probabilities it is the formula with ``torch.log`` (its cross_entropy takes logits only, and ``xlogy`` is scalar), of
logits its own function, and a gradient is what autograd makes of that.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.kinds import SMOOTHING, Inputs
from bench.peers import Peer, Unavailable, eps_of, load

Function = Callable[..., Any]


def _of_probabilities(th: Any, kind: str, inputs: Inputs) -> tuple[Function, tuple[str, str], str]:
    eps = float(eps_of(inputs, "p" if kind == "binary" else "y"))
    if kind == "binary":

        def binary(t: Any, p: Any) -> Any:
            return -(t * th.log(p.clamp_min(eps)) + (1 - t) * th.log((1 - p).clamp_min(eps)))

        return binary, ("t", "p"), "-(t * log(p.clamp_min(eps)) + (1 - t) * log((1 - p).clamp_min(eps)))"
    if kind in ("one-hot", "soft"):

        def dense(t: Any, y: Any) -> Any:
            return -(t * th.log(y.clamp_min(eps))).sum(1)

        return dense, ("t", "y"), "-(t * log(y.clamp_min(eps))).sum(1)"
    share = SMOOTHING / inputs["y"].shape[1]
    if kind == "smoothed":

        def smoothed(labels: Any, y: Any) -> Any:
            logs = th.log(y.clamp_min(eps))
            return -(1 - SMOOTHING) * logs.gather(1, labels[:, None])[:, 0] - share * logs.sum(1)

        return smoothed, ("labels", "y"), "-(1 - a) * logs.gather(1, labels[:, None]) - a / K * logs.sum(1)"

    def picked(labels: Any, y: Any) -> Any:
        return -th.log(y.gather(1, labels[:, None])[:, 0].clamp_min(eps))

    return picked, ("labels", "y"), "-log(y.gather(1, labels[:, None]).clamp_min(eps))"


def _of_logits(th: Any, kind: str) -> tuple[Function, tuple[str, str], str]:
    functions = th.nn.functional
    target = "labels" if kind in ("logits", "gradient") else "t"
    name = "binary_cross_entropy_with_logits" if kind.startswith("binary") else "cross_entropy"
    function = getattr(functions, name)

    def rows(t: Any, z: Any) -> Any:
        return function(z, t, reduction="none")

    return rows, (target, "z"), f"F.{name}(z, {target}, reduction='none')"


def _load(threads: int) -> Any:
    """With a cache of compiled code for each SIMD tier: torch keeps one for all of them, and code for AVX2 that is run
    where vectors are longer writes beyond its arrays.
    """
    tier = os.environ.get("ATEN_CPU_CAPABILITY", "default")
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"xentc-bench-torch-{tier}"))
    # More are processes, forked beside the threads of other packages.
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
    th = load("torch")
    th.set_num_threads(threads)
    return th


def _make(kind: str, inputs: Inputs, threads: int, *, compile_it: bool) -> Peer:
    if kind == "checked labels":
        raise Unavailable("log_loss checks all of y, which the formula does not")
    th = _load(threads)
    function, names, text = _of_logits(th, kind) if "z" in inputs else _of_probabilities(th, kind, inputs)
    if compile_it:
        # Each problem has code of its own; without this, torch gives up compiling after a few of them.
        th._dynamo.reset()
        function, text = th.compile(function, dynamic=False), f"compile of {text}"
    t, y = (th.from_numpy(inputs[name]) for name in names)
    if not kind.endswith("gradient"):

        def forward() -> Any:
            with th.no_grad():
                return function(t, y)

        return Peer(forward, text)
    leaf = y.detach().requires_grad_(True)
    ones = th.ones(len(y), dtype=y.dtype)

    def both() -> Any:
        loss = function(t, leaf)
        (grad,) = th.autograd.grad(loss, leaf, ones)
        return loss.detach(), grad

    return Peer(both, f"{text} and autograd.grad")


def eager(kind: str, inputs: Inputs, threads: int) -> Peer:
    return _make(kind, inputs, threads, compile_it=False)


def compiled(kind: str, inputs: Inputs, threads: int) -> Peer:
    return _make(kind, inputs, threads, compile_it=True)
