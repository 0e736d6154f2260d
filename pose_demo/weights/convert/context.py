"""State of one graph conversion: the tensor index of every node output."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pose_demo.weights.convert.tfjs import Array, Graph, Node
from pose_demo.weights.convert.tflite import ModelWriter


class ConversionContext:
    """Tensor indices of node outputs, and the writer that the converted operators are added to.

    Attributes:
        constants: the weights of the graph by node name.
        size: (height, width) of the input in pixels; -1 if dynamic.
        static_shapes: whether every activation tensor has a known, fixed shape.
        tensors: tensor index by node name; ``name:1`` for the second output of a node.
        model_input: tensor index of the model input.
        model_output: tensor index of the model output.
    """

    def __init__(self, graph: Graph, writer: ModelWriter, size: tuple[int, int]) -> None:
        self.constants, self.writer, self.size = graph.constants, writer, size
        self.static_shapes = bool(writer.shapes) and all(-1 not in shape for shape in writer.shapes.values())
        self.tensors: dict[str, int] = {}
        self.model_input = self.model_output = -1

    def tensor(self, name: str) -> int:
        """Return the tensor index of a node output; a constant is added when it is first used."""
        if name not in self.tensors:
            self.tensors[name] = self.writer.add_constant(_as_float32(self.constants[name]), name)
        return self.tensors[name]

    def inputs(self, node: Node) -> list[int]:
        """Return the tensor indices of all inputs of a node."""
        return [self.tensor(name) for name in node.inputs]

    def output(self, node: Node, dtype: npt.DTypeLike | None = None, port: int = 0) -> int:
        """Add a tensor for output ``port`` of a node, by default with the dtype of the node; returns its index."""
        name = f"{node.name}:{port}" if port else node.name
        self.tensors[name] = self.writer.add_tensor(name, node.dtype("T") if dtype is None else dtype)
        return self.tensors[name]

    def add_operator(
        self, node: Node, opcode: str, options: str | None = None, dtype: npt.DTypeLike | None = None, **fields: Any
    ) -> None:
        """Add an operator with the inputs of a node and one output; see ``ModelWriter.add_operator``."""
        self.writer.add_operator(opcode, self.inputs(node), [self.output(node, dtype)], options, **fields)

    def int32_constant(self, values: object, name: str) -> int:
        """Add a constant int32 tensor; returns its index."""
        return self.writer.add_constant(np.array(values, np.int32), name)

    def keeps_shape(self, node: Node) -> bool:
        """Whether the first input and the output of a node are known to have the same static shape."""
        shapes = self.writer.shapes
        return self.static_shapes and shapes[node.inputs[0]] == shapes[node.name]


def _as_float32(values: Array) -> Array:
    """Convert float16 constants to float32, restoring reciprocals of pixel and grid sizes (1/127.5, 1/48) exactly."""
    if values.dtype != np.float16:
        return values
    rounded = values.astype(np.float32)
    if 0 < values.size <= 4 and (values > 0).all() and (values < 0.1).all():
        exact = (1 / (np.round(2 / rounded.astype(np.float64)) / 2)).astype(np.float32)
        return exact if (exact.astype(np.float16) == values).all() else rounded
    return rounded
