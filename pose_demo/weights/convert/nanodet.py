"""Conversion of NanoDet from its TensorFlow.js graph to a .tflite file with int8 weights.

The graph comes from an ONNX file: its tensors are (1, channels, height, width), with a transpose before and after each
convolution. Here all tensors are (1, height, width, channels), so the transposes are left out. The conversion ends
where the graph splits the output of each level into class scores and box distances.

Source: RangiLyu/nanodet, configuration ``nanodet-g.yml``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pose_demo.weights.convert.options import PADDINGS, convolution_options, pool_options, resize_options
from pose_demo.weights.convert.tfjs import Array, Graph, Node, read_graph
from pose_demo.weights.convert.tflite import ModelWriter

# Of the pixels that the network was trained on, in its order of channels: blue, green, red.
_MEAN, _STD = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)
_RGB = 3
_ONE_PIXEL = ((0, 0), (1, 1), (1, 1), (0, 0))  # padding on all four sides
_LOWEST = np.finfo(np.float32).min  # padding of a maximum


def convert(model: bytes, weights: bytes) -> bytes:
    """Convert NanoDet to a .tflite file; deterministic.

    The file has one input, uint8 RGB ``(1, side, side, 3)``, and one output ``(1, N, classes + 4 * bins)``: for each
    cell of each level, row by row from the finest level to the coarsest, the class scores before the sigmoid, and the
    distances of the box's sides from the cell's center as distributions before the softmax.

    Args:
        model: content of model.json.
        weights: content of its .bin file.

    Raises:
        ValueError: the two files are not of the same model.
        NotImplementedError: the graph has an op that NanoDet does not use.
    """
    graph = read_graph(model, weights)
    return _Conversion(graph).run()


class _Conversion:
    """State of one conversion: tensor and channels of each node that is converted so far."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self._writer = graph, ModelWriter({})
        self._tensors: dict[str, int] = {}
        self._channels: dict[str, int] = {}
        self._convolutions: dict[str, Node] = {}  # converted together with the addition of their bias
        self._padded: set[str] = set()  # by one pixel of zeros, converted together with the convolution
        self._levels: list[int] = []

    def run(self) -> bytes:
        _, _, *size = self._graph.input_shape
        pixels = self._writer.add_tensor("input", np.uint8, (1, *size, _RGB))
        for node in self._graph.nodes:
            if node.op == "Placeholder":
                self._add(node, self._normalized(pixels), _RGB)
            elif any(name in self._tensors or name in self._convolutions for name in node.inputs):
                self._convert(node)
        output = self._writer.add_tensor("output", np.float32, (1, 1, 1))
        self._writer.add_operator("CONCATENATION", self._levels, [output], "ConcatenationOptions", axis=1)
        return self._writer.finish(pixels, output, "NanoDet, from its TensorFlow.js graph")

    def _normalized(self, pixels: int) -> int:
        """Zero mean and unit variance, still in the order red, green, blue."""
        mean, scale = (np.array(values, np.float32)[::-1] for values in (_MEAN, 1 / np.array(_STD)))
        cast, centered, scaled = (self._tensor(name, _RGB) for name in ("cast", "centered", "scaled"))
        self._writer.add_operator("CAST", [pixels], [cast])
        inputs = [cast, self._writer.add_constant(mean, "mean")]
        self._writer.add_operator("SUB", inputs, [centered], "SubOptions")
        inputs = [centered, self._writer.add_constant(scale, "scale")]
        self._writer.add_operator("MUL", inputs, [scaled], "MulOptions")
        return scaled

    def _convert(self, node: Node) -> None:
        if node.op not in _CONVERTERS:
            raise NotImplementedError(f"the op {node.op} of node {node.name} is not supported")
        _CONVERTERS[node.op](self, node)

    def _transpose(self, node: Node) -> None:
        source = node.inputs[0]
        self._add(node, self._tensors[source], self._channels[source])
        if source in self._padded:
            self._padded.add(node.name)

    def _pad(self, node: Node) -> None:
        self._transpose(node)
        self._padded.add(node.name)

    def _pad_for_maximum(self, node: Node) -> None:
        source = node.inputs[0]
        lowest = self._writer.add_constant(np.array(_LOWEST, np.float32), f"{node.name}/value")
        self._operator(node, "PADV2", [self._tensors[source], self._one_pixel(node), lowest], self._channels[source])

    def _convolution(self, node: Node) -> None:
        self._convolutions[node.name] = node

    def _addition(self, node: Node) -> None:
        if node.inputs[0] in self._convolutions:
            self._biased_convolution(node, self._convolutions[node.inputs[0]])
        else:
            tensors = [self._tensors[name] for name in node.inputs]
            self._operator(node, "ADD", tensors, self._channels[node.inputs[0]], "AddOptions")

    def _biased_convolution(self, addition: Node, convolution: Node) -> None:
        source, filters = convolution.inputs
        tensor, options = self._tensors[source], convolution_options(convolution)
        if source in self._padded and options["strideH"] == 1:
            options["padding"] = PADDINGS["SAME"]
        elif source in self._padded:  # with a stride, SAME would pad on one side only
            tensor = self._tensor(f"{addition.name}/padded", self._channels[source])
            inputs = [self._tensors[source], self._one_pixel(addition)]
            self._writer.add_operator("PAD", inputs, [tensor], "PadOptions")
        bias = self._constant(addition.inputs[1])
        inputs = [tensor, self._filters(filters), self._writer.add_constant(bias, addition.inputs[1])]
        self._operator(addition, "CONV_2D", inputs, len(bias), "Conv2DOptions", **options)

    def _filters(self, name: str) -> int:
        """Add filters. Those of the first convolution stay float: they take little time, and work on pixels."""
        filters = self._constant(name).transpose(3, 0, 1, 2)  # HWIO to OHWI
        if filters.shape[-1] > _RGB:
            return self._writer.add_quantized_constant(filters, name)
        return self._writer.add_constant(filters[..., ::-1], name)  # for red, green, blue

    def _leaky_relu(self, node: Node) -> None:
        source = node.inputs[0]
        alpha = node.attributes["alpha"]["f"]
        inputs = [self._tensors[source]]
        self._operator(node, "LEAKY_RELU", inputs, self._channels[source], "LeakyReluOptions", alpha=alpha)

    def _concatenation(self, node: Node) -> None:
        names = [name for name in node.inputs if name in self._tensors]  # the last input is the axis
        tensors, channels = [self._tensors[name] for name in names], sum(self._channels[name] for name in names)
        self._operator(node, "CONCATENATION", tensors, channels, "ConcatenationOptions", axis=3)

    def _max_pool(self, node: Node) -> None:
        source = node.inputs[0]
        inputs = [self._tensors[source]]
        self._operator(node, "MAX_POOL_2D", inputs, self._channels[source], "Pool2DOptions", **pool_options(node))

    def _resize(self, node: Node) -> None:
        source, size = node.inputs
        inputs = [self._tensors[source], self._writer.add_constant(self._graph.constants[size], size)]
        options = resize_options(node)
        self._operator(node, "RESIZE_BILINEAR", inputs, self._channels[source], "ResizeBilinearOptions", **options)

    def _level(self, node: Node) -> None:
        """The output of a level, as rows; what follows in the graph is left out."""
        source = node.inputs[0]
        rows = self._writer.add_tensor(f"{node.name}/rows", np.float32, (1, 1, self._channels[source]))
        shape = self._writer.add_constant(np.array([1, -1, self._channels[source]], np.int32), f"{node.name}/shape")
        self._writer.add_operator("RESHAPE", [self._tensors[source], shape], [rows])
        self._levels.append(rows)

    def _constant(self, name: str) -> Array:
        return self._graph.constants[name].astype(np.float32)

    def _one_pixel(self, node: Node) -> int:
        return self._writer.add_constant(np.array(_ONE_PIXEL, np.int32), f"{node.name}/padding")

    def _operator(
        self, node: Node, opcode: str, inputs: list[int], channels: int, options: str | None = None, **fields: float
    ) -> None:
        tensor = self._tensor(node.name, channels)
        self._writer.add_operator(opcode, inputs, [tensor], options, **fields)
        self._add(node, tensor, channels)

    def _tensor(self, name: str, channels: int) -> int:
        return self._writer.add_tensor(name, np.float32, (1, 1, 1, channels))  # LiteRT infers height and width

    def _add(self, node: Node, tensor: int, channels: int) -> None:
        self._tensors[node.name], self._channels[node.name] = tensor, channels


_CONVERTERS: dict[str, Callable[[_Conversion, Node], None]] = {
    "Add": _Conversion._addition,
    "ConcatV2": _Conversion._concatenation,
    "Conv2D": _Conversion._convolution,
    "LeakyRelu": _Conversion._leaky_relu,
    "MaxPool": _Conversion._max_pool,
    "Pad": _Conversion._pad,
    "PadV2": _Conversion._pad_for_maximum,
    "ResizeBilinear": _Conversion._resize,
    "SplitV": _Conversion._level,
    "Transpose": _Conversion._transpose,
}
