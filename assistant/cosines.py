"""Cosines of a sentence vector with every training phrase, in small whole numbers: the same to within 0.005, ten times faster.

A product in floats reads 30 MB for each message and is the dearest step after the encoder itself. Not for training, which needs floats.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

FILE = "cosines.onnx"
LARGEST = 64  # of a phrase: seven bits, so that two products of eight and seven bits cannot overflow sixteen on any processor
OPSET, FORMAT = 13, 8  # versions of the operators and of the file that every onnxruntime of the last years reads
Floats = NDArray[np.float32]


class Cosines:
    """`network`: as `drawn` makes it."""

    def __init__(self, network: bytes) -> None:
        self._network = network
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])

    def of(self, vector: Floats) -> Floats:
        """float32 [phrases] for a vector float32 [384] of length 1."""
        found: Floats = self._session.run(["cosines"], {"vector": vector[None]})[0][0]
        return found

    @classmethod
    def learn(cls, vectors: Floats) -> Cosines:
        """`vectors`: float32 [phrases, 384], rows of length 1."""
        return cls(drawn(vectors))

    def save(self, folder: Path) -> None:
        (folder / FILE).write_bytes(self._network)

    @classmethod
    def load(cls, folder: Path) -> Cosines:
        return cls((folder / FILE).read_bytes())


def drawn(vectors: Floats) -> bytes:
    """An ONNX network: vector, float32 [1, 384] → cosines, float32 [1, phrases]."""
    import onnx  # at training only: it would slow every start
    from onnx import TensorProto, helper, numpy_helper

    step = np.float32(np.abs(vectors).max() / LARGEST)
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["vector"], ["whole", "vector_step", "zero"]),
        helper.make_node("MatMulInteger", ["whole", "phrases", "zero"], ["product"]),
        helper.make_node("Cast", ["product"], ["number"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["vector_step", "step"], ["unit"]),
        helper.make_node("Mul", ["number", "unit"], ["cosines"]),
    ]
    constants = [numpy_helper.from_array(np.round(vectors.T / step).astype(np.int8), "phrases"), numpy_helper.from_array(step, "step")]
    given = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, vectors.shape[1]])
    made = helper.make_tensor_value_info("cosines", TensorProto.FLOAT, [1, len(vectors)])
    graph = helper.make_graph(nodes, "cosines", [given], [made], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = FORMAT
    onnx.checker.check_model(model)
    network: bytes = model.SerializeToString()
    return network
