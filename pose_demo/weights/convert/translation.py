"""What is known while a graph is being written: which tensor of the model stands for which node."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pose_demo.weights.convert.tfjs import Array, Graph, Node
from pose_demo.weights.convert.tflite import ModelWriter


class Translation:
    """Which tensor of the writer stands for which node.

    Attributes:
        shapes_known: every computed tensor's shape is known and fixed.
    """

    def __init__(self, graph: Graph, writer: ModelWriter, size: tuple[int, int]) -> None:
        self.constants, self.writer, self.size = graph.constants, writer, size
        self.shapes_known = bool(writer.shapes) and all(-1 not in shape for shape in writer.shapes.values())
        self.tensors: dict[str, int] = {}
        self.model_input = self.model_output = -1

    def tensor(self, name: str) -> int:
        """Index of the tensor that holds what the node ``name`` gives; a constant is written at its first use."""
        if name not in self.tensors:
            self.tensors[name] = self.writer.constant(_as_float32(self.constants[name]), name)
        return self.tensors[name]

    def inputs(self, node: Node) -> list[int]:
        return [self.tensor(name) for name in node.inputs]

    def output(self, node: Node, dtype: npt.DTypeLike | None = None, port: int = 0) -> int:
        """A new tensor for output number ``port`` of a node, of the node's own type unless another is given."""
        name = f"{node.name}:{port}" if port else node.name
        self.tensors[name] = self.writer.computed(name, node.dtype("T") if dtype is None else dtype)
        return self.tensors[name]

    def integers(self, values: object, name: str) -> int:
        """A constant int32 tensor."""
        return self.writer.constant(np.array(values, np.int32), name)

    def same_shape(self, node: Node) -> bool:
        shapes = self.writer.shapes
        return self.shapes_known and shapes[node.inputs[0]] == shapes[node.name]


def _as_float32(values: Array) -> Array:
    """Float16 constants as float32; 1/n of pixel and grid sizes (1/127.5, 1/48) regain what float16 rounded off."""
    if values.dtype != np.float16:
        return values
    wide = values.astype(np.float32)
    if 0 < values.size <= 4 and (values > 0).all() and (values < 0.1).all():
        exact = (1 / (np.round(2 / wide.astype(np.float64)) / 2)).astype(np.float32)
        return exact if (exact.astype(np.float16) == values).all() else wide
    return wide
