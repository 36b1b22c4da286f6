"""OpenVINO: a model of one loss, on the CPU, in float32, which is what its plugin computes in."""

import numpy as np

from bench.kinds import Inputs
from bench.peers import Peer, Unavailable, eps_of, load


def openvino(kind: str, inputs: Inputs, threads: int) -> Peer:
    if kind not in ("one-hot", "soft", "soft logits", "binary", "binary logits"):
        raise Unavailable("no model was written for it")
    second = next(name for name in ("z", "p", "y") if name in inputs)
    if inputs[second].dtype != np.float32:
        raise Unavailable("OpenVINO computes in float32 on the CPU")
    ov = load("openvino")
    ops = load("openvino.opset13")
    t, y = (ops.parameter(inputs[name].shape, inputs[name].dtype, name=name) for name in ("t", second))
    weights = ops.convert(t, "f32")

    def constant(value: float) -> object:
        return ops.constant(np.float32(value))

    def log(a: object) -> object:
        return ops.log(ops.maximum(a, constant(eps_of(inputs, second))))

    def sum_of(a: object) -> object:
        return ops.negative(ops.reduce_sum(a, ops.constant(np.array([1])), keep_dims=False))

    if kind == "binary":
        rest = ops.multiply(ops.subtract(constant(1), weights), log(ops.subtract(constant(1), y)))
        loss = ops.negative(ops.add(ops.multiply(weights, log(y)), rest))
        text = "-(t * log(maximum(p, eps)) + (1 - t) * log(maximum(1 - p, eps)))"
    elif kind == "binary logits":
        # log(1 + exp(x)); its own softplus keeps few digits of small values.
        tail = ops.log(ops.add(constant(1), ops.exp(ops.negative(ops.abs(y)))))
        loss = ops.add(ops.subtract(ops.relu(y), ops.multiply(weights, y)), tail)
        text = "relu(z) - t * z + log(1 + exp(-abs(z)))"
    elif kind == "soft logits":
        loss, text = sum_of(ops.multiply(weights, ops.log_softmax(y, 1))), "-reduce_sum(t * log_softmax(z))"
    else:
        loss, text = sum_of(ops.multiply(weights, log(y))), "-reduce_sum(t * log(maximum(y, eps)))"
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
    }
    compiled = ov.compile_model(ov.Model([loss], [t, y], "loss"), "CPU", settings)
    feed = [inputs["t"], inputs[second]]
    return Peer(lambda: compiled(feed, share_inputs=True, share_outputs=True)[0], text)
