"""Draws all-MiniLM-L6-v2 as an ONNX graph from its plain weights, without torch. Used at build time only.

The model is a BERT encoder: embeddings, six layers with post-layer-norm, mean pooling over the mask, L2 norm.
"""
from __future__ import annotations

from typing import Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS, HIDDEN, HEADS = 6, 384, 12
EPSILON = 1e-12
OPSET = 17

Weights = Mapping[str, "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]


class Graph:
    """Collects nodes and constants; every method returns the name of the value it makes."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operation: str, inputs: list[str], name: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(operation, inputs, [name], name=f"node.{name}", **attributes))
        return name

    def linear(self, value: str, weights: Weights, prefix: str) -> str:
        """x · Wᵀ + b with the weights `prefix`.weight [out, in] and `prefix`.bias [out]."""
        matrix = self.constant(f"{prefix}.weightT", weights[f"{prefix}.weight"].T)
        bias = self.constant(f"{prefix}.bias", weights[f"{prefix}.bias"])
        return self.node("Add", [self.node("MatMul", [value, matrix], f"{prefix}.mm"), bias], f"{prefix}.out")

    def layer_norm(self, value: str, weights: Weights, prefix: str) -> str:
        scale = self.constant(f"{prefix}.weight", weights[f"{prefix}.weight"])
        shift = self.constant(f"{prefix}.bias", weights[f"{prefix}.bias"])
        return self.node("LayerNormalization", [value, scale, shift], f"{prefix}.out", axis=-1, epsilon=EPSILON)


def sentence_encoder(weights: Weights) -> onnx.ModelProto:
    """input_ids, attention_mask: int64 [batch, tokens] → embedding: float32 [batch, 384], of length 1."""
    graph = Graph()
    _encode(graph, weights)
    return _model(graph, {"embedding": HIDDEN})


def with_care_levels(weights: Weights, head: np.ndarray, bias: np.ndarray) -> onnx.ModelProto:
    """The same, and from a head [levels, 384], [levels] on the embedding also probabilities: float32 [batch, levels]."""
    graph = Graph()
    _encode(graph, weights)
    matrix, shift = graph.constant("head", head.T.astype(np.float32)), graph.constant("head.bias", bias.astype(np.float32))
    scores = graph.node("Add", [graph.node("MatMul", ["embedding", matrix], "head.mm"), shift], "scores")
    graph.node("Softmax", [scores], "probabilities", axis=-1)
    return _model(graph, {"embedding": HIDDEN, "probabilities": len(bias)})


def _encode(graph: Graph, weights: Weights) -> None:
    """Draws everything up to the node `embedding`."""
    graph.constant("one", np.array(1.0, np.float32))
    graph.constant("very_low", np.array(-10000.0, np.float32))
    hidden = _embed(graph, weights)
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    graph.constant("mask_axes", np.array([1, 2], np.int64))
    wide = graph.node("Unsqueeze", [mask, "mask_axes"], "mask.wide")
    inverted = graph.node("Sub", ["one", wide], "mask.inverted")
    penalty = graph.node("Mul", [inverted, "very_low"], "mask.penalty")
    for number in range(LAYERS):
        hidden = _layer(graph, weights, hidden, penalty, f"encoder.layer.{number}")
    _pool(graph, hidden, mask)


def _embed(graph: Graph, weights: Weights) -> str:
    words = graph.constant("words", weights["embeddings.word_embeddings.weight"])
    word = graph.node("Gather", [words, "input_ids"], "word")
    # token type 0 everywhere: its vector is added to every position once, here
    fixed = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    graph.constant("positions", fixed)
    shape = graph.node("Shape", ["input_ids"], "shape", start=1, end=2)
    graph.constant("zero", np.array([0], np.int64))
    position = graph.node("Slice", ["positions", "zero", shape, "zero"], "position")
    return graph.layer_norm(graph.node("Add", [word, position], "embedded"), weights, "embeddings.LayerNorm")


def _layer(graph: Graph, weights: Weights, hidden: str, penalty: str, prefix: str) -> str:
    attended = _attention(graph, weights, hidden, penalty, f"{prefix}.attention.self")
    attended = graph.linear(attended, weights, f"{prefix}.attention.output.dense")
    added = graph.node("Add", [attended, hidden], f"{prefix}.residual1")
    hidden = graph.layer_norm(added, weights, f"{prefix}.attention.output.LayerNorm")
    inner = _gelu(graph, graph.linear(hidden, weights, f"{prefix}.intermediate.dense"), prefix)
    outer = graph.linear(inner, weights, f"{prefix}.output.dense")
    return graph.layer_norm(graph.node("Add", [outer, hidden], f"{prefix}.residual2"), weights, f"{prefix}.output.LayerNorm")


def _attention(graph: Graph, weights: Weights, hidden: str, penalty: str, prefix: str) -> str:
    depth = HIDDEN // HEADS
    split = graph.constant(f"{prefix}.split", np.array([0, 0, HEADS, depth], np.int64))
    heads = {}
    for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
        projected = graph.linear(hidden, weights, f"{prefix}.{part}")
        shaped = graph.node("Reshape", [projected, split], f"{prefix}.{part}.heads")
        heads[part] = graph.node("Transpose", [shaped], f"{prefix}.{part}.turned", perm=order)
    scores = graph.node("MatMul", [heads["query"], heads["key"]], f"{prefix}.scores")
    scale = graph.constant(f"{prefix}.scale", np.array(1.0 / np.sqrt(depth), np.float32))
    scores = graph.node("Mul", [scores, scale], f"{prefix}.scaled")
    share = graph.node("Softmax", [graph.node("Add", [scores, penalty], f"{prefix}.masked")], f"{prefix}.share", axis=-1)
    mixed = graph.node("MatMul", [share, heads["value"]], f"{prefix}.mixed")
    turned = graph.node("Transpose", [mixed], f"{prefix}.back", perm=[0, 2, 1, 3])
    joined = graph.constant(f"{prefix}.joined", np.array([0, 0, HIDDEN], np.int64))
    return graph.node("Reshape", [turned, joined], f"{prefix}.output")


def _gelu(graph: Graph, value: str, prefix: str) -> str:
    """Exact GELU: x · ½ · (1 + erf(x/√2)), in the form that onnxruntime fuses."""
    root = graph.constant(f"{prefix}.sqrt2", np.array(np.sqrt(2.0), np.float32))
    half = graph.constant(f"{prefix}.half", np.array(0.5, np.float32))
    error = graph.node("Erf", [graph.node("Div", [value, root], f"{prefix}.div")], f"{prefix}.erf")
    product = graph.node("Mul", [value, graph.node("Add", [error, "one"], f"{prefix}.plus")], f"{prefix}.product")
    return graph.node("Mul", [product, half], f"{prefix}.gelu")


def _pool(graph: Graph, hidden: str, mask: str) -> None:
    graph.constant("last", np.array([2], np.int64))
    graph.constant("tokens", np.array([1], np.int64))
    column = graph.node("Unsqueeze", [mask, "last"], "mask.column")
    total = graph.node("ReduceSum", [graph.node("Mul", [hidden, column], "kept"), "tokens"], "total", keepdims=0)
    count = graph.node("ReduceSum", [column, "tokens"], "count", keepdims=0)
    mean = graph.node("Div", [total, count], "mean")
    length = graph.node("ReduceL2", [mean], "length", axes=[1], keepdims=1)
    graph.node("Div", [mean, length], "embedding")


def _model(graph: Graph, widths: Mapping[str, int]) -> onnx.ModelProto:
    """The whole graph; `widths`: its outputs."""
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width]) for name, width in widths.items()]
    drawn = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, graph.constants)
    model = helper.make_model(drawn, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model
