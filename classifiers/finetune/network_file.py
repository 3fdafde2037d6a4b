"""The fine-tuned network as an ONNX file in whole numbers of seven bits: a quarter of the size and of the time."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from classifiers.finetune.network import ABSENT, EMBEDDED, EPSILON, HEAD, HEADS, LAYERS, QUESTION_OF, WIDTH
from classifiers.wordpieces import TOKENS_AT_MOST

Numbers = NDArray[np.float32]
# Eight bits would overflow in the additions of processors that have no instruction for this.
LARGEST, LARGEST_EMBEDDED = 64, 127
ORT = "com.microsoft"
OPSET = 17


class _Graph:
    def __init__(self, weights: dict[str, Numbers]) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._count = 0

    def constant(self, numbers: NDArray[Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(self.weights[name])

    def node(self, operator: str, *inputs: str, domain: str = "", **settings: Any) -> str:
        self._count += 1
        out = f"n{self._count}"
        self.nodes.append(helper.make_node(operator, list(inputs), [out], domain=domain, **settings))
        return out

    def dense(self, x: str, weight: Numbers, bias: Numbers) -> str:
        columns = weight.T
        scales = np.maximum(np.abs(columns).max(axis=0) / LARGEST, 1e-8).astype(np.float32)
        whole = np.clip(np.round(columns / scales), -LARGEST, LARGEST).astype(np.int8)
        zeros = self.constant(np.zeros(len(scales), np.int8))
        given = (x, self.constant(whole), self.constant(scales), zeros, self.constant(bias))
        return self.node("DynamicQuantizeMatMul", *given, domain=ORT)

    def named_dense(self, x: str, name: str) -> str:
        return self.dense(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def normed_sum(self, x: str, added: str, name: str) -> str:
        given = (added, x, self.weight(name + ".weight"), self.weight(name + ".bias"))
        return self.node("SkipLayerNormalization", *given, domain=ORT, epsilon=EPSILON)


def write(weights: dict[str, Numbers], path: Path) -> None:
    graph = _Graph(weights)
    mask = graph.node("Cast", "mask", to=TensorProto.INT32)
    x = _embedded(graph)
    for number in range(LAYERS):
        x = _layer(graph, number, x, mask)
    shares = _shares(graph, x)
    said = graph.node("MatMul", x, graph.constant(weights[HEAD + "answer.weight"].T))
    graph.nodes.append(helper.make_node("Mul", [said, shares], ["parts"]))
    width = weights[HEAD + "answer.bias"].shape[0]
    whole = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in ("tokens", "mask")],
        [helper.make_tensor_value_info("parts", TensorProto.FLOAT, ["batch", "length", width])],
        graph.constants,
    )
    versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(ORT, 1)]
    model = helper.make_model(whole, opset_imports=versions, ir_version=9, producer_name="creditdesk")
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _embedded(graph: _Graph) -> str:
    words = graph.weights[EMBEDDED + "word_embeddings.weight"]
    scales = np.maximum(np.abs(words).max(axis=1, keepdims=True) / LARGEST_EMBEDDED, 1e-8).astype(np.float32)
    whole = graph.node("Gather", graph.constant(np.round(words / scales).astype(np.int8)), "tokens")
    scale = graph.node("Gather", graph.constant(scales), "tokens")
    word = graph.node("Mul", graph.node("Cast", whole, to=TensorProto.FLOAT), scale)
    places = graph.weights[EMBEDDED + "position_embeddings.weight"][:TOKENS_AT_MOST]
    kind = graph.weights[EMBEDDED + "token_type_embeddings.weight"][0]
    zero, one, two = (graph.constant(np.array([number], np.int64)) for number in range(3))
    length = graph.node("Slice", graph.node("Shape", "tokens"), one, two)
    place = graph.node("Slice", graph.constant((places + kind)[np.newaxis]), zero, length, one)
    name = EMBEDDED + "LayerNorm"
    given = (graph.node("Add", word, place), graph.weight(name + ".weight"), graph.weight(name + ".bias"))
    return graph.node("LayerNormalization", *given, axis=-1, epsilon=EPSILON)


def _layer(graph: _Graph, number: int, x: str, mask: str) -> str:
    name = f"encoder.layer.{number}."
    parts = [f"{name}attention.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([graph.weights[part + ".weight"] for part in parts])
    bias = np.concatenate([graph.weights[part + ".bias"] for part in parts])
    both = graph.dense(x, weight, bias)
    names = [f"{both}.{part}" for part in ("query", "key", "value")]
    widths = graph.constant(np.array([WIDTH] * 3, np.int64))
    graph.nodes.append(helper.make_node("Split", [both, widths], names, axis=-1))
    attended = graph.node("MultiHeadAttention", *names, "", mask, domain=ORT, num_heads=HEADS)
    attended = graph.named_dense(attended, name + "attention.output.dense")
    x = graph.normed_sum(x, attended, name + "attention.output.LayerNorm")
    inner = graph.node("Gelu", graph.named_dense(x, name + "intermediate.dense"), domain=ORT)
    return graph.normed_sum(x, graph.named_dense(inner, name + "output.dense"), name + "output.LayerNorm")


def _shares(graph: _Graph, x: str) -> str:
    asked = graph.node("MatMul", x, graph.constant(graph.weights[HEAD + "query.weight"].T))
    asked = graph.node("Add", asked, graph.weight(HEAD + "query.bias"))
    absent = graph.node(
        "Sub", graph.constant(np.array(1.0, np.float32)), graph.node("Cast", "mask", to=TensorProto.FLOAT)
    )
    lowered = graph.node("Mul", absent, graph.constant(np.array(ABSENT, np.float32)))
    asked = graph.node("Add", asked, graph.node("Unsqueeze", lowered, graph.constant(np.array([2], np.int64))))
    each = graph.node("Softmax", asked, axis=1)
    return graph.node("Gather", each, graph.constant(QUESTION_OF), axis=2)
