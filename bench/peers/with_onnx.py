"""ONNX Runtime: a model of one loss, on the CPU."""

from typing import Any

import numpy as np

from bench.kinds import Inputs
from bench.peers import Peer, Unavailable, eps_of, load

OPSET = 17


def _graph(onnx: Any, kind: str, inputs: Inputs) -> tuple[list[Any], tuple[str, str], dict[str, Any], str]:
    """Nodes that end in "loss", their inputs, their constants, and how they read."""
    node = onnx.helper.make_node
    if kind == "logits":
        nodes = [node("SoftmaxCrossEntropyLoss", ["z", "labels"], ["loss"], reduction="none")]
        return nodes, ("labels", "z"), {}, "SoftmaxCrossEntropyLoss(z, labels)"
    if kind == "soft logits":
        nodes = [
            node("LogSoftmax", ["z"], ["logs"], axis=1),
            node("Mul", ["t", "logs"], ["terms"]),
            node("ReduceSum", ["terms", "axes"], ["sum"], keepdims=0),
            node("Neg", ["sum"], ["loss"]),
        ]
        return nodes, ("t", "z"), {"axes": np.array([1])}, "Neg(ReduceSum(Mul(t, LogSoftmax(z))))"
    second = "p" if kind == "binary" else "y"
    dtype = inputs[second].dtype
    constants: dict[str, Any] = {"eps": np.array(eps_of(inputs, second), dtype)}
    if kind == "binary":
        constants["one"] = np.ones((), dtype)
        nodes = [node("Sub", ["one", "p"], ["q"]), node("Sub", ["one", "t"], ["s"])]
        for y, t, terms in (("p", "t", "first"), ("q", "s", "second")):
            nodes += [
                node("Max", [y, "eps"], [f"{y}_clipped"]),
                node("Log", [f"{y}_clipped"], [f"log_{y}"]),
                node("Mul", [t, f"log_{y}"], [terms]),
            ]
        nodes += [node("Add", ["first", "second"], ["sum"]), node("Neg", ["sum"], ["loss"])]
        return nodes, ("t", "p"), constants, "Neg(Add(Mul(t, Log(Max(p, eps))), Mul(1 - t, Log(Max(1 - p, eps)))))"
    constants["axes"] = np.array([1])
    kind_of_t = onnx.helper.np_dtype_to_tensor_dtype(dtype)
    nodes = [
        node("Cast", ["t"], ["weights"], to=kind_of_t),
        node("Max", ["y", "eps"], ["clipped"]),
        node("Log", ["clipped"], ["logs"]),
        node("Mul", ["weights", "logs"], ["terms"]),
        node("ReduceSum", ["terms", "axes"], ["sum"], keepdims=0),
        node("Neg", ["sum"], ["loss"]),
    ]
    return nodes, ("t", "y"), constants, "Neg(ReduceSum(Mul(t, Log(Max(y, eps)))))"


def onnx_runtime(kind: str, inputs: Inputs, threads: int) -> Peer:
    if kind not in ("one-hot", "soft", "logits", "soft logits", "binary"):
        raise Unavailable("no model was written for it")
    onnx, runtime = load("onnx"), load("onnxruntime")
    helper = onnx.helper
    nodes, names, constants, text = _graph(onnx, kind, inputs)
    given = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(inputs[name].dtype), inputs[name].shape)
        for name in names
    ]
    dtype = helper.np_dtype_to_tensor_dtype(inputs[names[1]].dtype)
    made = [helper.make_tensor_value_info("loss", dtype, None)]
    known = [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "loss", given, made, known)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = runtime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feed = {name: inputs[name] for name in names}
    return Peer(lambda: session.run(None, feed)[0], text)
